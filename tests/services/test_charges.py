"""Charge lines from the desk, on both engines: exact, added once, taken back once, never changed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from rentease_desk.domain.booking import Booking, ChargeKind
from rentease_desk.domain.charges import ChargeDraft, ReverseDraft
from rentease_desk.domain.errors import ConflictError, DatabaseError, InputError, KnownError, NotFoundError
from rentease_desk.domain.money import Money
from rentease_desk.domain.tax import WHOLE_PPM, contained_tax, parse_rate, rate_text
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.charges import ChargeService
from rentease_desk.services.desk import Desk
from rentease_desk.services.settings import SettingsService
from tests.services.conftest import draft as booking_draft
from tests.services.conftest import journal_entries, journal_is_whole
from tests.tools.clocks import SetClock

DAY = 86_400
NIGHTS = (date(2026, 11, 1), date(2026, 11, 5))


@pytest.fixture
def charges(desk: Desk) -> ChargeService:
    return ChargeService(desk)


def extra(booking: Booking, uid: str = "e", minor: int = 1_400, quantity: int = 2, **more: object) -> ChargeDraft:
    values: dict[str, object] = {"text": "Breakfast"} | more
    return ChargeDraft(uid, booking.pk, ChargeKind.EXTRA, Money(minor, "eur"), quantity, **values)  # type: ignore[arg-type]


def balance(bookings: BookingService, booking: Booking) -> int:
    return bookings.get(booking.pk).totals.balance


def test_each_kind_adds_its_line(
    charges: ChargeService, bookings: BookingService, soren: Booking, settings: SettingsService
) -> None:
    settings.set({"room_tax": "10", "extras_tax": "22"})
    drafts = [
        extra(soren),
        ChargeDraft("n", soren.pk, ChargeKind.ACCOMMODATION, Money(11_800, "eur"), 4, "", None, *NIGHTS),
        ChargeDraft("t", soren.pk, ChargeKind.CITY_TAX, Money(250, "eur"), 8, "", None, *NIGHTS),
        ChargeDraft("d", soren.pk, ChargeKind.DISCOUNT, Money(2_200, "eur"), reason="wine not served"),
        ChargeDraft("c", soren.pk, ChargeKind.CANCELLATION_FEE, Money(5_000, "eur")),
    ]
    saved = [charges.add(one).value for one in drafts]
    assert [one.amount for one in saved] == [2_800, 47_200, 2_000, -2_200, 5_000]
    assert [one.tax_rate_ppm for one in saved] == [220_000, 100_000, 0, 100_000, 0]
    assert {(one.business_date, one.actor) for one in saved} == {(date(2026, 11, 5), "Elena")}
    assert (saved[0].quantity, saved[0].unit_amount) == (2, 1_400)
    assert balance(bookings, soren) == 47_200 + 2_800 + 47_200 + 2_000 - 2_200 + 5_000


def test_the_same_draft_adds_one_line(
    charges: ChargeService, bookings: BookingService, soren: Booking, desk: Desk
) -> None:
    first = charges.add(extra(soren))
    assert first.changes.bookings == {soren.pk}
    again = charges.add(extra(soren))
    assert (again.value, bool(again.changes)) == (first.value, False)
    with pytest.raises(InputError, match="another content"):
        charges.add(extra(soren, minor=1_500))
    assert balance(bookings, soren) == 47_200 + 2_800
    assert journal_entries(desk).count(("charge", "charge")) == 2
    assert journal_is_whole(desk)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": " "}, "folio.text_missing"),
        ({"minor": 0}, "folio.nothing"),
        ({"minor": -5}, "folio.nothing"),
        ({"quantity": 0}, "folio.quantity"),
        ({"quantity": 10_000}, "folio.quantity"),
        ({"minor": 999_999_999, "quantity": 9_999}, "amount.too_large"),
        ({"tax_rate_ppm": WHOLE_PPM + 1}, "tax.rate"),
        ({"text": "4242 4242 4242 4242"}, "text.card_number"),
        ({"service_from": date(2026, 11, 2), "service_to": date(2026, 11, 2)}, "folio.nights"),
    ],
)
def test_what_cannot_be_charged(charges: ChargeService, soren: Booking, changes: dict[str, object], code: str) -> None:
    with pytest.raises(InputError) as caught:
        charges.add(extra(soren, **changes))  # type: ignore[arg-type]
    assert caught.value.code == code
    assert len(charges.of_booking(soren.pk)) == 1


def test_a_discount_has_a_reason_and_the_currency_of_the_booking(charges: ChargeService, soren: Booking) -> None:
    with pytest.raises(InputError, match="needs a reason"):
        charges.add(ChargeDraft("d", soren.pk, ChargeKind.DISCOUNT, Money(100, "eur")))
    with pytest.raises(InputError, match="in USD"):
        charges.add(ChargeDraft("d", soren.pk, ChargeKind.EXTRA, Money(100, "usd"), text="x"))
    with pytest.raises(NotFoundError):
        charges.add(ChargeDraft("d", 4711, ChargeKind.EXTRA, Money(100, "eur"), text="x"))


def test_a_wrong_line_is_taken_back_once(
    charges: ChargeService, bookings: BookingService, soren: Booking, clock: SetClock, desk: Desk
) -> None:
    wrong = charges.add(extra(soren)).value
    clock.advance(DAY)
    back = charges.reverse(ReverseDraft("r", wrong.pk, "wrong room")).value
    assert (back.amount, back.corrects_pk, back.tax_rate_ppm, back.reason) == (-2_800, wrong.pk, 0, "wrong room")
    assert back.business_date == date(2026, 11, 6)
    assert charges.reverse(ReverseDraft("r", wrong.pk, "wrong room")).value == back
    with pytest.raises(ConflictError, match="reversed it"):
        charges.reverse(ReverseDraft("s", wrong.pk, "again"))
    with pytest.raises(KnownError, match="takes another one back"):
        charges.reverse(ReverseDraft("t", back.pk, "no"))
    with pytest.raises(InputError):
        charges.reverse(ReverseDraft("u", wrong.pk, " "))
    assert balance(bookings, soren) == 47_200
    lines = bookings.folio(soren.pk).lines
    assert [(line.struck, line.charge, line.balance) for line in lines] == [
        (False, 47_200, 47_200), (True, 2_800, None), (True, -2_800, None),
    ]  # fmt: skip
    assert journal_is_whole(desk)


def test_a_line_is_never_changed(charges: ChargeService, soren: Booking, desk: Desk) -> None:
    charges.add(extra(soren))
    for statement in ("UPDATE charge_lines SET unit_amount = 1", "DELETE FROM charge_lines"):
        with pytest.raises((DBAPIError, DatabaseError)), desk.writing() as unit:
            unit.connection.execute(text(statement))


def test_nights_that_were_charged_stay_when_the_booking_is_edited(
    charges: ChargeService, bookings: BookingService, soren: Booking
) -> None:
    """One more night has days of its own: a new telephone number leaves it alone, a new total replaces both."""
    more = ChargeDraft("n", soren.pk, ChargeKind.ACCOMMODATION, Money(9_000, "eur"), 1, "", None,
                       date(2026, 11, 5), date(2026, 11, 6))  # fmt: skip
    charges.add(more)
    bookings.edit(soren.pk, soren.version, booking_draft(total=Money(56_200, "eur"), channel="Web"))
    assert len(charges.of_booking(soren.pk)) == 2
    again = bookings.get(soren.pk)
    bookings.edit(soren.pk, again.version, booking_draft(total=Money(50_000, "eur")))
    assert balance(bookings, soren) == 50_000
    assert len(charges.of_booking(soren.pk)) == 5


def test_new_bookings_have_the_rate_of_the_property(
    bookings: BookingService, charges: ChargeService, settings: SettingsService
) -> None:
    settings.set({"room_tax": "10"})
    made = bookings.add(booking_draft(reference="LN-9", room="9")).value
    assert [one.tax_rate_ppm for one in charges.of_booking(made.pk)] == [100_000]


@given(minor=st.integers(-(10**9), 10**9), ppm=st.integers(0, WHOLE_PPM))
def test_the_tax_in_an_amount_is_exact_to_half_a_unit(minor: int, ppm: int) -> None:
    tax, whole = contained_tax(minor, ppm), WHOLE_PPM + ppm
    assert abs(2 * (tax * whole - minor * ppm)) <= whole
    assert contained_tax(-minor, ppm) == -tax


@given(ppm=st.integers(0, WHOLE_PPM))
def test_a_rate_is_read_as_it_is_shown(ppm: int) -> None:
    assert parse_rate(rate_text(ppm), "tax") == ppm


@pytest.mark.parametrize("typed", ["101", "-1", "a", "1.23456", "1e2"])
def test_what_is_no_rate(typed: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_rate(typed, "room_tax")
    assert caught.value.field == "room_tax"
