"""A running host notices what is installed, changed, broken, mended, removed and configured."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from metaextract_core import pipeline
from metaextract_core.health.store import Store
from metaextract_core.health.tally import Death
from metaextract_core.kernel import Kernel
from metaextract_core.record import Section
from metaextract_core.settings import HealthSettings, PluginSettings, Settings
from metaextract_core.workers import limits

Install = Any

EXTRACTOR = """
from metaextract_sdk import Extractor

class Plugin(Extractor):
    '''Says which version it is.'''
    media_types = ("text/plain",)
    version = "{version}"

    def extract(self, file, ctx):
        return {{"Version": "{version}"}}
"""
BROKEN = "class Plugin(:\n"
HOOK = """
from metaextract_sdk import hookimpl

@hookimpl
def metaextract_assemble(record):
    return {{"file.hook": "{text}"}}
"""


def version(number: str) -> str:
    return EXTRACTOR.format(version=number)


@pytest.fixture
def kernel(install: Install) -> Iterator[Kernel]:
    """One that was started when only ``ch_first`` was there, and looks only when it is told to."""
    install("ch_first", version("1"))
    with Kernel(Settings(plugins=PluginSettings(refresh=3600)), jobs=1) as kernel:
        yield kernel


def sections(kernel: Kernel, file: Path, *, only: str = "ch_first") -> dict[str, Section]:
    (record,) = kernel.extract([file], only={only})
    return record.sections


def says(kernel: Kernel, file: Path, name: str = "ch_first") -> Any:
    return sections(kernel, file, only=name)[name].data.get("Version")


def test_a_plugin_that_was_installed_meanwhile_is_used(
    kernel: Kernel, install: Install, file: Path
) -> None:
    assert says(kernel, file) == "1"
    install("ch_second", version("7"))
    with pytest.raises(ValueError, match="no extractor 'ch_second'"):
        kernel.extract([file], only={"ch_second"})
    assert kernel.refresh()
    assert says(kernel, file, "ch_second") == "7"
    assert "ch_second" not in sys.modules


def test_extract_looks_by_itself_when_the_last_look_is_old(install: Install, file: Path) -> None:
    with Kernel(Settings(plugins=PluginSettings(refresh=0)), jobs=1) as kernel:
        assert "ch_first" not in kernel.registry.known
        install("ch_first", version("1"))
        assert says(kernel, file) == "1"


def test_where_nothing_has_changed_the_same_workers_go_on(kernel: Kernel, file: Path) -> None:
    assert says(kernel, file) == "1"
    kernel.refresh()
    before = limits.children()
    assert not kernel.refresh()
    assert says(kernel, file) == "1"
    assert limits.children() == before


def test_an_upgrade_takes_hold_and_the_old_workers_end(
    kernel: Kernel, install: Install, file: Path
) -> None:
    before = limits.children()
    assert says(kernel, file) == "1"
    install("ch_first", version("two"))
    assert kernel.refresh()
    assert says(kernel, file) == "two"
    assert len(limits.children() - before) == 1, "one template is left"
    assert kernel.faults == []


def test_what_is_under_way_ends_as_it_began(
    kernel: Kernel, install: Install, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "WINDOW", 2)
    before = limits.children()
    running = kernel.extract(itertools.repeat(file), only={"ch_first"})
    assert next(running).sections["ch_first"].version == "1"
    install("ch_first", version("two"))
    kernel.refresh()
    assert says(kernel, file) == "two"
    for record in itertools.islice(running, 10):
        assert record.sections["ch_first"].data == {"Version": "1"}
    assert len(limits.children() - before) == 2, "the old template and the new one"
    running.close()  # type: ignore[attr-defined]  # extract() gives a generator
    assert len(limits.children() - before) == 1


def test_an_upgrade_that_breaks_leaves_the_old_one_running_until_it_is_mended(
    kernel: Kernel, install: Install, file: Path
) -> None:
    install("ch_second", version("5"))
    kernel.refresh()
    list(kernel.extract([file]))
    install("ch_first", BROKEN)
    install("ch_second", version("six"))
    assert kernel.refresh()
    assert (says(kernel, file), says(kernel, file, "ch_second")) == ("1", "six")
    (record,) = kernel.extract([file])
    assert {"ch_first": "ok", "ch_second": "ok"}.items() <= {
        name: section.status for name, section in record.sections.items()
    }.items()
    (fault,) = kernel.faults
    assert fault[0] == "ch_first"
    assert fault[1].startswith("it goes on as it was: what is there now is broken: MX201 ")
    (verdict,) = (found for found in kernel.registry.verdicts if found.name == "ch_first")
    assert (verdict.status, verdict.code) == ("ready", "MX111")
    assert not kernel.refresh(), "nothing has changed since"
    install("ch_first", version("three"))
    assert kernel.refresh()
    assert says(kernel, file) == "three"
    assert len(kernel.faults) == 1


def test_one_that_was_never_loaded_cannot_go_on(
    kernel: Kernel, install: Install, file: Path
) -> None:
    """Its code is nowhere but on the disk."""
    install("ch_first", BROKEN)
    kernel.refresh()
    with pytest.raises(ValueError, match="'ch_first' is broken"):
        kernel.extract([file], only={"ch_first"})
    assert [name for name, _ in kernel.faults] == ["ch_first"]
    assert kernel.faults[0][1].startswith("it is broken now: ")


def test_one_that_was_removed_is_gone(kernel: Kernel, install: Install, file: Path) -> None:
    assert says(kernel, file) == "1"
    install.remove("ch_first")
    assert kernel.refresh()
    with pytest.raises(ValueError, match="no extractor 'ch_first'"):
        kernel.extract([file], only={"ch_first"})


class TestConfiguration:
    @pytest.fixture
    def configuration(
        self, install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Path:
        install("ch_first", version("1"))
        path = tmp_path / "config.toml"
        path.write_text("")
        monkeypatch.setenv("METAEXTRACT_CONFIG", str(path))
        return path

    def test_a_change_takes_hold(self, configuration: Path, file: Path) -> None:
        with Kernel(jobs=1) as kernel:
            assert says(kernel, file) == "1"
            configuration.write_text('[plugins]\ndeny = ["ch_first"]\n')
            assert kernel.refresh()
            with pytest.raises(ValueError, match="'ch_first' is disabled"):
                kernel.extract([file], only={"ch_first"})
            assert kernel.faults == [], "that was the operator's wish"
            configuration.write_text("")
            assert kernel.refresh()
            assert says(kernel, file) == "1"

    def test_a_damaged_file_changes_nothing_and_is_told(
        self, configuration: Path, file: Path
    ) -> None:
        with Kernel(jobs=1) as kernel:
            configuration.write_text("[plugins\n")
            for _ in range(3):
                assert not kernel.refresh()
            assert says(kernel, file) == "1"
            (fault,) = kernel.faults
            assert "config.toml" in fault[1]


def test_quarantine_and_reset_take_hold(kernel: Kernel, file: Path, tmp_path: Path) -> None:
    """They may come from another process."""
    store = Store(tmp_path / "state", pytest.fail)
    death = Death(
        extractor="ch_first", version="1", digest="blake3:0", size=1, status="crashed",
        code="MX504", reason="SIGSEGV", seconds=0.1, at=time.time(),
    )  # fmt: skip
    store.add({}, [death], HealthSettings(quarantine_after=1))
    assert kernel.refresh()
    section = sections(kernel, file)["ch_first"]
    assert (section.status, section.code) == ("unavailable", "MX110")
    assert "ended its worker over 1 different files in a row" in str(section.reason)
    store.forget("ch_first")
    assert kernel.refresh()
    assert says(kernel, file) == "1"


class TestHooks:
    @pytest.fixture
    def derived(self, kernel: Kernel, file: Path) -> Callable[[], Any]:
        def field() -> Any:
            (record,) = kernel.extract([file])
            return record.fields["file.hook"].value if "file.hook" in record.fields else None

        return field

    def test_a_new_one_is_loaded_and_a_removed_one_dropped(
        self, kernel: Kernel, install: Install, derived: Callable[[], Any]
    ) -> None:
        install("ch_hook", HOOK.format(text="here"), "hooks")
        kernel.refresh()
        assert derived() == "here"
        install.remove("ch_hook")
        kernel.refresh()
        assert derived() is None

    def test_a_changed_one_goes_on_and_is_told_of(
        self, kernel: Kernel, install: Install, derived: Callable[[], Any]
    ) -> None:
        """It lives in this process, where nothing is reloaded."""
        install("ch_hook", HOOK.format(text="here"), "hooks")
        kernel.refresh()
        install("ch_hook", HOOK.format(text="changed"), "hooks")
        kernel.refresh()
        assert derived() == "here"
        assert kernel.faults == [
            ("ch_hook", "it was changed; start the program again to use what is there now")
        ]
        install("ch_hook", BROKEN, "hooks")
        kernel.refresh()
        assert derived() == "here"
