"""Dates and times that DICOM keeps in two elements, as one value each.

DA, TM and DT are defined in DICOM PS3.5 section 6.2; TimezoneOffsetFromUTC holds for all dates and
times of the object (PS3.3 section C.12.1.1.8).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_DATE = re.compile(r"(\d{4})\.?(\d\d)\.?(\d\d)", re.ASCII)
_TIME = re.compile(r"(\d\d):?(?:(\d\d):?(?:(\d\d)(\.\d{1,6})?)?)?", re.ASCII)
_MOMENT = re.compile(r"(\d{8})(\d{2,6}(?:\.\d{1,6})?)?([+-]\d{4})?", re.ASCII)
_ZONE = re.compile(r"[+-]\d{4}", re.ASCII)


def moments(data: Mapping[str, Any]) -> dict[str, str]:
    """``StudyDateTimeISO`` and the like, in ISO 8601, from the elements in `data`.

    A moment has a time only where the time is well-formed, and an offset only where the object
    names one. A date that is none stays as the object wrote it.
    """
    zone = data.get("TimezoneOffsetFromUTC")
    result: dict[str, str] = {}
    for event in ("Study", "Series", "Acquisition", "Content"):
        whole = _MOMENT.fullmatch(str(data.get(f"{event}DateTime")))
        if whole:
            date, time, own_zone = whole.groups()
            moment = _iso(date, time, own_zone or zone)
        else:
            moment = _iso(data.get(f"{event}Date"), data.get(f"{event}Time"), zone)
        moment = moment or data.get(f"{event}DateTime") or data.get(f"{event}Date")
        if isinstance(moment, str) and moment.strip():
            result[f"{event}DateTimeISO"] = moment
    return result


def _iso(date: Any, time: Any, zone: Any) -> str | None:
    day = _DATE.fullmatch(str(date))
    if not day:
        return None
    moment = "-".join(day.groups())
    clock = _TIME.fullmatch(str(time))
    if not clock:
        return moment
    hour, minute, second, fraction = clock.groups()
    moment += f"T{hour}:{minute or '00'}:{second or '00'}{fraction or ''}"
    if _ZONE.fullmatch(str(zone)):
        moment += f"{zone[:3]}:{zone[3:]}"
    return moment
