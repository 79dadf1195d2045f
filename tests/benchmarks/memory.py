"""Memory of whole runs: many small files, and one that is larger than memory should ever be.

    python -m tests.benchmarks.memory many [--files 200000] [--extract OPTIONS] [--output FILE]
    python -m tests.benchmarks.memory large [--gib 5] [--kinds KIND ...] [--output FILE]

`many` builds a folder of tiny files, a third each of JPEG, PNG and text, no two alike, and runs
`metaextract extract` over it. Its records are counted as they come. The resident and proportional
memory of the host process is read when the first record has come, at 10,000 records, at each tenth
of the way and at the last record, and the time between. What matters is the last figure against
that at 10,000. `--runs 2` reads the unchanged folder again, from the cache that the first run has
filled; `--extract=--no-cache` runs without a cache.

`large` builds one sparse file of each kind in turn and has a kernel read it, with the profiles
`standard` and `deep`. The proportional memory (PSS) of all processes of the tree is added up again
and again while the file is read. Two states are taken off it: that of the kernel before its first
file, when there is no worker yet, and that after a small file of the same kind, when all are warm.
A peak that is shorter than the time between two sums is not seen; the sum of all high-water marks
of resident memory, which counts shared pages in each process, is given as an upper bound.

Nothing of the user's own caches, state or configuration is used.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import os
import platform
import select
import shlex
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from tests.benchmarks.large_files import KINDS

PER_FOLDER = 200
EARLY = 10_000
"""Files after which the host's memory should not grow any more."""
MIB = 1 << 20
PROFILES = ("standard", "deep")


def main() -> None:
    """Build, measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    modes = parser.add_subparsers(dest="mode", required=True)
    many = modes.add_parser("many")
    many.add_argument("--files", type=int, default=200_000)
    many.add_argument("--extract", default="", help="options for `metaextract extract`")
    many.add_argument("--runs", type=int, default=1)
    large = modes.add_parser("large")
    large.add_argument("--gib", type=float, default=5)
    large.add_argument("--kinds", nargs="+", choices=sorted(KINDS), default=sorted(KINDS))
    large.add_argument("--profiles", nargs="+", choices=PROFILES, default=list(PROFILES))
    for mode in (many, large):
        mode.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    if arguments.mode == "many" and (arguments.files < EARLY or arguments.files % 10):
        parser.error(f"--files must be a multiple of 10, and {EARLY} at least")
    with tempfile.TemporaryDirectory() as scratch:
        for kind in ("CACHE_DIR", "STATE_DIR"):
            os.environ[f"METAEXTRACT_{kind}"] = f"{scratch}/{kind}"
        Path(scratch, "config.toml").touch()
        os.environ["METAEXTRACT_CONFIG"] = f"{scratch}/config.toml"
        folder = Path(scratch, "files")
        folder.mkdir()
        if arguments.mode == "many":
            build(folder, arguments.files)
            options = shlex.split(arguments.extract)
            result = {"mode": "many", "files": arguments.files, "options": options}
            result["runs"] = [
                measure_many(folder, arguments.files, options) for _ in range(arguments.runs)
            ]
        else:
            size = int(arguments.gib * (1 << 30))
            result = measure_large(folder, size, arguments.kinds, arguments.profiles)
    if arguments.output:
        arguments.output.write_text(json.dumps(machine() | result, indent=1) + "\n")


def machine() -> dict[str, Any]:
    """Where and when."""
    return {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "kernel": platform.release(),
        "processors": os.cpu_count(),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MIB,
        "exiftool": subprocess.check_output(["exiftool", "-ver"], text=True).strip(),
    }


# Memory of processes


def rollup(pid: int) -> dict[str, int]:
    """``Rss``, ``Pss`` and ``Anonymous`` of a process in bytes; nothing if it is gone."""
    found = {}
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            for line in file:
                name, _, rest = line.partition(":")
                if name in ("Rss", "Pss", "Anonymous"):
                    found[name] = int(rest.split()[0]) * 1024
    except (ProcessLookupError, FileNotFoundError):
        pass
    return found


def tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    found = [pid]
    for parent in found:
        try:
            for task in os.listdir(f"/proc/{parent}/task"):
                with open(f"/proc/{parent}/task/{task}/children") as file:
                    found += map(int, file.read().split())
        except (ProcessLookupError, FileNotFoundError):
            continue
    return found


def high_water(pid: int) -> int:
    """The most that a process has ever had in memory, in bytes."""
    try:
        with open(f"/proc/{pid}/status") as file:
            return sum(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))
    except (ProcessLookupError, FileNotFoundError):
        return 0


def name_of(pid: int) -> str:
    """What runs in a process, in one word."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = file.read().split(b"\0")
    except (ProcessLookupError, FileNotFoundError):
        return "gone"
    for word in words:
        for name in (b"exiftool", b"template"):
            if name in word:
                return name.decode()
    return "host"


# Many small files


def build(folder: Path, files: int) -> None:
    """`files` different tiny files, `PER_FOLDER` in each folder."""
    from PIL import Image

    pictures = {}
    for format_ in ("JPEG", "PNG"):
        stream = io.BytesIO()
        Image.new("RGB", (8, 8), (200, 120, 40)).save(stream, format_)
        pictures[format_] = stream.getvalue()
    for number in range(files):
        if number % PER_FOLDER == 0:
            below = folder / f"{number // PER_FOLDER:05}"
            below.mkdir()
        name, content = _file(number, pictures)
        with open(below / name, "xb", buffering=0) as file:
            file.write(content)


def _file(number: int, pictures: dict[str, bytes]) -> tuple[str, bytes]:
    words = f"file number {number}".encode()
    if number % 3 == 0:
        comment = b"\xff\xfe" + struct.pack(">H", len(words) + 2) + words
        return f"{number:06}.jpg", pictures["JPEG"][:2] + comment + pictures["JPEG"][2:]
    if number % 3 == 1:
        text = b"tEXtComment\0" + words
        chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
        header = 8 + 25  # the signature and IHDR
        return f"{number:06}.png", pictures["PNG"][:header] + chunk + pictures["PNG"][header:]
    return f"{number:06}.txt", words + b", of a benchmark that measures memory\n"


def measure_many(folder: Path, files: int, options: list[str]) -> dict[str, Any]:
    """Run over a folder of `files` and watch the host."""
    program = str(Path(sys.executable).parent / "metaextract")
    command = [program, "extract", "--format", "jsonl", "--quiet", *options, str(folder)]
    looks: list[dict[str, Any]] = []
    at = {1, EARLY, files, *(files * tenth // 10 for tenth in range(1, 11))}
    failed = count = 0
    started = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        for count, line in enumerate(process.stdout, 1):
            if count % 1000 == 0:
                record = json.loads(line)
                failed += record["summary"]["extractors_failed"] + ("error" in record["file"])
            if count in at:
                looks.append({"files": count, "seconds": time.monotonic() - started})
                looks[-1] |= rollup(process.pid)
                print(_shown(looks[-1]), flush=True)
    if process.returncode or failed or count != files:
        raise SystemExit(f"status {process.returncode}, {count} records, {failed} failed")
    early, last = (next(look for look in looks if look["files"] == n) for n in (EARLY, files))
    growth = {kind: last[kind] / early[kind] for kind in ("Rss", "Pss", "Anonymous")}
    tenths = [look for look in looks if look["files"] % (files // 10) == 0]
    spans = zip([{"files": 0, "seconds": 0.0}, *tenths], tenths, strict=False)
    pace = [1000 * (b["seconds"] - a["seconds"]) / (b["files"] - a["files"]) for a, b in spans]
    print("memory at the end / at 10,000:", {kind: round(r, 3) for kind, r in growth.items()})
    print("ms per file, tenth by tenth:", *(f"{value:.2f}" for value in pace))
    return {
        "looks": looks,
        "end_to_10000": growth,
        "milliseconds_per_file_by_tenth": pace,
    }


def _shown(look: dict[str, Any]) -> str:
    memory = "  ".join(
        f"{kind} {look[kind] / MIB:.1f}" for kind in ("Rss", "Pss", "Anonymous") if kind in look
    )
    return f"{look['files']:7} files  {look['seconds']:8.1f} s  {memory} MiB"


# One large file


DRIVER = """
import sys, msgspec
from metaextract_core import Kernel
with Kernel(cache=False) as kernel:
    print("ready", flush=True)
    for line in sys.stdin:
        for record in kernel.extract([line.rstrip("\\n")], profile=sys.argv[1]):
            sys.stdout.write(msgspec.json.encode(record).decode() + "\\n")
            sys.stdout.flush()
"""


def measure_large(folder: Path, size: int, kinds: list[str], profiles: list[str]) -> dict[str, Any]:
    """Have each profile read one file of each kind."""
    results = []
    for kind in kinds:
        make, ending = KINDS[kind]
        small, large = folder / f"small{ending}", folder / f"large{ending}"
        contents, start = make()
        small.write_bytes(contents)
        with large.open("wb") as file:
            file.write(start)
            file.truncate(size)
        for profile in profiles:
            results.append({"kind": kind, "profile": profile} | _watch(small, large, profile))
            print(_line(results[-1]), flush=True)
        small.unlink()
        large.unlink()
    return {"mode": "large", "bytes": size, "results": results}


def _line(result: dict[str, Any]) -> str:
    bad = {name: text for name, text in result["sections"].items() if text != "ok"}
    return (
        f"{result['kind']:12} {result['profile']:9} {result['seconds']:6.1f} s"
        f"  above start {result['above_start'] / MIB:6.1f}"
        f"  above warm {result['above_warm'] / MIB:6.1f} MiB  {bad or ''}"
    )


def _watch(small: Path, large: Path, profile: str) -> dict[str, Any]:
    command = [sys.executable, "-c", DRIVER, profile]
    with (
        # One of its own: an extractor that is killed is not asked again for the same content.
        tempfile.TemporaryDirectory() as state,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, "METAEXTRACT_STATE_DIR": state},
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        lines = _lines(process.stdout)
        next(line for line in lines if line)
        start = _sum(process.pid)
        process.stdin.write(f"{small}\n".encode())
        next(line for line in lines if line)
        warm = _sum(process.pid)
        started = time.monotonic()
        process.stdin.write(f"{large}\n".encode())
        peak: dict[str, int] = {}
        marks: dict[int, int] = {}
        record = b""
        for record in lines:
            now = _sum(process.pid, marks)
            if sum(now.values()) > sum(peak.values()):
                peak = now
            if record:
                break
        seconds = time.monotonic() - started
        process.stdin.close()
    sections = json.loads(record)["sections"]
    return {
        "seconds": seconds,
        "start": start,
        "warm": warm,
        "peak": peak,
        "above_start": sum(peak.values()) - sum(start.values()),
        "above_warm": sum(peak.values()) - sum(warm.values()),
        "high_water_marks": sum(marks.values()),
        "sections": {
            name: section["status"] + (f": {section['reason']}" if "reason" in section else "")
            for name, section in sections.items()
        },
    }


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Lines as they come, and an empty one for each moment in which none has come."""
    buffer = b""
    while True:
        if not select.select([stream], [], [], 0.02)[0]:
            yield b""
            continue
        part = os.read(stream.fileno(), 1 << 20)
        if not part:
            raise SystemExit("the kernel ended early")
        *whole, buffer = (buffer + part).split(b"\n")
        yield from whole


def _sum(pid: int, marks: dict[int, int] | None = None) -> dict[str, int]:
    """Proportional memory by kind of process; `marks` takes the high-water mark of each."""
    found: dict[str, int] = {}
    for process in tree(pid):
        name = name_of(process)
        found[name] = found.get(name, 0) + rollup(process).get("Pss", 0)
        if marks is not None:
            marks[process] = max(marks.get(process, 0), high_water(process))
    return found


if __name__ == "__main__":
    main()
