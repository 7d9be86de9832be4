"""What a table's cell shows: made by a model, painted by one delegate, read aloud by a screen reader."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct
from PySide6.QtCore import Qt

from rentease_desk.gui.chips import Chip

R = TypeVar("R")

CELL_ROLE = int(Qt.ItemDataRole.UserRole) + 1


class Cell(Struct, frozen=True):
    """One cell. ``colour`` and ``aside_colour`` are names of ``tokens.Colours``.

    ``lead`` stands grey before the text, ``aside`` small behind it; ``code`` is a currency, in a slot of its own, so
    that decimals line up.
    ``spoken`` is what a screen reader says; without it, the text.
    """

    text: str = ""
    lead: str = ""
    aside: str = ""
    icon: str = ""
    chip: Chip | None = None
    colour: str = "text"
    aside_colour: str = "text2"
    strong: bool = False
    struck: bool = False
    code: str | None = None
    tip: str = ""
    spoken: str = ""

    @property
    def plain(self) -> str:
        """The cell as text to copy."""
        parts = (self.chip.word if self.chip else "", self.lead, self.text, self.code or "", self.aside)
        return " ".join(part for part in parts if part)


class Align(StrEnum):
    """Where a column's text stands."""

    LEFT = "left"
    RIGHT = "right"


class Column(Struct, Generic[R], frozen=True):
    """One column of a table of ``R``. ``sort`` is what the list is asked to order by; None: it cannot.

    ``width`` in device-independent pixels at 100 %, in the font of the design; the ``stretch`` columns share what
    is left. Where there is too little room, columns that ``give_way`` are left out, the highest number first. Those
    that are ``firm`` never become narrower than their letters ask: chips and figures are not cut. One that is not
    ``offered`` stands nowhere, also not among those to choose from, until its page has something to tell in it.
    """

    name: str
    title: str
    width: int
    cell: Callable[[R], Cell]
    sort: StrEnum | None = None
    align: Align = Align.LEFT
    stretch: bool = False
    shown: bool = True
    give_way: int = 0
    firm: bool = False
    offered: bool = True
