"""The Pillow extractor over images of each format, over bombs, and over the corpora."""

from __future__ import annotations

import contextlib
import json
import mimetypes
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageFile
from tests.plugins.identifying import media_type

from metaextract_core.identify.families import canonical
from metaextract_pillow.extractor import MAX_FRAME_WALK, PillowHeader
from metaextract_pillow.formats import READERS
from metaextract_sdk import Context, ExtractError
from metaextract_sdk.testing import Conformance, Host

from .conftest import CORPORA, Read, camera_exif, chunk, encode, png

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def picture(mode: str = "RGB", size: tuple[int, int] = (40, 30)) -> Image.Image:
    return Image.linear_gradient("L").resize(size).convert(mode)


class TestPillowConformance(Conformance):
    extractor = PillowHeader

    def media_type(self, sample: Path) -> str:
        return media_type(sample)


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/gif"),
        ("WEBP", "image/webp"),
        ("TIFF", "image/tiff"),
        ("BMP", "image/bmp"),
        ("JPEG2000", "image/jp2"),
        ("AVIF", "image/avif"),
        ("PPM", "image/x-portable-pixmap"),
        ("PCX", "image/vnd.zbrush.pcx"),
        ("TGA", "image/x-tga"),
        ("SGI", "image/x-sgi"),
        ("DDS", "image/vnd.ms-dds"),
        ("QOI", "image/qoi"),
    ],
)
def test_size_and_colour_of_every_format_without_decoding(
    read: Read, monkeypatch: pytest.MonkeyPatch, kind: str, media_type: str
) -> None:
    content = encode(picture("P" if kind == "GIF" else "RGB"), kind)

    def decoded(*_: object) -> None:
        raise AssertionError("the pixels were decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", decoded)
    data = read(content, media_type)
    assert (data["Format"], data["Width"], data["Height"]) == (kind, 40, 30)
    assert data["Frames"] == 1
    assert data["ColorMode"] in ("RGB", "palette", "grayscale")


@pytest.mark.parametrize(
    ("mode", "kind", "media_type", "colours", "channels", "transparent"),
    [
        ("1", "PNG", "image/png", "bilevel", 1, False),
        ("L", "PNG", "image/png", "grayscale", 1, False),
        ("LA", "PNG", "image/png", "grayscale", 2, True),
        ("I;16", "PNG", "image/png", "grayscale", 1, False),
        ("P", "PNG", "image/png", "palette", 1, False),
        ("RGBA", "PNG", "image/png", "RGB", 4, True),
        ("CMYK", "JPEG", "image/jpeg", "CMYK", 4, False),
        ("LAB", "TIFF", "image/tiff", "Lab", 3, False),
        ("F", "TIFF", "image/tiff", "grayscale", 1, False),
    ],
)
def test_colour_in_words(
    read: Read,
    mode: str,
    kind: str,
    media_type: str,
    colours: str,
    channels: int,
    transparent: bool,
) -> None:
    data = read(encode(Image.new(mode, (4, 4)), kind), media_type)
    assert (data["ColorMode"], data["Channels"], data["Transparency"]) == (
        colours,
        channels,
        transparent,
    )


def test_the_camera_speaks_through_exif(read: Read) -> None:
    data = read(encode(picture(), "JPEG", exif=camera_exif()), "image/jpeg")
    assert data["Make"] == "Canon"
    assert data["Orientation"] == 6
    assert data["DateTimeOriginal"] == "2024-05-01T12:00:00.25+02:00"
    assert data["GPSLatitude"] == pytest.approx(-33.8569)


def test_icc_profile_by_its_description(read: Read) -> None:
    data = read(encode(picture(), "JPEG", icc_profile=SRGB), "image/jpeg")
    assert data["ICCProfileDescription"] == "sRGB built-in"
    assert data["ICCProfileSize"] == len(SRGB)
    assert data["ICCProfileColorSpace"] == "RGB"


def test_a_damaged_icc_profile_is_a_warning(read: Read, context: Context) -> None:
    data = read(encode(picture(), "JPEG", icc_profile=b"not a profile"), "image/jpeg")
    assert data["ICCProfileSize"] == 13
    assert context.warnings == ["the ICC profile is damaged"]


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("GIF", "image/gif"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("AVIF", "image/avif")],
)
def test_frames_of_an_animation(read: Read, kind: str, media_type: str) -> None:
    frames = [picture().rotate(90 * turn) for turn in range(3)]
    data = read(
        encode(frames[0], kind, save_all=True, append_images=frames[1:], loop=5), media_type
    )
    assert (data["Frames"], data["Animated"]) == (3, True)
    if kind != "AVIF":
        assert data["Loop"] == 5


def test_a_large_gif_is_not_walked(read: Read, context: Context) -> None:
    """Counting means reading all of it in steps of at most 255 bytes."""
    content = encode(picture("P"), "GIF") + bytes(MAX_FRAME_WALK)
    data = read(content, "image/gif")
    assert "Frames" not in data
    assert context.warnings == ["frames are counted only in GIFs of up to 4 MiB"]


def test_images_of_an_mpo(read: Read) -> None:
    data = read(encode(picture(), "MPO", save_all=True, append_images=[picture()]), "image/jpeg")
    assert (data["Format"], data["Frames"]) == ("MPO", 2)
    assert "Animated" not in data


def test_comment_and_resolution(read: Read) -> None:
    data = read(encode(picture(), "JPEG", comment="früh", dpi=(300, 150)), "image/jpeg")
    assert data["Comment"] == "früh"
    assert (data["XResolution"], data["YResolution"]) == (300, 150)


def test_no_resolution_is_made_up(read: Read) -> None:
    """Pillow says 72 dpi of a JPEG with Exif but without a resolution."""
    exif = camera_exif()
    data = read(encode(picture(), "JPEG", exif=exif), "image/jpeg")
    assert "XResolution" not in data


def test_f12_a_pixel_bomb_is_measured_not_decoded(read: Read, context: Context) -> None:
    """F12: nothing is decoded here, so the header may be read; the record says what it is."""
    data = read(png(width=60_000, height=60_000), "image/png")
    assert (data["Width"], data["Height"]) == (60_000, 60_000)
    assert context.warnings == ["60000 x 60000 pixels: too many to be decoded safely"]


def test_f12_a_webp_that_would_allocate_its_canvas_is_measured_and_refused(read: Read) -> None:
    """F12: WebP's parser makes room for the pixels when it is created."""
    size = struct.pack("<I", 16382)[:3] * 2
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + bytes(4) + size
    with pytest.raises(ExtractError, match="too much memory") as caught:
        read(b"RIFF" + struct.pack("<I", len(body)) + body, "image/webp")
    assert caught.value.status == "refused"
    assert caught.value.data == {"Format": "WEBP", "Width": 16383, "Height": 16383}


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt"])
def test_f11_text_that_inflates_without_measure_is_refused(read: Read, kind: bytes) -> None:
    """F11: 64 MB of text in 64 kB."""
    flags = b"\0" if kind == b"zTXt" else b"\x01\0\0\0"
    bomb = chunk(kind, b"Comment\0" + flags + zlib.compress(bytes(64 << 20)))
    with pytest.raises(ExtractError, match="inflates without measure") as caught:
        read(png(bomb), "image/png")
    assert caught.value.status == "refused"


def test_f11_a_bomb_behind_the_pixels_costs_the_text_alone(read: Read) -> None:
    """F11: the header was read before, and is reported."""
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(64 << 20)))
    with pytest.raises(ExtractError, match="inflates without measure") as caught:
        read(png(tail=(bomb,)), "image/png")
    assert caught.value.data is not None
    assert caught.value.data["Width"] == 3


def test_damaged_exif_costs_exif_alone(read: Read) -> None:
    content = encode(picture(), "JPEG", exif=b"Exif\0\0XX\0\x2a\0\0\0\x08garbage")
    with pytest.raises(ExtractError, match="Exif cannot be read") as caught:
        read(content, "image/jpeg")
    assert caught.value.data is not None
    assert caught.value.data["Width"] == 40


def test_an_empty_file_is_skipped(read: Read) -> None:
    with pytest.raises(ExtractError) as caught:
        read(b"", "image/png")
    assert caught.value.status == "skipped"


def test_names_of_texts_cannot_pass_for_other_facts(read: Read) -> None:
    """Pillow keeps PNG's texts and the header's facts in one mapping."""
    names = (b"dpi", b"gamma", b"comment", b"icc_profile", b"loop", b"Make", b"compression")
    texts = [chunk(b"tEXt", name + b"\0spoof") for name in names]
    data = read(png(*texts), "image/png")
    spoofed = {tag for tag, value in data.items() if value == "spoof"}
    assert spoofed - {"Compression"} == {f"PNG:{name.decode()}" for name in names}


def test_a_format_is_opened_by_its_own_reader_only(read: Read) -> None:
    """The media type decides; a PNG that is called a JPEG is no JPEG."""
    with pytest.raises(ExtractError, match="signature is missing"):
        read(encode(picture(), "PNG"), "image/jpeg")


needs_corpora = pytest.mark.skipif(not CORPORA.is_dir(), reason=f"no corpora at {CORPORA}")


@needs_corpora
@pytest.mark.parametrize("media_type", {reader: kind for kind, reader in READERS.items()}.values())
def test_no_file_at_all_breaks_a_reader(media_type: str) -> None:
    """Each file of the corpora, handed to each reader: data, or an ExtractError and no other."""
    host = Host(PillowHeader)
    for path in sorted(CORPORA.glob("*/*")):
        with contextlib.suppress(ExtractError):
            assert host.extract(path, media_type=media_type)["Format"]


@needs_corpora
@pytest.mark.skipif(shutil.which("exiftool") is None, reason="ExifTool is not installed")
def test_sizes_agree_with_exiftool() -> None:
    types = {path: mimetypes.guess_type(path.name)[0] for path in sorted(CORPORA.glob("*/*"))}
    images = {path: kind for path, kind in types.items() if kind in READERS}
    command = ["exiftool", "-json", "-n", "-ImageWidth", "-ImageHeight", "-MIMEType"]
    answer = subprocess.run([*command, *map(str, images)], capture_output=True, check=False)
    compared = 0
    for said in json.loads(answer.stdout):
        media_type = canonical(said.get("MIMEType", ""))
        if media_type not in READERS or "ImageWidth" not in said:
            continue
        if Path(said["SourceFile"]).name == "testAVIF.avif":
            continue  # it is cut off, which libavif does not accept and ExifTool does not look at
        data = Host(PillowHeader).extract(said["SourceFile"], media_type=media_type)
        assert (data["Width"], data["Height"]) == (said["ImageWidth"], said["ImageHeight"]), said
        compared += 1
    assert compared > 50
