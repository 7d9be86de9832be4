"""What can happen to long stays, Checkout pages and payouts: each yields when a desk may look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.tools.accounts import DAY, Account
from tests.tools.stories import Happening

NAMED: dict[str, Any] = {"metadata": {"booking_reference": "LN-1801"}}
Story = Callable[[Account], Iterator[None]]


def _renewed(account: Account) -> Iterator[None]:
    stay = account.do("subscribe", amount=90_000, **NAMED)["id"]
    yield
    account.do("subscription-renew", subscription=stay)


def _declined(account: Account) -> Iterator[None]:
    stay = account.do("subscribe", amount=90_000, **NAMED)["id"]
    yield
    invoice = account.do("subscription-renew", subscription=stay, fails=True)["id"]
    yield
    account.advance(3 * DAY)
    account.do("invoice-pay", invoice=invoice, fails=True)
    yield
    account.do("invoice-pay", invoice=invoice)


def _never_paid(account: Account) -> Iterator[None]:
    stay = account.do("subscribe", amount=90_000, **NAMED)["id"]
    yield
    invoice = account.do("subscription-renew", subscription=stay, fails=True)["id"]
    yield
    account.do("invoice-give-up", invoice=invoice)


def _voided(account: Account) -> Iterator[None]:
    stay = account.do("subscribe", amount=90_000, **NAMED)["id"]
    yield
    account.do("invoice-void", invoice=account.do("subscription-renew", subscription=stay, fails=True)["id"])


def _paid_elsewhere(account: Account) -> Iterator[None]:
    stay = account.do("subscribe", amount=90_000, fails=True, **NAMED)
    yield
    account.do("invoice-pay", invoice=stay["latest_invoice"], elsewhere=True)


def _first_payment_missing(account: Account) -> Iterator[None]:
    account.do("subscribe", amount=90_000, fails=True, **NAMED)
    yield
    account.advance(DAY)


def _drafted(account: Account) -> Iterator[None]:
    stay = account.do("subscribe", amount=90_000, **NAMED)["id"]
    invoice = account.do("subscription-renew", subscription=stay, draft=True)["id"]
    yield
    account.do("invoice-finalize", invoice=invoice)
    yield
    account.do("invoice-pay", invoice=invoice)


def _cancelled(account: Account) -> Iterator[None]:
    stay = account.do("subscribe", amount=90_000, **NAMED)["id"]
    yield
    account.do("subscription-cancel", subscription=stay, at_period_end=True)
    yield
    account.advance(DAY)
    account.do("subscription-cancel", subscription=stay)


def _moved_to_another_booking(account: Account) -> Iterator[None]:
    stay = account.do("subscribe", amount=90_000, **NAMED)["id"]
    yield
    account.do("subscription-describe", subscription=stay, metadata={"booking_reference": "LN-1802"})
    yield
    account.do("subscription-renew", subscription=stay)


def _invoiced_once(account: Account) -> Iterator[None]:
    invoice = account.do("invoice", amount=4_000, **NAMED)["id"]
    yield
    account.do("invoice-finalize", invoice=invoice)
    yield
    account.do("invoice-pay", invoice=invoice)


def _paid_on_a_page(account: Account) -> Iterator[None]:
    page = account.do("checkout", amount=5_000, session_metadata=NAMED["metadata"], reference="7")["id"]
    account.do("checkout-fail", session=page)
    account.do("checkout-complete", session=page)
    yield


def _page_expired(account: Account) -> Iterator[None]:
    account.do("checkout", amount=5_000, session_metadata=NAMED["metadata"], lasts=3_600)
    yield
    account.advance(2 * 3_600)


def _page_with_a_debit(account: Account) -> Iterator[None]:
    page = account.do("checkout", amount=5_000, method="sepa_debit", session_metadata=NAMED["metadata"])["id"]
    account.do("checkout-complete", session=page)
    yield
    account.advance(3 * DAY)
    account.do("checkout-settle", session=page)


def _paid_out(account: Account) -> Iterator[None]:
    Happening(account).all("pay refund:100")
    account.advance(5 * DAY)
    account.do("payout")
    yield
    account.advance(3_600)
    yield
    account.advance(3 * DAY)


def _payout_sent_back(account: Account) -> Iterator[None]:
    Happening(account).all("pay")
    account.advance(5 * DAY)
    payout = account.do("payout")["id"]
    yield
    account.advance(3 * DAY)
    account.do("payout-fail", payout=payout)
    yield
    account.advance(DAY)
    account.do("payout")
    account.advance(3_600)


def _paid_out_by_hand(account: Account) -> Iterator[None]:
    Happening(account).all("pay")
    account.advance(5 * DAY)
    account.do("payout", amount=2_000)
    yield
    account.advance(3 * DAY)


STORIES: dict[str, Story] = {
    "renewed": _renewed,
    "declined": _declined,
    "never paid": _never_paid,
    "voided": _voided,
    "paid elsewhere": _paid_elsewhere,
    "first payment missing": _first_payment_missing,
    "drafted": _drafted,
    "cancelled": _cancelled,
    "moved to another booking": _moved_to_another_booking,
    "invoiced once": _invoiced_once,
    "paid on a page": _paid_on_a_page,
    "page expired": _page_expired,
    "page with a debit": _page_with_a_debit,
    "paid out": _paid_out,
    "payout sent back": _payout_sent_back,
    "paid out by hand": _paid_out_by_hand,
}
