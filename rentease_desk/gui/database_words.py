"""How a database that was looked at is told."""

from __future__ import annotations

from rentease_desk.domain.first_run import FoundDatabase
from rentease_desk.gui.words import tr


def found_words(found: FoundDatabase, *, joins: bool) -> str:
    """What stands in it. ``joins``: it is another desk's already."""
    if joins:
        text = tr("It holds “{name}” already. This desk joins it: its property, methods and staff are used.")
        return text.format(name=found.name)
    return tr("{place} is empty, and ready.").format(place=found.place)
