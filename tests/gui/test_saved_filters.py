"""Filters of lists by real keys: saved by a name, chosen again by Alt and a number, by menus and by the command bar."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from rentease_desk.domain.lists import BookingSort, BookingView, PaymentSort
from rentease_desk.domain.payment import DEFAULT_METHODS, PaymentStatus, Source
from rentease_desk.domain.saved_filters import FilterDraft, pack
from rentease_desk.domain.stripe_events import EventState
from rentease_desk.gui.dialogs.saved_filters import SavedFiltersDialog
from rentease_desk.gui.filter_contents import BookingFilter, NamedDays, PaymentFilter
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.page_filters import PageFilters
from tests.gui.conftest import idle
from tests.gui.test_command_bar import ask, titles
from tests.tools.gui import DAY, Hotel, back_in, click, in_worker, open_dialog, press, write

Key = Qt.Key
Alt, Control = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
SHIFTED = Control | Qt.KeyboardModifier.ShiftModifier


def begin(qtbot: QtBot) -> SavedFiltersDialog:
    """The dialog, by its keys."""
    press(Key.Key_F, SHIFTED)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, SavedFiltersDialog)
    return dialog


def save(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Save what is shown, by keys."""
    begin(qtbot)
    write(name)
    press(Key.Key_Return)
    settle(qtbot, window)


def settle(qtbot: QtBot, window: MainWindow) -> None:
    back_in(qtbot, window)
    idle(qtbot, window.context)


def save_elsewhere(hotel: Hotel, page: str, name: str, content: str) -> None:
    other = hotel.again()
    in_worker(lambda: other.filters.save(FilterDraft(f"{page}-{name}", page, name, content)))
    other.close()


def look(qtbot: QtBot, window: MainWindow) -> None:
    """Another desk has written something."""
    window.context.look_for_others()
    idle(qtbot, window.context)


def stored(hotel: Hotel) -> dict[str, str]:
    return {one.name: one.content for one in in_worker(hotel.services.filters.all)}


def entries(menu: QMenu) -> list[str]:
    return [one.text() for one in menu.actions() if not one.isSeparator()]


def menu_of(kept: PageFilters) -> QMenu:
    menu = kept.button.menu()
    assert isinstance(menu, QMenu)
    return menu


def guests(window: MainWindow) -> list[str]:
    model = window.pages.bookings.model
    found = (model.item_at(row) for row in range(model.rowCount()))
    return sorted(one.guest.name for one in found if one is not None)


def payments_on(qtbot: QtBot, window: MainWindow) -> None:
    press(Key.Key_2, Control)
    idle(qtbot, window.context)


# --- saving and choosing


def test_a_filter_is_saved_and_comes_back_by_alt_1(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    view = window.pages.bookings
    press(Key.Key_F, Control)
    write("ln-20")
    view.views.choose(BookingView.ALL)
    view.views.chosen.emit(BookingView.ALL)
    view.table.sort_asked.emit(BookingSort.BALANCE, True)
    idle(qtbot, window.context)
    found = view.model.rowCount()
    dialog = begin(qtbot)
    assert "Shown now: “ln-20” · All · sorted by Balance" in words_of(dialog)
    write("The 2000s")
    press(Key.Key_Return)
    settle(qtbot, window)
    assert window.foot.words == "Saved as “The 2000s”, for all desks. Alt+1 shows it."
    assert view.kept.button.text() == "The 2000s"
    press(Key.Key_Escape)
    view.views.choose(BookingView.CURRENT)
    view.views.chosen.emit(BookingView.CURRENT)
    idle(qtbot, window.context)
    assert view.kept.button.text() == "Saved filters"
    press(Key.Key_1, Alt)
    idle(qtbot, window.context)
    assert (view.search.text(), view.views.value, view.model.rowCount()) == ("ln-20", BookingView.ALL, found)
    assert (view.table.header.sorted_section, view.table.header.descending) == (section(window, "balance"), True)
    assert (view.kept.button.text(), window.foot.words) == ("The 2000s", "Filter “The 2000s”.")
    press(Key.Key_2, Alt)
    assert window.foot.words == "No filter of this page is on Alt+2. Ctrl+Shift+F saves one."


def words_of(widget: QWidget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(QLabel))


def section(window: MainWindow, name: str) -> int:
    return next(at for at, one in enumerate(window.pages.bookings.table.columns) if one.name == name)


def test_all_that_payments_are_filtered_by_comes_back(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    payments_on(qtbot, window)
    view = window.pages.payments
    for choice, word in ((view.days, "This month"), (view.methods, "Cash"), (view.states, "Voided")):
        menu = choice.menu()
        next(one for one in menu.actions() if one.text() == word).trigger()
    view.search.setText("ma")
    view.table.sort_asked.emit(PaymentSort.AMOUNT, False)
    idle(qtbot, window.context)
    save(qtbot, window, "Void cash")
    query = view.query
    content = PaymentFilter(
        "ma", NamedDays.THIS_MONTH, None, None, Source.MANUAL, "cash", PaymentStatus.VOIDED,
        sort=PaymentSort.AMOUNT, descending=False,
    )  # fmt: skip
    assert stored(hotel) == {"Void cash": pack(content)}
    save_elsewhere(hotel, "payments", "All", pack(PaymentFilter(days=NamedDays.ALL)))
    look(qtbot, window)
    press(Key.Key_2, Alt)
    idle(qtbot, window.context)
    assert (view.query.days, view.query.text, view.methods.value, view.states.value) == (None, "", None, None)
    assert view.model.rowCount() == 6
    press(Key.Key_1, Alt)
    idle(qtbot, window.context)
    assert view.query == query
    hotel.clock.at += 30 * DAY
    window.context.note_day()
    press(Key.Key_1, Alt)
    idle(qtbot, window.context)
    assert view.query.days is not None
    assert view.query.days.first.isoformat() == "2026-12-01", "this month is another one by now"


def test_two_dates_stay_as_they_were(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    payments_on(qtbot, window)
    view, text = window.pages.payments, '{"days":"other","first":"2026-10-01","last":"2026-11-02"}'
    save_elsewhere(hotel, "payments", "October", text)
    save_elsewhere(hotel, "payments", "Broken", '{"days":"other","first":"2026-11-01","last":"2026-10-01"}')
    look(qtbot, window)
    press(Key.Key_1, Alt)
    idle(qtbot, window.context)
    assert view.query.days is not None
    assert view.query.days.first.isoformat() == "2026-10-01"
    assert view.days.text() == "Thu 1 Oct – Mon 2 Nov"
    assert view.kept.button.text() == "October"
    press(Key.Key_2, Alt)
    idle(qtbot, window.context)
    assert "Its days cannot be read: the last 30 days are shown." in window.foot.words


def test_a_method_that_is_gone_is_told_and_its_payments_are_shown(
    qtbot: QtBot, window: MainWindow, hotel: Hotel
) -> None:
    settings = in_worker(hotel.services.settings.get)
    left = tuple(one for one in DEFAULT_METHODS if one.code != "transfer")
    in_worker(lambda: hotel.services.settings.save(replace(settings, methods=left)))
    content = PaymentFilter(days=NamedDays.ALL, source=Source.MANUAL, method="transfer")
    save_elsewhere(hotel, "payments", "Transfers", pack(content))
    payments_on(qtbot, window)
    look(qtbot, window)
    press(Key.Key_1, Alt)
    idle(qtbot, window.context)
    told = "Filter “Transfers”. “transfer” is not among the methods any more; what was paid by it is shown."
    assert window.foot.words == told
    assert (window.pages.payments.methods.text(), window.pages.payments.model.rowCount()) == (
        "transfer, taken no more",
        1,
    )
    assert window.pages.payments.kept.button.text() == "Transfers"


def test_a_filter_of_a_later_version_still_loads(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    save_elsewhere(hotel, "bookings", "Later", '{"text":"lindqvist","view":"all","floor":2}')
    look(qtbot, window)
    press(Key.Key_1, Alt)
    idle(qtbot, window.context)
    assert guests(window) == ["Søren Lindqvist"]
    assert "Part of the filter is not known to this version, and was left out." in window.foot.words


# --- menus and the command bar


def test_the_button_lists_those_of_its_page(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    assert entries(menu_of(window.pages.bookings.kept)) == ["Save this filter…\tCtrl+Shift+F"]
    save_elsewhere(hotel, "bookings", "R&D", pack(BookingFilter("soren", BookingView.ALL)))
    save_elsewhere(hotel, "payments", "Cash", pack(PaymentFilter(source=Source.MANUAL, method="cash")))
    look(qtbot, window)
    menu = menu_of(window.pages.bookings.kept)
    assert entries(menu) == ["R&&D\tAlt+1", "Save, rename or delete…\tCtrl+Shift+F"]
    menu.actions()[0].trigger()
    idle(qtbot, window.context)
    assert guests(window) == ["Søren Lindqvist"]
    menu.actions()[-1].trigger()
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, SavedFiltersDialog)
    dialog.reject()
    back_in(qtbot, window)
    payments_on(qtbot, window)
    assert entries(menu_of(window.pages.payments.kept))[0] == "Cash\tAlt+1", "a page that is made later knows them too"


def test_the_command_bar_finds_them_from_any_page(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    save_elsewhere(hotel, "payments", "Cash & co", pack(PaymentFilter(source=Source.MANUAL, method="cash")))
    look(qtbot, window)
    press(Key.Key_T, Control)
    idle(qtbot, window.context)
    bar = ask(qtbot, window, "cash &")
    assert titles(bar)[0] == "Cash & co"
    assert bar.model.items[0].about == "View › Saved filters › Payments"
    press(Key.Key_Return)
    idle(qtbot, window.context)
    assert (window.page, window.pages.payments.methods.text()) == ("payments", "Cash")
    assert window.foot.words == "Filter “Cash & co”."


def test_a_page_without_filters_says_so(qtbot: QtBot, window: MainWindow) -> None:
    press(Key.Key_T, Control)
    idle(qtbot, window.context)
    press(Key.Key_F, SHIFTED)
    assert window.foot.words.startswith("This page has no filters.")


@pytest.mark.parametrize(("page", "shown"), [("events", EventState.WAITING), ("follow_ups", "done")])
def test_events_and_follow_ups_have_them_too(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, page: str, shown: object
) -> None:
    window.go(page)
    idle(qtbot, window.context)
    view = window.pages.events if page == "events" else window.pages.follow_ups
    before = view.segments.value
    view.segments.choose(shown)
    view.segments.chosen.emit(shown)
    idle(qtbot, window.context)
    save(qtbot, window, "Mine")
    view.segments.choose(before)
    view.segments.chosen.emit(before)
    idle(qtbot, window.context)
    view.table.setFocus()
    press(Key.Key_1, Alt)
    idle(qtbot, window.context)
    assert (view.segments.value, view.kept.button.text()) == (shown, "Mine")


# --- the dialog


def test_a_name_is_needed(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    dialog = begin(qtbot)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: "The name is missing" in dialog.form.fields["name"].wrong)
    press(Key.Key_Escape)
    back_in(qtbot, window)
    assert stored(hotel) == {}


def test_one_of_the_same_name_is_replaced_by_a_second_enter(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    save_elsewhere(hotel, "bookings", "Mine", pack(BookingFilter("x")))
    look(qtbot, window)
    dialog = begin(qtbot)
    write("mine")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.save.text() == "Replace “Mine”")
    assert "for all desks" in dialog.banner.accessibleName()
    assert stored(hotel)["Mine"] == pack(BookingFilter("x")), "nothing is replaced unasked"
    write("2")
    assert dialog.save.text() == "Save", "another name replaces nothing"
    press(Key.Key_Backspace)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.save.text() == "Replace “Mine”")
    press(Key.Key_Return)
    settle(qtbot, window)
    assert stored(hotel) == {"mine": pack(BookingFilter())}


def test_the_filter_in_use_is_offered_to_be_replaced(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    save(qtbot, window, "Mine")
    assert begin(qtbot).name.text() == "Mine"
    press(Key.Key_Escape)
    back_in(qtbot, window)


def test_f2_renames_and_delete_deletes_until_it_is_undone(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    for name in ("One", "Two"):
        save_elsewhere(hotel, "bookings", name, pack(BookingFilter(name)))
    look(qtbot, window)
    dialog = begin(qtbot)
    dialog.list.setFocus()
    dialog.list.setCurrentRow(1)
    press(Key.Key_F2)
    qtbot.waitUntil(lambda: dialog.list.findChild(QLineEdit) is not None)
    write("Deux")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.list.item(1).text() == "Deux")
    idle(qtbot, window.context)
    assert set(stored(hotel)) == {"One", "Deux"}
    assert dialog.isVisible()
    dialog.list.setFocus()
    press(Key.Key_Delete)
    idle(qtbot, window.context)
    assert set(stored(hotel)) == {"One"}
    assert [dialog.list.item(row).text() for row in range(dialog.list.count())] == ["One"]
    assert "“Deux” is gone from all desks." in dialog.banner.accessibleName()
    click(dialog.banner._action)
    idle(qtbot, window.context)
    assert [(one.name, one.slot) for one in in_worker(hotel.services.filters.all)] == [("One", 1), ("Deux", 2)]
    press(Key.Key_Escape)
    settle(qtbot, window)
    assert entries(menu_of(window.pages.bookings.kept))[:2] == ["One\tAlt+1", "Deux\tAlt+2"]


def test_what_another_desk_has_deleted_is_told(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    save_elsewhere(hotel, "bookings", "Mine", pack(BookingFilter("x")))
    look(qtbot, window)
    dialog = begin(qtbot)
    other = hotel.again()
    found = in_worker(other.filters.all)[0]
    in_worker(lambda: other.filters.delete(found.pk, found.version))
    other.close()
    dialog.list.setFocus()
    press(Key.Key_Delete)
    qtbot.waitUntil(lambda: "This filter has changed meanwhile" in dialog.banner.accessibleName())
    idle(qtbot, window.context)
    assert dialog.list.count() == 0
    press(Key.Key_Escape)
    back_in(qtbot, window)
