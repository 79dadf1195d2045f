"""What an author subclasses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from metaextract_sdk._context import Context
from metaextract_sdk._errors import ExtractError
from metaextract_sdk._fileview import FileView
from metaextract_sdk._version import API_VERSION


class Extractor:
    """Reads one kind of thing from a file.

    The host makes one instance in each worker process and calls `setup` once, then `extract` for
    one file after another. The first line of the class's docstring is its description.

    Attributes:
        media_types: what it reads: exact (``image/jpeg``), by family (``image/*``) or ``*/*``.
        version: changes whenever the output for the same file may change.
        api_version: the contract it was written for.
        profiles: the profiles that run it: some of ``fast``, ``standard``, ``deep``.
        needs: ids of extractors whose data it wants in `Context.sections`; they run first.
        instead_of: ids of extractors that need not run where this one does, because it says the
            same faster. One that is asked for by name runs all the same, and so does one that
            another extractor needs; one that is not installed does not matter.
        crosswalk: own tag -> canonical field. A tag is a key of the data; ``*:Name`` stands for
            ``Name`` in any group (``IFD0:Name``, ``XMP-dc:Name``) and counts only where no other
            entry of the field gave a value. Of several tags for one field the one listed first is
            preferred.
        trust: whose value is shown where extractors disagree: the highest, from 0 to 100.
        tools: programs that it starts -> how to install each.
        samples: at least two different files that it reads, for tests and health checks: paths or
            patterns (``samples/*.hgt``) below the folder of its module, which belong to the
            package and to its wheel; at most 64 of up to 1 MiB.
        volatile: tags that may differ between two runs over the same content.
        content_only: whether equal contents of one media type always give equal data, wherever the
            file is and whatever its name, times, owner and permissions. Then what it said of one
            file may be used for another; else only for the same file, as long as it is unchanged,
            unless `elsewhere` makes it fit.
        timeout: seconds that one file may take.
        memory: bytes of address space that one run may add.

    The data is a mapping from tag to value. A value is JSON-like (None, bool, int, float, str,
    list, dict), bytes, or a date and time; ``{"val": text, "num": number}`` gives a value as a
    person reads it and as a number.
    """

    media_types: ClassVar[tuple[str, ...]] = ()
    version: ClassVar[str] = ""
    api_version: ClassVar[int] = API_VERSION
    profiles: ClassVar[tuple[str, ...]] = ("standard", "deep")
    needs: ClassVar[tuple[str, ...]] = ()
    instead_of: ClassVar[tuple[str, ...]] = ()
    crosswalk: ClassVar[Mapping[str, str]] = {}
    trust: ClassVar[int] = 50
    tools: ClassVar[Mapping[str, str]] = {}
    samples: ClassVar[tuple[str, ...]] = ()
    volatile: ClassVar[tuple[str, ...]] = ()
    content_only: ClassVar[bool] = False
    timeout: ClassVar[float] = 30.0
    memory: ClassVar[int] = 512 << 20

    def setup(self) -> None:
        """Prepare what is worth keeping between files: tables, models, a helper process.

        Raises:
            Unavailable: something that it needs is missing.
        """

    def close(self) -> None:
        """Let go of what `setup` made."""

    def extract(self, file: FileView, ctx: Context) -> Mapping[str, Any]:
        """What `file` says, as a mapping from tag to value.

        Raises:
            ExtractError: there is no answer, or only part of one.
        """
        raise NotImplementedError

    def elsewhere(
        self, data: Mapping[str, Any], file: FileView, ctx: Context
    ) -> Mapping[str, Any] | None:
        """What `extract` would say of `file`; None where only reading it tells, as by default.

        For extractors that look at more than the content, and for which that is little work: then
        the content of a copy need not be read again.

        Args:
            data: what `extract` said of a file of the same content, media type and suffix.
            file: to be read no more than it takes.
            ctx: as for `extract`.
        """
        return None


class BatchExtractor(Extractor):
    """An extractor that is faster over several files at once."""

    batch_files: ClassVar[int] = 20
    """How many files one call gets at the most."""
    batch_bytes: ClassVar[int] = 64 << 20
    """How many bytes of files one call gets at the most; a larger file comes alone."""

    def extract_batch(
        self, jobs: Sequence[tuple[FileView, Context]]
    ) -> Iterator[Mapping[str, Any] | ExtractError]:
        """One answer for each job, in the order of `jobs`.

        A fault of one file is yielded, not raised, so that the others are not lost. `timeout` holds
        for the whole call; where a call of several files runs out of time or dies, the host asks
        again file by file.
        """
        raise NotImplementedError

    def extract(self, file: FileView, ctx: Context) -> Mapping[str, Any]:
        """The answer of `extract_batch` for this file alone."""
        (answer,) = self.extract_batch([(file, ctx)])
        if isinstance(answer, ExtractError):
            raise answer
        return answer
