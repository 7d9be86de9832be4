"""Receipts: issued once, printed as often as needed. Every print after the first says that it is a copy."""

from __future__ import annotations

from rentease_desk.domain.errors import KnownError, NotFoundError
from rentease_desk.domain.paper import Paper
from rentease_desk.domain.payment import PaymentState, PaymentStatus, RefundStatus
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.receipts import (
    Confirmed,
    Given,
    Page,
    Receipt,
    ReceiptDraft,
    ReceiptQuery,
    Sheet,
    SkippedNumbers,
    Stamp,
    parse_label,
)
from rentease_desk.domain.settings import Property
from rentease_desk.reports.receipt_pages import as_html, as_text
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.services.receipt_sheet import compose, copy_stamp, void_stamp
from rentease_desk.storage import receipts as store
from rentease_desk.storage.database import Unit
from rentease_desk.storage.payments import lock_payment
from rentease_desk.storage.settings import read_property


class ReceiptService:
    """``practice``: what is issued here says that no money was paid."""

    def __init__(self, desk: Desk, *, practice: bool = False) -> None:
        self._desk = desk
        self._practice = practice

    def look(self, payment_pk: int, refund_pk: int | None = None) -> Given:
        """What would be printed now: a copy of what was printed before, or a receipt that has no number yet.

        Writes nothing. Raises as ``issue``.
        """
        now = self._desk.clock.now()
        with self._desk.db.reading() as connection:
            settings = read_property(connection) or Property()
            found = store.receipt_of(connection, payment_pk, refund_pk)
            about = store.confirmed(connection, payment_pk, refund_pk) if found is None else None
        if found is None:
            return Given(None, Page("", self._sheet(_required(about), now, settings)), is_copy=False)
        return _given(found, now, settings, is_copy=found.printed > 0)

    def issue(self, draft: ReceiptDraft) -> Saved[Given]:
        """The receipt of a payment or refund, issued if there is none, and (with a ``medium``) handed out.

        A receipt of a payment is issued once, whoever asks, and keeps what it said. The same draft again, by its
        ``uid``, counts as handed out once. Raises NotFoundError, or KnownError ``receipt.…`` for what has no receipt.
        """
        _warm()
        with self._desk.doing(Permission.RECEIPT) as unit:
            settings = read_property(unit.connection) or Property()
            lock_payment(unit.connection, draft.payment_pk)
            receipt = store.receipt_of(unit.connection, draft.payment_pk, draft.refund_pk)
            if receipt is None:
                receipt = self._issued(unit, draft, settings)
            position = receipt.printed + 1
            if draft.medium is not None:
                position = store.record_print(unit, draft, receipt)
            given = _given(receipt, unit.now, settings, is_copy=position > 1)
        return Saved(given, unit.changes)

    def find(self, label: str) -> Receipt:
        """The receipt with a number such as 2026-0418. Raises NotFoundError."""
        wanted = parse_label(label)
        with self._desk.db.reading() as connection:
            found = None if wanted is None else store.find_receipt(connection, *wanted)
        if found is None:
            raise NotFoundError("receipt.not_found", number=label.strip())
        return found

    def list(self, query: ReceiptQuery) -> list[Receipt]:
        """Receipts in the order of their numbers."""
        with self._desk.db.reading() as connection:
            return store.list_receipts(connection, query)

    def skipped(self) -> tuple[SkippedNumbers, ...]:
        """Numbers that nobody gets, with the reason."""
        with self._desk.db.reading() as connection:
            return tuple(store.list_skipped(connection))

    def html(self, page: Page, paper: Paper) -> str:
        """A page as a document for paper, PDF or a browser."""
        return as_html(page, paper)

    def text(self, page: Page) -> str:
        """A page as lines."""
        return as_text(page)

    def _issued(self, unit: Unit, draft: ReceiptDraft, settings: Property) -> Receipt:
        about = _required(store.confirmed(unit.connection, draft.payment_pk, draft.refund_pk))
        sheet = self._sheet(about, unit.now, settings)
        store.issue(unit, draft, about, sheet, settings.days.business_date(unit.now))
        found = store.receipt_of(unit.connection, draft.payment_pk, draft.refund_pk)
        assert found is not None
        return found

    def _sheet(self, about: Confirmed, now: int, settings: Property) -> Sheet:
        practice = self._practice or about.payment.livemode is False
        return compose(about, settings, now, self._desk.acting.actor, practice=practice)


def _given(receipt: Receipt, now: int, settings: Property, *, is_copy: bool) -> Given:
    stamps: list[Stamp] = []
    if is_copy:
        stamps.append(copy_stamp(receipt.sheet, now, settings))
    if receipt.void_on is not None:
        stamps.append(void_stamp(receipt.sheet, receipt.kind, receipt.void_on))
    return Given(receipt, Page(receipt.label, receipt.sheet, tuple(stamps)), is_copy)


def _required(about: Confirmed | None) -> Confirmed:
    """Raises NotFoundError, or KnownError ``receipt.…`` where there is no money to confirm."""
    if about is None:
        raise NotFoundError("payment.not_found")
    if about.payment.status is PaymentStatus.VOIDED:
        raise KnownError("receipt.void")
    if about.payment.state is not PaymentState.SUCCEEDED:
        raise KnownError("receipt.not_paid")
    if about.refund is not None and about.refund.status is not RefundStatus.SUCCEEDED:
        raise KnownError("receipt.refund_not_done")
    return about


def _warm() -> None:
    """Load what writes dates before the database is locked: the first time it takes a tenth of a second."""
    import babel.dates  # noqa: F401
