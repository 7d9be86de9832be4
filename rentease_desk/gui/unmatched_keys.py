"""The keys and buttons of the page of unmatched payments, for those that wait and for those that are ignored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from rentease_desk.domain.matching import SUGGESTED, Candidate
from rentease_desk.domain.payment import Payment
from rentease_desk.gui.widgets.basics import Button
from rentease_desk.gui.widgets.match_page import MatchPanel, WaitingPanel

Hints = tuple[tuple[str, str], ...]


class UnmatchedKeys(QObject):
    """Keys act while the keyboard is in the list. ``run`` says what ``accept``, ``search``, ``split``, ``ignore``,
    ``folio``, ``undo`` and ``other`` do; ``choose`` takes a row.
    """

    def __init__(
        self,
        left: WaitingPanel,
        right: MatchPanel,
        run: Mapping[str, Callable[[], None]],
        choose: Callable[[int], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._left, self._list = left, left.list
        self._add_actions(run, choose)
        self._add_buttons(right)
        self.show_kind(ignored=False)

    def hints(self) -> Hints:
        """Keys and what they do."""
        if self._ignored:
            return (("U", self.tr("Let it wait again")), ("↓", self.tr("Next payment")), ("V", self.tr("Show waiting")))
        return (
            ("Enter", self.tr("Accept")),
            ("↓", self.tr("Next payment")),
            (f"1–{SUGGESTED}", self.tr("Choose candidate")),
            ("S", self.tr("Search")),
            ("P", self.tr("Split")),
            ("I", self.tr("Ignore")),
            ("V", self.tr("Show ignored")),
            ("F", self.tr("Folio")),
            ("U", self.tr("Undo")),
        )

    def show_kind(self, *, ignored: bool) -> None:
        """Only what can be done with these."""
        self._ignored = ignored
        for part in self._for_waiting:
            part.setVisible(not ignored)
        self._left.show_kind(ignored=ignored)
        self._other.setText(self._left.other.accessibleName())
        self._undo.setText(self.tr("Let it wait again") if ignored else self.tr("Undo last"))
        self.undo_button.setText(self._undo.text())
        self.undo_button.updateGeometry()

    def allow(self, payment: Payment | None, chosen: Candidate | None, *, writing: bool, can_undo: bool) -> None:
        """What can be done now, with the marked payment and the booking that is chosen for it."""
        reference = "" if chosen is None else chosen.booking.reference
        self.accept_button.setText(self.tr("Accept {reference}").format(reference=reference).strip())
        self.accept_button.updateGeometry()
        self.accept_button.setEnabled(chosen is not None and not writing)
        self._folio_button.setEnabled(chosen is not None)
        self._search_button.setEnabled(payment is not None)
        self.ignore_button.setEnabled(payment is not None)
        self.undo_button.setEnabled(payment is not None if self._ignored else can_undo)

    def _add_actions(self, run: Mapping[str, Callable[[], None]], choose: Callable[[int], None]) -> None:
        add = self._list.add_action
        self._accept = add(self.tr("Accept"), ("Return", "Enter"), run["accept"])
        words = self.tr("Choose candidate {number}")
        choosing = [
            add(words.format(number=row + 1), (str(row + 1),), partial(choose, row)) for row in range(SUGGESTED)
        ]
        self._search = add(self.tr("Search"), ("S",), run["search"])
        split = add(self.tr("Split over bookings"), ("P",), run["split"])
        self._ignore = add(self.tr("Ignore with a reason"), ("I",), run["ignore"])
        self._folio = add(self.tr("Open folio"), ("F",), run["folio"])
        self._undo = add("", ("U",), run["undo"])
        self._other = add("", ("V",), run["other"])
        self._actions: tuple[QAction, ...] = (self._accept, *choosing, self._search, split, self._ignore, self._folio)

    def _add_buttons(self, right: MatchPanel) -> None:
        button = self._list.button
        self._left.other.clicked.connect(self._other.trigger)
        self._left.other.clicked.connect(self._list.setFocus)
        self.accept_button = button(self._accept, key="Enter", kind="primary")
        self._search_button = button(self._search, key="S", icon="search")
        self._search_button.clicked.disconnect(self._list.setFocus)
        self.ignore_button = button(self._ignore, key="I")
        self.ignore_button.setText(self.tr("Ignore"))
        self._folio_button = button(self._folio, key="F", icon="book")
        self.undo_button = button(self._undo, key="U", icon="arrow-back", kind="text")
        buttons = (self.accept_button, self._search_button, self.ignore_button, self._folio_button)
        self._for_waiting: tuple[QAction | Button, ...] = (*self._actions, *buttons)
        right.put_buttons(*buttons, self.undo_button)
