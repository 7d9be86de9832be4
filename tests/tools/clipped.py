"""Texts that have too little room in a window, and widgets that lie outside of their parent or over each other.

What is cut with … and tells the whole on hover is all right, except where a part of it would mislead: a column's title,
a chip, an amount.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import combinations
from typing import Any

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSplitterHandle,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionFrame,
    QWidget,
)

from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.widgets.elided import ElidedLabel

_NEVER_CUT = frozenset({"paint_chip", "paintSection", "_paint_figure"})
"""Who paints what may not be cut with …: chips, titles of columns, amounts."""
_IN_FIELD = 2
"""Pixels that Qt leaves free on either side within a line of text."""


def clipped(window: QWidget) -> list[str]:
    """What is cut or covered in a window as it is now, a sentence each; nothing where all is well."""
    widgets = [one for one in [window, *window.findChildren(QWidget)] if _is_seen(one, window)]
    found = [f"{_named(one)} {trouble}" for one in widgets for trouble in (*_text(one), *_place(one, window))]
    found += [trouble for one in widgets for trouble in _covered(one)]
    found += [f"{_named(one)} is scrolled sideways" for one in widgets if _has_bar_below(one)]
    return sorted({*found, *painted(window)})


def _has_bar_below(widget: QWidget) -> bool:
    """Only what has every column of a file is scrolled on purpose."""
    if not isinstance(widget, QAbstractItemView) or widget.property("sideways"):
        return False
    return widget.horizontalScrollBar().isVisible()


def _is_seen(widget: QWidget, window: QWidget) -> bool:
    inside = widget is window or (widget.isVisibleTo(window) and widget.window() is window)
    return inside and not widget.visibleRegion().isEmpty()


def _named(widget: QWidget) -> str:
    """Where a widget is, and what stands on it."""
    classes: list[str] = []
    above = widget.parentWidget()
    while above is not None and len(classes) < 3:
        if type(above) is not QWidget:
            classes.append(type(above).__name__)
        above = above.parentWidget()
    text = getattr(widget, "text", None)
    told = (text() if callable(text) else "") or widget.accessibleName()
    return f"{type(widget).__name__} “{told[:40]}” in {' in '.join(classes) or 'nothing'}"


def _text(widget: QWidget) -> Iterator[str]:
    """What is wrong with a widget's own text; the first kind of widget that fits says how that is seen."""
    for kind, look in _LOOKS.items():
        if isinstance(widget, kind):
            yield from look(widget)
            return


def _elided(label: ElidedLabel) -> Iterator[str]:
    if label._shown() == "…":
        yield "shows nothing but …"
    elif label._shown() != label.text() and not label.toolTip():
        yield "is cut and does not tell the whole"


def _button(button: QAbstractButton) -> Iterator[str]:
    if button.text():
        yield from _least(button, button.sizeHint().width(), button.fontMetrics().height())


def _spin(box: QAbstractSpinBox) -> Iterator[str]:
    yield from _least(box, box.minimumSizeHint().width(), 0)


def _least(widget: QWidget, width: int, height: int) -> Iterator[str]:
    if widget.width() < width or widget.height() < height:
        yield f"needs {width}×{height}, has {widget.width()}×{widget.height()}"


def _label(label: QLabel) -> Iterator[str]:
    if not label.text():
        return
    if label.wordWrap():
        yield from _least(label, 0, label.heightForWidth(label.width()))
    else:
        yield from _least(label, label.sizeHint().width(), label.sizeHint().height())


def _field(field: QLineEdit) -> Iterator[str]:
    """A text longer than its field is scrolled; a hint is not."""
    option = QStyleOptionFrame()
    field.initStyleOption(option)
    inside = field.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, field)
    inside = inside.marginsRemoved(field.textMargins())
    room = inside.width() - 2 * _IN_FIELD
    for child in field.findChildren(QWidget):
        if child.isVisible() and child.y() < inside.bottom():
            room = min(room, child.x() - inside.left() - _IN_FIELD)
    told = field.text() if field.isReadOnly() else "" if field.text() else field.placeholderText()
    needed = field.fontMetrics().horizontalAdvance(told)
    if needed > room and not field.toolTip():
        yield f"has {room} of {needed} pixels for “{told}”"


def _choice(combo: QComboBox) -> Iterator[str]:
    if combo.isEditable():
        return
    option = QStyleOptionComboBox()
    combo.initStyleOption(option)
    field = QStyle.SubControl.SC_ComboBoxEditField
    room = combo.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, combo).width()
    needed = combo.fontMetrics().horizontalAdvance(combo.currentText())
    if needed > room and not combo.toolTip():
        yield f"has {room} of {needed} pixels for “{combo.currentText()}”"


_LOOKS: dict[type[QWidget], Callable[[Any], Iterator[str]]] = {
    ElidedLabel: _elided,
    QLabel: _label,
    QAbstractButton: _button,
    QLineEdit: _field,
    QComboBox: _choice,
    QAbstractSpinBox: _spin,
}


def _place(widget: QWidget, window: QWidget) -> Iterator[str]:
    """What lies outside of its parent is seen only where that scrolls."""
    parent = widget.parentWidget()
    if parent is None:
        return
    if widget is window:
        room = (widget.owner if isinstance(widget, DeskDialog) else parent).window()
        if widget.width() > room.width() or widget.height() > room.height():
            size, most = f"{widget.width()}×{widget.height()}", f"{room.width()}×{room.height()}"
            yield f"is {size}, more than its window's {most}"
        return
    above = parent.parentWidget()
    if isinstance(above, QAbstractScrollArea) and parent is above.viewport():
        if isinstance(above, QScrollArea) and widget.width() > parent.width():
            yield f"is {widget.width()} wide and is scrolled sideways in {parent.width()}"
    elif not parent.rect().contains(widget.geometry()):
        yield f"lies at {_told(widget.geometry())}, outside of {parent.width()}×{parent.height()}"


def _covered(parent: QWidget) -> Iterator[str]:
    shown = [one for one in parent.children() if isinstance(one, QWidget) and one.isVisible() and not one.isWindow()]
    for one, other in combinations(shown, 2):
        if one.geometry().intersects(other.geometry()) and not _may_overlap(one, other):
            common = one.geometry().intersected(other.geometry())
            yield f"{_named(one)} and {_named(other)} overlap at {_told(common)}"


def _may_overlap(*pair: QWidget) -> bool:
    """Parts of Qt's own views, and what is put over others on purpose."""
    return any(isinstance(one, QHeaderView | QSplitterHandle) or one.property("card") == "over" for one in pair)


def _told(place: QRect) -> str:
    return f"{place.x()},{place.y()} {place.width()}×{place.height()}"


def painted(window: QWidget) -> list[str]:
    """Texts that are painted into too little room, as a window is painted now."""
    found: list[str] = []
    with _noting(found):
        window.grab()
    return found


@contextmanager
def _noting(found: list[str]) -> Iterator[None]:
    real = QPainter.drawText

    def draw(painter: QPainter, *given: Any) -> Any:
        frame = sys._getframe(1)
        found.extend(_painted_trouble(painter, frame.f_code.co_name, *given))
        return real(painter, *given)

    try:
        setattr(QPainter, "drawText", draw)  # noqa: B010 - mypy would compare it with each of Qt's forms
        yield
    finally:
        setattr(QPainter, "drawText", real)  # noqa: B010


def _painted_trouble(painter: QPainter, by: str, place: object, *rest: object) -> Iterator[str]:
    if not (isinstance(place, QRect | QRectF) and rest and isinstance(rest[-1], str)):
        return
    text = rest[-1]
    needed = painter.fontMetrics().horizontalAdvance(text)
    if text == "…" or (by in _NEVER_CUT and text.endswith("…")):
        yield f"{by} cuts “{text}”"
    elif needed > place.width() + 2:
        yield f"{by} has {place.width():.0f} of {needed} pixels for “{text}”"
