"""Cash rounded to the smallest coin, in a total of its own; and like payments that somebody must be told of."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.cash import rounded
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft, TwinError
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import Desk
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.refunds import RefundService
from rentease_desk.services.settings import SettingsService
from rentease_desk.storage.journal import read_rows
from rentease_desk.stripe_gateway.gateway import StripeGateway
from tests.services.conftest import draft, journal_is_whole


@pytest.fixture
def swiss(bookings: BookingService, settings: SettingsService) -> Booking:
    """A booking of CHF 472.02, where cash is rounded to five Rappen."""
    settings.set({"cash_rounding": "CHF 0.05, SEK 1"})
    return bookings.add(draft(currency="chf", total=Money(47_202, "chf"))).value


def francs(booking: Booking, minor: int, uid: str = "u1", method: str = "cash", **more: Any) -> PaymentDraft:
    return PaymentDraft(uid, booking.pk, method, Money(minor, "chf"), **more)


@given(minor=st.integers(1, 10**9), step=st.sampled_from([1, 5, 10, 100, 500]))
def test_rounding_is_to_the_nearest_coin(minor: int, step: int) -> None:
    found = rounded(minor, step)
    assert found % step == 0
    assert 2 * abs(found - minor) <= step
    assert not (2 * abs(found - minor) == step and found < minor)


@pytest.mark.parametrize(("minor", "by"), [(47_202, -2), (47_203, 2), (47_205, 0), (47_207, -2), (47_208, 2), (2, -2)])
def test_cash_settles_the_amount_and_tells_what_it_was_rounded_by(
    payments: PaymentService, bookings: BookingService, swiss: Booking, minor: int, by: int
) -> None:
    taken = payments.take(francs(swiss, minor)).value
    assert (taken.amount, taken.rounding) == (minor, by)
    assert bookings.get(swiss.pk).totals.balance == 47_202 - minor


def test_only_cash_is_rounded_and_only_where_the_property_says_so(
    payments: PaymentService, bookings: BookingService, swiss: Booking
) -> None:
    assert payments.take(francs(swiss, 101, method="transfer")).value.rounding == 0
    euro = bookings.add(draft(reference="LN-2", room="")).value
    assert payments.take(PaymentDraft("u2", euro.pk, "cash", Money(101, "eur"))).value.rounding == 0


def test_the_rounding_has_a_total_of_its_own_and_stands_in_the_journal(
    payments: PaymentService, desk: Desk, swiss: Booking
) -> None:
    for at, minor in enumerate((101, 103, 107)):
        taken = payments.take(francs(swiss, minor, f"u{at}")).value
    payments.void(taken.pk, "typed twice")
    (total,) = payments.totals(PaymentQuery()).counted
    assert (total.received, total.rounding) == (204, -1 + 2)
    with desk.db.reading() as connection:
        rows = [row.entry for row in read_rows(connection) if row.entry.entity == "payment"]
    assert [json.loads(row.after or "")["rounding"] for row in rows] == [-1, 2, -2]
    assert journal_is_whole(desk)


def test_cash_that_is_given_back_is_rounded_too(
    payments: PaymentService, bookings: BookingService, desk: Desk, swiss: Booking, cancel: threading.Event
) -> None:
    """What is rounded up when it comes is rounded up when it goes: all that was taken can be given back."""
    refunds = RefundService(desk, desk, nowhere)
    cash = payments.take(francs(swiss, 103)).value
    transfer = payments.take(francs(swiss, 103, "u2", "transfer")).value
    back = [
        refunds.refund(RefundDraft(f"r{one.pk}", one.pk, Money(103, "chf"), "left early"), cancel).value.refund
        for one in (cash, transfer)
    ]
    assert [(one.amount, one.rounding) for one in back] == [(103, 2), (103, 0)]
    totals = payments.totals(PaymentQuery()).counted
    assert [(one.received, one.returned, one.rounding) for one in totals] == [(103, -103, 0)] * 2
    assert bookings.get(swiss.pk).totals.balance == 47_202
    with pytest.raises(IntegrityError), desk.db._engine.begin() as connection:
        connection.execute(text("UPDATE refunds SET rounding = 0"))


def test_nothing_else_is_handed_out_than_the_person_was_told(
    payments: PaymentService, settings: SettingsService, desk: Desk, swiss: Booking, cancel: threading.Event
) -> None:
    refunds, cash = RefundService(desk, desk, nowhere), payments.take(francs(swiss, 103)).value
    told = RefundDraft("r", cash.pk, Money(103, "chf"), "left early", handed_out=105)
    settings.set({"cash_rounding": "off"})
    with pytest.raises(InputError) as caught:
        refunds.refund(told, cancel)
    assert caught.value.code == "refund.cash_back"
    assert refunds.refund(replace(told, handed_out=103), cancel).value.refund.rounding == 0
    again = refunds.refund(told, cancel).value.refund
    assert (again.amount, again.rounding) == (103, 0), "what was written stands"


def nowhere(_account: object) -> StripeGateway:
    raise AssertionError("no manual refund asks Stripe")


def test_what_is_tendered_is_measured_by_what_is_to_be_taken(payments: PaymentService, swiss: Booking) -> None:
    with pytest.raises(InputError, match="less than"):
        payments.take(francs(swiss, 103, tendered=104))
    assert payments.take(francs(swiss, 102, tendered=100)).value.rounding == -2


def test_nothing_else_is_taken_than_the_person_was_told(
    payments: PaymentService, settings: SettingsService, swiss: Booking
) -> None:
    told = francs(swiss, 103, cash_due=105)
    settings.set({"cash_rounding": "off"})
    with pytest.raises(InputError) as caught:
        payments.take(told)
    assert caught.value.code == "payment.cash_due"
    assert payments.take(replace(told, cash_due=103)).value.rounding == 0


def test_a_rounding_never_changes(payments: PaymentService, desk: Desk, swiss: Booking) -> None:
    payments.take(francs(swiss, 103))
    with pytest.raises(IntegrityError), desk.db._engine.begin() as connection:
        connection.execute(text("UPDATE payments SET rounding = 0"))


def test_a_like_payment_is_told_before_anything_is_written(payments: PaymentService, soren: Booking) -> None:
    def cash(uid: str, method: str = "cash") -> PaymentDraft:
        return PaymentDraft(uid, soren.pk, method, Money(14_600, "eur"))

    payments.take(cash("u1"), told=())
    with pytest.raises(TwinError) as caught:
        payments.take(cash("u2", "transfer"), told=())
    assert [twin.uid for twin in caught.value.twins] == ["u1"]
    assert [one.uid for one in payments.similar(cash("u2"))] == ["u1"]
    assert payments.take(cash("u1"), told=()).value.uid == "u1", "sent again it is no twin of itself"
    payments.take(cash("u2"), told=["u1"])
    with pytest.raises(TwinError):
        payments.take(cash("u3"), told=["u1"])


def test_of_two_desks_that_take_the_same_money_at_once_one_is_told(payments: PaymentService, soren: Booking) -> None:
    def take(uid: str) -> Callable[[], str]:
        def run() -> str:
            try:
                return payments.take(PaymentDraft(uid, soren.pk, "cash", Money(500, "eur")), told=()).value.uid
            except TwinError as error:
                return f"told of {error.twins[0].uid}"

        return run

    with ThreadPoolExecutor(2) as desks:
        found = sorted(one.result() for one in [desks.submit(take(uid)) for uid in ("u1", "u2")])
    assert found in (["told of u2", "u2"], ["told of u1", "u1"])
