"""The takings of some days: their sum, and a bar for each day."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame

from rentease_desk.domain.money import Money
from rentease_desk.domain.reporting import Preview
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.widgets.basics import Label, column, row
from rentease_desk.gui.widgets.takings_chart import ChartLegend, TakingsChart


class TakingsCard(QFrame):
    """Hidden at first."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self.setProperty("card", True)
        self.total = Label(theme, size=tokens.LARGE, weight=QFont.Weight.DemiBold)
        self.about = Label(theme, tone="text2")
        self.chart = TakingsChart(context)
        inside = column(spacing=8, margins=(16, 10, 16, 8))
        inside.addLayout(row(self.total, self.about, None, ChartLegend(context)))
        inside.addWidget(self.chart)
        self.setLayout(inside)
        self.hide()

    def show_takings(self, found: Preview, currency: str) -> None:
        """Those of a report that has bars; else what is shown stays."""
        if not found.bars:
            return
        total = found.totals.get(currency, {}).get("takings", 0)
        self.total.setText(self._context.formats.money(Money(total, currency)))
        days = len(found.bars)
        words = self.tr("takings on one day") if days == 1 else self.tr("takings in {count} days")
        self.about.setText(words.format(count=days))
        self.chart.show_bars(found.bars, currency)
