"""Records as CSV (RFC 4180) that a spreadsheet may open without running what files say."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from typing import IO, Any, Final

from metaextract_core.exporting.columns import IDENTITY, Column, cells
from metaextract_core.exporting.values import as_text, is_number, members
from metaextract_core.record import Record

SEPARATOR: Final = "; "
"""Between the members of a list."""

# OWASP, "CSV Injection": = + - @ TAB CR LF and the full-width forms of the first four. Spreadsheets
# drop blanks and quotation marks before them, and what cannot be seen; the small forms and the
# minus sign (Unicode Standard, U+FE50 to U+FE6F and U+2212) are what input methods turn into them.
_PASSED_OVER = (
    "\x00-\x20\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
)
_QUOTES = "\"'`\u00b4\u2018-\u201f\uff02\uff07"
_TRIGGERS = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
_FORMULA: Final = re.compile(f"[{_PASSED_OVER}{_QUOTES}]*[{_TRIGGERS}]")


def neutralised(text: str) -> str:
    """`text` with an apostrophe before it where a spreadsheet might take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def restored(cell: str) -> str:
    """The text of which `neutralised` has made `cell`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell


class Table:
    """CSV on a stream, in UTF-8: a row of names, then a row for each record.

    A text that a spreadsheet might take for a formula has an apostrophe before it (`restored` takes
    it away); numbers are written as they are. A list is one cell, its members joined.
    """

    def __init__(self, stream: IO[bytes], columns: Sequence[Column], *, bom: bool = False) -> None:
        self._columns = columns
        if bom:
            stream.write(b"\xef\xbb\xbf")
        self._rows = csv.writer(_Utf8(stream), lineterminator="\r\n")
        self._rows.writerow([*IDENTITY, *(column.name for column in columns)])

    def write(self, record: Record) -> None:
        """Write one row."""
        found = [record.file.path, record.file.digest, *cells(record, self._columns)]
        self._rows.writerow([_cell(value) for value in found])


class _Utf8:
    """What the `csv` module writes to."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(text.encode())


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if is_number(value) and -math.inf < value < math.inf:  # unlike isfinite, of any integer
        return str(value)
    if isinstance(value, list):
        # Each of them, for a spreadsheet in a country of semicolons begins a cell with it.
        return SEPARATOR.join(map(neutralised, members(value)))
    return neutralised(as_text(value))
