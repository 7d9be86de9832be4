"""States as words and icons, in the window's language. One place, so that a state is called the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QCoreApplication

from rentease_desk.domain.agreement import Agreement
from rentease_desk.domain.booking import Booking, BookingStatus, ChargeKind
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.folio import Charge
from rentease_desk.domain.lists import MoneyKind, MoneyRow
from rentease_desk.domain.method_names import plain_name, stripe_method_name
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Crossing, PaymentStatus, RefundStatus, Source
from rentease_desk.domain.settings import Property
from rentease_desk.domain.sync import RunOutcome, SyncRun
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.formats import DASH, Formats
from rentease_desk.gui.tokens import Tone

_MINUTE, _HOUR = 60, 3600


def tr(text: str) -> str:
    """A word in the window's language."""
    return QCoreApplication.translate("words", text)


def payment_chip(status: PaymentStatus, source: Source, *, disputed: bool = False) -> Chip:
    """A payment's state. A tint means that Stripe says it, an outline that we wrote it."""
    if status is PaymentStatus.VOIDED:
        return Chip(tr("Voided"), "circle-slash", Tone.OUTLINE)
    if source is Source.MANUAL and status is PaymentStatus.SUCCEEDED:
        return Chip(tr("Recorded"), "pencil", Tone.OUTLINE)
    if disputed:
        return Chip(tr("Disputed"), "flag", Tone.ATTENTION)
    chips = {
        PaymentStatus.SUCCEEDED: Chip(tr("Succeeded"), "circle-tick", Tone.GOOD),
        PaymentStatus.PARTIALLY_REFUNDED: Chip(tr("Partially refunded"), "circle-half", Tone.NEUTRAL),
        PaymentStatus.REFUNDED: Chip(tr("Refunded"), "arrow-back", Tone.NEUTRAL),
        PaymentStatus.PROCESSING: Chip(tr("Processing"), "clock", Tone.NEUTRAL),
        PaymentStatus.REQUIRES_CAPTURE: Chip(tr("Uncaptured"), "circle-dashed", Tone.ATTENTION),
        PaymentStatus.INCOMPLETE: Chip(tr("Incomplete"), "circle-dashed", Tone.NEUTRAL),
        PaymentStatus.FAILED: Chip(tr("Failed"), "circle-cross", Tone.WRONG),
        PaymentStatus.CANCELED: Chip(tr("Cancelled"), "circle-slash", Tone.NEUTRAL),
    }
    return chips[status]


def refund_chip(status: RefundStatus) -> Chip:
    """A refund's own state."""
    chips = {
        RefundStatus.SUCCEEDED: Chip(tr("Refund succeeded"), "arrow-back", Tone.GOOD),
        RefundStatus.PENDING: Chip(tr("Refund pending"), "clock", Tone.NEUTRAL),
        RefundStatus.REQUIRES_ACTION: Chip(tr("Refund needs action"), "clock", Tone.ATTENTION),
        RefundStatus.FAILED: Chip(tr("Refund failed"), "circle-cross", Tone.WRONG),
        RefundStatus.CANCELED: Chip(tr("Refund cancelled"), "circle-slash", Tone.NEUTRAL),
    }
    return chips[status]


def row_chip(row: MoneyRow) -> Chip:
    """The state of a row of the payments list."""
    if row.kind is MoneyKind.RETURN:
        return Chip(tr("Refund returned") if row.gross > 0 else tr("Refund given after all"), "sync", Tone.ATTENTION)
    if isinstance(row.status, RefundStatus):
        return refund_chip(row.status)
    return payment_chip(row.status, row.source, disputed=row.disputed)


def booking_chip(status: BookingStatus) -> Chip:
    """Where a stay stands."""
    chips = {
        BookingStatus.TENTATIVE: Chip(tr("Tentative"), "circle-dashed", Tone.NEUTRAL),
        BookingStatus.CONFIRMED: Chip(tr("Confirmed"), "tick", Tone.NEUTRAL),
        BookingStatus.IN_HOUSE: Chip(tr("In house"), "home", Tone.GOOD),
        BookingStatus.DEPARTED: Chip(tr("Left"), "bed", Tone.OUTLINE),
        BookingStatus.NO_SHOW: Chip(tr("No-show"), "circle-cross", Tone.ATTENTION),
        BookingStatus.CANCELLED: Chip(tr("Cancelled"), "circle-slash", Tone.OUTLINE),
    }
    return chips[status]


def balance_chip(booking: Booking, formats: Formats, today: object) -> Chip:
    """What the balance asks for: nothing, something today, something late, or money to give back."""
    balance, pending = booking.balance, booking.totals.pending
    if balance.minor == 0:
        return Chip(tr("Settled"), "tick", Tone.GOOD)
    if balance.minor < 0:
        return Chip(tr("{amount} to give back").format(amount=formats.money(-balance)), "arrow-back", Tone.ATTENTION)
    amount = formats.money(balance)
    if 0 < balance.minor <= pending:
        return Chip(tr("{amount} on its way").format(amount=amount), "clock", Tone.NEUTRAL)
    if booking.status in {BookingStatus.CANCELLED, BookingStatus.NO_SHOW, BookingStatus.DEPARTED}:
        return Chip(tr("{amount} late").format(amount=amount), "triangle", Tone.WRONG)
    if booking.departure <= today:  # type: ignore[operator]
        return Chip(tr("{amount} late").format(amount=amount), "triangle", Tone.WRONG)
    if booking.arrival <= today:  # type: ignore[operator]
        return Chip(tr("{amount} due").format(amount=amount), "dot", Tone.ATTENTION)
    day = formats.day_month(booking.arrival)
    return Chip(tr("{amount} by {day}").format(amount=amount, day=day), "clock", Tone.NEUTRAL)


def run_chip(run: SyncRun) -> Chip:
    """How a sync ended."""
    if run.outcome is RunOutcome.DONE and run.summary.failed:
        return Chip(tr("{count} not understood").format(count=run.summary.failed), "triangle", Tone.ATTENTION)
    if run.outcome is RunOutcome.DONE and run.agreement is not None:
        return _agreement_chip(run.agreement)
    chips = {
        RunOutcome.DONE: Chip(tr("Done"), "circle-tick", Tone.GOOD),
        RunOutcome.RUNNING: Chip(tr("Running"), "sync", Tone.NEUTRAL),
        RunOutcome.CANCELLED: Chip(tr("Cancelled"), "circle-slash", Tone.NEUTRAL),
        RunOutcome.FAILED: Chip(tr("Failed"), "triangle", Tone.WRONG),
    }
    return chips[run.outcome]


def _agreement_chip(found: Agreement) -> Chip:
    """A run that compared with Stripe."""
    if not found.agrees:
        return Chip(tr("Differs"), "triangle", Tone.WRONG)
    if found.repaired:
        return Chip(tr("{count} repaired").format(count=found.repaired), "circle-tick", Tone.GOOD)
    return Chip(tr("Agrees"), "circle-tick", Tone.GOOD)


def ago(at: int, now: int, formats: Formats) -> str:
    """``just now``, ``5 s ago``, ``3 min ago``; longer ago by the clock. Another desk's may be a little ahead."""
    seconds = now - at
    if seconds < 2:
        return tr("just now")
    if seconds < _MINUTE:
        return tr("{count} s ago").format(count=seconds)
    if seconds < _HOUR:
        return tr("{count} min ago").format(count=seconds // _MINUTE)
    return tr("at {moment}").format(moment=formats.recently(at))


def crossing_words(crossing: Crossing, now: int, settings: Property, formats: Formats) -> tuple[str, str]:
    """What is told to whoever took a payment beside somebody else's: a title, and a sentence."""
    other = crossing.other
    is_cash = other.source is Source.MANUAL and other.method == "cash"
    method = (
        tr("in cash")
        if is_cash
        else tr("by {method}").format(method=method_name(other.source, other.method, other.brand, settings))
    )
    text = tr("{actor} took {amount} {method} {when}: the folio is now overpaid by {over}. Both payments are kept.")
    over = formats.money(Money(crossing.over, other.currency))
    told = {"actor": other.actor or other.desk, "amount": formats.money(other.money), "method": method, "over": over}
    return tr("Two payments at once"), text.format(when=ago(other.created_at, now, formats), **told)


def method_name(source: Source, method: str, brand: str | None, settings: Property) -> str:
    """How it was paid: ``Visa``, ``SEPA debit``, ``Bank transfer``."""
    if source is Source.STRIPE:
        return stripe_method_name(method, brand)
    return next((one.label for one in settings.methods if one.code == method), plain_name(method))


def method_group(source: Source, method: str, settings: Property) -> str:
    """A method in a sum: a card that Stripe charged is never one with a card on a terminal."""
    if source is Source.STRIPE and method == "card":
        return tr("Card · Stripe")
    return method_name(source, method, None, settings) + (" · Stripe" if source is Source.STRIPE else "")


def account_words(source: Source, account: str | None, settings: Property) -> str:
    """Where a payment was made; of several Stripe accounts, in which one."""
    if source is Source.MANUAL:
        return tr("Manual")
    badge = settings.badge(account)
    return f"Stripe · {badge}" if badge else "Stripe"


def with_account(text: str, account: str | None, settings: Property) -> str:
    """A text and, of several Stripe accounts, which one it is about."""
    return " · ".join(part for part in (text, settings.badge(account)) if part)


def method_icon(source: Source, method: str) -> str:
    """The icon beside a method's name."""
    icons = {"cash": "cash", "cheque": "cheque", "transfer": "bank", "card": "card", "card_present": "terminal"}
    if source is Source.MANUAL and method == "card":
        return "terminal"
    return icons.get(
        method, "bank" if "debit" in method or "bank" in method else "receipt" if source is Source.MANUAL else "card"
    )


def charge_text(charge: Charge) -> str:
    """What a charge line says where nobody wrote a text."""
    if charge.text:
        return charge.text
    words = {
        ChargeKind.ACCOMMODATION: tr("Room"),
        ChargeKind.EXTRA: tr("Extra"),
        ChargeKind.CITY_TAX: tr("City tax"),
        ChargeKind.DISCOUNT: tr("Discount"),
        ChargeKind.CANCELLATION_FEE: tr("Cancellation fee"),
        ChargeKind.ADJUSTMENT: tr("Adjustment"),
    }
    word = words[charge.kind]
    if charge.service_from is None or charge.service_to is None:
        return word
    nights = (charge.service_to - charge.service_from).days
    unit = tr("1 night") if nights == 1 else tr("{count} nights").format(count=nights)
    if charge.kind is ChargeKind.CITY_TAX and charge.quantity and charge.quantity % nights == 0:
        persons = charge.quantity // nights
        guests = tr("1 guest") if persons == 1 else tr("{count} guests").format(count=persons)
        unit = f"{guests} × {unit}"
    return f"{word}, {unit}"


def unit_text(charge: Charge, currency: str, formats: Formats) -> str:
    """``2 × 14.00``: how a line came to its amount; "" where it is one piece, or only a sum is known."""
    if charge.unit_amount is None or charge.quantity in {None, 1}:
        return ""
    return f"{charge.quantity} × {formats.amount(abs(charge.unit_amount), currency)}"


def spoken_amount(minor: int, currency: str, formats: Formats) -> str:
    """An amount for a screen reader, which would not read a minus sign."""
    told = formats.money(Money(abs(minor), currency))
    return tr("minus {amount}").format(amount=told) if minor < 0 else told


def range_words(days: DateRange, told: Callable[[date], str]) -> str:
    """``Tue 3 Nov – Thu 5 Nov``; one day once."""
    first, last = told(days.first), told(days.last)
    return first if days.first == days.last else f"{first} {DASH} {last}"


def rows_told(count: int, formats: Formats) -> str:
    """``1 row``, ``1,113 rows``."""
    return tr("1 row") if count == 1 else tr("{count} rows").format(count=formats.count(count))


def is_refund(row: MoneyRow) -> bool:
    """Whether a row of the payments list is money that went back, or should, or that came back as a refund failed."""
    return row.kind is not MoneyKind.PAYMENT
