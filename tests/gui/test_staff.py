"""Who is at the desk, as people see it: sitting down with a few keys, the lock, approvals, and what is grey."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from rentease_desk.domain.day_close import DayDraft
from rentease_desk.domain.drawers import OpenDraft
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment, PaymentDraft, PaymentStatus
from rentease_desk.domain.permissions import RULES, STAFF_ROLES, Role
from rentease_desk.domain.staff import Pin, Staff, StaffDraft, StaffMember
from rentease_desk.gui.actions import _ASKED
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.approval import ApprovalDialog
from rentease_desk.gui.dialogs.close_day import ReopenDayDialog
from rentease_desk.gui.dialogs.edit_staff import AddStaffDialog, NewPinDialog, RoleDialog
from rentease_desk.gui.dialogs.switch_staff import SwitchDialog
from rentease_desk.gui.dialogs.take_payment import TakePaymentDialog
from rentease_desk.gui.dialogs.void_payment import VoidPaymentDialog
from rentease_desk.gui.dialogs.z_report import ZReportDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.staff_words import letters
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.views.drawer_closing import NOTE
from rentease_desk.gui.widgets.basics import Button
from tests.gui.conftest import idle, show_window
from tests.tools.gui import Hotel, back_in, click, in_worker, open_dialog, press, write
from tests.tools.staffed import CHEAP, PEOPLE, add_people

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def only(qtbot: QtBot, kind: type[Any]) -> Any:
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, kind)
    return dialog


@pytest.fixture
def staffed(qtbot: QtBot, bare: Context, hotel: Hotel, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """The window of a property with staff; Elena of the front desk is at it, and may void 50.00 alone."""
    monkeypatch.setattr(hotel.services.staff, "_pins", CHEAP)

    def prepare() -> Staff:
        hotel.services.settings.set({"void_limit": "50", "refund_limit": "50"})
        add_people(hotel.services)
        hotel.services.staff.sign_in("Elena", Pin(PEOPLE["Elena"][1]))
        return hotel.services.staff.read()

    staff = in_worker(prepare)
    bare.attach(hotel.services, in_worker(hotel.services.settings.get), staff=staff)
    return show_window(qtbot, bare)


def test_a_desk_with_staff_opens_locked(
    qtbot: QtBot, bare: Context, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hotel.services.staff, "_pins", CHEAP)
    window = show_window(qtbot, bare)

    def prepare() -> Staff:
        add_people(hotel.services)
        hotel.services.staff.sign_out()
        return hotel.services.staff.read()

    bare.attach(hotel.services, hotel.settings, staff=in_worker(prepare))
    only(qtbot, SwitchDialog)
    assert window.top.person == ""
    sit("Elena")
    back_in(qtbot, window)
    assert window.top.person == "Elena · Front desk"


def sit(name: str) -> None:
    """Seven keys or so in the dialog that is open."""
    write(name[0].lower())
    write(PEOPLE[name][1])
    press(Key.Key_Return)


def grey(window: MainWindow) -> set[str]:
    return {name for name in _ASKED if not window.actions_[name].isEnabled()}


def taken(hotel: Hotel, minor: int) -> Payment:
    draft = PaymentDraft(f"new-{minor}", hotel.pks["soren"], "cash", Money(minor, "eur"))
    return in_worker(lambda: hotel.services.payments.take(draft).value)


def test_f12_switches_the_person_with_a_letter_and_a_pin(qtbot: QtBot, staffed: MainWindow, hotel: Hotel) -> None:
    assert staffed.top.person == "Elena · Front desk"
    press(Key.Key_F12)
    dialog = only(qtbot, SwitchDialog)
    assert dialog.pin.echoMode() is QLineEdit.EchoMode.Password
    assert [dialog.list.item(at).text() for at in range(3)] == [
        "Elena · Front desk",
        "Mara · Manager",
        "Paolo · Accountant",
    ]
    sit("Mara")
    back_in(qtbot, staffed)
    assert staffed.top.person == "Mara · Manager"
    assert taken(hotel, 700).actor == "Mara"


def test_a_wrong_pin_is_told_beside_it_and_is_gone(qtbot: QtBot, staffed: MainWindow) -> None:
    press(Key.Key_F12)
    dialog = only(qtbot, SwitchDialog)
    press(Key.Key_Down)
    write("0x0!0 0")
    assert dialog.pin.text() == "0000", "digits only"
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: bool(dialog.form.fields["pin"].wrong))
    assert "This is not the PIN of Mara" in dialog.form.fields["pin"].wrong
    assert dialog.pin.text() == ""
    press(Key.Key_Escape)
    back_in(qtbot, staffed)
    assert staffed.top.person == "Elena · Front desk"


def test_letters_are_of_the_own_name_where_one_is_left() -> None:
    people = [StaffMember(0, name, name, Role.FRONT_DESK, True, 1) for name in ("Ada", "Åsa", "Ana", "Aa", "王")]
    assert letters(people) == ["A", "S", "N", "", ""]


def test_a_locked_desk_shows_nothing_and_does_nothing(qtbot: QtBot, staffed: MainWindow, hotel: Hotel) -> None:
    press(Key.Key_Home)
    press(Key.Key_F9)
    form = only(qtbot, TakePaymentDialog)
    form.amount.setText("12.34")
    staffed.people.lock()
    lock = only(qtbot, SwitchDialog)
    assert not form.isVisible()
    covered = staffed.people._cover
    assert covered is not None
    assert covered.geometry() == staffed.rect()  # type: ignore[attr-defined]
    assert covered.isVisible()  # type: ignore[attr-defined]
    assert lock.chosen is not None
    assert lock.chosen.name == "Elena", "who was there last is marked"
    with pytest.raises(Exception, match="Nobody is at the desk"):
        taken(hotel, 700)
    press(Key.Key_Escape)
    press(Key.Key_F12)
    assert lock.isVisible(), "nothing but a PIN opens it"
    sit("Elena")
    qtbot.waitUntil(lambda: form.isVisible())
    assert not covered.isVisible()  # type: ignore[attr-defined]
    assert form.amount.text() == "12.34", "nothing that was typed is lost"
    form.reject()
    back_in(qtbot, staffed)


@pytest.mark.parametrize("by_cross", [False, True])
def test_a_locked_desk_can_be_quit(qtbot: QtBot, staffed: MainWindow, by_cross: bool) -> None:
    staffed.people.lock()
    lock = only(qtbot, SwitchDialog)
    with qtbot.waitSignal(staffed.closing):
        if by_cross:
            lock.windowHandle().close()
        else:
            click(next(one for one in lock.findChildren(Button) if one.text() == "Quit"))
    assert not staffed.isVisible()


def test_an_idle_desk_locks_by_itself(qtbot: QtBot, staffed: MainWindow, hotel: Hotel) -> None:
    watch = staffed.people._idle
    assert watch is not None
    watch._timer.stop()
    hotel.clock.advance(5 * 60 - 1)
    watch.look()
    assert not staffed.people.is_locked
    handle = staffed.windowHandle()
    QTest.keyClick(handle, Key.Key_Shift)
    hotel.clock.advance(200)
    QTest.keyClick(handle, Key.Key_T, CTRL)
    assert staffed.page == "today"
    hotel.clock.advance(5 * 60 - 1)
    watch.look()
    assert not staffed.people.is_locked, "a key begins it anew"
    hotel.clock.advance(1)
    QTest.keyClick(handle, Key.Key_F9)
    assert staffed.people.is_locked, "a shortcut is a touch too, and does nothing else any more"
    only(qtbot, SwitchDialog)
    assert staffed.people.is_locked, "what comes after the computer has slept does not unlock it"
    sit("Paolo")
    back_in(qtbot, staffed)
    in_worker(lambda: hotel.services.staff.sign_in("Mara", Pin(PEOPLE["Mara"][1])))
    in_worker(lambda: hotel.services.settings.set({"lock_minutes": "0"}))
    qtbot.waitUntil(lambda: staffed.context.settings.lock_minutes == 0)
    hotel.clock.advance(86_400)
    watch.look()
    assert not staffed.people.is_locked


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_what_a_role_may_not_do_is_grey_and_says_why(qtbot: QtBot, staffed: MainWindow, role: Role) -> None:
    people = staffed.context.staff.people
    staffed.context.use_staff(Staff(people, next(one for one in people if one.role is role)))
    staffed.go("bookings")
    rules = {name: RULES[permission] for name, permission in _ASKED.items()}
    refused = {name for name, rule in rules.items() if role not in rule.roles and not rule.on_approval}
    assert grey(staffed) == refused
    for name in refused:
        assert "may not" in staffed.actions_[name].toolTip()
    staffed.open_folio(1)
    idle(qtbot, staffed.context)
    may_pay = role is not Role.ACCOUNTANT
    assert staffed.pages.folio.pay.isEnabled() is may_pay
    assert ("may not take payments" in staffed.pages.folio.pay.toolTip()) is not may_pay
    staffed.go("settings")
    idle(qtbot, staffed.context)
    assert staffed.pages.settings.save.isEnabled() is (role is Role.MANAGER)
    assert staffed.pages.settings.staff.add.isEnabled() is (role is Role.MANAGER)


def test_a_manager_approves_a_void_on_the_spot(qtbot: QtBot, staffed: MainWindow, hotel: Hotel) -> None:
    payment = taken(hotel, 10_000)
    staffed.deeds.void_payment(payment)
    form = only(qtbot, VoidPaymentDialog)
    write("typed twice")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ApprovalDialog))
    asked = only(qtbot, ApprovalDialog)
    assert [asked.list.item(at).text() for at in range(asked.list.count())] == ["Mara · Manager"]
    assert asked.deed.text() == f"Void €100.00 of {payment.booking_reference}"
    press(Key.Key_Escape)
    qtbot.waitUntil(lambda: "A manager has to approve this" in form.banner.accessibleName())
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ApprovalDialog))
    only(qtbot, ApprovalDialog)
    sit("Mara")
    back_in(qtbot, staffed)
    voided = in_worker(lambda: hotel.services.payments.get(payment.pk))
    assert voided.status is PaymentStatus.VOIDED
    assert staffed.top.person == "Elena · Front desk"


def approved_by_mara(qtbot: QtBot, window: MainWindow) -> None:
    """The question for a PIN comes up, and Mara answers it."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ApprovalDialog))
    only(qtbot, ApprovalDialog)
    sit("Mara")
    idle(qtbot, window.context)


def test_a_manager_accepts_a_large_variance_with_a_pin(qtbot: QtBot, staffed: MainWindow, hotel: Hotel) -> None:
    """Who may accept it has a tick, as without staff; for others it is asked when the drawer is closed."""
    in_worker(lambda: hotel.services.drawers.open(OpenDraft("open", (Money(20_000, "eur"),))))
    press(Key.Key_L, CTRL)
    closing = staffed.pages.drawer.closing
    qtbot.waitUntil(lambda: staffed.pages.drawer.is_closing)
    for _ in range(3):  # counted: nothing is there; compared; nothing is dropped
        press(Key.Key_Return, CTRL)
        idle(qtbot, staffed.context)
    assert closing.step == NOTE
    elena, people = staffed.context.staff.present, staffed.context.staff.people
    assert (closing.note.accepted.isVisible(), closing.note.approval.isVisible()) == (False, True)
    staffed.context.use_staff(Staff(people, next(one for one in people if one.role is Role.MANAGER)))
    assert (closing.note.accepted.isVisible(), closing.note.approval.isVisible()) == (True, False)
    staffed.context.use_staff(Staff(people, elena))
    write("all of it is gone")
    press(Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ApprovalDialog))
    assert only(qtbot, ApprovalDialog).deed.text() == "Accept a difference of −€200.00"
    press(Key.Key_Escape)
    qtbot.waitUntil(lambda: "A manager has to approve this" in staffed.pages.drawer.banner.accessibleName())
    back_in(qtbot, staffed)
    assert closing.step == NOTE
    press(Key.Key_Return, CTRL)
    approved_by_mara(qtbot, staffed)
    only(qtbot, ZReportDialog).reject()
    back_in(qtbot, staffed)
    closed = in_worker(hotel.services.drawers.latest)[0].closing
    assert closed is not None
    assert (closed.actor, closed.note) == ("Elena", "all of it is gone")


def test_a_day_is_reopened_with_a_pin(qtbot: QtBot, staffed: MainWindow, hotel: Hotel) -> None:
    days = hotel.services.days

    def close() -> date:
        state = days.state()
        days.close(DayDraft("close", state.day, state.open_things))
        return state.day

    day = in_worker(close)
    staffed.actions_["reopen_day"].trigger()
    only(qtbot, ReopenDayDialog)
    write("a slip was found")
    press(Key.Key_Return)
    approved_by_mara(qtbot, staffed)
    back_in(qtbot, staffed)
    assert not in_worker(lambda: days.state(day)).closed


def test_reports_say_whom_they_are_for(qtbot: QtBot, staffed: MainWindow, hotel: Hotel) -> None:
    press(Key.Key_8, CTRL)
    idle(qtbot, staffed.context)
    page, people = staffed.pages.reports, staffed.context.staff.people
    assert "Elena (Front desk) may not see reports." in page.seen.accessibleName()
    assert page.seen.told.isVisible()
    press(Key.Key_D)
    assert page.banner.isHidden()
    assert (page.standing, page.table.model) == ("", None)
    press(Key.Key_F12)
    only(qtbot, SwitchDialog)
    sit("Paolo")
    back_in(qtbot, staffed)
    qtbot.waitUntil(lambda: page.table.model is not None and page.table.isVisible())
    assert page.export_button.isEnabled()
    staffed.context.use_staff(Staff(people, next(one for one in people if one.name == "Elena")))
    assert not page.table.isVisible()
    assert page.standing == ""


def test_what_was_read_before_the_lock_does_not_open_it(qtbot: QtBot, staffed: MainWindow, hotel: Hotel) -> None:
    before = in_worker(hotel.services.staff.read)
    staffed.people.lock()
    only(qtbot, SwitchDialog)
    staffed.context.staff_read(before)
    assert staffed.people.is_locked
    sit("Elena")
    back_in(qtbot, staffed)


def test_what_another_desk_changes_locks_at_once(qtbot: QtBot, staffed: MainWindow, hotel: Hotel) -> None:
    other = hotel.again()

    def dismiss() -> None:
        other.staff.sign_in("Mara", Pin(PEOPLE["Mara"][1]))
        elena = next(one for one in other.staff.read().people if one.name == "Elena")
        other.staff.set_active(elena.uid, 1, active=False)

    in_worker(dismiss)
    other.close()
    staffed.context.look_for_others()
    lock = only(qtbot, SwitchDialog)
    assert [lock.list.item(at).text() for at in range(lock.list.count())] == ["Mara · Manager", "Paolo · Accountant"]
    sit("Mara")
    back_in(qtbot, staffed)
    assert grey(staffed) == set()


def test_the_first_person_is_added_and_the_desk_asks_for_pins_from_then_on(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hotel.services.staff, "_pins", CHEAP)
    press(Key.Key_F12)
    press(Key.Key_F12, SHIFT)
    assert QApplication.activeModalWidget() is None
    assert window.top.person == "Elena Marchetti"
    window.go("settings")
    idle(qtbot, window.context)
    card = window.pages.settings.staff
    click(card.add)
    form = only(qtbot, AddStaffDialog)
    form.name.setText("Mara")
    form.pins.pin.setText("8421")
    form.pins.again.setText("8422")
    form.submit()
    assert "The two PINs differ" in form.form.fields["again"].wrong
    form.pins.again.setText("8421")
    press(Key.Key_Return)
    back_in(qtbot, window)
    assert window.top.person == "Mara · Manager"
    assert not window.people.is_locked
    assert [card.list.item(at).text() for at in range(card.list.count())] == ["Mara · Manager"]
    click(card.active)
    qtbot.waitUntil(lambda: "This is the last manager" in card.banner.accessibleName())
    press(Key.Key_F12, SHIFT)
    only(qtbot, SwitchDialog)
    write("8421")
    press(Key.Key_Return)
    back_in(qtbot, window)


def test_roles_and_pins_change_in_the_settings(qtbot: QtBot, staffed: MainWindow, hotel: Hotel) -> None:
    in_worker(lambda: hotel.services.staff.sign_in("Mara", Pin(PEOPLE["Mara"][1])))
    staffed.context.use_staff(in_worker(hotel.services.staff.read))
    staffed.go("settings")
    idle(qtbot, staffed.context)
    card = staffed.pages.settings.staff
    click(card.role)
    role = only(qtbot, RoleDialog)
    role.role.setCurrentIndex(2)
    press(Key.Key_Return)
    back_in(qtbot, staffed)
    assert card.list.item(0).text() == "Elena · Accountant"
    click(card.pin)
    pin = only(qtbot, NewPinDialog)
    write("6204")
    pin.pins.again.setFocus()
    write("6204")
    press(Key.Key_Return)
    back_in(qtbot, staffed)
    assert in_worker(lambda: hotel.services.staff.sign_in("Elena", Pin("6204"))).role is Role.ACCOUNTANT
    in_worker(lambda: hotel.services.staff.sign_in("Mara", Pin(PEOPLE["Mara"][1])))
    click(card.active)
    qtbot.waitUntil(lambda: card.list.item(0).text() == "Elena · Accountant · inactive")
    assert card.active.text() == "Make active"
    staffed.pages.settings.form.write({"void_limit": "off", "refund_limit": "20", "lock_minutes": "15"})
    staffed.pages.settings.submit()
    idle(qtbot, staffed.context)
    saved = in_worker(hotel.services.settings.get)
    assert (saved.void_limit, saved.refund_limit, saved.lock_minutes) == (None, 2_000, 15)


def test_a_deed_that_began_before_the_switch_is_in_the_first_ones_name(
    qtbot: QtBot, staffed: MainWindow, hotel: Hotel
) -> None:
    found: list[Payment] = []
    draft = PaymentDraft("slow", hotel.pks["soren"], "cash", Money(900, "eur"))
    payments = hotel.services.payments
    staffed.context.tasks.run(Lane.WRITE, staffed, lambda: payments.take(draft).value, found.append)
    hotel.services.staff.sign_out()
    qtbot.waitUntil(lambda: bool(found))
    assert found[0].actor == "Elena"


def test_a_new_person_elsewhere_locks_a_desk_that_asked_nobody(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hotel.services.staff, "_pins", CHEAP)
    other = hotel.again()
    monkeypatch.setattr(other.staff, "_pins", CHEAP)
    in_worker(lambda: other.staff.add(StaffDraft("mara", "Mara", Role.MANAGER, Pin("8421"))))
    other.close()
    window.context.look_for_others()
    only(qtbot, SwitchDialog)
    assert window.people.is_locked
    write("8421")
    press(Key.Key_Return)
    back_in(qtbot, window)
    assert [one for one in window.findChildren(QDialog) if one.isVisible()] == []
