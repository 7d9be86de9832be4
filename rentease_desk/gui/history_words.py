"""The words of a history: what happened, and from what to what."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication

from rentease_desk.domain.history import Change, Hidden, HistoryLine, Told
from rentease_desk.domain.money import Money
from rentease_desk.gui.formats import Formats


def tr(text: str) -> str:
    """A word in the window's language."""
    return QCoreApplication.translate("history", text)


def details_told(line: HistoryLine, formats: Formats) -> str:
    """All that a line says of its fields, in one line."""
    return "; ".join(change_told(change, formats) for change in line.changes)


def change_told(change: Change, formats: Formats) -> str:
    """“Amount: €20.00”, “Status: pending → succeeded”; of personal texts that are not kept, that they changed."""
    name = tr(change.name)
    if isinstance(change.before, Hidden) and isinstance(change.after, Hidden):
        return f"{name}: {tr('changed')}"
    if change.is_new:
        return f"{name}: {value_told(change.after, formats)}"
    return f"{name}: {value_told(change.before, formats)} → {value_told(change.after, formats)}"


def value_told(told: Told, formats: Formats) -> str:
    """A value as people read it."""
    if isinstance(told, Money):
        return formats.money(told)
    if isinstance(told, date):
        return formats.short_date(told)
    if isinstance(told, Hidden):
        return tr("another text")
    return told or tr("nothing")
