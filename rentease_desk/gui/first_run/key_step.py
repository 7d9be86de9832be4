"""The Stripe key: explained, tested, and kept in the keyring at the end."""

from __future__ import annotations

from msgspec.structs import replace

from rentease_desk.domain.key_permissions import KeyReport, Need
from rentease_desk.gui.context import Context
from rentease_desk.gui.first_run.step import Answers, Step, StepWords
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.key_entry import KeyEntry

_LIVE_SECRET = "sk_live_"  # noqa: S105 - how such a key begins


class KeyStep(Step):
    """Continue tests what was not tested; what may do everything, or too little, is taken the second time."""

    def __init__(self, context: Context, answers: Answers) -> None:
        super().__init__(context, answers)
        self.entry = KeyEntry(context, lambda: lambda key, cancel: answers.service().test_key(key, cancel))
        self.entry.tested.connect(self._tested)
        self.entry.edit.textChanged.connect(self._typed)
        self._good, self._warned, self._going = False, False, False
        self.body.addWidget(self.entry)
        self.body.addStretch(1)

    @property
    def words(self) -> StepWords:
        """What it is called and asks."""
        return StepWords(
            self.tr("Stripe"),
            self.tr("a restricted key, explained"),
            self.tr("Which Stripe account?"),
            self.tr("With a key the desk reads your card payments. Without one it takes cash, and asks again later."),
        )

    def enter(self) -> None:
        """The keyboard is in the field."""
        self.entry.edit.setFocus()

    def go_on(self) -> None:
        """Without a key, on; with one, only what was tested."""
        if not self.entry.typed:
            self._pass(None)
        elif self.entry.typed.startswith(_LIVE_SECRET) and not self._warned:
            self._warned = True
            text = self.tr("A restricted key (rk_live_) can do less harm. Press Enter again to go on with this one.")
            self.entry.banner.tell(self.tr("This key can do everything"), text, Tone.ATTENTION)
        elif self._good:
            self._pass(self.entry.typed)
        else:
            self._going = True
            self.entry.begin_test()

    def _tested(self, report: KeyReport) -> None:
        """What may read payments goes on by itself; anything else is read first."""
        going, self._going, self._good = self._going, False, True
        if going and not report.lacking(Need.PAYMENTS):
            self._pass(self.entry.typed)

    def _typed(self) -> None:
        self._good, self._warned, self._going = False, False, False

    def _pass(self, key: str | None) -> None:
        self.answers.secrets = replace(self.answers.secrets, key=key, meant=self._warned)
        self.passed.emit()
