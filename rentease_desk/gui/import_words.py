"""The words of imports: what a column may be, what becomes of a row and why, how files are written."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from rentease_desk.domain.import_amounts import DecimalMark
from rentease_desk.domain.import_dates import DateOrder
from rentease_desk.domain.imports import Change, Columns, Counts, Fate, Field, Question, Row, Survey, Value
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.errors import explained
from rentease_desk.gui.formats import Formats
from rentease_desk.gui.tokens import Tone


def tr(text: str) -> str:
    """A word in the window's language."""
    return QCoreApplication.translate("imports", text)


def field_name(field: Field) -> str:
    """What the mapper calls it."""
    names = {
        Field.REFERENCE: tr("Reference"), Field.GUEST: tr("Guest"), Field.EMAIL: tr("E-mail"),
        Field.PHONE: tr("Telephone"), Field.ARRIVAL: tr("Arrival"), Field.DEPARTURE: tr("Departure"),
        Field.NIGHTS: tr("or nights"), Field.ROOM: tr("Room or bed"), Field.ADULTS: tr("Adults"),
        Field.CHILDREN: tr("Children"), Field.CHANNEL: tr("Channel"), Field.NOTE: tr("Note"),
        Field.CURRENCY: tr("Currency"), Field.TOTAL: tr("Price of the stay"), Field.RATE: tr("or price a night"),
        Field.STATUS: tr("Status"),
    }  # fmt: skip
    return names[field]


def fate_name(fate: Fate) -> str:
    """What a filter calls it."""
    names = {
        Fate.NEW: tr("New"), Fate.SAME: tr("The same"), Fate.CHANGED: tr("Changed"), Fate.FREED: tr("Freed"),
        Fate.BROKEN: tr("Broken"),
    }  # fmt: skip
    return names[fate]


def fate_chip(row: Row) -> Chip:
    """What becomes of a row, or became."""
    chips = {
        Fate.NEW: ("plus", Tone.GOOD), Fate.SAME: ("circle-tick", Tone.OUTLINE), Fate.CHANGED: ("pencil", Tone.NEUTRAL),
        Fate.FREED: ("arrow-back", Tone.NEUTRAL), Fate.BROKEN: ("triangle", Tone.WRONG),
    }  # fmt: skip
    if row.written and row.fate in {Fate.NEW, Fate.CHANGED}:
        return Chip(tr("Imported") if row.fate is Fate.NEW else tr("Applied"), "circle-tick", Tone.GOOD)
    return Chip(fate_name(row.fate), *chips[row.fate])


def why(row: Row, formats: Formats, *, short: bool = False) -> str:
    """Why a row is broken, or what has changed; ``short`` leaves out what to do."""
    if row.trouble is None:
        return "; ".join(change_told(one, formats) for one in row.changes)
    told = explained(row.trouble.error(), formats)
    parts = (f"{told.title}.", told.happened) if short else (f"{told.title}.", told.happened, told.remedy)
    words = " ".join(part for part in parts if part)
    return tr("Told before: {trouble}").format(trouble=words) if row.fate is Fate.SAME else words


def change_told(change: Change, formats: Formats) -> str:
    """``Departure: Thu 3 Dec → Fri 4 Dec``."""
    before, after = (_shown(one, formats) for one in (change.before, change.after))
    told = f"{field_name(change.field)}: {before or '–'} → {after or '–'}"
    return tr("{change} (edited at the desk, stays)").format(change=told) if change.kept else told


def columns_text(columns: Columns) -> str:
    """As it is typed: ``Guest name``, ``year+month+day``, or a text in quotation marks."""
    return f'"{columns.text}"' if columns.text else "+".join(columns.names)


def counts_told(counts: Counts, formats: Formats) -> str:
    """What an import brought, in a sentence."""
    parts = [tr("{count} new").format(count=formats.count(counts.new))]
    parts.append(tr("{count} the same").format(count=formats.count(counts.same)))
    for count, words in ((counts.applied, tr("{count} changed")), (counts.changed - counts.applied, tr("{count} left")),
                         (counts.freed, tr("{count} freed")), (counts.broken, tr("{count} broken"))):  # fmt: skip
        parts += [words.format(count=formats.count(count))] if count else []
    return ", ".join(parts)


def question_told(question: Question, survey: Survey) -> str:
    """What is open, with examples."""
    asked = {
        Question.DATES: (tr("Dates: which is the day, which the month?"), survey.open_dates),
        Question.DECIMAL: (tr("Amounts: which is the decimal mark?"), survey.open_amounts),
        Question.CURRENCY: (tr("Which currency is meant?"), survey.signs),
        Question.STATUS: (tr("What do these words for a status mean?"), survey.unknown),
        Question.ROOMS: (tr("Which rooms are these, or are they new?"), survey.rooms),
    }
    words, examples = asked[question]
    shown = ", ".join(f"“{one}”" for one in examples[:3])
    return f"{words} {shown}".strip()


def order_name(order: DateOrder | None) -> str:
    """How dates are written."""
    if order is None:
        return tr("As the file shows")
    names = {
        DateOrder.DMY: tr("Day, month, year"), DateOrder.MDY: tr("Month, day, year"),
        DateOrder.YMD: tr("Year, month, day"),
    }  # fmt: skip
    return names[order]


def mark_name(mark: DecimalMark | None) -> str:
    """How amounts are written."""
    if mark is None:
        return tr("As the file shows")
    return tr("Point, as in 1.50") if mark is DecimalMark.POINT else tr("Comma, as in 1,50")


def delimiter_name(mark: str) -> str:
    """What stands between columns."""
    names = {",": tr("Comma"), ";": tr("Semicolon"), "\t": tr("Tab"), "|": tr("Upright line |")}
    return names.get(mark, mark)


def _shown(value: Value, formats: Formats) -> str:
    if value.money is not None:
        return formats.money(value.money)
    return formats.short_date(value.day) if value.day is not None else " ".join(value.text.split())
