"""Take the pictures, or only name what is cut in them."""

from __future__ import annotations

import argparse
import os
from fnmatch import fnmatch
from pathlib import Path

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QWidget

from rentease_desk.gui.theme import Appearance, application
from tests.tools.screenshots.screens import AREAS, screens
from tests.tools.screenshots.studio import SIZE, SIZES, Shape, studio_of


def main() -> None:
    """Take the pictures."""
    given = _arguments()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = application()
    app.setFont(QFont("Inter"))  # what the designs are drawn in; where it is missing, the system's font
    several = len(given.size) > 1
    for size in given.size:
        folder = given.folder / _named(size) if several else given.folder
        folder.mkdir(parents=True, exist_ok=True)
        for appearance in given.appearance:
            _take(app, Shape(size, given.zoom, appearance), folder, given.area, given.only)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.tools.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=_sizes, default=(SIZE,), help="as 1440x900, or all: each in a folder of its own")
    parser.add_argument("--zoom", type=int, default=100, help="in per cent, as Ctrl + and Ctrl - choose it")
    parser.add_argument("--appearance", type=_appearances, default=_appearances("both"), help="light, dark or both")
    parser.add_argument("--area", action="append", choices=AREAS, help="only this part of the window; more than once")
    parser.add_argument("--only", action="append", help="only pictures of this name; * stands for anything")
    parser.add_argument("--readme", action="store_true", help="only bookings-light.png")
    given = parser.parse_args()
    if given.readme:
        given.appearance, given.area, given.only = (Appearance.LIGHT,), ["lists"], ["bookings"]
    given.area = [one for one in AREAS if one in (given.area or AREAS)]
    return given


def _sizes(text: str) -> tuple[tuple[int, int], ...]:
    if text == "all":
        return SIZES
    width, height = text.split("x")
    return ((int(width), int(height)),)


def _appearances(text: str) -> tuple[Appearance, ...]:
    return (Appearance.LIGHT, Appearance.DARK) if text == "both" else (Appearance(text),)


def _named(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def _take(app: QApplication, shape: Shape, folder: Path, areas: list[str], only: list[str] | None) -> None:
    left = set(only or ())
    with studio_of(app, shape) as studio:
        for name, widget in screens(studio, areas):
            if only is None or any(fnmatch(name, one) for one in only):
                _save(widget, folder / f"{name}-{shape.appearance.value}.png")
            left.discard(name)
            if only and not left:
                break


def _save(widget: QWidget, path: Path) -> None:
    widget.grab().save(str(path), quality=0)  # Qt: the smallest file
    print(path)


if __name__ == "__main__":
    main()
