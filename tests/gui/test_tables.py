"""Tables by mouse and keyboard: sorting, columns, copying, marking, opening, and what is painted of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QFont, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from rentease_desk.config import resources_dir
from rentease_desk.gui.models.paged_model import PagedModel
from rentease_desk.gui.state import WindowState
from rentease_desk.gui.tasks import Tasks
from rentease_desk.gui.theme import Appearance, Theme
from rentease_desk.gui.tokens import ZOOM_STEPS
from rentease_desk.gui.widgets.desk_table import DeskTable
from tests.tools.gui import click, press
from tests.tools.gui_rows import COLUMNS, By, FakeSource, Row, keys

ALL = ("key", "version", "amount", "note")
PAGES: list[QWidget] = []
"""What Python must hold while a test runs."""


@pytest.fixture
def model(tasks: Tasks) -> Iterator[PagedModel[Row]]:
    made = PagedModel(tasks, COLUMNS)
    yield made
    made.deleteLater()


@pytest.fixture
def table(qtbot: QtBot, model: PagedModel[Row], theme: Theme, state: WindowState) -> Iterator[DeskTable]:
    made = make(qtbot, model, theme, state)
    yield made
    PAGES.clear()


def make(qtbot: QtBot, model: PagedModel[Row], theme: Theme, state: WindowState, count: int = 500) -> DeskTable:
    page, made = QWidget(), DeskTable("test", model, theme, state)
    PAGES.append(page)
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(made)
    page.resize(800, 400)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    load(qtbot, model, FakeSource(keys(count)))
    made.setFocus()
    return made


def load(qtbot: QtBot, model: PagedModel[Row], source: FakeSource) -> None:
    with qtbot.waitSignal(model.reloaded):
        model.load(source)


def shown(table: DeskTable) -> list[str]:
    header = table.header
    order = [header.logicalIndex(at) for at in range(header.count())]
    return [table.columns[at].name for at in order if not table.isColumnHidden(at)]


def column(table: DeskTable, name: str) -> int:
    return [one.name for one in table.columns].index(name)


def header_place(table: DeskTable, name: str) -> QPoint:
    at = column(table, name)
    left = table.header.sectionViewportPosition(at)
    return QPoint(left + table.header.sectionSize(at) // 2, table.header.height() // 2)


def row_place(table: DeskTable, row: int, name: str = "key") -> QPoint:
    return table.visualRect(table.model().index(row, column(table, name))).center()


# --- sorting


def test_a_click_on_a_title_sorts_both_ways(qtbot: QtBot, table: DeskTable) -> None:
    asked: list[tuple[object, bool]] = []

    def sort(by: object, descending: bool) -> None:
        asked.append((by, descending))
        table.show_sorting(by, descending=descending)

    table.sort_asked.connect(sort)
    for name in ("key", "key", "key", "version", "key"):
        click(table.header.viewport(), header_place(table, name))
    assert asked == [(By.KEY, False), (By.KEY, True), (By.KEY, False), (By.VERSION, False), (By.KEY, False)]
    assert type(asked[0][0]) is By  # an enumeration comes back from item data as plain text


def test_a_column_that_sorts_nothing_asks_for_nothing(qtbot: QtBot, table: DeskTable) -> None:
    with qtbot.assertNotEmitted(table.sort_asked):
        click(table.header.viewport(), header_place(table, "amount"))


def test_the_sorted_column_is_marked(qtbot: QtBot, table: DeskTable) -> None:
    pictures = []
    for by, descending in ((None, False), (By.KEY, False), (By.KEY, True)):
        table.show_sorting(by or "nothing", descending=descending)
        pictures.append(table.header.viewport().grab(table.header.viewport().rect()).toImage())
    assert pictures[0] != pictures[1] != pictures[2]


# --- columns


def test_columns_give_way_one_after_the_other(qtbot: QtBot, table: DeskTable, theme: Theme) -> None:
    page = table.window()
    seen = {}
    for width in (800, 470, 460, 380, 360, 300, 200, 800):
        page.resize(theme.text_px(width), 400)
        room = table.viewport().width()
        seen[width] = shown(table)
        assert sum(table.columnWidth(at) for at in range(len(COLUMNS))) == max(
            room, 205
        )  # the stretching one gives up a quarter
    assert seen[800] == list(ALL)
    assert seen[380] == ["key", "version", "amount"]
    assert seen[300] == ["key", "version"]


def test_the_column_chooser(qtbot: QtBot, table: DeskTable) -> None:
    actions = {action.text(): action for action in table.column_menu.actions()}
    assert {name for name, one in actions.items() if one.isChecked()} == {"Key", "Version", "Amount", "Note"}
    assert not actions["Version"].isEnabled()  # something must be left
    actions["Hidden"].trigger()
    assert shown(table) == [*ALL, "hidden"]
    actions["Key"].trigger()
    actions["Note"].trigger()
    assert shown(table) == ["version", "amount", "hidden"]
    actions["Key"].trigger()
    assert shown(table) == ["key", "version", "amount", "hidden"]


def test_the_chooser_opens_on_the_header_too(qtbot: QtBot, table: DeskTable) -> None:
    table.header.customContextMenuRequested.emit(QPoint(5, 5))
    assert QApplication.activePopupWidget() is table.column_menu
    table.column_menu.close()


def test_columns_are_remembered(
    qtbot: QtBot, table: DeskTable, model: PagedModel[Row], theme: Theme, state: WindowState, tmp_path: Path
) -> None:
    table.header.resizeSection(column(table, "amount"), 200)
    table.header.moveSection(table.header.visualIndex(column(table, "note")), 0)
    table.column_menu.actions()[4].trigger()
    table.save_columns()
    state.flush()
    again = make(qtbot, model, theme, WindowState(tmp_path / "window.ini"))
    assert shown(again) == ["note", "key", "version", "amount", "hidden"]
    assert again.columnWidth(column(again, "amount")) == 200
    assert again.column_menu.actions()[4].isChecked()


def test_widths_are_remembered_at_any_zoom(
    qtbot: QtBot, table: DeskTable, model: PagedModel[Row], theme: Theme, state: WindowState
) -> None:
    theme.set_zoom(150)
    at = column(table, "amount")
    assert table.columnWidth(at) == theme.text_px(120)
    table.header.resizeSection(at, 240)
    table.save_columns()
    theme.set_zoom(100)
    assert table.columnWidth(at) == 160
    assert make(qtbot, model, theme, state).columnWidth(at) == 160


@pytest.mark.parametrize("zoom", ZOOM_STEPS)
def test_a_drawn_width_outlives_every_zoom(qtbot: QtBot, table: DeskTable, theme: Theme, zoom: int) -> None:
    at = column(table, "amount")
    theme.set_zoom(zoom)
    for width in (101, 102, 103, 104):
        table.header.resizeSection(at, width)
        theme.set_zoom(100)
        theme.set_zoom(zoom)
        assert table.columnWidth(at) == width


def test_columns_are_as_wide_as_their_font_asks(
    qtbot: QtBot, qapp: QApplication, model: PagedModel[Row], state: WindowState
) -> None:
    before, wide = qapp.font(), QFont(qapp.font())
    wide.setStretch(150)
    qapp.setFont(wide)
    theme = Theme(qapp, resources_dir() / "icons")
    qapp.setFont(before)
    table = make(qtbot, model, theme, state)
    assert 1.4 < theme.breadth < 1.7
    assert table.columnWidth(column(table, "amount")) == round(120 * theme.breadth)
    table.window().resize(330, 400)  # room for the columns of the design, and not for wider ones
    assert shown(table) == ["key", "version"]
    assert 100 < table.columnWidth(0) < 100 * theme.breadth  # each gives up its share
    assert table.columnWidth(0) + table.columnWidth(1) == table.viewport().width()
    PAGES.clear()
    theme.deleteLater()


def test_a_column_that_gave_way_comes_back_as_wide_as_it_was_drawn(qtbot: QtBot, table: DeskTable) -> None:
    at = column(table, "note")
    table.header.resizeSection(at, 150)
    table.window().resize(300, 400)
    assert table.isColumnHidden(at)
    table.save_columns()
    table.window().resize(800, 400)
    assert table.columnWidth(at) == 150


@pytest.mark.parametrize(
    "damage",
    [
        "nonsense", "[]", "7", '{"hidden": 7}', '{"hidden": ["version", "key", "amount", "note", "hidden"]}',
        '{"hidden": [[1], {}, null]}', '{"widths": []}', '{"widths": {"key": "wide", "amount": -5, "note": 99999999}}',
        '{"widths": {"key": true, "amount": 1e300, "note": null}}', '{"order": 7}',
        '{"order": [1, [], "note", "note"]}',
        '{"order": ["gone", "note", "hidden", "amount", "key", "version", "extra"]}', '{"hidden": null, "order": null}',
        '{"order": {}, "widths": "x", "hidden": "version"}',
    ],
)  # fmt: skip
def test_a_damaged_memory_counts_as_none(
    qtbot: QtBot, model: PagedModel[Row], theme: Theme, state: WindowState, damage: str
) -> None:
    state._settings.setValue("columns/test", damage)
    table = make(qtbot, model, theme, state, 3)
    assert "version" in shown(table)
    assert set(shown(table)) <= {*ALL, "hidden"}
    assert all(table.columnWidth(at) >= 40 for at in range(len(COLUMNS)) if not table.isColumnHidden(at))


def test_a_memory_of_an_older_program_is_used_as_far_as_it_goes(
    qtbot: QtBot, model: PagedModel[Row], theme: Theme, state: WindowState
) -> None:
    kept = {"order": ["amount", "gone", "key"], "widths": {"key": 150, "gone": 7, "version": 700}, "hidden": ["gone"]}
    state._settings.setValue("columns/test", json.dumps(kept))
    table = make(qtbot, model, theme, state)
    assert shown(table) == ["amount", "key", "version", "note", "hidden"]
    assert table.columnWidth(column(table, "key")) == theme.text_px(150)


# --- keys and mouse


def test_enter_and_double_click_open_the_row(qtbot: QtBot, table: DeskTable) -> None:
    opened: list[int] = []
    table.opened.connect(opened.append)
    table.setCurrentIndex(QModelIndex())
    press(Qt.Key.Key_Return)
    assert opened == []
    click(table.viewport(), row_place(table, 2))
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    click(table.viewport(), row_place(table, 5, "amount"))
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=row_place(table, 5, "amount"))
    assert opened == [2, 3, 5]


def test_home_and_end_go_to_the_first_and_last_row(qtbot: QtBot, table: DeskTable) -> None:
    press(Qt.Key.Key_End)
    assert table.current_key == 499
    qtbot.waitUntil(lambda: table.model().index(499, 0).data() == "499")
    press(Qt.Key.Key_Home)
    assert table.current_key == 0


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Escape, Qt.Key.Key_V, Qt.Key.Key_Q, Qt.Key.Key_5])
def test_keys_that_are_the_pages_reach_it(
    qtbot: QtBot, table: DeskTable, monkeypatch: pytest.MonkeyPatch, key: Qt.Key
) -> None:
    reached: list[int] = []
    page = table.window()
    monkeypatch.setattr(page, "keyPressEvent", lambda event: reached.append(event.key()))
    click(table.viewport(), row_place(table, 1))
    press(key)
    assert reached == [key]


def test_a_letter_reads_no_row(qtbot: QtBot, model: PagedModel[Row], table: DeskTable) -> None:
    """Qt would look through all rows for one that begins with it, and fetch every page."""
    source = FakeSource(keys(50_000))
    load(qtbot, model, source)
    source.asked.clear()
    press(Qt.Key.Key_9)
    table.keyboardSearch("9")
    assert not model._asked
    assert source.asked == []


def test_ctrl_a_marks_nothing(qtbot: QtBot, table: DeskTable) -> None:
    press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert not table.selectionModel().hasSelection()
    click(table.viewport(), row_place(table, 1))
    press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(table.selectionModel().selectedRows()) == 1


def test_copying_a_row_or_a_cell(qtbot: QtBot, table: DeskTable) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("before")
    table.setCurrentIndex(QModelIndex())
    press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == "before"
    table.header.moveSection(table.header.visualIndex(column(table, "note")), 0)
    click(table.viewport(), row_place(table, 3, "amount"))
    press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == "note aside\t3\tv1\t3.00 EUR"
    press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert clipboard.text() == "3.00 EUR"


@pytest.mark.parametrize("by_key", [False, True])
def test_the_menu_of_a_row_copies_too(qtbot: QtBot, table: DeskTable, by_key: bool) -> None:
    click(table.viewport(), row_place(table, 4, "note"))
    reason = QContextMenuEvent.Reason.Keyboard if by_key else QContextMenuEvent.Reason.Mouse
    place = QPoint(5, 5) if by_key else row_place(table, 4, "note")
    QApplication.sendEvent(table.viewport(), QContextMenuEvent(reason, place, table.viewport().mapToGlobal(place)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == ["Copy “note aside”", "Copy row"]
    menu.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == "note aside"
    menu.close()


def test_no_menu_where_there_is_no_row(qtbot: QtBot, model: PagedModel[Row], table: DeskTable) -> None:
    place = QPoint(10, 300)
    for rows, reason in ((1, QContextMenuEvent.Reason.Mouse), (0, QContextMenuEvent.Reason.Keyboard)):
        load(qtbot, model, FakeSource(keys(rows)))
        QApplication.sendEvent(table.viewport(), QContextMenuEvent(reason, place, table.viewport().mapToGlobal(place)))
        assert QApplication.activePopupWidget() is None


def test_the_marked_row_is_told(qtbot: QtBot, table: DeskTable) -> None:
    picked: list[int] = []
    table.picked.connect(picked.append)
    click(table.viewport(), row_place(table, 2))
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Right)
    assert picked == [2, 3]
    table.select_key(7)
    table.select_key(5_000_000)
    assert picked == [2, 3, 7]


# --- reloading


def test_mark_and_place_stay_over_a_reload(qtbot: QtBot, model: PagedModel[Row], table: DeskTable) -> None:
    table.select_key(250)
    bar = table.verticalScrollBar()
    before = bar.value()
    assert before > 0
    load(qtbot, model, FakeSource(keys(500), version=2))
    assert (table.current_key, bar.value()) == (250, before)
    bar.setValue(100)  # the mark is not on the screen
    load(qtbot, model, FakeSource(keys(500), version=3))
    assert (table.current_key, bar.value()) == (250, 100)


@pytest.mark.parametrize("moves_on", [False, True])
def test_a_mark_beyond_the_beginning_comes_with_the_rest(
    qtbot: QtBot, model: PagedModel[Row], table: DeskTable, moves_on: bool
) -> None:
    table.select_key(450)
    table.verticalScrollBar().setValue(0)
    load(qtbot, model, FakeSource(keys(500), quick=True))
    assert (table.current_key, model.is_loading) == (None, True)
    if moves_on:
        table.setCurrentIndex(model.index(3, 0))
    qtbot.waitUntil(lambda: not model.is_loading)
    assert table.current_key == (3 if moves_on else 450)


def test_the_mark_follows_its_key(qtbot: QtBot, model: PagedModel[Row], table: DeskTable) -> None:
    table.select_key(10)
    load(qtbot, model, FakeSource(keys(500, 5)))
    assert (table.current_key, table.currentIndex().row()) == (10, 5)
    load(qtbot, model, FakeSource(keys(500, 100)))
    assert table.current_key is None
    load(qtbot, model, FakeSource(keys(500)))
    assert table.current_key is None  # it does not come back by itself


def test_a_reload_reads_what_is_on_the_screen(qtbot: QtBot, model: PagedModel[Row], table: DeskTable) -> None:
    load(qtbot, model, FakeSource(keys(10_000)))
    bar = table.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 5_050)  # Qt lays out a moment after the rows have come
    bar.setValue(5_050)
    source = FakeSource(keys(10_000), version=2)
    load(qtbot, model, source)
    assert source.asked[0] == (5_000, 200)


# --- painting


def picture(table: DeskTable) -> QImage:
    return table.viewport().grab(table.viewport().rect()).toImage()


def test_the_focus_ring_goes_around_the_whole_row(qtbot: QtBot, table: DeskTable, theme: Theme) -> None:
    for appearance in (Appearance.LIGHT, Appearance.DARK):
        theme.set_appearance(appearance)
        table.select_key(2)
        image, ring = picture(table), theme.colour("focus")
        top, bottom = table.rowViewportPosition(2), table.rowViewportPosition(3) - 1
        right = table.header.length() - 1
        edges = [(x, y) for x in range(right + 1) for y in (top, top + 1, bottom - 1, bottom)]
        sides = [(x, y) for y in range(top, bottom + 1) for x in (0, 1, right - 1, right)]
        assert {image.pixel(x, y) for x, y in edges + sides} == {ring.rgb()}
        inside = {image.pixel(x, top + 4) for x in range(4, right - 4)}
        assert theme.colour("select").rgb() in inside
        assert ring.rgb() not in inside or appearance is Appearance.LIGHT


def test_the_ring_is_there_only_with_the_keyboard(qtbot: QtBot, table: DeskTable, theme: Theme) -> None:
    table.select_key(2)
    table.clearFocus()
    image, top = picture(table), table.rowViewportPosition(2)
    assert image.pixelColor(300, top) == theme.colour("select")


def test_the_row_under_the_mouse_is_tinted_whole(qtbot: QtBot, table: DeskTable, theme: Theme) -> None:
    QTest.mouseMove(table.viewport(), row_place(table, 4))
    image = picture(table)
    middle = table.rowViewportPosition(4) + 5
    seen = {image.pixel(x, middle) for x in range(0, table.header.length(), 3)}
    assert theme.colour("hover").rgb() in seen
    assert theme.colour("surface").rgb() not in seen
    QApplication.sendEvent(table, leave())
    assert _ground(picture(table), middle) == theme.colour("surface")


def leave() -> QEvent:
    return QEvent(QEvent.Type.Leave)


def _ground(image: QImage, y: int) -> QColor:
    return image.pixelColor(3, y)


def test_an_amount_is_never_shown_in_part(qtbot: QtBot, model: PagedModel[Row], table: DeskTable) -> None:
    """“…23.90” would be another amount."""
    at = column(table, "amount")
    load(qtbot, model, FakeSource(keys(3, 123_456_789)))
    table.header.resizeSection(at, 160)
    whole = _cell(table, 1, at)
    table.header.resizeSection(at, 60)
    narrow = _cell(table, 1, at)
    load(qtbot, model, FakeSource(keys(3, 987_654_321)))
    assert _cell(table, 1, at) == narrow
    table.header.resizeSection(at, 160)
    assert _cell(table, 1, at) != whole


def test_what_is_painted_of_a_part_is_that_part_of_the_whole(table: DeskTable) -> None:
    """Also where columns are moved, hidden and scrolled, and below the last row."""
    table.select_key(2)
    table.header.moveSection(table.header.visualIndex(column(table, "note")), 0)
    table.setColumnHidden(column(table, "version"), True)
    table.header.resizeSection(column(table, "key"), table.viewport().width())
    for key, scrolled in ((2, 0), (500, 40)):
        table.select_key(key)
        table.horizontalScrollBar().setValue(scrolled)
        whole = picture(table)
        for part in (QRect(70, 35, 200, 90), QRect(0, 60, 5, 5), QRect(500, 0, 300, 400), QRect(-5, -5, 2_000, 2_000)):
            seen = part.intersected(table.viewport().rect())
            assert table.viewport().grab(seen).toImage() == whole.copy(seen)


def _cell(table: DeskTable, row: int, at: int) -> QImage:
    return table.viewport().grab(table.visualRect(table.model().index(row, at))).toImage()
