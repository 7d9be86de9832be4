"""A manager's word on the spot: their PIN, for one deed. Who is at the desk stays there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.permissions import may
from rentease_desk.domain.staff import Approval, ApprovalNeededError
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.pin_dialog import PinDialog
from rentease_desk.gui.errors import explained
from rentease_desk.gui.staff_words import approvable_words
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Label

T = TypeVar("T")


class ApprovalDialog(PinDialog):
    """``approved`` carries the Approval. Only those are offered who may do it themselves. ``deed`` says what it is,
    where money is in it.
    """

    approved = Signal(object)

    def __init__(self, context: Context, parent: QWidget, needed: ApprovalNeededError) -> None:
        told = explained(needed, context.formats)
        people = [one for one in context.staff.active if may(one.role, needed.permission)]
        super().__init__(context, parent, told.title, "", people)
        self._needed = needed
        told_about = "" if needed.about is None else approvable_words(needed.about, context.formats)
        self.deed = Label(context.theme, told_about, weight=QFont.Weight.DemiBold)
        self.deed.setWordWrap(True)
        self.deed.setVisible(bool(told_about))
        self.body.insertWidget(0, self.deed)
        words = Label(context.theme, f"{told.happened} {told.remedy}")
        words.setWordWrap(True)
        self.body.insertWidget(self.body.indexOf(self.list), words)
        self.begin(self.tr("Approve"))

    def submit(self) -> None:
        """Look at the PIN."""
        service, needed = self.context.services.staff, self._needed
        self.ask(Lane.WRITE, lambda name, pin: service.approve(needed, name, pin), self._approved)

    def _approved(self, approval: object) -> None:
        self.approved.emit(approval)
        self.accept()


def run_approved(
    context: Context,
    lane: Lane,
    owner: QObject,
    window: QWidget,
    work: Callable[[Approval | None], T],
    done: Callable[[T], None],
    failed: Callable[[KnownError], None],
    ended: Callable[[], None] | None = None,
) -> None:
    """``Tasks.run`` for any deed that somebody may have to approve: where the service says so, their PIN is asked for
    above ``window``, and the deed is done with their word. Without it, ``failed`` gets what the service said.

    ``ended`` is called as there, also while the PIN is asked for.
    """

    def refused(error: KnownError) -> None:
        if not isinstance(error, ApprovalNeededError):
            failed(error)
            return
        dialog = ApprovalDialog(context, window, error)
        dialog.approved.connect(run)
        dialog.rejected.connect(lambda: failed(error))
        dialog.open()

    def run(given: Approval | None) -> None:
        context.tasks.run(lane, owner, lambda: work(given), done, refused, ended=ended)

    run(None)
