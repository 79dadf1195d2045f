"""A file of records appears when it is complete; one that is half written can be gone on with."""

from __future__ import annotations

import contextlib
import fcntl
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click
import pytest

from metaextract_core.cli.destination import Destination, in_file
from metaextract_core.record import FileInfo, Record, Result

Open = Callable[..., AbstractContextManager[Destination]]


@pytest.fixture
def open_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.setenv("METAEXTRACT_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setattr(sys, "argv", ["metaextract", "extract", "my files", "-o", "out"])

    def open_(**more: Any) -> AbstractContextManager[Destination]:
        how = {"state": None, "everything": False, "plan": "all", "resume": False, **more}
        format_ = how.pop("format_", "jsonl")
        return in_file(str(tmp_path / "out"), format_, **how)

    return open_


@pytest.fixture(autouse=True)
def nothing_is_left_behind(tmp_path: Path) -> Iterator[None]:
    """A state is kept for as long as something can be gone on with."""
    yield
    states = [*tmp_path.rglob("*.sqlite")]
    assert bool(states) <= (tmp_path / "out.part").exists()


def result(name: str, *, error: str | None = None) -> Result:
    info = FileInfo(path=name, name=name)
    if error is not None:
        info.error = error
    return Result(Record(file=info))


def interrupt(open_: Open, *names: str, **more: Any) -> None:
    with contextlib.suppress(KeyboardInterrupt), open_(**more) as destination:
        for name in names:
            destination.write(result(name))
        raise KeyboardInterrupt


def names(path: Path) -> list[str]:
    return [json.loads(line)["file"]["name"] for line in path.read_bytes().splitlines()]


def test_what_is_complete_has_its_name_and_no_state(open_: Open, tmp_path: Path) -> None:
    with open_() as destination:
        destination.write(result("a"))
        assert not (tmp_path / "out").exists()
    assert names(tmp_path / "out") == ["a"]
    assert not (tmp_path / "out.part").exists()


def test_an_interruption_says_what_there_is_and_how_to_go_on(
    open_: Open, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    interrupt(open_, "a", "b")
    said = capsys.readouterr().err.splitlines()
    assert said == [
        f"metaextract: what had been written is in {tmp_path / 'out.part'}",
        "metaextract: to go on where it was: metaextract extract 'my files' -o out --resume",
    ]


def test_a_resumed_run_knows_what_is_finished_and_adds_the_rest(
    open_: Open, tmp_path: Path
) -> None:
    with contextlib.suppress(KeyboardInterrupt), open_() as destination:
        destination.write(result("a"))
        destination.write(result("b", error="gone"))
        raise KeyboardInterrupt
    with open_(resume=True) as destination:
        assert (destination.files, destination.failed) == (2, 1)
        assert [destination.finished(name) for name in "abc"] == [True, True, False]
        destination.write(result("c"))
        assert (destination.files, destination.failed) == (3, 1)
    assert names(tmp_path / "out") == ["a", "b", "c"]


def test_what_came_after_the_last_that_was_noted_is_written_anew(
    open_: Open, tmp_path: Path
) -> None:
    interrupt(open_, "a")
    with open(tmp_path / "out.part", "ab") as part:
        part.write(b'{"file": {"name": "half')
    with open_(resume=True) as destination:
        destination.write(result("b"))
    assert names(tmp_path / "out") == ["a", "b"]


def test_without_resume_it_begins_anew(open_: Open, tmp_path: Path) -> None:
    interrupt(open_, "a")
    with open_() as destination:
        assert not destination.finished("a")
        destination.write(result("b"))
    assert names(tmp_path / "out") == ["b"]


def test_where_nothing_was_interrupted_a_resumed_run_begins(open_: Open, tmp_path: Path) -> None:
    with open_(resume=True) as destination:
        destination.write(result("a"))
    assert names(tmp_path / "out") == ["a"]


def test_what_is_complete_is_left_alone(
    open_: Open, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").write_text("complete")
    with open_(resume=True) as destination:
        assert destination.complete
    assert (tmp_path / "out").read_text() == "complete"
    assert "there is nothing to resume" in capsys.readouterr().err


def test_the_state_may_lie_elsewhere(open_: Open, tmp_path: Path) -> None:
    state = str(tmp_path / "mine.sqlite")
    interrupt(open_, "a", state=state)
    assert Path(state).exists()
    with open_(resume=True, state=state) as destination:
        assert destination.finished("a")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda part: None, "with other paths or options"),
        (lambda part: part.write_bytes(b""), "is not what the interrupted run has left"),
        (lambda part: part.unlink(), "cannot write"),
    ],
)
def test_what_cannot_be_gone_on_with_is_left_as_it_is(
    open_: Open, tmp_path: Path, spoil: Callable[[Path], None], why: str
) -> None:
    interrupt(open_, "a")
    spoil(tmp_path / "out.part")
    other = {"plan": "other"} if "options" in why else {}
    with pytest.raises(click.UsageError, match=why), open_(resume=True, **other):
        pass
    (tmp_path / "out.part").touch()  # else the state would be left behind


def test_two_runs_do_not_write_one_file(open_: Open, tmp_path: Path) -> None:
    with open(tmp_path / "out.part", "wb") as part:
        fcntl.flock(part, fcntl.LOCK_EX)
        with pytest.raises(click.UsageError, match="another process is writing"), open_():
            pass


@pytest.mark.parametrize("more", [{"resume": True}, {"state": "state.sqlite"}])
def test_only_lines_can_be_gone_on_with(open_: Open, more: Any) -> None:
    with pytest.raises(click.UsageError, match="JSON Lines"), open_(format_="json", **more):
        pass
