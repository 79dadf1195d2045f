"""`pytest --faults` ends with a table: which of the faults F01 to F50 the tests prove.

A test names the faults that it proves: `test_f05_...`, `test_f14_f16_...`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

_FAULTS = 50
_IN_NAME = re.compile(r"(?<=_)f(\d\d)(?=_)")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--faults", action="store_true", help="print the table of proven faults")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if not config.getoption("--faults"):
        return
    outcomes: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.getreports(outcome):
            name = report.nodeid.rpartition("::")[2].partition("[")[0]
            for number in _IN_NAME.findall(name):
                outcomes[int(number)][outcome] += 1
    terminalreporter.section("faults")
    for number in range(1, _FAULTS + 1):
        counts = outcomes[number]
        verdict = "not yet"
        if counts["failed"] or counts["error"]:
            verdict = "fail"
        elif counts["passed"]:
            verdict = "pass"
        details = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
        terminalreporter.write_line(f"F{number:02}  {verdict:8}{details}")


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test's extractors do is not held against those of the next, nor of the user."""
    monkeypatch.setenv("METAEXTRACT_STATE_DIR", str(tmp_path / "state"))
