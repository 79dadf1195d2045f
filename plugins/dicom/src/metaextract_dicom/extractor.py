"""DICOM files through pydicom."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, Final

import pydicom

from metaextract_dicom.moments import moments
from metaextract_dicom.reading import read
from metaextract_dicom.values import Converter
from metaextract_sdk import Context, ExtractError, Extractor, FileView

_MAX_WARNINGS: Final = 50


class Dicom(Extractor):
    """Medical images and reports: every DICOM element but the pixels."""

    media_types = ("application/dicom",)
    version = f"1+pydicom-{pydicom.__version__}"
    profiles = ("standard", "deep")
    samples = ("samples/*",)
    content_only = True
    trust = 80  # above tools that read DICOM among many other formats
    crosswalk: ClassVar[Mapping[str, str]] = {
        "Columns": "image.width",
        "Rows": "image.height",
        "BitsAllocated": "image.bits_per_sample",
        "SamplesPerPixel": "image.channels",
        "PhotometricInterpretation": "image.color_mode",
        "NumberOfFrames": "image.frames",
        "AcquisitionDateTimeISO": "capture.time",
        "Manufacturer": "camera.make",
        "ManufacturerModelName": "camera.model",
        "DeviceSerialNumber": "camera.serial",
        "SoftwareVersions": "camera.firmware",
        "ImageComments": "document.comment",
        "PatientID": "medical.patient_id",
        "PatientName": "medical.patient_name",
        "PatientBirthDate": "medical.patient_birth",
        "PatientSex": "medical.patient_sex",
        "StudyInstanceUID": "medical.study_uid",
        "SeriesInstanceUID": "medical.series_uid",
        "SOPInstanceUID": "medical.instance_uid",
        "MediaStorageSOPInstanceUID": "medical.instance_uid",
        "Modality": "medical.modality",
        "StudyDateTimeISO": "medical.study_time",
        "StudyDescription": "medical.study_description",
        "SeriesDescription": "medical.series_description",
        "SeriesNumber": "medical.series_number",
        "InstanceNumber": "medical.instance_number",
        "BodyPartExamined": "medical.body_part",
        "InstitutionName": "medical.institution",
        "SliceThickness": "medical.slice_thickness",
        "TransferSyntaxUID": "medical.transfer_syntax",
        "PatientIdentityRemoved": "medical.deidentified",
    }

    def extract(self, file: FileView, ctx: Context) -> dict[str, Any]:
        """The elements of `file` by keyword, file meta information first.

        Raises:
            ExtractError: ``skipped`` for what is no DICOM file; with the elements before the fault
                where the file is damaged or exceeds a limit.
        """
        said = _Said()
        try:
            with _overheard(said.add):
                reading = read(file)
                if not reading.prefixed:
                    said.add("the preamble and the DICM prefix of PS3.10 are missing")
                converter = Converter(said.add)
                data = converter.mapping(reading.meta) | converter.mapping(reading.dataset)
                data |= moments(data)
        finally:
            said.tell(ctx)
        fault = reading.fault or converter.cut_short
        if not fault and not reading.dataset:
            fault = "no element follows the file meta information"
        if fault:
            raise ExtractError(fault, data=data or None)
        return data


class _Said:
    """Sentences, each once, up to a limit."""

    def __init__(self) -> None:
        self._sentences: dict[str, None] = {}
        self._more = 0

    def add(self, sentence: str) -> None:
        if sentence in self._sentences:
            return
        if len(self._sentences) < _MAX_WARNINGS:
            self._sentences[sentence] = None
        else:
            self._more += 1

    def tell(self, ctx: Context) -> None:
        for sentence in self._sentences:
            ctx.warn(sentence)
        if self._more:
            ctx.warn(f"{self._more} more warnings were left out")


@contextmanager
def _overheard(add: Callable[[str], None]) -> Iterator[None]:
    """Give `add` what pydicom logs and warns, most of it twice, instead of printing it."""

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            add(record.getMessage())

    logger = logging.getLogger("pydicom")
    handler = Handler(logging.WARNING)
    propagate = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate
        for warning in caught:
            add(str(warning.message))
