"""What was charged, by business day, kind and tax rate."""

from __future__ import annotations

from collections.abc import Iterator

from rentease_desk.domain.money import Money
from rentease_desk.domain.reporting import Cell, Column, ColumnKind
from rentease_desk.domain.tax import contained_tax, rate_text
from rentease_desk.services.reporting.context import Context, Found
from rentease_desk.storage.report_charges import charge_rows

_MONEY = ColumnKind.MONEY
_COLUMNS = (
    Column("business_day", "Business day", ColumnKind.DAY),
    Column("kind", "Kind"),
    Column("tax_rate", "Tax, %"),
    Column("lines", "Lines", ColumnKind.COUNT),
    Column("currency", "Currency"),
    Column("net", "Net", _MONEY, True),
    Column("tax", "Tax contained", _MONEY, True),
    Column("gross", "Charged", _MONEY, True),
)
_NOTES = ("What was put on folios, less what was taken back, on the day on which it was: neither money nor earned. "
          "Tax is told from the sum of a day, kind and rate.",)  # fmt: skip


def charges(context: Context) -> Found:
    """A row a day, kind and rate."""
    return Found(_COLUMNS, _rows(context), notes=_NOTES)


def _rows(context: Context) -> Iterator[tuple[Cell, ...]]:
    for day, currency, kind, ppm, lines, gross in charge_rows(context.book, context.ask.days):
        tax = contained_tax(gross, ppm)
        money = (Money(minor, currency) for minor in (gross - tax, tax, gross))
        yield day, kind, rate_text(ppm), lines, currency.upper(), *money
