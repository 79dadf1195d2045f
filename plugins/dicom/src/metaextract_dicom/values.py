"""Turns pydicom's datasets into plain data.

Value representations are those of DICOM PS3.5 section 6.2, private elements those of section 7.8.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pydicom.datadict import keyword_for_tag, private_dictionary_description
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag
from pydicom.uid import UID

from metaextract_dicom.reading import BINARY, as_stored, passed_over, representation

MAX_VALUES: Final = 40_000
"""Values of one file."""
MAX_LIST: Final = 1_000
"""Values of one element."""
MAX_DEPTH: Final = 24
"""Sequences inside each other."""
MAX_ITEMS: Final = 100_000
"""Items of sequences of defined length, which pydicom parses one after another."""
MAX_SEQUENCE_BYTES: Final = 32 << 20
"""Bytes of such sequences; an inner one counts again."""

_ITEM: Final = (b"\xfe\xff\x00\xe0", b"\xff\xfe\xe0\x00")
_UNDEFINED: Final = 0xFFFFFFFF


class Converter:
    """Makes plain data of one file's datasets, and says what it had to leave out.

    Args:
        warn: called with one sentence for each thing that could not be shown as it is.

    Attributes:
        cut_short: names the element inside which the file ends, if it does.
    """

    def __init__(self, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self.cut_short: str | None = None
        self._left = MAX_VALUES
        self._items_left = MAX_ITEMS
        self._bytes_left = MAX_SEQUENCE_BYTES
        self._warned_depth = False

    def mapping(self, dataset: Dataset, depth: int = 0) -> dict[str, Any]:
        """The elements by keyword, or by ``(gggg,eeee)``, creator and name where they have none.

        Text stays text (dates too, as DICOM writes them), IS and DS become numbers, a sequence is a
        list of mappings, binary values are a note ``{"vr": ..., "length": bytes}``. A well-known
        UID has its name beside it, under the keyword with ``Name`` appended.
        """
        result: dict[str, Any] = {}
        for tag in sorted(dataset.keys()):
            if self._left <= 0:
                if self._left == 0:
                    self._warn(f"only the first {MAX_VALUES} values were kept")
                    self._left = -1
                result["…"] = "[cut]"
                break
            self._left -= 1
            self._put(result, dataset, BaseTag(tag), depth)
        return result

    def _put(self, result: dict[str, Any], dataset: Dataset, tag: BaseTag, depth: int) -> None:
        raw = as_stored(dataset, tag)
        name = keyword_for_tag(tag) or str(tag)
        if isinstance(raw, RawDataElement):
            if passed_over(raw) or not self._affordable(raw):
                result[name] = _note(raw)
                return
            if len(raw.value or b"") < raw.length != _UNDEFINED:
                self.cut_short = f"the file ends inside {name}, {raw.length} bytes long"
        try:
            element = dataset[tag]
            name = _name(element)
            if name in result:  # groups 50xx and 60xx repeat (PS3.5 section 7.6)
                name = f"{name} {tag}"
            result[name] = self._value(element, depth)
            if isinstance(element.value, UID) and element.value.name != element.value:
                result[f"{name}Name"] = element.value.name
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 # pydicom promises no exception types for damage
            self._warn(f"{name}: {str(error) or type(error).__name__}")
            result[name] = _as_found(raw)

    def _affordable(self, raw: RawDataElement) -> bool:
        if representation(raw) != "SQ" or not raw.value:
            return True
        self._bytes_left -= len(raw.value)
        self._items_left -= raw.value.count(_ITEM[0] if raw.is_little_endian else _ITEM[1])
        if self._bytes_left < 0 or self._items_left < 0:
            self._warn("sequences too large to be read were left out")
            return False
        return True

    def _value(self, element: DataElement, depth: int) -> Any:
        value = element.value
        if element.VR == "SQ":
            return self._sequence(value or [], depth)
        if isinstance(value, bytes):
            text = _text(value) if element.VR == "UN" else None
            return {"vr": element.VR, "length": len(value)} if text is None else text
        if element.VR in BINARY:
            return {"vr": element.VR, "length": 0}
        if isinstance(value, MultiValue | list):
            kept = [_scalar(item, element.VR) for item in value[:MAX_LIST]]
            self._left -= len(kept)
            if len(value) > MAX_LIST:
                self._warn(f"{_name(element)}: {MAX_LIST} of {len(value)} values were kept")
                kept.append(f"[cut: {len(value) - MAX_LIST} more]")
            return kept
        return _scalar(value, element.VR)

    def _sequence(self, items: Any, depth: int) -> Any:
        if depth >= MAX_DEPTH:
            if not self._warned_depth:
                self._warn(f"sequences nested deeper than {MAX_DEPTH} levels were cut")
                self._warned_depth = True
            return f"[cut: nested deeper than {MAX_DEPTH} levels]"
        result: list[Any] = []
        for item in items:
            if self._left <= 0:
                result.append(f"[cut: {len(items) - len(result)} more]")
                break
            result.append(self.mapping(item, depth + 1))
        return result


def _scalar(value: Any, vr: str) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, BaseTag):
        return str(value)
    if vr == "DS":
        return float(value)
    if isinstance(value, int):
        return int(value)
    return value if isinstance(value, float) else str(value)


def _name(element: DataElement) -> str:
    keyword = keyword_for_tag(element.tag)
    if keyword:
        return keyword
    creator = element.private_creator
    if not creator:
        return str(element.tag)
    try:
        known = private_dictionary_description(element.tag, creator)
    except KeyError:
        known = ""
    return f"{element.tag} {creator}" + (f": {known}" if known not in {"", "Unknown"} else "")


def _note(raw: RawDataElement) -> dict[str, Any]:
    return {
        "vr": representation(raw),
        "length": None if raw.length == _UNDEFINED else raw.length,
    }


def _as_found(element: DataElement | RawDataElement) -> Any:
    """A value that could not be understood: its text, or else a note."""
    if not isinstance(element, RawDataElement):
        return None
    text = _text(element.value) if element.value else None
    return _note(element) if text is None else text


def _text(value: bytes) -> str | None:
    """`value` as text if it is nothing but printable ASCII, padding aside."""
    try:
        text = value.rstrip(b"\0 ").decode("ascii")
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() and text else None
