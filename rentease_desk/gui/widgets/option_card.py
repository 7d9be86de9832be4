"""A large choice: what it is, what comes of it, and the key that takes it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QSizePolicy, QVBoxLayout, QWidget

from rentease_desk.gui import tokens
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import Icon, KeyCap, Label, frame, row
from rentease_desk.gui.widgets.painting import paint_box

_BOX, _RADIO = 40, 18
_BESIDE = 620


class _IconBox(QWidget):
    """An icon on a small ground."""

    def __init__(self, theme: Theme, icon: str) -> None:
        super().__init__()
        self._theme, self._icon, self.is_on = theme, icon, False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Square."""
        return QSize(1, 1) * self._theme.px(_BOX)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The ground, then the icon."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, size = "select" if self.is_on else "neut_bg", theme.px(tokens.ICON + 4)
        paint_box(painter, QRectF(self.rect()), theme, ground, ground, tokens.CONTROL_RADIUS)
        pixmap = theme.icons.pixmap(
            self._icon, theme.colour("link" if self.is_on else "text2"), size, self.devicePixelRatioF()
        )
        painter.drawPixmap(QPointF((self.width() - size) / 2, (self.height() - size) / 2), pixmap)
        painter.end()


class _Radio(QWidget):
    """Whether it is chosen."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self.is_on = theme, False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Square."""
        return QSize(1, 1) * self._theme.px(_RADIO)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A ring, filled where it is chosen."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place, half = QRectF(self.rect()), self.width() / 2
        paint_box(painter, place, theme, "accent" if self.is_on else "edge", "accent" if self.is_on else "", half)
        if self.is_on:
            inner = place.adjusted(half * 0.6, half * 0.6, -half * 0.6, -half * 0.6)
            paint_box(painter, inner, theme, "onaccent", "onaccent", inner.width() / 2)
        painter.end()


class OptionCard(QFrame):
    """``chosen``: by the mouse, by Space, or by its key (which whoever holds it hears)."""

    chosen = Signal()

    def __init__(
        self, theme: Theme, icon: str, title: str, about: str, lines: Sequence[tuple[str, str]], foot: str, key: str
    ) -> None:
        """``lines``: an icon and what comes of it."""
        super().__init__()
        self._theme, self.is_on = theme, False
        self._box, self._radio = _IconBox(theme, icon), _Radio(theme)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{title}: {about}")
        self.setAccessibleDescription("\n".join(text for _, text in lines))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(theme, title, weight=QFont.Weight.DemiBold))
        words.addWidget(Label(theme, about, tone="text2"))
        head = row(self._box, spacing=12)
        head.addLayout(words, 1)
        head.addWidget(self._radio, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(head)
        for line_icon, text in lines:
            layout.addLayout(self._line(line_icon, text))
        layout.addStretch(1)
        layout.addWidget(_hairline())
        small = Label(theme, foot, size=tokens.SMALL, tone="text2")
        small.setWordWrap(True)
        below = row(small, KeyCap(theme, key), spacing=12)
        below.setStretch(0, 1)
        layout.addLayout(below)

    def choose(self, chosen: bool) -> None:
        """Show whether it is chosen, without telling."""
        self.is_on = self._box.is_on = self._radio.is_on = chosen
        self.setAccessibleDescription(self.tr("chosen") if chosen else "")
        for part in (self, self._box, self._radio):
            part.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Its ground and border."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        border = "focus" if self.hasFocus() else "accent" if self.is_on else "edge"
        ground, width = ("today", 2) if self.is_on else ("surface", 2 if self.hasFocus() else 1)
        paint_box(painter, QRectF(self.rect()), self._theme, border, ground, tokens.CARD_RADIUS, width)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take it."""
        event.accept()
        self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space takes it."""
        if event.key() == Qt.Key.Key_Space:
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The ring is seen."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The ring is gone."""
        super().focusOutEvent(event)
        self.update()

    def _line(self, icon: str, text: str) -> QVBoxLayout:
        words = Label(self._theme, text)
        words.setWordWrap(True)
        made = row(Icon(self._theme, icon, "good" if icon == "circle-tick" else "text2"), words, spacing=10)
        made.setStretch(1, 1)
        outer = QVBoxLayout()
        outer.addLayout(made)
        return outer


class OptionPair(QWidget):
    """Two choices beside each other, equally wide; below each other where there is too little room."""

    def __init__(self, theme: Theme, first: OptionCard, second: OptionCard) -> None:
        super().__init__()
        self._theme, self._cards = theme, (first, second)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(24)
        for card in self._cards:
            self._both.addWidget(card, 1)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Also as narrow as one of them."""
        widest = max(card.minimumSizeHint().width() for card in self._cards)
        return QSize(widest, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Beside each other, or below."""
        super().resizeEvent(event)
        wide = self.width() >= self._theme.text_px(_BESIDE)
        self._both.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)


def _hairline() -> QFrame:
    line = frame(bar="line")
    line.setFixedHeight(1)
    return line
