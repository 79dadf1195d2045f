"""A verdict takes its state from the diagnostic that decides it."""

from __future__ import annotations

import pytest

from metaextract_core.codes import CODES
from metaextract_core.descriptor import Descriptor
from metaextract_core.discovery import EXTRACTORS, Candidate
from metaextract_core.vetting.verdict import Diagnostic, Verdict, described

CANDIDATE = Candidate("x", EXTRACTORS, "m:X", "demo", "1.5", paths=("/p",), origin="/o")


def test_without_a_diagnostic_it_is_ready() -> None:
    verdict = Verdict.of(CANDIDATE)
    assert (verdict.status, verdict.code, verdict.message, verdict.fix) == ("ready", None, "", "")
    assert verdict.diagnostics == []
    assert verdict.location == "metaextract.extractors: x = m:X"
    assert (verdict.distribution, verdict.version, verdict.origin) == ("demo", "1.5", "/o")


@pytest.mark.parametrize("code", sorted(CODES))
def test_the_code_gives_state_and_mend_line(code: str) -> None:
    verdict = Verdict.of(CANDIDATE, Diagnostic(code, "because", "m.py:3"))
    assert (verdict.code, verdict.status, verdict.fix) == (
        code,
        CODES[code].state,
        CODES[code].fix,
    )
    assert (verdict.message, verdict.location) == ("because", "m.py:3")


def test_the_first_diagnostic_decides_and_the_others_are_kept() -> None:
    first, second = Diagnostic("MX314", "a thread"), Diagnostic("MX401", "no class", "m.py:1")
    verdict = Verdict.of(CANDIDATE, first, second, fix="do this")
    assert (verdict.code, verdict.fix) == ("MX314", "do this")
    assert verdict.diagnostics == [first, second]
    assert verdict.location.startswith("metaextract.extractors"), "no place of its own"


def test_what_is_decided_later_goes_first_and_hides_nothing() -> None:
    warning, missing = Diagnostic("MX313", "it prints"), Diagnostic("MX107", "no tool")
    verdict = Verdict.of(CANDIDATE, warning)
    verdict.decide()
    assert verdict.status == "ready"
    verdict.decide(missing)
    assert (verdict.code, verdict.status) == ("MX107", "unavailable")
    assert verdict.diagnostics == [missing, warning]


def test_no_descriptor_speaks_for_another() -> None:
    forged = Descriptor(
        id="other",
        target="os:system",
        distribution="d",
        distribution_version="0",
        paths=("/tmp",),
        media_types=("image/png",),
        trust=70,
    )
    honest = described(CANDIDATE, forged)
    assert (honest.id, honest.target, honest.paths) == ("x", "m:X", ("/p",))
    assert (honest.distribution, honest.distribution_version) == ("demo", "1.5")
    assert (honest.media_types, honest.trust) == (("image/png",), 70)
