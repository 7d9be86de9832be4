"""Payments and refunds as rows."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QObject

from rentease_desk.domain.lists import MoneyRow, PaymentQuery, PaymentSort
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentStatus, Source
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import DASH
from rentease_desk.gui.models.cell import Align, Cell, Column
from rentease_desk.gui.models.paged_model import PagedModel
from rentease_desk.gui.stripe_words import dispute_chip, dispute_words
from rentease_desk.gui.words import is_refund, method_icon, method_name, row_chip, spoken_amount, tr

if TYPE_CHECKING:
    from rentease_desk.services.payments import PaymentService


class PaymentSource(Struct, frozen=True):
    """The payments of one query."""

    service: PaymentService
    query: PaymentQuery

    def keys(self, _limit: int | None = None, /) -> array[int]:
        """All keys, in order."""
        return self.service.keys(self.query)

    def rows(self, keys: Sequence[int]) -> list[MoneyRow]:
        """Some rows."""
        return self.service.page(keys)

    def key_of(self, row: MoneyRow) -> int:
        """The row's key."""
        return row.key


class PaymentsModel(PagedModel[MoneyRow]):
    """Columns of the payments list."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        self._context = context
        super().__init__(context.tasks, self._make_columns(), parent)

    def _make_columns(self) -> list[Column[MoneyRow]]:
        by = PaymentSort
        return [
            Column("date", tr("Date"), 152, self._date, by.DATE),
            Column("guest", tr("Guest"), 176, self._guest, by.GUEST, stretch=True),
            Column("status", tr("Status"), 160, self._status, by.STATUS, firm=True),
            Column("method", tr("Method"), 188, self._method, by.METHOD, give_way=1),
            Column("gross", tr("Gross"), 120, self._gross, by.AMOUNT, Align.RIGHT),
            Column("fee", tr("Fee"), 80, self._fee, align=Align.RIGHT, shown=False),
            Column("net", tr("Net"), 96, self._net, align=Align.RIGHT, shown=False),
            Column("source", tr("Source"), 72, self._origin, give_way=2),
            Column("by", tr("By"), 96, lambda one: Cell(one.actor, colour="text2"), shown=False),
            Column("reference", tr("Reference"), 120, lambda one: Cell(one.reference, colour="text2"), shown=False),
        ]

    def _date(self, row: MoneyRow) -> Cell:
        formats = self._context.formats
        local = formats.local(row.occurred_at)
        full = f"{formats.long_date(local.date())}, {formats.time(row.occurred_at)}"
        if row.business_date is not None and row.business_date != local.date():
            full += "\n" + tr("Business day {day}").format(day=formats.long_date(row.business_date))
        late = ""
        if row.late_of is not None:
            late = tr("late")
            full += "\n" + tr("Late: {day} was closed").format(day=formats.long_date(row.late_of))
        day = formats.short_date(local.date())
        return Cell(formats.time(row.occurred_at), lead=day, aside=late, aside_colour="attn", tip=full, spoken=full)

    def _guest(self, row: MoneyRow) -> Cell:
        if is_refund(row) and row.original_date is not None:
            day = self._context.formats.day_month(row.original_date)
            return Cell(row.guest or row.payer_name or "", aside=tr("of {day}").format(day=day))
        if row.booking_pk is None:
            return self._homeless(row)
        aside = " + ".join((row.booking_reference or "", *row.others))
        return Cell(row.guest or "", aside=aside, tip=aside if row.others else "")

    @staticmethod
    def _homeless(row: MoneyRow) -> Cell:
        """It waits for a booking, or somebody said why it does not."""
        name = row.payer_name or tr("No name given")
        if row.ignored is None:
            return Cell(name, aside=tr("no booking"), aside_colour="attn")
        told = tr("Ignored by {actor}: {reason}").format(actor=row.ignored.actor, reason=row.ignored.reason)
        return Cell(name, aside=tr("ignored"), tip=told, spoken=f"{name}, {told}")

    def _status(self, row: MoneyRow) -> Cell:
        """A dispute tells on hover where it stands, and until when to answer."""
        chip, dispute = row_chip(row), row.dispute
        if dispute is None:
            return Cell(chip=chip)
        now, formats = self._context.now(), self._context.formats
        stands = dispute_chip(dispute.status, dispute.due_by, now).word
        amount = formats.money(Money(dispute.amount, dispute.currency))
        told = f"{stands}: {amount}. {dispute_words(dispute, now, formats)}"
        return Cell(chip=chip, tip=told, spoken=f"{chip.word}. {told}")

    def _method(self, row: MoneyRow) -> Cell:
        name = method_name(row.source, row.method, row.brand, self._context.settings)
        digits = f"•• {row.last4}" if row.last4 else ""
        spoken = tr("{method} ending in {digits}").format(method=name, digits=row.last4) if row.last4 else name
        return Cell(name, aside=digits, icon=method_icon(row.source, row.method), spoken=spoken)

    def _gross(self, row: MoneyRow) -> Cell:
        formats = self._context.formats
        spoken = spoken_amount(row.gross, row.currency, formats)
        return Cell(
            formats.amount(row.gross, row.currency),
            code=row.currency.upper(),
            strong=row.counted > 0,
            struck=row.status is PaymentStatus.VOIDED,
            colour="wrong" if row.counted < 0 else "text" if row.counted else "text2",
            spoken=spoken if row.counted else tr("{amount}, not counted").format(amount=spoken),
        )

    def _fee(self, row: MoneyRow) -> Cell:
        return self._aside_figure(None if row.fee is None else -row.fee, row, "text2")

    def _net(self, row: MoneyRow) -> Cell:
        whole = row.source is Source.MANUAL or is_refund(row)
        net = (row.counted if whole else row.net) if row.counted else None
        return self._aside_figure(net, row, "wrong" if net is not None and net < 0 else "text")

    def _aside_figure(self, minor: int | None, row: MoneyRow, colour: str) -> Cell:
        """A figure of the settlement, whose currency is named where it is not the payment's."""
        if minor is None:
            return Cell(DASH, colour="text2", spoken=tr("none"))
        formats, currency = self._context.formats, row.settlement_currency or row.currency
        code = currency.upper() if currency != row.currency else None
        spoken = spoken_amount(minor, currency, formats)
        return Cell(formats.amount(minor, currency), code=code, colour=colour, spoken=spoken)

    def _origin(self, row: MoneyRow) -> Cell:
        """Of several Stripe accounts, which one."""
        if row.source is Source.MANUAL:
            return Cell(tr("Manual"), colour="text2")
        badge = self._context.settings.badge(row.stripe_account)
        told = f"Stripe, {badge}" if badge else "Stripe"
        return Cell(badge or "Stripe", colour="text2", tip=told if badge else "", spoken=told)
