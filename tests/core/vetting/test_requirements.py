"""Requirements of a plugin are held against what is installed, as pip would read them."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from metaextract_core.discovery import EXTRACTORS, Candidate
from metaextract_core.settings import PluginSettings
from metaextract_core.vetting import vet
from metaextract_core.vetting.memory import Memory
from metaextract_core.vetting.requirements import Requirements

from .conftest import Make

SDK = version("metaextract-sdk")


def candidate(*requires: str, paths: tuple[str, ...] = ()) -> Candidate:
    return Candidate("demo", EXTRACTORS, "demo:It", "demo", "1", requires, paths)


def install(folder: Path, name: str, version: str) -> None:
    for older in folder.glob(f"{name}-*.dist-info"):
        (older / "METADATA").unlink()
        older.rmdir()
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


@pytest.mark.parametrize(
    "text",
    [
        "msgspec",
        "MSGSPEC>=0.1",
        "metaextract_sdk",
        f"metaextract-sdk=={SDK}",
        "no-such-distribution; extra == 'more'",
        "no-such-distribution; sys_platform == 'win32'",
        "no-such-distribution; python_version < '3'",
        "this is >< no requirement",
    ],
)
def test_what_holds_or_is_not_asked_of_this_machine_is_not_named(text: str) -> None:
    assert list(Requirements().unmet(candidate(text))) == []


@pytest.mark.parametrize(
    ("text", "code", "message", "fix"),
    [
        (
            "no-such-distribution>=2",
            "MX106",
            "it requires no-such-distribution>=2, but it is missing",
            "pip install 'no-such-distribution>=2'",
        ),
        (
            "msgspec>=9999",
            "MX106",
            f"it requires msgspec>=9999, but msgspec {version('msgspec')} is installed",
            "pip install 'msgspec>=9999'",
        ),
        (
            "metaextract.sdk>=9999",
            "MX105",
            f"it requires metaextract.sdk>=9999, but metaextract.sdk {SDK} is installed",
            "pip install 'metaextract.sdk>=9999'",
        ),
    ],
)
def test_what_does_not_hold_is_named_with_its_mend_line(
    text: str, code: str, message: str, fix: str
) -> None:
    [(diagnostic, mend)] = Requirements().unmet(candidate("msgspec", text))
    assert (diagnostic.code, diagnostic.message, mend) == (code, message, fix)


def test_a_prerelease_fits_where_its_release_would(tmp_path: Path) -> None:
    """A plugin of today is tried with a library's release of tomorrow."""
    install(tmp_path, "early", "2.0rc1")
    assert list(Requirements().unmet(candidate("early>=1", paths=(str(tmp_path),)))) == []


def test_a_version_that_is_none_does_not_fit(tmp_path: Path) -> None:
    install(tmp_path, "odd", "one")
    [(diagnostic, _)] = Requirements().unmet(candidate("odd>=1", paths=(str(tmp_path),)))
    assert diagnostic.code == "MX106"


def test_what_is_present_is_given_with_its_version(tmp_path: Path) -> None:
    install(tmp_path, "here", "1.5")
    asked = candidate("here", "gone", "never; extra == 'x'", paths=(str(tmp_path),))
    named = Requirements().present(asked)
    assert named == [
        f"metaextract-sdk=={SDK}",
        f"metaextract-core=={version('metaextract-core')}",
        "here==1.5",
        "gone==",
        "never==",
    ]


def test_a_new_look_sees_a_new_version(tmp_path: Path) -> None:
    asked = candidate("changing", paths=(str(tmp_path),))
    for number in ("1", "2"):
        install(tmp_path, "changing", number)
        assert Requirements().present(asked)[-1] == f"changing=={number}"


def test_what_was_answered_once_is_not_worked_out_again() -> None:
    """The answer is for one requirement and one installed version."""
    asked = candidate("msgspec>=0.1", "no-such-distribution")
    first = Requirements()
    problems = list(first.unmet(asked))
    again = Requirements(first.answers)
    assert list(again.unmet(asked)) == problems
    assert again.answers == first.answers
    told = Requirements({f"msgspec>=0.1\n{version('msgspec')}": "msgspec>=99"})
    assert [item.code for item, _ in told.unmet(asked)] == ["MX106", "MX106"], "it was worked out"
    other = Requirements({"msgspec>=0.1\n0.0.1": "msgspec>=99"})
    assert list(other.unmet(asked)) == problems


def test_others_are_all_that_provide_none_of_the_candidates(tmp_path: Path) -> None:
    install(tmp_path, "demo", "1")
    install(tmp_path, "library", "1")
    asked = candidate("library", paths=(str(tmp_path),))
    look = Requirements()
    look.present(asked)
    beside = [Path(folder).name for folder in look.others([asked]) if str(tmp_path) in folder]
    assert beside == ["library-1.dist-info"]


def test_an_upgraded_library_means_a_new_import(make: Make, folder: Path, tmp_path: Path) -> None:
    """The plugin's own sources are the same, but it may not survive the upgrade."""

    def imports() -> int:
        told: list[int] = []
        asked = make(requires=("library",))
        vet(
            [asked], PluginSettings(), Memory(tmp_path / "cache"), lambda done, _: told.append(done)
        )
        return len(told)

    install(folder, "library", "1.0")
    assert [imports(), imports()] == [1, 0]
    install(folder, "library", "1.1")
    assert [imports(), imports()] == [1, 0]
