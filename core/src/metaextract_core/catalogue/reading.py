"""Records out of the catalogue, as they were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from metaextract_core.catalogue import rows
from metaextract_core.catalogue.tables import records, sections
from metaextract_core.record import Record


def whole_records(connection: Connection, account: int, ids: Sequence[int]) -> dict[int, Record]:
    """Records of an account by the keys of their rows; others, and those that are no more, are not.

    Args:
        connection: to read with.
        account: whose records.
        ids: a few hundred at most.
    """
    bodies = {
        found.id: found.body
        for found in connection.execute(
            select(records.c.id, records.c.body).where(
                records.c.account_id == account, records.c.id.in_(ids)
            )
        )
    }
    data: dict[int, dict[str, Any]] = {}
    for found in connection.execute(
        select(sections.c.record_id, sections.c.extractor, sections.c.data).where(
            sections.c.record_id.in_(bodies)
        )
    ):
        data.setdefault(found.record_id, {})[found.extractor] = found.data
    return {id_: rows.record(body, data.get(id_, {})) for id_, body in bodies.items()}
