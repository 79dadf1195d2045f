"""A dead worker's section says what happened, in words."""

from __future__ import annotations

import pytest

from metaextract_core.workers.autopsy import TIMEOUT, autopsy
from metaextract_core.workers.flight import Flight


@pytest.mark.parametrize(
    ("verdict", "status", "expected", "words"),
    [
        (TIMEOUT, -9, "timeout", "not finished after 2.5 s"),
        ("", -11, "crashed", "SIGSEGV"),
        ("", -200, "crashed", "signal 200"),
        ("", 0, "crashed", "exit status 0"),
        ("it broke the worker's protocol", -9, "failed", "protocol"),
    ],
)
def test_verdict_and_status_decide_the_section(
    verdict: str, status: int, expected: str, words: str
) -> None:
    section = autopsy("1.0", Flight(0, 0, started=1.0, timeout=2.5), verdict, status)
    assert section.status == expected
    assert words in str(section.reason)
    assert section.version == "1.0"


def test_a_death_while_importing_is_told_apart_from_one_while_reading() -> None:
    importing = autopsy("1", Flight(0, -1, importing=True), "", -6)
    assert "imported or set up" in str(importing.reason)
    assert "reading this file" in str(autopsy("1", Flight(0, 0), "", -6).reason)
    hanging = autopsy("1", Flight(0, -1, importing=True), TIMEOUT, -9)
    assert [importing.code, hanging.code] == ["MX513", "MX513"]
    assert autopsy("1", Flight(0, 0), TIMEOUT, -9).code == "MX502"


@pytest.mark.parametrize("importing", [False, True])
def test_a_kill_that_nobody_here_ordered_has_a_code_of_its_own(importing: bool) -> None:
    """It may be the system's, short of memory, or a person's: the extractor is not to blame."""
    section = autopsy("1", Flight(0, 0, importing=importing), "", -9)
    assert (section.status, section.code) == ("crashed", "MX512")
    assert str(section.reason).startswith("SIGKILL")
