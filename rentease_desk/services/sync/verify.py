"""The check of some days against Stripe: everything is listed again, which puts right what is missing or stale
here, and then both sides are compared."""

from __future__ import annotations

from rentease_desk.domain.agreement import Agreement, compare
from rentease_desk.domain.dates import Span
from rentease_desk.domain.payment import RefundStatus
from rentease_desk.domain.stripe_objects import Page, StripeCharge
from rentease_desk.domain.sync import Summary
from rentease_desk.services.sync.pages import RunContext
from rentease_desk.storage.stripe_facts import charge_amounts, refund_amounts, transaction_amounts, unsettled_charges


class Listed:
    """What Stripe's lists showed of a span."""

    def __init__(self, span: Span) -> None:
        self._span = span
        self.charges: dict[str, tuple[str, int]] = {}
        self.refunds: dict[str, tuple[str, int]] = {}
        self.transactions: dict[str, tuple[str, int]] | None = None

    def note(self, step: str, page: Page) -> None:
        """Take in a page of a list."""
        if step == "charges":
            self.charges |= {one.id: (one.currency, moved(one)) for one in page.charges if self._holds(one.created)}
        if step == "balance":
            self.transactions = self.transactions or {}
            self.transactions |= {
                one.id: (one.currency, one.net) for one in page.transactions if self._holds(one.created)
            }
        for refund in page.refunds:
            if self._holds(refund.created):
                counts = refund.status == RefundStatus.SUCCEEDED.value
                self.refunds[refund.id] = (refund.currency, refund.amount if counts else 0)

    def compared(self, context: RunContext, summary: Summary) -> Agreement:
        """Both sides, after what was listed was written."""
        with context.desk.db.reading() as connection:
            charges = charge_amounts(connection, context.identity, self._span)
            refunds = refund_amounts(connection, context.identity, self._span)
            transactions = transaction_amounts(connection, context.identity, self._span)
            unsettled = unsettled_charges(connection, context.identity, self._span)
        return Agreement(
            charges=compare(self.charges, charges),
            refunds=compare(self.refunds, refunds),
            transactions=None if self.transactions is None else compare(self.transactions, transactions),
            unsettled=None if self.transactions is None else unsettled,
            repaired=summary.new + summary.updated,
            failed=summary.failed,
        )

    def _holds(self, created: int) -> bool:
        return self._span.start <= created < self._span.end


def moved(charge: StripeCharge) -> int:
    """The money that a charge moved, minor units."""
    return charge.amount_captured if charge.status == "succeeded" else 0
