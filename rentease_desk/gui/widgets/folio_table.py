"""The ledger with a menu for each line: what can be done to it stands above what can be copied."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QMenu

from rentease_desk.domain.folio import Charge, FolioLine
from rentease_desk.domain.parts import Transfer
from rentease_desk.domain.payment import Payment, Source
from rentease_desk.gui import tokens
from rentease_desk.gui.models.folio_model import FolioModel
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.cell_table import CellTable


class FolioTable(CellTable):
    """``asked`` carries a deed (``reverse``, ``void``, ``refund``, ``move``, ``split``, ``undo``; ``double``: it may
    stand here twice; ``receipt``) and the FolioLine.
    """

    asked = Signal(str, object)

    def __init__(self, model: FolioModel, theme: Theme) -> None:
        super().__init__(model, model.columns, theme, tokens.FOLIO_ROW, fit=True, edge=tokens.MARGIN)
        self._lines = model

    def _row_menu(self, index: QModelIndex) -> QMenu:
        menu, line = super()._row_menu(index), self._lines.line_at(index.row())
        entries = [] if line is None else self._deeds(line)
        before = menu.actions()[0]
        for deed, words in entries:
            action = menu.addAction(words)
            action.triggered.connect(lambda _checked=False, deed=deed: self.asked.emit(deed, line))
            menu.removeAction(action)
            menu.insertAction(before, action)
        if entries:
            menu.insertSeparator(before)
        return menu

    def _deeds(self, line: FolioLine) -> list[tuple[str, str]]:
        item, moving = line.item, [("move", self.tr("Move…")), ("split", self.tr("Split…"))]
        receipt = [("receipt", self.tr("Receipt…"))]
        if isinstance(item, Charge):
            return [] if line.struck else [("reverse", self.tr("Reverse…"))]
        if isinstance(item, Transfer):
            undo = [("undo", self.tr("Undo move"))]
            return undo if line.struck else [*undo, *receipt, ("refund", self.tr("Refund…")), *moving]
        if not isinstance(item, Payment):
            return receipt
        double = [("double", self.tr("Compare with its double…"))]
        if line.struck:
            return [*receipt, *double]
        void = [("void", self.tr("Void…"))] if item.source is Source.MANUAL else []
        return [*receipt, *void, ("refund", self.tr("Refund…")), *moving, *double]
