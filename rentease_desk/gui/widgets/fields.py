"""Fields of Qt's own, with marks that are the same on every system and in both schemes."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QEvent, QLocale, QObject, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDateEdit, QLineEdit, QSpinBox, QWidget

from rentease_desk.gui.context import Context
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.painting import paint_box
from rentease_desk.gui.widgets.sizes import keep_size

_MARK = 12
_BOX = 16
_RING = 4
_LETTERS = 8


def text_field(placeholder: str = "") -> QLineEdit:
    """A line of text."""
    edit = QLineEdit()
    edit.setProperty("field", True)
    edit.setPlaceholderText(placeholder)
    return edit


class _CalmWheel(QObject):
    """The mouse wheel scrolls the page; it changes a field only while the keyboard is in it."""

    def __init__(self, field: QWidget) -> None:
        super().__init__(field)
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Pass the wheel on to the page."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class ComboField(QComboBox):
    """A choice, with a chevron. In an ``editable`` one stands what was typed: ``10`` never becomes room 101 by itself.

    ``completes``: what is typed is completed, where only what is in the list can be taken.
    """

    def __init__(self, theme: Theme, *, editable: bool = False, completes: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("field", True)
        self.setEditable(editable)
        if editable and not completes:
            self.setCompleter(None)  # type: ignore[arg-type]
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_LETTERS)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.editTextChanged.connect(self._show_beginning)
        _CalmWheel(self)

    @Slot()
    def _show_beginning(self) -> None:
        """What is too long for the field is seen from its beginning, unless somebody types in it."""
        edit = self.lineEdit()
        if edit is not None and not edit.hasFocus():
            edit.setCursorPosition(0)

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
        _CalmWheel(self)
        theme.changed.connect(self._restyle)
        self._restyle()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The field, then its marks."""
        super().paintEvent(event)
        _paint_mark(self, self._theme, "chevron-up", self.height() / 2 - self._theme.px(5))
        _paint_mark(self, self._theme, "chevron-down", self.height() / 2 + self._theme.px(5))

    @Slot()
    def _restyle(self) -> None:
        self.lineEdit().setTextMargins(self._theme.px(8) + 1, 0, 0, 0)


class CheckField(QCheckBox):
    """A box to tick, visible in both schemes."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(text)
        self._theme = theme

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Box and text."""
        width = QFontMetrics(self._theme.font()).horizontalAdvance(self.text())
        return QSize(width + self._theme.px(_BOX + 12) + _RING, self._theme.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The box, its tick, and the text."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size, checked = theme.px(_BOX), self.isChecked()
        box = QRectF(_RING, (self.height() - size) / 2, size, size)
        paint_box(painter, box, theme, "accent" if checked else "edge", "accent" if checked else "surface", 3)
        if self.hasFocus():
            paint_box(painter, box.adjusted(-_RING, -_RING, _RING, _RING), theme, "focus", "", 5, 2)
        if checked:
            tick = theme.icons.pixmap("tick", theme.colour("onaccent"), theme.px(_MARK), self.devicePixelRatioF())
            painter.drawPixmap(box.center() - QPointF(theme.px(_MARK), theme.px(_MARK)) / 2, tick)
        painter.setFont(theme.font())
        painter.setPen(theme.colour("text"))
        text = self.rect().adjusted(_RING + size + theme.px(8), 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()


class DateField(QDateEdit):
    """Holds a ``date``, typed or chosen from a calendar."""

    def __init__(self, context: Context, day: date) -> None:
        super().__init__()
        self._theme = context.theme
        self.setProperty("field", True)
        self.setLocale(QLocale(context.formats.language))
        self.setCalendarPopup(True)
        _CalmWheel(self)
        self.setDisplayFormat("ddd d MMM yyyy")
        keep_size(self, context.theme, least_width=160)
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
