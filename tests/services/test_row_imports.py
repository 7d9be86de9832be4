"""Bookings from files: once and never again, the broken rows told and the rest in, nothing overwritten."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from rentease_desk.domain.booking import BookingStatus, Guest
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.imports import Fate, Question, Row
from rentease_desk.domain.lists import BookingQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import IgnoreDraft
from rentease_desk.domain.stays import Deed
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.importing.rows import Looked, Outcome, RowImportService
from rentease_desk.services.matching import MatchingService
from rentease_desk.services.stays import StayService
from rentease_desk.storage.import_tables import import_rows
from rentease_desk.storage.journal_tables import journal
from rentease_desk.storage.stripe_store import store_payments
from rentease_desk.storage.tables import bookings as bookings_table
from rentease_desk.storage.tables import charge_lines, guests
from tests.services.conftest import draft, journal_entries, journal_is_whole
from tests.tools.hotel_bookings import DATA
from tests.tools.pictures import Album

HEADER = ("Reference", "Guest", "Arrival", "Departure", "Room", "Total", "Status", "E-mail", "Note")
TODAY = date(2026, 11, 5)


@pytest.fixture
def imports(desk: Desk) -> RowImportService:
    return RowImportService(desk)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of rows; each is given by what differs from Ada's."""

    def make(*rows: dict[str, str], name: str = "rows.csv", header: Sequence[str] = HEADER) -> Path:
        plain = {"Reference": "A-1", "Guest": "Ada", "Arrival": "2026-12-01", "Departure": "2026-12-04",
                 "Room": "", "Total": "300.00", "Status": "confirmed", "E-mail": "", "Note": ""}  # fmt: skip
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(header)
        writer.writerows([(plain | row)[name] for name in header] for row in rows)
        path = tmp_path / name
        path.write_text(text.getvalue(), encoding="utf-8", newline="")
        return path

    return make


Write = Callable[..., Path]


def never() -> threading.Event:
    return threading.Event()


def quiet(_done: int, _total: int) -> None:
    """Nobody looks."""


def looked(imports: RowImportService, path: Path, source: str = "Paper") -> Looked:
    found = imports.look(path, source)
    return replace(found, mapped=replace(found.mapped, new_rooms=True))


def take_in(imports: RowImportService, path: Path, source: str = "Paper", *, apply_changes: bool = False) -> Outcome:
    return imports.run(path, source, looked(imports, path, source), never(), quiet, apply_changes=apply_changes)


def try_out(imports: RowImportService, path: Path, source: str = "Paper") -> Outcome:
    return imports.preview(path, source, looked(imports, path, source), never(), quiet)


def fates(outcome: Outcome) -> list[str]:
    return [row.fate.value for row in outcome.spool.all()]


def troubles(outcome: Outcome) -> dict[int, str]:
    return {row.line: row.trouble.code for row in outcome.spool.all() if row.trouble is not None}


def changes(row: Row) -> dict[str, tuple[str, str, bool]]:
    return {one.field.value: (str(one.before), str(one.after), one.kept) for one in row.changes}


def counted(desk: Desk) -> list[int]:
    tables = (bookings_table, guests, charge_lines, import_rows, journal)
    with desk.db.reading() as connection:
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


def test_a_file_comes_in_whole_and_never_twice(
    desk: Desk, imports: RowImportService, write: Write, bookings: BookingService
) -> None:
    path = write({"Room": "7"}, {"Reference": "A-2", "Guest": "Bea", "Total": "", "E-mail": "bea@mail.example"})
    before = counted(desk)
    assert fates(try_out(imports, path)) == ["new", "new"]
    assert counted(desk) == before
    outcome = take_in(imports, path)
    assert (outcome.spool.counts.new, [row.written for row in outcome.spool.all()]) == (2, [True, True])
    ada = bookings.find("a-1")
    assert (ada.guest.name, ada.rooms, ada.charged, ada.nights) == ("Ada", ("7",), Money(30_000, "eur"), 3)
    assert bookings.find("A-2").guest == Guest("Bea", "bea@mail.example")
    found = [bookings.get(pk).reference for pk in bookings.keys(BookingQuery(TODAY, text="bea"))]
    assert found == ["A-2"]
    after = counted(desk)
    again = take_in(imports, path)
    assert (fates(again), again.spool.counts.new, counted(desk)) == (["same", "same"], 0, after)
    assert journal_is_whole(desk)
    entries = journal_entries(desk)
    assert entries.count(("booking", "add")) == 2
    assert entries.count(("import_source", "import")) == 1


def test_the_journal_tells_the_source_and_no_person(desk: Desk, imports: RowImportService, write: Write) -> None:
    take_in(imports, write({"Guest": "Adalbert Secret", "E-mail": "secret@mail.example", "Note": "Secret note"}))
    with desk.db.reading() as connection:
        rows = connection.execute(select(journal.c.entity, journal.c.after)).all()
        kept = connection.execute(select(import_rows.c.digests)).scalar_one()
    assert "ecret" not in kept + "".join(row.after or "" for row in rows)
    booking = json.loads(next(row.after for row in rows if row.entity == "booking"))
    assert (booking["source"], booking["source_reference"]) == ("Paper", "a-1")


def test_a_broken_row_is_told_with_its_line_and_the_rest_goes_in(
    desk: Desk, imports: RowImportService, write: Write, bookings: BookingService, tmp_path: Path
) -> None:
    bookings.add(draft(reference="LN-1", room="7", arrival=date(2026, 12, 3), departure=date(2026, 12, 9)))
    path = write(
        {"Guest": "two\nlines"},
        {"Reference": "A-2", "Departure": "2026-12-01"},
        {"Reference": "A-3", "Total": "a lot"},
        {"Reference": "a-1", "Guest": "Again"},
        {"Reference": "ln-1"},
        {"Reference": "A-4", "Room": "7"},
        {"Reference": "A-5", "Room": "8"},
        {"Reference": "A-6", "Room": "8", "Arrival": "2026-12-03", "Departure": "2026-12-05"},
        {"Reference": "A-7", "Room": "8", "Status": "cancelled"},
        {"Reference": ""},
        {"Reference": "A-8", "Guest": ""},
        {"Reference": "A-9", "Note": "4111 1111 1111 1111"},
    )
    told = {4: "booking.dates", 5: "import.amount", 6: "import.twice", 7: "booking.reference_taken", 8: "room.taken",
            10: "import.room_twice", 12: "import.no_reference", 13: "booking.guest_empty",
            14: "text.card_number"}  # fmt: skip
    assert troubles(try_out(imports, path)) == told
    outcome = take_in(imports, path)
    assert troubles(outcome) == told | {10: "room.taken"}
    assert outcome.spool.counts.new == 3
    assert bookings.find("A-7").rooms == ()
    assert bookings.find("A-7").charged.minor == 0
    assert journal_is_whole(desk)
    report = tmp_path / "broken.csv"
    assert imports.save_report(outcome.spool, report) == 9
    rows = list(csv.DictReader(io.StringIO(report.read_text(encoding="utf-8-sig"), newline="")))
    assert [row["Line"] for row in rows] == [str(line) for line in told]
    assert rows[4]["Reason"].startswith("The room is taken: 7 is Søren Lindqvist's")


def test_of_many_rows_only_those_that_cannot_be_are_left_out(
    desk: Desk, imports: RowImportService, write: Write, bookings: BookingService
) -> None:
    """They are written all at once, by whichever way an engine has for that."""
    rows = [{"Reference": f"A-{at}", "Room": f"{at % 23}", "E-mail": "tab\t\\N"} for at in range(25)]
    outcome = take_in(imports, write(*rows))
    assert troubles(outcome) == {25: "room.taken", 26: "room.taken"}
    assert outcome.spool.counts.new == 23
    assert bookings.find("A-22").guest == Guest("Ada", "tab\t\\N")
    assert journal_is_whole(desk)
    assert journal_entries(desk).count(("booking", "add")) == 23


def test_a_changed_row_is_shown_and_applied_when_somebody_wants_it(
    imports: RowImportService, write: Write, bookings: BookingService
) -> None:
    take_in(imports, write({"Room": "7"}))
    path = write({"Room": "7", "Departure": "2026-12-06", "Total": "500", "Guest": "Ada Lovelace"})
    (row,) = try_out(imports, path).spool.all()
    assert row.fate is Fate.CHANGED
    assert changes(row) == {
        "guest": ("Ada", "Ada Lovelace", False),
        "departure": ("2026-12-04", "2026-12-06", False),
        "total": ("300.00 EUR", "500.00 EUR", False),
    }
    left = take_in(imports, path)
    assert (left.spool.counts.changed, left.spool.counts.applied) == (1, 0)
    assert bookings.find("A-1").guest.name == "Ada"
    assert take_in(imports, path, apply_changes=True).spool.counts.applied == 1
    ada = bookings.find("A-1")
    assert (ada.guest.name, ada.nights, ada.charged) == ("Ada Lovelace", 5, Money(50_000, "eur"))
    assert fates(take_in(imports, path, apply_changes=True)) == ["same"]


def test_what_was_edited_at_the_desk_stays(
    imports: RowImportService, write: Write, bookings: BookingService, desk: Desk
) -> None:
    take_in(imports, write({"Room": "7", "Note": "late"}))
    ada = bookings.find("A-1")
    edited = draft(guest=Guest("Ada L."), reference="A-1", room="7", arrival=ada.arrival, departure=ada.departure,
                   total=None, note="late")  # fmt: skip
    bookings.edit(ada.pk, ada.version, edited)
    path = write({"Room": "7", "Guest": "Augusta", "Note": "early", "E-mail": "ada@mail.example"})
    (row,) = try_out(imports, path).spool.all()
    assert changes(row) == {
        "guest": ("Ada L.", "Augusta", True),
        "note": ("late", "early", False),
        "email": ("", "ada@mail.example", False),
    }
    assert take_in(imports, path, apply_changes=True).spool.counts.applied == 1
    ada = bookings.find("A-1")
    assert (ada.guest, ada.note) == (Guest("Ada L.", "ada@mail.example"), "early")
    (row,) = take_in(imports, path, apply_changes=True).spool.all()
    assert (row.written, changes(row)) == (False, {"guest": ("Ada L.", "Augusta", True)})
    assert journal_is_whole(desk)


def test_a_cancellation_comes_through_and_never_over_a_guest_in_the_house(
    imports: RowImportService, write: Write, bookings: BookingService, desk: Desk
) -> None:
    stay = {"Arrival": "2026-11-05", "Departure": "2026-11-08"}
    take_in(imports, write({"Room": "7"}, stay | {"Reference": "A-2", "Room": "8"}))
    StayService(desk).do(Deed.CHECK_IN, bookings.find("A-2").pk)
    gone = write({"Room": "7", "Status": "cancelled"}, stay | {"Reference": "A-2", "Room": "8", "Status": "no_show"})
    first, second = take_in(imports, gone, apply_changes=True).spool.all()
    assert (first.written, second.written) == (True, False)
    assert changes(second) == {"status": ("in_house", "no_show", True)}
    ada = bookings.find("A-1")
    assert (ada.status, ada.rooms, ada.charged.minor) == (BookingStatus.CANCELLED, (), 0)
    assert bookings.find("A-2").status is BookingStatus.IN_HOUSE
    assert fates(take_in(imports, gone)) == ["same", "changed"]


def test_a_change_that_cannot_be_is_told_and_leaves_no_trace(
    imports: RowImportService, write: Write, bookings: BookingService, desk: Desk
) -> None:
    take_in(imports, write({"Room": "7"}, {"Reference": "A-2", "Room": "8"}))
    path = write({"Room": "7"}, {"Reference": "A-2", "Room": "7", "Guest": "Bea"})
    row = list(take_in(imports, path, apply_changes=True).spool.all())[1]
    assert (row.fate, row.written, row.trouble and row.trouble.code) == (Fate.CHANGED, False, "room.taken")
    assert (bookings.find("A-2").guest.name, bookings.find("A-2").rooms) == ("Ada", ("8",))
    assert journal_is_whole(desk)


def test_stays_that_are_over_have_departed_where_that_is_chosen(
    imports: RowImportService, write: Write, bookings: BookingService
) -> None:
    past = {"Arrival": "2026-11-01", "Departure": "2026-11-04", "Room": "7"}
    path = write(past)
    take_in(imports, path)
    assert bookings.find("A-1").status is BookingStatus.DEPARTED
    assert fates(take_in(imports, path)) == ["same"]
    found = looked(imports, write(past | {"Reference": "A-2", "Room": ""}))
    kept = replace(found, mapped=replace(found.mapped, over_departed=False))
    imports.run(path, "Paper", kept, never(), quiet)
    assert bookings.find("A-2").status is BookingStatus.CONFIRMED


def test_a_file_without_references_is_recognised_by_its_rows(
    imports: RowImportService, write: Write, bookings: BookingService
) -> None:
    header = HEADER[1:]
    path = write({}, {}, {"Guest": "Bea"}, header=header)
    outcome = take_in(imports, path)
    assert outcome.spool.counts.new == 3
    assert [bookings.find(f"LN-{number}").guest.name for number in (1001, 1002, 1003)] == ["Ada", "Ada", "Bea"]
    assert fates(take_in(imports, write({"Guest": "Bea"}, {}, {}, {}, header=header))) == ["same"] * 3 + ["new"]


def test_columns_are_remembered_and_open_questions_stop_everything(
    imports: RowImportService, write: Write, desk: Desk
) -> None:
    path = write({"Arrival": "03/04/2027", "Departure": "05/04/2027", "Status": "sicher", "Room": "Suite"})
    found = imports.look(path, "Agency")
    assert found.open == (Question.DATES, Question.STATUS, Question.ROOMS)
    with pytest.raises(KnownError) as caught:
        imports.preview(path, "Agency", found, never(), quiet)
    assert caught.value.code == "import.open"
    assert "“sicher”" in str(caught.value)
    answered = replace(
        found.mapped, words={"sicher": BookingStatus.CONFIRMED}, rooms={"suite": "Suite"}, new_rooms=True
    )
    found = imports.look(path, "Agency", replace(answered, dates="dmy"))
    assert imports.run(path, "Agency", found, never(), quiet).spool.counts.new == 1
    again = imports.look(path, "agency")
    assert (again.remembered, again.mapped, again.open) == (True, found.mapped, ())
    assert (imports.sources(), imports.look(path, "Other").remembered) == (("Agency",), False)


def test_a_run_that_is_stopped_keeps_what_is_in_and_the_next_one_goes_on(
    imports: RowImportService, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rentease_desk.services.importing.rows.CHUNK", 2)
    path, cancel = write(*({"Reference": f"A-{number}"} for number in range(5))), never()
    found = looked(imports, path)
    steps: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        steps.append((done, total))
        cancel.set()

    outcome = imports.run(path, "Paper", found, cancel, stop)
    assert (outcome.cancelled, outcome.spool.counts.new, steps) == (True, 2, [(2, 5)])
    assert fates(take_in(imports, path)) == ["same", "same", "new", "new", "new"]


def test_a_file_that_has_changed_since_is_looked_through_again(imports: RowImportService, write: Write) -> None:
    found = looked(imports, write({}))
    path = write({}, {"Reference": "A-2"})
    with pytest.raises(KnownError) as caught:
        imports.run(path, "Paper", found, never(), quiet)
    assert caught.value.code == "import.file_changed"


def test_two_desks_that_import_the_same_file_bring_it_in_once(
    desk: Desk, imports: RowImportService, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other desk is done between this one's look and its write."""
    path = write({"Room": "7"}, {"Reference": "A-2"})
    other = RowImportService(replace(desk, operator=Operator("Paolo", "Desk 2"), feed=ChangeFeed()))
    writing = Desk.writing
    happened: list[bool] = []

    def first_the_other(one: Desk) -> object:
        if one is desk and not happened:
            happened.append(True)
            take_in(other, path)
        return writing(one)

    monkeypatch.setattr(Desk, "writing", first_the_other)
    outcome = take_in(imports, path)
    assert (fates(outcome), happened) == (["same", "same"], [True])
    assert journal_is_whole(desk)


def test_every_name_and_every_naughty_string_survives(
    desk: Desk, imports: RowImportService, write: Write, bookings: BookingService
) -> None:
    names, naughty = DATA / "cldr48_sample_names.csv", DATA / "blns.json"
    if not names.exists() or not naughty.exists():
        pytest.skip("the sample names and naughty strings are not beside the project")
    with names.open(encoding="utf-8", newline="") as file:
        found = [" ".join(filter(None, (row["given"], row["surname"]))) for row in csv.DictReader(file)]
    texts = [text for text in (*found, *json.loads(naughty.read_text(encoding="utf-8"))) if text.strip()]
    rows = [{"Reference": f"N-{at}", "Guest": text, "Note": text} for at, text in enumerate(texts)]
    outcome = take_in(imports, write(*rows))
    refused = {row.reference for row in outcome.spool.all(Fate.BROKEN)}
    told = set(troubles(outcome).values())
    assert told <= {"text.too_long", "text.card_number", "booking.guest_empty"}
    assert outcome.spool.counts.new >= len(texts) - 10
    kept = {one.reference: one.guest.name for one in bookings.page(bookings.keys(BookingQuery(TODAY)))}
    for row in rows:
        if row["Reference"] not in refused:
            assert kept[row["Reference"]] == row["Guest"].replace("\x00", "").strip()
    assert journal_is_whole(desk)


def test_rooms_that_are_called_by_marks_only_are_never_one_room(
    imports: RowImportService, bookings: BookingService, write: Write
) -> None:
    bookings.add(draft(room="\u0301", arrival=date(2026, 12, 1), departure=date(2026, 12, 4)))
    path = write({"Reference": "A-1", "Room": "\u0308"}, {"Reference": "A-2", "Room": "\u200d"},
                 {"Reference": "A-3", "Room": "\u0301"})  # fmt: skip
    assert troubles(take_in(imports, path)) == {4: "room.taken"}
    assert [bookings.find(name).rooms for name in ("A-1", "A-2")] == [("\u0308",), ("\u200d",)]


@pytest.mark.parametrize("key", ["booking_id", "booking_reference"])
def test_a_payment_that_waits_for_a_row_of_the_file_finds_it(
    desk: Desk, imports: RowImportService, write: Write, bookings: BookingService, key: str
) -> None:
    """Also one that somebody ignored meanwhile."""
    album, matching = Album(metadata={key: "a-1"}), MatchingService(desk)
    with desk.writing() as unit:
        store_payments(unit, Identity("acct_1", livemode=False), desk.property().days, album.tell("pay"))
    (waiting,) = matching.waiting()
    matching.ignore(IgnoreDraft("i", waiting.pk, "nobody's", waiting.version))
    take_in(imports, write({}, {"Reference": "A-2"}))
    paid = matching.find(str(waiting.stripe_payment_id))
    assert (paid.booking_pk, paid.ignored) == (bookings.find("A-1").pk, None)
