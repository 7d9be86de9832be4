"""Where a file goes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_where(parent: QWidget, title: str, name: str, kind: str, write: Callable[[str], None]) -> None:
    """Ask for the place of a file that would be called ``name``, then write it. ``kind`` as Qt's filters have it."""
    dialog = QFileDialog(parent, title, name, kind)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(name.rpartition(".")[2])
    dialog.fileSelected.connect(write)
    dialog.open()
