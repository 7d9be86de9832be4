"""What receipts are laid out for."""

from __future__ import annotations

from enum import StrEnum


class Paper(StrEnum):
    """A sheet, or the 80 mm roll of a receipt printer."""

    A4 = "a4"
    ROLL = "80mm"
