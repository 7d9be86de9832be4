"""What stands on a receipt, put into the guest's language when it is issued."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rentease_desk.domain.language import primary
from rentease_desk.domain.method_names import plain_name, stripe_method_name
from rentease_desk.domain.payment import MethodKind, Source
from rentease_desk.domain.receipts import Confirmed, ReceiptKind, Row, Sheet, Stamp
from rentease_desk.domain.settings import Property
from rentease_desk.reports.receipt_words import words_for
from rentease_desk.services import locales

GUEST, REFERENCE = "guest", "reference"
"""Personal texts of a receipt."""
_CARDS = frozenset({"card", "card_present"})


def compose(about: Confirmed, settings: Property, issued_at: int, actor: str, *, practice: bool) -> Sheet:
    """The whole text. ``issued_at`` in UTC seconds; ``practice``: no money was paid in truth."""
    return _Writer(about, settings, issued_at, actor).sheet(practice=practice)


def copy_stamp(sheet: Sheet, at: int, settings: Property) -> Stamp:
    """It left the desk before; this one does now (``at``: UTC seconds)."""
    _, words = words_for(sheet.words)
    day = locales.long_date(sheet.language, settings.days.local(at).date())
    return Stamp(words.copy, words.printed_on.format(date=day))


def void_stamp(sheet: Sheet, kind: ReceiptKind, day: date) -> Stamp:
    """The payment was voided on a day, or the refund did not go through."""
    _, words = words_for(sheet.words)
    if kind is ReceiptKind.REFUND:
        return Stamp(words.void, words.refund_failed)
    return Stamp(words.void, words.void_on.format(date=locales.long_date(sheet.language, day)))


class _Writer:
    """Writes one sheet."""

    def __init__(self, about: Confirmed, settings: Property, issued_at: int, actor: str) -> None:
        self._about, self._settings = about, settings
        self._issued_at, self._actor = issued_at, actor
        guest = about.booking.guest.language if about.booking is not None else ""
        self._language = _regional(guest or settings.language, settings.language)
        self._words_tag, self._words = words_for(self._language, settings.language)

    def sheet(self, *, practice: bool) -> Sheet:
        """The sheet."""
        about, words, refund = self._about, self._words, self._about.refund
        amount = about.payment.amount if refund is None else refund.amount
        note = words.not_invoice if refund is None else words.not_invoice_refund
        return Sheet(
            language=self._language,
            words=self._words_tag,
            property_name=self._settings.name,
            address=tuple(self._settings.address.splitlines()),
            tax_lines=tuple(self._settings.tax_lines.splitlines()),
            title=words.receipt if refund is None else words.refund_receipt,
            number_label=words.number,
            rows=tuple(row for row in self._rows() if row.value),
            total=Row(words.received if refund is None else words.refunded, self._money(amount)),
            after=tuple(self._after()),
            notes=(note,),
            warning=words.practice if practice else "",
        )

    def _rows(self) -> Iterator[Row]:
        about, words = self._about, self._words
        payment, refund = about.payment, about.refund
        happened = payment.occurred_at if refund is None else refund.occurred_at
        yield Row(words.paid_on if refund is None else words.refunded_on, self._moment(happened))
        if self._day(happened) != self._day(self._issued_at):
            yield Row(words.issued_on, self._day(self._issued_at))
        guest = payment.guest or payment.payer_name or ""
        yield Row(words.received_from if refund is None else words.refunded_to, guest, GUEST)
        yield from self._stay()
        yield Row(words.method, self._method())
        if refund is None:
            yield Row(words.reference, payment.reference, REFERENCE)
        else:
            yield Row(words.of_payment, f"{self._day(payment.occurred_at)}, {self._money(payment.amount)}")
            yield Row(words.of_receipt, about.original)
        yield Row(words.issued_by, self._actor)

    def _stay(self) -> Iterator[Row]:
        booking, words = self._about.booking, self._words
        if booking is not None:
            yield Row(words.booking, booking.reference)
            yield Row(words.room, ", ".join(booking.rooms))
            yield Row(words.stay, locales.from_to(self._language, booking.arrival, booking.departure))

    def _after(self) -> Iterator[Row]:
        """Of cash what was handed over; of a payment for several bookings each part; what went back already."""
        about, words, payment = self._about, self._words, self._about.payment
        if about.refund is not None:
            yield from self._rounded(about.refund.amount, about.refund.rounding)
            return
        yield from self._cash()
        if about.parts.is_split:
            for part in about.parts.parts:
                if part.gross and part.reference is not None:
                    yield Row(words.part.format(reference=part.reference), self._money(part.gross))
        if payment.refunded:
            yield Row(words.given_back, self._money(payment.refunded))

    def _rounded(self, amount: int, rounding: int) -> Iterator[Row]:
        if rounding:
            yield Row(self._words.rounding, self._money(rounding))
            yield Row(self._words.paid_in_cash, self._money(amount + rounding))

    def _cash(self) -> Iterator[Row]:
        payment, words = self._about.payment, self._words
        due = payment.amount + payment.rounding
        yield from self._rounded(payment.amount, payment.rounding)
        if payment.tendered is not None and payment.tendered != due:
            yield Row(words.tendered, self._money(payment.tendered))
            yield Row(words.change, self._money(payment.tendered - due))

    def _method(self) -> str:
        payment = self._about.payment
        name = self._stripe_method() if payment.source is Source.STRIPE else self._manual_method()
        return f"{name} •• {payment.last4}" if payment.last4 else name

    def _stripe_method(self) -> str:
        payment = self._about.payment
        if payment.method in _CARDS and not payment.brand:
            return self._words.card
        return stripe_method_name(payment.method, payment.brand)

    def _manual_method(self) -> str:
        code, words = self._about.payment.method, self._words
        method = next((one for one in self._settings.methods if one.code == code), None)
        if method is None:
            return plain_name(code)
        named = {MethodKind.CASH: words.cash, MethodKind.CARD: words.card, MethodKind.TRANSFER: words.transfer,
                 MethodKind.CHEQUE: words.cheque}  # fmt: skip
        return named.get(method.kind, method.label)

    def _money(self, minor: int) -> str:
        return locales.money(self._language, minor, self._about.payment.currency)

    def _day(self, at: int) -> str:
        return locales.long_date(self._language, self._settings.days.local(at).date())

    def _moment(self, at: int) -> str:
        return f"{self._day(at)}, {locales.short_time(self._language, self._settings.days.local(at))}"


def _regional(tag: str, own: str) -> str:
    """A language without a region is written as the property writes it, if that is its own language."""
    own = own.replace("_", "-")
    return own if tag == primary(own) else tag.replace("_", "-")
