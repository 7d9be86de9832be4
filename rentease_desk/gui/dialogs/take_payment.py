"""Taking money by hand: a method, an amount, and for cash what was given and the change."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import InputError, KnownError, is_away
from rentease_desk.domain.money import Money, require_positive
from rentease_desk.domain.outbox import KeepDraft, Kept
from rentease_desk.domain.payment import Crossing, Method, MethodKind, Payment, PaymentDraft, TwinError
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.amount_edit import AmountEdit
from rentease_desk.gui.widgets.basics import Button, Icon, Label, row
from rentease_desk.gui.widgets.cash_counter import CashCounter
from rentease_desk.gui.widgets.form import Field, Form
from rentease_desk.gui.widgets.method_tiles import MethodTiles
from rentease_desk.gui.widgets.stripe_question import StripeQuestion
from rentease_desk.gui.words import method_name


class TakePaymentDialog(DeskDialog):
    """``taken`` carries the Payment, once it is saved; ``receipt_wanted`` as well, where Ctrl+Enter took it;
    ``crossed`` the Crossing, where somebody else took one beside it and the folio is overpaid now.

    The identity of the payment is made when the dialog opens, so that however often it is sent it is taken once.
    A like payment that stands there already is told first; then Ctrl+Enter takes this one too, and Enter does nothing.
    While the database is away Enter keeps cash at this desk, under the same identity: ``kept`` carries the Kept.
    """

    taken = Signal(object)
    receipt_wanted = Signal(object)
    kept = Signal(object)

    crossed = Signal(object)

    def __init__(
        self, context: Context, parent: QWidget, booking: Booking, known: frozenset[int] | None = None
    ) -> None:
        """``known``: the keys of the payments that were on the folio when it was read for this dialog."""
        about = f"{booking.guest.name} · {booking.reference}"
        if booking.rooms:
            about += context.tr(" · room {name}").format(name=", ".join(booking.rooms))
        super().__init__(context, parent, context.tr("Take payment"), about)
        self._booking, self._known = booking, known
        self._uid = context.services.desk.ids.uid()
        self._twins: frozenset[str] = frozenset()
        self._with_receipt = self._sent = self._tells_away = False
        currency = booking.currency
        self.methods = MethodTiles(context.theme, context.settings.methods)
        self.amount = AmountEdit(context, currency, large=True)
        self.cash = CashCounter(context, currency)
        self.reference, self.note = QLineEdit(), QLineEdit()
        self.question = StripeQuestion(context)
        self._build(currency.upper())
        self._connect()
        if booking.totals.balance > 0:
            self.amount.show_minor(booking.totals.balance)
        self._method_chosen(self.methods.method)
        self._show_away()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Function keys choose the method, Ctrl+Enter prints the receipt as well. Enter before the question is answered
        goes to the question.
        """
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and (self._is_asked() or self._twins):
            self._answer(event)
        elif is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self.receipt.isEnabled() and not event.isAutoRepeat():
                self._submit_with_receipt()
        elif not self.methods.choose_key(int(event.key())):
            super().keyPressEvent(event)

    def submit(self) -> None:
        """Take the payment. Like ones that were told of do not stop it."""
        self._with_receipt = self._with_receipt and bool(self._twins)
        self._send()

    @Slot()
    def _submit_with_receipt(self) -> None:
        """Take it, and print its receipt. The payment is saved first, and waits for no printer."""
        self._with_receipt = True
        self._send()

    def set_allowed(self, allowed: bool) -> None:
        """Both buttons at once."""
        super().set_allowed(allowed)
        self.receipt.setEnabled(self.save.isEnabled())

    def set_busy(self, busy: bool, *, saving: bool = False) -> None:
        """Both buttons at once."""
        super().set_busy(busy, saving=saving)
        self.receipt.setEnabled(self.save.isEnabled())

    def _send(self) -> None:
        self.form.clear()
        try:
            draft = self._draft()
        except InputError as error:
            self.fail(error)
            return
        self.set_busy(True, saving=True)
        if self.context.away.keeps_cash:
            self._keep(draft)
            return
        self._sent = True
        payments, told, known = self.context.services.payments, self._twins, self._known

        def take() -> tuple[Payment, Crossing | None]:
            taken = payments.take(draft, told).value
            return taken, None if known is None else payments.crossing(taken, known)

        self.context.tasks.run(Lane.WRITE, self, take, lambda found: self._saved(*found), self.fail)

    def fail(self, error: KnownError) -> None:
        """A like payment is told, and needs another key than the one that was pressed. While the database is away, cash
        is offered to be kept.
        """
        if is_away(error) and self.context.away.keeps_cash:
            self.set_busy(False)
            self._show_away()
            return
        if not isinstance(error, TwinError):
            super().fail(error)
            return
        self.set_busy(False)
        self._await_answer(frozenset(twin.uid for twin in error.twins))
        twin, formats = error.twins[-1], self.context.formats
        name = method_name(twin.source, twin.method, twin.brand, self.context.settings)
        text = self.tr("{amount} by {method} stands here already, from {moment}. If this is another, press Ctrl+Enter.")
        text = text.format(amount=formats.money(twin.money), method=name, moment=formats.moment(twin.occurred_at))
        self.banner.tell(self.tr("The same payment twice?"), text, Tone.ATTENTION)

    def _keep(self, draft: PaymentDraft) -> None:
        """At this desk, until the database is back. What came of an earlier try nobody knows: it has the same uid."""
        outbox, settings, booking = self.context.services.outbox, self.context.settings, self._booking
        kept = KeepDraft(
            draft.uid, draft.amount, booking.uid, booking.reference, draft.method, draft.note, draft.tendered,
            draft.cash_due, sent=self._sent,
        )  # fmt: skip
        self.context.tasks.run(Lane.WRITE, self, lambda: outbox.keep(kept, settings), self._was_kept, self.fail)

    def _was_kept(self, kept: Kept) -> None:
        self.accept()
        self.kept.emit(kept)

    @Slot()
    def _show_away(self) -> None:
        """What Enter does while the database is away, and again when it is back."""
        keeps = self.context.away.keeps_cash
        if keeps:
            title, kept = self.tr("The database is away"), self._may_be_kept()
            words = self.tr("Enter keeps the cash at this desk. It is delivered once, by itself, when it is back.")
            only = self.tr("Only cash can be taken meanwhile. What was typed stays.")
            self.banner.tell(title, words if kept else only, Tone.ATTENTION)
        elif self._tells_away:
            self.banner.hide()
        self._tells_away = keeps
        self.receipt.setVisible(not keeps and not self._twins)
        self._changed()

    def _may_be_kept(self) -> bool:
        return self.methods.method.kind is MethodKind.CASH

    def _build(self, code: str) -> None:
        theme = self.context.theme
        for edit in (self.reference, self.note):
            edit.setProperty("field", True)
        self._amount = Field(self.context, self.tr("Amount, {code}").format(code=code), self.amount)
        self._tendered = Field(self.context, self.tr("Tendered, {code}").format(code=code), self.cash.edit)
        self._reference = Field(self.context, self.tr("Reference"), self.reference)
        self._note = Field(self.context, self.tr("Note"), self.note)
        self.form = Form(
            self.context,
            {"amount": self._amount, "currency": self._amount, "tendered": self._tendered,
             "reference": self._reference, "note": self._note},
        )  # fmt: skip
        self._day = Label(theme, size=tokens.SMALL, tone="text2")
        self._rounding = Label(theme, tone="text2")
        self._rounding.setWordWrap(True)
        self.body.addWidget(self.methods)
        self.body.addWidget(self.question)
        amounts = row(self._amount, self._tendered, spacing=16)
        amounts.setStretch(0, 1)
        amounts.setStretch(1, 1)
        self.body.addLayout(amounts)
        self.body.addWidget(self._rounding)
        self.body.addWidget(self.cash)
        self.body.addWidget(self._reference)
        self.body.addWidget(self._note)
        self.body.addLayout(row(Icon(theme, "calendar"), self._day, None))
        today = self.context.formats.short_date(self.context.today())
        self._day.setText(self.tr("Business day {day}").format(day=today))
        self.receipt = Button(theme, self.tr("With receipt"), key="Ctrl+Enter")
        self.receipt.setAutoDefault(False)
        self.receipt.clicked.connect(self._submit_with_receipt)
        self.add_buttons(self.tr("Take"), self.receipt)
        self.select_all_on_focus(self.amount, self.cash.edit)

    def _connect(self) -> None:
        self.methods.chosen.connect(self._method_chosen)
        self.amount.changed.connect(self._amount_changed)
        self.cash.tendered.connect(self._changed)
        self.question.answered.connect(self._changed)
        self.question.through_stripe.connect(self.reject)
        self.context.settings_changed.connect(self._amount_changed)
        self.context.away.changed.connect(self._show_away)

    def _draft(self) -> PaymentDraft:
        method = self.methods.method
        money = require_positive(self.amount.money())
        tendered = None
        if method.kind is MethodKind.CASH:
            try:
                tendered = self.cash.given()
            except InputError as error:
                raise InputError(error.code, field="tendered", **error.params) from error
        reference = self.reference.text() if self._reference.isVisibleTo(self) else ""
        return PaymentDraft(
            self._uid,
            self._booking.pk,
            method.code,
            money,
            reference=reference,
            note=self.note.text(),
            tendered=tendered,
            cash_due=self._due(money).minor,
        )

    def _answer(self, event: QKeyEvent) -> None:
        """Enter answers nothing by mistake: it goes to the question of the card; Ctrl+Enter takes a like payment."""
        if self._is_asked():
            self.question.no.setFocus()
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier and not self._busy:
            self.submit()

    def _await_answer(self, twins: frozenset[str]) -> None:
        """Enter takes the payment, or, after like ones were told, Ctrl+Enter does."""
        self._twins = twins
        self.save.setDefault(not twins)
        self.save.setAutoDefault(not twins)
        self.save.set_key("Ctrl+Enter" if twins else "Enter")
        self.receipt.setVisible(not twins)

    def _due(self, money: Money) -> Money:
        """What is to be taken for an amount: cash may be rounded."""
        return Money(self.context.settings.cash_due(self.methods.method, money), money.currency)

    def _saved(self, payment: Payment, crossing: Crossing | None) -> None:
        self.taken.emit(payment)
        self.accept()
        if crossing is not None:
            self.crossed.emit(crossing)
        if self._with_receipt:
            self.receipt_wanted.emit(payment)

    @Slot(object)
    def _method_chosen(self, method: Method) -> None:
        cash = method.kind is MethodKind.CASH
        self.cash.setVisible(cash)
        self._tendered.setVisible(cash)
        self._reference.setVisible(not cash or method.needs_reference)
        required = self.tr("Reference") if method.needs_reference else self.tr("Reference, if there is one")
        self._reference.rename(required)
        self.question.setVisible(method.kind is MethodKind.CARD)
        self._amount_changed()
        if self.context.away.keeps_cash:
            self._show_away()
        target = self.cash.edit if cash and self.amount.text() else self.amount
        target.setFocus()

    @Slot()
    def _amount_changed(self) -> None:
        self._amount.say_wrong("")
        self._amount.set_aside(self._part_of_balance())
        money = self.amount.money_or_none()
        due = None if money is None else self._due(money)
        self._rounding.setText("" if money is None or due is None or money == due else self._rounded(money, due))
        self._rounding.setVisible(bool(self._rounding.text()))
        self.cash.set_due(due)
        self._changed()

    def _rounded(self, money: Money, due: Money) -> str:
        formats = self.context.formats
        by = formats.signed(due.minor - money.minor, money.currency)
        text = self.tr("In cash {due}: rounded by {by}. On the folio it counts as {amount}.")
        return text.format(due=formats.money(due), by=by, amount=formats.money(money))

    def _part_of_balance(self) -> str:
        """What the amount is, measured by what is owed."""
        money, owed = self.amount.money_or_none(), self._booking.totals.balance
        if money is None or owed <= 0:
            return ""
        if money.minor == owed:
            return self.tr("the whole balance")
        rest = self.context.formats.money(Money(abs(owed - money.minor), money.currency))
        more = self.tr("{amount} more than the balance").format(amount=rest)
        return self.tr("{amount} stay open").format(amount=rest) if money.minor < owed else more

    @Slot()
    def _changed(self) -> None:
        """The button says what it will take."""
        if self._twins:
            self._await_answer(frozenset())
            self.banner.hide()
        self._tendered.say_wrong("")
        money = self.amount.money_or_none()
        amount = self.context.formats.money(self._due(money)) if money is not None else ""
        keeps = self.context.away.keeps_cash
        words = self.tr("Keep {amount}") if keeps else self.tr("Take {amount}")
        self.save.setText(words.format(amount=amount).strip())
        self.set_allowed(self._may_be_kept() if keeps else not self._is_asked())

    def _is_asked(self) -> bool:
        """Whether a card waits for an answer to whether Stripe took it."""
        return self.methods.method.kind is MethodKind.CARD and not self.question.is_answered
