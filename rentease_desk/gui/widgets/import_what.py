"""The first step of an import: a file of bookings or a calendar, where it is, and what it is called."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QSizePolicy, QWidget

from rentease_desk.domain.text import name_key
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.widgets.basics import Button, Label, column, row
from rentease_desk.gui.widgets.fields import CheckField, ComboField, text_field
from rentease_desk.gui.widgets.form import Field
from rentease_desk.gui.widgets.segments import Segments

_SCHEMES = ("http://", "https://", "webcal://", "webcals://")


class Kind(StrEnum):
    """What is imported."""

    ROWS = "rows"
    CALENDAR = "calendar"


class Known(Struct, frozen=True):
    """What there is already: sources of files, calendars with their rooms, and the rooms."""

    sources: Sequence[str] = ()
    calendars: Sequence[tuple[str, str]] = ()
    rooms: Sequence[str] = ()


class ImportWhat(QWidget):
    """``changed``: it is another kind now."""

    changed = Signal()

    def __init__(self, context: Context, known: Known) -> None:
        super().__init__()
        self._context, self._known = context, known
        theme = context.theme
        choices = ((Kind.ROWS, self.tr("A file of bookings (CSV)")), (Kind.CALENDAR, self.tr("A calendar (iCal)")))
        self.kinds = Segments(theme, choices, self.tr("What is imported"))
        self.source, self.room = ComboField(theme, editable=True), ComboField(theme)
        self.place = text_field()
        self.choose = Button(theme, self.tr("Choose file…"))
        self.keep = CheckField(theme, self.tr("Keep the address in this computer's keyring"))
        self._told = Label(theme, tone="text2")
        self._told.setWordWrap(True)
        self.fields = {
            "source": Field(context, self.tr("Where it comes from; rows are recognised by it"), self.source),
            "address": Field(context, "", self.place),
            "room": Field(context, self.tr("Room or bed that it blocks"), self.room),
        }
        self._build()
        self.kinds.chosen.connect(self._kind_chosen)
        self.choose.clicked.connect(self._choose)
        self.source.currentTextChanged.connect(self._recall_room)
        self.place.textChanged.connect(self._offer_keeping)
        self._kind_chosen()

    @property
    def kind(self) -> Kind:
        """What is imported."""
        return Kind(self.kinds.value)

    @property
    def is_address(self) -> bool:
        """Whether an address was typed, and not the name of a file."""
        return self.place.text().strip().lower().startswith(_SCHEMES)

    def _build(self) -> None:
        source = self.source.lineEdit()
        assert source is not None
        source.setPlaceholderText(self.tr("the same name each time, as Booking.com or the old system's"))
        self.room.addItems(["", *self._known.rooms])
        for field in self.fields.values():
            field.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        place = row(self.fields["address"])
        place.addLayout(column(Label(self._context.theme, size=tokens.SMALL), self.choose, None, spacing=4))
        place.setStretch(0, 1)
        layout = column(self.kinds, self._told, self.fields["source"], spacing=12)
        layout.addLayout(place)
        for part in (self.keep, self.fields["room"]):
            layout.addWidget(part)
        layout.addStretch(1)
        self.setLayout(layout)

    @Slot()
    def _kind_chosen(self) -> None:
        is_calendar = self.kind is Kind.CALENDAR
        names = [name for name, _ in self._known.calendars] if is_calendar else self._known.sources
        offered = (self.tr("Airbnb calendar"), self.tr("Booking.com calendar")) if is_calendar else _CHANNELS
        self.source.clear()
        self.source.addItems(["", *dict.fromkeys((*names, *offered))])
        self.fields["room"].setVisible(is_calendar)
        self.fields["address"].rename(
            self.tr("Address or file; empty: the address that is kept") if is_calendar else self.tr("File")
        )
        self.place.setPlaceholderText("" if is_calendar else self.tr("its place on this computer, or choose it"))
        self._told.setText(self._explained(is_calendar=is_calendar))
        self._offer_keeping()
        self.changed.emit()

    def _explained(self, *, is_calendar: bool) -> str:
        if is_calendar:
            return self.tr(
                "A calendar cannot tell a stay from a closed room: its entries block the room, without a guest and "
                "without money. What is not in it any more is freed by the next import."
            )
        return self.tr(
            "Rows that came in once never come in again. Nothing is written before you have seen what becomes of each."
        )

    @Slot()
    def _recall_room(self) -> None:
        """A calendar that is known has its room."""
        typed = name_key(self.source.currentText())
        room = next((room for name, room in self._known.calendars if name_key(name) == typed), None)
        if self.kind is Kind.CALENDAR and room is not None:
            self.room.setCurrentText(room)

    @Slot()
    def _offer_keeping(self) -> None:
        self.keep.setVisible(self.kind is Kind.CALENDAR and self.is_address)

    @Slot()
    def _choose(self) -> None:
        kinds = "iCalendar (*.ics *.ical);;*" if self.kind is Kind.CALENDAR else "CSV (*.csv *.txt *.tsv *.zip);;*"
        dialog = QFileDialog(self, self.tr("Choose file"), "", kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.place.setText)
        dialog.open()


_CHANNELS = ("Airbnb", "Booking.com")
