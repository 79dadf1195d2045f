"""Makes the files of this folder: ``python samples/make_samples.py [FOLDER]``.

Pillow draws the pictures, pydicom writes the DICOM object, ExifTool puts EXIF, IPTC and XMP into
pictures; `by_hand` writes the rest byte by byte. Running it again with the same versions of these
tools gives the same bytes. All people, devices and works in the metadata are invented; the places
are real.
"""

from __future__ import annotations

import math
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pydicom
from by_hand import (
    CREATOR,
    RIGHTS,
    bell_wav,
    letter_docx,
    map_svg,
    notes_zip,
    report_pdf,
    silence_mp3,
)
from PIL import Image, ImageDraw, PngImagePlugin
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, SecondaryCaptureImageStorage


def picture(width: int, height: int, sun: float = 0.3) -> Image.Image:
    """A lake between hills; `sun` is how far down the sky the sun stands, 0 to 1."""
    sky = Image.linear_gradient("L").resize((width, height))
    image = Image.merge(
        "RGB",
        (
            sky.point(lambda level: 70 + level * 170 // 255),
            sky.point(lambda level: 120 + level * 90 // 255),
            sky.point(lambda level: 190 - level * 40 // 255),
        ),
    )
    draw = ImageDraw.Draw(image)
    shore = height * 6 // 10
    radius = height // 14
    x, y = width * 7 // 10, int(shore * sun) + radius
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(255, 236, 190))
    for layer, colour in enumerate(((104, 122, 150), (74, 96, 116), (50, 76, 80))):
        turns = 5 + layer * 3
        hill = height * (3 - layer) / 14
        ridge = [
            (x, shore - hill - math.sin(x * turns / width + layer) * height / 18)
            for x in range(0, width + 8, 8)
        ]
        draw.polygon([(0, shore), *ridge, (width, shore)], fill=colour)
    lake = image.crop((0, shore - (height - shore), width, shore)).transpose(
        Image.Transpose.FLIP_TOP_BOTTOM
    )
    image.paste(Image.blend(lake, Image.new("RGB", lake.size, (40, 86, 116)), 0.45), (0, shore))
    for row in range(shore + 4, height, 9):
        start = (row * 37) % width
        draw.line((start, row, start + width // 6, row), fill=(150, 180, 196))
    return image


def tag(path: Path, *assignments: str) -> None:
    """Let ExifTool write `assignments` (``Group:Tag=value``) into `path`."""
    program = shutil.which("exiftool")
    if program is None:
        sys.exit("ExifTool is missing; on Debian: apt install libimage-exiftool-perl")
    arguments = [f"-{assignment}" for assignment in assignments]
    command = [program, "-config", "", "-q", "-overwrite_original", *arguments, str(path)]
    subprocess.run(command, check=True)


_CAMERA = (
    "IFD0:Make=Helvetia Optik",
    "IFD0:Model=Kolibri 3",
    "IFD0:Software=Kolibri 3 v1.4.2",
    "IFD0:Orientation#=1",
    "ExifIFD:ExposureTime=1/250",
    "ExifIFD:FNumber=8",
    "ExifIFD:ISO=100",
    "ExifIFD:FocalLength=35",
    "ExifIFD:FocalLengthIn35mmFormat=52",
    "ExifIFD:ExposureProgram#=3",
    "ExifIFD:MeteringMode#=5",
    "ExifIFD:Flash#=16",
    "ExifIFD:LensModel=Kolibri 35mm f/2",
    "ExifIFD:SerialNumber=HK3-004217",
    "ExifIFD:ColorSpace#=1",
)
_ZURICH = (
    "GPS:GPSLatitude=47.3546",
    "GPS:GPSLatitudeRef=N",
    "GPS:GPSLongitude=8.5506",
    "GPS:GPSLongitudeRef=E",
    "GPS:GPSAltitude=406",
    "GPS:GPSAltitudeRef#=0",
    "GPS:GPSImgDirection=205",
    "GPS:GPSImgDirectionRef=T",
    "GPS:GPSDateStamp=2024:08:01",
    "GPS:GPSTimeStamp=18:40:12",
)


def lakeside_jpg(path: Path) -> None:
    """A photograph as an agency delivers it: EXIF, GPS, IPTC and XMP that agree."""
    thumbnail = path.with_suffix(".thumbnail")
    picture(160, 107).save(thumbnail, "JPEG", quality=70)
    picture(960, 640).save(path, "JPEG", quality=82, dpi=(300, 300))
    tag(
        path,
        *_CAMERA,
        *_ZURICH,
        "ExifIFD:DateTimeOriginal=2024:08:01 20:40:12",
        "ExifIFD:CreateDate=2024:08:01 20:40:12",
        "ExifIFD:OffsetTimeOriginal=+02:00",
        "ExifIFD:OffsetTimeDigitized=+02:00",
        "IFD0:ModifyDate=2024:08:03 09:30:00",
        f"IFD0:Artist={CREATOR}",
        f"IFD0:Copyright={RIGHTS}",
        "IFD0:ImageDescription=Evening at the Zürichhorn",
        f"ThumbnailImage<={thumbnail}",
        "IPTC:CodedCharacterSet=UTF8",
        "IPTC:ObjectName=Evening on the lake",
        "IPTC:Headline=Calm evening on Lake Zurich",
        "IPTC:Caption-Abstract=Evening at the Zürichhorn",
        f"IPTC:By-line={CREATOR}",
        f"IPTC:CopyrightNotice={RIGHTS}",
        "IPTC:Credit=Amsler Photography",
        "IPTC:Sub-location=Zürichhorn",
        "IPTC:City=Zürich",
        "IPTC:Province-State=Zürich",
        "IPTC:Country-PrimaryLocationName=Switzerland",
        "IPTC:Keywords=lake",
        "IPTC:Keywords=evening",
        "IPTC:Keywords=Zürich",
        "IPTC:DateCreated=2024:08:01",
        "IPTC:TimeCreated=20:40:12+02:00",
        "XMP-dc:Title=Evening on the lake",
        "XMP-dc:Description=Evening at the Zürichhorn",
        f"XMP-dc:Creator={CREATOR}",
        f"XMP-dc:Rights={RIGHTS}",
        "XMP-dc:Subject=lake",
        "XMP-dc:Subject=evening",
        "XMP-dc:Subject=Zürich",
        "XMP-photoshop:DateCreated=2024:08:01 20:40:12+02:00",
        "XMP-photoshop:City=Zürich",
        "XMP-xmpRights:UsageTerms=Editorial use with credit",
        "XMP-xmp:Rating=4",
    )
    thumbnail.unlink()


def two_clocks_jpg(path: Path) -> None:
    """A picture whose EXIF, IPTC and XMP contradict each other on time, author and place."""
    picture(640, 427, sun=0.6).save(path, "JPEG", quality=80)
    tag(
        path,
        *_CAMERA,
        *_ZURICH,
        "ExifIFD:DateTimeOriginal=2024:08:01 20:40:12",
        "ExifIFD:CreateDate=2024:08:01 20:40:12",
        f"IFD0:Artist={CREATOR}",
        f"IFD0:Copyright={RIGHTS}",
        "IPTC:CodedCharacterSet=UTF8",
        "IPTC:DateCreated=2024:08:02",
        "IPTC:TimeCreated=08:15:00+02:00",
        "IPTC:By-line=L. Amsler, Zürich",
        "IPTC:City=Luzern",
        "XMP-xmp:CreateDate=2023-08-01T20:40:12+02:00",
        "XMP-photoshop:DateCreated=2023-08-01T20:40:12+02:00",
        "XMP-photoshop:City=Zürich",
        "XMP-dc:Creator=Amsler Photography",
        "XMP-dc:Rights=Public domain",
    )


def holiday_txt(path: Path) -> None:
    """A JPEG whose name says that it is text."""
    honest = path.with_suffix(".jpg")  # ExifTool would not write into the other
    picture(240, 160, sun=0.1).save(honest, "JPEG", quality=75)
    tag(honest, "IFD0:Make=Helvetia Optik", "ExifIFD:DateTimeOriginal=2022:07:14 11:05:00")
    honest.replace(path)


def print_tif(path: Path) -> None:
    """Two pages for print, with compression, resolution and a description."""
    pages = [
        picture(400, 267, sun=sun).quantize(32, dither=Image.Dither.NONE) for sun in (0.2, 0.7)
    ]
    pages[0].save(
        path, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw", dpi=(600, 600)
    )
    tag(
        path,
        f"IFD0:Artist={CREATOR}",
        f"IFD0:Copyright={RIGHTS}",
        "IFD0:ImageDescription=Proof sheet, pages 1 and 2",
        "IFD0:Software=Proofmaker 2.1",
        "IFD0:ModifyDate=2024:08:03 09:30:00",
    )


def tide_png(path: Path) -> None:
    """A diagram with text chunks and a time."""
    image = Image.new("RGB", (480, 240), (250, 250, 246))
    draw = ImageDraw.Draw(image)
    for hour in range(0, 25, 3):
        draw.line((hour * 20, 0, hour * 20, 240), fill=(224, 224, 220))
    curve = [(x, 120 - math.sin(x / 480 * 4 * math.pi) * 80) for x in range(480)]
    draw.line(curve, fill=(30, 100, 150), width=3)
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Title", "Tide at Saint-Malo")
    texts.add_text("Author", CREATOR)
    texts.add_text("Copyright", "(c) 2024 Lena Amsler")
    texts.add_text("Software", "Tideplot 0.9")
    texts.add_itxt("Description", "Hauteur d'eau à Saint-Malo, 24 heures", lang="fr")
    texts.add_text("Comment", "Heights are relative. " * 12, zip=True)
    texts.add(b"tIME", struct.pack(">H5B", 2024, 8, 3, 7, 30, 0))
    image.save(path, "PNG", pnginfo=texts, dpi=(144, 144))


def pond_webp(path: Path) -> None:
    """A picture for the web with EXIF and XMP."""
    picture(480, 320, sun=0.45).save(path, "WEBP", quality=75, method=4)
    tag(
        path,
        "IFD0:Make=Helvetia Optik",
        "ExifIFD:DateTimeOriginal=2024:05:19 07:12:44",
        f"IFD0:Artist={CREATOR}",
        "XMP-dc:Title=Pond in the morning",
        f"XMP-dc:Creator={CREATOR}",
    )


def sunset_gif(path: Path) -> None:
    """Eight frames of a setting sun, in a loop, with a comment."""
    frames = [
        picture(160, 107, sun=step / 8).quantize(24, dither=Image.Dither.NONE) for step in range(8)
    ]
    frames[0].save(
        path, "GIF", save_all=True, append_images=frames[1:], duration=200, loop=0,
        comment=b"Sunset over a lake",
    )  # fmt: skip


def phantom_dcm(path: Path) -> None:
    """A test object of circles, 128 by 128, of a patient who does not exist."""
    image = Image.new("L", (128, 128))
    draw = ImageDraw.Draw(image)
    for radius, level in ((58, 60), (44, 120), (20, 200), (8, 255)):
        draw.ellipse((64 - radius, 64 - radius, 64 + radius, 64 + radius), fill=level)
    # An arm below 2.25 is made of a UUID and needs no registration (PS3.5 section B.2).
    root = "2.25.203941578126095563771093851946530214"
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = UID(f"{root}.3")
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(f"{root}.9")
    meta.ImplementationVersionName = "SAMPLES_1"
    dataset = FileDataset(str(path), {}, file_meta=meta, preamble=bytes(128))
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = SecondaryCaptureImageStorage
    dataset.SOPInstanceUID = f"{root}.3"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"{root}.1", f"{root}.2"
    dataset.Modality, dataset.ConversionType = "OT", "WSD"
    dataset.Manufacturer, dataset.ManufacturerModelName = "Helvetia Optik", "Phantom 1"
    dataset.InstitutionName = "Seeklinik"
    dataset.PatientName, dataset.PatientID = "Müster^Anna", "SAMPLE-0001"
    dataset.PatientBirthDate, dataset.PatientSex = "19800229", "F"
    dataset.PatientIdentityRemoved = "NO"
    dataset.StudyDate, dataset.StudyTime = "20240801", "101500"
    dataset.TimezoneOffsetFromUTC = "+0200"
    dataset.StudyID, dataset.AccessionNumber = "1", "A-17"
    dataset.StudyDescription, dataset.SeriesDescription = "Phantom check", "Circles"
    dataset.SeriesNumber, dataset.InstanceNumber = 1, 1
    dataset.BodyPartExamined = "PHANTOM"
    request = pydicom.Dataset()
    request.RequestedProcedureID, request.ScheduledProcedureStepID = "RP-1", "SPS-1"
    dataset.RequestAttributesSequence = [request]
    block = dataset.private_block(0x0011, "SEEKLINIK SAMPLES", create=True)
    block.add_new(0x01, "LO", "second shelf on the left")
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows = dataset.Columns = 128
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
    dataset.PixelRepresentation = 0
    dataset.PixelData = image.tobytes()
    dataset.save_as(path, enforce_file_format=True)


SAMPLES: dict[str, Callable[[Path], None]] = {
    "bell.wav": bell_wav,
    "holiday.txt": holiday_txt,
    "lakeside.jpg": lakeside_jpg,
    "letter.docx": letter_docx,
    "map.svg": map_svg,
    "notes.zip": notes_zip,
    "phantom.dcm": phantom_dcm,
    "pond.webp": pond_webp,
    "print.tif": print_tif,
    "report.pdf": report_pdf,
    "silence.mp3": silence_mp3,
    "sunset.gif": sunset_gif,
    "tide.png": tide_png,
    "two-clocks.jpg": two_clocks_jpg,
}


def main(folder: Path) -> None:
    """Write every sample into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in SAMPLES.items():
        path = folder / name
        make(path)
        print(f"{path.stat().st_size:>8}  {name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
