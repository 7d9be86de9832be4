"""A booking made or edited."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from rentease_desk.domain.booking import MAX_PERSONS, Booking, BookingDraft, BookingStatus, Guest, Latest
from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.moves import place_of
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.both_versions import BothVersionsDialog
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.amount_edit import AmountEdit
from rentease_desk.gui.widgets.fields import ComboField, CountField, DateField, text_field
from rentease_desk.gui.widgets.form import Content, Field, Form
from rentease_desk.gui.widgets.language_field import LanguageField
from rentease_desk.gui.widgets.note_edit import NoteEdit
from rentease_desk.gui.widgets.sizes import keep_size
from rentease_desk.gui.widgets.version_rows import Versions
from rentease_desk.gui.words import ago, booking_chip

_WIDTH = 640
_STATUSES = (BookingStatus.CONFIRMED, BookingStatus.TENTATIVE)


class BookingDialog(DeskDialog):
    """``saved`` carries the Booking. Without ``booking`` a new one is made."""

    saved = Signal(object)

    def __init__(self, context: Context, parent: QWidget, rooms: Sequence[str], booking: Booking | None = None) -> None:
        title = context.tr("Edit booking") if booking else context.tr("New booking")
        about = booking.reference if booking else context.tr("without a reference it gets the next number")
        super().__init__(context, parent, title, about, _WIDTH)
        self._booking = booking
        self._currency = booking.currency if booking else context.settings.currency
        self._make_edits(rooms)
        self._build()
        if booking is not None:
            self._fill(booking)
        self._filled = self._warned_of = self.form.contents()
        self._arrival = self.arrival.day
        self._nights_changed()
        self.arrival.dateChanged.connect(self._arrival_changed)
        self.departure.dateChanged.connect(self._nights_changed)
        self.select_all_on_focus(self.total)
        self.name.setFocus()

    def submit(self) -> None:
        """Save it."""
        self.form.clear()
        try:
            draft = self.draft()
        except InputError as error:
            self.fail(error)
            return
        self.set_busy(True, saving=True)
        bookings, booking = self.context.services.bookings, self._booking
        if booking is None:
            self.context.tasks.run(Lane.WRITE, self, lambda: bookings.add(draft).value, self._done, self.fail)
        else:
            pk, version = booking.pk, booking.version
            self.context.tasks.run(
                Lane.WRITE, self, lambda: bookings.edit(pk, version, draft).value, self._done, self.fail
            )

    def reject(self) -> None:
        """Close; before something is lost that was typed, say so once."""
        typed = self.form.contents()
        if self._saving or typed in (self._filled, self._warned_of):
            super().reject()
            return
        self._warned_of = typed
        text = self.tr("Press Esc again to close without saving, or Enter to save.")
        self.banner.tell(self.tr("What you typed is not saved"), text, Tone.ATTENTION)

    def fail(self, error: KnownError) -> None:
        """Where another desk was first, both versions are shown, and nothing is saved until somebody has chosen."""
        booking, bookings = self._booking, self.context.services.bookings
        if booking is None or error.code != "booking.changed":
            super().fail(error)
            return
        pk = booking.pk
        read = lambda: bookings.latest(pk)  # noqa: E731 - a word
        self.context.tasks.run(Lane.READ, self, read, lambda found: self._overtaken(booking, found), super().fail)

    def _overtaken(self, opened: Booking, found: Latest) -> None:
        """What is typed stays as it is behind the question; Escape comes back to it."""
        self.set_busy(False)
        typed, fresh = self.form.contents(), found.booking
        stands = self._refill(fresh, {"total": ""})
        self._refill(opened, typed)
        theirs = stands | {"total": self._price(fresh, opened)}
        mine = typed | {"total": typed["total"] or self._price(fresh, opened)}
        fields = [self._versions(name, theirs[name], mine[name]) for name in self.form.fields]
        if not any(one.differs for one in fields):
            self._settle(fresh, typed, [])
            return
        about = f"{opened.guest.name} · {opened.reference}"
        actor, when = (
            found.operator.actor or found.operator.desk,
            ago(found.at, self.context.now(), self.context.formats),
        )
        dialog = BothVersionsDialog(self.context, self, about, actor, when, fields)
        dialog.settled.connect(lambda names: self._settle(fresh, typed, names))
        dialog.open()

    def _settle(self, fresh: Booking, typed: Mapping[str, Content], mine: Collection[str]) -> None:
        """Save their version with what was kept of this one."""
        self._booking = fresh
        self._filled = self._refill(fresh, {"total": ""})
        self.form.write({name: typed[name] for name in mine})
        self.submit()

    def _refill(self, booking: Booking, over: Mapping[str, Content]) -> dict[str, Content]:
        """Fill the form with a version, and something else over it; returns what it holds then."""
        self._fill(booking)
        self.form.write(over)
        return self.form.contents()

    def _price(self, fresh: Booking, opened: Booking) -> Content:
        """The field of the price is empty where it stays: what was charged meanwhile is told instead."""
        return "" if fresh.totals.charged == opened.totals.charged else self.context.formats.money(fresh.charged)

    def _versions(self, name: str, theirs: Content, mine: Content) -> Versions:
        before = self._filled[name]
        label = self.form.fields[name].edit.accessibleName()
        return Versions(name, label, *(self._words(one) for one in (before, theirs, mine)))

    def _words(self, content: Content) -> str:
        return self.context.formats.short_date(content) if isinstance(content, date) else str(content)

    def draft(self) -> BookingDraft:
        """What the form says. Raises InputError for an amount that cannot be read."""
        return BookingDraft(
            guest=Guest(self.name.text(), self.email.text(), self.phone.text(), self.language.tag),
            arrival=self.arrival.day,
            departure=self.departure.day,
            reference=self.reference.text(),
            room=self.room.currentText(),
            adults=self.adults.value(),
            children=self.children_count.value(),
            channel=self.channel.currentText(),
            note=self.note.text(),
            currency=self._currency,
            total=self._total(),
            status=BookingStatus(self.status.currentData()),  # Qt gives back a plain str
        )

    def _total(self) -> Money | None:
        if not self.total.text().strip():
            return None
        try:
            return self.total.money()
        except InputError as error:
            raise InputError(error.code, field="total", **error.params) from error

    def _make_edits(self, rooms: Sequence[str]) -> None:
        theme, today = self.context.theme, self.context.today()
        self.name, self.email, self.phone, self.reference = (text_field() for _ in range(4))
        self.room, self.channel = ComboField(theme, editable=True), ComboField(theme, editable=True)
        self.room.addItems(["", *rooms])
        self.channel.addItems(["", self.tr("Direct"), self.tr("Walk-in"), "Booking.com", "Airbnb", "Expedia"])
        self.arrival = DateField(self.context, today)
        self.departure = DateField(self.context, today + timedelta(days=1))
        self.adults, self.children_count = CountField(theme, 0, MAX_PERSONS), CountField(theme, 0, MAX_PERSONS)
        self.adults.setValue(1)
        self.language = LanguageField(self.context)
        self.status = ComboField(theme)
        self._offer_statuses(self._booking.status if self._booking else BookingStatus.CONFIRMED)
        self.total = AmountEdit(self.context, self._currency)
        self.note = NoteEdit()
        keep_size(self.note, theme, height=64)

    def _offer_statuses(self, current: BookingStatus) -> None:
        """What may be chosen here; a stay that is further on keeps its state."""
        self.status.clear()
        for status in _STATUSES if current in _STATUSES else (current,):
            self.status.addItem(booking_chip(status).word, status)
        self.status.setCurrentIndex(self.status.findData(current))

    def _build(self) -> None:
        total = self.tr("Price of the stay, {code}").format(code=self._currency.upper())
        rows: list[list[tuple[str, str, QWidget, int]]] = [
            [("guest", self.tr("Guest"), self.name, 4), ("reference", self.tr("Reference"), self.reference, 2)],
            [("email", self.tr("E-mail"), self.email, 2), ("phone", self.tr("Telephone"), self.phone, 2),
             ("language", self.tr("Language"), self.language, 2)],
            [("arrival", self.tr("Arrival"), self.arrival, 2), ("departure", self.tr("Departure"), self.departure, 2),
             ("room", self.tr("Room or bed"), self.room, 2)],
            [("adults", self.tr("Adults"), self.adults, 1), ("children", self.tr("Children"), self.children_count, 1),
             ("channel", self.tr("Channel"), self.channel, 2), ("status", self.tr("Status"), self.status, 2)],
            [("total", total, self.total, 2), ("note", self.tr("Note"), self.note, 4)],
        ]  # fmt: skip
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        fields = {}
        for at, parts in enumerate(rows):
            place = 0
            for name, words, edit, span in parts:
                fields[name] = Field(self.context, words, edit)
                grid.addWidget(fields[name], at, place, 1, span, Qt.AlignmentFlag.AlignTop)
                place += span
        for at in range(6):
            grid.setColumnStretch(at, 1)
        self.form = Form(self.context, fields)
        self.body.addLayout(grid)
        self.add_buttons(self.tr("Save booking"))

    def _fill(self, booking: Booking) -> None:
        for edit, text in ((self.name, booking.guest.name), (self.email, booking.guest.email),
                           (self.phone, booking.guest.phone), (self.reference, booking.reference)):  # fmt: skip
            edit.setText(text)
            edit.setCursorPosition(0)
        self.language.tag = booking.guest.language
        self.total.setPlaceholderText(self.tr("stays as it is"))
        self.arrival.day, self.departure.day = booking.arrival, booking.departure
        self.room.setCurrentText(place_of(booking).room)
        self.channel.setCurrentText(booking.channel)
        self.adults.setValue(booking.adults)
        self.children_count.setValue(booking.children)
        self._offer_statuses(booking.status)
        self.note.setPlainText(booking.note)

    def _done(self, booking: Booking) -> None:
        self.saved.emit(booking)
        self.accept()

    @Slot()
    def _arrival_changed(self) -> None:
        """A departure never comes before its arrival: it moves along. (Qt tells an arrival again at Enter.)"""
        if self._arrival != self.arrival.day and self.departure.day <= self.arrival.day:
            self.departure.day = self.arrival.day + timedelta(days=1)
        self._arrival = self.arrival.day
        self._nights_changed()

    @Slot()
    def _nights_changed(self) -> None:
        count = (self.departure.day - self.arrival.day).days
        told = self.tr("1 night") if count == 1 else self.tr("{count} nights").format(count=count)
        self.form.fields["departure"].set_aside(told if count > 0 else "")
