"""Two desks at one folio at once, on both engines: nothing is given back, moved or taken back twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest

from rentease_desk.domain.booking import Booking, ChargeKind
from rentease_desk.domain.charges import ChargeDraft, ReverseDraft
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.parts import MoveDraft, SplitDraft
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.domain.stays import Deed
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.charges import ChargeService
from rentease_desk.services.desk import Desk
from rentease_desk.services.parts import PartService
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.refunds import RefundService
from rentease_desk.services.stays import StayService
from tests.services.conftest import draft, journal_is_whole, paid


def at_once(*works: Callable[[], object]) -> list[str]:
    """What became of each: done, or the code of what was in the way."""
    outcomes: list[str] = []
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            work()
            outcomes.append("done")
        except KnownError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_a_part_is_given_back_or_moved_once(
    desk: Desk, bookings: BookingService, payments: PaymentService, soren: Booking, others: list[Booking]
) -> None:
    parts, refunds = PartService(desk), RefundService(desk, desk, lambda _: pytest.fail("nothing is asked of Stripe"))
    cash = payments.take(PaymentDraft("cash", soren.pk, "cash", Money(10_000, "eur"))).value
    parts.split(SplitDraft("s", cash.pk, ((soren.pk, 4_000), (others[0].pk, 6_000))))
    back = [RefundDraft(uid, cash.pk, Money(4_000, "eur"), "noise", others[0].pk) for uid in ("a", "b")]
    move = MoveDraft("m", cash.pk, others[1].pk, others[0].pk, left=6_000)
    outcomes = at_once(lambda: refunds.plan(back[0]), lambda: refunds.plan(back[1]), lambda: parts.move(move))
    assert outcomes in (
        ["done", "parts.changed", "refund.too_much"],
        ["done", "refund.nothing_left", "refund.nothing_left"],
    )
    assert paid(bookings, soren, *others) in ([4_000, 2_000, 0], [4_000, 0, 6_000])
    assert journal_is_whole(desk)


def test_a_line_is_taken_back_once_by_hand_or_with_the_booking(desk: Desk, bookings: BookingService) -> None:
    coming = draft(arrival=date(2026, 11, 9), departure=date(2026, 11, 12), total=None)
    booking, charges = bookings.add(coming).value, ChargeService(desk)
    extra = ChargeDraft("e", booking.pk, ChargeKind.EXTRA, Money(1_400, "eur"), 2, "Breakfast")
    line = charges.add(extra).value
    outcomes = at_once(
        lambda: charges.reverse(ReverseDraft("r", line.pk, "wrong room")),
        lambda: charges.reverse(ReverseDraft("q", line.pk, "wrong room")),
        lambda: StayService(desk).do(Deed.CANCEL, booking.pk),
    )
    assert outcomes in (["done", "done", "folio.reversed"], ["done", "folio.reversed", "folio.reversed"])
    assert [one.amount for one in charges.of_booking(booking.pk)] == [2_800, -2_800]
    assert bookings.get(booking.pk).totals.balance == 0
    assert journal_is_whole(desk)
