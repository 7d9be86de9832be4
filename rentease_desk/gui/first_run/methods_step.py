"""The ways to pay by hand."""

from __future__ import annotations

from msgspec.structs import replace

from rentease_desk.domain.payment import Method
from rentease_desk.gui.context import Context
from rentease_desk.gui.first_run.step import Answers, Step, StepWords
from rentease_desk.gui.widgets.methods_editor import MethodsEditor


class MethodsStep(Step):
    """The order is that of the tiles F1, F2, …"""

    def __init__(self, context: Context, answers: Answers) -> None:
        super().__init__(context, answers)
        self.editor = MethodsEditor(context.theme)
        self._is_shown = False
        self.body.addWidget(self.editor)
        self.body.addStretch(1)

    @property
    def words(self) -> StepWords:
        """What it is called and asks."""
        return StepWords(
            self.tr("Ways to pay"),
            self.tr("cash, card, transfer, cheque"),
            self.tr("How do guests pay at the desk?"),
            self.tr("These are the tiles of Take payment, in this order. Card payments by Stripe come by themselves."),
        )

    @property
    def is_needed(self) -> bool:
        """Another desk's are used where it has set them up."""
        return not self.answers.joins

    def enter(self) -> None:
        """Show them once: what was typed here stays."""
        if not self._is_shown:
            self._is_shown = True
            self.editor.show_methods(self.answers.draft.methods)
        self.editor.focus_first()

    def go_on(self) -> None:
        """Look at them."""
        methods = self.editor.methods()
        self.ask(lambda service: service.check_methods(methods), self._take)

    def _take(self, methods: tuple[Method, ...]) -> None:
        self.answers.draft = replace(self.answers.draft, methods=methods)
        self.passed.emit()
