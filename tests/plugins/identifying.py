"""What the host takes a file for, for suites over samples of many media types."""

from __future__ import annotations

from pathlib import Path

from metaextract_core.identify import identify
from metaextract_sdk import FileView


def media_type(sample: Path) -> str:
    with sample.open("rb") as stream:
        return identify(FileView(stream.fileno(), sample, "")).media_type
