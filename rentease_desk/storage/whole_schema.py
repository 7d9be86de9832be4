"""All tables together: importing the modules puts their tables into ``metadata``. A desk at work needs but a few."""

from rentease_desk.storage import (  # noqa: F401
    account_tables,
    billing_tables,
    day_tables,
    drawer_tables,
    filter_tables,
    ignore_tables,
    import_tables,
    journal_tables,
    link_tables,
    pair_tables,
    receipt_tables,
    return_tables,
    room_tables,
    schedule_tables,
    staff_tables,
    stay_tables,
    stripe_tables,
    sync_request_tables,
    tables,
)
from rentease_desk.storage.columns import metadata as metadata
