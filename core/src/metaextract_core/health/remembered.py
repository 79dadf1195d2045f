"""Files that ended a worker, so that the same content does not end the next one."""

from __future__ import annotations

import time
from collections.abc import Iterable

from msgspec import structs

from metaextract_core.health.tally import FROM_OUTSIDE, IN_SETUP, REMEMBERED, Death
from metaextract_core.record import Section


class Remembered:
    """Deaths by extractor, version and size of the file: a quick look tells most files apart.

    Attributes:
        hold: seconds for which a death is remembered.
    """

    def __init__(self, hold: float = 0.0) -> None:
        self.hold = hold
        self._deaths: dict[tuple[str, str, int], dict[str, Death]] = {}

    def load(self, deaths: Iterable[Death]) -> None:
        """Remember `deaths` and no others."""
        known: dict[tuple[str, str, int], dict[str, Death]] = {}
        for death in deaths:
            key = (death.extractor, death.version, death.size)
            known.setdefault(key, {})[death.digest] = death
        self._deaths = known

    def add(self, death: Death) -> None:
        """Remember one more, or one that has happened before once more."""
        known = self._deaths.setdefault((death.extractor, death.version, death.size), {})
        before = known.get(death.digest)
        times = death.times + (before.times if before else 0)
        known[death.digest] = structs.replace(death, times=times)

    def sections(
        self, extractor: str, version: str, size: int, timeout: float
    ) -> dict[str, Section]:
        """What to answer for a file of `size` bytes, by the digest that it must turn out to have.

        A file that was not read in time may be read where `timeout` leaves more seconds.
        """
        found = self._deaths.get((extractor, version, size))
        if not found:
            return {}
        return {
            digest: _section(death)
            for digest, death in found.items()
            if self._holds(death, timeout)
        }

    def _holds(self, death: Death, timeout: float) -> bool:
        if not 0 <= time.time() - death.at < self.hold or death.code == IN_SETUP:
            return False
        if death.code == FROM_OUTSIDE and death.times < 2:
            # Once is an accident; memory that runs short over the same file twice is not.
            return False
        return death.status != "timeout" or timeout <= death.seconds


def _section(death: Death) -> Section:
    day = time.strftime("%Y-%m-%d", time.gmtime(death.at))
    return Section(
        status=death.status,  # type: ignore[arg-type]  # it was a section's own
        version=death.version,
        code=REMEMBERED,
        reason=(
            f"remembered: {death.reason}, on {day}; "
            f"`metaextract plugins reset {death.extractor}` forgets it"
        ),
    )
