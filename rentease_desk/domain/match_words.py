"""The one table of what reasons are called, for the window (which translates it) and the command line.

``{amount}``, ``{days}`` and ``{percent}`` stand for a reason's parameters. Two forms where one of something reads
differently.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from rentease_desk.domain.match_values import Reason, ReasonCode

_C = ReasonCode


class Words(Struct, frozen=True):
    """``many`` where a count is not one; ``now`` where it is none; ``before`` where the days lie behind the payment."""

    one: str
    many: str = ""
    now: str = ""
    before: str = ""
    before_many: str = ""


REASONS: dict[ReasonCode, Words] = {
    _C.REFERENCE: Words("reference in the text"),
    _C.NO_REFERENCE: Words("no reference given"),
    _C.SAME_EMAIL: Words("same e-mail"),
    _C.SAME_MAILBOX: Words("same mailbox"),
    _C.OTHER_EMAIL: Words("other e-mail"),
    _C.SAME_CUSTOMER: Words("paid before as this customer"),
    _C.SAME_CARD: Words("paid before with this card"),
    _C.TELEPHONE: Words("telephone in the text"),
    _C.SAME_NAME: Words("same name"),
    _C.NAME_ALIKE: Words("name alike"),
    _C.NAME_IN_COMMON: Words("a name in common"),
    _C.NAME_IN_TEXT: Words("name in the text"),
    _C.OTHER_NAME: Words("other name"),
    _C.BALANCE: Words("amount = balance"),
    _C.TOTAL: Words("amount = total"),
    _C.DEPOSIT: Words("deposit of {percent} %"),
    _C.ONE_NIGHT: Words("amount = one night"),
    _C.NEAR_BALANCE: Words("{amount} beside the balance"),
    _C.MORE: Words("{amount} more than the balance"),
    _C.LESS: Words("{amount} less than the balance"),
    _C.NOTHING_OWED: Words("nothing is owed"),
    _C.ARRIVES: Words(
        "arrives the day after",
        "arrives {days} days after",
        "arrives that day",
        "arrived the day before",
        "arrived {days} days before",
    ),
    _C.STAYS: Words("in house that day"),
    _C.LEAVES: Words(
        "leaves the day after",
        "leaves {days} days after",
        "leaves that day",
        "left the day before",
        "left {days} days before",
    ),
    _C.BOOKED: Words("booked just then"),
    _C.TO_COME: Words("in 1 day", "in {days} days"),
    _C.AWAY: Words("", before="left the day before", before_many="left {days} days before"),
    _C.CANCELLED: Words("cancelled"),
    _C.NO_SHOW: Words("no-show"),
}


def template(reason: Reason) -> str:
    """The form of a reason's words that fits its parameters."""
    words, days = REASONS[reason.code], reason.days
    if days is None:
        return words.one
    if days == 0 and words.now:
        return words.now
    if days < 0:
        return words.before if days == -1 else words.before_many
    return words.one if days == 1 else words.many


def told(reason: Reason, amount: Callable[[int], str], translate: Callable[[str], str] = str) -> str:
    """A reason in words. ``amount`` writes minor units of the payment's currency."""
    figure = "" if reason.amount is None else amount(abs(reason.amount))
    text = translate(template(reason))
    return text.format(amount=figure, days=abs(reason.days or 0), percent=reason.percent)
