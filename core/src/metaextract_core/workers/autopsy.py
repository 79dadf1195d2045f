"""What a dead worker's section says."""

from __future__ import annotations

import signal
import time
from typing import Final

from metaextract_core.record import Section
from metaextract_core.workers.flight import Flight

TIMEOUT: Final = "timeout"
"""The verdict on a worker that was killed for being late."""
FROM_OUTSIDE: Final = "MX512"
"""The code where somebody else has ended the worker."""


def autopsy(version: str, flight: Flight, verdict: str, status: int | None) -> Section:
    """The section of the extractor that a worker was running when it died.

    Args:
        version: of the extractor.
        flight: the worker's last step.
        verdict: why the host killed it: `TIMEOUT`, or a sentence; empty where it did not.
        status: exit status, negative for a signal; None where it is not known.
    """
    section = Section(
        status="crashed",
        version=version,
        duration_ms=max(0.0, round((time.monotonic() - flight.started) * 1000, 3)),
        code="MX504",
    )
    step = "while it was imported or set up" if flight.importing else "while reading this file"
    if verdict == TIMEOUT:
        section.status, section.code = "timeout", "MX502"
        section.reason = f"not finished after {flight.timeout:g} s {step}"
    elif verdict:
        section.status, section.code, section.reason = "failed", "MX505", verdict
    elif status is not None and status < 0:
        section.reason = f"{_signal_name(-status)} {step}"
        if status == -signal.SIGKILL:
            section.code = FROM_OUTSIDE
    else:
        section.reason = f"its process ended with exit status {status} {step}"
    if flight.importing and section.code in ("MX502", "MX504"):
        section.code = "MX513"
    return section


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
