"""The configuration is checked key by key, and a fault is one line with file and key."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from metaextract_core.errors import SettingsError
from metaextract_core.settings import (
    HealthSettings,
    Settings,
    cache_folder,
    load_settings,
    state_folder,
)
from metaextract_core.workers.sandbox.policy import Policy


@pytest.fixture(autouse=True)
def no_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's own configuration takes part."""
    monkeypatch.delenv("METAEXTRACT_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.toml"


def refused(file: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(str(file))
    message = str(caught.value)
    assert message.startswith(f"{file}: "), "the file is not named first"
    assert len(message.splitlines()) == 1, "more than one line"
    return message


def test_without_a_file_the_defaults_hold() -> None:
    assert load_settings() == Settings()
    assert Settings().plugins.allow == []
    assert Settings().plugins.import_timeout == 10.0


def test_levels_of_memory_must_not_rise(file: Path) -> None:
    file.write_text("[memory]\nemergency = 0.2\n")
    assert "must not rise" in refused(file)


def test_a_named_file_is_read(file: Path) -> None:
    file.write_text('[plugins]\nallow = ["pillow"]\ndeny = ["exif"]\nimport_timeout = 3\n')
    plugins = load_settings(str(file)).plugins
    assert (plugins.allow, plugins.deny, plugins.import_timeout) == (["pillow"], ["exif"], 3.0)


def test_the_environment_names_a_file_and_an_argument_goes_before_it(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('[plugins]\ndeny = ["environment"]\n')
    other = tmp_path / "other.toml"
    other.write_text('[plugins]\ndeny = ["argument"]\n')
    monkeypatch.setenv("METAEXTRACT_CONFIG", str(file))
    assert load_settings().plugins.deny == ["environment"]
    assert load_settings(str(other)).plugins.deny == ["argument"]


def test_a_file_that_was_named_has_to_be_there(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no such" in refused(file)
    monkeypatch.setenv("METAEXTRACT_CONFIG", str(file))
    with pytest.raises(SettingsError, match="no such"):
        load_settings()


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plugins == 1", "line 1"),
        ("plugin = 1", "`plugin`"),
        ("[plugins]\ndney = []", "`dney` - at `$.plugins`"),
        ('[plugins]\nimport_timeout = "long"', "`$.plugins.import_timeout`"),
        ("[plugins]\ndeny = [1]", "`$.plugins.deny[0]`"),
        ("plugins = 1", "`$.plugins`"),
    ],
    ids=["no TOML", "unknown table", "unknown key", "wrong type", "wrong item", "no table"],
)
def test_a_fault_names_the_key(file: Path, text: str, said: str) -> None:
    file.write_text(text)
    assert said in refused(file)


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "1e9"])
def test_an_import_has_some_time_and_not_forever(file: Path, seconds: str) -> None:
    file.write_text(f"[plugins]\nimport_timeout = {seconds}\n")
    assert "`$.plugins.import_timeout`" in refused(file)


def test_workers_have_a_table_of_their_own(file: Path) -> None:
    file.write_text('[workers]\nomit_layers = ["landlock"]\nreadable = ["/opt/tables"]\n')
    policy = load_settings(str(file)).workers.policy
    assert policy == Policy(omit=["landlock"], require=False, readable=["/opt/tables"])
    file.write_text("[workers]\nrequire_sandbox = true\n")
    assert load_settings(str(file)).workers.policy == Policy(require=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('omit_layers = ["landlok"]', "`$.workers.omit_layers[0]`"),
        ('readable = ["tables"]', "`$.workers.readable[0]`"),
        ('require_sandbox = "yes"', "`$.workers.require_sandbox`"),
        ('require_sandbox = true\nomit_layers = ["limits"]', "exclude each other"),
    ],
    ids=["no layer", "relative path", "wrong type", "contradiction"],
)
def test_a_fault_in_the_table_of_workers_names_the_key(file: Path, text: str, said: str) -> None:
    file.write_text(f"[workers]\n{text}\n")
    assert said in refused(file)


def test_text_that_is_not_utf8_is_refused(file: Path) -> None:
    file.write_bytes(b'x = "\xff"')
    assert "UTF-8" in refused(file)


def test_the_cache_folder_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METAEXTRACT_CACHE_DIR", str(tmp_path / "kept"))
    assert cache_folder() == tmp_path / "kept"
    monkeypatch.delenv("METAEXTRACT_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert cache_folder() == tmp_path / "cache" / "metaextract"


def test_the_state_folder_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METAEXTRACT_STATE_DIR", str(tmp_path / "kept"))
    assert state_folder() == tmp_path / "kept"
    monkeypatch.delenv("METAEXTRACT_STATE_DIR")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert state_folder() == tmp_path / "state" / "metaextract"


def test_what_is_documented_as_an_example_is_valid_and_has_the_defaults(file: Path) -> None:
    """An operator may copy the block of docs/health.md as it is."""
    page = Path(__file__).parents[2] / "docs" / "health.md"
    block = page.read_text("utf-8").partition("```toml\n")[2].partition("```")[0]
    file.write_text(block)
    settings = load_settings(str(file))
    assert settings.health == HealthSettings()
    assert settings.plugins.priority == {"pillow": 80}
    assert settings.plugins.refresh == Settings().plugins.refresh
    for key in (*HealthSettings.__struct_fields__, "priority", "refresh"):
        assert key in block


@pytest.mark.parametrize(
    "text",
    [
        "[plugins.priority]\nx = 101",
        "[plugins]\nrefresh = -1",
        "[health]\nerror_rate = 0",
        "[health]\ntimeout_rate = nan",
        "[health]\nmin_runs = 0",
        "[health]\nquarantine_after = -1",
        "[health]\nremember = nan",
    ],
)
def test_numbers_out_of_range_are_refused(file: Path, text: str) -> None:
    file.write_text(text)
    key = text.split()[1] if "priority" not in text else "plugins.priority"
    assert f"`$.{key}" in refused(file) or f".{key}`" in refused(file)


@pytest.mark.parametrize("variable", [None, "", "  ", "/somewhere"])
def test_the_users_folders_are_those_of_platformdirs(
    monkeypatch: pytest.MonkeyPatch, variable: str | None
) -> None:
    """Which is not asked on Linux, for the time that its import takes."""
    monkeypatch.delenv("METAEXTRACT_CACHE_DIR", raising=False)
    if variable is None:
        monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    else:
        monkeypatch.setenv("XDG_CACHE_HOME", variable)
    assert cache_folder() == platformdirs.user_cache_path("metaextract")
