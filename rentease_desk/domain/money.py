"""Money: an int of minor units and an ISO 4217 code. Never a float, and currencies are never mixed."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from rentease_desk.domain.errors import InputError

MAX_DIGITS = 9
"""The most digits, minor units included, that the desk takes for one amount."""

# Withdrawn from ISO 4217's active list, but old charges may still name them (ISO 4217 table A.3).
_WITHDRAWN = {
    "bgn": 2,
    "byr": 0,
    "eek": 2,
    "hrk": 2,
    "ltl": 2,
    "lvl": 2,
    "mro": 2,
    "sll": 2,
    "std": 2,
    "vef": 2,
}
_PLAIN = re.compile(r"(?P<sign>[-−+]?)(?P<whole>\d+)(?:\.(?P<fraction>\d+))?")


class CurrencyMismatchError(ValueError):
    """Amounts of two currencies were about to be added: always a bug, never a user's fault."""


class Money(Struct, frozen=True, gc=False):
    """``minor`` counts minor units (cents; whole yen), ``currency`` is a lower-case ISO 4217 code."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        self._require_same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._require_same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        return f"{plain_decimal(self)} {self.currency.upper()}"

    def _require_same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatchError(f"{self.currency} and {other.currency} are never added")


def digits(currency: str) -> int:
    """How many decimals ISO 4217 gives a currency (EUR 2, JPY 0, KWD 3).

    Source: the ISO 4217 tables, by the package ``iso4217``; not CLDR's display digits, which differ for RSD and others.
    Raises InputError ``currency.unknown``.
    """
    found = _digits(currency.lower())
    if found is None:
        raise InputError("currency.unknown", field="currency", currency=currency)
    return found


def is_currency(currency: str) -> bool:
    """Whether ISO 4217 knows the code, in any case."""
    return _digits(currency.lower()) is not None


@lru_cache(maxsize=512)
def _digits(currency: str) -> int | None:
    from iso4217 import Currency  # 50 ms that the first window does not need

    if not currency.isascii():
        return None  # “ſek” in capitals is SEK
    try:
        exponent = Currency(currency.upper()).exponent
    except ValueError:
        return _WITHDRAWN.get(currency)
    return exponent if exponent is not None else None


def plain_decimal(money: Money) -> str:
    """``120.00``: a dot, no grouping, a hyphen for a minus; what files and the command line use."""
    places = digits(money.currency)
    sign = "-" if money.minor < 0 else ""
    text = str(abs(money.minor)).rjust(places + 1, "0")
    return f"{sign}{text}" if places == 0 else f"{sign}{text[:-places]}.{text[-places:]}"


def parse_plain(text: str, currency: str) -> Money:
    """Read ``120``, ``120.5`` or ``-120.50`` exactly; the inverse of ``plain_decimal``.

    Raises InputError ``amount.not_a_number``, ``amount.too_many_decimals`` or ``amount.too_large``.
    """
    match = _PLAIN.fullmatch(text.strip())
    if match is None or (not text.isascii() and "−" not in text):
        raise InputError("amount.not_a_number", field="amount", text=text.strip()[:40])
    return _compose(match["sign"], match["whole"], match["fraction"] or "", currency)


def _compose(sign: str, whole: str, fraction: str, currency: str) -> Money:
    places = digits(currency)
    if len(fraction) > places:
        raise InputError("amount.too_many_decimals", field="amount", currency=currency.upper(), places=places)
    figures = (whole + fraction.ljust(places, "0")).lstrip("0") or "0"
    if len(figures) > MAX_DIGITS:
        raise InputError("amount.too_large", field="amount", digits=MAX_DIGITS)
    minor = int(figures)
    return Money(-minor if sign in {"-", "−"} else minor, currency.lower())


def parse_local(text: str, currency: str, decimal_mark: str, group_mark: str) -> Money:
    """Read what a person types in a country's way: ``1.234,50`` where the marks are ``,`` and ``.``.

    The other country's decimal mark is understood where it cannot be a thousands mark (``12.5`` in German).
    Anything that could mean two amounts is refused. Raises InputError as ``parse_plain``.
    """
    compact = re.sub(r"[\s\u00a0\u202f'’]", "", text)
    sign, body = ("-", compact[1:]) if compact[:1] in {"-", "−"} else ("", compact)
    normal = _without_groups(body, decimal_mark, group_mark) or _foreign_mark(body, digits(currency))
    if normal is None:
        raise InputError("amount.not_a_number", field="amount", text=text.strip()[:40])
    return parse_plain(sign + normal, currency)


def _without_groups(body: str, decimal_mark: str, group_mark: str) -> str | None:
    whole, mark, fraction = body.partition(decimal_mark)
    grouped = rf"\d{{1,3}}(?:{re.escape(group_mark)}\d{{3}})+" if group_mark.strip() else r"(?!)"
    if not re.fullmatch(rf"\d+|{grouped}", whole) or (mark and not fraction.isdecimal()):
        return None
    return f"{whole.replace(group_mark, '')}.{fraction}" if mark else whole.replace(group_mark, "")


def _foreign_mark(body: str, places: int) -> str | None:
    match = re.fullmatch(r"(\d+)[.,](\d+)", body)
    if match is None or len(match[2]) > places or len(match[2]) == 3:
        return None
    return f"{match[1]}.{match[2]}"


def require_positive(money: Money) -> Money:
    """The amount itself. Raises InputError ``amount.zero`` or ``amount.negative``."""
    if money.minor == 0:
        raise InputError("amount.zero", field="amount")
    if money.minor < 0:
        raise InputError("amount.negative", field="amount")
    return money
