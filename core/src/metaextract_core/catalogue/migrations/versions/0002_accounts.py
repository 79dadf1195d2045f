"""What a server keeps: of accounts, their jobs, favourites and credits, and an audit log."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

KEY: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT: Final = sa.Text().with_variant(JSONB(), "postgresql")
STATES: Final = ("waiting", "running", "done", "failed")


def upgrade() -> None:
    """Give accounts what a server needs, and make the tables of what belongs to them."""
    op.add_column("accounts", sa.Column("password", sa.Text()))
    op.add_column("accounts", sa.Column("tier", sa.Text(), server_default="free", nullable=False))
    op.add_column(
        "accounts",
        sa.Column("administrator", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("accounts", sa.Column("disabled", sa.DateTime()))
    _jobs()
    _favourites_and_audit_events()
    _credits()


def _one_of(table: str, *states: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{state}'" for state in states)
    return sa.CheckConstraint(f"state IN ({listed})", name=f"ck_{table}_state")


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("request", DOCUMENT, nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("started", sa.DateTime()),
        sa.Column("finished", sa.DateTime()),
        sa.Column("reason", sa.Text()),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_jobs_account_id", ondelete="CASCADE"
        ),
        _one_of("jobs", *STATES, "cancelled"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_table(
        "job_items",
        sa.Column("job_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("file_id", KEY),
        sa.Column("reason", sa.Text()),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name="fk_job_items_file_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name="fk_job_items_job_id", ondelete="CASCADE"
        ),
        _one_of("job_items", *STATES),
        sa.PrimaryKeyConstraint("job_id", "number", name="pk_job_items"),
        sqlite_with_rowid=False,
    )


def _favourites_and_audit_events() -> None:
    op.create_table(
        "favourites",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("file_id", KEY, nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_favourites_account_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name="fk_favourites_file_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "file_id", name="pk_favourites"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_events",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("account_id", KEY),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("details", DOCUMENT, nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_audit_events_account_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audit_events"),
        sa.UniqueConstraint("digest", name="uq_audit_events_digest"),
        sa.UniqueConstraint("previous", name="uq_audit_events_previous"),
    )


def _credits() -> None:
    op.create_table(
        "grants",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.DateTime()),
        sa.CheckConstraint("remaining BETWEEN 0 AND credits", name="ck_grants_remaining"),
        sa.CheckConstraint("credits > 0", name="ck_grants_credits"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_grants_account_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
    )
    op.create_table(
        "holds",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_holds_account_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint("credits > 0", name="ck_holds_credits"),
        _one_of("holds", "held", "committed", "released"),
        sa.PrimaryKeyConstraint("id", name="pk_holds"),
        sa.UniqueConstraint("account_id", "request", name="uq_holds_account_id_request"),
    )
    op.create_table(
        "ledger",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("grant_id", KEY, nullable=False),
        sa.Column("hold_id", KEY),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_ledger_account_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name="fk_ledger_grant_id"),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name="fk_ledger_hold_id"),
        sa.CheckConstraint("credits <> 0", name="ck_ledger_credits"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
    )
