"""What happens in a worker arrives as a reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.zoo.hollow import animal, reader

from metaextract_core.conformance.pooled import PooledReader
from metaextract_core.registry import Registry
from metaextract_core.workers.pool import Pool
from metaextract_sdk.conformance.evidence import Kind, Reading, Subject

SOURCE = reader(
    """
word = file.read(0, 100).decode()
if word == "raise":
    raise ValueError("odd")
if word == "refuse":
    raise ExtractError("damaged", data={"Half": 1})
if word == "crash":
    ctypes.string_at(0)
if word == "hang":
    time.sleep(86399)
if word == "grow":
    bytes(1 << 30)
if word == "list":
    return [word]
if word == "print":
    print("hello")
if word == "meddle":
    os.environ["ZOO"] = "1"
return {"Process": os.getpid(), "Type": file.media_type}
""",
    attributes="timeout = 0.5; memory = 64 << 20",
)
Read = Callable[..., Reading]


@pytest.fixture
def read(registry: Callable[..., Registry], tmp_path: Path) -> Iterator[Read]:
    """The reading of a file that holds one word."""
    ready = {
        name: descriptor
        for name, descriptor in registry(animal("obedient", None, SOURCE)).ready.items()
        if name == "obedient"
    }
    pools = Pool(ready, size=1), Pool(ready, size=1)
    pooled = PooledReader(*pools, ready["obedient"], ready, {0: "text/plain"})

    def run(word: str, kind: Kind = "sample") -> Reading:
        path = tmp_path / "sample.txt"
        path.write_text(word)
        return pooled(path, Subject(kind, 0, word, path.name, "text/x-else", word.encode(), 0))

    yield run
    for pool in pools:
        pool.close()


@pytest.mark.parametrize(
    ("word", "status", "fault", "reason"),
    [
        ("well", "ok", "", ""),
        ("raise", "failed", "raised", "ValueError: odd"),
        ("refuse", "partial", "", "damaged"),
        ("crash", "crashed", "crashed", "SIGSEGV"),
        ("hang", "timeout", "timeout", "not finished after 0.5 s"),
        ("grow", "memory", "memory", "it asked for more memory"),
        ("list", "failed", "no data", "the result is of type list"),
    ],
)
def test_each_way_to_end_is_told_apart(
    read: Read, word: str, status: str, fault: str, reason: str
) -> None:
    reading = read(word)
    assert (reading.status, reading.fault) == (status, fault)
    assert reading.reason.startswith(reason)


def test_what_is_left_is_told(read: Read) -> None:
    assert read("print").traces == {"output": "it wrote 6 bytes to its output"}
    assert read("well").traces == {}
    assert "the environment (ZOO)" in read("meddle").traces["process"]


def test_what_is_read_again_is_read_by_another_process(read: Read) -> None:
    """Whose hashes of text, for one, are others."""
    first, second, again = read("well"), read("well"), read("well", "again")
    assert first.data["Process"] == second.data["Process"] != again.data["Process"]


def test_it_is_told_the_type_that_the_extractor_reads(read: Read) -> None:
    assert read("well").data["Type"] == "text/plain"
