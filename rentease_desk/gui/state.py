"""What the window remembers between two starts: sizes, columns, sorting. Nothing else is kept here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QByteArray, QSettings


class WindowState:
    """Geometry in a file of its own; a damaged entry counts as none."""

    def __init__(self, path: Path) -> None:
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)

    def bytes(self, name: str) -> QByteArray | None:
        """What Qt itself wrote with ``saveGeometry`` or ``saveState``."""
        value = self._settings.value(name)
        return value if isinstance(value, QByteArray) else None

    def set_bytes(self, name: str, value: QByteArray) -> None:
        """Remember what Qt wrote."""
        self._settings.setValue(name, value)

    def read(self, name: str) -> dict[str, Any]:
        """A small dictionary; empty if there is none."""
        try:
            value = msgspec.json.decode(str(self._settings.value(name, "{}")))
        except msgspec.MsgspecError:
            return {}
        return value if isinstance(value, dict) else {}

    def write(self, name: str, value: dict[str, Any]) -> None:
        """Remember a small dictionary."""
        self._settings.setValue(name, msgspec.json.encode(value).decode())

    def flush(self) -> None:
        """Put it on the disk now."""
        self._settings.sync()
