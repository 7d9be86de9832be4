"""The page of reports, by keys: what it shows is what its file holds."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.domain.reporting import Ask, Bar, Basis, Column, ColumnKind, Preview, ReportName
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.written_files import WrittenDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.models.report_model import ReportModel
from rentease_desk.gui.widgets.takings_chart import TakingsChart, nice_step, round_to_whole
from tests.gui.conftest import idle
from tests.tools.gui import Hotel, in_worker, press

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier


def _read(window: MainWindow) -> tuple[list[str], list[list[str]]]:
    """The titles and texts of the rows on the screen."""
    model = window.pages.reports.table.model
    assert model is not None
    titles = [column.title for column in model.columns]
    rows = [[model.cell_at(row, column).text for column in model.columns] for row in range(model.rowCount())]
    return titles, rows


def _choose(window: MainWindow, name: ReportName) -> None:
    view = window.pages.reports
    title = next(word for one, word in view.report._choices if one is name)
    next(one for one in view.report.menu().actions() if one.text() == title).trigger()


@pytest.fixture
def reports(qtbot: QtBot, window: MainWindow, context: Context) -> MainWindow:
    press(Key.Key_8, Control)
    idle(qtbot, context)
    assert window.page == "reports"
    return window


def test_takings_are_read_by_keys_and_written_as_they_are_shown(
    qtbot: QtBot, reports: MainWindow, context: Context, hotel: Hotel, tmp_path: Path
) -> None:
    titles, rows = _read(reports)
    assert titles[0] == "Business day"
    assert titles[-1] == "Takings, EUR"
    assert rows
    assert reports.pages.reports.table.table is not None
    assert reports.pages.reports.table.table.hasFocus()
    assert "business day, Europe/Rome" in reports.pages.reports.standing
    path = tmp_path / "takings.csv"
    reports.pages.reports.write(str(path))
    idle(qtbot, context)
    told = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert len(told) == len(rows) + 1
    assert [row[-1].replace("-", "−") for row in told[1:]] == [row[-1].replace(",", "") for row in rows]
    assert "SHA-256" in reports.foot.words
    control = json.loads(path.with_name("takings.csv.control.json").read_text(encoding="utf-8"))
    [dialog] = reports.findChildren(WrittenDialog)
    assert f"takings.csv · {len(rows)} rows" in dialog.told
    assert f"Takings: {float(control['totals']['EUR']['takings']):,.2f} EUR" in dialog.told
    assert f"SHA-256: {control['sha256']}" in dialog.told
    assert dialog.figures.toPlainText() == dialog.told
    press(Key.Key_Return)
    assert QGuiApplication.clipboard().text() == dialog.told
    press(Key.Key_Escape)
    assert dialog.is_closed


def test_two_answers_at_once_leave_the_keyboard_in_the_rows(reports: MainWindow) -> None:
    """A sync that writes while a report is read asks for it again: both may be here before anything is painted."""
    view = reports.pages.reports
    found = view._found
    assert found is not None
    view._show(found)
    view._show(found)
    assert view.table.table is not None
    assert view.table.table.hasFocus()


def test_enter_shows_the_payments_of_a_day(qtbot: QtBot, reports: MainWindow, context: Context) -> None:
    day = reports.pages.reports.table.day
    assert day is not None
    press(Key.Key_Return)
    idle(qtbot, context)
    assert reports.page == "payments"
    assert reports.pages.payments.query.days == DateRange(day, day)


def test_d_tells_why_two_takings_differ(qtbot: QtBot, reports: MainWindow, context: Context) -> None:
    press(Key.Key_D)
    idle(qtbot, context)
    view = reports.pages.reports
    assert view.title.text() == "Why two takings differ"
    assert (view.ask.name, view.ask.basis, view.ask.against) == (ReportName.DIFFERENCES, Basis.BUSINESS, Basis.OCCURRED)
    titles, _ = _read(reports)
    assert titles[:2] == ["Business day", "Occurred"]
    assert view.explain_button.isHidden()
    press(Key.Key_D)
    idle(qtbot, context)
    assert view.ask.name is ReportName.DIFFERENCES


def test_ctrl_e_asks_where_the_file_goes(qtbot: QtBot, reports: MainWindow) -> None:
    press(Key.Key_E, Control)
    [dialog] = reports.pages.reports.findChildren(QFileDialog)
    assert reports.page == "reports"
    dialog.reject()


def test_every_report_is_shown(qtbot: QtBot, reports: MainWindow, context: Context) -> None:
    view = reports.pages.reports
    for name in (*ReportName, ReportName.TAKINGS):
        _choose(reports, name)
        idle(qtbot, context)
        assert view.ask.name is name
        assert view.banner.isHidden(), view.banner.accessibleName()
        titles, rows = _read(reports)
        assert titles
        assert view.table.empty is not None
        assert view.table.empty.isHidden() is bool(rows)
        assert view.chart_card.isHidden() is (name is not ReportName.TAKINGS or not rows)


def test_what_cannot_be_written_is_said_on_the_page(
    qtbot: QtBot, reports: MainWindow, context: Context, tmp_path: Path
) -> None:
    reports.pages.reports.write(str(tmp_path / "no" / "such" / "x.csv"))
    idle(qtbot, context)
    assert "cannot be written" in reports.pages.reports.banner.accessibleName()
    assert reports.pages.reports.export_button.isEnabled()


def test_a_new_payment_is_in_the_report_at_once(
    qtbot: QtBot, reports: MainWindow, context: Context, hotel: Hotel
) -> None:
    before = len(_read(reports)[1])
    taken = PaymentDraft("new", hotel.pks["renata"], "cash", Money(12_345, "eur"))
    in_worker(lambda: hotel.services.payments.take(taken))
    qtbot.waitUntil(lambda: len(_read(reports)[1]) > before)
    assert _read(reports)[1][-1][-1] == "123.45"
    assert reports.pages.reports.table.model is not None
    assert next(iter(reports.pages.reports.table.model.totals("eur").values())).text == f"{before + 1} days"
    assert (
        reports.pages.reports.table.model.cell_at(before, reports.pages.reports.table.model.columns[0]).aside
        == "day still open"
    )


def test_words_are_read_as_words_and_have_the_room_they_need(context: Context) -> None:
    """A code of the file is read as words; a list says of no row that its day is still open."""
    today = context.today()
    ask = Ask(ReportName.CHARGE_LINES, DateRange(today, today))
    heads = (Column("business_date", "Day", ColumnKind.DAY), Column("kind", "Kind", ColumnKind.CODE),
             Column("id", "Id", ColumnKind.CODE), Column("guest", "Guest"), Column("person", "Person"))  # fmt: skip
    rows = ((today, "city_tax", "po_1f", "Soren", "Elena"), (today, "stripe", "po_1f", "Soren", "Elena Marchetti"))
    model = ReportModel(context, Preview(ask, Basis.BUSINESS, "Europe/Rome", heads, rows, {}, 2))
    day, kind, found_id, _, person = model.columns
    assert [model.cell_at(row, kind).text for row in (0, 1)] == ["city tax", "Stripe's own"]
    assert model.cell_at(0, found_id).text == "po_1f"
    assert model.cell_at(0, day).aside == ""
    font = QFontMetrics(context.theme.font())
    assert all(font.horizontalAdvance(text) < one.width for text, one in (("Stripe's own", kind), (rows[1][4], person)))
    assert found_id.width < person.width
    assert day.give_way == 0, "below it the rows are counted"


def test_the_chart_has_round_lines_and_whole_amounts(qtbot: QtBot, context: Context) -> None:
    assert [nice_step(most) for most in (1, 4, 5, 100, 2_385)] == [1, 1, 2, 50, 1_000]
    assert [round_to_whole(minor, "eur") for minor in (149, 150, -150)] == [1, 2, -2]
    assert round_to_whole(5, "jpy") == 5
    chart = TakingsChart(context)
    qtbot.addWidget(chart)
    chart.show_bars((Bar(date(2026, 11, 4), 59_000, -36_400), Bar(date(2026, 11, 5), 49_450, 0, True)), "eur")
    assert "€590.00" in chart.accessibleName()
    chart.resize(600, chart.sizeHint().height())
    assert not chart.grab().isNull()
