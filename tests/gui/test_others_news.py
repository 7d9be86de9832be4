"""What other desks write is told as fast as the page on the screen reads it, and nothing of it is lost."""

from __future__ import annotations

import threading

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from rentease_desk.domain.changes import Changes
from rentease_desk.gui.others_news import OthersNews
from rentease_desk.gui.tasks import Lane, Tasks


def payments(*keys: int) -> Changes:
    return Changes(payments=frozenset(keys))


class Page(QWidget):
    """Reads anew whenever it is told of something; a read ends when it is let through."""

    def __init__(self, tasks: Tasks, news: OthersNews) -> None:
        super().__init__()
        self._tasks = tasks
        self.told: list[Changes] = []
        self.shown: list[Changes] = []
        self.through = threading.Semaphore(0)
        news.told.connect(self.reload)

    def reload(self, changes: Changes) -> None:
        self.told.append(changes)
        self._tasks.run(Lane.READ, self, self.through.acquire, lambda _: self.shown.append(changes), channel="keys")


def test_while_a_page_reads_what_comes_is_gathered(qtbot: QtBot, tasks: Tasks) -> None:
    """Told at once, it would begin anew each time, and show nothing while others write."""
    news = OthersNews(tasks)
    page = Page(tasks, news)
    qtbot.addWidget(page)
    page.show()
    for key in range(1, 5):
        news.hear(payments(key))
    assert page.told == [payments(1)]
    page.through.release()
    qtbot.waitUntil(lambda: len(page.told) == 2)
    assert page.shown == [payments(1)]
    assert page.told[1] == payments(2, 3, 4)
    page.through.release()
    qtbot.waitUntil(lambda: len(page.shown) == 2)


def test_a_page_that_nobody_sees_keeps_nothing_back(qtbot: QtBot, tasks: Tasks) -> None:
    news = OthersNews(tasks)
    page = Page(tasks, news)
    qtbot.addWidget(page)
    news.hear(payments(1))
    news.hear(payments(2))
    qtbot.waitUntil(lambda: page.told == [payments(1), payments(2)])
    page.through.release(2)
    qtbot.waitUntil(lambda: not tasks.busy)
