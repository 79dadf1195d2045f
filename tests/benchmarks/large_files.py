"""Sparse files of many formats: a beginning that is real, and then a hole."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable


def jpeg() -> tuple[bytes, bytes]:
    """A real beginning up to the pixels, and then nothing but the hole."""
    whole = _picture("JPEG")
    return whole, whole[: whole.index(b"\xff\xda") + 14]


def trailer() -> tuple[bytes, bytes]:
    """A whole JPEG, and the hole behind it."""
    whole = _picture("JPEG")
    return whole, whole


def png() -> tuple[bytes, bytes]:
    """A PNG whose data chunk says that it takes as much as a chunk can."""
    whole = _picture("PNG")
    start = whole.index(b"IDAT") - 4
    return whole, whole[:start] + struct.pack(">I", 0x7FFFFFFF) + b"IDAT"


def tiff() -> tuple[bytes, bytes]:
    """A whole TIFF, and the hole behind it."""
    whole = _picture("TIFF")
    return whole, whole


def mp4() -> tuple[bytes, bytes]:
    """A film whose samples (`mdat`, ISO/IEC 14496-12) are the hole."""
    kind = struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 0, b"isom")
    times = struct.pack(">IIIII", 0, 0, 0, 1000, 5000)
    header = struct.pack(">I4s", 108, b"mvhd") + times + bytes(80)
    film = struct.pack(">I4s", len(header) + 8, b"moov") + header
    small = kind + film + struct.pack(">I4s", 8, b"mdat")
    return small, kind + film + struct.pack(">I4s", 0, b"mdat")


def unknown() -> tuple[bytes, bytes]:
    """Nothing that anybody knows."""
    start = bytes(range(251, 130, -1))
    return start + bytes(1000), start


def tar() -> tuple[bytes, bytes]:
    """An archive with one member that is the hole."""
    import tarfile

    member = tarfile.TarInfo("hole")
    whole = member.tobuf() + bytes(1024)
    member.size = 4 << 30
    return whole, member.tobuf()


def disk() -> tuple[bytes, bytes]:
    """A disk image with a partition table and nothing on it."""
    entry = struct.pack("<BBBBBBBBII", 0x80, 1, 1, 0, 0x83, 254, 63, 255, 63, 8_000_000)
    table = bytes(446) + entry + bytes(48) + b"\x55\xaa"
    return table + bytes(1 << 16), table


def dicom() -> tuple[bytes, bytes]:
    """An image whose pixels are the hole."""
    import pydicom
    from pydicom.uid import UID, ExplicitVRLittleEndian, SecondaryCaptureImageStorage

    image = pydicom.Dataset()
    image.file_meta = pydicom.dataset.FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.file_meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    image.file_meta.MediaStorageSOPInstanceUID = UID("1.2.3.4")
    image.SOPClassUID, image.SOPInstanceUID = SecondaryCaptureImageStorage, "1.2.3.4"
    image.PatientName, image.Rows, image.Columns = "Hole", 60000, 35000
    stream = io.BytesIO()
    image.save_as(stream, enforce_file_format=True)
    start = stream.getvalue()
    element = struct.pack("<HH2sH", 0x7FE0, 0x0010, b"OW", 0)
    return start, start + element + struct.pack("<I", 0xFFFFFFFE)


def text() -> tuple[bytes, bytes]:
    """A JSON text of which one value begins and never ends."""
    return b'{"title": "small"}\n', b'{"title": "large'


def of(start: bytes) -> Callable[[], tuple[bytes, bytes]]:
    """Only a beginning, of which everything else is missing."""
    return lambda: (start + bytes(64), start)


def _picture(format_: str) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Helvetia Optik"
    more = {"exif": exif.tobytes()} if format_ == "JPEG" else {}
    Image.radial_gradient("L").resize((640, 480)).convert("RGB").save(stream, format_, **more)
    return stream.getvalue()


KINDS: dict[str, tuple[Callable[[], tuple[bytes, bytes]], str]] = {
    "bzip2": (of(b"BZh91AY&SY"), ".bz2"),
    "dicom": (dicom, ".dcm"),
    "disk": (disk, ".img"),
    "gzip": (of(b"\x1f\x8b\x08\0\0\0\0\0\0\x03"), ".gz"),
    "jpeg": (jpeg, ".jpg"),
    "jpeg-trailer": (trailer, ".jpg"),
    "json": (text, ".json"),
    "mp4": (mp4, ".mp4"),
    "pdf": (of(b"%PDF-1.7\n1 0 obj\n<</Length 5000000000>>\nstream\n"), ".pdf"),
    "png": (png, ".png"),
    "svg": (of(b'<svg xmlns="http://www.w3.org/2000/svg"><title>large'), ".svg"),
    "tar": (tar, ".tar"),
    "tiff": (tiff, ".tif"),
    "unknown": (unknown, ".xyz"),
    "wav": (of(b"RIFF\xff\xff\xff\xffWAVEdata\xf0\xff\xff\xff"), ".wav"),
    "webp": (
        of(b"RIFF\xff\xff\xff\xffWEBPVP8 \xf0\xff\xff\xff\0\0\0\x9d\x01\x2a\x80\0\x80\0"),
        ".webp",
    ),
    "zip": (
        of(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\x7f\xff\xff\xff\x7f\4\0\0\0hole"),
        ".zip",
    ),
}
"""Kind -> what makes a small file and the beginning of a large one, and the ending of the name."""
