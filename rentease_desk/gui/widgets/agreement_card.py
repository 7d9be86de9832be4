"""The card that tells whether what stands here is what Stripe has."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rentease_desk.domain.agreement import COMPARED, Agreement, Check
from rentease_desk.domain.dates import DateRange
from rentease_desk.gui import tokens
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.agreement_model import AgreementModel, Line, lines_of
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import ChipLabel, Label, frame, row
from rentease_desk.gui.widgets.card import put_card
from rentease_desk.gui.widgets.cell_table import CellTable
from rentease_desk.gui.widgets.date_range import range_told
from rentease_desk.gui.widgets.elided import ElidedLabel

_NAMED = 5


class AgreementCard(QWidget):
    """When it was last checked, of which days, a line for each kind and currency, and what is to be said of it."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self.about = ElidedLabel(theme, tone="text2")
        self.chip = ChipLabel(theme)
        self.model = AgreementModel(context, self)
        self.table = CellTable(self.model, self.model.columns, theme, fit=True, edge=2 * tokens.GRID)
        self.table.setAccessibleName(self.tr("Agreement with Stripe"))
        self.note = Label(theme, size=tokens.SMALL, tone="text2")
        self.note.setWordWrap(True)
        made = frame(card=True)
        layout = QVBoxLayout(made)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        title = Label(theme, self.tr("Agreement with Stripe"), weight=QFont.Weight.DemiBold)
        layout.addLayout(row(title, self.about, None, self.chip, margins=(16, 10, 16, 10)))
        layout.addWidget(self.table)
        layout.addLayout(row(self.note, margins=(16, 10, 16, 10)))
        put_card(self, made)
        self.show_check(None, None)

    def show_check(self, done: Check | None, latest: Check | None) -> None:
        """Show the latest check that was done; ``latest`` may be one that was put off."""
        found = done.found if done else None
        lines = lines_of(found) if found else []
        self.model.show_lines(lines)
        self.table.setVisible(bool(lines))
        self.about.setText(self._about(done) if done else "")
        self.chip.show_chip(self._chip(found, lines) if found else None)
        parts = [self._put_off(latest), *(self._told(found) if found else [self.tr("Nothing was compared yet.")])]
        self.note.setText(" ".join(part for part in parts if part))

    def _about(self, check: Check) -> str:
        days = self._context.settings.days
        span = DateRange(days.calendar_date(check.start), days.calendar_date(check.end - 1))
        words = self.tr("checked {moment}, {days}")
        return words.format(moment=self._context.formats.moment(check.at), days=range_told(span, self._context))

    def _chip(self, found: Agreement, lines: list[Line]) -> Chip:
        if not found.agrees:
            count = sum(len(one.differing) for one in found.compared.values()) + len(found.lost) + found.failed
            return Chip(self.tr("{count} differ").format(count=count), "triangle", Tone.WRONG)
        if found.repaired:
            return Chip(self.tr("Agrees, {count} repaired").format(count=found.repaired), "circle-tick", Tone.GOOD)
        words = self.tr("All {count} lines agree") if len(lines) > 1 else self.tr("Agrees")
        return Chip(words.format(count=len(lines)), "circle-tick", Tone.GOOD)

    def _put_off(self, latest: Check | None) -> str:
        if latest is None or latest.found is not None:
            return ""
        words = self.tr("Put off at {moment}: {why}")
        return words.format(moment=self._context.formats.moment(latest.at), why=latest.why)

    def _told(self, found: Agreement) -> list[str]:
        repaired = self.tr("{count} repaired.").format(count=self._context.formats.count(found.repaired))
        told = [repaired if found.repaired else self.tr("Nothing was repaired.")]
        if found.unsettled:
            told.append(self.tr("{count} not in Stripe’s balance yet.").format(count=found.unsettled))
        if len(found.compared) < len(COMPARED):
            told.append(self.tr("What the key may not read was not compared."))
        ids = [*(id_ for one in found.compared.values() for id_ in one.differing), *found.lost]
        if ids:
            more = " …" if len(ids) > _NAMED else ""
            told.append(self.tr("Differs: {ids}").format(ids=", ".join(ids[:_NAMED]) + more))
        return told
