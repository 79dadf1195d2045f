"""What the tests of a plugin import: a host for one extractor, and a suite of tests to inherit.

A test module of a plugin is complete with::

    from metaextract_sdk.testing import Conformance

    class TestHeights(Conformance):
        extractor = Heights

where ``Heights.samples`` names files in the package. The suite has a test for each rule by which
``metaextract plugins check --deep`` judges an installed plugin.

Nothing here looks at the environment: no other plugin, cache or configuration takes part.
"""

from __future__ import annotations

import inspect
import mimetypes
import os
import tempfile
import unittest
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from metaextract_sdk._extractor import Extractor
from metaextract_sdk.conformance.contract import complaints
from metaextract_sdk.conformance.evidence import Evidence, Sample
from metaextract_sdk.conformance.examining import examine
from metaextract_sdk.conformance.inside import reader
from metaextract_sdk.conformance.rules import RULES, WISHES, Rule
from metaextract_sdk.conformance.running import run
from metaextract_sdk.conformance.samples import Trouble, find_samples

__all__ = ["Conformance", "Host"]


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
            media_type: what the file is; by its name, among those that the extractor reads, if
                None.
            sections: what `Context.sections` holds.
            timeout: seconds until `Context.deadline`; the extractor's own if None.

        Raises:
            ExtractError: the extractor raised it.
            TypeError: the result is no mapping of data.
        """
        media_type = media_type or _media_type(self._class, os.fspath(path))
        return run(self._class, path, media_type, self._options, sections, timeout)


def _media_type(extractor: type[Extractor], name: str) -> str:
    """What a file is by its name if the extractor reads that, else its first exact media type."""
    exact = [media_type for media_type in extractor.media_types if "*" not in media_type]
    # A table of its own: the module's functions read files of the machine as well.
    guess, _ = mimetypes.MimeTypes().guess_type(os.path.basename(name))
    if guess in exact or not exact:
        return guess or "application/octet-stream"
    return exact[0]


class Conformance:
    """Tests that every extractor passes. Inherit, and set `extractor`.

    There is one test for each rule that a healthy extractor keeps (see docs/authors/quality.md);
    it reads its samples, and what is made of them, once for all tests.

    Attributes:
        extractor: the class under test.
        samples: files to use in place of those that the class declares.
        options: what `Context.options` holds.
        sections: what `Context.sections` holds.
    """

    extractor: ClassVar[type[Extractor]]
    samples: ClassVar[Sequence[str | os.PathLike[str]]] = ()
    options: ClassVar[Mapping[str, Any]] = {}
    sections: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    _evidence: ClassVar[Evidence]

    def media_type(self, sample: Path) -> str:
        """What a host would take a sample for; override it where the name does not tell."""
        return _media_type(self.extractor, sample.name)

    def test_it_keeps_the_contract(self) -> None:
        """The class attributes are of the right kind, and a host can make and call it."""
        assert not complaints(self.extractor)

    @classmethod
    def evidence(cls) -> Evidence:
        """What was seen of the extractor: gathered at the first call, once for each suite."""
        if "_evidence" not in cls.__dict__:
            cls._evidence = cls._examine()
        return cls._evidence

    @classmethod
    def _examine(cls) -> Evidence:
        extractor = cls.extractor
        evidence = Evidence(
            description=inspect.cleandoc(extractor.__doc__ or "").partition("\n")[0],
            media_types=tuple(extractor.media_types),
            crosswalk=extractor.crosswalk,
            volatile=frozenset(extractor.volatile),
            content_only=extractor.content_only,
        )
        try:
            files = [Path(sample) for sample in cls.samples] or find_samples(
                Path(inspect.getfile(extractor)).parent, extractor.samples
            )
        except Trouble as trouble:
            evidence.trouble = str(trouble)
            return evidence
        media_type = cls().media_type
        evidence.samples = [
            Sample(file.name, file.read_bytes(), media_type(file)) for file in files
        ]
        with tempfile.TemporaryDirectory() as folder:
            read = reader(extractor, options=cls.options, sections=cls.sections)
            examine(evidence, read, Path(folder))
        return evidence


def _test(rule: Rule) -> Callable[[Conformance], None]:
    def test(self: Conformance) -> None:
        evidence = self.evidence()
        if evidence.readings and evidence.readings[-1].status == "unavailable":
            raise unittest.SkipTest(evidence.stopped)
        passed, message = rule.judge(evidence)
        if passed is None:
            raise unittest.SkipTest(message)
        assert passed, f"{rule.code} {message}; to mend it: {rule.fix}"

    test.__name__ = f"test_it_{rule.slug}"
    test.__doc__ = rule.why
    return test


for _rule in RULES:
    if _rule.tier != WISHES:
        setattr(Conformance, f"test_it_{_rule.slug}", _test(_rule))
