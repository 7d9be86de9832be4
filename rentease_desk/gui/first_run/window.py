"""The window of the first run: the steps at the left, a question at a time, and the keys that lead through it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QFont, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QVBoxLayout, QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.first_run import FirstRunDraft
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.first_run.begin_step import BeginStep
from rentease_desk.gui.first_run.database_step import DatabaseStep
from rentease_desk.gui.first_run.import_step import ImportStep
from rentease_desk.gui.first_run.key_step import KeyStep
from rentease_desk.gui.first_run.methods_step import MethodsStep
from rentease_desk.gui.first_run.property_step import PropertyStep
from rentease_desk.gui.first_run.staff_step import StaffStep
from rentease_desk.gui.first_run.step import Answers, Step
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Button, Label, column, frame, on_surface, row, scrolled
from rentease_desk.gui.widgets.foot_bar import FootBar
from rentease_desk.gui.widgets.sizes import LayoutZoom, keep_size
from rentease_desk.gui.widgets.step_column import StepColumn
from rentease_desk.gui.widgets.top_bar import Badge

if TYPE_CHECKING:
    from rentease_desk.services.first_run import Finished, FirstRunService

_SIZE, _SMALLEST = (1440, 900), (1024, 640)
_WIDTH, _MARGIN = 980, 30


class FirstRunWindow(QWidget):
    """``finished`` carries Finished and the days to read; ``practice_asked``: practice instead; ``left``: later.

    ``service`` is called in workers only. What was answered is kept step by step, without secrets; until the last step
    nothing else is made.
    """

    finished = Signal(object, int)
    practice_asked = Signal()
    left = Signal()

    def __init__(self, context: Context, desk: str, service: Callable[[], FirstRunService]) -> None:
        super().__init__()
        self.context, self.answers = context, Answers(service)
        self._is_done, self._is_busy = False, False
        self.begin = BeginStep(context, self.answers)
        self.steps: tuple[Step, ...] = (
            self.begin,
            *(kind(context, self.answers) for kind in (PropertyStep, DatabaseStep, KeyStep, MethodsStep, StaffStep)),
            ImportStep(context, self.answers),
        )
        self.column = StepColumn(context.theme, [(one.words.name, one.words.about) for one in self.steps])
        self.at = 0
        self.foot = FootBar(context.theme, desk)
        self._make_texts()
        self._build()
        self._zoom = LayoutZoom(self, context.theme)
        self._connect()
        self._show(0)

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self.steps[self.at]

    def start(self) -> None:
        """Look what was answered before."""
        service = self.answers.service
        self.context.tasks.run(Lane.READ, self, lambda: service().draft(), self._resume, self._fail)

    @Slot()
    def go_on(self) -> None:
        """What Enter does."""
        if not self._is_busy:
            self.step.go_on()

    @Slot()
    def back(self) -> None:
        """The step before; what was typed stays."""
        if not self._is_busy:
            self._go(-1)

    @Slot()
    def skip(self) -> None:
        """The next step, without an answer to this one."""
        if not self._is_busy:
            self._passed()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter goes on, or presses the button on which the keyboard is."""
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)
            return
        focus = QApplication.focusWidget()
        if isinstance(focus, QAbstractButton) and not focus.isCheckable():
            focus.click()
        else:
            self.go_on()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Later: the answers are kept already."""
        event.accept()
        if not self._is_done:
            self.left.emit()

    def _make_texts(self) -> None:
        theme = self.context.theme
        self._number = Label(theme, size=tokens.SMALL, tone="text2")
        self._heading = Label(theme, size=tokens.LARGE, weight=QFont.Weight.DemiBold)
        self._text = Label(theme, tone="text2")
        for one in (self._heading, self._text):
            one.setWordWrap(True)
        self.skip_button = Button(theme, self.tr("Skip this step"), kind="text")
        self.back_button = Button(theme, self.tr("Back"), key="Alt+←")
        self.onward = Button(theme, self.tr("Continue"), kind="primary", key="Enter")

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Rentease Desk – first run"))
        self.setMinimumSize(*_SMALLEST)
        self.resize(QSize(*_SIZE).boundedTo(self.screen().availableSize()))
        on_surface(self, self.context.theme)
        right = column(spacing=0)
        right.addWidget(self._questions(), 1)
        right.addWidget(self._buttons())
        middle = row(self._left(), spacing=0)
        middle.addLayout(right, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(middle, 1)
        outer.addWidget(self.foot)

    def _left(self) -> QWidget:
        theme = self.context.theme
        side = frame(bar="rail")
        title = column(
            Label(theme, self.tr("Rentease Desk"), weight=QFont.Weight.DemiBold),
            Label(theme, self.tr("First run, about 5 minutes"), size=tokens.SMALL, tone="text2"),
            spacing=2,
        )
        head = row(Badge(theme), spacing=12, margins=(16, 0, 16, 12))
        head.addLayout(title, 1)
        hint = Label(
            theme,
            self.tr("Every step can be skipped. You find all of them again under Settings."),
            size=tokens.SMALL,
            tone="text2",
        )
        hint.setWordWrap(True)
        inside = column(spacing=0, margins=(8, 24, 8, 0))
        inside.addLayout(head)
        inside.addWidget(self.column)
        inside.addStretch(1)
        inside.addLayout(column(hint, margins=(16, 8, 16, 24)))
        side.setLayout(inside)
        return side

    def _questions(self) -> QWidget:
        """Scrolled where the window is low."""
        ground, inside = QWidget(), QWidget()
        on_surface(ground, self.context.theme)
        ground.setLayout(row(inside, spacing=0))
        keep_size(inside, self.context.theme, most_width=_WIDTH)
        layout = column(spacing=4, margins=(_MARGIN, 40, _MARGIN, 24))
        inside.setLayout(layout)
        for part in (self._number, self._heading, self._text):
            layout.addWidget(part)
        layout.addSpacing(20)
        for one in self.steps:
            layout.addWidget(one, 1)
        self._area = scrolled(ground)
        return self._area

    def _buttons(self) -> QWidget:
        made = frame(bar="bottom")
        line = frame(bar="line")
        line.setFixedHeight(1)
        self.skip_button.clicked.connect(self.skip)
        self.back_button.clicked.connect(self.back)
        self.onward.clicked.connect(self.go_on)
        below, inside = QWidget(), QWidget()
        below.setLayout(row(inside, spacing=0))
        keep_size(inside, self.context.theme, most_width=_WIDTH)  # they stand below the questions
        margins = (_MARGIN - 12, 12, _MARGIN, 12)
        inside.setLayout(row(self.skip_button, None, self.back_button, self.onward, margins=margins))
        made.setLayout(column(line, below, spacing=0))
        return made

    def _connect(self) -> None:
        QShortcut(QKeySequence("Alt+Left"), self, self.back)
        QShortcut(QKeySequence("Ctrl+Q"), self, self.close)
        for one in self.steps:
            one.passed.connect(self._passed)
            one.busy.connect(self._set_busy)
        self.begin.practice_asked.connect(self._practice)

    def _resume(self, draft: FirstRunDraft) -> None:
        """Go on where it was left."""
        self.answers.draft = draft
        if draft.step:
            self.begin.choose_real()
        self._show(min(draft.step, len(self.steps) - 1))
        if draft.step:
            text = self.tr("What you had typed is here again, but for the key, the password and PINs.")
            self.step.banner.tell(self.tr("It goes on where you left it"), text, Tone.NEUTRAL)

    @Slot()
    def _practice(self) -> None:
        self._is_done = True
        self.practice_asked.emit()

    @Slot()
    def _passed(self) -> None:
        if self.at + 1 == len(self.steps):
            self._finish()
            return
        self._go(1)
        self._keep()

    def _go(self, by: int) -> None:
        """Past steps that have nothing to ask."""
        at = self.at + by
        while 0 < at < len(self.steps) - 1 and not self.steps[at].is_needed:
            at += by
        if 0 <= at < len(self.steps):
            self._show(at)

    def _show(self, at: int) -> None:
        self.at = at
        for one in self.steps:  # only the one that is shown asks for room
            one.setVisible(one is self.step)
        words = self.step.words
        told = self.tr("Step {number} of {count}").format(number=at + 1, count=len(self.steps))
        self._number.setText(told)
        self._heading.setText(words.heading)
        self._text.setText(words.text)
        self.column.show_step(at)
        self.foot.show_keys(self._keys())
        self._area.verticalScrollBar().setValue(0)
        self.step.enter()
        self._set_busy(False)
        if not self._is_within(self.step):
            self.onward.setFocus()  # Enter goes on, also where there is nothing to choose

    def _keys(self) -> list[tuple[str, str]]:
        own = [*self.step.keys, ("Enter", self.tr("Continue"))]
        back = [("Alt+←", self.tr("Back"))] if self.at else []
        return [*own, *back, ("Ctrl+Q", self.tr("Later"))]

    @Slot(bool)
    def _set_busy(self, busy: bool) -> None:
        self._is_busy = busy
        self.onward.setText(self.step.onward)
        self.onward.setEnabled(not busy)
        self.onward.updateGeometry()
        if self._is_within(self.step):
            self._area.ensureWidgetVisible(self.focusWidget())
        self.back_button.setVisible(self.at > 0)
        self.skip_button.setVisible(0 < self.at < len(self.steps) - 1)

    def _is_within(self, part: QWidget) -> bool:
        """Whether the keyboard is in a part of the window."""
        focus: QWidget | None = self.focusWidget()
        return focus is not None and part.isAncestorOf(focus)

    def _keep(self) -> None:
        """For the next start. A disk that cannot be written is told when it matters: at the end."""
        service, draft = self.answers.service, replace(self.answers.draft, step=self.at)
        self.answers.draft = draft
        self.context.tasks.run(Lane.WRITE, self, lambda: service().keep(draft), lambda _: None, lambda _: None)

    def _finish(self) -> None:
        service, answers = self.answers.service, self.answers
        draft, secrets = answers.draft, answers.secrets
        self._set_busy(True)
        text = self.tr("The database is made, and what you have answered is written.")
        self.step.banner.tell(self.tr("The desk is being set up"), text, Tone.NEUTRAL)
        self.context.tasks.run(
            Lane.WRITE, self, lambda: service().finish(draft, secrets), self._done, self._fail,
            ended=lambda: self._set_busy(False),
        )  # fmt: skip

    def _done(self, finished: Finished) -> None:
        self._is_done = True
        days = self.answers.draft.days if self.answers.secrets.key else 0
        self.answers.secrets = type(self.answers.secrets)()
        self.finished.emit(finished, days)

    def _fail(self, error: KnownError) -> None:
        self.step.banner.explain(explained(error, self.context.formats))
