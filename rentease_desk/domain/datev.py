"""Whom a DATEV booking batch is for, and the accounts that it is written to.

Source: DATEV-Format, "Buchungsstapel", format version 13 with header version 700 (developer.datev.de, "DATEV-Format").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.tax import parse_rate, rate_text

CLEARING, ROUNDING, CITY_TAX = "clearing", "rounding", "city tax"
_ENTRY = re.compile(r"\s*([^=,;\n]+?)\s*=\s*([0-9-]+)\s*")
_RANGES = {"consultant": (1_001, 9_999_999), "client": (1, 99_999), "length": (4, 8)}
_YEAR = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_FEBRUARY, _SHORT = 2, frozenset({4, 6, 9, 11})


class Datev(Struct, frozen=True):
    """``year``: month and day on which the fiscal year begins. ``accounts``: by name; a tax rate's is ``tax 7.5``.

    An account of a Stripe method is named ``stripe card``, of a manual one by the method's code.
    """

    consultant: int = 0
    client: int = 0
    length: int = 4
    year: tuple[int, int] = (1, 1)
    accounts: Mapping[str, int] = {}

    def account(self, name: str) -> int:
        """The number of an account. Raises InputError ``datev.account`` where nobody has said it."""
        found = self.accounts.get(name)
        if found is None:
            raise InputError("datev.account", field="datev", name=name)
        return found

    def year_of(self, day: date) -> date:
        """The first day of the fiscal year that a day lies in."""
        month, first = self.year
        begun = date(day.year, month, first)
        return begun if day >= begun else date(day.year - 1, month, first)

    def check(self) -> None:
        """Raises InputError ``datev.who`` while nobody has said whom the files are for."""
        if not self.consultant or not self.client:
            raise InputError("datev.who", field="datev")


def parse_datev(text: str) -> Datev:
    """``consultant=1001, client=1, cash=1600, tax 7=8300``, in any order. Raises InputError ``datev.entry``."""
    told: dict[str, str] = {}
    for entry in filter(str.strip, re.split(r"[,;\n]", text)):
        match = _ENTRY.fullmatch(entry)
        if match is None:
            raise InputError("datev.entry", field="datev", entry=entry.strip()[:40])
        told[_name(match[1])] = match[2]
    numbers = {name: _number(name, told.pop(name)) for name in _RANGES if name in told}
    year = _year(told.pop("year", "01-01"))
    length = numbers.get("length", 4)
    accounts = {name: _account(name, value, length) for name, value in sorted(told.items())}
    return Datev(numbers.get("consultant", 0), numbers.get("client", 0), length, year, accounts)


def datev_text(datev: Datev) -> str:
    """The inverse of ``parse_datev``; "" where nothing was said."""
    if datev == Datev():
        return ""
    heads = {"consultant": datev.consultant, "client": datev.client, "length": datev.length}
    told = [f"{name}={value}" for name, value in heads.items() if value]
    told.append(f"year={datev.year[0]:02}-{datev.year[1]:02}")
    return ", ".join((*told, *(f"{name}={number}" for name, number in datev.accounts.items())))


def tax_account(ppm: int) -> str:
    """The name of the account for what was charged at a tax rate."""
    return f"tax {rate_text(ppm)}"


def _name(text: str) -> str:
    name = " ".join(text.lower().split())
    return tax_account(parse_rate(name.removeprefix("tax "), "datev")) if name.startswith("tax ") else name


def _year(value: str) -> tuple[int, int]:
    """A day that every year has."""
    match = _YEAR.fullmatch(value)
    month, day = (int(match[1]), int(match[2])) if match else (0, 0)
    if not month or day > (28 if month == _FEBRUARY else 30 if month in _SHORT else 31):
        raise InputError("datev.entry", field="datev", entry=f"year={value}"[:40])
    return month, day


def _number(name: str, value: str) -> int:
    least, most = _RANGES[name]
    if not value.isdecimal() or len(value) > len(str(most)) or not least <= int(value) <= most:
        raise InputError("datev.entry", field="datev", entry=f"{name}={value}"[:40])
    return int(value)


def _account(name: str, value: str, length: int) -> int:
    """A general ledger account has ``length`` digits at most, one of a person one more."""
    if not value.isdecimal() or not 1 <= len(value.lstrip("0")) <= length + 1:
        raise InputError("datev.entry", field="datev", entry=f"{name}={value}"[:40])
    return int(value)
