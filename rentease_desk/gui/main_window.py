"""The window: its pages, what leads from one to another, and its menus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from rentease_desk import __version__
from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.lists import MoneyRow, PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment
from rentease_desk.gui.actions import Actions
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.booking_dialog import BookingDialog
from rentease_desk.gui.dialogs.export_view import ExportDialog
from rentease_desk.gui.dialogs.take_payment import TakePaymentDialog
from rentease_desk.gui.dialogs.void_payment import VoidPaymentDialog
from rentease_desk.gui.errors import explained
from rentease_desk.gui.practice_menu import PracticeControl, PracticeMenu
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.theme import Appearance
from rentease_desk.gui.views.bookings_view import BookingsView
from rentease_desk.gui.views.folio_view import FolioView
from rentease_desk.gui.views.page import Page
from rentease_desk.gui.views.payments_view import PaymentsView
from rentease_desk.gui.views.settings_view import SettingsView
from rentease_desk.gui.views.sync_view import SyncView
from rentease_desk.gui.widgets.banner import Banner
from rentease_desk.gui.widgets.foot_bar import FootBar
from rentease_desk.gui.widgets.rail import Place, Rail
from rentease_desk.gui.widgets.sync_cards import SyncState
from rentease_desk.gui.widgets.top_bar import TopBar

_SIZE = (1440, 900)
_SMALLEST = (1024, 640)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the window is told about where it runs. ``person`` and ``desk`` stand in its corners, ``place`` in About."""

    person: str
    desk: str
    appearance: Appearance
    place: str
    practice: bool = False


class MainWindow(QMainWindow):
    """Shown at once; it fills when the database is open.

    ``closing``: the person has closed it. ``appearance_chosen``, ``zoom_chosen``: for this desk. ``reset_asked``:
    begin practice afresh. ``practice_asked``: open practice beside this window.
    """

    closing = Signal()
    appearance_chosen = Signal(object)
    zoom_chosen = Signal(int)
    reset_asked = Signal()
    practice_asked = Signal()

    def __init__(self, context: Context, around: Surroundings) -> None:
        super().__init__()
        self.context, self._around = context, around
        self.bookings, self.payments = BookingsView(context), PaymentsView(context)
        self.folio, self.sync = FolioView(context), SyncView(context)
        self.settings = SettingsView(context, around.appearance)
        self._pages: dict[str, Page] = {
            "bookings": self.bookings, "payments": self.payments, "folio": self.folio, "sync": self.sync,
            "settings": self.settings,
        }  # fmt: skip
        self._before_folio = "bookings"
        self.top = TopBar(context, practice=around.practice, person=around.person)
        self.rail = Rail(context.theme, self._places())
        self.foot = FootBar(context.theme, around.desk)
        self.banner = Banner(context.theme)
        self._build()
        self.actions_ = Actions(self, self._handlers())
        self.actions_.add_appearance(around.appearance, self.appearance_chosen.emit)
        self.actions_["practice"].setVisible(not around.practice)
        if not around.practice:
            self.actions_.add_help()
        self._connect()
        self.go("bookings")
        self._restore()

    @property
    def page(self) -> str:
        """The page that is shown."""
        return next(name for name, page in self._pages.items() if page is self._stack.currentWidget())

    def go(self, name: str) -> None:
        """Show a page."""
        page = self._pages[name]
        self._stack.setCurrentWidget(page)
        self.rail.mark(self._before_folio if name == "folio" else name)
        self.foot.show_keys(page.key_hints())
        self.foot.tell("")
        page.enter()

    def add_practice(self, control: PracticeControl) -> None:
        """The practice server is there: the learner may make things happen."""
        menu = PracticeMenu(self.context, control, self._marked_reference, self)
        menu.happened.connect(self.foot.say)
        menu.failed.connect(self.show_error)
        menu.reset_asked.connect(self.reset_asked)
        self.actions_.add_menu(menu.menu)
        self.actions_.add_help()

    @Slot(object)
    def show_error(self, error: KnownError) -> None:
        """A known error that no page takes."""
        self.banner.explain(explained(error, self.context.formats))

    def offer(self, error: KnownError, action: str, run: Callable[[], None]) -> None:
        """A known error, and a way out of it."""
        self.banner.explain(explained(error, self.context.formats), action, run)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember how the window was."""
        self.context.state.set_bytes("window", self.saveGeometry())
        for table in (self.bookings.table, self.payments.table):
            table.save_columns()
        self.context.state.flush()
        self.closing.emit()
        event.accept()

    def _places(self) -> tuple[Place, ...]:
        return (
            Place("bookings", self.tr("Bookings"), "bookings"),
            Place("payments", self.tr("Payments"), "payments"),
            Place("sync", self.tr("Sync"), "sync"),
            Place("settings", self.tr("Settings"), "settings", foot=True),
        )

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Rentease Desk – practice") if self._around.practice else self.tr("Rentease Desk"))
        self.setMinimumSize(*_SMALLEST)
        self._stack = QStackedWidget()
        for page in self._pages.values():
            self._stack.addWidget(page)
            page.begin()
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self._stack, 1)
        central = QWidget()
        outer = QVBoxLayout(central)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.top)
        outer.addWidget(self.banner)
        outer.addLayout(middle, 1)
        outer.addWidget(self.foot)
        self.setCentralWidget(central)

    def _restore(self) -> None:
        kept = self.context.state.bytes("window")
        if not (isinstance(kept, QByteArray) and self.restoreGeometry(kept)):
            self.resize(*_SIZE)

    def _handlers(self) -> dict[str, Callable[[], None]]:
        step = self.context.theme.step_zoom
        return {
            "settings": lambda: self.go("settings"),
            "practice": self.practice_asked.emit,
            "about": self._about,
            "quit": lambda: self._quit(),
            "bookings": lambda: self.go("bookings"),
            "payments": lambda: self.go("payments"),
            "sync": lambda: self.go("sync"),
            "search": self._search,
            "larger": lambda: self._zoom(step, 1),
            "smaller": lambda: self._zoom(step, -1),
            "normal": lambda: self._zoom(step, 0),
            "new": self.new_booking,
            "edit": self._edit_marked,
            "pay": self._pay_marked,
            "void": self._void_marked,
            "sync_now": self._sync_now,
            "export": self._export,
        }

    def _connect(self) -> None:
        context = self.context
        self.rail.chosen.connect(self.go)
        for page in (self.bookings, self.payments):
            page.booking_opened.connect(self.open_folio)
            page.pay_asked.connect(self.take_payment)
        self.bookings.new_asked.connect(self.new_booking)
        self.payments.void_asked.connect(self._void_row)
        self.payments.export_asked.connect(self.export_payments)
        self.payments.told.connect(self._payments_told)
        self.folio.pay_asked.connect(self.take_payment)
        self.folio.edit_asked.connect(self.edit_booking)
        self.folio.void_asked.connect(self.void_payment)
        self.folio.closed.connect(self._leave_folio)
        self.sync.running.connect(self.top.show_running)
        self.sync.progressed.connect(self.top.show_progress)
        self.sync.stood.connect(self._sync_stood)
        self.settings.appearance_chosen.connect(self.appearance_chosen)
        context.tasks.known_error.connect(self.show_error)
        context.changed.connect(self._count_unmatched)
        context.ready.connect(self._count_unmatched)

    @Slot(object)
    def open_folio(self, pk: int) -> None:
        """Show a booking's folio; Escape comes back here."""
        if self.page != "folio":
            self._before_folio = self.page
        self.folio.show_booking(pk)
        self.go("folio")

    @Slot(object)
    def take_payment(self, pk: int) -> None:
        """Ask for a payment on a booking."""
        bookings = self.context.services.bookings
        self.context.tasks.run(Lane.READ, self, lambda: bookings.get(pk), self._open_payment, channel="pay")

    @Slot()
    def new_booking(self) -> None:
        """Ask for a new booking."""
        self._open_booking(None)

    @Slot(object)
    def edit_booking(self, booking: Booking) -> None:
        """Ask for the changes of a booking."""
        self._open_booking(booking)

    @Slot(object)
    def void_payment(self, payment: Payment) -> None:
        """Ask why a payment is void."""
        dialog = VoidPaymentDialog(self.context, self, payment)
        dialog.voided.connect(self._voided)
        dialog.open()

    @Slot(object)
    def export_payments(self, query: PaymentQuery) -> None:
        """Ask how the list is written."""
        dialog = ExportDialog(self.context, self, query, self.payments.model.rowCount())
        dialog.exported.connect(lambda done: self.foot.say(self.tr("Written: {path}").format(path=done.path)))
        dialog.open()

    def _open_payment(self, booking: Booking) -> None:
        dialog = TakePaymentDialog(self.context, self, booking)
        dialog.taken.connect(self._taken)
        dialog.open()

    def _open_booking(self, booking: Booking | None) -> None:
        if not self.context.is_ready:
            return
        rooms = self.context.services.bookings.rooms

        def show(names: tuple[str, ...]) -> None:
            dialog = BookingDialog(self.context, self, names, booking)
            dialog.saved.connect(self._booking_saved)
            dialog.open()

        self.context.tasks.run(Lane.READ, self, rooms, show, channel="rooms")

    @Slot(object)
    def _taken(self, payment: Payment) -> None:
        amount = self.context.formats.money(Money(payment.amount, payment.currency))
        self.foot.say(self.tr("{amount} taken from {guest}.").format(amount=amount, guest=payment.guest))

    @Slot(object)
    def _voided(self, payment: Payment) -> None:
        amount = self.context.formats.money(Money(payment.amount, payment.currency))
        self.foot.say(self.tr("{amount} is void.").format(amount=amount))

    @Slot(object)
    def _booking_saved(self, booking: Booking) -> None:
        self.foot.say(self.tr("{reference} is saved.").format(reference=booking.reference))
        if self.page == "bookings":
            self.bookings.mark_when_loaded(booking.pk)

    @Slot()
    def _leave_folio(self) -> None:
        pk = self.folio.booking_pk
        self.go(self._before_folio)
        if self._before_folio == "bookings" and pk is not None:
            self.bookings.show_booking(pk)

    def _marked_booking(self) -> int | None:
        """The booking that actions are about."""
        if self.page == "folio":
            return self.folio.booking_pk
        if self.page == "bookings":
            return self.bookings.current_booking
        return self.payments.current_booking if self.page == "payments" else None

    def _marked_reference(self) -> str | None:
        if self.page == "folio" and self.folio.folio is not None:
            return self.folio.folio.booking.reference
        booking = self.bookings.current_item if self.page == "bookings" else None
        return booking.reference if booking else None

    @Slot()
    def _pay_marked(self) -> None:
        pk = self._marked_booking()
        if pk is not None:
            self.take_payment(pk)
        else:
            self.foot.say(self.tr("Mark a booking first: a payment belongs to one."))

    @Slot()
    def _edit_marked(self) -> None:
        pk = self._marked_booking()
        if pk is not None:
            bookings = self.context.services.bookings
            self.context.tasks.run(Lane.READ, self, lambda: bookings.get(pk), self.edit_booking, channel="edit")

    @Slot()
    def _void_marked(self) -> None:
        if self.page == "folio":
            self.folio.ask_void()
        elif self.page == "payments" and self.payments.current_row is not None:
            self._void_row(self.payments.current_row)

    @Slot(object)
    def _void_row(self, shown: MoneyRow) -> None:
        payments = self.context.services.payments
        self.context.tasks.run(
            Lane.READ, self, lambda: payments.get(shown.payment_pk), self.void_payment, channel="void"
        )

    @Slot()
    def _sync_now(self) -> None:
        if self.context.is_ready:
            self.go("sync")
            self.sync.now.ask()

    @Slot()
    def _export(self) -> None:
        if self.page != "payments":
            self.go("payments")
        self.export_payments(self.payments.query)

    @Slot()
    def _search(self) -> None:
        view = self.payments if self.page == "payments" else self.bookings
        if self.page not in {"payments", "bookings"}:
            self.go("bookings")
        view.search.setFocus()
        view.search.selectAll()

    def _zoom(self, step: Callable[[int], None], direction: int) -> None:
        step(direction)
        self.zoom_chosen.emit(self.context.theme.zoom)

    @Slot()
    def _about(self) -> None:
        box = QMessageBox(self)
        box.setWindowTitle(self.tr("About Rentease Desk"))
        box.setText(self.tr("Rentease Desk {version}").format(version=__version__))
        told = self.tr("A payments desk, not a certified cash register.\nThe data of this desk: {place}")
        box.setInformativeText(told.format(place=self._around.place))
        box.open()

    def _quit(self) -> None:
        self.close()

    @Slot(str)
    def _payments_told(self, text: str) -> None:
        if self.page == "payments":
            self.foot.tell(text)

    @Slot(object)
    def _sync_stood(self, state: SyncState) -> None:
        self.top.show_state(state)
        last = state.last_success
        formats = self.context.formats
        ended = formats.moment(last.ended_at) if last is not None and last.ended_at is not None else ""
        self.foot.show_desk(self.tr("last sync {moment}").format(moment=ended) if ended else self.tr("not synced yet"))

    @Slot()
    def _count_unmatched(self, changes: Changes | None = None) -> None:
        if changes is not None and not changes.payments:
            return
        payments, query = self.context.services.payments, PaymentQuery(unmatched=True)
        self.context.tasks.run(
            Lane.READ,
            self,
            lambda: len(payments.keys(query)),
            lambda count: self.rail.set_count("payments", count),
            channel="unmatched",
        )
