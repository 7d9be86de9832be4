"""All tables together: importing the modules puts their tables into ``metadata``. A desk at work needs but a few."""

from rentease_desk.storage import (  # noqa: F401
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
    staff_tables,
    stay_tables,
    stripe_tables,
    sync_request_tables,
)
from rentease_desk.storage.tables import metadata as metadata
