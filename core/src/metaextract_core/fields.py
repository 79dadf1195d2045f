"""The canonical vocabulary: every field a record can have, with its type, unit and meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal, cast, get_args

from msgspec import Struct

FieldType = Literal["text", "integer", "number", "boolean", "datetime", "list"]


class Definition(Struct, frozen=True):
    """What one canonical field means.

    Attributes:
        name: ``namespace.field``.
        type: the type of every value of the field; the members of a ``list`` are texts.
        unit: what an integer or a number counts, or None.
        meaning: one sentence.
        equivalents: where standards define the same idea, or "".
    """

    name: str
    type: FieldType
    unit: str | None
    meaning: str
    equivalents: str


NAMESPACES: Mapping[str, str] = MappingProxyType(
    {
        "file": "The file as bytes on a disk.",
        "image": "The picture, or the frames of a video.",
        "capture": "How, when and where a picture was taken.",
        "camera": "The camera, scanner or recorder.",
        "lens": "The lens in front of it.",
        "gps": "What a satellite receiver said.",
        "place": "The nearest town of the position, as a gazetteer names it.",
        "rights": "Who made the work and who may use it.",
        "document": "The work as its author describes it: text, picture, song or film.",
        "media": "What sound and moving pictures share.",
        "audio": "Sound.",
        "video": "Moving pictures; their size is `image.width` and `image.height`.",
        "medical": "DICOM.",
        "provenance": "What made the file what it is.",
    }
)
"""Each namespace with what it is about."""

# name | type | unit | equivalents, then the meaning. A line of text each, because as calls the
# table would be three times as long and nobody could read down its columns.
_TABLE = """
file.name | text | |
    Name of the file, without its folder.
file.size | integer | byte |
    Length of the content.
file.media_type | text | | RFC 6838
    What the content is.
file.created | datetime | | Linux statx(2) stx_btime
    When the file was made on this file system.
file.modified | datetime | | POSIX.1 st_mtim
    When the content last changed.
file.accessed | datetime | | POSIX.1 st_atim
    When the content was last read, as far as the file system keeps track.
file.changed | datetime | | POSIX.1 st_ctim
    When the content or its status, such as owner or permissions, last changed.
file.owner | text | | POSIX.1 st_uid
    Name of the account that owns the file.
file.group | text | | POSIX.1 st_gid
    Name of the group that owns the file.
file.permissions | text | | POSIX.1 st_mode
    Type and permissions in the form of `ls -l`, such as `-rw-r--r--`.
file.md5 | text | | RFC 1321
    MD5 of the content, 32 hexadecimal digits.
file.sha1 | text | | FIPS 180-4
    SHA-1 of the content, 40 hexadecimal digits.
file.sha256 | text | | FIPS 180-4
    SHA-256 of the content, 64 hexadecimal digits.
file.crc32 | text | | ISO 3309
    CRC-32 of the content, 8 hexadecimal digits.
image.width | integer | pixel | EXIF 0xA002, 0x0100; DICOM (0028,0011)
    Columns as stored, before any rotation.
image.height | integer | pixel | EXIF 0xA003, 0x0101; DICOM (0028,0010)
    Rows as stored, before any rotation.
image.orientation | integer | | EXIF 0x0112; XMP tiff:Orientation
    How to turn the picture upright: 1 as it is, 2 to 8 as TIFF 6.0 numbers them.
image.bits_per_sample | integer | bit | EXIF 0x0102; DICOM (0028,0100)
    Bits of one sample of one channel.
image.channels | integer | | EXIF 0x0115; DICOM (0028,0002)
    Samples of one pixel, alpha included.
image.color_mode | text | | EXIF 0x0106; DICOM (0028,0004)
    What the samples stand for, such as RGB, CMYK or grayscale.
image.color_space | text | | EXIF 0xA001; XMP exif:ColorSpace
    Colour space that the file names, such as sRGB.
image.icc_profile | text | | ICC.1 profileDescriptionTag
    Description of the embedded ICC profile.
image.compression | text | | EXIF 0x0103
    Method that the pixels are compressed with.
image.frames | integer | | DICOM (0028,0008)
    Pictures in the file: pages, or frames of an animation.
image.transparency | boolean | |
    Whether the picture can be transparent.
image.resolution_x | number | pixel/inch | EXIF 0x011A with 0x0128
    Pixels per inch across, as meant for print.
image.resolution_y | number | pixel/inch | EXIF 0x011B with 0x0128
    Pixels per inch down, as meant for print.
image.ahash | text | |
    Average hash, hexadecimal: similar pictures differ in few bits.
image.dhash | text | |
    Difference hash, hexadecimal: similar pictures differ in few bits.
image.phash | text | |
    Perceptual (cosine transform) hash, hexadecimal: similar pictures differ in few bits.
image.whash | text | |
    Wavelet hash, hexadecimal: similar pictures differ in few bits.
capture.time | datetime | | EXIF 0x9003; XMP photoshop:DateCreated; IPTC 2:55, 2:60
    When the picture, film or sound was taken, by the device's clock.
capture.digitized | datetime | | EXIF 0x9004; IPTC 2:62, 2:63
    When it became digital: later than `capture.time` for scans.
capture.exposure_time | number | s | EXIF 0x829A; XMP exif:ExposureTime
    How long the shutter was open.
capture.f_number | number | | EXIF 0x829D; XMP exif:FNumber
    Focal length over the diameter of the aperture.
capture.iso | integer | | EXIF 0x8827; ISO 12232
    Sensitivity of the sensor or film.
capture.exposure_bias | number | EV | EXIF 0x9204
    Exposure that the photographer added to what the camera measured.
capture.exposure_program | text | | EXIF 0x8822
    Program of the camera, such as aperture priority.
capture.metering_mode | text | | EXIF 0x9207
    How the camera measured light, such as spot.
capture.flash | text | | EXIF 0x9209
    Whether the flash fired, and in which mode.
capture.white_balance | text | | EXIF 0xA403
    How white balance was set, such as auto.
capture.focal_length | number | mm | EXIF 0x920A; XMP exif:FocalLength
    Focal length of the lens as it was set.
capture.focal_length_35mm | number | mm | EXIF 0xA405
    Focal length that gives the same view on 35 mm film.
capture.subject_distance | number | m | EXIF 0x9206
    Distance to what is in focus.
capture.place | text | | IPTC 2:92; XMP Iptc4xmpCore:Location
    Place within the city, as a person named it.
capture.city | text | | IPTC 2:90; XMP photoshop:City
    City, as a person named it.
capture.region | text | | IPTC 2:95; XMP photoshop:State
    State or province, as a person named it.
capture.country | text | | IPTC 2:101; XMP photoshop:Country
    Country, as a person named it.
capture.people | list | | XMP Iptc4xmpExt:PersonInImage
    People in the picture, as a person named them.
camera.make | text | | EXIF 0x010F; XMP tiff:Make; DICOM (0008,0070)
    Maker of the device.
camera.model | text | | EXIF 0x0110; XMP tiff:Model; DICOM (0008,1090)
    Model of the device.
camera.serial | text | | EXIF 0xA431; DICOM (0018,1000)
    Serial number of the device.
camera.firmware | text | | maker notes
    Version of the device's own software.
camera.owner | text | | EXIF 0xA430
    Owner whom the device was told.
lens.make | text | | EXIF 0xA433
    Maker of the lens.
lens.model | text | | EXIF 0xA434; XMP aux:Lens
    Model of the lens.
lens.serial | text | | EXIF 0xA435
    Serial number of the lens.
lens.max_aperture | number | | EXIF 0x9205, converted
    Smallest f-number of the lens.
gps.latitude | number | degree | EXIF GPS 0x0002 with 0x0001; XMP exif:GPSLatitude
    Latitude, WGS 84, north positive.
gps.longitude | number | degree | EXIF GPS 0x0004 with 0x0003; XMP exif:GPSLongitude
    Longitude, WGS 84, east positive.
gps.altitude | number | m | EXIF GPS 0x0006 with 0x0005
    Height above sea level, negative below.
gps.time | datetime | | EXIF GPS 0x001D with 0x0007
    Time of the position, UTC.
gps.direction | number | degree | EXIF GPS 0x0011
    Where the camera pointed, clockwise from north.
gps.accuracy | number | m | EXIF GPS 0x001F
    Horizontal error of the position.
place.city | text | | XMP Iptc4xmpExt:LocationShown/City
    Nearest town of the position, by the distance to its centre.
place.country | text | | XMP Iptc4xmpExt:LocationShown/CountryName
    Country of the nearest town.
place.country_code | text | | ISO 3166-1 alpha-2; XMP Iptc4xmpExt:LocationShown/CountryCode
    Code of the country of the nearest town.
place.distance | integer | m |
    Distance from the position to the centre of the nearest town.
rights.creator | list | | EXIF 0x013B; XMP dc:creator; IPTC 2:80; DC creator; PDF Author
    Who made the work: photographers, authors.
rights.copyright | text | | EXIF 0x8298; XMP dc:rights; IPTC 2:116; DC rights
    Copyright notice.
rights.owner | list | | XMP xmpRights:Owner
    Who owns the rights.
rights.credit | text | | XMP photoshop:Credit; IPTC 2:110
    Credit line to print beside the work.
rights.source | text | | XMP photoshop:Source; IPTC 2:115
    Who first supplied the work.
rights.usage_terms | text | | XMP xmpRights:UsageTerms
    How the work may be used.
rights.licence | text | | XMP cc:license, xmpRights:WebStatement; DC license
    Name or web address of the licence or of the statement of rights.
rights.protected | boolean | | XMP xmpRights:Marked
    Whether the file says that rights are reserved (not: public domain).
document.title | text | | XMP dc:title; IPTC 2:05; DC title; ID3v2 TIT2; PDF Title
    Title of the work.
document.headline | text | | XMP photoshop:Headline; IPTC 2:105
    Publishable synopsis in one line.
document.description | text | | EXIF 0x010E; XMP dc:description; IPTC 2:120; DC description
    What the work shows or says.
document.subject | text | | PDF Subject; OOXML dc:subject
    What the work is about.
document.keywords | list | | XMP dc:subject; IPTC 2:25; PDF Keywords
    Words to find the work by.
document.comment | text | | EXIF 0x9286; ID3v2 COMM; JPEG COM
    Free remark.
document.identifier | text | | DC identifier; XMP dc:identifier
    Identifier of the work, such as an ISBN.
document.language | text | | DC language; RFC 5646
    Language of the work.
document.publisher | text | | DC publisher; ID3v2 TPUB
    Who published the work.
document.company | text | | OOXML Company
    Organisation of the author.
document.created | datetime | | XMP xmp:CreateDate; PDF CreationDate; OOXML dcterms:created
    When the work was made, as the file itself says.
document.modified | datetime | | EXIF 0x0132; XMP xmp:ModifyDate; PDF ModDate
    When the work was last changed, as the file itself says.
document.pages | integer | | PDF Pages Count; OOXML Pages, Slides
    Pages or slides.
document.words | integer | | OOXML Words
    Words, as counted by the program that wrote the file.
document.encoding | text | | IANA character sets
    Character encoding of a text.
document.format_version | text | | ISO 32000 section 7.5.2
    Version of the file's format, such as 1.7 for PDF.
document.encrypted | boolean | |
    Whether a password is needed to read it.
document.rating | number | | XMP xmp:Rating
    Rating from 0 to 5, or -1 for rejected.
media.duration | number | s | ISO 14496-12 mvhd
    Playing time.
media.bit_rate | number | bit/s |
    Bits for one second, on average.
audio.codec | text | |
    How the sound is compressed.
audio.sample_rate | number | Hz |
    Samples in one second.
audio.channels | integer | |
    Channels: 1 mono, 2 stereo.
audio.bits_per_sample | integer | bit |
    Bits of one sample.
audio.artist | text | | ID3v2 TPE1
    Who performs.
audio.album | text | | ID3v2 TALB
    Album or collection.
audio.composer | text | | ID3v2 TCOM
    Who composed the music.
audio.genre | text | | ID3v2 TCON
    Genre.
audio.track | text | | ID3v2 TRCK
    Place in the album, such as 3 or 3/12.
audio.released | datetime | | ID3v2.4 TDRC, ID3v2.3 TYER
    When it came out or was recorded, often only the year.
video.codec | text | |
    How the pictures are compressed.
video.frame_rate | number | frame/s |
    Pictures in one second.
video.rotation | number | degree | ISO 14496-12 tkhd matrix
    How far to turn the picture clockwise to show it upright.
medical.patient_id | text | | DICOM (0010,0020)
    Identifier of the patient.
medical.patient_name | text | | DICOM (0010,0010)
    Name of the patient.
medical.patient_birth | datetime | | DICOM (0010,0030)
    Date of birth.
medical.patient_sex | text | | DICOM (0010,0040)
    Sex: M, F or O.
medical.study_uid | text | | DICOM (0020,000D)
    Identifier of the study.
medical.series_uid | text | | DICOM (0020,000E)
    Identifier of the series.
medical.instance_uid | text | | DICOM (0008,0018)
    Identifier of this object.
medical.modality | text | | DICOM (0008,0060)
    Kind of device, such as CT or MR.
medical.study_time | datetime | | DICOM (0008,0020) with (0008,0030)
    When the study began.
medical.study_description | text | | DICOM (0008,1030)
    What was studied.
medical.series_description | text | | DICOM (0008,103E)
    What the series shows.
medical.series_number | integer | | DICOM (0020,0011)
    Number of the series in the study.
medical.instance_number | integer | | DICOM (0020,0013)
    Number of the object in the series.
medical.body_part | text | | DICOM (0018,0015)
    Part of the body.
medical.institution | text | | DICOM (0008,0080)
    Where it was taken.
medical.slice_thickness | number | mm | DICOM (0018,0050)
    Thickness of a slice.
medical.transfer_syntax | text | | DICOM (0002,0010)
    Identifier of how the object is encoded.
medical.deidentified | boolean | | DICOM (0012,0062)
    Whether the patient's identity was removed.
provenance.software | text | | EXIF 0x0131; XMP xmp:CreatorTool; PDF Creator; OOXML Application
    Program that the work was made with.
provenance.producer | text | | PDF Producer
    Program or library that wrote this file, where it is another.
provenance.modified_by | text | | OOXML cp:lastModifiedBy
    Who changed it last.
provenance.revision | integer | | OOXML cp:revision
    How many times it was saved.
provenance.document_id | text | | XMP xmpMM:DocumentID
    Identifier that all versions of the document share.
provenance.instance_id | text | | XMP xmpMM:InstanceID
    Identifier of this version.
provenance.history | list | | XMP xmpMM:History
    What was done to it, step by step.
provenance.source_type | text | | XMP Iptc4xmpExt:DigitalSourceType
    How it came to be, such as by a camera or by a trained model.
"""


def _definitions() -> Iterator[Definition]:
    lines = [line for line in _TABLE.splitlines() if line]
    for head, meaning in zip(lines[::2], lines[1::2], strict=True):
        name, kind, unit, equivalents = (part.strip() for part in head.split("|"))
        if kind not in get_args(FieldType):
            raise ValueError(f"{name}: {kind} is no field type")
        yield Definition(name, cast(FieldType, kind), unit or None, meaning.strip(), equivalents)


FIELDS: Mapping[str, Definition] = MappingProxyType(
    {definition.name: definition for definition in _definitions()}
)
"""The vocabulary by name, in the order of its page."""


def page() -> str:
    """The vocabulary as a Markdown page."""
    parts = [_INTRODUCTION.format(count=len(FIELDS))]
    for namespace, about in NAMESPACES.items():
        rows = [
            f"| `{entry.name}` | {entry.type} | {entry.unit or ''} "
            f"| {entry.meaning} | {entry.equivalents} |"
            for entry in FIELDS.values()
            if entry.name.startswith(f"{namespace}.")
        ]
        parts.append(f"## {namespace}\n\n{about}\n\n{_HEADER}\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


_HEADER = "| field | type | unit | meaning | the same idea in |\n|---|---|---|---|---|"
_INTRODUCTION = """<!-- Written by `make docs` from metaextract_core/fields.py; edit it there. -->

# Canonical fields

Extractors speak of the same facts under many names. Each declares which of its tags mean which of
these {count} fields; a record then gives every field one value, and names everyone who spoke of it.

## Whose value is shown

Each extractor has a trust from 0 to 100, shown by `metaextract plugins info NAME`. The value of a
field is that of the extractor with the highest trust; of equals, of the first by name. Within one
extractor the tag that its crosswalk lists first is preferred. All values stay in the field's
`sources`, with `chosen` at the one that is shown: one for each tag that speaks of the field, but of
what is measured (`file`, `image`, `media`, `audio`, `video`) one for each extractor. `agreement`
says how they compare:

| agreement | meaning |
|---|---|
| single | One source spoke of it. |
| agree | All say the same, as far as each goes: 2.8 and 2.83, a time with and without its zone. |
| conflict | At least two contradict each other. |

## How values are read

Each value is brought to the type of its field; where that changed it, `raw` has what was said.

| type | form |
|---|---|
| text | Without white space around it. |
| integer, number | In the field's unit: `1/250 s` is 0.004, `44.1 kHz` is 44100. |
| boolean | true or false. |
| datetime | ISO 8601, as fine as it was said; without a zone where none was said. |
| list | Texts. |

What cannot be read so (a date in the year 0, 30 February, a number with a comma) gives no value;
what the file said stays in the extractor's section.
"""
