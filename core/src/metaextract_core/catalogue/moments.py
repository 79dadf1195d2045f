"""Times of records as the catalogue compares them: what a clock on the wall showed."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

_ISO: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?"
    r"(?:Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)


def wall_clock(time: str) -> dt.datetime | None:
    """The first moment of a time as records give it, whatever its zone, cut to microseconds.

    None for what is no such time.
    """
    found = _ISO.fullmatch(time)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction = found.groups()
    microsecond = int((fraction or "0")[:6].ljust(6, "0"))
    date = int(year), int(month or 1), int(day or 1)
    try:
        return dt.datetime(  # noqa: DTZ001 -- a clock on the wall has no zone
            *date, int(hour or 0), int(minute or 0), int(second or 0), microsecond
        )
    except ValueError:
        return None
