"""What is said of payments that wait, and of the bookings they may be for, in the window's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from rentease_desk.domain import match_words
from rentease_desk.domain.booking import Booking
from rentease_desk.domain.match_values import Evidence, Reason
from rentease_desk.domain.matching import Candidate, Suggestions
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import UNMATCHED_STATES, Payment, PaymentState
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import DASH, Formats
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.words import method_name, tr, with_account


def reason_words(reason: Reason, currency: str, formats: Formats) -> str:
    """A reason in words."""
    return match_words.told(reason, lambda minor: formats.amount(minor, currency), _translated)


def _translated(text: str) -> str:
    return QCoreApplication.translate("Reason", text) if text else ""


def chips_for(candidate: Candidate, currency: str, formats: Formats) -> list[Chip]:
    """What speaks for a booking."""
    found = (one for one in candidate.scored.reasons if one.points > 0)
    return [Chip(reason_words(one, currency, formats), "tick", Tone.GOOD) for one in found]


def against(candidate: Candidate, currency: str, formats: Formats) -> str:
    """What speaks against it, or for nothing, in plain words."""
    found = (one for one in candidate.scored.reasons if one.points <= 0)
    return ", ".join(reason_words(one, currency, formats) for one in found)


def kinds_told(candidate: Candidate) -> str:
    """``4 of 6``: how many kinds of evidence speak for it."""
    return tr("{count} of {all}").format(count=candidate.scored.kinds, all=len(Evidence))


def payer(payment: Payment) -> str:
    """Who paid."""
    return payment.payer_name or tr("no name given")


def card_told(payment: Payment, context: Context) -> str:
    """``Visa •• 2284``."""
    name = method_name(payment.source, payment.method, payment.brand, context.settings)
    return f"{name} •• {payment.last4}" if payment.last4 else name


def paid_with(payment: Payment, context: Context) -> str:
    """``Visa •• 2284``; of several Stripe accounts, in which one: ``Visa •• 2284 · Spa``."""
    return with_account(card_told(payment, context), payment.stripe_account, context.settings)


def stay_told(booking: Booking, formats: Formats) -> str:
    """``LN-2041 · room 204 · Thu 5 – Sun 8 Nov``."""
    room = tr("room {name}").format(name=", ".join(booking.rooms)) if booking.rooms else tr("no room yet")
    stay = f"{formats.short_date(booking.arrival)} {DASH} {formats.short_date(booking.departure)}"
    return f"{booking.reference} · {room} · {stay}"


def hint(found: Suggestions | None) -> tuple[str, str]:
    """A line under a payment about its candidates, and its colour."""
    if found is None:
        return "…", "text2"
    count, currency = len(found.candidates), found.payment.currency.upper()
    if not found.has_currency:
        return tr("no booking in {currency}").format(currency=currency), "text2"
    if not count:
        return tr("no candidate"), "text2"
    words = tr("1 candidate") if count == 1 else tr("{count} candidates").format(count=count)
    if not found.strong:
        return words, "text2"
    return tr("{words}, {strong} strong").format(words=words, strong=found.strong), "good"


def ignored_told(payment: Payment, formats: Formats) -> str:
    """By whom it is ignored, since when and why; nothing, if it is not."""
    found = payment.ignored
    if found is None:
        return ""
    words = tr("Ignored by {actor}, {moment}: {reason}")
    return words.format(actor=found.actor, moment=formats.moment(found.at), reason=found.reason)


def became(payment: Payment, formats: Formats) -> str:
    """What became of a payment that has left the list without this window's doing."""
    if payment.booking_reference:
        words = tr("{amount} of {payer} is on {reference} by now.")
    elif payment.ignored is not None:
        words = tr("{amount} of {payer} is ignored by now, says {actor}: {reason}.")
    elif payment.state in UNMATCHED_STATES:
        words = tr("{amount} of {payer} waits for a booking again.")
    else:
        words = tr("{amount} of {payer} waits for no booking any more.")
    said, amount = payment.ignored, formats.money(Money(payment.amount - payment.refunded, payment.currency))
    names = {"actor": said.actor, "reason": said.reason} if said else {"reference": payment.booking_reference}
    return words.format(amount=amount, payer=payer(payment), **names)


def effect(payment: Payment, booking: Booking, formats: Formats) -> str:
    """What Enter will do, before it is pressed."""
    before, net = booking.balance, Money(payment.amount - payment.refunded, payment.currency)
    name = booking.guest.name
    if payment.state is not PaymentState.SUCCEEDED:
        return tr("After accepting, it counts for {name} as soon as it has succeeded. U takes it back.").format(
            name=name
        )
    after = before - net
    sums = f"({formats.amount(before.minor, before.currency)} − {formats.amount(net.minor, net.currency)})"
    words = tr("After accepting, {name} owes {amount} {sums}, and the payment leaves this list. U takes it back.")
    if after.minor < 0:
        words = tr("After accepting, {name} has {amount} too much paid {sums}: money to give back. U takes it back.")
    return words.format(name=name, amount=formats.money(Money(abs(after.minor), after.currency)), sums=sums)
