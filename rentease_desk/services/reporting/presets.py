"""Files for bookkeeping programs, made of the rows of reports.

Sources: Xero Central, "Import a bank statement" (headings of its template; 1,000 lines at most); QuickBooks, "Format
CSV files in Excel to get bank transactions into QuickBooks" (three columns; 350 KB and 1,000 rows at most); DATEV: see
``reports.datev``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from rentease_desk.domain.booking import ChargeKind
from rentease_desk.domain.datev import CITY_TAX, CLEARING, ROUNDING, Datev, tax_account
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.money import Money
from rentease_desk.domain.reporting import Cell, Column, ColumnKind, ReportName
from rentease_desk.domain.tax import parse_rate
from rentease_desk.reports.datev import Booking
from rentease_desk.services.reporting.context import Context, Found, in_currency

_MONEY = ColumnKind.MONEY
_BANK = frozenset({Preset.XERO, Preset.QUICKBOOKS})
_ROWS_OF: Mapping[Preset, frozenset[ReportName]] = {
    Preset.XERO: frozenset({ReportName.MOVEMENTS}),
    Preset.QUICKBOOKS: frozenset({ReportName.MOVEMENTS}),
    Preset.DATEV: frozenset({ReportName.MOVEMENTS, ReportName.CHARGES}),
}
MOST_ROWS, MOST_BYTES = 1_000, 350_000
_XERO = (
    Column("*Date", "*Date"),
    Column("*Amount", "*Amount", _MONEY, True),
    Column("Payee", "Payee"),
    Column("Description", "Description"),
    Column("Reference", "Reference"),
    Column("Check Number", "Check Number"),
)
_QUICKBOOKS = (
    Column("Date", "Date"),
    Column("Description", "Description"),
    Column("Amount", "Amount", _MONEY, True),
)
_DATEV = (
    Column("Belegdatum", "Belegdatum", ColumnKind.DAY),
    Column("Umsatz", "Umsatz", _MONEY, True),
    Column("Konto", "Konto", ColumnKind.COUNT),
    Column("Gegenkonto", "Gegenkonto", ColumnKind.COUNT),
    Column("Belegfeld 1", "Belegfeld 1"),
    Column("Buchungstext", "Buchungstext"),
)
Named = Mapping[str, Any]


def presets_of(name: ReportName) -> tuple[Preset, ...]:
    """How the file of a report can be written."""
    return tuple(one for one in Preset if one not in _ROWS_OF or name in _ROWS_OF[one])


def laid_out(context: Context, found: Found, preset: Preset) -> Found:
    """The rows as a preset has them. Raises InputError ``report.preset``, ``report.one_currency``, ``datev.…``."""
    if preset not in _ROWS_OF:
        return found
    if context.ask.name not in _ROWS_OF[preset]:
        raise InputError("report.preset", field="preset", preset=preset.value, report=context.ask.name.value)
    if preset in _BANK:
        columns = _XERO if preset is Preset.XERO else _QUICKBOOKS
        return Found(columns, _bank_rows(context, found, preset), notes=found.notes)
    context.settings.datev.check()
    return Found(_DATEV, _datev_rows(context, found), notes=found.notes)


def bookings_of(rows: Iterator[tuple[Cell, ...]]) -> Iterator[Booking]:
    """The rows of ``laid_out`` as DATEV's bookings."""
    for day, amount, account, contra, document, text in rows:
        assert isinstance(day, date)
        assert isinstance(amount, Money)
        assert isinstance(account, int)
        assert isinstance(contra, int)
        yield Booking(day, amount, account, contra, str(document or ""), str(text or ""))


def _named(context: Context, found: Found) -> Iterator[Named]:
    """Rows of one currency: a bank account and a batch have one."""
    names, currency = [column.name for column in found.columns], context.ask.currency
    for row in in_currency(found, currency):
        told: dict[str, Any] = dict(zip(names, row, strict=True))
        if currency is None:
            currency = told["currency"].lower()
        elif told["currency"].lower() != currency:
            raise InputError("report.one_currency", field="currency", one=currency.upper(), other=told["currency"])
        yield told


def _bank_rows(context: Context, found: Found, preset: Preset) -> Iterator[tuple[Cell, ...]]:
    write_day = _day_writer(context.settings.language)
    day = found.columns[0].name
    for row in _named(context, found):
        description = f"{row['method']} {row['kind']}"
        reference = row["booking_reference"] or row["stripe_id"] or row["id"]
        if preset is Preset.XERO:
            yield row[day].isoformat(), row["amount"], row["guest"] or "", description, reference, ""
        else:
            parts = (description, row["guest"] or "", reference)
            yield write_day(row[day]), " · ".join(filter(None, parts)), row["amount"]


def _day_writer(language: str) -> Callable[[date], str]:
    """QuickBooks reads dates as its company's country writes them."""
    form = "%m/%d/%Y" if language.endswith("_US") else "%d/%m/%Y"
    return lambda day: day.strftime(form)


def _datev_rows(context: Context, found: Found) -> Iterator[tuple[Cell, ...]]:
    datev, is_money = context.settings.datev, context.ask.name is ReportName.MOVEMENTS
    day = found.columns[0].name
    for row in _named(context, found):
        made = _money_bookings(datev, row) if is_money else _charge_bookings(datev, row)
        for amount, account, contra, document, text in made:
            yield row[day], amount, account, contra, document, text


def _money_bookings(datev: Datev, row: Named) -> Iterator[Sequence[Any]]:
    """Money goes to the account of its method; what it pays for stands against the clearing account."""
    account = datev.account(row["method_code"])
    document = row["booking_reference"] or row["stripe_id"] or row["id"]
    text = " ".join(filter(None, (row["method"], row["kind"], row["guest"])))
    yield row["amount"], account, datev.account(CLEARING), document, text
    if row["cash_rounding"].minor:
        yield row["cash_rounding"], account, datev.account(ROUNDING), document, text


def _charge_bookings(datev: Datev, row: Named) -> Iterator[Sequence[Any]]:
    """What was charged goes to the account of its tax rate, against the clearing account; city tax has its own."""
    is_city_tax = row["kind"] == ChargeKind.CITY_TAX.value
    name = CITY_TAX if is_city_tax else tax_account(parse_rate(row["tax_rate"], "datev"))
    yield row["gross"], datev.account(CLEARING), datev.account(name), "", f"{row['kind']} {row['tax_rate']} %"
