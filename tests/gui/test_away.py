"""The database goes away and comes back before the eyes of somebody at the desk, key by key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk.config import Config
from rentease_desk.desktop import Desktop
from rentease_desk.domain.booking import BookingDraft, Guest
from rentease_desk.domain.outbox import KeptState
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.choose_booking import ChooseBookingDialog, UndoKeptDialog
from rentease_desk.gui.dialogs.slip import SlipDialog
from rentease_desk.gui.dialogs.take_cash import TakeCashDialog
from rentease_desk.gui.dialogs.take_payment import TakePaymentDialog
from rentease_desk.gui.dialogs.waiting import WaitingDialog
from rentease_desk.gui.main_window import MainWindow
from tests.gui.conftest import idle, show_window
from tests.tools.databases import PostgresqlMaker
from tests.tools.gui import NOON, DeskClock, back_in, click, in_worker, open_dialog, press, write
from tests.tools.outbox import FarDesk, begin, euro, open_far
from tests.tools.proxy import Proxy, proxy_to

Key = Qt.Key


@pytest.fixture(scope="module")
def network(postgresql_maker: PostgresqlMaker) -> Iterator[Proxy]:
    with proxy_to(postgresql_maker.admin) as made:
        yield made


@pytest.fixture
def proxy(network: Proxy, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """Who looks whether the database is back looks often."""
    monkeypatch.setattr("rentease_desk.gui.away._WAITS", (20,))
    yield network
    network.answers_to_lose = 0
    network.restore()


@pytest.fixture
def far(postgresql_maker: PostgresqlMaker, proxy: Proxy, tmp_path: Path) -> Iterator[FarDesk]:
    clock = DeskClock(NOON)

    def make() -> FarDesk:
        services = open_far(tmp_path, proxy.address(postgresql_maker.copy()), clock)
        return begin(services, clock)

    made = in_worker(make)
    yield made
    in_worker(made.services.close)


@pytest.fixture
def window(qtbot: QtBot, bare: Context, far: FarDesk) -> MainWindow:
    """On the folio of Søren, who owes 472.00."""
    bare.attach(far.services, far.settings)
    made = show_window(qtbot, bare, "bookings")
    made.open_folio(far.soren.pk)
    idle(qtbot, bare)
    return made


def told(window: MainWindow) -> str:
    """What stands above all pages."""
    return window.away.accessibleName() if window.away.isVisible() else ""


def payment_dialog(qtbot: QtBot, window: MainWindow) -> TakePaymentDialog:
    press(Key.Key_F9)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, TakePaymentDialog)
    return dialog


def keep(qtbot: QtBot, window: MainWindow, dialog: TakePaymentDialog) -> None:
    """Enter on what is offered, then a look at the slip."""
    qtbot.waitUntil(lambda: dialog.save.text().startswith("Keep"))
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), SlipDialog))
    slip = open_dialog(qtbot)
    assert isinstance(slip, SlipDialog)
    qtbot.waitUntil(lambda: "PROVISIONAL" in slip.area.accessibleDescription())
    press(Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


def paid(far: FarDesk) -> list[tuple[str, int]]:
    return [(one.uid, one.amount) for one in in_worker(far.payments)]


def delivered(qtbot: QtBot, window: MainWindow) -> None:
    """The database is back, and nothing waits any more."""
    qtbot.waitUntil(lambda: told(window) == "", timeout=20_000)
    back_in(qtbot, window)


def test_cash_is_kept_with_enter_and_delivered_when_the_database_is_back(
    qtbot: QtBot, window: MainWindow, far: FarDesk, proxy: Proxy
) -> None:
    proxy.away()
    dialog = payment_dialog(qtbot, window)
    keep(qtbot, window, dialog)
    qtbot.waitUntil(lambda: "1 cash payment waits (€472.00)." in told(window))
    assert told(window).startswith("The database is away since 13:00. What you see is from then.")
    assert window.foot.words == "€472.00 wait at this desk: slip P-0001."
    assert window.pages.folio.title.text() == "Søren Lindqvist"  # what was read stays
    assert window.top._time.text() == "database away since 13:00"
    proxy.restore()
    delivered(qtbot, window)
    assert [minor for _, minor in paid(far)] == [47_200]
    qtbot.waitUntil(lambda: window.pages.folio.model.rowCount() == 2)
    assert window.pages.folio.folio is not None
    assert window.pages.folio.folio.booking.totals.balance == 0
    assert "Thu 5 Nov" in window.top._time.text()


def test_what_was_sent_and_not_answered_is_kept_under_the_same_name(
    qtbot: QtBot, window: MainWindow, far: FarDesk, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rentease_desk.gui.away._WAITS", (60_000,))
    dialog = payment_dialog(qtbot, window)
    proxy.answers_to_lose = 1
    press(Key.Key_Return)
    keep(qtbot, window, dialog)
    (entry,) = far.services.outbox.entries()
    assert entry.is_open
    assert paid(far) == [(entry.kept.draft.uid, 47_200)]  # it is in it, and nobody at the desk knows
    window.context.look_for_others()
    delivered(qtbot, window)
    assert len(paid(far)) == 1
    assert far.services.outbox.entries()[0].state is KeptState.DELIVERED


def test_only_cash_is_taken_meanwhile(qtbot: QtBot, window: MainWindow, far: FarDesk, proxy: Proxy) -> None:
    proxy.away()
    dialog = payment_dialog(qtbot, window)
    press(Key.Key_F3)
    qtbot.waitUntil(lambda: "Only cash can be taken" in dialog.banner.accessibleName())
    press(Key.Key_Return)
    assert not dialog.save.isEnabled()
    press(Key.Key_F1)
    assert dialog.save.isEnabled()
    proxy.restore()
    qtbot.waitUntil(lambda: dialog.save.text() == "Take €472.00", timeout=20_000)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: len(paid(far)) == 1)
    back_in(qtbot, window)
    assert far.services.outbox.entries() == []


def test_pages_keep_what_they_show_and_read_anew_afterwards(
    qtbot: QtBot, window: MainWindow, far: FarDesk, proxy: Proxy, postgresql_maker: PostgresqlMaker
) -> None:
    window.go("bookings")
    idle(qtbot, window.context)
    proxy.away()
    window.context.look_for_others()
    qtbot.waitUntil(lambda: told(window) != "")
    window.pages.bookings.reload()
    qtbot.waitUntil(lambda: not window.pages.bookings.model.is_loading)
    assert window.pages.bookings.model.rowCount() == 1
    assert not window.pages.bookings.banner.isVisible()  # it is said once, above
    assert not window.banner.isVisible()

    def elsewhere() -> None:
        services = open_far(far.services.outbox.path.parent, _directly(far, postgresql_maker), far.clock, "Desk 2")
        services.bookings.add(BookingDraft(Guest("Ana"), date(2026, 11, 6), date(2026, 11, 8), total=euro(100)))
        services.close()

    in_worker(elsewhere)
    proxy.restore()
    qtbot.waitUntil(lambda: window.pages.bookings.model.rowCount() == 2, timeout=20_000)
    back_in(qtbot, window)


def _directly(far: FarDesk, maker: PostgresqlMaker) -> str:
    """The address of the same database past the proxy."""
    name = far.services.desk.db.url.database
    return maker.admin.replace("/postgres?", f"/{name}?").replace("postgresql://", "postgresql+psycopg://")


def again(qtbot: QtBot, dialog: WaitingDialog) -> None:
    """The keyboard is in the list of what waits again."""
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is dialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)


def test_what_cannot_be_delivered_is_settled_by_a_person(
    qtbot: QtBot, window: MainWindow, far: FarDesk, proxy: Proxy
) -> None:
    far.keep("one", 100, reference="the big room")
    far.keep("two", 200, reference="nobody knows")
    window.outbox.deliver()
    qtbot.waitUntil(lambda: "2 of them need you." in told(window))
    assert told(window).startswith("2 cash payments wait (€3.00).")
    click(window.away._action)
    waiting = open_dialog(qtbot)
    assert isinstance(waiting, WaitingDialog)
    qtbot.waitUntil(lambda: len(waiting.lines.words) == 2)
    assert "needs you" in waiting.lines.words[0]
    assert "names no booking" in waiting.lines.words[0]
    entries = far.services.outbox.entries()
    waiting.lines.choose_asked.emit(entries[0])
    choosing = open_dialog(qtbot)
    assert isinstance(choosing, ChooseBookingDialog)
    write("sor")
    qtbot.waitUntil(lambda: choosing.save.isEnabled())
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: paid(far) == [("one", 100)])
    again(qtbot, waiting)
    waiting.lines.undo_asked.emit(entries[1])
    undoing = open_dialog(qtbot)
    assert isinstance(undoing, UndoKeptDialog)
    write("given back")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: "undone" in " ".join(waiting.lines.words))
    again(qtbot, waiting)
    press(Key.Key_Escape)
    delivered(qtbot, window)
    assert paid(far) == [("one", 100)]


def test_the_drawer_tells_what_waits_and_is_not_closed(qtbot: QtBot, window: MainWindow, far: FarDesk) -> None:
    far.keep("one", 100, reference="the big room")
    window.outbox.deliver()
    window.go("drawer")
    idle(qtbot, window.context)
    card = window.pages.drawer.desk.waiting
    assert card.isVisibleTo(window.pages.drawer.desk)
    assert not window.pages.drawer.desk.moves.isVisibleTo(window.pages.drawer.desk)


@pytest.fixture
def cold(qtbot: QtBot, qapp: QApplication, far: FarDesk, proxy: Proxy, tmp_path: Path) -> Iterator[Desktop]:
    """The program as it is started on a morning without its database; it has been here before."""
    far.services.outbox.remember(far.settings)
    proxy.away()
    address = far.services.desk.db.url.render_as_string(hide_password=False)
    made = Desktop(qapp, Config(tmp_path, address, "Elena", "Desk 1", database_given=True))
    qtbot.addWidget(made.window)
    made.start()
    qtbot.waitUntil(lambda: told(made.window) != "", timeout=20_000)
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    yield made
    made.window.hide()
    assert made.stop()
    made.deleteLater()


def test_a_start_without_the_database_takes_cash_against_a_reference(
    qtbot: QtBot, cold: Desktop, far: FarDesk, proxy: Proxy
) -> None:
    window = cold.window
    qtbot.waitUntil(lambda: "Cash can be taken against a booking's reference (F9)." in told(window))
    assert window.top._name.text() == far.settings.name  # remembered since it was open last
    for page in ("bookings", "payments", "drawer", "reports", "settings", "today"):
        window.go(page)  # nothing is there, and nothing breaks
    press(Key.Key_F9)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, TakeCashDialog)
    press(Key.Key_Return)
    assert dialog.form.fields["reference"].wrong
    write("LN-2017")
    press(Key.Key_Tab)
    write("12.50")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), SlipDialog))
    open_dialog(qtbot)
    press(Key.Key_Escape)
    qtbot.waitUntil(lambda: "1 cash payment waits (€12.50)." in told(window))
    proxy.restore()
    qtbot.waitUntil(lambda: cold.context.is_ready, timeout=20_000)
    delivered(qtbot, window)
    assert [minor for _, minor in paid(far)] == [1_250]
    qtbot.waitUntil(lambda: "away" not in window.top._time.text())
