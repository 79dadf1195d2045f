"""The configuration: one TOML file, read once, checked key by key."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct, field

from metaextract_core import environment
from metaextract_core.errors import SettingsError
from metaextract_core.server_settings import ServerSettings
from metaextract_core.workers.sandbox.policy import Layer, Policy


class PluginSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """The table ``[plugins]``.

    Attributes:
        allow: names of the plugins that may run; empty allows all.
        deny: names of plugins or distributions that may not.
        import_timeout: seconds that importing one plugin may take, at most an hour.
        priority: extractor -> what takes the place of its own ``trust`` (0 to 100) where several
            speak of the same field; a name that is not installed has no effect.
        refresh: seconds after which a running host looks again for new, changed and removed
            plugins and for a changed configuration, when it is next asked to read files.
    """

    allow: list[str] = field(default_factory=list)
    deny: list[str] = field(default_factory=list)
    import_timeout: Annotated[float, Meta(gt=0, le=3600)] = 10.0
    priority: dict[str, Annotated[int, Meta(ge=0, le=100)]] = field(default_factory=dict)
    refresh: Annotated[float, Meta(ge=0, le=86400)] = 5.0


class HealthSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """The table ``[health]``: when an extractor counts as unwell, and what follows from crashes.

    Attributes:
        error_rate: share of runs that may end in an error of the extractor itself.
        timeout_rate: share of runs that may be killed at their deadline.
        slow: seconds that a run may take on average.
        memory: share of its own memory limit that a run may need.
        min_runs: runs before an extractor is judged.
        quarantine_after: files of different content over which an extractor must crash, hang or
            outgrow its memory, without a good run in between, to be quarantined; 0 for never.
        window: seconds within which these crashes must come.
        remember: seconds for which a file that ended a worker is not given to the same version of
            the extractor again; 0 for not at all.
    """

    error_rate: Annotated[float, Meta(gt=0, le=1)] = 0.10
    timeout_rate: Annotated[float, Meta(gt=0, le=1)] = 0.05
    slow: Annotated[float, Meta(gt=0, le=86400)] = 2.0
    memory: Annotated[float, Meta(gt=0, le=1)] = 0.8
    min_runs: Annotated[int, Meta(ge=1)] = 20
    quarantine_after: Annotated[int, Meta(ge=0)] = 3
    window: Annotated[float, Meta(gt=0)] = 86400.0
    remember: Annotated[float, Meta(ge=0)] = 7 * 86400.0


class WorkerSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """The table ``[workers]``.

    Attributes:
        require_sandbox: refuse to run where a layer of the sandbox is missing.
        omit_layers: layers to leave out, to find out which one is in the way.
        readable: further files and folders that workers may read, absolute.
    """

    require_sandbox: bool = False
    omit_layers: list[Layer] = field(default_factory=list)
    readable: list[Annotated[str, Meta(pattern="^/")]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.require_sandbox and self.omit_layers:
            raise ValueError("`require_sandbox` and `omit_layers` exclude each other")

    @property
    def policy(self) -> Policy:
        """The same in the words of the workers."""
        return Policy(self.omit_layers, self.require_sandbox, self.readable)


class CacheSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """The table ``[cache]``: what is kept of sections, so that nobody is asked twice.

    Attributes:
        enabled: whether anything is kept, and looked for.
        size: bytes that the file in the user's cache folder may hold.
        memory: bytes of sections that are held in memory as well.
        life: seconds for which a section is kept that nobody asks for.
    """

    enabled: bool = True
    size: Annotated[int, Meta(ge=1 << 20)] = 1 << 30
    memory: Annotated[int, Meta(ge=0)] = 8 << 20
    life: Annotated[float, Meta(gt=0)] = 90 * 86400.0


class RedisSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """The table ``[redis]``: sections in a server that machines share.

    It is used where ``METAEXTRACT_REDIS_URL`` is set (docs/cache.md says what for).

    Attributes:
        life: seconds for which a section is kept there.
        life_slow: the same for one that took its extractor more than 0.1 seconds.
        life_slowest: the same for one that took more than a second.
        timeout: seconds to wait for an answer; then the server is left alone for a while.
    """

    life: Annotated[float, Meta(ge=1)] = 2 * 3600.0
    life_slow: Annotated[float, Meta(ge=1)] = 3 * 3600.0
    life_slowest: Annotated[float, Meta(ge=1)] = 4 * 3600.0
    timeout: Annotated[float, Meta(gt=0, le=60)] = 0.25


class MemorySettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """The table ``[memory]``: the share of memory that is left when a run begins to take less.

    It is that of the machine, or of the control group that this program runs in, whichever is less
    (docs/memory.md says what follows).

    Attributes:
        warning: chunks, windows and the growth of workers are halved.
        critical: they are an eighth.
        emergency: files are read one at a time.
    """

    warning: Annotated[float, Meta(ge=0, le=1)] = 0.10
    critical: Annotated[float, Meta(ge=0, le=1)] = 0.05
    emergency: Annotated[float, Meta(ge=0, le=1)] = 0.025

    def __post_init__(self) -> None:
        if not self.warning >= self.critical >= self.emergency:
            raise ValueError("`warning`, `critical` and `emergency` must not rise in this order")


class CatalogueSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """The table ``[catalogue]``: the database of records.

    It is a file in the user's data folder, or the PostgreSQL database that
    ``METAEXTRACT_DATABASE_URL`` names.

    Attributes:
        timeout: seconds to wait for other writers, and for a database that does not answer.
        network: whether the file may lie on a network file system, where locks often do not hold.
    """

    timeout: Annotated[float, Meta(gt=0, le=3600)] = 60.0
    network: bool = False


class Settings(Struct, kw_only=True, forbid_unknown_fields=True):
    """What the operator may decide."""

    plugins: PluginSettings = field(default_factory=PluginSettings)
    workers: WorkerSettings = field(default_factory=WorkerSettings)
    health: HealthSettings = field(default_factory=HealthSettings)
    cache: CacheSettings = field(default_factory=CacheSettings)
    redis: RedisSettings = field(default_factory=RedisSettings)
    memory: MemorySettings = field(default_factory=MemorySettings)
    catalogue: CatalogueSettings = field(default_factory=CatalogueSettings)
    server: ServerSettings = field(default_factory=ServerSettings)


class Origin(Struct, kw_only=True):
    """Where the value of a key comes from.

    Attributes:
        table: of the configuration file.
        key: in this table.
        value: which holds.
        origin: the name of a variable, that of the file, or ``default``.
    """

    table: str
    key: str
    value: Any
    origin: str


def load_settings(path: str | None = None) -> Settings:
    """The settings of the environment and of a file; the defaults where neither says anything.

    Args:
        path: the file; ``METAEXTRACT_CONFIG`` or ``config.toml`` in the user's folder if None.

    Raises:
        SettingsError: the file was named but is not there, or what is said is not valid.
    """
    file = Path(path) if path else settings_file()
    return _settings(_tables(file, named=bool(path)), environment.given(Settings), file)


def origins(path: str | None = None) -> list[Origin]:
    """Every key with its value, and where this comes from; the arguments of `load_settings`.

    Raises:
        SettingsError: as `load_settings` does.
    """
    file = Path(path) if path else settings_file()
    tables, given = _tables(file, named=bool(path)), environment.given(Settings)
    in_file = {(table, key) for table, keys in tables.items() for key in keys}
    settings = _settings(tables, given, file)
    found = []
    for table, key, _ in environment.keys(Settings):
        origin = str(file) if (table, key) in in_file else "default"
        if (table, key) in given:
            origin = environment.variable(table, key)
        value = getattr(getattr(settings, table), key)
        found.append(Origin(table=table, key=key, value=value, origin=origin))
    return found


def check_environment() -> None:
    """Refuse variables that look like ours and are not: a mistyped one would have no effect.

    Raises:
        SettingsError: there is one.
    """
    environment.check(Settings)


def settings_file() -> Path:
    """The configuration file: ``METAEXTRACT_CONFIG`` or ``config.toml`` in the user's folder."""
    named = os.environ.get("METAEXTRACT_CONFIG")
    return Path(named) if named else _users("config") / "config.toml"


def parse_settings(text: str, file: Path) -> Settings:
    """The settings that `text`, the content of `file`, stands for, whatever the environment says.

    Raises:
        SettingsError: it is not valid.
    """
    return _converted(_parsed(text, file), file)


def _tables(file: Path, *, named: bool) -> dict[str, dict[str, Any]]:
    """What a file says, checked; nothing where there is none and it was not named."""
    try:
        text = file.read_bytes().decode()
    except FileNotFoundError:
        if named or os.environ.get("METAEXTRACT_CONFIG"):
            raise SettingsError(f"{file}: there is no such configuration file") from None
        return {}
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: is not UTF-8 text ({error.reason})") from error
    tables = _parsed(text, file)
    _converted(tables, file)
    return tables


def _parsed(text: str, file: Path) -> dict[str, Any]:
    import tomllib  # here, because most users have no file

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: {error}") from error


def _converted(tables: dict[str, Any], name: Path | str) -> Settings:
    try:
        return msgspec.convert(tables, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{name}: {error}") from error


def _settings(
    tables: dict[str, dict[str, Any]], given: dict[tuple[str, str], Any], file: Path
) -> Settings:
    """What `tables` of a file say where the environment has not `given` anything else."""
    if not given:
        return _converted(tables, file)
    merged = {table: dict(keys) for table, keys in tables.items()}
    for (table, key), value in given.items():
        merged.setdefault(table, {})[key] = value
    names = ", ".join(environment.variable(*place) for place in given)
    return _converted(merged, names)


def cache_folder() -> Path:
    """Where what can be computed again is kept: ``METAEXTRACT_CACHE_DIR`` or the user's cache."""
    named = os.environ.get("METAEXTRACT_CACHE_DIR")
    return Path(named) if named else _users("cache")


def state_folder() -> Path:
    """Where what was learnt is kept: ``METAEXTRACT_STATE_DIR`` or the user's state folder."""
    named = os.environ.get("METAEXTRACT_STATE_DIR")
    return Path(named) if named else _users("state")


def data_folder() -> Path:
    """Where what must not be lost is kept: ``METAEXTRACT_DATA_DIR`` or the user's data."""
    named = os.environ.get("METAEXTRACT_DATA_DIR")
    return Path(named) if named else _users("data")


def database_url() -> str | None:
    """The database of the catalogue: ``METAEXTRACT_DATABASE_URL``, if it is set.

    ``METAEXTRACT_DATABASE_URL_FILE`` names a file that has it.

    Raises:
        SettingsError: this file cannot be read.
    """
    return environment.secret("METAEXTRACT_DATABASE_URL")


def redis_url() -> str | None:
    """The server that machines share sections through: ``METAEXTRACT_REDIS_URL``, if it is set.

    ``METAEXTRACT_REDIS_URL_FILE`` names a file that has it.

    Raises:
        SettingsError: this file cannot be read.
    """
    return environment.secret("METAEXTRACT_REDIS_URL")


_XDG: Final = {
    "cache": ".cache",
    "config": ".config",
    "data": ".local/share",
    "state": ".local/state",
}
"""Folders of the user where no variable names others (XDG Base Directory Specification)."""


def _users(kind: Literal["cache", "config", "data", "state"]) -> Path:
    if os.uname().sysname == "Linux":
        # platformdirs would say the same, but to import it takes a tenth of a start.
        base = os.environ.get(f"XDG_{kind.upper()}_HOME", "").strip()
        return Path(base or os.path.expanduser(f"~/{_XDG[kind]}"), "metaextract")
    import platformdirs

    find = {
        "cache": platformdirs.user_cache_path,
        "config": platformdirs.user_config_path,
        "data": platformdirs.user_data_path,
        "state": platformdirs.user_state_path,
    }
    return find[kind]("metaextract")
