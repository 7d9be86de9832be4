"""Every screen, in the order in which one desk shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtWidgets import QScrollArea

from tests.tools.screenshots.accounts import accounts
from tests.tools.screenshots.away import away
from tests.tools.screenshots.deeds import dialogs
from tests.tools.screenshots.drawer import drawer
from tests.tools.screenshots.first_run import first_run
from tests.tools.screenshots.folio import folio
from tests.tools.screenshots.importing import imports
from tests.tools.screenshots.journal import journal
from tests.tools.screenshots.lists import command_bar, lists
from tests.tools.screenshots.matching import duplicates, unmatched
from tests.tools.screenshots.people import people
from tests.tools.screenshots.reports import reports, scheduled
from tests.tools.screenshots.stays import tape, today
from tests.tools.screenshots.stripe import events, follow_ups, sync, trouble
from tests.tools.screenshots.studio import Pictures, Studio
from tests.tools.screenshots.upkeep import upkeep


def _settings(studio: Studio) -> Pictures:
    studio.go("settings")
    yield "settings", studio.window
    bar = studio.window.pages.settings.findChildren(QScrollArea)[0].verticalScrollBar()
    bar.setValue(bar.maximum())
    studio.settle()
    yield "settings-end", studio.window
    yield from scheduled(studio)


AREAS: dict[str, Callable[[Studio], Pictures]] = {
    "lists": lists,
    "command-bar": command_bar,
    "folio": folio,
    "dialogs": dialogs,
    "sync": sync,
    "events": events,
    "follow-ups": follow_ups,
    "unmatched": unmatched,
    "duplicates": duplicates,
    "reports": reports,
    "settings": _settings,
    "today": today,
    "tape": tape,
    "drawer": drawer,
    "imports": imports,
    "journal": journal,
    "trouble": trouble,
    "upkeep": upkeep,
    "accounts": accounts,
    "first-run": first_run,
    "away": away,
    "people": people,  # last: it leaves the desk locked, whose question would take all keys
}
"""Parts of the window by name. Each can be shown alone, though a desk that has been through others has more to show."""


def screens(studio: Studio, areas: Iterable[str] = AREAS) -> Pictures:
    """The screens of these areas, with the names of their pictures."""
    for area in areas:
        yield from AREAS[area](studio)
