"""API keys of a practice account: docs.stripe.com/keys. They open nothing but this server."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import count
from typing import Final

from rentease_desk.practice.errors import ApiError

PERMISSIONS: Final[Mapping[str, str]] = {
    "payment_intent": "rak_payment_intent_read",
    "charge": "rak_charge_read",
    "refund": "rak_charge_read",  # Stripe's key page has one row for charges and refunds
    "customer": "rak_customer_read",
    "balance_transaction": "rak_balance_transaction_source_read",
    "dispute": "rak_dispute_read",
    "payout": "rak_payout_read",
    "subscription": "rak_subscription_read",
    "invoice": "rak_invoice_read",
    "invoice_payment": "rak_invoice_read",
    "checkout.session": "rak_checkout_session_read",
    "payment_link": "rak_payment_link_read",
    "event": "rak_event_read",
    "account": "rak_accounts_kyc_basic_read",
}
"""What a restricted key needs to read each kind of object."""
WRITES: Final[Mapping[str, str]] = {
    "refund": "rak_charge_write",
    "payment_intent": "rak_payment_intent_write",
    "checkout.session": "rak_checkout_session_write",
    "payment_link": "rak_payment_link_write",
}
"""What it needs to change those that can be changed. Writing includes reading, as on Stripe's key page."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key. ``permissions`` None: it may read everything."""

    secret: str
    permissions: frozenset[str] | None = None
    expired: bool = False

    @property
    def masked(self) -> str:
        """As Stripe's messages show it."""
        return masked(self.secret)


class Keyring:
    """The keys of one account. The full key and every further one repeat with the seed.

    ``platform``: the keys of the account to which this one is connected (docs.stripe.com/connect/authentication).
    """

    def __init__(self, seed: int, account: str, *, livemode: bool, platform: Keyring | None = None) -> None:
        self._mode = "live" if livemode else "test"
        self._seed = seed
        self._account = account
        self._platform = platform
        self._numbers = count(1)
        self.full = ApiKey(f"sk_{self._mode}_practice{self._tail(0)}")
        self._keys = {self.full.secret: self.full}
        self._withdrawn: set[str] = set()

    @property
    def withdrawn(self) -> list[str]:
        """The permissions that no key of the account has for the time being."""
        return sorted(self._withdrawn)

    def allow(self, permission: str, *, granted: bool) -> None:
        """Take a permission away from every key, as somebody may do in the Dashboard, or give it back.

        Raises ValueError for an unknown one.
        """
        if permission not in {*PERMISSIONS.values(), *WRITES.values()}:
            raise ValueError(f"There is no permission called {permission}.")
        (self._withdrawn.discard if granted else self._withdrawn.add)(permission)

    def add(self, permissions: Iterable[str] | None, *, expired: bool = False) -> ApiKey:
        """A further key: restricted to ``rak_…`` permissions, or full when None. Raises ValueError for unknown ones."""
        allowed = None if permissions is None else frozenset(permissions)
        unknown = (allowed or frozenset()) - {*PERMISSIONS.values(), *WRITES.values()}
        if unknown:
            raise ValueError(f"There is no permission called {', '.join(sorted(unknown))}.")
        prefix = "sk" if allowed is None else "rk"
        key = ApiKey(f"{prefix}_{self._mode}_practice{self._tail(next(self._numbers))}", allowed, expired)
        self._keys[key.secret] = key
        return key

    def authenticate(self, headers: Mapping[str, str]) -> ApiKey:
        """The key of a request. Raises ApiError 401 without a good one, 403 for another account."""
        secret = _secret(headers.get("authorization", ""))
        key = self.find(secret) or self._of_platform(secret, headers)
        if key is None:
            raise ApiError(f"Invalid API Key provided: {masked(secret)}", status=401)
        if key.expired:
            raise ApiError(f"Expired API Key provided: {key.masked}", status=401, code="api_key_expired")
        account = headers.get("stripe-account", self._account)
        if account != self._account:
            raise ApiError(
                f"The provided key '{key.masked}' does not have access to account '{account}' (or that account does not"
                " exist). Application access may have been revoked.",
                status=403,
                code="account_invalid",
            )
        return key

    def _of_platform(self, secret: str, headers: Mapping[str, str]) -> ApiKey | None:
        """A key of the platform opens an account that is connected to it, where the request names it."""
        if self._platform is None or headers.get("stripe-account") != self._account:
            return None
        return self._platform.find(secret)

    def find(self, secret: str) -> ApiKey | None:
        """One of the account's own keys."""
        return self._keys.get(secret)

    def require(self, key: ApiKey, kinds: Iterable[str]) -> None:
        """Raises ApiError 403, which names the missing permissions and the account; its ``code`` is absent."""
        self._require(key, {PERMISSIONS[kind] for kind in kinds})

    def require_write(self, key: ApiKey, kind: str) -> None:
        """Raises ApiError 403 as ``require``, where the key may not change this kind of object."""
        self._require(key, {WRITES[kind]})

    def _require(self, key: ApiKey, needed: set[str]) -> None:
        own = key.permissions or frozenset()
        reads = {one.replace("_write", "_read") for one in own}
        held = needed if key.permissions is None else needed & (own | reads)
        lacking = sorted(needed - (held - self._withdrawn))
        if not lacking:
            return
        names = ", ".join(f"'{permission}'" for permission in lacking)
        permissions = "permission" if len(lacking) == 1 else "permissions"
        raise ApiError(
            f"The provided key '{key.masked}' does not have the required permissions for this endpoint on account"
            f" '{self._account}'. Having the {names} {permissions} would allow this request to continue.",
            status=403,
        )

    def _tail(self, number: int) -> str:
        return blake2b(f"{self._seed}:{self._account}:{number}".encode(), digest_size=12).hexdigest()


def masked(secret: str) -> str:
    """The first and the last characters only."""
    if len(secret) <= 12:
        return "*" * len(secret)
    return f"{secret[:8]}{'*' * (len(secret) - 12)}{secret[-4:]}"


def _secret(authorization: str) -> str:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer" and value.strip():
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value.strip(), validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError) as error:
            raise ApiError("The Authorization header cannot be read.", status=401) from error
    raise ApiError(
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer"
        " auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        status=401,
    )
