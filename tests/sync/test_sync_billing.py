"""Long stays, Checkout pages and payouts: by the lists and by the events, in whichever order they come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import permutations

import pytest
from msgspec.structs import replace
from sqlalchemy import event, select

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.dates import Span
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.stripe_objects import Page
from rentease_desk.services.billing import BillingService
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.payments import PaymentService
from rentease_desk.storage import opening
from rentease_desk.storage.billing_claims import borrowed_claims
from rentease_desk.storage.billing_store import store_billing
from rentease_desk.storage.journal import read_rows
from rentease_desk.storage.stripe_store import store_payments
from rentease_desk.storage.sync_state import EVENTS, read_cursor
from tests.services.conftest import draft
from tests.tools.accounts import DAY
from tests.tools.billing_stories import NAMED, STORIES
from tests.tools.databases import as_admin, behind
from tests.tools.stories import Happening
from tests.tools.syncing import SyncDesk, check_journal, check_truth, open_gateway, settle
from tests.tools.truth_billing import held_billing, true_billing

HOMES = {"LN-1801": "LN-1801", "LN-1802": "LN-1802"}
EVER = Span(0, 2_000_000_000)


@pytest.fixture
def stays(bookings: BookingService) -> dict[str, Booking]:
    return {one: bookings.add(draft(reference=one, room="")).value for one in HOMES}


@pytest.fixture
def polled(at: SyncDesk, stays: dict[str, Booking]) -> SyncDesk:
    """A desk whose first poll is behind it."""
    at.tick()
    at.account.advance(300)
    return at


def homes(at: SyncDesk) -> dict[str | None, str | None]:
    """The booking of each payment, by Stripe's id."""
    service = PaymentService(at.desk)
    found = service.by_keys(service.keys(PaymentQuery()))
    return {one.stripe_payment_id: one.booking_reference for one in found}


def tell(at: SyncDesk, story: str, after_each: Callable[[], object] = lambda: None) -> None:
    """Let a story happen."""
    for _ in STORIES[story](at.account):
        after_each()
        at.account.advance(60)
    at.account.advance(60)
    after_each()


def pages(at: SyncDesk) -> Iterator[tuple[str, Page]]:
    """What each list shows at this moment."""
    with closing(open_gateway(at.account)) as gateway:
        never = threading.Event()
        yield "payments", gateway.list_intents(EVER, None, never)
        yield "subscriptions", gateway.billing.list_subscriptions(EVER, None, never)
        yield "invoices", gateway.billing.list_invoices(EVER, None, never)
        yield "checkout", gateway.billing.list_sessions(EVER, None, never)
        yield "payouts", gateway.billing.list_payouts(EVER, None, never)


def write(at: SyncDesk, page: Page) -> None:
    """Write a page, as a run does."""
    settings = at.desk.property()
    assert settings.identity is not None
    with at.desk.writing() as unit:
        facts = (unit, settings.identity, settings.days)
        store_payments(*facts, [page])
        store_billing(*facts, page)


@pytest.mark.parametrize("story", STORIES)
def test_a_story_by_the_lists(at: SyncDesk, stays: dict[str, Booking], story: str) -> None:
    """Once, when it is over; and nothing changes when it is listed again."""
    tell(at, story)
    settle(at, HOMES)


@pytest.mark.parametrize("story", STORIES)
def test_a_story_by_the_lists_as_it_goes(at: SyncDesk, stays: dict[str, Booking], story: str) -> None:
    tell(at, story, lambda: settle(at, HOMES))


@pytest.mark.parametrize("story", STORIES)
def test_a_story_by_its_events(polled: SyncDesk, story: str) -> None:
    def poll() -> None:
        polled.tick()
        check_truth(polled, HOMES)

    tell(polled, story, poll)
    length = polled.journal_length()
    polled.tick()
    assert polled.journal_length() == length


@pytest.mark.parametrize("story", ["moved to another booking", "paid on a page", "declined", "invoiced once"])
def test_in_whichever_order_the_lists_come(at: SyncDesk, stays: dict[str, Booking], story: str) -> None:
    """An invoice before its payment, a page after it, a subscription last: the bookings are the same."""
    at.tick()
    tell(at, story)
    shown = [page for name, page in pages(at) if name != "payouts"]
    kinds = {type(one) for page in shown for one in (*page.subscriptions, *page.invoices, *page.sessions)}
    found = []
    for number, order in enumerate(permutations(shown)):
        with behind(at.desk.db) as connection:
            for table in ("stripe_invoice_payments", "stripe_invoices", "stripe_checkout_sessions"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
            connection.exec_driver_sql("DELETE FROM stripe_subscriptions")
            connection.exec_driver_sql("UPDATE payments SET booking_pk = NULL, assigned_by = NULL")
            connection.exec_driver_sql("UPDATE payments SET claimed_id = NULL, claimed_reference = NULL")
            connection.exec_driver_sql("UPDATE stripe_payment_intents SET amount = 1, observed_at = 1")
        for page in order:
            write(at, replace(page, observed_at=page.observed_at + number))
        found.append(homes(at))
    assert kinds
    assert found == [found[0]] * len(found)
    assert None not in found[0].values()
    check_journal(at.desk)


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_an_older_picture_changes_nothing(polled: SyncDesk, story: str) -> None:
    moments: list[list[Page]] = []

    def look() -> None:
        moments.append([page for _, page in pages(polled)])
        polled.tick()

    tell(polled, story, look)
    check_truth(polled, HOMES)
    before, length = held_billing(polled.desk), polled.journal_length()
    for moment in reversed(moments):
        for page in moment:
            write(polled, replace(page, observed_at=page.observed_at - 600_000_000))
    assert held_billing(polled.desk) == before
    assert polled.journal_length() == length
    check_truth(polled, HOMES)


@pytest.mark.parametrize(("days", "arrived"), [(40, False), (80, False), (40, True)])
def test_what_became_of_open_things_in_a_gap(polled: SyncDesk, days: int, arrived: bool) -> None:
    """The desk slept longer than Stripe keeps events: no list of the gap shows what was made before it.

    ``arrived``: the payout was paid before, and the bank sent it back in the gap.
    """
    do, advance = polled.account.do, polled.account.advance
    failing, ending = (do("subscribe", amount=90_000, **NAMED)["id"] for _ in range(2))
    declined = do("subscription-renew", subscription=failing, fails=True)["id"]
    Happening(polled.account).all("pay")
    advance(4 * DAY)
    payout = do("payout")["id"]
    advance(3 * DAY if arrived else 0)
    page = do("checkout", session_metadata=NAMED["metadata"])["id"]
    advance(60)
    polled.run()
    assert {one[3] for one in held_billing(polled.desk).payouts.values()} == {"paid" if arrived else "pending"}
    do("checkout-complete", session=page)
    advance(DAY)
    do("invoice-pay", invoice=declined)
    do("subscription-cancel", subscription=ending)
    advance(4 * DAY)
    do("payout-fail", payout=payout)
    advance(days * DAY)
    polled.desk.clock.at = polled.account.control.clock(polled.account.name)  # type: ignore[attr-defined]
    polled.tick()
    check_truth(polled, HOMES)
    statuses = {one[3] for one in held_billing(polled.desk).payouts.values()}
    assert statuses == {"failed"}


LACKING = {
    "rak_payout_read": "payouts",
    "rak_subscription_read": "subscriptions",
    "rak_invoice_read": "invoices",
    "rak_checkout_session_read": "sessions",
}


@pytest.mark.parametrize("poll", [False, True])
@pytest.mark.parametrize("lacking", LACKING)
def test_a_missing_permission_is_named_and_everything_else_is_in(polled: SyncDesk, lacking: str, poll: bool) -> None:
    polled.account.control.permit(lacking, polled.account.name, granted=False)
    for story in ("renewed", "paid on a page", "paid out"):
        tell(polled, story)
    result = polled.tick() if poll else polled.run()
    said = [str(one) for one in result.limits] + [one.reason for one in result.failures]
    assert any(lacking in one for one in said)
    assert not any(other in one for one in said for other in LACKING if other != lacking)
    held, true = held_billing(polled.desk)._asdict(), true_billing(polled.account)._asdict()
    hidden = {LACKING[lacking], "invoice_payments" if lacking == "rak_invoice_read" else "",
              "payout_lines" if lacking == "rak_payout_read" else ""}  # fmt: skip
    assert {name: held[name] for name in held if name not in hidden} == {
        name: true[name] for name in true if name not in hidden
    }
    polled.account.control.permit(lacking, polled.account.name, granted=True)
    polled.account.advance(3_601)
    result = polled.tick() if poll else polled.run()
    assert (result.limits, result.failures) == ((), ())
    check_truth(polled, HOMES)


def test_a_payout_is_the_sum_of_its_lines(polled: SyncDesk, stays: dict[str, Booking]) -> None:
    paid = Happening(polled.account, **NAMED).all("pay refund:300")
    polled.account.advance(5 * DAY)
    by_hand = polled.account.do("payout", amount=1_000)["id"]
    made = polled.account.do("payout")["id"]
    polled.tick()
    billing = BillingService(polled.desk)
    assert billing.payout_of(paid.charge) is None
    polled.account.advance(3_600)
    polled.tick()
    payouts = {one.id: one for one in billing.payouts()}
    lines = billing.payout_lines(made)
    assert (payouts[made].whole, payouts[by_hand].whole) == (True, False)
    assert sum(one.moved.net for one in lines) == payouts[made].amount
    assert {(one.moved.type, one.booking_reference) for one in lines} >= {("charge", "LN-1801"), ("refund", None)}
    assert billing.payout_lines(by_hand) == []
    assert billing.payout_of(paid.charge) == payouts[made]


def test_what_is_about_money_is_journalled_as_it_goes(polled: SyncDesk) -> None:
    tell(polled, "paid elsewhere", polled.tick)
    with polled.desk.db.reading() as connection:
        entries = [row.entry for row in read_rows(connection)]
    told = [(one.entity, one.action) for one in entries if one.entity in {"subscription", "invoice"}]
    assert told == [
        ("subscription", "import"),
        ("subscription", "assign"),
        ("invoice", "import"),
        ("subscription", "update"),
        ("invoice", "update"),
    ]
    assert not any("booking_reference" in (one.after or "") for one in entries if one.entity == "subscription")


def test_a_payout_is_read_once(polled: SyncDesk) -> None:
    """A poll with nothing new asks for nothing that was read before."""
    Happening(polled.account).all("pay")
    polled.account.advance(5 * DAY)
    polled.account.do("payout")
    polled.account.advance(3_600)
    polled.tick()
    service = polled.service
    service.tick(polled.cancel)
    before = service.reads().used
    polled.account.advance(60)
    service.tick(polled.cancel)
    assert service.reads().used == before + 1


def test_a_page_of_payments_asks_once_and_by_an_index(polled: SyncDesk) -> None:
    """Whatever names the bookings of a page of payments is found without looking through a table."""
    identity = polled.desk.property().identity
    assert identity is not None
    asked: list[tuple[str, object]] = []
    with polled.desk.db.reading() as connection:
        event.listen(connection, "before_cursor_execute", lambda *all_: asked.append((all_[2], all_[3])))
        borrowed_claims(connection, identity, [f"pi_{number}" for number in range(100)])
        ((statement, parameters),) = asked
        if connection.dialect.name == "sqlite":
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()  # type: ignore[arg-type]
            read_whole = [one[3] for one in plan if one[3].startswith("SCAN")]
            assert all("json_each" in one for one in read_whole)  # the ids that were asked for
            assert sum("ix_stripe" in one[3] for one in plan) == 2
        assert read_cursor(connection, identity, EVENTS) is not None
        assert connection.scalar(select(1)) == 1


def test_what_an_older_program_ignored_is_read_after_the_migration(polled: SyncDesk) -> None:
    for story in ("renewed", "paid on a page", "paid out"):
        tell(polled, story, polled.tick)
    address = as_admin(polled.desk.db.url.render_as_string(hide_password=False))
    opening.downgrade(address, "0006")
    opening.upgrade(address)
    assert not any(held_billing(polled.desk))
    polled.tick()
    check_truth(polled, HOMES)
