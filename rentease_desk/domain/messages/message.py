"""The form of an error's text. ``{name}`` stands for a parameter of the error.

Write for a receptionist: no jargon, no blame, one thing to do.
"""

from __future__ import annotations

from typing import NamedTuple


class Message(NamedTuple):
    """Templates of the three sentences. ``remedy`` is empty where there is nothing to do."""

    title: str
    happened: str
    remedy: str = ""
