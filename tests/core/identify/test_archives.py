"""A ZIP is what its members make it, whole or damaged, and its name cannot make it more."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable

import pytest

from metaextract_core.identify import Identity
from metaextract_core.identify.archives import recognises

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

Look = Callable[..., Identity]


def zipped(
    members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b""
) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.comment = comment
    return target.getvalue()


def content_types(main: str) -> bytes:
    return f'<Types><Override PartName="/a" ContentType="{main}"/></Types>'.encode()


@pytest.mark.parametrize(
    ("main", "media_type"),
    [
        (f"{DOCX}.main+xml", DOCX),
        (
            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            "application/vnd.ms-excel.sheet.macroenabled.12",
        ),
        (
            "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
            "application/vnd.ms-word.template.macroenabled.12",
        ),
        ("application/vnd.ms-visio.drawing.main+xml", "application/vnd.ms-visio.drawing"),
        ("application/vnd.evil.thing.main+xml", "application/zip"),
    ],
)
def test_an_open_xml_package_is_named_by_its_main_part(
    look: Look, main: str, media_type: str
) -> None:
    content = zipped({"z": b"1", "[Content_Types].xml": content_types(main)})
    assert look(content).media_type == media_type


@pytest.mark.parametrize(
    ("members", "media_type"),
    [
        ({"mimetype": b"application/epub+zip"}, "application/epub+zip"),
        (
            {"mimetype": b"application/vnd.oasis.opendocument.text"},
            "application/vnd.oasis.opendocument.text",
        ),
        ({"mimetype": b"<b>not a type</b>"}, "application/zip"),
        ({"META-INF/MANIFEST.MF": b""}, "application/java-archive"),
        (
            {"META-INF/MANIFEST.MF": b"", "AndroidManifest.xml": b""},
            "application/vnd.android.package-archive",
        ),
        ({"doc.kml": b""}, "application/vnd.google-earth.kmz"),
        ({"Index/Slide-1.iwa": b""}, "application/vnd.apple.keynote"),
        ({"a.txt": b""}, "application/zip"),
    ],
)
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_package_is_named_by_its_members(
    look: Look, members: dict[str, bytes], media_type: str, method: int
) -> None:
    assert look(zipped(members, method)).media_type == media_type


@pytest.mark.parametrize(
    ("part", "media_type"),
    [
        (
            "application/vnd.ms-package.xps-fixeddocumentsequence+xml",
            "application/vnd.ms-xpsdocument",
        ),
        ("application/vnd.ms-package.3dmanufacturing-3dmodel+xml", "model/3mf"),
    ],
)
def test_a_package_without_a_main_part_is_named_by_the_part_that_only_it_has(
    look: Look, part: str, media_type: str
) -> None:
    assert look(zipped({"[Content_Types].xml": content_types(part)})).media_type == media_type


def test_a_name_more_general_than_the_content_is_no_mismatch(look: Look) -> None:
    docx = zipped({"[Content_Types].xml": content_types(f"{DOCX}.main+xml"), "a": b""})
    assert look(docx, "a.zip") == Identity(DOCX, "content")


def test_a_zip_is_not_made_a_document_by_its_name(look: Look) -> None:
    plain = zipped({"notes.txt": b"words"})
    assert look(plain, "a.docx") == Identity("application/zip", "content", DOCX)


def test_a_zip_may_be_made_by_its_name_what_no_member_gives_away(look: Look) -> None:
    assert look(zipped({"1.jpg": b""}), "a.cbz") == Identity(
        "application/vnd.comicbook+zip", "name"
    )


def test_a_zip_that_is_cut_off_is_still_named_by_its_first_members(look: Look) -> None:
    members = {"[Content_Types].xml": content_types(f"{DOCX}.main+xml"), "b": os.urandom(5000)}
    assert look(zipped(members)[:-1000]).media_type == DOCX


def test_a_zip_with_a_comment_is_read_to_its_directory(look: Look) -> None:
    """The member that tells lies beyond the leading bytes."""
    members = {"filler": os.urandom(20000), "AndroidManifest.xml": b""}
    content = zipped(members, comment=b"c" * 60000)
    assert look(content).media_type == "application/vnd.android.package-archive"


def test_a_member_that_inflates_without_measure_is_not_inflated(look: Look) -> None:
    main = b" " * (20 << 20) + content_types(f"{DOCX}.main+xml")
    assert look(zipped({"[Content_Types].xml": main})).media_type == "application/zip"


def test_a_member_that_is_damaged_says_nothing(look: Look) -> None:
    content = bytearray(zipped({"[Content_Types].xml": content_types(f"{DOCX}.main+xml")}))
    start = 30 + len("[Content_Types].xml")
    content[start : start + 8] = b"\xff" * 8
    assert look(bytes(content)).media_type == "application/zip"


def test_it_recognises_documents_and_books_but_not_every_zip() -> None:
    assert recognises(DOCX)
    assert recognises("application/epub+zip")
    assert not recognises("application/vnd.comicbook+zip")
    assert not recognises("application/zip")
