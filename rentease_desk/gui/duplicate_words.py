"""What is said of two payments that look alike, in the window's language."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from rentease_desk.domain.duplicates import Pair, Reason, Verdict, told
from rentease_desk.domain.payment import Payment, Source
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.context import Context
from rentease_desk.gui.match_words import card_told
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.words import tr


def reason_words(reason: Reason) -> str:
    """A reason in words."""
    return told(reason, lambda text: QCoreApplication.translate("Reason", text))


def chips_for(pair: Pair) -> list[Chip]:
    """What speaks for the two being one."""
    return [Chip(reason_words(one), "tick", Tone.GOOD) for one in pair.reasons if one.points > 0]


def against(pair: Pair) -> str:
    """What speaks against it, or for nothing."""
    return ", ".join(reason_words(one) for one in pair.reasons if one.points <= 0)


def facts(pair: Pair, context: Context) -> list[tuple[str, str, str]]:
    """What both payments say: a name, and the words of the manual and of the Stripe payment."""
    formats = context.formats
    told: list[tuple[str, Callable[[Payment], str]]] = [
        (tr("Amount"), lambda one: formats.money(one.money)),
        (tr("When"), lambda one: formats.moment(one.occurred_at)),
        (tr("Method"), lambda one: card_told(one, context)),
        (tr("Booking"), _home),
        (tr("Name"), lambda one: one.payer_name or one.guest or ""),
        (tr("Reference, receipt"), lambda one: one.reference),
        (tr("Note"), lambda one: one.note),
        (tr("Entered by"), _entered),
        (tr("Stripe id"), lambda one: one.stripe_payment_id or ""),
    ]
    return [(name, words(pair.manual), words(pair.stripe)) for name, words in told]


def effect(pair: Pair, context: Context) -> str:
    """What merging will do; or who has said what of the two, and how it is taken back."""
    return _what_follows(pair, context) if pair.said is None else _said(pair, context)


def done_words(pair: Pair, context: Context) -> str:
    """What has come of it, for the status line."""
    amount = context.formats.money(pair.stripe.money)
    if pair.said is None:
        return tr("{amount} stands twice again, as before.").format(amount=amount)
    if pair.said.verdict is Verdict.TWO:
        return tr("{amount} and {amount} stay two payments.").format(amount=amount)
    return tr("{amount} counts once, as Stripe's payment.").format(amount=amount)


def _what_follows(pair: Pair, context: Context) -> str:
    amount, home = context.formats.money(pair.manual.money), pair.manual.booking_reference or ""
    parts = [
        tr(
            "Merging makes the payment by hand void: it stays on {home}, struck through, and names Stripe's. Its note "
            "and reference go to the Stripe payment."
        )
    ]
    if pair.stripe.booking_pk is None:
        parts.append(tr("That one is put on {home}, so what {guest} owes stays as it is."))
    else:
        parts.append(tr("{guest} then owes {amount} more than {home} says now."))
    return " ".join(parts).format(amount=amount, home=home, guest=pair.manual.guest or home)


def _said(pair: Pair, context: Context) -> str:
    said = pair.said
    if said is None:
        return ""
    one = tr("{actor} merged the two on {moment} ({desk}). U takes it back while no money of it has moved.")
    two = tr("{actor} said on {moment} ({desk}) that these are two payments. U takes it back.")
    words = one if said.verdict is Verdict.SAME else two
    return words.format(actor=said.actor, desk=said.desk, moment=context.formats.moment(said.at))


def _home(payment: Payment) -> str:
    if payment.booking_reference is None:
        return tr("on no booking")
    return payment.booking_reference


def _entered(payment: Payment) -> str:
    by = tr("Stripe") if payment.source is Source.STRIPE else payment.actor
    return f"{by} · {payment.desk}"
