"""Media types by file name extension. An extension of several formats is on the line of each.

Python's `mimetypes` is not used: its table differs from version to version. Types are IANA's where
registered, else ExifTool's or those of the freedesktop.org shared MIME-info database.
"""

from __future__ import annotations

from typing import Final

_EXTENSIONS = """
application/dicom dcm dicom dic
application/dif+xml dif
application/dita+xml dita ditamap
application/epub+zip epub
application/gzip gz tgz svgz
application/java-archive jar
application/java-vm class
application/json json
application/json-seq jsonl ndjson
application/mbox mbox
application/marc mrc marc
application/msword doc dot
application/mxf mxf
application/onenote one onetoc2
application/pdf pdf
application/pgp-encrypted gpg pgp
application/pkcs7-mime p7m p7c p7z
application/pkcs7-signature p7s
application/pkix-cert cer crt der
application/postscript ps eps ai
application/rdf+xml rdf xmp
application/rss+xml rss
application/atom+xml atom
application/sldworks sldprt sldasm slddrw
application/sql sql
application/timestamped-data tsd
application/toml toml
application/vnd.adobe.flash.movie swf
application/vnd.adobe.indesign-idml-package idml
application/vnd.adobe.xdp+xml xdp
application/vnd.android.package-archive apk
application/vnd.apple.keynote key
application/vnd.apple.mpegurl m3u8 m3u
application/vnd.apple.numbers numbers
application/vnd.apple.pages pages
application/vnd.comicbook+zip cbz
application/vnd.corel-draw cdr
application/vnd.debian.binary-package deb
application/vnd.garmin.fit fit
application/vnd.garmin.tcx+xml tcx
application/vnd.google-earth.kml+xml kml
application/vnd.google-earth.kmz kmz
application/vnd.iccprofile icc icm
application/vnd.lotus-1-2-3 wk1 wk3 wk4 123
application/vnd.microsoft.portable-executable exe dll sys
application/vnd.mif mif
application/vnd.ms-cab-compressed cab
application/vnd.ms-excel xls xlt xlb
application/vnd.ms-excel.addin.macroenabled.12 xlam
application/vnd.ms-excel.sheet.binary.macroenabled.12 xlsb
application/vnd.ms-excel.sheet.macroenabled.12 xlsm
application/vnd.ms-excel.template.macroenabled.12 xltm
application/vnd.ms-htmlhelp chm
application/vnd.ms-officetheme thmx
application/vnd.ms-outlook msg
application/vnd.ms-outlook-pst pst ost
application/vnd.ms-powerpoint ppt pot pps
application/vnd.ms-powerpoint.addin.macroenabled.12 ppam
application/vnd.ms-powerpoint.presentation.macroenabled.12 pptm
application/vnd.ms-powerpoint.slideshow.macroenabled.12 ppsm
application/vnd.ms-powerpoint.template.macroenabled.12 potm
application/vnd.ms-project mpp mpt
application/vnd.ms-publisher pub
application/vnd.ms-tnef tnef
application/vnd.ms-visio.drawing vsdx
application/vnd.ms-visio.drawing.macroenabled.12 vsdm
application/vnd.ms-visio.stencil vssx
application/vnd.ms-visio.stencil.macroenabled.12 vssm
application/vnd.ms-visio.template vstx
application/vnd.ms-visio.template.macroenabled.12 vstm
application/vnd.ms-word.document.macroenabled.12 docm
application/vnd.ms-word.template.macroenabled.12 dotm
application/vnd.ms-works wps wks
application/vnd.ms-xpsdocument xps
application/vnd.oasis.opendocument.chart odc
application/vnd.oasis.opendocument.database odb
application/vnd.oasis.opendocument.formula odf
application/vnd.oasis.opendocument.graphics odg
application/vnd.oasis.opendocument.graphics-template otg
application/vnd.oasis.opendocument.presentation odp
application/vnd.oasis.opendocument.presentation-flat-xml fodp
application/vnd.oasis.opendocument.presentation-template otp
application/vnd.oasis.opendocument.spreadsheet ods
application/vnd.oasis.opendocument.spreadsheet-flat-xml fods
application/vnd.oasis.opendocument.spreadsheet-template ots
application/vnd.oasis.opendocument.text odt
application/vnd.oasis.opendocument.text-flat-xml fodt
application/vnd.oasis.opendocument.text-template ott
application/vnd.openofficeorg.extension oxt
application/vnd.openxmlformats-officedocument.presentationml.presentation pptx
application/vnd.openxmlformats-officedocument.presentationml.slideshow ppsx
application/vnd.openxmlformats-officedocument.presentationml.template potx
application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
application/vnd.openxmlformats-officedocument.spreadsheetml.template xltx
application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
application/vnd.openxmlformats-officedocument.wordprocessingml.template dotx
application/vnd.recordare.musicxml+xml musicxml
application/vnd.rar rar
application/vnd.sqlite3 sqlite sqlite3
application/vnd.stardivision.draw sda sdd
application/vnd.stardivision.impress sdd
application/vnd.stardivision.calc sdc
application/vnd.stardivision.writer sdw
application/vnd.tcpdump.pcap pcap
application/vnd.visio vsd vss vst
application/vnd.wordperfect wpd wp wp5
application/wasm wasm
application/x-7z-compressed 7z
application/x-archive a ar
application/x-bibtex bib
application/x-bittorrent torrent
application/x-bzip2 bz2 tbz2
application/x-captureone eip
application/x-canon-vrd vrd
application/x-canon-dr4 dr4
application/x-chess-pgn pgn
application/x-compress z
application/x-cpio cpio
application/x-dbf dbf
application/x-dfont dfont
application/x-endnote-refer enw
application/x-fictionbook+xml fb2
application/x-font-afm afm
application/x-font-type1 pfa pfb pfm
application/x-gettext-translation mo
application/x-hdf5 h5 hdf5 he5
application/x-hwp hwp
application/x-indesign indd indt
application/x-indesign-interchange inx
application/x-internet-archive arc
application/x-iso9660-image iso
application/x-java-keystore jks
application/x-java-pack200 pack
application/x-lha lzh lha
application/x-lz4 lz4
application/x-lzma lzma
application/x-magick-image miff
application/x-matlab-data mat
application/x-mobipocket-ebook mobi azw prc
application/x-msaccess mdb accdb
application/x-msi msi
application/x-mswinurl url
application/x-netcdf nc cdf
application/x-object o
application/x-pcapng pcapng
application/x-pem-file pem key crt cer
application/x-pkcs12 p12 pfx
application/x-plist plist bplist webarchive
application/vnd.apple.photos aae
application/x-quattro-pro wb1 wb2 wb3 qpw
application/x-rpm rpm
application/x-sas xpt sd2 sas7bdat
application/x-sh sh
application/x-shellscript bash
application/x-stata-dta dta
application/x-subrip srt
application/x-tar tar
application/x-tex tex latex
application/x-tmx+xml tmx
application/x-windows-shortcut lnk
application/x-xisf xisf
application/x-xz xz
application/x-zstd-dictionary zdict
application/xhtml+xml xhtml xht
application/xliff+xml xlf xliff
application/xml xml xsd xsl
application/yaml yaml yml
application/zip zip
application/zlib zlib
application/zstd zst
audio/aac aac
audio/ac3 ac3
audio/amr amr
audio/amr-wb amr awb
audio/audible aa
audio/basic au snd
audio/flac flac
audio/midi mid midi
audio/mp4 m4a m4b m4p
audio/mpeg mp3 mp2 mpa
audio/ogg oga ogg opus spx
audio/x-aiff aif aiff aifc
audio/x-dss dss ds2
audio/x-it it
audio/x-matroska mka
audio/x-mod mod
audio/x-monkeys-audio ape
audio/x-ms-wma wma
audio/x-musepack mpc
audio/x-pn-realaudio ra ram
audio/x-s3m s3m
audio/x-tta tta
audio/x-wav wav
audio/x-wavpack wv
audio/x-xm xm
font/collection ttc
font/otf otf
font/ttf ttf
font/woff woff
font/woff2 woff2
image/apng apng
image/avif avif
image/bmp bmp dib
image/bpg bpg
image/emf emf
image/fits fits fts
image/flif flif
image/gif gif
image/heic heic
image/heif heif hif
image/j2c j2c j2k jpc
image/jp2 jp2
image/jpeg jpg jpeg jpe jfif mpo jps
image/jpm jpm
image/jpx jpx jpf
image/jxl jxl
image/pgf pgf
image/pict pict pct pic
image/png png
image/qoi qoi
image/svg+xml svg
image/tiff tif tiff
image/vnd.adobe.photoshop psd psb
image/vnd.djvu djvu djv
image/vnd.dgn dgn
image/vnd.dwg dwg
image/vnd.dxf dxf
image/vnd.fpx fpx
image/vnd.microsoft.icon ico
image/vnd.ms-dds dds
image/vnd.radiance hdr pic
image/vnd.zbrush.dcx dcx
image/vnd.zbrush.pcx pcx
image/webp webp
image/wmf wmf
image/wpg wpg
image/x-adobe-dng dng
image/x-canon-cr2 cr2
image/x-canon-cr3 cr3
image/x-canon-crw crw
image/x-cursor cur
image/x-dpx dpx
image/x-envi envi hdr
image/x-epson-erf erf
image/x-exr exr
image/x-flir-fpf fpf
image/x-fujifilm-raf raf
image/x-hasselblad-3fr 3fr
image/x-hasselblad-fff fff
image/x-icns icns
image/x-jbig2 jb2 jbig2
image/x-kodak-dcr dcr
image/x-kodak-kdc kdc
image/x-lytro-lfp lfp
image/x-mamiya-mef mef
image/x-mie mie
image/x-minolta-mrw mrw
image/x-mrc mrc
image/x-nikon-nef nef
image/x-nikon-nrw nrw
image/x-olympus-orf orf ori
image/x-paintshoppro psp pspimage
image/x-panasonic-rw2 rw2
image/x-pentax-pef pef
image/x-pfm pfm
image/x-photo-cd pcd
image/x-portable-bitmap pbm
image/x-portable-graymap pgm
image/x-portable-pixmap ppm
image/x-portable-arbitrarymap pam
image/x-raw raw iiq mos
image/x-samsung-srw srw
image/x-sgi sgi rgb bw
image/x-sigma-x3f x3f
image/x-sony-arw arw
image/x-sony-pmp pmp
image/x-sony-sr2 sr2
image/x-sony-srf srf
image/x-tga tga
image/x-xcf xcf
image/x-zeiss-czi czi
message/rfc822 eml emlx mht mhtml
model/3mf 3mf
model/e57 e57
model/gltf-binary glb
model/gltf+json gltf
model/stl stl
model/vnd.collada+xml dae
text/calendar ics
text/css css
text/csv csv
text/html html htm
text/javascript js mjs
text/markdown md markdown
text/plain txt text log
text/rtf rtf
text/tab-separated-values tsv tab
text/vcard vcf
text/vnd.graphviz gv dot
text/vtt vtt
text/x-c c h
text/x-msdos-batch bat cmd
text/x-python py
text/x-sas sas
application/gpx+xml gpx
video/3gpp 3gp 3gpp
video/3gpp2 3g2
video/matroska mkv
video/mp2t ts mts m2ts
text/x-typescript ts
video/mp4 mp4 m4v
video/mpeg mpg mpeg mpe vob
video/ogg ogv
video/quicktime mov qt
video/webm webm
video/x-dv dv
video/x-f4v f4v
video/x-flv flv
video/x-ms-asf asf
video/x-ms-wmv wmv
video/x-ms-wtv wtv
video/x-msvideo avi
video/x-red-r3d r3d
application/vnd.rn-realmedia rm rmvb
"""

_BY_EXTENSION: Final[dict[str, tuple[str, ...]]] = {}
for _media_type, *_extensions in map(str.split, _EXTENSIONS.strip().splitlines()):
    for _extension in _extensions:
        _BY_EXTENSION[_extension] = (*_BY_EXTENSION.get(_extension, ()), _media_type)


def promised(name: str) -> tuple[str, ...]:
    """The media types that a file name may promise, the likeliest first; none if it is unknown."""
    stem, dot, extension = name.rpartition(".")
    return _BY_EXTENSION.get(extension.lower(), ()) if dot and stem else ()
