"""The sums of a filtered payments list: a line each method and currency, and what is not counted."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from rentease_desk.domain.lists import MethodTotal, PaymentTotals
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Source
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import DASH
from rentease_desk.gui.widgets.basics import Label, row
from rentease_desk.gui.widgets.cell_table import CellTable
from rentease_desk.gui.widgets.desk_header import DeskHeader
from rentease_desk.gui.widgets.elided import FittingLabel
from rentease_desk.gui.widgets.painting import CODE
from rentease_desk.gui.words import method_group, payment_chip, spoken_amount

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MOST = 8
_MARGIN, _MOST_AFTER = 16, 0.4


class TotalsFoot(QFrame):
    """Made anew with each answer; more lines than eight are summed up in words."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.setProperty("bar", "sunken")
        self._header: DeskHeader | None = None
        self._at = 0
        inside, self._after = QWidget(), QWidget()
        self._after.setFixedWidth(0)
        self._beside = row(inside, self._after, spacing=0)
        self.setLayout(self._beside)
        self.grid = QGridLayout(inside)
        self.grid.setContentsMargins(_MARGIN, 8, _MARGIN, 8)
        self.grid.setHorizontalSpacing(24)
        self.grid.setVerticalSpacing(4)
        self.grid.setColumnStretch(0, 1)
        for at in range(1, 5):
            self.grid.setColumnMinimumWidth(at, 80)

    def stand_under(self, table: CellTable, column: str) -> None:
        """Let the sums stand under the figures of a column, wherever it is."""
        self._header, self._at = table.header, [one.name for one in table.columns].index(column)
        for moved in (table.header.geometriesChanged, table.header.sectionResized, table.header.sectionMoved):
            moved.connect(self._align)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The column may have had its place before the sums had theirs."""
        super().resizeEvent(event)
        self._align()

    @Slot()
    def _align(self) -> None:
        """At once. Where the column stands too far to the left, or not at all, the sums stand at the right edge."""
        header, at, px = self._header, self._at, self._context.theme.px
        if header is None:
            return
        right = header.sectionViewportPosition(at) + header.sectionSize(at) - px(tokens.GRID + CODE)
        after = 0 if header.isSectionHidden(at) else self.width() - right - px(_MARGIN)
        self._after.setFixedWidth(after if 0 < after < self.width() * _MOST_AFTER else 0)
        self._beside.activate()

    def show_totals(self, totals: PaymentTotals) -> None:
        """Show other sums."""
        self._clear()
        if totals.counted:
            self._head()
        for at, line in enumerate(totals.counted[:_MOST], start=1):
            self._line(at, line)
        hidden = len(totals.counted) - _MOST
        if hidden > 0:
            self._put(self._small(self.tr("and {count} more").format(count=hidden)), _MOST + 1, 0)
        self.setVisible(bool(totals.counted))

    def not_counted(self, totals: PaymentTotals) -> str:
        """What of the list counts as nothing, in one sentence; empty if all of it counts."""
        formats = self._context.formats
        parts = (
            f"{one.rows} {payment_chip(one.status, Source.STRIPE).word.lower()}"
            f" {formats.money(Money(one.amount, one.currency))}"
            for one in totals.not_counted
        )
        told = ", ".join(parts)
        return self.tr("Not counted: {list}").format(list=told) if told else ""

    def _head(self) -> None:
        words = (
            self.tr("Totals of this view"),
            self.tr("Rows"),
            self.tr("Received"),
            self.tr("Returned"),
            self.tr("Sum"),
        )
        for at, word in enumerate(words):
            label = self._small(word)
            if at:
                label.setAlignment(_RIGHT)
            self._put(label, 0, at)

    def _line(self, at: int, line: MethodTotal) -> None:
        formats, currency = self._context.formats, line.currency
        name = method_group(line.source, line.method, self._context.settings)
        named = QWidget()
        parts = [Label(self._context.theme, name), self._small(currency.upper())]
        if line.rounding:
            rounded = FittingLabel(self._context.theme, size=tokens.SMALL, tone="text2")
            rounded.say(self._rounded(line))
            parts.append(rounded)
        named.setLayout(row(*parts, None, spacing=6))
        self._put(named, at, 0)
        total = line.received + line.returned
        figures = (
            (line.received, "", QFont.Weight.Normal),
            (line.returned, "wrong" if line.returned else "text2", QFont.Weight.Normal),
            (total, "", QFont.Weight.DemiBold),
        )
        self._add_figure(formats.count(line.rows), "text2", QFont.Weight.Normal, at, 1)
        for place, (minor, tone, weight) in enumerate(figures, start=2):
            text = formats.amount(minor, currency) if minor or not tone else DASH
            label = self._add_figure(text, tone, weight, at, place)
            label.setAccessibleName(f"{name}, {spoken_amount(minor, currency, formats)}")

    def _rounded(self, line: MethodTotal) -> str:
        """What cash was rounded by, which none of the sums holds."""
        formats = self._context.formats
        return self.tr("· rounded by {amount}").format(amount=formats.signed(line.rounding, line.currency))

    def _add_figure(self, text: str, tone: str, weight: QFont.Weight, at: int, place: int) -> Label:
        label = Label(self._context.theme, text, tone=tone, weight=weight)
        label.setAlignment(_RIGHT)
        self._put(label, at, place)
        return label

    def _put(self, part: QWidget, at: int, place: int) -> None:
        """Seen at once: Qt would show what comes into a layout only a moment later, and the foot would jump."""
        self.grid.addWidget(part, at, place)
        part.show()

    def _small(self, text: str) -> Label:
        return Label(self._context.theme, text, size=tokens.SMALL, tone="text2")

    def _clear(self) -> None:
        while (item := self.grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
