"""The head of the window: the property and its time, the command bar, whether this is practice, how the sync stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from rentease_desk.domain.sync import Progress, RunOutcome
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.staff_words import person_words
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import Icon, Label, column, frame, row
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.widgets.gives_way import GivesWay
from rentease_desk.gui.widgets.search_field import SearchField
from rentease_desk.gui.widgets.sizes import keep_size

if TYPE_CHECKING:
    from rentease_desk.gui.widgets.sync_cards import SyncState

_MINUTE = 60_000


class Badge(QWidget):
    """The program's sign: a bed on the accent."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Square."""
        return QSize(1, 1) * self._theme.px(32)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The sign."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("accent"))
        painter.drawRoundedRect(QRectF(self.rect()), tokens.CONTROL_RADIUS, tokens.CONTROL_RADIUS)
        size = self._theme.px(20)
        at = (self.width() - size) // 2
        icon = self._theme.icons.pixmap("bed", self._theme.colour("onaccent"), size, self.devicePixelRatioF())
        painter.drawPixmap(at, at, icon)
        painter.end()


class CommandField(SearchField):
    """What the command bar is typed into. ``pressed``: by the mouse; the tabulator does not come here."""

    pressed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, self.tr("Guest, room, reference, amount or a command"), "Ctrl+K")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        keep_size(self, theme, least_width=200, most_width=416)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The first one opens the bar, as Ctrl+K does."""
        if self.hasFocus():
            super().mousePressEvent(event)
        else:
            self.pressed.emit()


class TopBar(QFrame):
    """Tells; what is pressed here is the command bar only."""

    def __init__(self, context: Context, *, practice: bool, person: str) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self.setProperty("bar", "top")
        self._name = ElidedLabel(theme, self.tr("Rentease Desk"), weight=QFont.Weight.DemiBold)
        self._time = ElidedLabel(theme, size=tokens.SMALL, tone="text2")
        self._sync_icon = Icon(theme, "sync")
        self._sync = Label(theme, weight=QFont.Weight.DemiBold)
        self._next = Label(theme, tone="text2")
        self._state: SyncState | None = None
        line = frame(bar="line")
        line.setFixedWidth(1)
        keep_size(line, theme, height=tokens.MARGIN)
        self._parts: list[QWidget] = [self._sync_icon, self._sync, line]
        names = column(self._name, self._time, spacing=0)
        layout = row(Badge(theme), spacing=12, margins=(16, 8, 24, 8))
        self.command = CommandField(theme)
        layout.addLayout(names)
        layout.addStretch(1)
        layout.addWidget(self.command, 100)
        layout.addStretch(2)
        who, name = Icon(theme, "person"), Label(theme, person, tone="text2")
        self._computers, self._person = person, name
        mark = (_practice_mark(theme),) if practice else ()
        for part in (*mark, self._sync_icon, self._sync, self._next, line, who, name):
            layout.addWidget(part)
        self.setLayout(layout)
        self._way = GivesWay(self, layout, self._next, name, who)
        self._way.keep_whole(self._name, self._time)
        keep_size(self, theme, height=tokens.HEADER)
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._tick)
        self._clock.start(_MINUTE // 4)
        context.ready.connect(self._tick)
        context.settings_changed.connect(self._tick)
        context.away.changed.connect(self._tick)
        context.staff_changed.connect(self._show_person)
        self.show_opening()
        self._tick()
        self._show_person()

    def show_opening(self) -> None:
        """The database is on its way."""
        self._time.setText(self.tr("opening…"))
        for part in self._parts:
            part.hide()

    def show_closed(self) -> None:
        """The database could not be opened; a message says why."""
        self._time.setText(self.tr("not open"))

    @Slot(object)
    def show_state(self, state: SyncState) -> None:
        """How the last sync ended: its time, not "ok"."""
        self._state = state
        for part in self._parts:
            part.show()
        ended = (run for run in state.runs if run.ended_at is not None)
        run = next(ended, None)
        formats = self._context.formats
        if run is None:
            self._say("clock", "text2", self.tr("Not synced yet"), "")
        elif run.outcome is RunOutcome.FAILED:
            self._say("triangle", "wrong", self.tr("Sync failed"), formats.recently(run.ended_at or run.started_at))
        elif run.ended_at is not None:
            told = self.tr("Synced {time}").format(time=formats.recently(run.ended_at))
            self._say("circle-tick", "good", told, self._every())

    @Slot(object)
    def show_progress(self, progress: Progress) -> None:
        """A sync is under way."""
        share = 100 * progress.done // max(1, progress.total)
        self._say("sync", "link", self.tr("Syncing {share} %").format(share=share), "")

    @Slot(bool)
    def show_running(self, running: bool) -> None:
        """A sync begins or ends."""
        if running:
            self._say("sync", "link", self.tr("Syncing…"), "")
        elif self._state is not None:
            self.show_state(self._state)

    @property
    def person(self) -> str:
        """Who is said to be at the desk."""
        return self._person.text()

    @Slot()
    def _show_person(self) -> None:
        """Who is at the desk; the computer's own user, where the property has no staff."""
        staff = self._context.staff
        here = "" if staff.present is None else person_words(staff.present)
        self._person.setText(here if staff.people else self._computers)

    def _every(self) -> str:
        minutes = self._context.settings.sync_minutes
        return self.tr("every {count} min").format(count=minutes) if minutes else self.tr("by hand only")

    def _say(self, icon: str, colour: str, text: str, aside: str) -> None:
        self._sync_icon.show_icon(icon, colour)
        self._sync.set_tone(colour)
        self._sync.setText(text)
        self._next.setText(aside)

    @Slot()
    def _tick(self) -> None:
        context = self._context
        if context.knows_property:  # also before the database is reached, from what this desk remembers
            self._name.setText(context.settings.name)
        if context.away.since is not None:
            moment = context.formats.recently(context.away.since)
            self._time.setText(self.tr("database away since {moment}").format(moment=moment))
            self._time.set_tone("attn")
        if not context.is_ready or context.away.since is not None:
            return
        self._time.set_tone("text2")
        context.note_day()
        place = context.settings.zone.split("/")[-1].replace("_", " ")
        now = context.now()
        zone = context.formats.local(now).tzname() or ""
        where = place if zone in {"", place} else f"{place} ({zone})"
        self._time.setText(f"{context.formats.moment(now)} · {where}")


def _practice_mark(theme: Theme) -> QFrame:
    mark = frame(tint="attn")
    text = Label(theme, mark.tr("PRACTICE"), size=tokens.SMALL, weight=QFont.Weight.DemiBold, tone="attn")
    mark.setLayout(row(Icon(theme, "practice", "attn"), text, margins=(8, 4, 10, 4), spacing=6))
    mark.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return mark
