"""The line that says since when the database is away, and what waits for it. It goes when both are over."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot

from rentease_desk.gui.away_words import needing_words, waiting_words
from rentease_desk.gui.context import Context
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.banner import Banner


class AwayBanner(Banner):
    """``waiting_asked``: what waits is to be looked at; ``cash_asked``: cash is to be taken against a reference."""

    waiting_asked = Signal()
    cash_asked = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme)
        self._context = context
        self.set_flush()
        self.keep_open()
        context.away.changed.connect(self.show_standing)
        context.ready.connect(self.show_standing)
        context.settings_changed.connect(self.show_standing)

    @Slot()
    def show_standing(self) -> None:
        """Say how it is now."""
        away = self._context.away
        if away.since is not None:
            self._tell_away(away.since)
        elif away.standing.count:
            self._tell_waiting()
        else:
            self.hide()

    def _tell_away(self, since: int) -> None:
        formats, away = self._context.formats, self._context.away
        title = self.tr("The database is away since {moment}").format(moment=formats.recently(since))
        waiting = waiting_words(away.standing, formats)
        if self._context.is_ready:
            action = self.tr("Show what waits") if waiting else ""
            text = self.tr("What you see is from then. It is tried again by itself.")
            self.tell(title, f"{text} {waiting}".strip(), Tone.ATTENTION, action, self._ask_waiting)
            return
        text = self.tr("Nothing can be shown or changed until it is back; it is tried again by itself.")
        if not away.keeps_cash:
            self.tell(title, text, Tone.ATTENTION)
            return
        cash = self.tr("Cash can be taken against a booking's reference (F9).")
        self.tell(title, f"{text} {cash} {waiting}".strip(), Tone.ATTENTION, self.tr("Take cash"), self._ask_cash)

    def _ask_waiting(self) -> None:
        """What was said stays: it is still true."""
        self.show_standing()
        self.waiting_asked.emit()

    def _ask_cash(self) -> None:
        self.show_standing()
        self.cash_asked.emit()

    def _tell_waiting(self) -> None:
        away = self._context.away
        title = waiting_words(away.standing, self._context.formats).removesuffix(".")
        tone = Tone.WRONG if away.standing.needing else Tone.ATTENTION
        self.tell(title, needing_words(away.standing), tone, self.tr("Show"), self._ask_waiting)
