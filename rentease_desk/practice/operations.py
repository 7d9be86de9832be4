"""Everything that can happen to an account, by name, for the control address: tests drive an account with these."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from rentease_desk.practice.acts import Act, Operation, on, setting
from rentease_desk.practice.balance_operations import BALANCE_OPERATIONS
from rentease_desk.practice.billing_operations import BILLING_OPERATIONS
from rentease_desk.practice.inputs import Input
from rentease_desk.practice.order_input import order_of
from rentease_desk.practice.orders import Decline
from rentease_desk.practice.records import Record
from rentease_desk.practice.world import World


class _Reason(StrEnum):
    ABANDONED = "abandoned"
    AUTOMATIC = "automatic"
    DUPLICATE = "duplicate"
    FRAUDULENT = "fraudulent"
    REQUESTED = "requested_by_customer"


class _RefundReason(StrEnum):
    NONE = "none"
    DUPLICATE = "duplicate"
    FRAUDULENT = "fraudulent"
    REQUESTED = "requested_by_customer"


class _FirstStatus(StrEnum):
    SUCCEEDED = "succeeded"
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"


class _NextStatus(StrEnum):
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


def perform(world: World, name: str, given: Input) -> list[Record]:
    """Let it happen. Returns what came or changed. Raises KeyError for an unknown name, ControlError, ApiError."""
    act = OPERATIONS[name](given)
    given.refuse_rest()
    world.store.catch_up()
    return act(world)


def _create(given: Input) -> Act:
    order = order_of(given)
    return lambda world: [world.payments.create(order)]


def _pay(given: Input) -> Act:
    order = order_of(given)
    return lambda world: [world.pay(order)]


def _charge(given: Input) -> Act:
    order = order_of(given)
    return lambda world: [world.payments.charge(order)]


def _customer(given: Input) -> Act:
    name, email, phone, metadata = given.text("name"), given.text("email"), given.text("phone"), given.pairs("metadata")
    return lambda world: [world.customer(name, email, phone=phone, metadata=metadata)]


def _describe(given: Input) -> Act:
    intent, description, metadata = given.needed_text("intent"), given.text("description"), given.pairs("metadata")
    return lambda world: [world.payments.describe(intent, description=description, metadata=metadata)]


def _fail(given: Input) -> Act:
    intent, decline = given.needed_text("intent"), _decline(given)
    return lambda world: [world.payments.fail(intent, decline)]


def _fail_debit(given: Input) -> Act:
    intent, decline = given.needed_text("intent"), _decline(given)
    return lambda world: [world.payments.fail_debit(intent, decline)]


def _capture(given: Input) -> Act:
    intent, amount = given.needed_text("intent"), given.whole("amount", 1)
    return lambda world: [world.payments.capture(intent, amount)]


def _cancel(given: Input) -> Act:
    intent, reason = given.needed_text("intent"), given.choice("reason", _Reason, _Reason.REQUESTED)
    return lambda world: [world.payments.cancel(intent, reason.value)]


def _refund(given: Input) -> Act:
    charge, amount = given.needed_text("charge"), given.whole("amount", 1)
    status = given.choice("status", _FirstStatus, _FirstStatus.SUCCEEDED)
    chosen, metadata = given.choice("reason", _RefundReason, _RefundReason.REQUESTED), given.pairs("metadata")
    reason = None if chosen is _RefundReason.NONE else chosen.value
    return lambda world: [world.refunds.create(charge, amount, status=status.value, reason=reason, metadata=metadata)]


def _update_refund(given: Input) -> Act:
    refund, why = given.needed_text("refund"), given.text("failure_reason")
    status = given.choice("status", _NextStatus, _NextStatus.SUCCEEDED)
    return lambda world: [world.refunds.update(refund, status.value, why)]


def _late_events(given: Input) -> Act:
    """Events become visible up to ``seconds`` late, from now on."""
    seconds = given.number("seconds", 0, most=3_600)

    def change(world: World) -> None:
        world.store.events.lag = seconds

    return setting(change)


def _event_version(given: Input) -> Act:
    """Events are made in another version of the API, from now on."""
    version = given.needed_text("version")

    def change(world: World) -> None:
        world.store.events.api_version = version

    return setting(change)


def _partial_captures(given: Input) -> Act:
    counted = bool(given.flag("counted_as_refunded"))

    def change(world: World) -> None:
        world.store.partial_capture_counts_as_refunded = counted

    return setting(change)


def _decline(given: Input) -> Decline | None:
    code, message, decline_code = given.text("code"), given.text("message"), given.text("decline_code")
    return None if code is None else Decline(code, message or "Your card was declined.", decline_code)


OPERATIONS: Final[Mapping[str, Operation]] = {
    "create": _create,
    "pay": _pay,
    "charge": _charge,
    "customer": _customer,
    "describe": _describe,
    "require-action": on("intent", lambda world, intent: world.payments.require_action(intent)),
    "succeed": on("intent", lambda world, intent: world.payments.succeed(intent)),
    "fail": _fail,
    "process": on("intent", lambda world, intent: world.payments.process(intent)),
    "settle": on("intent", lambda world, intent: world.payments.settle(intent)),
    "fail-debit": _fail_debit,
    "authorize": on("intent", lambda world, intent: world.payments.authorize(intent)),
    "capture": _capture,
    "cancel": _cancel,
    "refund": _refund,
    "update-refund": _update_refund,
    "late-events": _late_events,
    "event-version": _event_version,
    "partial-captures": _partial_captures,
    **BALANCE_OPERATIONS,
    **BILLING_OPERATIONS,
}
"""By the name they have at the control address."""
