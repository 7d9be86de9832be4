"""A QR code, painted as whole pixels: dark on light also in the dark, with its quiet zone, as cameras want it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rentease_desk.gui.theme import Theme

_QUIET = 4
"""Modules of light around it (ISO/IEC 18004)."""
_LIGHT, _DARK, _FADED = "#FFFFFF", "#000000", "#D0D0D0"


class QrCode(QWidget):
    """``pixels``: how wide it is at most before the zoom."""

    def __init__(self, theme: Theme, pixels: int) -> None:
        super().__init__()
        self._theme, self._pixels = theme, pixels
        self._rows: list[bytes] = []
        self._faded = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    @property
    def rows(self) -> list[bytes]:
        """Its modules, 1 for a dark one."""
        return self._rows

    def show_text(self, text: str, *, faded: bool = False) -> None:
        """Show a text; "" shows nothing. ``faded``: it is of no use any more, and no camera should take it."""
        import segno  # only for who makes a link

        code = segno.make(text, error="m", boost_error=False, micro=False) if text else None
        self._rows = [bytes(row) for row in code.matrix] if code is not None else []
        self._faded = faded
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A whole number of pixels a module."""
        side = self._across() * self._scale() if self._rows else self._theme.px(self._pixels)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The same."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Device pixels are counted, so that every module is as wide as the others on any screen."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(self.rect(), QColor(_LIGHT))
        if not self._rows:
            return
        ratio = self.devicePixelRatioF()
        wide = max(1, int(min(self.width(), self.height()) * ratio) // self._across())
        left = (int(self.width() * ratio) - wide * self._across()) // 2 + wide * _QUIET
        top = (int(self.height() * ratio) - wide * self._across()) // 2 + wide * _QUIET
        painter.scale(1 / ratio, 1 / ratio)
        painter.setPen(Qt.PenStyle.NoPen)
        dark = QColor(_FADED if self._faded else _DARK)
        for y, row in enumerate(self._rows):
            for x, module in enumerate(row):
                if module:
                    painter.fillRect(QRectF(left + x * wide, top + y * wide, wide, wide), dark)

    def _across(self) -> int:
        return len(self._rows) + 2 * _QUIET

    def _scale(self) -> int:
        return max(2, self._theme.px(self._pixels) // self._across())
