"""Whole-process speed of `metaextract extract` against one ExifTool process.

    python -m tests.benchmarks.whole_process FOLDER [--rounds 5] [--output FILE]

Each program reads every file below FOLDER from a cold start of its own process, turn by turn. The
peers are `exiftool -json -G1 -struct -r FOLDER`, which passes over files whose names it does not
know, the same with `-ext '*'`, which reads every file as we do, and as many ExifTool processes side
by side as there are processors (`xargs -P`), each reading 20 files at a time. We are measured

- as a new user meets us: plugins vetted, nothing kept of any file, and keeping what is found;
- in a second run over the unchanged folder;
- over a copy of the folder, after a run over the original;
- with `--no-cache`.

The profile `fast`, which starts no ExifTool, is measured over the folder's photographs and pictures
(JPEG, TIFF, PNG, WebP, GIF), 20 copies of each, and what it says is compared with `standard`.

And for one file, the first photograph of the folder: `metaextract extract FILE` against `exiftool
FILE`. What the kernel itself takes is the processor time of the host process for each file, without
cache, beyond that of a run over nothing.

Before any time is taken, each file that ExifTool reads must have a record with the same values, and
the records of all our runs must be equal, those of the copy in their digests. What is printed is
the ratio of files per second, median over the rounds; the raw times go to FILE as JSON. The user's
own cache is not used.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.programs import (
    EXIFTOOL,
    METAEXTRACT,
    VOLATILE,
    difference,
    read_exiftool,
    read_metaextract,
    run,
)

SIDE_BY_SIDE = "exiftool, side by side"
OURS = "metaextract"
SECOND = "metaextract, second run"
COPY = "metaextract, copy"
UNCACHED = "metaextract, no cache"


# Each process has a file of its own: what several write to one pipe would be mixed.
_SIDE_BY_SIDE = """
folder=$0 processes=$1; shift
export OUT=$(mktemp -d)
find "$folder" -type f -print0 |
    xargs -0 -n 20 -P "$processes" sh -c '"$@" > "$OUT/$$"' each "$@"
cat "$OUT"/*
rm -r "$OUT"
"""


def commands(folder: Path, copy: Path | None = None) -> dict[str, list[str]]:
    """The programs under comparison, by name, in the order in which they run."""
    exiftool = [*EXIFTOOL, "-r"]
    metaextract = [*METAEXTRACT, "--profile", "standard"]
    return {
        "exiftool": [*exiftool, str(folder)],
        "exiftool, all files": [*exiftool, "-ext", "*", str(folder)],
        SIDE_BY_SIDE: ["sh", "-c", _SIDE_BY_SIDE, str(folder), str(os.cpu_count()), *exiftool[:-1]],
        OURS: [*metaextract, str(folder)],
        SECOND: [*metaextract, str(folder)],
        COPY: [*metaextract, str(copy or folder)],
        UNCACHED: [*metaextract, "--no-cache", str(folder)],
    }


def forget() -> None:
    """Empty our cache of what was found in files; plugins stay vetted."""
    program = str(Path(sys.executable).parent / "metaextract")
    subprocess.run([program, "cache", "clear"], stderr=subprocess.DEVNULL, check=True)


def check_equal(exiftool: dict[str, Any], metaextract: dict[str, Any]) -> tuple[int, list[str]]:
    """How many files agree in every value, and those that agree only when read alone.

    ExifTool forgets some tags of a file when it has read certain others before, so what differs in
    the whole run is asked for again, by both programs, file by file. A file that differs even then
    ends the program.
    """
    compared, alone = 0, []
    for path, answer in exiftool.items():
        if str(answer.get("ExifTool:Error", "")) in ("Unknown file type", "File is empty"):
            continue
        if difference(answer, metaextract[path]):
            commands_ = commands(Path(path))
            again = read_exiftool(run(commands_["exiftool, all files"])[1])[path]
            ours = read_metaextract(run(commands_[UNCACHED])[1])[path]
            if why := difference(again, ours):
                raise SystemExit(f"{path}: {why}")
            alone.append(path)
        compared += 1
    return compared, alone


def check_ours(outputs: dict[str, bytes]) -> None:
    """All our runs must have said the same."""
    first = read_metaextract(outputs[OURS])
    for name in (SECOND, UNCACHED):
        for path, record in read_metaextract(outputs[name]).items():
            if _lasting(record) != _lasting(first[path]):
                raise SystemExit(f"{name}: another record of {path}")
    digests = sorted(str(record["file"].get("digest")) for record in first.values())
    copied = read_metaextract(outputs[COPY]).values()
    if sorted(str(record["file"].get("digest")) for record in copied) != digests:
        raise SystemExit(f"{COPY}: other contents")


def _lasting(record: dict[str, Any]) -> object:
    """A record without what each run has of its own."""
    volatile = VOLATILE | {"Accessed", "Changed"}
    sections = {
        name: (
            section["status"],
            {tag: value for tag, value in section["data"].items() if tag not in volatile},
        )
        for name, section in record["sections"].items()
    }
    return record["file"], record["fields"], sections, record["summary"]


def main() -> None:
    """Check, measure turn by turn, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["METAEXTRACT_CACHE_DIR"] = f"{scratch}/cache"
        shutil.copytree(arguments.folder, f"{scratch}/copy", symlinks=True)
        measure(arguments, commands(arguments.folder.resolve(), Path(scratch, "copy")))


def measure(arguments: argparse.Namespace, programs: dict[str, list[str]]) -> None:
    """Check first, then take times."""
    outputs = {name: run(command)[1] for name, command in programs.items()}
    records = read_metaextract(outputs[OURS])
    files = {
        name: len(read_exiftool(output) if name.startswith("exiftool") else records)
        for name, output in outputs.items()
    }
    check_ours(outputs)
    compared, alone = check_equal(read_exiftool(outputs["exiftool, all files"]), records)
    print(f"equal in every value: {compared} files, {len(alone)} of them only when read alone")

    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(arguments.rounds):
        for name, command in programs.items():
            if name == OURS:
                forget()
            seconds[name].append(run(command)[0])
    fast = measure_fast(arguments.folder, arguments.rounds)
    one = measure_one(arguments.folder, arguments.rounds)
    own = kernel_time(arguments.folder)
    rates = {name: files[name] / statistics.median(times) for name, times in seconds.items()}
    ratios = {
        name: {peer: rate / rates[peer] for peer in rates if peer.startswith("exiftool")}
        for name, rate in rates.items()
    }
    for name, rate in rates.items():
        times = " ".join(f"{value:.2f}" for value in seconds[name])
        print(f"{name:24} {files[name]:4} files  {rate:7.1f} files/s  seconds: {times}")
    for name, peers in ratios.items():
        if not name.startswith("exiftool"):
            print(name, *(f"/ {peer}: {ratio:.2f}" for peer, ratio in peers.items()), sep="  ")
    print(f"fast: {fast['files']} pictures, {fast['ratio']:.2f} times exiftool's files/s")
    print(f"      of the values that standard gives: {fast['values']}")
    base = statistics.median(one["exiftool"])
    for name, values in one.items():
        taken = statistics.median(values)
        print(f"one file: {name:24} {taken:.3f} s, {taken / base:.2f} times exiftool")
    print(f"the kernel itself: {own * 1000:.3f} ms of processor time for each file")
    if arguments.output:
        result = {
            "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "python": platform.python_version(),
            "processors": os.cpu_count(),
            "exiftool": subprocess.check_output(["exiftool", "-ver"], text=True).strip(),
            "files": files,
            "files_equal_in_every_value": compared,
            "of_these_only_when_read_alone": [os.path.basename(path) for path in alone],
            "seconds": seconds,
            "files_per_second": rates,
            "ratios": ratios,
            "fast": fast,
            "seconds_for_one_file": one,
            "kernel_seconds_per_file": own,
        }
        arguments.output.write_text(json.dumps(result, indent=1) + "\n")


PICTURES = {".jpg", ".jpeg", ".tif", ".tiff", ".png", ".webp", ".gif"}
COPIES = 20


def measure_fast(folder: Path, rounds: int) -> dict[str, Any]:
    """The profile `fast` over pictures, against ExifTool, and how much of `standard` it says."""
    pictures = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in PICTURES]
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(COPIES):
            Path(scratch, str(number)).mkdir()
            for place, path in enumerate(pictures):
                shutil.copy2(path, Path(scratch, str(number), f"{place:03} {path.name}"))
        command = commands(Path(scratch))[UNCACHED]
        fast = ["fast" if word == "standard" else word for word in command]
        programs = {"exiftool": commands(Path(scratch))["exiftool"], "metaextract, fast": fast}
        outputs = {name: run(program)[1] for name, program in programs.items()}
        read = len(read_metaextract(outputs["metaextract, fast"]))
        if not read == len(read_exiftool(outputs["exiftool"])) == COPIES * len(pictures):
            raise SystemExit("not all pictures were read")
        values = agreement(outputs["metaextract, fast"], run(command)[1])
        seconds: dict[str, list[float]] = {name: [] for name in programs}
        for _ in range(rounds):
            for name, program in programs.items():
                seconds[name].append(run(program)[0])
    theirs, ours = (statistics.median(times) for times in seconds.values())
    return {"files": read, "seconds": seconds, "ratio": theirs / ours, "values": values}


def agreement(fast: bytes, standard: bytes) -> dict[str, int]:
    """How many of the canonical values that `standard` gives of contents `fast` gives as well."""
    mine = read_metaextract(fast)
    counts = {"equal": 0, "different": 0, "missing": 0}
    for path, record in read_metaextract(standard).items():
        for name, field in record["fields"].items():
            if name.startswith("file."):
                continue
            found = mine[path]["fields"].get(name)
            equal = found is not None and found["value"] == field["value"]
            counts["equal" if equal else "different" if found else "missing"] += 1
    return counts


def measure_one(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Seconds that each program takes for one photograph, from the shell."""
    photograph = str(min(folder.resolve().rglob("*.jpg")))
    programs = {
        "exiftool": [*EXIFTOOL, photograph],
        UNCACHED: [*commands(folder)[UNCACHED][:-1], photograph],
        OURS: [*commands(folder)[OURS][:-1], photograph],
    }
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(2 * rounds + 1):
        for name, command in programs.items():
            seconds[name].append(run(command)[0])
    return seconds


_KERNEL = """
import sys, time
from metaextract_core.kernel import Kernel
with Kernel(cache=False) as kernel:
    for _ in kernel.results(sys.argv[2:3]):  # the workers are there
        pass
    before = time.process_time()
    count = sum(bool(result.json) for result in kernel.results(sys.argv[1:2]))
    print((time.process_time() - before) / count)
"""


def kernel_time(folder: Path) -> float:
    """Processor seconds of the host for each file."""
    photograph = str(min(folder.resolve().rglob("*.jpg")))
    command = [sys.executable, "-c", _KERNEL, str(folder), photograph]
    times = [float(subprocess.check_output(command)) for _ in range(3)]
    return statistics.median(times)


if __name__ == "__main__":
    main()
