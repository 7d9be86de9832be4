"""A booking's folio: one chronological ledger of charges, payments and refunds with a running balance."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.booking import Booking, BookingStatus, ChargeKind
from rentease_desk.domain.dates import Days
from rentease_desk.domain.disputes import Dispute
from rentease_desk.domain.links import PaymentLink
from rentease_desk.domain.parts import Transfer
from rentease_desk.domain.payment import Payment, PaymentState, PaymentStatus, Refund, RefundStatus

_NO_SHARES: Mapping[int, int] = {}


class LineKind(StrEnum):
    """What a line of the folio is."""

    CHARGE = "charge"
    PAYMENT = "payment"
    REFUND = "refund"
    TRANSFER = "transfer"


class Charge(Struct, frozen=True):
    """A charge line as stored. ``amount`` in minor units of the booking's currency; ``text`` "" is told by the kind.

    ``quantity`` times ``unit_amount`` (minor units) made the amount; None where only a sum was entered.
    ``corrects_pk`` names the line that this one takes back; ``corrected_on`` is the day this one was taken back.
    """

    pk: int
    uid: str
    kind: ChargeKind
    text: str
    amount: int
    tax_rate_ppm: int
    service_from: date | None
    service_to: date | None
    occurred_at: int
    business_date: date
    corrects_pk: int | None
    corrected_on: date | None
    reason: str
    actor: str
    quantity: int | None = None
    unit_amount: int | None = None


class FolioLine(Struct, frozen=True):
    """One line. ``charge`` and ``paid`` in minor units of ``currency`` (a refund is negative), None where not meant.

    ``balance`` is what was owed after the line, in the booking's currency; None on a line that moves nothing.
    ``struck``: voided or taken back; shown, and counted nowhere. One of ``item``'s kinds stands behind the line.
    """

    kind: LineKind
    business_date: date
    occurred_at: int
    currency: str
    actor: str
    item: Charge | Payment | Refund | Transfer
    charge: int | None = None
    paid: int | None = None
    balance: int | None = None
    struck: bool = False


class Folio(Struct, frozen=True):
    """A booking with its lines, oldest first, and the disputes of its payments and its payment links, newest first.

    ``receipts``: the numbers of issued receipts, by the keys of payment and refund (None: the payment's own).
    """

    booking: Booking
    lines: tuple[FolioLine, ...]
    disputes: tuple[Dispute, ...] = ()
    links: tuple[PaymentLink, ...] = ()
    receipts: dict[tuple[int, int | None], str] = {}


def build_folio(
    booking: Booking,
    charges: Iterable[Charge],
    payments: Sequence[Payment],
    refunds: Iterable[Refund],
    days: Days,
    transfers: Sequence[Transfer] = (),
    shares: Mapping[int, int] = _NO_SHARES,
) -> Folio:
    """The ledger. Lines on which no money moved (failed, processing, other currencies) leave the balance alone.

    ``payments`` are the booking's own; ``transfers`` came to it or left it, of any payment. ``shares``: by the key of
    a refund, what falls on this booking besides what falls on a payment's own one (minor units).
    """
    known = [*payments, *(one.payment for one in transfers)]
    counted = {payment.pk for payment in known if payment.state is PaymentState.SUCCEEDED}
    own = {payment.pk for payment in payments}
    backs = ((one, (one.amount if one.payment_pk in own else 0) + shares.get(one.pk, 0)) for one in refunds)
    lines = [
        *_charge_lines(charges, booking.currency),
        *(_payment_line(one, days) for one in payments),
        *(_refund_line(one, share, days, one.payment_pk in counted) for one, share in backs if share),
        *(_transfer_line(one) for one in transfers if not one.whole),
        *(_gone_line(one) for one in _gone(transfers, own)),
    ]
    lines.sort(key=lambda line: (line[0].business_date, line[0].occurred_at, line[0].kind is not LineKind.CHARGE))
    return Folio(booking, tuple(_with_balance(lines, booking.currency)))


def deposit_held(folio: Folio, today: date) -> int:
    """What was paid for a stay that lies ahead, minor units: owed to the guest until the arrival (money rule 7).

    What was charged for anything else than the stay (extras, a fee) is earned already, and no deposit.
    """
    booking = folio.booking
    if today >= booking.arrival or booking.status not in {BookingStatus.TENTATIVE, BookingStatus.CONFIRMED}:
        return 0
    earned = sum(
        line.item.amount
        for line in folio.lines
        if isinstance(line.item, Charge) and line.item.kind in _EARNED and not line.struck
    )
    return max(0, booking.totals.paid - booking.totals.refunded - earned)


_EARNED = (ChargeKind.EXTRA, ChargeKind.CANCELLATION_FEE)
_Moved = tuple[FolioLine, int]
"""A line, and what it adds to the balance (minor units)."""


def _with_balance(lines: Iterable[_Moved], currency: str) -> Iterator[FolioLine]:
    balance = 0
    for line, effect in lines:
        if effect and line.currency == currency:
            balance += effect
            yield replace(line, balance=balance)
        else:
            yield line


def _charge_lines(charges: Iterable[Charge], currency: str) -> Iterator[_Moved]:
    """A line that was taken back is struck, and so is the one that takes it back: both are shown, and move nothing."""
    for charge in charges:
        struck = charge.corrected_on is not None or charge.corrects_pk is not None
        line = FolioLine(LineKind.CHARGE, charge.business_date, charge.occurred_at, currency, charge.actor, charge)
        yield replace(line, charge=charge.amount, struck=struck), 0 if struck else charge.amount


def _payment_line(payment: Payment, days: Days) -> _Moved:
    void = payment.status is PaymentStatus.VOIDED
    counts = payment.state is PaymentState.SUCCEEDED and not void
    day = payment.business_date or days.business_date(payment.occurred_at)
    line = FolioLine(LineKind.PAYMENT, day, payment.occurred_at, payment.currency, payment.actor, payment)
    return replace(line, paid=payment.amount, struck=void), -payment.amount if counts else 0


def _refund_line(refund: Refund, share: int, days: Days, payment_counts: bool) -> _Moved:
    counts = refund.status is RefundStatus.SUCCEEDED and payment_counts
    day = refund.business_date or days.business_date(refund.occurred_at)
    line = FolioLine(LineKind.REFUND, day, refund.occurred_at, refund.currency, refund.actor, refund)
    return replace(line, paid=-share), share if counts else 0


def _transfer_line(transfer: Transfer) -> _Moved:
    payment = transfer.payment
    void = payment.status is PaymentStatus.VOIDED
    counts = payment.state is PaymentState.SUCCEEDED and not void
    line = _line_of(transfer, transfer.amount)
    return replace(line, struck=void), -transfer.amount if counts else 0


def _gone(transfers: Iterable[Transfer], own: Collection[int]) -> Iterable[Transfer]:
    """Payments that are this booking's own no longer: each as it left last."""
    left = {one.payment.pk: one for one in transfers if one.whole and one.amount < 0}
    return (one for pk, one in left.items() if pk not in own)


def _gone_line(transfer: Transfer) -> _Moved:
    return replace(_line_of(transfer, -transfer.amount), struck=True), 0


def _line_of(transfer: Transfer, paid: int) -> FolioLine:
    day, at, currency = transfer.business_date, transfer.occurred_at, transfer.payment.currency
    return FolioLine(LineKind.TRANSFER, day, at, currency, transfer.actor, transfer, paid=paid)
