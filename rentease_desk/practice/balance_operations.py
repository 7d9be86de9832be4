"""Operations on disputes, on payouts and on the account's balance."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from rentease_desk.practice.acts import Act, Operation, on, setting
from rentease_desk.practice.inputs import Input
from rentease_desk.practice.records import Record
from rentease_desk.practice.world import World

_MONTH: Final = 30


class _DisputeReason(StrEnum):
    DUPLICATE = "duplicate"
    FRAUDULENT = "fraudulent"
    GENERAL = "general"
    NOT_CREDITED = "credit_not_processed"
    NOT_RECEIVED = "product_not_received"
    SUBSCRIPTION = "subscription_canceled"
    UNRECOGNIZED = "unrecognized"


def _dispute(given: Input) -> Act:
    """``charge``, ``inquiry`` (false), ``reason`` (fraudulent). Returns the charge and the dispute."""
    charge, inquiry = given.needed_text("charge"), bool(given.flag("inquiry"))
    reason = given.choice("reason", _DisputeReason, _DisputeReason.FRAUDULENT)

    def act(world: World) -> list[Record]:
        dispute = world.disputes.open(charge, inquiry=inquiry, reason=reason.value)
        return [world.store.charge(charge), dispute]

    return act


def _dispute_close(given: Input) -> Act:
    """``dispute``, ``won`` (false)."""
    dispute, won = given.needed_text("dispute"), bool(given.flag("won"))
    return lambda world: [world.disputes.close(dispute, won=won)]


def _late_balance(_given: Input) -> Act:
    """Captures wait for their balance transactions until ``balance-arrives``."""

    def change(world: World) -> None:
        world.ledger.late = True

    return setting(change)


def _balance_arrives(_given: Input) -> Act:
    return lambda world: list(world.ledger.arrive())


def _balance_delay(given: Input) -> Act:
    """Captures and refunds wait ``seconds`` for their balance transactions, from now on."""
    seconds = given.number("seconds", 0, most=_MONTH * 86_400)

    def change(world: World) -> None:
        world.ledger.delay = seconds

    return setting(change)


def _payout(given: Input) -> Act:
    """``amount``: a payout by hand. Without it an automatic one of everything that is available."""
    amount = given.whole("amount", 1)
    return lambda world: [world.payouts.create(amount)]


def _payout_fail(given: Input) -> Act:
    """``payout``, ``code`` (account_closed)."""
    payout, code = given.needed_text("payout"), given.text("code")
    return lambda world: [world.payouts.fail(payout, code)]


def _payout_schedule(given: Input) -> Act:
    """An automatic payout every so many ``days``, from now on; 0: none."""
    days = given.number("days", 1, most=_MONTH)
    return setting(lambda world: world.payouts.schedule(days))


def _payout_lists_itself(given: Input) -> Act:
    """``on``: whether the lines of later payouts include the payout's own."""
    listed = bool(given.flag("on"))

    def change(world: World) -> None:
        world.payouts.lists_itself = listed

    return setting(change)


BALANCE_OPERATIONS: Final[Mapping[str, Operation]] = {
    "dispute": _dispute,
    "dispute-respond": on("dispute", lambda world, dispute: world.disputes.respond(dispute)),
    "dispute-escalate": on("dispute", lambda world, dispute: world.disputes.escalate(dispute)),
    "dispute-close": _dispute_close,
    "late-balance": _late_balance,
    "balance-arrives": _balance_arrives,
    "balance-delay": _balance_delay,
    "payout": _payout,
    "payout-fail": _payout_fail,
    "payout-schedule": _payout_schedule,
    "payout-lists-itself": _payout_lists_itself,
}
"""By the name they have at the control address."""
