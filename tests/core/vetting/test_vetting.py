"""Cheap checks come first, then memory, then a child; only what is sound so far goes on."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from msgspec import structs

from metaextract_core.discovery import EXTRACTORS, HOOKS, Candidate
from metaextract_core.settings import PluginSettings
from metaextract_core.vetting import Verdict, vet
from metaextract_core.vetting.memory import Memory

Make = Callable[..., Candidate]


def judge(
    *candidates: Candidate, settings: PluginSettings | None = None, memory: Memory | None = None
) -> list[Verdict]:
    return vet(candidates, settings or PluginSettings(), memory or Memory(None))


def codes(verdicts: list[Verdict]) -> dict[str, str | None]:
    return {verdict.name: verdict.code for verdict in verdicts}


@pytest.fixture
def install(folder: Path) -> Callable[[str, str], None]:
    """Metadata of a distribution beside the plugins."""

    def write(name: str, number: str) -> None:
        info = folder / f"{name}-{number}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n")

    return write


def test_sound_plugins_are_ready_and_sorted_and_not_imported_here(make: Make) -> None:
    verdicts = judge(make("zebra_x"), make("apple_x"))
    assert [(item.name, item.status) for item in verdicts] == [
        ("apple_x", "ready"),
        ("zebra_x", "ready"),
    ]
    assert all(item.descriptor is not None for item in verdicts)
    assert not {"zebra_x", "apple_x"} & set(sys.modules)


def test_no_candidates_no_verdicts() -> None:
    assert judge() == []


class TestLists:
    @pytest.mark.parametrize("listed", ["good", "my-demo", "My_Demo"])
    def test_deny_goes_by_plugin_or_distribution_however_it_is_spelt(
        self, make: Make, listed: str
    ) -> None:
        candidate = make(distribution="My.Demo")
        (verdict,) = judge(candidate, settings=PluginSettings(deny=[listed]))
        assert (verdict.code, verdict.status) == ("MX102", "disabled")

    @pytest.mark.parametrize("listed", ["one", "first"])
    def test_allow_leaves_out_the_rest(self, make: Make, listed: str) -> None:
        candidates = make("one", distribution="first"), make("other", distribution="second")
        verdicts = judge(*candidates, settings=PluginSettings(allow=[listed]))
        assert codes(verdicts) == {"one": None, "other": "MX102"}

    def test_deny_goes_before_allow(self, make: Make) -> None:
        (verdict,) = judge(make(), settings=PluginSettings(allow=["good"], deny=["good"]))
        assert verdict.message == "the configuration denies it"

    def test_what_is_denied_is_not_even_looked_at(self, make: Make, folder: Path) -> None:
        candidate = structs.replace(make(), target="no target at all")
        (verdict,) = judge(candidate, settings=PluginSettings(deny=["good"]))
        assert verdict.code == "MX102"


class TestTargets:
    @pytest.mark.parametrize(
        "target", ["", "good", ":Good", "good:", "good:Go od", "a/b:C", "good:Good:More", "..x:C"]
    )
    def test_an_extractor_is_module_and_class(self, make: Make, target: str) -> None:
        (verdict,) = judge(structs.replace(make(), target=target))
        assert verdict.code == "MX104"
        assert repr(target) in verdict.message

    def test_a_hook_plugin_is_a_module(self, make: Make) -> None:
        candidate = structs.replace(make("watch", hooks=True), target="watch:Class")
        assert codes(judge(candidate)) == {"watch": "MX104"}

    def test_a_module_that_is_not_there(self, make: Make) -> None:
        (verdict,) = judge(structs.replace(make(), target="good.inner:C"))
        assert (verdict.code, verdict.message) == ("MX103", "there is no module good.inner")


class TestRequirements:
    @pytest.mark.parametrize(
        "requirement",
        [
            "msgspec",
            "msgspec>=0.1",
            "MSGSPEC>=0.1",
            "absent-x; python_version < '3'",
            "absent-x; extra == 'more'",
            "absent-x; no_such_variable == '1'",
            "absent-x; os_name ~= 'posix'",
            "this is : no requirement",
            "msgspec @ https://example.invalid/msgspec.whl",
        ],
    )
    def test_what_is_met_or_not_for_here_is_no_fault(self, make: Make, requirement: str) -> None:
        assert codes(judge(make(requires=(requirement,)))) == {"good": None}

    @pytest.mark.parametrize(
        ("requirement", "wanted", "have"),
        [
            ("absent-x", "absent-x", "it is missing"),
            ("absent-x[more]>=2; python_version > '3'", "absent-x>=2", "it is missing"),
            ("msgspec>=999", "msgspec>=999", f"msgspec {version('msgspec')} is installed"),
        ],
    )
    def test_what_is_missing_is_named_with_the_line_that_installs_it(
        self, make: Make, requirement: str, wanted: str, have: str
    ) -> None:
        (verdict,) = judge(make(requires=("blake3", requirement)))
        assert (verdict.code, verdict.status) == ("MX106", "unavailable")
        assert verdict.message == f"it requires {wanted}, but {have}"
        assert verdict.fix == f"pip install '{wanted}'"

    @pytest.mark.parametrize("name", ["metaextract-sdk", "Metaextract_SDK"])
    def test_another_sdk_is_a_fault_of_its_own(self, make: Make, name: str) -> None:
        (verdict,) = judge(make(requires=(f"{name}>=999",)))
        assert (verdict.code, verdict.status) == ("MX105", "incompatible")
        assert codes(judge(make(requires=(f"{name}>=0.0.1",)))) == {"good": None}

    def test_what_lies_beside_the_plugin_counts(
        self, make: Make, install: Callable[[str, str], None]
    ) -> None:
        install("beside_x", "2.0rc1")
        assert codes(judge(make(requires=("beside-x>=1",)))) == {"good": None}

    def test_a_version_that_is_none_does_not_fit(
        self, make: Make, install: Callable[[str, str], None]
    ) -> None:
        install("odd_x", "first try")
        assert codes(judge(make(requires=("odd-x>=1",)))) == {"good": "MX106"}


class TestDuplicates:
    def test_nobody_wins(self, make: Make) -> None:
        one = make("same", distribution="first")
        verdicts = judge(one, structs.replace(one, distribution="second"), make("other"))
        assert [(item.name, item.code) for item in verdicts] == [
            ("other", None),
            ("same", "MX101"),
            ("same", "MX101"),
        ]
        assert "first and second" in verdicts[1].message

    def test_a_denied_one_leaves_the_name_to_the_other(self, make: Make) -> None:
        one = make("same", distribution="first")
        verdicts = judge(
            one,
            structs.replace(one, distribution="second"),
            settings=PluginSettings(deny=["second"]),
        )
        assert [item.code for item in verdicts] == [None, "MX102"]

    def test_a_broken_one_claims_the_name_all_the_same(self, make: Make) -> None:
        """Which of them runs must not depend on which happens to work today."""
        one = make("same", distribution="first")
        broken = structs.replace(one, distribution="second", requires=("absent-x",))
        assert [item.code for item in judge(one, broken)] == ["MX101", "MX101"]

    def test_an_extractor_and_a_hook_plugin_may_share_a_name(self, make: Make) -> None:
        one = make("same")
        verdicts = judge(one, structs.replace(one, group=HOOKS, target="same"))
        assert sorted(str(item.code) for item in verdicts) == ["MX406", "None"]


def test_each_check_hides_those_after_it(make: Make) -> None:
    """From the list of the operator to the import."""
    worst = structs.replace(
        make(last="raise ValueError"), target="bad target", requires=("absent-x",)
    )
    deny = PluginSettings(deny=["good"])
    assert codes(judge(worst, settings=deny)) == {"good": "MX102"}
    assert codes(judge(worst)) == {"good": "MX104"}
    worst = structs.replace(worst, target="good.inner:C")
    assert codes(judge(worst)) == {"good": "MX106"}
    worst = structs.replace(worst, requires=())
    assert codes(judge(worst)) == {"good": "MX103"}
    worst = structs.replace(worst, target="good:Good")
    assert codes(judge(worst)) == {"good": "MX301"}


class TestTools:
    @pytest.fixture
    def needy(self, make: Make) -> Candidate:
        return make(inside='tools = {"grinder-x": "apt install grinder"}')

    def test_a_program_is_looked_for_at_each_start_though_the_verdict_is_remembered(
        self, needy: Candidate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cache, programs = tmp_path / "cache", tmp_path / "bin"
        programs.mkdir()
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
        (without,) = judge(needy, memory=Memory(cache))
        assert (without.code, without.status, without.fix) == (
            "MX107",
            "unavailable",
            "apt install grinder",
        )
        assert "grinder-x" in without.message
        assert without.descriptor is not None, "what it would read is known all the same"
        (programs / "grinder-x").write_text("#!/bin/sh\n")
        (programs / "grinder-x").chmod(0o755)
        imports: list[int] = []
        (found,) = vet(
            [needy], PluginSettings(), Memory(cache), lambda done, _: imports.append(done)
        )
        assert (found.status, found.code) == ("ready", None)
        assert imports == [], "it was imported again"
        (programs / "grinder-x").unlink()
        (gone,) = judge(needy, memory=Memory(cache))
        assert gone.code == "MX107"

    def test_a_warning_stays_beside_it(self, make: Make) -> None:
        (verdict,) = judge(make(inside='tools = {"grinder-x": ""}', last="print('hello')"))
        assert [item.code for item in verdict.diagnostics] == ["MX107", "MX313"]


class TestMemory:
    def test_a_warm_start_imports_nothing_and_says_the_same(
        self, make: Make, tmp_path: Path
    ) -> None:
        candidates = [make("one"), make("two"), make("cut", first="if:")]
        asked: list[tuple[int, int]] = []
        cold = vet(
            candidates,
            PluginSettings(),
            Memory(tmp_path / "cache"),
            lambda done, total: asked.append((done, total)),
        )
        assert sorted(asked) == [(1, 3), (2, 3), (3, 3)]
        asked.clear()
        warm = vet(
            candidates,
            PluginSettings(),
            Memory(tmp_path / "cache"),
            lambda done, total: asked.append((done, total)),
        )
        assert warm == cold
        assert asked == []

    def test_what_was_mended_elsewhere_is_seen_at_once(
        self, make: Make, folder: Path, tmp_path: Path
    ) -> None:
        """No source of the plugin changes; the library that it needs appears."""
        candidate = make(first="import late_library_x")
        assert codes(judge(candidate, memory=Memory(tmp_path / "cache"))) == {"good": "MX303"}
        (folder / "late_library_x.py").write_text("raise OSError('no libmagic')")
        assert codes(judge(candidate, memory=Memory(tmp_path / "cache"))) == {"good": "MX301"}
        (folder / "late_library_x.py").write_text("")
        assert codes(judge(candidate, memory=Memory(tmp_path / "cache"))) == {"good": None}


def test_a_file_name_that_is_no_text_costs_only_its_own_plugin(make: Make, folder: Path) -> None:
    package = folder / "odd_x"
    package.mkdir()
    (package / "__init__.py").write_text("")
    Path(os.fsdecode(os.fsencode(package) + b"/\xff.py")).write_text("")
    odd = Candidate("odd", EXTRACTORS, "odd_x:C", "d", "1", paths=(str(folder),))
    assert codes(judge(odd, make())) == {"good": None, "odd": "MX201"}
