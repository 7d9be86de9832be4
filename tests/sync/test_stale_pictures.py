"""Pictures of one payment that arrive late, twice or in any order end in the state of the newest."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import select

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.stripe_objects import Identity, Page
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import Desk
from rentease_desk.storage.stripe_refunds import store_refunds
from rentease_desk.storage.stripe_store import store_payments
from rentease_desk.storage.tables import payments as payments_table
from rentease_desk.storage.tables import refunds as refunds_table
from tests.services.conftest import draft
from tests.tools.databases import ENGINES
from tests.tools.pictures import Album
from tests.tools.stories import STORIES
from tests.tools.syncing import check_journal

NUMBERS = count(1)
LONGER = [
    "create fail describe:ln-2017 succeed refund:300 update-refund:failed refund:200 dispute",
    "create:manual fail authorize describe:nothing-here capture:2500 refund:100 describe:LN-2017",
    "create:debit fail process fail-debit describe:LN-2018 process settle refund:70 update-refund:failed",
    "pay refund:3000 refund:3000 update-refund:failed describe:LN-9 describe:LN-2018",
]
_LEFT_OUT = {"pk", "uid", "salt", "created_at", "version", "payment_pk", "stripe_account", "observed_at"}


def _show(desk: Desk, pages: Sequence[Page], together: int = 1) -> Identity:
    """Store pictures in the order given, in an account of their own, so many ``together`` in one transaction."""
    identity = Identity(f"acct_{next(NUMBERS)}", livemode=False)
    days = desk.property().days
    for some in _batched(pages, together):
        with desk.writing() as unit:
            store_payments(unit, identity, days, some)
            for page in some:
                store_refunds(unit, identity, days, page.observed_at, page.refunds)
    return identity


def _batched(pages: Sequence[Page], count: int) -> list[Sequence[Page]]:
    return [pages[at : at + count] for at in range(0, len(pages), count)]


def _held(desk: Desk, identity: Identity) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    with desk.db.reading() as connection:
        for table, key in ((payments_table, "stripe_payment_id"), (refunds_table, "stripe_refund_id")):
            query = select(table).where(table.c.stripe_account == identity.account).order_by(table.c[key])
            found += [_told(dict(row)) for row in connection.execute(query).mappings()]
    return found


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """Without what is history: our own keys and counters, and the day on which a refund counted that failed since."""
    told = {name: value for name, value in row.items() if name not in _LEFT_OUT}
    if "stripe_refund_id" in row and row["status"] == "failed":
        del told["business_date"]
    return told


def _lists(page: Page) -> list[Page]:
    """What the gateway's lists show at one moment: intents come with their latest charge."""
    latest = {one.latest_charge_id for one in page.intents}
    beside = tuple(one for one in page.charges if one.id in latest)
    return [replace(page, charges=beside, refunds=()), replace(page, intents=(), refunds=())]


@pytest.fixture
def two(bookings: BookingService) -> list[Booking]:
    return [bookings.add(draft(reference=one, room="")).value for one in ("LN-2017", "LN-2018")]


@pytest.mark.usefixtures("two")
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.sampled_from([*STORIES.values(), *LONGER]), draw=st.data())
def test_any_order_and_subset_ends_in_the_newest(desk: Desk, story: str, draw: st.DataObject) -> None:
    pages = Album(metadata={"booking_reference": "LN-2017"}).tell(story)
    chosen = draw.draw(st.lists(st.sampled_from(pages), min_size=1, max_size=8), label="pictures")
    shown = {page.observed_at: page for page in chosen}
    in_order = _held(desk, _show(desk, [shown[at] for at in sorted(shown)]))
    any_order = _held(desk, _show(desk, chosen))
    only_newest = _held(desk, _show(desk, [shown[max(shown)]]))
    assert any_order == in_order == only_newest


@pytest.mark.parametrize("engine_name", ENGINES)
@pytest.mark.usefixtures("two")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.sampled_from([*STORIES.values(), *LONGER]), draw=st.data())
def test_lists_of_different_moments_end_in_the_newest_of_each(desk: Desk, story: str, draw: st.DataObject) -> None:
    """Intents, charges and refunds come in lists of their own: each kind in any order, the newest of each among it."""
    pages = Album(metadata={"booking_reference": "LN-2017"}).tell(story)
    lists = [one for page in pages for one in _lists(page)]
    shuffled = draw.draw(st.permutations(lists), label="lists")
    together = draw.draw(st.integers(1, 3), label="together")
    last = pages[-1]
    expected = _held(desk, _show(desk, [last]))
    assert _held(desk, _show(desk, [*shuffled, Page(last.observed_at, refunds=last.refunds)], together)) == expected


@pytest.mark.parametrize("engine_name", ENGINES)
@pytest.mark.usefixtures("two")
def test_an_older_picture_changes_nothing_and_writes_no_journal(desk: Desk) -> None:
    pages = Album(metadata={"booking_reference": "LN-2017"}).tell(LONGER[0])
    identity = _show(desk, [pages[-1]])
    with desk.db.reading() as connection:
        before = connection.exec_driver_sql("SELECT seq FROM journal_head").scalar_one()
    for page in reversed(pages):
        with desk.writing() as unit:
            outcome = store_payments(unit, identity, desk.property().days, [page])
            assert not outcome.new | outcome.updated | outcome.matched
            store_refunds(unit, identity, desk.property().days, page.observed_at, page.refunds)
            assert not unit.changes
    with desk.db.reading() as connection:
        assert connection.exec_driver_sql("SELECT seq FROM journal_head").scalar_one() == before
    check_journal(desk)
