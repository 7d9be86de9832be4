"""The marked follow-up in full: what happened, what helps, whom to ask, and what was written about it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QWidget

from rentease_desk.domain.follow_ups import FollowUp, FollowUpKind, Home, Problem
from rentease_desk.domain.money import Money
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.follow_ups_model import problem_chip
from rentease_desk.gui.stripe_words import deadline_words, what_went_wrong
from rentease_desk.gui.widgets.basics import ChipLabel, Icon, Label, column, row
from rentease_desk.gui.widgets.elided import ElidedLabel


class FollowUpDetail(QFrame):
    """Stands below the list; hidden while nothing is marked."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        theme = context.theme
        self.setProperty("bar", "sunken")
        self._name = Label(theme, weight=QFont.Weight.DemiBold)
        self._chip = ChipLabel(theme)
        self._home = ElidedLabel(theme, tone="text2")
        self._told, self._advice = Label(theme), Label(theme, tone="text2")
        self._contact, self._note = Label(theme), Label(theme)
        self._about = ElidedLabel(theme, size=tokens.SMALL, tone="text2")
        for label in (self._told, self._advice, self._note):
            label.setWordWrap(True)
        for label in (self._name, self._told, self._contact, self._note):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._noted = QWidget()
        pencil = Icon(theme, "pencil")
        noted = row(pencil, self._note)
        noted.setStretch(1, 1)
        noted.setAlignment(pencil, Qt.AlignmentFlag.AlignTop)
        self._noted.setLayout(noted)
        self._lay_out()
        self.hide()

    @property
    def words(self) -> str:
        """All that is told."""
        parts = (self._name, self._home, self._told, self._advice, self._contact, self._note, self._about)
        return "\n".join(one.text() for one in parts if one.text())

    def show_follow_up(self, shown: FollowUp | None) -> None:
        """Tell of another one."""
        self.setVisible(shown is not None)
        if shown is None:
            return
        problem, context = shown.problem, self._context
        self._name.setText(problem.contact.name or self.tr("No name given"))
        self._chip.show_chip(problem_chip(problem, context.now()))
        self._home.setText(self._of_home(problem.home))
        self._told.setText(self._happened(problem))
        self._advice.setText(self._helps(problem) if shown.is_open else "")
        self._advice.setVisible(bool(self._advice.text()))
        ways = (problem.contact.phone, problem.contact.email)
        self._contact.setText("   ".join(one for one in ways if one) or self.tr("No telephone and no e-mail is known."))
        self._note.setText(shown.care.note)
        self._noted.setVisible(bool(shown.care.note))
        self._about.setText(" · ".join(self._small_print(shown)))
        self.setAccessibleName(self.words)

    def _lay_out(self) -> None:
        theme = self._context.theme
        head = row(self._name, self._chip, self._home)
        head.setStretch(2, 1)
        ways = row(Icon(theme, "person"), self._contact, None)
        layout = column(spacing=6, margins=(16, 10, 16, 12))
        layout.addLayout(head)
        layout.addWidget(self._told)
        layout.addWidget(self._advice)
        layout.addLayout(ways)
        layout.addWidget(self._noted)
        layout.addWidget(self._about)
        self.setLayout(layout)

    def _of_home(self, home: Home | None) -> str:
        if home is None:
            return self.tr("belongs to no booking")
        owed = Money(abs(home.balance), home.currency)
        amount = self._context.formats.money(owed)
        words = self.tr("settled by now") if home.balance == 0 else self.tr("{amount} to give back")
        words = self.tr("{amount} is owed on it") if home.balance > 0 else words
        return f"{home.reference} · {words.format(amount=amount)}"

    def _happened(self, problem: Problem) -> str:
        """In our words, and in Stripe's where they say more."""
        told = what_went_wrong(problem).rstrip(".") + "."
        if problem.message and problem.message.rstrip(".") + "." != told:
            told += " " + self.tr("Stripe says: “{message}”").format(message=problem.message)
        deadline = deadline_words(problem.status, problem.due_by, self._context.now(), self._context.formats)
        return f"{told} {deadline}." if deadline else told

    def _helps(self, problem: Problem) -> str:
        words = {
            FollowUpKind.PAYMENT: self.tr(
                "Ask for another card or another way to pay. A later attempt that succeeds takes this off the list."
            ),
            FollowUpKind.REFUND: self.tr(
                "The money is back in Stripe, and the guest has not got it. Refund it again in Stripe, or give it back "
                "another way."
            ),
            FollowUpKind.DISPUTE: self.tr(
                "What proves the stay is handed in on Stripe's page of the payment. Nothing is charged to the folio."
            ),
            FollowUpKind.INVOICE: self.tr(
                "Stripe tries again by itself. Another card is entered on the invoice's page."
            ),
        }
        if problem.kind is FollowUpKind.DISPUTE and not self._can_answer(problem):
            return self.tr("The bank decides now. What becomes of it is told here.")
        if problem.kind is FollowUpKind.INVOICE and problem.next_attempt is None:
            return self.tr("Stripe does not try again. Ask for another way to pay, or send the invoice's page.")
        return words[problem.kind]

    def _can_answer(self, problem: Problem) -> bool:
        return problem.to_answer and problem.due_by is not None and problem.due_by >= self._context.now()

    def _small_print(self, shown: FollowUp) -> list[str]:
        problem, formats, parts = shown.problem, self._context.formats, []
        if shown.is_done and shown.care.done_at is not None:
            done = self.tr("Done {moment} by {name}")
            parts.append(done.format(moment=formats.moment(shown.care.done_at), name=shown.care.done_by))
        if problem.attempts:
            count = formats.count(problem.attempts)
            parts.append(
                self.tr("1 attempt") if problem.attempts == 1 else self.tr("{count} attempts").format(count=count)
            )
        if problem.due_by is not None:
            parts.append(self.tr("to be answered until {moment}").format(moment=formats.moment(problem.due_by)))
        card = f"{(problem.brand or problem.method).replace('_', ' ').capitalize()} •• {problem.last4}"
        parts += [card] if problem.last4 else []
        parts += [formats.moment(problem.at), problem.object_id, problem.code or ""]
        return [one for one in (*parts, self._context.settings.badge(shown.account)) if one]
