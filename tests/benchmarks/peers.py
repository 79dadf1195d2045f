"""Speed of `metaextract extract` beside other programs, each over the files that it can read.

    python -m tests.benchmarks.peers FOLDER [--rounds 5] [--output FILE]

The peers are those of the following that are installed: ExifTool in one process, ExifTool in as
many processes side by side as there are processors, ExifTool through pyexiftool with one call for
each file, and the readers of the Debian packages exiv2, mediainfo and extract (GNU libextractor).

What a program can read it says itself in a first run over all files: those of which it says
anything. Its values are then compared with ours: of ExifTool all, of the others those of which both
speak (camera, width, height, playing time). Where fewer than nine of ten are equal, no time is
taken. Then all programs run turn by turn over the same list of files, again and again up to 1,000
at least, each from a cold start of its own process: the peer, and `metaextract extract --no-cache`
with the profiles `standard` and `fast`. What is printed are files per second, and ours divided by
theirs, each the median over the rounds; beside it how many values a program says of a file on
average, for who says less has less to do.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks.programs import (
    EXIFTOOL,
    METAEXTRACT,
    difference,
    read_exiftool,
    read_metaextract,
    run,
)

Values = dict[str, Any]
Answers = dict[str, Values]
"""Path -> what a program says of it."""

ALIKE = 0.9
"""The share of compared values that have to be equal."""
MANY = 1000
"""Files that are read in each run, at least: what counts is the reading, not the start."""

# One kept process and a call for each file, as its documentation shows.
_PYEXIFTOOL = """
import json, sys
from exiftool import ExifToolHelper
with ExifToolHelper(common_args=["-G1", "-struct"], check_execute=False) as exiftool:
    for path in sys.argv[1:]:
        print(json.dumps(exiftool.get_metadata(path)))
"""
_SIDE_BY_SIDE = """
processes=$1; shift
printf '%s\\0' "$@" | xargs -0 -n 20 -P "$processes" sh -c '"$@" > "$OUT/$$"' each EXIFTOOL
"""


class Peer(NamedTuple):
    """A program that reads files.

    Attributes:
        command: what it is started with; the files come behind it.
        version: the command that says its version.
        read: its answers, by path, from its output.
        compare: how many values of one file are equal to those of our record, and which are not.
    """

    command: list[str]
    version: list[str]
    read: Callable[[bytes], Answers]
    compare: Callable[[Values, dict[str, Any]], tuple[int, list[str]]]


def read_exiv2(output: bytes) -> Answers:
    """Lines of file, tag, type, count and value in columns; without the file if it is the only."""
    answers: Answers = {}
    for line in output.decode("utf-8", "replace").splitlines():
        found = re.match(r"(.*?) +((?:Exif|Iptc|Xmp)\.\S+) +\w+ +\d+ +(.*)$", line)
        if found:
            answers.setdefault(found[1], {})[found[2]] = found[3].strip()
    return answers


def read_mediainfo(output: bytes) -> Answers:
    """JSON; a file of which it knows no more than what every file has is one it cannot read."""
    media = json.loads(output)
    answers: Answers = {}
    for each in media if isinstance(media, list) else [media]:
        tracks = [track for track in each["media"]["track"] if track["@type"] != "General"]
        if tracks:
            answers[each["media"]["@ref"]] = {
                f"{number} {track['@type']}.{key}": value
                for number, track in enumerate(tracks)
                for key, value in track.items()
            }
    return answers


def read_extract(output: bytes) -> Answers:
    """A paragraph for each file, with a keyword on each line; the media type alone is nothing."""
    answers: Answers = {}
    values: Values = {}
    for line in output.decode("utf-8", "replace").splitlines():
        if found := re.match(r"Keywords for file (.*):$", line):
            values = answers.setdefault(found[1], {})
        elif found := re.match(r"([a-z -]+?) - (.*)$", line):
            values[found[1]] = found[2].strip()
    return {path: values for path, values in answers.items() if values.keys() - {"mimetype"}}


def compare_exiftool(theirs: Values, record: dict[str, Any]) -> tuple[int, list[str]]:
    """All values, or none."""
    why = difference(theirs, record)
    return (0, [why]) if why else (1, [])


def _fields(pairs: dict[str, tuple[Any, Any]]) -> tuple[int, list[str]]:
    both = {name: pair for name, pair in pairs.items() if None not in pair}
    unlike = [
        f"{name}: {theirs!r}, {ours!r}" for name, (theirs, ours) in both.items() if theirs != ours
    ]
    return len(both) - len(unlike), unlike


def _field(record: dict[str, Any], name: str) -> Any:
    value = record["fields"].get(name, {}).get("value")
    return value.strip() if isinstance(value, str) else value


def compare_exiv2(theirs: Values, record: dict[str, Any]) -> tuple[int, list[str]]:
    """Maker and model of the camera."""
    return _fields(
        {
            name: (theirs.get(tag), _tag(record, ours))
            for name, tag, ours in (
                ("make", "Exif.Image.Make", "IFD0:Make"),
                ("model", "Exif.Image.Model", "IFD0:Model"),
            )
        }
    )


def _tag(record: dict[str, Any], name: str) -> Any:
    value = record["sections"]["exiftool"]["data"].get(name, {}).get("val")
    return value.strip() if isinstance(value, str) else value


def compare_mediainfo(theirs: Values, record: dict[str, Any]) -> tuple[int, list[str]]:
    """Width and height of the picture, and the playing time to a tenth of a second.

    Of several pictures in one file, such as previews of raw ones, each program tells another first.
    """
    pairs = {}
    if not any(name.startswith("1 ") for name in theirs):
        for name in ("Width", "Height"):
            value = theirs.get(f"0 Image.{name}", theirs.get(f"0 Video.{name}"))
            pairs[name] = (value and int(value), _field(record, f"image.{name.lower()}"))
    duration, ours = theirs.get("0 Audio.Duration"), _field(record, "media.duration")
    if duration and ours and float(duration):
        close = abs(float(duration) - ours) <= 0.1
        pairs["Duration"] = (duration, duration if close else ours)
    return _fields(pairs)


def compare_extract(theirs: Values, record: dict[str, Any]) -> tuple[int, list[str]]:
    """Width and height of the picture, maker and model of the camera."""
    size = re.fullmatch(r"(\d+)x(\d+)", theirs.get("image dimensions", ""))
    return _fields(
        {
            "width": (size and int(size[1]), _field(record, "image.width")),
            "height": (size and int(size[2]), _field(record, "image.height")),
            "make": (theirs.get("camera make"), _tag(record, "IFD0:Make")),
            "model": (theirs.get("camera model"), _tag(record, "IFD0:Model")),
        }
    )


def peers() -> dict[str, Peer]:
    """Those that are installed, by name."""
    exiftool = (read_exiftool, compare_exiftool)
    side_by_side = _SIDE_BY_SIDE.replace("EXIFTOOL", " ".join(EXIFTOOL)).strip()
    script = f'OUT=$(mktemp -d); export OUT; {side_by_side}; cat "$OUT"/*; rm -r "$OUT"'
    version = ["exiftool", "-ver"]
    all_ = {
        "exiftool": Peer(EXIFTOOL, version, *exiftool),
        "exiftool, side by side": Peer(
            ["sh", "-c", script, "side by side", str(os.cpu_count())], version, *exiftool
        ),
        "pyexiftool, a call for each file": Peer(
            [sys.executable, "-c", _PYEXIFTOOL],
            [sys.executable, "-c", "import exiftool; print(exiftool.__version__)"],
            *exiftool,
        ),
        "exiv2": Peer(["exiv2", "-q", "-pa"], ["exiv2", "-V"], read_exiv2, compare_exiv2),
        "mediainfo": Peer(
            ["mediainfo", "--Output=JSON"],
            ["mediainfo", "--Version"],
            read_mediainfo,
            compare_mediainfo,
        ),
        "extract": Peer(["extract"], ["extract", "-v"], read_extract, compare_extract),
    }
    return {name: peer for name, peer in all_.items() if _installed(peer)}


def _installed(peer: Peer) -> bool:
    if shutil.which(peer.command[0]) is None:
        return False
    return subprocess.run(peer.version, capture_output=True, check=False).returncode in (0, 255)


def _version(peer: Peer) -> str:
    done = subprocess.run(peer.version, capture_output=True, text=True, check=False)
    lines = re.findall(r"\d+\.[\d.]+", done.stdout)
    return lines[0].strip(".") if lines else "unknown"


def check(name: str, peer: Peer, paths: list[str], records: dict[str, Any]) -> dict[str, Any]:
    """What it can read, and how much of that is as we say; too little ends the program."""
    answers = peer.read(run([*peer.command, *paths])[1])
    answers = {os.path.abspath(path): values for path, values in answers.items()}
    read = sorted(path for path in paths if path in answers and not _error(answers[path]))
    equal, unlike = 0, {}
    for path in read:
        count, others = peer.compare(answers[path], records[path])
        equal += count
        if others:
            unlike[os.path.basename(path)] = others
    different = sum(map(len, unlike.values()))
    if equal < ALIKE * (equal + different):
        raise SystemExit(f"{name}: {equal} values are equal and {different} are not: {unlike}")
    return {
        "version": _version(peer),
        "files": len(read),
        "values_per_file": statistics.mean(len(answers[path]) for path in read),
        "compared_equal": equal,
        "compared_different": unlike,
        "paths": read,
    }


def _error(values: Values) -> bool:
    return str(values.get("ExifTool:Error", "")) in ("Unknown file type", "File is empty")


def main() -> None:
    """Check, measure turn by turn, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["METAEXTRACT_CACHE_DIR"] = scratch
        result = measure(arguments.folder.resolve(), arguments.rounds)
    if arguments.output:
        arguments.output.write_text(json.dumps(result, indent=1) + "\n")


def measure(folder: Path, rounds: int) -> dict[str, Any]:
    """All peers over what each can read in `folder`."""
    paths = sorted(str(path) for path in folder.rglob("*") if path.is_file())
    records = read_metaextract(run([*METAEXTRACT, "--no-cache", *paths])[1])
    said = statistics.mean(record["summary"]["fields_extracted"] for record in records.values())
    result: dict[str, Any] = {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "files": len(paths),
        "values_per_file": said,
        "peers": {},
    }
    for name, peer in peers().items():
        checked = check(name, peer, paths, records)
        read = checked.pop("paths")
        read *= math.ceil(MANY / len(read))
        programs = {name: peer.command}
        for profile in ("standard", "fast"):
            programs[profile] = [*METAEXTRACT, "--no-cache", "--profile", profile]
        seconds: dict[str, list[float]] = {program: [] for program in programs}
        for _ in range(rounds):
            for program, command in programs.items():
                seconds[program].append(run([*command, *read])[0])
        theirs = statistics.median(seconds[name])
        checked["seconds"] = seconds
        checked["files_per_second"] = len(read) / theirs
        checked["ratios"] = {
            profile: theirs / statistics.median(seconds[profile])
            for profile in ("standard", "fast")
        }
        result["peers"][name] = checked
        print(
            f"{name:34} {checked['files']:4} files  {len(read) / theirs:7.1f} files/s",
            *(f"{profile}: {ratio:.2f}" for profile, ratio in checked["ratios"].items()),
            f"equal: {checked['compared_equal']}, not: {len(checked['compared_different'])}",
            sep="  ",
        )
    return result


if __name__ == "__main__":
    main()
