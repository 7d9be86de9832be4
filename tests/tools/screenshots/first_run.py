"""The first run by keys: from practice or real to the desk that reads its first payments."""

from __future__ import annotations

import tempfile
from contextlib import closing

from PySide6.QtWidgets import QLineEdit

from rentease_desk.config import Config, from_environment
from rentease_desk.desktop import Desktop
from rentease_desk.gui.first_run.database_step import DatabaseStep
from rentease_desk.gui.first_run.key_step import KeyStep
from rentease_desk.gui.first_run.window import FirstRunWindow
from tests.tools.gui import in_worker
from tests.tools.keyrings import memory_keyring
from tests.tools.ports import free_port
from tests.tools.practice import ControlClient
from tests.tools.screenshots.studio import ALT, SHIFT, Hand, Key, Pictures, Studio, end, let_pass

_PEOPLE = ("Mara Rossi", "Elena Marchetti", "Paolo Conti")
_PIN = "8421"


def first_run(studio: Studio) -> Pictures:
    """A desk of its own, which reads from the studio's practice server."""
    with tempfile.TemporaryDirectory() as folder, memory_keyring():
        given = {"RENTEASE_DATA_DIR": folder, "STRIPE_API_BASE": studio.stripe.base_url, "RENTEASE_DESK": "Desk 1"}
        config = from_environment(given)
        yield from _left(studio, config)
        desktop = studio.desk(config)
        try:
            yield from _gone_on(desktop, _opened(desktop, studio), studio.stripe.api_key)
        finally:
            end(desktop)


def _opened(desktop: Desktop, studio: Studio) -> Hand[FirstRunWindow]:
    desktop.start()
    window = desktop.first_run
    assert window is not None
    window.resize(*studio.shape.size)
    desktop.window.resize(*studio.shape.size)
    hand = Hand(window, desktop.tasks)
    hand.settle()
    return hand


def _left(studio: Studio, config: Config) -> Pictures:
    """To the key, where it is left for another day."""
    desktop = studio.desk(config)
    hand = _opened(desktop, studio)
    window = hand.window
    try:
        yield "first-run", window
        hand.press(Key.Key_2)
        yield "first-run-real", window
        hand.press(Key.Key_Return)
        hand.press(Key.Key_Return)
        yield "first-run-property-wrong", window
        hand.write("Hotel Lanterna")
        yield "first-run-property", window
        hand.press(Key.Key_Return)
        yield from _database(hand)
        yield from _key(hand, studio)
    finally:
        end(desktop)


def _database(hand: Hand[FirstRunWindow]) -> Pictures:
    """A server that does not answer, then the file on this computer."""
    window, step = hand.window, hand.window.step
    assert isinstance(step, DatabaseStep)
    yield "first-run-database", window
    hand.press(Key.Key_Right)
    yield "first-run-server", window
    hand.press(Key.Key_Return)
    yield "first-run-server-missing", window
    _type(hand, (step.fields.server, "127.0.0.1"), (step.fields.port, str(free_port())), (step.fields.database, "desk"),
          (step.fields.user, "desk"), (step.fields.password, "secret"))  # fmt: skip
    step.test.click()
    hand.settle()
    yield "first-run-server-away", window
    step.fields.where.setFocus()
    step.fields.where.focus_chosen()
    hand.press(Key.Key_Left)
    step.test.click()
    hand.settle()
    yield "first-run-database-tested", window
    hand.press(Key.Key_Return)


def _key(hand: Hand[FirstRunWindow], studio: Studio) -> Pictures:
    """None yet; one that may too little, and one that may do everything."""
    window, step = hand.window, hand.window.step
    assert isinstance(step, KeyStep)
    yield "first-run-key", window
    with closing(ControlClient(studio.stripe)) as control:
        little = in_worker(lambda: control.key(["rak_charge_read"]))
    _type(hand, (step.entry.edit, little))
    hand.press(Key.Key_Return)
    yield "first-run-key-little", window
    _type(hand, (step.entry.edit, "rk_test_" + "0" * 24))
    hand.press(Key.Key_Return)
    yield "first-run-key-refused", window
    _type(hand, (step.entry.edit, "sk_live_" + "b2" * 12))
    hand.press(Key.Key_Return)
    yield "first-run-key-everything", window


def _gone_on(desktop: Desktop, hand: Hand[FirstRunWindow], key: str) -> Pictures:
    """Another day: from the key to the first range."""
    window, step = hand.window, hand.window.step
    yield "first-run-again", window
    assert isinstance(step, KeyStep)
    _type(hand, (step.entry.edit, key))
    step.entry.test.click()
    hand.settle()
    yield "first-run-key-tested", window
    step.entry.edit.setFocus()
    hand.press(Key.Key_Return)
    yield "first-run-methods", window
    hand.press(Key.Key_Left, ALT)
    hand.press(Key.Key_Return)
    hand.press(Key.Key_Return)
    yield "first-run-staff", window
    for name in _PEOPLE:
        hand.write(name)
        for part in ("", _PIN, _PIN):
            hand.press(Key.Key_Tab)
            if part:
                hand.write(part)
        hand.press(Key.Key_Return)
    yield "first-run-staff-added", window
    hand.write("Paolo Conti")
    hand.press(Key.Key_Tab)
    hand.press(Key.Key_Return)
    yield "first-run-staff-wrong", window
    hand.press(Key.Key_Tab, SHIFT)
    window.skip_button.click()
    hand.settle()
    yield "first-run-range", window
    yield from _reading(desktop, hand)


def _reading(desktop: Desktop, hand: Hand[FirstRunWindow]) -> Pictures:
    """The desk is set up, and reads."""
    hand.window.onward.click()
    hand.wait(lambda: desktop.window.isVisible() and desktop.window.page == "sync")
    page = desktop.window.pages.sync
    hand.wait(lambda: page.is_running)
    desk = Hand(desktop.window, desktop.tasks)
    let_pass(250)  # laid out, but not read to its end
    yield "first-run-reading", desk.window
    desk.wait(lambda: not page.is_running)
    desk.settle()
    yield "first-run-read", desk.window


def _type(hand: Hand[FirstRunWindow], *fields: tuple[QLineEdit, str]) -> None:
    for edit, text in fields:
        edit.setFocus()
        edit.selectAll()
        hand.write(text)
