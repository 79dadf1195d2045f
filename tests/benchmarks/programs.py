"""What the benchmarks have in common: programs under comparison, and what they say."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

EXIFTOOL = ["exiftool", "-json", "-G1", "-struct"]
METAEXTRACT = [str(Path(sys.executable).parent / "metaextract"), "extract", "--quiet"]
METAEXTRACT += ["--format", "jsonl"]
VOLATILE = {
    "SourceFile",
    "ExifTool:ExifToolVersion",
    "System:FileAccessDate",
    "System:FileInodeChangeDate",
}
"""Tags whose values change when a file is read, or with ExifTool itself."""


def run(command: list[str]) -> tuple[float, bytes]:
    """Seconds from start to end of a process, and its output."""
    started = time.perf_counter()
    # Without a fixed seed the order of what ExifTool prints for some XML changes from run to run.
    environment = {**os.environ, "PERL_HASH_SEED": "0", "PERL_PERTURB_KEYS": "0"}
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, check=False
    )
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 1, 123):  # 1: some file is damaged; 123: xargs says so
        raise SystemExit(f"{command[0]} ended with status {done.returncode}")
    return seconds, done.stdout


def read_exiftool(output: bytes) -> dict[str, dict[str, Any]]:
    """ExifTool's answers by absolute path, of one process or of several."""
    text = output.decode("utf-8", "surrogateescape")
    decoder, answers, at = json.JSONDecoder(), [], 0
    while at < len(text.rstrip()):
        some, at = decoder.raw_decode(text, at)
        answers += some
        at += len(text[at:]) - len(text[at:].lstrip())
    return {os.path.abspath(answer["SourceFile"]): answer for answer in answers}


def read_metaextract(output: bytes) -> dict[str, dict[str, Any]]:
    """The records by absolute path."""
    records = [json.loads(line) for line in output.splitlines()]
    return {os.path.abspath(record["file"]["path"]): record for record in records}


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
        return base64.b64decode(value["base64"]).decode("utf-8", "surrogateescape")
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
