"""What reports, their dates and their files are called."""

from __future__ import annotations

from rentease_desk.domain.exports import Preset
from rentease_desk.domain.money import Money
from rentease_desk.domain.reporting import Basis, Grouping, Preview, ReportName
from rentease_desk.gui.formats import Formats
from rentease_desk.gui.words import tr

_ROWS_ONLY = (Preset.XERO, Preset.QUICKBOOKS)
_DATEV = (ReportName.MOVEMENTS, ReportName.CHARGES)


def basis_word(basis: Basis) -> str:
    """``Business day``."""
    words = {
        Basis.BUSINESS: tr("Business day"),
        Basis.OCCURRED: tr("Occurred"),
        Basis.PAYOUT: tr("Payout"),
        Basis.NIGHT: tr("Night"),
        Basis.AS_OF: tr("As of the last day"),
        Basis.MADE: tr("Written"),
    }
    return words[basis]


def grouping_word(by: Grouping) -> str:
    """``By method``."""
    words = {
        Grouping.METHOD: tr("By method"),
        Grouping.PERSON: tr("By person"),
        Grouping.CHANNEL: tr("By channel"),
    }
    return words[by]


def preset_word(preset: Preset) -> str:
    """``Excel``."""
    words = {
        Preset.ISO: "ISO",
        Preset.EXCEL: "Excel",
        Preset.XERO: "Xero",
        Preset.QUICKBOOKS: "QuickBooks Online",
        Preset.DATEV: "DATEV",
    }
    return words[preset]


def presets_offered(name: ReportName) -> list[Preset]:
    """How the file of a report can be written. The window knows no services before it is open: its kind tells."""
    banks = _ROWS_ONLY if name is ReportName.MOVEMENTS else ()
    return [Preset.EXCEL, Preset.ISO, *banks, *((Preset.DATEV,) if name in _DATEV else ())]


def file_told(found: Preview, currency: str, formats: Formats) -> str:
    """What the file holds, in one sentence."""
    name = next((column.name for column in reversed(found.columns) if column.summed), "")
    sums = found.totals.get(currency, {})
    parts = []
    if found.count is not None:
        words = tr("The file: 1 row") if found.count == 1 else tr("The file: {count} rows")
        parts.append(words.format(count=formats.count(found.count)))
    if currency and name in sums:
        total = f"{formats.amount(sums[name], currency)} {currency.upper()}"
        parts.append(tr("total {amount}").format(amount=total))
    parts.append(f"{basis_word(found.basis).lower()}, {found.zone}")
    if others := [one for one in found.others if one.minor]:
        parts.append(tr("also {amounts}, never added").format(amounts=", ".join(_told(one, formats) for one in others)))
    return " · ".join(parts)


def _told(money: Money, formats: Formats) -> str:
    return f"{formats.amount(money.minor, money.currency)} {money.currency.upper()}"
