"""How short memory is on this machine, and what a run does about it."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from metaextract_core.settings import MemorySettings
from metaextract_core.workers.messages import MAX_GROWTH

_EVERY: Final = 1.0  # seconds between two looks
_HOLD: Final = 10.0  # seconds for which a level lasts when things get better
_STALLED: Final = (10.0, 30.0, 60.0)
"""Of the last ten seconds, the percentage in which some process waited for memory, for each level
above healthy. Up to a tenth is what a machine shows that reads more files than it can cache."""


class Level(enum.IntEnum):
    """How short memory is."""

    HEALTHY = 0
    WARNING = 1
    CRITICAL = 2
    EMERGENCY = 3


_DIVISORS: Final = {Level.HEALTHY: 1, Level.WARNING: 2, Level.CRITICAL: 8}


class Look(Struct, frozen=True):
    """What the system says of its memory.

    Attributes:
        left: bytes that can be had without anything being swapped out or killed.
        total: bytes of which `left` are left; 0 where nobody says.
        stalled: percentage of the last ten seconds in which some process waited for memory.
    """

    left: int = 0
    total: int = 0
    stalled: float = 0.0

    @property
    def share(self) -> float:
        """How much of the whole is left."""
        return self.left / self.total if self.total else 1.0


def judge(look: Look, settings: MemorySettings) -> Level:
    """The worst level that a share of memory or the waiting for it amounts to."""
    shares = (settings.warning, settings.critical, settings.emergency)
    by_share = sum(look.share < share for share in shares)
    by_waiting = sum(look.stalled >= stalled for stalled in _STALLED)
    return Level(max(by_share, by_waiting))


def look(root: Path = Path("/")) -> Look:
    """What the machine says, or the control group (version 2) that leaves less than the machine.

    Args:
        root: where ``proc`` and ``sys`` are.
    """
    found = [_machine(root)]
    for folder in _groups(root):
        group = _group(folder)
        if group is not None:
            found.append(group)
    least = min(found, key=lambda one: one.share)
    return Look(least.left, least.total, max(one.stalled for one in found))


def _machine(root: Path) -> Look:
    values = dict(_pairs(_text(root / "proc/meminfo").replace(":", "")))
    left, total = (values.get(name, 0) * 1024 for name in ("MemAvailable", "MemTotal"))
    # Without the first (kernels before 3.14) nothing is known.
    return Look(left, total if left else 0, _stalled(root / "proc/pressure/memory"))


def _group(folder: Path) -> Look | None:
    """What a control group has left; None where it has no bound."""
    most, used = (_text(folder / f"memory.{name}").strip() for name in ("max", "current"))
    if not (most.isdecimal() and used.isdecimal()) or not int(most):
        return None
    # Pages of files that nobody has asked for lately are given up before anything is short.
    cached = dict(_pairs(_text(folder / "memory.stat"))).get("inactive_file", 0)
    left = max(0, int(most) - max(0, int(used) - cached))
    return Look(left, int(most), _stalled(folder / "memory.pressure"))


def _groups(root: Path) -> Iterator[Path]:
    """The folders of the group that this process is in, and of those that it is part of."""
    top = root / "sys/fs/cgroup"
    for line in _text(root / "proc/self/cgroup").splitlines():
        if line.startswith("0::"):
            folder = top / line.removeprefix("0::").lstrip("/")
            yield from (each for each in (folder, *folder.parents) if each.is_relative_to(top))


def _stalled(file: Path) -> float:
    """``avg10`` of the line ``some`` (Linux, Documentation/accounting/psi.rst)."""
    for line in _text(file).splitlines():
        kind, *numbers = line.split()
        if kind == "some":
            for number in numbers:
                name, _, value = number.partition("=")
                if name == "avg10":
                    return float(value)
    return 0.0


def _pairs(text: str) -> Iterator[tuple[str, int]]:
    """Name and number of each line that begins with them."""
    for line in text.splitlines():
        words = line.split()
        if len(words) > 1 and words[1].isdecimal():
            yield words[0], int(words[1])


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:  # another system, or not all of it is shown to us
        return ""


class Pressure:
    """Watches memory for one run, and says how much of everything it may have at once.

    It gets worse at once, and better when it has been better for some seconds.

    Args:
        settings: where each level begins.
        tell: told, once, when files are read one at a time from now on.
        look: asked at most once a second.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        settings: MemorySettings | None = None,
        tell: Callable[[str], None] = lambda _: None,
        look: Callable[[], Look] = look,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings or MemorySettings()
        self._tell = tell
        self._look = look
        self._clock = clock
        self._level = Level.HEALTHY
        self._looked = self._confirmed = float("-inf")
        self._told = False

    @property
    def level(self) -> Level:
        """How short memory is."""
        now = self._clock()
        if now - self._looked >= _EVERY:
            self._looked = now
            seen = self._look()
            found = judge(seen, self._settings)
            if found >= self._level or now - self._confirmed >= _HOLD:
                self._level, self._confirmed = found, now
            if found is Level.EMERGENCY:
                self._say(seen)
        return self._level

    @property
    def one_at_a_time(self) -> bool:
        """Whether a file may be begun only when no other is being read."""
        return self.level is Level.EMERGENCY

    def part(self, most: int) -> int:
        """How many to have at once of what there may be `most` of; one at least."""
        level = self.level
        return 1 if level is Level.EMERGENCY else max(1, most // _DIVISORS[level])

    @property
    def growth(self) -> int:
        """Bytes by which a worker may have grown before another takes its place."""
        level = self.level
        return 0 if level is Level.EMERGENCY else MAX_GROWTH // _DIVISORS[level]

    def _say(self, seen: Look) -> None:
        if not self._told:
            self._told = True
            self._tell(
                f"running out: {seen.left >> 20} of {seen.total >> 20} MiB are left, and processes "
                f"waited for it {seen.stalled:.0f} % of the last ten seconds; files are read one "
                "at a time until there is more"
            )
