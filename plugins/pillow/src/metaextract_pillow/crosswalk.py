"""Which tags mean which canonical fields."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CROSSWALK: Mapping[str, str] = MappingProxyType(
    {
        "Width": "image.width",
        "Height": "image.height",
        "Orientation": "image.orientation",
        "BitsPerSample": "image.bits_per_sample",
        "Channels": "image.channels",
        "ColorMode": "image.color_mode",
        "ColorSpace": "image.color_space",
        "ICCProfileDescription": "image.icc_profile",
        "Frames": "image.frames",
        "Transparency": "image.transparency",
        "XResolution": "image.resolution_x",
        "YResolution": "image.resolution_y",
        "DateTimeOriginal": "capture.time",
        "DateTimeDigitized": "capture.digitized",
        "ExposureTime": "capture.exposure_time",
        "FNumber": "capture.f_number",
        "PhotographicSensitivity": "capture.iso",
        "ExposureBiasValue": "capture.exposure_bias",
        "FocalLength": "capture.focal_length",
        "FocalLengthIn35mmFilm": "capture.focal_length_35mm",
        "SubjectDistance": "capture.subject_distance",
        "Make": "camera.make",
        "Model": "camera.model",
        "BodySerialNumber": "camera.serial",
        "CameraOwnerName": "camera.owner",
        "LensMake": "lens.make",
        "LensModel": "lens.model",
        "LensSerialNumber": "lens.serial",
        "GPSLatitude": "gps.latitude",
        "GPSLongitude": "gps.longitude",
        "GPSAltitude": "gps.altitude",
        "GPSDateTime": "gps.time",
        "GPSImgDirection": "gps.direction",
        "GPSHPositioningError": "gps.accuracy",
        "Artist": "rights.creator",
        "PNG:Author": "rights.creator",
        "Copyright": "rights.copyright",
        "PNG:Copyright": "rights.copyright",
        "PNG:Title": "document.title",
        "ImageDescription": "document.description",
        "PNG:Description": "document.description",
        "Comment": "document.comment",
        "PNG:Comment": "document.comment",
        "PNG:Creation Time": "document.created",
        "DateTime": "document.modified",
        "Software": "provenance.software",
        "PNG:Software": "provenance.software",
    }
)
"""Own tag -> canonical field; of several for one field, Exif's comes first.

Flash, metering and the like are left to extractors that put Exif's numbers into words.
"""
