"""What banks dispute of a booking's payments: how much, why, where it stands, and until when to answer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QBoxLayout, QFrame

from rentease_desk.domain.disputes import Dispute
from rentease_desk.domain.money import Money
from rentease_desk.gui.context import Context
from rentease_desk.gui.stripe_words import dispute_chip, dispute_words
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Icon, Label, column, frame, row
from rentease_desk.gui.widgets.told_lines import ToldLines


class DisputeLines(ToldLines):
    """A tinted line each; hidden without any. ``narrow``: what is said stands below the amount."""

    def __init__(self, context: Context, *, narrow: bool = False) -> None:
        super().__init__(context)
        self._narrow = narrow

    def show_disputes(self, disputes: Sequence[Dispute]) -> None:
        """Tell of others."""
        self.show_lines([self._line(one) for one in disputes])

    def _line(self, dispute: Dispute) -> QFrame:
        context, theme = self._context, self._context.theme
        chip = dispute_chip(dispute.status, dispute.due_by, context.now())
        tone = Tone.NEUTRAL.value if chip.tone is Tone.OUTLINE else chip.tone.value
        amount = context.formats.money(Money(dispute.amount, dispute.currency))
        title = Label(theme, f"{chip.word}: {amount}", weight=QFont.Weight.DemiBold, tone=tone)
        told = Label(theme, dispute_words(dispute, context.now(), context.formats))
        told.setWordWrap(True)
        told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        line = frame(tint=tone)
        line.setLayout(self._arranged(Icon(theme, chip.icon, tone), title, told))
        line.setAccessibleName(f"{title.text()}. {told.text()}")
        if dispute.due_by is not None:
            line.setToolTip(context.formats.moment(dispute.due_by))
        return line

    def _arranged(self, icon: Icon, title: Label, told: Label) -> QBoxLayout:
        if self._narrow:
            layout: QBoxLayout = column(spacing=4, margins=(12, 8, 12, 8))
            layout.addLayout(row(icon, title, None))
            layout.addWidget(told)
            return layout
        layout = row(icon, title, told, margins=(12, 8, 12, 8))
        layout.setStretch(2, 1)
        for part in (icon, title):
            layout.setAlignment(part, Qt.AlignmentFlag.AlignTop)
        return layout
