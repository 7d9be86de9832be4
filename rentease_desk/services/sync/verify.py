"""The check against Stripe: what its lists showed of some days beside what stands here; what differs is fetched."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from sys import intern

from rentease_desk.domain.agreement import COMPARED, Agreement, Amounts, Comparison, compare
from rentease_desk.domain.dates import Span
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.payment import RefundStatus
from rentease_desk.domain.stripe_billing import (
    ENDED_SUBSCRIPTIONS,
    RETURNED_PAYOUTS,
    StripePayout,
    StripeSubscription,
)
from rentease_desk.domain.stripe_objects import Page, StripeCharge, StripeRefund
from rentease_desk.services.sync.pages import PageStore, RunContext, forget_draft
from rentease_desk.services.sync.tally import Tally
from rentease_desk.storage.amounts import Unsettled, amounts_here, unsettled
from rentease_desk.storage.stripe_facts import LostSources, lost_sources

_KIND_OF = {"balance": "transactions"} | {kind: kind for kind in COMPARED if kind != "transactions"}
"""By the name of a list: the kind that it shows whole."""
_TALLIED = ("charges", "refunds", "transactions")
"""Kinds whose changes the run counts itself, as payments and refunds."""
_FETCHED = 200
"""How many objects of a kind are fetched at most because they differ, or are not in the balance yet."""
Shown = dict[str, tuple[str, int, *tuple[str, ...]]]
Fetch = Callable[[str, threading.Event], Page]


class Listed:
    """What Stripe's lists showed of a span."""

    def __init__(self, span: Span, lists: Iterable[str]) -> None:
        """``lists``: the names of those that are read from end to end."""
        self.span = span
        lists = list(lists)
        self.is_partial = any(name not in lists for name in _KIND_OF)
        """Whether only some lists were meant to be read: then no day is done with it."""
        self.shown: dict[str, Shown] = {_KIND_OF[name]: {} for name in lists if name in _KIND_OF}

    def note(self, name: str, page: Page) -> None:
        """Take in a page of a list."""
        kind = _KIND_OF.get(name)
        if kind in self.shown:
            self.shown[kind] |= _amounts_of(kind, page, self.span)

    def note_fetched(self, kind: str, id_: str, page: Page) -> None:
        """Take in what was fetched because it differed; with a charge or refund comes the money that it moved."""
        if page.observed_at == 0:
            self.shown[kind].pop(id_, None)
        for each in {kind, "transactions"} & self.shown.keys():
            self.shown[each] |= _amounts_of(each, page, self.span)

    def leave_out(self, names: Iterable[str]) -> None:
        """These lists were not read to their end."""
        for name in names:
            self.shown.pop(_KIND_OF.get(name, ""), None)


class Checking:
    """Compares, and repairs by fetching. It counts as repaired what changes from the moment it is made."""

    def __init__(self, context: RunContext, tally: Tally, listed: Listed) -> None:
        self._context = context
        self._tally = tally
        self._listed = listed
        self._store = PageStore(context, tally, leaves_out=True)
        self._before = self._standing()
        self._here: dict[str, Amounts] | None = None
        """What stands here, once it was read and until something is fetched."""
        self._counted = (tally.fresh, len(tally.failures()))
        self.limits: list[StripeError] = []
        """Permissions that are missing for what was to be fetched."""

    def settled(self, *, looks_behind: bool) -> Agreement:
        """Both sides, after what differs was fetched.

        ``looks_behind``: the sources of the balance that are not here, and what is not in it yet, are fetched as well.
        Without that, nothing was written since this was made.
        """
        self._here = None if looks_behind else self._before
        if looks_behind and "transactions" in self._listed.shown:
            self._look_behind()
        for kind, one in self._compared().items():
            self._fetch_each(kind, one.differing)
        return self._agreement()

    def _look_behind(self) -> None:
        lost, waiting = self._lost(), self._unsettled()
        self._fetch_each("charges", (*lost.charges, *waiting.charges))
        self._fetch_each("refunds", (*lost.refunds, *waiting.refunds))

    def _agreement(self) -> Agreement:
        knows_balance = "transactions" in self._listed.shown
        lost, failed = self._lost(), len(self._tally.failures()) - self._counted[1]
        compared: dict[str, Comparison | None] = {**dict.fromkeys(COMPARED), **self._compared()}
        return Agreement(
            **compared,
            unsettled=self._unsettled().count if knows_balance else None,
            lost=(*lost.charges, *lost.refunds) if knows_balance else (),
            repaired=self._repaired(),
            failed=failed,
        )

    def _repaired(self) -> int:
        now = self._now()
        beside = [kind for kind in COMPARED if kind not in _TALLIED]
        changed = sum(len(compare(now[kind], self._before[kind]).differing) for kind in beside)
        return self._tally.fresh - self._counted[0] + changed

    def _compared(self) -> dict[str, Comparison]:
        here = self._now()
        return {kind: compare(shown, here[kind]) for kind, shown in self._listed.shown.items()}

    def _fetch_each(self, kind: str, ids: Iterable[str]) -> None:
        try:
            for id_ in list(dict.fromkeys(ids))[:_FETCHED]:
                page, self._here = self._fetches()[kind](id_, self._context.cancel), None
                if page.observed_at:
                    self._store.store(page)
                elif kind == "invoices":
                    forget_draft(self._context, id_)
                self._note(kind, id_, page)
        except StripeError as error:
            if error.code != "stripe.no_permission":
                raise
            self.limits.append(error)

    def _note(self, kind: str, id_: str, page: Page) -> None:
        if kind in self._listed.shown:
            self._listed.note_fetched(kind, id_, page)

    def _fetches(self) -> dict[str, Fetch]:
        gateway, billing = self._context.gateway, self._context.gateway.billing
        return {
            "charges": gateway.fetch_charge,
            "refunds": gateway.fetch_refund,
            "transactions": gateway.fetch_transaction,
            "payouts": billing.fetch_payout,
            "subscriptions": billing.fetch_subscription,
            "invoices": billing.fetch_invoice,
        }

    def _now(self) -> dict[str, Amounts]:
        if self._here is None:
            self._here = self._standing()
        return self._here

    def _standing(self) -> dict[str, Amounts]:
        with self._context.desk.db.reading() as connection:
            return amounts_here(connection, self._context.identity, self._listed.span)

    def _lost(self) -> LostSources:
        with self._context.desk.db.reading() as connection:
            return lost_sources(connection, self._context.identity, self._listed.span)

    def _unsettled(self) -> Unsettled:
        with self._context.desk.db.reading() as connection:
            return unsettled(connection, self._context.identity, self._listed.span)


def _amounts_of(kind: str, page: Page, span: Span) -> Shown:
    """What a page shows of a kind, created in the span, as ``amounts_here`` tells it."""

    def holds(created: int) -> bool:
        return span.start <= created < span.end

    if kind == "charges":
        return {one.id: (intern(one.currency), moved(one)) for one in page.charges if holds(one.created)}
    if kind == "refunds":
        return {one.id: (intern(one.currency), _went_back(one)) for one in page.refunds if holds(one.created)}
    if kind == "transactions":
        return {one.id: (intern(one.currency), one.net) for one in page.transactions if holds(one.created)}
    if kind == "payouts":
        return {
            one.id: (intern(one.currency), _paid_out(one), one.status) for one in page.payouts if holds(one.created)
        }
    if kind == "subscriptions":
        stays = [one for one in page.subscriptions if holds(one.created)]
        return {one.id: (intern(one.currency), _by_period(one), one.status) for one in stays}
    return {one.id: (intern(one.currency), one.amount_paid, one.status) for one in page.invoices if holds(one.created)}


def moved(charge: StripeCharge) -> int:
    """The money that a charge moved, minor units."""
    return charge.amount_captured if charge.status == "succeeded" else 0


def _went_back(refund: StripeRefund) -> int:
    return refund.amount if refund.status == RefundStatus.SUCCEEDED.value else 0


def _paid_out(payout: StripePayout) -> int:
    return 0 if payout.status in RETURNED_PAYOUTS else payout.amount


def _by_period(stay: StripeSubscription) -> int:
    return 0 if stay.status in ENDED_SUBSCRIPTIONS else stay.amount or 0
