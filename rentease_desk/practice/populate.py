"""Fills an account: with the sample property's card payments, or with very many."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Final, TypeVar

from rentease_desk.practice.orders import Metadata, Method, Order, Payer
from rentease_desk.practice.sample import Booking, CardPayment, NamedBy, Outcome, Sample
from rentease_desk.practice.world import World

T = TypeVar("T")
_MINUTE: Final = 60
_DAY: Final = 86_400
_WEEK: Final = 7 * _DAY
_YEAR: Final = 365 * _DAY
_MONDAY: Final = 4 * _DAY
"""From the weekday that time begins with, a Thursday."""

Steps = Callable[[World, Order, CardPayment], str | None]


def populate_sample(world: World, sample: Sample) -> None:
    """Let every card payment of the sample happen, at its own time."""
    customers: dict[str, str] = {}
    happened = [(payment.at, booking, payment) for booking in sample.bookings for payment in booking.card_payments]
    for _, booking, payment in sorted(happened, key=lambda entry: (entry[0], entry[1].reference)):
        customer = _customer(world, booking, payment, customers) if payment.known_customer else None
        charge_id = _STEPS[payment.outcome](world, order_of(booking, payment, customer), payment)
        _give_back(world, charge_id, payment)
    if happened:
        _pay_out_weekly(world, min(at for at, _, _ in happened))


def _pay_out_weekly(world: World, first: int) -> None:
    """What the bank received until now: each Monday at midnight UTC, as an account does that has just been opened."""
    for at in range((first // _WEEK + 1) * _WEEK + _MONDAY, world.clock.now(), _WEEK):
        if world.payouts.available(at) > 0:
            _then(world, world.payouts.create, at=at)


def order_of(booking: Booking, payment: CardPayment, customer: str | None) -> Order:
    """What Stripe is asked for, naming its booking the way the payment does."""
    method = Method(payment.method, payment.last4, payment.country, payment.brand)
    return Order(
        amount=payment.amount,
        currency=payment.currency,
        description=payment.description,
        metadata=naming(payment.named_by, booking),
        customer=customer,
        payer=Payer(payment.cardholder, payment.email, None, payment.country),
        method=method,
        manual=payment.outcome in _BY_HAND,
    )


def naming(named_by: NamedBy, booking: Booking) -> Metadata:
    """The metadata that names a booking, if any does."""
    match named_by:
        case NamedBy.BOOKING_ID:
            return (("booking_id", booking.uid),)
        case NamedBy.BOOKING_REFERENCE:
            return (("booking_reference", booking.reference),)
    return ()


def populate_bulk(
    world: World, count: int, *, refund_every: int = 20, fail_every: int = 25, customers: int | None = None
) -> None:
    """``count`` PaymentIntents over the two years before now, with charges, refunds and ``customers`` (a tenth of
    ``count``). One in ``fail_every`` was declined, one in ``refund_every`` of the others went back in part."""
    with _no_collection():
        _fill(world, count, refund_every, fail_every, max(count // 10, 1) if customers is None else customers)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the garbage collector, which would look again and again, now and later, at objects that all stay."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()


def _fill(world: World, count: int, refund_every: int, fail_every: int, customers: int) -> None:
    rng = Random(world.seed)  # noqa: S311 - repeatable on purpose, and nothing secret
    first, last = world.clock.now() - 2 * _YEAR, world.clock.now() - _DAY
    payers = [Payer(f"Guest {number}", f"guest{number}@mail.example", None, "IT") for number in range(1_000)]
    methods = [Method("card", f"{number * 37 % 10_000:04}") for number in range(64)]
    known = [
        world.customer(f"Guest {number}", f"guest{number}@mail.example", at=first).id for number in range(customers)
    ]
    for number in range(count):
        at = first + (last - first) * number // count
        reference = f"LN-{10_000 + number}"
        order = Order(
            amount=rng.randrange(1_000, 90_000),
            description=f"Booking {reference}",
            metadata=(("booking_reference", reference),) if number % 3 else (),
            customer=known[number % customers] if customers and number % 2 == 0 else None,
            payer=payers[number % len(payers)],
            method=methods[number % len(methods)],
        )
        if number % fail_every == fail_every - 1:
            world.payments.fail(world.payments.create(order, at=at).id, at=at)
            continue
        charge_id = world.pay(order, at=at).latest_charge
        if number % refund_every == 0 and charge_id is not None:
            world.refunds.create(charge_id, order.amount // 2, at=at + _DAY)


def _customer(world: World, booking: Booking, payment: CardPayment, known: dict[str, str]) -> str:
    """The guest's customer object, made at the first payment."""
    guest = booking.guest
    if guest.email not in known:
        made = world.customer(guest.name, guest.email, phone=guest.phone, at=payment.at - _MINUTE)
        known[guest.email] = made.id
    return known[guest.email]


def _then(world: World, act: Callable[..., T], *told: object, at: int | None, **more: object) -> T:
    """Let something become of what is there, at its own time: its events are as old as that."""
    with world.store.events.dated(world.store.moment(at)):
        return act(*told, at=at, **more)


def _give_back(world: World, charge_id: str | None, payment: CardPayment) -> None:
    for back in payment.refunds:
        assert charge_id is not None
        pending = back.status != "succeeded"
        refund = _then(
            world,
            world.refunds.create,
            charge_id,
            back.amount,
            status="pending" if pending else "succeeded",
            at=back.at,
        )
        if back.status == "failed":
            at = min(back.at + _DAY, world.clock.now())
            _then(world, world.refunds.update, refund.id, "failed", "expired_or_canceled_card", at=at)


def _succeed(world: World, order: Order, payment: CardPayment) -> str | None:
    intent = world.payments.create(order, at=payment.at)
    if order.method.is_card:
        return _then(world, world.payments.succeed, intent.id, at=payment.at).latest_charge
    _then(world, world.payments.process, intent.id, at=payment.at)
    return _then(world, world.payments.settle, intent.id, at=payment.moved_at).latest_charge


def _fail(world: World, order: Order, payment: CardPayment) -> str | None:
    intent = world.payments.create(order, at=payment.at)
    return _then(world, world.payments.fail, intent.id, at=payment.at + _MINUTE).latest_charge


def _fail_then_succeed(world: World, order: Order, payment: CardPayment) -> str | None:
    intent = world.payments.create(order, at=payment.at)
    _then(world, world.payments.fail, intent.id, at=payment.at + _MINUTE)
    return _then(world, world.payments.succeed, intent.id, at=payment.at + 3 * _MINUTE).latest_charge


def _process(world: World, order: Order, payment: CardPayment) -> str | None:
    intent = world.payments.create(order, at=payment.at)
    return _then(world, world.payments.process, intent.id, at=payment.at).latest_charge


def _authorize(world: World, order: Order, payment: CardPayment) -> str | None:
    intent = world.payments.create(order, at=payment.at)
    return _then(world, world.payments.authorize, intent.id, at=payment.at).latest_charge


def _capture(world: World, order: Order, payment: CardPayment) -> str | None:
    intent = world.payments.create(order, at=payment.at)
    _then(world, world.payments.authorize, intent.id, at=payment.at)
    return _then(world, world.payments.capture, intent.id, payment.captured_amount, at=payment.moved_at).latest_charge


def _cancel(world: World, order: Order, payment: CardPayment) -> str | None:
    intent = world.payments.create(order, at=payment.at)
    return _then(world, world.payments.cancel, intent.id, "abandoned", at=payment.at + _MINUTE).latest_charge


def _release(world: World, order: Order, payment: CardPayment) -> str | None:
    intent = world.payments.create(order, at=payment.at)
    _then(world, world.payments.authorize, intent.id, at=payment.at)
    return _then(world, world.payments.cancel, intent.id, at=payment.at + _MINUTE).latest_charge


def _ask(world: World, order: Order, payment: CardPayment) -> str | None:
    return world.payments.create(order, at=payment.at).latest_charge


def _charge(world: World, order: Order, payment: CardPayment) -> str | None:
    return world.payments.charge(order, at=payment.at).id


def _dispute(world: World, order: Order, payment: CardPayment) -> str | None:
    charge_id = _succeed(world, order, payment)
    assert charge_id is not None
    _then(world, world.disputes.open, charge_id, at=min(payment.at + 9 * _DAY, world.clock.now()))
    return charge_id


_BY_HAND: Final = frozenset({Outcome.REQUIRES_CAPTURE, Outcome.CAPTURED, Outcome.PARTLY_CAPTURED, Outcome.RELEASED})
_STEPS: Final[Mapping[Outcome, Steps]] = {
    Outcome.SUCCEEDED: _succeed,
    Outcome.FAILED: _fail,
    Outcome.FAILED_THEN_SUCCEEDED: _fail_then_succeed,
    Outcome.PROCESSING: _process,
    Outcome.REQUIRES_CAPTURE: _authorize,
    Outcome.CAPTURED: _capture,
    Outcome.PARTLY_CAPTURED: _capture,
    Outcome.CANCELED: _cancel,
    Outcome.RELEASED: _release,
    Outcome.INCOMPLETE: _ask,
    Outcome.LEGACY: _charge,
    Outcome.DISPUTED: _dispute,
}
