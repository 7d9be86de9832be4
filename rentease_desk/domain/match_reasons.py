"""The rules: each looks at one kind of evidence and says what it found, with points. They add up to a score.

The weights say how often chance alone would look the same: a reference hardly ever does, an arrival on the same day
does every day. ``tests/benchmarks/test_matching.py`` prints how often the right booking comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from rentease_desk.domain.booking import BookingStatus, reference_key
from rentease_desk.domain.likeness import likeness, name_words, share_a_word
from rentease_desk.domain.match_values import BookingFacts, Evidence, PaymentFacts, Reason, ReasonCode

_TOKEN = re.compile(r"[^\s,;:()\[\]“”\"#]+")
_PART = re.compile(r"\w+")
_SHORT_REFERENCE = 4
"""A reference of fewer characters may be a room, a price or a year."""
_DEPOSITS = (10, 15, 20, 25, 30, 40, 50)
"""Usual deposits, in per cent of the total."""
_GMAIL = {"googlemail.com": "gmail.com"}
_SAME_NAME, _ALIKE = 97, 80
_LONG_TELEPHONE = 7


def reference_reasons(payment: PaymentFacts, booking: BookingFacts) -> Iterator[Reason]:
    """Whether what the guest wrote holds the booking's reference or id. Only metadata would be certain."""
    named = texts_in(payment.description)
    if booking.uid in named:
        yield Reason(ReasonCode.REFERENCE, Evidence.REFERENCE, 70)
    elif reference_key(booking.reference) in named:
        points = 70 if len(booking.reference) >= _SHORT_REFERENCE else 25
        yield Reason(ReasonCode.REFERENCE, Evidence.REFERENCE, points)
    else:
        yield Reason(ReasonCode.NO_REFERENCE, Evidence.REFERENCE, 0)


@lru_cache(maxsize=256)
def texts_in(description: str) -> frozenset[str]:
    """What may be a reference in a text: its words, and neighbours written together: ``LN 2041`` as ``ln-2041``."""
    folded = reference_key(description)
    found = {token.strip(".!?'") for token in _TOKEN.findall(folded)}
    parts = _PART.findall(folded)
    joined = {f"{one}{by}{other}" for one, other in pairwise(parts) for by in ("", "-", " ", "/")}
    return frozenset((found | set(parts) | joined) - {""})


def contact_reasons(payment: PaymentFacts, booking: BookingFacts) -> Iterator[Reason]:
    """E-mail and telephone."""
    given = [one.strip().casefold() for one in payment.emails if "@" in one]
    known = booking.email.strip().casefold()
    if known and known in given:
        yield Reason(ReasonCode.SAME_EMAIL, Evidence.EMAIL, 40)
    elif known and mailbox(known) in {mailbox(one) for one in given}:
        yield Reason(ReasonCode.SAME_MAILBOX, Evidence.EMAIL, 36)
    elif known and given:
        yield Reason(ReasonCode.OTHER_EMAIL, Evidence.EMAIL, -2)
    if _holds_telephone(payment.description, booking.phone):
        yield Reason(ReasonCode.TELEPHONE, Evidence.KNOWN, 35)


def mailbox(email: str) -> str:
    """What makes two addresses one mailbox: without a ``+tag``, and without dots where the provider reads none."""
    name, _, home = email.strip().casefold().rpartition("@")
    home = _GMAIL.get(home, home)
    name = name.split("+", 1)[0]
    return f"{name.replace('.', '') if home == 'gmail.com' else name}@{home}"


def _holds_telephone(text: str, phone: str) -> bool:
    digits = re.sub(r"\D", "", phone)[-9:]
    return len(digits) >= _LONG_TELEPHONE and digits in re.sub(r"\D", "", text)


def known_reasons(payment: PaymentFacts, booking: BookingFacts) -> Iterator[Reason]:
    """Who paid for this booking, or for another stay of the same guest, before."""
    if payment.customer_id is not None and payment.customer_id in booking.customers:
        yield Reason(ReasonCode.SAME_CUSTOMER, Evidence.KNOWN, 36)
    elif payment.card is not None and payment.card in booking.cards:
        yield Reason(ReasonCode.SAME_CARD, Evidence.KNOWN, 24)


def name_reasons(payment: PaymentFacts, booking: BookingFacts) -> Iterator[Reason]:
    """The name of whoever paid beside the guest's; else a name in what they wrote."""
    alike = max((likeness(one, booking.guest) for one in payment.names), default=0)
    if alike >= _SAME_NAME:
        yield Reason(ReasonCode.SAME_NAME, Evidence.NAME, 36)
    elif alike >= _ALIKE:
        yield Reason(ReasonCode.NAME_ALIKE, Evidence.NAME, 16 + (alike - _ALIKE))
    elif _is_named(payment.description, booking.guest):
        yield Reason(ReasonCode.NAME_IN_TEXT, Evidence.NAME, 20)
    elif any(share_a_word(one, _family(booking.guest)) for one in payment.names):
        yield Reason(ReasonCode.NAME_IN_COMMON, Evidence.NAME, 14)
    elif any(name_words(one) for one in payment.names):
        yield Reason(ReasonCode.OTHER_NAME, Evidence.NAME, -5)


def _family(guest: str) -> str:
    """The last word, mostly the family's: a first name in common says little."""
    return name_words(guest)[-1] if name_words(guest) else ""


def _is_named(text: str, guest: str) -> bool:
    return any(len(word) >= 4 for word in set(name_words(text)) & set(name_words(guest)))


def amount_reasons(payment: PaymentFacts, booking: BookingFacts) -> Iterator[Reason]:
    """What the amount is of this booking."""
    amount, owed = payment.amount, booking.balance
    if owed <= 0:
        yield Reason(ReasonCode.NOTHING_OWED, Evidence.AMOUNT, -20)
    elif amount == owed:
        yield Reason(ReasonCode.BALANCE, Evidence.AMOUNT, 36)
    elif amount == booking.charged:
        yield Reason(ReasonCode.TOTAL, Evidence.AMOUNT, 14)
    else:
        yield _part_of(amount, booking)


def _part_of(amount: int, booking: BookingFacts) -> Reason:
    percent = _deposit(amount, booking.charged)
    if percent is not None and booking.balance == booking.charged:
        return Reason(ReasonCode.DEPOSIT, Evidence.AMOUNT, 20, percent=percent)
    if booking.nights > 1 and abs(amount * booking.nights - booking.charged) < booking.nights:
        return Reason(ReasonCode.ONE_NIGHT, Evidence.AMOUNT, 18)
    apart = amount - booking.balance
    if abs(apart) * 10 <= booking.balance:
        points = 14 if abs(apart) * 20 <= booking.balance else 9
        return Reason(ReasonCode.NEAR_BALANCE, Evidence.AMOUNT, points, amount=apart)
    if apart > 0:
        return Reason(ReasonCode.MORE, Evidence.AMOUNT, -6 if apart * 3 <= booking.balance else -12, amount=apart)
    return Reason(ReasonCode.LESS, Evidence.AMOUNT, 0, amount=-apart)


def _deposit(amount: int, total: int) -> int | None:
    """The usual share of the total that this is, rounded to a minor unit either way."""
    return next((one for one in _DEPOSITS if abs(amount * 100 - total * one) < 100), None)


def date_reasons(payment: PaymentFacts, booking: BookingFacts) -> Iterator[Reason]:
    """How near the stay is to the payment; and that it was booked just then."""
    to_arrival = (booking.arrival - payment.day).days
    since_departure = (payment.day - booking.departure).days
    yield _of_stay(to_arrival, since_departure)
    if abs((payment.day - booking.booked_on).days) <= 1:
        yield Reason(ReasonCode.BOOKED, Evidence.DATES, 14)


def _of_stay(to_arrival: int, since_departure: int) -> Reason:
    dates = Evidence.DATES
    if abs(to_arrival) <= 3:
        return Reason(ReasonCode.ARRIVES, dates, 16 - 2 * abs(to_arrival), days=to_arrival)
    if to_arrival < 0 and abs(since_departure) <= 3:
        return Reason(ReasonCode.LEAVES, dates, 14 - 2 * abs(since_departure), days=-since_departure)
    if to_arrival < 0 and since_departure < 0:
        return Reason(ReasonCode.STAYS, dates, 10)
    if 0 < to_arrival <= 60:
        return Reason(ReasonCode.TO_COME, dates, 0 if to_arrival > 14 else 4, days=to_arrival)
    if to_arrival > 0:
        return Reason(ReasonCode.TO_COME, dates, -3, days=to_arrival)
    return Reason(ReasonCode.AWAY, dates, -4 if since_departure <= 30 else -12, days=-since_departure)


def status_reasons(booking: BookingFacts) -> Iterator[Reason]:
    """A stay that does not take place is seldom paid for."""
    if booking.status is BookingStatus.CANCELLED:
        yield Reason(ReasonCode.CANCELLED, Evidence.DATES, -14)
    elif booking.status is BookingStatus.NO_SHOW:
        yield Reason(ReasonCode.NO_SHOW, Evidence.DATES, -6)
