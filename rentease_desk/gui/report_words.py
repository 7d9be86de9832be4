"""What reports, their dates and their files are called."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from rentease_desk.domain.exports import Preset
from rentease_desk.domain.money import Money
from rentease_desk.domain.reporting import Ask, Basis, Grouping, Preview, ReportName
from rentease_desk.gui.formats import Formats
from rentease_desk.gui.words import tr

AGREEMENT = frozenset({ReportName.AGREEMENT, ReportName.AGREEMENT_LINES})
"""What a comparison with Stripe has found. It is shown in all currencies: what Stripe settles in may not be the
property's."""
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


def file_name(ask: Ask) -> str:
    """``takings-2026-11-01-2026-11-30.csv``; DATEV wants files of its own name."""
    name = f"{ask.name.value}-{ask.days.first}-{ask.days.last}.csv"
    return f"EXTF_{name}" if ask.preset is Preset.DATEV else name


def written_words(files: Sequence[tuple[Path, str]]) -> str:
    """What was written: a path and a SHA-256 of each file."""
    path, digest = files[0]
    if len(files) > 1:
        return tr("Written: {path} and {count} more files.").format(path=path, count=len(files) - 1)
    return tr("Written: {path} · SHA-256 {sum}").format(path=path, sum=f"{digest[:6]}…{digest[-4:]}")


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


def nothing_words(found: Preview) -> tuple[str, str]:
    """A title and a sentence for a report without rows."""
    if found.ask.name is ReportName.AGREEMENT_LINES:
        title = tr("Nothing that differs")
    else:
        title = tr("Not compared yet") if found.ask.name in AGREEMENT else tr("Nothing on these days")
    return title, _nothing(found)


def _nothing(found: Preview) -> str:
    if found.ask.name in AGREEMENT:
        return tr("What was found when these days were compared stands here: press C to compare them.")
    others = [one.currency.upper() for one in found.others if one.minor]
    if others:
        return tr("In other currencies there is: {list}.").format(list=", ".join(others))
    return tr("Choose other days, or other dates to count by.")


def cut_words(found: Preview, formats: Formats) -> tuple[str, ...]:
    """A sentence about rows that are not shown; none where all are."""
    shown, count = len(found.rows), found.count
    if count is not None and count <= shown:
        return ()
    if count is None:
        return (tr("The first {shown} rows are shown; the file has all.").format(shown=formats.count(shown)),)
    told = tr("The first {shown} of {count} rows are shown; the file has all.")
    return (told.format(shown=formats.count(shown), count=formats.count(count)),)


def of_one_currency(found: Preview) -> Preview:
    """As if its only currency had been asked for: then it stands above the sums, and not in every row."""
    at = next((at for at, column in enumerate(found.columns) if column.name == "currency"), None)
    codes = {str(row[at]).lower() for row in found.rows} if at is not None else set()
    if found.ask.currency is not None or len(codes) != 1:
        return found
    return replace(found, ask=replace(found.ask, currency=codes.pop()))


def _told(money: Money, formats: Formats) -> str:
    return f"{formats.amount(money.minor, money.currency)} {money.currency.upper()}"
