"""Cash drawers: opened with a float, cash put in and taken out, counted blind, and closed with a Z report.

A count is written before anybody is told what should be there, and is never changed: one can only count again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.denominations import DENOMINATIONS
from rentease_desk.domain.drawers import (
    CASH,
    Agreement,
    CloseDraft,
    Count,
    CountDraft,
    DrawerSession,
    Figures,
    MovementDraft,
    MovementKind,
    OpenDraft,
    OpenDrawer,
    ToCount,
    Uncounted,
    Variance,
)
from rentease_desk.domain.errors import ConflictError, InputError, KnownError, NotFoundError
from rentease_desk.domain.money import Money, digits, plain_decimal, require_positive
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.domain.staff import Approvable, Approval, ApprovedDeed
from rentease_desk.domain.text import clean_text
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.services.outbox import OutboxService
from rentease_desk.storage import drawer_sums as sums
from rentease_desk.storage import drawers as store
from rentease_desk.storage.database import Unit
from rentease_desk.storage.open_days import open_days
from rentease_desk.storage.settings import read_property

LATEST = 200
_BY_HAND = (MovementKind.PAID_IN, MovementKind.PAID_OUT, MovementKind.DROP)


class Revealed(Struct, frozen=True):
    """A count beside what is expected. ``tolerance``: how much may differ without a manager."""

    figures: Figures
    count: Count
    variances: tuple[Variance, ...]
    tolerance: tuple[Money, ...]

    @property
    def agreement(self) -> Agreement:
        """The worst of its lines."""
        found = {one.agreement(self.tolerance) for one in self.variances}
        return max(found, key=list(Agreement).index, default=Agreement.AGREES)


class DrawerService:
    """The drawer of this desk; sessions of all desks can be looked at. Every write holds the drawer alone."""

    def __init__(self, desk: Desk, outbox: OutboxService | None = None) -> None:
        self._desk, self._outbox = desk, outbox

    def current(self) -> OpenDrawer:
        """The open session of this desk; without one, what was handed over to the next."""
        name = self._desk.operator.desk
        with self._desk.db.reading() as connection:
            session = sums.open_session(connection, name)
            return OpenDrawer(session, () if session is not None else store.handed_over(connection, name))

    def latest(self, limit: int = LATEST) -> list[DrawerSession]:
        """The sessions of all desks, those opened last first."""
        with self._desk.db.reading() as connection:
            return sums.latest_sessions(connection, limit)

    def find(self, number: int, desk: str | None = None) -> DrawerSession:
        """A session by its number, of this desk or another. Raises NotFoundError ``drawer.not_found``."""
        name = self._desk.operator.desk if desk is None else desk
        with self._desk.db.reading() as connection:
            found = sums.find_session(connection, name, number)
        if found is None:
            raise NotFoundError("drawer.not_found", number=number, desk=name)
        return found

    def figures(self, session_pk: int) -> Figures:
        """What went through a session. Of an open one it tells what is expected: do not show that before a count."""
        with self._desk.db.reading() as connection:
            settings = read_property(connection) or Property()
            found = sums.load_session(connection, session_pk)
            if found is None:
                raise NotFoundError("drawer.not_found", number=session_pk, desk=self._desk.operator.desk)
            return sums.figures(connection, found, settings.currency)

    def uncounted(self, days: DateRange) -> list[Uncounted]:
        """Cash that was taken without an open drawer, by business day and desk."""
        with self._desk.db.reading() as connection:
            return sums.uncounted(connection, days)

    def to_count(self, session_pk: int) -> ToCount:
        """What a count has to name: currencies of cash, and methods of which something was taken."""
        return _to_count(self.figures(session_pk))

    def open(self, draft: OpenDraft) -> Saved[DrawerSession]:
        """Open this desk's drawer. The same draft again, by its ``uid``, opens nothing.

        Raises ConflictError ``drawer.open_already``, InputError ``drawer.float_…`` naming a field.
        """
        draft = _checked_floats(draft)
        with self._desk.doing(Permission.OPEN_DRAWER) as unit:
            day, session_pk = _taken(unit)
            known = _written(unit, draft.uid, "session")
            if known is None:
                if session_pk is not None:
                    raise _open_already(unit, session_pk)
                _require_handed_over(unit, draft)
                known = store.insert_session(unit, draft, day(unit.now))
            value = _loaded(unit, known)
        return Saved(value, unit.changes)

    def move(self, draft: MovementDraft) -> Saved[Figures]:
        """Put cash in, take it out, or drop it into the safe. The same draft again, by its ``uid``, moves nothing.

        Raises InputError naming a field, KnownError ``drawer.not_open``.
        """
        draft = _checked_movement(draft)
        with self._desk.doing(Permission.MOVE_IN_DRAWER) as unit:
            day, session_pk = _taken(unit)
            known = _written(unit, draft.uid, "movement")
            if known is None:
                known = _require_open(unit, session_pk)
                store.insert_movement(unit, known, draft, day(unit.now))
            value = _figures(unit, known)
        return Saved(value, unit.changes)

    def count(self, draft: CountDraft) -> Saved[Revealed]:
        """Write a count, and tell what should have been there. The same draft again, by its ``uid``, counts nothing.

        Raises InputError ``drawer.…`` naming what is missing or unknown, ConflictError ``drawer.closed``.
        """
        counted = _counted(draft)
        with self._desk.doing(Permission.CLOSE_DRAWER) as unit:
            _taken(unit)
            if _written(unit, draft.uid, "count") is None:
                _require_this(unit, draft.session_pk)
                _require_all(_figures(unit, draft.session_pk), counted)
                store.insert_count(unit, draft, counted)
            value = _revealed(unit, draft.session_pk, draft.uid)
        return Saved(value, unit.changes)

    def close(self, draft: CloseDraft, approval: Approval | None = None) -> Saved[DrawerSession]:
        """Close a drawer on its last count. The same draft again, by its ``uid``, closes nothing.

        A variance outside the tolerance is ``accepted`` by who may, or with their approval (ApprovalNeededError).

        Raises ConflictError ``drawer.closed``, ``drawer.moved``, ``drawer.counted_again``; KnownError
        ``drawer.not_counted``, ``drawer.outside_tolerance``, and ``outbox.drawer_waits`` while cash of this desk is
        not in the database yet; InputError ``drawer.note_missing``, ``drawer.drop_…``.
        """
        if self._outbox is not None:
            self._outbox.require_empty()
        draft = replace(draft, note=clean_text(draft.note, "note"))
        with self._desk.doing(Permission.CLOSE_DRAWER, approval) as unit:
            day, _ = _taken(unit)
            if _written(unit, draft.uid, "close") is None:
                _require_this(unit, draft.session_pk)
                found = _revealed(unit, draft.session_pk, draft.count_uid)
                _require_seen(found, draft)
                _require_explained(unit, found, draft)
                store.insert_close(unit, draft, _with_drops(found.variances, draft.drops), day(unit.now))
            value = _loaded(unit, draft.session_pk)
        return Saved(value, unit.changes)


def _taken(unit: Unit) -> tuple[Callable[[int], date], int | None]:
    """The day of an instant, and the open session of this desk: the drawer is this transaction's alone."""
    days = open_days(unit, (read_property(unit.connection) or Property()).days)
    return days.day, store.take_drawer(unit, unit.operator.desk)


def _written(unit: Unit, uid: str, what: str) -> int | None:
    """The session that was written to under this identity. Raises InputError ``drawer.uid_reused``."""
    found = store.written(unit.connection, uid)
    if found is not None and found[0] != what:
        raise InputError("drawer.uid_reused", field="amount")
    return None if found is None else found[1]


def _loaded(unit: Unit, pk: int) -> DrawerSession:
    found = sums.load_session(unit.connection, pk)
    assert found is not None
    return found


def _figures(unit: Unit, pk: int) -> Figures:
    settings = read_property(unit.connection) or Property()
    return sums.figures(unit.connection, _loaded(unit, pk), settings.currency)


def _revealed(unit: Unit, session_pk: int, count_uid: str) -> Revealed:
    settings = read_property(unit.connection) or Property()
    found = _figures(unit, session_pk)
    if not found.counts:
        raise KnownError("drawer.not_counted")
    count = next((one for one in found.counts if one.uid == count_uid), None)
    if count is None or count is not found.counts[-1]:
        raise ConflictError("drawer.counted_again", actor=found.counts[-1].actor)
    return Revealed(found, count, found.variances(count), settings.drawer_tolerance)


def _open_already(unit: Unit, session_pk: int) -> ConflictError:
    found = _loaded(unit, session_pk)
    return ConflictError("drawer.open_already", actor=found.opened_by, desk=found.desk)


def _require_open(unit: Unit, session_pk: int | None) -> int:
    if session_pk is None:
        raise KnownError("drawer.not_open", desk=unit.operator.desk)
    return session_pk


def _require_this(unit: Unit, session_pk: int) -> None:
    """The session is there, and nobody has closed it. One of another desk is held, too."""
    found = sums.load_session(unit.connection, session_pk)
    if found is None:
        raise NotFoundError("drawer.not_found", number=session_pk, desk=unit.operator.desk)
    if found.desk != unit.operator.desk:
        raise KnownError("drawer.not_open", desk=unit.operator.desk)
    if found.closing is not None:
        raise ConflictError("drawer.closed", actor=found.closing.actor)


def _checked_floats(draft: OpenDraft) -> OpenDraft:
    for at, money in enumerate(draft.floats):
        digits(money.currency)
        if money.minor < 0:
            raise InputError("drawer.negative_float", field="amount", amount=money)
        if money.currency in {one.currency for one in draft.floats[:at]}:
            raise InputError("drawer.float_twice", field="amount", currency=money.currency.upper())
    return replace(draft, reason=clean_text(draft.reason, "reason", 200))


def _require_handed_over(unit: Unit, draft: OpenDraft) -> None:
    """Cash does not vanish between two sessions: another float than was handed over needs a reason."""
    handed = {one.currency: one.minor for one in store.handed_over(unit.connection, unit.operator.desk)}
    opened = {one.currency: one.minor for one in draft.floats}
    for code in sorted(handed.keys() | opened.keys()) if handed and not draft.reason else ():
        if handed.get(code, 0) != opened.get(code, 0):
            told = {"handed": Money(handed.get(code, 0), code), "opened": Money(opened.get(code, 0), code)}
            raise InputError("drawer.float_differs", field="reason", **told)


def _checked_movement(draft: MovementDraft) -> MovementDraft:
    if draft.kind not in _BY_HAND:
        raise KnownError("drawer.kind")
    require_positive(draft.amount)
    digits(draft.amount.currency)
    reason = clean_text(draft.reason, "reason", 200)
    if not reason:
        raise InputError("drawer.reason_missing", field="reason")
    return replace(draft, reason=reason)


def _counted(draft: CountDraft) -> dict[tuple[str, str], int]:
    """The sums of a count by method and currency; pieces are added up."""
    found: dict[tuple[str, str], int] = {}
    for currency, value, pieces in draft.pieces:
        _require_piece(currency, value, pieces)
        found[CASH, currency] = found.get((CASH, currency), 0) + value * pieces
    for method, money in draft.sums:
        if method == CASH and money.currency in DENOMINATIONS and (money.minor or (CASH, money.currency) in found):
            raise InputError("drawer.by_pieces", field="amount", currency=money.currency.upper())
        found[method, money.currency] = money.minor
    return found


def _require_piece(currency: str, value: int, pieces: int) -> None:
    listed = DENOMINATIONS.get(currency)
    shown = plain_decimal(Money(value, currency))
    if listed is None or value not in listed.values:
        known = ", ".join(plain_decimal(Money(one, currency)) for one in listed.values) if listed else "none"
        raise InputError("drawer.piece_unknown", field="pieces", currency=currency.upper(), value=shown, known=known)
    if pieces < 0:
        raise InputError("drawer.pieces_negative", field="pieces", pieces=pieces, value=shown)


def _to_count(found: Figures) -> ToCount:
    methods = tuple((one.method, one.label, one.currency) for one in found.others)
    return ToCount(tuple(one.currency for one in found.cash), methods)


def _require_all(found: Figures, counted: dict[tuple[str, str], int]) -> None:
    """Every currency of cash, and every method of which something was taken, is named: none is counted by leaving it
    out.
    """
    wanted = _to_count(found)
    labels = {(CASH, code): f"Cash in {code.upper()}" for code in wanted.currencies}
    labels |= {(method, code): f"{label} in {code.upper()}" for method, label, code in wanted.methods}
    missing = next((label for key, label in labels.items() if key not in counted), None)
    if missing is not None:
        raise InputError("drawer.count_missing", field="pieces", what=missing)


def _require_seen(found: Revealed, draft: CloseDraft) -> None:
    if draft.seen != found.variances:
        raise ConflictError("drawer.moved")


def _require_explained(unit: Unit, found: Revealed, draft: CloseDraft) -> None:
    off = [one for one in found.variances if one.variance]
    if off and not draft.note:
        raise InputError("drawer.note_missing", field="note", variance=off[0].money)
    outside = [one for one in off if one.agreement(found.tolerance) is Agreement.OUTSIDE]
    for one in outside:
        if not draft.accepted:
            within = next((some for some in found.tolerance if some.currency == one.currency), Money(0, one.currency))
            raise KnownError("drawer.outside_tolerance", variance=one.money, tolerance=within)
    if outside:
        told = ", ".join(str(one.money) for one in outside)
        about = Approvable(ApprovedDeed.VARIANCE, tuple(one.money for one in outside))
        unit.require(Permission.ACCEPT_VARIANCE, f"close {draft.count_uid} with a variance of {told}", about)


def _with_drops(found: tuple[Variance, ...], drops: tuple[Money, ...]) -> list[Variance]:
    wanted = {one.currency: one.minor for one in drops}
    counted = {one.currency: one.counted for one in found if one.method == CASH}
    for money in drops:
        if not 0 <= money.minor <= counted.get(money.currency, 0):
            there = Money(counted.get(money.currency, 0), money.currency)
            raise InputError("drawer.drop_too_much", field="drop", drop=money, counted=there)
    return [replace(one, dropped=wanted.get(one.currency, 0)) if one.method == CASH else one for one in found]
