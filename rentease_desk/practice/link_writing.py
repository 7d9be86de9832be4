"""Checkout Sessions and Payment Links as they are asked for at Stripe's own addresses."""

from __future__ import annotations

from typing import Final

from rentease_desk.practice.errors import ApiError, JsonObject
from rentease_desk.practice.params import Parameters
from rentease_desk.practice.store import Store

_SHORTEST: Final = 1_800
_LONGEST: Final = 86_400
_LEAST: Final = 50
"""Minor units of the currencies with two decimals (docs.stripe.com/currencies, minimum charge amounts)."""
_ITEM: Final = "line_items[0]"


def read_session(store: Store, _: str, given: Parameters) -> tuple[str, JsonObject]:
    """docs.stripe.com/api/checkout/sessions/create"""
    if (mode := given.text("mode")) != "payment":
        raise ApiError(f"Invalid mode: must be payment here, not {mode}.", param="mode")
    success = _needed(given, "success_url")
    return "checkout", {
        **_asked(given),
        "reference": given.text("client_reference_id"),
        "success_url": success,
        "lasts": _lasts(store, given.whole("expires_at")),
        "session_metadata": given.pairs("metadata"),
    }


def read_expiry(store: Store, session_id: str, _: Parameters) -> tuple[str, JsonObject]:
    """docs.stripe.com/api/checkout/sessions/expire"""
    return "checkout-expire", {"session": store.session(session_id).id}


def read_link(_store: Store, _: str, given: Parameters) -> tuple[str, JsonObject]:
    """docs.stripe.com/api/payment-link/create"""
    after = given.text("after_completion[type]") or "hosted_confirmation"
    redirect = given.text("after_completion[redirect][url]")
    if after not in {"hosted_confirmation", "redirect"} or (after == "redirect") != (redirect is not None):
        raise ApiError("Invalid after_completion.", param="after_completion")
    return "payment-link", {
        **_asked(given),
        "limit": given.whole("restrictions[completed_sessions][limit]"),
        "redirect_url": redirect,
        "link_metadata": given.pairs("metadata"),
    }


def read_switch(store: Store, link_id: str, given: Parameters) -> tuple[str, JsonObject]:
    """docs.stripe.com/api/payment-link/update, of which only ``active`` is served."""
    active = _needed(given, "active")
    if active not in {"true", "false"}:
        raise ApiError("Invalid boolean", param="active")
    return "payment-link-switch", {"link": store.link(link_id).id, "active": active == "true"}


def _asked(given: Parameters) -> JsonObject:
    """What is to be paid: one line with ``price_data``."""
    if given.text(f"{_ITEM}[price]") is not None:
        raise ApiError("The practice server keeps no prices; pass price_data.", param="line_items[0][price]")
    currency = _needed(given, f"{_ITEM}[price_data][currency]").lower()
    title = _needed(given, f"{_ITEM}[price_data][product_data][name]")
    unit, count = given.whole(f"{_ITEM}[price_data][unit_amount]"), given.whole(f"{_ITEM}[quantity]")
    if unit is None or not count or count < 1:
        raise ApiError("Missing required param: line_items[0].", code="parameter_missing", param="line_items")
    if unit * count < (1 if currency in {"jpy", "krw"} else _LEAST):
        message = "The Checkout Session's total amount due must add up to at least the minimum amount."
        raise ApiError(message, code="amount_too_small", param="line_items")
    return {
        "amount": unit * count,
        "currency": currency,
        "title": title,
        "description": given.text("payment_intent_data[description]"),
        "metadata": given.pairs("payment_intent_data[metadata]"),
    }


def _lasts(store: Store, expires_at: int | None) -> int:
    """Seconds. Raises ApiError outside of half an hour to a day."""
    if expires_at is None:
        return _LONGEST
    lasts = expires_at - store.clock.now()
    if lasts < _SHORTEST:
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise ApiError(message, param="expires_at")
    if lasts > _LONGEST:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise ApiError(message, param="expires_at")
    return lasts


def _needed(given: Parameters, name: str) -> str:
    value = given.text(name)
    if value is None:
        raise ApiError(f"Missing required param: {name}.", code="parameter_missing", param=name)
    return value
