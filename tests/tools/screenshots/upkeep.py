"""Backups, and what the program tells of itself."""

from __future__ import annotations

from tests.tools.screenshots.studio import CTRL, SHIFT, Key, Pictures, Studio


def upkeep(studio: Studio) -> Pictures:
    studio.window.actions_["backup"].trigger()
    studio.settle()
    studio.window.actions_["backups"].trigger()
    studio.settle()
    yield "backups", studio.top()
    studio.press(Key.Key_Return)
    yield "backups-ask", studio.top()
    studio.shut()
    studio.press(Key.Key_L, CTRL | SHIFT)
    viewer = studio.window.diagnosis.viewer
    if viewer is not None:  # it stands beside the window, so Escape in that does not close it
        yield "log", viewer
        viewer.reject()
        studio.settle()
