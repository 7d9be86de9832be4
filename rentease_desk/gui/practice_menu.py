"""The Practice menu: things that a learner makes happen at the practice server, over its control address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from rentease_desk.domain.money import Money
from rentease_desk.gui.context import Context
from rentease_desk.gui.practice_items import Group, Item, Switch, first_items, groups
from rentease_desk.gui.practice_troubles import troubles
from rentease_desk.gui.tasks import Lane


class PracticeControl(Protocol):
    """Where the practice server is told what to do. Both calls wait for it: for worker threads."""

    def post(self, path: str, given: Mapping[str, object]) -> dict[str, Any]:
        """Make something happen, by a path such as ``actions/refund``; returns what happened. Raises KnownError."""

    def get(self) -> dict[str, Any]:
        """What the account is and holds, and how it behaves. Raises KnownError."""


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
        self._switches: list[tuple[QAction, Switch]] = []
        for item in first_items():
            self._add_item(self.menu, item)
        for some in (groups(), troubles()):
            self.menu.addSeparator()
            for group in some:
                self._add_group(group)
        down = {"on": True}, self.tr("Stripe is down: a sync will fail.")
        up = {"on": False}, self.tr("Stripe answers again.")
        self.down = self._add_switch(self.menu, Switch(self.tr("Stripe is down"), "actions/down", down, up))
        self._add(self.menu, self.tr("All is well again"), self._mend)
        self.menu.addSeparator()
        self._add(self.menu, self.tr("Begin practice afresh…"), self._reset)
        self._look()

    def use(self, control: PracticeControl) -> None:
        """Another practice server, from now on."""
        self._control = control
        self._look()

    def _look(self) -> None:
        """Every switch as the account has it, which may be one of last week."""
        control = self._control
        self._context.tasks.run(Lane.NETWORK, self, control.get, self._show, self.failed.emit, channel="look")

    def _show(self, state: Mapping[str, Any]) -> None:
        for action, switch in self._switches:
            action.setChecked(switch.stands(state))

    def _add(self, menu: QMenu, words: str, run: Callable[[], None]) -> QAction:
        action = menu.addAction(words)
        action.triggered.connect(run)
        return action

    def _add_group(self, group: Group) -> None:
        menu = self.menu.addMenu(group.words)
        for entry in group.entries:
            if entry is None:
                menu.addSeparator()
            elif isinstance(entry, Switch):
                self._add_switch(menu, entry)
            else:
                self._add_item(menu, entry)

    def _add_item(self, menu: QMenu, item: Item) -> None:
        self._add(menu, item.words, lambda: self._tell(item))

    def _add_switch(self, menu: QMenu, switch: Switch) -> QAction:
        action = menu.addAction(switch.words)
        action.setCheckable(True)
        action.setChecked(switch.begins)
        action.triggered.connect(lambda on: self._turn(switch, on))
        self._switches.append((action, switch))
        return action

    def _tell(self, item: Item) -> None:
        booking = self._booking() if item.of_booking else {}
        self._post(item.path, {**item.given, **booking}, item.said)

    def _turn(self, switch: Switch, on: bool) -> None:
        given, said = switch.on if on else switch.off
        self._post(switch.path, given, said)

    def _mend(self) -> None:
        self._post("actions/mend", {}, self.tr("All is well again."))

    def _post(self, path: str, given: Mapping[str, object], words: str) -> None:
        """Let it happen, and say so. What that mended besides is switched back."""
        control = self._control

        def done(told: Mapping[str, Any]) -> None:
            self.happened.emit(self._sentence(words, told))
            self._look()

        self._context.tasks.run(Lane.NETWORK, self, lambda: control.post(path, given), done, self.failed.emit)

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
    def _reset(self) -> None:
        self.reset_asked.emit()
