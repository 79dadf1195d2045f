"""A few extractors, and runs over files that they read."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from metaextract_core.descriptor import Descriptor
from metaextract_core.hooks import Hooks
from metaextract_core.pace import Pace
from metaextract_core.pipeline import Run
from metaextract_core.planning import Request
from metaextract_core.pressure import Pressure
from metaextract_core.record import Record
from metaextract_core.registry import Registry
from metaextract_core.vetting import Diagnostic, Verdict
from metaextract_core.walking import Found
from metaextract_core.workers.pool import Pool

EXTRACTORS = """
import ctypes, time
from metaextract_sdk import BatchExtractor, ExtractError, Extractor


class Size(Extractor):
    def extract(self, file, ctx):
        return {"size": file.size}


class Double(Extractor):
    def extract(self, file, ctx):
        return {"double": 2 * ctx.sections["size"]["size"], "given": sorted(ctx.sections)}


class Together(BatchExtractor):
    def extract_batch(self, jobs):
        for file, ctx in jobs:
            yield {"files": len(jobs), "bytes": sum(other.size for other, _ in jobs)}


class Named(BatchExtractor):
    def extract_batch(self, jobs):
        for file, ctx in jobs:
            yield {"name": file.name, "size": file.size}

    def elsewhere(self, data, file, ctx):
        order = file.name.partition("-")[0]
        if order == "unsure":
            return None
        if order == "raise":
            raise ValueError("this is wrong")
        if order == "segfault":
            ctypes.string_at(0)
        return data | {"name": file.name}


class Obedient(Extractor):
    def extract(self, file, ctx):
        order = file.name.partition(".")[2]
        if order == "raise":
            raise ValueError("this is wrong")
        if order == "half":
            raise ExtractError("the rest is missing", data={"order": "half"})
        if order == "damaged":
            raise ExtractError("the rest is missing")
        if order == "sleep":
            time.sleep(600)
        if order == "segfault":
            ctypes.string_at(0)
        return {"order": order or "none"}
"""


class Workbench:
    """Runs over files in one folder, with extractors that are described rather than installed."""

    def __init__(self, folder: Path) -> None:
        self.files = folder / "files"
        self.files.mkdir()
        self.faults: list[tuple[str, str]] = []
        self.hooks = Hooks(lambda name, reason: self.faults.append((name, reason)))
        (folder / "pipeline_extractors.py").write_text(EXTRACTORS)
        self._path = str(folder)
        self._verdicts: dict[str, Verdict] = {}
        self._pool: Pool | None = None
        self.pressure: Pressure | None = None

    def describe(self, name: str, *, unavailable: str = "", **more: Any) -> None:
        facts: dict[str, Any] = {
            "version": "1",
            "media_types": ("*/*",),
            "profiles": ("fast", "standard", "deep"),
            "timeout": 5.0,
            **more,
        }
        target = f"pipeline_extractors:{name.title()}"
        verdict = Verdict(
            name=name,
            group="metaextract.extractors",
            target=target,
            distribution="bench",
            version="1",
            descriptor=Descriptor(
                id=name,
                target=target,
                distribution="bench",
                distribution_version="1",
                paths=(self._path,),
                **facts,
            ),
        )
        if unavailable:
            verdict.decide(Diagnostic("MX107", "the tool is missing"), fix=unavailable)
        self._verdicts[name] = verdict

    @property
    def registry(self) -> Registry:
        return Registry(list(self._verdicts.values()))

    def pool(self, size: int = 1) -> Pool:
        if self._pool is None:
            self._pool = Pool(self.registry.ready, size=size)
        return self._pool

    def file(self, name: str, content: str | None = None) -> str:
        path = self.files / name
        path.write_text(f"{name}\n" if content is None else content)
        return str(path)

    def start(
        self, found: Iterator[Found], pace: Pace | None = None, **request: Any
    ) -> Iterator[Record]:
        run = Run(
            self.registry,
            self.pool(),
            self.hooks,
            Request(**request),
            pace=pace,
            pressure=self.pressure,
        )
        return (result.record for result in run.results(found))

    def run(self, *paths: str, **request: Any) -> list[Record]:
        return list(self.start(map(Found, paths), **request))


def settle(path: str) -> None:
    """Wait until a change of a file would show in its times."""
    deadline = time.monotonic() + 60
    status = os.stat(path)
    margin = 60_000_000 if status.st_ctime_ns % 1_000_000_000 else 2_100_000_000
    while time.time_ns() - status.st_ctime_ns < margin:
        assert time.monotonic() < deadline
        time.sleep(0.01)
