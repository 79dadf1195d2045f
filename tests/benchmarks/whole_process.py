"""Whole-process speed of `metaextract extract` against one ExifTool process.

    python tests/benchmarks/whole_process.py FOLDER [--rounds 5] [--output FILE]

Each program reads every file below FOLDER from a cold start of its own process, turn by turn. Two
peers are measured: `exiftool -json -G1 -struct -r FOLDER`, which passes over files whose names it
does not know, and the same with `-ext '*'`, which reads every file as we do. We are measured

- as a new user meets us: plugins vetted, nothing kept of any file, and keeping what is found;
- in a second run over the unchanged folder;
- over a copy of the folder, after a run over the original;
- with `--no-cache`.

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
import time
from pathlib import Path
from typing import Any

VOLATILE = {
    "SourceFile",
    "ExifTool:ExifToolVersion",
    "System:FileAccessDate",
    "System:FileInodeChangeDate",
}


OURS = "metaextract"
SECOND = "metaextract, second run"
COPY = "metaextract, copy"
UNCACHED = "metaextract, no cache"


def commands(folder: Path, copy: Path | None = None) -> dict[str, list[str]]:
    """The programs under comparison, by name, in the order in which they run."""
    exiftool = ["exiftool", "-json", "-G1", "-struct", "-r"]
    metaextract = [str(Path(sys.executable).parent / "metaextract"), "extract"]
    metaextract += ["--profile", "standard", "--format", "jsonl", "--quiet"]
    return {
        "exiftool": [*exiftool, str(folder)],
        "exiftool, all files": [*exiftool, "-ext", "*", str(folder)],
        OURS: [*metaextract, str(folder)],
        SECOND: [*metaextract, str(folder)],
        COPY: [*metaextract, str(copy or folder)],
        UNCACHED: [*metaextract, "--no-cache", str(folder)],
    }


def forget() -> None:
    """Empty our cache of what was found in files; plugins stay vetted."""
    program = str(Path(sys.executable).parent / "metaextract")
    subprocess.run([program, "cache", "clear"], stderr=subprocess.DEVNULL, check=True)


def run(command: list[str]) -> tuple[float, bytes]:
    """Seconds from start to end of a process, and its output."""
    started = time.perf_counter()
    # Without a fixed seed the order of what ExifTool prints for some XML changes from run to run.
    environment = {**os.environ, "PERL_HASH_SEED": "0", "PERL_PERTURB_KEYS": "0"}
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, check=False
    )
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 1):  # 1: some file is damaged, for both programs
        raise SystemExit(f"{command[0]} ended with status {done.returncode}")
    return seconds, done.stdout


def read_exiftool(output: bytes) -> dict[str, dict[str, Any]]:
    """ExifTool's answers by absolute path."""
    answers = json.loads(output.decode("utf-8", "surrogateescape"))
    return {os.path.abspath(answer["SourceFile"]): answer for answer in answers}


def read_metaextract(output: bytes) -> dict[str, dict[str, Any]]:
    """The exiftool sections by absolute path."""
    records = [json.loads(line) for line in output.splitlines()]
    return {os.path.abspath(record["file"]["path"]): record for record in records}


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
            ours = read_metaextract(run(commands_["metaextract"])[1])[path]
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


def difference(theirs: dict[str, Any], record: dict[str, Any]) -> str:
    """In what an answer of ExifTool and the section of a record differ; empty if in nothing."""
    section = record["sections"]["exiftool"]
    if section["status"] not in ("ok", "partial"):
        return f"the exiftool section is {section['status']}"
    ours = {tag: value["val"] for tag, value in section["data"].items() if tag not in VOLATILE}
    theirs = {tag: value for tag, value in theirs.items() if tag not in VOLATILE}
    if ours.keys() != theirs.keys():
        return f"other tags: {sorted(ours.keys() ^ theirs.keys())}"
    different = [tag for tag in ours if _plain(ours[tag]) != theirs[tag]]
    return f"other values: {different}" if different else ""


def _plain(value: Any) -> Any:
    """Text that was not valid UTF-8 as ExifTool's own output decodes it."""
    if isinstance(value, dict) and value.keys() == {"text", "base64"}:
        import base64

        return base64.b64decode(value["base64"]).decode("utf-8", "surrogateescape")
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


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
        }
        arguments.output.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
