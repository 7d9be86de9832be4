"""How services come by a gateway to Stripe: by a key that was typed, or by the account whose matter it is."""

from __future__ import annotations

from typing import Protocol

from rentease_desk.domain.stripe_accounts import StripeAccount
from rentease_desk.stripe_gateway.gateway import StripeGateway


class OpenWith(Protocol):
    """Makes a gateway of a key, to the connected account of this id; "" is the key's own account, None that which the
    environment names.
    """

    def __call__(self, key: str, account: str | None = None, /) -> StripeGateway:
        """Raises StripeError."""


class OpenFor(Protocol):
    """Makes a gateway to one of the property's accounts, with the key that holds for it now. None is the first account,
    while none is known yet. Whoever asks Stripe says whose matter it is: there is no gateway to be had without that.
    """

    def __call__(self, account: StripeAccount | None, /) -> StripeGateway:
        """Raises StripeError, KeychainError; asks nothing of Stripe."""
