"""Light and dark, and zoom: everything follows while the window is open, and nothing is lost on the way."""

from __future__ import annotations

from functools import partial

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLayout, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from rentease_desk.config import resources_dir
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.take_payment import TakePaymentDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.pages import NAMES
from rentease_desk.gui.theme import Appearance, Theme
from rentease_desk.gui.widgets.basics import Icon, Label
from rentease_desk.gui.widgets.fields import DateField
from rentease_desk.gui.widgets.figures import Figures
from rentease_desk.gui.widgets.flow import FlowLayout
from tests.gui.conftest import idle
from tests.tools.gui import Hotel, every_dialog, in_worker, open_dialog, press
from tests.tools.gui_guards import settle

PAGES = ("bookings", "payments", "sync", "settings", "folio")


@pytest.mark.parametrize(("appearance", "dark"), [(Appearance.LIGHT, False), (Appearance.DARK, True)])
def test_a_chosen_scheme_stays_whatever_else_changes(theme: Theme, appearance: Appearance, dark: bool) -> None:
    theme.set_appearance(appearance)
    for change in (lambda: theme.set_zoom(150), lambda: theme.step_zoom(0), theme._system_changed):
        change()
        assert theme.is_dark is dark
        ground = QApplication.palette().color(QPalette.ColorRole.Window)
        assert ground == QColor((tokens.DARK if dark else tokens.LIGHT).window)


def test_without_a_choice_the_system_decides(theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hints:
        scheme = Qt.ColorScheme.Dark

        def colorScheme(self) -> Qt.ColorScheme:  # noqa: N802 - Qt's name
            return self.scheme

        def setColorScheme(self, scheme: Qt.ColorScheme) -> None:  # noqa: N802 - Qt's name
            """Some systems let no program change it."""

    hints = Hints()
    monkeypatch.setattr(QGuiApplication, "styleHints", lambda: hints)
    theme.set_appearance(Appearance.AUTO)
    assert theme.is_dark
    hints.scheme = Qt.ColorScheme.Light
    theme._system_changed()
    assert not theme.is_dark
    theme.set_appearance(Appearance.DARK)
    assert theme.is_dark


def test_zoom_goes_in_steps_between_its_ends(theme: Theme) -> None:
    steps = []
    for _ in range(12):
        theme.step_zoom(1)
        steps.append(theme.zoom)
    assert steps[:5] == [110, 125, 150, 175, 200]
    assert set(steps[5:]) == {200}
    theme.step_zoom(0)
    assert theme.zoom == 100
    for _ in range(5):
        theme.step_zoom(-1)
    assert theme.zoom == 80
    theme.set_zoom(5_000)
    assert theme.zoom == 200
    theme.set_zoom(137)  # from a file that somebody wrote
    theme.step_zoom(1)
    assert theme.zoom == 150


def test_three_sizes_with_figures_of_one_width(theme: Theme) -> None:
    assert [theme.font(size).pointSizeF() for size in (tokens.SMALL, tokens.BASE, tokens.LARGE)] == [9, 10, 18]
    theme.set_zoom(150)
    assert [theme.font(size).pointSizeF() for size in (tokens.SMALL, tokens.BASE, tokens.LARGE)] == [13.5, 15, 27]
    assert theme.font().featureValue(QFont.Tag("tnum")) == 1


def test_zoom_scales_text_rows_bars_and_columns_together(qtbot: QtBot, window: MainWindow, context: Context) -> None:
    table = window.pages.bookings.table
    before = _measures(window)
    column = table.columnWidth(0)
    context.theme.set_zoom(150)
    idle(qtbot, context)
    assert _measures(window) == [round(one * 1.5) for one in before]
    assert table.columnWidth(0) == round(column * 1.5)
    context.theme.set_zoom(100)
    assert _measures(window) == before
    assert table.columnWidth(0) == column


def _measures(window: MainWindow) -> list[int]:
    table = window.pages.bookings.table
    return [
        table.verticalHeader().defaultSectionSize(), table.header.height(), window.top.height(), window.rail.width(),
        window.foot.height(), window.pages.bookings.panel.width(), window.pages.bookings.search.minimumWidth(),
    ]  # fmt: skip


def test_zoom_by_its_keys(qtbot: QtBot, window: MainWindow, context: Context) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    press(Qt.Key.Key_Plus, control)
    assert context.theme.zoom == 110
    press(Qt.Key.Key_Equal, control)
    assert context.theme.zoom == 125
    press(Qt.Key.Key_Minus, control)
    assert context.theme.zoom == 110
    press(Qt.Key.Key_0, control)
    assert context.theme.zoom == 100


def test_there_and_back_changes_nothing(qtbot: QtBot, window: MainWindow, context: Context, hotel: Hotel) -> None:
    window.pages.folio.show_booking(hotel.pks["soren"])
    for name in NAMES:
        window.pages.named(name)
    _pages(qtbot, window)  # Qt may give a wrapped line its last pixel only when a page is shown again
    before = _pages(qtbot, window)
    context.theme.set_appearance(Appearance.DARK)
    context.theme.set_zoom(175)
    changed = _pages(qtbot, window)
    assert all(changed[name] != looks for name, looks in before.items())
    context.theme.set_zoom(100)
    context.theme.set_appearance(Appearance.LIGHT)
    after = _pages(qtbot, window)
    for name, looks in before.items():
        assert after[name] == looks, name


def test_fonts_grow_and_keep_their_weight(qtbot: QtBot, window: MainWindow, context: Context, hotel: Hotel) -> None:
    """Also of a dialog that is open."""
    window.deeds.take_payment(hotel.pks["soren"])
    dialog = open_dialog(qtbot)
    before = _fonts(dialog)
    context.theme.set_zoom(200)
    grown = {name: (size * 2, weight) for name, (size, weight) in before.items()}
    assert _fonts(dialog) == grown
    context.theme.set_appearance(Appearance.DARK)
    assert _fonts(dialog) == grown
    dialog.done(0)


def test_a_chosen_method_stays_chosen_after_a_change_and_its_word_where_it_was(
    qtbot: QtBot, window: MainWindow, context: Context, hotel: Hotel
) -> None:
    window.deeds.take_payment(hotel.pks["soren"])
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, TakePaymentDialog)
    words = dialog.methods.findChildren(Label)
    before = [(one.text(), one.font().weight(), one.geometry()) for one in words]
    press(Qt.Key.Key_F3)
    context.theme.set_appearance(Appearance.DARK)
    assert dialog.methods.method.code == "transfer"
    assert [(one.text(), one.font().weight(), one.geometry()) for one in words] == before
    assert {weight for _, weight, _ in before} == {QFont.Weight.Medium}
    dialog.done(0)


def test_an_amount_stays_large_when_it_is_refused(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    window.deeds.take_payment(hotel.pks["noor"])
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, TakePaymentDialog)
    dialog.amount.setText("no")
    press(Qt.Key.Key_Return)
    assert dialog.form.fields["amount"].wrong
    assert dialog.amount.font().pointSizeF() == tokens.LARGE
    dialog.done(0)


def test_what_is_closed_hears_of_no_change(qtbot: QtBot, window: MainWindow, context: Context, hotel: Hotel) -> None:
    """Widgets that are gone must not be asked to follow: each dialog, then a change."""
    for dialog in every_dialog(qtbot, window, hotel):
        dialog.done(0)
        qtbot.waitUntil(partial(_is_gone, dialog))
    context.theme.set_appearance(Appearance.DARK)
    context.theme.set_zoom(125)


def test_dialogs_take_the_zoom_they_open_at_and_follow_it(
    qtbot: QtBot, window: MainWindow, context: Context, hotel: Hotel
) -> None:
    context.theme.set_zoom(150)
    window.deeds.take_payment(hotel.pks["soren"])
    dialog = open_dialog(qtbot)
    assert dialog.width() == context.theme.text_px(tokens.DIALOG)
    assert dialog.body.contentsMargins().left() == 36
    context.theme.set_zoom(100)
    assert dialog.width() == context.theme.text_px(tokens.DIALOG)
    assert dialog.body.contentsMargins().left() == 24
    qtbot.waitUntil(lambda: dialog.height() == dialog.save.geometry().bottom() + 1 + 20)
    dialog.done(0)


def test_placeholders_are_as_dark_as_small_print(qtbot: QtBot, theme: Theme) -> None:
    """Qt would mix them half away from the colour of a style rule."""
    edit = QLineEdit()
    edit.setProperty("field", True)
    edit.setPlaceholderText("optional")
    qtbot.addWidget(edit)
    edit.show()
    assert edit.palette().color(QPalette.ColorRole.PlaceholderText) == theme.colour("text2")


def test_an_unknown_icon_is_a_bug(theme: Theme) -> None:
    with pytest.raises(KeyError):
        theme.icons.pixmap("nothing", theme.colour("text"), 16)


def test_icons_take_the_colour_of_their_text(theme: Theme) -> None:
    for colour in ("wrong", "accent"):
        image = theme.icons.pixmap("tick", theme.colour(colour), 32).toImage()
        drawn = {
            image.pixelColor(x, y).name() for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() > 250
        }
        assert drawn == {theme.colour(colour).name()}


def test_every_icon_that_is_there_can_be_drawn(theme: Theme) -> None:
    names = [path.stem for path in (resources_dir() / "icons").glob("*.svg")]
    assert len(names) > 20
    for name in names:
        assert not theme.icons.pixmap(name, theme.colour("text"), 16).isNull()


def test_a_flow_goes_on_in_a_further_line(qtbot: QtBot, theme: Theme) -> None:
    box, parts = QWidget(), [Label(theme, f"part {at}") for at in range(4)]
    flow = FlowLayout(*parts, spacing=10)
    box.setLayout(flow)
    qtbot.addWidget(box)
    width = parts[0].sizeHint().width()
    one_line = flow.heightForWidth(4 * width + 3 * 10)
    assert flow.heightForWidth(4 * width + 3 * 10 - 1) > one_line
    assert flow.minimumSize().width() == width
    box.resize(2 * width + 10, flow.heightForWidth(2 * width + 10))
    box.show()
    tops = [one.y() for one in parts]
    assert tops[0] == tops[1] < tops[2] == tops[3]
    parts[1].hide()
    flow.activate()
    assert parts[2].y() == parts[0].y()


def test_counts_stand_beside_each_other_or_below(qtbot: QtBot, theme: Theme) -> None:
    figures = Figures(theme, [(name, name) for name in ("fetched", "new", "updated")])
    qtbot.addWidget(figures)
    figures.show_count("fetched", "1,113")
    figures.resize(600, 60)
    figures.show()
    assert len({one.mapTo(figures, one.rect().topLeft()).y() for one in figures._labels.values()}) == 1
    figures.resize(120, 200)
    assert len({one.mapTo(figures, one.rect().topLeft()).y() for one in figures._labels.values()}) > 1


def test_days_are_shown_in_the_propertys_language(qtbot: QtBot, context: Context, hotel: Hotel) -> None:
    in_worker(lambda: hotel.services.settings.set({"language": "de_DE"}))
    qtbot.waitUntil(lambda: context.formats.language == "de_DE")
    field = DateField(context, context.today())
    qtbot.addWidget(field)
    assert field.text() == "Do. 5 Nov. 2026"


def _is_gone(dialog: QWidget) -> bool:
    return not shiboken6.isValid(dialog)


def _pages(qtbot: QtBot, window: MainWindow) -> dict[str, object]:
    found: dict[str, object] = {}
    for name in PAGES:
        window.go(name)
        idle(qtbot, window.context)
        settle()
        found[name] = _looks(window)
    return found


def _looks(window: QWidget) -> dict[str, object]:
    """Fonts, sizes and distances of everything that is visible."""
    widgets = [one for one in window.findChildren(QWidget) if one.isVisibleTo(window)]
    sizes: dict[str, object] = {
        f"{at} {type(one).__name__}": (one.width(), one.height(), one.font().pointSizeF())
        for at, one in enumerate(widgets)
    }
    distances = sorted((one.contentsMargins().left(), one.spacing()) for one in window.findChildren(QLayout))
    return sizes | {"layouts": distances} | _fonts(window)


def _fonts(window: QWidget) -> dict[str, tuple[float, int]]:
    texts: list[QLabel | QLineEdit | QAbstractButton] = [
        *window.findChildren(QLabel), *window.findChildren(QLineEdit), *window.findChildren(QAbstractButton)
    ]  # fmt: skip
    return {
        f"{at} {type(one).__name__} {one.text()}": (one.font().pointSizeF(), int(one.font().weight()))
        for at, one in enumerate(texts)
        if not isinstance(one, Icon) and one.isVisibleTo(window)
    }
