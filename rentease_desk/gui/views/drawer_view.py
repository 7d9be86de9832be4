"""The cash drawer of this desk: opened with a float, cash put in and taken out, counted blind, and closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.drawers import DrawerSession, Figures, OpenDrawer, ToCount, Uncounted
from rentease_desk.domain.errors import KnownError
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.views.drawer_closing import NOTE, DrawerClosing
from rentease_desk.gui.views.page import Page
from rentease_desk.gui.widgets.basics import Button, column, scrolled
from rentease_desk.gui.widgets.drawer_desk import DrawerDesk, last_days

if TYPE_CHECKING:
    from rentease_desk.services.bundle import Services

_DAYS = 7
"""So many days back, cash that nobody counted is shown."""


class DrawerState(Struct, frozen=True):
    """What the page shows, read in one go. ``figures`` and ``wanted``: of the open session."""

    current: OpenDrawer
    figures: Figures | None
    wanted: ToCount | None
    sessions: tuple[DrawerSession, ...]
    uncounted: tuple[Uncounted, ...]


class DrawerView(Page):
    """``said`` carries a sentence. ``move_asked`` carries a MovementKind, ``report_asked`` a DrawerSession."""

    said = Signal(str)
    move_asked = Signal(object)
    report_asked = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__(context, context.tr("Drawer"))
        self.desk, self.closing = DrawerDesk(context), DrawerClosing(context)
        self.again = Button(context.theme, self.tr("Count again"))
        self.parts = QStackedWidget()
        self.state: DrawerState | None = None
        self._close_wanted = self._keys_wanted = False
        self._build()
        self._connect()

    @property
    def is_closing(self) -> bool:
        """Whether the drawer is being counted."""
        return self.parts.currentIndex() == 1

    def start(self) -> None:
        """Read how the drawer stands, of another database perhaps."""
        self.closing.forget()
        self._show_part(0)
        self.reload()

    def enter(self) -> None:
        """The keyboard is where one goes on. Another desk may have written meanwhile."""
        self._keys_wanted = True
        if self.context.is_ready:
            self.reload()
        if self.is_closing:
            self.closing.place_keyboard()

    def key_hints(self) -> Sequence[tuple[str, str]]:
        """Keys of this page."""
        if self.state is not None and self.state.current.session is None:
            last = (("Ctrl+P", self.tr("Last Z report")),) if self.desk.last_closed is not None else ()
            return (("Enter", self.tr("Open the drawer")), *last)
        if self.is_closing:
            on = "Tab / Enter" if self.closing.step < NOTE else "Tab"  # in the note it begins a line
            return ((on, self.tr("Next field")), ("Ctrl+Enter", self.tr("Next step")),
                    ("Alt+←", self.tr("Back")), ("Esc", self.tr("Leave, keep the count")))  # fmt: skip
        return (("Ctrl+I", self.tr("Paid in")), ("Ctrl+O", self.tr("Paid out")), ("Ctrl+D", self.tr("Drop")),
                ("Ctrl+L", self.tr("Count and close")), ("Ctrl+P", self.tr("Z report")))  # fmt: skip

    @Slot()
    def close_drawer(self) -> None:
        """Begin to count, as soon as it is known that the drawer is open."""
        state = self.state
        if state is None or state.current.session is None or state.wanted is None:
            self._close_wanted = state is None
            if state is not None:
                self.fail(KnownError("drawer.not_open", desk=self.context.services.desk.operator.desk))
            return
        self._close_wanted = False
        self.banner.hide()
        self._show_part(1)
        self.closing.begin(state.current.session, state.wanted)

    @Slot()
    def reload(self) -> None:
        """Read how the drawer stands."""
        if not self.context.is_ready:
            return
        services, days = self.context.services, last_days(self.context, _DAYS)

        def read() -> DrawerState:
            return _read(services, days)

        self.context.tasks.run(Lane.READ, self, read, self._show, self._not_read, channel="drawer")

    def _build(self) -> None:
        page = QWidget()
        page.setLayout(column(self.desk, spacing=0))
        self._scroll = scrolled(page)
        self.parts.addWidget(self._scroll)
        self.parts.addWidget(self.closing)
        self.title_row.addWidget(self.again)
        layout = column(spacing=tokens.BETWEEN_CARDS, margins=(tokens.MARGIN, 16, tokens.MARGIN, 16))
        layout.addLayout(self.title_row)
        layout.addWidget(self.banner)
        layout.addWidget(self.parts, 1)
        self.body.addLayout(layout)
        self.again.hide()

    def _connect(self) -> None:
        context = self.context
        context.changed.connect(self._refresh)
        context.settings_changed.connect(self.reload)
        context.day_changed.connect(self.reload)
        self.desk.opening.opened.connect(self._opened)
        self.desk.opening.failed.connect(self.fail)
        self.desk.move_asked.connect(self.move_asked)
        self.desk.close_asked.connect(self.close_drawer)
        self.desk.report_asked.connect(self.report_asked)
        self.closing.closed.connect(self._closed)
        self.closing.failed.connect(self.fail)
        self.closing.stepped.connect(self._stepped)
        self.again.clicked.connect(self.closing.again)
        for keys, act in (("Ctrl+Return", self.closing.advance), ("Ctrl+Enter", self.closing.advance),
                          ("Alt+Left", self.closing.go_back)):  # fmt: skip
            QShortcut(QKeySequence(keys), self.closing, act).setAutoRepeat(False)
        leave = QShortcut(QKeySequence("Esc"), self.closing, self._leave)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)  # elsewhere in the window it closes something
        QShortcut(QKeySequence("Ctrl+P"), self.desk, self.desk.report.click).setAutoRepeat(False)

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        if not (changes.drawers or changes.payments or changes.refunds):
            return
        if self.isVisible():
            self.reload()

    def _not_read(self, error: KnownError) -> None:
        self.not_read("drawer", error)

    def _show(self, state: DrawerState) -> None:
        self.was_read("drawer")
        self.state = state
        session = state.current.session
        self.desk.show_past(state.sessions, state.uncounted)
        if session is not None and state.figures is not None:
            self._keys_wanted |= self.desk.opening.has_keyboard()  # another window may have opened it
            self.desk.show_open(state.figures)
        elif not self._is_being_opened():
            self._keys_wanted |= self.desk.opening.has_keyboard()
            self.desk.show_closed(state.current.handed_over)
        if self.is_closing and (session is None or self.closing.session is None):
            self._show_part(0)
        self._tell_title()
        self.told.emit()
        if self._close_wanted:
            self.close_drawer()
        elif self._keys_wanted and self.isVisible() and not self.is_closing:
            self._keys_wanted = False
            self._begin()

    def _begin(self) -> None:
        """The page is seen from its top: what to count stands above the field."""
        self.desk.begin()
        self._scroll.verticalScrollBar().setValue(0)

    def _is_being_opened(self) -> bool:
        """Somebody types a float: what was typed stays."""
        return self.desk.opening.isVisible() and any(edit.isModified() for edit in self.desk.opening.edits)

    def _tell_title(self) -> None:
        formats, session = self.context.formats, self.state.current.session if self.state is not None else None
        desk = self.context.services.desk.operator.desk
        self.title.setText(self.tr("Close the drawer") if self.is_closing else self.tr("Drawer"))
        if session is None:
            self.subtitle.setText(self.tr("{desk} · closed").format(desk=desk))
            return
        words = self.tr("{desk} · opened {moment} by {actor} · business day {day}")
        self.subtitle.setText(
            words.format(desk=session.desk, moment=formats.moment(session.opened_at), actor=session.opened_by,
                         day=formats.short_date(session.business_date))
        )  # fmt: skip

    def _show_part(self, at: int) -> None:
        self.parts.setCurrentIndex(at)
        self._stepped()

    @Slot()
    def _stepped(self) -> None:
        self.again.setVisible(self.is_closing and self.closing.found is not None)
        if self.context.is_ready:
            self._tell_title()
        self.told.emit()

    @Slot()
    def _leave(self) -> None:
        """What was typed stays for later."""
        self._show_part(0)
        self._begin()

    @Slot(object)
    def _opened(self, session: DrawerSession) -> None:
        self.banner.hide()
        self._keys_wanted = True
        self.said.emit(self.tr("The drawer is open, session {number}.").format(number=session.number))
        self.reload()

    @Slot(object)
    def _closed(self, session: DrawerSession) -> None:
        self.banner.hide()
        self._keys_wanted = True
        self._show_part(0)
        self.said.emit(self.tr("The drawer is closed. Z report {number}.").format(number=session.number))
        self.reload()
        self.report_asked.emit(session)


def _read(services: Services, days: DateRange) -> DrawerState:
    """In a worker."""
    drawers = services.drawers
    current = drawers.current()
    figures = wanted = None
    if current.session is not None:
        figures, wanted = drawers.figures(current.session.pk), drawers.to_count(current.session.pk)
    return DrawerState(current, figures, wanted, tuple(drawers.latest(40)), tuple(drawers.uncounted(days)))
