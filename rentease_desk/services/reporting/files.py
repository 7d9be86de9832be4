"""Reports as files, each with a sidecar of control figures."""

from __future__ import annotations

import json
from pathlib import Path

from msgspec import Struct

from rentease_desk.domain.exports import Preset
from rentease_desk.domain.money import Money, plain_decimal
from rentease_desk.reports.tables_csv import Control, write_table
from rentease_desk.services.exports import dialect_of, replace_file
from rentease_desk.services.reporting.context import Context, Found, Totals, in_currency


class ReportFile(Struct, frozen=True):
    """A file that was written, its sidecar, and the control figures in it."""

    path: Path
    sidecar: Path
    control: Control


def write_report(context: Context, found: Found, path: Path, preset: Preset) -> tuple[ReportFile, ...]:
    """Write the file of a report. Raises KnownError ``file.cannot_write``."""
    dialect = dialect_of(preset, context.settings.language)
    rows = in_currency(found, context.ask.currency)
    control = replace_file(path, lambda out: write_table(out, found.columns, rows, dialect))
    return (_with_sidecar(context, path, preset, control),)


def _with_sidecar(context: Context, path: Path, preset: Preset, control: Control) -> ReportFile:
    sidecar = path.with_name(f"{path.name}.control.json")
    told = json.dumps(_told(context, path, preset, control), indent=2, ensure_ascii=False) + "\n"
    replace_file(sidecar, lambda out: out.write(told.encode()))
    return ReportFile(path, sidecar, control)


def _told(context: Context, path: Path, preset: Preset, control: Control) -> dict[str, object]:
    ask = context.ask
    return {
        "file": path.name,
        "report": ask.name.value,
        "preset": preset.value,
        "rows": control.rows,
        "totals": decimals(control.totals),
        "currency": ask.currency.upper() if ask.currency else None,
        "basis": context.basis.value,
        "against": ask.against.value if ask.against else None,
        "zone": context.settings.zone,
        "from": ask.days.first.isoformat(),
        "to": ask.days.last.isoformat(),
        "sha256": control.sha256,
    }


def decimals(totals: Totals) -> dict[str, dict[str, str]]:
    """Totals for people and programs alike: a dot, and as many decimals as the currency has."""
    return {
        currency.upper(): {name: told_amount(minor, currency) for name, minor in sums.items()}
        for currency, sums in totals.items()
    }


def told_amount(minor: int, currency: str) -> str:
    """A total as text; a count has no currency."""
    return plain_decimal(Money(minor, currency)) if currency else str(minor)
