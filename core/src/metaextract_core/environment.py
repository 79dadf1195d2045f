"""Variables of the environment that stand for keys of the configuration file."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from typing import Annotated, Any, Final, get_args, get_origin

import msgspec
from msgspec import Struct

from metaextract_core.errors import SettingsError

PREFIX: Final = "METAEXTRACT_"
_FILE: Final = "_FILE"
SECRETS: Final = ("METAEXTRACT_DATABASE_URL", "METAEXTRACT_REDIS_URL")
"""Variables that may have a password in them; with ``_FILE`` they name the file that has it."""
OTHERS: Final = frozenset(
    {
        "METAEXTRACT_CACHE_DIR",
        "METAEXTRACT_CONFIG",
        "METAEXTRACT_CORPORA",
        "METAEXTRACT_DATA_DIR",
        "METAEXTRACT_STATE_DIR",
        *SECRETS,
        *(name + _FILE for name in SECRETS),
    }
)
"""Variables of ours that stand for no key."""


def variable(table: str, key: str) -> str:
    """The variable of a key: ``METAEXTRACT_CACHE_SIZE`` for ``size`` of ``[cache]``."""
    return f"{PREFIX}{table}_{key}".upper()


def given(settings: type[Struct]) -> dict[tuple[str, str], Any]:
    """(table, key) -> value of every key of `settings` that a variable stands for.

    Members of a list are separated by commas, and so are the ``name=value`` of a table. A variable
    that stands for no key is left alone.

    Raises:
        SettingsError: a value is not one that its key may have.
    """
    if not any(name.startswith(PREFIX) and name not in OTHERS for name in os.environ):
        return {}  # which is how most commands start
    return {
        (table, key): _value(name, os.environ[name], kind)
        for table, key, kind in keys(settings)
        if (name := variable(table, key)) in os.environ
    }


def keys(settings: type[Struct]) -> Iterator[tuple[str, str, Any]]:
    """Table, key and type of everything that `settings` may have."""
    for table in msgspec.structs.fields(settings):
        for key in msgspec.structs.fields(table.type):
            yield table.encode_name, key.encode_name, key.type


def check(settings: type[Struct]) -> None:
    """Refuse variables that look like ours and are not.

    Raises:
        SettingsError: there is one; the message has the name that was probably meant.
    """
    known = OTHERS | {variable(table, key) for table, key, _ in keys(settings)}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            close = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise SettingsError(f"{name}: there is no such variable{hint}")


def secret(name: str) -> str | None:
    """The value of the variable `name`, or of the file that its ``_FILE`` names; None for neither.

    Raises:
        SettingsError: both are set, or the file cannot be read.
    """
    value, file = os.environ.get(name), os.environ.get(name + _FILE)
    if not file:
        return value or None
    if value:
        raise SettingsError(f"{name} and {name}{_FILE} are both set; unset one of them")
    try:
        with open(file, encoding="utf-8") as stream:
            return stream.read().rstrip("\r\n") or None
    except OSError as error:
        raise SettingsError(f"{name}{_FILE}: {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{name}{_FILE}: {file}: is not UTF-8 text") from error


def _value(name: str, text: str, kind: Any) -> Any:
    plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    raw: Any = text
    if get_origin(plain) is list:
        raw = _members(text)
    elif get_origin(plain) is dict:
        raw = dict(_pair(name, member) for member in _members(text))
    try:
        return msgspec.convert(raw, kind, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{name}: {error}") from error


def _members(text: str) -> list[str]:
    return [member.strip() for member in text.split(",") if member.strip()]


def _pair(name: str, member: str) -> tuple[str, str]:
    key, equals, value = member.partition("=")
    if not equals:
        raise SettingsError(f"{name}: `{member}` does not have the form name=value")
    return key.strip(), value.strip()
