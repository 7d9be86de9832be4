"""States as chips."""

from __future__ import annotations

from dataclasses import dataclass

from rentease_desk.gui.tokens import Tone


@dataclass(frozen=True, slots=True)
class Chip:
    """A state as an icon and a word on a tint: never a colour alone."""

    word: str
    icon: str
    tone: Tone
