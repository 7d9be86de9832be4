"""The saved filters of a page: what is shown now gets a name, and those that there are get others, or go."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.saved_filters import MAX_NAME, FilterDraft, SavedFilter
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.page_filters import PageFilters
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Button, Label, own_viewport, row
from rentease_desk.gui.widgets.fields import text_field
from rentease_desk.gui.widgets.form import Field, Form
from rentease_desk.gui.widgets.key_rows import KEY_ROLE, ROW, KeyRows
from rentease_desk.services.desk import Saved

_ROWS = 6


class SavedFiltersDialog(DeskDialog):
    """``saved`` carries the SavedFilter that was made or replaced. Renaming and deleting leave it open."""

    saved = Signal(object)

    def __init__(self, context: Context, parent: QWidget, page: str, title: str, kept: PageFilters) -> None:
        super().__init__(context, parent, context.tr("Saved filters"), title)
        self._page, self._content = page, kept.content
        self._filters: dict[str, SavedFilter] = {}
        self._to_replace: SavedFilter | None = None
        self._is_filling = False
        self.name = text_field(self.tr("as “Unpaid this month”"))
        self.name.setMaxLength(MAX_NAME)
        self.form = Form(context, {"name": Field(context, self.tr("Name"), self.name)})
        self._build(self.tr("Shown now: {words}").format(words=kept.words))
        self._show(kept.filters)
        self.name.setText(kept.present.name if kept.present else "")
        self.name.selectAll()
        self.name.setFocus()
        self.name.textChanged.connect(self._another_name)
        context.changed.connect(self._refresh)

    def submit(self) -> None:
        """Save what is shown; one of the same name is replaced when Enter is pressed again."""
        self.form.clear()
        self.set_busy(True, saving=True)
        seen = self._to_replace
        draft = FilterDraft(
            self.context.services.desk.ids.uid(),
            self._page,
            self.name.text(),
            self._content,
            seen.version if seen else None,
        )
        filters = self.context.services.filters
        self.context.tasks.run(Lane.WRITE, self, lambda: filters.save(draft).value, self._was_saved, self._not_saved)

    def _build(self, told: str) -> None:
        theme = self.context.theme
        words = Label(theme, told, tone="text2")
        words.setWordWrap(True)
        self.list = QListWidget()
        own_viewport(self.list)
        self.list.setProperty("field", True)
        self.list.setAccessibleName(self.tr("Filters of this page"))
        self.list.setItemDelegate(KeyRows(self.list, theme))
        self.list.itemChanged.connect(self._rename)
        self.list.currentRowChanged.connect(self._allow)
        self._shared = Label(theme, self.tr("All desks share them."), tone="text2")
        self.rename = self._button(self.tr("Rename"), "F2", self._edit)
        self.delete = self._button(self.tr("Delete"), "Del", self._delete)
        self.body.addWidget(words)
        self.body.addWidget(self.form.fields["name"])
        self.body.addWidget(self.list)
        self.body.addLayout(row(self._shared, None, self.rename, self.delete))
        self.add_buttons(self.tr("Save"))

    def _button(self, words: str, key: str, run: Callable[[], None]) -> Button:
        """A button whose key acts in the list only."""
        action = QAction(words, self.list)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setAutoRepeat(False)
        action.triggered.connect(run)
        self.list.addAction(action)
        button = Button(self.context.theme, words, key=key)
        button.setAutoDefault(False)
        button.clicked.connect(action.trigger)
        return button

    def _show(self, filters: tuple[SavedFilter, ...]) -> None:
        """Those of this page; the mark stays in its row."""
        at = max(0, self.list.currentRow())
        self._is_filling = True
        self.list.clear()
        self._filters = {one.uid: one for one in filters if one.page == self._page}
        for one in self._filters.values():
            key = f"Alt+{one.slot}" if one.slot else ""
            item = QListWidgetItem(one.name, self.list)
            item.setData(Qt.ItemDataRole.UserRole, one.uid)
            item.setData(KEY_ROLE, key)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{one.name}, {key}" if key else one.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        self._is_filling = False
        self.list.setCurrentRow(min(at, self.list.count() - 1))
        self.list.setFixedHeight(self.context.theme.px(ROW) * min(_ROWS, self.list.count()) + 4)
        for part in (self.list, self._shared, self.rename, self.delete):
            part.setVisible(bool(self._filters))
        self._allow()

    @Slot()
    def _allow(self) -> None:
        for button in (self.rename, self.delete):
            button.setEnabled(self._marked() is not None)

    def _marked(self) -> SavedFilter | None:
        if self.list.currentRow() < 0:
            return None
        return self._filters.get(self.list.currentItem().data(Qt.ItemDataRole.UserRole))

    @Slot(str)
    def _another_name(self, _text: str) -> None:
        self._to_replace = None
        self.save.setText(self.tr("Save"))

    def _was_saved(self, found: SavedFilter) -> None:
        self.saved.emit(found)
        self.accept()

    def _not_saved(self, error: KnownError) -> None:
        self.fail(error)
        if error.code == "filter.name_taken":
            self._read(self._offer_to_replace)
        elif error.code == "filter.changed":
            self._another_name("")
            self._read(self._show)

    def _offer_to_replace(self, filters: tuple[SavedFilter, ...]) -> None:
        """The next Enter replaces the one of that name, as it is now."""
        self._show(filters)
        wanted = self.name.text().strip().casefold()
        found = next((one for one in self._filters.values() if one.name.casefold() == wanted), None)
        if found is not None:
            self._to_replace = found
            self.save.setText(self.tr("Replace “{name}”").format(name=found.name))
            title, told = self.tr("There is such a filter already"), self.tr("Enter replaces it, for all desks.")
            self.banner.tell(title, told, Tone.ATTENTION)

    # --- those that there are

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        if changes.filters:
            self._read(self._show)

    def _read(self, done: Callable[[tuple[SavedFilter, ...]], None]) -> None:
        self.context.tasks.run(Lane.READ, self, self.context.services.filters.all, done, self.fail, channel="filters")

    @Slot()
    def _edit(self) -> None:
        if self._marked() is not None:
            self.list.setFocus()
            self.list.editItem(self.list.currentItem())

    @Slot(QListWidgetItem)
    def _rename(self, item: QListWidgetItem) -> None:
        found = None if self._is_filling else self._filters.get(item.data(Qt.ItemDataRole.UserRole))
        if found is not None and item.text() != found.name:
            filters, name = self.context.services.filters, item.text()
            self._write(lambda: filters.rename(found.pk, found.version, name), lambda _saved: self.banner.hide())

    @Slot()
    def _delete(self) -> None:
        found = self._marked()
        if found is not None and not self._busy:
            filters = self.context.services.filters
            self._write(lambda: filters.delete(found.pk, found.version), self._was_deleted)

    def _was_deleted(self, saved: Saved[SavedFilter]) -> None:
        gone, draft = saved.value, self._draft_of(saved.value)
        told = self.tr("“{name}” is gone from all desks.").format(name=gone.name)
        filters = self.context.services.filters
        undo = lambda: self._write(lambda: filters.save(draft), lambda _saved: None)  # noqa: E731 - a word
        self.banner.tell(self.tr("Deleted"), told, Tone.NEUTRAL, self.tr("Undo"), undo)

    def _draft_of(self, gone: SavedFilter) -> FilterDraft:
        """By which it is made again, on the same key."""
        return FilterDraft(self.context.services.desk.ids.uid(), gone.page, gone.name, gone.content, slot=gone.slot)

    def _write(self, work: Callable[[], Saved[SavedFilter]], done: Callable[[Saved[SavedFilter]], None]) -> None:
        self.set_busy(True, saving=True)
        self.context.tasks.run(Lane.WRITE, self, work, done, self._not_written, ended=self._written)

    def _written(self) -> None:
        self.set_busy(False)

    def _not_written(self, error: KnownError) -> None:
        """What stands in the list is how things are."""
        self.fail(error)
        self._read(self._show)
