"""Dialogs of bookings and of payments that were taken."""

from __future__ import annotations

from msgspec.structs import replace

from rentease_desk.domain.changes import Operator
from rentease_desk.domain.paper import Paper
from rentease_desk.domain.receipts import Medium, ReceiptDraft
from rentease_desk.gui.dialogs.booking_dialog import BookingDialog
from rentease_desk.gui.dialogs.receipt import ReceiptDialog
from rentease_desk.services.bookings import BookingService
from tests.tools.gui import in_worker
from tests.tools.screenshots.studio import CTRL, SHIFT, Key, Pictures, Studio


def dialogs(studio: Studio) -> Pictures:
    studio.go("bookings")
    studio.press(Key.Key_N, CTRL)
    studio.press(Key.Key_Return)
    yield "new-booking", studio.top()
    studio.shut()
    studio.press(Key.Key_Home)
    studio.press(Key.Key_F2)
    yield "edit-booking", studio.top()
    yield from _both_versions(studio)
    studio.go("payments")
    studio.press(Key.Key_E, CTRL)
    yield "export", studio.top()
    studio.shut()
    yield from _void(studio)


def _both_versions(studio: Studio) -> Pictures:
    """Paolo saves the booking that is being edited here, and then Enter is pressed."""
    dialog, services = studio.top(), studio.window.context.services
    assert isinstance(dialog, BookingDialog)
    opened = dialog._booking
    assert opened is not None
    guest = replace(opened.guest, phone="+39 040 555 0142")
    theirs = replace(dialog.draft(), guest=guest, channel="Walk-in", note="Late arrival, after 22:00. Baby cot.")
    paolo = BookingService(replace(services.desk, operator=Operator("Paolo Conti", "Desk 2")))
    in_worker(lambda: paolo.edit(opened.pk, opened.version, theirs))
    dialog.phone.setText("+39 040 555 0199")
    dialog.email.setText("a.long.address.of.a.guest@mail.of.the.company.example")
    dialog.note.setPlainText("Wants a quiet room to the garden, and the key of the garage.")
    studio.press(Key.Key_Return)
    yield "both-versions", studio.top()
    studio.press(Key.Key_Return)
    yield "both-versions-whose", studio.top()
    studio.press(Key.Key_M)
    yield "both-versions-mine", studio.top()
    studio.press(Key.Key_Escape)
    dialog.done(0)
    studio.settle()


def _void(studio: Studio) -> Pictures:
    """A cash payment of today is taken, and its void asked for."""
    studio.go("bookings")
    studio.press(Key.Key_Home)
    studio.press(Key.Key_Return)
    studio.press(Key.Key_F9)
    studio.press(Key.Key_Return)
    yield "folio-paid", studio.window
    studio.press(Key.Key_End)
    yield from _receipt(studio)
    studio.press(Key.Key_V)
    yield "void", studio.top()
    studio.shut()
    studio.press(Key.Key_M)
    yield "move-payment", studio.top()
    studio.shut()
    studio.press(Key.Key_S)
    studio.write("ma")
    studio.press(Key.Key_Return)
    studio.write("60")
    yield "split-payment-too-much", studio.top()
    studio.press(Key.Key_Tab, SHIFT)
    studio.write("471")
    yield "split-payment", studio.top()
    studio.press(Key.Key_Return)
    yield "folio-split", studio.window
    studio.press(Key.Key_R)
    yield "refund", studio.top()
    studio.write("60")
    studio.press(Key.Key_Tab)
    studio.write("left a day early")
    studio.press(Key.Key_Return)
    yield "folio-refunded", studio.window
    studio.go("payments")
    studio.press(Key.Key_Home)
    studio.press(Key.Key_Down)
    studio.press(Key.Key_R)
    yield "refund-asked-whose", studio.top()
    studio.press(Key.Key_Return)
    yield "refund-whose-missing", studio.top()
    studio.press(Key.Key_End)
    yield "refund-whose", studio.top()
    studio.shut()


def _receipt(studio: Studio) -> Pictures:
    """The receipt of the marked payment on both papers, and its copy."""
    services = studio.window.context.services
    studio.press(Key.Key_F7)
    yield "receipt", studio.top()
    dialog = studio.top()
    assert isinstance(dialog, ReceiptDialog)
    dialog.paper.choose(Paper.ROLL)
    dialog.paper.chosen.emit(Paper.ROLL)
    studio.settle()
    yield "receipt-roll", dialog
    studio.shut()
    line = studio.window.pages.folio.current_line
    assert line is not None
    in_worker(lambda: services.receipts.issue(ReceiptDraft("pictured", line.item.pk, medium=Medium.PRINTER)))
    studio.settle()
    yield "folio-receipt", studio.window
    studio.press(Key.Key_P)
    yield "receipt-copy", studio.top()
    studio.shut()
