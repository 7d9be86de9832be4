"""Days as other programs write them. Which of two numbers is the month is never guessed: a column is told its order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.text import fold


class DateOrder(StrEnum):
    """How day, month and year follow each other where all three are numbers and the year comes last, or first."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


_ENGLISH = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
ENGLISH_MONTHS: Mapping[str, int] = {
    word: at for at, name in enumerate(_ENGLISH, start=1) for word in {name, name[:3], "sept" if at == 9 else name}
}
"""Folded names of months, and what they are shortened to."""

_SPLIT = re.compile(r"[\s./,\-\u2010-\u2015]+")
_TIME = re.compile(
    r"(?:T|[\s,]+)\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\.\d+)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|[+-]\d{2}:?\d{2})?$"
)
_MOST = 40
_CENTURY = 2000


def months_of(names: Iterable[tuple[int, str]]) -> dict[str, int]:
    """The names of another language beside the English ones; a word that means two months means none."""
    found: dict[str, int] = dict(ENGLISH_MONTHS)
    for at, name in names:
        word = fold(name).strip(".")
        if word and found.setdefault(word, at) != at and word not in ENGLISH_MONTHS:
            del found[word]
    return found


class DayReader:
    """Reads days; ``months`` are folded names with their numbers. Remembers what it read: dates repeat."""

    def __init__(self, months: Mapping[str, int] = ENGLISH_MONTHS) -> None:
        self._months = months
        self._orders_of = lru_cache(maxsize=8192)(self._find)

    def fits(self, text: str) -> Mapping[DateOrder | None, date]:
        """The day that a text means in each order that it fits; under None where only one reading is possible."""
        return self._orders_of(text)

    def read(self, text: str, order: DateOrder | None, field: str) -> date:
        """The day. Raises InputError ``import.date`` or, where ``order`` would have to be guessed, ``import.order``."""
        found = self._orders_of(text)
        day = found.get(None) or (found.get(order) if order is not None else None)
        if day is None:
            code = "import.order" if found and order is None else "import.date"
            raise InputError(code, field=field, text=" ".join(text.split())[:_MOST])
        return day

    def _find(self, text: str) -> Mapping[DateOrder | None, date]:
        parts = self._parts(text)
        if parts is None:
            return {}
        for at, part in enumerate(parts):
            if not part.isdigit():
                return _named(parts, at, self._months[part])
        return _numbers(parts)

    def _parts(self, text: str) -> list[str] | None:
        """Three parts, each digits or the name of a month; None for anything else."""
        words = [fold(one).strip(".") for one in _SPLIT.split(_TIME.sub("", text.strip()[:_MOST])) if one]
        parts = [one for one in words if one.isdigit() or one in self._months]
        extra = len(words) - len(parts)
        # “Thu 5 Nov 2026”: one word before the rest that is no month is a day of the week.
        if len(parts) != 3 or extra > 1 or (extra == 1 and (words[0] in parts or not words[0].isalpha())):
            return None
        is_plain = all(one.isascii() and len(one) <= 4 for one in parts if one.isdigit())
        return parts if is_plain and sum(not one.isdigit() for one in parts) <= 1 else None


def _named(parts: list[str], at: int, month: int) -> Mapping[DateOrder | None, date]:
    first, last = (one for place, one in enumerate(parts) if place != at)
    if len(first) == 4 and len(last) <= 2:
        return _only(first, month, last)
    if len(first) <= 2 and len(last) in {2, 4}:
        return _only(last, month, first)
    return {}


def _numbers(parts: list[str]) -> Mapping[DateOrder | None, date]:
    one, two, three = parts
    if len(one) == 4:
        return _only(one, int(two), three) if len(two) <= 2 and len(three) <= 2 else {}
    if len(one) > 2 or len(two) > 2 or len(three) not in {2, 4}:
        return {}
    tries = {DateOrder.DMY: (three, int(two), one), DateOrder.MDY: (three, int(one), two)}
    if len(three) == 2 and len(one) == 2:
        tries[DateOrder.YMD] = (one, int(two), three)
    found: dict[DateOrder | None, date] = {}
    for order, (year, month, day) in tries.items():
        read = _day(year, month, day)
        if read is not None:
            found[order] = read
    days = set(found.values())  # 5/5/2026 is one day however it is read
    return {None: days.pop()} if len(days) == 1 and len(found) > 1 else found


def _only(year: str, month: int, day: str) -> Mapping[DateOrder | None, date]:
    read = _day(year, month, day)
    return {} if read is None else {None: read}


def _day(year: str, month: int, day: str) -> date | None:
    try:
        return date(int(year) + (_CENTURY if len(year) == 2 else 0), month, int(day))
    except ValueError:
        return None
