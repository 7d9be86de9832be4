"""Manual payments: taken once, voided on their day, never mixed with Stripe's."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Changes, Operator
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.errors import InputError, KnownError, NotFoundError
from rentease_desk.domain.lists import MethodTotal, PaymentQuery, PaymentSort
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft, PaymentState, PaymentStatus, Source
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import Desk
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.settings import SettingsService
from tests.services.conftest import draft, journal_entries, journal_is_whole
from tests.tools.databases import behind

HOUR = 3600
DAY = 24 * HOUR


def cash(booking: Booking, minor: int = 14600, **changes: Any) -> PaymentDraft:
    values: dict[str, Any] = {"uid": "u1", "method": "cash", "amount": Money(minor, "eur")}
    return PaymentDraft(booking_pk=booking.pk, **(values | changes))


def test_cash_is_money_at_once(payments: PaymentService, bookings: BookingService, desk: Desk, soren: Booking) -> None:
    saved = payments.take(cash(soren, tendered=20000, note="thanks"))
    payment = saved.value
    assert (payment.amount, payment.currency, payment.tendered) == (14600, "eur", 20000)
    assert (payment.state, payment.status, payment.source) == (
        PaymentState.SUCCEEDED,
        PaymentStatus.SUCCEEDED,
        Source.MANUAL,
    )
    assert (payment.occurred_at, payment.business_date) == (desk.clock.now(), date(2026, 11, 5))
    assert (payment.stripe_payment_id, payment.stripe_status, payment.fee, payment.last4) == (None,) * 4
    assert (payment.actor, payment.desk) == ("Elena", "Desk 1")
    assert saved.changes == Changes(payments=frozenset({payment.pk}), bookings=frozenset({soren.pk}))
    assert bookings.get(soren.pk).totals.balance == 47200 - 14600
    assert journal_entries(desk)[-1] == ("payment", "take")
    assert journal_is_whole(desk)


def test_the_same_entry_sent_twice_is_taken_once(payments: PaymentService, desk: Desk, soren: Booking) -> None:
    first = payments.take(cash(soren)).value
    entries = journal_entries(desk)
    again = payments.take(cash(soren))
    assert again.value == first
    assert not again.changes
    assert journal_entries(desk) == entries


def test_a_used_uid_never_carries_another_payment(payments: PaymentService, soren: Booking) -> None:
    payments.take(cash(soren))
    with pytest.raises(InputError) as caught:
        payments.take(cash(soren, 100))
    assert caught.value.code == "payment.uid_reused"


def test_an_entry_sent_by_many_threads_at_once_is_taken_once(
    payments: PaymentService, bookings: BookingService, soren: Booking
) -> None:
    barrier = threading.Barrier(4)
    seen: list[int] = []

    def send() -> None:
        barrier.wait()
        seen.append(payments.take(cash(soren)).value.pk)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 4
    assert len(set(seen)) == 1
    assert bookings.get(soren.pk).totals.paid == 14600


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"amount": Money(0, "eur")}, "amount", "amount.zero"),
        ({"amount": Money(-1, "eur")}, "amount", "amount.negative"),
        ({"amount": Money(100, "usd")}, "currency", "payment.other_currency"),
        ({"method": "seashells"}, "method", "payment.method_unknown"),
        ({"tendered": 14599}, "tendered", "amount.tendered_short"),
        ({"note": "4242424242424242"}, "note", "text.card_number"),
        ({"reference": "5555 5555 5555 4444"}, "reference", "text.card_number"),
    ],
)
def test_what_cannot_be_taken_is_refused_beside_its_field(
    payments: PaymentService,
    bookings: BookingService,
    soren: Booking,
    changes: dict[str, Any],
    field: str,
    code: str,
) -> None:
    with pytest.raises(InputError) as caught:
        payments.take(cash(soren, **changes))
    assert (caught.value.field, caught.value.code) == (field, code)
    assert bookings.get(soren.pk).totals.paid == 0


def test_a_method_may_ask_for_a_reference(payments: PaymentService, settings: SettingsService, soren: Booking) -> None:
    current = settings.get()
    asking = tuple(replace(one, needs_reference=one.code == "cheque") for one in current.methods)
    settings.save(replace(current, methods=asking))
    with pytest.raises(InputError) as caught:
        payments.take(cash(soren, method="cheque"))
    assert caught.value.field == "reference"
    assert payments.take(cash(soren, method="cheque", reference="0815")).value.reference == "0815"


def test_the_business_date_is_that_of_the_property(payments: PaymentService, desk: Desk, soren: Booking) -> None:
    night = desk.clock.now() + 14 * HOUR  # 03:00 in Trieste, before the day rolls
    assert payments.take(cash(soren, uid="a", occurred_at=night)).value.business_date == date(2026, 11, 5)
    assert payments.take(cash(soren, uid="b", occurred_at=night + HOUR)).value.business_date == date(2026, 11, 6)


def test_like_payments_are_found_before_saving(payments: PaymentService, desk: Desk, soren: Booking) -> None:
    payments.take(cash(soren))
    assert [one.amount for one in payments.similar(cash(soren, uid="u2"))] == [14600]
    assert payments.similar(cash(soren, 14601, uid="u2")) == []
    assert payments.similar(cash(soren)) == []
    desk.clock.advance(2 * DAY + 1)  # type: ignore[attr-defined]
    assert payments.similar(cash(soren, uid="u2")) == []


def test_a_void_takes_the_payment_out_and_keeps_it_visible(
    payments: PaymentService, bookings: BookingService, desk: Desk, soren: Booking
) -> None:
    taken = payments.take(cash(soren)).value
    voided = payments.void(taken.pk, " typed twice ").value
    assert (voided.status, voided.void_reason, voided.amount) == (PaymentStatus.VOIDED, "typed twice", 14600)
    assert bookings.get(soren.pk).totals.balance == 47200
    line = bookings.folio(soren.pk).lines[-1]
    assert (line.struck, line.paid, line.balance) == (True, 14600, None)
    assert journal_entries(desk)[-1] == ("void", "void")
    assert payments.similar(cash(soren, uid="u2")) == []


@pytest.mark.parametrize(("case", "code"), [("twice", "void.already"), ("tomorrow", "void.day_over")])
def test_what_cannot_be_voided(payments: PaymentService, desk: Desk, soren: Booking, case: str, code: str) -> None:
    taken = payments.take(cash(soren)).value
    if case == "twice":
        payments.void(taken.pk, "once")
    else:
        desk.clock.advance(15 * HOUR)  # type: ignore[attr-defined]
    with pytest.raises(KnownError) as caught:
        payments.void(taken.pk, "again")
    assert caught.value.code == code


def test_a_void_needs_a_reason(payments: PaymentService, soren: Booking) -> None:
    taken = payments.take(cash(soren)).value
    with pytest.raises(InputError):
        payments.void(taken.pk, "  ")
    with pytest.raises(NotFoundError):
        payments.void(999, "why")


def test_two_desks_void_one_payment_at_once(payments: PaymentService, desk: Desk, soren: Booking) -> None:
    taken = payments.take(cash(soren)).value
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def void(name: str) -> None:
        service = PaymentService(replace(desk, operator=Operator(name, name)))
        barrier.wait()
        try:
            outcomes.append(service.void(taken.pk, name).value.status.value)
        except KnownError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=void, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["void.already", "voided"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments SET amount = amount - 1",
        "UPDATE payments SET business_date = '2026-11-06'",
        "UPDATE payments SET method = 'card'",
        "UPDATE payments SET source = 'stripe', stripe_account='a', livemode=false, stripe_payment_id='b',"
        " stripe_status='c'",
        "UPDATE payments SET stripe_payment_id = 'pi_1'",
        "UPDATE payments SET currency = 'usd'",
        "UPDATE payments SET state = 'failed'",
        "DELETE FROM payments",
        "UPDATE payment_voids SET reason = 'x'",
        "DELETE FROM payment_voids",
    ],
)
def test_the_database_itself_keeps_manual_payments_as_they_were(
    payments: PaymentService, desk: Desk, soren: Booking, statement: str
) -> None:
    taken = payments.take(cash(soren)).value
    payments.void(taken.pk, "x")
    with pytest.raises(IntegrityError), behind(desk.db) as connection:
        connection.execute(text(statement))


def test_the_list_filters_orders_and_adds_up(
    payments: PaymentService, bookings: BookingService, desk: Desk, soren: Booking
) -> None:
    ana = bookings.add(draft(reference="A", room="", guest=replace(soren.guest, name="Ana"))).value
    payments.take(cash(soren, 10000, uid="1"))
    payments.take(cash(ana, 2000, uid="2", method="transfer"))
    payments.take(cash(ana, 5000, uid="3", occurred_at=desk.clock.now() - 2 * DAY))
    payments.void(payments.take(cash(soren, 777, uid="4")).value.pk, "wrong")

    def amounts(**filters: object) -> list[int]:
        query = PaymentQuery(sort=PaymentSort.AMOUNT, descending=False, **filters)  # type: ignore[arg-type]
        return [row.gross for row in payments.page(payments.keys(query))]

    today = DateRange(date(2026, 11, 5), date(2026, 11, 5))
    assert amounts() == [777, 2000, 5000, 10000]
    assert amounts(text="ana") == [2000, 5000]
    assert amounts(days=today) == [777, 2000, 10000]
    assert amounts(days=today, method="cash") == [777, 10000]
    assert amounts(status=PaymentStatus.VOIDED) == [777]
    assert amounts(source=Source.STRIPE) == []
    totals = payments.totals(PaymentQuery(days=today))
    assert totals.counted == (
        MethodTotal(Source.MANUAL, "cash", "eur", 1, 10000, 0),
        MethodTotal(Source.MANUAL, "transfer", "eur", 1, 2000, 0),
    )
    assert [(one.status, one.rows, one.amount) for one in totals.not_counted] == [(PaymentStatus.VOIDED, 1, 777)]


@pytest.mark.parametrize("sort", list(PaymentSort))
def test_every_column_orders_the_list_both_ways(
    payments: PaymentService, soren: Booking, desk: Desk, sort: PaymentSort
) -> None:
    for number, minor in enumerate((300, 100, 200)):
        payments.take(cash(soren, minor, uid=str(number), occurred_at=desk.clock.now() + number))
    up = list(payments.keys(PaymentQuery(sort=sort, descending=False)))
    assert up == list(payments.keys(PaymentQuery(sort=sort, descending=True)))[::-1]
    if sort is PaymentSort.AMOUNT:
        assert [row.gross for row in payments.page(up)] == [100, 200, 300]


def test_settings_are_versioned(settings: SettingsService) -> None:
    before = settings.get()
    settings.set({"zone": "America/New_York", "day_roll": "5:30", "methods": "cash,voucher"})
    after = settings.get()
    assert (after.zone, after.day_roll_minutes) == ("America/New_York", 330)
    assert [(one.code, one.label) for one in after.methods] == [("cash", "Cash"), ("voucher", "Voucher")]
    with pytest.raises(KnownError) as caught:
        settings.save(before)
    assert caught.value.code == "settings.changed"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("zone", "Nowhere", "settings.zone"),
        ("currency", "abc", "currency.unknown"),
        ("day_roll", "13:00", "settings.day_roll"),
        ("day_roll", "four", "settings.day_roll"),
        ("sync_minutes", "-1", "settings.interval"),
        ("methods", "", "settings.methods"),
        ("methods", "cash,cash", "settings.methods"),
        ("name", " ", "settings.name_empty"),
        ("language", "klingon!", "settings.language"),
        ("colour", "blue", "settings.unknown"),
    ],
)
def test_settings_that_cannot_be_taken(settings: SettingsService, name: str, value: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        settings.set({name: value})
    assert caught.value.code == code


def test_the_database_refuses_an_impossible_setting(desk: Desk) -> None:
    with pytest.raises(IntegrityError), desk.db.writing(desk.operator) as unit:
        unit.connection.execute(text("UPDATE property SET day_roll_minutes = 900"))
