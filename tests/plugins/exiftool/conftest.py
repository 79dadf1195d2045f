"""The extractor over real files and the real ExifTool."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from metaextract_exiftool import extractor
from metaextract_exiftool.extractor import ExifTool
from metaextract_sdk import Context, ExtractError, FileView

SAMPLES = Path(extractor.__file__).parent / "samples"


class Told(NamedTuple):
    """What the extractor said of one file."""

    status: str
    data: dict[str, Any]
    reason: str
    warnings: list[str]


def told(answer: Any, context: Context) -> Told:
    if isinstance(answer, ExtractError):
        status = "partial" if answer.data else answer.status
        return Told(status, dict(answer.data or {}), answer.reason, context.warnings)
    return Told("ok", dict(answer), "", context.warnings)


class Jobs:
    """Opened files, as the host hands them to `extract_batch`."""

    def __init__(self, paths: Sequence[Path], scratch: Path) -> None:
        self.pairs = [
            (
                FileView(os.open(path, os.O_RDONLY | os.O_CLOEXEC), path, "application/x-any"),
                Context(deadline=time.monotonic() + 60, scratch=scratch),
            )
            for path in paths
        ]

    def close(self) -> None:
        for view, _ in self.pairs:
            os.close(view.fileno())


@pytest.fixture
def exiftool() -> Iterator[ExifTool]:
    """An extractor with its process running."""
    if shutil.which("exiftool") is None:
        pytest.skip("ExifTool is not installed")
    extractor = ExifTool()
    extractor.setup()
    yield extractor
    extractor.close()


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Callable[[Sequence[Path]], Any]]:
    """Opens files for `extract_batch`."""
    opened: list[Jobs] = []

    def open_all(paths: Sequence[Path]) -> Any:
        opened.append(Jobs(paths, tmp_path))
        return opened[-1].pairs

    yield open_all
    for each in opened:
        each.close()


@pytest.fixture
def read(exiftool: ExifTool, jobs: Any) -> Callable[[Sequence[Path]], list[Told]]:
    """What the extractor says of files that it gets in one call."""

    def read_all(paths: Sequence[Path]) -> list[Told]:
        pairs = jobs(paths)
        answers = list(exiftool.extract_batch(pairs))
        assert len(answers) == len(pairs)
        return [told(answer, ctx) for answer, (_, ctx) in zip(answers, pairs, strict=True)]

    return read_all


@pytest.fixture
def titled(tmp_path: Path) -> Callable[[bytes, str], Path]:
    """Writes an XMP file under any name, with a title to know it by."""
    text = (SAMPLES / "sidecar.xmp").read_text()

    def write(name: bytes, title: str) -> Path:
        path = os.path.join(os.fsencode(tmp_path), name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("Harbour", title))
        return Path(os.fsdecode(path))

    return write
