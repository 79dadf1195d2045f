"""`metaextract config`: what holds, and who said so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import click
import msgspec

from metaextract_core import settings
from metaextract_core.cli import asking, console
from metaextract_core.environment import SECRETS


@click.group()
def config() -> None:
    """Say what the configuration is.

    Exit status: 0 it is said, 2 usage, or the configuration is not valid.
    """


@config.command()
@asking.as_json
def show(as_json: bool) -> int:
    """List every key with its value and where this comes from: a file, a variable or the default.

    Passwords in URLs are hidden. A variable METAEXTRACT_... that stands for nothing is an error.

    Exit status: 0 it is listed, 2 usage, or the configuration is not valid.
    """
    settings.check_environment()
    found = [
        {
            "table": each.table,
            "key": each.key,
            "value": _hidden(each.value),
            "origin": each.origin,
        }
        for each in (*_places(), *settings.origins())
    ]
    if as_json:
        asking.write_json(found)
        return 0
    rows = [
        (
            ".".join(filter(None, (each["table"], each["key"]))),
            console.safe(_shown(each["value"])),
            console.safe(each["origin"]),
        )
        for each in found
    ]
    asking.show(("key", "value", "origin"), rows)
    return 0


def _places() -> Iterator[settings.Origin]:
    """What variables alone decide: folders and URLs, which are in no table."""
    places: dict[str, str | None] = {
        "METAEXTRACT_CONFIG": str(settings.settings_file()),
        "METAEXTRACT_CACHE_DIR": str(settings.cache_folder()),
        "METAEXTRACT_STATE_DIR": str(settings.state_folder()),
        "METAEXTRACT_DATA_DIR": str(settings.data_folder()),
        "METAEXTRACT_DATABASE_URL": settings.database_url(),
        "METAEXTRACT_REDIS_URL": settings.redis_url(),
    }
    for name, value in places.items():
        names = (name, f"{name}_FILE") if name in SECRETS else (name,)
        origin = next((each for each in names if os.environ.get(each)), "default")
        key = name.removeprefix("METAEXTRACT_").lower()
        yield settings.Origin(table="", key=key, value=value, origin=origin)


def _hidden(value: Any) -> Any:
    """Without the passwords of URLs: before the host (RFC 3986, section 3.2.1), or a parameter."""
    if not isinstance(value, str) or "://" not in value:
        return value
    try:
        url = urlsplit(value)
    except ValueError:
        return "(no URL)"
    user, at, host = url.netloc.rpartition("@")
    if ":" in user:
        user = f"{user.partition(':')[0]}:***"
    query = "&".join(map(_parameter, url.query.split("&")))
    return url._replace(netloc=f"{user}{at}{host}", query=query).geturl()


def _parameter(text: str) -> str:
    name, equals, _ = text.partition("=")
    return f"{name}=***" if equals and name.lower().endswith("password") else text


def _shown(value: Any) -> str:
    """As a person reads it: text as it is, everything else as TOML and JSON write it."""
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
