"""Payments that a cardholder's bank questions: docs.stripe.com/disputes/how-disputes-work.

An inquiry (``warning_…``) moves no money; a chargeback withdraws the payment and a fee, and gives the payment back when
it is won.
"""

from __future__ import annotations

from dataclasses import replace

from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.ledger import Ledger
from rentease_desk.practice.records import Charge, Dispute
from rentease_desk.practice.store import Store

_TIME_TO_RESPOND = 9 * 86_400
_ANSWERED = {"needs_response": "under_review", "warning_needs_response": "warning_under_review"}
_OPEN = (*_ANSWERED, *_ANSWERED.values())
_INQUIRIES = ("warning_needs_response", "warning_under_review")


class Disputes:
    """Operations on disputes. Raises ApiError where Stripe would refuse."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store = store
        self._ledger = ledger

    def open(
        self, charge_id: str, *, inquiry: bool = False, reason: str = "fraudulent", at: int | None = None
    ) -> Dispute:
        """The cardholder's bank asks about the payment, or takes back at once what is left of it."""
        charge = self._store.charge(charge_id)
        if charge.disputed or not charge.refundable:
            raise ApiError(f"Charge {charge_id} cannot be disputed.", code="charge_disputed")
        self._store.charges.replace(replace(charge, disputed=True))
        store, moment = self._store, self._store.moment(at)
        id_ = store.ids.new("dp_1")
        line = None if inquiry else self._ledger.dispute(charge, id_, moment)
        return store.disputes.add(
            Dispute(
                id=id_,
                seq=store.next_seq(),
                created=moment,
                amount=charge.refundable,
                currency=charge.order.currency,
                charge=charge.id,
                intent=charge.intent,
                due_by=moment + _TIME_TO_RESPOND,
                balance_transaction=line,
                status="warning_needs_response" if inquiry else "needs_response",
                reason=reason,
            )
        )

    def respond(self, dispute_id: str) -> Dispute:
        """The hotel hands its evidence in."""
        dispute = self._in(dispute_id, *_ANSWERED)
        return self._store.disputes.replace(replace(dispute, status=_ANSWERED[dispute.status], has_evidence=True))

    def escalate(self, dispute_id: str) -> Dispute:
        """An inquiry becomes a chargeback: now the money is withdrawn, and there is time again to respond."""
        dispute, now = self._in(dispute_id, *_INQUIRIES), self._store.clock.now()
        charge = self._store.charge(dispute.charge)
        if not charge.refundable:
            raise ApiError(f"Charge {charge.id} has already been refunded.", code="charge_already_refunded")
        withdrawn = replace(
            dispute,
            status="needs_response",
            amount=charge.refundable,
            due_by=now + _TIME_TO_RESPOND,
            has_evidence=False,
            balance_transaction=self._ledger.dispute(charge, dispute.id, now),
        )
        return self._store.disputes.replace(withdrawn)

    def close(self, dispute_id: str, *, won: bool) -> Dispute:
        """The bank decides. An inquiry that is not lost is closed without a decision; one that is lost escalates."""
        dispute = self._in(dispute_id, *_OPEN)
        if dispute.status in _INQUIRIES:
            if won:
                return self._store.disputes.replace(replace(dispute, status="warning_closed"))
            dispute = self.escalate(dispute_id)
        if won:
            line = self._ledger.win(dispute, self._store.clock.now())
            return self._store.disputes.replace(replace(dispute, status="won", reinstatement=line))
        missed = not dispute.has_evidence and self._store.clock.now() > dispute.due_by
        return self._store.disputes.replace(replace(dispute, status="lost", past_due=missed))

    def _in(self, dispute_id: str, *statuses: str) -> Dispute:
        dispute = self._store.dispute(dispute_id)
        if dispute.status not in statuses:
            raise ApiError(f"This dispute has a status of {dispute.status} and cannot be changed like this.")
        return dispute


def charged_back(store: Store, charge: Charge) -> bool:
    """Whether a bank holds the money of a payment: it cannot be given back besides."""
    return any(one.balance_transaction and not one.reinstatement for one in store.disputes.where(charge=charge.id))
