"""Receipts on both engines: numbers without gaps, what was issued stays as it was, copies say so."""

from __future__ import annotations

import json
import threading

import pytest
from msgspec.structs import replace
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from rentease_desk.domain.booking import Booking, Guest
from rentease_desk.domain.changes import Changes, Operator
from rentease_desk.domain.duplicates import PairDraft
from rentease_desk.domain.errors import KnownError, NotFoundError
from rentease_desk.domain.journal import digest
from rentease_desk.domain.money import Money
from rentease_desk.domain.paper import Paper
from rentease_desk.domain.parts import SplitDraft
from rentease_desk.domain.payment import Payment, PaymentDraft, Refund
from rentease_desk.domain.receipts import Given, Medium, Receipt, ReceiptDraft, ReceiptKind, ReceiptQuery
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.domain.verification import Misfit, What
from rentease_desk.reports.receipt_words import words_for
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.duplicates import DuplicateService
from rentease_desk.services.other_desks import OtherDesks
from rentease_desk.services.parts import PartService
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.receipts import ReceiptService
from rentease_desk.services.refunds import RefundService
from rentease_desk.services.settings import SettingsService
from rentease_desk.storage.journal import read_rows
from rentease_desk.storage.receipts import gaps
from rentease_desk.storage.verifying import first_misfit
from tests.services.conftest import draft, journal_entries, journal_is_whole
from tests.services.test_duplicates import by_hand, charged
from tests.services.test_folio_races import at_once
from tests.tools.clocks import SetClock
from tests.tools.databases import as_admin
from tests.tools.tampering import tampering

DAY = 86_400


@pytest.fixture
def receipts(desk: Desk) -> ReceiptService:
    return ReceiptService(desk)


@pytest.fixture
def cash(payments: PaymentService, soren: Booking) -> Payment:
    return take(payments, soren, "cash")


def take(payments: PaymentService, booking: Booking, uid: str, minor: int = 10_000, method: str = "cash") -> Payment:
    return payments.take(PaymentDraft(uid, booking.pk, method, Money(minor, "eur"), tendered=20_000)).value


def give(receipts: ReceiptService, payment: Payment, uid: str, refund: Refund | None = None) -> Given:
    of = (payment.pk, None if refund is None else refund.pk)
    return receipts.issue(ReceiptDraft(uid, *of, Medium.PRINTER)).value


def issued(given: Given) -> Receipt:
    assert given.receipt is not None
    return given.receipt


def rows(given: Given) -> dict[str, str]:
    sheet = given.page.sheet
    return {row.label: row.value for row in (*sheet.rows, sheet.total, *sheet.after)}


def give_back(desk: Desk, payment: Payment, minor: int) -> Refund:
    refunds = RefundService(desk, desk, lambda _: pytest.fail("nothing is asked of Stripe"))
    draft = RefundDraft(f"back-{minor}", payment.pk, Money(minor, "eur"), "noise")
    return refunds.refund(draft, threading.Event()).value.refund


def test_a_receipt_is_issued_once_and_then_copied(
    desk: Desk, receipts: ReceiptService, bookings: BookingService, cash: Payment, soren: Booking, clock: SetClock
) -> None:
    shown = receipts.look(cash.pk)
    assert (shown.receipt, shown.page.number, shown.is_copy) == (None, "", False)
    saved = receipts.issue(ReceiptDraft("r", cash.pk, medium=Medium.PRINTER))
    assert saved.changes == Changes(payments=frozenset({cash.pk}), bookings=frozenset({soren.pk}))
    first = saved.value
    assert (first.page.number, first.is_copy, first.page.stamps) == ("2026-0001", False, ())
    assert not give(receipts, cash, "r").is_copy, "the same printing tried again"
    clock.at += DAY
    again = give(receipts, cash, "s")
    assert (issued(again).pk, again.page.sheet, again.is_copy) == (issued(first).pk, first.page.sheet, True)
    (stamp,) = again.page.stamps
    assert (stamp.word, stamp.told) == ("COPY", "Copy printed on 6 November 2026.")
    assert receipts.find("2026-1").printed == 2
    assert receipts.look(cash.pk).is_copy
    assert bookings.folio(soren.pk).receipts == {(cash.pk, None): "2026-0001"}
    written = [what for what in journal_entries(desk) if what[0].startswith("receipt")]
    assert written == [("receipt", "issue"), ("receipt_print", "print"), ("receipt_print", "reprint")]
    assert journal_is_whole(desk)


def test_what_was_issued_never_reads_otherwise(
    receipts: ReceiptService, bookings: BookingService, settings: SettingsService, cash: Payment, soren: Booking
) -> None:
    settings.set({"address": "Via San Nicolò 14\n34121 Trieste", "tax_lines": "P.IVA IT01234567890"})
    first = give(receipts, cash, "r")
    html = receipts.html(first.page, Paper.A4)
    settings.set({"name": "Hotel Faro", "language": "de_DE", "address": "", "tax_lines": "", "methods": "cheque"})
    changed = draft(guest=Guest("Somebody Else", language="fr"), room="9", reference="LN-9")
    bookings.edit(soren.pk, soren.version, changed)
    again = give(receipts, cash, "s")
    assert receipts.html(replace(again.page, stamps=()), Paper.A4) == html
    assert "P.IVA IT01234567890" in html
    assert rows(again)["Received from"] == "Søren Lindqvist"
    assert rows(again)["Change"] == "€100.00"


def test_numbers_have_no_gaps_whatever_fails(
    desk: Desk, receipts: ReceiptService, payments: PaymentService, soren: Booking, clock: SetClock
) -> None:
    taken = [take(payments, soren, f"p{number}", 1_000 + number) for number in range(4)]
    give(receipts, taken[0], "a")
    payments.void(taken[0].pk, "typed twice")
    payments.void(taken[3].pk, "typed twice")
    with pytest.raises(KnownError, match="void"):
        give(receipts, taken[3], "b")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rentease_desk.storage.receipts.record_print", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            give(receipts, taken[1], "lost")
    give(receipts, taken[1], "c")
    clock.at += 57 * DAY  # New Year
    give(receipts, taken[2], "d")
    listed = receipts.list(ReceiptQuery())
    assert [one.label for one in listed] == ["2026-0001", "2026-0002", "2027-0001"]
    assert [one.void_on is None for one in listed] == [False, True, True], "a void number stays visible"
    copied = give(receipts, taken[0], "e")
    assert [stamp.word for stamp in copied.page.stamps] == ["COPY", "VOID"]
    with desk.db.reading() as connection:
        assert gaps(connection) == []


def test_several_desks_give_each_number_once(
    desk: Desk, receipts: ReceiptService, payments: PaymentService, soren: Booking
) -> None:
    taken = [take(payments, soren, f"p{number}", 1_000 + number) for number in range(6)]
    second = ReceiptService(replace(desk, operator=Operator("Paolo", "Desk 2"), feed=ChangeFeed()))
    works = [
        lambda payment=payment, service=service, name=name: give(service, payment, f"{name}{payment.pk}")
        for payment in taken
        for name, service in (("a", receipts), ("b", second))
    ]
    assert at_once(*works) == ["done"] * 12
    listed = receipts.list(ReceiptQuery())
    assert [(one.number, one.printed) for one in listed] == [(number, 2) for number in range(1, 7)]
    assert sorted(one.payment_pk for one in listed) == [payment.pk for payment in taken]
    assert journal_is_whole(desk)


def test_a_refund_has_a_receipt_of_its_own(
    desk: Desk, receipts: ReceiptService, bookings: BookingService, cash: Payment, soren: Booking
) -> None:
    give(receipts, cash, "r")
    back = give_back(desk, cash, 2_500)
    given = give(receipts, cash, "s", back)
    assert (given.page.number, issued(given).kind, issued(given).amount) == ("2026-0002", ReceiptKind.REFUND, 2_500)
    assert given.page.sheet.title == "Refund receipt"
    told = rows(given)
    assert (told["Amount refunded"], told["Payment of"]) == ("€25.00", "5 November 2026, €100.00")
    assert told["Receipt of the payment"] == "2026-0001"
    labels = {(cash.pk, None): "2026-0001", (cash.pk, back.pk): "2026-0002"}
    assert bookings.folio(soren.pk).receipts == labels
    assert "Refunded of it so far" not in rows(give(receipts, cash, "t")), "frozen before the refund"


def test_of_a_payment_that_is_split_and_given_back_in_part(
    desk: Desk, receipts: ReceiptService, cash: Payment, soren: Booking, others: list[Booking]
) -> None:
    PartService(desk).split(SplitDraft("s", cash.pk, ((soren.pk, 4_000), (others[0].pk, 6_000))))
    refunds = RefundService(desk, desk, lambda _: pytest.fail("nothing is asked of Stripe"))
    refunds.plan(RefundDraft("b", cash.pk, Money(1_000, "eur"), "noise", others[0].pk))
    told = rows(give(receipts, cash, "r"))
    assert told["Of this for booking LN-2017"] == "€40.00"
    assert told["Of this for booking LN-2018"] == "€60.00"
    assert told["Refunded of it so far"] == "€10.00"


def test_a_merge_keeps_the_number(
    desk: Desk, receipts: ReceiptService, payments: PaymentService, bookings: BookingService, soren: Booking
) -> None:
    typed, card = by_hand(payments, soren), charged(desk)
    number = give(receipts, typed, "r").page.number
    DuplicateService(desk).merge(PairDraft("m", typed.pk, card.pk))
    copied = give(receipts, card, "s")
    assert (copied.page.number, [one.word for one in copied.page.stamps]) == (number, ["COPY"])
    assert bookings.folio(soren.pk).receipts == {(typed.pk, None): number, (card.pk, None): number}
    DuplicateService(desk).undo(PairDraft("u", typed.pk, card.pk))
    assert give(receipts, typed, "t").page.number == number
    assert give(receipts, card, "v").page.number == "2026-0002", "two payments, two receipts"


def test_only_money_that_moved_is_confirmed(
    desk: Desk, receipts: ReceiptService, cash: Payment, payments: PaymentService, soren: Booking
) -> None:
    other = take(payments, soren, "other", 5_000)
    back = give_back(desk, cash, 1_000)
    for of in ((9_999, None), (other.pk, back.pk)):
        with pytest.raises(NotFoundError):
            receipts.issue(ReceiptDraft("x", *of))
    with pytest.raises(NotFoundError):
        receipts.find("2026-0418")
    assert receipts.list(ReceiptQuery()) == []


def test_the_database_itself_keeps_receipts(desk: Desk, receipts: ReceiptService, cash: Payment, address: str) -> None:
    give(receipts, cash, "r")
    engine = create_engine(as_admin(address))
    for statement in (
        "UPDATE receipts SET content = '{}'", "UPDATE receipts SET number = 7", "DELETE FROM receipts",
        "DELETE FROM receipt_prints", "UPDATE receipt_prints SET position = 2", "DELETE FROM receipt_series",
        "UPDATE receipt_series SET last = 0", "UPDATE receipt_series SET last = last + 2",
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(text(statement))
    with engine.begin() as connection:  # what is personal may be erased
        connection.execute(text("UPDATE receipts SET personal = '{}', salt = ''"))
    engine.dispose()
    assert "Received from" not in receipts.text(give(receipts, cash, "s").page)


def test_the_journal_proves_a_receipt_and_tells_nobody(desk: Desk, receipts: ReceiptService, cash: Payment) -> None:
    give(receipts, cash, "r")
    with desk.db.reading() as connection:
        row = next(one for one in [row.entry for row in read_rows(connection)] if one.entity == "receipt")
        salt = connection.execute(text("SELECT salt FROM receipts")).scalar_one()
    told = json.loads(row.after or "")
    assert told["guest"] == digest(salt, "guest", "Søren Lindqvist")
    assert (told["series"], told["number"], told["payment"], len(told["content"])) == (2026, 1, "cash", 64)
    assert "Lindqvist" not in (row.after or "")


def test_another_desk_hears_of_it(desk: Desk, receipts: ReceiptService, cash: Payment, soren: Booking) -> None:
    there = replace(desk, operator=Operator("Paolo", "Desk 2"), feed=ChangeFeed())
    heard: list[Changes] = []
    there.feed.subscribe(heard.append)
    others = OtherDesks(there)
    others.look()
    give(receipts, cash, "r")
    others.look()
    assert heard == [Changes(payments=frozenset({cash.pk}), bookings=frozenset({soren.pk}))]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("language", "title", "paid", "amount"),
    [
        ("de", "Quittung", "5. November 2026, 13:00", "100,00\xa0€"),
        ("fr-CH", "Reçu", "5 novembre 2026, 13:00", "100,00\xa0€"),
        ("pt-BR", "Recibo", "5 de novembro de 2026, 13:00", "€\xa0100,00"),
        ("pl", "Pokwitowanie", "5 listopada 2026, 13:00", "100,00\xa0€"),
        ("", "Receipt", "5 November 2026, 13:00", "€100.00"),
        ("en", "Receipt", "5 November 2026, 13:00", "€100.00"),
        ("sv", "Receipt", "5 november 2026, 13:00", "100,00\xa0€"),
    ],
)
def test_it_speaks_the_guest_s_language(
    receipts: ReceiptService, bookings: BookingService, payments: PaymentService, language: str, title: str, paid: str,
    amount: str,
) -> None:  # fmt: skip
    booking = bookings.add(draft(guest=Guest("Ada", language=language))).value
    sheet = give(receipts, take(payments, booking, "p"), "r").page.sheet
    assert (sheet.title, sheet.rows[0].value, sheet.total.value) == (title, paid, amount)
    assert sheet.notes[0] == words_for(language, "en_GB")[1].not_invoice, "it is no tax invoice, and says so"


def test_a_count_of_receipts_that_was_changed_is_found(desk: Desk, receipts: ReceiptService, cash: Payment) -> None:
    give(receipts, cash, "r")
    with desk.db.reading() as connection:
        assert first_misfit(connection) is None
    with tampering(desk.db) as raw:
        raw.execute(text("UPDATE receipt_series SET last = last + 1"))
        assert first_misfit(raw) == Misfit(What.NUMBERS, uid="2026")
