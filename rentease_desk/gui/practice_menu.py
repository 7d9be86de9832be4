"""The Practice menu: things that a learner makes happen at the practice server, over its control address."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money
from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane

_SECONDS = 10.0
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""The server is on this computer, whatever proxy the environment names."""


class PracticeControl(Struct, frozen=True):
    """Where the practice server is told what to do."""

    url: str
    token: str

    def act(self, action: str, given: Mapping[str, object]) -> dict[str, Any]:
        """Make something happen; returns what happened. Raises KnownError. In a worker thread."""
        address = f"{self.url}/worlds/default/actions/{action}"
        headers = {"X-Practice-Token": self.token, "Content-Type": "application/json"}
        body = json.dumps(dict(given)).encode()
        request = urllib.request.Request(address, body, headers, method="POST")  # noqa: S310 - our own server
        try:
            with _DIRECT.open(request, timeout=_SECONDS) as reply:
                told: dict[str, Any] = json.loads(reply.read())
                return told
        except urllib.error.HTTPError as error:
            raise KnownError("practice.refused", reason=_reason(error)) from error
        except (OSError, ValueError) as error:
            raise KnownError("practice.gone", reason=str(error)) from error


def _reason(error: urllib.error.HTTPError) -> str:
    """What the server says; in HTTP's words where it does not say it in its own."""
    with error:
        try:
            return str(json.loads(error.read())["error"])
        except (OSError, ValueError, KeyError, TypeError):
            return str(error)


class PracticeMenu(QObject):
    """``happened`` carries a sentence; ``reset_asked``: begin practice afresh. ``chosen`` gives the marked booking."""

    happened = Signal(str)
    reset_asked = Signal()
    failed = Signal(object)

    def __init__(
        self, context: Context, control: PracticeControl, chosen: Callable[[], str | None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._context, self._control, self._chosen = context, control, chosen
        self.menu = QMenu(self.tr("Practice"), parent)
        self._actions: dict[str, QAction] = {}
        self._add("pays", self.tr("A guest pays by card"), self._pays)
        self._add("pays_without", self.tr("A guest pays without naming a booking"), self._pays_without)
        self._add("fails", self.tr("A card payment fails"), self._fails)
        self._add("refund", self.tr("A payment is refunded in Stripe"), self._refund)
        self._add("dispute", self.tr("A payment is disputed"), self._dispute)
        self.menu.addSeparator()
        self.down = self._add("down", self.tr("Stripe is down"), self._down)
        self.down.setCheckable(True)
        self.menu.addSeparator()
        self._add("reset", self.tr("Begin practice afresh…"), self._reset)

    def use(self, control: PracticeControl) -> None:
        """Another practice server, from now on."""
        self._control = control
        self.down.setChecked(False)

    def _add(self, name: str, words: str, run: Callable[[], None]) -> QAction:
        action = self.menu.addAction(words)
        action.triggered.connect(run)
        self._actions[name] = action
        return action

    def _act(self, action: str, given: Mapping[str, object], words: str) -> None:
        control = self._control
        self._context.tasks.run(
            Lane.NETWORK,
            self,
            lambda: control.act(action, given),
            lambda told: self.happened.emit(self._sentence(words, told)),
            self.failed.emit,
        )

    def _sentence(self, words: str, told: Mapping[str, Any]) -> str:
        if "amount" not in told:
            return words
        amount = self._context.formats.money(Money(int(told["amount"]), str(told["currency"])))
        guest = told.get("guest") or self.tr("somebody")
        text = words.format(amount=amount, guest=guest)
        return text + " " + self.tr("The next sync brings it (F5).")

    def _booking(self) -> dict[str, object]:
        reference = self._chosen()
        return {"reference": reference} if reference else {}

    @Slot()
    def _pays(self) -> None:
        self._act("guest-pays", self._booking(), self.tr("{guest} paid {amount} by card."))

    @Slot()
    def _pays_without(self) -> None:
        self._act("guest-pays", {"named_by": "nothing"}, self.tr("{guest} paid {amount} without naming a booking."))

    @Slot()
    def _fails(self) -> None:
        self._act("payment-fails", self._booking(), self.tr("{guest}'s card was declined for {amount}."))

    @Slot()
    def _refund(self) -> None:
        self._act("refund", {}, self.tr("{amount} went back to {guest}."))

    @Slot()
    def _dispute(self) -> None:
        self._act("dispute", {}, self.tr("{guest}'s bank disputes {amount}."))

    @Slot()
    def _down(self) -> None:
        down = self.down.isChecked()
        words = self.tr("Stripe is down: a sync will fail.") if down else self.tr("Stripe answers again.")
        self._act("down", {"on": down}, words)

    @Slot()
    def _reset(self) -> None:
        self.reset_asked.emit()
