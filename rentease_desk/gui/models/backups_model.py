"""Backups, a row each, the newest first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QObject

from rentease_desk.domain.backups import Backup, Reason
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.cell import Cell, Column
from rentease_desk.gui.models.cell_model import CellModel

_MEGA = 1_000_000


def _tr(text: str) -> str:
    return QCoreApplication.translate("backups", text)


class BackupsModel(CellModel[Backup]):
    """``show_backups`` replaces them all."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        self._context = context
        self._backups: Sequence[Backup] = ()
        columns: tuple[Column[Backup], ...] = (
            Column("at", _tr("Made"), 176, self._at),
            Column("why", _tr("Why"), 180, lambda one: Cell(reason_words(one.reason))),
            Column("size", _tr("Size"), 96, self._size),
            Column("where", _tr("Where"), 240, _where, stretch=True),
        )
        super().__init__(columns, parent)

    def show_backups(self, backups: Sequence[Backup]) -> None:
        """Show others."""
        self.beginResetModel()
        self._backups = backups
        self.endResetModel()

    def backup_at(self, row: int) -> Backup | None:
        """The backup in a row."""
        return self._backups[row] if 0 <= row < len(self._backups) else None

    def count(self) -> int:
        """One each."""
        return len(self._backups)

    def cell_at(self, row: int, column: Column[Backup]) -> Cell:
        """A cell."""
        return column.cell(self._backups[row])

    def _at(self, one: Backup) -> Cell:
        formats = self._context.formats
        full = f"{formats.long_date(formats.local(one.taken_at).date())}, {formats.time(one.taken_at)}"
        return Cell(formats.moment(one.taken_at), strong=True, tip=full, spoken=full)

    def _size(self, one: Backup) -> Cell:
        whole = self._context.formats.count(-(-one.size // _MEGA))
        return Cell(_tr("{count} MB").format(count=whole), colour="text2")


def reason_words(reason: Reason) -> str:
    """Why it was made."""
    return {
        Reason.DAILY: _tr("Each day"),
        Reason.ASKED: _tr("Asked for"),
        Reason.MIGRATION: _tr("Before an update"),
        Reason.RESTORE: _tr("Before a restore"),
    }[reason]


def _where(one: Backup) -> Cell:
    return Cell(str(one.path.parent), colour="text2", tip=str(one.path))
