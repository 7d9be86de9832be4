"""Money, dates and times as people of the chosen language read them (Babel), in the property's zone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from rentease_desk.domain.dates import Days
from rentease_desk.domain.money import Money, digits

if TYPE_CHECKING:
    from babel.core import Locale
    from babel.numbers import NumberPattern

MINUS = "\u2212"
DASH = "\u2013"
_TOUCHING = re.compile(r"([A-Za-z])(?=\d)")
"""A currency's letters right before its figures (CLDR's currency spacing)."""


class Formats:
    """One language and one property's clock. Made anew when either changes. ``today`` tells which year goes unsaid."""

    def __init__(self, language: str, days: Days, today: Callable[[], date] | None = None) -> None:
        self.language = language
        self.days = days
        self._today = today

    def amount(self, minor: int, currency: str) -> str:
        """``1,113.00`` with the currency's ISO digits and a real minus sign."""
        return _amount(self.language, minor, currency)

    def signed(self, minor: int, currency: str) -> str:
        """``+0.02``: how much more or less something is."""
        return ("+" if minor > 0 else "") + self.amount(minor, currency)

    def money(self, money: Money) -> str:
        """``€1,113.00``: for running text and large figures."""
        return _money(self.language, money.minor, money.currency)

    def short_date(self, day: date) -> str:
        """``Thu 5 Nov``; of another year ``5 Nov 2025``."""
        return _skeleton(self.language, day, "MMMEd" if self._is_this_year(day) else "yMMMd")

    def long_date(self, day: date) -> str:
        """``Thursday 5 November 2026``: on hover, and for screen readers."""
        return _full_date(self.language, day)

    def day_month(self, day: date) -> str:
        """``5 Nov``."""
        return _skeleton(self.language, day, "MMMd")

    def weekday(self, day: date) -> str:
        """``Thu``."""
        return _skeleton(self.language, day, "E")

    def count(self, number: int) -> str:
        """``1,113``."""
        return str(_number_pattern(self.language, 0).apply(number, _locale(self.language)))

    def time(self, at: int) -> str:
        """``14:06`` on the property's clock; ``at`` in UTC seconds."""
        from babel.dates import format_time

        local = self.days.local(at)
        return str(format_time(local.time(), "short", locale=_locale(self.language)))

    def moment(self, at: int) -> str:
        """``Thu 5 Nov, 14:06``."""
        return f"{self.short_date(self.local(at).date())}, {self.time(at)}"

    def recently(self, at: int) -> str:
        """``14:06`` today, ``Thu 4 Nov, 14:06`` of another day."""
        is_today = self._today is not None and self.local(at).date() == self._today()
        return self.time(at) if is_today else self.moment(at)

    def local(self, at: int) -> datetime:
        """The instant on the property's clock."""
        return self.days.local(at)

    def marks(self) -> tuple[str, str]:
        """The language's decimal and thousands marks."""
        from babel.numbers import get_decimal_symbol, get_group_symbol

        locale = _locale(self.language)
        return get_decimal_symbol(locale), get_group_symbol(locale)

    def _is_this_year(self, day: date) -> bool:
        return self._today is None or day.year == self._today().year


@lru_cache(maxsize=8)
def _locale(language: str) -> Locale:
    from babel.core import Locale, UnknownLocaleError

    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


@lru_cache(maxsize=4096)
def _amount(language: str, minor: int, currency: str) -> str:
    return _applied(_number_pattern(language, digits(currency)), language, minor, currency)


@lru_cache(maxsize=4096)
def _money(language: str, minor: int, currency: str) -> str:
    return _applied(_currency_pattern(language, digits(currency)), language, minor, currency)


def _applied(pattern: NumberPattern, language: str, minor: int, currency: str) -> str:
    value = Decimal(minor).scaleb(-digits(currency))
    text = pattern.apply(value, _locale(language), currency=currency.upper(), currency_digits=False)
    return _TOUCHING.sub("\\1\N{NO-BREAK SPACE}", str(text)).replace("-", MINUS)


@lru_cache(maxsize=32)
def _number_pattern(language: str, places: int) -> NumberPattern:
    return _with_places(_locale(language).decimal_formats[None].pattern, places)


@lru_cache(maxsize=32)
def _currency_pattern(language: str, places: int) -> NumberPattern:
    return _with_places(_locale(language).currency_formats["standard"].pattern, places)


def _with_places(pattern: str, places: int) -> NumberPattern:
    from babel.numbers import parse_pattern

    parsed = parse_pattern(pattern)
    parsed.frac_prec = (places, places)
    return parsed


@lru_cache(maxsize=4096)
def _skeleton(language: str, day: date, skeleton: str) -> str:
    from babel.dates import format_skeleton

    text = format_skeleton(skeleton, day, locale=_locale(language))
    return text.replace(",", "") if language.startswith("en") else text


@lru_cache(maxsize=4096)
def _full_date(language: str, day: date) -> str:
    from babel.dates import format_date

    text = format_date(day, "full", locale=_locale(language))
    return text.replace(",", "") if language.startswith("en") else text
