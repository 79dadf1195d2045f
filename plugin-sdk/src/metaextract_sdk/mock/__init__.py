"""An extractor for tests that does what a document orders: to hang, to crash, to fill the memory.

The orders are listed in the README beside this file. It belongs to no installation: `install` puts
it into a folder that a test's host searches.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

_ENTRY_POINTS = """\
[metaextract.extractors]
mock = metaextract_sdk.mock.extractor:Mock
[metaextract.hooks]
mock = metaextract_sdk.mock.hooks
"""


def install(folder: Path) -> None:
    """Make the mock a plugin for every process that has `folder` on ``PYTHONPATH``.

    Writes the metadata of a distribution ``metaextract-mock``, as the specification "Recording
    installed projects" has it; the code is the SDK's own.
    """
    info = folder / f"metaextract_mock-{version('metaextract-sdk')}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\n"
        "Name: metaextract-mock\n"
        f"Version: {version('metaextract-sdk')}\n"
        "Requires-Dist: metaextract-sdk\n",
        "utf-8",
    )
    (info / "entry_points.txt").write_text(_ENTRY_POINTS, "utf-8")
    names = ("METADATA", "RECORD", "entry_points.txt")
    (info / "RECORD").write_text("".join(f"{info.name}/{name},,\n" for name in names), "utf-8")
