"""The exiv2 extractor over each format, over damage, and beside ExifTool."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path

import pytest
from tests.plugins.identifying import media_type

from metaextract_exiv2.extractor import Exiv2
from metaextract_pillow.extractor import PillowHeader
from metaextract_sdk import ExtractError
from metaextract_sdk.testing import Conformance

from .conftest import CAMERA, Read, encode, tagged

KINDS = [("JPEG", "image/jpeg"), ("TIFF", "image/tiff"), ("WEBP", "image/webp")]


class TestExiv2(Conformance):
    extractor = Exiv2

    def media_type(self, sample: Path) -> str:
        return media_type(sample)


def test_it_runs_instead_of_pillow_and_in_the_profile_fast_alone() -> None:
    """Elsewhere ExifTool says more, and what Pillow says of a picture is wanted beside it."""
    assert Exiv2.instead_of == ("pillow",)
    assert Exiv2.profiles == ("fast",)
    assert set(Exiv2.media_types) < set(PillowHeader.media_types)


@pytest.mark.parametrize(("kind", "of_type"), KINDS)
def test_every_format_gives_its_size_and_its_tags(read: Read, kind: str, of_type: str) -> None:
    content = tagged(encode(kind), CAMERA, xmp={"Xmp.dc.subject": ["lake", "boat"]})
    data = read(content, of_type)
    assert (data["Width"], data["Height"], data["Frames"]) == (40, 30, 1)
    assert data["Exif.Image.Make"] == "Helvetia Optik"
    assert data["Exif.GPSInfo.GPSLatitude"] == -33.8569
    assert data["Xmp.dc.subject"] == ["lake", "boat"]


def test_iptc_is_read(read: Read) -> None:
    content = tagged(encode(), iptc={"Iptc.Application2.Keywords": ["lake", "boat"]})
    assert read(content)["Iptc.Application2.Keywords"] == ["lake", "boat"]


def test_opacity_is_told_by_a_tiff(read: Read) -> None:
    assert read(encode("TIFF", "RGBA"), "image/tiff")["Transparency"] is True
    assert read(encode("TIFF", "RGB"), "image/tiff")["Transparency"] is False


def test_the_comment_of_a_jpeg(read: Read) -> None:
    assert read(encode(comment="Zürich"))["Comment"] == "Zürich"
    assert read(encode(comment="Zürich".encode("latin-1")))["Comment"] == "Zürich"


def test_an_empty_file_and_a_type_of_others_are_skipped(read: Read) -> None:
    for content, of_type in ((b"", "image/jpeg"), (b"GIF89a", "image/gif")):
        with pytest.raises(ExtractError) as caught:
            read(content, of_type)
        assert caught.value.status == "skipped"


@pytest.mark.parametrize("content", [b"plain text " * 50, encode("PNG")], ids=["text", "png"])
def test_content_of_another_kind_fails_with_a_reason(read: Read, content: bytes) -> None:
    with pytest.raises(ExtractError, match="exiv2") as caught:
        read(content)
    assert (caught.value.status, caught.value.data) == ("failed", None)


@pytest.mark.parametrize(("kind", "of_type"), KINDS)
def test_damage_gives_data_or_an_error(
    read: Read, kind: str, of_type: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Cut anywhere, or with wild numbers anywhere; and nothing is printed."""
    whole = tagged(encode(kind), CAMERA, xmp={"Xmp.dc.subject": ["lake"]})
    draw = random.Random(7)
    contents = [whole[:length] for length in range(1, len(whole), len(whole) // 30)]
    for _ in range(100):
        at = draw.randrange(len(whole) - 4)
        wild = draw.choice((b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", draw.randbytes(4)))
        contents.append(whole[:at] + wild + whole[at + 4 :])
    for content in contents:
        with contextlib.suppress(ExtractError):
            assert read(content, of_type)
    assert capfd.readouterr() == ("", "")


def test_a_count_without_measure_takes_no_room(read: Read) -> None:
    """A tag of four thousand million texts, in a file of a few bytes."""
    tag = b"\x0f\x01\x02\x00\xff\xff\xff\xff\x08\x00\x00\x00"
    data = read(b"II*\0\x08\0\0\0\x01\0" + tag + bytes(4), "image/tiff")
    assert "Exif.Image.Make" not in data
