"""What every step of the first run is: a question, what it needs to be answered, and what it leaves for the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.first_run import FirstRunDraft, FoundDatabase, Secrets
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.banner import Banner
from rentease_desk.gui.widgets.form import Form

if TYPE_CHECKING:
    from rentease_desk.services.first_run import FirstRunService

T = TypeVar("T")


class StepWords(NamedTuple):
    """``name`` and ``about`` stand in the column of steps, ``heading`` and ``text`` above the question."""

    name: str
    about: str
    heading: str
    text: str


class Answers:
    """What all steps share. ``service`` is called in a worker only: the first call imports it."""

    def __init__(self, service: Callable[[], FirstRunService]) -> None:
        self.service = service
        self.draft = FirstRunDraft()
        self.secrets = Secrets()
        self.found: FoundDatabase | None = None

    @property
    def joins(self) -> bool:
        """Whether the database is another desk's already: its property, methods and staff are used."""
        return self.found is not None and bool(self.found.name) and self.found.identity != self.draft.began


class Step(QWidget):
    """``passed``: it is answered, and the answer can be taken. ``busy``: something is being asked."""

    passed = Signal()
    busy = Signal(bool)

    def __init__(self, context: Context, answers: Answers) -> None:
        super().__init__()
        self.context, self.answers = context, answers
        self.form = Form(context, {})
        self.banner = Banner(context.theme)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(16)
        self.body.addWidget(self.banner)

    @property
    def words(self) -> StepWords:
        """What it is called and asks."""
        raise NotImplementedError

    @property
    def onward(self) -> str:
        """What stands on the button that goes on."""
        return self.tr("Continue")

    @property
    def keys(self) -> Sequence[tuple[str, str]]:
        """Keys of its own."""
        return ()

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to ask, after what was answered before."""
        return True

    def enter(self) -> None:
        """Show what was answered, and put the keyboard there."""

    def go_on(self) -> None:
        """What Enter does: look whether the answer can be taken, and pass."""
        self.passed.emit()

    def ask(self, work: Callable[[FirstRunService], T], done: Callable[[T], None], lane: Lane = Lane.READ) -> None:
        """Ask the service in a worker; what it cannot take is told here."""
        service = self.answers.service
        self.form.clear()
        self.banner.hide()
        self.busy.emit(True)
        self.context.tasks.run(
            lane, self, lambda: work(service()), done, self.fail, channel="ask", ended=lambda: self.busy.emit(False)
        )

    def fail(self, error: KnownError) -> None:
        """Beside its field, or above all of them."""
        if not (isinstance(error, InputError) and self.form.explain(error)):
            self.banner.explain(explained(error, self.context.formats))
