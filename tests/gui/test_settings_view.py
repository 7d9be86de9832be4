"""Settings and the key: saved for every desk, refused beside the field, and no secret shown."""

from __future__ import annotations

import threading
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from rentease_desk.config import from_environment
from rentease_desk.domain.money import Money
from rentease_desk.domain.permissions import Role
from rentease_desk.domain.staff import Pin, StaffDraft
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.another_database import AnotherDatabaseDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.views.settings_view import SettingsView
from rentease_desk.gui.widgets.methods_editor import MethodRow
from tests.gui.conftest import Opener, idle
from tests.tools.accounts import Account
from tests.tools.gui import Hotel, click, in_worker, open_dialog, press, write
from tests.tools.keyrings import MemoryKeyring

RESTRICTED = "rk_test_" + "a1" * 12
LIVE_SECRET = "sk_live_" + "b2" * 12


@pytest.fixture
def view(qtbot: QtBot, window: MainWindow, context: Context) -> SettingsView:
    window.go("settings")
    idle(qtbot, context)
    return window.pages.settings


def save(qtbot: QtBot, view: SettingsView) -> None:
    with qtbot.waitSignal(view.save.clicked):  # a button's shortcut presses it for a moment first
        press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    idle(qtbot, view.context)


def test_every_field_is_saved(qtbot: QtBot, view: SettingsView, hotel: Hotel) -> None:
    view.name.setText("Pensione Aurora")
    view.prefix.setText("PA-")
    view.zone.setCurrentText("Europe/Lisbon")
    view.currency.setText("chf")
    assert view.language.currentText() == "English (United Kingdom)"
    view.language.setCurrentText("de_CH")
    view.roll.setText("03:30")
    view.minutes.setValue(15)
    save(qtbot, view)
    saved = in_worker(hotel.services.settings.get)
    assert (saved.name, saved.reference_prefix, saved.zone) == ("Pensione Aurora", "PA-", "Europe/Lisbon")
    assert (saved.currency, saved.language, saved.day_roll_minutes, saved.sync_minutes) == ("chf", "de_CH", 210, 15)
    assert "Saved" in view.banner.accessibleName()


@pytest.mark.parametrize(
    ("field", "typed"),
    [("zone", "Mars/Olympus"), ("currency", "euro"), ("day_roll", "25:00"), ("language", "English"), ("name", " ")],
)
def test_a_bad_value_is_told_beside_its_field(
    qtbot: QtBot, view: SettingsView, hotel: Hotel, field: str, typed: str
) -> None:
    before = in_worker(hotel.services.settings.get)
    view.form.write({field: typed})
    save(qtbot, view)
    assert view.form.fields[field].wrong
    assert in_worker(hotel.services.settings.get) == before


def test_two_desks_change_settings_and_nothing_typed_is_lost(qtbot: QtBot, view: SettingsView, hotel: Hotel) -> None:
    other = hotel.again()
    view.name.setText("Mine")
    in_worker(lambda: other.settings.set({"sync_minutes": "30"}))
    other.close()
    save(qtbot, view)
    assert "changed the settings" in view.banner.accessibleName()
    assert view.name.text() == "Mine"
    save(qtbot, view)
    saved = in_worker(hotel.services.settings.get)
    assert (saved.name, saved.sync_minutes) == ("Mine", 30)


def keep(qtbot: QtBot, view: SettingsView, key: str) -> None:
    view.key.edit.setFocus()
    write(key)
    press(Qt.Key.Key_Return)
    idle(qtbot, view.context)


def test_a_key_goes_to_the_keyring_and_is_shown_masked(
    qtbot: QtBot, view: SettingsView, secrets: MemoryKeyring
) -> None:
    keep(qtbot, view, RESTRICTED)
    assert list(secrets.kept.values()) == [RESTRICTED]
    assert view.key.edit.text() == ""
    shown = view.key._now.text()
    assert "in the keyring" in shown
    assert RESTRICTED not in shown
    assert RESTRICTED[-4:] in shown
    click(view.key.remove)
    idle(qtbot, view.context)
    assert secrets.kept == {}


def test_a_live_secret_key_is_taken_only_when_it_is_meant(
    qtbot: QtBot, view: SettingsView, secrets: MemoryKeyring
) -> None:
    keep(qtbot, view, LIVE_SECRET)
    assert "can do everything" in view.key.banner.accessibleName()
    assert secrets.kept == {}
    press(Qt.Key.Key_Return)
    idle(qtbot, view.context)
    assert list(secrets.kept.values()) == [LIVE_SECRET]


def test_a_live_secret_key_is_warned_of_for_the_session_too(qtbot: QtBot, view: SettingsView) -> None:
    keyring.set_keyring(NoKeyring())
    keep(qtbot, view, LIVE_SECRET)
    assert "can do everything" in view.key.banner.accessibleName()
    press(Qt.Key.Key_Return)
    idle(qtbot, view.context)
    assert "no keyring" in view.key.banner.accessibleName()
    click(view.key.banner._action)
    idle(qtbot, view.context)
    assert "live, for this session only" in view.key._now.text()


def test_a_key_is_tested_and_what_it_lacks_is_named(
    qtbot: QtBot, open_window: Opener, account: Account, secrets: MemoryKeyring
) -> None:
    opened = open_window(account.url, None)
    opened.window.go("settings")
    idle(qtbot, opened.context)
    card = opened.window.pages.settings.key
    key = in_worker(lambda: account.restricted("rak_payment_intent_read", "rak_charge_read", "rak_dispute_read"))
    card.edit.setFocus()
    write(key)
    click(card.entry.test)
    idle(qtbot, opened.context)
    said = card.banner.accessibleName()
    assert "Payments cannot be read with this key" in said
    assert "Customers: read (rak_customer_read)" in said
    assert "rak_dispute_read" not in said
    assert key not in said
    rows = card.entry.list.accessibleDescription()
    assert "Disputes: read, what a bank asks back: allowed" in rows
    assert "Events: read, news every five minutes: missing" in rows
    assert secrets.kept == {}
    card.edit.setFocus()
    write("x")
    assert "missing" not in card.entry.list.accessibleDescription()
    assert not card.banner.isVisible()


def test_the_key_in_use_is_tested_while_none_is_typed(qtbot: QtBot, open_window: Opener, account: Account) -> None:
    opened = open_window(account.url, account.key)
    opened.window.go("settings")
    idle(qtbot, opened.context)
    card = opened.window.pages.settings.key
    click(card.entry.test)
    idle(qtbot, opened.context)
    assert "It may do all that this desk can use" in card.banner.accessibleName()
    assert account.id in card.banner.accessibleName()
    assert account.key not in card.banner.accessibleName()


def test_what_is_no_key_is_refused(qtbot: QtBot, view: SettingsView, secrets: MemoryKeyring) -> None:
    keep(qtbot, view, "pk_test_123")
    assert view.key.banner.isVisible()
    assert secrets.kept == {}
    assert view.key.edit.text() == "pk_test_123"


def test_without_a_keyring_the_key_may_stay_for_the_session(qtbot: QtBot, view: SettingsView) -> None:
    keyring.set_keyring(NoKeyring())
    keep(qtbot, view, RESTRICTED)
    assert "no keyring" in view.key.banner.accessibleName().lower()
    assert view.key.edit.text() == RESTRICTED
    click(view.key.banner._action)
    idle(qtbot, view.context)
    assert "for this session only" in view.key._now.text()


def test_a_keyring_that_hangs_stops_nobody(
    qtbot: QtBot, view: SettingsView, hotel: Hotel, secrets: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()
    monkeypatch.setattr(MemoryKeyring, "get_password", lambda *_: answered.wait(30) and None)
    view.key.reload()
    view.name.setText("Still here")
    press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "Saved" in view.banner.accessibleName())
    assert in_worker(hotel.services.settings.get).name == "Still here"
    answered.set()
    idle(qtbot, view.context)


def test_settings_are_exported_and_taken_over_after_a_look(
    qtbot: QtBot, view: SettingsView, hotel: Hotel, tmp_path: Path
) -> None:
    path = tmp_path / "settings.json"
    view.file.write(str(path))
    idle(qtbot, view.context)
    assert "Exported" in view.file.banner.accessibleName()
    in_worker(lambda: hotel.services.settings.set({"name": "Other", "city_tax_age": "14"}))
    view.file.look_into(str(path))
    dialog = open_dialog(qtbot)
    assert {"Name", "Other", "Hotel Lanterna", "City tax from the age of"} <= {
        one.text() for one in dialog.findChildren(QLabel)
    }
    assert in_worker(hotel.services.settings.get).name == "Other"
    press(Qt.Key.Key_Return)
    idle(qtbot, view.context)
    saved = in_worker(hotel.services.settings.get)
    assert (saved.name, saved.city_tax_age) == ("Hotel Lanterna", 0)
    assert "Taken over" in view.file.banner.accessibleName()
    path.write_text("{}")
    view.file.look_into(str(path))
    idle(qtbot, view.context)
    assert "no file of settings" in view.file.banner.accessibleName()


def test_the_front_desk_changes_none_of_it(qtbot: QtBot, view: SettingsView, hotel: Hotel) -> None:
    def hire() -> None:
        staff = hotel.services.staff
        staff.add(StaffDraft("m", "Mara", Role.MANAGER, Pin("4711")))
        staff.add(StaffDraft("e", "Elena", Role.FRONT_DESK, Pin("2580")))
        staff.sign_in("Elena", Pin("2580"))

    in_worker(hire)
    view.context.use_staff(in_worker(hotel.services.staff.read))
    for button in (view.file.export, view.file.take, view.place.other, view.key.save):
        assert not button.isEnabled()
    before = view.name.text()
    view.name.setFocus()
    write("Pensione Aurora")
    assert view.name.text() == before
    assert not view.minutes.isEnabled()
    assert not view.methods.isEnabled()
    assert all("may not change the settings" in field.toolTip() for field in view.form.fields.values())
    in_worker(lambda: hotel.services.staff.sign_in("Mara", Pin("4711")))
    view.context.use_staff(in_worker(hotel.services.staff.read))
    write("!")
    assert view.name.text() != before
    assert view.minutes.isEnabled()
    assert view.methods.isEnabled()


def test_the_page_is_entered_where_the_keyboard_is(qtbot: QtBot, view: SettingsView, window: MainWindow) -> None:
    """Not where it was left; and a zone that is UTC is called that once only."""
    view._scroll.verticalScrollBar().setValue(400)
    window.go("today")
    window.go("settings")
    assert view.name.hasFocus()
    assert view._scroll.verticalScrollBar().value() == 0
    view.zone.setCurrentText("Etc/UTC")
    save(qtbot, view)
    assert window.top._time.text().endswith(" · UTC")


def test_what_is_off_is_empty_and_says_what_that_means(qtbot: QtBot, view: SettingsView, hotel: Hotel) -> None:
    """Off is no limit for who voids, and nothing for a drawer that differs: one word would not tell which."""
    told = {field: (field.text(), field.placeholderText()) for field in (view.void_limit, view.tolerance)}
    assert told == {view.void_limit: ("", "no limit, or as 50"), view.tolerance: ("", "nothing, or as EUR 5")}
    view.tolerance.setText("EUR 5")
    view.refund_limit.setText("100")
    save(qtbot, view)
    saved = in_worker(hotel.services.settings.get)
    assert (saved.drawer_tolerance, saved.refund_limit, saved.void_limit) == ((Money(500, "eur"),), 10_000, None)
    view.tolerance.clear()
    view.refund_limit.clear()
    save(qtbot, view)
    saved = in_worker(hotel.services.settings.get)
    assert (saved.drawer_tolerance, saved.refund_limit, view.refund_limit.text()) == ((), None, "")


def test_another_database_is_tested_and_chosen_for_the_next_start(
    qtbot: QtBot, view: SettingsView, hotel: Hotel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = hotel.services.access
    config = from_environment({"RENTEASE_DATA_DIR": str(tmp_path / "data")})
    monkeypatch.setattr(access, "_config", config)
    assert str(tmp_path / "desk.sqlite3") in view.place._now.text()
    click(view.place.test)
    idle(qtbot, view.context)
    assert "It answers" in view.place.banner.accessibleName()
    click(view.place.other)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, AnotherDatabaseDialog)
    dialog.fields.show_server(on_server=True)
    press(Qt.Key.Key_Return)
    assert "address and a name" in dialog.form.fields["server"].wrong
    dialog.fields.show_server(on_server=False)
    click(dialog.test)
    idle(qtbot, view.context)
    assert "is empty, and ready" in dialog.banner.accessibleName()
    assert not config.place_file.exists()
    dialog.save.setFocus()
    press(Qt.Key.Key_Return)
    idle(qtbot, view.context)
    assert "open it again" in view.place.banner.accessibleName()
    assert in_worker(lambda: access.address) == f"sqlite:///{config.own_database}"


def test_methods_are_moved_up_but_the_first(qtbot: QtBot, view: SettingsView) -> None:
    first, second, *rest = view.methods.findChildren(MethodRow)
    assert [one.up.isEnabled() for one in (first, second, *rest)] == [False, *[True] * (1 + len(rest))]
    click(second.up)
    assert [one.code for one in view.methods.methods()][:2] == [second.code, first.code]
    assert (second.up.isEnabled(), first.up.isEnabled()) == (False, True)


def test_a_long_choice_is_seen_from_its_beginning_unless_somebody_types(view: SettingsView) -> None:
    language, zone = view.language.lineEdit(), view.zone.lineEdit()
    assert language is not None
    assert zone is not None
    assert (language.text(), language.cursorPosition()) == ("English (United Kingdom)", 0)
    view.zone.setCurrentText("America/Argentina/Buenos_Aires")
    assert zone.cursorPosition() == 0
    view.zone.setFocus()
    zone.selectAll()
    write("Asia")
    assert zone.cursorPosition() == 4
