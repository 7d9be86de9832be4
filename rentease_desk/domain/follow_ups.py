"""What went wrong at Stripe and a person has to look after: who to ask, until when, and what was done about it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.disputes import TO_ANSWER


class FollowUpKind(StrEnum):
    """What went wrong."""

    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    INVOICE = "invoice"


class Contact(Struct, frozen=True):
    """Whom to ask: the booking's guest, else who paid. "" where it is not known."""

    name: str = ""
    email: str = ""
    phone: str = ""


class Home(Struct, frozen=True):
    """The booking that a problem belongs to. ``balance`` is what is owed on it now, minor units of ``currency``."""

    pk: int
    reference: str
    currency: str
    balance: int


class Problem(Struct, frozen=True):
    """One thing that went wrong. Minor units, UTC seconds; ``object_id`` and ``status`` are Stripe's.

    ``phase`` tells one trouble of the object from the next: the attempt that failed, or that a question of the bank
    has become a dispute. ``at``: when it went wrong. ``due_by``: until when to answer a dispute. ``code``: Stripe's
    code of the failure, or the reason of a dispute; ``message``: Stripe's own words. ``is_open``: it has not resolved
    by itself.
    """

    kind: FollowUpKind
    object_id: str
    phase: str
    status: str
    is_open: bool
    at: int
    amount: int
    currency: str
    contact: Contact
    home: Home | None = None
    payment_pk: int | None = None
    due_by: int | None = None
    code: str | None = None
    message: str | None = None
    method: str = ""
    brand: str | None = None
    last4: str | None = None
    attempts: int | None = None
    next_attempt: int | None = None

    @property
    def to_answer(self) -> bool:
        """Whether somebody waits for an answer that has a deadline."""
        return self.kind is FollowUpKind.DISPUTE and self.status in TO_ANSWER and self.due_by is not None


class Care(Struct, frozen=True):
    """What people wrote and did about a problem. ``version`` 0: nothing yet.

    ``done_phase``: the trouble that was done with; a later one of the same object is open again.
    """

    note: str = ""
    done_at: int | None = None
    done_by: str = ""
    done_phase: str = ""
    version: int = 0


class FollowUp(Struct, frozen=True):
    """A problem, what was done about it, and in which account (Stripe's id of it) it stands."""

    problem: Problem
    care: Care = Care()
    account: str = ""

    @property
    def is_done(self) -> bool:
        """Whether a person is done with it."""
        return self.care.done_at is not None and self.care.done_phase == self.problem.phase

    @property
    def is_open(self) -> bool:
        """Whether somebody has to look after it."""
        return self.problem.is_open and not self.is_done


def most_urgent_first(found: Iterable[FollowUp]) -> list[FollowUp]:
    """What has a deadline first, the nearest of them at the top; then the newest."""
    return sorted(found, key=lambda one: _urgency(one.problem))


def latest_done_first(found: Iterable[FollowUp]) -> list[FollowUp]:
    """What people did last first, and what resolved by itself by when it went wrong."""
    return sorted(found, key=lambda one: -(one.care.done_at or one.problem.at))


def _urgency(problem: Problem) -> tuple[int, int, str]:
    if problem.to_answer and problem.due_by is not None:
        return 0, problem.due_by, problem.object_id
    return 1, -problem.at, problem.object_id
