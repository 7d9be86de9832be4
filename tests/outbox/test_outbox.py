"""Cash while the database is away: kept, delivered once, and never lost."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from datetime import date
from pathlib import Path

import orjson
import pytest
from msgspec.structs import replace
from sqlalchemy import select

from rentease_desk.domain.booking import BookingDraft, Guest
from rentease_desk.domain.day_close import DayDraft
from rentease_desk.domain.drawers import CASH, CloseDraft, CountDraft, OpenDraft
from rentease_desk.domain.errors import DatabaseError, InputError, KnownError, is_away
from rentease_desk.domain.money import Money
from rentease_desk.domain.outbox import KeepDraft, KeptState, Remembered
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.domain.permissions import Role
from rentease_desk.domain.staff import ForbiddenError, Pin, StaffDraft
from rentease_desk.domain.stays import Deed
from rentease_desk.storage.journal_tables import journal
from rentease_desk.storage.outbox import VERSION, Outbox, outbox_path
from rentease_desk.storage.verifying import first_misfit
from tests.tools.outbox import FarDesk, euro
from tests.tools.proxy import Proxy

DAY = 86_400


def refusal(far: FarDesk, uid: str) -> str:
    """Deliver, and tell why one payment was not."""
    far.services.deliveries.deliver()
    return far.entry(uid).code


def test_cash_is_kept_without_the_database_and_delivered_once_when_it_is_back(far: FarDesk, proxy: Proxy) -> None:
    proxy.away()
    assert far.keep("one", tendered=15_000, note="for the room") == "P-0001"
    far.clock.advance(3_600)
    assert far.keep("two", 800) == "P-0002"
    assert far.keep("one", tendered=15_000, note="for the room") == "P-0001"  # sent again, kept once
    found = far.services.outbox.standing()
    assert (found.count, found.sums, found.needing) == (2, (euro(12_800),), 0)
    with pytest.raises(DatabaseError) as caught:
        far.services.deliveries.deliver()
    assert is_away(caught.value)
    proxy.restore()
    far.clock.advance(3_600)
    assert [one.uid for one in far.services.deliveries.deliver().payments] == ["one", "two"]
    assert far.services.deliveries.deliver().payments == ()
    first, second = sorted(far.payments(), key=lambda one: one.occurred_at)
    assert (first.uid, first.amount, first.tendered, first.note) == ("one", 12_000, 15_000, "for the room")
    assert second.occurred_at - first.occurred_at == 3_600  # their own, not when they came in
    assert first.created_at - first.occurred_at == 7_200
    assert (first.actor, first.desk, first.business_date) == ("Elena", "Desk 1", date(2026, 11, 5))
    assert far.entry("one").state is KeptState.DELIVERED
    assert far.services.outbox.standing().count == 0
    with far.services.desk.db.reading() as connection:
        assert first_misfit(connection) is None


def test_a_payment_whose_answer_was_lost_is_in_it_once(far: FarDesk, proxy: Proxy) -> None:
    draft = PaymentDraft("one", far.soren.pk, "cash", euro(12_000))
    proxy.answers_to_lose = 1
    with pytest.raises(DatabaseError) as caught:
        far.services.payments.take(draft)
    assert is_away(caught.value)
    far.keep("one", sent=True)
    with pytest.raises(KnownError) as known:
        far.services.deliveries.undo("one", "a mistake")
    assert known.value.code == "outbox.may_be_in"
    far.clock.advance(60)
    assert [one.uid for one in far.services.deliveries.deliver().payments] == ["one"]
    assert [one.uid for one in far.payments()] == ["one"]


def test_an_answer_that_is_lost_while_it_is_delivered_doubles_nothing(far: FarDesk, proxy: Proxy) -> None:
    far.keep("one")
    proxy.answers_to_lose = 1
    with pytest.raises(DatabaseError):
        far.services.deliveries.deliver()
    assert far.entry("one").is_open
    assert len(far.services.deliveries.deliver().payments) == 1
    assert len(far.payments()) == 1


def test_what_was_undone_before_it_was_delivered_is_told_to_the_journal_once(far: FarDesk) -> None:
    """It moved no money in the end, but cash came in and went back, and only this desk's file would know."""
    far.keep("one", 5_000, reference="Ada Lovelace")
    far.clock.advance(60)
    far.services.deliveries.undo("one", "paid by card after all")
    far.clock.advance(3_600)
    for _ in range(2):
        assert far.services.deliveries.deliver().payments == ()
    assert far.payments() == []
    with far.services.desk.db.reading() as connection:
        (row,) = connection.execute(select(journal).where(journal.c.entity == "slip")).all()
        assert first_misfit(connection) is None
    taken = far.entry("one").kept.occurred_at
    assert (row.action, row.entity_uid, row.actor, row.at) == ("undo", "one", "Elena", taken + 3_660)
    assert orjson.loads(row.after) == {
        "slip": "P-0001", "amount": 5_000, "currency": "eur", "method": "cash", "booking": None, "taken_by": "Elena",
        "occurred_at": taken, "undone_at": taken + 60, "business_date": "2026-11-05",
        "reason": "paid by card after all",
    }  # fmt: skip


def test_a_typed_reference_is_taken_if_it_names_a_booking_then(far: FarDesk) -> None:
    far.keep("known", 100, reference=" ln-2017 ")
    far.keep("unknown", 200, reference="LN-2018")
    assert refusal(far, "unknown") == "outbox.no_booking"
    assert [one.uid for one in far.payments()] == ["known"]
    assert far.services.outbox.standing().needing == 1
    assert far.services.deliveries.deliver(refused_too=False).refused[0].trouble.startswith("No booking has this")
    far.services.bookings.add(
        BookingDraft(Guest("Ana"), date(2026, 11, 1), date(2026, 11, 3), reference="LN-2018", total=euro(200))
    )
    assert len(far.services.deliveries.deliver().payments) == 1


def test_a_person_chooses_a_booking_where_the_reference_names_none(far: FarDesk) -> None:
    far.keep("one", 200, reference="the big room")
    assert refusal(far, "one") == "outbox.no_booking"
    assert far.services.deliveries.choose("one", far.soren).code == ""
    (paid,) = far.services.deliveries.deliver().payments
    assert (paid.booking_reference, paid.amount) == ("LN-2017", 200)
    with pytest.raises(KnownError) as caught:
        far.services.deliveries.choose("one", far.soren)
    assert caught.value.code == "outbox.ended"


def test_what_changed_meanwhile_waits_for_a_person_and_is_never_dropped(far: FarDesk) -> None:
    services = far.services
    yen = services.bookings.add(
        BookingDraft(Guest("Haruto"), date(2026, 11, 5), date(2026, 11, 6), reference="LN-9", currency="jpy")
    ).value
    far.keep("foreign", 100, reference="LN-9")
    far.keep("cancelled", 200)
    services.stays.do(Deed.CANCEL, far.soren.pk)
    assert refusal(far, "foreign") == "payment.other_currency"
    assert refusal(far, "cancelled") == "outbox.booking_cancelled"
    assert yen.pk
    assert far.payments() == []
    services.deliveries.choose("cancelled", far.soren)  # to that booking all the same
    assert [one.uid for one in services.deliveries.deliver().payments] == ["cancelled"]
    assert far.entry("foreign").is_waiting


def test_cash_of_a_day_that_was_closed_counts_on_the_next_open_one(far: FarDesk) -> None:
    far.keep("one")
    far.services.days.close(DayDraft("close", date(2026, 11, 5)))
    (paid,) = far.services.deliveries.deliver().payments
    assert (paid.business_date, paid.late_of) == (date(2026, 11, 6), date(2026, 11, 5))


def test_the_drawer_stays_open_while_something_waits(far: FarDesk) -> None:
    drawers = far.services.drawers
    session = drawers.open(OpenDraft("open", (euro(10_000),))).value
    far.clock.advance(60)
    far.keep("one", 5_000)
    count = drawers.count(CountDraft("count", session.pk, (("eur", 5_000, 3),))).value
    closing = CloseDraft("close", session.pk, "count", count.variances, note="?", accepted=True)
    with pytest.raises(KnownError) as caught:
        drawers.close(closing)
    assert caught.value.code == "outbox.drawer_waits"
    assert "1 payments of 50.00 EUR" in str(caught.value)
    far.clock.advance(60)
    (paid,) = far.services.deliveries.deliver().payments
    assert paid.session_pk == session.pk
    again = drawers.count(CountDraft("count 2", session.pk, (("eur", 5_000, 3),))).value
    assert [one.variance for one in again.variances if one.method == CASH] == [0]
    drawers.close(CloseDraft("close", session.pk, "count 2", again.variances))


def test_who_took_it_stands_in_it_and_who_may_not_any_more_needs_a_word(far: FarDesk) -> None:
    services = far.services
    services.staff.add(StaffDraft("uid-mia", "Mia", Role.MANAGER, Pin("4711")))
    services.staff.sign_in("Mia", Pin("4711"))
    services.staff.add(StaffDraft("uid-leo", "Leo", Role.FRONT_DESK, Pin("8253")))
    services.staff.sign_in("Leo", Pin("8253"))
    far.keep("one", 100)
    far.keep("two", 200)
    services.staff.sign_in("Mia", Pin("4711"))
    assert [one.actor for one in services.deliveries.deliver().payments] == ["Leo", "Leo"]
    services.staff.sign_in("Leo", Pin("8253"))
    far.keep("three", 300)
    services.staff.sign_in("Mia", Pin("4711"))
    leo = next(one for one in services.staff.read().people if one.name == "Leo")
    services.staff.set_active(leo.uid, leo.version, active=False)
    assert refusal(far, "three") == "staff.inactive"
    services.deliveries.choose("three", far.soren)
    assert [one.actor for one in services.deliveries.deliver().payments] == ["Mia"]


def test_nobody_signed_in_is_nobody_until_somebody_stands_for_it(far: FarDesk) -> None:
    services = far.services
    far.keep("one", 100, reference="LN-2017")
    services.staff.add(StaffDraft("uid-mia", "Mia", Role.MANAGER, Pin("4711")))
    services.staff.sign_out()
    assert refusal(far, "one") == "staff.nobody"
    with pytest.raises(ForbiddenError):
        services.deliveries.choose("one", far.soren)
    services.staff.sign_in("Mia", Pin("4711"))
    services.deliveries.choose("one", far.soren)
    assert [one.actor for one in services.deliveries.deliver().payments] == ["Mia"]


def test_money_that_went_back_is_undone_before_it_is_delivered(far: FarDesk, proxy: Proxy) -> None:
    far.keep("one")
    proxy.away()
    with pytest.raises(InputError):
        far.services.deliveries.undo("one", " ")
    undone = far.services.deliveries.undo("p-0001", "the wrong guest")
    assert (undone.state, undone.reason) == (KeptState.UNDONE, "the wrong guest")
    proxy.restore()
    assert far.services.deliveries.deliver().payments == ()
    assert far.payments() == []
    far.keep("one")  # the same again is the same
    assert far.services.outbox.standing().count == 0


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (KeepDraft("one", euro(0), reference="x"), "amount.zero"),
        (KeepDraft("one", euro(100)), "outbox.reference_missing"),
        (KeepDraft("one", euro(100), reference="x", method="card"), "outbox.only_cash"),
        (KeepDraft("one", euro(100), reference="x", tendered=99), "amount.tendered_short"),
    ],
)
def test_what_cannot_be_taken_is_told_at_once(far: FarDesk, draft: KeepDraft, code: str) -> None:
    with pytest.raises(KnownError) as caught:
        far.services.outbox.keep(draft, far.settings)
    assert caught.value.code == code
    assert not far.services.outbox.path.exists()


def test_the_slip_says_that_it_is_no_receipt(far: FarDesk) -> None:
    far.keep("one", tendered=15_000)
    text = far.services.outbox.slip_text(far.entry("one").kept, far.settings)
    for part in ("*** PROVISIONAL ***", "P-0001", "€120.00", "€30.00", "LN-2017", "5 November 2026", "no receipt"):
        assert part in text


def test_the_slip_speaks_the_propertys_language(far: FarDesk) -> None:
    far.keep("one", tendered=15_000)
    german = replace(far.settings, language="de_AT")
    page = far.services.outbox.slip(far.entry("one").kept, german)
    assert (page.sheet.words, page.sheet.title, page.stamps[0].word) == ("de", "Vorläufiger Beleg", "VORLÄUFIG")
    text = far.services.outbox.slip_text(far.entry("one").kept, german)
    for part in ("Bezahlt am", "Bar", "Angenommen von", "Rückgeld", "weder Quittung noch", "5. November 2026"):
        assert part in text


def test_what_is_remembered_is_enough_to_go_on_without_the_database(far: FarDesk) -> None:
    assert far.services.outbox.remembered() is None
    far.services.outbox.remember(far.settings)
    known = far.services.outbox.remembered()
    assert isinstance(known, Remembered)
    assert (known.property().zone, known.property().methods) == (far.settings.zone, far.settings.methods)


def test_the_file_is_its_owners_and_grows_only(far: FarDesk) -> None:
    far.keep("one")
    path = far.services.outbox.path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with closing(sqlite3.connect(path)) as connection:
        for statement in ("UPDATE kept SET amount = 1", "DELETE FROM kept", "UPDATE happened SET at = 1"):
            if "happened" in statement:
                far.services.deliveries.undo("one", "?")
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)
            connection.rollback()


def test_a_file_of_a_newer_version_and_a_damaged_one_are_told(tmp_path: Path) -> None:
    newer = tmp_path / "newer.sqlite3"
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    damaged = tmp_path / "damaged.sqlite3"
    damaged.write_bytes(b"no database" * 100)
    for path, code in ((newer, "outbox.newer"), (damaged, "outbox.failed")):
        with pytest.raises(DatabaseError) as caught:
            Outbox(path).entries()
        assert caught.value.code == code


def test_the_file_is_named_by_where_the_database_is() -> None:
    folder = Path("data")
    here = outbox_path(folder, "postgresql://elena:secret@db.example/hotel")
    assert here == outbox_path(folder, "postgresql://paolo@db.example/hotel?sslmode=require")
    assert here is not None
    assert "secret" not in here.name
    for other in (
        "postgresql://db.example/other",
        "postgresql://db2.example/hotel",
        "postgresql://db.example:5433/hotel",
    ):
        assert outbox_path(folder, other) != here
    assert outbox_path(folder, "sqlite:///desk.sqlite3") is None


def test_a_property_in_a_file_keeps_nothing(tmp_path: Path) -> None:
    from rentease_desk.config import Config
    from rentease_desk.domain.settings import Property
    from rentease_desk.wiring import open_outbox

    at = "sqlite:///desk.sqlite3"
    outbox = open_outbox(Config(tmp_path, at, "Elena", "Desk 1"), at)
    outbox.require_empty()
    outbox.remember(Property())
    assert (outbox.entries(), outbox.is_used, outbox.remembered()) == ([], False, None)
    with pytest.raises(KnownError) as caught:
        outbox.keep(KeepDraft("one", Money(1, "eur"), reference="x"), Property())
    assert caught.value.code == "outbox.not_needed"
    assert list(tmp_path.iterdir()) == []
