"""What went wrong at Stripe as rows, and what is told of each."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QObject

from rentease_desk.domain.follow_ups import FollowUp, FollowUpKind, Home, Problem
from rentease_desk.domain.money import Money
from rentease_desk.domain.text import fold
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import DASH, Formats
from rentease_desk.gui.models.cell import Align, Cell, Column
from rentease_desk.gui.models.paged_model import PagedModel
from rentease_desk.gui.stripe_words import deadline_chip, dispute_chip, what_went_wrong
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.words import spoken_amount, tr

if TYPE_CHECKING:
    from rentease_desk.services.follow_ups import FollowUpService


class FollowUpSort(StrEnum):
    """What the list is sorted by. ``NEXT`` is as the desk lists it: the most urgent, or the latest done, first."""

    NEXT = "next"
    TIME = "time"
    WHAT = "what"
    GUEST = "guest"
    AMOUNT = "amount"


_ORDER: dict[FollowUpSort, Callable[[FollowUp], object]] = {
    FollowUpSort.TIME: lambda one: one.problem.at,
    FollowUpSort.WHAT: lambda one: (list(FollowUpKind).index(one.problem.kind), one.problem.status),
    FollowUpSort.GUEST: lambda one: fold(one.problem.contact.name),
    FollowUpSort.AMOUNT: lambda one: (one.problem.currency, one.problem.amount),
}


class FollowUpSource(Struct):
    """What is open, or what is done. It is little enough to be read, and sorted, at once."""

    service: FollowUpService
    done: bool
    sort: FollowUpSort = FollowUpSort.NEXT
    descending: bool = False
    _found: dict[int, FollowUp] = {}

    def keys(self, _limit: int | None = None, /) -> array[int]:
        """All keys, in order."""
        found, order = self.service.listed(done=self.done), _ORDER.get(self.sort)
        if order is not None:
            found = sorted(found, key=order, reverse=self.descending)  # type: ignore[arg-type]
        elif self.descending:
            found.reverse()
        self._found = {self.key_of(one): one for one in found}
        return array("q", self._found)

    def rows(self, keys: Sequence[int]) -> list[FollowUp]:
        """Some of them."""
        return [self._found[key] for key in keys if key in self._found]

    def key_of(self, row: FollowUp) -> int:
        """A number of 64 bits for what names it, which is a text."""
        name = f"{row.problem.kind.value} {row.problem.object_id}"
        return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


class FollowUpsModel(PagedModel[FollowUp]):
    """Columns of the list."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        self._context = context
        super().__init__(context.tasks, self._make_columns(), parent)

    def _make_columns(self) -> list[Column[FollowUp]]:
        by, right = FollowUpSort, Align.RIGHT
        return [
            Column("time", tr("Since"), 148, self._time, by.TIME, give_way=1),
            Column("what", tr("What"), 172, self._what, by.WHAT, firm=True),
            Column("guest", tr("Guest"), 200, self._guest, by.GUEST, stretch=True),
            Column("account", tr("Account"), 88, self._account, give_way=4, offered=False),
            Column("amount", tr("Amount"), 112, self._amount, by.AMOUNT, right),
            Column("reason", tr("Reason"), 152, self._reason, stretch=True, give_way=3),
            Column("now", tr("Now"), 176, self._now, by.NEXT, firm=True),
            Column("note", tr("Note"), 136, self._note, give_way=2),
            Column("contact", tr("Contact"), 184, self._whom, shown=False),
            Column("id", tr("Id at Stripe"), 216, lambda one: Cell(one.problem.object_id, colour="text2"), shown=False),
        ]

    def _time(self, one: FollowUp) -> Cell:
        formats, at = self._context.formats, one.problem.at
        day = formats.local(at).date()
        full = f"{formats.long_date(day)}, {formats.time(at)}"
        return Cell(formats.time(at), lead=formats.short_date(day), tip=full, spoken=full)

    def _what(self, one: FollowUp) -> Cell:
        chip = problem_chip(one.problem, self._context.now())
        return Cell(chip=chip, tip=chip.word)

    def _guest(self, one: FollowUp) -> Cell:
        problem = one.problem
        name = problem.contact.name or tr("No name given")
        if problem.home is None:
            return Cell(name, aside=tr("no booking"), aside_colour="attn")
        return Cell(name, aside=problem.home.reference, tip=f"{name} {problem.home.reference}")

    def _account(self, one: FollowUp) -> Cell:
        return Cell(self._context.settings.badge(one.account), colour="text2", tip=one.account)

    def _amount(self, one: FollowUp) -> Cell:
        problem, formats = one.problem, self._context.formats
        spoken = spoken_amount(problem.amount, problem.currency, formats)
        text = formats.amount(problem.amount, problem.currency)
        return Cell(text, code=problem.currency.upper(), strong=one.is_open, spoken=spoken)

    def _reason(self, one: FollowUp) -> Cell:
        told = what_went_wrong(one.problem)
        return Cell(told, tip=told, colour="text" if one.is_open else "text2")

    def _now(self, one: FollowUp) -> Cell:
        chip = stands(one, self._context.now(), self._context.formats)
        return Cell(DASH, colour="text2", spoken=tr("none")) if chip is None else Cell(chip=chip, tip=chip.word)

    def _note(self, one: FollowUp) -> Cell:
        return Cell(one.care.note.split("\n")[0], colour="text2", tip=one.care.note)

    def _whom(self, one: FollowUp) -> Cell:
        contact = one.problem.contact
        return Cell(contact.phone or contact.email, colour="text2", tip=f"{contact.phone} {contact.email}".strip())


def problem_chip(problem: Problem, now: int) -> Chip:
    """What went wrong, and where it stands at Stripe."""
    if problem.kind is FollowUpKind.DISPUTE:
        return dispute_chip(problem.status, problem.due_by, now)
    if problem.kind is FollowUpKind.REFUND:
        return Chip(tr("Refund failed"), "circle-cross", Tone.WRONG)
    if problem.kind is FollowUpKind.PAYMENT and problem.is_open:
        return Chip(tr("Payment failed"), "circle-cross", Tone.WRONG)
    if problem.kind is FollowUpKind.PAYMENT:
        return Chip(tr("Had failed"), "circle-cross", Tone.NEUTRAL)
    chips = {
        "paid": Chip(tr("Invoice paid"), "circle-tick", Tone.GOOD),
        "void": Chip(tr("Invoice void"), "circle-slash", Tone.NEUTRAL),
        "uncollectible": Chip(tr("Invoice given up"), "circle-cross", Tone.WRONG),
    }
    return chips.get(problem.status) or Chip(tr("Invoice not paid"), "circle-cross", Tone.WRONG)


def stands(one: FollowUp, now: int, formats: Formats) -> Chip | None:
    """Until when something is to be done, or what is owed on the booking, or that nothing is to be done any more."""
    problem, done_at = one.problem, one.care.done_at
    if one.is_done and done_at is not None:
        return Chip(tr("Done {moment}").format(moment=formats.recently(done_at)), "tick", Tone.OUTLINE)
    if not problem.is_open:
        return Chip(tr("Resolved by itself"), "circle-tick", Tone.NEUTRAL)
    if problem.next_attempt is not None:
        day = formats.short_date(formats.local(problem.next_attempt).date())
        return Chip(tr("Next try {day}").format(day=day), "clock", Tone.NEUTRAL)
    if problem.kind is FollowUpKind.DISPUTE:
        return deadline_chip(problem.status, problem.due_by, now, formats)
    return None if problem.home is None else _owed(problem.home, formats)


def _owed(home: Home, formats: Formats) -> Chip:
    """Whether the failure still matters: the guest may have paid another way."""
    if home.balance == 0:
        return Chip(tr("Booking settled"), "tick", Tone.NEUTRAL)
    amount = formats.money(Money(abs(home.balance), home.currency))
    if home.balance < 0:
        return Chip(tr("{amount} to give back").format(amount=amount), "arrow-back", Tone.ATTENTION)
    return Chip(tr("{amount} owed").format(amount=amount), "dot", Tone.ATTENTION)
