"""What speaks for a booking: each rule by itself, then the order. Pure, without a database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rentease_desk.domain.booking import BookingStatus
from rentease_desk.domain.likeness import likeness, name_words
from rentease_desk.domain.match_reasons import mailbox, texts_in
from rentease_desk.domain.match_values import BookingFacts, Evidence, PaymentFacts, Reason, ReasonCode
from rentease_desk.domain.match_words import REASONS, told
from rentease_desk.domain.matching import STRONG, Strength, ranked, score, scored_all

DAY = date(2026, 11, 5)
CODE = ReasonCode
PAID = PaymentFacts(27_900, "eur", 1_793_880_000, DAY)
AMARA = BookingFacts(
    1, "0b1c", "LN-2041", "Amara Okafor", DAY, DAY + timedelta(days=3), date(2026, 9, 1), "eur",
    BookingStatus.CONFIRMED, 27_900, 27_900, "amara.okafor@mail.example", "+39 040 5551234",
)  # fmt: skip


def codes(payment: PaymentFacts, booking: BookingFacts = AMARA) -> dict[ReasonCode, int]:
    return {one.code: one.points for one in score(payment, booking).reasons}


def reason(payment: PaymentFacts, booking: BookingFacts, code: ReasonCode) -> Reason:
    return next(one for one in score(payment, booking).reasons if one.code is code)


# --- names


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("Amara Okafor", "OKAFOR AMARA", 100),
        ("A Okafor", "Amara Okafor", 80),
        ("szabo m", "Mihály Szabó", 80),
        ("Soren Lindquist", "Søren Lindqvist", 90),
        ("Noor Vandenberg", "Noor van den Berg", 80),
        ("Dr. Amara Okafor", "Amara Okafor", 100),
        ("Amraa Okafor", "Amara Okafor", 85),
    ],
)
def test_names_that_are_alike(one: str, other: str, least: int) -> None:
    assert likeness(one, other) >= least


@pytest.mark.parametrize(
    ("one", "other"),
    [("Sanjay Okoro", "Amara Okafor"), ("Chidi Okafor", "Amara Okafor"), ("John Smith", "Jane Smith"), ("", "Ana")],
)
def test_names_that_are_not(one: str, other: str) -> None:
    assert likeness(one, other) < 80


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_symmetric_and_from_0_to_100(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 100
    assert not name_words(one) or likeness(one, one) == 100


# --- rules


def test_a_reference_in_the_text_is_found_however_it_is_written() -> None:
    for text in ("LN-2041", "booking ln-2041, thanks", "(LN 2041)", "“LN-2041”.", "0b1c"):
        assert CODE.REFERENCE in codes(replace(PAID, description=text)), text
    for text in ("", "LN-20411", "2041"):
        assert CODE.REFERENCE not in codes(replace(PAID, description=text)), text


def test_the_reference_weighs_more_than_all_else_of_another_booking_but_its_own_name_and_mail() -> None:
    other = replace(AMARA, pk=2, reference="LN-9", guest="Ines Prado", email="ines@prado.example")
    found = ranked(replace(PAID, description="LN-2041"), [other, AMARA])
    assert [one.booking_pk for one in found] == [1, 2]


def test_mail_addresses() -> None:
    assert CODE.SAME_EMAIL in codes(replace(PAID, emails=("AMARA.Okafor@mail.example",)))
    assert CODE.SAME_MAILBOX in codes(replace(PAID, emails=("amara.okafor+hotel@mail.example",)))
    assert CODE.OTHER_EMAIL in codes(replace(PAID, emails=("a@b.example",)))
    assert mailbox("A.B+x@googlemail.com") == mailbox("ab@gmail.com")
    assert mailbox("a.b@mail.example") != mailbox("ab@mail.example")


def test_who_paid_before() -> None:
    known = replace(AMARA, cards=frozenset({"visa 2284"}), customers=frozenset({"cus_1"}))
    assert CODE.SAME_CARD in codes(replace(PAID, card="visa 2284"), known)
    assert CODE.SAME_CUSTOMER in codes(replace(PAID, card="visa 2284", customer_id="cus_1"), known)
    assert CODE.TELEPHONE in codes(replace(PAID, description="call 0039 040 5551234"))


@pytest.mark.parametrize(
    ("amount", "balance", "code"),
    [
        (27_900, 27_900, CODE.BALANCE),
        (27_900, 10_000, CODE.TOTAL),
        (5_580, 27_900, CODE.DEPOSIT),
        (9_300, 27_900, CODE.ONE_NIGHT),
        (28_200, 27_900, CODE.NEAR_BALANCE),
        (60_000, 27_900, CODE.MORE),
        (1_234, 27_900, CODE.LESS),
        (27_900, 0, CODE.NOTHING_OWED),
    ],
)
def test_amounts(amount: int, balance: int, code: ReasonCode) -> None:
    found = [one.code for one in score(replace(PAID, amount=amount), replace(AMARA, balance=balance)).reasons
             if one.kind is Evidence.AMOUNT]  # fmt: skip
    assert found == [code]


def test_dates() -> None:
    for days, code in ((0, CODE.ARRIVES), (3, CODE.ARRIVES), (-1, CODE.ARRIVES), (30, CODE.TO_COME), (-60, CODE.AWAY)):
        moved = replace(AMARA, arrival=DAY + timedelta(days), departure=DAY + timedelta(days + 10))
        assert code in codes(PAID, moved)
    long = replace(AMARA, arrival=DAY - timedelta(8), departure=DAY + timedelta(1))
    assert reason(PAID, long, CODE.LEAVES).days == 1
    assert CODE.STAYS in codes(PAID, replace(long, departure=DAY + timedelta(9)))
    assert CODE.BOOKED in codes(PAID, replace(AMARA, booked_on=DAY))


def test_a_stay_that_does_not_take_place_comes_later() -> None:
    cancelled = replace(AMARA, pk=2, status=BookingStatus.CANCELLED)
    assert [one.booking_pk for one in ranked(PAID, [cancelled, AMARA])] == [1, 2]


# --- the order


def test_another_currency_is_never_suggested() -> None:
    assert ranked(replace(PAID, currency="jpy", description="LN-2041"), [AMARA]) == []
    assert scored_all(replace(PAID, currency="jpy"), [AMARA]) == []


def test_two_things_that_agree_are_strong_and_one_is_not() -> None:
    assert score(replace(PAID, names=("Amara Okafor",)), AMARA).strength is Strength.STRONG
    far = replace(AMARA, arrival=date(2027, 3, 1), departure=date(2027, 3, 4))
    assert score(PAID, far).score < STRONG


STAYS = st.builds(
    lambda pk, arrival, total, guest: replace(
        AMARA, pk=pk, arrival=DAY + timedelta(arrival), departure=DAY + timedelta(arrival + 2), charged=total,
        balance=total, guest=guest,
    ),
    st.integers(1, 10_000), st.integers(-40, 40), st.integers(1, 60_000), st.sampled_from(("Ana Silva", AMARA.guest)),
)  # fmt: skip


@given(st.lists(STAYS, max_size=12, unique_by=lambda one: one.pk), st.randoms())
def test_the_order_does_not_depend_on_the_order_of_the_rows(stays: list[BookingFacts], random: object) -> None:
    payment = replace(PAID, names=("A Okafor",))
    mixed = list(stays)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    found = ranked(payment, stays, 20)
    assert found == ranked(payment, mixed, 20)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert one.score == sum(its.points for its in one.reasons)


@given(st.text(max_size=60))
def test_any_text_can_be_looked_through(text: str) -> None:
    assert "" not in texts_in(text)


# --- words


def test_every_reason_has_words() -> None:
    assert set(REASONS) == set(ReasonCode)
    for code in ReasonCode:
        for days in (None, -9, -1, 0, 1, 9):
            if code is CODE.AWAY and (days is None or days >= 0):
                continue
            if days is not None and code not in {CODE.ARRIVES, CODE.LEAVES, CODE.TO_COME, CODE.AWAY}:
                continue
            if code is CODE.TO_COME and days is not None and days < 1:
                continue
            assert told(Reason(code, Evidence.NAME, 1, 5, days, 20), str), (code, days)


def test_words_with_figures() -> None:
    assert told(Reason(CODE.LESS, Evidence.AMOUNT, 0, amount=100), str) == "100 less than the balance"
    assert told(Reason(CODE.ARRIVES, Evidence.DATES, 10, days=-2), str) == "arrived 2 days before"
    assert told(Reason(CODE.DEPOSIT, Evidence.AMOUNT, 10, percent=20), str) == "deposit of 20 %"
