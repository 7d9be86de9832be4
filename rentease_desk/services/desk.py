"""What every service works with: the database, the clock, new identities, who acts, and who hears of changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from msgspec import Struct, field

from rentease_desk.domain.changes import Changes, Operator
from rentease_desk.domain.clock import Clock, IdSource
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.domain.staff import Approval
from rentease_desk.services.seat import Seat
from rentease_desk.storage.database import Database, Unit
from rentease_desk.storage.parts import bookings_sharing
from rentease_desk.storage.settings import read_property
from rentease_desk.storage.staff import authority

T = TypeVar("T")


class Saved(Struct, Generic[T], frozen=True):
    """What a write made, and what it changed."""

    value: T
    changes: Changes


class ChangeFeed:
    """Tells listeners what was written, in the thread that wrote it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[tuple[Callable[[Changes], None], Callable[[Changes], None]]] = []
        self._own: list[range] = []

    def subscribe(
        self, listener: Callable[[Changes], None], of_others: Callable[[Changes], None] | None = None
    ) -> Callable[[], None]:
        """Call ``listener`` after each write, or ``of_others`` after those of other processes; the result ends it."""
        both = listener, of_others or listener
        with self._lock:
            self._listeners.append(both)
        return lambda: self._unsubscribe(both)

    def claim(self, written: range) -> None:
        """These journal rows are this process's own: they are told already."""
        with self._lock:
            self._own.append(written)

    def take_own(self) -> set[int]:
        """The journal rows that were claimed since the last call."""
        with self._lock:
            own, self._own = self._own, []
        return {seq for written in own for seq in written}

    def publish(self, changes: Changes, *, of_others: bool = False) -> None:
        """Tell everybody, if anything changed."""
        with self._lock:
            listeners = tuple(self._listeners)
        if changes:
            for own, others in listeners:
                (others if of_others else own)(changes)

    def _unsubscribe(self, both: tuple[Callable[[Changes], None], Callable[[Changes], None]]) -> None:
        with self._lock:
            self._listeners.remove(both)


class Desk(Struct, frozen=True):
    """One desk at work on one database. Threads share it. ``patient``: its writes let those of people go first.

    ``operator`` is who acts while ``seat`` is empty: the one person of a property without staff.
    """

    db: Database
    clock: Clock
    ids: IdSource
    operator: Operator
    feed: ChangeFeed
    patient: bool = False
    seat: Seat = field(default_factory=Seat)

    @property
    def acting(self) -> Operator:
        """Who stands in what is written now."""
        sitter = self.seat.sitter
        return self.operator if sitter is None else Operator(sitter.name, self.operator.desk)

    @contextmanager
    def doing(self, permission: Permission, approval: Approval | None = None, deed: str = "") -> Iterator[Unit]:
        """A transaction in which whoever is at the desk does something. The first that it does is to look whether they
        may: their role is read in it, as another desk may have changed it just now.

        ``approval``: somebody's word for ``deed`` (``Unit.require``). Raises ForbiddenError ``staff.…``.
        """
        with self.seat.using(approval) as given, self.writing() as unit:
            unit.authority = authority(unit.connection, self.seat.sitter, permission, given)
            unit.require(permission, deed)
            yield unit

    def authorize(self, unit: Unit, permission: Permission) -> None:
        """Look again, behind a lock that was waited for. Raises ForbiddenError ``staff.…``."""
        unit.authority = authority(unit.connection, self.seat.sitter, permission, unit.authority.approval)
        unit.require(permission)

    def require(self, permission: Permission) -> None:
        """Go on only if whoever is at the desk may, for what is no transaction. Raises ForbiddenError ``staff.…``."""
        with self.db.reading() as connection:
            authority(connection, self.seat.sitter, permission).require(permission)

    @contextmanager
    def writing(self) -> Iterator[Unit]:
        """A transaction of the program's own, for which nobody is asked; when it is committed, everybody is told.

        What people do goes through ``doing``.
        """
        with self.db.writing(self.acting, patient=self.patient) as unit:
            yield unit
            touched = unit.changes.payments - unit.fresh
            if touched:  # whatever happens to a payment shows on every folio that has a part of it
                unit.changes |= Changes(bookings=bookings_sharing(unit.connection, touched))
        self.feed.claim(unit.written)
        self.feed.publish(unit.changes)

    @contextmanager
    def trying(self) -> Iterator[Unit]:
        """A transaction of which nothing remains, to see what a write would do."""
        with self.db.trying(self.acting) as unit:
            yield unit

    def property(self) -> Property:
        """The settings as they are now."""
        with self.db.reading() as connection:
            settings = read_property(connection)
        return settings if settings is not None else Property()
