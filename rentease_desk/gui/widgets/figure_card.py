"""A large figure with its name above and a few words below; tinted where it means something."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rentease_desk.gui import tokens
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import Icon, column, row
from rentease_desk.gui.widgets.elided import ElidedLabel, WholeLabel
from rentease_desk.gui.widgets.painting import paint_box


class FigureCard(QWidget):
    """Plain until it is given a tone: good, attn or wrong."""

    def __init__(self, theme: Theme, name: str = "") -> None:
        super().__init__()
        self._theme, self._tone = theme, ""
        self._icon = Icon(theme, "triangle")
        self._icon.hide()
        self.name = ElidedLabel(theme, name, size=tokens.SMALL, tone="text2")
        self.figure = WholeLabel(theme, size=tokens.LARGE, weight=QFont.Weight.DemiBold)
        self.about = ElidedLabel(theme, size=tokens.SMALL, tone="text2")
        inside = column(spacing=0, margins=(16, 10, 16, 10))
        head = row(self._icon, self.name, spacing=6)
        head.setStretch(1, 1)
        inside.addLayout(head)
        inside.addWidget(self.figure)
        inside.addWidget(self.about)
        self.setLayout(inside)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_figure(self, figure: str, about: str, *, name: str = "", tone: str = "", icon: str = "") -> None:
        """Show another one."""
        self._tone = tone
        if name:
            self.name.setText(name)
        self.figure.setText(figure)
        self.about.setText(about)
        self.name.set_weight(QFont.Weight.Medium if tone else QFont.Weight.Normal)
        for label, plain in ((self.name, "text2"), (self.figure, ""), (self.about, "text2")):
            label.set_tone(tone or plain)
        self._icon.show_icon(icon or "triangle", tone or "text2")
        self._icon.setVisible(bool(icon))
        self.setAccessibleName(f"{self.name.text()}: {figure}. {about}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        border, ground = (self._tone, f"{self._tone}_bg") if self._tone else ("line", "surface")
        paint_box(painter, QRectF(self.rect()), self._theme, border, ground, tokens.CARD_RADIUS)
        painter.end()
