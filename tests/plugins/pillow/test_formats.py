"""Which of Pillow's readers are ever imported."""

from __future__ import annotations

import subprocess
import sys

from metaextract_pillow.formats import READERS


def test_opening_a_png_imports_no_other_reader() -> None:
    """A worker that sees PNGs only does not pay for forty formats, nor expose them."""
    code = (
        "import io, sys\n"
        "from metaextract_pillow.formats import open_header\n"
        "try: open_header('image/png', io.BytesIO(b'no png'))\n"
        "except SyntaxError: pass\n"
        "print(sorted(m for m in sys.modules if m.endswith('ImagePlugin')))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert out.strip() == "['PIL.PngImagePlugin']"


def test_readers_that_start_programs_or_decode_are_left_out() -> None:
    assert not set(READERS.values()) & {"Eps", "Wmf", "Ico", "Fpx", "Mic", "Psd"}
