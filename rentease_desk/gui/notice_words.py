"""What is said about problems, and which page shows more of each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from msgspec import Struct
from PySide6.QtCore import QCoreApplication

from rentease_desk.domain.alarms import Alarm, AlarmKind
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import Formats
from rentease_desk.gui.stripe_words import deadline_words

_ORDER = list(AlarmKind)
PAGES = {
    AlarmKind.KEY: "settings",
    AlarmKind.GAP: "sync",
    AlarmKind.DISPUTE: "follow_ups",
    AlarmKind.REFUND: "follow_ups",
    AlarmKind.EVENT: "events",
    AlarmKind.EXPORT: "settings",
    AlarmKind.BACKUP: "backups",
}
"""What shows more of it: one of ``pages.NAMES``, or the dialog of backups."""


class Notice(Struct, frozen=True):
    """What is said, and the page that shows more of it."""

    title: str
    text: str
    page: str


def tr(text: str) -> str:
    """A word in the window's language."""
    return QCoreApplication.translate("notices", text)


def notice_of(alarms: Sequence[Alarm], context: Context) -> Notice:
    """One message for all of them: the gravest in a sentence, the others by their count."""
    by_kind = groupby(sorted(alarms, key=lambda one: _ORDER.index(one.kind)), key=lambda one: one.kind)
    first, *others = [_of_kind(kind, list(some), context) for kind, some in by_kind]
    return Notice(first.title, " ".join([first.text, *(f"{one.title}." for one in others)]), first.page)


def gap_words(since: int, formats: Formats) -> tuple[str, str]:
    """That events were not read for too long; ``since`` in UTC seconds. A title and what is done about it."""
    day = formats.short_date(formats.local(since).date())
    text = tr(
        "Stripe keeps events for 30 days; they were last read on {day}. The next sync reads lists instead, which takes "
        "longer."
    )
    return tr("The sync has a gap"), text.format(day=day)


def _of_kind(kind: AlarmKind, alarms: Sequence[Alarm], context: Context) -> Notice:
    words = {
        AlarmKind.KEY: _key,
        AlarmKind.GAP: lambda some, on: gap_words(some[0].moment or 0, on.formats),
        AlarmKind.DISPUTE: _disputes,
        AlarmKind.REFUND: _refunds,
        AlarmKind.EVENT: _events,
        AlarmKind.EXPORT: _exports,
        AlarmKind.BACKUP: _backup,
    }
    return Notice(*words[kind](alarms, context), PAGES[kind])


def _key(alarms: Sequence[Alarm], _context: Context) -> tuple[str, str]:
    if alarms[0].lacks_permission:
        return tr("The Stripe key may not read everything"), alarms[0].detail
    return tr("Stripe refuses the key"), tr("No card payments come in until there is a good key in Settings.")


def _disputes(alarms: Sequence[Alarm], context: Context) -> tuple[str, str]:
    """The nearest day that has not passed is what matters."""
    now, moments = context.now(), sorted(one.moment or 0 for one in alarms)
    first = next((one for one in moments if one >= now), moments[-1])
    many = tr("{count} payments are disputed").format(count=context.formats.count(len(alarms)))
    title = tr("A payment is disputed") if len(alarms) == 1 else many
    return title, deadline_words("needs_response", first, now, context.formats) + "."


def _refunds(alarms: Sequence[Alarm], context: Context) -> tuple[str, str]:
    many = tr("{count} refunds failed").format(count=context.formats.count(len(alarms)))
    title = tr("A refund failed") if len(alarms) == 1 else many
    return title, tr("The money is back in Stripe, and not with the guest.")


def _exports(alarms: Sequence[Alarm], context: Context) -> tuple[str, str]:
    many = tr("{count} exports cannot be written").format(count=context.formats.count(len(alarms)))
    return tr("A scheduled export cannot be written") if len(alarms) == 1 else many, alarms[0].detail


def _events(alarms: Sequence[Alarm], context: Context) -> tuple[str, str]:
    if len(alarms) == 1:
        return tr("An event needs a person"), tr("It could not be handled, and is not tried again by itself.")
    many = tr("{count} events need a person").format(count=context.formats.count(len(alarms)))
    return many, tr("They could not be handled, and are not tried again by themselves.")


def _backup(alarms: Sequence[Alarm], context: Context) -> tuple[str, str]:
    """Here, or in the second folder only: the gravest first."""
    first, formats = alarms[0], context.formats
    day = formats.short_date(formats.local(first.moment or 0).date())
    if first.id.startswith("here"):
        text = tr("The last good one is of {day}. “Back up now” makes one, or says what is in the way.")
        return tr("There is no fresh backup"), text.format(day=day)
    text = tr("It has had none since {day}: {trouble}")
    return tr("The second folder gets no backups"), text.format(day=day, trouble=first.detail)
