"""`metaextract config show` says what holds, and who said so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.core.cli.catalogued import Catalogued

from metaextract_core import environment
from metaextract_core.settings import Settings


def test_every_key_has_its_value_and_its_origin(catalogued: Catalogued, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[server]\nhost = '::1'\n")
    given = {"METAEXTRACT_CONFIG": str(file), "METAEXTRACT_SERVER_PORT": "2"}
    found = json.loads(catalogued.run("config", "show", "--json", **given).stdout)
    whose = {(each["table"], each["key"]): (each["value"], each["origin"]) for each in found}
    assert {(table, key) for table, key, _ in environment.keys(Settings)} <= whose.keys()
    assert whose["server", "host"] == ("::1", str(file))
    assert whose["server", "port"] == (2, "METAEXTRACT_SERVER_PORT")
    assert whose["cache", "enabled"] == (True, "default")
    assert whose["", "config"] == (str(file), "METAEXTRACT_CONFIG")
    assert whose["", "redis_url"] == (None, "default")
    shown = catalogued.run("config", "show", **given).stdout
    assert any(line.split()[:2] == ["server.host", "::1"] for line in shown.splitlines())


@pytest.mark.parametrize(
    "url",
    [
        "redis://user:hunter2@host/0",
        "redis://:hunter2@host/0",
        "redis://user:a:hunter2@b@host/0",
        "redis://host/0?password=hunter2&x=1",
    ],
)
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_passwords_in_urls_are_hidden(
    catalogued: Catalogued, url: str, form: tuple[str, ...]
) -> None:
    done = catalogued.run("config", "show", *form, METAEXTRACT_REDIS_URL=url)
    assert done.returncode == 0
    assert "host/0" in done.stdout
    assert "hunter2" not in done.stdout


def test_a_secret_of_a_file_is_named_by_its_variable(
    catalogued: Catalogued, tmp_path: Path
) -> None:
    (tmp_path / "url").write_text("redis://user:hunter2@host\n")
    given = {"METAEXTRACT_REDIS_URL_FILE": str(tmp_path / "url")}
    done = catalogued.run("config", "show", "--json", **given)
    (found,) = (each for each in json.loads(done.stdout) if each["key"] == "redis_url")
    assert found["value"] == "redis://user:***@host"
    assert found["origin"] == "METAEXTRACT_REDIS_URL_FILE"


def test_a_mistyped_variable_is_one_line_and_a_usage_error(catalogued: Catalogued) -> None:
    done = catalogued.run("config", "show", METAEXTRACT_SERVER_PROT="1")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("metaextract: METAEXTRACT_SERVER_PROT: ")
