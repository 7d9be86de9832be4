"""Filters saved by a name, on both engines: for all desks, each name and each number once a page."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from msgspec import Struct
from msgspec.structs import replace as changed
from sqlalchemy import select

from rentease_desk.domain.changes import Changes, Operator
from rentease_desk.domain.errors import ConflictError, InputError
from rentease_desk.domain.lists import BookingView
from rentease_desk.domain.saved_filters import FilterDraft, pack
from rentease_desk.services.desk import Desk
from rentease_desk.services.other_desks import OtherDesks
from rentease_desk.services.saved_filters import SavedFilterService
from rentease_desk.storage.journal_tables import journal
from tests.services.conftest import journal_entries, journal_is_whole


class Kind(Struct, frozen=True):
    """What the filters of these tests hold."""

    text: str = ""
    view: BookingView = BookingView.CURRENT
    day: date | None = None


@pytest.fixture
def service(desk: Desk) -> SavedFilterService:
    return SavedFilterService(desk)


@pytest.fixture
def other(desk: Desk) -> SavedFilterService:
    return SavedFilterService(changed(desk, operator=Operator("Paolo", "Desk 2")))


def wanted(name: str, page: str = "bookings", text: str = "ma", **more: object) -> FilterDraft:
    return FilterDraft(**{"uid": f"{page}-{name}", "page": page, "name": name, "content": pack(Kind(text))} | more)  # type: ignore[arg-type]


def listed(service: SavedFilterService) -> list[tuple[str, str, int | None]]:
    return [(one.page, one.name, one.slot) for one in service.all()]


def test_they_are_saved_renamed_and_deleted_for_all_desks(
    desk: Desk, service: SavedFilterService, other: SavedFilterService
) -> None:
    saved = service.save(wanted("  Due   today "))
    assert (saved.changes, saved.value.name, saved.value.slot) == (Changes(filters=True), "Due today", 1)
    other.save(wanted("Unpaid"))
    other.save(wanted("Unpaid", "payments"))
    assert listed(service) == [("bookings", "Due today", 1), ("bookings", "Unpaid", 2), ("payments", "Unpaid", 1)]
    renamed = other.rename(saved.value.pk, saved.value.version, "Due now").value
    assert (renamed.name, renamed.slot, renamed.content) == ("Due now", 1, saved.value.content)
    gone = service.delete(renamed.pk, renamed.version)
    assert (gone.value, gone.changes) == (renamed, Changes(filters=True))
    assert service.save(wanted("New")).value.slot == 1, "the first number that is free"
    again = FilterDraft("again", "bookings", renamed.name, renamed.content, slot=7)
    assert service.save(again).value.slot == 7
    actions = [action for entity, action in journal_entries(desk) if entity == "saved_filter"]
    assert actions == ["add", "add", "add", "edit", "delete", "add", "add"]
    assert journal_is_whole(desk)


def test_a_guests_name_stands_in_no_journal(desk: Desk, service: SavedFilterService) -> None:
    found = service.save(wanted("Lindqvist", text="Lindqvist")).value
    service.delete(found.pk, found.version)
    with desk.db.reading() as connection:
        rows = connection.execute(select(journal.c.before, journal.c.after).where(journal.c.entity == "saved_filter"))
        assert "Lindqvist" not in str(rows.all())


def test_a_name_is_one_pages_own_and_replacing_is_meant(service: SavedFilterService, other: SavedFilterService) -> None:
    first = service.save(wanted("Unpaid")).value
    with pytest.raises(ConflictError) as taken:
        other.save(wanted("UNPAID", uid="second"))
    assert (taken.value.code, taken.value.params["name"]) == ("filter.name_taken", "Unpaid")
    content = pack(Kind("other"))
    replaced = other.save(wanted("UNPAID", uid="third", content=content, replaces=first.version)).value
    assert (replaced.pk, replaced.name, replaced.content, replaced.slot) == (first.pk, "UNPAID", content, 1)
    with pytest.raises(ConflictError) as late:
        service.save(wanted("Unpaid", uid="fourth", replaces=first.version))
    assert late.value.code == "filter.changed"
    second = service.save(wanted("Second")).value
    with pytest.raises(ConflictError) as named:
        service.rename(second.pk, second.version, "unpaid")
    assert named.value.code == "filter.name_taken"
    assert len(service.all()) == 2


def test_what_changed_meanwhile_is_told(service: SavedFilterService, other: SavedFilterService) -> None:
    first = service.save(wanted("Unpaid")).value
    other.rename(first.pk, first.version, "Not paid")
    for late in (lambda: service.delete(first.pk, first.version), lambda: service.rename(first.pk, 1, "Due")):
        with pytest.raises(ConflictError) as refused:
            late()
        assert refused.value.code == "filter.changed"
    now = service.all()[0]
    other.delete(now.pk, now.version)
    with pytest.raises(ConflictError):
        service.rename(now.pk, now.version, "Due")
    assert service.all() == ()


def test_the_same_draft_again_saves_once(desk: Desk, service: SavedFilterService) -> None:
    first = service.save(wanted("Unpaid"))
    before = journal_entries(desk)
    again = service.save(wanted("Unpaid"))
    assert (again.value, again.changes) == (first.value, Changes())
    assert journal_entries(desk) == before


def test_names_and_texts_that_cannot_be_taken(service: SavedFilterService) -> None:
    for draft, code in (
        (wanted("   "), "filter.no_name"),
        (wanted("n" * 61), "text.too_long"),
        (wanted("Card", text="4242 4242 4242 4242"), "text.card_number"),
    ):
        with pytest.raises(InputError) as refused:
            service.save(draft)
        assert (refused.value.code, refused.value.field) == (code, "name")
    assert service.all() == ()


def test_more_than_nine_have_no_number(service: SavedFilterService) -> None:
    for number in range(11):
        service.save(wanted(f"F{number:02}"))
    assert [one.slot for one in service.all()] == [*range(1, 10), None, None]


def test_two_desks_at_once_get_two_numbers(service: SavedFilterService, other: SavedFilterService) -> None:
    gate = threading.Barrier(2)
    found: list[object] = []

    def run(at: SavedFilterService, name: str) -> None:
        gate.wait()
        found.append(at.save(wanted(name)).value.slot)

    threads = [threading.Thread(target=run, args=pair) for pair in ((service, "A"), (other, "B"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {1, 2}


def test_other_desks_hear_of_it(desk: Desk, service: SavedFilterService, other: SavedFilterService) -> None:
    looking = OtherDesks(changed(desk, feed=type(desk.feed)()))
    looking.look()
    heard: list[Changes] = []
    looking._desk.feed.subscribe(heard.append)
    other.save(wanted("Unpaid"))
    looking.look()
    assert heard == [Changes(filters=True)]
