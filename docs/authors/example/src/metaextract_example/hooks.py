"""Recognises example files by their signature.

MetaExtract knows the common formats. For one that it does not know, this hook says what the file
is; without it the extractor would never be asked. Hooks run inside the host and see each file, so
this module imports no parser. For a format that is known, delete it and its entry point.
"""

from __future__ import annotations

from typing import Final

from metaextract_sdk import hookimpl

MEDIA_TYPE: Final = "application/x-example"
SIGNATURE: Final = b"\x89example\r\n\x1a\n"
"""Made as that of PNG is (PNG specification, section 5.2): no text file begins like this, and a
transfer that changes line ends shows."""


@hookimpl
def metaextract_identify(head: bytes) -> str | None:
    """The media type of files that begin with the signature."""
    return MEDIA_TYPE if head.startswith(SIGNATURE) else None
