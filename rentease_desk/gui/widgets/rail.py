"""The places of the window, at its left: an icon and a word each, and a count where something waits."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout

from rentease_desk.gui import tokens
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.sizes import keep_size
from rentease_desk.gui.words import tr

_MOST = 999
"""The largest count that is told in a badge."""


class Place(Struct, frozen=True):
    """One place. ``foot``: at the lower end. ``tone``: what a count there means."""

    name: str
    word: str
    icon: str
    foot: bool = False
    tone: Tone = Tone.ATTENTION


def desk_places() -> tuple[Place, ...]:
    """The places of the desk, from the top; the last one stands at the foot."""
    return (
        Place("today", tr("Today"), "calendar"),
        Place("bookings", tr("Bookings"), "bookings"),
        Place("tape", tr("Tape chart"), "tape"),
        Place("payments", tr("Payments"), "payments"),
        Place("unmatched", tr("Unmatched"), "question"),
        Place("sync", tr("Sync"), "sync"),
        Place("events", tr("Events"), "events", tone=Tone.WRONG),
        Place("follow_ups", tr("Follow up"), "follow-ups", tone=Tone.WRONG),
        Place("drawer", tr("Drawer"), "drawer"),
        Place("reports", tr("Reports"), "reports"),
        Place("settings", tr("Settings"), "settings", foot=True),
    )


class RailItem(QToolButton):
    """Painted whole: icon, word, and a badge with a count."""

    def __init__(self, theme: Theme, place: Place) -> None:
        super().__init__()
        self._theme, self.place = theme, place
        self._count = 0
        self.setProperty("rail", True)
        self.setCheckable(True)
        self.setText(place.word)
        self.setAccessibleName(place.word)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.updateGeometry)

    def set_count(self, count: int) -> None:
        """How many things wait there."""
        self._count = count
        told = self.tr("{word}, {count} waiting").format(word=self.place.word, count=count)
        self.setAccessibleName(told if count else self.place.word)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One row of the rail."""
        return QSize(120, self._theme.px(tokens.RAIL_ITEM))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """One place."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        if chosen or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("select" if chosen else "hover"))
            painter.drawRoundedRect(self.rect(), tokens.CONTROL_RADIUS, tokens.CONTROL_RADIUS)
        if self.hasFocus():
            pen = painter.pen()
            pen.setStyle(Qt.PenStyle.SolidLine)
            pen.setColor(theme.colour("focus"))
            pen.setWidth(2)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), tokens.CONTROL_RADIUS, tokens.CONTROL_RADIUS)
        size = theme.px(tokens.ICON)
        colour = theme.colour("link" if chosen else "text2")
        pixmap = theme.icons.pixmap(self.place.icon, colour, size, self.devicePixelRatioF())
        painter.drawPixmap(theme.px(8), (self.height() - size) // 2, pixmap)
        painter.setFont(theme.font(weight=QFont.Weight.DemiBold if chosen else QFont.Weight.Normal))
        painter.setPen(theme.colour("text" if chosen else "text2"))
        words = self.rect().adjusted(theme.px(16) + size, 0, -self._badge().width(), 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.place.word)
        if self._count:
            self._paint_badge(painter)
        painter.end()

    def _told(self) -> str:
        return str(self._count) if self._count <= _MOST else f"{_MOST}+"

    def _badge(self) -> QRect:
        """Where the count stands; nowhere without one."""
        theme, right = self._theme, self.width()
        if not self._count:
            return QRect(right, 0, 0, 0)
        metrics = QFontMetrics(theme.font(tokens.SMALL, QFont.Weight.DemiBold))
        width, height = metrics.horizontalAdvance(self._told()) + theme.px(10), theme.px(18)
        return QRect(right - width - theme.px(5), (self.height() - height) // 2, width, height)

    def _paint_badge(self, painter: QPainter) -> None:
        theme, box = self._theme, self._badge()
        colour, ground = theme.colours.tint(self.place.tone)
        painter.setFont(theme.font(tokens.SMALL, QFont.Weight.DemiBold))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(box, tokens.CHIP_RADIUS, tokens.CHIP_RADIUS)
        painter.setPen(QColor(colour))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._told())


class Rail(QFrame):
    """``chosen`` carries a place's name."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, places: Sequence[Place]) -> None:
        super().__init__()
        self.setProperty("bar", "rail")
        keep_size(self, theme, width=round(tokens.RAIL * theme.breadth))
        self._group = QButtonGroup(self)
        self._items = {place.name: RailItem(theme, place) for place in places}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(0)
        for item in self._items.values():
            self._group.addButton(item)
            if item.place.foot:
                layout.addStretch(1)
            layout.addWidget(item)
        self._group.buttonClicked.connect(self._clicked)

    def mark(self, name: str) -> None:
        """Mark a place without telling."""
        self._items[name].setChecked(True)

    def set_count(self, name: str, count: int) -> None:
        """How many things wait at a place."""
        self._items[name].set_count(count)

    @Slot(QAbstractButton)
    def _clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, RailItem):
            self.chosen.emit(button.place.name)
