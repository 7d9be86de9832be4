"""A folio's lines as rows: all of them at once, since one booking has few."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from PySide6.QtCore import QObject

from rentease_desk.domain.folio import Charge, Folio, FolioLine
from rentease_desk.domain.parts import Transfer
from rentease_desk.domain.payment import Payment, PaymentStatus, Refund, RefundStatus
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.cell import Align, Cell, Column
from rentease_desk.gui.models.cell_model import CellModel
from rentease_desk.gui.stripe_words import why_failed, why_not_refunded
from rentease_desk.gui.words import (
    charge_text,
    method_name,
    payment_chip,
    refund_chip,
    spoken_amount,
    tr,
    unit_text,
    with_account,
)


class FolioModel(CellModel[FolioLine]):
    """The ledger of one booking. ``narrow`` leaves columns out, for the panel beside a list."""

    def __init__(self, context: Context, *, narrow: bool = False, parent: QObject | None = None) -> None:
        self._context = context
        self._lines: Sequence[FolioLine] = ()
        self._currency = ""
        self._receipts: dict[tuple[int, int | None], str] = {}
        super().__init__(self._narrow() if narrow else self._wide(), parent)

    def show_folio(self, folio: Folio) -> None:
        """Show another ledger."""
        self.beginResetModel()
        self._lines, self._currency, self._receipts = folio.lines, folio.booking.currency, folio.receipts
        self.endResetModel()

    def show_nothing(self) -> None:
        """Show no ledger."""
        self.beginResetModel()
        self._lines = ()
        self.endResetModel()

    def row_of(self, line: FolioLine) -> int | None:
        """Where the same line stands now, whatever has changed of it."""
        same = ((line.kind, line.item.pk) == (one.kind, one.item.pk) for one in self._lines)
        return next((row for row, found in enumerate(same) if found), None)

    def line_at(self, row: int) -> FolioLine | None:
        """The line of a row."""
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def count(self) -> int:
        """One each."""
        return len(self._lines)

    def cell_at(self, row: int, column: Column[FolioLine]) -> Cell:
        """A cell."""
        return column.cell(self._lines[row])

    def _wide(self) -> list[Column[FolioLine]]:
        return [
            Column("date", tr("Business date"), 116, self._date),
            Column("text", tr("Text"), 200, self._text, stretch=True),
            Column("status", tr("Status"), 160, self._status, firm=True),
            Column("charge", tr("Charge"), 92, self._charge, align=Align.RIGHT),
            Column("payment", tr("Payment"), 92, self._paid, align=Align.RIGHT),
            Column("balance", tr("Balance"), 96, self._balance, align=Align.RIGHT, give_way=1),
            Column("by", tr("By"), 136, lambda line: Cell(line.actor, colour="text2"), give_way=2),
        ]

    def _narrow(self) -> list[Column[FolioLine]]:
        return [
            Column("date", tr("Date"), 56, self._short_date),
            Column("text", tr("Text"), 80, self._text, stretch=True),
            Column("amount", tr("Amount"), 88, self._amount, align=Align.RIGHT),
            Column("balance", tr("Balance"), 76, self._balance, align=Align.RIGHT),
        ]

    def _date(self, line: FolioLine) -> Cell:
        formats = self._context.formats
        full = f"{formats.long_date(line.business_date)}, {formats.time(line.occurred_at)}"
        late_of = line.item.late_of if isinstance(line.item, Payment | Refund) else None
        if late_of is not None:
            full += "\n" + tr("Late: {day} was closed").format(day=formats.long_date(late_of))
        return Cell(formats.short_date(line.business_date), colour="text2", tip=full, spoken=full)

    def _short_date(self, line: FolioLine) -> Cell:
        formats = self._context.formats
        day = formats.long_date(line.business_date)
        return Cell(formats.day_month(line.business_date), colour="text2", tip=day, spoken=day)

    def _text(self, line: FolioLine) -> Cell:
        """What it is, and the number of its receipt, which stays whatever becomes of the money."""
        cell, number = self._told(line), self._receipt(line)
        if not number:
            return cell
        aside = " · ".join(part for part in (cell.aside, tr("receipt {number}").format(number=number)) if part)
        return replace(cell, aside=aside, tip=" · ".join(part for part in (cell.tip, aside) if part))

    def _receipt(self, line: FolioLine) -> str:
        item = line.item
        key = (item.payment_pk, item.pk) if isinstance(item, Refund) else (item.pk, None)
        return self._receipts.get(key, "") if isinstance(item, Payment | Refund) else ""

    def _told(self, line: FolioLine) -> Cell:
        item = line.item
        if isinstance(item, Charge):
            return self._charged(item, line)
        if isinstance(item, Refund):
            failed = item.status is RefundStatus.FAILED
            why = why_not_refunded(item.failure_reason) if failed else item.reason.replace("_", " ")
            if item.status is RefundStatus.CANCELED and item.stripe_refund_id is None:
                return Cell(tr("Refund"), aside=item.reason, tip=item.failure_reason or why)
            aside = self._with_account(self._with_rounding(why, item), item)
            return Cell(tr("Refund"), aside=aside, tip=why)
        if isinstance(item, Transfer):
            return self._transfer(item, line)
        name = method_name(item.source, item.method, item.brand, self._context.settings)
        aside = f"•• {item.last4}" if item.last4 else item.reference
        aside = self._with_rounding(aside, item)
        if item.void_reason:
            aside = tr("{reason}, voided").format(reason=item.void_reason)
        tip = item.note
        if item.status is PaymentStatus.FAILED:
            aside = f"{aside}  {why_failed(item.failure_code, item.failure_message)}"
            tip = item.failure_message or aside.strip()
        return Cell(name, aside=self._with_account(aside.strip(), item), struck=line.struck, tip=tip)

    def _with_rounding(self, aside: str, item: Payment | Refund) -> str:
        """What is said beside it, and what its cash was rounded by."""
        if not item.rounding:
            return aside
        by = self._context.formats.signed(item.rounding, item.currency)
        return " · ".join(part for part in (aside, tr("rounded by {amount}").format(amount=by)) if part)

    def _with_account(self, aside: str, item: Payment | Refund) -> str:
        """And of several Stripe accounts, in which one it was paid or given back."""
        return with_account(aside, item.stripe_account, self._context.settings)

    def _charged(self, item: Charge, line: FolioLine) -> Cell:
        text = charge_text(item)
        if item.corrects_pk is not None:
            text = tr("{text}, reversed").format(text=text)
        parts = (unit_text(item, line.currency, self._context.formats), item.reason)
        aside = " · ".join(part for part in parts if part)
        return Cell(text, aside=aside, struck=line.struck, tip=" · ".join(part for part in (text, aside) if part))

    def _transfer(self, item: Transfer, line: FolioLine) -> Cell:
        """``Moved to LN-2018``, and of what."""
        leaves = item.whole or item.amount < 0
        words = tr("Moved to {reference}") if leaves else tr("Moved from {reference}")
        text, paid = words.format(reference=item.other or tr("no booking")), item.payment
        name = method_name(paid.source, paid.method, paid.brand, self._context.settings)
        card = f"{name} •• {paid.last4}" if paid.last4 else name
        aside = " · ".join(part for part in (card, item.reason) if part)
        return Cell(text, aside=aside, struck=line.struck, tip=f"{text} · {aside}")

    def _status(self, line: FolioLine) -> Cell:
        item = line.item
        if isinstance(item, Payment):
            return Cell(chip=payment_chip(item.status, item.source, disputed=item.disputed))
        return Cell(chip=refund_chip(item.status)) if isinstance(item, Refund) else Cell()

    def _charge(self, line: FolioLine) -> Cell:
        return Cell() if line.charge is None else self._figure(line, line.charge)

    def _paid(self, line: FolioLine) -> Cell:
        return Cell() if line.paid is None else self._figure(line, line.paid)

    def _amount(self, line: FolioLine) -> Cell:
        """One column for both: what was charged is positive, what was paid negative."""
        return self._figure(line, line.charge if line.charge is not None else -(line.paid or 0))

    def _figure(self, line: FolioLine, minor: int) -> Cell:
        formats = self._context.formats
        foreign = line.currency != self._currency
        returned = isinstance(line.item, Refund)
        return Cell(
            formats.amount(minor, line.currency),
            struck=line.struck,
            code=line.currency.upper() if foreign else None,
            colour="text2" if line.balance is None else "wrong" if returned else "text",
            spoken=spoken_amount(minor, line.currency, formats),
            tip=line.currency.upper(),
        )

    def _balance(self, line: FolioLine) -> Cell:
        if line.balance is None:
            return Cell()
        formats = self._context.formats
        last = line is next((one for one in reversed(self._lines) if one.balance is not None), None)
        return Cell(
            formats.amount(line.balance, line.currency),
            strong=last,
            colour="text" if last else "text2",
            spoken=spoken_amount(line.balance, line.currency, formats),
        )
