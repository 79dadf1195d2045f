"""How a JPEG says that it was compressed."""

from __future__ import annotations

import pytest
from PIL import Image

from .conftest import Read, encode

GRADIENT = Image.linear_gradient("L").resize((64, 48)).convert("RGB")


@pytest.mark.parametrize("progressive", [False, True])
def test_scan_order(read: Read, progressive: bool) -> None:
    data = read(encode(GRADIENT, "JPEG", progressive=progressive), "image/jpeg")
    assert data["Progressive"] is progressive
    assert data["BitsPerSample"] == 8


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
def test_chroma_subsampling(read: Read, subsampling: str) -> None:
    data = read(encode(GRADIENT, "JPEG", subsampling=subsampling), "image/jpeg")
    assert data["ChromaSubsampling"] == subsampling


def test_a_grey_jpeg_has_no_chroma(read: Read) -> None:
    data = read(encode(GRADIENT.convert("L"), "JPEG"), "image/jpeg")
    assert "ChromaSubsampling" not in data


def test_quantization_tables_come_row_by_row(read: Read) -> None:
    """T.81 stores them in zigzag order: a table in rows comes back in rows."""
    tables = [list(range(1, 65)), list(range(65, 1, -1))]
    data = read(encode(GRADIENT, "JPEG", qtables=tables), "image/jpeg")
    assert data["QuantizationTables"] == tables
