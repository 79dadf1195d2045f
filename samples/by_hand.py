"""The samples that need no tool: each is written byte by byte, after the section it names."""

from __future__ import annotations

import io
import math
import struct
import wave
import zipfile
from pathlib import Path

CREATOR = "Lena Amsler"
RIGHTS = "© 2024 Lena Amsler"
_MODIFIED = "2024-08-03T09:30:00+02:00"


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", kind, len(content)) + content + b"\0" * (len(content) % 2)


def bell_wav(path: Path) -> None:
    """A second of a bell with an INFO list (Multimedia Programming Interface 1.0, RIFF)."""
    rate = 22_050
    samples = (
        math.exp(-3 * second) * (math.sin(2764.6 * second) + 0.4 * math.sin(7602.7 * second))
        for second in (index / rate for index in range(rate))
    )
    stream = io.BytesIO()
    with wave.open(stream, "wb") as sound:
        sound.setparams((1, 2, rate, 0, "NONE", ""))
        sound.writeframes(b"".join(struct.pack("<h", round(value * 20_000)) for value in samples))
    facts = {
        b"INAM": "Ship's bell",
        b"IART": "Jonas Rey",
        b"ICRD": "2024-06-21",
        b"ISFT": "Bellmaker 1.0",
        b"IGNR": "Field recording",
        b"ICOP": "(c) 2024 Jonas Rey",
        b"ICMT": "One stroke",
    }
    info = b"INFO" + b"".join(_chunk(kind, text.encode() + b"\0") for kind, text in facts.items())
    body = stream.getvalue()[8:] + _chunk(b"LIST", info)
    path.write_bytes(_chunk(b"RIFF", body))


def _synchsafe(number: int) -> bytes:
    return bytes((number >> shift) & 0x7F for shift in (21, 14, 7, 0))


def silence_mp3(path: Path) -> None:
    """Five seconds of silence with an ID3v2.4 tag (id3v2.4.0-structure sections 3.1 and 4).

    A frame header is 32 bits (ISO/IEC 11172-3 section 2.4.1.3): eleven bits of syncword and one for
    MPEG-1, layer III, no CRC; 32 kbit/s at 44.1 kHz; one channel, original. A frame of zeros after
    it has no main data, and that is silence. Its length is 144 * bit rate / sample rate (2.4.3.1).
    """
    texts = {
        b"TIT2": "Five seconds",
        b"TPE1": "Jonas Rey",
        b"TALB": "Quiet Things",
        b"TRCK": "3/12",
        b"TDRC": "2024-06-21",
        b"TCON": "Ambient",
        b"TCOM": "Jonas Rey",
        b"TPUB": "Stillwater",
    }
    contents = {kind: b"\x03" + text.encode() for kind, text in texts.items()}
    contents[b"COMM"] = b"\x03eng\0Nothing to be heard"
    frames = b"".join(
        kind + _synchsafe(len(content)) + b"\0\0" + content for kind, content in contents.items()
    )
    sound = bytearray()
    for number in range(192):
        ends = (number + 1) * 144 * 32_000 // 44_100
        length = ends - number * 144 * 32_000 // 44_100
        padded = length - 144 * 32_000 // 44_100
        sound += (bytes([0xFF, 0xFB, 0x10 | padded << 1, 0xC4])).ljust(length, b"\0")
    path.write_bytes(b"ID3\x04\0\0" + _synchsafe(len(frames)) + frames + sound)


def report_pdf(path: Path) -> None:
    """A page of text with an Info dictionary and XMP (ISO 32000-1 sections 14.3.2 and 14.3.3)."""
    xmp = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Water levels 2024</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{CREATOR}</rdf:li></rdf:Seq></dc:creator>
<xmp:CreateDate>2024-08-01T10:00:00+02:00</xmp:CreateDate>
<xmp:ModifyDate>{_MODIFIED}</xmp:ModifyDate><xmp:CreatorTool>Quillpad 4</xmp:CreatorTool>
<pdf:Producer>Handmade PDF</pdf:Producer></rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()
    page = (
        b"BT /F1 24 Tf 72 740 Td (Water levels 2024) Tj"
        b" /F1 12 Tf 0 -40 Td (The lake stood at 406 m.) Tj ET"
    )
    info = (
        b"<< /Title (Water levels 2024) /Author (Lena Amsler) /Subject (Lake Zurich)"
        b" /Keywords (lake, water level) /Creator (Quillpad 4) /Producer (Handmade PDF)"
        b" /CreationDate (D:20240801100000+02'00') /ModDate (D:20240803093000+02'00') >>"
    )
    fonts = b"/Resources << /Font << /F1 4 0 R >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R /Lang (en) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R %s >>" % fonts,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Metadata /Subtype /XML /Length %d >>\nstream\n%s\nendstream" % (len(xmp), xmp),
        info,
    ]
    content = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Info 7 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + trailer % (
        size,
        len(content),
    )
    path.write_bytes(content)


def _archive(path: Path, members: dict[str, str], comment: str = "") -> None:
    # Stored, not deflated: versions of zlib differ in what they write.
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = comment.encode()
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 8, 3, 9, 30, 0)), text)


_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_LETTER = {
    "[Content_Types].xml": f"""<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="{_KIND}-package.relationships+xml"/>
<Override PartName="/word/document.xml"
 ContentType="{_KIND}-officedocument.wordprocessingml.document.main+xml"/>
<Override PartName="/docProps/core.xml" ContentType="{_KIND}-package.core-properties+xml"/>
<Override PartName="/docProps/app.xml"
 ContentType="{_KIND}-officedocument.extended-properties+xml"/>
</Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="r1" Type="{_OFFICE}/relationships/officeDocument" Target="word/document.xml"/>
<Relationship Id="r2" Type="{_PACKAGE}/relationships/metadata/core-properties"
 Target="docProps/core.xml"/>
<Relationship Id="r3" Type="{_OFFICE}/relationships/extended-properties"
 Target="docProps/app.xml"/>
</Relationships>""",
    "word/document.xml": """<w:document
 xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>
<w:p><w:r><w:t>Dear Jonas, the lake is calm today.</w:t></w:r></w:p></w:body></w:document>""",
    "docProps/core.xml": f"""<cp:coreProperties
 xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<dc:title>Letter from the lake</dc:title><dc:subject>Weather</dc:subject>
<dc:creator>{CREATOR}</dc:creator><cp:keywords>lake, letter</cp:keywords>
<dc:description>Draft</dc:description><cp:lastModifiedBy>Jonas Rey</cp:lastModifiedBy>
<cp:revision>3</cp:revision><dc:language>en</dc:language>
<dcterms:created xsi:type="dcterms:W3CDTF">2024-08-01T08:00:00Z</dcterms:created>
<dcterms:modified xsi:type="dcterms:W3CDTF">2024-08-03T07:30:00Z</dcterms:modified>
</cp:coreProperties>""",
    "docProps/app.xml": f"""<Properties xmlns="{_OFFICE}/extended-properties">
<Application>Quillpad</Application><Pages>1</Pages><Words>7</Words>
<Company>Amsler Photography</Company><AppVersion>4.0</AppVersion></Properties>""",
}


def letter_docx(path: Path) -> None:
    """A letter with its properties (ECMA-376 part 1 section 15.2.12, part 2 section 11)."""
    _archive(path, {name: _XML + text for name, text in _LETTER.items()})


def notes_zip(path: Path) -> None:
    """Three members and a comment."""
    members = {
        "notes/monday.txt": "Calm.\n",
        "notes/tuesday.txt": "Windy.\n",
        "readme.txt": "Notes.\n",
    }
    _archive(path, members, "Notes of a week at the lake")


def map_svg(path: Path) -> None:
    """A drawing with a title and RDF (SVG 1.1 section 21)."""
    path.write_text(
        f"""<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="240" height="160" viewBox="0 0 240 160">
  <title>Sketch of the lake</title>
  <desc>The lake lies between two hills.</desc>
  <metadata>
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">
      <rdf:Description rdf:about="">
        <dc:title>Sketch of the lake</dc:title>
        <dc:creator>{CREATOR}</dc:creator>
        <dc:date>2024-08-01</dc:date>
        <dc:rights>{RIGHTS}</dc:rights>
      </rdf:Description>
    </rdf:RDF>
  </metadata>
  <rect width="240" height="160" fill="#e8efe2"/>
  <path d="M40 20 C90 60 60 110 120 140 S200 90 190 30 Z" fill="#6fa3c4"/>
</svg>
""",
        encoding="utf-8",
    )
