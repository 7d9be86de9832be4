"""A payment link to be scanned, copied or sent; it says when it is paid."""

from __future__ import annotations

import threading

from PySide6.QtCore import Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QFont, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.links import LinkState, PaymentLink
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.link_words import end_words, link_chip, mail_to, message_to
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Button, ChipLabel, Label, column, row
from rentease_desk.gui.widgets.note_edit import NoteEdit
from rentease_desk.gui.widgets.qr_code import QrCode

_CODE = 280
"""Pixels of the code; a page's address of Stripe is some 400 characters long."""
_LOOK_MILLISECONDS = 10_000
_LOOKS = 60
"""So often Stripe is asked whether it is paid while the code is on the screen: ten minutes, then the sync tells."""


class ShowLinkDialog(DeskDialog):
    """``paid``: it has been. ``cancel_asked`` carries the PaymentLink. ``cancel`` ends the waiting for Stripe."""

    paid = Signal()
    cancel_asked = Signal(object)

    def __init__(
        self, context: Context, parent: QWidget, booking: Booking, link: PaymentLink, cancel: threading.Event
    ) -> None:
        about = f"{booking.guest.name} · {booking.reference}"
        super().__init__(context, parent, context.tr("Payment link"), about, width=tokens.WIDE_DIALOG)
        self._booking, self.link, self._cancel = booking, link, cancel
        self._looks, self._url = 0, link.url or ""
        theme = context.theme
        self.code = QrCode(theme, _CODE)
        self._amount = Label(theme, size=tokens.LARGE, weight=QFont.Weight.DemiBold)
        self._chip, self._until = ChipLabel(theme), Label(theme, tone="text2")
        self._until.setWordWrap(True)
        self.text = NoteEdit()
        self._build()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        context.changed.connect(self._refresh)
        self.show_link(link)
        self.save.setFocus()

    def submit(self) -> None:
        """Copy the message."""
        self._copy(self.text.text(), self.tr("The text is copied."))

    def done(self, result: int) -> None:
        """Nobody looks at it any more."""
        self._timer.stop()
        super().done(result)

    def show_link(self, link: PaymentLink) -> None:
        """The link as it stands now."""
        was, before, self.link = self.link.state, self._url, link
        self._url = link.url or before
        formats, is_open = self.context.formats, link.state is LinkState.OPEN
        self.code.show_text(self._url, faded=not is_open)
        self.code.setAccessibleName(self.tr("QR code of the payment link"))
        self._amount.setText(formats.money(link.money))
        self._chip.show_chip(link_chip(link.state))
        self._until.setText(end_words(link, formats))
        if is_open and (self._url != before or not self.text.text()):
            self.text.setPlainText(message_to(link, self._booking, self.context.settings.name, formats))
        for button in (self.mail, self.copy_link, self.cancel_link):
            button.setEnabled(is_open)
        self.set_allowed(is_open)
        if not is_open or self._looks >= _LOOKS:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start(_LOOK_MILLISECONDS)
        if was is LinkState.OPEN and link.state in {LinkState.PAID, LinkState.PROCESSING}:
            self._tell_paid()

    def _build(self) -> None:
        theme = self.context.theme
        self.mail = Button(theme, self.tr("E-mail to guest"), icon="person")
        self.copy_link = Button(theme, self.tr("Copy link"), icon="copy")
        self.cancel_link = Button(theme, self.tr("Cancel link"), kind="text")
        for button in (self.mail, self.copy_link, self.cancel_link):
            button.setAutoDefault(False)
        self.mail.clicked.connect(self._mail)
        self.copy_link.clicked.connect(self._copy_link)
        self.cancel_link.clicked.connect(self._ask_cancel)
        self.text.setAccessibleName(self.tr("Text for the guest"))
        hint = Label(theme, self.tr("Text for the guest"), size=tokens.SMALL, tone="text2")
        right = column(self._amount, spacing=8)
        right.addLayout(row(self._chip, None))
        for widget in (self._until, hint, self.text):
            right.addWidget(widget)
        right.addLayout(row(self.copy_link, self.mail, None))
        both = QHBoxLayout()
        both.setSpacing(24)
        both.addWidget(self.code, 0, Qt.AlignmentFlag.AlignTop)
        both.addLayout(right, 1)
        self.body.addLayout(both)
        self.add_buttons(self.tr("Copy text"), self.cancel_link, leave=self.tr("Close"))

    def _copy(self, text: str, said: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.banner.tell(self.tr("Copied"), said, Tone.GOOD)

    @Slot()
    def _copy_link(self) -> None:
        self._copy(self.link.url or "", self.tr("The address is copied."))

    @Slot()
    def _mail(self) -> None:
        """The mail program opens with the message; nothing is sent by this program."""
        address = mail_to(self._booking, self.context.settings.name, self.text.text())
        if not QDesktopServices.openUrl(QUrl(address)):
            text = self.tr("Copy the text, and paste it into a message.")
            self.banner.tell(self.tr("No mail program opened"), text, Tone.ATTENTION)

    @Slot()
    def _ask_cancel(self) -> None:
        self.cancel_asked.emit(self.link)

    @Slot()
    def look(self) -> None:
        """Ask Stripe; that it cannot be asked now changes nothing."""
        self._looks += 1
        links, uid, cancel = self.context.services.links, self.link.uid, self._cancel
        self.context.tasks.run(
            Lane.NETWORK, self, lambda: links.look(uid, cancel), self.show_link, self._not_seen, channel="link"
        )

    def _not_seen(self, _error: object) -> None:
        self._until.setText(self.tr("Stripe cannot be asked just now; the folio tells when it is paid."))

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        """The sync, or somebody else, has written something about it."""
        if self._booking.pk in changes.bookings and not self.is_closed:
            links, uid = self.context.services.links, self.link.uid
            self.context.tasks.run(Lane.READ, self, lambda: links.get(uid), self.show_link, self.fail, channel="link")

    def _tell_paid(self) -> None:
        words = self.tr("{amount} is on its way to the folio.")
        text = words.format(amount=self.context.formats.money(self.link.money))
        self.banner.tell(self.tr("Paid"), text, Tone.GOOD)
        self.paid.emit()
