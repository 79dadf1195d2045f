"""Which of exiv2's keys mean which canonical field.

Of several for one field the first that a file has is taken, in the order that the ExifTool plugin
has: so a first look and the whole record choose the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Field -> its tags by preference, because the other way round nobody could see what comes first.
_TAGS: Final[Mapping[str, str]] = {
    "image.width": "Width",
    "image.height": "Height",
    "image.orientation": "Exif.Image.Orientation Xmp.tiff.Orientation",
    "image.bits_per_sample": "BitsPerSample Exif.Image.BitsPerSample",
    "image.channels": "Channels Exif.Image.SamplesPerPixel",
    "image.color_mode": "ColorMode Exif.Image.PhotometricInterpretation",
    "image.color_space": "Exif.Photo.ColorSpace",
    "image.icc_profile": "ICCProfileDescription Xmp.photoshop.ICCProfile",
    "image.compression": "Compression Exif.Image.Compression",
    "image.frames": "Frames",
    "image.transparency": "Transparency",
    "image.resolution_x": "XResolution Exif.Image.XResolution",
    "image.resolution_y": "YResolution Exif.Image.YResolution",
    "capture.time": "Exif.Photo.DateTimeOriginal Xmp.exif.DateTimeOriginal "
    "Exif.Image.DateTimeOriginal Xmp.photoshop.DateCreated Iptc.Application2.DateCreated",
    "capture.digitized": "Exif.Photo.DateTimeDigitized Xmp.exif.DateTimeDigitized "
    "Iptc.Application2.DigitizationDate",
    "capture.exposure_time": "Exif.Photo.ExposureTime Exif.Photo.ShutterSpeedValue",
    "capture.f_number": "Exif.Photo.FNumber Exif.Photo.ApertureValue",
    "capture.iso": "Exif.Photo.ISOSpeedRatings",
    "capture.exposure_bias": "Exif.Photo.ExposureBiasValue",
    "capture.exposure_program": "Exif.Photo.ExposureProgram",
    "capture.metering_mode": "Exif.Photo.MeteringMode",
    "capture.flash": "Exif.Photo.Flash",
    "capture.white_balance": "Exif.Photo.WhiteBalance",
    "capture.focal_length": "Exif.Photo.FocalLength",
    "capture.focal_length_35mm": "Exif.Photo.FocalLengthIn35mmFilm",
    "capture.subject_distance": "Exif.Photo.SubjectDistance",
    "capture.place": "Xmp.iptc.Location Iptc.Application2.SubLocation",
    "capture.city": "Xmp.photoshop.City Iptc.Application2.City",
    "capture.region": "Xmp.photoshop.State Iptc.Application2.ProvinceState",
    "capture.country": "Xmp.photoshop.Country Iptc.Application2.CountryName",
    "capture.people": "Xmp.iptcExt.PersonInImage",
    "camera.make": "Exif.Image.Make Xmp.tiff.Make",
    "camera.model": "Exif.Image.Model Xmp.tiff.Model",
    "camera.serial": "Exif.Photo.BodySerialNumber Xmp.exifEX.BodySerialNumber "
    "Xmp.aux.SerialNumber Exif.Image.CameraSerialNumber Exif.Nikon3.SerialNumber "
    "Exif.OlympusEq.SerialNumber Exif.Sigma.SerialNumber "
    "Exif.Canon.SerialNumber",
    "camera.firmware": "Exif.Canon.FirmwareVersion Xmp.aux.Firmware Exif.Sigma.Firmware",
    "camera.owner": "Exif.Photo.CameraOwnerName Xmp.exifEX.CameraOwnerName Xmp.aux.OwnerName "
    "Exif.Canon.OwnerName",
    "lens.make": "Exif.Photo.LensMake Xmp.exifEX.LensMake",
    "lens.model": "Exif.Photo.LensModel Xmp.exifEX.LensModel Xmp.aux.Lens LensName",
    "lens.serial": "Exif.Photo.LensSerialNumber Xmp.exifEX.LensSerialNumber "
    "Xmp.aux.LensSerialNumber Exif.OlympusEq.LensSerialNumber",
    "lens.max_aperture": "Exif.Photo.MaxApertureValue",
    "gps.latitude": "Exif.GPSInfo.GPSLatitude",
    "gps.longitude": "Exif.GPSInfo.GPSLongitude",
    "gps.altitude": "Exif.GPSInfo.GPSAltitude",
    "gps.time": "Exif.GPSInfo.GPSTimeStamp",
    "gps.direction": "Exif.GPSInfo.GPSImgDirection",
    "gps.accuracy": "Exif.GPSInfo.GPSHPositioningError",
    "rights.creator": "Xmp.dc.creator Iptc.Application2.Byline Exif.Image.Artist Xmp.tiff.Artist",
    "rights.copyright": "Xmp.dc.rights Iptc.Application2.Copyright Exif.Image.Copyright",
    "rights.owner": "Xmp.xmpRights.Owner",
    "rights.credit": "Xmp.photoshop.Credit Iptc.Application2.Credit",
    "rights.source": "Xmp.photoshop.Source Iptc.Application2.Source",
    "rights.usage_terms": "Xmp.xmpRights.UsageTerms",
    "rights.licence": "Xmp.xmpRights.WebStatement",
    "rights.protected": "Xmp.xmpRights.Marked",
    "document.title": "Xmp.dc.title Iptc.Application2.ObjectName",
    "document.headline": "Xmp.photoshop.Headline Iptc.Application2.Headline",
    "document.description": "Xmp.dc.description Exif.Image.ImageDescription "
    "Iptc.Application2.Caption",
    "document.keywords": "Xmp.dc.subject Iptc.Application2.Keywords",
    "document.comment": "Exif.Photo.UserComment Comment",
    "document.identifier": "Xmp.dc.identifier",
    "document.language": "Xmp.dc.language",
    "document.publisher": "Xmp.dc.publisher",
    "document.created": "Xmp.xmp.CreateDate",
    "document.modified": "Xmp.xmp.ModifyDate Exif.Image.DateTime",
    "document.rating": "Xmp.xmp.Rating Exif.Photo.Rating Exif.Image.Rating",
    "provenance.software": "Xmp.xmp.CreatorTool Exif.Image.Software",
    "provenance.producer": "Xmp.pdf.Producer",
    "provenance.document_id": "Xmp.xmpMM.DocumentID",
    "provenance.instance_id": "Xmp.xmpMM.InstanceID",
}

CROSSWALK: Final[Mapping[str, str]] = {
    tag: field for field, tags in _TAGS.items() for tag in tags.split()
}
"""Own tag -> canonical field; of several for one field the first is preferred."""
