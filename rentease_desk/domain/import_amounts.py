"""Amounts as other programs write them: with a currency before or behind, with one decimal mark or the other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.money import MAX_DIGITS, Money, digits, is_currency


class DecimalMark(StrEnum):
    """What stands before the cents."""

    POINT = "point"
    COMMA = "comma"


_SHAPE = re.compile(
    r"(?P<sign>[-\u2212]?)\s*(?P<before>[^\d\s.,'’\u2212-]{0,5})\s*(?P<minus>[-\u2212]?)\s*"
    r"(?P<number>\d[\d.,'’\s\u00a0\u202f]*)\s*(?P<after>[^\d\s]{0,5})"
)
_SPACE = r" '’\u00a0\u202f"
_NUMBERS = {
    mark: re.compile(
        rf"(?P<whole>\d+|\d{{1,3}}(?P<group>[{group}{_SPACE}])\d{{3}}(?:(?P=group)\d{{3}})*"
        rf"|\d{{1,2}}(?:{group}\d{{2}})+{group}\d{{3}})(?:{decimal}(?P<part>\d+))?"
    )
    for mark, group, decimal in ((DecimalMark.POINT, ",", r"\."), (DecimalMark.COMMA, r"\.", ","))
}
_THREE = re.compile(r"\d{1,3}[.,]\d{3}")
_NO_DIGIT = re.compile(r"\D")

# Signs that only these currencies use; a code is read as itself. The dollar, the yen and the crown have to be told.
SIGNS: Mapping[str, frozenset[str]] = {
    "€": frozenset({"eur"}),
    "£": frozenset({"gbp", "egp", "fkp", "gip", "shp", "ssp", "syp", "sdg"}),
    "$": frozenset({"usd", "aud", "cad", "nzd", "sgd", "hkd", "mxn", "clp", "cop", "ars", "twd", "bsd", "bbd", "jmd"}),
    "us$": frozenset({"usd"}),
    "a$": frozenset({"aud"}),
    "ca$": frozenset({"cad"}),
    "nz$": frozenset({"nzd"}),
    "r$": frozenset({"brl"}),
    "mx$": frozenset({"mxn"}),
    "¥": frozenset({"jpy", "cny"}),
    "￥": frozenset({"jpy", "cny"}),
    "円": frozenset({"jpy"}),
    "元": frozenset({"cny"}),
    "kr": frozenset({"sek", "nok", "dkk", "isk"}),
    "kr.": frozenset({"sek", "nok", "dkk", "isk"}),
    "fr.": frozenset({"chf"}),
    "zł": frozenset({"pln"}),
    "kč": frozenset({"czk"}),
    "ft": frozenset({"huf"}),
    "lei": frozenset({"ron"}),
    "₹": frozenset({"inr"}),
    "₺": frozenset({"try"}),
    "₽": frozenset({"rub"}),
    "₩": frozenset({"krw"}),
    "₪": frozenset({"ils"}),
    "฿": frozenset({"thb"}),
    "₫": frozenset({"vnd"}),
    "₴": frozenset({"uah"}),
    "₱": frozenset({"php", "cup"}),
}


class Written(Struct, frozen=True):
    """An amount taken apart: its figures with marks, its sign, and what stands beside them (folded)."""

    number: str
    is_negative: bool
    beside: str


@lru_cache(maxsize=8192)
def taken_apart(text: str) -> Written | None:
    """None for what is no amount, or has a currency on either side."""
    match = _SHAPE.fullmatch(text.strip())
    if match is None or (match["before"] and match["after"]) or not text.replace("\u2212", "-").strip():
        return None
    beside = (match["before"] or match["after"]).casefold()
    return Written(match["number"].strip(), bool(match["sign"] or match["minus"]), beside)


def currencies(beside: str) -> frozenset[str]:
    """Which currencies a sign or code beside an amount may mean; of nothing, and of what nobody knows, none."""
    return frozenset({beside}) if is_currency(beside) else SIGNS.get(beside, frozenset())


@lru_cache(maxsize=8192)
def minor_units(number: str, mark: DecimalMark, places: int) -> int | None:
    """The figures in minor units; None where they cannot be written so with this decimal mark.

    Zeros beyond the currency's decimals say nothing and are left out, other figures there fit no amount.
    """
    match = _NUMBERS[mark].fullmatch(number)
    if match is None or not _NO_DIGIT.sub("", number).isascii():
        return None
    part = match["part"] or ""
    if part[places:].strip("0"):
        return None
    return int(_NO_DIGIT.sub("", match["whole"]) + part[:places].ljust(places, "0"))


def fitting_marks(number: str, places: int) -> frozenset[DecimalMark]:
    """The decimal marks that figures may be written with.

    ``98.555`` may be thousands, or more decimals than there are cents: by itself it says nothing.
    """
    if _THREE.fullmatch(number):
        return frozenset(DecimalMark)
    return frozenset(mark for mark in DecimalMark if minor_units(number, mark, places) is not None)


def is_open(number: str, places: int) -> bool:
    """Whether it has to be told which decimal mark it is written with."""
    found = {minor_units(number, mark, places) for mark in DecimalMark} - {None}
    return len(found) > 1 or _THREE.fullmatch(number) is not None


def read_amount(text: str, mark: DecimalMark | None, currency: str, field: str) -> Money:
    """An amount in this currency; ``mark`` None where it means the same with either.

    Raises InputError ``import.amount``, ``import.mark``, ``import.other_currency`` or ``amount.too_large``.
    """
    found, shown = taken_apart(text), " ".join(text.split())[:40]
    if found is None:
        raise InputError("import.amount", field=field, text=shown)
    if found.beside and currency not in currencies(found.beside):
        raise InputError("import.other_currency", field=field, text=shown, currency=currency.upper())
    places = digits(currency)
    if mark is None and is_open(found.number, places):
        raise InputError("import.mark", field=field, text=shown)
    for one in DecimalMark if mark is None else (mark,):
        minor = minor_units(found.number, one, places)
        if minor is not None:
            return _checked(-minor if found.is_negative else minor, currency, field)
    raise InputError("import.amount", field=field, text=shown)


def _checked(minor: int, currency: str, field: str) -> Money:
    if abs(minor) >= 10**MAX_DIGITS:
        raise InputError("amount.too_large", field=field, digits=MAX_DIGITS)
    return Money(minor, currency)
