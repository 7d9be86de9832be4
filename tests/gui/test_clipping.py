"""No text is cut, nothing covers anything else: the main pages and dialogs in a small window; in a long run, all."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from rentease_desk.gui.context import Context
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.theme import Appearance, Theme
from rentease_desk.gui.widgets.basics import Label, column
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.widgets.flow import FlowLayout
from rentease_desk.gui.widgets.gives_way import GivesWay
from rentease_desk.gui.widgets.low_head import LowHead
from tests.gui.conftest import idle
from tests.tools.clipped import clipped
from tests.tools.gui import Hotel, every_dialog
from tests.tools.outbox import outbox_dialogs
from tests.tools.screenshots.screens import screens
from tests.tools.screenshots.studio import SIZES, Shape, studio_of

SMALL = (1280, 800)
SHAPES = [*((size, 100) for size in SIZES), (SMALL, 150)]
PAGES = ("today", "bookings", "payments", "unmatched", "sync", "drawer", "reports", "settings")
_ROUNDS = 5
LONG = "A text that is much longer than its place"


@pytest.mark.parametrize("zoom", [100, 150])
def test_main_pages_and_dialogs_cut_nothing(
    qtbot: QtBot, window: MainWindow, context: Context, hotel: Hotel, tmp_path: Path, zoom: int
) -> None:
    window.resize(*SMALL)
    context.theme.set_zoom(zoom)
    found = {}
    for page in PAGES:
        window.go(page)
        found[page] = _looked_at(qtbot, context, window)
    window.open_folio(hotel.pks["soren"])
    found["folio"] = _looked_at(qtbot, context, window)
    for dialog in every_dialog(qtbot, window, hotel):
        found[type(dialog).__name__] = _looked_at(qtbot, context, dialog)
        dialog.done(0)
    for dialog in outbox_dialogs(context, window, tmp_path):
        dialog.open()
        found[type(dialog).__name__] = _looked_at(qtbot, context, dialog)
        dialog.done(0)
    assert (window.width(), window.height()) == SMALL
    assert {name: told for name, told in found.items() if told} == {}


def _looked_at(qtbot: QtBot, context: Context, window: QWidget) -> list[str]:
    """When all has come, and has its place: layouts settle in several rounds."""
    idle(qtbot, context)
    for _ in range(_ROUNDS):
        QApplication.processEvents()
    return clipped(window)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("size", "zoom"), SHAPES, ids=[f"{size[0]}x{size[1]}-{zoom}" for size, zoom in SHAPES])
def test_no_screen_cuts_anything(qapp: QApplication, guards: None, size: tuple[int, int], zoom: int) -> None:
    found = {}
    with studio_of(qapp, Shape(size, zoom, Appearance.LIGHT)) as studio:
        for name, widget in screens(studio):
            found[name] = clipped(widget)
            assert (studio.window.width(), studio.window.height()) == size
    assert {name: told for name, told in found.items() if told} == {}


# --- what is found


class Painted(QWidget):
    """Text in a box that is too narrow, as a delegate might paint it."""

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.drawText(QRect(0, 0, 40, 20), 0, LONG)
        painter.end()


def _narrow(widget: QWidget) -> QWidget:
    widget.setFixedSize(40, 20)
    return widget


def _parts(theme: Theme) -> dict[str, QWidget]:
    field, wrapped, silent, combo = QLineEdit(), QLabel(f"{LONG} {LONG}"), ElidedLabel(theme, LONG), QComboBox()
    field.setPlaceholderText(LONG)
    wrapped.setWordWrap(True)
    combo.addItem(LONG)
    parts = {"label": QLabel(LONG), "wrapped": wrapped, "button": QPushButton(LONG), "box": QCheckBox(LONG),
             "hint": field, "choice": combo, "painted": Painted(), "silent": silent}  # fmt: skip
    for part in parts.values():
        _narrow(part)
    silent.setToolTip("")
    return parts


def test_what_has_too_little_room_is_found(qtbot: QtBot, theme: Theme) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    layout = QHBoxLayout(page)
    parts = _parts(theme)
    for part in parts.values():
        layout.addWidget(part)
    page.show()
    parts["silent"].setToolTip("")
    found = clipped(page)
    for kind in ("QLabel", "QPushButton", "QCheckBox", "QLineEdit", "QComboBox", "ElidedLabel", "paintEvent has 40"):
        assert any(one.startswith(kind) for one in found), (kind, found)
    assert sum(one.startswith("QLabel") for one in found) == 2


def test_what_lies_outside_or_over_another_is_found(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    page.setFixedSize(200, 100)
    for place in (QRect(0, 0, 50, 20), QRect(40, 0, 50, 20), QRect(150, 50, 60, 20)):
        QWidget(page).setGeometry(place)
    page.show()
    found = clipped(page)
    assert len(found) == 2
    assert any("overlap at 40,0 10×20" in one for one in found)
    assert any("lies at 150,50 60×20, outside of 200×100" in one for one in found)


def test_a_list_that_is_scrolled_sideways_is_found(qtbot: QtBot) -> None:
    shown = QListWidget()
    qtbot.addWidget(shown)
    shown.resize(100, 100)
    shown.addItem("short")
    shown.show()
    assert clipped(shown) == []
    shown.addItem(LONG)
    QApplication.processEvents()
    assert any(one.endswith("is scrolled sideways") for one in clipped(shown))


def test_what_has_room_is_not_found(qtbot: QtBot, theme: Theme) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    layout = QHBoxLayout(page)
    cut = ElidedLabel(theme, LONG)
    cut.setFixedWidth(60)
    for part in (Label(theme, LONG), QPushButton(LONG), QLineEdit(LONG), cut):
        layout.addWidget(part)
    page.show()
    assert clipped(page) == []


# --- how room is made


def test_parts_of_a_line_go_one_after_the_other_and_come_back(qtbot: QtBot, theme: Theme) -> None:
    line = QWidget()
    qtbot.addWidget(line)
    layout = QHBoxLayout(line)
    stays, last, first = Label(theme, "stays"), Label(theme, "goes last"), Label(theme, "goes first")
    for part in (stays, last, first):
        layout.addWidget(part)
    GivesWay(line, layout, first, last)
    line.show()
    whole, seen = layout.sizeHint().width(), []
    for less in (0, 1, first.sizeHint().width() + layout.spacing() + 1, 0):
        line.resize(whole - less, 40)
        QApplication.processEvents()
        seen.append((first.isVisible(), last.isVisible(), stays.isVisible()))
    assert seen == [(True, True, True), (False, True, True), (False, False, True), (True, True, True)]


def test_a_high_head_leaves_room_for_what_is_below(qtbot: QtBot, theme: Theme) -> None:
    page, head = QWidget(), QWidget()
    qtbot.addWidget(page)
    head.setMinimumHeight(300)
    low = LowHead(theme, head, page, 200)
    page.resize(400, 600)
    page.show()
    assert low.height() == 300
    assert not low.verticalScrollBar().isVisible()
    page.resize(400, 400)
    assert low.height() == 200
    assert low.verticalScrollBar().isVisible()
    head.hide()
    assert low.isHidden()


def test_a_bar_to_scroll_does_not_stay_where_only_the_bar_itself_makes_it_needed(qtbot: QtBot, theme: Theme) -> None:
    page, head, tall, line = QWidget(), QWidget(), QWidget(), FlowLayout(*(_wide() for _ in range(4)))
    qtbot.addWidget(page)
    tall.setFixedHeight(300)
    inside = column(tall, spacing=0)
    inside.addLayout(line)
    head.setLayout(inside)
    low = LowHead(theme, head, page, 0)
    page.resize(line.sizeHint().width(), 96)
    low.resize(page.size())
    page.show()
    assert low.verticalScrollBar().isVisible()
    tall.hide()
    QApplication.processEvents()
    assert (low.verticalScrollBar().isVisible(), low.height()) == (False, 20)


def _wide() -> QWidget:
    part = QWidget()
    part.setFixedSize(100, 20)
    return part
