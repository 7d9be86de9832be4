"""Asking Stripe what a key may do, without doing anything: lists of one, and changes of what does not exist."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.key_permissions import KEY_PERMISSIONS, KeyPermission, Probed
from rentease_desk.stripe_gateway.transport import PostFailure, Reply

NOTHING = "rentease_desk_asks_only"
"""No object has this id: Stripe says that a key may not, or that there is no such thing."""
_CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "refunds": ("/v1/refunds", {"charge": f"ch_{NOTHING}"}),
    "checkout/sessions": (f"/v1/checkout/sessions/cs_{NOTHING}/expire", {}),
    "payment_links": (f"/v1/payment_links/plink_{NOTHING}", {"active": False}),
}


class Probes:
    """Part of a gateway. Threads share it."""

    def __init__(self, read: Callable[[str, threading.Event], None], post: Callable[..., Reply | PostFailure]) -> None:
        self._read = read
        self._post = post

    def all(self, cancel: threading.Event) -> tuple[Probed, ...]:
        """Every permission that the desk can use. Raises StripeError for all but a missing one; CancelledError."""
        return tuple(Probed(one, self._missing(one, cancel)) for one in KEY_PERMISSIONS)

    def _missing(self, permission: KeyPermission, cancel: threading.Event) -> str:
        try:
            for kind in permission.kinds:
                if permission.write:
                    self._change_nothing(kind, cancel)
                else:
                    self._read(kind, cancel)
        except StripeError as error:
            if error.code != "stripe.no_permission":
                raise
            return str(error.params["permission"])
        return ""

    def _change_nothing(self, kind: str, cancel: threading.Event) -> None:
        path, given = _CHANGES[kind]
        answer = self._post(path, cancel, key=f"probe-{uuid4()}", **given)
        if isinstance(answer, PostFailure) and answer.code != "resource_missing":
            raise answer.error
