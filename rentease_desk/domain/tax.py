"""The tax that a price contains: its rate as text, and its part of an amount, in whole minor units."""

from __future__ import annotations

import re

from rentease_desk.domain.errors import InputError

WHOLE_PPM = 1_000_000
_RATE = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,4}))?\s*%?")


def parse_rate(text: str, field: str) -> int:
    """``22``, ``7.5`` or ``7,5 %`` in millionths; "" is 0. Raises InputError ``tax.rate`` naming the field."""
    match = _RATE.fullmatch(text.strip() or "0")
    ppm = int(match[1]) * 10_000 + int((match[2] or "").ljust(4, "0")) if match else -1
    if not 0 <= ppm <= WHOLE_PPM:
        raise InputError("tax.rate", field=field, text=text.strip()[:40])
    return ppm


def rate_text(ppm: int) -> str:
    """A rate in per cent, without needless noughts: ``22``, ``7.5``."""
    whole, rest = divmod(ppm, 10_000)
    return f"{whole}.{rest:04}".rstrip("0") if rest else str(whole)


def contained_tax(minor: int, ppm: int) -> int:
    """The tax in an amount that contains it, minor units, half a unit away from zero."""
    whole = WHOLE_PPM + ppm
    tax = (2 * abs(minor) * ppm + whole) // (2 * whole)
    return tax if minor >= 0 else -tax
