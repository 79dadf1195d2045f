"""What the tests of a plugin import: a host for one extractor, and a suite of tests to inherit.

A test module of a plugin is complete with::

    from metaextract_sdk.testing import Conformance

    class TestHeights(Conformance):
        extractor = Heights
        samples = sorted((Path(__file__).parent / "samples").iterdir())

Nothing here looks at the environment: no other plugin, cache or configuration takes part.
"""

from __future__ import annotations

import contextlib
import json
import locale
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from metaextract_sdk._context import Context
from metaextract_sdk._errors import ExtractError
from metaextract_sdk._extractor import Extractor
from metaextract_sdk._fileview import FileView

__all__ = ["Conformance", "Host"]

_GARBAGE = bytes(range(256)) * 16


class Host:
    """Runs one extractor in this process as the real host would, without its protections.

    Args:
        extractor: the class to run.
        options: what `Context.options` holds.
    """

    def __init__(
        self, extractor: type[Extractor], *, options: Mapping[str, Any] | None = None
    ) -> None:
        self._class = extractor
        self._options = options

    def extract(
        self,
        path: str | os.PathLike[str],
        *,
        media_type: str | None = None,
        sections: Mapping[str, Mapping[str, Any]] | None = None,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """What a new instance of the extractor says of one file, as JSON data.

        Args:
            path: the file.
            media_type: what the file is; the extractor's first exact media type if None.
            sections: what `Context.sections` holds.
            timeout: seconds until `Context.deadline`; the extractor's own if None.

        Raises:
            ExtractError: the extractor raised it.
            TypeError: the result is no mapping of data.
        """
        instance = self._class()
        instance.setup()
        try:
            fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                with tempfile.TemporaryDirectory() as scratch:
                    view = FileView(fd, Path(path).absolute(), media_type or self._media_type())
                    context = Context(
                        deadline=time.monotonic()
                        + (self._class.timeout if timeout is None else timeout),
                        scratch=Path(scratch),
                        options=self._options,
                        sections=sections,
                    )
                    return _as_data(instance.extract(view, context))
            finally:
                os.close(fd)
        finally:
            instance.close()

    def _media_type(self) -> str:
        exact = [name for name in self._class.media_types if "*" not in name]
        return exact[0] if exact else "application/octet-stream"


def _as_data(result: Any) -> dict[str, Any]:
    if not isinstance(result, Mapping):
        raise TypeError(f"extract returned {type(result).__name__}, not a mapping")

    def plain(value: Any) -> Any:
        # The real host keeps such text as well, beside its exact bytes.
        if isinstance(value, str):
            return value.encode("utf-8", "replace").decode()
        if isinstance(value, Mapping):
            return {plain(str(key)): plain(item) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [plain(item) for item in value]
        return value

    data: dict[str, Any] = json.loads(msgspec.json.encode(plain(result)))
    return data


class Conformance:
    """Tests that every extractor passes. Inherit, and set `extractor` and `samples`.

    Attributes:
        extractor: the class under test.
        samples: at least two files that it reads and that say different things.
        volatile: tags that may differ between two runs over the same file.
    """

    extractor: ClassVar[type[Extractor]]
    samples: ClassVar[Sequence[Path]]
    volatile: ClassVar[frozenset[str]] = frozenset()

    def _run(self, path: Path) -> dict[str, Any]:
        data = Host(self.extractor).extract(path)
        return {tag: value for tag, value in data.items() if tag not in self.volatile}

    def test_it_declares_what_it_is(self) -> None:
        """Media types, version, limits and crosswalk are there and of the right kind."""
        extractor = self.extractor
        assert extractor.media_types, "media_types is empty"
        assert all(name.count("/") == 1 for name in extractor.media_types), extractor.media_types
        assert extractor.version, "version is empty"
        assert isinstance(extractor.version, str), "version is no text"
        assert set(extractor.profiles) <= {"fast", "standard", "deep"}, extractor.profiles
        assert extractor.timeout > 0, "timeout is not positive"
        assert extractor.memory > 0, "memory is not positive"
        assert 0 <= extractor.trust <= 100, "trust is not between 0 and 100"
        pairs = [*extractor.crosswalk.items(), *extractor.tools.items()]
        assert all(isinstance(text, str) for pair in pairs for text in pair), (
            "crosswalk and tools must map text to text"
        )
        assert type(extractor.needs) in (tuple, list), "needs is no tuple of ids"
        assert (extractor.__doc__ or "").strip(), "the class has no docstring to describe it"

    def test_it_reads_its_samples(self) -> None:
        """Every sample gives data."""
        assert len(self.samples) >= 2, "name at least two samples"
        for sample in self.samples:
            assert self._run(sample), f"{sample.name} gives nothing"

    def test_the_output_is_the_same_twice(self) -> None:
        """A result may be cached: the same content gives the same data."""
        for sample in self.samples:
            assert self._run(sample) == self._run(sample), sample.name

    def test_the_output_differs_between_files(self) -> None:
        """An extractor that says the same of every file says nothing."""
        results = [json.dumps(self._run(sample), sort_keys=True) for sample in self.samples]
        assert len(set(results)) > 1, "all samples give the same data"

    def test_it_survives_damage(self, tmp_path: Path) -> None:
        """Empty, truncated and garbage input gives data or an ExtractError, never another fault."""
        whole = self.samples[0].read_bytes()
        damaged = {"empty": b"", "truncated": whole[: len(whole) // 2], "garbage": _GARBAGE}
        for kind, content in damaged.items():
            path = tmp_path / f"{kind}{self.samples[0].suffix}"
            path.write_bytes(content)
            with contextlib.suppress(ExtractError):
                Host(self.extractor).extract(path)

    def test_it_honours_its_deadline(self) -> None:
        """No sample takes longer than the extractor's own timeout."""
        for sample in self.samples:
            started = time.monotonic()
            self._run(sample)
            taken = time.monotonic() - started
            assert taken < self.extractor.timeout, f"{sample.name} took {taken:.1f} s"

    def test_it_prints_nothing(self, capfd: Any) -> None:
        """Standard output belongs to the host."""
        for sample in self.samples:
            self._run(sample)
        printed = "".join(capfd.readouterr())
        assert not printed, printed[:200]

    def test_it_leaves_the_process_as_it_was(self) -> None:
        """Folder, environment, signal handlers, limits, locale and threads are untouched."""
        before = _state()
        for sample in self.samples:
            self._run(sample)
        after = _state()
        changed = [name for name in before if before[name] != after[name]]
        assert not changed, f"changed: {', '.join(changed)}"

    def test_it_leaves_the_file_as_it_was(self) -> None:
        """Evidence stays untouched."""
        for sample in self.samples:
            before = sample.read_bytes(), sample.stat().st_mtime_ns
            self._run(sample)
            assert (sample.read_bytes(), sample.stat().st_mtime_ns) == before, sample.name


def _state() -> dict[str, Any]:
    handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}
    return {
        "working folder": os.getcwd(),
        "environment": dict(os.environ),
        "signal handlers": handlers,
        "recursion limit": sys.getrecursionlimit(),
        "sys.path": list(sys.path),
        "locale": locale.setlocale(locale.LC_ALL),
        "threads": threading.active_count(),
    }
