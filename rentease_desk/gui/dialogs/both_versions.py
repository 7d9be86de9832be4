"""Somebody else saved the same thing meanwhile: both versions, and whose holds, field by field."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Button
from rentease_desk.gui.widgets.version_rows import Side, VersionRows, Versions

_WIDTH = 760
_ALL = {Qt.Key.Key_T: Side.THEIRS, Qt.Key.Key_M: Side.MINE}


class BothVersionsDialog(DeskDialog):
    """``settled`` carries the names of the fields that stay as they were typed here; all others are theirs.

    Nothing is saved before each field that both have changed was decided. Escape goes back to what was typed.
    """

    settled = Signal(object)

    def __init__(
        self, context: Context, parent: QWidget, about: str, actor: str, when: str, fields: Sequence[Versions]
    ) -> None:
        super().__init__(context, parent, context.tr("Changed at two desks"), about, _WIDTH)
        self._labels = {one.name: one.label for one in fields}
        first = sorted(fields, key=lambda one: not one.differs)  # what is alike is read on below
        self.rows = VersionRows(context, (actor, self.tr("You")), first)
        self.body.addWidget(self.rows)
        theirs = Button(context.theme, self.tr("All theirs"), key="T")
        mine = Button(context.theme, self.tr("All mine"), key="M")
        for button, side in ((theirs, Side.THEIRS), (mine, Side.MINE)):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, side=side: self.rows.take_all(side))
        self.add_buttons(self.tr("Save"), theirs, mine, leave=self.tr("Back"))
        self.rows.chosen.connect(self.banner.hide)
        self.banner.tell(
            self.tr("{actor} changed this {when}").format(actor=actor, when=when), self._told(), Tone.ATTENTION
        )
        self.rows.focus(self._open or next(iter(self.rows.choices)))

    @property
    def _open(self) -> str:
        """The first field of which nobody has said whose holds; "" if there is none."""
        return next((name for name, side in self.rows.choices.items() if side is None), "")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """T: all theirs, M: all yours."""
        key = event.key()
        if key in _ALL and not event.modifiers():
            self.rows.take_all(_ALL[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    def submit(self) -> None:
        """Go on with what was chosen."""
        if name := self._open:
            text = self.tr("Left takes theirs, Right keeps yours.")
            self.banner.tell(self.tr("Whose “{field}” holds?").format(field=self._labels[name]), text, Tone.ATTENTION)
            self.rows.focus(name)
            return
        choices = self.rows.choices
        self.accept()
        self.settled.emit([name for name, side in choices.items() if side is Side.MINE])

    def _told(self) -> str:
        if self._open:
            return self.tr("Of what both of you changed, say whose holds: Left takes theirs, Right keeps yours.")
        return self.tr("You changed other fields. Enter saves what is marked, of both.")
