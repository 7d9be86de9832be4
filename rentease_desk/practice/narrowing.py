"""What lists are narrowed by that no index knows: spans of other dates, kinds of events, states of subscriptions."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final

from rentease_desk.practice.collection import Filters
from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.params import Parameters

Keep = Callable[[Any], bool]
Narrowed = tuple[Filters, Keep | None]
"""Values of indexed attributes, and what to ask of each object besides."""
Narrow = Callable[[Parameters], Narrowed]
_MOST_TYPES: Final = 20
_SUBSCRIPTION_STATUSES: Final = (
    "active",
    "all",
    "canceled",
    "ended",
    "incomplete",
    "incomplete_expired",
    "past_due",
    "paused",
    "trialing",
    "unpaid",
)


def by_seconds(name: str) -> Narrow:
    """``name`` as a second, or ``name[gte]`` and the like, of an attribute that is called the same."""
    value_of = attrgetter(name)

    def narrow(parameters: Parameters) -> Narrowed:
        first, last = parameters.span(name)
        if first is None and last is None:
            return {}, None
        return {}, lambda one: (first is None or first <= value_of(one)) and (last is None or value_of(one) <= last)

    return narrow


def by_event_type(parameters: Parameters) -> Narrowed:
    """``type``, which may hold ``*``, or up to twenty ``types[]``. docs.stripe.com/api/events/list"""
    one, several = parameters.text("type"), parameters.texts("types")
    if one is not None and several:
        raise ApiError("You may only specify one of these parameters: type, types.", param="types")
    if len(several) > _MOST_TYPES:
        raise ApiError(f"Array too long: types may have at most {_MOST_TYPES} elements.", param="types")
    if one is not None:
        return {"type": one}, None
    return ({"type": tuple(dict.fromkeys(several))} if several else {}), None


def by_subscription_status(parameters: Parameters) -> Narrowed:
    """``status``: without it all but the cancelled ones, ``all`` for all. docs.stripe.com/api/subscriptions/list"""
    status = parameters.text("status")
    if status is None:
        return {"uncanceled": "yes"}, None
    if status not in _SUBSCRIPTION_STATUSES:
        raise ApiError(f"Invalid status: must be one of {', '.join(_SUBSCRIPTION_STATUSES)}", param="status")
    if status == "all":
        return {}, None
    return {"ended": "yes"} if status == "ended" else {"status": status}, None
