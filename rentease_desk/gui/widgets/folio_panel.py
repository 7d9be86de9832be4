"""A booking's folio in short, beside a list: who, what is owed, the chosen payment, and the ledger."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.folio import Folio
from rentease_desk.domain.lists import MoneyKind, MoneyRow
from rentease_desk.domain.payment import PaymentStatus
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.stays import Deed
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import DASH
from rentease_desk.gui.models.folio_model import FolioModel
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.balance_card import BalanceCard
from rentease_desk.gui.widgets.basics import Button, ChipLabel, IconButton, Label, column, frame, row
from rentease_desk.gui.widgets.cell_table import CellTable
from rentease_desk.gui.widgets.dispute_lines import DisputeLines
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.widgets.flow import FlowLayout
from rentease_desk.gui.widgets.rights import guard
from rentease_desk.gui.widgets.stay_buttons import StayButtons
from rentease_desk.gui.words import account_words, is_refund, method_name, row_chip, spoken_amount, tr


class FolioPanel(QFrame):
    """Shows one booking. ``pay_asked``, ``charge_asked`` and ``open_asked`` carry its key. ``closed``: it should go.

    ``receipt_wanted``: of the payment that is shown. ``failed`` carries a KnownError. What is asked for of the stay,
    ``stays`` tells.
    """

    pay_asked = Signal(object)
    charge_asked = Signal(object)
    open_asked = Signal(object)
    receipt_wanted = Signal()
    closed = Signal()
    failed = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self._pk: int | None = None
        self.setProperty("bar", "side")
        self._name = ElidedLabel(theme, size=tokens.LARGE, weight=QFont.Weight.DemiBold)
        self._stay = Label(theme, tone="text2")
        self._stay.setWordWrap(True)
        self._card = BalanceCard(context)
        self.disputes = DisputeLines(context, narrow=True)
        self._payment = PaymentFacts(context)
        self.stays = StayButtons(theme)
        self.receipt = Button(theme, self.tr("Receipt"), key="F7")
        self.receipt.hide()
        self._model = FolioModel(context, narrow=True)
        self._table = CellTable(self._model, self._model.columns, theme, edge=0)
        self._table.setAccessibleName(self.tr("Ledger"))
        self._empty = Label(theme, self.tr("Choose a row that belongs to a booking."), tone="text2")
        self._content = QWidget()
        self._build()
        self._show_nothing()
        context.changed.connect(self._refresh)
        context.settings_changed.connect(self._reload)
        context.day_changed.connect(self._reload)
        context.ready.connect(self._show_nothing)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_booking(self, pk: int | None, row: MoneyRow | None = None) -> None:
        """Show a booking, and of it one payment; None shows nothing."""
        self._payment.show_row(row)
        self.receipt.setVisible(row is not None)
        if pk is None:
            self._show_nothing()
        elif pk != self._pk:
            self._pk = pk
            self._reload()

    def _build(self) -> None:
        context = self._context
        close = IconButton(context.theme, "close", self.tr("Close the folio"), "link")
        close.clicked.connect(self.closed)
        head = row(self._name, close)
        head.setStretch(0, 1)
        head.setAlignment(close, Qt.AlignmentFlag.AlignTop)
        pay = Button(context.theme, self.tr("Pay"), key="F9")
        pay.clicked.connect(self._pay)
        charge = Button(context.theme, self.tr("Charge"), key="F8")
        charge.clicked.connect(self._charge)
        self.receipt.clicked.connect(self.receipt_wanted)
        guard(context, Permission.TAKE_PAYMENT, pay)
        guard(context, Permission.CHARGE, charge)
        for deed, button in self.stays.deeds.items():
            ends = deed in {Deed.CANCEL, Deed.NO_SHOW}
            guard(context, Permission.CANCEL_BOOKING if ends else Permission.EDIT_BOOKING, button)
        guard(context, Permission.EDIT_BOOKING, self.stays.undo)
        folio = Button(context.theme, self.tr("Open folio"), kind="text", key="Enter")
        folio.clicked.connect(self._open)
        ledger = row(Label(context.theme, self.tr("Ledger"), weight=QFont.Weight.DemiBold), None, folio)
        inside = column(spacing=12)
        inside.addLayout(head)
        for part in (self._stay, self._card, self.stays, self.disputes, self._payment):
            inside.addWidget(part)
        inside.addLayout(ledger)
        inside.addWidget(self._table, 1)
        inside.addLayout(FlowLayout(pay, charge, self.receipt))
        self._content.setLayout(inside)
        inside.setContentsMargins(0, 0, 0, 0)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 16)
        outer.addWidget(self._empty, 0, Qt.AlignmentFlag.AlignCenter)
        outer.addWidget(self._content, 1)

    @Slot()
    def _show_nothing(self) -> None:
        self._pk = None
        self._content.hide()
        self._empty.show()

    @Slot()
    def _reload(self) -> None:
        pk = self._pk
        if pk is not None:
            bookings = self._context.services.bookings
            self._context.tasks.run(
                Lane.READ, self, lambda: bookings.folio(pk), self._show, self._not_read, channel="folio"
            )

    def _not_read(self, error: KnownError) -> None:
        """Better nothing than the folio of another booking."""
        self._show_nothing()
        self.failed.emit(error)

    def _show(self, folio: Folio) -> None:
        booking, formats = folio.booking, self._context.formats
        if booking.pk != self._pk:
            return
        self._name.setText(booking.guest.name)
        dates = f"{formats.short_date(booking.arrival)} – {formats.short_date(booking.departure)}"
        rooms = tr("room {name}").format(name=", ".join(booking.rooms)) if booking.rooms else tr("no room")
        self._stay.setText(f"{booking.reference} · {rooms} · {dates}")
        self._card.show_folio(folio)
        self.stays.show_booking(booking)
        self.disputes.show_disputes(folio.disputes)
        self._model.show_folio(folio)
        self._empty.hide()
        self._content.show()

    @Slot()
    def _restyle(self) -> None:
        self.setFixedWidth(self._context.theme.text_px(tokens.SIDE_FOLIO))

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        if self._pk in changes.bookings:
            self._reload()

    @Slot()
    def _pay(self) -> None:
        if self._pk is not None:
            self.pay_asked.emit(self._pk)

    @Slot()
    def _charge(self) -> None:
        if self._pk is not None:
            self.charge_asked.emit(self._pk)

    @Slot()
    def _open(self) -> None:
        if self._pk is not None:
            self.open_asked.emit(self._pk)


class PaymentFacts(QWidget):
    """What is known of one payment, as pairs of a name and a value."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._when = ElidedLabel(context.theme, tone="text2")
        self._chip = ChipLabel(context.theme)
        self._title = Label(context.theme, weight=QFont.Weight.DemiBold)
        head = row(self._title, self._when, None, self._chip)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._values: dict[str, Label] = {}
        self._add("method", self.tr("Method"), 0, 0, span=3)
        pairs = (("gross", self.tr("Gross")), ("fee", self.tr("Fee")), ("source", self.tr("Source")),
                 ("by", self.tr("By")))  # fmt: skip
        for at, (name, words) in enumerate(pairs):
            self._add(name, words, 1 + at // 2, at % 2 * 2)
        self._add("note", self.tr("Note"), 3, 0, span=3)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.addLayout(head)
        layout.addLayout(self._grid)
        line = frame(bar="line")
        line.setFixedHeight(1)
        layout.addWidget(line)
        self.hide()

    def show_row(self, shown: MoneyRow | None) -> None:
        """Show a payment or refund; None hides this."""
        self.setVisible(shown is not None)
        if shown is None:
            return
        context, formats = self._context, self._context.formats
        self._title.setText(self._kind(shown))
        self._when.setText(formats.moment(shown.occurred_at))
        self._chip.show_chip(row_chip(shown))
        name = method_name(shown.source, shown.method, shown.brand, context.settings)
        settled = shown.settlement_currency or shown.currency
        fee = DASH if shown.fee is None else f"{formats.amount(-shown.fee, settled)} {settled.upper()}"
        values = {
            "method": f"{name} •• {shown.last4}" if shown.last4 else name,
            "source": account_words(shown.source, shown.stripe_account, context.settings),
            "gross": f"{formats.amount(shown.gross, shown.currency)} {shown.currency.upper()}",
            "fee": fee,
            "by": shown.actor,
            "note": shown.note.replace("_", " ") or shown.reference or DASH,
        }
        for key, value in values.items():
            self._values[key].setText(value)
        self._values["gross"].setAccessibleName(spoken_amount(shown.gross, shown.currency, formats))
        spoken = self.tr("none") if shown.fee is None else spoken_amount(-shown.fee, settled, formats)
        self._values["fee"].setAccessibleName(spoken)
        struck = shown.status is PaymentStatus.VOIDED
        self._values["gross"].set_tone("text2" if struck else "wrong" if shown.gross < 0 else "")

    def _kind(self, shown: MoneyRow) -> str:
        if shown.kind is MoneyKind.RETURN:
            return self.tr("Refund returned")
        return self.tr("Refund") if is_refund(shown) else self.tr("Payment")

    def _add(self, name: str, words: str, at_row: int, at_column: int, span: int = 1) -> None:
        value = Label(self._context.theme) if span > 1 else ElidedLabel(self._context.theme)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._values[name] = value
        self._grid.addWidget(Label(self._context.theme, words, tone="text2"), at_row, at_column)
        value.setWordWrap(span > 1)
        self._grid.addWidget(value, at_row, at_column + 1, 1, span)
