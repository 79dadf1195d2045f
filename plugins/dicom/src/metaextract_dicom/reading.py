"""Reads a DICOM file up to its pixels, however damaged or hostile it is.

The file format is DICOM PS3.10 section 7, the encoding of elements PS3.5 section 7, the deflated
transfer syntax PS3.5 section A.5.
"""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Callable
from typing import BinaryIO, Final, NamedTuple, TypeGuard, cast

from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset, FileDataset
from pydicom.filereader import read_dataset, read_partial, read_preamble
from pydicom.tag import BaseTag
from pydicom.uid import DeflatedExplicitVRLittleEndian

from metaextract_sdk import ExtractError, FileView

MAX_READS: Final = 500_000
"""Reads of one file; an element costs two or three."""
MAX_BYTES: Final = 64 << 20
"""Bytes read from one file; large values and pixels are passed over, not read."""
MAX_INFLATED: Final = 16 << 20
"""Bytes inflated from a deflated file; what follows is usually pixels."""
MAX_RATIO: Final = 100
"""Bytes inflated from each deflated one. Elements shrink to a half or a tenth; only pixels, which
are not read, shrink to a thousandth."""
FREE_OF_RATIO: Final = 1 << 20
"""Bytes that are inflated in any case."""
MAX_VALUE: Final = 64 << 10
"""Bytes of a binary value that is read; of a larger one only the length is told."""
MAX_TEXT: Final = 16 << 20
"""The same for text, numbers and sequences."""
BINARY: Final = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "OB or OW", "UN"})
"""Value representations of bytes without a meaning that everyone knows (PS3.5 section 6.2)."""

_FIRST_ELEMENTS: Final = (
    b"\x02\x00\x00\x00UL",
    b"\x08\x00\x00\x00",
    b"\x08\x00\x05\x00",
    b"\x08\x00\x08\x00",
    b"\x00\x08\x00\x05CS",
)
"""How a data set begins that was stored without its file header, as old archives do."""
_PIXELS: Final = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
_TOO_MUCH: Final = (
    f"more than {MAX_READS} reads or {MAX_BYTES >> 20} MiB, too much for one file's elements"
)
_StopWhen = Callable[[BaseTag, str | None, int], bool]


class LimitError(Exception):
    """The file asks for more reading than any real one needs."""


class Reading(NamedTuple):
    """What was read.

    Attributes:
        meta: the elements of group 0002.
        dataset: the elements before the pixels.
        fault: why elements are missing, or None.
        prefixed: whether the file has the preamble and prefix that PS3.10 demands.
    """

    meta: Dataset
    dataset: Dataset
    fault: str | None
    prefixed: bool = True


class _Reader:
    """The file as pydicom sees it: it never claims memory for bytes that are not there.

    pydicom asks for as many bytes as an element says it has, up to 4 GiB, and `io.BufferedReader`
    allocates that much before it looks.
    """

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._position = 0
        self._reads_left = MAX_READS
        self._bytes_left = MAX_BYTES
        self.size = size

    def rewind(self) -> None:
        """Back to the beginning, with a fresh allowance."""
        self.seek(0)
        self._reads_left = MAX_READS
        self._bytes_left = MAX_BYTES

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("an element points before the beginning of the file")
        self._position = base + offset
        self._file.seek(self._position)
        return self._position

    def read(self, count: int = -1) -> bytes:
        left = max(0, self.size - self._position)
        if not 0 <= count <= left:
            count = left
        self._reads_left -= 1
        self._bytes_left -= count
        if self._reads_left < 0 or self._bytes_left < 0:
            raise LimitError(_TOO_MUCH)
        data = self._file.read(count)
        self._position += len(data)
        return data


def read(file: FileView) -> Reading:
    """The elements of `file` before its pixels; where it is damaged, those before the fault.

    Raises:
        ExtractError: not one element could be read.
    """
    prefixed = file.read(128, 4) == b"DICM"
    if not prefixed and not file.read(0, 6).startswith(_FIRST_ELEMENTS):
        raise ExtractError(
            "neither a DICM prefix at byte 128 nor a DICOM element at byte 0", status="skipped"
        )
    source = _Reader(file.open(), file.size)
    try:
        read_preamble(cast(BinaryIO, source), force=True)
        meta = read_dataset(
            cast(BinaryIO, source),
            is_implicit_VR=False,
            is_little_endian=True,
            stop_when=lambda tag, vr, length: tag >> 16 != 2,
        )
        deflated = meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian
    except MemoryError:
        raise
    except Exception as error:  # pydicom promises no exception types for damage
        raise ExtractError(f"the file meta information is damaged: {_reason(error)}") from error
    reading = _read_deflated(source, meta) if deflated else _read_plain(source)
    return reading._replace(prefixed=prefixed)


def _read_plain(source: _Reader) -> Reading:
    def attempt(stop_when: _StopWhen) -> FileDataset:
        source.rewind()
        return read_partial(
            cast(BinaryIO, source), stop_when=stop_when, defer_size=MAX_VALUE, force=True
        )

    dataset, fault, _ = _before_fault(attempt, source)
    _fetch_passed_over(dataset, source)
    return Reading(cast(FileDataset, dataset).file_meta, dataset, fault)


def _read_deflated(source: _Reader, meta: Dataset) -> Reading:
    # pydicom inflates the whole rest of the file in one go, whatever comes out of it.
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        # Deflating adds at most a few bytes to each block, so this much gives all that is wanted.
        deflated = source.read(MAX_INFLATED + (1 << 20))
        most = min(MAX_INFLATED, max(FREE_OF_RATIO, MAX_RATIO * len(deflated)))
        data = inflater.decompress(deflated, most)
    except zlib.error as error:
        raise ExtractError(
            f"the deflated elements cannot be inflated: {error}",
            data={"TransferSyntaxUID": str(DeflatedExplicitVRLittleEndian)},
        ) from error
    inflated = _Reader(io.BytesIO(data), len(data))

    def attempt(stop_when: _StopWhen) -> Dataset:
        inflated.rewind()
        return read_dataset(
            cast(BinaryIO, inflated),
            is_implicit_VR=False,
            is_little_endian=True,
            stop_when=stop_when,
        )

    dataset, fault, at_pixels = _before_fault(attempt, inflated)
    if fault is None and not at_pixels:
        if len(data) == MAX_INFLATED:
            fault = f"only the first {MAX_INFLATED >> 20} MiB of the inflated elements were read"
        elif len(data) == most:
            fault = f"what inflates to more than {MAX_RATIO} times its size was not read"
        elif not inflater.eof:
            fault = "the deflated elements end too early"
    return Reading(meta, dataset, fault)


def _before_fault(
    attempt: Callable[[_StopWhen], Dataset], source: _Reader
) -> tuple[Dataset, str | None, bool]:
    """The elements up to pixels or a fault, the fault, and whether pixels were reached."""
    reached: int | None = None

    def at_pixels(tag: BaseTag, vr: str | None, length: int) -> bool:
        nonlocal reached
        reached = int(tag)
        return tag in _PIXELS

    try:
        dataset = attempt(at_pixels)
        if source.tell() > source.size:
            return dataset, f"the file ends inside element {BaseTag(reached or 0)}", False
        return dataset, None, reached in _PIXELS
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 # as in `read`
        fault, cause = _reason(error), error
    if reached is None:
        raise ExtractError(f"not one element could be read: {fault}") from cause
    bad = reached
    try:
        dataset = attempt(lambda tag, vr, length: tag == bad)
    except MemoryError:
        raise
    except Exception as error:  # as in `read`
        raise ExtractError(f"not one element could be read: {_reason(error)}") from error
    return dataset, f"reading stopped at element {BaseTag(bad)}: {fault}", False


def _fetch_passed_over(dataset: Dataset, source: _Reader) -> None:
    """Read the large values after all that are neither binary nor endless."""
    for tag in list(dataset.keys()):
        raw = as_stored(dataset, tag)
        if not passed_over(raw) or raw.length > MAX_TEXT or representation(raw) in BINARY:
            continue
        source.seek(raw.value_tell)
        try:
            dataset[tag] = raw._replace(value=source.read(raw.length))
        except LimitError:
            return


def as_stored(dataset: Dataset, tag: BaseTag) -> DataElement | RawDataElement:
    """The element before its value is understood, where that has not been done yet."""
    # pydicom's annotation leaves the raw kind out.
    return cast(DataElement | RawDataElement, dataset.get_item(tag, keep_deferred=True))


def passed_over(element: object) -> TypeGuard[RawDataElement]:
    """Whether the value of `element` was too large to be read."""
    return isinstance(element, RawDataElement) and element.value is None and element.length != 0


def representation(raw: RawDataElement) -> str:
    """The value representation in the file, or else in the dictionary, or else ``UN``."""
    if raw.VR and raw.VR != "UN":
        return str(raw.VR)
    try:
        return dictionary_VR(raw.tag)
    except KeyError:
        return "UN"


def _reason(error: BaseException) -> str:
    # pydicom turns any error inside a sequence's item into one about a missing tag.
    chain = [error]
    while chain[-1].__context__ is not None:
        chain.append(chain[-1].__context__)
    if any(isinstance(link, RecursionError) for link in chain):
        return "sequences are nested too deeply"
    if any(isinstance(link, LimitError) for link in chain):
        return _TOO_MUCH
    return str(error) or type(error).__name__
