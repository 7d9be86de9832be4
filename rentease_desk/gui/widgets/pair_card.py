"""Two payments side by side: what each of them says, what speaks for their being one, and what merging does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QWidget

from rentease_desk.domain.duplicates import Pair
from rentease_desk.gui import tokens
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.context import Context
from rentease_desk.gui.duplicate_words import against, chips_for, effect, facts
from rentease_desk.gui.formats import DASH
from rentease_desk.gui.widgets.basics import ChipLabel, Label, column, frame
from rentease_desk.gui.widgets.flow import FlowLayout
from rentease_desk.gui.words import payment_chip, tr

_NAMES = 140


class PairCard(QWidget):
    """Made anew for each pair: nothing of the one before can stay on show."""

    def __init__(self, context: Context, pair: Pair) -> None:
        super().__init__()
        self._context = context
        layout = column(spacing=12)
        layout.addWidget(self._facts(pair))
        layout.addLayout(FlowLayout(*(self._chip(one) for one in chips_for(pair))))
        for text, tone in ((against(pair), "text2"), (effect(pair, context), "text")):
            if text:
                told = Label(context.theme, text, tone=tone)
                told.setWordWrap(True)
                layout.addWidget(told)
        self.setLayout(layout)
        self.setAccessibleName(effect(pair, context))

    def _facts(self, pair: Pair) -> QWidget:
        theme, card, grid = self._context.theme, frame(card=True), QGridLayout()
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, theme.text_px(_NAMES))
        for at, (words, payment) in enumerate(((tr("Entered by hand"), pair.manual), (tr("From Stripe"), pair.stripe))):
            grid.setColumnStretch(at + 1, 1)
            grid.addWidget(Label(theme, words, weight=QFont.Weight.DemiBold), 0, at + 1)
            chip = self._chip(payment_chip(payment.status, payment.source))
            grid.addWidget(chip, 1, at + 1, Qt.AlignmentFlag.AlignLeft)  # else the column is no wider than the chip
        for at, (name, *both) in enumerate(facts(pair, self._context), start=2):
            grid.addWidget(Label(theme, name, size=tokens.SMALL, tone="text2"), at, 0, Qt.AlignmentFlag.AlignTop)
            for side, text in enumerate(both):
                grid.addWidget(self._fact(text), at, side + 1)
        card.setLayout(grid)
        return card

    def _chip(self, chip: Chip) -> ChipLabel:
        made = ChipLabel(self._context.theme)
        made.show_chip(chip)
        return made

    def _fact(self, text: str) -> Label:
        """What somebody typed may be long, and is read and copied whole."""
        made = Label(self._context.theme, text or DASH, tone="text" if text else "text2")
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        made.setAlignment(Qt.AlignmentFlag.AlignTop)
        made.setWordWrap(True)
        return made
