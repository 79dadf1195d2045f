"""How aiohttp must be run so that slow and endless requests are cut off."""

from __future__ import annotations

from typing import Final, TypedDict

HEADER_SECONDS: Final = 20.0
"""Seconds until the headers of a request are complete, and that a connection may idle."""


class RunnerSettings(TypedDict):
    """Keyword arguments of ``web.AppRunner`` and ``web.run_app``."""

    keepalive_timeout: float
    lingering_time: float
    read_bufsize: int
    max_line_size: int
    max_field_size: int
    max_headers: int


def runner_settings(header_seconds: float = HEADER_SECONDS) -> RunnerSettings:
    """The settings that the promises of this package rest on.

    ``keepalive_timeout`` is what guards against slow headers: aiohttp (3.14) starts that timer when
    a connection is made and after each answer, and closes a connection that has not sent the whole
    head of a request by then, however busily it drips. The default would be an hour.

    ``lingering_time`` is 0, since aiohttp otherwise reads and drops for 10 seconds whatever a
    refused client still sends, at full speed.

    Args:
        header_seconds: see `HEADER_SECONDS`.
    """
    return RunnerSettings(
        keepalive_timeout=header_seconds,
        lingering_time=0.0,
        read_bufsize=8 << 10,  # aiohttp holds twice this, and what was read at once on top
        max_line_size=8190,
        max_field_size=8190,
        max_headers=100,
    )
