"""A verdict is recalled for exactly the same sources; any doubt costs a probe and no more."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from metaextract_core.codes import CODES
from metaextract_core.descriptor import Descriptor
from metaextract_core.discovery import EXTRACTORS, Candidate
from metaextract_core.vetting import fingerprint
from metaextract_core.vetting.fingerprint import Basis
from metaextract_core.vetting.memory import Memory
from metaextract_core.vetting.verdict import Diagnostic, Verdict, described

CANDIDATE = Candidate("x", EXTRACTORS, "m:X", "demo", "1")
READY = Verdict.of(CANDIDATE)
READY.descriptor = described(
    CANDIDATE,
    Descriptor(id="", target="", distribution="", distribution_version="", needs=("y",)),
)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for name in "ab":
        (tmp_path / f"{name}.py").write_text(f"{name} = 1\n")
    return [str(tmp_path / "a.py"), str(tmp_path / "b.py")]


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the files of a test had been written a while ago."""
    monkeypatch.setattr(fingerprint, "_SETTLED", 0.0)


Learn = Callable[..., None]


@pytest.fixture
def learn(cache: Path, files: list[str]) -> Learn:
    """Meet a candidate for the first time, and keep what came of it."""

    def remember(verdict: Verdict = READY, candidate: Candidate = CANDIDATE) -> None:
        memory = Memory(cache)
        assert memory.recall(candidate, Basis(files)) is None
        memory.remember(candidate, Basis(files), verdict, [])
        memory.save()

    return remember


def test_a_verdict_comes_back_whole(cache: Path, files: list[str], learn: Learn) -> None:
    learn()
    assert Memory(cache).recall(CANDIDATE, Basis(files)) == READY


def test_the_folder_is_the_users_alone(cache: Path, learn: Learn) -> None:
    learn()
    assert cache.stat().st_mode & 0o77 == 0
    assert (cache / "verdicts.json").stat().st_mode & 0o77 == 0
    assert os.listdir(cache) == ["verdicts.json"]


def test_what_has_not_changed_is_not_written_again(
    cache: Path, files: list[str], learn: Learn
) -> None:
    learn()
    written = (cache / "verdicts.json").stat()
    memory = Memory(cache)
    memory.recall(CANDIDATE, Basis(files))
    memory.save()
    assert (cache / "verdicts.json").stat() == written


def test_a_touched_file_with_the_same_content_is_read_once_more(
    cache: Path, files: list[str], learn: Learn
) -> None:
    learn()
    before = (cache / "verdicts.json").read_bytes()
    os.utime(files[0], (1, 1))
    memory = Memory(cache)
    assert memory.recall(CANDIDATE, Basis(files)) == READY
    memory.save()
    after = (cache / "verdicts.json").read_bytes()
    assert after != before, "it would be read at every start"
    memory = Memory(cache)
    assert memory.recall(CANDIDATE, Basis(files)) == READY
    assert memory._computed == {}


def change_content(files: list[str]) -> list[str]:
    """The same length and the same time of change, as some tools leave it."""
    times = os.stat(files[0])
    Path(files[0]).write_text("a = 2\n")
    os.utime(files[0], ns=(times.st_atime_ns, times.st_mtime_ns + 1))
    return files


def test_a_change_of_the_sources_forgets(cache: Path, files: list[str], learn: Learn) -> None:
    learn()
    change_content(files)
    assert Memory(cache).recall(CANDIDATE, Basis(files)) is None


def test_a_change_within_one_tick_of_the_clock_forgets(
    cache: Path, files: list[str], learn: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprint, "_SETTLED", 60.0)
    monkeypatch.setattr(fingerprint, "facts", lambda status: "the same")
    learn()
    assert Memory(cache).recall(CANDIDATE, Basis(files)) == READY
    test_a_change_of_the_sources_forgets(cache, files, lambda: None)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "y"},
        {"target": "m:Y"},
        {"version": "2"},
        {"distribution": "other"},
        {"paths": ("/elsewhere",)},
        {"origin": "/elsewhere"},
        {"group": "metaextract.hooks"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_other_candidate_is_a_stranger(
    cache: Path, files: list[str], learn: Learn, change: dict[str, Any]
) -> None:
    learn()
    assert Memory(cache).recall(structs.replace(CANDIDATE, **change), Basis(files)) is None


def test_another_python_forgets(
    cache: Path, files: list[str], learn: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn()
    monkeypatch.setattr(sys, "version", "4.0")
    assert Memory(cache).recall(CANDIDATE, Basis(files)) is None


def test_what_was_forgotten_is_learned_anew(cache: Path, files: list[str], learn: Learn) -> None:
    learn()
    change_content(files)
    learn(Verdict.of(CANDIDATE, Diagnostic("MX201", "worse now")))
    recalled = Memory(cache).recall(CANDIDATE, Basis(files))
    assert recalled is not None
    assert recalled.code == "MX201"


LASTING = {"MX201", "MX313", "MX401", "MX402", "MX403", "MX404", "MX405", "MX406", "MX407"}
SLOW = {"MX309", "MX310"}
HELD = {code for code in CODES if code.startswith("MX3")} - LASTING


@pytest.mark.parametrize("code", sorted(CODES))
def test_only_what_an_import_or_the_sources_decide_is_remembered(
    cache: Path, files: list[str], learn: Learn, code: str
) -> None:
    """What is found before the import is found again at each start."""
    learn(Verdict.of(CANDIDATE, Diagnostic(code, "because")))
    recalled = Memory(cache).recall(CANDIDATE, Basis(files))
    assert (recalled is not None) == (code in LASTING | HELD)


@pytest.mark.parametrize("code", sorted(LASTING | HELD))
def test_a_failed_import_is_tried_again_by_a_fresh_look_and_in_other_surroundings(
    cache: Path, files: list[str], code: str
) -> None:
    """A missing library, a crash or a deadline may be mended without touching the plugin."""
    memory = Memory(cache)
    basis = Basis(files, [], "a library is missing")
    memory.recall(CANDIDATE, basis)
    memory.remember(CANDIDATE, basis, Verdict.of(CANDIDATE, Diagnostic(code, "because")), [])
    memory.save()
    assert Memory(cache).recall(CANDIDATE, basis) is not None
    lasts = code in LASTING
    assert (Memory(cache, fresh=True).recall(CANDIDATE, basis) is not None) == lasts
    mended = Basis(files, [], "the library is there")
    assert (Memory(cache).recall(CANDIDATE, mended) is not None) == lasts


def test_a_failed_import_is_tried_again_when_a_module_that_it_asked_for_has_changed(
    cache: Path, files: list[str], tmp_path: Path
) -> None:
    """One that was missing and appears, or one that is written, whoever owns it."""
    candidate = structs.replace(CANDIDATE, paths=(str(tmp_path / "beside"),))
    library = tmp_path / "beside" / "library_x.py"

    def fail() -> None:
        memory = Memory(cache)
        assert memory.recall(candidate, Basis(files)) is None, "it was not tried again"
        failed = Verdict.of(candidate, Diagnostic("MX303", "because"))
        memory.remember(candidate, Basis(files), failed, ["library_x"])
        memory.save()
        assert Memory(cache).recall(candidate, Basis(files)) is not None

    fail()
    library.parent.mkdir()
    library.write_text("1 / 0\n")
    sys.path_importer_cache.clear()
    fail()
    library.write_text("1 // 0\n")
    fail()


@pytest.mark.parametrize("code", sorted(HELD))
@pytest.mark.parametrize("hours", [-1, 0.9, 1.1, 23, 25])
def test_a_failed_import_is_tried_again_after_an_hour_and_one_that_hangs_after_a_day(
    cache: Path,
    files: list[str],
    learn: Learn,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    hours: float,
) -> None:
    """A clock that was set back must not make the time longer."""
    learn(Verdict.of(CANDIDATE, Diagnostic(code, "because")))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + hours * 3600)
    holds = 0 < hours < (24 if code in SLOW else 1)
    assert (Memory(cache).recall(CANDIDATE, Basis(files)) is not None) == holds


def test_what_is_decided_after_the_recall_is_not_remembered(
    cache: Path, files: list[str], learn: Learn
) -> None:
    learn()
    memory = Memory(cache)
    recalled = memory.recall(CANDIDATE, Basis(files))
    assert recalled is not None
    recalled.decide(Diagnostic("MX107", "no tool today"))
    os.utime(files[0], (1, 1))
    memory.recall(CANDIDATE, Basis(files))
    memory.save()
    assert Memory(cache).recall(CANDIDATE, Basis(files)) == READY


def test_what_is_decided_after_the_first_verdict_is_not_remembered(
    cache: Path, files: list[str]
) -> None:
    memory = Memory(cache)
    memory.recall(CANDIDATE, Basis(files))
    verdict = Verdict.of(CANDIDATE)
    memory.remember(CANDIDATE, Basis(files), verdict, [])
    verdict.decide(Diagnostic("MX109", "a circle"))
    memory.save()
    recalled = Memory(cache).recall(CANDIDATE, Basis(files))
    assert recalled is not None
    assert recalled.status == "ready"


def test_a_plugin_that_is_gone_is_forgotten(cache: Path, files: list[str], learn: Learn) -> None:
    learn()
    other = structs.replace(CANDIDATE, name="y")
    memory = Memory(cache)
    memory.recall(other, Basis(files))
    memory.remember(other, Basis(files), Verdict.of(other), [])
    memory.save()
    assert Memory(cache).recall(CANDIDATE, Basis(files)) is None
    assert Memory(cache).recall(other, Basis(files)) is not None


def test_a_source_that_cannot_be_read_is_never_remembered(
    cache: Path, files: list[str], learn: Learn
) -> None:
    learn()
    os.remove(files[1])
    os.mkdir(files[1])
    memory = Memory(cache)
    assert memory.recall(CANDIDATE, Basis(files)) is None
    memory.remember(CANDIDATE, Basis(files), READY, [])
    os.remove(files[0])
    assert memory.recall(CANDIDATE, Basis(files)) is None
    memory.save()
    assert memory._kept == {}


def test_without_sources_nothing_can_be_known_to_be_the_same(cache: Path) -> None:
    memory = Memory(cache)
    assert memory.recall(CANDIDATE, Basis([])) is None
    memory.remember(CANDIDATE, Basis([]), READY, [])
    assert memory.recall(CANDIDATE, Basis([])) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not JSON",
        b"\xff\xfe",
        b"[]",
        b'{"format": 1}',
        b'{"format": 1, "entries": {"x": 1}}',
        b'{"format": 99, "entries": {}}',
        b'{"format": 2, "environments": {"%s": 1}}' % sys.prefix.encode(),
        b'{"format": 2, "environments": {"%s": ' % sys.prefix.encode() + b"[" * 100_000,
    ],
    ids=["empty", "text", "bytes", "list", "half", "types", "format", "own types", "deep"],
)
def test_a_damaged_file_is_as_good_as_none_and_is_replaced(
    cache: Path, files: list[str], learn: Learn, content: bytes
) -> None:
    cache.mkdir()
    (cache / "verdicts.json").write_bytes(content)
    learn()
    assert Memory(cache).recall(CANDIDATE, Basis(files)) == READY


@pytest.mark.parametrize(
    "forge",
    [
        lambda verdict: verdict.update(name="exiftool"),
        lambda verdict: verdict.update(target="os:system"),
        lambda verdict: verdict.update(code="MX999"),
        lambda verdict: verdict.update(code="MX301"),
        lambda verdict: verdict.update(status="broken"),
        lambda verdict: verdict["descriptor"].update(id="exiftool"),
        lambda verdict: verdict["descriptor"].update(target="os:system"),
        lambda verdict: verdict["descriptor"].update(paths=["/tmp/evil"]),
        lambda verdict: verdict["descriptor"].update(needs="y"),
    ],
    ids=["name", "target", "no code", "other code", "state", "id", "class", "paths", "type"],
)
def test_an_entry_about_someone_else_is_not_believed(
    cache: Path, files: list[str], learn: Learn, forge: Callable[[dict[str, Any]], None]
) -> None:
    learn()
    stored = msgspec.json.decode((cache / "verdicts.json").read_bytes())
    (entry,) = stored["environments"][sys.prefix]["entries"].values()
    forge(entry["verdict"])
    (cache / "verdicts.json").write_bytes(msgspec.json.encode(stored))
    assert Memory(cache).recall(CANDIDATE, Basis(files)) is None
    (cache / "verdicts.json").write_bytes(msgspec.json.encode(stored))
    learn()
    assert Memory(cache).recall(CANDIDATE, Basis(files)) == READY


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path, files: list[str]) -> None:
    (tmp_path / "cache").write_text("a file is in the way")
    memory = Memory(tmp_path / "cache")
    assert memory.recall(CANDIDATE, Basis(files)) is None
    memory.remember(CANDIDATE, Basis(files), READY, [])
    memory.save()
    assert Memory(tmp_path / "cache").recall(CANDIDATE, Basis(files)) is None


def test_a_file_that_cannot_be_replaced_leaves_nothing_behind(cache: Path, learn: Learn) -> None:
    (cache / "verdicts.json").mkdir(parents=True)
    learn()
    assert os.listdir(cache) == ["verdicts.json"]


def test_no_folder_means_no_memory(files: list[str]) -> None:
    memory = Memory(None)
    assert memory.recall(CANDIDATE, Basis(files)) is None
    memory.remember(CANDIDATE, Basis(files), READY, [])
    memory.save()


def test_environments_share_the_file_and_not_their_verdicts(
    cache: Path, files: list[str], tmp_path: Path, learn: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever switches between two virtual environments starts warm in both."""
    learn()
    with monkeypatch.context() as other:
        (tmp_path / "other").mkdir()
        other.setattr(sys, "prefix", str(tmp_path / "other"))
        assert Memory(cache).recall(CANDIDATE, Basis(files)) is None
        learn()
        assert Memory(cache).recall(CANDIDATE, Basis(files)) is not None
    assert Memory(cache).recall(CANDIDATE, Basis(files)) is not None


def test_an_environment_that_is_gone_is_forgotten(
    cache: Path, tmp_path: Path, learn: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as other:
        other.setattr(sys, "prefix", str(tmp_path / "gone"))
        learn()
    assert str(tmp_path / "gone") in (cache / "verdicts.json").read_text()
    learn()
    assert str(tmp_path / "gone") not in (cache / "verdicts.json").read_text()
