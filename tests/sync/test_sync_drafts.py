"""Draft invoices that were deleted at Stripe: no list and no event shows them any more, and they do not stay drafts."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from rentease_desk.domain.dates import DateRange
from rentease_desk.storage.billing_list import load_invoices
from rentease_desk.storage.billing_tables import stripe_invoices
from rentease_desk.storage.journal import read_rows
from rentease_desk.storage.stripe_tables import stripe_events
from tests.tools.accounts import DAY
from tests.tools.practice import NOON
from tests.tools.syncing import SyncDesk, check_journal

GONE = "in_of_nobody"


@pytest.fixture
def drafted(at: SyncDesk) -> SyncDesk:
    """A draft that was read, and that Stripe does not know any more: here it has an id that no invoice has."""
    at.account.at(NOON - 2 * DAY)
    at.tick()
    at.account.advance(60)
    at.account.do("invoice", name="Bo")
    at.tick()
    at.account.at(NOON)
    with at.desk.writing() as unit:
        unit.connection.execute(update(stripe_invoices).values(id=GONE))
    assert _status(at) == "draft"
    return at


def _status(at: SyncDesk) -> str:
    with at.desk.db.reading() as connection:
        return str(connection.scalar(select(stripe_invoices.c.status).where(stripe_invoices.c.id == GONE)))


def _is_deleted(at: SyncDesk) -> bool:
    """It is kept and journalled, and neither shown nor asked for again."""
    identity = at.desk.property().identity
    assert identity is not None
    with at.desk.db.reading() as connection:
        shown = load_invoices(connection, identity, [GONE])
        told = [row for row in read_rows(connection) if row.entry.entity_uid == GONE]
    check_journal(at.desk)
    return _status(at) == "deleted" and not shown and len(told) == 1


def test_a_listing_of_its_day_misses_it(drafted: SyncDesk) -> None:
    drafted.run(DateRange(date(2026, 11, 5), date(2026, 11, 5)))
    assert _status(drafted) == "draft"  # it was made before these days
    drafted.run(DateRange(date(2026, 11, 3), date(2026, 11, 5)))
    assert _is_deleted(drafted)


def test_the_daily_check_misses_it_in_the_list(drafted: SyncDesk) -> None:
    drafted.account.at(NOON + DAY)
    found = drafted.tick().check
    assert found is not None
    assert found.found is not None
    assert found.found.agrees
    assert _is_deleted(drafted)


def test_an_event_of_it_finds_nothing(drafted: SyncDesk) -> None:
    with drafted.desk.writing() as unit:
        of = stripe_events.c.object_kind == "invoice"
        unit.connection.execute(update(stripe_events).where(of).values(object_id=GONE, state="waiting"))
    drafted.account.at(NOON - 2 * DAY + 120)
    drafted.tick()
    assert _is_deleted(drafted)


def test_an_invoice_that_is_no_draft_cannot_be_deleted(drafted: SyncDesk) -> None:
    with drafted.desk.writing() as unit:
        unit.connection.execute(update(stripe_invoices).where(stripe_invoices.c.id == GONE).values(status="open"))
    drafted.run(DateRange(date(2026, 11, 3), date(2026, 11, 5)))
    assert _status(drafted) == "open"
