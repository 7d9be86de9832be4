"""What is left of a payment is spread over several bookings."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.parts import Parts, SplitDraft
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.match_words import paid_with
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.amount_edit import AmountEdit
from rentease_desk.gui.widgets.basics import Label
from rentease_desk.gui.widgets.booking_picker import BookingPicker
from rentease_desk.gui.widgets.form import Field, Form
from rentease_desk.gui.widgets.sizes import keep_size


class SplitPaymentDialog(DeskDialog):
    """``writing`` tells whether it is being written, ``split`` carries the Parts and the deed's uid, once it is done.

    Enter in the search takes a booking in, with an amount."""

    writing = Signal(bool)
    split = Signal(object, str)

    def __init__(self, context: Context, parent: QWidget, found: Parts) -> None:
        payment = found.payment
        self._left = Money(found.left, payment.currency)
        about = f"{paid_with(payment, context)} · {context.formats.money(self._left)}"
        super().__init__(context, parent, context.tr("Split payment"), about)
        self._payment, self._uid = payment, context.services.desk.ids.uid()
        self.amounts: dict[int, AmountEdit] = {}
        self.picker = BookingPicker(context, payment.pk)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(0, 1)
        self._rest = Label(context.theme, size=tokens.SMALL, tone="text2")
        field = Field(context, self.tr("Another booking: Enter takes it in"), self.picker)
        self.form = Form(context, {"booking": field})
        self.body.addWidget(field)
        self.body.addLayout(self._grid)
        self.body.addWidget(self._rest)
        self.add_buttons(self.tr("Split"))
        for part in found.parts:
            if part.booking_pk is not None and part.left:
                self._add(part.booking_pk, part.reference or "", part.left)
        self.picker.failed.connect(self.fail)
        self.picker.edit.installEventFilter(self)
        self.picker.look()
        self.picker.edit.setFocus()
        self._show_rest()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Enter in the search takes the chosen booking in, and saves nothing."""
        is_key = watched is self.picker.edit and event.type() == QEvent.Type.KeyPress
        if is_key and isinstance(event, QKeyEvent) and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take_in(self.picker.booking)
            return True
        return super().eventFilter(watched, event)

    def submit(self) -> None:
        """Split it, if the amounts are all that is left."""
        self.form.clear()
        try:
            wanted = tuple((pk, money.minor) for pk, money in self._typed() if money.minor)
        except InputError as error:
            self.fail(error)
            return
        draft = SplitDraft(self._uid, self._payment.pk, wanted, self._left.minor)
        self.set_busy(True, saving=True)
        self.writing.emit(True)
        parts = self.context.services.parts
        self.context.tasks.run(Lane.WRITE, self, lambda: parts.split(draft).value, self._done, self._not_done)

    def _take_in(self, booking: Booking | None) -> None:
        if booking is None or self._saving:
            return
        self._add(booking.pk, f"{booking.guest.name} · {booking.reference}", max(0, self._missing()))
        self.picker.edit.clear()
        self.picker.look()
        self.amounts[booking.pk].setFocus()

    def _add(self, pk: int, words: str, minor: int) -> None:
        edit = AmountEdit(self.context, self._left.currency)
        edit.setAccessibleName(self.tr("Amount for {booking}").format(booking=words))
        keep_size(edit, self.context.theme, least_width=160)
        if minor:
            edit.show_minor(minor)
        at = len(self.amounts)
        self._grid.addWidget(Label(self.context.theme, words), at, 0)
        self._grid.addWidget(edit, at, 1)
        edit.show()  # the keyboard comes at once
        self.amounts[pk] = edit
        self.picker.left_out = frozenset(self.amounts)
        edit.changed.connect(self._show_rest)
        self.select_all_on_focus(edit)
        self._show_rest()

    def _typed(self) -> list[tuple[int, Money]]:
        zero = Money(0, self._left.currency)
        return [(pk, edit.money() if edit.text().strip() else zero) for pk, edit in self.amounts.items()]

    def _missing(self) -> int:
        return self._left.minor - sum(money.minor for _, money in self._typed())

    @Slot()
    def _show_rest(self) -> None:
        """What is still to be placed; only a whole payment can be saved."""
        try:
            missing: int | None = self._missing()
        except InputError:
            missing = None
        money = self.context.formats.money
        if missing is None:
            text = self.tr("One of these is not an amount.")
        elif missing == 0:
            text = self.tr("All of {left} has its place.").format(left=money(self._left))
        else:
            words = self.tr("{amount} has no place yet.") if missing > 0 else self.tr("{amount} too much.")
            text = words.format(amount=money(Money(abs(missing), self._left.currency)))
        self._rest.setText(text)
        self.set_allowed(missing == 0 and bool(self.amounts))

    def _not_done(self, error: KnownError) -> None:
        self.writing.emit(False)
        self.fail(error)

    def _done(self, found: Parts) -> None:
        self.split.emit(found, self._uid)
        self.accept()
