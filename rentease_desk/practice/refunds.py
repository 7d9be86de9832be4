"""Money that goes back: docs.stripe.com/refunds. ``at`` is UTC seconds, None is now by the account's clock."""

from __future__ import annotations

from dataclasses import replace

from rentease_desk.practice.disputes import charged_back
from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.ledger import Ledger
from rentease_desk.practice.money import written
from rentease_desk.practice.orders import Metadata
from rentease_desk.practice.records import Charge, Refund
from rentease_desk.practice.store import Store

_UNFINISHED = ("pending", "requires_action")


class Refunds:
    """Operations on refunds. Raises ApiError where Stripe would refuse."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store = store
        self._ledger = ledger

    def create(
        self,
        charge_id: str,
        amount: int | None = None,
        *,
        status: str = "succeeded",
        reason: str | None = "requested_by_customer",
        metadata: Metadata = (),
        at: int | None = None,
    ) -> Refund:
        """Give back ``amount`` minor units, or all that is left. ``status``: succeeded, pending or requires_action."""
        charge = self._store.charge(charge_id)
        wanted = charge.refundable if amount is None else amount
        if charged_back(self._store, charge):
            raise ApiError(f"Charge {charge.id} has been charged back; cannot issue a refund.", code="charge_disputed")
        _check(charge, wanted)
        refund = self._new(charge, wanted, status, reason, self._store.moment(at))
        booked = replace(refund, balance_transaction=self._ledger.give_back(refund), metadata=metadata)
        self._store.refunds.add(booked)
        self._recount(charge_id)
        return booked

    def update(
        self, refund_id: str, status: str, failure_reason: str | None = None, *, at: int | None = None
    ) -> Refund:
        """What became of a refund: succeeded, failed or canceled. A failed one restores the money, also late.

        Refunds that failed or were cancelled are final; one that succeeded can only fail afterwards.
        """
        refund = self._store.refund(refund_id)
        if refund.status not in _UNFINISHED and (refund.status, status) != ("succeeded", "failed"):
            raise ApiError(f"This Refund could not be updated because it has a status of {refund.status}.")
        changed = replace(refund, status=status)
        if not changed.counts:
            line = self._ledger.take_back(refund, self._store.moment(at))
            reason = (failure_reason or "unknown") if status == "failed" else None
            changed = replace(changed, failure_reason=reason, failure_balance_transaction=line)
        self._store.refunds.replace(changed)
        self._recount(refund.charge)
        return changed

    def _new(self, charge: Charge, amount: int, status: str, reason: str | None, at: int) -> Refund:
        """A refund, not stored yet."""
        store, order = self._store, charge.order
        return Refund(
            id=store.ids.new("re_3" if order.method.is_card else "pyr_1"),
            seq=store.next_seq(),
            created=max(at, charge.created),
            amount=amount,
            currency=order.currency,
            status=status,
            charge=charge.id,
            intent=charge.intent,
            payment_method=charge.payment_method,
            method_type=order.method.type,
            reason=reason,
        )

    def _recount(self, charge_id: str) -> None:
        charge = self._store.charge(charge_id)
        total = sum(one.amount for one in self._store.refunds.where(charge=charge_id) if one.counts)
        self._store.charges.replace(replace(charge, amount_refunded=total))


def _check(charge: Charge, amount: int) -> None:
    if not charge.amount_captured or charge.status != "succeeded":
        raise ApiError(f"Charge {charge.id} has not been captured; there is nothing to refund.", param="charge")
    if not charge.refundable:
        raise ApiError(f"Charge {charge.id} has already been refunded.", code="charge_already_refunded")
    if amount < 1:
        raise ApiError("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > charge.refundable:
        asked, left = written(amount, charge.order.currency), written(charge.refundable, charge.order.currency)
        message = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({left})"
        raise ApiError(message, param="amount")
