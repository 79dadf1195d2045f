"""Gives a record with a position the names of the nearest town and its country."""

from __future__ import annotations

from typing import Any

from metaextract_geocode.places import reverse
from metaextract_sdk import hookimpl


@hookimpl
def metaextract_assemble(record: dict[str, Any]) -> dict[str, Any] | None:
    """Fields of `place` from `gps.latitude` and `gps.longitude`."""
    fields = record["fields"]
    if "gps.latitude" not in fields or "gps.longitude" not in fields:
        return None
    try:
        place = reverse(fields["gps.latitude"]["value"], fields["gps.longitude"]["value"])
    except ValueError:  # a damaged file's position names no place; the record shows it as it is
        return None
    if place is None:
        return None
    return {f"place.{name}": value for name, value in place._asdict().items()}
