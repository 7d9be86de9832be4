"""Money has come while links are still open: a guest could pay twice."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.links import PaymentLink
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Label
from rentease_desk.gui.widgets.link_lines import LinkLines


class OpenLinksDialog(DeskDialog):
    """Offers to cancel them. ``cancelled``: they are."""

    cancelled = Signal()

    def __init__(
        self,
        context: Context,
        parent: QWidget,
        booking: Booking,
        links: Sequence[PaymentLink],
        cancel: threading.Event,
    ) -> None:
        about = f"{booking.guest.name} · {booking.reference}"
        super().__init__(context, parent, context.tr("The guest could pay twice"), about)
        self._links, self._cancel = links, cancel
        owed = context.formats.money(booking.balance)
        words = self.tr("The balance is {amount} now, and by these links more than that can still be paid.")
        told = Label(context.theme, words.format(amount=owed))
        told.setWordWrap(True)
        lines = LinkLines(context, narrow=True)
        lines.show_links(links)
        self.body.addWidget(told)
        self.body.addWidget(lines)
        one = len(links) == 1
        self.add_buttons(
            self.tr("Cancel the link") if one else self.tr("Cancel the links"),
            leave=self.tr("Leave it open") if one else self.tr("Leave them open"),
        )
        self.save.setFocus()

    def submit(self) -> None:
        """Cancel them, one after the other."""
        self.set_busy(True, saving=True)
        service, cancel, uids = self.context.services.links, self._cancel, [one.uid for one in self._links]

        def work() -> None:
            for uid in uids:
                service.cancel(uid, cancel)

        self.context.tasks.run(Lane.NETWORK, self, work, self._done, self.fail)

    def _done(self, _nothing: None) -> None:
        self.cancelled.emit()
        self.accept()
