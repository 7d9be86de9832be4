"""The database is away: cash is kept, looked at, delivered, and settled by a person."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from rentease_desk.config import Config
from rentease_desk.domain.money import Money
from rentease_desk.domain.outbox import KeepDraft
from rentease_desk.gui.dialogs.waiting import WaitingDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.wiring import build
from tests.tools.databases import postgresql
from tests.tools.gui import SETTINGS, drafts, in_worker
from tests.tools.proxy import Proxy, proxy_to
from tests.tools.screenshots.studio import Hand, Key, Pictures, Studio, end

_TODAY = date(2026, 11, 5)
"""The day around which the bookings of ``drafts`` lie."""


def away(studio: Studio) -> Pictures:
    """A desk of its own, whose cable to PostgreSQL is pulled."""
    with tempfile.TemporaryDirectory() as folder, postgresql() as maker, proxy_to(maker.admin) as proxy:
        address = proxy.address(maker.copy())
        config = Config(Path(folder), address, "Elena Marchetti", "Desk 1", database_given=True)
        pks = in_worker(lambda: _fill(config))
        yield from _kept(studio, config, proxy, pks["soren"])
        proxy.away()
        yield from _without(studio, config)
        proxy.restore()


def _fill(config: Config) -> dict[str, int]:
    """Bookings of these days. In a worker."""
    services = build(config)
    services.settings.set(SETTINGS)
    later = services.desk.property().days.calendar_date(services.desk.clock.now()) - _TODAY
    pks = {}
    for name, draft in drafts().items():
        moved = replace(draft, arrival=draft.arrival + later, departure=draft.departure + later)
        pks[name] = services.bookings.add(moved).value.pk
    services.close()
    return pks


def _kept(studio: Studio, config: Config, proxy: Proxy, pk: int) -> Pictures:
    """It goes away while somebody pays, and comes back."""
    desktop = studio.desk(config)
    hand, window = Hand(desktop.window, desktop.tasks), desktop.window
    try:
        desktop.start()
        window.resize(*studio.shape.size)
        hand.wait(lambda: window.context.is_ready)
        window.open_folio(pk)
        hand.settle()
        proxy.away()
        hand.press(Key.Key_F9)
        yield "away-take-payment", hand.top()
        hand.press(Key.Key_F3)
        yield "away-only-cash", hand.top()
        hand.press(Key.Key_F1)
        hand.press(Key.Key_Return)
        yield "away-slip", hand.top()
        hand.shut()
        yield "away-folio", window
        yield from _waiting(hand, "away-waiting")
        hand.shut()
        proxy.restore()
        hand.wait(lambda: not window.away.isVisible())
        hand.settle()
        yield from _settled(hand)
    finally:
        end(desktop)


def _waiting(hand: Hand[MainWindow], name: str) -> Pictures:
    hand.window.away._action.click()
    hand.settle()
    yield name, hand.top()


def _settled(hand: Hand[MainWindow]) -> Pictures:
    """Two whose booking nobody knows, and one that is delivered."""
    window = hand.window
    outbox, settings = window.context.services.outbox, window.context.settings
    for uid, minor, reference in (("one", 24_000, "the big room"), ("two", 8_650, "Lindqvist")):
        kept = KeepDraft(uid, Money(minor, "eur"), reference=reference)
        in_worker(lambda kept=kept: outbox.keep(kept, settings))  # type: ignore[misc]
    window.outbox.deliver()
    hand.settle()
    window.go("drawer")
    hand.settle()
    yield "away-needs-you", window
    yield from _waiting(hand, "away-waiting-needs-you")
    dialog = hand.top()
    assert isinstance(dialog, WaitingDialog)
    entries = in_worker(outbox.entries)
    dialog.lines.choose_asked.emit(entries[1])
    hand.settle()
    hand.write("r")
    hand.press(Key.Key_Down)
    yield "away-choose-booking", hand.top()
    hand.shut()
    dialog.lines.undo_asked.emit(entries[2])
    hand.settle()
    yield "away-undo", hand.top()
    hand.write("taken twice")
    hand.press(Key.Key_Return)
    yield "away-waiting-undone", hand.top()
    hand.shut()


def _without(studio: Studio, config: Config) -> Pictures:
    """A morning without it: cash against a reference."""
    desktop = studio.desk(config)
    hand, window = Hand(desktop.window, desktop.tasks), desktop.window
    try:
        desktop.start()
        window.resize(*studio.shape.size)
        hand.wait(lambda: window.context.away.keeps_cash)
        hand.settle()
        yield "away-start", window
        hand.press(Key.Key_F9)
        hand.press(Key.Key_Return)
        yield "away-take-cash-wrong", hand.top()
        hand.write("LN-2017")
        hand.press(Key.Key_Tab)
        hand.write("72")
        hand.press(Key.Key_Tab)
        hand.write("100")
        yield "away-take-cash", hand.top()
        hand.press(Key.Key_Return)
        hand.shut()
        yield "away-start-kept", window
    finally:
        end(desktop)
