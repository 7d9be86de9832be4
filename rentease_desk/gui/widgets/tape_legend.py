"""What the bars of the tape chart mean: a shape and a word each. It goes where there is no room for it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.tape_words import Look, look_name
from rentease_desk.gui.widgets.tape_bars import paint_bar

_SHOWN = tuple(one for one in Look if one is not Look.BLOCKED)
"""A block tells by itself what it is: it has a lock, and its calendar's name."""
_SWATCH, _HIGH, _GAP, _BETWEEN = 18, 13, 6, 12


class TapeLegend(QWidget):
    """All of it or none of it."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(", ".join(look_name(one) for one in _SHOWN))
        context.theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Every shape with its word."""
        px = self._context.theme.px
        width = sum(px(_SWATCH + _GAP + _BETWEEN) + self._metrics().horizontalAdvance(look_name(one)) for one in _SHOWN)
        return QSize(width, px(tokens.CONTROL))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """From the right end."""
        whole, theme = self.sizeHint().width(), self._context.theme
        if whole > self.width():
            return
        painter, left, px = QPainter(self), float(self.width() - whole), theme.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(tokens.SMALL))
        for look in _SHOWN:
            painter.save()
            paint_bar(painter, QRectF(left, (self.height() - px(_HIGH)) / 2, px(_SWATCH), px(_HIGH)), look,
                      self._context)  # fmt: skip
            painter.restore()
            left += px(_SWATCH + _GAP)
            painter.setPen(theme.colour("text2"))
            word = look_name(look)
            painter.drawText(QRectF(left, 0, self.width() - left, self.height()), Qt.AlignmentFlag.AlignVCenter, word)
            left += self._metrics().horizontalAdvance(word) + px(_BETWEEN)
        painter.end()

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(self._context.theme.font(tokens.SMALL))
