from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from blake3 import blake3

from metaextract_server.uploads.refusals import UploadRefused
from metaextract_server.uploads.resumable import ContentRange, Partials, parse_range

CONTENT = os.urandom(300_000)
DIGEST = "blake3:" + blake3(CONTENT).hexdigest()


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def partials(tmp_path: Path, clock: Clock) -> Partials:
    return Partials(tmp_path / "uploads", largest=1 << 20, unfinished=3, now=clock)


def span(start: int, stop: int) -> ContentRange:
    return ContentRange(start, stop - 1, len(CONTENT))


def begun(partials: Partials, digest: str | None = None, name: str = "a.bin") -> str:
    return partials.create("me", len(CONTENT), name, digest).id


def code(caught: pytest.ExceptionInfo[UploadRefused]) -> tuple[str, int]:
    return caught.value.code, caught.value.status


def test_an_upload_goes_on_after_a_restart(tmp_path: Path, partials: Partials) -> None:
    upload = begun(partials, DIGEST, "../a.bin")
    partials.append("me", upload, span(0, 100_000), [CONTENT[:50_000], CONTENT[50_000:100_000]])
    again = Partials(tmp_path / "uploads", largest=1 << 20)
    state = again.state("me", upload)
    assert (state.received, state.size, state.name) == (100_000, len(CONTENT), "a.bin")
    assert (
        again.append("me", upload, span(100_000, 300_000), [CONTENT[100_000:]]).received == 300_000
    )
    assert again.complete("me", upload, tmp_path / "whole") == DIGEST
    assert (tmp_path / "whole").read_bytes() == CONTENT
    with pytest.raises(UploadRefused):
        again.state("me", upload)
    assert os.listdir(tmp_path / "uploads") == ["lock"]


@pytest.mark.parametrize("start", [0, 99_999, 100_001])
def test_a_range_that_starts_elsewhere_is_told_where_to_start(
    partials: Partials, start: int
) -> None:
    upload = begun(partials)
    partials.append("me", upload, span(0, 100_000), [CONTENT[:100_000]])
    with pytest.raises(UploadRefused) as caught:
        partials.append("me", upload, span(start, 200_000), [CONTENT[start:200_000]])
    assert code(caught) == ("CONFLICT", 409)
    assert caught.value.details == {"received": 100_000}
    assert partials.state("me", upload).received == 100_000


def test_f36_what_came_before_the_client_left_is_kept(tmp_path: Path, partials: Partials) -> None:
    def leaving() -> Iterator[bytes]:
        yield CONTENT[:70_000]
        raise ConnectionResetError

    upload = begun(partials, DIGEST)
    with pytest.raises(ConnectionResetError):
        partials.append("me", upload, span(0, 300_000), leaving())
    assert partials.state("me", upload).received == 70_000
    partials.append("me", upload, span(70_000, 300_000), [CONTENT[70_000:]])
    assert partials.complete("me", upload, tmp_path / "whole") == DIGEST


def test_f28_bytes_that_a_killed_process_had_not_accounted_for_do_not_count(
    tmp_path: Path, partials: Partials
) -> None:
    upload = begun(partials, DIGEST)
    partials.append("me", upload, span(0, 100_000), [CONTENT[:100_000]])
    program = (
        "import os, pathlib, signal, sys\n"
        "from metaextract_server.uploads.resumable import ContentRange, Partials\n"
        "def blocks():\n"
        "    yield b'wrong' * 10_000\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "partials = Partials(pathlib.Path(sys.argv[1]), largest=1 << 20)\n"
        "partials.append('me', sys.argv[2], ContentRange(100_000, 299_999, 300_000), blocks())\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "uploads"), upload], check=False
    )
    assert killed.returncode == -9
    assert (tmp_path / "uploads" / f"{upload}.data").stat().st_size == 150_000
    assert partials.state("me", upload).received == 100_000
    partials.append("me", upload, span(100_000, 300_000), [CONTENT[100_000:]])
    assert partials.complete("me", upload, tmp_path / "whole") == DIGEST


def test_a_body_that_is_not_as_long_as_its_range_is_refused(partials: Partials) -> None:
    upload = begun(partials)
    with pytest.raises(UploadRefused, match="more bytes"):
        partials.append("me", upload, span(0, 10), [b"x" * 6, b"x" * 6])
    assert partials.state("me", upload).received == 6
    with pytest.raises(UploadRefused, match="fewer bytes"):
        partials.append("me", upload, span(6, 10), [b"x"])
    assert partials.state("me", upload).received == 7
    with pytest.raises(UploadRefused, match="300000 bytes"):
        partials.append("me", upload, ContentRange(7, 8, 1_000_000), [b"xx"])


def test_two_requests_cannot_add_to_one_upload_at_once(partials: Partials, tmp_path: Path) -> None:
    upload = begun(partials)
    with partials.appending("me", upload, span(0, 3)) as target:
        target.write(b"abc")
        for act in (
            lambda: partials.append("me", upload, span(0, 3), [b"xyz"]),
            lambda: partials.complete("me", upload, tmp_path / "whole"),
            lambda: partials.cancel("me", upload),
        ):
            with pytest.raises(UploadRefused) as caught:
                act()
            assert code(caught) == ("CONFLICT", 409)
    assert partials.state("me", upload).received == 3


def test_an_upload_that_lacks_bytes_is_not_complete(partials: Partials, tmp_path: Path) -> None:
    upload = begun(partials)
    with pytest.raises(UploadRefused) as caught:
        partials.complete("me", upload, tmp_path / "whole")
    assert code(caught) == ("CONFLICT", 409)
    assert caught.value.details == {"received": 0}
    assert not (tmp_path / "whole").exists()


def test_content_that_belies_its_digest_is_dropped(partials: Partials, tmp_path: Path) -> None:
    upload = begun(partials, DIGEST)
    partials.append("me", upload, span(0, 300_000), [CONTENT[:-1], b"\0" if CONTENT[-1] else b"1"])
    with pytest.raises(UploadRefused) as caught:
        partials.complete("me", upload, tmp_path / "whole")
    assert code(caught) == ("VALIDATION_ERROR", 400)
    assert os.listdir(tmp_path / "uploads") == ["lock"]
    assert not (tmp_path / "whole").exists()


def test_f39_another_accounts_upload_is_as_if_not_there(partials: Partials, tmp_path: Path) -> None:
    upload = begun(partials)
    answers = set()
    for known in (upload, "0" * 32, "../" + upload, ""):
        for act in (
            lambda known=known: partials.state("you", known),
            lambda known=known: partials.append("you", known, span(0, 1), [b"x"]),
            lambda known=known: partials.complete("you", known, tmp_path / "whole"),
            lambda known=known: partials.cancel("you", known),
        ):
            with pytest.raises(UploadRefused) as caught:
                act()
            answers.add((*code(caught), caught.value.message))
    assert len(answers) == 1
    assert answers.pop()[:2] == ("NOT_FOUND", 404)
    assert partials.state("me", upload).received == 0


def test_an_account_has_only_so_many_unfinished_uploads(partials: Partials) -> None:
    uploads = [begun(partials) for _ in range(3)]
    with pytest.raises(UploadRefused) as caught:
        begun(partials)
    assert code(caught) == ("QUOTA_EXCEEDED", 429)
    partials.create("you", 1, "b")
    partials.cancel("me", uploads[0])
    begun(partials)


def test_uploads_that_nothing_is_added_to_expire(partials: Partials, clock: Clock) -> None:
    old, used, held = (begun(partials) for _ in range(3))
    with partials.appending("me", held, span(0, 1)) as target:
        target.write(b"x")
        clock.time += 100
        partials.append("me", used, span(0, 1), [b"x"])
        assert partials.expire(50) == 1
    with pytest.raises(UploadRefused):
        partials.state("me", old)
    assert partials.state("me", used).received == partials.state("me", held).received == 1
    assert partials.expire(50) == 0


@pytest.mark.parametrize(
    ("size", "digest", "status"),
    [(-1, None, 400), (1, "sha256:0", 400), ((1 << 20) + 1, None, 413)],
)
def test_what_could_never_be_complete_is_not_begun(
    partials: Partials, size: int, digest: str | None, status: int
) -> None:
    with pytest.raises(UploadRefused) as caught:
        partials.create("me", size, "a", digest)
    assert caught.value.status == status


def test_files_are_nobody_elses_and_their_names_ours(tmp_path: Path, partials: Partials) -> None:
    upload = begun(partials, name="../../x")
    folder = tmp_path / "uploads"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert sorted(os.listdir(folder)) == [f"{upload}.data", f"{upload}.json", "lock"]
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


def test_an_empty_file_is_complete_at_once(tmp_path: Path, partials: Partials) -> None:
    upload = partials.create("me", 0, "empty").id
    assert partials.complete("me", upload, tmp_path / "e") == "blake3:" + blake3().hexdigest()


def test_a_range_is_read() -> None:
    assert parse_range("bytes 0-9/10") == ContentRange(0, 9, 10)


@pytest.mark.parametrize(
    "header",
    ["", "bytes", "bytes */10", "bytes 0-9/*", "bytes 5-4/10", "bytes 0-10/10", "bytes -1-2/3",
     "items 0-1/2", "bytes 0-1/2, 3-4/5", "bytes \u0661-2/3", "bytes 0-1/" + "9" * 5000],
)  # fmt: skip
def test_what_is_no_range_is_refused(header: str) -> None:
    with pytest.raises(UploadRefused) as caught:
        parse_range(header)
    assert code(caught) == ("VALIDATION_ERROR", 400)
