"""Starting and stopping."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

import pytest

from metaextract_server import cli

if TYPE_CHECKING:
    from tests.server.conftest import Server


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_when_asked(server: Server, stop: signal.Signals) -> None:
    server.ask("GET", "/livez")
    server.process.send_signal(stop)
    assert server.process.wait(timeout=60) == 0


def test_an_idle_client_does_not_keep_it_from_stopping(server: Server) -> None:
    idle = server.connect()
    idle.request("GET", "/livez")
    assert idle.getresponse().read()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=60) == 0
    idle.close()


def run(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "metaextract_server", *args]
    variables = {**os.environ, "METAEXTRACT_CONFIG": os.devnull, **environment}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env=variables
    )


def test_a_port_that_is_taken_is_one_line_with_a_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("--port", str(port))
    assert result.returncode == 1
    assert result.stdout == ""
    assert f"cannot listen on 127.0.0.1 port {port}: Address already in use" in result.stderr
    assert result.stderr.endswith("choose another with --host and --port\n")
    assert result.stderr.count("\n") == 1


def test_strangers_are_not_served_without_accounts() -> None:
    result = run("--host", "192.0.2.1", "--port", "0")
    assert result.returncode == 1
    assert "cannot listen on 192.0.2.1: without accounts" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_port_out_of_range_is_a_usage_error() -> None:
    result = run("--port", "70000")
    assert result.returncode == 2
    assert "70000" in result.stderr


def test_flags_stand_over_variables_and_variables_over_nothing() -> None:
    """The port is the one that is taken, so the message names it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"port {port}" in run(METAEXTRACT_SERVER_PORT=port).stderr
        assert f"port {port}" in run("--port", port, METAEXTRACT_SERVER_PORT="1").stderr


def test_a_mistyped_variable_is_one_line_with_what_was_meant() -> None:
    result = run(METAEXTRACT_SERVER_PROT="1")
    assert result.returncode == 1
    assert "METAEXTRACT_SERVER_PROT" in result.stderr
    assert "METAEXTRACT_SERVER_PORT" in result.stderr
    assert result.stderr.count("\n") == 1


def test_it_is_a_command_of_the_command_line() -> None:
    command = [sys.executable, "-m", "metaextract_core", "serve", "--help"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout.startswith("Usage: python -m metaextract_core serve [OPTIONS]")
    assert "Exit status: 0 " in result.stdout
    (point,) = entry_points(group="metaextract.commands", name="serve")
    assert point.load() is cli.serve


def test_who_lists_the_commands_does_not_wait_for_the_server() -> None:
    program = "import sys, metaextract_server.cli; print('aiohttp' in sys.modules)"
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout == "False\n"
