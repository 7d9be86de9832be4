"""What is said while the database is away, and of what waits for it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from rentease_desk.domain.outbox import Entry, KeptState, Standing
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.formats import Formats
from rentease_desk.gui.tokens import Tone


def tr(text: str) -> str:
    """In the window's language."""
    return QCoreApplication.translate("Away", text)


def waiting_words(standing: Standing, formats: Formats) -> str:
    """``2 cash payments wait (€120.00).``; "" where nothing waits."""
    if not standing.count:
        return ""
    sums = ", ".join(formats.money(one) for one in standing.sums)
    text = tr("1 cash payment waits ({sums}).") if standing.count == 1 else tr("{count} cash payments wait ({sums}).")
    return text.format(count=standing.count, sums=sums)


def needing_words(standing: Standing) -> str:
    """What a person has to do about what waits."""
    if not standing.needing:
        return tr("They are delivered by themselves.") if standing.count > 1 else tr("It is delivered by itself.")
    one, more = tr("1 of them needs you."), tr("{count} of them need you.")
    return one if standing.needing == 1 else more.format(count=standing.needing)


def entry_chip(entry: Entry) -> Chip:
    """How it stands."""
    if entry.state is KeptState.DELIVERED:
        return Chip(tr("delivered"), "circle-tick", Tone.GOOD)
    if entry.state is KeptState.UNDONE:
        return Chip(tr("undone"), "circle-slash", Tone.NEUTRAL)
    if entry.needs_person:
        return Chip(tr("needs you"), "triangle", Tone.WRONG)
    return Chip(tr("waiting"), "clock", Tone.ATTENTION)


def entry_words(entry: Entry, formats: Formats) -> str:
    """``Thu 5 Nov, 14:06 · Elena · P-0007``, and why it waits."""
    kept = entry.kept
    parts = [kept.slip, formats.moment(kept.occurred_at), kept.actor]
    if entry.chosen is not None and entry.is_waiting:
        parts.append(tr("goes to {reference}").format(reference=entry.chosen.reference))
    parts += [part for part in (entry.trouble, entry.reason) if part]
    return " · ".join(parts)
