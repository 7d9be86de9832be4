"""The window's pages, each made when it is first needed, and what they ask of the window."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from rentease_desk.gui.context import Context
from rentease_desk.gui.theme import Appearance
from rentease_desk.gui.views.folio_beside import FolioBeside
from rentease_desk.gui.views.page import Page
from rentease_desk.gui.views.today_view import TodayView

if TYPE_CHECKING:
    from rentease_desk.domain.saved_filters import SavedFilter
    from rentease_desk.gui.views.bookings_view import BookingsView
    from rentease_desk.gui.views.drawer_view import DrawerView
    from rentease_desk.gui.views.events_view import EventsView
    from rentease_desk.gui.views.folio_view import FolioView
    from rentease_desk.gui.views.follow_ups_view import FollowUpsView
    from rentease_desk.gui.views.payments_view import PaymentsView
    from rentease_desk.gui.views.reports_view import ReportsView
    from rentease_desk.gui.views.settings_view import SettingsView
    from rentease_desk.gui.views.sync_view import SyncView
    from rentease_desk.gui.views.tape_view import TapeView
    from rentease_desk.gui.views.unmatched_view import UnmatchedView

NAMES = (
    "today", "bookings", "tape", "payments", "folio", "sync", "events", "follow_ups", "unmatched", "drawer", "reports",
    "settings",
)  # fmt: skip
_TOLD = ("sync", "events", "follow_ups")
"""What these read is told in the corners and in the rail, whatever page is shown."""
PageT = TypeVar("PageT", bound=Page)
BesideT = TypeVar("BesideT", bound=FolioBeside)


class Pages(QStackedWidget):
    """The first page is made with the window, which is painted sooner so; the others, and their imports, when needed.

    ``added`` carries one more. ``told``: the page on show has another standing sentence. ``said`` carries a sentence
    about a deed. ``unmatched_asked`` carries a payment's key, or None. ``booking_opened``, ``pay_asked``,
    ``charge_asked`` and ``edit_asked`` carry a booking's key, ``stay_asked`` a deed (None: undo the last) and the
    Booking as it is shown, ``move_asked`` such a Booking and the Place it should go to. ``reverse_asked`` carries a
    FolioLine, ``moving_asked`` a deed, a FolioLine and a booking's key, ``split_asked`` a payment's key,
    ``refund_asked`` one and the booking's (None: it is not said), ``void_asked`` a MoneyRow or a Payment,
    ``export_asked`` a query, ``link_asked`` a booking's key, ``link_shown`` and ``link_cancelled`` a PaymentLink.
    ``void_wanted``, ``refund_wanted`` and ``receipt_wanted``: what is marked should be voided, given back, or get a
    receipt; ``receipt_asked`` carries a payment's key and a refund's (None: its own).
    ``duplicates_asked`` carries a payment's key, or None. ``folio_left``: go back.
    ``running``, ``progressed`` and ``stood`` are the sync's. ``counted`` carries a place and how much waits there.
    ``cash_asked`` carries a MovementKind, ``z_asked`` a DrawerSession.
    ``day_opened`` carries a day whose payments are asked for.
    ``filters_managed``: save, rename or delete those of the page on show.
    """

    added = Signal(QWidget)
    told = Signal()
    said = Signal(str)
    booking_opened = Signal(object)
    new_asked = Signal()
    pay_asked = Signal(object)
    stay_asked = Signal(object, object)
    move_asked = Signal(object, object)
    edit_asked = Signal(object)
    charge_asked = Signal(object)
    link_asked = Signal(object)
    link_shown = Signal(object)
    link_cancelled = Signal(object)
    reverse_asked = Signal(object)
    moving_asked = Signal(str, object, object)
    split_asked = Signal(object)
    void_wanted = Signal()
    void_asked = Signal(object)
    refund_wanted = Signal()
    refund_asked = Signal(object, object)
    receipt_wanted = Signal()
    receipt_asked = Signal(object, object)
    export_asked = Signal(object)
    unmatched_asked = Signal(object)
    duplicates_asked = Signal(object)
    folio_left = Signal()
    running = Signal(bool)
    progressed = Signal(object)
    stood = Signal(object)
    counted = Signal(str, object)
    cash_asked = Signal(object)
    z_asked = Signal(object)
    filters_managed = Signal()
    day_opened = Signal(object)
    appearance_chosen = Signal(object)

    def __init__(self, context: Context, appearance: Appearance) -> None:
        super().__init__()
        self._context, self._appearance = context, appearance
        self._made: dict[str, Page] = {}
        self._duplicates = 0
        self._filters: tuple[SavedFilter, ...] = ()

    @property
    def shown(self) -> str:
        """The name of the page that is shown."""
        return next(name for name, page in self._made.items() if page is self.currentWidget())

    def is_made(self, name: str) -> bool:
        """Whether anybody has needed the page yet."""
        return name in self._made

    def named(self, name: str) -> Page:
        """A page by its name, one of ``NAMES``."""
        page: Page = getattr(self, name)
        return page

    @Slot()
    def begin_telling(self) -> None:
        """Make the pages of which something is told elsewhere. The others wait until somebody looks at them."""
        for name in _TOLD:
            self.named(name)

    def show_duplicates(self, count: int) -> None:
        """So many pairs of payments wait for somebody."""
        self._duplicates = count
        if self.is_made("payments"):
            self.payments.show_duplicates(count)

    def show_filters(self, filters: tuple[SavedFilter, ...]) -> None:
        """These were saved, of all pages."""
        self._filters = filters
        for name in self._made:
            self._give_filters(name)

    def show_appearance(self, appearance: Appearance) -> None:
        """Another one was chosen somewhere."""
        self._appearance = appearance
        if self.is_made("settings"):
            self.settings.appearance.choose(appearance)

    @cached_property
    def today(self) -> TodayView:
        """The first page."""
        view = self._list("today", TodayView(self._context))
        view.new_asked.connect(self.new_asked)
        view.said.connect(self.said)
        return view

    @cached_property
    def bookings(self) -> BookingsView:
        """The bookings."""
        from rentease_desk.gui.views.bookings_view import BookingsView

        view = self._list("bookings", BookingsView(self._context))
        view.new_asked.connect(self.new_asked)
        return view

    @cached_property
    def tape(self) -> TapeView:
        """Rooms by days."""
        from rentease_desk.gui.views.tape_view import TapeView

        view = self._list("tape", TapeView(self._context))
        view.move_asked.connect(self.move_asked)
        view.said.connect(self.said)
        return view

    @cached_property
    def payments(self) -> PaymentsView:
        """The payments."""
        from rentease_desk.gui.views.payments_view import PaymentsView

        view = self._list("payments", PaymentsView(self._context))
        view.void_wanted.connect(self.void_wanted)
        view.void_asked.connect(self.void_asked)
        view.refund_wanted.connect(self.refund_wanted)
        view.refund_asked.connect(self.refund_asked)
        view.receipt_asked.connect(self.receipt_asked)
        view.export_asked.connect(self.export_asked)
        view.unmatched_asked.connect(self.unmatched_asked)
        view.duplicates_asked.connect(self.duplicates_asked)
        view.show_duplicates(self._duplicates)
        return view

    @cached_property
    def folio(self) -> FolioView:
        """The folio of one booking."""
        from rentease_desk.gui.views.folio_view import FolioView

        view = self._add("folio", FolioView(self._context))
        view.pay_asked.connect(self.pay_asked)
        view.edit_asked.connect(self.edit_asked)
        view.charge_asked.connect(self.charge_asked)
        view.link_asked.connect(self.link_asked)
        view.links.show_asked.connect(self.link_shown)
        view.links.cancel_asked.connect(self.link_cancelled)
        view.reverse_asked.connect(self.reverse_asked)
        view.moving_asked.connect(self.moving_asked)
        view.void_wanted.connect(self.void_wanted)
        view.void_asked.connect(self.void_asked)
        view.refund_wanted.connect(self.refund_wanted)
        view.refund_asked.connect(self.refund_asked)
        view.receipt_wanted.connect(self.receipt_wanted)
        view.receipt_asked.connect(self.receipt_asked)
        view.closed.connect(self.folio_left)
        return view

    @cached_property
    def sync(self) -> SyncView:
        """The sync."""
        from rentease_desk.gui.views.sync_view import SyncView

        view = SyncView(self._context)
        view.running.connect(self.running)
        view.progressed.connect(self.progressed)
        view.stood.connect(self.stood)
        return self._add("sync", view)

    @cached_property
    def events(self) -> EventsView:
        """What Stripe says has happened."""
        from rentease_desk.gui.views.events_view import EventsView

        view = EventsView(self._context)
        view.counted.connect(self._events_counted)
        view.said.connect(self.said)
        return self._add("events", view)

    @cached_property
    def follow_ups(self) -> FollowUpsView:
        """What went wrong and needs a person."""
        from rentease_desk.gui.views.follow_ups_view import FollowUpsView

        view = FollowUpsView(self._context)
        view.counted.connect(self._follow_ups_counted)
        view.said.connect(self.said)
        view.booking_opened.connect(self.booking_opened)
        return self._add("follow_ups", view)

    @cached_property
    def unmatched(self) -> UnmatchedView:
        """Card payments without a booking."""
        from rentease_desk.gui.views.unmatched_view import UnmatchedView

        view = UnmatchedView(self._context)
        view.counted.connect(self._unmatched_counted)
        view.split_asked.connect(self.split_asked)
        view.said.connect(self.said)
        view.booking_opened.connect(self.booking_opened)
        return self._add("unmatched", view)

    @cached_property
    def drawer(self) -> DrawerView:
        """The cash drawer of this desk."""
        from rentease_desk.gui.views.drawer_view import DrawerView

        view = DrawerView(self._context)
        view.said.connect(self.said)
        view.move_asked.connect(self.cash_asked)
        view.report_asked.connect(self.z_asked)
        return self._add("drawer", view)

    @cached_property
    def reports(self) -> ReportsView:
        """The reports."""
        from rentease_desk.gui.views.reports_view import ReportsView

        view = self._add("reports", ReportsView(self._context))
        view.said.connect(self.said)
        view.day_opened.connect(self.day_opened)
        return view

    @cached_property
    def settings(self) -> SettingsView:
        """The settings."""
        from rentease_desk.gui.views.settings_view import SettingsView

        view = self._add("settings", SettingsView(self._context, self._appearance))
        view.appearance_chosen.connect(self.appearance_chosen)
        view.key.changed.connect(self.sync.reload)
        return view

    def _list(self, name: str, view: BesideT) -> BesideT:
        view.booking_opened.connect(self.booking_opened)
        view.pay_asked.connect(self.pay_asked)
        view.stay_asked.connect(self.stay_asked)
        view.charge_asked.connect(self.charge_asked)
        view.receipt_wanted.connect(self.receipt_wanted)
        return self._add(name, view)

    def _add(self, name: str, page: PageT) -> PageT:
        """Put a new page among the others."""
        page.told.connect(self.told)
        self._made[name] = page
        if page.kept is not None:
            page.kept.said.connect(self.said)
            page.kept.managed.connect(self.filters_managed)
        self._give_filters(name)
        self.addWidget(page)
        page.begin()
        self.added.emit(page)
        return page

    def _give_filters(self, name: str) -> None:
        kept = self._made[name].kept
        if kept is not None:
            kept.show([one for one in self._filters if one.page == name])

    @Slot(object)
    def _events_counted(self, count: int) -> None:
        self.counted.emit("events", count)

    @Slot(object)
    def _follow_ups_counted(self, count: int) -> None:
        self.counted.emit("follow_ups", count)

    @Slot(object)
    def _unmatched_counted(self, count: int) -> None:
        self.counted.emit("unmatched", count)
