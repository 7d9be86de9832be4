"""What the stripe package raises, told as known errors.

Errors of 401, 403, 409 and 429 carry their code in ``error.error.code``; ``error.code`` is None there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import requests
import stripe
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from rentease_desk.domain.errors import StripeError
from rentease_desk.stripe_gateway.keys import fingerprint

_PERMISSION = re.compile(r"\brak_\w+")
_ACCOUNT = re.compile(r"\bacct_\w+")
_SIGN_IN_FIRST = 511
"""Network Authentication Required (RFC 6585): a sign-in page says so itself."""
FOREIGN = "not_stripe"
"""The type of an error that did not come in Stripe's shape."""


def known_error(error: stripe.StripeError, key: str, host: str, read_timeout: float) -> StripeError:
    """The error as a receptionist can understand it."""
    if isinstance(error, stripe.APIConnectionError):
        return _connection_error(error, host, read_timeout)
    status = error.http_status or 0
    if status == 429:
        return StripeError("stripe.busy", transient=True)
    if status >= 500 and status != _SIGN_IN_FIRST:
        return StripeError("stripe.down", transient=True, status=status)
    if is_foreign(error):
        return StripeError("stripe.not_stripe", transient=True, host=host)
    return _refusal(error, status, key)


def is_foreign(error: stripe.StripeError) -> bool:
    """Whether somebody else than Stripe answered: a sign-in page, a proxy, another program at this address."""
    return error.error is None or getattr(error.error, "type", None) == FOREIGN


def was_sent(error: stripe.StripeError) -> bool:
    """Whether Stripe got the request: it answered, or the connection stood and broke off or stayed silent."""
    if not isinstance(error, stripe.APIConnectionError):
        return not is_foreign(error)
    cause = error.__cause__ or error.__context__
    if isinstance(cause, requests.exceptions.ConnectTimeout):
        return False
    return not (cause and cause.args and isinstance(cause.args[0], MaxRetryError))  # which is how no connection is told


def is_decided(error: stripe.StripeError) -> bool:
    """Whether Stripe worked out what was asked for and refused it: nothing happened under this idempotency key.

    A wrong key, a missing permission, a limit or a key that is in use says nothing about earlier attempts.
    """
    if isinstance(error, stripe.APIConnectionError | stripe.IdempotencyError) or is_foreign(error):
        return False
    return error.http_status in {400, 402, 404}


def may_have_happened(error: stripe.StripeError) -> bool:
    """Whether the request that failed may have done its work all the same."""
    if isinstance(error, stripe.APIConnectionError):
        return not _never_left(error)
    if is_foreign(error) or isinstance(error, stripe.IdempotencyError):
        return True
    return (error.http_status or 0) >= 500 or error.http_status == 409


def is_replayed(headers: Mapping[str, str] | None) -> bool:
    """Whether an answer is the first one to its idempotency key once more."""
    return str((headers or {}).get("Idempotent-Replayed", "")).lower() == "true"


def _never_left(error: stripe.APIConnectionError) -> bool:
    """Whether there was no connection to send it over. What broke in an encrypted connection may have been sent."""
    cause = error.__cause__ or error.__context__
    if isinstance(cause, requests.exceptions.ConnectTimeout):
        return True
    told = cause.args[0] if cause and cause.args else None
    return isinstance(told, MaxRetryError) and isinstance(told.reason, NewConnectionError | ConnectTimeoutError)


def error_code(error: stripe.StripeError) -> str | None:
    """Stripe's code, wherever the package put it."""
    code = getattr(error.error, "code", None) or error.code
    return str(code) if code else None


def account_named(error: stripe.StripeError) -> str | None:
    """The account that a refusal names (the only way to learn it with most restricted keys)."""
    found = _ACCOUNT.search(error.user_message or "")
    return found.group() if found else None


def _connection_error(error: stripe.APIConnectionError, host: str, read_timeout: float) -> StripeError:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, requests.exceptions.Timeout) and not isinstance(cause, requests.exceptions.ConnectTimeout):
        return StripeError("stripe.timeout", transient=True, host=host, seconds=int(read_timeout))
    return StripeError("stripe.unreachable", transient=True, host=host)


def _refusal(error: stripe.StripeError, status: int, key: str) -> StripeError:
    text = error.user_message or "no reason"
    if status == 401:
        expired = error_code(error) == "api_key_expired"
        return StripeError("stripe.expired_key" if expired else "stripe.wrong_key", key=fingerprint(key))
    if status == 403:
        permission = _PERMISSION.search(text)
        named = permission.group() if permission else "see Stripe's dashboard"
        return StripeError("stripe.no_permission", key=fingerprint(key), permission=named)
    return StripeError("stripe.refused", reason=text.replace(key, fingerprint(key)))
