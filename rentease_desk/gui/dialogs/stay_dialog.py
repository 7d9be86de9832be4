"""What is asked before a guest is let go with an open balance, before a no-show, and before a cancellation."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.stays import Deed, Done, nights_unslept
from rentease_desk.gui import tokens
from rentease_desk.gui.burst import Burst
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.stay_words import deed_name, nights
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Button, Label
from rentease_desk.gui.words import spoken_amount

_WIDTH = 620
ASKED_AGAIN = frozenset({"stay.owes", "stay.owed"})
"""A balance that is open is shown, and asked about; it has changed if this comes once more."""


class StayDialog(DeskDialog):
    """``did`` carries the Done; ``pay_asked`` a booking's key: take a payment instead.

    ``doing`` carries the key, and whether the deed is under way; False: it came to nothing.

    An Enter of the burst in which it was asked for does nothing: nobody can have read yet what would follow.
    """

    did = Signal(object)
    doing = Signal(object, bool)
    pay_asked = Signal(object)

    def __init__(self, context: Context, parent: QWidget, deed: Deed, booking: Booking) -> None:
        rooms = context.tr(" · room {name}").format(name=", ".join(booking.rooms)) if booking.rooms else ""
        about = f"{booking.guest.name} · {booking.reference}{rooms}"
        super().__init__(context, parent, deed_name(deed), about, _WIDTH)
        self._deed, self._booking, self._balance = deed, booking, 0
        self.burst = Burst(self)
        self.amount = Label(context.theme, size=tokens.LARGE, weight=QFont.Weight.DemiBold)
        self.text = Label(context.theme, tone="text2")
        self.text.setWordWrap(True)
        self.body.addWidget(self.amount)
        self.body.addWidget(self.text)
        self.pay = Button(context.theme, self.tr("Take payment"), icon="cash", key="F9")
        self.pay.clicked.connect(self._pay)
        leave = self.tr("Keep the booking") if deed is Deed.CANCEL else ""
        self.add_buttons(deed_name(deed), self.pay, leave=leave)
        self.pay.hide()
        self.amount.hide()
        self.text.setText(self._what_follows())
        self.save.setFocus()

    def show_balance(self, balance: Money) -> None:
        """The balance with which the guest would go."""
        formats, self._balance = self.context.formats, balance.minor
        owes = balance.minor > 0
        self.amount.setText(formats.money(balance if owes else -balance))
        self.amount.setAccessibleName(spoken_amount(balance.minor, balance.currency, formats))
        self.amount.set_tone("wrong" if owes else "attn")
        self.amount.show()
        self.text.setText(" ".join((self._balance_told(owes=owes), self._what_follows())).strip())
        self.save.setText(self.tr("Check out, leave it open") if owes else self.tr("Check out, leave it here"))
        self.save.updateGeometry()
        self.pay.setVisible(owes)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Only now it can be read."""
        super().showEvent(event)
        self.burst.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """F9 takes a payment first."""
        if event.key() == Qt.Key.Key_F9 and self.pay.isVisible():
            self._pay()
        else:
            super().keyPressEvent(event)

    def submit(self) -> None:
        """Do it, with the booking and the balance that are on show."""
        if self.burst.goes_on():
            self.banner.tell(self.tr("Too soon"), self.tr("Nothing was done. Press again if meant."), Tone.NEUTRAL)
            return
        self.set_busy(True, saving=True)
        self.doing.emit(self._booking.pk, True)
        stays, deed, booking, balance = self.context.services.stays, self._deed, self._booking, self._balance
        work = lambda: stays.do(deed, booking.pk, booking.version, balance).value  # noqa: E731 - a word
        self.context.tasks.run(Lane.WRITE, self, work, self._done, self.fail)

    def fail(self, error: KnownError) -> None:
        """A balance that has changed meanwhile is shown, and asked about again."""
        self.doing.emit(self._booking.pk, False)
        balance = error.params.get("balance")
        if error.code in ASKED_AGAIN and isinstance(balance, Money):
            self.show_balance(balance)
            self.burst.start()
        super().fail(error)

    def _done(self, done: Done) -> None:
        self.did.emit(done)
        self.accept()

    def _pay(self) -> None:
        self.pay_asked.emit(self._booking.pk)
        self.reject()

    def _what_follows(self) -> str:
        if self._deed is Deed.CHECK_OUT:
            return self._early()
        free = self.tr("Room {name} is free for others at once.").format(name=", ".join(self._booking.rooms))
        parts = [free] if self._booking.rooms else []
        if self._deed is Deed.NO_SHOW:
            parts.append(self._still_charged())
        elif self._deed is Deed.CANCEL:
            parts.append(self.tr("The charges of the stay are taken back."))
            parts.append(
                self.tr("What was paid stays on the folio, owed to the guest: nothing is given back by itself.")
            )
        return " ".join(parts)

    def _early(self) -> str:
        """What comes of it that a guest leaves before the booked day."""
        booking, formats = self._booking, self.context.formats
        left = nights_unslept(booking, self.context.today())
        if not left:
            return ""
        early = self.tr("{guest} leaves before {day}, {nights} early.")
        free = self.tr("Room {name} is free for others from tonight on.") if booking.rooms else ""
        charged = self.tr(
            "These nights stay charged until somebody changes it on the folio: V takes a charge back, F8 charges anew."
        )
        told = early.format(guest=booking.guest.name, day=formats.short_date(booking.departure), nights=nights(left))
        return " ".join(part for part in (told, free.format(name=", ".join(booking.rooms)), charged) if part)

    def _still_charged(self) -> str:
        if not self._booking.totals.charged:
            return self.tr("Nothing was charged. What was paid stays on the folio.")
        told = self.tr(
            "{amount} stays charged, and what was paid stays on the folio. Where less is owed, or only a fee, change "
            "that on the folio, which Ctrl+K finds: V takes a charge back, F8 charges a fee."
        )
        return told.format(amount=self.context.formats.money(self._booking.charged))

    def _balance_told(self, *, owes: bool) -> str:
        if owes:
            return self.tr("{guest} still owes this. It stays on the folio, and is late from today on.").format(
                guest=self._booking.guest.name
            )
        return self.tr(
            "This is {guest}'s money: the folio was paid too much. It stays there until it is given back."
        ).format(guest=self._booking.guest.name)
