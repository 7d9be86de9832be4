"""Money, dates and times as people of the chosen language read them (Babel), in the property's zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from rentease_desk.domain.dates import Days
from rentease_desk.domain.money import Money
from rentease_desk.services import locales

MINUS = locales.MINUS
DASH = "\u2013"


class Formats:
    """One language and one property's clock. Made anew when either changes. ``today`` tells which year goes unsaid."""

    def __init__(self, language: str, days: Days, today: Callable[[], date] | None = None) -> None:
        self.language = language
        self.days = days
        self._today = today

    def amount(self, minor: int, currency: str) -> str:
        """``1,113.00`` with the currency's ISO digits and a real minus sign."""
        return locales.amount(self.language, minor, currency)

    def signed(self, minor: int, currency: str) -> str:
        """``+0.02``: how much more or less something is."""
        return ("+" if minor > 0 else "") + self.amount(minor, currency)

    def money(self, money: Money) -> str:
        """``€1,113.00``: for running text and large figures."""
        return locales.money(self.language, money.minor, money.currency)

    def short_date(self, day: date) -> str:
        """``Thu 5 Nov``; of another year ``5 Nov 2025``."""
        return locales.skeleton_date(self.language, day, "MMMEd" if self._is_this_year(day) else "yMMMd")

    def dated(self, day: date) -> str:
        """``5 Nov 2026``: on paper, which is kept for long."""
        return locales.skeleton_date(self.language, day, "yMMMd")

    def long_date(self, day: date) -> str:
        """``Thursday 5 November 2026``: on hover, and for screen readers."""
        return locales.full_date(self.language, day)

    def day_month(self, day: date) -> str:
        """``5 Nov``."""
        return locales.skeleton_date(self.language, day, "MMMd")

    def brief_date(self, day: date) -> str:
        """``5 Nov``; of another year ``5 Nov 2025``."""
        return self.day_month(day) if self._is_this_year(day) else self.short_date(day)

    def weekday(self, day: date) -> str:
        """``Thu``."""
        return locales.skeleton_date(self.language, day, "E")

    def two_letter_weekday(self, day: date) -> str:
        """``Th``."""
        return locales.short_weekday(self.language, day)

    def count(self, number: int) -> str:
        """``1,113``."""
        return str(locales.number_pattern(self.language, 0).apply(number, locales.locale_of(self.language)))

    def time(self, at: int) -> str:
        """``14:06`` on the property's clock; ``at`` in UTC seconds."""
        return locales.short_time(self.language, self.days.local(at))

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

        locale = locales.locale_of(self.language)
        return get_decimal_symbol(locale), get_group_symbol(locale)

    def _is_this_year(self, day: date) -> bool:
        return self._today is None or day.year == self._today().year
