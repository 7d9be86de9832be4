"""The parts of one payment that belong to several bookings. Their sum is the payment's amount, whatever is moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from rentease_desk.domain.payment import Payment


class Part(Struct, frozen=True):
    """What of a payment is on one booking (None: on none yet), minor units.

    ``back`` was given back of it, or is on its way; only ``left`` can be moved. ``rounding`` is what cash was rounded
    by: it is never divided, and stays with the payment's own booking, whose line tells it.
    """

    booking_pk: int | None
    reference: str | None
    gross: int
    back: int
    rounding: int = 0

    @property
    def left(self) -> int:
        """What can be moved."""
        return self.gross - self.back


class Parts(Struct, frozen=True):
    """A payment with its parts: that of its own booking first, the others as they came to it."""

    payment: Payment
    parts: tuple[Part, ...]

    @property
    def left(self) -> int:
        """What of the whole payment can be moved."""
        return sum(part.left for part in self.parts)

    @property
    def open_parts(self) -> tuple[Part, ...]:
        """The parts of which something is left."""
        return tuple(part for part in self.parts if part.left > 0)

    def part_on(self, booking_pk: int | None) -> Part:
        """The part on a booking; where the payment has none, one of nothing."""
        here = (part for part in self.parts if part.booking_pk == booking_pk)
        return next(here, Part(booking_pk, None, 0, 0))

    @property
    def is_split(self) -> bool:
        """Whether money of it is on another booking than its own."""
        return any(part.gross for part in self.parts[1:])


class MoveDraft(Struct, frozen=True):
    """All that is left of a part goes to another booking. ``uid`` is made before the first try.

    ``left`` is what the person saw, minor units; None: whatever it is now. ``from_booking_pk`` None: the payment's own.
    """

    uid: str
    payment_pk: int
    to_booking_pk: int
    from_booking_pk: int | None = None
    left: int | None = None
    reason: str = ""


class SplitDraft(Struct, frozen=True):
    """How what is left of a payment is spread over bookings: (booking, minor units), in sum all that is left.

    ``left`` is what the person saw of the whole payment; None: whatever it is now.
    """

    uid: str
    payment_pk: int
    wanted: tuple[tuple[int, int], ...]
    left: int | None = None
    reason: str = ""


class Transfer(Struct, frozen=True):
    """Money of a payment that came to a booking, or left it; as the folio of that booking tells it.

    ``amount`` in minor units, positive where it came. ``other``: the reference of the other booking, None for none.
    ``whole``: the payment itself changed its booking, and this row counts nothing.
    """

    pk: int
    uid: str
    payment: Payment
    amount: int
    other: str | None
    whole: bool
    reason: str
    occurred_at: int
    business_date: date
    actor: str


def steps(now: Mapping[int, int], wanted: Mapping[int, int]) -> Iterator[tuple[int, int, int]]:
    """(from, to, amount) that lead from one spread to another of the same sum; bookings that keep theirs are left."""
    over = {pk: left - wanted.get(pk, 0) for pk, left in now.items() if left > wanted.get(pk, 0)}
    for pk, amount in wanted.items():
        short = amount - now.get(pk, 0)
        for source in [one for one, rest in over.items() if rest]:
            moved = min(short, over[source])
            if moved > 0:
                over[source] -= moved
                short -= moved
                yield source, pk, moved


def shares(left: Iterable[tuple[int, int]], amount: int) -> Iterator[tuple[int, int]]:
    """Which bookings a refund lowers, and by how much: one after the other, as far as something is left on each."""
    for pk, rest in left:
        taken = min(max(rest, 0), amount)
        if taken:
            amount -= taken
            yield pk, taken
