"""One booking: who, when, what is owed, and its whole ledger."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.folio import Charge, Folio, FolioLine
from rentease_desk.domain.money import Money
from rentease_desk.domain.parts import Transfer
from rentease_desk.domain.payment import Payment, Refund
from rentease_desk.domain.permissions import Permission
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.cell import Cell
from rentease_desk.gui.models.folio_model import FolioModel
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.views.page import Page
from rentease_desk.gui.widgets.balance_card import BalanceCard
from rentease_desk.gui.widgets.basics import Button, ChipLabel, Label, column, frame, on_surface
from rentease_desk.gui.widgets.dispute_lines import DisputeLines
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.widgets.flow import FlowLayout
from rentease_desk.gui.widgets.folio_table import FolioTable
from rentease_desk.gui.widgets.link_lines import LinkLines
from rentease_desk.gui.widgets.low_head import LowHead
from rentease_desk.gui.widgets.rights import guard
from rentease_desk.gui.widgets.total_row import TotalRow
from rentease_desk.gui.words import balance_chip, booking_chip, spoken_amount

_BELOW = 180
"""Pixels of the design: the header of the ledger, three of its lines, and the sums."""
_MOVING = {Qt.Key.Key_M: "move", Qt.Key.Key_S: "split", Qt.Key.Key_D: "double"}


class FolioView(Page):
    """``pay_asked``, ``charge_asked``, ``link_asked`` and ``edit_asked`` carry a booking's key, ``void_asked`` a
    Payment, ``reverse_asked`` a FolioLine, ``moving_asked`` a deed (move, split, undo, double), a FolioLine and a
    booking's key; ``closed``: back to the list.

    ``void_wanted``, ``refund_wanted`` and ``receipt_wanted``: the marked line should be voided, given back, or get a
    receipt, if it can; ``refund_asked`` carries the payment's key and the booking's, ``receipt_asked`` the payment's
    and the refund's (None: of the payment itself).
    """

    pay_asked = Signal(object)
    charge_asked = Signal(object)
    link_asked = Signal(object)
    edit_asked = Signal(object)
    reverse_asked = Signal(object)
    moving_asked = Signal(str, object, object)
    void_asked = Signal(object)
    void_wanted = Signal()
    refund_wanted = Signal()
    refund_asked = Signal(object, object)
    receipt_wanted = Signal()
    receipt_asked = Signal(object, object)
    closed = Signal()

    def __init__(self, context: Context) -> None:
        self.folio: Folio | None = None
        self._pk: int | None = None
        self.model = FolioModel(context)
        self.table = FolioTable(self.model, context.theme)
        self.total = TotalRow(context.theme, self.table)
        super().__init__(context, "")
        on_surface(self, context.theme)
        self.model.setParent(self)
        self._build()
        self.table.asked.connect(self._asked)
        context.changed.connect(self._refresh)
        context.settings_changed.connect(self._reload)
        context.day_changed.connect(self._reload)

    @property
    def booking_pk(self) -> int | None:
        """The booking on show."""
        return self._pk

    @property
    def current_line(self) -> FolioLine | None:
        """The marked line; none while the ledger of another booking is still on its way."""
        return None if self.folio is None else self.model.line_at(self.table.currentIndex().row())

    def key_hints(self) -> Sequence[tuple[str, str]]:
        """Keys of this page."""
        return (
            ("F9", self.tr("Pay")),
            ("F8", self.tr("Charge")),
            ("F6", self.tr("Payment link")),
            ("F7", self.tr("Receipt")),
            ("F2", self.tr("Edit booking")),
            ("V", self.tr("Void or reverse line")),
            ("R", self.tr("Refund")),
            ("M", self.tr("Move")),
            ("S", self.tr("Split")),
            ("Esc", self.tr("Back to list")),
        )

    def enter(self) -> None:
        """The keyboard is in the ledger."""
        self.table.setFocus()

    def show_booking(self, pk: int) -> None:
        """Show another booking."""
        if pk != self._pk:
            self._forget()
        self._pk = pk
        self._reload()

    def start(self) -> None:
        """Another database: nothing of the old one is shown."""
        self._pk = None
        self._forget()
        self._show_nothing()

    def _forget(self) -> None:
        self.folio = None
        self.banner.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape goes back, V voids or reverses, R refunds, P prints a receipt, M moves, S splits, D compares; held
        down, once.
        """
        wanted = {Qt.Key.Key_V: self.void_wanted, Qt.Key.Key_R: self.refund_wanted, Qt.Key.Key_P: self.receipt_wanted}
        if event.isAutoRepeat() and event.key() in {*wanted, *_MOVING}:
            return
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() in wanted and not event.modifiers():
            wanted[Qt.Key(event.key())].emit()
        elif event.key() in _MOVING and not event.modifiers():
            if (line := self.current_line) is not None:
                self._asked(_MOVING[Qt.Key(event.key())], line)
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        theme = self.context.theme
        self._stay_chip, self._state = ChipLabel(theme), ChipLabel(theme)
        self._subline = ElidedLabel(theme, tone="text2")
        self._card = BalanceCard(self.context, sum_shown=True)
        names = column(spacing=4)
        names.addLayout(FlowLayout(self.title, self._state, self._stay_chip))
        names.addWidget(self._subline)
        names.addLayout(self._facts())
        names.addStretch(1)
        top = QHBoxLayout()
        top.addLayout(names, 1)
        top.addWidget(self._card, 0, Qt.AlignmentFlag.AlignTop)
        head = frame(bar="page")
        inside = QVBoxLayout(head)
        inside.setContentsMargins(tokens.MARGIN, 16, tokens.MARGIN, 16)
        inside.setSpacing(16)
        inside.addLayout(top)
        self.disputes, self.links = DisputeLines(self.context), LinkLines(self.context)
        inside.addWidget(self.disputes)
        inside.addLayout(self._buttons())
        inside.addWidget(self.links)
        self.table.setAccessibleName(self.tr("Ledger"))
        self._low_head = LowHead(theme, head, self, _BELOW)
        self.body.addWidget(self._low_head)
        self.body.addWidget(self.banner)
        self.body.addWidget(self.table)
        self.body.addWidget(self.total)
        self.body.addStretch(1)

    def _facts(self) -> FlowLayout:
        """Room, dates and sums, each with its name above."""
        theme, facts = self.context.theme, FlowLayout(spacing=32)
        facts.setContentsMargins(0, 12, 0, 0)
        self._values: dict[str, Label] = {}
        for name, words in (
            ("room", self.tr("Room")), ("arrival", self.tr("Arrival")), ("departure", self.tr("Departure")),
            ("nights", self.tr("Nights")), ("charges", self.tr("Charges")), ("payments", self.tr("Payments")),
            ("refunds", self.tr("Refunds")),
        ):  # fmt: skip
            self._values[name] = Label(theme, weight=QFont.Weight.Medium)
            fact = QWidget()
            fact.setLayout(column(Label(theme, words, size=tokens.SMALL, tone="text2"), self._values[name], spacing=2))
            facts.addWidget(fact)
        return facts

    def _guard_buttons(self) -> None:
        for permission, button in (
            (Permission.TAKE_PAYMENT, self.pay), (Permission.EDIT_BOOKING, self.edit),
            (Permission.CHARGE, self.charge), (Permission.PAYMENT_LINK, self.link),
            (Permission.REFUND, self.refund), (Permission.RECEIPT, self.receipt),
        ):  # fmt: skip
            guard(self.context, permission, button)

    def _buttons(self) -> FlowLayout:
        theme = self.context.theme
        self.pay = Button(theme, self.tr("Pay"), kind="primary", icon="cash", key="F9")
        self.edit = Button(theme, self.tr("Edit"), icon="pencil", key="F2")
        self.charge = Button(theme, self.tr("Charge"), icon="plus", key="F8")
        self.link = Button(theme, self.tr("Payment link"), icon="link", key="F6")
        self.void = Button(theme, self.tr("Void line"), icon="circle-slash", key="V")
        self.refund = Button(theme, self.tr("Refund"), icon="arrow-back", key="R")
        self.receipt = Button(theme, self.tr("Receipt"), icon="receipt", key="F7")
        self._guard_buttons()
        back = Button(theme, self.tr("Back"), kind="text", key="Esc")
        self.edit.setAccessibleName(self.tr("Edit booking"))
        back.setAccessibleName(self.tr("Back to list"))
        self.pay.clicked.connect(self._ask_pay)
        self.charge.clicked.connect(self._ask_charge)
        self.link.clicked.connect(self._ask_link)
        self.edit.clicked.connect(self._ask_edit)
        self.void.clicked.connect(self.void_wanted)
        self.refund.clicked.connect(self.refund_wanted)
        self.receipt.clicked.connect(self.receipt_wanted)
        back.clicked.connect(self.closed)
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return FlowLayout(self.pay, self.charge, self.link, self.receipt, self.edit, self.void, self.refund, gap, back)

    @Slot()
    def _reload(self) -> None:
        pk = self._pk
        if pk is not None and self.context.is_ready:
            bookings = self.context.services.bookings
            self.context.tasks.run(
                Lane.READ, self, lambda: bookings.folio(pk), self._show, self._not_read, channel="folio"
            )

    def _show(self, folio: Folio) -> None:
        if folio.booking.pk != self._pk:
            return
        self.was_read("folio")
        line, is_new = self.current_line, self.folio is None or self.model.rowCount() == 0
        self.folio = folio
        booking, formats = folio.booking, self.context.formats
        self.title.setText(booking.guest.name)
        self._state.show_chip(balance_chip(booking, formats, self.context.today()))
        self._stay_chip.show_chip(booking_chip(booking.status))
        self._subline.setText(" · ".join(part for part in self._about(booking) if part))
        self._card.show_folio(folio)
        self._card.show()
        for name, text in self._told(booking).items():
            self._values[name].setText(text)
        self.model.show_folio(folio)
        row = self.model.rowCount() - 1 if is_new else self.model.row_of(line) if line is not None else None
        # A payment that another desk took from here leaves no mark: V and R would be about another one.
        self.table.setCurrentIndex(QModelIndex() if row is None else self.model.index(row, 0))
        self.disputes.show_disputes(folio.disputes)
        self.links.show_links(folio.links)
        self._low_head.fit()
        self.total.show_cells(self._totals(folio))
        self.total.show()

    def _not_read(self, error: KnownError) -> None:
        """What is shown stays, unless it is of another booking."""
        if self.folio is None:
            self._show_nothing()
        self.not_read("folio", error)

    def _show_nothing(self) -> None:
        for label in (self.title, self._subline, *self._values.values()):
            label.setText("")
        for chip in (self._state, self._stay_chip):
            chip.show_chip(None)
        self.model.show_nothing()
        self.disputes.show_disputes(())
        self.links.show_links(())
        self._card.hide()
        self.total.hide()

    def _about(self, booking: Booking) -> Sequence[str]:
        count = booking.adults + booking.children
        guests = self.tr("%n guests", "", count) if count != 1 else self.tr("1 guest")
        return (booking.reference, booking.guest.email, booking.guest.phone, booking.channel, guests, booking.note)

    def _told(self, booking: Booking) -> dict[str, str]:
        formats, totals, currency = self.context.formats, booking.totals, booking.currency
        return {
            "room": ", ".join(booking.rooms) or self.tr("none yet"),
            "arrival": formats.short_date(booking.arrival),
            "departure": formats.short_date(booking.departure),
            "nights": str(booking.nights),
            "charges": formats.money(Money(totals.charged, currency)),
            "payments": formats.money(Money(totals.paid, currency)),
            "refunds": formats.money(Money(totals.refunded, currency)),
        }

    def _totals(self, folio: Folio) -> dict[str, Cell]:
        booking, formats = folio.booking, self.context.formats
        totals, currency = booking.totals, booking.currency
        void = sum(line.struck for line in folio.lines)
        lines = self.tr("%n lines", "", len(folio.lines)) if len(folio.lines) != 1 else self.tr("1 line")
        about = ", ".join(part for part in (lines, self.tr("%n void", "", void) if void else "") if part)
        sums = {"charge": totals.charged, "payment": totals.paid - totals.refunded, "balance": totals.balance}
        return {
            "date": Cell(self.tr("Total"), strong=True),
            "text": Cell(f"{about} · {self.tr('all in {currency}').format(currency=currency.upper())}", colour="text2"),
        } | {
            name: Cell(formats.amount(minor, currency), strong=True, spoken=spoken_amount(minor, currency, formats))
            for name, minor in sums.items()
        }

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        if self._pk in changes.bookings:
            self._reload()

    @Slot()
    def _ask_pay(self) -> None:
        if self._pk is not None:
            self.pay_asked.emit(self._pk)

    @Slot()
    def _ask_charge(self) -> None:
        if self._pk is not None:
            self.charge_asked.emit(self._pk)

    @Slot()
    def _ask_link(self) -> None:
        if self._pk is not None:
            self.link_asked.emit(self._pk)

    @Slot()
    def _ask_edit(self) -> None:
        if self._pk is not None:
            self.edit_asked.emit(self._pk)

    @Slot(str, object)
    def _asked(self, deed: str, line: FolioLine) -> None:
        """Something of a line's menu."""
        item, pk = line.item, self._pk
        if deed == "reverse":
            self.reverse_asked.emit(line)
        elif deed == "void":
            self.void_asked.emit(item)
        elif deed == "receipt":
            self._ask_receipt(item)
        elif isinstance(item, Payment | Transfer) and pk is not None:
            if deed == "refund":
                self.refund_asked.emit(item.pk if isinstance(item, Payment) else item.payment.pk, pk)
            else:
                self.moving_asked.emit(deed, line, pk)

    def ask_void(self) -> bool:
        """Ask for a void of the marked payment, or for the reversal of the marked charge; False if it is neither."""
        line = self.current_line
        if line is None or not isinstance(line.item, Payment | Charge):
            return False
        if isinstance(line.item, Charge):
            self.reverse_asked.emit(line)
        else:
            self.void_asked.emit(line.item)
        return True

    def ask_refund(self) -> bool:
        """Ask for a refund of the marked payment, or of what came of one; False if the line is neither."""
        line = self.current_line
        if line is None or not isinstance(line.item, Payment | Transfer):
            return False
        self._asked("refund", line)
        return True

    def ask_receipt(self) -> bool:
        """Ask for the receipt of the marked payment or refund; False if the line is neither."""
        line = self.current_line
        return line is not None and self._ask_receipt(line.item)

    def _ask_receipt(self, item: Charge | Payment | Refund | Transfer) -> bool:
        match item:
            case Payment():
                self.receipt_asked.emit(item.pk, None)
            case Transfer():
                self.receipt_asked.emit(item.payment.pk, None)
            case Refund():
                self.receipt_asked.emit(item.payment_pk, item.pk)
            case Charge():
                return False
        return True
