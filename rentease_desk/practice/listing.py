"""Which part of a list is asked for: docs.stripe.com/api/pagination."""

from __future__ import annotations

from typing import Final, Protocol

from rentease_desk.practice.collection import Place, Stored, Window, place
from rentease_desk.practice.errors import ApiError, missing
from rentease_desk.practice.params import Parameters

DEFAULT_LIMIT: Final = 10
MAX_LIMIT: Final = 100


class Lookup(Protocol):
    """Where cursors are looked up."""

    def get(self, id_: str) -> Stored | None:
        """The record, or None."""


def window(records: Lookup, noun: str, parameters: Parameters, *, dated: bool = True) -> Window:
    """``limit``, ``created`` and the cursor of a list. Raises ApiError for what Stripe refuses.

    ``dated``: whether the list takes ``created``. A cursor may lie outside the other filters; it only has to exist.
    """
    first, last = parameters.span("created") if dated else (None, None)
    after = _cursor(records, noun, parameters, "starting_after")
    before = _cursor(records, noun, parameters, "ending_before")
    if after is not None and before is not None:
        raise ApiError("Received both starting_after and ending_before parameters. Please pass in only one.")
    return Window(first, last, after, before, _limit(parameters))


def _limit(parameters: Parameters) -> int:
    limit = parameters.whole("limit")
    if limit is None:
        return DEFAULT_LIMIT
    if limit < 1:
        message = "This value must be greater than or equal to 1."
    elif limit > MAX_LIMIT:
        message = f"This value must be less than or equal to {MAX_LIMIT} (it currently is '{limit}')."
    else:
        return limit
    raise ApiError(message, code="parameter_invalid_integer", param="limit")


def _cursor(records: Lookup, noun: str, parameters: Parameters, name: str) -> Place | None:
    id_ = parameters.text(name)
    if id_ is None:
        return None
    record = records.get(id_)
    if record is None:
        raise missing(noun, id_, param=name, status=400)
    return place(record)
