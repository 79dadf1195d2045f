"""The command ``metaextract-server``."""

from __future__ import annotations

import ipaddress
import socket

import click
from aiohttp import web

from metaextract_core.errors import MetaExtractError
from metaextract_server.app import create_app
from metaextract_server.services import Services
from metaextract_server.uploads.connection import runner_settings

DRAIN_SECONDS = 20.0
"""How long requests that are being answered may take to finish after SIGTERM or Ctrl-C."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 takes any free one.",
)
def main(host: str, port: int) -> None:
    """Serve MetaExtract over HTTP, to this machine, until SIGTERM or Ctrl-C.

    There are no accounts yet: whoever reaches the server has the records of the command line, so it
    listens on loopback addresses alone.
    """
    _refuse_strangers(host)
    listener = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    try:
        with Services() as services:
            click.echo(f"Listening on http://{shown}:{listener.getsockname()[1]}")
            web.run_app(
                create_app(services),
                sock=listener,
                print=None,
                shutdown_timeout=DRAIN_SECONDS,
                **runner_settings(),
            )
    except MetaExtractError as error:
        raise click.ClickException(str(error)) from error


def _refuse_strangers(host: str) -> None:
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    if not loopback:
        raise click.ClickException(
            f"cannot listen on {host}: without accounts the server serves this machine alone; "
            "use --host 127.0.0.1"
        )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as exc:
        raise click.ClickException(
            f"cannot listen on {host} port {port}: {exc.strerror}; "
            "choose another with --host and --port"
        ) from exc
