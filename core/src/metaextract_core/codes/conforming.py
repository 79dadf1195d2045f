"""MX6xx: what a deep check finds: one code for each rule of the SDK."""

from __future__ import annotations

from typing import Final

from metaextract_core.codes.code import Code
from metaextract_sdk.conformance.rules import RULES, WISHES

ROWS: Final[tuple[Code, ...]] = tuple(
    Code(
        rule.code,
        "ready" if rule.tier == WISHES else "broken",
        rule.title,
        rule.why,
        rule.fix,
    )
    for rule in RULES
)
