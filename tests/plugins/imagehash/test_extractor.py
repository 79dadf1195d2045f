"""Hashes against ImageHash's own over the whole picture, and pictures that nobody should decode."""

from __future__ import annotations

import contextlib
import io
import mimetypes
import os
import random
import struct
import zlib
from pathlib import Path
from typing import Any

import imagehash
import numpy as np
import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo
from tests.plugins.identifying import media_type

from metaextract_core.fields import FIELDS
from metaextract_imagehash.decoding import FORMATS
from metaextract_imagehash.extractor import PerceptualHashes
from metaextract_sdk import ExtractError
from metaextract_sdk.testing import Conformance, Host

ROOT = Path(__file__).parents[3]
CORPORA = Path(os.environ.get("METAEXTRACT_CORPORA", ROOT.parent / "shared" / "corpora"))
FUNCTIONS = {
    "AverageHash": imagehash.average_hash,
    "DifferenceHash": imagehash.dhash,
    "PerceptualHash": imagehash.phash,
    "WaveletHash": imagehash.whash,
}
WORST = 3
"""Bits of 64 by which a hash of a reduced picture may differ; the README says so too."""


def scene(seed: int, width: int, height: int) -> Image.Image:
    """Soft light, hard edges and the noise of a sensor: what makes up a photograph."""
    rng, pick = np.random.default_rng(seed), random.Random(seed)
    light = rng.integers(0, 255, (pick.randint(4, 12), pick.randint(4, 16), 3), dtype=np.uint8)
    image = Image.fromarray(light).resize((width, height), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(pick.randint(3, 40)):
        x, y, side = pick.randint(0, width), pick.randint(0, height), pick.randint(9, width // 4)
        fill = (pick.randint(0, 255), pick.randint(0, 255), pick.randint(0, 255))
        draw.ellipse((x, y, x + side, y + side * pick.uniform(0.3, 1.5)), fill=fill)
    noisy = np.asarray(image) + rng.normal(0, 6, (height, width, 3))
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def hashes(content: bytes, media_type: str, folder: Path) -> dict[str, Any]:
    path = folder / "picture"
    path.write_bytes(content)
    return Host(PerceptualHashes).extract(path, media_type=media_type)


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def distances(content: bytes, data: dict[str, Any]) -> dict[str, int]:
    """Bits by which `data` differs from ImageHash's own words on the whole picture."""
    with Image.open(io.BytesIO(content)) as image:
        return {
            tag: int(imagehash.hex_to_hash(data[tag]) - function(image))
            for tag, function in FUNCTIONS.items()
        }


class TestImageHashConformance(Conformance):
    extractor = PerceptualHashes

    def media_type(self, sample: Path) -> str:
        return media_type(sample)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("size", [(511, 900), (300, 200), (8, 8), (7, 3), (1, 1)])
def test_below_twice_the_edge_they_are_those_of_imagehash(
    tmp_path: Path, kind: str, size: tuple[int, int]
) -> None:
    content = encode(scene(1, max(size[0], 40), 40).resize(size), kind)
    data = hashes(content, f"image/{kind.lower()}", tmp_path)
    assert data == {tag: str(f(Image.open(io.BytesIO(content)))) for tag, f in FUNCTIONS.items()}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("kind", "options"), [("JPEG", {"quality": 90}), ("PNG", {})])
def test_reduced_pictures_stay_within_the_stated_distance(
    tmp_path: Path, kind: str, options: dict[str, Any], seed: int
) -> None:
    size = [(1600, 1200), (1200, 1600), (1920, 1080), (1024, 600), (2000, 1400), (513, 512)][seed]
    content = encode(scene(seed, *size), kind, **options)
    found = distances(content, hashes(content, f"image/{kind.lower()}", tmp_path))
    assert max(found.values()) <= WORST, found


def test_the_distance_tells_pictures_apart(tmp_path: Path) -> None:
    """`WORST` means something: other scenes are far beyond it."""
    data = [hashes(encode(scene(n, 640, 480), "JPEG"), "image/jpeg", tmp_path) for n in range(6)]
    for tag in FUNCTIONS:
        values = [imagehash.hex_to_hash(item[tag]) for item in data]
        apart = [a - b for n, a in enumerate(values) for b in values[:n]]
        assert min(apart) > 2 * WORST, tag


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("L", "PNG"),
        ("LA", "PNG"),
        ("P", "PNG"),
        ("RGBA", "PNG"),
        ("I;16", "PNG"),
        ("CMYK", "JPEG"),
        ("CMYK", "TIFF"),
        ("LAB", "TIFF"),
        ("I;16", "TIFF"),
        ("I", "TIFF"),
        ("F", "TIFF"),
    ],
)
def test_every_mode_is_hashed(tmp_path: Path, mode: str, kind: str) -> None:
    """The same scene has nearly the same hash in any mode."""
    grey = scene(3, 320, 240).convert("L")
    if mode in ("I", "I;16", "F"):
        wide = Image.fromarray(np.asarray(grey).astype(np.uint16) * 200)
        image = wide if mode == "I;16" else wide.convert("I").convert(mode)
    elif mode == "LAB":
        image = Image.merge("LAB", [grey, Image.new("L", grey.size), Image.new("L", grey.size)])
    else:
        image = grey.convert("RGB").convert(mode) if mode == "CMYK" else grey.convert(mode)
    data = hashes(encode(image, kind), f"image/{kind.lower()}", tmp_path)
    apart = {t: imagehash.hex_to_hash(data[t]) - f(grey) for t, f in FUNCTIONS.items()}
    assert max(apart.values()) <= 4, apart


def test_a_bilevel_picture_has_the_hashes_of_imagehash(tmp_path: Path) -> None:
    content = encode(scene(3, 320, 240).convert("1"), "PNG")
    assert not any(distances(content, hashes(content, "image/png", tmp_path)).values())


def test_sixteen_bits_big_endian(tmp_path: Path) -> None:
    """Pillow has no writer for it: one strip of big-endian samples (TIFF 6.0 section 2)."""
    tags = [(256, 4), (257, 4), (258, 16), (259, 1), (262, 1), (273, 200), (277, 1), (278, 4)]
    tags.append((279, 32))
    body = struct.pack(">H", len(tags))
    body += b"".join(struct.pack(">HHII", tag, 4, 1, value) for tag, value in tags) + bytes(4)
    content = (b"MM\0*" + struct.pack(">I", 8) + body).ljust(200, b"\0")
    samples = [value * 4096 for value in (0, 9, 3, 12, 7, 1, 15, 4, 8, 2, 14, 5, 11, 6, 10, 13)]
    content += struct.pack(">16H", *samples)
    native = Image.fromarray(np.array(samples, dtype=np.uint16).reshape(4, 4))
    expected = hashes(encode(native, "PNG"), "image/png", tmp_path)
    assert hashes(content, "image/tiff", tmp_path) == expected


@pytest.mark.parametrize("shade", [0, 128, 255])
@pytest.mark.parametrize("mode", ["L", "RGB", "I;16"])
def test_a_uniform_picture_has_hashes_too(tmp_path: Path, mode: str, shade: int) -> None:
    colour = (shade, shade, shade) if mode == "RGB" else shade
    data = hashes(encode(Image.new(mode, (600, 600), colour), "PNG"), "image/png", tmp_path)
    assert data["DifferenceHash"] == "0" * 16
    assert all(len(value) == 16 for value in data.values())


def test_an_animation_is_hashed_by_its_first_frame(tmp_path: Path) -> None:
    first, second = (scene(seed, 100, 80).convert("P") for seed in (1, 2))
    moving = encode(first, "GIF", save_all=True, append_images=[second])
    still = encode(first, "GIF")
    assert hashes(moving, "image/gif", tmp_path) == hashes(still, "image/gif", tmp_path)


def bomb(width: int, height: int) -> bytes:
    """A PNG that promises pixels and has none."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        crc = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", b""), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("size", [(60_000, 60_000), (11_000, 11_000)])
def test_f12_a_pixel_bomb_is_refused_from_its_header(tmp_path: Path, size: tuple[int, int]) -> None:
    """F12: beyond Pillow's limit, and beyond the bytes that this extractor allows."""
    with pytest.raises(ExtractError, match="too much memory") as caught:
        hashes(bomb(*size), "image/png", tmp_path)
    assert caught.value.status == "refused"


@pytest.mark.parametrize(("count", "length"), [(1, 2_000_000), (80, 1_000_000)])
def test_f11_text_that_inflates_without_measure_is_refused(
    tmp_path: Path, count: int, length: int
) -> None:
    """One text beyond Pillow's limit, and many that are beyond it together."""
    info = PngInfo()
    for number in range(count):
        info.add_text(f"Comment{number}", "x" * length, zip=True)
    path = tmp_path / "bomb.png"
    Image.new("L", (16, 16)).save(path, pnginfo=info)
    with pytest.raises(ExtractError, match="inflates without measure") as caught:
        Host(PerceptualHashes).extract(path, media_type="image/png")
    assert caught.value.status == "refused"


def test_f12_a_progressive_jpeg_counts_its_coefficients(tmp_path: Path) -> None:
    """F12: a draft makes the picture small, but not what the decoder keeps of every scan."""
    content = bytearray(encode(Image.new("RGB", (64, 64)), "JPEG", progressive=True))
    start = content.index(b"\xff\xc2") + 5
    content[start : start + 4] = struct.pack(">HH", 12_000, 12_000)
    with pytest.raises(ExtractError, match="too much memory"):
        hashes(bytes(content), "image/jpeg", tmp_path)


def test_a_truncated_picture_fails_with_a_reason(tmp_path: Path) -> None:
    content = encode(scene(1, 320, 240), "JPEG")
    with pytest.raises(ExtractError, match="truncated") as caught:
        hashes(content[: len(content) // 2], "image/jpeg", tmp_path)
    assert caught.value.status == "failed"


def test_values_without_a_range_fail_with_a_reason(tmp_path: Path) -> None:
    content = encode(Image.new("F", (10, 10), float("inf")), "TIFF")
    with pytest.raises(ExtractError, match="no finite range"):
        hashes(content, "image/tiff", tmp_path)


def test_an_empty_file_is_skipped(tmp_path: Path) -> None:
    with pytest.raises(ExtractError) as caught:
        hashes(b"", "image/png", tmp_path)
    assert caught.value.status == "skipped"


def test_every_tag_has_a_canonical_field() -> None:
    assert set(PerceptualHashes.crosswalk) == set(FUNCTIONS)
    assert set(PerceptualHashes.crosswalk.values()) <= set(FIELDS)


@pytest.mark.skipif(not CORPORA.is_dir(), reason=f"no corpora at {CORPORA}")
def test_every_image_of_the_corpora_has_hashes_or_a_reason() -> None:
    host = Host(PerceptualHashes)
    read = 0
    for path in sorted(CORPORA.glob("*/*")):
        kind = mimetypes.guess_type(path.name)[0]
        if kind not in FORMATS:
            continue
        with contextlib.suppress(ExtractError):
            assert set(host.extract(path, media_type=kind)) == set(FUNCTIONS)
            read += 1
    assert read > 50
