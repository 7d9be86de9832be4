"""Backups, and what the program tells of itself."""

from __future__ import annotations

from tests.tools.screenshots.studio import Key, Pictures, Studio


def upkeep(studio: Studio) -> Pictures:
    studio.window.actions_["backup"].trigger()
    studio.settle()
    studio.window.actions_["backups"].trigger()
    studio.settle()
    yield "backups", studio.top()
    studio.press(Key.Key_Return)
    yield "backups-ask", studio.top()
    studio.shut()
