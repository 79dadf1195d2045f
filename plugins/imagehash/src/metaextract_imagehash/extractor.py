"""Perceptual hashes: pictures that look alike differ in few bits."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar

from PIL import Image

from metaextract_imagehash.decoding import FORMATS, reduced_grey
from metaextract_sdk import Context, ExtractError, Extractor, FileView

HASH_SIZE = 8
"""Rows and columns of a hash: 64 bits, 16 hexadecimal digits."""


class PerceptualHashes(Extractor):
    """Average, difference, perceptual and wavelet hash of a picture."""

    media_types = tuple(FORMATS)
    version = "1"
    profiles = ("deep",)
    crosswalk: ClassVar[Mapping[str, str]] = {
        "AverageHash": "image.ahash",
        "DifferenceHash": "image.dhash",
        "PerceptualHash": "image.phash",
        "WaveletHash": "image.whash",
    }
    trust = 90
    samples = ("samples/*",)
    content_only = True
    # numpy, SciPy and PyWavelets are mapped into the same address space.
    memory = 1 << 30

    def setup(self) -> None:
        """Import ImageHash, and what it imports only at its first use: about half a second."""
        import imagehash

        self._hashes: dict[str, Callable[[Image.Image], object]] = {
            "AverageHash": partial(imagehash.average_hash, hash_size=HASH_SIZE),
            "DifferenceHash": partial(imagehash.dhash, hash_size=HASH_SIZE),
            "PerceptualHash": partial(imagehash.phash, hash_size=HASH_SIZE),
            "WaveletHash": partial(imagehash.whash, hash_size=HASH_SIZE),
        }
        for hashed in self._hashes.values():
            hashed(Image.new("L", (HASH_SIZE, HASH_SIZE)))

    def extract(self, file: FileView, ctx: Context) -> dict[str, str]:
        """Four hashes of 16 hexadecimal digits, as ImageHash prints them, of the first frame.

        Where the shorter side is below 512 pixels they are those of ImageHash. Larger pictures are
        reduced first, JPEGs while they are decoded, which changes few bits (the README says how
        many). A picture is hashed as stored: its orientation is not applied.

        Raises:
            ExtractError: the picture cannot be decoded (``failed``), or decoding it would take too
                much memory (``refused``).
        """
        if not file.size:
            raise ExtractError("the file is empty", status="skipped")
        with warnings.catch_warnings():
            # They are about metadata, which is not ours, and about sizes, which are checked.
            warnings.simplefilter("ignore")
            picture = reduced_grey(file)
        return {tag: str(hashed(picture)) for tag, hashed in self._hashes.items()}
