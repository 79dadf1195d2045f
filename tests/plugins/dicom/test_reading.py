"""Damaged and hostile files: a reason, what was readable, and little cost."""

from __future__ import annotations

import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import pydicom.data
import pytest

from metaextract_dicom.reading import MAX_INFLATED

FILES = Path(pydicom.data.__file__).parent / "test_files"
CT = (FILES / "CT_small.dcm").read_bytes()


@pytest.mark.parametrize("content", [b"", b"DICM", CT[:131], CT[129:], b"plain text" * 50])
def test_without_prefix_and_first_element_a_file_is_skipped(read: Any, content: bytes) -> None:
    """Guessing would make DICOM of any bytes."""
    assert read(content) == {}
    assert read.status == "skipped"
    assert "DICM" in read.reason


@pytest.mark.parametrize(
    ("name", "modality"),
    [
        ("ExplVR_BigEndNoMeta", "RTPLAN"),
        ("ExplVR_LitEndNoMeta", "RTPLAN"),
        ("rtstruct", "RTSTRUCT"),
    ],
)
def test_a_data_set_without_file_header_is_read_with_a_warning(
    read: Any, name: str, modality: str
) -> None:
    """Old archives store such; pydicom brings one of each encoding."""
    data = read(FILES / f"{name}.dcm")
    assert read.status == "ok", read.reason
    assert data["Modality"] == modality
    assert any("DICM" in warning for warning in read.warnings)


def test_a_file_of_nothing_but_the_prefix_fails(read: Any) -> None:
    """There is no data to show."""
    assert read(CT[:132]) == {}
    assert read.status == "failed"


@pytest.mark.parametrize("length", [200, 1000, 2000])
def test_a_truncated_file_gives_what_comes_before_the_cut(
    read: Any, build: Any, length: int
) -> None:
    """And says where it ends; all lengths here are inside an element."""
    whole = build.file(
        *(build.element(0x0010, 0x1000 + n, b"LO", b"value %03d" % n) for n in range(300))
    )
    data = read(whole[:length])
    assert read.status == "partial"
    assert "ends inside" in read.reason
    assert data["TransferSyntaxUID"] == "1.2.840.10008.1.2.1"


@pytest.mark.parametrize("vr", [b"OB", b"UN", b"UT", b"SQ"])
def test_a_length_beyond_the_file_claims_no_memory(read: Any, build: Any, vr: bytes) -> None:
    """pydicom would ask for 4 GiB at once, inside sequences even where values are passed over."""
    lie = build.element(0x0008, 0x1140, vr, b"x" * 100, length=0xFFFFFFF0)
    nested = build.element(
        0x0008, 0x1140, b"SQ", build.item(lie, build.UNDEFINED), length=build.UNDEFINED
    )
    modality = build.element(0x0008, 0x0060, b"CS", b"CT")
    tracemalloc.start()
    try:
        for content in (lie, nested):
            assert read(build.file(modality, content))["Modality"] == "CT"
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_f10_nested_sequences_of_undefined_length(read: Any, build: Any) -> None:
    """pydicom recurses into them while it reads; what comes before is kept."""
    opened = build.element(0x0008, 0x1140, b"SQ", b"", length=build.UNDEFINED)
    nested = (opened + build.item(b"", build.UNDEFINED)) * 50_000
    data = read(build.file(build.element(0x0008, 0x0060, b"CS", b"CT"), nested))
    assert data["Modality"] == "CT"
    assert read.status == "partial"
    assert "nested too deeply" in read.reason


def test_f10_nested_sequences_of_defined_length(read: Any, build: Any) -> None:
    """These are parsed level by level, and cut at a level."""
    nested = build.element(0x0008, 0x0060, b"CS", b"CT")
    for _ in range(1000):
        nested = build.element(0x0008, 0x1140, b"SQ", build.item(nested))
    value = read(build.file(nested))["ReferencedImageSequence"]
    depth = 0
    while isinstance(value, list):
        value = value[0]["ReferencedImageSequence"]
        depth += 1
    assert 8 <= depth < 64
    assert "nested deeper" in value
    assert any("nested deeper" in warning for warning in read.warnings)


@pytest.mark.parametrize("defined", [True, False])
def test_f09_a_million_items_are_not_all_read(read: Any, build: Any, *, defined: bool) -> None:
    """Empty items cost a parser a thousand times what they cost their author."""
    items = build.item(b"") * 1_000_000
    length = None if defined else build.UNDEFINED
    sequence = build.element(0x0008, 0x1140, b"SQ", items, length=length)
    data = read(build.file(build.element(0x0008, 0x0060, b"CS", b"CT"), sequence))
    assert data["Modality"] == "CT"
    assert "too large" in " ".join([read.reason, *read.warnings]) or "too much" in read.reason


def test_f09_a_file_of_many_elements_is_cut(read: Any, build: Any) -> None:
    """With a marker and a warning."""
    data = read(
        build.file(
            *(
                build.element(0x0011 + 2 * (n >> 15), 0x1000 + (n & 0x7FFF), b"LO", b"ab")
                for n in range(60_000)
            )
        )
    )
    assert len(data) < 50_000
    assert data["…"] == "[cut]"
    assert any("were kept" in warning for warning in read.warnings)


def test_f11_a_deflated_bomb_is_inflated_only_in_part(read: Any, build: Any) -> None:
    """256 MiB in 250 kB: the first elements are told, the rest stays deflated."""
    deflater = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    parts = [deflater.compress(build.element(0x0008, 0x0060, b"CS", b"CT"))]
    parts.append(deflater.compress(build.element(0x0009, 0x1001, b"OB", b"", length=1 << 30)))
    parts.extend(deflater.compress(bytes(1 << 20)) for _ in range(256))
    bomb = build.file(*parts, deflater.flush(), syntax=build.DEFLATED)
    tracemalloc.start()
    try:
        data = read(bomb)
        assert tracemalloc.get_traced_memory()[1] < 5 * MAX_INFLATED
    finally:
        tracemalloc.stop()
    assert data["Modality"] == "CT"
    assert read.status == "partial"
    assert "16 MiB" in read.reason


@pytest.mark.parametrize(("size", "status"), [(1_000_000, "ok"), (8_000_000, "partial")])
def test_f11_what_inflates_out_of_proportion_is_left(
    read: Any, build: Any, size: int, status: str
) -> None:
    """A text of zeros shrinks to a thousandth, which a megabyte of elements may; more may not."""
    body = build.element(0x0008, 0x0060, b"CS", b"CT")
    body += build.element(0x0011, 0x1001, b"OB", bytes(size - len(body) - 12))
    deflater = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    data = read(build.file(deflater.compress(body), deflater.flush(), syntax=build.DEFLATED))
    assert data["Modality"] == "CT"
    assert read.status == status
    assert ("100 times its size" in read.reason) == (status == "partial")


def test_large_deflated_pixels_are_no_fault(read: Any, build: Any) -> None:
    """Inflating may stop anywhere after the last element that is read."""
    body = build.element(0x0008, 0x0060, b"CS", b"CT")
    body += build.element(0x7FE0, 0x0010, b"OW", bytes(2 * MAX_INFLATED))
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    content = build.file(deflater.compress(body), deflater.flush(), syntax=build.DEFLATED)
    assert read(content)["Modality"] == "CT"
    assert read.status == "ok"


@pytest.mark.parametrize("rest", [b"", b"not deflated"])
def test_elements_that_do_not_inflate_leave_the_meta_information(
    read: Any, build: Any, rest: bytes
) -> None:
    """The transfer syntax is known all the same."""
    data = read(build.file(rest, syntax=build.DEFLATED))
    assert read.status == "partial"
    assert data["TransferSyntaxUID"] == build.DEFLATED.decode()


def test_a_large_text_is_read_and_a_large_binary_value_is_told(read: Any, build: Any) -> None:
    """Both are beyond what is read at once."""
    text = build.element(0x0040, 0xA160, b"UT", b"word " * 20_000)
    binary = build.element(0x0042, 0x0011, b"OB", bytes(100_000))
    data = read(build.file(text, binary))
    assert data["TextValue"] == ("word " * 20_000).rstrip()
    assert data["EncapsulatedDocument"] == {"vr": "OB", "length": 100_000}
    assert read.status == "ok"


def test_a_large_sequence_of_defined_length_is_read(read: Any, build: Any) -> None:
    """It would be passed over for its size alone."""
    one = build.item(build.element(0x0008, 0x0060, b"CS", b"MR"))
    sequence = build.element(0x0008, 0x1140, b"SQ", one * 5000)
    items = read(build.file(sequence))["ReferencedImageSequence"]
    assert len(items) == 5000
    assert items[-1] == {"Modality": "MR"}


def test_random_damage_never_raises_anything_else(read: Any) -> None:
    """Each byte of the beginning of a real file set to an extreme, a few at a time."""
    for start in range(132, 2000, 3):
        damaged = bytearray(CT[:4000])
        damaged[start] = 0xFF
        damaged[start + 700] = 0
        read(bytes(damaged))
        assert read.status in {"ok", "partial", "failed", "skipped"}
