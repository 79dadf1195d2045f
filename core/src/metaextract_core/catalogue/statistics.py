"""What a catalogue holds, in numbers."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Connection, func, select

from metaextract_core.catalogue.compiling import condition
from metaextract_core.catalogue.filters import Filter
from metaextract_core.catalogue.tables import files, records, sections, versions


class Statistics(Struct, kw_only=True):
    """Counts over the records that a filter is true of.

    Attributes:
        records: files that are there.
        contents: different contents among them.
        bytes: of all files together.
        failed: records of files that could not be read completely.
        first: the earliest time of capture, by the clock of its device.
        last: the latest.
        media_types: records by media type, the most frequent first.
        sections: by extractor, sections by status.
        gone: files of the account that are there no more.
        versions: records of the account that newer ones have replaced.
    """

    records: int
    contents: int
    bytes: int
    failed: int
    first: str | None
    last: str | None
    media_types: dict[str, int]
    sections: dict[str, dict[str, int]]
    gone: int
    versions: int


def statistics(connection: Connection, account: int, filter_: Filter) -> Statistics:
    """The numbers of the records of an account that `filter_` is true of."""
    holds = condition(filter_, account, connection.dialect.name)
    whole = connection.execute(
        select(
            func.count(),
            func.count(records.c.content_id.distinct()),
            func.coalesce(func.sum(records.c.size), 0),
            func.count().filter(records.c.failed > 0),
            func.min(records.c.capture_time),
            func.max(records.c.capture_time),
        ).where(holds)
    ).one()
    number = func.count().label("number")
    media_types = connection.execute(
        select(records.c.media_type, number)
        .where(holds)
        .group_by(records.c.media_type)
        .order_by(number.desc(), records.c.media_type)
    )
    statuses = connection.execute(
        select(sections.c.extractor, sections.c.status, func.count())
        .join(records, records.c.id == sections.c.record_id)
        .where(holds)
        .group_by(sections.c.extractor, sections.c.status)
        .order_by(sections.c.extractor, sections.c.status)
    )
    by_extractor: dict[str, dict[str, int]] = {}
    for extractor, status, count in statuses:
        by_extractor.setdefault(extractor, {})[status] = count
    owned = files.c.account_id == account
    gone = select(func.count()).select_from(files).where(owned, files.c.gone.is_not(None))
    before = select(func.count()).select_from(versions).join(files).where(owned)
    first, last = whole[4], whole[5]
    return Statistics(
        records=whole[0],
        contents=whole[1],
        bytes=int(whole[2]),
        failed=whole[3],
        first=first.isoformat() if first else None,
        last=last.isoformat() if last else None,
        media_types={name or "unknown": count for name, count in media_types},
        sections=by_extractor,
        gone=connection.execute(gone).scalar_one(),
        versions=connection.execute(before).scalar_one(),
    )
