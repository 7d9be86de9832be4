"""``report``: the reports of the window, printed or written to a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.money import Money, digits, plain_decimal
from rentease_desk.domain.reporting import NAMES, Ask, Basis, Cell, Column, ColumnKind, Grouping, Preview, ReportName

if TYPE_CHECKING:
    from rentease_desk.services.reporting.files import ReportFile

_ALL = 1_000_000_000
_KINDS = {ColumnKind.MONEY, ColumnKind.COUNT, ColumnKind.SHARE}
_HELP = "; ".join(f"{name.value}: {told.title.lower()}" for name, told in NAMES.items())


def report(
    context: typer.Context,
    name: Annotated[ReportName, typer.Argument(help=_HELP)],
    first: Annotated[str | None, typer.Option("--from", help="First day; the first of this month.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day; today.")] = None,
    basis: Annotated[Basis | None, typer.Option(help="By which of its dates a row counts.")] = None,
    against: Annotated[Basis | None, typer.Option(help="differences: the other dates.")] = None,
    by: Annotated[Grouping, typer.Option(help="takings-by: what they are told apart by.")] = Grouping.METHOD,
    currency: Annotated[str | None, typer.Option(help="Only this currency. They are never added.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write this file, with its control figures beside.")] = None,
    preset: Annotated[Preset, typer.Option(help="How the file is written.")] = Preset.ISO,
    as_json: JsonOption = False,
) -> None:
    """Print a report, or write its file. The rows of both are the same."""
    session: Session = context.obj
    today = session.today()
    days = session.days(first, last, _so_far(today))
    if currency is not None:
        digits(currency)
        currency = currency.lower()
    ask = Ask(name, days, basis, by, currency, against, preset)
    output = Output(as_json=as_json)
    if csv is not None:
        _write(session, output, ask, csv)
        return
    _print(output, session.services.reports.preview(ask, _ALL))


def _so_far(today: date) -> DateRange:
    return DateRange(today.replace(day=1), today)


def _write(session: Session, output: Output, ask: Ask, path: Path) -> None:
    """One file is an object; where a preset asks for several, they are a list."""
    told = [_file_told(one) for one in session.services.reports.export(ask, path)]
    if len(told) == 1:
        output.value(told[0])
    else:
        output.rows(
            ("File", "Rows", "SHA-256"), ((one, (one["file"], str(one["rows"]), one["sha256"])) for one in told)
        )


def _file_told(one: ReportFile) -> dict[str, Any]:
    return {
        "file": str(one.path),
        "control": str(one.sidecar),
        "rows": one.control.rows,
        "totals": {currency: dict(sums) for currency, sums in one.control.totals.items()},
        "sha256": one.control.sha256,
    }


def _print(output: Output, found: Preview) -> None:
    if output.as_json:
        output.value(_told(found))
        return
    naming = NAMES[found.ask.name]
    days = f"{found.ask.days.first} – {found.ask.days.last}"
    output.line(f"{naming.title} · {naming.about} · {days} · {found.basis.value}, {found.zone}")
    told = [_share if column.kind is ColumnKind.SHARE else _shown for column in found.columns]
    rows: list[tuple[dict[str, Any], list[str]]] = [
        ({}, [tell(cell) for tell, cell in zip(told, row, strict=True)]) for row in found.rows
    ]
    rows += [({}, _total_row(found.columns, currency, dict(sums))) for currency, sums in found.totals.items()]
    figures = frozenset(column.title for column in found.columns if column.kind in _KINDS)
    output.rows([column.title for column in found.columns], rows, figures)
    for note in found.notes:
        output.line(note)


def _told(found: Preview) -> dict[str, Any]:
    """For programs: amounts in minor units. Each row names its currency."""
    names = [column.name for column in found.columns]
    return {
        "report": found.ask.name.value,
        "basis": found.basis.value,
        "zone": found.zone,
        "from": found.ask.days.first.isoformat(),
        "to": found.ask.days.last.isoformat(),
        "rows": [dict(zip(names, map(_plain, row), strict=True)) for row in found.rows],
        "totals": {currency: dict(sums) for currency, sums in found.totals.items()},
        "others": {money.currency: money.minor for money in found.others},
        "notes": list(found.notes),
    }


def _plain(cell: Cell) -> str | int | None:
    if isinstance(cell, Money):
        return cell.minor
    return cell.isoformat() if isinstance(cell, date) else cell


def _shown(cell: Cell) -> str:
    if isinstance(cell, Money):
        return plain_decimal(cell)
    return "" if cell is None else str(cell)


def _share(cell: Cell) -> str:
    return "" if not isinstance(cell, int) else f"{cell // 10}.{cell % 10} %"


def _total(minor: int, currency: str) -> str:
    return plain_decimal(Money(minor, currency)) if currency else str(minor)


def _total_row(columns: tuple[Column, ...], currency: str, sums: dict[str, int]) -> list[str]:
    told = [_total(sums[one.name], currency) if one.name in sums else "" for one in columns]
    heads = {"currency": currency.upper()}
    told = [heads.get(one.name, text) for one, text in zip(columns, told, strict=True)]
    return ["Total" if at == 0 and not text else text for at, text in enumerate(told)]
