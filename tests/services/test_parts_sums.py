"""Payments in cash and by card, on both engines: whatever is done to their parts, the sum stays the same."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.parts import MoveDraft, SplitDraft
from rentease_desk.domain.payment import Payment, PaymentDraft
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.domain.stripe_objects import StripeRefund
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import Desk
from rentease_desk.services.matching import MatchingService
from rentease_desk.services.parts import PartService
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.refunds import RefundService
from rentease_desk.services.settings import SettingsService
from rentease_desk.storage.stripe_refunds import store_refunds
from tests.services.conftest import paid
from tests.tools.gui import NOON
from tests.tools.gui_stripe import Card
from tests.tools.homeless import ACCOUNT, Homeless, pay

AMOUNT, ROUNDING = 9_998, 2
HELD = ("pending", "succeeded")
Step = tuple[str, int, int, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(("move", "split", "refund", "undo", "stripe", "settle", "named")), st.integers(0, 2),
              st.integers(0, 2), st.integers(1, AMOUNT)), min_size=1, max_size=10,
)  # fmt: skip


class Run:
    """One payment, and what is done to it. ``refunds``: amount and state by the uid or by Stripe's id."""

    def __init__(self, desk: Desk, homes: Sequence[Booking], *, by_card: bool) -> None:
        self.desk, self.homes, self.by_card, self.uid = desk, homes, by_card, desk.ids.uid
        self.parts, self.name, self.seconds = PartService(desk), desk.ids.uid(), 0
        self.refunds: dict[str, tuple[int, str]] = {}
        self.pk = self._card().pk if by_card else self._cash().pk

    def do(self, step: Step) -> None:
        """What is refused raises KnownError, and changes nothing."""
        what, one, other, minor = step
        here, there = self.homes[one], self.homes[other]
        if what == "move":
            self.parts.move(MoveDraft(self.uid(), self.pk, there.pk, here.pk))
        elif what == "split":
            wanted = {here.pk: minor, there.pk: self.parts.parts(self.pk).left - minor}
            self.parts.split(SplitDraft(self.uid(), self.pk, tuple(wanted.items())))
        elif what == "undo":
            self.parts.undo(self.pk, None, self.uid())
        elif what == "refund":
            self._refund(minor, here)
        elif self.by_card:
            self._happens_at_stripe(what, here, minor)

    def sum_of(self, *states: str) -> int:
        """What of refunds is in one of these states."""
        return sum(minor for minor, state in self.refunds.values() if state in states)

    def _cash(self) -> Payment:
        taken = PaymentDraft(self.name, self.homes[0].pk, "cash", Money(AMOUNT, "eur"), cash_due=AMOUNT + ROUNDING)
        return PaymentService(self.desk).take(taken).value

    def _card(self) -> Payment:
        pay(self.desk, Homeless(Card(self.name, AMOUNT, self.homes[0].reference)))
        return MatchingService(self.desk).find(f"pi_{self.name}")

    def _refund(self, minor: int, booking: Booking) -> None:
        """From the folio of a booking: cash goes at once, of a card the desk waits for Stripe."""
        uid, never = self.uid(), RefundService(self.desk, self.desk, _nothing_asked)
        never.plan(RefundDraft(uid, self.pk, Money(minor, "eur"), "noise", booking.pk))
        self.refunds[uid] = (minor, "pending" if self.by_card else "succeeded")

    def _happens_at_stripe(self, what: str, booking: Booking, minor: int) -> None:
        """A refund of its dashboard; one that ends well or badly; a metadata that names another booking."""
        held = [uid for uid, (_, state) in self.refunds.items() if state in HELD]
        if what == "named":
            pay(self.desk, Homeless(Card(self.name, AMOUNT, booking.reference)))
        elif what == "stripe" and minor <= self.parts.parts(self.pk).left:
            self._show(self.uid(), minor, "succeeded")
        elif what == "settle" and held:
            uid = held[minor % len(held)]
            self._show(uid, self.refunds[uid][0], ("succeeded", "failed")[minor % 2])

    def _show(self, uid: str, minor: int, state: str) -> None:
        self.refunds[uid] = (minor, state)
        self.seconds += 1
        shown = StripeRefund(
            id=f"re_{uid}", charge_id=f"ch_{self.name}", payment_intent_id=f"pi_{self.name}", created=NOON,
            amount=minor, currency="eur", status=state, reason=None, failure_reason=None, request_uid=uid,
        )  # fmt: skip
        with self.desk.writing() as unit:
            days = self.desk.property().days
            store_refunds(unit, ACCOUNT, days, (NOON + self.seconds) * 1_000_000, [shown])


def _nothing_asked(_account: object) -> NoReturn:
    raise AssertionError("Stripe is not asked here")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(by_card=st.booleans(), steps=STEPS)
def test_the_sum_stays_whatever_is_done(
    desk: Desk, bookings: BookingService, others: list[Booking], soren: Booking, by_card: bool, steps: list[Step]
) -> None:
    """Each example is a payment of its own; the bookings have what earlier ones left on them."""
    SettingsService(desk).set({"cash_rounding": "EUR 0.05"})
    homes = [soren, *others]
    before = sum(paid(bookings, *homes))
    run = Run(desk, homes, by_card=by_card)
    for step in steps:
        with suppress(KnownError):
            run.do(step)
        now = run.parts.parts(run.pk)
        assert sum(part.gross for part in now.parts) == now.payment.amount == AMOUNT
        assert [part.rounding for part in now.parts if part.rounding] == ([] if by_card else [ROUNDING])
        assert sum(part.back for part in now.parts) == run.sum_of(*HELD)
        assert min(part.left for part in now.parts) >= 0
        assert sum(paid(bookings, *homes)) == before + AMOUNT - run.sum_of("succeeded")
