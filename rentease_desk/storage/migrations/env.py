"""What Alembic runs for each command: our connection, our version table, one transaction that is already open."""

from alembic import context

from rentease_desk.storage import (  # noqa: F401 - they put their tables into the metadata
    billing_tables,
    day_tables,
    drawer_tables,
    filter_tables,
    ignore_tables,
    link_tables,
    pair_tables,
    receipt_tables,
    return_tables,
    schedule_tables,
    stay_tables,
    stripe_tables,
)
from rentease_desk.storage.migrations import VERSION_TABLE
from rentease_desk.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    transactional_ddl=False,  # run.py's caller has the transaction
)
context.run_migrations()
