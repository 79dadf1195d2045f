"""Text: whether it is any, which kind, and of XML which root element it has."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import Final

_ROOTS: Final[Mapping[str, str]] = {
    "svg": "image/svg+xml",
    "html": "application/xhtml+xml",
    "kml": "application/vnd.google-earth.kml+xml",
    "gpx": "application/gpx+xml",
    "xmpmeta": "application/rdf+xml",
    "xapmeta": "application/rdf+xml",
    "rdf": "application/rdf+xml",
    "rss": "application/rss+xml",
    "feed": "application/atom+xml",
    "plist": "application/x-plist",
    "xdp": "application/vnd.adobe.xdp+xml",
    "fictionbook": "application/x-fictionbook+xml",
    "xliff": "application/xliff+xml",
    "tmx": "application/x-tmx+xml",
    "dif": "application/dif+xml",
    "collada": "model/vnd.collada+xml",
    "math": "application/mathml+xml",
    "trainingcenterdatabase": "application/vnd.garmin.tcx+xml",
    "score-partwise": "application/vnd.recordare.musicxml+xml",
    "x3d": "model/x3d+xml",
    "topic": "application/dita+xml",
    "concept": "application/dita+xml",
    "task": "application/dita+xml",
    "reference": "application/dita+xml",
    "map": "application/dita+xml",
}
"""Local name of the root element, in lower case -> media type."""

_COMMON_WORDS: Final = frozenset({"concept", "feed", "map", "math", "reference", "task", "topic"})
"""Roots that mean something only after an XML declaration."""
RECOGNISED: Final = frozenset(_ROOTS.values()) | {"application/vnd.mif", "text/vcard"}

_BEGINNINGS: Final = (
    ("BEGIN:VCARD", "text/vcard"),
    ("BEGIN:VCALENDAR", "text/calendar"),
    ("WEBVTT", "text/vtt"),
    ("-----BEGIN PGP MESSAGE", "application/pgp-encrypted"),
    ("-----BEGIN PGP SIGNATURE", "application/pgp-signature"),
    ("-----BEGIN PGP PUBLIC KEY", "application/pgp-keys"),
    ("-----BEGIN ", "application/x-pem-file"),
    ("#EXTM3U", "application/vnd.apple.mpegurl"),
    ("<?php", "application/x-php"),
    ("filedesc://", "application/x-internet-archive"),
)
_PATTERNS: Final = (
    (re.compile(r"d\d{1,3}:[a-z]"), "application/x-bittorrent"),
    (re.compile(r"\s{0,9}0\r?\nSECTION\r?\n"), "image/vnd.dxf"),
    (re.compile(r"#! ?/\S{0,40}(?:ba|z|k|da)?sh\b"), "application/x-sh"),
    (re.compile(r"#! ?/\S{0,40}(?: |/)python"), "text/x-python"),
    (re.compile(r'\s{0,99}\{\s{0,99}"[^"\\\n]{0,99}"\s{0,9}:'), "application/json"),
    (re.compile(r'\s{0,99}\[\s{0,99}\{\s{0,99}"[^"\\\n]{0,99}"\s{0,9}:'), "application/json"),
    (re.compile(r"From \S{1,200} .{0,99}\d\d:\d\d.{0,99}\r?\n[!-9;-~]{1,76}:"), "application/mbox"),
    (
        # RFC 5322 section 3.6; a first line that only mail has, and a second one of its form.
        re.compile(
            r"(?:Received|Return-Path|Delivered-To|Message-ID|MIME-Version|From|To|Date|X-[!-9;-~]{1,60})"
            r":.{0,2000}\n(?:[ \t].{0,2000}\n){0,20}[A-Z][!-9;-~]{1,60}:[ \t]",
            re.IGNORECASE,
        ),
        "message/rfc822",
    ),
)
_HTML: Final = re.compile(
    r"<(?:!doctype html|html|head|body|title|script|table|h[1-6]|meta|div)[\s/>]", re.IGNORECASE
)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What no text has: control characters but for BEL to CR, and ESC (as file(1) decides it).
_NO_TEXT: Final = bytes({*range(7), *range(14, 27), *range(28, 32), 127})
_HIGH: Final = bytes(range(128, 256))


def match(head: bytes) -> str | None:
    """The media type of a text from its leading bytes; None where they are no text."""
    decoded = _decode(head)
    if decoded is None:
        return None
    text = decoded.lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        return _markup(text)
    for beginning, media_type in _BEGINNINGS:
        if text.startswith(beginning):
            return media_type
    # Not the stripped text: the white space that a DXF begins with belongs to it.
    for pattern, media_type in _PATTERNS:
        if pattern.match(decoded):
            return media_type
    return "text/plain"


def _decode(head: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    # UTF-16 without a mark, which only XML can be told to be (XML 1.0 appendix F).
    if head.startswith(b"<\0?\0"):
        return head.decode("utf-16-le", "replace")
    if head.startswith(b"\0<\0?"):
        return head.decode("utf-16-be", "replace")
    if len(head.translate(None, _NO_TEXT)) != len(head):
        return None
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        pass
    # Some other encoding, if most of it is still ASCII.
    is_ascii = len(head.translate(None, _HIGH)) * 2 > len(head)
    return head.decode("latin-1") if is_ascii else None


def _markup(text: str) -> str:
    if text.startswith("<?xpacket begin="):
        return "application/rdf+xml"
    is_xml = text.startswith("<?xml")
    root = _root(text)
    if root is not None:
        name = root.split(None, 1)[0].rstrip("/>").rpartition(":")[2].lower()
        if name == "document" and (kind := _ATTRIBUTE.search(root)):
            return f"{kind[1]}-flat-xml"
        if name == "html" and not is_xml and "http://www.w3.org/1999/xhtml" not in root:
            return "text/html"
        if name in _ROOTS and (is_xml or name not in _COMMON_WORDS):
            return _ROOTS[name]
    if is_xml:
        return "application/xml"
    if _HTML.match(text) or (text.startswith("<!") and _HTML.search(text)):
        return "text/html"
    return "application/xml" if root and "xmlns" in root else "text/plain"


_ATTRIBUTE: Final = re.compile(
    r'office:mimetype="(application/vnd\.oasis\.opendocument\.[a-z-]{1,40})"'
)


def _root(text: str) -> str | None:
    """The first start tag (XML 1.0 section 2.8) without brackets, cut off at 4,000 characters."""
    at = 0
    while (at := text.find("<", at)) >= 0:
        if text.startswith("<!--", at):
            end = text.find("-->", at)
        elif text.startswith("<?", at):
            end = text.find("?>", at)
        elif text.startswith("<!", at):
            end = text.find(">", at)
            subset = text.find("[", at, end)
            if subset >= 0:
                end = text.find("]", subset)
        else:
            tag = text[at + 1 : at + 4000].partition(">")[0]
            return tag if tag[:1].isalpha() else None
        if end < 0:
            return None
        at = end + 1
    return None
