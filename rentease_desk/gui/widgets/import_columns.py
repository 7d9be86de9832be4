"""The second step of an import: which column is what, with samples, and what the file itself leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QWidget

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.import_presets import with_field
from rentease_desk.domain.import_reading import columns_from
from rentease_desk.domain.imports import ColumnMap, Columns, Field
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.import_words import columns_text, field_name, question_told
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.banner import Banner
from rentease_desk.gui.widgets.basics import Label, column, on_surface, row, scrolled
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.widgets.fields import ComboField
from rentease_desk.gui.widgets.import_layout import ImportLayout
from rentease_desk.gui.widgets.import_meanings import ImportMeanings
from rentease_desk.gui.widgets.sizes import keep_size

if TYPE_CHECKING:
    from rentease_desk.services.importing.rows import Looked

AREA_HEIGHT = 470
_SIDE = 372


class ImportColumns(QWidget):
    """``changed`` carries another ColumnMap; ``layout_changed`` carries another delimiter and encoding."""

    changed = Signal(object)
    layout_changed = Signal(str, str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._looked: Looked | None = None
        self.combos = {field: ComboField(context.theme, editable=True) for field in Field}
        self._samples = {field: ElidedLabel(context.theme, size=tokens.SMALL, tone="text2") for field in Field}
        self.open = Banner(context.theme)
        self.layout_ = ImportLayout(context)
        self.meanings = ImportMeanings(context)
        self._build()
        self.layout_.changed.connect(self._layout_said)
        self.layout_.layout_changed.connect(self.layout_changed)
        self.meanings.changed.connect(self._words_said)

    def show_looked(self, looked: Looked) -> None:
        """Show how a file is read, and what is still open."""
        self._looked = looked
        for field, combo in self.combos.items():
            self._fill(combo, looked, field)
            self._sample(field)
        self.layout_.show_looked(looked)
        self.meanings.show_looked(looked)
        if looked.open:
            told = " · ".join(question_told(one, looked.survey) for one in looked.open)
            self.open.tell(self.tr("Please say"), told, Tone.ATTENTION)
        else:
            self.open.hide()

    @property
    def mapped(self) -> ColumnMap:
        """As it was looked at last."""
        return self._looked.mapped if self._looked is not None else ColumnMap({})

    def _build(self) -> None:
        theme, grid = self._context.theme, QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for at, name in enumerate((self.tr("Field"), self.tr("Column"), self.tr("Samples"))):
            grid.addWidget(Label(theme, name, size=tokens.SMALL, weight=QFont.Weight.DemiBold), 0, at)
        for at, (field, combo) in enumerate(self.combos.items(), start=1):
            label = Label(theme, field_name(field))
            label.setBuddy(combo)
            combo.setAccessibleName(self.tr("Column of {field}").format(field=field_name(field)))
            for place, part in enumerate((label, combo, self._samples[field])):
                grid.addWidget(part, at, place)
            combo.activated.connect(self._chosen)
            edit = combo.lineEdit()
            if edit is not None:
                edit.editingFinished.connect(self._chosen)
        grid.setColumnStretch(1, 6)
        grid.setColumnStretch(2, 4)
        left, right = QWidget(), QWidget()
        left.setLayout(grid)
        right.setLayout(column(self.layout_, self.meanings, None, spacing=12))
        keep_size(right, theme, width=_SIDE)
        both = QWidget()
        on_surface(both, theme)
        beside = row(left, right, spacing=20, margins=(0, 0, 8, 0))
        beside.setStretch(0, 1)
        both.setLayout(beside)
        self.area = scrolled(both)
        self.setLayout(column(self.open, self.area, None, spacing=8))

    def _fill(self, combo: ComboField, looked: Looked, field: Field) -> None:
        said = columns_text(looked.mapped.fields.get(field, Columns()))
        names = ["", *looked.survey.header]
        combo.blockSignals(True)
        combo.clear()
        combo.addItems(names if said in names else [*names, said])
        combo.setCurrentText(said)
        edit = combo.lineEdit()
        if edit is not None:
            edit.setPlaceholderText(self.tr("not in the file"))
            edit.setCursorPosition(0)
        combo.blockSignals(False)

    def _sample(self, field: Field) -> None:
        if self._looked is None:
            return
        survey, columns = self._looked.survey, self._looked.mapped.fields.get(field, Columns())
        places = {name: at for at, name in enumerate(survey.header)}
        parts = [survey.samples[places[name]] for name in columns.names if name in places]
        shown = (
            [" ".join(values) for values in zip(*parts, strict=False)]
            if len(parts) > 1
            else [*parts[0]]
            if parts
            else []
        )
        label = self._samples[field]
        label.set_tone("text2")
        label.setText(columns.text or " · ".join(shown))

    @Slot()
    def _chosen(self) -> None:
        """Another column was chosen, or typed."""
        if self._looked is None:
            return
        header, mapped = self._looked.survey.header, self.mapped
        for field, combo in self.combos.items():
            text = combo.currentText().strip()
            try:
                columns = columns_from(text, header) if text else Columns()
            except InputError as error:
                told = explained(error, self._context.formats)
                self._samples[field].set_tone("wrong")
                self._samples[field].setText(f"{told.title}. {told.happened}")
                return
            mapped = with_field(mapped, field, columns)
        if mapped != self.mapped:
            self.changed.emit(mapped)

    @Slot(object)
    def _layout_said(self, said: ColumnMap) -> None:
        self.changed.emit(said)

    @Slot(object, object)
    def _words_said(self, words: object, rooms: object) -> None:
        self.changed.emit(replace(self.mapped, words=words, rooms=rooms))
