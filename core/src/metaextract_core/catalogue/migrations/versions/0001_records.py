"""Contents, files, records, sections, fields and versions, and the indexes of what is asked."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

KEY: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NUMBER: Final = sa.Float(53)
DOCUMENT: Final = sa.Text().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables of an empty database."""
    _accounts_and_contents()
    _files_and_versions()
    _records()
    _of_records()
    if op.get_bind().dialect.name == "postgresql":
        words = sa.text("array_to_tsvector(string_to_array(words, ' '))")
        op.create_index("ix_filter_by_words", "records", [words], postgresql_using="gin")
    else:
        for statement in _SQLITE_WORDS:
            op.execute(statement)


_SQLITE_WORDS: Final = (
    # Words are normalised before they come here: this tokenizer takes them as they are.
    """CREATE VIRTUAL TABLE record_words
    USING fts5 (words, content = 'records', content_rowid = 'id', tokenize = 'ascii')""",
    """CREATE TRIGGER record_words_insert AFTER INSERT ON records BEGIN
        INSERT INTO record_words (rowid, words) VALUES (new.id, new.words);
    END""",
    """CREATE TRIGGER record_words_delete AFTER DELETE ON records BEGIN
        INSERT INTO record_words (record_words, rowid, words)
        VALUES ('delete', old.id, old.words);
    END""",
)


def _there(column: str) -> dict[str, Any]:
    """Options of an index of the rows that have a value."""
    where = sa.text(f"{column} IS NOT NULL")
    return {"postgresql_where": where, "sqlite_where": where}


def _accounts_and_contents() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("name", name="uq_accounts_name"),
    )
    op.create_table(
        "contents",
        sa.Column("id", KEY, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger()),
        sa.Column("media_type", sa.Text()),
        sa.Column("first_seen", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contents"),
        sa.UniqueConstraint("digest", name="uq_contents_digest"),
    )


def _files_and_versions() -> None:
    op.create_table(
        "files",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("path_digest", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(), nullable=False),
        sa.Column("seen", sa.DateTime(), nullable=False),
        sa.Column("gone", sa.DateTime()),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_files_account_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
        sa.UniqueConstraint("account_id", "path_digest", name="uq_files_account_id_path_digest"),
    )
    op.create_table(
        "versions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("file_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("content_id", KEY),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["content_id"], ["contents.id"], name="fk_versions_content_id"),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name="fk_versions_file_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.UniqueConstraint("file_id", "number", name="uq_versions_file_id_number"),
    )


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("file_id", KEY, nullable=False),
        sa.Column("content_id", KEY),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text()),
        sa.Column("size", sa.BigInteger()),
        sa.Column("capture_time", sa.DateTime()),
        sa.Column("make", sa.Text()),
        sa.Column("model", sa.Text()),
        sa.Column("lens", sa.Text()),
        sa.Column("serial", sa.Text()),
        sa.Column("latitude", NUMBER),
        sa.Column("longitude", NUMBER),
        sa.Column("width", sa.BigInteger()),
        sa.Column("height", sa.BigInteger()),
        sa.Column("duration", NUMBER),
        sa.Column("phash", sa.BigInteger()),
        sa.Column("study_uid", sa.Text()),
        sa.Column("series_uid", sa.Text()),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_records_account_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["content_id"], ["contents.id"], name="fk_records_content_id"),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name="fk_records_file_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_records"),
        sa.UniqueConstraint("file_id", name="uq_records_file_id"),
    )
    op.create_index("ix_dedupe_by_content", "records", ["account_id", "content_id", "size"])
    op.create_index("ix_search_by_make", "records", ["account_id", "make"])
    op.create_index("ix_search_by_capture_time", "records", ["account_id", "capture_time", "id"])
    op.create_index(
        "ix_search_by_duration", "records", ["account_id", "duration", "id"], **_there("duration")
    )
    op.create_index("ix_search_by_lens", "records", ["account_id", "lens"], **_there("lens"))
    op.create_index("ix_search_by_media_type", "records", ["account_id", "media_type"])
    op.create_index("ix_search_by_model", "records", ["account_id", "model"])
    op.create_index("ix_search_by_serial", "records", ["account_id", "serial"], **_there("serial"))
    op.create_index("ix_search_by_size", "records", ["account_id", "size", "id"])
    op.create_index(
        "ix_search_by_series",
        "records",
        ["account_id", "series_uid"],
        **_there("series_uid"),
    )
    op.create_index(
        "ix_search_by_study", "records", ["account_id", "study_uid"], **_there("study_uid")
    )
    op.create_index(
        "ix_search_near", "records", ["account_id", "latitude", "longitude"], **_there("latitude")
    )
    op.create_index(
        "ix_similar_0",
        "records",
        ["account_id", sa.text("((phash >> 0) & 65535)")],
        **_there("phash"),
    )
    op.create_index(
        "ix_similar_1",
        "records",
        ["account_id", sa.text("((phash >> 16) & 65535)")],
        **_there("phash"),
    )
    op.create_index(
        "ix_similar_2",
        "records",
        ["account_id", sa.text("((phash >> 32) & 65535)")],
        **_there("phash"),
    )
    op.create_index(
        "ix_similar_3",
        "records",
        ["account_id", sa.text("((phash >> 48) & 65535)")],
        **_there("phash"),
    )


def _of_records() -> None:
    op.create_table(
        "sections",
        sa.Column("record_id", KEY, nullable=False),
        sa.Column("extractor", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("code", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("data", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name="fk_sections_record_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", "extractor", name="pk_sections"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fields",
        sa.Column("record_id", KEY, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("number", NUMBER),
        sa.Column("moment", sa.DateTime()),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name="fk_fields_record_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", "field", "position", name="pk_fields"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_filter_by_field_moment",
        "fields",
        ["account_id", "field", "moment", "record_id"],
        **_there("moment"),
    )
    op.create_index(
        "ix_filter_by_field_number",
        "fields",
        ["account_id", "field", "number", "record_id"],
        **_there("number"),
    )
    op.create_index(
        "ix_filter_by_field_text",
        "fields",
        ["account_id", "field", "text", "record_id"],
        **_there("text"),
    )
