"""What a cardholder's bank asks back, as the desk shows it.

Source: docs.stripe.com/disputes/how-disputes-work. An inquiry (``warning_…``) moves no money.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

TO_ANSWER = ("needs_response", "warning_needs_response")
"""Stripe's states in which the property may answer, until ``due_by``."""
UNDER_REVIEW = ("under_review", "warning_under_review")
OPEN_DISPUTES = (*TO_ANSWER, *UNDER_REVIEW)
"""States in which nothing is decided."""
INQUIRY = "warning_"
"""How the states of an inquiry begin."""


class Dispute(Struct, frozen=True):
    """One dispute of a payment. Minor units, UTC seconds; ``due_by`` is None where no answer is taken."""

    id: str
    payment_pk: int
    amount: int
    currency: str
    status: str
    reason: str
    due_by: int | None
    created: int

    @property
    def is_open(self) -> bool:
        """Whether nothing is decided yet."""
        return self.status in OPEN_DISPUTES

    @property
    def to_answer(self) -> bool:
        """Whether the property may still answer."""
        return self.status in TO_ANSWER


def newest_first(by_payment: Mapping[int, Iterable[Dispute]]) -> tuple[Dispute, ...]:
    """The disputes of several payments in one row."""
    whole = (one for some in by_payment.values() for one in some)
    return tuple(sorted(whole, key=lambda one: (-one.created, one.id)))
