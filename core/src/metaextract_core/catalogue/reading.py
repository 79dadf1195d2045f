"""Records out of the catalogue, as they were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from metaextract_core.catalogue import rows
from metaextract_core.catalogue.tables import records, sections
from metaextract_core.record import Record


def whole_records(connection: Connection, ids: Sequence[int]) -> dict[int, Record]:
    """Records by the keys of their rows; a key that is not there has none."""
    data: dict[int, dict[str, Any]] = {}
    for found in connection.execute(
        select(sections.c.record_id, sections.c.extractor, sections.c.data).where(
            sections.c.record_id.in_(ids)
        )
    ):
        data.setdefault(found.record_id, {})[found.extractor] = found.data
    bodies = connection.execute(select(records.c.id, records.c.body).where(records.c.id.in_(ids)))
    return {found.id: rows.record(found.body, data.get(found.id, {})) for found in bodies}
