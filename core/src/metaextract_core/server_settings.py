"""What the operator of a server may decide; here, because one file configures everything."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field


class ServerSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """The table ``[server]``: how the HTTP server answers, and what it keeps.

    Attributes:
        host: address to listen on.
        port: port to listen on; 0 takes any free one.
        workers: files that are read at the same time.
        base_path: where the server lies below its host, such as ``/metaextract``; empty at the top.
        trusted_proxies: addresses or networks (``10.0.0.0/8``) of proxies whose forwarding headers
            are believed.
        allowed_origins: other origins (``https://example.org``) whose pages may ask from a browser.
        public_url: how people reach the server, such as ``https://example.org``; empty if it is
            to be taken from the request.
        sign_up: whether strangers may make accounts.
        credits: whether analyses cost credits.
        keep_originals: whether the files that were uploaded are kept beside their records.
        retention_days: days after which records and originals are deleted; 0 keeps them for ever.
        largest_upload: bytes of one file, whatever a tier allows.
        scratch_reserve: bytes that stay free on the disk where uploads arrive.
        job_files: files that one job may have.
        secret_file: the file with the key that signs tokens; made in the data folder if empty.
        tiers_file: the file with the table of tiers; the built-in table if empty.
        drain_seconds: seconds that requests may take to finish after the server was asked to end.
        log_level: the least weight of what is logged.
        log_format: a line of JSON for each event, or what a person reads at a terminal.
    """

    host: Annotated[str, Meta(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8000
    workers: Annotated[int, Meta(ge=1, le=256)] = 1
    base_path: Annotated[str, Meta(pattern=r"\A(/[A-Za-z0-9._~-]+)*\Z")] = ""
    trusted_proxies: list[str] = field(default_factory=list)
    allowed_origins: list[Annotated[str, Meta(pattern=r"\Ahttps?://[^\s/?#@]+\Z")]] = field(
        default_factory=list
    )
    public_url: Annotated[str, Meta(pattern=r"\A(https?://[^\s/?#@]+(/[^\s?#]*)?)?\Z")] = ""
    sign_up: bool = False
    credits: bool = False
    keep_originals: bool = False
    retention_days: Annotated[int, Meta(ge=0, le=36500)] = 0
    largest_upload: Annotated[int, Meta(ge=1)] = 5 << 30
    scratch_reserve: Annotated[int, Meta(ge=0)] = 1 << 30
    job_files: Annotated[int, Meta(ge=1, le=1_000_000)] = 1000
    secret_file: str = ""
    tiers_file: str = ""
    drain_seconds: Annotated[float, Meta(ge=0, le=3600)] = 20.0
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "json"

    def __post_init__(self) -> None:
        if not self.trusted_proxies:
            return
        from ipaddress import ip_network  # here, because most commands start without it

        for network in self.trusted_proxies:
            try:
                ip_network(network)
            except ValueError as error:
                raise ValueError(f"`trusted_proxies`: {error}") from None
