"""The kernel holds plugins, hooks and workers together, over plugins that are really installed."""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import metaextract_core
from metaextract_core.health.store import Store
from metaextract_core.kernel import Kernel, extract
from metaextract_core.record import Record
from metaextract_core.settings import CacheSettings, MemorySettings, PluginSettings, Settings
from metaextract_core.workers import limits
from metaextract_sdk import hookimpl

LENGTH = """
from metaextract_sdk import Extractor

class Plugin(Extractor):
    '''How long a file is.'''
    media_types = ("*/*",)
    version = "1"
    profiles = ("deep",)

    def extract(self, file, ctx):
        return {"Length": file.size}
"""
TOOLLESS = LENGTH.replace(
    "version =", 'tools = {"no-such-program": "install no-such-program"}\n    version ='
)
SLEEPING = """
import time
from metaextract_sdk import Extractor

class Plugin(Extractor):
    '''Never done.'''
    media_types = ("*/*",)
    version = "1"

    def extract(self, file, ctx):
        time.sleep(600)
"""
HOOK = """
from metaextract_sdk import hookimpl

@hookimpl
def metaextract_assemble(record):
    return {"file.shout": record["file"]["name"].upper()}
"""
RAISING = """
from metaextract_sdk import hookimpl

@hookimpl
def metaextract_publish(record):
    raise RuntimeError("no")
"""

Install = Callable[..., None]


def test_an_installed_extractor_reads_files_and_is_never_imported_here(
    install: Install, file: Path
) -> None:
    install("kt_length", LENGTH)
    with Kernel() as kernel:
        (record,) = kernel.extract([file], only={"kt_length"})
    assert record.sections["kt_length"].data == {"Length": 6}
    assert "kt_length" not in sys.modules


def test_an_extractor_outside_the_profile_runs_when_it_is_named(
    install: Install, file: Path
) -> None:
    install("kt_length", LENGTH)
    with Kernel() as kernel:
        (standard,) = kernel.extract([file])
        (deep,) = kernel.extract([file], profile="deep")
        (excluded,) = kernel.extract([file], profile="deep", exclude={"kt_length"})
    held = ["kt_length" in record.sections for record in (standard, deep, excluded)]
    assert held == [False, True, False]


def test_without_plugins_a_record_holds_what_the_kernel_sees(install: Install, file: Path) -> None:
    install("kt_length", LENGTH)
    with Kernel(plugins=False) as kernel:
        (record,) = kernel.extract([file], profile="deep")
    assert (record.file.media_type, record.file.size, record.sections) == ("text/plain", 6, {})
    assert record.file.digest is not None


def test_identify_starts_no_worker(install: Install, file: Path, tmp_path: Path) -> None:
    before = limits.children()
    with Kernel(plugins=False) as kernel:
        first, second = kernel.identify([file, tmp_path / "missing"])
        assert limits.children() == before
    assert first.media_type == "text/plain"
    assert second.error == "there is no such file"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"profile": "thorough"}, "there is no profile 'thorough'; choose from fast, standard"),
        ({"only": {"nobody"}}, "there is no extractor 'nobody'; known: .*kt_length"),
        ({"exclude": {"nobody"}}, "there is no extractor 'nobody'"),
        ({"only": {"kt_broken"}}, "the extractor 'kt_broken' is broken: "),
    ],
)
def test_what_cannot_be_asked_for_is_refused_before_anything_runs(
    install: Install, file: Path, arguments: dict[str, Any], message: str
) -> None:
    install("kt_length", LENGTH)
    install("kt_broken", "this is no Python")
    with Kernel() as kernel, pytest.raises(ValueError, match=message):
        kernel.extract([file], **arguments)


def test_a_broken_extractor_may_be_excluded_and_stops_nobody(install: Install, file: Path) -> None:
    install("kt_length", LENGTH)
    install("kt_broken", "this is no Python")
    with Kernel() as kernel:
        (record,) = kernel.extract([file], profile="deep", exclude={"kt_broken"})
    assert record.sections["kt_length"].status == "ok"
    assert "kt_broken" not in record.sections


def test_an_extractor_whose_program_is_missing_says_how_to_install_it(
    install: Install, file: Path
) -> None:
    install("kt_toolless", TOOLLESS)
    with Kernel() as kernel:
        (record,) = kernel.extract([file], only={"kt_toolless"})
    section = record.sections["kt_toolless"]
    assert section.status == "unavailable"
    assert str(section.reason).endswith("no-such-program is not on PATH; install no-such-program")
    assert not record.failed


def test_settings_deny_an_extractor(install: Install, file: Path) -> None:
    install("kt_length", LENGTH)
    settings = Settings(plugins=PluginSettings(deny=["kt_length"]))
    with Kernel(settings) as kernel:
        (record,) = kernel.extract([file], profile="deep")
        assert "kt_length" not in record.sections
        with pytest.raises(ValueError, match="'kt_length' is disabled"):
            kernel.extract([file], only={"kt_length"})


def test_installed_hooks_take_part_and_one_that_raises_is_told_of(
    install: Install, file: Path
) -> None:
    install("kt_shouting", HOOK, "hooks")
    install("kt_raising", RAISING, "hooks")
    with Kernel() as kernel:
        (record,) = kernel.extract([file])
        assert record.fields["file.shout"].value == "FILE.TXT"
        assert kernel.faults == [
            ("kt_raising", "metaextract_publish raised RuntimeError: no"),
        ]
    told: list[tuple[str, str]] = []
    with Kernel(on_fault=lambda name, reason: told.append((name, reason))) as kernel:
        list(kernel.extract([file]))
    assert [name for name, _ in told] == ["kt_raising"]


def test_where_memory_runs_out_all_is_read_and_it_is_told_once(
    install: Install, file: Path, tmp_path: Path
) -> None:
    install("kt_length", LENGTH)
    always = MemorySettings(warning=1, critical=1, emergency=1)
    second = tmp_path / "second"
    second.write_text("second")
    with Kernel(Settings(memory=always)) as kernel:
        records = list(kernel.extract([file, second], profile="deep"))
        assert [record.sections["kt_length"].status for record in records] == ["ok", "ok"]
        (told,) = kernel.faults
    assert told[0] == "memory"
    assert "one at a time" in told[1]


def test_a_hook_that_takes_a_name_twice_leaves_the_first_in_place(install: Install) -> None:
    class Counter:
        @hookimpl
        def metaextract_publish(self, record: object) -> None:
            pass

    with Kernel(plugins=False) as kernel:
        kernel.hooks.register(Counter(), "counter")
        kernel.hooks.register(Counter(), "counter")
        assert [name for name, _ in kernel.faults] == ["counter"]
        assert kernel.hooks.wanted("metaextract_publish")


def test_the_timeout_shortens_what_an_extractor_may_take(install: Install, file: Path) -> None:
    install("kt_sleeping", SLEEPING)
    with Kernel() as kernel:
        (record,) = kernel.extract([file], only={"kt_sleeping"}, timeout=0.5)
    section = record.sections["kt_sleeping"]
    assert (section.status, "after 0.5 s" in str(section.reason)) == ("timeout", True)


def test_two_threads_share_one_kernel_and_one_pool(install: Install, tmp_path: Path) -> None:
    """Both start at the same moment, when there are no workers yet."""
    install("kt_length", LENGTH)
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
        for number in range(40):
            (folder / f"{number:02}").write_text("x" * number)
    before = limits.children()
    results: dict[Path, list[Record]] = {}
    with Kernel(jobs=1) as kernel:
        gate = threading.Barrier(len(folders))

        def read(folder: Path) -> None:
            gate.wait()
            results[folder] = list(kernel.extract([folder], only={"kt_length"}))

        threads = [threading.Thread(target=read, args=(item,), daemon=True) for item in folders]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert len(limits.children() - before) == 1
    for folder in folders:
        lengths = [record.sections["kt_length"].data["Length"] for record in results[folder]]
        assert lengths == list(range(40))
        assert {Path(record.file.path).parent for record in results[folder]} == {folder}
    assert limits.children() == before


def test_extract_ends_its_workers_when_its_caller_has_seen_enough(
    install: Install, file: Path
) -> None:
    install("kt_length", LENGTH)
    before = limits.children()
    records = extract(itertools.repeat(file), only={"kt_length"})
    assert next(records).sections["kt_length"].status == "ok"
    assert limits.children() - before
    records.close()  # type: ignore[attr-defined]  # extract() is a generator
    assert limits.children() == before


def test_extract_is_the_public_way_in(install: Install, file: Path) -> None:
    install("kt_length", LENGTH)
    (record,) = metaextract_core.extract([str(file)], only=["kt_length"])
    assert isinstance(record, metaextract_core.Record)
    with pytest.raises(ValueError, match="no extractor 'nobody'"):
        list(extract([file], only=["nobody"]))


def test_a_kernel_can_be_closed_twice_and_used_again(install: Install, file: Path) -> None:
    before = limits.children()
    kernel = Kernel(plugins=False)
    for _ in range(2):
        assert len(list(kernel.extract([file]))) == 1
        kernel.close()
        kernel.close()
        assert limits.children() == before


TITLED = LENGTH.replace('"Length": file.size', '"Title": "NAME"').replace(
    "version =", 'crosswalk = {"Title": "document.title"}\n    version ='
)


@pytest.mark.parametrize(
    ("priority", "chosen"),
    [({}, "kt_a"), ({"kt_b": 80}, "kt_b"), ({"kt_b": 80, "kt_a": 90}, "kt_a")],
)
def test_a_priority_takes_the_place_of_trust(
    install: Install, file: Path, priority: dict[str, int], chosen: str
) -> None:
    """Of equals the first by its id is shown; the others stay among the sources."""
    for name in ("kt_a", "kt_b"):
        install(name, TITLED.replace("NAME", name))
    with Kernel(Settings(plugins=PluginSettings(priority=priority))) as kernel:
        (record,) = kernel.extract([file], only={"kt_a", "kt_b"})
    assert record.fields["document.title"].value == chosen
    assert len(record.fields["document.title"].sources) == 2


def test_what_extractors_do_is_counted_when_a_run_ends(
    install: Install, file: Path, tmp_path: Path
) -> None:
    """Also when its caller has seen enough."""
    install("kt_length", LENGTH)
    with Kernel(cache=False) as kernel:
        list(kernel.extract([file, file], only={"kt_length"}))
        assert Store(tmp_path / "state", pytest.fail).read().tallies["kt_length", "1"].runs == 2
        records = kernel.extract(itertools.repeat(file), only={"kt_length"})
        next(records)
        records.close()  # type: ignore[attr-defined]  # extract() gives a generator
        tally = Store(tmp_path / "state", pytest.fail).read().tallies["kt_length", "1"]
    assert tally.runs > 2
    assert tally.size == 6 * tally.runs


def test_a_second_kernel_takes_what_the_first_was_told(
    install: Install, file: Path, tmp_path: Path
) -> None:
    """Unless it is told to ask anew, or the configuration says so."""
    install("kt_length", LENGTH)
    settled = time.monotonic() + 60
    while time.time_ns() - file.stat().st_ctime_ns < 2_100_000_000:
        assert time.monotonic() < settled
        time.sleep(0.05)

    def cached(settings: Settings | None = None, *, cache: bool = True) -> bool:
        with Kernel(settings, cache=cache) as kernel:
            (record,) = kernel.extract([file], only={"kt_length"})
        assert record.sections["kt_length"].status == "ok"
        return record.sections["kt_length"].cached

    assert [cached(), cached(), cached(cache=False)] == [False, True, False]
    assert not cached(Settings(cache=CacheSettings(enabled=False)))
    assert (tmp_path / "cache" / "sections.sqlite").exists()
