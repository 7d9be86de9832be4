"""What the pages share: tasks, look, language, and the services once the database is open."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from rentease_desk.domain.changes import EVERYTHING, Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.domain.staff import ForbiddenError, Staff, refusal
from rentease_desk.gui.away import Away
from rentease_desk.gui.formats import Formats
from rentease_desk.gui.others_news import OthersNews
from rentease_desk.gui.state import WindowState
from rentease_desk.gui.tasks import Lane, Tasks
from rentease_desk.gui.theme import Theme

if TYPE_CHECKING:
    from rentease_desk.services.bundle import Services
    from rentease_desk.services.outbox import OutboxService


log = logging.getLogger(__name__)


_OUTGROWN = frozenset({"database.newer", "database.moved"})


def _never() -> None:
    """There is no timer."""


class Context(QObject):
    """Made once, handed to every page.

    ``ready``: the services are there. ``changed`` carries Changes, of this desk or another process of it.
    ``settings_changed``: settings, language or zone are others now. ``day_changed``: another business day has begun.
    ``staff_changed``: somebody else is at the desk, or may do other things. ``outgrown`` carries the KnownError which
    says that the database is another version's now, or elsewhere. ``knows_property``: its settings were read, or are
    what this desk remembers of them.
    """

    ready = Signal()
    changed = Signal(object)
    settings_changed = Signal()
    day_changed = Signal()
    staff_changed = Signal()
    outgrown = Signal(object)
    _published = Signal(object)
    _heard = Signal(object)
    _lost = Signal(object)

    def __init__(self, tasks: Tasks, theme: Theme, state: WindowState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tasks = tasks
        self.theme = theme
        self.state = state
        self.settings = Property()
        self.knows_property = False
        self.staff = Staff()
        self.formats = Formats(self.settings.language, self.settings.days)
        self._services: Services | None = None
        self._next_run: Callable[[], int | None] = _never
        self._day: date | None = None
        self._today: tuple[int, Property, date] | None = None
        self.away = Away(tasks, self)
        self.away.asked.connect(self._try_again)
        self._published.connect(self._take_changes)
        self._others = OthersNews(tasks, self)
        self._heard.connect(self._others.hear)
        self._others.told.connect(self._take_changes)
        self._lost.connect(self._not_heard)
        self._is_looking = False
        self._outgrown_by = ""

    @property
    def is_ready(self) -> bool:
        """Whether the database is open."""
        return self._services is not None

    @property
    def services(self) -> Services:
        """The services. Only after ``ready``."""
        if self._services is None:
            raise RuntimeError("the desk is not open yet")
        return self._services

    def attach(
        self,
        services: Services,
        settings: Property,
        next_run: Callable[[], int | None] | None = None,
        staff: Staff | None = None,
    ) -> None:
        """The database is open: everything may begin to ask. ``next_run`` is asked when this window's timer rings next.

        It answers in UTC seconds, or None while the timer is off.
        """
        self._services, self._next_run = services, next_run or _never
        self.away.clock = services.desk.clock
        self.tasks.bind = services.desk.seat.bound
        self._use(settings)
        self.use_staff(staff or Staff())
        services.desk.feed.subscribe(self._published.emit, self._heard.emit)
        self.note_day()
        self._is_looking, self._outgrown_by = False, ""
        self.look_for_others()
        services.live.lost = self._lost.emit
        self.away.use(services.outbox)
        self.away.answered()
        self.ready.emit()

    def go_without(self, outbox: OutboxService, known: Property | None) -> None:
        """The database was never reached since the start: what is ``known`` of the property has to do."""
        self.away.use(outbox)
        if known is not None and not self.is_ready:
            self._use(known)
            self.away.changed.emit()

    def next_run(self) -> int | None:
        """When this window syncs next by itself, UTC seconds; None while its timer is off. For worker threads."""
        return self._next_run()

    @Slot()
    def look_for_others(self) -> None:
        """Ask what other desks have written; what they have comes as ``changed``, like our own writes.

        ``services.live`` asks by itself whenever something was written.
        """
        if not self._is_looking:
            self._is_looking = True
            self.tasks.run(Lane.READ, self, self.services.others.look, self._looked, self._looked)

    def _looked(self, error: KnownError | None) -> None:
        """A database that is away is told where somebody waits for it; here the next look is soon enough."""
        self._is_looking = False
        if error is not None:
            log.info("other desks were not looked for: %s", error)
            self._not_heard(error)
        elif self.away.since is not None:
            self.away.answered()
            self._take_changes(EVERYTHING)

    @Slot(object)
    def _not_heard(self, error: KnownError) -> None:
        """What keeps this desk from hearing of others. That it has no business here any more is told once."""
        self.away.note(error)
        if error.code in _OUTGROWN and error.code != self._outgrown_by:
            self._outgrown_by = error.code
            self.outgrown.emit(error)

    @Slot()
    def _try_again(self) -> None:
        if self.is_ready:
            self.look_for_others()

    def staff_read(self, staff: Staff) -> None:
        """Who there is, as it was read; who is at the desk may have changed since, and is known here."""
        seated = self.services.desk.seat.seated
        uid = None if seated is None else seated.uid
        self.use_staff(Staff(staff.people, next((one for one in staff.active if one.uid == uid), None)))

    def use_staff(self, staff: Staff) -> None:
        """Who is at the desk now, and who may come to it."""
        if staff != self.staff:
            self.staff = staff
            self.staff_changed.emit()

    def refusal(self, permission: Permission) -> ForbiddenError | None:
        """What the services would say to whoever is at the desk, before anything is typed; None: they may."""
        return refusal(self.staff.present, permission) if self.staff.why_not(permission) else None

    def today(self) -> date:
        """The property's business date now. Each row that is painted asks."""
        now, settings = self.now(), self.settings
        if self._today is None or self._today[0] != now or self._today[1] is not settings:
            self._today = (now, settings, settings.days.business_date(now))
        return self._today[2]

    def now(self) -> int:
        """UTC seconds, by the clock that the services were given; before, by this computer's."""
        return self.away.clock.now()

    def note_day(self) -> None:
        """Tell if another business day has begun. The window's clock calls this now and then."""
        day, self._day = self._day, self.today()
        if day not in {None, self._day}:
            self.day_changed.emit()

    @Slot(object)
    def _take_changes(self, changes: Changes) -> None:
        if changes.settings:
            self.tasks.run(Lane.READ, self, self.services.settings.get, self._property_read, channel="property")
        if changes.staff:
            self.tasks.run(Lane.READ, self, self.services.staff.read, self.staff_read, channel="staff")
        self.changed.emit(changes)

    def _property_read(self, settings: Property) -> None:
        if settings != self.settings:
            self._use(settings)
            self.settings_changed.emit()

    def _use(self, settings: Property) -> None:
        self.settings, self.knows_property = settings, True
        self.formats = Formats(settings.language, settings.days, self.today)
