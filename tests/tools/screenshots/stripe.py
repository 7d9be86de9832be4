"""What Stripe sent: syncs, events, follow-ups, and trouble."""

from __future__ import annotations

from rentease_desk.domain.stripe_events import EventState
from rentease_desk.domain.sync import Summary
from tests.tools.asking import Other, let_pass
from tests.tools.gui import in_worker
from tests.tools.gui_events import SAMPLE, keep
from tests.tools.problems import open_gap, pictured
from tests.tools.screenshots.studio import Key, Pictures, Studio


def sync(studio: Studio) -> Pictures:
    window = studio.window
    studio.go("sync")
    yield "sync", window
    studio.press(Key.Key_F5)
    studio.press(Key.Key_Return)
    studio.wait(lambda: not window.pages.sync.is_running)
    studio.settle()
    yield "sync-done", window
    yield "practice-menu", studio.menu("Practice")
    key = window.context.services.key
    given, key.given = key.given, None
    yield from _asked(studio)
    key.given = given


def _asked(studio: Studio) -> Pictures:
    """A desk without a key: what it asks, where nobody comes, while another desk does it, and when it has."""
    window, services = studio.window, studio.window.context.services
    page = window.pages.sync
    studio.press(Key.Key_F5)
    studio.wait(lambda: not page.is_running)
    studio.settle()
    yield "sync-asked", window
    in_worker(lambda: let_pass(services.desk, 10))
    page.asking.look()
    studio.settle()
    yield "sync-nobody", window
    other = Other(services.desk)
    in_worker(other.take)
    in_worker(lambda: other.read(40))
    page.reload()
    studio.settle()
    page.asked.table.setFocus()
    studio.press(Key.Key_Down)
    yield "sync-elsewhere", window
    in_worker(lambda: other.end(Summary(fetched=7, new=2, unchanged=5, unmatched=1)))
    page.reload()
    studio.settle()
    yield "sync-answered", window


def events(studio: Studio) -> Pictures:
    """The log as it is in practice, where nothing needs a person; then with events of every kind."""
    window, services = studio.window, studio.window.context.services
    studio.go("events")
    yield "events-none", window
    in_worker(lambda: keep(services, services.desk.clock.now(), *SAMPLE))
    window.pages.events.reload()
    studio.settle()
    studio.press(Key.Key_Down)
    yield "events", window
    studio.press(Key.Key_D)
    studio.press(Key.Key_Return)
    yield "dismiss-event", studio.top()
    studio.shut()
    window.pages.events.segments.choose(None)
    window.pages.events.segments.chosen.emit(None)
    studio.settle()
    studio.press(Key.Key_End)
    yield "events-all", window


def follow_ups(studio: Studio) -> Pictures:
    """What is to be followed up: what the sample has, then one of each kind and more; a folio with disputes."""
    window, services = studio.window, studio.window.context.services
    studio.go("follow_ups")
    yield "follow-ups-sample", window
    pk = in_worker(lambda: pictured(services))
    studio.settle()
    yield "follow-ups", window
    studio.press(Key.Key_N)
    yield "follow-up-note", studio.top()
    studio.shut()
    window.open_folio(pk)
    studio.settle()
    yield "folio-disputes", window
    studio.go("payments")
    window.pages.payments.search.setText("disputed guest")
    studio.settle()
    window.pages.payments.table.setFocus()
    for key in (Key.Key_Down, Key.Key_Down, Key.Key_Down, Key.Key_Space):
        studio.press(key)
    yield "payments-dispute", window
    studio.leave_folio()
    window.pages.payments.search.setText("")


def _practise(studio: Studio, words: str) -> None:
    """Choose an item of the menu *Practice*."""
    next(one for one in studio.menu("Practice").actions() if one.text() == words).trigger()
    studio.settle()


def trouble(studio: Studio) -> Pictures:
    """Stripe is down: what a sync says then. Events were not read for weeks: what the window and the page say."""
    window, services = studio.window, studio.window.context.services
    _practise(studio, "Stripe is down")
    studio.go("events")
    window.pages.events.segments.choose(EventState.DEAD)
    window.pages.events.segments.chosen.emit(EventState.DEAD)
    studio.settle()
    studio.press(Key.Key_Home)
    studio.press(Key.Key_R)
    yield "events-retry-failed", window
    studio.go("sync")
    studio.press(Key.Key_F5)
    studio.press(Key.Key_Return)
    studio.wait(lambda: not window.pages.sync.is_running)
    studio.settle()
    yield "sync-failed", window
    in_worker(lambda: open_gap(services))
    window.pages.sync.banner.hide()
    studio.go("bookings")
    yield "gap-told", window
    studio.go("sync")
    yield "sync-gap", window
    studio.go("bookings")
    _practise(studio, "All is well again")
