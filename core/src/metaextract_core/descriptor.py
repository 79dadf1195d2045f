"""What the host knows of an extractor without ever importing it."""

from __future__ import annotations

from msgspec import Struct

PROFILES = ("fast", "standard", "deep")
"""``fast`` starts no external tool, ``standard`` adds what only ExifTool has, ``deep`` is all."""


class Descriptor(Struct, frozen=True, kw_only=True):
    """An extractor's class attributes (see `metaextract_sdk.Extractor`) as data, read in a child.

    Attributes:
        id: the name of its entry point.
        target: ``module:attribute``.
        distribution: the distribution that provides it, with its version.
        paths: folders that the child must add to ``sys.path`` to find it.
        description: first line of the class's docstring.
        elsewhere: whether it may know what its data become for an equal file elsewhere.
        batch: whether it is a `BatchExtractor`.
    """

    id: str
    target: str
    distribution: str
    distribution_version: str
    paths: tuple[str, ...] = ()
    description: str = ""
    version: str = ""
    media_types: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    instead_of: tuple[str, ...] = ()
    crosswalk: dict[str, str] = {}
    trust: int = 50
    tools: dict[str, str] = {}
    samples: tuple[str, ...] = ()
    volatile: tuple[str, ...] = ()
    content_only: bool = False
    elsewhere: bool = False
    timeout: float = 30.0
    memory: int = 512 << 20
    batch: bool = False
    batch_files: int = 20
    batch_bytes: int = 64 << 20

    def seconds(self, most: float | None) -> float:
        """How long it may take for one file, where the caller allows `most` (None: no matter)."""
        return self.timeout if most is None else min(self.timeout, most)
