"""What went wrong at Stripe and needs a person: the list of it, a note on each, and that it is done."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rentease_desk.domain.errors import KnownError, NotFoundError
from rentease_desk.domain.follow_ups import (
    FollowUp,
    FollowUpKind,
    Problem,
    latest_done_first,
    most_urgent_first,
)
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.domain.text import clean_text
from rentease_desk.services.desk import Desk
from rentease_desk.storage.follow_ups import (
    account_of_follow_up,
    find_follow_up,
    open_follow_ups,
    save_care,
    settled_follow_ups,
)
from rentease_desk.storage.settings import read_property

MAX_LISTED = 1_000
"""How many of each kind are listed at most, the newest."""


class FollowUpService:
    """Everything is empty while no Stripe account is known. Writes return the follow-up as it is then.

    Each write says how the follow-up was read (its ``care.version``), and raises ConflictError ``follow_up.changed`` if
    somebody else has written since.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def listed(self, *, done: bool = False, limit: int = MAX_LISTED) -> list[FollowUp]:
        """What somebody has to look after, the most urgent first; or what is ``done``, the latest first."""
        identities = self._desk.property().identities
        read = settled_follow_ups if done else open_follow_ups
        with self._desk.db.reading() as connection:
            found = [read(connection, one, limit) for one in identities]
        if len(found) < 2:
            return found[0] if found else []
        together = [one for some in found for one in some]
        return latest_done_first(together)[:limit] if done else most_urgent_first(together)

    def counts(self) -> dict[FollowUpKind, int]:
        """How many of each kind somebody has to look after; kinds without any are left out."""
        return dict(Counter(one.problem.kind for one in self.listed()))

    def find(self, object_id: str) -> FollowUp:
        """What went wrong with an object of Stripe's. Raises NotFoundError ``follow_up.not_found``."""
        identities = self._desk.property().identities
        with self._desk.db.reading() as connection:
            found = (find_follow_up(connection, one, object_id) for one in identities)
            problem = next((one for one in found if one is not None), None)
        if problem is None:
            raise NotFoundError("follow_up.not_found", id=object_id)
        return problem

    def write_note(self, shown: FollowUp, note: str) -> FollowUp:
        """Keep a note; "" takes it away. Raises InputError naming ``note``."""
        return self._save(shown, "note", {"note": clean_text(note, "note")})

    def set_done(self, shown: FollowUp) -> FollowUp:
        """A person is done with it. Raises KnownError ``follow_up.settled`` if it has resolved by itself,
        ``follow_up.done`` if somebody was done with it before.
        """
        if not shown.problem.is_open:
            raise KnownError("follow_up.settled")
        if shown.is_done:
            raise KnownError("follow_up.done")
        operator, now = self._desk.acting, self._desk.clock.now()
        values = {"done_at": now, "done_by": operator.actor, "done_phase": shown.problem.phase}
        return self._save(shown, "done", values)

    def set_open(self, shown: FollowUp) -> FollowUp:
        """It was not done after all. Raises KnownError ``follow_up.settled`` if nobody had marked it."""
        if shown.care.done_at is None:
            raise KnownError("follow_up.settled")
        return self._save(shown, "reopen", {"done_at": None, "done_by": "", "done_phase": ""})

    def _save(self, shown: FollowUp, action: str, values: dict[str, Any]) -> FollowUp:
        problem: Problem = shown.problem
        with self._desk.doing(Permission.FOLLOW_UP) as unit:
            identities = (read_property(unit.connection) or Property()).identities
            identity = account_of_follow_up(unit.connection, identities, problem.object_id)
            if identity is None:
                raise NotFoundError("follow_up.not_found", id=problem.object_id)
            name = (problem.kind, problem.object_id)
            care = save_care(unit, identity, name, shown.care.version, action, values)
        return FollowUp(problem, care, identity.account)
