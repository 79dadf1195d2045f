"""`pytest --faults` runs the tests that prove faults, and ends with the table of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import faults


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--faults",
        action="store_true",
        help="run the tests that prove faults, and print the table of all faults",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--faults"):
        others = [item for item in items if not faults.named(item.nodeid)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if faults.named(item.nodeid)]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if not config.getoption("--faults") or config.option.collectonly:
        return
    results = [
        (report.nodeid, outcome)
        for outcome in ("passed", "failed", "error", "skipped")
        for report in terminalreporter.getreports(outcome)
    ]
    terminalreporter.section("faults")
    for line in faults.table(results):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session", autouse=True)
def session_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fixtures that outlive a test leave the user's own state alone as well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("METAEXTRACT_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        patch.setenv("METAEXTRACT_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        patch.delenv("METAEXTRACT_REDIS_URL", raising=False)
        patch.delenv("METAEXTRACT_DATABASE_URL", raising=False)
        yield


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test's extractors do is not held against those of the next, nor of the user."""
    monkeypatch.setenv("METAEXTRACT_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("METAEXTRACT_DATA_DIR", str(tmp_path / "data"))
