"""Money that goes to the hotel's bank: docs.stripe.com/payouts. What becomes of a payout happens by itself, in time."""

from __future__ import annotations

from dataclasses import replace

from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.ledger import Ledger
from rentease_desk.practice.records import BalanceTransaction, Payout
from rentease_desk.practice.store import Store

_HOUR = 3_600
_DAY = 24 * _HOUR
_FAILABLE = ("pending", "in_transit", "paid")  # docs.stripe.com/api/payouts/object: some are shown as paid at first


class Payouts:
    """Operations on payouts. Raises ApiError where Stripe would refuse.

    ``lists_itself``: whether the balance transactions of a payout include the payout's own, as Stripe's do; those
    without it add up to the payout.
    """

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self.lists_itself = True
        self._store = store
        self._ledger = ledger
        self._bank = store.ids.account.replace("acct_", "ba_")
        self._schedule = 0
        self.every = 0
        """Days from one automatic payout to the next; 0: there are none."""

    def create(self, amount: int | None = None, *, at: int | None = None) -> Payout:
        """A payout of ``amount`` by hand, or an automatic one of all that is available and was not paid out."""
        moment = self._store.moment(at)
        lines = self._available(moment)
        available = sum(line.net for line in lines)
        wanted = available if amount is None else amount
        if not 1 <= wanted <= available:
            message = "You have insufficient funds in your Stripe account for this transfer."
            raise ApiError(message, code="balance_insufficient")
        payout = self._add(wanted, moment, automatic=amount is None)
        for line in lines if payout.automatic else ():
            self._store.transactions.replace(replace(line, payout=payout.id))
        self._store.agenda.plan(moment + _HOUR, lambda _: self._send(payout.id))
        self._store.agenda.plan(payout.arrival_date, lambda _: self._arrive(payout.id))
        return payout

    def fail(self, payout_id: str, code: str | None = None) -> Payout:
        """The bank sends the money back, also after it seemed to have arrived: it is in the balance again."""
        payout = self._store.payout(payout_id)
        if payout.status not in _FAILABLE:
            raise ApiError(f"Payout {payout_id} has a status of {payout.status} and cannot fail.")
        line = self._ledger.return_payout(payout, self._store.clock.now())
        failed = replace(
            payout, status="failed", failure_code=code or "account_closed", failure_balance_transaction=line
        )
        return self._store.payouts.replace(failed)

    def schedule(self, days: int) -> None:
        """An automatic payout every so many days at midnight UTC, when there is money; 0: no more."""
        self._schedule += 1
        self.every = days
        if days:
            self._plan_next(self._schedule, days, self._store.clock.now())

    def available(self, moment: int) -> int:
        """What could be paid out then, minor units of the account's currency."""
        return sum(line.net for line in self._available(moment))

    def _plan_next(self, schedule: int, days: int, after: int) -> None:
        at = (after // _DAY + days) * _DAY
        self._store.agenda.plan(at, lambda moment: self._run(schedule, days, moment))

    def _run(self, schedule: int, days: int, moment: int) -> None:
        if schedule != self._schedule:
            return
        if self.available(moment) > 0:
            self.create(at=moment)
        self._plan_next(schedule, days, moment)

    def _available(self, moment: int) -> list[BalanceTransaction]:
        """What no payout has taken yet. Earlier payouts by hand are gone from the balance at once."""
        lines = self._store.transactions.where(unpaid="yes")
        return [line for line in lines if line.available_on <= moment or line.type == "payout"]

    def _add(self, amount: int, moment: int, *, automatic: bool) -> Payout:
        store, arrival = self._store, (moment // _DAY + 2) * _DAY
        id_ = store.ids.new("po_1")
        own = self._ledger.pay_out(id_, amount, moment, arrival)
        if automatic:
            store.transactions.replace(replace(own, payout=id_, listed=self.lists_itself))
        return store.payouts.add(
            Payout(
                id=id_,
                seq=store.next_seq(),
                created=moment,
                amount=amount,
                currency=own.currency,
                arrival_date=arrival,
                automatic=automatic,
                balance_transaction=own.id,
                destination=self._bank,
                reconciliation_status="in_progress" if automatic else "not_applicable",
            )
        )

    def _send(self, payout_id: str) -> None:
        """The bank has it, and Stripe knows what is in it."""
        payout = self._store.payout(payout_id)
        status = "in_transit" if payout.status == "pending" else payout.status
        reconciled = "completed" if payout.automatic else payout.reconciliation_status
        self._store.payouts.replace(replace(payout, status=status, reconciliation_status=reconciled))

    def _arrive(self, payout_id: str) -> None:
        payout = self._store.payout(payout_id)
        if payout.status == "in_transit":
            self._store.payouts.replace(replace(payout, status="paid"))
