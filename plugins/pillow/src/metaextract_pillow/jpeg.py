"""How a JPEG was compressed (ITU-T T.81), from its header segments."""

from __future__ import annotations

from typing import Any

from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from metaextract_sdk import Context, FileView

_SUBSAMPLING = {0: "4:4:4", 1: "4:2:2", 2: "4:2:0"}


def read_jpeg(image: JpegImageFile, file: FileView, ctx: Context) -> dict[str, Any]:
    """Sample precision, scan order, chroma subsampling and quantization tables.

    Each table is 64 numbers, row by row; they tell software and quality setting apart.
    """
    data: dict[str, Any] = {
        "BitsPerSample": image.bits,
        "Progressive": bool(image.info.get("progressive")),
        "QuantizationTables": [image.quantization[key] for key in sorted(image.quantization)],
    }
    if subsampling := _SUBSAMPLING.get(get_sampling(image)):
        data["ChromaSubsampling"] = subsampling
    return data
