"""Two versions of one thing side by side, field by field; where they differ, one of the two is chosen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QWidget

from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import DASH
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import Label, row
from rentease_desk.gui.widgets.painting import paint_box
from rentease_desk.gui.words import tr

_NAMES = 120
_LONG_WORD = re.compile(r"\S{25,}")
_PARTS = re.compile(r"(\w{0,15}[@./_-]+|\w{16})(?=\S)")
_BREAK = "\u200b"


class Side(StrEnum):
    """Whose version of a field."""

    THEIRS = "theirs"
    MINE = "mine"


_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_SIDES = {Qt.Key.Key_Left: Side.THEIRS, Qt.Key.Key_Right: Side.MINE}


class Versions(Struct, frozen=True):
    """A field as it was when it was opened here, as it stands now, and as it was typed here, in words to show."""

    name: str
    label: str
    before: str
    theirs: str
    mine: str

    @property
    def differs(self) -> bool:
        """Whether somebody has to choose, or one of both has a change of their own."""
        return self.theirs != self.mine

    @property
    def preset(self) -> Side | None:
        """Whose it is as long as nobody says otherwise: whoever changed it; None: both have."""
        if self.mine == self.before:
            return Side.THEIRS
        return Side.MINE if self.theirs == self.before else None


def breakable(text: str) -> str:
    """``text`` to show, whose long words (an address, an id) may go on in the next line at their joints."""
    return _LONG_WORD.sub(lambda word: _PARTS.sub(rf"\1{_BREAK}", word[0]), text)


class VersionBox(QAbstractButton):
    """One version of a field, to be taken."""

    def __init__(self, theme: Theme, text: str, told: str) -> None:
        super().__init__()
        self._theme = theme
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(told)
        self._words = Label(theme, breakable(text) or DASH, tone="text" if text else "text2")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = row(self._words, margins=(30, 6, 10, 6))
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """What its words need."""
        layout = self.layout()
        return super().sizeHint() if layout is None else layout.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows are the rows': by itself a button would take whatever they lead to."""
        if event.key() in _STEPS or event.key() in _SIDES:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A box with a ring that is full when it is taken."""
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        taken, focused = self.isChecked(), self.hasFocus()
        ground = "select" if taken else "hover" if self.underMouse() else "surface"
        edge = "focus" if focused else "accent" if taken else "edge"
        paint_box(painter, QRectF(self.rect()), theme, edge, ground, tokens.CONTROL_RADIUS, 2 if focused else 1)
        size, left = theme.px(12), theme.px(10)
        ring = QRectF(left, (self.height() - size) / 2, size, size)
        painter.setPen(theme.colour("accent" if taken else "edge"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(ring)
        if taken:
            inner = size / 4
            painter.setBrush(theme.colour("accent"))
            painter.drawEllipse(ring.adjusted(inner, inner, -inner, -inner))
        painter.end()


class VersionRows(QWidget):
    """All fields. Arrows go from field to field, and to the other version, which takes it."""

    chosen = Signal()

    def __init__(self, context: Context, heads: tuple[str, str], fields: Sequence[Versions]) -> None:
        super().__init__()
        self._context, self._heads = context, heads
        self._groups: dict[str, QButtonGroup] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, context.theme.text_px(_NAMES))
        for at, words in enumerate(heads, start=1):
            self._grid.setColumnStretch(at, 1)
            self._grid.addWidget(Label(context.theme, words, weight=QFont.Weight.DemiBold), 0, at)
        for at, one in enumerate(fields, start=1):
            self._add(at, one)

    @property
    def choices(self) -> dict[str, Side | None]:
        """Of each field that differs, whose it will be."""
        taken = {name: group.checkedId() for name, group in self._groups.items()}
        return {name: None if at < 0 else tuple(Side)[at] for name, at in taken.items()}

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Up and Down: another field. Left: theirs, Right: yours."""
        if event.key() in _STEPS:
            self.step(_STEPS[Qt.Key(event.key())])
        elif event.key() in _SIDES:
            self.take(_SIDES[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def focus(self, name: str, side: Side = Side.THEIRS) -> None:
        """Put the keyboard on a field."""
        self._groups[name].button(tuple(Side).index(side)).setFocus()

    def step(self, rows: int) -> None:
        """Go up or down; what is there is taken by Left or Right only."""
        names, side = list(self._groups), self._side()
        at = names.index(self._name()) + rows if self._name() in names else 0
        if 0 <= at < len(names):
            self.focus(names[at], side)

    def take(self, side: Side) -> None:
        """This side of the field that the keyboard is on."""
        name = self._name()
        if name in self._groups:
            self.focus(name, side)
            self._groups[name].button(tuple(Side).index(side)).setChecked(True)
            self.chosen.emit()

    def take_all(self, side: Side) -> None:
        """This side of all fields."""
        for group in self._groups.values():
            group.button(tuple(Side).index(side)).setChecked(True)
        self.chosen.emit()

    def _add(self, at: int, one: Versions) -> None:
        theme = self._context.theme
        tone = "text" if one.differs else "text2"
        weight = QFont.Weight.DemiBold if one.differs else QFont.Weight.Normal
        name = Label(theme, one.label, size=tokens.SMALL, tone=tone, weight=weight)
        name.setWordWrap(True)
        self._grid.addWidget(name, at, 0)
        if not one.differs:
            same = Label(theme, breakable(one.theirs) or DASH, tone="text2")
            same.setTextFormat(Qt.TextFormat.PlainText)
            same.setWordWrap(True)
            self._grid.addWidget(same, at, 1, 1, 2)
            return
        group = QButtonGroup(self)
        for number, (side, text) in enumerate(((Side.THEIRS, one.theirs), (Side.MINE, one.mine))):
            told = tr("{field}, {head}: {text}").format(field=one.label, head=self._heads[number], text=text or DASH)
            box = VersionBox(theme, text, told)
            group.addButton(box, number)
            box.setChecked(one.preset is side)
            self._grid.addWidget(box, at, number + 1)
        group.buttonClicked.connect(lambda _: self.chosen.emit())
        self._groups[one.name] = group

    def _name(self) -> str:
        """The field that the keyboard is on."""
        return next(
            (name for name, group in self._groups.items() if any(one.hasFocus() for one in group.buttons())), ""
        )

    def _side(self) -> Side:
        found = self._groups.get(self._name())
        return Side.MINE if found is not None and found.button(1).hasFocus() else Side.THEIRS
