"""The tables of the catalogue, the same on SQLite and PostgreSQL.

Their indexes are declared beside the queries that they serve. What is here is where the newest
migration ends; a test compares the two.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from metaextract_core.catalogue.columns import KEY, MOMENT, NUMBER, Document, FileText

METADATA: Final = MetaData(
    naming_convention={
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_STATES: Final = ("waiting", "running", "done", "failed")


def _key() -> Column[int]:
    return Column("id", KEY, primary_key=True)


def _of(table: str, *, primary_key: bool = False, **options: Any) -> Column[int]:
    """A column that refers to `table` and goes with what it refers to."""
    name = f"{table.removesuffix('s')}_id"
    target = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Column(name, KEY, target, primary_key=primary_key, nullable=False, **options)


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


accounts = Table(
    "accounts",
    METADATA,
    _key(),
    Column("name", Text, nullable=False, unique=True),
    Column("created", MOMENT, nullable=False),
    Column("password", Text),
    Column("tier", Text, nullable=False, server_default="free"),
    Column("administrator", Boolean, nullable=False, server_default=false()),
    Column("disabled", MOMENT),
)
"""Who owns records. The command line has one, of the name ``local``, which has no password."""

contents = Table(
    "contents",
    METADATA,
    _key(),
    Column("digest", Text, nullable=False, unique=True),
    Column("size", BigInteger),
    Column("media_type", Text),
    Column("first_seen", MOMENT, nullable=False),
)
"""Each content once, whoever has it and under however many names."""

files = Table(
    "files",
    METADATA,
    _key(),
    _of("accounts"),
    # A path may be longer than what a key of PostgreSQL's may have.
    Column("path_digest", Text, nullable=False),
    Column("path", FileText, nullable=False),
    Column("first_seen", MOMENT, nullable=False),
    Column("seen", MOMENT, nullable=False),
    Column("gone", MOMENT),
    UniqueConstraint("account_id", "path_digest"),
)
"""Each path of an account; `gone` is when it was found to be no more. Times are UTC."""

records = Table(
    "records",
    METADATA,
    _key(),
    _of("accounts"),
    _of("files", unique=True),
    Column("content_id", KEY, ForeignKey("contents.id")),
    Column("version", Integer, nullable=False),
    Column("made", MOMENT, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("media_type", Text),
    Column("size", BigInteger),
    Column("capture_time", MOMENT),
    Column("make", FileText),
    Column("model", FileText),
    Column("lens", FileText),
    Column("serial", FileText),
    Column("latitude", NUMBER),
    Column("longitude", NUMBER),
    Column("width", BigInteger),
    Column("height", BigInteger),
    Column("duration", NUMBER),
    Column("phash", BigInteger),
    Column("study_uid", FileText),
    Column("series_uid", FileText),
    Column("words", Text, nullable=False),
    Column("body", Document, nullable=False),
)
"""The newest record of each file that is there, without what its sections say of their own.

`fingerprint` is that of all that does not change from one reading to the next; `failed` counts
extractors; `words` is what full text finds it by; `phash` is a signed number of 64 bits.
"""

sections = Table(
    "sections",
    METADATA,
    _of("records", primary_key=True),
    Column("extractor", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("code", Text),
    Column("reason", FileText),
    Column("data", Document, nullable=False),
    sqlite_with_rowid=False,
)
"""What each extractor said."""

fields = Table(
    "fields",
    METADATA,
    _of("records", primary_key=True),
    Column("field", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("account_id", KEY, nullable=False),
    Column("text", FileText),
    Column("number", NUMBER),
    Column("moment", MOMENT),
    sqlite_with_rowid=False,
)
"""The canonical fields that have no column of their own, a row for each member of a list.

One of `text` (its beginning), `number` (booleans are 0 and 1) and `moment` is there.
"""

versions = Table(
    "versions",
    METADATA,
    _key(),
    _of("files"),
    Column("number", Integer, nullable=False),
    Column("made", MOMENT, nullable=False),
    Column("until", MOMENT, nullable=False),
    Column("content_id", KEY, ForeignKey("contents.id")),
    Column("body", Document, nullable=False),
    UniqueConstraint("file_id", "number"),
)
"""Records that a newer one has replaced, and those of files that are gone, as a whole."""

jobs = Table(
    "jobs",
    METADATA,
    _key(),
    _of("accounts"),
    Column("state", Text, nullable=False),
    _one_of("state", *_STATES, "cancelled"),
    Column("request", Document, nullable=False),
    Column("created", MOMENT, nullable=False),
    Column("started", MOMENT),
    Column("finished", MOMENT),
    Column("reason", FileText),
)
"""Work that goes on after its request was answered, and after the program was started anew."""

job_items = Table(
    "job_items",
    METADATA,
    _of("jobs", primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", FileText, nullable=False),
    Column("state", Text, nullable=False),
    _one_of("state", *_STATES),
    Column("file_id", KEY, ForeignKey("files.id", ondelete="SET NULL")),
    Column("reason", FileText),
    sqlite_with_rowid=False,
)
"""The files of a job."""

favourites = Table(
    "favourites",
    METADATA,
    _of("accounts", primary_key=True),
    _of("files", primary_key=True),
    Column("created", MOMENT, nullable=False),
    sqlite_with_rowid=False,
)
"""Files that an account has marked."""

grants = Table(
    "grants",
    METADATA,
    _key(),
    _of("accounts"),
    Column("credits", Integer, nullable=False),
    CheckConstraint("credits > 0", name="credits"),
    Column("remaining", Integer, nullable=False),
    Column("created", MOMENT, nullable=False),
    Column("expires", MOMENT),
    CheckConstraint("remaining BETWEEN 0 AND credits", name="remaining"),
)
"""Lots of credits, of which those are used first that expire first."""

holds = Table(
    "holds",
    METADATA,
    _key(),
    _of("accounts"),
    Column("request", Text, nullable=False),
    Column("credits", Integer, nullable=False),
    CheckConstraint("credits > 0", name="credits"),
    Column("state", Text, nullable=False),
    _one_of("state", "held", "committed", "released"),
    Column("created", MOMENT, nullable=False),
    Column("expires", MOMENT, nullable=False),
    Column("answer", Document),
    UniqueConstraint("account_id", "request"),
)
"""Credits that a request has reserved, each request once, and what it was answered."""

ledger = Table(
    "ledger",
    METADATA,
    _key(),
    _of("accounts"),
    Column("grant_id", KEY, ForeignKey("grants.id"), nullable=False),
    Column("hold_id", KEY, ForeignKey("holds.id")),
    Column("credits", Integer, nullable=False),
    CheckConstraint("credits <> 0", name="credits"),
    Column("created", MOMENT, nullable=False),
)
"""Every change of a grant, with its sign; nothing is ever changed here."""

audit_events = Table(
    "audit_events",
    METADATA,
    _key(),
    Column("at", MOMENT, nullable=False),
    Column("account_id", KEY, ForeignKey("accounts.id", ondelete="SET NULL")),
    Column("action", Text, nullable=False),
    Column("details", Document, nullable=False),
    Column("previous", Text, nullable=False, unique=True),
    Column("digest", Text, nullable=False, unique=True),
)
"""Who did what: each with the digest of the one before it, so that none can be left out."""

logins = Table(
    "logins",
    METADATA,
    _key(),
    _of("accounts"),
    Column("refresh", Text, nullable=False, unique=True),
    Column("previous", Text, unique=True),
    Column("created", MOMENT, nullable=False),
    Column("expires", MOMENT, nullable=False),
    Column("revoked", MOMENT),
)
"""Who is logged in: the digest of the newest refresh token, and of the one before it.

Whoever shows the one before has a copy of a token that was used already.
"""

api_keys = Table(
    "api_keys",
    METADATA,
    _key(),
    _of("accounts"),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("created", MOMENT, nullable=False),
    Column("used", MOMENT),
    Column("expires", MOMENT),
    Column("revoked", MOMENT),
)
"""Keys for programs, by their digests; scopes are separated by spaces."""

failures = Table(
    "failures",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("at", MOMENT, primary_key=True),
    Column("number", Integer, primary_key=True),
    sqlite_with_rowid=False,
)
"""Log-ins that failed lately; `number` tells those of the same microsecond apart."""

one_time_tokens = Table(
    "one_time_tokens",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("expires", MOMENT, nullable=False),
    Column("used", MOMENT),
    sqlite_with_rowid=False,
)
"""Tokens that open one door once, by their digests."""

devices = Table(
    "devices",
    METADATA,
    _of("accounts", primary_key=True),
    Column("used", Integer, nullable=False),
    CheckConstraint("used >= 0", name="used"),
    sqlite_with_rowid=False,
)
"""Accounts of visitors who have none of their own, and how many images they had read for free."""

quotes = Table(
    "quotes",
    METADATA,
    Column("id", Text, primary_key=True),
    _of("accounts"),
    Column("body", Document, nullable=False),
    Column("credits", Integer, nullable=False),
    Column("created", MOMENT, nullable=False),
    Column("expires", MOMENT, nullable=False),
    Column("used", MOMENT),
    sqlite_with_rowid=False,
)
"""Prices that were named, each good for one request."""

HOT: Final[dict[str, Column[Any]]] = {
    "file.media_type": records.c.media_type,
    "file.size": records.c.size,
    "capture.time": records.c.capture_time,
    "camera.make": records.c.make,
    "camera.model": records.c.model,
    "lens.model": records.c.lens,
    "camera.serial": records.c.serial,
    "gps.latitude": records.c.latitude,
    "gps.longitude": records.c.longitude,
    "image.width": records.c.width,
    "image.height": records.c.height,
    "media.duration": records.c.duration,
    "medical.study_uid": records.c.study_uid,
    "medical.series_uid": records.c.series_uid,
}
"""The canonical fields that are columns of `records`; the others are rows of `fields`."""
