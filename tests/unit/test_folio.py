"""The folio: one ledger, oldest first, whose last balance is what the guest owes."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rentease_desk.domain.booking import Booking, BookingStatus, ChargeKind, Guest, Totals
from rentease_desk.domain.dates import Days
from rentease_desk.domain.folio import Charge, Folio, LineKind, build_folio, deposit_held
from rentease_desk.domain.payment import (
    Payment,
    PaymentState,
    PaymentStatus,
    Refund,
    RefundStatus,
    Source,
    derive_status,
)

DAYS = Days(ZoneInfo("Europe/Rome"))
NOON = 1_793_880_000
TODAY = date(2026, 11, 5)
BOOKING = Booking(
    pk=1,
    uid="b",
    reference="LN-1",
    guest=Guest("Ada"),
    rooms=(),
    arrival=TODAY,
    departure=TODAY + timedelta(days=1),
    adults=1,
    children=0,
    channel="",
    note="",
    currency="eur",
    status=BookingStatus.CONFIRMED,
    version=1,
    created_at=NOON,
    totals=Totals(),
)


def charge(
    pk: int, amount: int, day: date = TODAY, *, corrects: int | None = None, corrected: date | None = None
) -> Charge:
    return Charge(
        pk=pk,
        uid=f"c{pk}",
        kind=ChargeKind.ACCOMMODATION,
        text="",
        amount=amount,
        tax_rate_ppm=0,
        service_from=None,
        service_to=None,
        occurred_at=NOON + pk,
        business_date=day,
        corrects_pk=corrects,
        corrected_on=corrected,
        reason="",
        actor="elena",
    )


def payment(
    pk: int, amount: int, state: str = "succeeded", *, void: bool = False, day: date | None = TODAY, **more: object
) -> Payment:
    made = Payment(
        pk=pk,
        uid=f"p{pk}",
        booking_pk=1,
        booking_reference="LN-1",
        guest="Ada",
        source=Source.STRIPE,
        method="card",
        amount=amount,
        refunded=0,
        currency="eur",
        state=PaymentState(state),
        status=derive_status(PaymentState(state), amount, 0, void),
        occurred_at=NOON + 100 + pk,
        business_date=day if state == "succeeded" else None,
        reference="",
        note="",
        tendered=None,
        fee=None,
        stripe_account=None,
        livemode=None,
        stripe_payment_id=None,
        stripe_charge_id=None,
        stripe_status=None,
        brand=None,
        last4=None,
        payer_name=None,
        payer_email=None,
        description=None,
        failure_code=None,
        failure_message=None,
        disputed=False,
        void_reason="typed twice" if void else None,
        actor="Stripe",
        desk="Desk 1",
        created_at=NOON,
        version=1,
    )
    return replace(made, **more)


def refund(pk: int, of: int, amount: int, status: str = "succeeded", day: date | None = TODAY) -> Refund:
    return Refund(
        pk=pk,
        uid=f"r{pk}",
        payment_pk=of,
        payment_uid=f"p{of}",
        booking_reference="LN-1",
        guest="Ada",
        amount=amount,
        currency="eur",
        status=RefundStatus(status),
        method="card",
        reason="",
        failure_reason=None,
        occurred_at=NOON + 200 + pk,
        business_date=day if status == "succeeded" else None,
        stripe_account=None,
        livemode=None,
        stripe_refund_id=None,
        actor="Stripe",
        desk="Desk 1",
        created_at=NOON,
    )


def _told(folio: Folio) -> list[tuple[str, int | None, int | None, int | None]]:
    return [(line.item.uid, line.charge, line.paid, line.balance) for line in folio.lines]


def test_a_stay_that_is_paid_and_partly_given_back() -> None:
    folio = build_folio(BOOKING, [charge(1, 30_000)], [payment(1, 30_000)], [refund(1, 1, 5_000)], DAYS)
    assert _told(folio) == [
        ("c1", 30_000, None, 30_000),
        ("p1", None, 30_000, 0),
        ("r1", None, -5_000, 5_000),
    ]
    assert [line.kind for line in folio.lines] == [LineKind.CHARGE, LineKind.PAYMENT, LineKind.REFUND]


@pytest.mark.parametrize("state", ["processing", "requires_capture", "incomplete", "failed", "canceled"])
def test_money_that_did_not_move_is_shown_and_counts_as_nothing(state: str) -> None:
    folio = build_folio(BOOKING, [charge(1, 100)], [payment(1, 100, state)], [refund(1, 1, 100)], DAYS)
    assert _told(folio) == [("c1", 100, None, 100), ("p1", None, 100, None), ("r1", None, -100, None)]


@pytest.mark.parametrize("status", ["pending", "requires_action", "failed", "canceled"])
def test_a_refund_that_is_not_through_moves_nothing(status: str) -> None:
    folio = build_folio(BOOKING, [], [payment(1, 100)], [refund(1, 1, 40, status)], DAYS)
    assert _told(folio) == [("p1", None, 100, -100), ("r1", None, -40, None)]


def test_a_void_is_struck_and_counts_as_nothing() -> None:
    (line,) = build_folio(BOOKING, [], [payment(1, 100, void=True)], [], DAYS).lines
    assert (line.struck, line.paid, line.balance) == (True, 100, None)
    assert isinstance(line.item, Payment)
    assert line.item.status is PaymentStatus.VOIDED


def test_another_currency_is_shown_and_not_added() -> None:
    folio = build_folio(BOOKING, [charge(1, 100)], [payment(1, 5000, currency="jpy")], [], DAYS)
    assert [(line.currency, line.balance) for line in folio.lines] == [("eur", 100), ("jpy", None)]


@pytest.mark.parametrize("later", [0, 1])
def test_a_line_taken_back_and_what_takes_it_back_are_struck(later: int) -> None:
    """Whichever day it was: both are shown, and neither moves the balance."""
    day = TODAY + timedelta(days=later)
    lines = [charge(1, 100, corrected=day), charge(2, -100, day, corrects=1), charge(3, 80)]
    found = build_folio(BOOKING, lines, [], [], DAYS).lines
    assert {(line.item.uid, line.struck, line.balance) for line in found} == {
        ("c1", True, None), ("c2", True, None), ("c3", False, 80),
    }  # fmt: skip


def test_lines_are_in_the_order_of_their_business_day() -> None:
    """A payment of last night belongs to yesterday's business; what has no day yet stands on the day it was tried."""
    yesterday = TODAY - timedelta(days=1)
    lines = [payment(2, 10), payment(1, 10, day=yesterday, occurred_at=NOON + 999), payment(3, 10, "failed")]
    folio = build_folio(BOOKING, [charge(1, 5)], lines, [], DAYS)
    assert [line.item.uid for line in folio.lines] == ["p1", "c1", "p2", "p3"]
    assert [line.business_date for line in folio.lines] == [yesterday, TODAY, TODAY, TODAY]


def test_what_is_paid_before_the_stay_is_the_guests_own_money_until_the_arrival() -> None:
    ahead = replace(BOOKING, arrival=TODAY + timedelta(days=1), totals=Totals(30_800, 20_000, 1_000))
    minibar = replace(charge(2, 800), kind=ChargeKind.EXTRA)
    folio = build_folio(ahead, [charge(1, 30_000), minibar], [payment(1, 20_000)], [refund(1, 1, 1_000)], DAYS)
    assert deposit_held(folio, TODAY) == 20_000 - 1_000 - 800
    assert deposit_held(folio, ahead.arrival) == 0
    assert deposit_held(Folio(replace(ahead, status=BookingStatus.CANCELLED), folio.lines), TODAY) == 0


AMOUNTS = st.integers(1, 10**6)
DATES = st.dates(TODAY - timedelta(days=3), TODAY + timedelta(days=3))


@given(
    charges=st.lists(st.tuples(st.integers(-(10**6), 10**6).filter(bool), DATES), max_size=5),
    paid=st.lists(
        st.tuples(AMOUNTS, st.sampled_from([one.value for one in PaymentState]), st.booleans(), DATES), max_size=5
    ),
    back=st.lists(
        st.tuples(st.integers(0, 4), AMOUNTS, st.sampled_from([one.value for one in RefundStatus]), DATES), max_size=5
    ),
)
def test_the_last_balance_is_charges_less_payments_plus_refunds(
    charges: list[tuple[int, date]],
    paid: list[tuple[int, str, bool, date]],
    back: list[tuple[int, int, str, date]],
) -> None:
    payments = [
        payment(n, amount, state, void=void and state == "succeeded", day=day)
        for n, (amount, state, void, day) in enumerate(paid)
    ]
    refunds = [
        refund(n, of, amount, status, day) for n, (of, amount, status, day) in enumerate(back) if of < len(payments)
    ]
    refunds = [one for one in refunds if payments[one.payment_pk].status is not PaymentStatus.VOIDED]
    lines = build_folio(
        BOOKING, [charge(n, amount, day) for n, (amount, day) in enumerate(charges)], payments, refunds, DAYS
    ).lines
    counted = {one.pk for one in payments if one.status is PaymentStatus.SUCCEEDED}
    owed = sum(amount for amount, _ in charges) - sum(one.amount for one in payments if one.pk in counted)
    owed += sum(one.amount for one in refunds if one.status is RefundStatus.SUCCEEDED and one.payment_pk in counted)
    balances = [line.balance for line in lines if line.balance is not None]
    assert (balances[-1] if balances else 0) == owed
    assert len(lines) == len(charges) + len(payments) + len(refunds)
    assert [line.business_date for line in lines] == sorted(line.business_date for line in lines)
