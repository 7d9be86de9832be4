"""The account's balance: a line when money is captured, goes back, comes back, or is disputed.

Source: docs.stripe.com/reports/balance-transaction-types. Fees are a European account's list prices.
"""

from __future__ import annotations

from dataclasses import replace

from rentease_desk.practice.money import convert, rate_ppm
from rentease_desk.practice.orders import Order
from rentease_desk.practice.records import BalanceTransaction, Charge, Dispute, Payout, Refund
from rentease_desk.practice.store import Store

_DAY = 86_400
_DISPUTE_FEE = 2_000
_DEBIT_FEE = 35
_FIXED_FEE = 25
_EUROPE = "AT BE CH CZ DE DK ES FI FR GR HR HU IE IS IT NL NO PL PT RO SE SI SK"


class Ledger:
    """Balance transactions. Captures and refunds wait ``delay`` seconds for theirs, as Stripe's asynchronous captures
    do (docs.stripe.com/payments/payment-intents/asynchronous-capture); while ``late``, captures wait until told."""

    def __init__(self, store: Store) -> None:
        self.late = False
        self.delay = 0
        self._store = store
        self._waiting: list[str] = []

    def settle(self, charge: Charge, amount: int, at: int) -> str | None:
        """Book a capture. Returns the line's id; None where the charge will learn it later."""
        if self.late:
            self._waiting.append(charge.id)
            return None
        if self.delay:
            self._store.agenda.plan(at + self.delay, lambda _: self._settle_now(charge.id))
            return None
        return self._book_capture(charge, amount, at)

    def arrive(self) -> tuple[Charge, ...]:
        """Book every capture that waits; lines keep the time of their capture. Returns the charges, changed."""
        self.late = False
        charges = tuple(self._settle_now(id_) for id_ in self._waiting)
        self._waiting.clear()
        return charges

    def give_back(self, refund: Refund) -> str | None:
        """Book a refund. Returns the line's id; None where the refund will learn it later."""
        if self.delay:
            self._store.agenda.plan(refund.created + self.delay, lambda _: self._give_back_now(refund.id))
            return None
        return self._book_refund(refund)

    def take_back(self, refund: Refund, at: int) -> str:
        """Book a refund that failed: the money is the account's again. Returns the line's id."""
        return self._book("refund_failure", "refund_failure", refund.amount, refund.currency, refund.id, at).id

    def dispute(self, charge: Charge, source: str, at: int) -> str:
        """Book a dispute: the whole payment and a fee are withdrawn. Returns the line's id."""
        amount = -(charge.amount_captured - charge.amount_refunded)
        return self._book("adjustment", "dispute", amount, charge.order.currency, source, at, _DISPUTE_FEE).id

    def win(self, dispute: Dispute, at: int) -> str:
        """Book a dispute that was won: the payment comes back, the fee does not. Returns the line's id."""
        currency = dispute.currency
        return self._book("adjustment", "dispute_reversal", dispute.amount, currency, dispute.id, at).id

    def pay_out(self, payout_id: str, amount: int, at: int, arrival: int) -> BalanceTransaction:
        """Book a payout in the account's own currency."""
        line = self._book("payout", "payout", -amount, self._store.profile.currency, payout_id, at)
        return self._store.transactions.replace(replace(line, available_on=arrival, description="STRIPE PAYOUT"))

    def return_payout(self, payout: Payout, at: int) -> str:
        """Book a payout that failed: the money is in the balance again. Returns the line's id."""
        line = self._book("payout_failure", "payout_reversal", payout.amount, payout.currency, payout.id, at)
        return self._store.transactions.replace(replace(line, available_on=at)).id

    def _give_back_now(self, refund_id: str) -> None:
        refund = self._store.refund(refund_id)
        self._store.refunds.replace(replace(refund, balance_transaction=self._book_refund(refund)))

    def _book_refund(self, refund: Refund) -> str:
        kind = "refund" if refund.method_type == "card" else "payment_refund"
        return self._book(kind, "refund", -refund.amount, refund.currency, refund.id, refund.created).id

    def _settle_now(self, charge_id: str) -> Charge:
        """The line of a capture that waited; it keeps the time of the capture."""
        charge = self._store.charge(charge_id)
        assert charge.captured_at is not None
        line = self._book_capture(charge, charge.amount_captured, charge.captured_at)
        return self._store.charges.replace(replace(charge, balance_transaction=line))

    def _book_capture(self, charge: Charge, amount: int, at: int) -> str:
        order = charge.order
        kind = "charge" if order.method.is_card else "payment"
        return self._book(kind, "charge", amount, order.currency, charge.id, at, self._fee(order, amount)).id

    def _fee(self, order: Order, amount: int) -> int:
        if not order.method.is_card:
            return _DEBIT_FEE
        per_mille = 15 if order.method.country in _EUROPE.split() else 32
        return convert(amount, order.currency, self._store.profile.currency) * per_mille // 1_000 + _FIXED_FEE

    def _book(
        self, type_: str, category: str, amount: int, currency: str, source: str, at: int, fee: int = 0
    ) -> BalanceTransaction:
        store, own = self._store, self._store.profile.currency
        return store.transactions.add(
            BalanceTransaction(
                id=store.ids.new("txn_3"),
                seq=store.next_seq(),
                created=at,
                type=type_,
                category=category,
                amount=convert(amount, currency, own),
                fee=fee,
                currency=own,
                source=source,
                available_on=(at + 3 * _DAY) // _DAY * _DAY,
                rate_ppm=None if currency == own else rate_ppm(currency, own),
            )
        )
