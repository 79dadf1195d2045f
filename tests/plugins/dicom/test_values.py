"""How single elements become data."""

from __future__ import annotations

from typing import Any

import pytest

from metaextract_dicom.values import MAX_LIST


@pytest.mark.parametrize(
    ("vr", "raw", "expected"),
    [
        (b"IS", b"42", 42),
        (b"DS", b"1.50", 1.5),
        (b"DS", b"1\\2.5", [1.0, 2.5]),
        (b"US", b"\x01\x02", 513),
        (b"AT", b"\x10\x00\x20\x00", "(0010,0020)"),
        (b"TM", b"101010.5", "101010.5"),
        (b"LO", b"", None),
        (b"OW", b"", {"vr": "OW", "length": 0}),
        (b"UN", b"readable", "readable"),
        (b"UN", b"\x00\x01\x02\x03", {"vr": "UN", "length": 4}),
    ],
)
def test_a_value_by_its_representation(
    read: Any, build: Any, vr: bytes, raw: bytes, expected: object
) -> None:
    """PS3.5 section 6.2."""
    data = read(build.file(build.element(0x0011, 0x1001, vr, raw)))
    assert data["(0011,1001)"] == expected


@pytest.mark.parametrize(("vr", "raw"), [(b"DS", b"five"), (b"IS", b"4x")])
def test_a_value_against_its_representation_is_shown_as_found(
    read: Any, build: Any, vr: bytes, raw: bytes
) -> None:
    """With a warning, and the other elements are not lost."""
    after = build.element(0x0011, 0x1002, b"LO", b"after")
    data = read(build.file(build.element(0x0011, 0x1001, vr, raw), after))
    assert data["(0011,1001)"] == raw.decode()
    assert data["(0011,1002)"] == "after"
    assert read.warnings


def test_repeating_groups_do_not_overwrite_each_other(read: Any, build: Any) -> None:
    """Overlays 6000 and 6002 have the same keywords."""
    overlays = [build.element(group, 0x0022, b"LO", b"in %x" % group) for group in (0x6000, 0x6002)]
    data = read(build.file(*overlays))
    assert data["OverlayDescription"] == "in 6000"
    assert data["OverlayDescription (6002,0022)"] == "in 6002"


def test_a_long_list_of_values_is_cut(read: Any, build: Any) -> None:
    """With a marker and a warning."""
    values = b"\\".join(b"%d" % n for n in range(5000))
    data = read(
        build.file(
            build.element(0x0011, 0x1001, b"UT", b"x"), build.element(0x3006, 0x0050, b"DS", values)
        )
    )
    assert data["ContourData"][:3] == [0.0, 1.0, 2.0]
    assert data["ContourData"][MAX_LIST:] == ["[cut: 4000 more]"]
    assert any("ContourData" in warning for warning in read.warnings)
