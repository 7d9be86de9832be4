"""People, PINs and approvals, on both engines."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from rentease_desk import wiring
from rentease_desk.domain.booking import Booking
from rentease_desk.domain.duplicates import PairDraft
from rentease_desk.domain.errors import ConflictError, InputError, KnownError, NotFoundError
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment, PaymentDraft, PaymentStatus
from rentease_desk.domain.permissions import Permission, Role
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.domain.staff import (
    Approvable,
    Approval,
    ApprovalNeededError,
    ApprovedDeed,
    ForbiddenError,
    Pin,
    StaffDraft,
    wait_after,
)
from rentease_desk.domain.stays import Deed
from rentease_desk.keychain import Keychain
from rentease_desk.services.bundle import Services
from rentease_desk.services.links import LinkService
from rentease_desk.services.refunds import RefundService
from rentease_desk.services.sync.service import SyncService
from rentease_desk.storage.journal_tables import journal
from rentease_desk.storage.staff_tables import staff
from tests.conftest import NOON
from tests.services.conftest import draft, journal_is_whole
from tests.tools.clocks import SetClock
from tests.tools.databases import behind
from tests.tools.staffed import CHEAP, PEOPLE, add_people, services_at, sit

CANCEL = threading.Event()


class TwoClocks(SetClock):
    """A computer whose clock somebody can set, while time passes as ever."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.passed = 0

    def monotonic(self) -> float:
        """Seconds that passed."""
        return float(self.passed)

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        super().advance(seconds)
        self.passed += seconds


@pytest.fixture
def ticking() -> TwoClocks:
    return TwoClocks(NOON)


@pytest.fixture
def at(address: str, tmp_path: Path, ticking: TwoClocks) -> Iterator[Services]:
    """A desk; nobody is on the staff yet."""
    with services_at(address, tmp_path, ticking) as services:
        yield services


@pytest.fixture
def staffed(at: Services) -> Services:
    """One of each role, the manager at the desk; front desk may void and give back 50.00 alone."""
    at.settings.set({"void_limit": "50", "refund_limit": "50"})
    add_people(at)
    return at


@pytest.fixture
def other(address: str, tmp_path: Path, ticking: TwoClocks, staffed: Services) -> Iterator[Services]:
    """A second desk on the same database."""
    with services_at(address, tmp_path, ticking, desk="Desk 2") as services:
        yield services


@pytest.fixture
def booking(staffed: Services) -> Booking:
    return staffed.bookings.add(draft()).value


def taken(services: Services, booking: Booking, minor: int = 10_000) -> Payment:
    wanted = PaymentDraft(services.desk.ids.uid(), booking.pk, "cash", Money(minor, "eur"))
    return services.payments.take(wanted).value


def refund(services: Services, payment: Payment, minor: int) -> RefundDraft:
    return RefundDraft(services.desk.ids.uid(), payment.pk, Money(minor, "eur"), "Unhappy")


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        work()
    return caught.value.code


def needed(work: Callable[[], object]) -> ApprovalNeededError:
    with pytest.raises(ApprovalNeededError) as caught:
        work()
    return caught.value


def told(services: Services, entity: str) -> list[tuple[str, str, str | None]]:
    """Who did what to things of a kind, and what the journal says of them now."""
    query = select(journal.c.actor, journal.c.action, journal.c.after).where(journal.c.entity == entity)
    with services.desk.db.reading() as connection:
        return [(row.actor, row.action, row.after) for row in connection.execute(query.order_by(journal.c.seq))]


# --- people


def test_the_first_person_is_a_manager_and_sits_down(at: Services) -> None:
    clerk = StaffDraft("clerk", "Elena", Role.FRONT_DESK, Pin("3917"))
    assert code_of(lambda: at.staff.add(clerk)) == "staff.first_manager"
    saved = at.staff.add(StaffDraft("mara", "  Mara  Rossi ", Role.MANAGER, Pin("8421")))
    assert (saved.value.name, saved.changes.staff) == ("Mara Rossi", True)
    assert at.staff.read().present == saved.value
    assert at.staff.add(StaffDraft("mara", "Mara", Role.MANAGER, Pin("8421"))).value == saved.value, "once"
    assert at.staff.add(clerk).value.role is Role.FRONT_DESK
    assert [one.name for one in at.staff.read().people] == ["Elena", "Mara Rossi"]
    assert [(actor, action) for actor, action, _ in told(at, "staff")] == [("Computer", "add"), ("Mara Rossi", "add")]


@pytest.mark.parametrize(
    ("name", "pin", "code"),
    [
        ("", "8421", "staff.name_missing"),
        ("stripe", "8421", "staff.name_reserved"),
        ("MARA", "8421", "staff.name_taken"),
        ("Ada", "12", "staff.pin_form"),
        ("Ada", "84a1", "staff.pin_form"),
        ("Ada", "٣٤٥٦", "staff.pin_form"),
        ("Ada", "7777", "staff.pin_easy"),
        ("Ada", "4567", "staff.pin_easy"),
        ("Ada", "98765", "staff.pin_easy"),
    ],
)
def test_names_and_pins_that_cannot_be_used(tmp_path: Path, sqlite_maker: Any, name: str, pin: str, code: str) -> None:
    with services_at(sqlite_maker.copy(tmp_path / "desk.sqlite3"), tmp_path, SetClock(NOON)) as services:
        services.staff.add(StaffDraft("mara", "Mara", Role.MANAGER, Pin("8421")))
        wanted = StaffDraft("new", name, Role.FRONT_DESK, Pin(pin))
        assert code_of(lambda: services.staff.add(wanted)) == code
        assert len(services.staff.read().people) == 1


def test_there_is_always_a_manager(staffed: Services) -> None:
    mara, elena = (next(one for one in staffed.staff.read().people if one.name == name) for name in ("Mara", "Elena"))
    assert code_of(lambda: staffed.staff.set_active(mara.uid, 1, active=False)) == "staff.last_manager"
    assert code_of(lambda: staffed.staff.set_role(mara.uid, 1, Role.ACCOUNTANT)) == "staff.last_manager"
    assert code_of(lambda: staffed.staff.set_role(elena.uid, 7, Role.MANAGER)) == "staff.changed"
    raised = staffed.staff.set_role(elena.uid, 1, Role.MANAGER).value
    assert staffed.staff.set_active(mara.uid, 1, active=False).value.active is False
    assert staffed.staff.read().present is None, "who was made inactive is not at the desk any more"
    sit(staffed, "Elena")
    assert code_of(lambda: staffed.staff.set_role(elena.uid, raised.version, Role.FRONT_DESK)) == "staff.last_manager"
    assert code_of(lambda: sit(staffed, "Mara")) == "staff.inactive"
    assert staffed.staff.set_active(mara.uid, 2, active=True).value.version == 3
    assert sit(staffed, "Mara").name == "Mara"
    actions = [action for _, action, _ in told(staffed, "staff")]
    assert actions == ["add", "add", "add", "role", "deactivate", "activate"]


def test_two_managers_cannot_dismiss_each_other_at_once(staffed: Services, other: Services) -> None:
    ada = staffed.staff.add(StaffDraft("ada", "Ada", Role.MANAGER, Pin("7395"))).value
    mara = next(one for one in staffed.staff.read().people if one.name == "Mara")
    other.staff.sign_in("Ada", Pin("7395"))
    start, codes = threading.Barrier(2), list[str]()

    def dismiss(services: Services, uid: str) -> None:
        start.wait(10)
        try:
            services.staff.set_active(uid, 1, active=False)
        except KnownError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=dismiss, args=one) for one in ((staffed, ada.uid), (other, mara.uid))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert codes in (["staff.inactive"], ["staff.last_manager"])
    assert [one.role for one in staffed.staff.read().active].count(Role.MANAGER) == 1


def test_nobody_is_deleted_and_no_name_changes(staffed: Services) -> None:
    for statement in (delete(staff), update(staff).values(name="Ada"), update(staff).values(uid="x")):
        with pytest.raises(DBAPIError, match="append-only"), behind(staffed.desk.db) as connection:
            connection.execute(statement)


def test_no_pin_and_no_hash_is_told(staffed: Services, caplog: pytest.LogCaptureFixture) -> None:
    staffed.staff.set_pin(staffed.staff.read().people[0].uid, Pin("6204"))
    code_of(lambda: staffed.staff.sign_in("Elena", Pin("5555")))
    words = [pin for _, pin in PEOPLE.values()] + ["6204", "5555", "argon2"]
    with staffed.desk.db.reading() as connection:
        hashes = list(connection.scalars(select(staff.c.pin_hash)))
        rows = connection.execute(select(journal.c.action, journal.c.before, journal.c.after)).all()
    assert all(one.startswith("$argon2id$") for one in hashes)
    assert len(set(hashes)) == len(hashes)
    assert [word for word in words if word in f"{rows} {caplog.text} {Pin('6204')} {staffed.staff.read()}"] == []


# --- sitting down


def test_who_sits_down_stands_in_the_rows(staffed: Services, booking: Booking) -> None:
    sit(staffed, "Elena")
    payment = taken(staffed, booking)
    assert payment.actor == "Elena"
    assert told(staffed, "payment")[-1][:2] == ("Elena", "take")
    staffed.staff.sign_out()
    assert code_of(lambda: taken(staffed, booking)) == "staff.nobody"
    sit(staffed, "Mara")
    assert taken(staffed, booking, 4_000).actor == "Mara"
    assert journal_is_whole(staffed.desk)


def test_what_one_person_began_stays_theirs(staffed: Services, booking: Booking) -> None:
    sit(staffed, "Elena")
    work = staffed.desk.seat.bound(lambda: taken(staffed, booking))
    sit(staffed, "Mara")
    found: list[Payment] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join(30)
    assert found[0].actor == "Elena"
    assert taken(staffed, booking, 4_000).actor == "Mara"


def test_what_another_desk_changed_counts_at_once(staffed: Services, other: Services, booking: Booking) -> None:
    elena = next(one for one in staffed.staff.read().people if one.name == "Elena")
    sit(other, "Elena")
    taken(other, booking)
    changed = staffed.staff.set_role(elena.uid, 1, Role.ACCOUNTANT).value
    assert code_of(lambda: taken(other, booking, 700)) == "staff.may_not"
    staffed.staff.set_active(elena.uid, changed.version, active=False)
    assert code_of(lambda: taken(other, booking, 700)) == "staff.inactive"
    assert other.staff.read().present is None
    assert code_of(lambda: taken(other, booking, 700)) == "staff.nobody"


def test_the_program_by_itself_may_sync_and_nothing_else(staffed: Services, booking: Booking) -> None:
    with staffed.desk.seat.as_system():
        staffed.desk.require(Permission.SYNC)
        assert code_of(lambda: taken(staffed, booking)) == "staff.may_not"
        with staffed.desk.doing(Permission.SYNC) as unit:
            assert unit.operator.actor == "system"
    assert staffed.staff.read().present is not None


def test_the_timer_needs_nobody_at_the_desk(staffed: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[str] = []

    def tick(services: Services, _cancel: threading.Event) -> None:
        services.desk.require(Permission.SYNC)
        found.append(services.desk.acting.actor)

    monkeypatch.setattr(wiring, "_tick", tick)
    staffed.staff.sign_out()
    wiring.background_sync(staffed, CANCEL)._action()
    assert found == ["system"]
    assert staffed.desk.seat.sitter is None


def test_a_desk_without_a_key_tries_nothing_by_itself(staffed: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    for service, work in ((RefundService, "resume"), (LinkService, "resume"), (SyncService, "tick")):
        monkeypatch.setattr(service, work, lambda *_: pytest.fail("it tried"))
    monkeypatch.setattr(Keychain, "get", lambda *_: None)
    staffed.key.given = None
    wiring.background_sync(staffed, CANCEL)._action()
    assert staffed.sync.recent() == []


# --- wrong PINs


def wrong(services: Services, times: int = 1) -> str:
    codes = [code_of(lambda: services.staff.sign_in("Elena", Pin("0000"))) for _ in range(times)]
    return codes[-1]


def seconds_left(services: Services, pin: str = PEOPLE["Elena"][1]) -> int:
    with pytest.raises(InputError) as caught:
        services.staff.sign_in("Elena", Pin(pin))
    assert (caught.value.code, caught.value.field) == ("staff.wait", "pin")
    return int(str(caught.value.params["seconds"]))


def test_the_wait_grows_and_has_an_end() -> None:
    assert [wait_after(wrong) for wrong in (0, 1, 2, 3, 4, 5, 10, 11, 99)] == [0, 0, 0, 5, 10, 20, 640, 900, 900]


def test_after_wrong_pins_one_waits_also_with_the_right_one(staffed: Services, ticking: TwoClocks) -> None:
    assert wrong(staffed, 2) == "staff.wrong_pin"
    assert wrong(staffed) == "staff.wait"
    assert seconds_left(staffed) == 5
    ticking.advance(4)
    assert seconds_left(staffed) == 1
    ticking.advance(1)
    assert wrong(staffed) == "staff.wait"
    assert seconds_left(staffed) == 10
    assert sit(staffed, "Mara").name == "Mara", "the others do not wait"
    ticking.advance(10)
    assert sit(staffed, "Elena").name == "Elena"
    assert wrong(staffed) == "staff.wrong_pin", "the right one ends it"
    actions = [(action, after) for _, action, after in told(staffed, "staff") if action != "add"]
    assert actions == [
        ("wrong_pin", '{"wait":0,"wrong_pins":1}'),
        ("wrong_pin", '{"wait":0,"wrong_pins":2}'),
        ("locked_out", '{"wait":5,"wrong_pins":3}'),
        ("locked_out", '{"wait":10,"wrong_pins":4}'),
        ("right_pin", '{"wrong_pins":0}'),
        ("wrong_pin", '{"wait":0,"wrong_pins":1}'),
    ]


def test_neither_a_restart_nor_another_desk_shortens_the_wait(
    staffed: Services, other: Services, ticking: TwoClocks
) -> None:
    wrong(staffed, 3)
    ticking.advance(2)
    assert seconds_left(other) == 3


def test_no_clock_that_is_set_shortens_the_wait(staffed: Services, other: Services, ticking: TwoClocks) -> None:
    wrong(staffed, 3)
    for moved in (-7_200, 7_200):
        ticking.at = NOON + moved
        assert seconds_left(staffed) == 5
    ticking.at = NOON - 86_400
    assert seconds_left(other) == 5, "a clock that stands before the wrong PIN is not believed"
    ticking.at = NOON + 86_400
    assert seconds_left(other) == 5
    ticking.advance(5)
    assert sit(other, "Elena").name == "Elena"


def test_tries_side_by_side_are_counted_one_after_the_other(staffed: Services) -> None:
    codes: list[str] = []
    threads = [threading.Thread(target=lambda: codes.append(wrong(staffed))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(codes) == ["staff.wait"] * 3 + ["staff.wrong_pin"] * 2
    with staffed.desk.db.reading() as connection:
        assert connection.scalar(select(staff.c.wrong_pins).where(staff.c.name == "Elena")) == 3


def test_a_new_pin_ends_the_wait_and_the_old_one(staffed: Services) -> None:
    wrong(staffed, 3)
    elena = next(one for one in staffed.staff.read().people if one.name == "Elena")
    staffed.staff.set_pin(elena.uid, Pin("6204"))
    assert wrong(staffed) == "staff.wrong_pin"
    assert staffed.staff.sign_in(" ELENA", Pin("6204")).uid == elena.uid
    staffed.staff.set_pin(elena.uid, Pin("8053"))
    assert staffed.staff.sign_in("Elena", Pin("8053")).uid == elena.uid
    mara = next(one for one in staffed.staff.read().people if one.name == "Mara")
    assert code_of(lambda: staffed.staff.set_pin(mara.uid, Pin("6204"))) == "staff.may_not", "one's own only"
    with pytest.raises(NotFoundError):
        staffed.staff.sign_in("Nobody here", Pin("6204"))


def test_a_damaged_hash_is_no_pin(staffed: Services) -> None:
    assert not CHEAP.is_right(Pin("8421"), "not a hash")
    assert CHEAP.is_right(Pin("8421"), CHEAP.hashed(Pin("8421")))


# --- approvals


@pytest.fixture
def big(staffed: Services, booking: Booking) -> Payment:
    """A payment of 100.00, and Elena at the desk."""
    sit(staffed, "Elena")
    return taken(staffed, booking)


def approve(services: Services, error: ApprovalNeededError, name: str = "Mara") -> Approval:
    return services.staff.approve(error, name, Pin(PEOPLE[name][1]))


def test_a_manager_approves_one_void_on_the_spot(staffed: Services, booking: Booking, big: Payment) -> None:
    small = taken(staffed, booking, 5_000)
    assert staffed.payments.void(small.pk, "Wrong").value.status is PaymentStatus.VOIDED, "not above the limit"
    asked = needed(lambda: staffed.payments.void(big.pk, "Wrong"))
    assert asked.permission is Permission.VOID_ABOVE_LIMIT
    approval = approve(staffed, asked)
    voided = staffed.payments.void(big.pk, "Wrong", approval).value
    assert voided.status is PaymentStatus.VOIDED
    ((actor, action, after),) = told(staffed, "approval")
    assert (actor, action) == ("Elena", "approve")
    assert after == f'{{"by":"Mara","deed":"void {big.uid}","permission":"void_above_limit"}}'
    history = staffed.journal.history_of_payment(big.pk)
    ((who, what, changes),) = [(one.actor, one.what, one.changes) for one in history if "pprove" in one.what]
    assert (who, what) == ("Elena", "Approved on the spot")
    assert [(one.name, one.after) for one in changes] == [
        ("Approved by", "Mara"),
        ("To", "void payments above the limit"),
    ]
    again = taken(staffed, booking)
    needed(lambda: staffed.payments.void(again.pk, "Wrong", approval))
    assert "Approved on the spot" not in [one.what for one in staffed.journal.history_of_payment(again.pk)]
    sitter = staffed.desk.seat.sitter
    assert sitter is not None
    assert sitter.name == "Elena", "who approves does not sit down"


def test_whoever_is_asked_is_told_what_it_is_about(staffed: Services, big: Payment) -> None:
    asked = needed(lambda: staffed.refunds.plan(refund(staffed, big, 6_000)))
    assert asked.about == Approvable(ApprovedDeed.REFUND, (Money(6_000, "eur"),), big.booking_reference or "")
    asked = needed(lambda: staffed.duplicates.merge(PairDraft("m", big.pk, big.pk)))
    assert asked.about == Approvable(ApprovedDeed.MERGE, (Money(10_000, "eur"),), big.booking_reference or "")
    assert needed(lambda: staffed.duplicates.merge(PairDraft("m", 998, 999))).about is None


def test_an_approval_is_for_one_deed_and_serves_once(staffed: Services, booking: Booking, big: Payment) -> None:
    wanted = refund(staffed, big, 6_000)
    approval = approve(staffed, needed(lambda: staffed.refunds.plan(wanted)))
    forged = Approval("made-up", approval.by_uid, "Mara", approval.permission, approval.deed)
    needed(lambda: staffed.refunds.plan(wanted, forged))
    needed(lambda: staffed.refunds.plan(refund(staffed, big, 6_000), approval))
    needed(lambda: staffed.refunds.plan(replace(wanted, amount=Money(6_001, "eur")), approval))
    needed(lambda: staffed.payments.void(big.pk, "Wrong", approval))
    assert staffed.refunds.refund(wanted, CANCEL, approval).value.refund.amount == 6_000
    assert staffed.refunds.plan(wanted).value.refund.uid == wanted.uid, "what is done needs none"
    needed(lambda: staffed.refunds.plan(refund(staffed, big, 100), approval))


def test_the_limit_is_of_all_that_goes_back_of_a_payment(staffed: Services, big: Payment) -> None:
    staffed.refunds.plan(refund(staffed, big, 3_000))
    staffed.refunds.plan(refund(staffed, big, 2_000))
    assert needed(lambda: staffed.refunds.plan(refund(staffed, big, 1))).permission is Permission.REFUND_ABOVE_LIMIT


def test_who_may_not_do_it_cannot_approve_it(staffed: Services, other: Services, big: Payment) -> None:
    asked = needed(lambda: staffed.payments.void(big.pk, "Wrong"))
    assert code_of(lambda: approve(staffed, asked, "Paolo")) == "staff.may_not_approve"
    assert code_of(lambda: staffed.staff.approve(asked, "Mara", Pin("0000"))) == "staff.wrong_pin"
    approval = approve(staffed, asked)
    sit(other, "Mara")
    mara = next(one for one in other.staff.read().people if one.name == "Mara")
    ada = other.staff.add(StaffDraft("ada", "Ada", Role.MANAGER, Pin("7395"))).value
    other.staff.set_active(mara.uid, 1, active=False)
    needed(lambda: staffed.payments.void(big.pk, "Wrong", approval))
    assert ada.active


def test_after_an_error_the_approval_still_stands(staffed: Services, booking: Booking, big: Payment) -> None:
    approval = approve(staffed, needed(lambda: staffed.payments.void(big.pk, "Wrong")))
    with pytest.raises(NotFoundError):
        staffed.payments.void(999, "Wrong", approval)
    assert staffed.payments.void(big.pk, "Wrong", approval).value.status is PaymentStatus.VOIDED


def test_approvals_end_with_whom_they_were_given_to(staffed: Services, big: Payment) -> None:
    approval = approve(staffed, needed(lambda: staffed.payments.void(big.pk, "Wrong")))
    staffed.staff.sign_out()
    sit(staffed, "Elena")
    needed(lambda: staffed.payments.void(big.pk, "Wrong", approval))
    later = approve(staffed, needed(lambda: staffed.payments.void(big.pk, "Wrong")))
    sit(staffed, "Paolo")
    sit(staffed, "Elena")
    needed(lambda: staffed.payments.void(big.pk, "Wrong", later))


def test_a_manager_needs_no_approval_and_an_accountant_gets_none(staffed: Services, big: Payment) -> None:
    sit(staffed, "Paolo")
    with pytest.raises(ForbiddenError) as caught:
        staffed.payments.void(big.pk, "Wrong")
    assert (type(caught.value), caught.value.permission) == (ForbiddenError, Permission.VOID)
    sit(staffed, "Mara")
    assert staffed.payments.void(big.pk, "Wrong").value.status is PaymentStatus.VOIDED
    assert told(staffed, "approval") == []


def test_a_limit_holds_for_every_other_currency(staffed: Services) -> None:
    settings = staffed.settings.get()
    assert not settings.is_above(settings.void_limit, Money(5_000, "eur"))
    assert settings.is_above(settings.void_limit, Money(1, "chf"))
    changed = staffed.settings.set({"currency": "CHF"}).value
    assert (changed.void_limit, changed.refund_limit) == (0, 0), "to be said anew"
    assert not changed.is_above(staffed.settings.set({"void_limit": "off"}).value.void_limit, Money(9_999_999, "chf"))


def test_undoing_a_cancellation_is_one(staffed: Services, booking: Booking) -> None:
    staffed.stays.do(Deed.CANCEL, booking.pk)
    sit(staffed, "Paolo")
    assert code_of(lambda: staffed.stays.undo(booking.pk)) == "staff.may_not"


def test_another_desk_hears_of_the_staff(staffed: Services, other: Services) -> None:
    heard: list[bool] = []
    other.desk.feed.subscribe(lambda changes: heard.append(changes.staff))
    other.others.look()
    staffed.staff.add(StaffDraft("ada", "Ada", Role.ACCOUNTANT, Pin("7395")))
    other.others.look()
    assert heard == [True]
    with pytest.raises(ConflictError):
        staffed.staff.add(StaffDraft("ada 2", "ada", Role.ACCOUNTANT, Pin("7395")))
