"""Refunds in tests: a payment that the desk knows, and a service whose requests can go wrong on demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from rentease_desk.domain.changes import Operator
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.payment import Payment
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.refunds import RefundService
from rentease_desk.stripe_gateway import transport
from rentease_desk.stripe_gateway.gateway import StripeGateway
from tests.tools.syncing import SyncDesk, open_gateway


def desk_payment(at: SyncDesk, amount: int) -> Payment:
    """A card payment of so much (minor units) that was synced."""
    at.account.do("pay", amount=amount, currency="eur")
    at.account.advance(60)
    at.run()
    service = PaymentService(at.desk)
    (found,) = service.by_keys(service.keys(PaymentQuery()))
    return found


def refund_service(
    at: SyncDesk,
    *,
    lose_answers: bool = False,
    lose_requests: bool = False,
    fault_posts: Mapping[str, Any] | None = None,
    before_post: Callable[[], object] | None = None,
) -> RefundService:
    """The service as the wiring builds it. What is lost is lost in every attempt of a POST; reading is never hurt."""
    fault = fault_posts
    if lose_answers or lose_requests:
        fault = {"kind": "reset", "reached": lose_answers}

    def opened(_account: object) -> StripeGateway:
        gateway = open_gateway(at.account, **at.changes)
        post = gateway.refunds._post

        def spoilt(*arguments: Any, **params: Any) -> Any:
            if before_post is not None:
                before_post()
            if fault is not None:
                how = dict(fault)
                at.account.fault(how.pop("kind"), times=transport.TRIES, path="/v1/refunds", **how)
            try:
                return post(*arguments, **params)
            finally:
                at.account.control.no_faults(at.account.name)

        gateway.refunds._post = spoilt
        return gateway

    importer = replace(at.desk, operator=Operator("Stripe", at.desk.operator.desk))
    return RefundService(at.desk, importer, opened)
