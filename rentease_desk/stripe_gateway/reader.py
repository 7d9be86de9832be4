"""Reads the fields of one object of Stripe's, and says which one cannot be read. Nothing is filled in by a guess.

Amounts become ISO 4217 minor units here, and here alone: Stripe counts ISK and UGX in hundredths that do not exist,
and MGA in whole ariary (docs.stripe.com/currencies, "special cases" and "zero-decimal").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rentease_desk.domain.errors import UnreadableObjectError
from rentease_desk.domain.money import is_currency
from rentease_desk.domain.text import mask_card_numbers

Json = Mapping[str, Any]
_HUNDREDTHS_THAT_ARE_NOT = frozenset({"isk", "ugx"})
_WHOLE_AT_STRIPE = frozenset({"mga"})
UNLIKE_ISO = _HUNDREDTHS_THAT_ARE_NOT | _WHOLE_AT_STRIPE
LARGEST = 10**15
"""More than any amount, and within what every database and JSON parser can hold."""
LATEST = 253_370_764_800
"""Midnight of 1 January 9999, UTC: later moments have no date in every zone."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def iso_minor(amount: int, currency: str) -> int:
    """Stripe's count of an amount as ISO 4217 minor units. Raises ValueError for a fraction that does not exist."""
    if currency in _HUNDREDTHS_THAT_ARE_NOT:
        whole, rest = divmod(amount, 100)
        if rest:
            raise ValueError(f"{amount} is not a whole number of {currency.upper()}")
        return whole
    return amount * 100 if currency in _WHOLE_AT_STRIPE else amount


def stripe_minor(amount: int, currency: str) -> int:
    """ISO 4217 minor units as Stripe counts them. Raises ValueError for a fraction that Stripe does not know."""
    if currency in _WHOLE_AT_STRIPE:
        whole, rest = divmod(amount, 100)
        if rest:
            raise ValueError(f"Stripe knows no fractions of {currency.upper()}")
        return whole
    return amount * 100 if currency in _HUNDREDTHS_THAT_ARE_NOT else amount


class Reader:
    """Reads one object's fields, and says which one cannot be read."""

    def __init__(self, data: Json, kind: str, livemode: bool | None) -> None:
        self._data = data
        self._currency = ""
        self.id = id_of(data)
        if not _ID.fullmatch(self.id):
            raise self._refuse("it has no id")
        if data.get("object") != kind:
            raise self._refuse(f"it is “{data.get('object')}”, not {kind}")
        if livemode is not None and data.get("livemode") is not livemode:
            raise self._refuse("its livemode is not the key's")

    @property
    def currency(self) -> str:
        """The currency, lower case."""
        if self._currency:
            return self._currency
        value = self._data.get("currency")
        if not isinstance(value, str) or not is_currency(value):
            raise self._refuse(f"the currency “{value}” is not known")
        self._currency = value.lower()
        return self._currency

    def whole(self, name: str) -> int:
        """A field that must be a whole number, not negative."""
        value = self._data.get(name)
        if type(value) is not int or not 0 <= value <= LARGEST:
            raise self._refuse(f"{name} is {value!r}")
        return value

    def moment(self, name: str) -> int:
        """A field that must be a time, UTC seconds."""
        value = self.whole(name)
        if value >= LATEST:
            raise self._refuse(f"{name} is {value!r}")
        return value

    def moment_or_none(self, name: str) -> int | None:
        """A field that may hold a time, UTC seconds."""
        return None if self._data.get(name) is None else self.moment(name)

    def signed(self, name: str) -> int:
        """An amount in ISO minor units that may be negative."""
        value = self._data.get(name)
        if type(value) is not int or abs(value) > LARGEST:
            raise self._refuse(f"{name} is {value!r}")
        try:
            return iso_minor(value, self.currency)
        except ValueError as error:
            raise self._refuse(f"{name}: {error}") from error

    def amount(self, name: str) -> int:
        """An amount in ISO minor units."""
        value, currency = self.whole(name), self.currency
        if currency not in UNLIKE_ISO:
            return value
        try:
            return iso_minor(value, currency)
        except ValueError as error:
            raise self._refuse(f"{name}: {error}") from error

    def amount_or_none(self, name: str) -> int | None:
        """A field that may hold an amount, ISO minor units."""
        return None if self._data.get(name) is None else self.amount(name)

    def more_than_nothing(self, name: str) -> int:
        """An amount above zero."""
        amount = self.amount(name)
        if amount == 0:
            raise self._refuse(f"{name} is 0")
        return amount

    def part(self, name: str) -> Json:
        """An object within the object; empty where there is none."""
        value = self._data.get(name)
        return value if isinstance(value, dict) else {}

    def flag(self, name: str) -> bool:
        """A field that must be true or false."""
        value = self._data.get(name)
        if not isinstance(value, bool):
            raise self._refuse(f"{name} is {value!r}")
        return value

    def one_of(self, name: str, known: frozenset[str]) -> str:
        """A field that must hold one of the values we know the meaning of."""
        value = self._data.get(name)
        if not isinstance(value, str) or value not in known:
            raise self._refuse(f"{name} “{value}” is not known")
        return value

    def text(self, name: str) -> str | None:
        """A field that may hold text."""
        return text_or_none(self._data.get(name))

    def free_text(self, name: str) -> str | None:
        """Text that people wrote: card numbers in it are masked before they reach the database (money rule 15)."""
        return masked_or_none(self._data.get(name))

    def reference(self, name: str) -> str | None:
        """The id of another object, which may have come expanded."""
        value = self._data.get(name)
        if value is None:
            return None
        found = text_or_none(value.get("id") if isinstance(value, dict) else value)
        if found is not None and not _ID.fullmatch(found):
            raise self._refuse(f"{name} is “{found}”")
        return found

    def needed_reference(self, name: str) -> str:
        """The id of another object, without which this one means nothing."""
        found = self.reference(name)
        if found is None:
            raise self._refuse(f"it has no {name}")
        return found

    def metadata(self) -> dict[str, str]:
        """The metadata, as text."""
        return masked_metadata(self.part("metadata"))

    def _refuse(self, reason: str) -> UnreadableObjectError:
        return UnreadableObjectError("stripe.unreadable", object=self.id, reason=mask_card_numbers(reason)[:200])


def id_of(data: Json) -> str:
    """An object's id, for people to find it by; also of what cannot be read."""
    return mask_card_numbers(str(data.get("id") or "no id"))[:255]


def _named(value: str) -> str:
    """A booking's uid stays as it is: one in 1,300 has digits that could be a card number."""
    return value if _UUID.fullmatch(value.strip()) else mask_card_numbers(value)


def masked_metadata(told: Json) -> dict[str, str]:
    """Metadata as text, without card numbers."""
    if not told:
        return {}
    return {mask_card_numbers(str(key)): _named(str(part)) for key, part in told.items()}


def moment_in(value: object) -> int | None:
    """A time (UTC seconds) that stands deeper within an object; None where there is none."""
    return value if type(value) is int and 0 <= value < LATEST else None


def text_or_none(value: object) -> str | None:
    """Text that can be stored: PostgreSQL refuses NUL."""
    return value.replace("\x00", "") or None if isinstance(value, str) else None


def masked_or_none(value: object) -> str | None:
    """Text that people wrote, without card numbers."""
    text = text_or_none(value)
    return mask_card_numbers(text) if text else None


def id_or_none(value: object) -> str | None:
    """The id of another object, which may have come expanded; None where there is none that could be one."""
    found = value.get("id") if isinstance(value, dict) else value
    return found if isinstance(found, str) and _ID.fullmatch(found) else None
