"""Payment links in tests: a service whose requests can go wrong on demand, and what Stripe really has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from rentease_desk.domain.changes import Operator
from rentease_desk.services.links import LinkService
from rentease_desk.stripe_gateway import transport
from rentease_desk.stripe_gateway.gateway import StripeGateway
from tests.tools.practice import Json
from tests.tools.syncing import SyncDesk, open_gateway

WEBSITE = "https://hotel-lanterna.example/thanks"


def link_service(
    at: SyncDesk, *, fault_posts: Mapping[str, Any] | None = None, before_post: Callable[[], object] | None = None
) -> LinkService:
    """The service as the wiring builds it. A fault lasts for every attempt of a POST; reading is never hurt."""

    def opened(_account: object) -> StripeGateway:
        gateway = open_gateway(at.account, **at.changes)
        post = gateway.links._post

        def spoilt(path: str, *arguments: Any, **params: Any) -> Any:
            if before_post is not None:
                before_post()
            if fault_posts is not None:
                how = dict(fault_posts)
                at.account.fault(how.pop("kind"), times=transport.TRIES, path=path, **how)
            try:
                return post(path, *arguments, **params)
            finally:
                at.account.control.no_faults(at.account.name)

        gateway.links._post = spoilt
        return gateway

    importer = replace(at.desk, operator=Operator("Stripe", at.desk.operator.desk))
    return LinkService(at.desk, importer, opened)


def of_stripe(at: SyncDesk) -> dict[str, str]:
    """Stripe's sessions and Payment Links: id by the request's uid. A uid that stood there twice is one too many."""
    made = [one for one in at.account.dump("checkout_sessions").values() if one["payment_link"] is None]
    shown: list[Json] = [*made, *at.account.dump("payment_links").values()]
    uids = [dict(one["metadata"])["request_uid"] for one in shown]
    assert len(uids) == len(set(uids)), "a request was carried out twice"
    return {dict(one["metadata"])["request_uid"]: one["id"] for one in shown}


def of_desk(at: SyncDesk) -> dict[str, str | None]:
    """The desk's links: Stripe's id by uid."""
    return {one.uid: one.stripe_id for one in link_service(at).latest()}
