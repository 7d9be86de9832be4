"""Small parts that every page is made of: labels, buttons, key caps, chips, cards, lines."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rentease_desk.gui import tokens
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.painting import chip_size, key_cap_size, paint_box, paint_chip, paint_key_cap


class Label(QLabel):
    """Text of one of the three sizes. ``tone`` is the name of a colour; "" is plain text.

    The colour is a palette's and not a style rule's: polishing a widget anew would take its font away.
    """

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
        self._theme, self._size, self._weight, self._tone = theme, size, weight, tone
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._restyle()
        theme.changed.connect(self._restyle)

    def set_tone(self, tone: str) -> None:
        """Change the colour of the text."""
        if tone != self._tone:
            self._tone = tone
            self._restyle()

    def set_weight(self, weight: QFont.Weight) -> None:
        """Change how bold the text is."""
        if weight != self._weight:
            self._weight = weight
            self._restyle()

    @Slot()
    def _restyle(self) -> None:
        self.setFont(self._theme.font(self._size, self._weight))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, self._theme.colour(self._tone or "text"))
        self.setPalette(palette)


class KeyCap(QWidget):
    """The key that does the same."""

    def __init__(self, theme: Theme, key: str) -> None:
        super().__init__()
        self._theme, self._key = theme, key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the key's name."""
        return key_cap_size(self._key, self._theme)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The cap."""
        painter = QPainter(self)
        paint_key_cap(painter, self.rect(), self._key, self._theme)
        painter.end()


class Button(QPushButton):
    """A button with an icon and the key that does the same. ``kind``: plain, primary or text. Painted whole."""

    def __init__(self, theme: Theme, text: str, *, kind: str = "plain", icon: str = "", key: str = "") -> None:
        super().__init__(text)
        self._theme, self._icon, self._kind, self._key = theme, icon, kind, key
        self._wanted, self._forbidden, self._tip = True, "", ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def setEnabled(self, enabled: bool) -> None:  # noqa: N802 - Qt's name
        """Whether it can be pressed, by all but whom it is forbidden to."""
        self._wanted = enabled
        super().setEnabled(enabled and not self._forbidden)

    def forbid(self, reason: str) -> None:
        """Nobody presses it, and its tip says why; "" takes that back."""
        if bool(reason) != bool(self._forbidden):
            self._tip = self.toolTip() if reason else self._tip
        self.setToolTip(reason or self._tip)
        self._forbidden = reason
        self.setEnabled(self._wanted)

    def set_key(self, key: str) -> None:
        """Tell another key."""
        self._key = key
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Icon, text, key cap and the mark of a menu beside each other."""
        theme = self._theme
        if not self.text():
            return QSize(theme.px(tokens.CONTROL), theme.px(tokens.CONTROL))
        width = QFontMetrics(self._font()).horizontalAdvance(self.text()) + theme.px(24)
        width += theme.px(tokens.ICON + 8) if self._icon else 0
        width += key_cap_size(self._key, theme).width() + theme.px(10) if self._key else 0
        width += theme.px(18) if self.menu() is not None else 0
        return QSize(width, theme.px(tokens.CONTROL))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Nothing is cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The button, its parts in the middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        edge = self._theme.px(12 if self.text() else (tokens.CONTROL - tokens.ICON) // 2)
        left = max(edge, (self.width() - self.sizeHint().width()) // 2 + edge)
        self._paint_parts(painter, left)
        painter.end()

    def _font(self) -> QFont:
        return self._theme.font(weight=QFont.Weight.Medium)

    def _colours(self) -> tuple[str, str, str]:
        """Text, ground and border."""
        if not self.isEnabled():
            return "neut", "neut_bg", "neut_bg"
        if self._kind == "primary":
            return "onaccent", "accent", "accent"
        if self._kind == "text":
            return "link", "", ""
        ground = "select" if self.isChecked() else "hover" if self.underMouse() or self.isDown() else "surface"
        return "text", ground, "edge"

    def _paint_ground(self, painter: QPainter) -> None:
        theme, (_, ground, border) = self._theme, self._colours()
        focused = self.hasFocus() or self.isChecked()
        if not ground and not focused:
            return
        place, radius = QRectF(self.rect()), tokens.CONTROL_RADIUS
        if focused and self._kind == "primary":
            paint_box(painter, place, theme, "focus", "surface", radius, 2)
            paint_box(painter, place.adjusted(4, 4, -4, -4), theme, ground, ground, radius - 2)
        else:
            paint_box(painter, place, theme, "focus" if focused else border, ground, radius, 2 if focused else 1)

    def _paint_parts(self, painter: QPainter, left: int) -> None:
        theme, colour = self._theme, self._colours()[0]
        size, middle = theme.px(tokens.ICON), self.height() / 2
        if self._icon:
            pixmap = theme.icons.pixmap(self._icon, theme.colour(colour), size, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(left, middle - size / 2), pixmap)
            left += size + theme.px(8)
        painter.setFont(self._font())
        painter.setPen(theme.colour(colour))
        width = painter.fontMetrics().horizontalAdvance(self.text())
        painter.drawText(QRect(left, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, self.text())
        left += width + theme.px(10)
        if self._key:
            cap = key_cap_size(self._key, theme)
            place = QRect(left, (self.height() - cap.height()) // 2, cap.width(), cap.height())
            paint_key_cap(painter, place, self._key, theme, on_accent=self._kind == "primary" and self.isEnabled())
        elif self.menu() is not None:
            small = theme.px(12)
            pixmap = theme.icons.pixmap("chevron-down", theme.colour("text2"), small, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(left - theme.px(2), middle - small / 2), pixmap)


class IconButton(QToolButton):
    """A small button that is only an icon; ``name`` is what it does, for tips and screen readers."""

    def __init__(self, theme: Theme, icon: str, name: str, colour: str = "text2") -> None:
        super().__init__()
        self._theme, self._icon, self._colour = theme, icon, colour
        self.setProperty("flat", True)
        self.setToolTip(name)
        self.setAccessibleName(name)
        self._restyle()
        theme.changed.connect(self._restyle)

    @Slot()
    def _restyle(self) -> None:
        size = self._theme.px(tokens.ICON)
        self.setIconSize(QSize(size, size))
        self.setIcon(self._theme.icons.icon(self._icon, self._theme.colour(self._colour), size))


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
        theme.changed.connect(self.updateGeometry)

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


class _Ground(QObject):
    """Lives as long as its widget."""

    def __init__(self, widget: QWidget, theme: Theme) -> None:
        super().__init__(widget)
        self._widget, self._theme = widget, theme
        widget.setAutoFillBackground(True)
        theme.changed.connect(self._fill)
        self._fill()

    @Slot()
    def _fill(self) -> None:
        palette = self._widget.palette()
        palette.setColor(QPalette.ColorRole.Window, self._theme.colour("surface"))
        self._widget.setPalette(palette)


def on_surface(widget: QWidget, theme: Theme) -> None:
    """Give a page or dialog the light ground of cards and tables."""
    _Ground(widget, theme)


def frame(**properties: object) -> QFrame:
    """A frame with dynamic properties that the style rules know (``card``, ``bar``, ``tint``)."""
    made = QFrame()
    for name, value in properties.items():
        made.setProperty(name, value)
    return made


def scrolled(widget: QWidget) -> QScrollArea:
    """A page that is scrolled where it is higher than its place. The keyboard goes past the scroll area itself."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    return area


def own_viewport(view: QAbstractScrollArea) -> None:
    """Give a view a viewport that is made here, before anything is put on it: handed one that Qt has made, PySide
    prepares every class of widget there is, which takes a tenth of the time to the first paint."""
    viewport = QWidget()
    viewport.setBackgroundRole(QPalette.ColorRole.Base)
    viewport.setAutoFillBackground(True)
    view.setViewport(viewport)


def row(
    *parts: QWidget | None, spacing: int = tokens.GRID, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QHBoxLayout:
    """Widgets beside each other; None stretches."""
    layout = QHBoxLayout()
    _fill(layout, parts, spacing, margins)
    return layout


def column(
    *parts: QWidget | None, spacing: int = tokens.GRID, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QVBoxLayout:
    """Widgets below each other; None stretches."""
    layout = QVBoxLayout()
    _fill(layout, parts, spacing, margins)
    return layout


def _fill(
    layout: QHBoxLayout | QVBoxLayout,
    parts: tuple[QWidget | None, ...],
    spacing: int,
    margins: tuple[int, int, int, int],
) -> None:
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        else:
            layout.addWidget(part)
