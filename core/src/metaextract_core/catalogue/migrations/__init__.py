"""How the tables of the catalogue came to be, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection

REVISIONS: Final = ("0001", "0002", "0003")
"""Every schema that a release has had, in their order; the last is that of `tables`."""


def upgrade(connection: Connection, revision: str = REVISIONS[-1]) -> None:
    """Bring the tables to `revision`, within the transaction that `connection` is in."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
