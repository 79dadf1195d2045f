"""The configuration: one TOML file, read once, checked key by key."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct, field

from metaextract_core.errors import SettingsError


class PluginSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """The table ``[plugins]``.

    Attributes:
        allow: names of the plugins that may run; empty allows all.
        deny: names of plugins or distributions that may not.
        import_timeout: seconds that importing one plugin may take, at most an hour.
    """

    allow: list[str] = field(default_factory=list)
    deny: list[str] = field(default_factory=list)
    import_timeout: Annotated[float, Meta(gt=0, le=3600)] = 10.0


class Settings(Struct, kw_only=True, forbid_unknown_fields=True):
    """What the operator may decide."""

    plugins: PluginSettings = field(default_factory=PluginSettings)


def load_settings(path: str | None = None) -> Settings:
    """The settings of a file; the defaults where the user has none.

    Args:
        path: the file; ``METAEXTRACT_CONFIG`` or ``config.toml`` in the user's folder if None.

    Raises:
        SettingsError: the file was named but is not there, or it is not valid.
    """
    named = path or os.environ.get("METAEXTRACT_CONFIG")
    file = Path(named) if named else _users("config") / "config.toml"
    try:
        text = file.read_bytes().decode()
    except FileNotFoundError:
        if named:
            raise SettingsError(f"{file}: there is no such configuration file") from None
        return Settings()
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: is not UTF-8 text ({error.reason})") from error
    import tomllib  # here, because most users have no file

    try:
        return msgspec.convert(tomllib.loads(text), Settings)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SettingsError(f"{file}: {error}") from error


def cache_folder() -> Path:
    """Where what can be computed again is kept: ``METAEXTRACT_CACHE_DIR`` or the user's cache."""
    named = os.environ.get("METAEXTRACT_CACHE_DIR")
    return Path(named) if named else _users("cache")


def _users(kind: Literal["cache", "config"]) -> Path:
    if os.uname().sysname == "Linux":
        # XDG Base Directory Specification. platformdirs would say the same, but to import it takes
        # a tenth of a start.
        base = os.environ.get(f"XDG_{kind.upper()}_HOME", "").strip()
        return Path(base or os.path.expanduser(f"~/.{kind}"), "metaextract")
    import platformdirs

    find = platformdirs.user_cache_path if kind == "cache" else platformdirs.user_config_path
    return find("metaextract")
