"""The process: what it says, how it dies, and what comes after."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from metaextract_exiftool.session import MAX_COMPLAINT, Answer, Fault, Session

MEMORY = 1 << 30

needs_exiftool = pytest.mark.skipif(
    shutil.which("exiftool") is None, reason="ExifTool is not installed"
)


@pytest.fixture
def session() -> Iterator[Session]:
    """The real ExifTool."""
    session = Session(["-json"], MEMORY)
    session.start()
    yield session
    session.stop()


FAKE = """\
#!{python}
import sys

said = sys.stdout

def answer(argument):
{body}

command = []
for line in sys.stdin:
    command.append(line.rstrip("\\n"))
    if command[-1].startswith("-execute"):
        answer(command[0])
        print(command[command.index("-echo4") + 1], file=sys.stderr, flush=True)
        print("{{ready%s}}" % command[-1].removeprefix("-execute"), flush=True)
        command.clear()
"""


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Session]:
    """A program that speaks the protocol of -stay_open and does what ExifTool does rarely."""

    def install(body: str) -> Session:
        program = tmp_path / "exiftool"
        program.write_text(FAKE.format(python=sys.executable, body=textwrap.indent(body, "    ")))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        return Session([], MEMORY)

    return install


def said(answer: Answer | Fault) -> bytes:
    assert isinstance(answer, Answer), answer
    return answer.said


def test_a_flood_on_standard_error_stops_nobody(fake: Callable[[str], Session]) -> None:
    """sylikc/pyexiftool#95, #96, #105; only the beginning is kept."""
    session = fake(
        "sys.stderr.write('first words' + 'x' * (1 << 20))\nsaid.write('about ' + argument)"
    )
    session.start()
    commands = [b"a", b"b", b"c", b"d", b"e"]
    try:
        answers = list(session.ask([[command] for command in commands]))
    finally:
        session.stop()
    assert [said(answer) for answer in answers] == [b"about " + each for each in commands]
    for answer in answers:
        assert isinstance(answer, Answer)
        assert answer.complaint.startswith(b"first words")
        assert len(answer.complaint) <= MAX_COMPLAINT


def test_an_endless_answer_is_cut_off(
    fake: Callable[[str], Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next command is served by a new process."""
    monkeypatch.setattr("metaextract_exiftool.session.MAX_SAID", 1 << 20)
    session = fake("while argument == 'endless':\n  said.write('x' * 4096)\nsaid.write('fine')")
    try:
        endless, after = session.ask([[b"endless"], [b"other"]])
    finally:
        session.stop()
    assert isinstance(endless, Fault)
    assert "1 MiB" in str(endless)
    assert said(after) == b"fine"


def test_a_program_that_is_no_exiftool_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last words are the reason."""
    program = tmp_path / "exiftool"
    program.write_text("#!/bin/sh\nread line\necho 'no perl here' >&2\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    session = Session([], MEMORY)
    with pytest.raises(Fault, match="no perl here"):
        session.start()


@needs_exiftool
def test_a_process_that_died_meanwhile_is_replaced(session: Session) -> None:
    """No file is blamed for it."""
    session._process.kill()
    session._process.wait()
    assert said(*session.ask([[b"-ver"]])).strip()


@needs_exiftool
def test_a_process_killed_at_work_costs_one_answer_at_the_most(session: Session) -> None:
    """The others are whole and in order."""
    answers = session.ask([[b"-echo", b"%d" % n, b"-ver"] for n in range(30)])
    got = [next(answers)]
    os.kill(session._process.pid, signal.SIGKILL)
    got += answers
    faults = [answer for answer in got if isinstance(answer, Fault)]
    assert len(got) == 30
    assert len(faults) == 1
    assert "SIGKILL" in str(faults[0])
    for number, answer in enumerate(got):
        assert isinstance(answer, Fault) or answer.said.startswith(b"%d\n" % number)


@needs_exiftool
def test_answers_that_nobody_took_are_not_given_to_the_next(session: Session) -> None:
    """As when the host stops in the middle of a batch."""
    answers = session.ask([[b"-echo", b"old", b"-ver"]] * 5)
    next(answers)
    answers.close()
    (answer,) = session.ask([[b"-echo", b"new", b"-ver"]])
    assert said(answer).startswith(b"new\n")


@needs_exiftool
def test_the_process_is_gone_after_stop(session: Session) -> None:
    """It is killed and waited for; stopping twice is harmless."""
    pid = session._process.pid
    session.stop()
    session.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@needs_exiftool
def test_no_configuration_of_the_user_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a Perl program, and the working folder may be a stranger's (DESIGN 4.15)."""
    canary = tmp_path / "canary"
    config = tmp_path / ".ExifTool_config"
    config.write_text(f"open(F, '>', '{canary}'); 1;\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    session = Session([], MEMORY)
    session.start()
    try:
        assert said(*session.ask([[b"-ver"]])).strip()
    finally:
        session.stop()
    assert not canary.exists()


@needs_exiftool
def test_the_environment_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set or not set, also when the process does not start."""
    monkeypatch.setenv("PERL_HASH_SEED", "7")
    monkeypatch.delenv("PERL_PERTURB_KEYS", raising=False)
    before = dict(os.environ)
    session = Session([], MEMORY)
    session.start()
    session.stop()
    assert dict(os.environ) == before
