"""Charge lines that a desk enters, and takes back: a wrong line is never changed."""

from __future__ import annotations

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.booking import Booking, ChargeKind
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.money import MAX_DIGITS, Money
from rentease_desk.domain.settings import Property
from rentease_desk.domain.tax import WHOLE_PPM
from rentease_desk.domain.text import clean_text

ENTERED = (
    ChargeKind.EXTRA,
    ChargeKind.ACCOMMODATION,
    ChargeKind.CITY_TAX,
    ChargeKind.DISCOUNT,
    ChargeKind.CANCELLATION_FEE,
)
"""What a person can enter."""
MAX_QUANTITY = 9_999


class ChargeDraft(Struct, frozen=True):
    """A charge line about to be added. ``uid`` is made before the first try and reused in every further one.

    ``unit`` is the price of one, never negative: a discount is taken off by its kind. ``quantity`` counts nights,
    pieces, or persons times nights. ``tax_rate_ppm`` None is the property's rate for the kind. ``service_to`` is the
    day after the last night.
    """

    uid: str
    booking_pk: int
    kind: ChargeKind
    unit: Money
    quantity: int = 1
    text: str = ""
    tax_rate_ppm: int | None = None
    service_from: date | None = None
    service_to: date | None = None
    reason: str = ""

    @property
    def amount(self) -> Money:
        """What it adds to the balance."""
        sign = -1 if self.kind is ChargeKind.DISCOUNT else 1
        return Money(sign * self.quantity * self.unit.minor, self.unit.currency)


class ReverseDraft(Struct, frozen=True):
    """A line about to be taken back. ``uid`` is that of the new line, made before the first try."""

    uid: str
    charge_pk: int
    reason: str


def usual_rate(kind: ChargeKind, settings: Property) -> int:
    """The tax rate that a kind of line has at this property, in millionths."""
    if kind is ChargeKind.EXTRA:
        return settings.extras_tax_ppm
    return settings.room_tax_ppm if kind in {ChargeKind.ACCOMMODATION, ChargeKind.DISCOUNT} else 0


def checked(draft: ChargeDraft, booking: Booking, settings: Property) -> ChargeDraft:
    """The draft with clean texts and its rate. Raises InputError naming the field that cannot be taken."""
    if draft.kind not in ENTERED:
        raise InputError("folio.kind", field="kind", kind=draft.kind.value)
    if draft.unit.currency != booking.currency:
        codes = {"booking": booking.currency.upper(), "charge": draft.unit.currency.upper()}
        raise InputError("folio.other_currency", field="unit", **codes)
    if not 1 <= draft.quantity <= MAX_QUANTITY:
        raise InputError("folio.quantity", field="quantity", limit=MAX_QUANTITY)
    if draft.unit.minor <= 0:
        raise InputError("folio.nothing", field="unit")
    if len(str(abs(draft.amount.minor))) > MAX_DIGITS:
        raise InputError("amount.too_large", field="unit", digits=MAX_DIGITS)
    return _with_texts(replace(draft, tax_rate_ppm=_rate(draft, settings)))


def _rate(draft: ChargeDraft, settings: Property) -> int:
    rate = usual_rate(draft.kind, settings) if draft.tax_rate_ppm is None else draft.tax_rate_ppm
    if not 0 <= rate <= WHOLE_PPM:
        raise InputError("tax.rate", field="tax", text=rate)
    return rate


def _with_texts(draft: ChargeDraft) -> ChargeDraft:
    text, reason = clean_text(draft.text, "text", 200), clean_text(draft.reason, "reason", 200)
    if draft.kind is ChargeKind.EXTRA and not text:
        raise InputError("folio.text_missing", field="text")
    if draft.kind is ChargeKind.DISCOUNT and not reason:
        raise InputError("folio.reason_missing", field="reason")
    if (draft.service_from is None) != (draft.service_to is None) or (
        draft.service_from is not None and draft.service_to is not None and draft.service_to <= draft.service_from
    ):
        raise InputError("folio.nights", field="service_to")
    return replace(draft, text=text, reason=reason)
