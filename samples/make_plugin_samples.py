"""Makes the samples that the plugins of this tree ship: ``python samples/make_plugin_samples.py``.

Each plugin gets small files of every media type that it names, for ``plugins check --deep`` and for
its own tests. Pillow and pydicom write most of them; those of hachoir are written byte by byte, by
what its tests have for that. The two texts of the ExifTool plugin were written by hand.
"""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from make_samples import picture
from PIL import ExifTags, Image
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

ROOT = Path(__file__).parents[1]
_TEXTS = {
    "note.txt": "The lake stood at 406 m.\n",
    "letter.txt": "Dear Lena, the pictures are ready. Please send the bill to Zürich.\n",
}
_FORMATS = {
    "apng": "PNG",
    "avif": "AVIF",
    "bmp": "BMP",
    "dds": "DDS",
    "gif": "GIF",
    "j2c": "JPEG2000",
    "jp2": "JPEG2000",
    "jpx": "JPEG2000",
    "pbm": "PPM",
    "pcx": "PCX",
    "pgm": "PPM",
    "png": "PNG",
    "ppm": "PPM",
    "qoi": "QOI",
    "sgi": "SGI",
    "tga": "TGA",
    "tif": "TIFF",
    "webp": "WEBP",
}
_MODES = {"pbm": "1", "pgm": "L", "pcx": "L"}
_NOT_HASHED = {"dds", "qoi", "sgi"}
"""What Pillow opens and the hashes leave alone."""
_FIRST_LOOKS = {"tif", "webp"}
"""What exiv2 reads of them."""


def _photo(sun: float, model: str) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Helvetia Optik"
    exif[ExifTags.Base.Model] = model
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2024:08:01 20:40:12"
    return _encoded(picture(48, 32, sun), "JPEG", exif=exif, quality=60)


def _encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def _picture(suffix: str) -> bytes:
    """A picture of 24 by 16 pixels in the format that goes by a suffix."""
    image = picture(24, 16).convert(_MODES.get(suffix, "RGB"))
    options: dict[str, Any] = {}
    if suffix == "apng":
        options = {"save_all": True, "append_images": [picture(24, 16, 0.7)], "duration": 200}
    elif suffix == "j2c":
        options = {"no_jp2": True}
    content = _encoded(image, _FORMATS[suffix], **options)
    # The brand (ISO/IEC 15444-2 annex M) is all that tells an extended file from a plain one.
    return content.replace(b"ftypjp2 ", b"ftypjpx ", 1) if suffix == "jpx" else content


def _phantom(number: int) -> bytes:
    """A DICOM object of 8 by 8 pixels of a patient who does not exist."""
    # An arm below 2.25 is made of a UUID and needs no registration (PS3.5 section B.2).
    root = "2.25.203941578126095563771093851946530214"
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = f"{root}.3.{number}"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    dataset.SOPClassUID = SecondaryCaptureImageStorage
    dataset.SOPInstanceUID = f"{root}.3.{number}"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"{root}.1", f"{root}.2"
    dataset.Modality, dataset.InstanceNumber = "OT", number
    dataset.PatientName, dataset.PatientID = "Muster^Anna", "SAMPLE-0001"
    dataset.StudyDate, dataset.StudyTime = "20240801", "101500"
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows = dataset.Columns = 8
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
    dataset.PixelRepresentation = 0
    dataset.PixelData = bytes(range(number, number + 64))
    stream = io.BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def _by_hand() -> Iterator[tuple[str, bytes]]:
    """One file of each kind that hachoir reads; disk images as their partition table alone."""
    spec = importlib.util.spec_from_file_location(
        "conftest", ROOT / "tests" / "plugins" / "hachoir" / "conftest.py"
    )
    if spec is None or spec.loader is None:
        raise FileNotFoundError("the tests of hachoir are not there")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for kind, (_, make) in module.FILES.items():
        if kind not in ("fat16", "ext2"):
            yield f"{'disk.img' if kind == 'partitions' else f'sample.{kind}'}", make()
    yield "other.cab", module.cab(b"other.txt")


def _samples() -> Iterator[tuple[str, str, bytes]]:
    """Plugin, name and content of each sample."""
    for plugin in ("digests", "filesystem"):
        for name, text in _TEXTS.items():
            yield plugin, name, text.encode()
    photos = {"evening.jpg": _photo(0.6, "Kolibri 3"), "noon.jpg": _photo(0.1, "Kolibri 4")}
    for plugin in ("pillow", "imagehash", "exiv2"):
        for name, content in photos.items():
            yield plugin, name, content
    yield "exiftool", "evening.jpg", photos["evening.jpg"]
    for suffix in _FORMATS:
        content = _picture(suffix)
        yield "pillow", f"lake.{suffix}", content
        if suffix not in _NOT_HASHED:
            yield "imagehash", f"lake.{suffix}", content
        if suffix in _FIRST_LOOKS:
            yield "exiv2", f"lake.{suffix}", content
    for number in (1, 2):
        yield "dicom", f"phantom{number}.dcm", _phantom(number)
    for name, content in _by_hand():
        yield "hachoir", name, content


def main() -> None:
    """Write them all into the plugins' packages."""
    total = 0
    for plugin, name, content in _samples():
        path = ROOT / "plugins" / plugin / "src" / f"metaextract_{plugin}" / "samples" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        total += len(content)
        print(f"{len(content):>8}  {path.relative_to(ROOT)}")
    print(f"{total:>8}  in all")


if __name__ == "__main__":
    main()
