"""Practice, or the real desk."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from rentease_desk.gui.context import Context
from rentease_desk.gui.first_run.step import Answers, Step, StepWords
from rentease_desk.gui.widgets.basics import Icon, Label, frame, row
from rentease_desk.gui.widgets.option_card import OptionCard, OptionPair

_TICK = "circle-tick"


class BeginStep(Step):
    """``practice_asked``: nothing is set up, practice opens instead."""

    practice_asked = Signal()

    def __init__(self, context: Context, answers: Answers) -> None:
        super().__init__(context, answers)
        self.is_practice = True
        self.practice, self.real = self._cards()
        self.practice.chosen.connect(self.choose_practice)
        self.real.chosen.connect(self.choose_real)
        self.body.addWidget(OptionPair(context.theme, self.practice, self.real))
        self.body.addWidget(self._register())
        self.body.addStretch(1)

    @property
    def words(self) -> StepWords:
        """What it is called and asks."""
        return StepWords(
            self.tr("Practice or real"),
            self.tr("choose how to begin"),
            self.tr("How do you want to begin?"),
            self.tr("Learn with a sample hotel, or set up your own desk. You can do both: they never share data."),
        )

    @property
    def onward(self) -> str:
        """What is chosen stands on the button."""
        return self.tr("Continue with practice") if self.is_practice else self.tr("Set up the real desk")

    @property
    def keys(self) -> Sequence[tuple[str, str]]:
        """A key for each."""
        return (("1", self.tr("Practice")), ("2", self.tr("Real")))

    def enter(self) -> None:
        """The keyboard is on what is chosen."""
        self._show()

    def go_on(self) -> None:
        """Practice is a program of its own."""
        (self.practice_asked if self.is_practice else self.passed).emit()

    @Slot()
    def choose_practice(self) -> None:
        """Learn first."""
        self.is_practice = True
        self._show()

    @Slot()
    def choose_real(self) -> None:
        """Set up the desk."""
        self.is_practice = False
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """1 and 2, or the arrows."""
        if event.key() in {Qt.Key.Key_1, Qt.Key.Key_Left} and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.choose_practice()
        elif event.key() in {Qt.Key.Key_2, Qt.Key.Key_Right}:
            self.choose_real()
        else:
            super().keyPressEvent(event)

    def _show(self) -> None:
        self.practice.choose(self.is_practice)
        self.real.choose(not self.is_practice)
        (self.practice if self.is_practice else self.real).setFocus()
        self.busy.emit(False)

    def _cards(self) -> tuple[OptionCard, OptionCard]:
        theme = self.context.theme
        practice = (
            (_TICK, self.tr("18 rooms, guests and two months of payments")),
            (_TICK, self.tr("A pretend Stripe with refunds, failures and disputes")),
            (_TICK, self.tr("Begin it afresh whenever you like")),
            ("lock", self.tr("Works without internet, cannot reach your Stripe account")),
        )
        real = (
            (_TICK, self.tr("Empty books, ready for today")),
            (_TICK, self.tr("Your payments read from Stripe, as far back as you say")),
            (_TICK, self.tr("Cash drawer, receipts and reports in your name")),
            ("key", self.tr("You need: a restricted Stripe key. Step 4 shows how to make it")),
            ("lock", self.tr("Card numbers never come here, only brand and last four digits")),
        )
        return (
            OptionCard(
                theme, "book", self.tr("Practice"), self.tr("a sample hotel, no real money"), practice,
                self.tr("A PRACTICE mark stays in the header all the time"), "1",
            ),
            OptionCard(
                theme, "home", self.tr("Real"), self.tr("your hotel, your Stripe account"), real,
                self.tr("Practice stays in the menu Desk for new colleagues"), "2",
            ),
        )  # fmt: skip

    def _register(self) -> QFrame:
        told = frame(tint="neut")
        text = Label(
            self.context.theme,
            self.tr(
                "A payments desk, not a certified cash register. If your country asks for a fiscal device (TSE, NF525"
                " and the like), keep using yours."
            ),
        )
        text.setWordWrap(True)
        line = row(Icon(self.context.theme, "info"), text, spacing=12, margins=(16, 12, 16, 12))
        line.setStretch(1, 1)
        told.setLayout(line)
        return told
