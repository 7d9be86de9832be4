"""Cash that was taken while the database was away: kept at the desk, and delivered by its identity when it is back."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Method, MethodKind
from rentease_desk.domain.settings import Property


class KeepDraft(Struct, frozen=True):
    """Cash about to be kept. ``uid`` is the payment's, made before the first try and kept for others.

    ``booking_uid`` "" where only a ``reference`` was typed. ``tendered`` and ``cash_due``: as of a PaymentDraft.
    ``sent``: it was sent to the database before, and nobody knows what came of that.
    """

    uid: str
    amount: Money
    booking_uid: str = ""
    reference: str = ""
    method: str = MethodKind.CASH.value
    note: str = ""
    tendered: int | None = None
    cash_due: int | None = None
    sent: bool = False


class Kept(Struct, frozen=True):
    """What was taken, as it lies in the outbox. ``number`` counts the outbox's rows; ``occurred_at``: UTC seconds, by
    the desk's clock. ``staff_uid`` "" where nobody was signed in. ``business_date``: as the desk knew the days then.
    """

    number: int
    draft: KeepDraft
    occurred_at: int
    business_date: date
    staff_uid: str
    actor: str
    desk: str

    @property
    def slip(self) -> str:
        """What its provisional slip is called: ``P-0007``."""
        return f"P-{self.number:04}"


class KeptState(StrEnum):
    """What became of it. ``UNDONE``: the money was given back before it was delivered."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    UNDONE = "undone"


class Chosen(Struct, frozen=True):
    """A person's word on where a payment goes, and who that was."""

    booking_uid: str
    reference: str
    staff_uid: str
    actor: str


class Entry(Struct, frozen=True):
    """A payment of the outbox, and how it stands. ``trouble``: why it could not be delivered, a sentence, with its
    ``code``. ``is_open``: it was sent and never answered, so it may be in the database already. ``ended_at``: UTC
    seconds; ``ended_by``: who undid it, for which ``reason``.
    """

    kept: Kept
    state: KeptState
    code: str = ""
    trouble: str = ""
    chosen: Chosen | None = None
    is_open: bool = False
    ended_at: int | None = None
    reason: str = ""
    ended_by: str = ""

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be delivered."""
        return self.state is KeptState.WAITING

    @property
    def needs_person(self) -> bool:
        """Whether it was refused, and somebody has to say what becomes of it."""
        return self.is_waiting and bool(self.code)


class Standing(Struct, frozen=True):
    """What waits: how many payments, their sums by currency, and how many of them need a person."""

    count: int = 0
    sums: tuple[Money, ...] = ()
    needing: int = 0


class Remembered(Struct, frozen=True):
    """What a desk has to know of its property to take cash without the database: as it was read last."""

    name: str
    zone: str
    currency: str
    day_roll_minutes: int
    language: str
    address: str = ""
    tax_lines: str = ""
    cash_rounding: tuple[Money, ...] = ()
    methods: tuple[Method, ...] = ()

    def property(self) -> Property:
        """The settings as far as they are known."""
        told = {name: getattr(self, name) for name in self.__struct_fields__}
        return Property(**told)


def remembered_of(settings: Property) -> Remembered:
    """What is to be remembered of a property."""
    return Remembered(**{name: getattr(settings, name) for name in Remembered.__struct_fields__})


def standing_of(entries: list[Entry]) -> Standing:
    """What of these waits."""
    sums: dict[str, int] = {}
    waiting = [one for one in entries if one.is_waiting]
    for one in waiting:
        amount = one.kept.draft.amount
        sums[amount.currency] = sums.get(amount.currency, 0) + amount.minor
    found = tuple(Money(minor, code) for code, minor in sorted(sums.items()))
    return Standing(len(waiting), found, sum(one.needs_person for one in waiting))
