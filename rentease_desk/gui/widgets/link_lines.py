"""The payment links of a booking: how much, how each stands, and what can be done with those that are open."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame

from rentease_desk.domain.links import MAY_STILL_PAY, LinkState, PaymentLink
from rentease_desk.gui.context import Context
from rentease_desk.gui.link_words import end_words, link_chip
from rentease_desk.gui.widgets.basics import Button, ChipLabel, Icon, Label, frame, row
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.widgets.told_lines import ToldLines

_ENDED = 2
"""So many of those that are over are shown; all stand in ``rentease-desk links list``."""


class LinkLines(ToldLines):
    """A line each; hidden without any. ``show_asked`` and ``cancel_asked`` carry a PaymentLink.

    ``narrow``: without anything to press.
    """

    show_asked = Signal(object)
    cancel_asked = Signal(object)

    def __init__(self, context: Context, *, narrow: bool = False) -> None:
        super().__init__(context)
        self._narrow = narrow

    def show_links(self, links: Sequence[PaymentLink]) -> None:
        """Show others, newest first: all by which money may still come, and the last that are over."""
        over = [one for one in links if one.state not in MAY_STILL_PAY][:_ENDED]
        shown = [one for one in links if one.state in MAY_STILL_PAY or one in over]
        self.show_lines([self._line(one) for one in shown])

    def _line(self, link: PaymentLink) -> QFrame:
        theme, formats = self._context.theme, self._context.formats
        chip, amount, told = link_chip(link.state), formats.money(link.money), end_words(link, formats)
        title = Label(theme, self.tr("Payment link {amount}").format(amount=amount), weight=QFont.Weight.Medium)
        about = ElidedLabel(theme, told, tone="text2")
        inside = row(
            Icon(theme, "link"), title, ChipLabel(theme, chip), about, None, *self._buttons(link, amount),
            margins=(12, 4, 4, 4),
        )  # fmt: skip
        line = frame(card="sunken")
        line.setLayout(inside)
        line.setAccessibleName(f"{title.text()}: {chip.word}, {told}")
        return line

    def _buttons(self, link: PaymentLink, amount: str) -> list[Button]:
        theme, made = self._context.theme, list[Button]()
        if self._narrow:
            return made
        if link.state is LinkState.OPEN and link.url:
            show = Button(theme, self.tr("Show"), kind="text")
            show.setAccessibleName(self.tr("Show the payment link over {amount}").format(amount=amount))
            show.clicked.connect(partial(self.show_asked.emit, link))
            made.append(show)
        if link.state in {LinkState.OPEN, LinkState.CANCELLING}:
            cancel = Button(theme, self.tr("Cancel link"), kind="text")
            cancel.setAccessibleName(self.tr("Cancel the payment link over {amount}").format(amount=amount))
            cancel.clicked.connect(partial(self.cancel_asked.emit, link))
            made.append(cancel)
        return made
