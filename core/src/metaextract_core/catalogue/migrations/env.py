"""What alembic runs: one transaction, on the connection that `upgrade` was given."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"], target_metadata=None, transactional_ddl=True
)
context.run_migrations()
