"""The level is what the system's files say, and what is done about it is what the level says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaextract_core.pressure import Level, Look, Pressure, judge, look
from metaextract_core.settings import MemorySettings
from metaextract_core.workers.messages import MAX_GROWTH

MEMINFO = """\
MemTotal:       24684160 kB
MemFree:         1038212 kB
MemAvailable:   {available} kB
Buffers:          127468 kB
HugePages_Total:       0
"""
PSI = """\
some avg10={some} avg60=1.11 avg300=0.24 total=123456
full avg10=0.00 avg60=0.00 avg300=0.00 total=0
"""
STAT = "anon 104857600\nfile 314572800\ninactive_file {inactive}\nactive_file 104857600\n"

Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of the system, of a machine with room, below `tmp_path`."""

    def write(name: str, text: str) -> None:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    write("proc/meminfo", MEMINFO.format(available=12342080))
    write("proc/pressure/memory", PSI.format(some="0.00"))
    write("proc/self/cgroup", "0::/system.slice/job\n")
    return write


def group(write: Write, name: str, most: str, used: int, inactive: int = 0) -> None:
    write(f"sys/fs/cgroup/{name}/memory.max", f"{most}\n")
    write(f"sys/fs/cgroup/{name}/memory.current", f"{used}\n")
    write(f"sys/fs/cgroup/{name}/memory.stat", STAT.format(inactive=inactive))


def test_a_machine_with_half_its_memory_left_is_healthy(tmp_path: Path, write: Write) -> None:
    seen = look(tmp_path)
    assert (seen.left, seen.total) == (12342080 << 10, 24684160 << 10)
    assert seen.share == 0.5
    assert judge(seen, MemorySettings()) is Level.HEALTHY


def test_the_group_counts_where_it_leaves_less_than_the_machine(
    tmp_path: Path, write: Write
) -> None:
    group(write, "system.slice/job", str(1 << 30), 1000 << 20)
    seen = look(tmp_path)
    assert (seen.left, seen.total) == (24 << 20, 1 << 30)
    assert judge(seen, MemorySettings()) is Level.EMERGENCY


def test_pages_of_files_in_a_group_are_as_good_as_free(tmp_path: Path, write: Write) -> None:
    """Whoever reads a large file fills his group with them."""
    write("proc/meminfo", MEMINFO.format(available=24684160))
    group(write, "system.slice/job", str(1 << 30), 1000 << 20, inactive=900 << 20)
    assert look(tmp_path).left == (1024 - 100) << 20


def test_the_bound_of_a_group_above_holds_as_well(tmp_path: Path, write: Write) -> None:
    group(write, "system.slice/job", "max", 1000 << 20)
    group(write, "system.slice", str(2 << 30), 2000 << 20)
    assert look(tmp_path).left == 48 << 20


def test_a_group_without_a_bound_changes_nothing(tmp_path: Path, write: Write) -> None:
    group(write, "system.slice/job", "max", 1000 << 20)
    assert look(tmp_path).total == 24684160 << 10


def test_waiting_for_memory_counts_on_the_machine_and_in_the_group(
    tmp_path: Path, write: Write
) -> None:
    write("proc/pressure/memory", PSI.format(some="12.50"))
    assert judge(look(tmp_path), MemorySettings()) is Level.WARNING
    group(write, "system.slice/job", str(1 << 40), 1000 << 20)
    write("sys/fs/cgroup/system.slice/job/memory.pressure", PSI.format(some="61.00"))
    assert look(tmp_path).stalled == 61.0
    assert judge(look(tmp_path), MemorySettings()) is Level.EMERGENCY


def test_where_nobody_says_anything_all_is_well(tmp_path: Path) -> None:
    """macOS; or a container that shows nothing."""
    assert look(tmp_path) == Look()
    assert judge(Look(), MemorySettings()) is Level.HEALTHY


def test_an_old_kernel_that_does_not_say_what_is_available_is_not_taken_for_full(
    tmp_path: Path, write: Write
) -> None:
    write("proc/meminfo", "MemTotal:       24684160 kB\nMemFree:         1038212 kB\n")
    assert judge(look(tmp_path), MemorySettings()) is Level.HEALTHY


def test_this_machine_says_something() -> None:
    if not Path("/proc/meminfo").exists():
        pytest.skip("the system has no /proc/meminfo")
    seen = look()
    assert 0 < seen.left <= seen.total
    assert 0 <= seen.stalled <= 100


@pytest.mark.parametrize(
    ("share", "level"),
    [
        (0.5, Level.HEALTHY),
        (0.1, Level.HEALTHY),
        (0.099, Level.WARNING),
        (0.049, Level.CRITICAL),
        (0.024, Level.EMERGENCY),
        (0.0, Level.EMERGENCY),
    ],
)
def test_each_level_begins_where_the_settings_say(share: float, level: Level) -> None:
    seen = Look(left=int(share * 1_000_000), total=1_000_000)
    assert judge(seen, MemorySettings()) is level
    never = MemorySettings(warning=0, critical=0, emergency=0)
    assert judge(seen, never) is Level.HEALTHY


@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=2).map(sorted),
    st.lists(st.floats(0, 100), min_size=2, max_size=2).map(sorted),
)
def test_less_memory_or_more_waiting_is_never_better(
    shares: list[float], waits: list[float]
) -> None:
    worse, better = (
        Look(int(share * (1 << 40)), 1 << 40, wait)
        for share, wait in zip(shares, reversed(waits), strict=True)
    )
    assert judge(worse, MemorySettings()) >= judge(better, MemorySettings())


class Machine:
    """A machine and a clock that a test sets."""

    def __init__(self) -> None:
        self.left = 100
        self.now = 0.0
        self.looks = 0
        self.said: list[str] = []
        self.pressure = Pressure(MemorySettings(), self.said.append, self.look, lambda: self.now)

    def look(self) -> Look:
        self.looks += 1
        return Look(self.left << 30, 100 << 30)

    def after(self, seconds: float, left: int) -> Level:
        self.now += seconds
        self.left = left
        return self.pressure.level


def test_it_gets_worse_at_once_and_better_when_it_has_been_so_for_a_while() -> None:
    machine = Machine()
    assert machine.after(0, left=50) is Level.HEALTHY
    assert machine.after(1, left=1) is Level.EMERGENCY
    assert machine.after(5, left=50) is Level.EMERGENCY
    assert machine.after(1, left=4) is Level.EMERGENCY
    assert machine.after(4, left=4) is Level.CRITICAL
    assert machine.after(10, left=50) is Level.HEALTHY


def test_the_system_is_asked_once_a_second_however_often_we_are() -> None:
    machine = Machine()
    for _ in range(100):
        machine.after(0.05, left=50)
    assert machine.looks == 5


def test_everything_shrinks_with_the_level_down_to_one_file_and_no_kept_worker() -> None:
    machine = Machine()
    seen = []
    for left in (50, 9, 4, 1):
        machine.after(1, left)
        pressure = machine.pressure
        seen.append((pressure.part(1024), pressure.growth // (1 << 20), pressure.one_at_a_time))
    assert seen == [(1024, 384, False), (512, 192, False), (128, 48, False), (1, 0, True)]
    assert MAX_GROWTH == 384 << 20


def test_a_part_is_never_nothing() -> None:
    machine = Machine()
    machine.after(1, left=4)
    assert machine.pressure.part(3) == 1


def test_an_emergency_is_told_once_in_one_line() -> None:
    machine = Machine()
    for left in (9, 4, 1, 50, 1):
        machine.after(20, left)
    (line,) = machine.said
    assert line.startswith("running out: 1024 of 102400 MiB are left")
    assert "one at a time" in line
    assert "\n" not in line
