"""What a run reads beside payments: payouts and what they are made of, subscriptions, invoices, Checkout Sessions.

That the key may not read one of them is told, and hides nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import partial

from rentease_desk.domain.dates import Span
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.stripe_objects import Page, Unreadable
from rentease_desk.services.sync.pages import RunContext, forget_draft
from rentease_desk.storage.billing_facts import open_billing, unlisted_payouts
from rentease_desk.storage.links import open_payment_links

Fetch = Callable[[str, threading.Event], Page]
Read = Callable[[Span, str | None, threading.Event], Page]


def look_again_at_billing(
    context: RunContext, before: int, limit: int | None, store: Callable[[Page], None]
) -> list[StripeError]:
    """Fetch what was made before an instant (UTC seconds) and is not at its end: no list shows what became of it.

    Returns the permissions that are missing for it. Raises StripeError for other trouble, CancelledError.
    """
    with context.desk.db.reading() as connection:
        found = open_billing(connection, context.identity, before, limit)
        links = tuple(open_payment_links(connection, context.identity))
    billing = context.gateway.billing
    kinds: tuple[tuple[tuple[str, ...], Fetch], ...] = (
        (found.subscriptions, billing.fetch_subscription),
        (found.invoices, billing.fetch_invoice),
        (found.sessions, billing.fetch_session),
        (found.payouts, billing.fetch_payout),
        (links, context.gateway.links.fetch_link),
    )
    return [error for ids, fetch in kinds for error in _refused(partial(_fetch_each, context, ids, fetch, store))]


def read_payout_lines(context: RunContext, store: Callable[[Page], None]) -> list[StripeError]:
    """Ask what each automatic payout is made of, once: when Stripe says that it is reconciled, nothing is added to it.

    Returns and raises as ``look_again_at_billing``.
    """
    with context.desk.db.reading() as connection:
        wanted = unlisted_payouts(connection, context.identity)

    def read() -> None:
        for id_ in wanted:
            store(_lines_of(context, id_))

    return _refused(read)


def _refused(act: Callable[[], object]) -> list[StripeError]:
    """Do it, and return the permission that is missing for it, if one is."""
    try:
        act()
    except StripeError as error:
        if error.code != "stripe.no_permission":
            raise
        return [error]
    return []


def _fetch_each(context: RunContext, ids: Iterable[str], fetch: Fetch, store: Callable[[Page], None]) -> None:
    for id_ in ids:
        page = fetch(id_, context.cancel)
        if page.observed_at:
            store(page)
        else:
            forget_draft(context, id_)


def _lines_of(context: RunContext, payout_id: str) -> Page:
    """What a payout is made of; one of which Stripe will not tell it keeps nothing else out."""
    try:
        return _whole_payout(context, payout_id, context.cancel)
    except StripeError as error:
        if error.code != "stripe.refused":
            raise
        return Page(0, unreadable=(Unreadable("payout", payout_id, str(error)),))


def _whole_payout(context: RunContext, payout_id: str, cancel: threading.Event) -> Page:
    """All its lines as one page, to be written at once: a payout has all its lines here, or none."""
    page = context.gateway.billing.list_payout_lines(payout_id, None, cancel)
    lines, transactions, unreadable = list(page.payout_lines), list(page.transactions), list(page.unreadable)
    after = page.next_cursor
    while after is not None:
        further = context.gateway.billing.list_payout_lines(payout_id, after, cancel)
        lines += further.payout_lines
        transactions += further.transactions
        unreadable += further.unreadable
        after = further.next_cursor
    return Page(
        page.observed_at,
        payout_lines=tuple(lines),
        transactions=tuple(transactions),
        unreadable=tuple(unreadable),
    )
