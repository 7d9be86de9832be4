"""Asking a guest to pay by a link: how much, and how long it can be paid."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.links import LIVES, MAY_STILL_PAY, LinkDraft, LinkState, PaymentLink
from rentease_desk.domain.money import Money
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.link_words import end_words, life_words
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.amount_edit import AmountEdit
from rentease_desk.gui.widgets.basics import Label, frame, row
from rentease_desk.gui.widgets.fields import ComboField
from rentease_desk.gui.widgets.form import Field, Form
from rentease_desk.gui.widgets.segments import Segments

_CHOICES = (*LIVES, None)


class PaymentLinkDialog(DeskDialog):
    """``made`` carries the PaymentLink, once Stripe has it or nobody can tell yet.

    ``links``: those of the booking, which the person sees here. ``cancel`` ends the waiting for Stripe.
    """

    made = Signal(object)

    def __init__(
        self,
        context: Context,
        parent: QWidget,
        booking: Booking,
        links: Sequence[PaymentLink],
        cancel: threading.Event,
    ) -> None:
        about = f"{booking.guest.name} · {booking.reference}"
        super().__init__(context, parent, context.tr("Payment link"), about)
        self._booking, self._cancel = booking, cancel
        self._uid = context.services.desk.ids.uid()
        self._open = [one for one in links if one.state in MAY_STILL_PAY]
        self._despite = frozenset(one.uid for one in self._open)
        self.amount = AmountEdit(context, booking.currency, large=True)
        self.life = Segments(context.theme, [(one, life_words(one)) for one in _CHOICES], self.tr("Can be paid"))
        self._told = Label(context.theme, size=tokens.SMALL, tone="text2")
        self._told.setWordWrap(True)
        self._accounts = context.settings.asked_accounts
        self.account = ComboField(context.theme)
        self.account.addItems([one.badge for one in self._accounts])
        self.account.setCurrentIndex(next((at for at, one in enumerate(self._accounts) if one.is_default), 0))
        self._build()
        self._connect()
        if booking.totals.balance > 0:
            self.amount.show_minor(booking.totals.balance)
        if not context.settings.website:
            self.life.choose(None)
        self._show_life()
        self.amount.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """F1 to F4 choose how long it can be paid."""
        at = int(event.key()) - int(Qt.Key.Key_F1)
        if 0 <= at < len(_CHOICES):
            self.life.choose(_CHOICES[at])
            self._show_life()
        else:
            super().keyPressEvent(event)

    def submit(self) -> None:
        """Have it made."""
        self.form.clear()
        try:
            draft = LinkDraft(self._uid, self._booking.pk, self.amount.money(), self.life.value, self._account())
        except InputError as error:
            self.fail(error)
            return
        self.set_busy(True, saving=True)
        links, cancel, despite = self.context.services.links, self._cancel, self._despite
        self.context.tasks.run(
            Lane.NETWORK, self, lambda: links.create(draft, cancel, despite=despite).value, self._done, self.fail
        )

    def fail(self, error: KnownError) -> None:
        """Links that came meanwhile are told; asked again, this one is meant beside them."""
        found = getattr(error, "links", ())
        self._despite |= frozenset(one.uid for one in found)
        super().fail(error)

    def _build(self) -> None:
        context, code = self.context, self._booking.currency.upper()
        amount = Field(context, self.tr("Amount, {code}").format(code=code), self.amount)
        balance = context.formats.money(Money(self._booking.totals.balance, self._booking.currency))
        amount.set_aside(self.tr("Balance {amount}").format(amount=balance))
        life = Field(context, self.tr("Can be paid"), self.life)
        self.form = Form(context, {"amount": amount, "life": life})
        if self._open:
            self.body.addWidget(self._others())
        for widget in (amount, life, self._told):
            self.body.addWidget(widget)
        if len(self._accounts) > 1:
            self.body.addWidget(Field(context, self.tr("Stripe account"), self.account))
        keys = Label(context.theme, self.tr("F1–F4 choose how long"), size=tokens.SMALL, tone="text2")
        self.body.addLayout(row(None, keys))
        self.add_buttons(self.tr("Make link"))
        self.select_all_on_focus(self.amount)

    def _account(self) -> str | None:
        """The one that was chosen, of several."""
        chosen = self.account.currentIndex()
        return self._accounts[chosen].identity.account if len(self._accounts) > 1 else None

    def _others(self) -> QWidget:
        """What can be paid already, told before anything is made beside it."""
        theme, formats = self.context.theme, self.context.formats
        each = "; ".join(f"{formats.money(one.money)}, {end_words(one, formats)}" for one in self._open)
        words = self.tr("Still open: {links}. The guest could pay both.").format(links=each)
        label = Label(theme, words, size=tokens.SMALL, tone="attn")
        label.setWordWrap(True)
        box = frame(tint="attn")
        box.setLayout(row(label, margins=(12, 8, 12, 8)))
        return box

    def _connect(self) -> None:
        self.life.chosen.connect(self._show_life)
        self.amount.changed.connect(self._name_button)

    @Slot()
    def _show_life(self) -> None:
        self.form.clear()
        words = self.tr(
            "A page at Stripe that closes by itself. After paying, the guest comes to the property's website."
        )
        if self.life.value is None:
            words = self.tr("A link that works once and stays open until it is paid, or cancelled here.")
        self._told.setText(words)
        self._name_button()

    @Slot()
    def _name_button(self) -> None:
        money = self.amount.money_or_none()
        amount = "" if money is None else self.context.formats.money(money)
        self.save.setText(self.tr("Make link over {amount}").format(amount=amount) if amount else self.tr("Make link"))

    def _done(self, link: PaymentLink) -> None:
        """What Stripe refused can be tried again, as another link."""
        if link.state is LinkState.REFUSED and link.trouble is not None:
            self._uid = self.context.services.desk.ids.uid()
            self.fail(link.trouble)
            return
        self.set_busy(False)
        self.made.emit(link)
        self.accept()
