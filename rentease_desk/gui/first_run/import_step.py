"""How far back card payments are read, and what that will bring."""

from __future__ import annotations

import threading

from msgspec.structs import replace
from PySide6.QtCore import Slot
from PySide6.QtGui import QHideEvent

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.first_run import RANGES, Estimate
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.first_run.step import Answers, Step, StepWords
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import row
from rentease_desk.gui.widgets.segments import Segments


class ImportStep(Step):
    """The last step: what it leads to is the desk, reading."""

    def __init__(self, context: Context, answers: Answers) -> None:
        super().__init__(context, answers)
        words = {7: self.tr("7 days"), 30: self.tr("30 days"), 90: self.tr("90 days"), 365: self.tr("One year")}
        choices = [(days, words[days]) for days in RANGES]
        self.days = Segments(context.theme, [*choices, (0, self.tr("Nothing now"))], self.tr("How far back"))
        self.days.chosen.connect(self._estimate)
        self._cancel = threading.Event()
        self.body.addLayout(row(self.days, None))
        self.body.addStretch(1)

    @property
    def words(self) -> StepWords:
        """What it is called and asks."""
        return StepWords(
            self.tr("First import"),
            self.tr("how far back to read"),
            self.tr("How far back shall payments be read?"),
            self.tr("You see how it goes, and can stop it: what was read stays. More can be read later, under Sync."),
        )

    @property
    def onward(self) -> str:
        """What it leads to."""
        return self.tr("Set up the desk")

    def enter(self) -> None:
        """Without a key there is nothing to read."""
        self.days.choose(self.answers.draft.days if self.answers.secrets.key else 0)
        self.days.setEnabled(self.answers.secrets.key is not None)
        self.days.focus_chosen()
        self._estimate()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody waits for the estimate any more."""
        super().hideEvent(event)
        self._cancel.set()

    @Slot()
    def _estimate(self) -> None:
        days, key, settings = self.days.value, self.answers.secrets.key, self.answers.draft.settings
        if key is not None:
            self.answers.draft = replace(self.answers.draft, days=days)
        self._cancel.set()
        if not days or key is None:
            text = self.tr("The desk begins without card payments.")
            title = self.tr("Nothing is read now") if key else self.tr("No Stripe key was given")
            self.banner.tell(title, text, Tone.NEUTRAL)
            return
        self._cancel, service = threading.Event(), self.answers.service
        cancel, connected = self._cancel, self.answers.draft.connected
        self.banner.tell(self.tr("Stripe is asked"), self.tr("How many payments there are."), Tone.NEUTRAL)
        self.context.tasks.run(
            Lane.NETWORK, self, lambda: service().estimate(key, settings, days, cancel, connected),
            self._tell, self._untold, channel="estimate",
        )  # fmt: skip

    def _tell(self, estimate: Estimate) -> None:
        count = self.context.formats.count(estimate.payments)
        title = self.tr("{count} card payments") if estimate.exact else self.tr("About {count} card payments")
        asked = self.tr("Stripe is asked some {count} times").format(
            count=self.context.formats.count(estimate.requests)
        )
        minutes = self.context.formats.count(estimate.minutes)
        few, more = self.tr("which takes a minute at most."), self.tr("which takes up to {minutes} minutes.")
        told = f"{asked}, {few if estimate.minutes == 1 else more.format(minutes=minutes)}"
        self.banner.tell(title.format(count=count), told, Tone.GOOD)

    def _untold(self, error: KnownError) -> None:
        """It can be read later just as well."""
        told = explained(error, self.context.formats)
        self.banner.tell(told.title, f"{told.happened} {told.remedy}", Tone.ATTENTION)
