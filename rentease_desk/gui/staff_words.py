"""How people of the staff are told, and the letters by which they are chosen."""

from __future__ import annotations

from collections.abc import Sequence

from rentease_desk.domain.permissions import ROLE_NAMES, Role
from rentease_desk.domain.staff import Approvable, ApprovedDeed, StaffMember
from rentease_desk.domain.text import fold
from rentease_desk.gui.formats import Formats
from rentease_desk.gui.words import tr


def role_name(role: Role) -> str:
    """What somebody is."""
    return tr(ROLE_NAMES[role])


def person_words(member: StaffMember) -> str:
    """A name, and what the person is."""
    words = f"{member.name} · {role_name(member.role)}"
    return words if member.active else f"{words} · {tr('inactive')}"


def approvable_words(about: Approvable, formats: Formats) -> str:
    """What is to be approved: ``Refund €45.00 of R-1042``."""
    deeds = {
        ApprovedDeed.REFUND: tr("Refund {amount}"),
        ApprovedDeed.VOID: tr("Void {amount}"),
        ApprovedDeed.VARIANCE: tr("Accept a difference of {amount}"),
        ApprovedDeed.MERGE: tr("Merge two payments of {amount}"),
        ApprovedDeed.KEEP_BOTH: tr("Keep two payments of {amount} apart"),
        ApprovedDeed.UNSAY: tr("Undo what was said of two payments of {amount}"),
    }
    told = deeds[about.deed].format(amount=" · ".join(formats.money(one) for one in about.amounts))
    home = (
        tr("{deed} of {reference}")
        if about.deed in {ApprovedDeed.REFUND, ApprovedDeed.VOID}
        else tr("{deed}, {reference}")
    )
    return home.format(deed=told, reference=about.reference) if about.reference else told


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
