"""What the operator of a server may decide; here, because one file configures everything."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct


class ServerSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """The table ``[server]``: where the HTTP server listens, and how much it takes.

    Attributes:
        host: loopback address to listen on.
        port: port to listen on; 0 takes any free one.
        largest_upload: bytes of one file.
        scratch_reserve: bytes that stay free on the disk where uploads arrive.
        drain_seconds: seconds that requests may take to finish after the server was asked to end.
    """

    host: Annotated[str, Meta(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8000
    largest_upload: Annotated[int, Meta(ge=1)] = 5 << 30
    scratch_reserve: Annotated[int, Meta(ge=0)] = 256 << 20
    drain_seconds: Annotated[float, Meta(ge=0, le=3600)] = 20.0
