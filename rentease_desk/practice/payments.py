"""What happens to payments: docs.stripe.com/payments/paymentintents/lifecycle.

Every operation takes ``at``, the moment at which it happens in UTC seconds (None: now by the account's clock).
"""

from __future__ import annotations

from dataclasses import replace

from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.ledger import Ledger
from rentease_desk.practice.orders import Decline, Metadata, Order
from rentease_desk.practice.records import Charge, Intent
from rentease_desk.practice.store import Store

_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
_CANCELABLE = (*_OPEN, "requires_capture")
_UNEXPECTED = "payment_intent_unexpected_state"


class Payments:
    """Operations on PaymentIntents and their charges. Raises ApiError where Stripe would refuse."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store = store
        self._ledger = ledger

    def create(self, order: Order, *, at: int | None = None) -> Intent:
        """A PaymentIntent that nobody has paid yet."""
        if order.amount < 1:
            raise ApiError("This value must be greater than or equal to 1.", code="parameter_invalid_integer")
        store = self._store
        id_, seq = store.ids.new("pi_3"), store.next_seq()
        return store.intents.add(Intent(id_, seq, store.moment(at), order))

    def describe(self, intent_id: str, *, description: str | None, metadata: Metadata) -> Intent:
        """Change what the intent says. Charges already made keep what it said at their confirmation."""
        intent = self._store.intent(intent_id)
        order = replace(intent.order, description=description, metadata=metadata)
        return self._store.intents.replace(replace(intent, order=order, error=None))

    def require_action(self, intent_id: str) -> Intent:
        """The payer has to confirm with the bank (3-D Secure) and has not done so yet."""
        intent = self._open(intent_id)
        method = intent.payment_method or self._store.ids.new("pm_1")
        return self._store.intents.replace(replace(intent, status="requires_action", payment_method=method, error=None))

    def succeed(self, intent_id: str, *, at: int | None = None) -> Intent:
        """The payer pays, the money is captured at once."""
        intent = self._open(intent_id, manual=False)
        charge = self._attempt(intent, at)
        self._store.charges.add(self._moved(charge, charge.order.amount, charge.created))
        return self._confirmed(intent, charge, "succeeded", received=charge.order.amount)

    def fail(self, intent_id: str, decline: Decline | None = None, *, at: int | None = None) -> Intent:
        """The bank declines: a failed charge stays, the intent waits for another attempt."""
        intent, why = self._open(intent_id), decline or Decline()
        charge = self._store.charges.add(_failed(self._attempt(intent, at), why))
        return self._declined(intent, charge, why)

    def process(self, intent_id: str, *, at: int | None = None) -> Intent:
        """A bank debit is under way; it takes days."""
        intent = self._open(intent_id, manual=False)
        charge = self._store.charges.add(replace(self._attempt(intent, at), status="pending"))
        return self._confirmed(intent, charge, "processing")

    def settle(self, intent_id: str, *, at: int | None = None) -> Intent:
        """The bank debit has arrived."""
        intent, charge = self._latest(intent_id, "processing", "settled")
        arrived = replace(charge, status="succeeded")
        self._store.charges.replace(self._moved(arrived, charge.order.amount, self._store.moment(at)))
        return self._confirmed(intent, charge, "succeeded", received=charge.order.amount)

    def fail_debit(self, intent_id: str, decline: Decline | None = None) -> Intent:
        """The bank debit came back."""
        intent, charge = self._latest(intent_id, "processing", "failed")
        why = decline or Decline("insufficient_funds", "The customer's account has insufficient funds.", None)
        return self._declined(intent, self._store.charges.replace(_failed(charge, why)), why)

    def authorize(self, intent_id: str, *, at: int | None = None) -> Intent:
        """The card's bank reserves the amount; nothing is captured yet. The order must be ``manual``."""
        intent = self._open(intent_id, manual=True)
        charge = self._store.charges.add(replace(self._attempt(intent, at), captured=False))
        return self._confirmed(intent, charge, "requires_capture", capturable=charge.order.amount)

    def capture(self, intent_id: str, amount: int | None = None, *, at: int | None = None) -> Intent:
        """Take the reserved amount, or a part of it; the rest is let go."""
        intent, charge = self._latest(intent_id, "requires_capture", "captured")
        wanted = intent.amount_capturable if amount is None else amount
        if not 1 <= wanted <= intent.amount_capturable:
            message = "The amount to capture must be less than or equal to the amount authorized."
            raise ApiError(message, code="amount_too_large", param="amount_to_capture")
        self._store.charges.replace(self._moved(charge, wanted, self._store.moment(at)))
        return self._confirmed(intent, charge, "succeeded", received=wanted)

    def cancel(self, intent_id: str, reason: str | None = "requested_by_customer", *, at: int | None = None) -> Intent:
        """Give the payment up. What was reserved is let go; since 2025-03-31 ("basil") Stripe makes no refund of it."""
        intent = self._store.intent(intent_id)
        if intent.status not in _CANCELABLE:
            raise _refused("canceled", intent, _CANCELABLE)
        moment = self._store.moment(at)
        canceled = replace(
            intent, status="canceled", amount_capturable=0, canceled_at=moment, cancellation_reason=reason
        )
        return self._store.intents.replace(canceled)

    def charge(self, order: Order, *, at: int | None = None) -> Charge:
        """A payment of the old kind, without a PaymentIntent."""
        charge = self._new_charge(order, None, self._store.ids.new("card_1"), self._store.moment(at))
        return self._store.charges.add(self._moved(charge, order.amount, charge.created))

    def _open(self, intent_id: str, *, manual: bool | None = None) -> Intent:
        """The intent, if it can be confirmed, and is to be captured this way."""
        intent = self._store.intent(intent_id)
        if intent.status not in _OPEN:
            raise _refused("confirmed", intent, _OPEN)
        if manual is not None and intent.order.manual is not manual:
            wanted = "manual" if manual else "automatic"
            raise ApiError(f"This PaymentIntent's capture_method is not {wanted}.", code=_UNEXPECTED)
        return intent

    def _latest(self, intent_id: str, status: str, verb: str) -> tuple[Intent, Charge]:
        """The intent, if it has this status, and the charge that brought it there."""
        intent = self._store.intent(intent_id)
        if intent.status != status or intent.latest_charge is None:
            raise _refused(verb, intent, (status,))
        return intent, self._store.charge(intent.latest_charge)

    def _attempt(self, intent: Intent, at: int | None) -> Charge:
        """A charge, not stored yet, with the intent's words as they are now."""
        method = intent.payment_method or self._store.ids.new("pm_1")
        return self._new_charge(intent.order, intent.id, method, max(self._store.moment(at), intent.created))

    def _new_charge(self, order: Order, intent: str | None, method: str, at: int) -> Charge:
        id_ = self._store.ids.new("ch_3" if order.method.is_card else "py_3")
        return Charge(id_, self._store.next_seq(), at, order, method, intent)

    def _moved(self, charge: Charge, amount: int, at: int) -> Charge:
        shown = self._store.partial_capture_counts_as_refunded
        return replace(
            charge,
            captured=True,
            amount_captured=amount,
            released=charge.order.amount - amount if shown else 0,
            captured_at=at,
            balance_transaction=self._ledger.settle(charge, amount, at),
        )

    def _confirmed(
        self, intent: Intent, charge: Charge, status: str, *, received: int = 0, capturable: int = 0
    ) -> Intent:
        confirmed = replace(
            intent,
            status=status,
            payment_method=charge.payment_method,
            latest_charge=charge.id,
            amount_received=received,
            amount_capturable=capturable,
            error=None,
        )
        return self._store.intents.replace(confirmed)

    def _declined(self, intent: Intent, charge: Charge, decline: Decline) -> Intent:
        """A method that was declined is of no further use: Stripe takes it off the intent."""
        waiting = replace(
            intent,
            status="requires_payment_method",
            payment_method=None,
            latest_charge=charge.id,
            error=decline,
        )
        return self._store.intents.replace(waiting)


def _failed(charge: Charge, decline: Decline) -> Charge:
    return replace(charge, status="failed", captured=False, decline=decline)


def _refused(verb: str, intent: Intent, allowed: tuple[str, ...]) -> ApiError:
    message = (
        f"This PaymentIntent could not be {verb} because it has a status of {intent.status}. Only a PaymentIntent with"
        f" one of the following statuses may be {verb}: {', '.join(allowed)}."
    )
    return ApiError(message, code=_UNEXPECTED)
