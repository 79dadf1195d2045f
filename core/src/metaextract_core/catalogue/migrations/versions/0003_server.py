"""What faces strangers: log-ins, keys, devices, quotes and unfinished uploads."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"

KEY: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT: Final = sa.Text().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make these tables, and give holds the answer that a repeated request gets."""
    op.add_column("holds", sa.Column("answer", DOCUMENT))
    _logins()
    _visitors()


def _account(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    return (
        sa.Column("account_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=f"fk_{table}_account_id", ondelete="CASCADE"
        ),
    )


def _logins() -> None:
    op.create_table(
        "logins",
        sa.Column("id", KEY, nullable=False),
        *_account("logins"),
        sa.Column("refresh", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text()),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.Column("revoked", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_logins"),
        sa.UniqueConstraint("refresh", name="uq_logins_refresh"),
        sa.UniqueConstraint("previous", name="uq_logins_previous"),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", KEY, nullable=False),
        *_account("api_keys"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("used", sa.DateTime()),
        sa.Column("expires", sa.DateTime()),
        sa.Column("revoked", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("digest", name="uq_api_keys_digest"),
    )
    op.create_table(
        "failures",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "at", "number", name="pk_failures"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "one_time_tokens",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.Column("used", sa.DateTime()),
        sa.PrimaryKeyConstraint("digest", name="pk_one_time_tokens"),
        sqlite_with_rowid=False,
    )


def _visitors() -> None:
    op.create_table(
        "devices",
        sa.Column("account_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_devices_account_id", ondelete="CASCADE"
        ),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.CheckConstraint("used >= 0", name="ck_devices_used"),
        sa.PrimaryKeyConstraint("account_id", name="pk_devices"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quotes",
        sa.Column("id", sa.Text(), nullable=False),
        *_account("quotes"),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.Column("used", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_quotes"),
        sqlite_with_rowid=False,
    )
