"""Small parts that every page is made of: labels, buttons, key caps, chips, cards, lines."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from rentease_desk.gui import tokens
from rentease_desk.gui.models.cell import Chip
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.painting import chip_size, paint_chip


class Label(QLabel):
    """Text of one of the three sizes. ``tone`` is a meaning or ``text2``; "" is plain text."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        size: int = tokens.BASE,
        weight: QFont.Weight = QFont.Weight.Normal,
        tone: str = "",
    ) -> None:
        super().__init__(text)
        self._theme, self._size, self._weight = theme, size, weight
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.set_tone(tone)
        self._restyle()
        theme.changed.connect(self._restyle)

    def set_tone(self, tone: str) -> None:
        """Change the meaning of the text."""
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)

    @Slot()
    def _restyle(self) -> None:
        self.setFont(self._theme.font(self._size, self._weight))


class KeyCap(Label):
    """The key that does the same."""

    def __init__(self, theme: Theme, key: str) -> None:
        super().__init__(theme, key, size=tokens.SMALL, weight=QFont.Weight.Medium)
        self.setProperty("keycap", True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


class Button(QPushButton):
    """A button with an icon and the key that does the same. ``kind``: plain, primary or text."""

    def __init__(self, theme: Theme, text: str, *, kind: str = "plain", icon: str = "", key: str = "") -> None:
        super().__init__(text)
        self._theme, self._icon, self._kind = theme, icon, kind
        self._cap = KeyCap(theme, key) if key else None
        self.setProperty("kind", kind)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if self._cap is not None:
            self._place_cap(self._cap)
        self._restyle()
        theme.changed.connect(self._restyle)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the key cap behind the text."""
        hint = super().sizeHint()
        if self._cap is not None:
            hint.setWidth(hint.width() + self._cap.sizeHint().width() + self._theme.px(tokens.GRID))
        return hint

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Never cut the text."""
        return self.sizeHint()

    def _place_cap(self, cap: KeyCap) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, self._theme.px(10), 0)
        row.addStretch()
        row.addWidget(cap)
        if self._kind == "primary":
            cap.setStyleSheet("background: transparent; color: white; border: 1px solid rgba(255, 255, 255, 0.6);")

    @Slot()
    def _restyle(self) -> None:
        self.setFont(self._theme.font(weight=QFont.Weight.Medium))
        if self._icon:
            colour = {"primary": "onaccent", "text": "link"}.get(self._kind, "text")
            self.setIcon(self._theme.icons.icon(self._icon, self._theme.colour(colour)))
            self.setIconSize(QSize(1, 1) * self._theme.px(tokens.ICON))


class ChipLabel(QWidget):
    """A chip outside of a table."""

    def __init__(self, theme: Theme, chip: Chip | None = None) -> None:
        super().__init__()
        self._theme, self._chip = theme, chip
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def show_chip(self, chip: Chip | None) -> None:
        """Show another state; None shows nothing."""
        self._chip = chip
        self.setAccessibleName(chip.word if chip else "")
        self._restyle()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As large as the chip."""
        return chip_size(self._chip, self._theme) if self._chip else QSize(0, 0)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The chip."""
        if self._chip is not None:
            painter = QPainter(self)
            paint_chip(painter, self.rect(), self._chip, self._theme)
            painter.end()

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class Icon(QWidget):
    """An icon in a colour of the scheme."""

    def __init__(self, theme: Theme, name: str, colour: str = "text2", size: int = tokens.ICON) -> None:
        super().__init__()
        self._theme, self._name, self._colour, self._size = theme, name, colour, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_icon(self, name: str, colour: str) -> None:
        """Show another one."""
        self._name, self._colour = name, colour
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Square."""
        return QSize(1, 1) * self._theme.px(self._size)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The icon."""
        painter = QPainter(self)
        colour, ratio = self._theme.colour(self._colour), self.devicePixelRatioF()
        painter.drawPixmap(0, 0, self._theme.icons.pixmap(self._name, colour, self._theme.px(self._size), ratio))
        painter.end()


def frame(**properties: object) -> QFrame:
    """A frame with dynamic properties that the style rules know (``card``, ``bar``, ``tint``)."""
    made = QFrame()
    for name, value in properties.items():
        made.setProperty(name, value)
    return made


def row(
    *parts: QWidget | int | None, spacing: int = tokens.GRID, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QHBoxLayout:
    """Widgets beside each other; a number is a gap, None stretches."""
    layout = QHBoxLayout()
    _fill(layout, parts, spacing, margins)
    return layout


def column(
    *parts: QWidget | int | None, spacing: int = tokens.GRID, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QVBoxLayout:
    """Widgets below each other; a number is a gap, None stretches."""
    layout = QVBoxLayout()
    _fill(layout, parts, spacing, margins)
    return layout


def _fill(
    layout: QHBoxLayout | QVBoxLayout,
    parts: tuple[QWidget | int | None, ...],
    spacing: int,
    margins: tuple[int, int, int, int],
) -> None:
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, int):
            layout.addSpacing(part)
        else:
            layout.addWidget(part)
