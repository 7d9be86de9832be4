"""What was written: where it lies, how many rows, what they come to, and its checksum, to be kept or sent along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Label
from rentease_desk.gui.words import rows_told, tr

if TYPE_CHECKING:
    from rentease_desk.services.reporting.files import ReportFile

_HEIGHT, _LEAST = 220, 96
_WIDTH = 640


class WrittenDialog(DeskDialog):
    """``told`` is the text as it is copied."""

    def __init__(self, context: Context, parent: QWidget, files: Sequence[ReportFile], about: str) -> None:
        """``about``: by which dates and on whose clock."""
        super().__init__(context, parent, context.tr("Written"), about, _WIDTH)
        self.told = "\n\n".join("\n".join(_lines(one, context)) for one in files)
        many = self.tr("{count} files, each with its control figures beside it, in {folder}")
        one = self.tr("The file and its control figures are in {folder}")
        where = (many if len(files) > 1 else one).format(
            count=context.formats.count(len(files)), folder=files[0].path.parent
        )
        head = Label(context.theme, where, tone="text2")
        head.setWordWrap(True)
        self.figures = QPlainTextEdit(self.told)
        self.figures.setReadOnly(True)
        self.figures.setTabChangesFocus(True)
        self.figures.setFont(context.theme.font(tokens.BASE))
        self.figures.setAccessibleName(self.tr("Control figures"))
        self.give(self.figures, _HEIGHT, _LEAST)
        self.body.addWidget(head)
        self.body.addWidget(self.figures)
        self.add_buttons(self.tr("Copy"), leave=self.tr("Close"))
        self.save.setFocus()

    def submit(self) -> None:
        """Put the figures on the clipboard."""
        QGuiApplication.clipboard().setText(self.told)
        self.banner.tell(self.tr("Copied"), self.tr("The control figures are on the clipboard."), Tone.GOOD)


def _lines(one: ReportFile, context: Context) -> Iterator[str]:
    """The name, the rows, a line for each sum, and the checksum."""
    formats = context.formats
    yield f"{one.path.name} · {rows_told(one.control.rows, formats)}"
    for currency, sums in sorted(one.control.totals.items()):
        for name, minor in sums.items():
            told = f"{formats.amount(minor, currency)} {currency.upper()}" if currency else formats.count(minor)
            yield tr("{name}: {sum}").format(name=name.replace("_", " ").strip("*").capitalize(), sum=told)
    yield f"SHA-256: {one.control.sha256}"
