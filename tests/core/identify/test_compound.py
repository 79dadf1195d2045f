"""A compound file is what its class or its streams say, and hostile tables end."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metaextract_core.identify import Identity

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OLE_HEADER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Look = Callable[..., Identity]


def compound(*names: str, class_id: bytes = bytes(16)) -> bytes:
    """A compound file with the given streams below its root, as [MS-CFB] lays it out."""

    def entry(name: str, right: int, child: int, class_id: bytes = bytes(16)) -> bytes:
        encoded = name.encode("utf-16-le")
        return struct.pack(
            "<64sHBBIII16s32x",
            encoded,
            len(encoded) + 2,
            2,
            1,
            0xFFFFFFFF,
            right,
            child,
            class_id,
        )

    entries = [entry("Root Entry", 0xFFFFFFFF, 1 if names else 0xFFFFFFFF, class_id)]
    for number, name in enumerate(names, 1):
        following = number + 1 if number < len(names) else 0xFFFFFFFF
        entries.append(entry(name, following, 0xFFFFFFFF))
    directory = b"".join(entries)
    sectors = -(-len(directory) // 512)
    # Sector 0 is the allocation table; the directory is in sectors 1, 2, ...
    chain = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    table = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))
    header = OLE_HEADER + struct.pack("<16xHHHHH6xIII24x", 62, 3, 0xFFFE, 9, 6, 0, 1, 1)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return header + table + directory.ljust(sectors * 512, b"\0")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (compound("WordDocument"), "application/msword"),
        (compound(*"abcdefgh", "Workbook"), "application/vnd.ms-excel"),
        (compound("__properties_version1.0"), "application/vnd.ms-outlook"),
        (compound("unheard of"), "application/x-ole-storage"),
        (compound(), "application/x-ole-storage"),
        (
            compound(class_id=bytes.fromhex("84100c0000000000c000000000000046")),
            "application/x-msi",
        ),
        (OLE_HEADER, "application/x-ole-storage"),
        (OLE_HEADER + b"\xff" * 600, "application/x-ole-storage"),
    ],
)
def test_a_compound_file_is_named_by_its_class_or_streams(
    look: Look, content: bytes, media_type: str
) -> None:
    assert look(content).media_type == media_type


def test_a_protected_office_document_is_what_its_name_says(look: Look) -> None:
    assert look(compound("EncryptedPackage"), "a.docx") == Identity(DOCX, "name")


def test_a_password_does_not_hide_that_a_name_is_wrong(look: Look) -> None:
    found = look(compound("EncryptedPackage"), "a.png")
    assert found.name_media_type == "image/png"


def test_a_compound_file_whose_entries_go_in_circles_ends(look: Look) -> None:
    content = bytearray(compound("a", "b"))
    for number in range(3):
        struct.pack_into("<III", content, 1024 + 128 * number + 68, 1, 2, 1)
    struct.pack_into("<I", content, 512 + 4, 1)  # the directory's only sector follows itself
    assert look(bytes(content)).media_type == "application/x-ole-storage"


DAMAGED = st.builds(
    lambda at, value, keep: (compound("a", "b")[:at] + value + compound("a", "b")[at + 4 :])[:keep],
    st.sampled_from([30, 44, 48, 68, 76, 512, 516, 1024 + 64, 1024 + 76, 1152 + 68]),
    st.integers(0, 0xFFFFFFFF).map(lambda number: number.to_bytes(4, "little")),
    st.integers(8, 1536),
)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=DAMAGED)
def test_wrong_numbers_in_header_table_and_entries_are_survived(look: Look, content: bytes) -> None:
    assert look(content) == Identity("application/x-ole-storage", "content")
