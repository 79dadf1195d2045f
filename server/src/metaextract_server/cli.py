"""The command `metaextract serve`."""

from __future__ import annotations

import ipaddress
import socket

import click

from metaextract_core.errors import MetaExtractError
from metaextract_core.settings import Settings, check_environment, load_settings


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--host", help="Address to listen on; 127.0.0.1 if nothing is configured.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 takes any free one, and 8000 is that if nothing is configured.",
)
def serve(host: str | None, port: int | None) -> None:
    """Serve MetaExtract over HTTP, to this machine, until SIGTERM or Ctrl-C.

    There are no accounts yet: whoever reaches the server has the records of the command line, so it
    listens on loopback addresses alone.

    Exit status: 0 it was asked to end, 1 it cannot listen or open the database, 2 usage.
    """
    try:
        check_environment()
        settings = load_settings()
        _serve(
            settings, host or settings.server.host, settings.server.port if port is None else port
        )
    except MetaExtractError as error:
        raise click.ClickException(str(error)) from error


def _serve(settings: Settings, host: str, port: int) -> None:
    # Imported here: who lists the commands need not wait for it.
    from aiohttp import web

    from metaextract_server.app import create_app
    from metaextract_server.services import Services
    from metaextract_server.uploads.connection import runner_settings

    _refuse_strangers(host)
    listener = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    with Services(settings) as services:
        click.echo(f"Listening on http://{shown}:{listener.getsockname()[1]}")
        web.run_app(
            create_app(services),
            sock=listener,
            print=None,
            shutdown_timeout=settings.server.drain_seconds,
            **runner_settings(),
        )


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
