"""States as chips."""

from __future__ import annotations

from msgspec import Struct

from rentease_desk.gui.tokens import Tone


class Chip(Struct, frozen=True):
    """A state as an icon and a word on a tint: never a colour alone."""

    word: str
    icon: str
    tone: Tone
