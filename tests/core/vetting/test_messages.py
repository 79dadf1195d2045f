"""Messages survive the way through JSON, whatever a plugin put into them."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaextract_core.vetting.messages import Finding, Report, one_line
from metaextract_core.vetting.verdict import Diagnostic


@given(st.text(st.characters(codec=None)))
def test_one_line_is_one_line_that_can_be_sent(text: str) -> None:
    line = one_line(text)
    assert line.splitlines() in ([], [line])
    assert msgspec.json.decode(msgspec.json.encode(line)) == line


def test_one_line_is_bounded() -> None:
    assert len(one_line("x" * 1_000_000)) <= 500


def test_one_line_of_what_has_no_text() -> None:
    class Mute:
        def __str__(self) -> str:
            raise ValueError

    assert one_line(Mute()) == "Mute whose text raises ValueError"


def test_a_finding_arrives_as_it_was_sent() -> None:
    report = Report("done", [Diagnostic("MX301", "no", "a.py:1")], "mend it", 1.5)
    finding = Finding(report, -11, late=False, busy=True, children=2, output="\x1b", printed=1)
    assert msgspec.json.decode(msgspec.json.encode(finding), type=Finding) == finding


@pytest.mark.parametrize("stage", ["Done", "", None])
def test_a_stage_that_does_not_exist_is_refused(stage: str | None) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode({"stage": stage}), type=Report)
