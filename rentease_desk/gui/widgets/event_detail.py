"""The marked event in full: what a table's row has no room for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame

from rentease_desk.domain.stripe_events import EventState, StoredEvent
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.events_model import error_words, full_moment, object_word
from rentease_desk.gui.widgets.basics import Label, column, row
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.words import with_account


class EventDetail(QFrame):
    """Stands below the list; hidden while nothing is marked."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        theme = context.theme
        self.setProperty("bar", "sunken")
        self._name = Label(theme, weight=QFont.Weight.DemiBold)
        self._about = ElidedLabel(theme, tone="text2")
        self._told = Label(theme)
        self._told.setWordWrap(True)
        self._when = ElidedLabel(theme, size=tokens.SMALL, tone="text2")
        for label in (self._name, self._told):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        head = row(self._name, self._about)
        head.setStretch(1, 1)
        layout = column(spacing=4, margins=(16, 10, 16, 12))
        layout.addLayout(head)
        layout.addWidget(self._told)
        layout.addWidget(self._when)
        self.setLayout(layout)
        self.hide()

    @property
    def words(self) -> str:
        """All that is told."""
        return "\n".join(one.text() for one in (self._name, self._about, self._told, self._when))

    def show_event(self, event: StoredEvent | None) -> None:
        """Tell of another event."""
        self.setVisible(event is not None)
        if event is None:
            return
        self._name.setText(event.type)
        told = " · ".join((object_word(event), event.object_id, event.id))
        self._about.setText(with_account(told, event.account, self._context.settings))
        self._told.setText(error_words(event) or self._outcome(event.state))
        self._when.setText(" · ".join(self._times(event)))
        self.setAccessibleName(self.words)

    def _outcome(self, state: EventState) -> str:
        """What the state means, where nothing is wrong."""
        words = {
            EventState.WAITING: self.tr("It will be handled with the next sync."),
            EventState.DONE: self.tr("What it is about was read from Stripe, and stands here."),
            EventState.IGNORED: self.tr("It is about something that this desk does not keep."),
            EventState.GONE: self.tr("What it was about is not at Stripe any more."),
        }
        return words.get(state, self.tr("No reason was written down."))

    def _times(self, event: StoredEvent) -> list[str]:
        formats = self._context.formats
        parts = [
            self.tr("Happened {moment}").format(moment=full_moment(event.created, formats)),
            self.tr("read {moment}").format(moment=formats.moment(event.received_at)),
        ]
        if event.attempts:
            parts.append(self.tr("1 attempt") if event.attempts == 1 else self._attempts(event.attempts))
        if event.state is EventState.WAITING and event.next_attempt_at > self._context.now():
            parts.append(self.tr("next try {moment}").format(moment=formats.moment(event.next_attempt_at)))
        if event.reason is not None and event.error:
            parts.append(self.tr("last error: {error}").format(error=event.error))
        return parts

    def _attempts(self, count: int) -> str:
        return self.tr("{count} attempts").format(count=self._context.formats.count(count))
