"""What was compared with Stripe as rows, one for each kind and currency."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import QObject

from rentease_desk.domain.agreement import Agreement, Total
from rentease_desk.domain.money import Money
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import DASH
from rentease_desk.gui.models.cell import Align, Cell, Column
from rentease_desk.gui.models.cell_model import CellModel
from rentease_desk.gui.words import spoken_amount, tr


class Line(Struct, frozen=True):
    """One kind of one currency on both sides. ``differs``: ids of the kind are not the same, whatever the sums."""

    kind: str
    currency: str
    here: Total
    stripe: Total
    differs: bool

    @property
    def difference(self) -> int:
        """What is here and not at Stripe, minor units."""
        return self.here.amount - self.stripe.amount

    @property
    def agrees(self) -> bool:
        """Whether both sides are the same."""
        return self.here == self.stripe and not self.differs


def lines_of(found: Agreement) -> list[Line]:
    """The lines of a check; where sums tell a difference, only those lines bear it, else all of the kind."""
    lines: list[Line] = []
    for kind, one in found.compared.items():
        silent = not one.agrees and one.here == one.stripe
        for currency in sorted({*one.here, *one.stripe}):
            here, stripe = one.here.get(currency, Total()), one.stripe.get(currency, Total())
            lines.append(Line(kind, currency, here, stripe, silent))
    return lines


class AgreementModel(CellModel[Line]):
    """The lines of the latest check."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        self._context = context
        self._lines: Sequence[Line] = ()
        right = Align.RIGHT
        columns: tuple[Column[Line], ...] = (
            Column("kind", tr("What was compared"), 180, self._kind, stretch=True),
            Column("here", tr("Here"), 56, lambda line: self._count(line.here), align=right),
            Column("sum", tr("Sum here"), 104, lambda line: self._sum(line.here, line), align=right, give_way=1),
            Column("stripe", tr("Stripe"), 60, lambda line: self._count(line.stripe), align=right),
            Column("theirs", tr("Sum at Stripe"), 104, lambda line: self._sum(line.stripe, line), align=right),
            Column("difference", tr("Difference"), 104, self._difference, align=right),
        )
        super().__init__(columns, parent)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show another check."""
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def count(self) -> int:
        """One each."""
        return len(self._lines)

    def cell_at(self, row: int, column: Column[Line]) -> Cell:
        """A cell."""
        return column.cell(self._lines[row])

    def _kind(self, line: Line) -> Cell:
        words = {
            "charges": tr("Payments"),
            "refunds": tr("Refunds"),
            "transactions": tr("Stripe’s balance"),
            "payouts": tr("Payouts"),
            "subscriptions": tr("Long stays, a period"),
            "invoices": tr("Invoices, paid"),
        }
        return Cell(words[line.kind], aside=line.currency.upper())

    def _count(self, total: Total) -> Cell:
        return Cell(self._context.formats.count(total.count))

    def _sum(self, total: Total, line: Line) -> Cell:
        formats = self._context.formats
        amount = formats.amount(total.amount, line.currency)
        return Cell(amount, spoken=spoken_amount(total.amount, line.currency, formats))

    def _difference(self, line: Line) -> Cell:
        amount = self._context.formats.money(Money(line.difference, line.currency))
        shown = self._context.formats.amount(line.difference, line.currency)
        if line.agrees:
            return Cell(shown, icon="tick", colour="good", spoken=tr("none"))
        return Cell(shown if line.difference else DASH, icon="triangle", colour="wrong", spoken=amount)
