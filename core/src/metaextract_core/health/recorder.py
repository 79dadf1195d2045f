"""Counts what extractors do: a hook like any other plugin's."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

from metaextract_core.health.remembered import Remembered
from metaextract_core.health.store import Key, Store
from metaextract_core.health.tally import DEATHS, ERRORS, REMEMBERED, Death, Tally
from metaextract_core.settings import HealthSettings
from metaextract_sdk import hookimpl

_EVERY: Final = 10.0
"""Seconds of a long run after which what was counted is written."""
_DAY_MS: Final = 86_400_000.0
_PEBI: Final = 1 << 50


class Recorder:
    """Adds up what it is told of sections, and writes it now and then, and when asked.

    The loss of a worker is written at once: the next file may take this process down.

    Attributes:
        remembered: the files over which a worker was lost.
    """

    def __init__(self, store: Store, settings: HealthSettings) -> None:
        self.remembered = Remembered(settings.remember)
        self._settings = settings
        self._store = store
        self._lock = threading.Lock()
        self._tallies: dict[Key, Tally] = {}
        self._written = time.monotonic()

    @hookimpl
    def metaextract_section(
        self,
        size: int,
        digest: str | None,
        extractor: str,
        section: Mapping[str, Any],
        peak_memory: int,
    ) -> None:
        """Count a section, unless nothing has run for it."""
        version, status, code = section["version"], section["status"], section["code"] or ""
        if not version or status == "unavailable" or section["cached"] or code == REMEMBERED:
            return
        now = time.time()
        # Both come from a process that may be out of control.
        spent = section["duration_ms"] if 0 <= section["duration_ms"] < _DAY_MS else 0.0
        peak = peak_memory if 0 <= peak_memory < _PEBI else 0
        with self._lock:
            tally = self._tallies.get((extractor, version))
            if tally is None:
                tally = self._tallies[extractor, version] = Tally()
            tally.outcomes[status, code] = tally.outcomes.get((status, code), 0) + 1
            tally.seconds += spent / 1000
            tally.size += size
            tally.peak_memory = max(tally.peak_memory, peak)
            if code not in ERRORS and code not in DEATHS:
                tally.last_good = now
        if code in DEATHS and digest is not None:
            self._lost(
                Death(
                    extractor=extractor,
                    version=version,
                    digest=digest,
                    size=size,
                    status=status,
                    code=code,
                    reason=str(section["reason"]),
                    seconds=spent / 1000,
                    at=now,
                )
            )
        elif time.monotonic() - self._written > _EVERY:
            self.save()

    def _lost(self, death: Death) -> None:
        self.save(death)
        self.remembered.add(death)

    def save(self, *deaths: Death) -> None:
        """Write what was counted since the last time, and `deaths`."""
        with self._lock:
            tallies, self._tallies = self._tallies, {}
            self._written = time.monotonic()
        if tallies or deaths:
            self._store.add(tallies, deaths, self._settings)

    def load(self, deaths: Iterable[Death], settings: HealthSettings) -> None:
        """Go on with what the file says now, and with new settings."""
        self._settings = settings
        self.remembered.hold = settings.remember
        self.remembered.load(deaths)
