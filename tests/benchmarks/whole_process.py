"""Whole-process speed of `metaextract extract` against one ExifTool process.

    python tests/benchmarks/whole_process.py FOLDER [--rounds 5] [--output FILE]

Both programs read every file below FOLDER from a cold start of their own process, turn by turn. Two
peers are measured: `exiftool -json -G1 -struct -r FOLDER`, which passes over files whose names it
does not know, and the same with `-ext '*'`, which reads every file as we do. Before any time is
taken, each file that ExifTool reads must have a record with the same values. What is printed is the
ratio of files per second, median over the rounds; the raw times go to FILE as JSON.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

VOLATILE = {
    "SourceFile",
    "ExifTool:ExifToolVersion",
    "System:FileAccessDate",
    "System:FileInodeChangeDate",
}


def commands(folder: Path) -> dict[str, list[str]]:
    """The programs under comparison, by name."""
    exiftool = ["exiftool", "-json", "-G1", "-struct", "-r"]
    metaextract = [str(Path(sys.executable).parent / "metaextract"), "extract", str(folder)]
    return {
        "exiftool": [*exiftool, str(folder)],
        "exiftool, all files": [*exiftool, "-ext", "*", str(folder)],
        "metaextract": [*metaextract, "--profile", "standard", "--format", "jsonl", "--quiet"],
    }


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
    programs = commands(arguments.folder.resolve())

    outputs = {name: run(command)[1] for name, command in programs.items()}
    records = read_metaextract(outputs["metaextract"])
    files = {
        name: len(read_exiftool(output) if name != "metaextract" else records)
        for name, output in outputs.items()
    }
    compared, alone = check_equal(read_exiftool(outputs["exiftool, all files"]), records)
    print(f"equal in every value: {compared} files, {len(alone)} of them only when read alone")

    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(arguments.rounds):
        for name, command in programs.items():
            seconds[name].append(run(command)[0])
    rates = {name: files[name] / statistics.median(times) for name, times in seconds.items()}
    ratios = {name: rates["metaextract"] / rate for name, rate in rates.items()}
    for name, rate in rates.items():
        times = " ".join(f"{value:.2f}" for value in seconds[name])
        print(f"{name:20} {files[name]:4} files  {rate:6.1f} files/s  seconds: {times}")
    for name in ("exiftool", "exiftool, all files"):
        print(f"metaextract / {name}: {ratios[name]:.2f}")
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
            "metaextract_ratio": ratios,
        }
        arguments.output.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
