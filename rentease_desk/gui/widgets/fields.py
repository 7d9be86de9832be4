"""Fields of Qt's own, with marks that are the same on every system and in both schemes."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QComboBox, QDateEdit, QLineEdit, QSpinBox, QWidget

from rentease_desk.gui.theme import Theme

_MARK = 12
_BOX = 16


def text_field(placeholder: str = "") -> QLineEdit:
    """A line of text."""
    edit = QLineEdit()
    edit.setProperty("field", True)
    edit.setPlaceholderText(placeholder)
    return edit


class ComboField(QComboBox):
    """A choice, with a chevron."""

    def __init__(self, theme: Theme, *, editable: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("field", True)
        self.setEditable(editable)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The field, then its mark."""
        super().paintEvent(event)
        _paint_mark(self, self._theme, "chevron-down", self.height() / 2)


class CountField(QSpinBox):
    """A number of things, never of money: Qt's numbers overflow."""

    def __init__(self, theme: Theme, least: int, most: int) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("field", True)
        self.setRange(least, most)
        self.lineEdit().setTextMargins(theme.px(8), 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The field, then its marks."""
        super().paintEvent(event)
        _paint_mark(self, self._theme, "chevron-up", self.height() / 2 - self._theme.px(5))
        _paint_mark(self, self._theme, "chevron-down", self.height() / 2 + self._theme.px(5))


class CheckField(QCheckBox):
    """A box to tick, visible in both schemes."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(text)
        self._theme = theme

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Box and text."""
        width = QFontMetrics(self._theme.font()).horizontalAdvance(self.text())
        return QSize(width + self._theme.px(_BOX + 12), self._theme.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The box, its tick, and the text."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size, checked = theme.px(_BOX), self.isChecked()
        box = QRectF(1.5, (self.height() - size) / 2, size, size)
        painter.setPen(QPen(theme.colour("focus" if self.hasFocus() else "edge"), 2 if self.hasFocus() else 1))
        painter.setBrush(theme.colour("accent" if checked else "surface"))
        painter.drawRoundedRect(box, 3, 3)
        if checked:
            tick = theme.icons.pixmap("tick", theme.colour("onaccent"), theme.px(_MARK), self.devicePixelRatioF())
            painter.drawPixmap(box.center() - QPointF(theme.px(_MARK), theme.px(_MARK)) / 2, tick)
        painter.setFont(theme.font())
        painter.setPen(theme.colour("text"))
        text = self.rect().adjusted(size + theme.px(8), 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()


class DateField(QDateEdit):
    """Holds a ``date``, typed or chosen from a calendar."""

    def __init__(self, theme: Theme, day: date) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("field", True)
        self.setCalendarPopup(True)
        self.setDisplayFormat("ddd d MMM yyyy")
        self.setMinimumWidth(theme.px(160))
        self.day = day

    @property
    def day(self) -> date:
        """The day."""
        shown = self.date()
        return date(shown.year(), shown.month(), shown.day())

    @day.setter
    def day(self, day: date) -> None:
        self.setDate(QDate(day.year, day.month, day.day))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The field, then its mark."""
        super().paintEvent(event)
        _paint_mark(self, self._theme, "calendar", self.height() / 2)


def _paint_mark(widget: QWidget, theme: Theme, icon: str, middle: float) -> None:
    size = theme.px(_MARK)
    painter = QPainter(widget)
    pixmap = theme.icons.pixmap(icon, theme.colour("text2"), size, widget.devicePixelRatioF())
    painter.drawPixmap(QPointF(widget.width() - size - theme.px(8), middle - size / 2), pixmap)
    painter.end()
