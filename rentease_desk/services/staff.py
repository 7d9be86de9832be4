"""The people at the desk: added, changed, made inactive; who sits down and gets up; and approvals on the spot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rentease_desk.domain.errors import ConflictError, InputError, KnownError, NotFoundError
from rentease_desk.domain.permissions import ROLE_NAMES, RULES, STAFF_ROLES, Permission, Role, may
from rentease_desk.domain.staff import (
    Approval,
    ApprovalNeededError,
    ForbiddenError,
    Pin,
    Staff,
    StaffDraft,
    StaffMember,
    checked_name,
    checked_pin,
    wait_after,
)
from rentease_desk.pins import Pins
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.storage import staff as store
from rentease_desk.storage.database import Unit


class StaffService:
    """A PIN is checked in a transaction that holds its person, so that two desks cannot try two PINs at a time."""

    def __init__(self, desk: Desk, pins: Pins | None = None) -> None:
        self._desk = desk
        self._pins = pins or Pins()
        self._seen: dict[str, tuple[tuple[int, int], int, float]] = {}

    # --- who is there

    def read(self) -> Staff:
        """Everybody, and who is at the desk. Who was made inactive elsewhere is not at the desk any more."""
        with self._desk.db.reading() as connection:
            people = store.all_staff(connection)
        seated = self._desk.seat.seated
        present = next((one for one in people if seated is not None and one.uid == seated.uid and one.active), None)
        if present is None and seated is not None:
            self._desk.seat.leave()
        return Staff(people, present)

    def sign_in(self, name: str, pin: Pin) -> StaffMember:
        """Somebody sits down. Raises NotFoundError ``staff.not_found``, KnownError ``staff.inactive``, InputError
        ``staff.wrong_pin`` or ``staff.wait``. What the desk was locked by before does not matter.
        """
        member = self._proved(name, pin)
        self._desk.seat.sit(member.uid, member.name)
        return member

    def sign_out(self) -> None:
        """Nobody is at the desk: it is locked, if there is staff."""
        self._desk.seat.leave()

    def approve(self, needed: ApprovalNeededError, name: str, pin: Pin) -> Approval:
        """Somebody who may says that it may be done, once. Raises ForbiddenError ``staff.may_not_approve``, and as
        ``sign_in``.
        """
        member = self._proved(name, pin)
        if not may(member.role, needed.permission):
            words, role = RULES[needed.permission].words, ROLE_NAMES[member.role]
            raise ForbiddenError("staff.may_not_approve", needed.permission, name=member.name, role=role, deed=words)
        approval = Approval(self._desk.ids.uid(), member.uid, member.name, needed.permission, needed.deed)
        self._desk.seat.give(approval)
        return approval

    # --- changes

    def add(self, draft: StaffDraft) -> Saved[StaffMember]:
        """Add somebody; the same draft again, by its ``uid``, adds nobody. The first one sits down with that.

        Raises InputError naming a field, KnownError ``staff.first_manager``, ConflictError ``staff.name_taken``.
        """
        name, hashed = checked_name(draft.name), self._pins.hashed(checked_pin(draft.pin))
        with self._seating() as first, self._desk.doing(Permission.STAFF) as unit:
            store.lock_staff(unit)
            is_first = not store.has_staff(unit.connection)
            if store.member_by_uid(unit.connection, draft.uid) is None:
                _require_addable(unit, name, draft.role, is_first=is_first)
                self._require_still(unit)
                store.insert_member(unit, draft.uid, name, _person(draft.role), hashed)
            member = _there(store.member_by_uid(unit.connection, draft.uid), name)
            if is_first:
                first(member)
        return Saved(member, unit.changes)

    @contextmanager
    def _seating(self) -> Iterator[Callable[[StaffMember], None]]:
        """Who is the first sits down before anybody hears of it: else the desk would be locked for a moment."""
        seat, before = self._desk.seat, self._desk.seat.seated
        try:
            yield lambda member: seat.sit(member.uid, member.name)
        except BaseException:
            if before is None:
                seat.leave()
            raise

    def set_role(self, uid: str, version: int, role: Role) -> Saved[StaffMember]:
        """Make somebody, as they were seen at ``version``, something else. Raises ConflictError ``staff.changed``,
        KnownError ``staff.last_manager``.
        """
        return self._change(uid, version, "role", {"role": _person(role).value})

    def set_active(self, uid: str, version: int, *, active: bool) -> Saved[StaffMember]:
        """Let somebody come to the desk no more, or again. Nobody is ever deleted. Raises as ``set_role``."""
        return self._change(uid, version, "activate" if active else "deactivate", {"active": active})

    def set_pin(self, uid: str, pin: Pin) -> Saved[StaffMember]:
        """Give somebody a new PIN; one's own may be changed by everybody. Raises InputError naming ``pin``."""
        hashed = self._pins.hashed(checked_pin(pin))
        sitter = self._desk.seat.sitter
        is_own = sitter is not None and sitter.uid == uid
        with self._desk.doing(Permission.OWN_PIN if is_own else Permission.STAFF) as unit:
            store.lock_staff(unit)
            store.change_pin(unit, _there(store.member_by_uid(unit.connection, uid), uid), hashed)
            member = _there(store.member_by_uid(unit.connection, uid), uid)
        return Saved(member, unit.changes)

    def _change(self, uid: str, version: int, action: str, values: dict[str, object]) -> Saved[StaffMember]:
        with self._desk.doing(Permission.STAFF) as unit:
            store.lock_staff(unit)
            self._require_still(unit)
            found = _there(store.member_by_uid(unit.connection, uid), uid)
            if found.version != version:
                raise ConflictError("staff.changed")
            store.change_member(unit, found, action, values)
            member = _there(store.member_by_uid(unit.connection, uid), uid)
            if not store.has_manager(unit.connection):
                raise KnownError("staff.last_manager")
        return Saved(member, unit.changes)

    def _require_still(self, unit: Unit) -> None:
        """Another desk may have changed the staff while this one waited for it."""
        self._desk.authorize(unit, Permission.STAFF)

    # --- PINs

    def _proved(self, name: str, pin: Pin) -> StaffMember:
        """Who this is, if the PIN is theirs; a wrong one is counted, whatever happens to the program."""
        with self._desk.writing() as unit:
            found = store.member_named(unit.connection, name)
            if found is None:
                raise NotFoundError("staff.not_found", name=name.strip())
            secret = store.locked_secret(unit, found.uid)
            assert secret is not None
            if not secret.member.active:
                raise KnownError("staff.inactive", name=secret.member.name)
            self._require_waited(secret)
            is_right = self._pins.is_right(pin, secret.pin_hash)
            if is_right:
                store.forget_wrong_pins(unit, secret)
            else:
                store.note_wrong_pin(unit, secret, wait_after(secret.wrong + 1))
        if is_right:
            return secret.member
        raise self._wrong(secret.member, secret.wrong + 1, unit.now)

    def _wrong(self, member: StaffMember, wrong: int, at: int) -> InputError:
        self._seen[member.uid] = ((wrong, at), 0, self._desk.clock.monotonic())
        wait = wait_after(wrong)
        if wait:
            return InputError("staff.wait", field="pin", name=member.name, seconds=wait)
        return InputError("staff.wrong_pin", field="pin", name=member.name)

    def _require_waited(self, secret: store.Secret) -> None:
        """Raises InputError ``staff.wait``."""
        wait = wait_after(secret.wrong)
        if not wait:
            return
        left = wait - self._waited(secret)
        if left > 0:
            raise InputError("staff.wait", field="pin", name=secret.member.name, seconds=left)

    def _waited(self, secret: store.Secret) -> int:
        """Seconds since the last wrong PIN. What this process has seen it counts itself: only for what it finds does it
        believe the computer's clock, and no clock that stands before that time.
        """
        clock, uid = self._desk.clock, secret.member.uid
        last, seen = (secret.wrong, secret.wrong_at), self._seen.get(uid)
        if seen is None or seen[0] != last:
            seen = (last, max(0, clock.now() - secret.wrong_at), clock.monotonic())
            self._seen[uid] = seen
        return seen[1] + int(clock.monotonic() - seen[2])


def _require_addable(unit: Unit, name: str, role: Role, *, is_first: bool) -> None:
    if is_first and role is not Role.MANAGER:
        raise KnownError("staff.first_manager")
    other = store.member_named(unit.connection, name)
    if other is not None:
        raise ConflictError("staff.name_taken", name=other.name)


def _person(role: Role) -> Role:
    """A role that people have."""
    if role not in STAFF_ROLES:
        raise ValueError(role)
    return Role(role)


def _there(found: StaffMember | None, name: str) -> StaffMember:
    if found is None:
        raise NotFoundError("staff.not_found", name=name)
    return found
