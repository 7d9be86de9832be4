"""The saved filters of one page: the button beside its filters, and Alt with a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from rentease_desk.domain.saved_filters import SLOTS, SavedFilter, pack, unpack
from rentease_desk.gui.context import Context
from rentease_desk.gui.widgets.basics import Button

MANAGE_KEY = "Ctrl+Shift+F"


class FilterState(Struct, frozen=True):
    """What a page says of its filters: of which kind their content is, what they are now, in words too, and how others
    are taken. ``take`` returns a sentence about what is not as it was when the filter was saved, or nothing.
    """

    kind: type[Struct]
    present: Callable[[], Struct]
    words: Callable[[], str]
    take: Callable[[Any], str]


class PageFilters(QObject):
    """``said`` carries a sentence; ``managed``: let the person save, rename or delete."""

    said = Signal(str)
    managed = Signal()

    def __init__(self, context: Context, page: QWidget, state: FilterState) -> None:
        super().__init__(page)
        self._state = state
        self._filters: tuple[SavedFilter, ...] = ()
        self.button = Button(context.theme, "", icon="bookmark")
        self._menu = QMenu(self.button)
        self.button.setMenu(self._menu)
        self._add_keys(page)
        self.show(())

    @property
    def filters(self) -> tuple[SavedFilter, ...]:
        """Those of this page."""
        return self._filters

    @property
    def content(self) -> str:
        """What the page's filters are now, as it is saved."""
        return pack(self._state.present())

    @property
    def words(self) -> str:
        """What the page's filters are now, in words."""
        return self._state.words()

    @property
    def present(self) -> SavedFilter | None:
        """The saved filter that is the same as what the page shows."""
        now = self._state.present()
        return next((one for one in self._filters if unpack(self._state.kind, one.content)[0] == now), None)

    def show(self, filters: Sequence[SavedFilter]) -> None:
        """Those that there are."""
        self._filters = tuple(filters)
        self._menu.clear()
        for one in filters:
            action = self._menu.addAction(menu_text(one))
            action.triggered.connect(partial(self.choose, one))
        if filters:
            self._menu.addSeparator()
        words = self.tr("Save, rename or delete…") if filters else self.tr("Save this filter…")
        self._menu.addAction(f"{words}\t{MANAGE_KEY}").triggered.connect(self.managed)
        self.look()

    @Slot()
    def look(self) -> None:
        """The page's filters are others now, or there are other saved ones: name the one that is in use."""
        found = self.present
        self.button.setText(self.tr("Saved filters") if found is None else found.name)
        told = self.tr("none of them") if found is None else found.name
        self.button.setAccessibleName(self.tr("Saved filters: {name}").format(name=told))
        self.button.updateGeometry()

    def choose(self, chosen: SavedFilter, *_checked: bool) -> None:
        """Show what a filter asks for, and say what of it is not there any more."""
        content, whole = unpack(self._state.kind, chosen.content)
        told = [self._state.take(content)]
        if not whole:
            told.append(self.tr("Part of the filter is not known to this version, and was left out."))
        self.look()
        self.said.emit(" ".join((self.tr("Filter “{name}”.").format(name=chosen.name), *filter(None, told))))

    def _add_keys(self, page: QWidget) -> None:
        for slot in SLOTS:
            action = QAction(page)
            action.setShortcut(QKeySequence(f"Alt+{slot}"))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.setAutoRepeat(False)
            action.triggered.connect(partial(self._choose_slot, slot))
            page.addAction(action)

    def _choose_slot(self, slot: int, *_checked: bool) -> None:
        found = next((one for one in self._filters if one.slot == slot), None)
        if found is None:
            told = self.tr("No filter of this page is on Alt+{number}. {key} saves one.")
            self.said.emit(told.format(number=slot, key=MANAGE_KEY))
        else:
            self.choose(found)


def menu_text(saved: SavedFilter) -> str:
    """A filter's name in a menu, with its key."""
    name = saved.name.replace("&", "&&")
    return name if saved.slot is None else f"{name}\tAlt+{saved.slot}"
