"""Receipts: numbered without gaps, frozen when they are issued. A receipt confirms money; it is no tax invoice."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.paper import Paper
from rentease_desk.domain.parts import Parts
from rentease_desk.domain.payment import Payment, Refund


class ReceiptKind(StrEnum):
    """What a receipt confirms."""

    PAYMENT = "payment"
    REFUND = "refund"


class Medium(StrEnum):
    """How it leaves the desk."""

    PRINTER = "printer"
    PDF = "pdf"
    TEXT = "text"
    HTML = "html"


class Row(Struct, frozen=True):
    """A name and its value, in the guest's language. ``personal`` names the personal text that the value is."""

    label: str
    value: str
    personal: str = ""


class Sheet(Struct, frozen=True):
    """All that stands on a receipt but its number, as text: what was issued never reads otherwise later.

    ``language`` (BCP 47) is the guest's, in which amounts and dates are; ``words`` that of the words.
    ``total`` stands out, ``after`` follows it, ``notes`` stand below; a ``warning`` nobody can overlook.
    """

    language: str
    words: str
    property_name: str
    address: tuple[str, ...]
    tax_lines: tuple[str, ...]
    title: str
    number_label: str
    rows: tuple[Row, ...]
    total: Row
    after: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    warning: str = ""


class Stamp(Struct, frozen=True):
    """What is put on a receipt after it was issued: a large word, and a sentence."""

    word: str
    told: str


class Page(Struct, frozen=True):
    """What is laid out. ``number`` "" where it is still to be given."""

    number: str
    sheet: Sheet
    stamps: tuple[Stamp, ...] = ()


class ReceiptDraft(Struct, frozen=True):
    """A receipt that is asked for, of a payment or of one of its refunds. ``uid`` is made before the first try.

    ``medium`` None: it is given its number, and nobody gets it yet.
    """

    uid: str
    payment_pk: int
    refund_pk: int | None = None
    medium: Medium | None = None
    paper: Paper = Paper.A4


class Receipt(Struct, frozen=True):
    """A receipt as stored. ``series`` is the year of its business date, in which it is the ``number``-th.

    ``amount`` in minor units, ``issued_at`` in UTC seconds. ``printed``: how often it left the desk. ``void_on``: the
    payment was voided on that day, or the refund did not go through (then the day it was made); its number stays.
    """

    pk: int
    uid: str
    series: int
    number: int
    kind: ReceiptKind
    payment_pk: int
    payment_uid: str
    refund_pk: int | None
    refund_uid: str | None
    booking_reference: str | None
    guest: str
    amount: int
    currency: str
    sheet: Sheet
    issued_at: int
    business_date: date
    printed: int
    void_on: date | None
    actor: str
    desk: str

    @property
    def label(self) -> str:
        """``2026-0418``."""
        return number_label(self.series, self.number)


class Confirmed(Struct, frozen=True):
    """What a receipt confirms. ``refund`` None: the payment. ``original``: the number of the payment's own receipt."""

    payment: Payment
    parts: Parts
    booking: Booking | None
    refund: Refund | None
    original: str


class Given(Struct, frozen=True):
    """A receipt with what is laid out now. ``is_copy``: it left the desk before. ``receipt`` None: not issued yet."""

    receipt: Receipt | None
    page: Page
    is_copy: bool


class SkippedNumbers(Struct, frozen=True):
    """Numbers of a year, from ``first`` to ``last``, that nobody gets. ``at``: when that was written, UTC seconds."""

    series: int
    first: int
    last: int
    reason: str
    actor: str
    at: int

    @property
    def label(self) -> str:
        """``2026-0419``, or ``2026-0419 – 2026-0423``."""
        first, last = (number_label(self.series, one) for one in (self.first, self.last))
        return first if self.first == self.last else f"{first} – {last}"


class ReceiptQuery(Struct, frozen=True):
    """Which receipts are listed: of these business days, None for all."""

    days: DateRange | None = None


def number_label(series: int, number: int) -> str:
    """``2026-0418``."""
    return f"{series}-{number:04}"


def parse_label(text: str) -> tuple[int, int] | None:
    """Series and number of ``2026-0418``; None if it is no such text."""
    series, _, number = text.strip().partition("-")
    if not (series.isascii() and number.isascii() and series.isdecimal() and number.isdecimal()):
        return None
    found = int(series[:9]), int(number[:18])
    return found if found[0] <= 9999 else None


def without_person(sheet: Sheet) -> tuple[Sheet, dict[str, str]]:
    """The sheet without its personal texts, and these by their names: they are kept apart, and may be erased."""
    texts = {row.personal: row.value for row in (*sheet.rows, *sheet.after) if row.personal}
    return with_person(sheet, dict.fromkeys(texts, "")), texts


def with_person(sheet: Sheet, texts: dict[str, str]) -> Sheet:
    """The sheet with its personal texts."""
    rows, after = (
        tuple(replace(row, value=texts.get(row.personal, "")) if row.personal else row for row in some)
        for some in (sheet.rows, sheet.after)
    )
    return replace(sheet, rows=rows, after=after)
