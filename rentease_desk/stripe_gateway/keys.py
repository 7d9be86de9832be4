"""What a Stripe key says about itself, and to whom it may be sent."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from rentease_desk.domain.errors import StripeError

DEFAULT_BASE = "https://api.stripe.com"
_KEY = re.compile(r"(?:rk|sk)_(?:live|test)_\w+", re.ASCII)
_BASE = re.compile(
    r"[a-z]+://[a-z0-9.-]+(?::\d+)?(?:/[\w./~-]*)?|[a-z]+://\[[0-9a-f:.]+\](?::\d+)?(?:/[\w./~-]*)?", re.ASCII
)
"""Scheme, host, port and path, in characters that every reader of addresses reads alike (``https://a\\.b`` is not)."""


def check_key(key: str) -> str:
    """The key, trimmed. Raises StripeError ``stripe.bad_key`` or ``stripe.publishable_key``."""
    key = key.strip()
    if key.startswith("pk_"):
        raise StripeError("stripe.publishable_key")
    if not _KEY.fullmatch(key):
        raise StripeError("stripe.bad_key")
    return key


def is_live(key: str) -> bool:
    """Whether the key moves real money."""
    return "_live_" in key[:9]


def is_restricted(key: str) -> bool:
    """Whether the key was made for a purpose, with permissions of its own."""
    return key.startswith("rk_")


def is_live_secret(key: str) -> bool:
    """Whether the key may do everything with real money."""
    return key.startswith("sk_live_")


def fingerprint(key: str) -> str:
    """Enough of the key to recognise it, and no more: ``rk_live_…4242``."""
    return f"{key[:8]}…{key[-4:]}" if len(key) > 16 else "…"


def check_base(base: str, key: str) -> str:
    """The address that the key may be sent to, without a slash at the end.

    A live key goes to Stripe's own host only, or to this computer; no key crosses a network in the open.
    Raises StripeError ``stripe.insecure_base`` or ``stripe.insecure_http``.
    """
    base = base.strip()
    if not _BASE.fullmatch(base.lower()):
        raise StripeError("stripe.insecure_http", host=_without_password(base))
    parts = urlsplit(base)
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or (parts.scheme == "http" and not is_loopback(base)):
        raise StripeError("stripe.insecure_http", host=host)
    if is_live(key) and not is_loopback(base) and not (host == "stripe.com" or host.endswith(".stripe.com")):
        raise StripeError("stripe.insecure_base", host=host)
    return base.rstrip("/")


def is_loopback(base: str) -> bool:
    """Whether an address is one of this computer."""
    try:
        host = urlsplit(base).hostname or ""
        if host == "localhost":
            return True
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _without_password(base: str) -> str:
    return base.rpartition("@")[2][:80]
