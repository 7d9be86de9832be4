"""Lists of any length: keys in an array, rows a page at a time."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from rentease_desk.gui.models.cell import CELL_ROLE, Cell
from rentease_desk.gui.models.paged_model import BEGINNING, KEPT_PAGES, PAGE, PagedModel
from rentease_desk.gui.tasks import Tasks
from tests.tools.gui_rows import COLUMNS, FakeSource, Row, keys

BIG = 5_000_000_000
"""Larger than a signal's int."""


@pytest.fixture
def model(tasks: Tasks) -> Iterator[PagedModel[Row]]:
    made = PagedModel(tasks, COLUMNS)
    yield made
    made.deleteLater()


def load(qtbot: QtBot, model: PagedModel[Row], source: FakeSource) -> None:
    with qtbot.waitSignal(model.reloaded):
        model.load(source)


def text(model: PagedModel[Row], row: int, column: int = 0) -> str:
    found = model.index(row, column).data()
    assert isinstance(found, str)
    return found


def fetched(qtbot: QtBot, model: PagedModel[Row], row: int) -> str:
    text(model, row)
    qtbot.waitUntil(lambda: text(model, row) != "…")
    return text(model, row)


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 350])
def test_it_is_a_proper_model(qtbot: QtBot, qtmodeltester: ModelTester, model: PagedModel[Row], count: int) -> None:
    load(qtbot, model, FakeSource(keys(count)))
    assert model.rowCount() == count
    qtmodeltester.check(model)
    assert model.rowCount(model.index(0, 0)) == 0


@pytest.mark.parametrize(("first_visible", "pages"), [(0, (0, 1)), (90, (0, 2)), (240, (2, 3)), (299, (2, 4))])
def test_what_is_on_the_screen_comes_with_the_keys(
    qtbot: QtBot, model: PagedModel[Row], first_visible: int, pages: tuple[int, int]
) -> None:
    source = FakeSource(keys(1_000))
    model.first_visible = first_visible
    load(qtbot, model, source)
    shown = (first_visible, min(first_visible + 40, pages[1] * PAGE - 1))
    assert [text(model, row) for row in shown] == [str(row) for row in shown]
    assert source.asked == [(pages[0] * PAGE, (pages[1] - pages[0]) * PAGE)]
    assert source.threads == {next(iter(source.threads))} != {threading.main_thread().name}


def test_random_jumps_over_a_hundred_thousand_rows(qtbot: QtBot, model: PagedModel[Row]) -> None:
    source = FakeSource(keys(100_000, BIG))
    load(qtbot, model, source)
    source.asked.clear()
    jumps = random.Random(7).sample(range(300, 100_000), 60)
    for row in jumps:
        assert fetched(qtbot, model, row) == str(BIG + row)
        assert len(model._pages) <= KEPT_PAGES
    pages = {row // PAGE for row in jumps}
    assert {(first - BIG) // PAGE for first, _ in source.asked} == pages
    assert all(count == PAGE for _, count in source.asked)
    assert len(model._pages) == KEPT_PAGES


def test_a_page_is_asked_for_once_while_it_is_on_its_way(qtbot: QtBot, model: PagedModel[Row]) -> None:
    source = FakeSource(keys(1_000))
    load(qtbot, model, source)
    source.gate.clear()
    source.asked.clear()
    for row in (500, 501, 599, 500):
        assert text(model, row) == "…"
        assert model.item_at(row) is None
    source.gate.set()
    with qtbot.waitSignal(model.dataChanged) as changed:
        pass
    top, bottom = changed.args[:2]
    assert (top.row(), bottom.row(), bottom.column()) == (500, 599, len(COLUMNS) - 1)
    assert source.asked == [(500, PAGE)]
    assert text(model, 599) == "599"


def test_the_pages_that_are_looked_at_are_kept(qtbot: QtBot, model: PagedModel[Row]) -> None:
    source = FakeSource(keys(100_000))
    load(qtbot, model, source)
    for page in range(2, KEPT_PAGES + 30):
        text(model, 50)
        fetched(qtbot, model, page * PAGE)
    source.asked.clear()
    assert text(model, 50) == "50"
    assert text(model, 150) == "…"  # nobody has looked at the second page meanwhile
    qtbot.waitUntil(lambda: source.asked == [(100, PAGE)])


def test_flags_and_counts_fetch_nothing(qtbot: QtBot, model: PagedModel[Row]) -> None:
    source = FakeSource(keys(100_000))
    load(qtbot, model, source)
    source.asked.clear()
    assert model.rowCount() == 100_000
    for row in range(0, 100_000, 1_000):
        assert model.flags(model.index(row, 0))
        assert model.key_at(row) == row
    assert model.row_of(99_999) == 99_999
    assert not model._asked
    assert source.asked == []


def test_keys_outside_of_the_list(qtbot: QtBot, model: PagedModel[Row]) -> None:
    load(qtbot, model, FakeSource(keys(3, BIG)))
    assert [model.key_at(row) for row in (-1, 0, 2, 3)] == [None, BIG, BIG + 2, None]
    assert model.row_of(BIG + 1) == 1
    assert model.row_of(7) is None


def test_a_reload_brings_the_new_and_drops_the_old(qtbot: QtBot, model: PagedModel[Row]) -> None:
    old, new = FakeSource(keys(1_000)), FakeSource(keys(1_200), version=2)
    load(qtbot, model, old)
    old.gate.clear()
    text(model, 700)
    load(qtbot, model, new)
    assert text(model, 0, 1) == "v2"
    text(model, 700, 1)
    old.gate.set()  # an answer of the old list comes late
    qtbot.waitUntil(lambda: text(model, 700, 1) != "…")
    assert text(model, 700, 1) == "v2"
    assert model.rowCount() == 1_200


def test_what_is_shown_stays_until_the_new_is_there(qtbot: QtBot, model: PagedModel[Row]) -> None:
    load(qtbot, model, FakeSource(keys(10)))
    slow = FakeSource(keys(20), version=2)
    slow.gate.clear()
    model.load(slow)
    assert model.is_loading
    assert model.rowCount() == 10
    assert text(model, 3, 1) == "v1"
    with qtbot.waitSignal(model.reloaded):
        slow.gate.set()
    assert not model.is_loading
    assert model.rowCount() == 20


def test_the_latest_list_wins(qtbot: QtBot, model: PagedModel[Row]) -> None:
    first = FakeSource(keys(5))
    first.gate.clear()
    model.load(first)
    for count in (6, 7, 8):
        model.load(FakeSource(keys(count)))
    qtbot.waitUntil(lambda: model.is_loaded)
    first.gate.set()
    qtbot.waitUntil(lambda: not model.is_loading)
    assert model.rowCount() == 8


def test_a_reload_in_the_middle_brings_the_rows_that_are_seen(qtbot: QtBot, model: PagedModel[Row]) -> None:
    load(qtbot, model, FakeSource(keys(10_000)))
    model.first_visible = 5_050
    again = FakeSource(keys(10_000), version=2)
    load(qtbot, model, again)
    assert again.asked == [(5_000, 2 * PAGE)]
    assert text(model, 5_050, 1) == "v2"
    assert text(model, 5_199, 1) == "v2"
    shorter = FakeSource(keys(120))
    load(qtbot, model, shorter)
    assert shorter.asked == [(100, 20)]
    assert text(model, 119) == "119"


def test_rows_that_are_gone_stay_placeholders_and_are_not_asked_for_again(qtbot: QtBot, model: PagedModel[Row]) -> None:
    source = FakeSource(keys(1_000), gone=frozenset({3, 405, *range(600, 700)}))
    load(qtbot, model, source)
    qtbot.waitUntil(lambda: (text(model, 3), text(model, 4)) == ("…", "4"))
    for row in (405, 650):
        text(model, row)
    qtbot.waitUntil(lambda: len(source.asked) == 4)
    fetched(qtbot, model, 406)
    assert [text(model, row) for row in (3, 405, 650)] == ["…"] * 3
    assert model.item_at(405) is None
    assert len(source.asked) == 4


def test_a_page_that_cannot_be_read_is_tried_again(qtbot: QtBot, model: PagedModel[Row]) -> None:
    source = FakeSource(keys(1_000))
    load(qtbot, model, source)
    source.failing = True
    with qtbot.waitSignal(model.failed) as failed:
        text(model, 500)
    assert failed.args[0].code == "database.locked"
    assert text(model, 0) == "0"
    source.failing = False
    assert fetched(qtbot, model, 500) == "500"


def test_a_list_that_cannot_be_read_leaves_the_old_one(qtbot: QtBot, model: PagedModel[Row]) -> None:
    load(qtbot, model, FakeSource(keys(10)))
    with qtbot.waitSignal(model.failed):
        model.load(FakeSource(keys(20), failing=True))
    assert not model.is_loading
    assert model.rowCount() == 10


def test_cells_are_there_for_the_delegate_and_as_text(qtbot: QtBot, model: PagedModel[Row]) -> None:
    load(qtbot, model, FakeSource(keys(1, BIG)))
    index = model.index(0, 0)
    assert index.data(CELL_ROLE) == Cell(str(BIG))
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Version"


def test_the_beginning_is_shown_before_the_rest_is_looked_for(
    qtbot: QtBot, qtmodeltester: ModelTester, model: PagedModel[Row]
) -> None:
    source = FakeSource(keys(1_000), quick=True)
    load(qtbot, model, source)
    assert (model.rowCount(), model.is_loading, source.limits) == (BEGINNING, True, [BEGINNING])
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.reloaded):
        pass
    assert (model.rowCount(), model.is_loading, source.limits) == (1_000, False, [BEGINNING, None])
    assert source.asked == [(0, PAGE)]
    assert (text(model, 0), fetched(qtbot, model, 999)) == ("0", "999")
    qtmodeltester.check(model)


@pytest.mark.parametrize(("count", "reads"), [(0, 1), (BEGINNING - 1, 1), (BEGINNING, 2), (BEGINNING + 1, 2)])
def test_a_list_that_ends_within_its_beginning_is_read_once(
    qtbot: QtBot, model: PagedModel[Row], count: int, reads: int
) -> None:
    source = FakeSource(keys(count), quick=True)
    load(qtbot, model, source)
    qtbot.waitUntil(lambda: not model.is_loading)
    assert (model.rowCount(), len(source.limits)) == (count, reads)


def test_a_list_that_changed_before_its_rest_came_is_shown_as_it_is_now(qtbot: QtBot, model: PagedModel[Row]) -> None:
    source = FakeSource(keys(1_000), quick=True)
    load(qtbot, model, source)
    source.all_keys, source.version = keys(999, 1), 2
    qtbot.waitUntil(lambda: not model.is_loading)
    assert (model.rowCount(), model.key_at(0), text(model, 0, 1)) == (999, 1, "v2")


def test_nobody_looks_for_the_rest_of_a_word_that_is_still_typed(qtbot: QtBot, model: PagedModel[Row]) -> None:
    typed = [FakeSource(keys(1_000, first), quick=True) for first in (0, 5_000)]
    for source in typed:
        load(qtbot, model, source)
    qtbot.waitUntil(lambda: not model.is_loading)
    assert [source.limits for source in typed] == [[BEGINNING], [BEGINNING, None]]
    assert (model.rowCount(), model.key_at(999)) == (1_000, 5_999)


def test_who_has_scrolled_gets_the_whole_list_at_once(qtbot: QtBot, model: PagedModel[Row]) -> None:
    model.first_visible = 500
    source = FakeSource(keys(1_000), quick=True)
    load(qtbot, model, source)
    assert (model.rowCount(), source.limits) == (1_000, [None])
