"""A card payment that somebody entered by hand, and a Stripe payment that may be the same one: what speaks for it.

Nothing here decides anything. Two payments are made one by a person only, however much they look alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.likeness import likeness, share_a_word
from rentease_desk.domain.payment import Payment

NEAR_SECONDS = 2 * 24 * 60 * 60
"""Payments that are further apart are not alike (money rule 9)."""
STRONG = 70
"""From so many points on, two independent things speak for it beside the amount."""
_MINUTES = 30
_HOURS = 12
_SAME_NAME, _ALIKE = 97, 80
_DIGITS = re.compile(r"\d+")
_STRIPE_IDS = re.compile(r"\b(?:pi|ch|py)_\w+")


class Sign(StrEnum):
    """One thing that speaks for two payments being one, or against it; ``WORDS`` has the words."""

    STRIPE_ID = "stripe_id"
    CARD = "card"
    SAME_BOOKING = "same_booking"
    NO_BOOKING = "no_booking"
    AMOUNT = "amount"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    SAME_EMAIL = "same_email"
    SAME_NAME = "same_name"
    NAME_ALIKE = "name_alike"
    NAME_IN_COMMON = "name_in_common"
    OTHER_NAME = "other_name"
    GIVEN_BACK = "given_back"


WORDS: dict[Sign, tuple[str, str]] = {
    Sign.STRIPE_ID: ("Stripe's id is in the note", ""),
    Sign.CARD: ("the card's last digits are in the note", ""),
    Sign.SAME_BOOKING: ("same booking", ""),
    Sign.NO_BOOKING: ("the Stripe payment has no booking", ""),
    Sign.AMOUNT: ("same amount", ""),
    Sign.MINUTES: ("a minute apart", "{count} minutes apart"),
    Sign.HOURS: ("an hour apart", "{count} hours apart"),
    Sign.DAYS: ("a day apart", "{count} days apart"),
    Sign.SAME_EMAIL: ("the guest's e-mail", ""),
    Sign.SAME_NAME: ("same name", ""),
    Sign.NAME_ALIKE: ("name alike", ""),
    Sign.NAME_IN_COMMON: ("a name in common", ""),
    Sign.OTHER_NAME: ("other name", ""),
    Sign.GIVEN_BACK: ("money of it was given back", ""),
}
"""The words of one, and of several (or none)."""

_IDENTIFY = {Sign.STRIPE_ID, Sign.CARD, Sign.SAME_EMAIL, Sign.SAME_NAME, Sign.NAME_ALIKE, Sign.NAME_IN_COMMON}


class Reason(Struct, frozen=True):
    """Why, with its weight: positive points speak for it. ``count``: minutes, hours or days."""

    sign: Sign
    points: int
    count: int | None = None


class Verdict(StrEnum):
    """What a person said of a pair."""

    SAME = "same"
    TWO = "two"


class Said(Struct, frozen=True):
    """Somebody's verdict that stands. ``took_booking``: the Stripe payment was put on the manual one's by it."""

    verdict: Verdict
    actor: str
    desk: str
    at: int
    took_booking: bool


class Pair(Struct, frozen=True):
    """A manual payment, a Stripe payment, and what speaks for and against their being one, the weightiest first.

    ``said`` is None while nobody has said anything.
    """

    manual: Payment
    stripe: Payment
    reasons: tuple[Reason, ...]
    said: Said | None = None

    @property
    def score(self) -> int:
        """The sum of the points."""
        return sum(one.points for one in self.reasons)

    @property
    def is_strong(self) -> bool:
        """Whether much speaks for it."""
        return self.score >= STRONG

    @property
    def is_alike(self) -> bool:
        """Whether it is worth a person's look. Of a Stripe payment without a booking something tells whose it is, or it
        was made in the same half hour and names somebody else nowhere.
        """
        signs = {one.sign for one in self.reasons}
        if self.manual.booking_pk == self.stripe.booking_pk or signs & _IDENTIFY:
            return True
        return Sign.MINUTES in signs and Sign.OTHER_NAME not in signs


class PairDraft(Struct, frozen=True):
    """What a person says of two payments. ``uid`` is made before the first try and reused in every further one.

    ``versions``: of the manual and the Stripe payment, as they were read; None: however they are now.
    """

    uid: str
    manual_pk: int
    stripe_pk: int
    versions: tuple[int, int] | None = None


def compared(manual: Payment, stripe: Payment, email: str = "", said: Said | None = None) -> Pair:
    """What speaks for two payments of one amount. ``email``: of the guest of the manual one's booking."""
    found = [
        *_written(manual, stripe),
        *_home(manual, stripe),
        *_payer(manual, stripe, email),
        Reason(Sign.AMOUNT, 20),
        _time(manual, stripe),
    ]
    if stripe.refunded:
        found.append(Reason(Sign.GIVEN_BACK, -10))
    return Pair(manual, stripe, tuple(sorted(found, key=lambda one: -one.points)), said)


def told(reason: Reason, translate: Callable[[str], str] = str) -> str:
    """A reason in words."""
    one, many = WORDS[reason.sign]
    words = many if many and reason.count != 1 else one
    return translate(words).format(count=reason.count)


def carried(kept: str, more: str, joint: str) -> str:
    """What the Stripe payment says of a manual one's text besides its own: each text once."""
    return joint.join(one for one in dict.fromkeys((kept, more)) if one)


def without(kept: str, more: str, joint: str) -> str:
    """The same taken back; a text that was written since stays as it is."""
    if kept == more:
        return ""
    return kept.removesuffix(f"{joint}{more}") if more else kept


def _written(manual: Payment, stripe: Payment) -> Iterator[Reason]:
    text = f"{manual.reference} {manual.note}"
    ids = {stripe.stripe_payment_id, stripe.stripe_charge_id}
    if ids & set(_STRIPE_IDS.findall(text)):
        yield Reason(Sign.STRIPE_ID, 70)
    if stripe.last4 and stripe.last4 in _DIGITS.findall(text):
        yield Reason(Sign.CARD, 40)


def _home(manual: Payment, stripe: Payment) -> Iterator[Reason]:
    if stripe.booking_pk is None:
        yield Reason(Sign.NO_BOOKING, 0)
    elif manual.booking_pk == stripe.booking_pk:
        yield Reason(Sign.SAME_BOOKING, 40)


def _payer(manual: Payment, stripe: Payment, email: str) -> Iterator[Reason]:
    given = (stripe.payer_email or "").strip().casefold()
    if given and given == email.strip().casefold():
        yield Reason(Sign.SAME_EMAIL, 30)
    payer, guest = stripe.payer_name or "", manual.guest or ""
    alike = likeness(payer, guest)
    if alike >= _SAME_NAME:
        yield Reason(Sign.SAME_NAME, 30)
    elif alike >= _ALIKE:
        yield Reason(Sign.NAME_ALIKE, 20)
    elif share_a_word(payer, guest):
        yield Reason(Sign.NAME_IN_COMMON, 10)
    elif payer:
        yield Reason(Sign.OTHER_NAME, -10)


def _time(manual: Payment, stripe: Payment) -> Reason:
    minutes = abs(manual.occurred_at - stripe.occurred_at) // 60
    if minutes <= _MINUTES:
        return Reason(Sign.MINUTES, 30, minutes)
    hours = round(minutes / 60)
    if hours <= _HOURS:
        return Reason(Sign.HOURS, 15, hours)
    return Reason(Sign.DAYS, 5, max(1, round(hours / 24)))
