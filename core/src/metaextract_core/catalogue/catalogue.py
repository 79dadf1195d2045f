"""Catalogue: the database of records, for whoever asks it in Python."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from types import TracebackType
from typing import Final, Self, TypeVar

from msgspec import Struct
from sqlalchemy import Connection, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from metaextract_core.catalogue import (
    duplicates,
    rows,
    saving,
    searching,
    similarity,
    statistics,
)
from metaextract_core.catalogue.columns import MOMENT
from metaextract_core.catalogue.database import Database, address
from metaextract_core.catalogue.filters import EVERYTHING, Filter
from metaextract_core.catalogue.reading import whole_records
from metaextract_core.catalogue.rows import path_digest
from metaextract_core.catalogue.saving import Saved
from metaextract_core.catalogue.searching import Hit, Page
from metaextract_core.catalogue.statistics import Statistics
from metaextract_core.catalogue.tables import accounts, contents, files, records, versions
from metaextract_core.record import Record
from metaextract_core.settings import CatalogueSettings, load_settings

T = TypeVar("T")

LOCAL: Final = "local"
"""The account of the command line."""
_AT_ONCE: Final = 200
"""Records in one transaction: others wait for it, and it is lost where it fails."""


class Version(Struct, kw_only=True):
    """What was known of a file at a time.

    Attributes:
        number: 1 is the first.
        made: when it was saved, ISO 8601 in UTC.
        until: when something else was known, or the file was gone; None for what is known now.
        digest: of the content.
    """

    number: int
    made: str
    until: str | None
    digest: str | None


class Catalogue:
    """The records of an account. Close it, or use it in a ``with`` statement.

    Its methods may be called from any thread. A filter is one of `filters`, or a text in the
    language of `docs/search.md`; one that cannot be read raises `language.FilterError`. Where the
    database is gone, it is tried again for ``timeout`` seconds of ``[catalogue]``.

    Args:
        url: of the database; the user's own if None (`docs/catalogue.md`).
        settings: of the catalogue; from the user's configuration if None.
        account: the name of the account, which is made if need be.

    Raises:
        CatalogueError: the database cannot be used, or its form is not that of this program.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        settings: CatalogueSettings | None = None,
        account: str = LOCAL,
    ) -> None:
        self._settings = settings if settings is not None else load_settings().catalogue
        self._database = Database(address(url), self._settings)
        self.name = self._database.name
        # Whoever only asks must not wait for those who write.
        known = self._reading(lambda connection: _account(connection, account))
        if known is None:
            known = self._writing(lambda connection: _new_account(connection, account))
        self._account = known

    def save(self, found: Iterable[Record]) -> Saved:
        """Have the catalogue hold these records; what it knew of the same paths are versions.

        Records are saved in transactions of up to 200. A path that is named twice has one record.

        Raises:
            CatalogueError: the database cannot be used; the records of the last transaction are
                not in it, those before are.
        """
        total = Saved()
        rest = iter(found)
        while part := [rows.row(record) for record in islice(rest, _AT_ONCE)]:
            save = partial(saving.save, account=self._account, rows=part, now=_now())
            saved = self._writing(save)
            total.new += saved.new
            total.changed += saved.changed
            total.unchanged += saved.unchanged
        if total.new:
            self._writing(saving.analyse)
        return total

    def forget(self, paths: Iterable[str | os.PathLike[str]]) -> int:
        """Note that these files are gone: how many there were. Their records become versions."""
        digests = [path_digest(_raw(path)) for path in paths]
        now = _now()
        return self._writing(
            lambda connection: saving.forget(connection, self._account, digests, now)
        )

    def search(
        self,
        filter_: Filter | str = EVERYTHING,
        *,
        sort: str = "saved",
        descending: bool = True,
        limit: int = 50,
        after: str | None = None,
    ) -> Page:
        """A page of the records that a filter is true of (`searching.search`)."""
        return self._reading(
            lambda connection: searching.search(
                connection,
                self._account,
                _read(filter_),
                sort=sort,
                descending=descending,
                limit=limit,
                after=after,
            )
        )

    def count(self, filter_: Filter | str = EVERYTHING) -> int:
        """How many records a filter is true of."""
        return self._reading(
            lambda connection: searching.count(connection, self._account, _read(filter_))
        )

    def facet(
        self, field: str, filter_: Filter | str = EVERYTHING, *, limit: int = 20
    ) -> list[tuple[str, int]]:
        """The values of a field with the numbers of records (`searching.facet`)."""
        return self._reading(
            lambda connection: searching.facet(
                connection, self._account, _read(filter_), field, limit
            )
        )

    def records(
        self, filter_: Filter | str = EVERYTHING, *, sort: str = "saved", descending: bool = True
    ) -> Iterator[Record]:
        """All records that a filter is true of, page by page."""
        filter_ = _read(filter_)
        after: str | None = None
        while True:
            page = self.search(
                filter_, sort=sort, descending=descending, limit=_AT_ONCE, after=after
            )
            whole = self.whole([hit.record for hit in page.hits])
            yield from whole.values()
            if page.next is None:
                return
            after = page.next

    def whole(self, ids: Sequence[int]) -> dict[int, Record]:
        """Records by the keys that hits have, in that order; a key that is no more has none."""
        found = self._reading(lambda connection: whole_records(connection, self._account, ids))
        return {id_: found[id_] for id_ in ids if id_ in found}

    def hits(self, ids: Sequence[int]) -> list[Hit]:
        """What lists show of records, by the keys that hits have, in that order."""
        return self._reading(lambda connection: searching.hits(connection, self._account, ids))

    def record(self, path: str | os.PathLike[str], version: int | None = None) -> Record | None:
        """What is known of a file, or was known of it in an earlier version."""
        digest = path_digest(_raw(path))
        return self._reading(lambda connection: _record(connection, self._account, digest, version))

    def file_id(self, path: str | os.PathLike[str]) -> int | None:
        """The id of a file, as hits have it; None where the catalogue has never seen it."""
        digest = path_digest(_raw(path))
        return self._reading(lambda connection: _file(connection, self._account, digest))

    def record_of(self, file: int) -> Record | None:
        """What is known of a file, by the id that hits have; None where it is gone or another's."""
        return self._reading(lambda connection: _record_of(connection, self._account, file))

    def history_of(self, file: int) -> list[Version]:
        """As `history`, by the id that hits have."""
        return self._reading(lambda connection: _versions(connection, self._account, file))

    def ping(self) -> None:
        """Ask the database for nothing.

        Raises:
            CatalogueError: it does not answer.
        """
        self._reading(lambda connection: connection.execute(select(literal(1))).scalar_one())

    def paths_under(self, folder: str | os.PathLike[str]) -> list[str]:
        """The files below a folder that the catalogue has records of, as `os.fsdecode` has them."""
        prefix = os.path.join(os.fsdecode(_raw(folder)), "")
        return self._reading(lambda connection: _under(connection, self._account, prefix))

    def history(self, path: str | os.PathLike[str]) -> list[Version]:
        """What was known of a file over time, the latest first."""
        digest = path_digest(_raw(path))
        return self._reading(lambda connection: _history(connection, self._account, digest))

    def similar(self, phash: int, within: int) -> list[tuple[int, int]]:
        """(distance, key) of records of pictures that look alike (`similarity.neighbours`)."""
        return self._reading(
            lambda connection: similarity.neighbours(connection, self._account, phash, within)
        )

    def equal(self, filter_: Filter | str = EVERYTHING, *, limit: int = 1000) -> list[list[int]]:
        """Groups of records of the same content (`duplicates.equal`)."""
        return self._reading(
            lambda connection: duplicates.equal(connection, self._account, _read(filter_), limit)
        )

    def alike(self, filter_: Filter | str = EVERYTHING, *, within: int = 3) -> list[list[int]]:
        """Groups of records of pictures that look alike (`duplicates.alike`)."""
        return self._reading(
            lambda connection: duplicates.alike(connection, self._account, _read(filter_), within)
        )

    def statistics(self, filter_: Filter | str = EVERYTHING) -> Statistics:
        """What there is, in numbers (`statistics.statistics`)."""
        return self._reading(
            lambda connection: statistics.statistics(connection, self._account, _read(filter_))
        )

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _reading(self, action: Callable[[Connection], T]) -> T:
        return self._database.do(action)

    def _writing(self, action: Callable[[Connection], T]) -> T:
        return self._database.do(action, write=True)


def _read(filter_: Filter | str) -> Filter:
    if not isinstance(filter_, str):
        return filter_
    from metaextract_core.catalogue.language import parse

    return parse(filter_)


def _account(connection: Connection, name: str) -> int | None:
    """The key of an account; None where there is none."""
    return connection.execute(select(accounts.c.id).where(accounts.c.name == name)).scalar()


def _new_account(connection: Connection, name: str) -> int:
    """The key of an account that is made, if nobody else has made it meanwhile."""
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    new = kind.insert(accounts).values(name=name, created=_now())
    connection.execute(new.on_conflict_do_nothing())
    return int(
        connection.execute(select(accounts.c.id).where(accounts.c.name == name)).scalar_one()
    )


def _record(connection: Connection, account: int, path: str, version: int | None) -> Record | None:
    file = _file(connection, account, path)
    head = connection.execute(
        select(records.c.id, records.c.version).where(records.c.file_id == file)
    ).first()
    if head is not None and version in (None, head.version):
        return whole_records(connection, account, [head.id])[head.id]
    if version is None:
        return None
    body = connection.execute(
        select(versions.c.body).where(versions.c.file_id == file, versions.c.number == version)
    ).scalar()
    return rows.record(body, {}) if body is not None else None


def _record_of(connection: Connection, account: int, file: int) -> Record | None:
    id_ = connection.execute(
        select(records.c.id).where(records.c.file_id == file, records.c.account_id == account)
    ).scalar()
    return None if id_ is None else whole_records(connection, account, [id_])[id_]


def _history(connection: Connection, account: int, path: str) -> list[Version]:
    file = _file(connection, account, path)
    return [] if file is None else _versions(connection, account, file)


def _versions(connection: Connection, account: int, file: int) -> list[Version]:
    owned = files.c.id == file, files.c.account_id == account
    if connection.execute(select(files.c.id).where(*owned)).scalar() is None:
        return []
    digest = contents.c.digest
    now = select(records.c.version.label("number"), records.c.made, literal(None, MOMENT), digest)
    before = select(versions.c.number, versions.c.made, versions.c.until, digest)
    found = [
        *connection.execute(now.join(contents, isouter=True).where(records.c.file_id == file)),
        *connection.execute(
            before.join(contents, isouter=True)
            .where(versions.c.file_id == file)
            .order_by(versions.c.number.desc())
        ),
    ]
    return [
        Version(
            number=number,
            made=_shown(made),
            until=None if until is None else _shown(until),
            digest=digest_,
        )
        for number, made, until, digest_ in found
    ]


def _file(connection: Connection, account: int, path: str) -> int | None:
    """The key of a file by the digest of its path."""
    return connection.execute(
        select(files.c.id).where(files.c.account_id == account, files.c.path_digest == path)
    ).scalar()


def _under(connection: Connection, account: int, prefix: str) -> list[str]:
    start = func.substr(files.c.path, 1, func.length(literal(prefix, files.c.path.type)))
    query = (
        select(files.c.path)
        .join(records, records.c.file_id == files.c.id)
        .where(files.c.account_id == account, start == literal(prefix, files.c.path.type))
        .order_by(files.c.path)
    )
    return list(connection.execute(query).scalars())


def _raw(path: str | os.PathLike[str]) -> bytes:
    return os.path.abspath(os.fsencode(path))


def _now() -> dt.datetime:
    """The time, as the tables have it."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def _shown(moment: dt.datetime) -> str:
    return moment.isoformat() + "Z"
