"""Whose account a key opens, and whether it reaches the connected account that it is used for."""

from __future__ import annotations

import threading
from collections.abc import Callable

import stripe

from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.stripe_gateway.failures import account_named, error_code
from rentease_desk.stripe_gateway.reader import id_of
from rentease_desk.stripe_gateway.transport import Reply


class Owner:
    """Part of a gateway. ``account``: the connected account (``acct_…``) that it is used for, if it is used for one."""

    def __init__(self, get: Callable[[str, threading.Event], Reply], account: str | None, livemode: bool) -> None:
        self._get = get
        self._account = account
        self._livemode = livemode

    def identity(self, cancel: threading.Event) -> Identity | None:
        """Whose account the key opens; None where Stripe does not tell.

        A restricted key is refused, but the refusal names the account. A stand-in for Stripe may not serve accounts.
        """
        if self._account:
            return Identity(self._account, self._livemode)
        try:
            account = self._asked(cancel)
        except LookupError:
            return None
        except StripeError as error:
            return self._named_by(error)
        if not account.startswith("acct_"):
            raise StripeError("stripe.refused", reason="it does not say whose account this is")
        return Identity(account, self._livemode)

    def confirm(self, cancel: threading.Event) -> None:
        """Raises StripeError ``stripe.not_connected``, ``stripe.other_account``; without a connected account nothing is
        asked.
        """
        if self._account is None:
            return
        try:
            found = self._asked(cancel)
        except LookupError:
            return  # a stand-in for Stripe may not serve accounts
        except StripeError as error:
            self._require_reached(error)
        else:
            if found != self._account:
                raise StripeError("stripe.other_account", expected=self._account, found=found)

    def _asked(self, cancel: threading.Event) -> str:
        return id_of(self._get("/v1/account", cancel).data)

    def _require_reached(self, error: StripeError) -> None:
        """A restricted key may not read the account that it reaches."""
        cause = error.__cause__
        if isinstance(cause, stripe.StripeError) and error_code(cause) == "account_invalid":
            raise StripeError("stripe.not_connected", account=self._account) from error
        if error.code != "stripe.no_permission":
            raise error

    def _named_by(self, error: StripeError) -> Identity | None:
        cause = error.__cause__
        if isinstance(cause, stripe.StripeError) and cause.http_status == 404:
            return None
        if error.code != "stripe.no_permission" or not isinstance(cause, stripe.StripeError):
            raise error
        named = account_named(cause)
        return Identity(named, self._livemode) if named else None
