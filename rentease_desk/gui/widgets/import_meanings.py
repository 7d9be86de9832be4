"""What a source's own words for a status mean, and which rooms its names are: asked, never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QWidget

from rentease_desk.domain.booking import BookingStatus, room_key
from rentease_desk.domain.text import fold
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.widgets.basics import Label, column
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.widgets.fields import ComboField
from rentease_desk.gui.words import booking_chip

if TYPE_CHECKING:
    from rentease_desk.services.importing.rows import Looked


class ImportMeanings(QWidget):
    """``changed`` carries the words and the rooms, by what the source calls them (folded)."""

    changed = Signal(object, object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.words: dict[str, ComboField] = {}
        self.rooms: dict[str, ComboField] = {}
        self._titles: dict[str, str] = {}
        self._looked: Looked | None = None
        self._inside = QWidget()
        self.setLayout(column(self._inside))

    def show_looked(self, looked: Looked) -> None:
        """Ask for what is not known, and show what was said. What is there already is not made anew."""
        self._looked = looked
        survey, mapped = looked.survey, looked.mapped
        self._titles |= {fold(one): one for one in survey.unknown} | {room_key(one): one for one in survey.rooms}
        words = list(dict.fromkeys((*mapped.words, *map(fold, survey.unknown))))
        rooms = list(dict.fromkeys((*mapped.rooms, *map(room_key, survey.rooms))))
        if words != list(self.words) or rooms != list(self.rooms):
            self._build(words, rooms)
        for word, combo in self.words.items():
            status = mapped.words.get(word)
            combo.setCurrentIndex(0 if status is None else 1 + list(BookingStatus).index(status))
        for name, combo in self.rooms.items():
            combo.setCurrentIndex(max(0, combo.findText(mapped.rooms.get(name, ""), Qt.MatchFlag.MatchExactly)))

    def _build(self, words: list[str], rooms: list[str]) -> None:
        old, self._inside = self._inside, QWidget()
        grid = QGridLayout(self._inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.words = {word: self._status_combo() for word in words}
        self.rooms = {name: self._room_combo() for name in rooms}
        self._section(grid, self.tr("What a status means"), self.words)
        self._section(grid, self.tr("Which room it is"), self.rooms)
        layout = self.layout()
        if layout is not None:
            layout.replaceWidget(old, self._inside)
        old.deleteLater()

    def _section(self, grid: QGridLayout, title: str, combos: dict[str, ComboField]) -> None:
        if not combos:
            return
        theme = self._context.theme
        at = grid.rowCount()
        grid.addWidget(Label(theme, title, size=tokens.SMALL, weight=QFont.Weight.DemiBold), at, 0, 1, 2)
        for place, (name, combo) in enumerate(combos.items(), start=at + 1):
            label = ElidedLabel(theme, self._titles.get(name, name))
            label.setBuddy(combo)
            combo.setAccessibleName(f"{title}: {self._titles.get(name, name)}")
            combo.activated.connect(self._said)
            grid.addWidget(label, place, 0)
            grid.addWidget(combo, place, 1)

    def _status_combo(self) -> ComboField:
        combo = ComboField(self._context.theme)
        combo.addItems([self.tr("– say –"), *(booking_chip(status).word for status in BookingStatus)])
        return combo

    def _room_combo(self) -> ComboField:
        combo = ComboField(self._context.theme)
        combo.addItems([self.tr("the same name"), *(self._looked.rooms if self._looked is not None else ())])
        return combo

    @Slot()
    def _said(self) -> None:
        statuses = list(BookingStatus)
        words = {
            word: statuses[combo.currentIndex() - 1] for word, combo in self.words.items() if combo.currentIndex() > 0
        }
        rooms = {name: combo.currentText() for name, combo in self.rooms.items() if combo.currentIndex() > 0}
        self.changed.emit(words, rooms)
