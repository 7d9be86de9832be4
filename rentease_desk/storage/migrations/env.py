"""What Alembic runs for each command: our connection, our version table, one transaction that is already open."""

from alembic import context

from rentease_desk.storage.migrations import VERSION_TABLE
from rentease_desk.storage.whole_schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    transactional_ddl=False,  # run.py's caller has the transaction
)
context.run_migrations()
