"""Tips that show a text as it stands."""

from __future__ import annotations

from PySide6.QtGui import Qt


def plain_tip(text: str) -> str:
    """What Qt would take for HTML is escaped: a guest may be called ``<b>``. Everything else stays as it is."""
    return Qt.convertFromPlainText(text, Qt.WhiteSpaceMode.WhiteSpaceNormal) if Qt.mightBeRichText(text) else text
