"""Money and dates as people of a language read them (Babel), for windows, receipts and files alike."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from rentease_desk.domain.money import digits

if TYPE_CHECKING:
    from babel.core import Locale
    from babel.numbers import NumberPattern

MINUS = "\u2212"
_TOUCHING = re.compile(r"([A-Za-z])(?=\d)")
"""A currency's letters right before its figures (CLDR's currency spacing)."""


@lru_cache(maxsize=8)
def locale_of(language: str) -> Locale:
    """Babel's locale of ``de_AT`` or ``de-AT``; British English where it knows none."""
    from babel.core import Locale, UnknownLocaleError

    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


@lru_cache(maxsize=4096)
def amount(language: str, minor: int, currency: str) -> str:
    """``1,113.00`` with the currency's ISO digits and a real minus sign."""
    return _applied(number_pattern(language, digits(currency)), language, minor, currency)


@lru_cache(maxsize=4096)
def money(language: str, minor: int, currency: str) -> str:
    """``€1,113.00``."""
    return _applied(_currency_pattern(language, digits(currency)), language, minor, currency)


def _applied(pattern: NumberPattern, language: str, minor: int, currency: str) -> str:
    value = Decimal(minor).scaleb(-digits(currency))
    text = pattern.apply(value, locale_of(language), currency=currency.upper(), currency_digits=False)
    return _TOUCHING.sub("\\1\N{NO-BREAK SPACE}", str(text)).replace("-", MINUS)


@lru_cache(maxsize=32)
def number_pattern(language: str, places: int) -> NumberPattern:
    """Figures with so many decimals."""
    return _with_places(locale_of(language).decimal_formats[None].pattern, places)


@lru_cache(maxsize=32)
def _currency_pattern(language: str, places: int) -> NumberPattern:
    return _with_places(locale_of(language).currency_formats["standard"].pattern, places)


def _with_places(pattern: str, places: int) -> NumberPattern:
    from babel.numbers import parse_pattern

    parsed = parse_pattern(pattern)
    parsed.frac_prec = (places, places)
    return parsed


@lru_cache(maxsize=4096)
def skeleton_date(language: str, day: date, skeleton: str) -> str:
    """A day in the parts of a CLDR skeleton, as ``MMMEd``."""
    from babel.dates import format_skeleton

    text = format_skeleton(skeleton, day, locale=locale_of(language))
    return text.replace(",", "") if language.startswith("en") else text


@lru_cache(maxsize=64)
def _short_weekdays(language: str) -> tuple[str, ...]:
    from babel.dates import get_day_names

    names = get_day_names("short", context="stand-alone", locale=locale_of(language))
    return tuple(names[at] for at in range(7))


def short_weekday(language: str, day: date) -> str:
    """The shortest name by which a weekday is told from others: ``Th``."""
    return _short_weekdays(language)[day.weekday()]


@lru_cache(maxsize=4096)
def full_date(language: str, day: date) -> str:
    """``Thursday 5 November 2026``."""
    from babel.dates import format_date

    text = format_date(day, "full", locale=locale_of(language))
    return text.replace(",", "") if language.startswith("en") else text


def long_date(language: str, day: date) -> str:
    """``5 November 2026``."""
    from babel.dates import format_date

    return str(format_date(day, "long", locale=locale_of(language)))


def short_time(language: str, local: datetime) -> str:
    """``14:06`` of a local moment."""
    from babel.dates import format_time

    return str(format_time(local.time(), "short", locale=locale_of(language)))


def from_to(language: str, first: date, last: date) -> str:
    """``1–5 Nov 2026``."""
    from babel.dates import format_interval

    return str(format_interval(first, last, "yMMMd", locale=locale_of(language)))
