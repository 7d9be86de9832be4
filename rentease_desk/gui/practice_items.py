"""What the Practice menu offers: each item with what the practice server is told, and the sentence that says it.

In a sentence ``{guest}`` and ``{amount}`` are those of what happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QCoreApplication

Given = Mapping[str, Any]
SEVERAL = 5
"""How many answers go wrong at a time: as many as a sync tries before it gives up."""


class Item(Struct, frozen=True):
    """One entry. ``path`` is below the account's control address. ``of_booking``: the marked booking goes with it."""

    words: str
    path: str
    given: Given
    said: str
    of_booking: bool = False


class Switch(Struct, frozen=True):
    """An entry that is on or off: what is told and said either way. ``begins``: how it stands in a new account."""

    words: str
    path: str
    on: tuple[Given, str]
    off: tuple[Given, str]
    begins: bool = False

    def stands(self, state: Mapping[str, Any]) -> bool:
        """Whether it is on in an account of which this is told."""
        if "permission" in self.on[0]:
            return self.on[0]["permission"] not in state["withdrawn"]
        return bool(state["switches"][self.path.rpartition("/")[2]])


class Group(Struct, frozen=True):
    """A submenu. None is a line between entries."""

    words: str
    entries: tuple[Item | Switch | None, ...]


def tr(text: str) -> str:
    """A word in the window's language."""
    return QCoreApplication.translate("practice", text)


def first_items() -> tuple[Item, ...]:
    """What stands in the menu itself: what happens most days."""
    pays = "actions/guest-pays"
    return (
        Item(tr("A guest pays by card"), pays, {}, tr("{guest} paid {amount} by card."), of_booking=True),
        Item(
            tr("A guest pays without naming a booking"),
            pays,
            {"named_by": "nothing"},
            tr("{guest} paid {amount} without naming a booking."),
        ),
        Item(
            tr("A card payment fails"),
            "actions/payment-fails",
            {},
            tr("{guest}'s card was declined for {amount}."),
            of_booking=True,
        ),
        Item(tr("A payment is refunded in Stripe"), "actions/refund", {}, tr("{amount} went back to {guest}.")),
        Item(tr("A payment is disputed"), "actions/dispute", {}, tr("{guest}'s bank disputes {amount}.")),
    )


def groups() -> tuple[Group, ...]:
    """The submenus, from what guests do to what goes wrong."""
    return (_slow(), _refunds(), _disputes(), _long_stays(), _pages(), _payouts(), _events())


def _newest(operation: str, words: str, said: str, **given: Any) -> Item:
    """Something that happens to the newest object to which it can."""
    return Item(words, "actions/newest", {"operation": operation, "given": given}, said)


def _begins(how: str, words: str, said: str) -> Item:
    return Item(words, "actions/guest-pays", {"how": how}, said, of_booking=True)


def _slow() -> Group:
    return Group(
        tr("Payments that take their time"),
        (
            _begins("hold", tr("A card is held for a guest"), tr("{amount} are held on {guest}'s card.")),
            _newest("capture", tr("The hold is captured"), tr("{guest}'s {amount} were captured.")),
            _newest(
                "capture", tr("One euro of the hold is captured"), tr("A part of the hold was captured."), amount=100
            ),
            _newest("cancel", tr("The hold is let go"), tr("{guest}'s {amount} were let go.")),
            None,
            _begins("debit", tr("A guest pays by bank debit"), tr("{guest}'s bank debit of {amount} is under way.")),
            _newest("settle", tr("The debit arrives"), tr("{guest}'s bank debit of {amount} has arrived.")),
            _newest("fail-debit", tr("The debit comes back"), tr("{guest}'s bank debit of {amount} came back.")),
            None,
            Item(
                tr("Many guests pay in the same second"),
                "actions/burst",
                {"count": 25},
                tr("25 guests paid in the same second."),
            ),
        ),
    )


def _refunds() -> Group:
    return Group(
        tr("Refunds"),
        (
            _newest("refund", tr("A euro goes back"), tr("{amount} went back to {guest}."), amount=100),
            Item(
                tr("A refund is under way"),
                "actions/refund",
                {"pending": True},
                tr("{amount} are on their way to {guest}."),
            ),
            _newest("update-refund", tr("The refund arrives"), tr("{guest} got {amount} back."), status="succeeded"),
            _newest("update-refund", tr("The refund fails"), tr("{amount} did not reach {guest}."), status="failed"),
            _newest(
                "update-refund", tr("The refund is given up"), tr("{guest}'s refund of {amount} was given up."),
                status="canceled",
            ),
        ),
    )  # fmt: skip


def _disputes() -> Group:
    return Group(
        tr("Disputes"),
        (
            _newest(
                "dispute", tr("A bank asks about a payment"), tr("{guest}'s bank asks about {amount}."), inquiry=True
            ),
            _newest("dispute-respond", tr("The hotel answers"), tr("Evidence was handed in for {guest}'s {amount}.")),
            _newest("dispute-escalate", tr("The question becomes a dispute"), tr("{guest}'s bank took {amount} back.")),
            _newest("dispute-close", tr("The hotel wins"), tr("The dispute about {amount} was won."), won=True),
            _newest("dispute-close", tr("The hotel loses"), tr("The dispute about {amount} was lost."), won=False),
        ),
    )


def _long_stays() -> Group:
    return Group(
        tr("Long stays"),
        (
            _begins("monthly", tr("A guest pays by the month"), tr("{guest} pays {amount} a month from now on.")),
            _newest("subscription-renew", tr("The next month is paid"), tr("{guest} paid the next {amount}.")),
            _newest(
                "subscription-renew", tr("The next month's card is declined"),
                tr("{guest}'s card was declined for the next month."), fails=True,
            ),
            _newest("invoice-pay", tr("The invoice is paid after all"), tr("{guest} paid the invoice of {amount}.")),
            _newest(
                "invoice-pay", tr("The invoice is paid at the desk"),
                tr("{guest}'s invoice of {amount} was paid outside of Stripe."), elsewhere=True,
            ),
            _newest("invoice-void", tr("The invoice is withdrawn"), tr("{guest}'s invoice of {amount} was withdrawn.")),
            _newest(
                "invoice-give-up", tr("The invoice is given up"), tr("{guest}'s invoice of {amount} was given up.")
            ),
            _newest("subscription-cancel", tr("The guest leaves"), tr("{guest} pays by the month no longer.")),
        ),
    )  # fmt: skip


def _pages() -> Group:
    return Group(
        tr("Payment pages"),
        (
            _begins("page", tr("A guest gets a page to pay on"), tr("{guest} can pay {amount} on a page.")),
            Item(tr("A guest pays by the payment link"), "actions/pay-link", {}, tr("{amount} was paid by the link.")),
            _newest("payment-link-visit", tr("A guest opens the payment link"), tr("{guest} has the page open.")),
            _newest("payment-link-switch", tr("The link is switched off in Stripe"), tr("The link is off.")),
            None,
            _newest("checkout-complete", tr("The guest pays there"), tr("{guest} paid {amount} on the page.")),
            _newest("checkout-fail", tr("The card is declined there"), tr("{guest}'s card was declined on the page.")),
            _newest("checkout-expire", tr("The page expires"), tr("{guest}'s page has expired.")),
        ),
    )


def _payouts() -> Group:
    return Group(
        tr("Payouts and balance"),
        (
            Item(tr("Stripe pays out"), "actions/payout", {}, tr("{amount} are on their way to the hotel's bank.")),
            _newest("payout-fail", tr("The payout comes back"), tr("The bank sent {amount} back.")),
            Switch(
                tr("A payout every day"),
                "operations/payout-schedule",
                ({"days": 1}, tr("Stripe pays out every day.")),
                ({"days": 0}, tr("Stripe pays out no more by itself.")),
            ),
            None,
            Switch(
                tr("Fees are known an hour late"),
                "operations/balance-delay",
                ({"seconds": 3_600}, tr("The balance shows payments an hour late.")),
                ({"seconds": 0}, tr("The balance shows payments at once.")),
            ),
        ),
    )


def _events() -> Group:
    return Group(
        tr("What Stripe tells"),
        (
            Switch(
                tr("Events come up to a minute late"),
                "operations/late-events",
                ({"seconds": 60}, tr("Events come up to a minute late.")),
                ({"seconds": 0}, tr("Events come at once.")),
            ),
            Switch(
                tr("Events of an old version"),
                "operations/event-version",
                ({"version": "2020-08-27"}, tr("Events are of the version of August 2020.")),
                ({"version": "2026-10-28.endive"}, tr("Events are of today's version.")),
            ),
        ),
    )
