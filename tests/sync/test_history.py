"""What happened to a booking and a payment, as people read it, from a ledger in which everything has happened."""

from __future__ import annotations

from datetime import date

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.history import HIDDEN, TITLES, Change, HistoryLine
from rentease_desk.domain.money import Money
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.journal import JournalService
from tests.tools.syncing import SyncDesk
from tests.tools.whole_ledger import fill


def changes_of(lines: list[HistoryLine], what: str) -> dict[str, Change]:
    """Of the last line that says so."""
    found = [line for line in lines if line.what == what]
    assert found, (what, [line.what for line in lines])
    return {change.name: change for change in found[-1].changes}


def test_everything_that_happened_is_told_in_words(at: SyncDesk) -> None:
    fill(at)
    bookings, journal = BookingService(at.desk), JournalService(at.desk)
    soren, amara, yuki = (bookings.find(f"LN-{number}") for number in (1, 2, 3))
    of_soren = journal.history_of_booking(soren.pk)
    assert [line.seq for line in of_soren] == sorted(line.seq for line in of_soren)
    assert {line.what for line in of_soren} - {*TITLES.values(), "Charge taken back"} == set()
    check_money(of_soren)
    check_amara(journal.history_of_booking(amara.pk), soren, amara)
    told = [line.what for line in journal.history_of_booking(yuki.pk)]
    assert [what for what in told if "ancel" in what] == [
        "Booking cancelled", "Cancellation undone", "Booking cancelled",
    ]  # fmt: skip
    assert told.count("Charge taken back") == 2


def check_money(lines: list[HistoryLine]) -> None:
    """What happened to payments."""
    (paid,) = [one for one in changes_of(lines, "Payment taken").values() if one.name == "Amount"]
    assert paid == Change("Amount", None, Money(10_000, "eur"), is_new=True)
    assert changes_of(lines, "Payment voided")["Reason"].after == "typed twice"
    assert changes_of(lines, "Refund given")["Amount"].after == Money(2_500, "eur")
    assert changes_of(lines, "Put on a booking")["Booking"].after == "LN-1"
    assert {"Receipt issued", "Receipt printed", "Copy of the receipt printed", "Payment link made"} <= {
        line.what for line in lines
    }
    merged = changes_of(lines, "Made one with another payment")
    assert merged["Note"] == Change("Note", None, "Visa"), "the value of today is the one that was written"
    assert {line.actor for line in lines} == {"Elena", "Stripe"}


def check_amara(lines: list[HistoryLine], soren: Booking, amara: Booking) -> None:
    """A booking that was edited, and got a part of somebody's payment."""
    moved = changes_of(lines, "Part moved to another booking")
    assert (moved["From"].after, moved["To"].after) == (soren.reference, amara.reference)
    edited = changes_of(lines, "Booking changed")
    assert edited["Note"] == Change("Note", HIDDEN, "Moved"), "what it was before is not kept"
    made = changes_of(lines, "Booking made")
    assert made["Arrival"].after == date(2026, 11, 4)
    assert made["Note"].after == HIDDEN


def test_the_history_of_one_payment_is_only_its_own(at: SyncDesk) -> None:
    fill(at)
    bookings, journal = BookingService(at.desk), JournalService(at.desk)
    folio = bookings.folio(bookings.find("LN-1").pk)
    (voided,) = [line.item for line in folio.lines if line.item.uid == "cash-0"]
    lines = journal.history_of_payment(voided.pk)
    assert [line.what for line in lines] == ["Payment taken", "Payment voided"]
    assert changes_of(lines, "Payment taken")["Note"].after == "At the desk"
