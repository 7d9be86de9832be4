"""Everything that can happen to an account, by name, for the control address: tests drive an account with these.

Each operation first reads its input and then acts, so that nothing happens when a field is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from rentease_desk.practice.inputs import Input
from rentease_desk.practice.records import Decline, Method, Order, Payer, Record
from rentease_desk.practice.world import World

Act = Callable[[World], list[Record]]
Operation = Callable[[Input], Act]


class _MethodType(StrEnum):
    CARD = "card"
    SEPA_DEBIT = "sepa_debit"


class _Reason(StrEnum):
    ABANDONED = "abandoned"
    AUTOMATIC = "automatic"
    DUPLICATE = "duplicate"
    FRAUDULENT = "fraudulent"
    REQUESTED = "requested_by_customer"


class _RefundReason(StrEnum):
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
    return act(world)


def _order(given: Input) -> Order:
    """All optional: ``amount`` (10000), ``currency`` (eur), ``description``, ``metadata``, ``customer``, ``name``,
    ``email``, ``phone``, ``country``, ``method`` (card), ``brand``, ``last4``, ``manual``."""
    country = given.text("country")
    type_ = given.choice("method", _MethodType, _MethodType.CARD)
    return Order(
        amount=given.number("amount", 10_000, least=1),
        currency=(given.text("currency") or "eur").lower(),
        description=given.text("description"),
        metadata=given.pairs("metadata"),
        customer=given.text("customer"),
        payer=Payer(given.text("name"), given.text("email"), given.text("phone"), country),
        method=Method(type_.value, given.text("last4") or "4242", country or "IT", given.text("brand") or "visa"),
        manual=bool(given.flag("manual")),
    )


def _create(given: Input) -> Act:
    order = _order(given)
    return lambda world: [world.payments.create(order)]


def _pay(given: Input) -> Act:
    order = _order(given)
    return lambda world: [world.pay(order)]


def _charge(given: Input) -> Act:
    order = _order(given)
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
    reason = given.choice("reason", _RefundReason, _RefundReason.REQUESTED)
    return lambda world: [world.refunds.create(charge, amount, status=status.value, reason=reason.value)]


def _update_refund(given: Input) -> Act:
    refund, why = given.needed_text("refund"), given.text("failure_reason")
    status = given.choice("status", _NextStatus, _NextStatus.SUCCEEDED)
    return lambda world: [world.refunds.update(refund, status.value, why)]


def _dispute(given: Input) -> Act:
    charge = given.needed_text("charge")
    return lambda world: [world.refunds.dispute(charge)]


def _late_balance(_given: Input) -> Act:
    def act(world: World) -> list[Record]:
        world.ledger.late = True
        return []

    return act


def _balance_arrives(_given: Input) -> Act:
    return lambda world: list(world.ledger.arrive())


def _late_events(given: Input) -> Act:
    """Events become visible up to ``seconds`` late, from now on."""
    seconds = given.number("seconds", 0, most=3_600)

    def act(world: World) -> list[Record]:
        world.store.events.lag = seconds
        return []

    return act


def _event_version(given: Input) -> Act:
    """Events are made in another version of the API, from now on."""
    version = given.needed_text("version")

    def act(world: World) -> list[Record]:
        world.store.events.api_version = version
        return []

    return act


def _partial_captures(given: Input) -> Act:
    counted = bool(given.flag("counted_as_refunded"))

    def act(world: World) -> list[Record]:
        world.store.partial_capture_counts_as_refunded = counted
        return []

    return act


def _on_intent(act: Callable[[World, str], Record]) -> Operation:
    """An operation that needs the intent and nothing else."""

    def operation(given: Input) -> Act:
        intent = given.needed_text("intent")
        return lambda world: [act(world, intent)]

    return operation


def _decline(given: Input) -> Decline | None:
    code, message, decline_code = given.text("code"), given.text("message"), given.text("decline_code")
    return None if code is None else Decline(code, message or "Your card was declined.", decline_code)


OPERATIONS: Final[Mapping[str, Operation]] = {
    "create": _create,
    "pay": _pay,
    "charge": _charge,
    "customer": _customer,
    "describe": _describe,
    "require-action": _on_intent(lambda world, intent: world.payments.require_action(intent)),
    "succeed": _on_intent(lambda world, intent: world.payments.succeed(intent)),
    "fail": _fail,
    "process": _on_intent(lambda world, intent: world.payments.process(intent)),
    "settle": _on_intent(lambda world, intent: world.payments.settle(intent)),
    "fail-debit": _fail_debit,
    "authorize": _on_intent(lambda world, intent: world.payments.authorize(intent)),
    "capture": _capture,
    "cancel": _cancel,
    "refund": _refund,
    "update-refund": _update_refund,
    "dispute": _dispute,
    "late-balance": _late_balance,
    "balance-arrives": _balance_arrives,
    "late-events": _late_events,
    "event-version": _event_version,
    "partial-captures": _partial_captures,
}
"""By the name they have at the control address."""
