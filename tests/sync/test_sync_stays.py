"""Which booking a long stay pays for: the one that it names, or that a person chose; and what people see of it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sqlalchemy import update

from rentease_desk.domain.billing import LongStay
from rentease_desk.domain.booking import Booking, Guest
from rentease_desk.domain.changes import Changes, Operator
from rentease_desk.domain.errors import NotFoundError
from rentease_desk.domain.stripe_billing import StripeInvoice, StripeInvoicePayment, StripeSession
from rentease_desk.domain.stripe_objects import Page
from rentease_desk.services.billing import BillingService
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.customers import CustomerService
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.other_desks import OtherDesks
from rentease_desk.storage.billing_store import store_billing
from rentease_desk.storage.billing_tables import stripe_subscriptions
from rentease_desk.storage.journal import read_rows
from rentease_desk.storage.stripe_store import store_payments
from rentease_desk.storage.tables import bookings as bookings_table
from rentease_desk.storage.tables import payments as payments_table
from tests.services.conftest import draft, journal_entries
from tests.sync.test_sync_billing import homes
from tests.tools.accounts import DAY
from tests.tools.pictures import Album
from tests.tools.syncing import SyncDesk, check_journal, settle

SOREN = {"name": "Søren Lindqvist", "email": "Soren@Lindqvist.example"}
"""As the guest of the sample booking wrote it to Stripe."""


@pytest.fixture
def booking(bookings: BookingService) -> Booking:
    return bookings.add(draft(reference="LN-1801")).value


@pytest.fixture
def other(bookings: BookingService) -> Booking:
    guest = Guest("Mirko", "mirko@mail.example", "")
    return bookings.add(draft(reference="LN-1802", room="", guest=guest)).value


@pytest.fixture
def billing(at: SyncDesk) -> BillingService:
    return BillingService(at.desk)


@pytest.fixture
def customers(at: SyncDesk) -> CustomerService:
    return CustomerService(at.desk)


def _subscribe(at: SyncDesk, reference: str | None = None, **how: object) -> str:
    named = {} if reference is None else {"metadata": {"booking_reference": reference}}
    made = at.account.do("subscribe", amount=90_000, **(named | how))
    at.account.advance(60)
    return str(made["id"])


def _stay(at: SyncDesk, booking: Booking) -> LongStay:
    [found] = BillingService(at.desk).of_booking(booking.pk).stays
    return found


def _homes(at: SyncDesk) -> set[str | None]:
    return set(homes(at).values())


def test_a_stay_brings_its_payments_to_the_booking_that_it_names(
    at: SyncDesk, billing: BillingService, booking: Booking
) -> None:
    subscription = _subscribe(at, "ln-1801")
    at.account.do("subscription-renew", subscription=subscription)
    settle(at, {"LN-1801": "LN-1801"})
    stay, found = _stay(at, booking), billing.of_booking(booking.pk)
    assert (stay.id, stay.status, stay.assigned_by, stay.amount) == (subscription, "active", "metadata", 90_000)
    assert (stay.every_unit, stay.every_count, stay.named) == ("month", 1, None)
    assert [one.amount_due for one in found.invoices] == [90_000, 90_000]
    assert {one.period_end for one in found.invoices} >= {stay.period_end, stay.period_start}
    assert {pay for one in found.invoices for pay in one.payments} == set(homes(at))
    assert BookingService(at.desk).get(booking.pk).totals.paid == 180_000


def test_what_was_paid_outside_of_stripe_is_shown_and_not_counted(
    at: SyncDesk, billing: BillingService, booking: Booking
) -> None:
    made = at.account.do("subscribe", amount=90_000, fails=True, metadata={"booking_reference": "LN-1801"})
    at.account.do("invoice-pay", invoice=made["latest_invoice"], elsewhere=True)
    at.run()
    [invoice] = billing.of_booking(booking.pk).invoices
    assert (invoice.status, invoice.off_stripe, invoice.by_card, invoice.amount_remaining) == ("paid", 90_000, 0, 0)
    assert BookingService(at.desk).get(booking.pk).totals.paid == 0
    assert billing.waiting_invoices() == []


def test_a_declined_invoice_waits_with_the_next_attempt_and_whom_to_ask(
    at: SyncDesk, billing: BillingService, booking: Booking
) -> None:
    subscription = _subscribe(at, "LN-1801")
    at.account.do("subscription-renew", subscription=subscription, fails=True)
    at.account.advance(60)
    _subscribe(at, None, fails=True, name="Nadia", email="nadia@mail.example")
    at.run()
    nobodys, mine = billing.waiting_invoices()
    assert (mine.status, mine.attempt_count, mine.amount_remaining) == ("open", 1, 90_000)
    assert mine.next_payment_attempt is not None
    assert mine.next_payment_attempt - mine.created == 3 * DAY
    assert (mine.booking_reference, mine.guest, mine.phone) == ("LN-1801", "Søren Lindqvist", "+46 70 123")
    assert mine.reason is not None
    assert "declined" in mine.reason
    assert (nobodys.booking_pk, nobodys.guest, nobodys.email) == (None, "Nadia", "nadia@mail.example")


def test_a_booking_made_later_takes_the_stay_that_names_it(at: SyncDesk, bookings: BookingService) -> None:
    subscription = _subscribe(at, "LN-1801")
    at.run()
    [waiting] = BillingService(at.desk).homeless_stays()
    assert (waiting.id, waiting.named, _homes(at)) == (subscription, "ln-1801", {None})
    booking = bookings.add(draft(reference="LN-1801")).value
    assert _stay(at, booking).assigned_by == "metadata"
    assert _homes(at) == {"LN-1801"}
    assert ("subscription", "assign") in journal_entries(at.desk)
    settle(at, {"LN-1801": "LN-1801"})


def test_a_stay_keeps_its_booking_when_that_is_renamed(
    at: SyncDesk, bookings: BookingService, booking: Booking
) -> None:
    subscription = _subscribe(at, "LN-1801")
    at.run()
    bookings.edit(booking.pk, booking.version, draft(reference="LN-9"))
    bookings.add(draft(reference="LN-1801", room=""))
    at.account.do("subscription-renew", subscription=subscription)
    at.run()
    assert _stay(at, booking).id == subscription
    assert set(homes(at).values()) == {"LN-9"}


def test_what_a_person_chose_for_a_stay_stands(
    at: SyncDesk, billing: BillingService, booking: Booking, other: Booking
) -> None:
    subscription = _subscribe(at, "LN-1801")
    at.run()
    changes = billing.assign(subscription, other.pk)
    assert changes.billing
    assert changes.bookings == {booking.pk, other.pk}
    assert _homes(at) == {"LN-1802"}
    at.account.do("subscription-describe", subscription=subscription, metadata={"booking_reference": "LN-1801"})
    at.account.do("subscription-renew", subscription=subscription)
    at.run()
    assert _stay(at, other).assigned_by == "person"
    assert list(homes(at).values()) == ["LN-1802", "LN-1802"]
    billing.release(subscription)
    assert _stay(at, booking).assigned_by == "metadata"
    assert list(homes(at).values()) == ["LN-1801", "LN-1801"]
    length = at.journal_length()
    at.run()
    assert at.journal_length() == length
    check_journal(at.desk)


def test_a_payment_that_a_person_assigned_stays_there(
    at: SyncDesk, billing: BillingService, booking: Booking, other: Booking
) -> None:
    subscription = _subscribe(at)
    at.run()
    with at.desk.writing() as unit:
        unit.connection.execute(update(payments_table).values(booking_pk=other.pk, assigned_by="person"))
    at.account.do("subscription-describe", subscription=subscription, metadata={"booking_reference": "LN-1801"})
    at.account.do("subscription-renew", subscription=subscription)
    at.run()
    assert sorted(str(one) for one in homes(at).values()) == ["LN-1801", "LN-1802"]
    billing.assign(subscription, booking.pk)
    assert sorted(str(one) for one in homes(at).values()) == ["LN-1801", "LN-1802"]


def test_a_payment_says_itself_which_booking_it_is_for_before_its_page_does(
    at: SyncDesk, booking: Booking, other: Booking
) -> None:
    page = {"session_metadata": {"booking_reference": "LN-1802"}}
    for own in ({"metadata": {"booking_reference": "LN-1801"}}, {}):
        at.account.do("checkout-complete", session=at.account.do("checkout", **page, **own)["id"])
    settle(at, {"LN-1801": "LN-1801", "LN-1802": "LN-1802"})
    assert sorted(str(one) for one in homes(at).values()) == ["LN-1801", "LN-1802"]


def test_nothing_that_only_looks_like_a_booking_names_one(at: SyncDesk, booking: Booking) -> None:
    at.account.do("checkout-complete", session=at.account.do("checkout", reference="LN-1801", **SOREN)["id"])
    _subscribe(at, None, description="LN-1801", **SOREN)
    at.run()
    assert _homes(at) == {None}
    assert BillingService(at.desk).of_booking(booking.pk).stays == ()


def _two_invoices(at: SyncDesk, *references: str) -> tuple[str, str]:
    """A payment that pays two invoices, each of which names a booking. Returns what the payment found, both orders."""
    album = Album()
    [first, *_] = album.tell("pay")
    settings, found = at.desk.property(), []
    assert settings.identity is not None
    for number, backwards in enumerate((False, True)):
        intent = replace(first.intents[0], id=f"pi_{number}")
        charge = replace(first.charges[0], id=f"ch_{number}", payment_intent_id=intent.id)
        invoices = [_invoice(f"in_{number}_{one}", reference) for one, reference in enumerate(references)]
        paid = [_paid(f"inpay_{number}_{one}", invoices[one].id, intent.id) for one in range(len(references))]
        money = Page(first.observed_at, intents=(intent,), charges=(charge,))
        beside = Page(first.observed_at, invoices=tuple(invoices), invoice_payments=tuple(paid))
        for page in (beside, money) if backwards else (money, beside):
            with at.desk.writing() as unit:
                facts = (unit, settings.identity, settings.days)
                store_payments(*facts, [page])
                store_billing(*facts, page)
        found.append(str(homes(at)[intent.id]))
    return found[0], found[1]


def _invoice(id_: str, reference: str) -> StripeInvoice:
    named = {"booking_reference": reference}
    return StripeInvoice(
        id_, 1, None, None, None, None, None, "paid", 5_000, 5_000, 0, 0, "eur", 1, 2, 1, None, None, 1, named, {}
    )


def _paid(id_: str, invoice: str, payment: str) -> StripeInvoicePayment:
    return StripeInvoicePayment(id_, 1, invoice, payment, "paid", 5_000, 5_000, "eur", 1)


def test_a_payment_of_two_invoices_belongs_to_their_booking_or_to_none(
    at: SyncDesk, booking: Booking, other: Booking
) -> None:
    at.tick()
    assert _two_invoices(at, "LN-1801", "LN-1802") == ("None", "None")


def test_a_page_says_it_before_an_invoice_does(at: SyncDesk, booking: Booking, other: Booking) -> None:
    at.tick()
    _two_invoices(at, "LN-1801")
    settings, named = at.desk.property(), {"booking_reference": "LN-1802"}
    assert settings.identity is not None
    page = StripeSession("cs_1", 1, 2, "complete", "paid", "pi_0", None, None, 5_000, "eur", None, named)
    with at.desk.writing() as unit:
        store_billing(unit, settings.identity, settings.days, Page(1, sessions=(page,)))
    assert homes(at) == {"pi_0": "LN-1802", "pi_1": "LN-1801"}


def test_a_payment_of_two_invoices_of_one_booking(at: SyncDesk, booking: Booking) -> None:
    at.tick()
    assert _two_invoices(at, "LN-1801", "ln-1801 ") == ("LN-1801", "LN-1801")


def test_customers_are_suggested_by_their_address_and_linked_by_a_person(
    at: SyncDesk, customers: CustomerService, booking: Booking, other: Booking
) -> None:
    subscription = _subscribe(at, None, **SOREN)
    _subscribe(at, None, name="Somebody", email="somebody@mail.example")
    at.run()
    [suggested] = customers.suggestions(booking.pk)
    assert (suggested.email, suggested.guest) == (SOREN["email"], None)
    assert customers.suggestions(other.pk) == customers.of_booking(booking.pk) == []
    assert _homes(at) == {None}
    changes = customers.link(suggested.id, booking.pk)
    assert changes.billing
    assert booking.pk in changes.bookings
    [linked] = customers.of_booking(booking.pk)
    assert (linked.id, linked.guest, linked.booking_reference) == (suggested.id, "Søren Lindqvist", "LN-1801")
    assert customers.suggestions(booking.pk) == []
    assert (_stay(at, booking).id, _stay(at, booking).assigned_by) == (subscription, "customer")
    assert sorted(str(one) for one in homes(at).values()) == ["LN-1801", "None"]
    at.account.do("subscription-renew", subscription=subscription)
    at.run()
    assert sorted(str(one) for one in homes(at).values()) == ["LN-1801", "LN-1801", "None"]
    customers.unlink(suggested.id)
    assert BillingService(at.desk).of_booking(booking.pk).stays == ()
    assert _homes(at) == {None}
    told = [one for one in journal_entries(at.desk) if one[0] == "customer"]
    assert told == [("customer", "link"), ("customer", "unlink")]
    check_journal(at.desk)


def test_a_guest_with_two_bookings_leaves_the_choice_to_a_person(
    at: SyncDesk, customers: CustomerService, booking: Booking, other: Booking
) -> None:
    _subscribe(at, None, **SOREN)
    at.run()
    with at.desk.writing() as unit:
        unit.connection.execute(update(bookings_table).values(guest_pk=1))
    [suggested] = customers.suggestions(booking.pk)
    customers.link(suggested.id, booking.pk)
    assert [one.booking_pk for one in BillingService(at.desk).homeless_stays()] == [None]
    assert _homes(at) == {None}


def test_what_a_stay_names_comes_before_its_customer(
    at: SyncDesk, customers: CustomerService, booking: Booking, other: Booking
) -> None:
    _subscribe(at, "LN-1802", **SOREN)
    at.run()
    [suggested] = customers.suggestions(booking.pk)
    customers.link(suggested.id, booking.pk)
    assert _homes(at) == {"LN-1802"}
    customers.unlink(suggested.id)
    assert _homes(at) == {"LN-1802"}


def test_a_stay_that_came_by_its_customer_stays_when_the_guest_comes_again(
    at: SyncDesk, customers: CustomerService, booking: Booking, other: Booking
) -> None:
    subscription = _subscribe(at, None, **SOREN)
    at.run()
    [suggested] = customers.suggestions(booking.pk)
    customers.link(suggested.id, booking.pk)
    customers.link(suggested.id, other.pk)
    at.account.do("subscription-renew", subscription=subscription)
    at.run()
    assert _stay(at, booking).id == subscription
    assert _homes(at) == {"LN-1801"}


def test_a_customer_that_was_deleted_is_not_suggested(
    at: SyncDesk, customers: CustomerService, booking: Booking
) -> None:
    at.account.do("customer", **SOREN)
    at.run()
    [suggested] = customers.suggestions(booking.pk)
    settings = at.desk.property()
    assert settings.identity is not None
    with at.desk.writing() as unit:
        store_billing(unit, settings.identity, settings.days, Page(2**50, gone_customers=(suggested.id,)))
    at.run()
    assert customers.suggestions(booking.pk) == []
    customers.link(suggested.id, booking.pk)
    assert [one.id for one in customers.of_booking(booking.pk)] == [suggested.id]


def test_what_is_not_here_is_told(at: SyncDesk, customers: CustomerService, billing: BillingService) -> None:
    for act in (
        lambda: billing.assign("sub_x", 1),
        lambda: billing.release("sub_x"),
        lambda: customers.link("cus_x", 1),
        lambda: customers.unlink("cus_x"),
    ):
        for _ in range(2):  # before and after an account is known
            with pytest.raises(NotFoundError):
                act()
            at.tick()
    assert billing.payouts() == []
    assert billing.payout_lines("po_x") == []
    assert billing.waiting_invoices() == []
    assert billing.payout_of("ch_x") is None


def test_another_desk_hears_of_it(at: SyncDesk, booking: Booking) -> None:
    told: list[Changes] = []
    other = replace(at.desk, operator=Operator("Paolo", "Desk 2"), feed=ChangeFeed())
    other.feed.subscribe(told.append)
    others = OtherDesks(other)
    others.look()
    _subscribe(at, "LN-1801")
    at.run()
    others.look()
    assert [(one.billing, one.bookings) for one in told] == [(True, frozenset({booking.pk}))]


def test_no_words_of_people_stand_in_the_journal(at: SyncDesk, desk: Desk) -> None:
    _subscribe(at, "LN-1801", description="for Frau Wirth", **SOREN)
    at.run()
    with desk.db.reading() as connection:
        text = " ".join(f"{row.entry.before}{row.entry.after}" for row in read_rows(connection))
        assert connection.scalar(stripe_subscriptions.select().with_only_columns(stripe_subscriptions.c.description))
    assert "Wirth" not in text
    assert "indqvist" not in text
