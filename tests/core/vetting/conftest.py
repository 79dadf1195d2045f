"""Small plugins written to order, and a prober to look at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from metaextract_core.discovery import EXTRACTORS, HOOKS, Candidate, sources
from metaextract_core.vetting.messages import Finding, Probe
from metaextract_core.vetting.probe import Prober

SOUND = '''
from metaextract_sdk import Extractor

class Good(Extractor):
    """Says how long a file is."""

    media_types = ("text/plain",)
    version = "1"

    def extract(self, file, ctx):
        return {"Size": file.size}
'''

Make = Callable[..., Candidate]
Look = Callable[..., Finding]
Request = Callable[..., Probe]
Import = Callable[..., Finding]


@pytest.fixture(autouse=True)
def nobody_elses_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setenv("METAEXTRACT_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the plugins lie."""
    (tmp_path / "plugins").mkdir()
    return tmp_path / "plugins"


@pytest.fixture
def make(folder: Path) -> Make:
    """Writes a plugin of one module: a healthy extractor `Good`, with other lines around it.

    `first` comes before the class, `inside` into it, `last` after it.
    """

    def write(
        name: str = "good",
        *,
        first: str = "",
        inside: str = "",
        last: str = "",
        target: str | None = None,
        requires: tuple[str, ...] = (),
        distribution: str = "demo",
        hooks: bool = False,
    ) -> Candidate:
        text = SOUND.replace('version = "1"\n', f'version = "1"\n    {inside}\n')
        (folder / f"{name}.py").write_text("\n".join((first, text, last)))
        return Candidate(
            name,
            HOOKS if hooks else EXTRACTORS,
            target or (name if hooks else f"{name}:Good"),
            distribution,
            "1",
            requires,
            (str(folder),),
        )

    return write


@pytest.fixture(scope="session")
def prober() -> Iterator[Prober]:
    prober = Prober()
    yield prober
    prober.close()


@pytest.fixture
def request_for(folder: Path) -> Request:
    """The request to import a module of the given source, which may or may not hold `SOUND`."""

    def write(source: str, *, timeout: float = 60.0, memory: int = 1 << 30) -> Probe:
        (folder / "written.py").write_text(dedent(source))
        candidate = Candidate(
            "written", EXTRACTORS, "written:Good", "demo", "1", paths=(str(folder),)
        )
        return _request(candidate, timeout, memory)

    return write


@pytest.fixture
def find(prober: Prober, request_for: Request) -> Import:
    """What the prober sees of a module of the given source."""

    def probe(source: str, *, timeout: float = 60.0, memory: int = 1 << 30) -> Finding:
        return prober.probe(request_for(source, timeout=timeout, memory=memory))

    return probe


@pytest.fixture
def look(prober: Prober) -> Look:
    """What the prober sees of a candidate that `make` wrote."""

    def probe(candidate: Candidate, *, timeout: float = 60.0, memory: int = 1 << 30) -> Finding:
        return prober.probe(_request(candidate, timeout, memory))

    return probe


def _request(candidate: Candidate, timeout: float, memory: int) -> Probe:
    return Probe(
        name=candidate.name,
        target=candidate.target,
        distribution=candidate.distribution,
        version=candidate.version,
        paths=list(candidate.paths),
        files=sources(candidate),
        extractor=candidate.group == EXTRACTORS,
        timeout=timeout,
        memory=memory,
    )
