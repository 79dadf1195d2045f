"""A thing is claimed by one at a time, and free again when that one has gone, even by force."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from metaextract_core.caching.claims import Claims

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no locks that the system frees")
Make = Callable[[], Claims]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[Claims] = []

    def make() -> Claims:
        made.append(Claims(tmp_path / "cache" / "claims"))
        return made[-1]

    yield make
    for claims in made:
        claims.close()


def test_one_has_it_until_it_lets_go(make: Make) -> None:
    one, other = make(), make()
    assert one.take(b"a")
    assert one.take(b"b")
    assert other.take(b"c")
    assert not other.take(b"a")
    one.release(b"a")
    assert other.take(b"a")
    assert not other.take(b"b")


def test_nobody_gets_a_second_time_what_it_has(make: Make) -> None:
    """Two runs of one kernel share one object."""
    claims = make()
    assert claims.take(b"a")
    assert not claims.take(b"a")
    assert not claims.share(b"a")


def test_what_is_shared_is_nobodys_alone_until_all_have_let_go(make: Make) -> None:
    one, other, third = make(), make(), make()
    assert one.share(b"a")
    assert one.share(b"a")
    assert other.share(b"a")
    assert not third.take(b"a")
    assert not one.take(b"a")
    other.release(b"a")
    one.release(b"a")
    assert not third.take(b"a")
    one.release(b"a")
    assert third.take(b"a")
    assert not one.share(b"a")


def test_who_has_something_alone_may_begin_to_share_it(make: Make) -> None:
    one, other = make(), make()
    one.take(b"a")
    other.open_up(b"a")  # it is not other's to share
    assert not other.share(b"a")
    one.open_up(b"a")
    assert other.share(b"a")
    one.release(b"a")
    assert not one.take(b"a")


def test_who_lets_go_of_what_another_has_changes_nothing(make: Make) -> None:
    one, other = make(), make()
    one.take(b"a")
    other.release(b"a")
    assert not other.take(b"a")


def test_all_is_free_when_it_is_closed(make: Make) -> None:
    one, other = make(), make()
    one.take(b"a")
    one.share(b"b")
    one.close()
    assert other.take(b"a")
    assert other.take(b"b")


def test_what_a_killed_process_had_is_free(tmp_path: Path, make: Make) -> None:
    claims = make()
    code = (
        "import sys; from pathlib import Path; from metaextract_core.caching.claims import Claims;"
        "claims = Claims(Path(sys.argv[1])); print(claims.take(b'a'), flush=True); input()"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "cache" / "claims")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"True\n"
        assert not claims.take(b"a")
        process.kill()
        process.wait()
    assert claims.take(b"a")


def test_the_file_is_empty_and_its_users_alone(tmp_path: Path, make: Make) -> None:
    claims = make()
    assert all(claims.take(b"%d" % number) for number in range(1000))
    status = (tmp_path / "cache" / "claims").stat()
    assert (status.st_size, status.st_mode & 0o777) == (0, 0o600)


def test_where_no_file_can_be_made_everybody_gets_what_they_want(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    claims = [Claims(tmp_path / "file" / "claims") for _ in range(2)]
    assert [each.take(b"a") for each in claims] == [True, True]


def test_a_link_that_somebody_has_laid_is_not_followed(tmp_path: Path) -> None:
    os.symlink(tmp_path / "other", tmp_path / "claims")
    claims = Claims(tmp_path / "claims")
    assert claims.take(b"a")
    assert not (tmp_path / "other").exists()
