"""The extractor: equal to ExifTool, and unharmed by any file or name."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from metaextract_exiftool import extractor
from metaextract_exiftool.extractor import ExifTool
from metaextract_exiftool.session import Fault
from metaextract_sdk import Context, ExtractError, FileView, Unavailable
from metaextract_sdk.testing import Conformance

SAMPLES = Path(extractor.__file__).parent / "samples"
ROOT = Path(__file__).parents[3]
CORPORA = Path(os.environ.get("METAEXTRACT_CORPORA", ROOT.parent / "shared" / "corpora"))
VOLATILE = frozenset({"System:FileAccessDate"})
"""Reading a file may change it."""

needs_exiftool = pytest.mark.skipif(
    shutil.which("exiftool") is None, reason="ExifTool is not installed"
)


class TestExifTool(Conformance):
    extractor = ExifTool


def reference(paths: Sequence[Path], folder: Path, *options: str) -> list[dict[str, Any]]:
    """What ExifTool itself prints of `paths`, in one run."""
    names = folder / "names.args"
    names.write_bytes(b"".join(os.fsencode(path) + b"\n" for path in paths))
    run = subprocess.run(
        ["exiftool", "-config", "", "-json", "-G1", "-struct", *options, "-@", names],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,  # it fails where it cannot read a file, as it should here
        # A few tags depend on the order of Perl's hashes, which is random otherwise.
        env={**os.environ, "PERL_HASH_SEED": "0", "PERL_PERTURB_KEYS": "0"},
    )
    text = run.stdout.decode("utf-8", "surrogateescape")
    answers: list[dict[str, Any]] = json.loads(text, strict=False, parse_float=str)
    assert len(answers) == len(paths)
    for answer in answers:
        del answer["SourceFile"]
    return answers


def exact(value: Any) -> str:
    """A text that tells 1 from 1.0 and from true."""
    return json.dumps(value, sort_keys=True)


def floats_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare numbers by the digits that ExifTool printed."""
    decoder = json.JSONDecoder(strict=False, parse_float=str)
    monkeypatch.setattr("metaextract_exiftool.answers._DECODER", decoder)


def corpus() -> list[Path]:
    if not CORPORA.is_dir():
        pytest.skip(f"there is no folder {CORPORA}: set METAEXTRACT_CORPORA")
    return sorted(path.resolve() for path in CORPORA.rglob("*") if path.is_file())


def test_every_value_of_the_corpora_is_what_exiftool_prints(
    read: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tag by tag over all files, access times aside; `num` is what it prints with -n."""
    floats_as_text(monkeypatch)
    paths = corpus()
    answers = [
        answer for start in range(0, len(paths), 20) for answer in read(paths[start : start + 20])
    ]
    plain = reference(paths, tmp_path)
    numbers = reference(paths, tmp_path, "-n")
    values = 0
    for path, answer, expected, number in zip(paths, answers, plain, numbers, strict=True):
        if answer.status == "skipped":
            assert expected["ExifTool:Error"] in answer.reason, path
            assert {tag.partition(":")[0] for tag in expected} == {"ExifTool", "System"}, path
            continue
        assert answer.status == ("partial" if "ExifTool:Error" in expected else "ok"), path
        assert answer.data.keys() == expected.keys(), path
        for tag in expected.keys() - VOLATILE:
            told = answer.data[tag]
            assert exact(told["val"]) == exact(expected[tag]), (path, tag)
            same = told["num"] is None
            assert exact(told["val" if same else "num"]) == exact(number[tag]), (path, tag)
            values += 1
    assert values > 20_000


def test_structures_lists_and_numbers_keep_their_shape(read: Any) -> None:
    """As -struct gives them."""
    (answer,) = read([SAMPLES / "sidecar.xmp"])
    assert answer.data["XMP-dc:Subject"] == {"val": ["boat", "dusk"], "num": None}
    assert answer.data["XMP-exif:ExposureTime"] == {"val": "1/20", "num": 0.05}
    assert answer.data["XMP-exif:Flash"] == {
        "val": {"Fired": False, "Mode": "Off"},
        "num": {"Fired": False, "Mode": 2},
    }


NAMES = [
    *(b"-ver", b"-execute", b"-stay_open", b"-@", b"-", b"--", b"-o=canary", b"-config"),
    *(b"@args", b"#comment", b"#[CSTR]\\nx", b"FILE", b"DIR", b"%f%e.out", b"$name", b"@"),
    *(b"touch canary |", b"|touch canary", b"a|", b">canary", b"<in", b"+<both", b"&1", b"&=0"),
    *(b"$(touch canary)", b"`touch canary`", b";touch canary", b"a&&b", b"'quoted'", b'"double"'),
    *(b" leading", b"trailing ", b"trailing\xc2\xa0", b"trailing.", b"\\", b"back\\slash"),
    *(b"*", b"?", b"[ab]", b"{a,b}", b"~", b"~root", b"a=b", b"-a=b", b"x.gz", b"n" * 255),
    *(b"caf\xc3\xa9", b"caf\xe9", b"\xff\xfe", b"\xed\xa0\x80", b"\x85", b"\xef\xbf\xbf"),
    *(b"\xe2\x80\xae" + b"gpj.exe", b"\xe2\x88\x92ver", b"{ready1}", b"=0=post1"),
]


def test_f16_a_name_is_only_ever_a_name(
    read: Any, titled: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file is found and read; nothing is run, made or changed; all values are ExifTool's."""
    paths = [titled(name, f"title {number}") for number, name in enumerate(NAMES)]
    args = titled(b"named.args", "-ver")  # what "@args" would read if it were an option
    (tmp_path / "args").write_text("-ver\n")
    monkeypatch.chdir(tmp_path)
    floats_as_text(monkeypatch)
    before = {entry.name: entry.stat().st_mtime_ns for entry in os.scandir(tmp_path)}
    answers = read([*paths, args])
    assert {entry.name: entry.stat().st_mtime_ns for entry in os.scandir(tmp_path)} == before
    expected = reference(paths, tmp_path)
    for number, (path, answer) in enumerate(zip(paths, answers, strict=False)):
        assert answer.status == "ok", (path, answer.reason)
        values = {tag: told["val"] for tag, told in answer.data.items()}
        assert values["XMP-dc:Title"] == f"title {number}"
        for tag in values.keys() - VOLATILE:
            assert exact(values[tag]) == exact(expected[number][tag]), (path, tag)


@pytest.mark.parametrize("name", [b"a\n-ver", b"\n", b"a\r", b"a\tb", b"\x1b[31m", b"\x7f"])
def test_f16_a_name_with_a_control_character_is_refused(
    read: Any, titled: Any, name: bytes
) -> None:
    """A line end would begin a new argument (CVE-2026-40281); the other files are read."""
    before, bad, after = titled(b"before", "1"), titled(name, "2"), titled(b"after", "3")
    first, refused, last = read([before, bad, after])
    assert refused.status == "refused"
    assert "control character" in refused.reason
    assert [first.data["XMP-dc:Title"]["val"], last.data["XMP-dc:Title"]["val"]] == [1, 3]


@pytest.mark.parametrize("path", ["-ver", "relative.xmp", "/tmp/a\0b"])
def test_f16_a_path_that_could_mean_something_else_is_refused(
    exiftool: ExifTool, tmp_path: Path, path: str
) -> None:
    """The host gives absolute paths only; it is checked all the same."""
    with (SAMPLES / "sidecar.xmp").open("rb") as file:
        view = FileView(file.fileno(), Path(path), "application/rdf+xml")
        with pytest.raises(ExtractError) as caught:
            exiftool.extract(view, Context(deadline=0, scratch=tmp_path))
    assert caught.value.status == "refused"


def test_f49_invalid_utf_8_costs_nobody_anything(read: Any, tmp_path: Path, titled: Any) -> None:
    """ExifTool prints the prefix of an XMP namespace as it finds it, in the group's name."""
    text = (SAMPLES / "sidecar.xmp").read_bytes()
    bad = tmp_path / "bad.xmp"
    bad.write_bytes(
        text.replace(b"exif:ExposureTime", b'xmlns:c\xe9="http://x.example/" c\xe9:Number').replace(
            b'"1/20"', b'"1e500"'
        )
    )
    first, odd, last = read([titled(b"before", "one"), bad, titled(b"after", "two")])
    assert (first.status, odd.status, last.status) == ("ok", "ok", "ok")
    (tag,) = [tag for tag in odd.data if not tag.isascii()]
    assert tag.encode("utf-8", "surrogateescape").startswith(b"XMP-c\xe9")
    assert odd.data[tag]["val"] == "1e500"
    assert last.data["XMP-dc:Title"]["val"] == "two"


def test_f30_one_bad_file_costs_only_itself(read: Any, tmp_path: Path, titled: Any) -> None:
    """Unknown, empty, damaged, gone: each has its own status and reason."""
    unknown, empty, damaged, gone = (tmp_path / n for n in ("u.bin", "e.xmp", "d.png", "g.xmp"))
    unknown.write_bytes(bytes(range(256)))
    empty.touch()
    damaged.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    good = [titled(b"%d.xmp" % n, f"good {n}") for n in range(3)]
    first, of_unknown, of_empty, second, of_damaged, last = read(
        [good[0], unknown, empty, good[1], damaged, good[2]]
    )
    assert (of_unknown.status, of_unknown.reason) == ("skipped", "ExifTool: Unknown file type")
    assert (of_empty.status, of_empty.reason) == ("skipped", "ExifTool: File is empty")
    assert of_damaged.data["File:FileType"]["val"] == "PNG"
    assert of_damaged.warnings or of_damaged.reason
    for number, answer in enumerate((first, second, last)):
        assert answer.data["XMP-dc:Title"]["val"] == f"good {number}"
    assert not gone.exists()


def test_a_file_that_went_away_is_failed(exiftool: ExifTool, jobs: Any, titled: Any) -> None:
    """In ExifTool's own words, without the path; the others are read."""
    paths = [titled(name, "here") for name in (b"stays", b"goes", b"stays too")]
    pairs = jobs(paths)
    paths[1].unlink()
    stays, goes, too = exiftool.extract_batch(pairs)
    assert isinstance(goes, ExtractError)
    assert (goes.status, goes.reason) == ("failed", "ExifTool: Error: File not found")
    assert isinstance(stays, Mapping)
    assert isinstance(too, Mapping)


def test_f47_a_file_that_was_replaced_is_failed(exiftool: ExifTool, jobs: Any, titled: Any) -> None:
    """What ExifTool read is not what the host opened and digested."""
    pairs = jobs([titled(b"a.xmp", "old")])
    titled(b"new", "new").replace(pairs[0][0].path)
    (answer,) = exiftool.extract_batch(pairs)
    assert isinstance(answer, ExtractError)
    assert "took its place" in answer.reason
    assert not answer.data


@needs_exiftool
def test_f11_a_bomb_is_stopped_by_the_cap_on_memory(jobs: Any, titled: Any, tmp_path: Path) -> None:
    """ExifTool inflates PNG text whole; it dies of it, and a new process reads what follows."""

    class Small(ExifTool):
        memory = 160 << 20

    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(png_with_text(400 << 20))
    extractor = Small()
    extractor.setup()
    try:
        pairs = jobs([titled(b"before", "before"), bomb, titled(b"after", "after")])
        before, failed, after = extractor.extract_batch(pairs)
    finally:
        extractor.close()
    assert isinstance(failed, ExtractError)
    assert failed.status == "refused"
    assert "Out of memory" in failed.reason
    assert isinstance(before, Mapping)
    assert isinstance(after, Mapping)
    assert after["XMP-dc:Title"]["val"] == "after"


@needs_exiftool
def test_a_large_file_gets_less_memory_than_it_would_fill(
    exiftool: ExifTool, jobs: Any, titled: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ExifTool loads the pixels of DICOM; those that follow have all the memory again."""
    monkeypatch.setattr(extractor, "LARGE", 80 << 20)
    monkeypatch.setattr(extractor, "LARGE_MEMORY", 64 << 20)
    large = tmp_path / "large.dcm"
    with large.open("wb") as file:
        file.write(bytes(128) + b"DICM" + b"\x02\0\x10\0UI\x14\x001.2.840.10008.1.2.1\0")
        file.write(b"\xe0\x7f\x10\0OW\0\0" + (80 << 20).to_bytes(4, "little"))
        file.truncate(81 << 20)
    bomb = tmp_path / "text.png"
    bomb.write_bytes(png_with_text(64 << 20))
    answers = [
        answer
        for path in (titled(b"before", "before"), large, bomb)
        for answer in exiftool.extract_batch(jobs([path]))
    ]
    before, refused, after = answers
    assert isinstance(before, Mapping)
    assert isinstance(refused, ExtractError)
    assert refused.status == "refused"
    assert "Out of memory" in refused.reason
    assert isinstance(after, Mapping)
    assert "PNG:Comment" in after


@needs_exiftool
def test_what_the_process_had_grown_before_is_not_the_large_files_fault(
    exiftool: ExifTool, jobs: Any, titled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extractor, "LARGE", 1)
    real, deaths = exiftool._session.ask, [Fault("Out of memory!", memory=True)]

    def ask(commands: Any, memory: int | None = None) -> Any:
        """The first time as from a process that is too large already."""
        return iter([deaths.pop()]) if deaths else real(commands, memory)

    monkeypatch.setattr(exiftool._session, "ask", ask)
    (answer,) = exiftool.extract_batch(jobs([titled(b"a.xmp", "title")]))
    assert isinstance(answer, Mapping)
    assert not deaths


def png_with_text(size: int) -> bytes:
    """A PNG whose comment inflates to `size` bytes (PNG 11.3.3.3, zTXt)."""
    deflate = zlib.compressobj(9)
    window = bytes(1 << 20)
    text = b"".join(deflate.compress(window) for _ in range(size >> 20)) + deflate.flush()

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body).to_bytes(4, "big")
        return len(body).to_bytes(4, "big") + kind + body + check

    header = b"\0\0\0\x01\0\0\0\x01\x08\0\0\0\0"
    pixels = zlib.compress(b"\0\0")
    parts = [(b"IHDR", header), (b"zTXt", b"Comment\0\0" + text), (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def test_what_exiftool_warns_of_is_told(read: Any, tmp_path: Path) -> None:
    """And stays in the data."""
    path = tmp_path / "cut.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe1\x00\x20Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x0f\0\x02")
    (answer,) = read([path])
    assert answer.data["ExifTool:Warning"]["val"] == answer.warnings[0]


def test_without_exiftool_it_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the line that installs it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable) as caught:
        ExifTool().setup()
    assert caught.value.fix == "apt-get install libimage-exiftool-perl"
    assert ExifTool.tools == {"exiftool": caught.value.fix}
