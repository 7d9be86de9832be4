"""The payments and refunds: filtered by words, days, method and state, with their sums."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSplitter, QWidget

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.lists import MoneyRow, PaymentQuery, PaymentSort, PaymentTotals
from rentease_desk.domain.payment import PaymentStatus, Source
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.payments_model import PaymentsModel, PaymentSource
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.views.page import Page
from rentease_desk.gui.widgets.basics import Button, Label, column, frame, row
from rentease_desk.gui.widgets.choice import ChoiceButton
from rentease_desk.gui.widgets.date_range import DateRangeButton
from rentease_desk.gui.widgets.desk_table import DeskTable
from rentease_desk.gui.widgets.empty_state import EmptyState
from rentease_desk.gui.widgets.folio_panel import FolioPanel
from rentease_desk.gui.widgets.search_field import SearchField
from rentease_desk.gui.widgets.totals_foot import TotalsFoot
from rentease_desk.gui.words import payment_chip

_FIRST_DAYS = 30
_UNMATCHED = "unmatched"


class PaymentsView(Page):
    """``booking_opened`` and ``pay_asked`` carry a booking's key; ``void_asked`` a MoneyRow; ``export_asked`` a query.

    ``told`` carries a sentence for the status bar: what of the list is not counted.
    """

    booking_opened = Signal(object)
    pay_asked = Signal(object)
    void_asked = Signal(object)
    export_asked = Signal(object)
    told = Signal(str)

    def __init__(self, context: Context) -> None:
        self.query = PaymentQuery()
        self.model = PaymentsModel(context)
        self.table = DeskTable("payments", self.model, context.theme, context.state)
        self.search = SearchField(context.theme, self.tr("Filter"), "Ctrl+F")
        self.panel = FolioPanel(context)
        self.foot = TotalsFoot(context)
        self._empty = EmptyState(context.theme, self.table)
        super().__init__(context, self.tr("Payments"))
        self.model.setParent(self)
        self._build()
        self._connect()

    def start(self) -> None:
        """The last thirty business days."""
        today = self.context.today()
        self._fill_methods()
        self.days.show_range(DateRange(today - timedelta(days=_FIRST_DAYS - 1), today))
        self._filter()

    def enter(self) -> None:
        """The keyboard is in the list."""
        self.table.setFocus()

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
            ("Ctrl+E", self.tr("Export view")),
        )

    @Slot()
    def reload(self) -> None:
        """Read the list and its sums again."""
        if not self.context.is_ready:
            return
        payments, query = self.context.services.payments, self.query
        self.table.show_sorting(query.sort, descending=query.descending)
        self.model.load(PaymentSource(payments, query))
        self.context.tasks.run(
            Lane.READ, self, lambda: payments.totals(query), self._show_totals, self.fail, channel="totals"
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space shows or hides the folio beside the list, V voids."""
        if event.key() == Qt.Key.Key_Space:
            self._show_panel(not self.panel.isVisible())
        elif event.key() == Qt.Key.Key_V and not event.modifiers() and self.current_row is not None:
            self.void_asked.emit(self.current_row)
        elif event.key() == Qt.Key.Key_Escape and self.panel.isVisible():
            self._show_panel(False)
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        context, theme = self.context, self.context.theme
        self._columns = Button(theme, self.tr("Columns"), icon="columns")
        self._columns.setMenu(self.table.column_menu(self._columns))
        self._export = Button(theme, self.tr("Export view"), icon="download", key="Ctrl+E")
        for button in (self._columns, self._export):
            self.title_row.addWidget(button)
        self.days = DateRangeButton(context)
        self.methods = ChoiceButton(theme, self.tr("All methods"))
        self.states = ChoiceButton(theme, self.tr("Any status"))
        self.states.set_choices([(_UNMATCHED, self.tr("Without a booking")), *_states()])
        self._basis = Label(theme, size=tokens.SMALL, tone="text2")
        filters = row(self.search, self.days, self.methods, self.states, None, self._basis)
        filters.setStretch(0, 1)
        self.search.setMinimumWidth(theme.px(180))
        self.search.setMaximumWidth(theme.px(280))
        head = frame(bar="page")
        inside = column(spacing=tokens.GRID, margins=(16, 16, 16, 12))
        inside.addLayout(self.title_row)
        inside.addLayout(filters)
        head.setLayout(inside)
        self.table.setAccessibleName(self.tr("Payments"))
        left = QWidget()
        stack = column(head, self.banner, self.table, self.foot, spacing=0)
        stack.setStretch(2, 1)
        left.setLayout(stack)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(left)
        splitter.addWidget(self.panel)
        splitter.setStretchFactor(0, 1)
        self.panel.setFixedWidth(theme.px(tokens.SIDE_FOLIO))
        self.panel.hide()
        self.body.addWidget(splitter)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._filter)
        for choice in (self.days, self.methods, self.states):
            choice.chosen.connect(self._filter)
        self._export.clicked.connect(self._ask_export)
        self.table.opened.connect(self._open)
        self.table.sort_asked.connect(self._sort_by)
        self.table.picked.connect(self._pick)
        self.panel.closed.connect(self._close_panel)
        self.panel.pay_asked.connect(self.pay_asked)
        self.panel.open_asked.connect(self.booking_opened)
        self.model.reloaded.connect(self._loaded)
        self.context.changed.connect(self._refresh)
        self.context.settings_changed.connect(self._settings_changed)

    def _fill_methods(self) -> None:
        settings = self.context.settings
        manual = [((Source.MANUAL, one.code), one.label) for one in settings.methods]
        stripe = [((Source.STRIPE, None), self.tr("Everything through Stripe"))]
        self.methods.set_choices([*stripe, *manual])
        self._basis.setText(self.tr("by business day, {zone}").format(zone=settings.zone))

    @Slot()
    def _filter(self) -> None:
        source, method = self.methods.value or (None, None)
        state = self.states.value
        self.query = PaymentQuery(
            text=self.search.text(),
            days=self.days.range,
            method=method,
            source=source,
            status=state if isinstance(state, PaymentStatus) else None,
            unmatched=state == _UNMATCHED,
            sort=self.query.sort,
            descending=self.query.descending,
        )
        self.reload()

    @Slot(object, bool)
    def _sort_by(self, sort: PaymentSort, descending: bool) -> None:
        query = self.query
        self.query = PaymentQuery(
            query.text, query.days, query.method, query.source, query.status, query.unmatched, sort, descending
        )
        self.reload()

    def _show_totals(self, totals: PaymentTotals) -> None:
        self.foot.show_totals(totals)
        self.told.emit(self.foot.not_counted(totals))

    def _show_panel(self, shown: bool) -> None:
        self.panel.setVisible(shown)
        if shown:
            self._pick(None)

    @Slot(object)
    def _pick(self, _key: object) -> None:
        if self.panel.isVisible():
            shown = self.current_row
            self.panel.show_booking(shown.booking_pk if shown else None, shown)

    @Slot(object)
    def _open(self, _key: object) -> None:
        if self.current_booking is not None:
            self.booking_opened.emit(self.current_booking)

    @Slot()
    def _close_panel(self) -> None:
        self._show_panel(False)
        self.table.setFocus()

    @Slot()
    def _ask_export(self) -> None:
        self.export_asked.emit(self.query)

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        if changes.payments or changes.refunds:
            self.reload()

    @Slot()
    def _settings_changed(self) -> None:
        self._fill_methods()
        self.reload()

    @Slot()
    def _loaded(self) -> None:
        count = self.model.rowCount()
        self.subtitle.setText(self.tr("%n rows", "", count))
        self._empty.setVisible(count == 0)
        if count == 0:
            self._empty.say(
                self.tr("No payments here"),
                self.tr("Cash is taken with F9 on a booking. Card payments come from Stripe by themselves: press F5."),
            )


def _states() -> list[tuple[PaymentStatus, str]]:
    recorded = {PaymentStatus.VOIDED: Source.MANUAL}
    return [(one, payment_chip(one, recorded.get(one, Source.STRIPE)).word) for one in PaymentStatus]
