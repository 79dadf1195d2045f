"""How media types relate: one type under several names, and types that are built upon others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# The name used here, then names that others use for it.
_ALIASES = """
application/dicom image/dicom
application/gpx+xml application/x-gpx+xml
application/gzip application/x-gzip
application/java-archive application/x-java-archive
application/java-vm application/x-java application/x-java-applet
application/json text/json
application/onenote application/msonenote
application/pdf application/x-pdf
application/pkcs7-mime application/x-pkcs7-mime
application/pkcs7-signature application/x-pkcs7-signature
application/postscript application/eps image/x-eps
application/vnd.adobe.flash.movie application/x-shockwave-flash
application/vnd.apple.keynote application/x-iwork-keynote-sffkey
application/vnd.apple.numbers application/x-iwork-numbers-sffnumbers
application/vnd.apple.pages application/x-iwork-pages-sffpages
application/vnd.microsoft.portable-executable application/x-msdownload application/x-dosexec
application/vnd.ms-htmlhelp application/x-chm
application/vnd.ms-publisher application/x-mspublisher
application/vnd.rar application/x-rar-compressed application/x-rar
application/vnd.ms-word.template.macroenabled.12 \
application/vnd.ms-word.template.macroenabledtemplate
application/vnd.rn-realmedia application/vnd.rn-realmedia-vbr video/x-rm
application/vnd.sqlite3 application/x-sqlite3
application/vnd.visio application/x-visio
application/x-bzip2 application/bzip2 application/x-bzip
application/x-executable application/x-elf
application/x-xz application/xz
application/xml text/xml
application/yaml text/yaml application/x-yaml
application/zip application/x-zip-compressed
application/zstd application/x-zstd
audio/aac audio/x-aac audio/aacp
audio/flac audio/x-flac
audio/midi audio/x-midi
audio/mp4 audio/x-m4a audio/m4a
audio/mpeg audio/mp3 audio/x-mp3 audio/mpeg3
audio/x-aiff audio/aiff
audio/x-monkeys-audio audio/x-ape
audio/x-wav audio/wav audio/wave audio/vnd.wave
font/otf application/x-font-otf
font/ttf application/x-font-ttf application/font-sfnt
font/woff application/font-woff
image/apng image/vnd.mozilla.apng
image/bmp image/x-ms-bmp image/x-bmp
image/emf image/x-emf
image/fits application/fits
image/j2c image/x-j2c image/x-jp2-codestream
image/jpeg image/jpg image/pjpeg image/x-jps
image/pict image/x-pict
image/qoi image/x-qoi
image/svg+xml image/svg
image/tiff image/x-tiff-big
image/vnd.adobe.photoshop application/vnd.adobe.photoshop image/x-photoshop image/psd
image/vnd.djvu image/x-djvu
image/vnd.dwg application/acad image/x-dwg
image/vnd.dxf application/dxf image/x-dxf
image/vnd.microsoft.icon image/x-icon image/ico
image/vnd.ms-dds image/x-dds
image/vnd.radiance image/x-hdr
image/vnd.zbrush.dcx image/dcx image/x-dcx
image/vnd.zbrush.pcx image/pcx image/x-pcx
image/wmf image/x-wmf
image/x-exr image/exr
image/x-mie image/x-mie-jpeg
image/x-tga image/tga image/x-targa
text/javascript application/javascript application/x-javascript
text/markdown text/x-markdown
text/rtf application/rtf
text/vcard text/x-vcard
video/matroska video/x-matroska
video/mp2t video/m2ts
video/x-msvideo video/avi video/msvideo
"""

# What everything on the line is built upon comes first.
_FAMILIES = """
application/zip application/java-archive model/3mf
application/zip application/vnd.adobe.indesign-idml-package application/vnd.google-earth.kmz
application/zip application/x-captureone application/vnd.openofficeorg.extension
application/zip application/vnd.apple.keynote application/vnd.apple.pages
application/zip application/vnd.apple.numbers application/vnd.ms-xpsdocument
application/zip application/vnd.comicbook+zip application/vnd.ms-officetheme
application/java-archive application/vnd.android.package-archive
application/x-ole-storage application/msword application/vnd.ms-excel application/vnd.ms-outlook
application/x-ole-storage application/vnd.ms-powerpoint application/vnd.ms-project
application/x-ole-storage application/vnd.ms-publisher application/vnd.visio application/x-msi
application/x-ole-storage application/vnd.ms-works application/x-hwp application/sldworks
application/x-ole-storage application/x-quattro-pro image/vnd.dgn image/vnd.fpx
application/x-ole-storage application/x-ole-protected-openxml
application/x-ole-storage application/vnd.stardivision.draw application/vnd.stardivision.impress
application/x-ole-storage application/vnd.stardivision.calc application/vnd.stardivision.writer
application/pkcs7-mime application/pkcs7-signature
application/postscript application/x-font-type1
application/xml application/x-indesign-interchange application/vnd.ms-office-xml
application/x-plist application/vnd.apple.photos
application/x-mobipocket-ebook application/vnd.palm
application/x-archive application/vnd.debian.binary-package
audio/midi audio/x-rmid
image/png image/apng
image/heif image/heic
image/jp2 image/jpx image/jpm
image/tiff image/x-adobe-dng image/x-canon-cr2 image/x-epson-erf image/x-hasselblad-3fr
image/tiff image/x-hasselblad-fff image/x-kodak-dcr image/x-kodak-kdc image/x-mamiya-mef
image/tiff image/x-nikon-nef image/x-nikon-nrw image/x-olympus-orf image/x-panasonic-rw2
image/tiff image/x-pentax-pef image/x-raw image/x-samsung-srw image/x-sony-arw
image/tiff image/x-sony-sr2 image/x-sony-srf
application/ogg audio/ogg video/ogg
video/mp4 audio/mp4 video/x-f4v video/3gpp video/3gpp2
video/x-ms-asf video/x-ms-wmv audio/x-ms-wma
video/matroska video/webm audio/x-matroska
text/html application/xhtml+xml
text/plain application/json application/json-seq application/mbox application/sql application/toml
text/plain application/x-bibtex application/x-chess-pgn application/x-endnote-refer
text/plain application/x-font-afm application/x-mswinurl application/x-pem-file application/x-sh
text/plain application/x-subrip application/x-tex application/yaml application/vnd.apple.mpegurl
text/plain application/xml message/rfc822 model/stl image/vnd.dxf model/gltf+json image/x-envi
text/plain application/x-shellscript application/x-internet-archive application/postscript
text/plain application/x-pn-realaudio audio/x-pn-realaudio application/vnd.mif
"""


def _lines(table: str) -> list[list[str]]:
    return [line.split() for line in table.splitlines() if line]


_CANONICAL: Final[Mapping[str, str]] = {
    alias: media_type for media_type, *aliases in _lines(_ALIASES) for alias in aliases
}
_PARENTS: Final[Mapping[str, str]] = {
    child: parent for parent, *children in _lines(_FAMILIES) for child in children
}


def canonical(media_type: str) -> str:
    """The name that is used here for a media type (in lower case) that has several."""
    return _CANONICAL.get(media_type, media_type)


def is_kind_of(media_type: str, general: str) -> bool:
    """Whether every `media_type` is a `general` too, as an SVG is XML and XML is text."""
    parent: str | None = media_type
    for _ in range(8):
        parent = _parent(parent) if parent else None
        if parent == general:
            return True
    return False


def _parent(media_type: str) -> str | None:
    if media_type in _PARENTS:
        return _PARENTS[media_type]
    if media_type.endswith(("+xml", "-flat-xml")):
        return "application/xml"
    if media_type.endswith("+zip") or media_type.startswith(ZIP_BASED):
        return "application/zip"
    if media_type.startswith("text/") and media_type not in ("text/plain", "text/rtf"):
        return "text/plain"
    return None


ZIP_BASED = (
    "application/vnd.openxmlformats-officedocument.",
    "application/vnd.oasis.opendocument.",
    "application/vnd.ms-excel.",
    "application/vnd.ms-powerpoint.",
    "application/vnd.ms-visio.",
    "application/vnd.ms-word.",
)
