"""What the command bar offers for a text: bookings, and actions of the menus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from rentease_desk.domain.booking import Booking, reference_key
from rentease_desk.domain.text import fold, words
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.context import Context
from rentease_desk.gui.match_words import stay_told
from rentease_desk.gui.models.items_model import ItemsModel
from rentease_desk.gui.words import balance_chip

_MOST_ACTIONS = 5
_SURE = 3
"""So many letters that begin an action's name mean the action."""


class Command(Struct, frozen=True):
    """One line. Either a booking, by its key, or an action of a menu stands behind it."""

    title: str
    about: str
    icon: str
    chip: Chip | None = None
    key: str = ""
    booking_pk: int | None = None
    action: QAction | None = None


class CommandsModel(ItemsModel[Command]):
    """``text`` is what the lines were found for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.text = ""

    def show_for(self, text: str, items: Sequence[Command]) -> None:
        """Show what was found for another text."""
        self.text = text
        self.show(items)

    def parts(self, item: Command) -> tuple[str, ...]:
        """All that stands in the line."""
        return item.title, item.about, item.chip.word if item.chip else item.key


def commands(text: str, bookings: Sequence[Booking], actions: Sequence[Command], context: Context) -> list[Command]:
    """What is offered for a text, the likeliest first: bookings, unless the text is how an action's name begins."""
    stays = [booking_command(one, context) for one in bookings]
    sure = fold(text) if len(fold(text)) >= _SURE else None
    found = _named(text, actions)
    first = [one for one in found if sure is not None and fold(one.title).startswith(sure)]
    rest = [one for one in found if one not in first]
    if any(reference_key(one.reference) == reference_key(text) for one in bookings[:1]):
        return [*stays, *first, *rest]
    return [*first, *stays, *rest]


def booking_command(booking: Booking, context: Context) -> Command:
    """The line of a booking."""
    chip = balance_chip(booking, context.formats, context.today())
    return Command(booking.guest.name, stay_told(booking, context.formats), "bed", chip, booking_pk=booking.pk)


def menu_commands(bar: QMenuBar, but: QAction) -> list[Command]:
    """Every action of the menus that can be done now, without the one that opened the command bar."""
    return [one for menu in bar.actions() for one in _within(menu, "") if one.action is not but]


def _within(action: QAction, path: str) -> Iterator[Command]:
    name, menu = _plain(action.text()), action.menu()
    if action.isSeparator() or not action.isVisible() or not action.isEnabled():
        return
    if not isinstance(menu, QMenu):
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        yield Command(name, path, "tick" if action.isChecked() else "chevron-right", key=key, action=action)
        return
    for one in menu.actions():
        yield from _within(one, f"{path} › {name}" if path else name)


def _plain(text: str) -> str:
    """Without the marks of keys; an ampersand of its own is written twice."""
    return "&".join(part.replace("&", "") for part in text.split("&&"))


def _named(text: str, actions: Sequence[Command]) -> list[Command]:
    """The actions in whose name every word of the text stands, but for words of the menu's."""
    wanted = words(text)
    ranked = [(_rank(wanted, one), at, one) for at, one in enumerate(actions)]
    return [one for rank, _, one in sorted(found for found in ranked if found[0] is not None)][:_MOST_ACTIONS]


def _rank(wanted: Sequence[str], one: Command) -> int | None:
    """The less the likelier: words that begin as the name's words do, words within it, some of them the menu's."""
    title, path = fold(one.title), fold(one.about)
    if not any(word in title for word in wanted) or not all(word in title or word in path for word in wanted):
        return None
    if all(any(part.startswith(word) for part in title.split()) for word in wanted):
        return 0
    return 1 if all(word in title for word in wanted) else 2
