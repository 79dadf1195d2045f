"""The table of faults is complete and consistent."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from metaextract_core.codes import CODES, Code, State
from metaextract_sdk.conformance.rules import RULES, WISHES

ROOT = Path(__file__).parents[3]


def test_codes_are_in_order_and_unique() -> None:
    """A row that is added twice or out of place is noticed."""
    folder = ROOT / "core" / "src" / "metaextract_core" / "codes"
    sources = (file.read_text("utf-8") for file in folder.glob("*.py"))
    written = re.findall(r'^ +"(MX\d{3})",$', "".join(sources), re.MULTILINE)
    written = sorted([*written, *(rule.code for rule in RULES)])
    assert written == sorted(set(written)) == list(CODES)


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_each_code_explains_itself(code: Code) -> None:
    """Title and mend line fit into a sentence, the explanation is one."""
    assert code.state in get_args(State)
    assert code.title
    assert not code.title.endswith(".")
    assert code.fix
    assert not code.fix.endswith(".")
    assert code.explanation.endswith(".")


def test_faults_of_one_file_do_not_judge_a_plugin() -> None:
    """MX5xx belong to sections of records; of the others only warnings leave a plugin ready.

    So do rules that only gold asks for.
    """
    harmless = {code.code for code in CODES.values() if code.state == "ready"}
    sections = {name for name in CODES if name.startswith("MX5")}
    wishes = {rule.code for rule in RULES if rule.tier == WISHES}
    assert harmless == sections | wishes | {"MX111", "MX313", "MX407"}


def test_each_code_is_used() -> None:
    """A code that nothing gives would be a promise that is not kept."""
    folder = ROOT / "core" / "src" / "metaextract_core"
    sources = "".join(
        file.read_text("utf-8") for file in folder.rglob("*.py") if file.parent.name != "codes"
    )
    used = set(re.findall(r"MX\d{3}", sources)) | {rule.code for rule in RULES}
    assert set(CODES) - used == set()
