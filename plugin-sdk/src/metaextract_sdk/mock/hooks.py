"""Recognises documents for the mock extractor."""

from __future__ import annotations

from metaextract_sdk import hookimpl

MEDIA_TYPE = "application/x-metaextract-mock"


@hookimpl
def metaextract_identify(head: bytes) -> str | None:
    """Documents begin with ``{"metaextract-mock"``."""
    return MEDIA_TYPE if head.startswith(b'{"metaextract-mock"') else None
