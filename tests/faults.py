"""The faults that MetaExtract promises to survive, and which of them the tests prove.

A test names the faults that it proves: ``test_f05_...``, ``test_f14_f16_...``. `pytest --faults`
runs those tests alone and ends with the table of all faults.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

FAULTS: Final[Mapping[str, str]] = {
    "F01": "an extractor raises",
    "F02": "an extractor spins in C and holds the interpreter",
    "F03": "an extractor sleeps or waits",
    "F04": "an extractor allocates without end",
    "F05": "an extractor crashes its process",
    "F06": "an extractor ends its process",
    "F07": "an extractor leaves children or threads",
    "F08": "an extractor writes 100 MB to its output",
    "F09": "an extractor returns a million tags, or one value of 1 GB",
    "F10": "deeply nested JSON, XML, DICOM sequences, archives",
    "F11": "decompression bombs",
    "F12": "pixel bombs",
    "F13": "external entities, entity bombs, remote DTDs",
    "F14": "hostile names",
    "F15": "what is no regular file",
    "F16": "arguments smuggled into tools",
    "F17": "extraction by URL",
    "F18": "catastrophic regular expressions",
    "F19": "a polyglot, or a wrong extension",
    "F20": "script in a metadata value",
    "F21": "a formula in a CSV cell",
    "F22": "control characters or secrets in logs",
    "F23": "a poisoned cache entry",
    "F24": "Redis slow, gone, or returning errors",
    "F25": "the database gone in mid-request",
    "F26": "32 writers of one SQLite database",
    "F27": "a full disk",
    "F28": "the server killed in mid-write",
    "F29": "workers killed repeatedly",
    "F30": "one poison file in a batch of 256",
    "F31": "the same chunk delivered twice",
    "F32": "the driver of a batch killed",
    "F33": "slow uploads, slow headers",
    "F34": "an oversize body, a wrong length, an endless preamble",
    "F35": "10,000 parts or headers, huge field names",
    "F36": "a client that leaves",
    "F37": "a listener that stops reading; idle sockets",
    "F38": "forged, expired and revoked tokens",
    "F39": "ids of another account",
    "F40": "foreign origins and framing",
    "F41": "guessing a password",
    "F42": "100 parallel requests with one credit left",
    "F43": "SIGTERM under load",
    "F44": "an older schema, a newer schema",
    "F45": "backup, and restoring elsewhere",
    "F46": "plugins that lack something, hang, break the contract or share a name",
    "F47": "a file that changes while it is read",
    "F48": "dates that are none",
    "F49": "names and values that are not Unicode",
    "F50": "evidence: the original stays as it was",
}
"""Id -> the fault in a few words."""

IN_PART: Final[Mapping[str, str]] = {
    "F27": "scratch folders and the cache",
    "F28": "jobs of the server, which does not have any yet",
    "F36": "jobs of the server, which does not have any yet",
    "F40": "what browsers keep of a log-in, for the server has no accounts yet",
}
"""Id -> what no test proves yet, though some of the fault is proven."""

_IN_NAME: Final = re.compile(r"(?<=_)f(\d\d)(?=_)")


def named(test: str) -> list[str]:
    """The faults that a test's id or name speaks of.

    Raises:
        ValueError: there is no such fault.
    """
    function = test.rpartition("::")[2].partition("[")[0]
    faults = [f"F{number}" for number in _IN_NAME.findall(function)]
    if unknown := [fault for fault in faults if fault not in FAULTS]:
        raise ValueError(f"{test} speaks of {', '.join(unknown)}, which is no fault")
    return faults


def table(results: Iterable[tuple[str, str]]) -> list[str]:
    """Lines of text: each fault with its state, and under it the tests that spoke of it.

    Args:
        results: id of a test and how it went: ``passed``, ``failed``, ``error`` or ``skipped``.
    """
    outcomes: dict[str, Counter[str]] = {fault: Counter() for fault in FAULTS}
    tests: dict[str, Counter[str]] = {fault: Counter() for fault in FAULTS}
    for test, outcome in results:
        for fault in named(test):
            outcomes[fault][outcome] += 1
            tests[fault][test.partition("[")[0]] += 1
    lines = []
    for fault, title in FAULTS.items():
        lines.append(f"{fault}  {_state(fault, outcomes[fault]):8} {title}")
        if fault in IN_PART:
            lines.append(f"     not yet: {IN_PART[fault]}")
        lines += [f"     {count:3} of {test}" for test, count in sorted(tests[fault].items())]
    states = Counter(_state(fault, outcomes[fault]) for fault in FAULTS)
    return [*lines, ", ".join(f"{count} {state}" for state, count in sorted(states.items()))]


def _state(fault: str, outcomes: Counter[str]) -> str:
    if outcomes["failed"] or outcomes["error"]:
        return "fail"
    if not outcomes["passed"]:
        return "skipped" if outcomes["skipped"] else "not yet"
    return "in part" if fault in IN_PART else "pass"
