"""The Stripe key: explained, tested, and kept in the keyring at the end."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import Slot

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.key_permissions import KeyReport, Need
from rentease_desk.domain.stripe_accounts import checked_account_id
from rentease_desk.gui.context import Context
from rentease_desk.gui.first_run.step import Answers, Step, StepWords
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.fields import text_field
from rentease_desk.gui.widgets.form import Field, Form
from rentease_desk.gui.widgets.key_entry import Asking, KeyEntry

_LIVE_SECRET = "sk_live_"  # noqa: S105 - how such a key begins


class KeyStep(Step):
    """Continue tests what was not tested; what may do everything, or too little, is taken the second time."""

    def __init__(self, context: Context, answers: Answers) -> None:
        super().__init__(context, answers)
        self.connected = text_field(self.tr("acct_… (only for the key of a platform)"))
        self.form = Form(context, {"account": Field(context, self.tr("Connected account"), self.connected)})
        self.entry = KeyEntry(context, self._asking)
        self.entry.add_below(self.form.fields["account"])
        self.entry.tested.connect(self._tested)
        self.entry.edit.textChanged.connect(self._typed)
        self.connected.textChanged.connect(self._typed_account)
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
        self.connected.setText(self.answers.draft.connected)
        self.entry.edit.setFocus()

    def go_on(self) -> None:
        """Without a key, on; with one, only what was tested."""
        self.form.clear()
        if not self.entry.typed:
            self._pass(None)
        elif not self._is_account():
            self.connected.setFocus()
        elif self.entry.typed.startswith(_LIVE_SECRET) and not self._warned:
            self._warned = True
            text = self.tr("A restricted key (rk_live_) can do less harm. Press Enter again to go on with this one.")
            self.entry.banner.tell(self.tr("This key can do everything"), text, Tone.ATTENTION)
        elif self._good:
            self._pass(self.entry.typed)
        else:
            self._going = True
            self.entry.begin_test()

    @property
    def _account(self) -> str:
        return self.connected.text().strip()

    def _is_account(self) -> bool:
        """What cannot be one is said beside its field."""
        try:
            return not self._account or bool(checked_account_id(self._account))
        except InputError as error:
            self.fail(error)
            return False

    def _asking(self) -> Asking:
        service, account = self.answers.service, self._account
        return lambda key, cancel: service().test_key(key, cancel, account)

    def _tested(self, report: KeyReport) -> None:
        """What may read payments goes on by itself; anything else is read first."""
        going, self._going, self._good = self._going, False, True
        if going and not report.lacking(Need.PAYMENTS):
            self._pass(self.entry.typed)

    def _typed(self) -> None:
        self._good, self._warned, self._going = False, False, False

    @Slot()
    def _typed_account(self) -> None:
        """What was found is the key's with another account."""
        self.form.clear()
        self._good, self._going = False, False
        self.entry.forget_test()

    def _pass(self, key: str | None) -> None:
        self.answers.draft = replace(self.answers.draft, connected=self._account if key else "")
        self.answers.secrets = replace(self.answers.secrets, key=key, meant=self._warned)
        self.passed.emit()
