"""Variables stand for keys; the order is environment, file, default, and each value says whose."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from metaextract_core import environment
from metaextract_core.errors import SettingsError
from metaextract_core.settings import (
    Settings,
    check_environment,
    database_url,
    load_settings,
    origins,
    redis_url,
)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration file, which says something."""
    named = tmp_path / "config.toml"
    named.write_text("[server]\nport = 1\nhost = '::1'\n[cache]\nenabled = false\n")
    monkeypatch.setenv("METAEXTRACT_CONFIG", str(named))
    return named


def test_the_environment_goes_before_the_file_and_the_file_before_the_default(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("METAEXTRACT_SERVER_PORT", "2")
    server = load_settings().server
    assert (server.port, server.host, server.drain_seconds) == (2, "::1", 20)
    whose = {(each.table, each.key): (each.value, each.origin) for each in origins()}
    assert whose["server", "port"] == (2, "METAEXTRACT_SERVER_PORT")
    assert whose["server", "host"] == ("::1", str(file))
    assert whose["server", "drain_seconds"] == (20, "default")


@pytest.mark.parametrize(
    ("table", "key", "text", "value"),
    [
        ("cache", "size", "2097152", 2097152),
        ("cache", "enabled", "false", False),
        ("redis", "timeout", "0.5", 0.5),
        ("plugins", "deny", "one, two", ["one", "two"]),
        ("plugins", "deny", "", []),
        ("workers", "omit_layers", "landlock", ["landlock"]),
        ("plugins", "priority", "pillow=80, exif = 20", {"pillow": 80, "exif": 20}),
        ("server", "host", "::1", "::1"),
    ],
)
def test_values_of_every_kind_can_be_written_as_text(
    monkeypatch: pytest.MonkeyPatch, table: str, key: str, text: str, value: Any
) -> None:
    monkeypatch.setenv(environment.variable(table, key), text)
    assert getattr(getattr(load_settings(), table), key) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("METAEXTRACT_CACHE_SIZE", "much"),
        ("METAEXTRACT_CACHE_SIZE", "1"),
        ("METAEXTRACT_CACHE_ENABLED", "perhaps"),
        ("METAEXTRACT_PLUGINS_PRIORITY", "pillow"),
        ("METAEXTRACT_PLUGINS_PRIORITY", "pillow=101"),
        ("METAEXTRACT_WORKERS_READABLE", "relative"),
        ("METAEXTRACT_MEMORY_EMERGENCY", "1"),
    ],
)
def test_a_fault_is_one_line_that_begins_with_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith(f"{name}: ")
    assert len(str(caught.value).splitlines()) == 1


def test_a_fault_of_the_file_is_not_blamed_on_a_variable(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("[server]\nprot = 1\n")
    monkeypatch.setenv("METAEXTRACT_SERVER_PORT", "2")
    with pytest.raises(SettingsError, match="`prot`") as caught:
        load_settings()
    assert str(caught.value).startswith(f"{file}: ")


def test_a_mistyped_variable_is_refused_where_it_is_asked_for_and_ignored_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check_environment()
    monkeypatch.setenv("METAEXTRACT_CONFIG", os.devnull)
    monkeypatch.setenv("METAEXTRACT_SERVER_PROT", "1")
    assert load_settings() == Settings()
    with pytest.raises(SettingsError, match=r"PROT: .* mean METAEXTRACT_SERVER_PORT\?"):
        check_environment()


def test_no_variable_stands_for_two_things() -> None:
    names = [environment.variable(table, key) for table, key, _ in environment.keys(Settings)]
    assert len(set(names)) == len(names)
    assert not set(names) & environment.OTHERS


@pytest.mark.parametrize("name", environment.SECRETS)
def test_a_url_can_be_read_from_a_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = {environment.SECRETS[0]: database_url, environment.SECRETS[1]: redis_url}[name]
    assert ask() is None
    secret = tmp_path / "secret"
    monkeypatch.setenv(f"{name}_FILE", str(secret))
    with pytest.raises(SettingsError, match=f"{name}_FILE: .*No such file"):
        ask()
    secret.write_text("scheme://user:word@host/\n")
    assert ask() == "scheme://user:word@host/"
    monkeypatch.setenv(name, "other://")
    with pytest.raises(SettingsError, match="both set"):
        ask()
