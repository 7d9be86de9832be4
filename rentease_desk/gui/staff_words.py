"""How people of the staff are told, and the letters by which they are chosen."""

from __future__ import annotations

from collections.abc import Sequence

from rentease_desk.domain.permissions import ROLE_NAMES, Role
from rentease_desk.domain.staff import StaffMember
from rentease_desk.domain.text import fold
from rentease_desk.gui.words import tr


def role_name(role: Role) -> str:
    """What somebody is."""
    return tr(ROLE_NAMES[role])


def person_words(member: StaffMember) -> str:
    """A name, and what the person is."""
    words = f"{member.name} · {role_name(member.role)}"
    return words if member.active else f"{words} · {tr('inactive')}"


def letters(people: Sequence[StaffMember]) -> list[str]:
    """A letter for each, of their own name where one is left; "" where all are taken. The first come first."""
    taken: set[str] = set()
    found = []
    for one in people:
        own = [char for char in fold(one.name) if "a" <= char <= "z"]
        letter = next((char for char in own if char not in taken), "")
        taken.add(letter)
        found.append(letter.upper())
    return found
