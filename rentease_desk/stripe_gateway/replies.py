"""Lists as Stripe answers them, and what becomes of objects that cannot be understood."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from rentease_desk.domain.dates import Span
from rentease_desk.domain.errors import StripeError, UnreadableObjectError
from rentease_desk.domain.stripe_objects import Page, Unreadable
from rentease_desk.stripe_gateway.reader import Json, id_of
from rentease_desk.stripe_gateway.transport import Reply

T = TypeVar("T")


def created_in(span: Span) -> dict[str, int]:
    """The ``created`` of a list's parameters for a span."""
    return {"gte": max(0, span.start), "lt": max(0, span.end)}


def data_of(reply: Reply) -> list[Json]:
    """The objects of a list. Raises StripeError where there is none."""
    data = reply.data.get("data")
    if not isinstance(data, list):
        raise StripeError("stripe.refused", reason="the list has no data")
    return [one if isinstance(one, dict) else {} for one in data]


def each(kind: str, objects: list[Json], read: Callable[[Json], T]) -> tuple[list[T], list[Unreadable]]:
    """Each object by itself: one that cannot be understood does not keep the others out."""
    values, unreadable = [], []
    for one in objects:
        try:
            values.append(read(one))
        except UnreadableObjectError as error:
            unreadable.append(Unreadable(kind, id_of(one), str(error.params["reason"])))
    return values, unreadable


def unknown(kind: str, id_: str) -> Page:
    """What is fetched where Stripe does not know the object: an empty page of no time."""
    return Page(0, unreadable=(Unreadable(kind, id_, "Stripe does not know it"),))


def page_of(reply: Reply, **contents: Any) -> Page:
    """A page of what was read from a list."""
    return Page(reply.observed_at, next_cursor=next_cursor(reply.data), **contents)


def next_cursor(data: Json) -> str | None:
    """The id behind which the next page begins. A list that says there is more must tell where."""
    if not data.get("has_more"):
        return None
    last = (data.get("data") or [{}])[-1]
    if not isinstance(last, dict) or not isinstance(last.get("id"), str):
        raise StripeError("stripe.refused", reason="the list has more, but does not say where")
    return str(last["id"])
