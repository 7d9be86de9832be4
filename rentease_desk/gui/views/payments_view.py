"""The payments and refunds: filtered by words, days, method and state, with their sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.lists import MoneyKind, MoneyRow, PaymentQuery, PaymentSort, PaymentTotals
from rentease_desk.domain.payment import Source
from rentease_desk.domain.permissions import Permission
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.filter_contents import NamedDays, PaymentFilter
from rentease_desk.gui.models.payments_model import PaymentsModel, PaymentSource
from rentease_desk.gui.page_filters import FilterState, PageFilters
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.views.list_page import ListPage
from rentease_desk.gui.widgets.basics import Button, Label
from rentease_desk.gui.widgets.flow import FlowLayout
from rentease_desk.gui.widgets.low_head import LowHead
from rentease_desk.gui.widgets.payment_filters import UNMATCHED, PaymentFilters
from rentease_desk.gui.widgets.rights import guard
from rentease_desk.gui.widgets.totals_foot import TotalsFoot
from rentease_desk.gui.words import is_refund, rows_told

_FIRST_DAYS = "30"

_ABOVE = 290
"""Pixels of the design that the sums leave for the rest: title, filters, and some rows."""


class PaymentsView(ListPage):
    """``void_asked`` carries a MoneyRow, ``export_asked`` a query. The status bar tells what is not counted.

    ``void_wanted`` and ``refund_wanted``: the marked row should be voided, or given back, if it can; ``refund_asked``
    carries the payment's key, and None: no booking is said; ``receipt_asked`` the payment's and the refund's (None: of
    the payment itself). ``unmatched_asked`` carries the key of a payment that needs a booking, or None;
    ``duplicates_asked`` that of a payment which may stand there twice, or None for all.
    """

    kept: PageFilters
    void_asked = Signal(object)
    void_wanted = Signal()
    refund_wanted = Signal()
    refund_asked = Signal(object, object)
    receipt_asked = Signal(object, object)
    export_asked = Signal(object)
    unmatched_asked = Signal(object)
    duplicates_asked = Signal(object)

    def __init__(self, context: Context) -> None:
        self.query = PaymentQuery()
        self.model = PaymentsModel(context)
        super().__init__(context, "payments", context.tr("Payments"), self.model)
        self._build()
        self._connect()

    def start(self) -> None:
        """The last thirty business days."""
        self._fill_methods()
        self.days.choose(_FIRST_DAYS)
        self.filter()

    @property
    def current_row(self) -> MoneyRow | None:
        """The marked payment or refund."""
        return self.model.item_at(self.table.currentIndex().row())

    @property
    def current_booking(self) -> int | None:
        """The key of the booking that the marked row belongs to."""
        shown = self.current_row
        return shown.booking_pk if shown else None

    def key_hints(self) -> Sequence[tuple[str, str]]:
        """Keys of this page."""
        return (
            ("F9", self.tr("Pay")),
            ("Enter", self.tr("Open folio")),
            ("Space", self.tr("Folio beside")),
            ("V", self.tr("Void")),
            ("R", self.tr("Refund")),
            ("F7", self.tr("Receipt")),
            ("D", self.tr("Compare with its double")),
        )

    @Slot()
    def reload(self) -> None:
        """Read the list and its sums again."""
        if not self.context.is_ready:
            return
        payments, query = self.context.services.payments, self.query
        self.kept.look()
        self.table.show_sorting(query.sort, descending=query.descending)
        self.model.load(PaymentSource(payments, query))
        self.context.tasks.run(
            Lane.READ, self, lambda: payments.totals(query), self._show_totals, self._no_totals, channel="totals"
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """V voids, R refunds, D compares; held down, they do it once."""
        if event.isAutoRepeat() and event.key() in {Qt.Key.Key_V, Qt.Key.Key_R, Qt.Key.Key_D}:
            return
        if event.key() == Qt.Key.Key_V and not event.modifiers():
            self.void_wanted.emit()
        elif event.key() == Qt.Key.Key_R and not event.modifiers():
            self.refund_wanted.emit()
        elif event.key() == Qt.Key.Key_D and not event.modifiers():
            self._ask_double()
        else:
            super().keyPressEvent(event)

    def ask_void(self) -> bool:
        """Ask for a void of the marked payment; False if none is marked."""
        if self.current_row is None:
            return False
        self.void_asked.emit(self.current_row)
        return True

    def ask_refund(self) -> bool:
        """Ask for a refund of the marked payment; False if none is marked, or a refund is."""
        shown = self.current_row
        if shown is None or is_refund(shown):
            return False
        self.refund_asked.emit(shown.payment_pk, None)
        return True

    def ask_receipt(self) -> bool:
        """Ask for the receipt of the marked payment or refund; False if none is marked."""
        return self._ask_receipt(self.current_row)

    def _ask_receipt(self, shown: MoneyRow | None) -> bool:
        if shown is None:
            return False
        self.receipt_asked.emit(shown.payment_pk, shown.key // 2 if shown.kind is MoneyKind.REFUND else None)
        return True

    def _receipt_of(self, row: int) -> Callable[[], object] | None:
        shown = self.model.item_at(row)
        return None if shown is None else partial(self._ask_receipt, shown)

    def _void_of(self, row: int) -> Callable[[], object] | None:
        """For the menu of a row: what it was opened on, wherever the mark is by then."""
        shown = self.model.item_at(row)
        return None if shown is None else partial(self.void_asked.emit, shown)

    def _refund_of(self, row: int) -> Callable[[], object] | None:
        shown = self.model.item_at(row)
        return None if shown is None or is_refund(shown) else partial(self.refund_asked.emit, shown.payment_pk, None)

    def show_day(self, day: date) -> None:
        """The payments of one business day, without any other filter."""
        self.filters.take(PaymentFilter(days=NamedDays.OTHER, first=day, last=day))
        self.filter()

    def show_duplicates(self, count: int) -> None:
        """How many pairs of payments look alike and wait for a person."""
        words = self.tr("1 possible duplicate") if count == 1 else self.tr("{count} possible duplicates")
        self.find_doubles.setText(words.format(count=count))
        self.find_doubles.setVisible(count > 0)
        self.find_doubles.updateGeometry()

    def _ask_double(self) -> None:
        if self.current_row is not None:
            self.duplicates_asked.emit(self.current_row.payment_pk)

    def _double_of(self, row: int) -> Callable[[], object] | None:
        shown = self.model.item_at(row)
        return None if shown is None else partial(self.duplicates_asked.emit, shown.payment_pk)

    def _build(self) -> None:
        context, theme = self.context, self.context.theme
        self._export = Button(theme, self.tr("Export view"), icon="download", key="Ctrl+E")
        guard(context, Permission.EXPORT, self._export)
        self.title_row.addWidget(self._export)
        self.filters = PaymentFilters(context, self)
        self.search, self.days, self.methods, self.states = self.filters.parts
        state = FilterState(PaymentFilter, self._present_filter, self._filter_words, self._take_filter)
        self.kept = PageFilters(context, self, state)
        self.find_homes = Button(theme, self.tr("Find their bookings"), icon="question", key="Ctrl+U")
        self.find_homes.hide()
        self.find_doubles = Button(theme, "", icon="question")
        self.find_doubles.hide()
        self._basis = Label(theme, size=tokens.SMALL, tone="text2")
        self._basis.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._basis.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.foot = TotalsFoot(context)
        self.foot.stand_under(self.table, "gross")
        self._low_foot = LowHead(theme, self.foot, self, _ABOVE)
        self.assemble(
            FlowLayout(*self.filters.parts, self.kept.button, self.find_homes, self.find_doubles, self._basis),
            self._low_foot,
        )

    def _connect(self) -> None:
        self.filters.changed.connect(self.filter)
        self._export.clicked.connect(self._ask_export)
        self.find_homes.clicked.connect(self._ask_unmatched)
        self.find_doubles.clicked.connect(lambda: self.duplicates_asked.emit(None))
        self.table.opened.connect(self._open)
        self.table.add_row_entry(self.tr("Void payment"), "V", self._void_of)
        self.table.add_row_entry(self.tr("Refund…"), "R", self._refund_of)
        self.table.add_row_entry(self.tr("Compare with its double…"), "D", self._double_of)
        self.table.add_row_entry(self.tr("Receipt…"), "F7", self._receipt_of)
        self.table.sort_asked.connect(self._sort_by)
        self.model.reloaded.connect(self._loaded)
        self.context.changed.connect(self._refresh)
        self.context.settings_changed.connect(self._settings_changed)
        self.context.day_changed.connect(self._day_changed)

    def _fill_methods(self) -> None:
        self.filters.fill_methods()
        self._basis.setText(self.tr("by business day, {zone}").format(zone=self.context.settings.zone))

    @Slot()
    def filter(self) -> None:
        """Read what the filters say now."""
        if not self.context.is_ready:
            return
        self.find_homes.setVisible(self.states.value == UNMATCHED)
        self.query = self.filters.query(self.query.sort, descending=self.query.descending)
        self.reload()

    def _present_filter(self) -> PaymentFilter:
        return self.filters.present(self.query)

    def _filter_words(self) -> str:
        return " · ".join((*self.filters.words(), *self.table.sorted_words(self.query.sort)))

    def _take_filter(self, wanted: PaymentFilter) -> str:
        told = self.filters.take(wanted)
        self.query = replace(self.query, sort=wanted.sort, descending=wanted.descending)
        self.filter()
        return told

    @Slot(object, bool)
    def _sort_by(self, sort: PaymentSort, descending: bool) -> None:
        self.query = replace(self.query, sort=sort, descending=descending)
        self.reload()

    def _no_totals(self, error: KnownError) -> None:
        self.not_read("totals", error)

    def _show_totals(self, totals: PaymentTotals) -> None:
        self.was_read("totals")
        self.foot.show_totals(totals)
        self._low_foot.fit()
        self.tell(self.foot.not_counted(totals))

    @Slot(object)
    def _open(self, _key: object) -> None:
        if self.current_booking is not None:
            self.booking_opened.emit(self.current_booking)
        elif self._waits(self.current_row):
            self._ask_unmatched()

    @staticmethod
    def _waits(row: MoneyRow | None) -> bool:
        return row is not None and row.source is Source.STRIPE and not is_refund(row)

    @Slot()
    def _ask_unmatched(self) -> None:
        row = self.current_row
        waits = row is not None and self._waits(row) and row.booking_pk is None
        self.unmatched_asked.emit(row.payment_pk if row is not None and waits else None)

    @Slot()
    def _ask_export(self) -> None:
        self.export_asked.emit(self.query)

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        if changes.payments or changes.refunds or changes.bookings:
            self.reload()

    @Slot()
    def _settings_changed(self) -> None:
        self._fill_methods()
        self._day_changed()

    @Slot()
    def _day_changed(self) -> None:
        """The last thirty days are other days now."""
        self.days.refresh()
        self.filter()

    @Slot()
    def _loaded(self) -> None:
        count = self.model.rowCount()
        self.subtitle.setText(rows_told(count, self.context.formats))
        self.empty.setVisible(count == 0)
        filtered = PaymentQuery(days=self.query.days, sort=self.query.sort, descending=self.query.descending)
        if count == 0 and self.query != filtered:
            self.empty.say(self.tr("Nothing found"), self.tr("No payment fits these filters."))
        elif count == 0:
            text = self.tr(
                "Cash is taken with F9 on a booking. Card payments come from Stripe by themselves: press F5."
            )
            self.empty.say(self.tr("No payments on these days"), text)
