"""Every permission is asked for by the services, called without the window; nothing is left out.

What writes is found in the source, so that a new method without a case fails here, and one that names no permission.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from inspect import signature
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec import structs
from msgspec.structs import replace

from rentease_desk.domain import permissions as table
from rentease_desk.domain.balance_check import BalanceCheck
from rentease_desk.domain.booking import Booking, BookingDraft, BookingStatus, ChargeKind, Guest
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.charges import ChargeDraft, ReverseDraft
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.day_close import DayDraft
from rentease_desk.domain.drawers import CloseDraft, CountDraft, MovementDraft, MovementKind, OpenDraft
from rentease_desk.domain.duplicates import PairDraft
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.follow_ups import Care, Contact, FollowUp, FollowUpKind, Problem
from rentease_desk.domain.links import LinkDraft
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.moves import Moved, Place
from rentease_desk.domain.outbox import Entry, KeepDraft
from rentease_desk.domain.parts import MoveDraft, SplitDraft
from rentease_desk.domain.payment import IgnoreDraft, Payment, PaymentDraft
from rentease_desk.domain.permissions import ROLE_NAMES, RULES, STAFF_ROLES, Permission, Role, Rule
from rentease_desk.domain.receipts import ReceiptDraft
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.domain.reporting import Ask, ReportName
from rentease_desk.domain.saved_filters import FilterDraft
from rentease_desk.domain.schedules import Rhythm, ScheduleDraft
from rentease_desk.domain.settings import Property
from rentease_desk.domain.settings_file import settings_file
from rentease_desk.domain.staff import ApprovalNeededError, ForbiddenError, Pin, StaffDraft, StaffMember
from rentease_desk.domain.stays import Deed
from rentease_desk.domain.z_report import ZReport
from rentease_desk.services.bundle import Services
from rentease_desk.services.drawers import Revealed
from rentease_desk.services.imports import ImportService
from rentease_desk.services.outbox import DeliveryService, OutboxService
from rentease_desk.services.seat import Seat
from rentease_desk.services.stripe_accounts import AccountDraft
from rentease_desk.storage.journal import read_head
from rentease_desk.storage.outbox import Outbox
from tests.conftest import NOON
from tests.tools.clocks import SetClock
from tests.tools.databases import ENGINES, PostgresqlMaker, SqliteMaker
from tests.tools.staffed import add_people, services_at, sit
from tests.tools.written import all_permissions, modules_with, writing_methods

CANCEL = threading.Event()
EUR = "eur"
NOVEMBER = date(2026, 11, 2)
ASKED_OF_NOBODY = {
    ("DoctorService", "look"): "counts what it asked of Stripe itself",
    ("FirstRunService", "keep"): "there is no desk yet",
    ("FirstRunService", "finish"): "there is no desk yet; what it calls asks",
    ("RowImportService", "look"): "reads",
    ("ScheduleService", "run"): "writes what a manager has scheduled",
    ("BackupService", "note"): "tells what somebody was allowed",
    ("SettingsService", "ensure"): "gives a new database its defaults",
    ("StaffService", "sign_in"): "asks for a PIN",
    ("SyncRequestService", "hear"): "stops what nobody wants any more",
    ("StaffService", "approve"): "asks for a PIN",
}
"""What writes, or looks like it, and is for everybody."""
BY_ITSELF = {
    "backups.py", "desk.py", "links.py", "outbox.py", "refunds.py", "requests.py", "request_run.py", "refund_run.py",
    "link_run.py", "schedules.py", "settings.py", "staff.py", "sync/account.py", "sync/events.py", "sync/lease.py",
    "sync/leased.py", "sync/listing.py", "sync/pages.py", "sync/progress.py", "sync/reads.py", "sync/recorded.py",
    "sync/requests.py", "sync/run.py", "sync/service.py",
}  # fmt: skip
"""Where the program writes what nobody is asked for: Stripe's news, and what became of what somebody was allowed."""


class World(NamedTuple):
    """A property with staff, three bookings of which the last is cancelled, a payment, a closed drawer, and one
    that was counted and holds too much; all limits are nothing.
    """

    services: Services
    people: dict[str, StaffMember]
    bookings: list[Booking]
    payment: Payment
    closed: ZReport
    counted: Revealed
    folder: Path

    @property
    def uid(self) -> str:
        return self.services.desk.ids.uid()

    @property
    def pair(self) -> PairDraft:
        return PairDraft(self.uid, self.payment.pk, self.payment.pk)

    @property
    def closing(self) -> CloseDraft:
        found = self.counted
        return CloseDraft(
            self.uid, found.figures.session.pk, found.count.uid, found.variances, note="Nobody knows", accepted=True
        )

    def refund(self) -> RefundDraft:
        return RefundDraft(self.uid, self.payment.pk, Money(500, EUR), "Unhappy")


def _draft(number: int, status: BookingStatus = BookingStatus.CONFIRMED) -> BookingDraft:
    stay = {"arrival": date(2026, 11, 5), "departure": date(2026, 11, 7), "reference": f"LN-{number}"}
    return BookingDraft(Guest(f"Guest {number}"), **stay, total=Money(20_000, EUR), status=status)  # type: ignore[arg-type]


@pytest.fixture(scope="module", params=ENGINES)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("staffed")
    if request.param == "sqlite":
        sqlite: SqliteMaker = request.getfixturevalue("sqlite_maker")
        address = sqlite.copy(folder / "desk.sqlite3")
    else:
        postgresql: PostgresqlMaker = request.getfixturevalue("postgresql_maker")
        address = postgresql.copy()
    with services_at(address, folder, SetClock(NOON)) as services:
        services.settings.set({"void_limit": "0", "refund_limit": "0", "name": "Hotel Lanterna"})
        bookings = [services.bookings.add(_draft(number)).value for number in (1, 2, 3)]
        services.stays.do(Deed.CANCEL, bookings[2].pk)
        taken = PaymentDraft(services.desk.ids.uid(), bookings[0].pk, "cash", Money(10_000, EUR))
        payment = services.payments.take(taken).value
        closed, counted = _closed(services), _counted(services)
        yield World(services, add_people(services), bookings, payment, closed, counted, folder)


def _closed(services: Services) -> ZReport:
    """Nothing was in it."""
    drawers, uid = services.drawers, services.desk.ids.uid
    opened = drawers.open(OpenDraft(uid(), (Money(0, EUR),))).value
    found = drawers.count(CountDraft(uid(), opened.pk, ((EUR, 5_000, 0),))).value
    drawers.close(CloseDraft(uid(), opened.pk, found.count.uid, found.variances))
    return services.z_reports.report(opened.pk)


def _counted(services: Services) -> Revealed:
    """More is in the drawer than there should be."""
    services.settings.set({"drawer_tolerance": "EUR 1.00"})
    opened = services.drawers.open(OpenDraft(services.desk.ids.uid(), (Money(0, EUR),))).value
    return services.drawers.count(CountDraft(services.desk.ids.uid(), opened.pk, ((EUR, 5_000, 1),))).value


def _trouble() -> FollowUp:
    problem = Problem(FollowUpKind.PAYMENT, "pi_1", "1", "failed", True, NOON, 100, EUR, Contact())
    return FollowUp(problem, Care())


def _done() -> FollowUp:
    return replace(_trouble(), care=Care(done_at=NOON, done_by="Elena", done_phase="1"))


def _run_import(world: World) -> object:
    path = world.folder / "rows.csv"
    path.write_text("Reference,Guest,Arrival,Departure\nX1,Anna,2026-11-06,2026-11-08\n", encoding="utf-8")
    rows = world.services.imports.rows
    return rows.run(path, "File", rows.look(path), CANCEL, lambda *_: None)


def _save_settings(world: World) -> object:
    return world.services.settings.save(world.services.settings.get())


def _take_settings(world: World) -> object:
    path = world.folder / "settings.json"
    path.write_bytes(settings_file(replace(world.services.settings.get(), name="Another")))
    return world.services.settings.adopt(path)


def _moved(world: World) -> Moved:
    booking, price = world.bookings[0], Money(0, EUR)
    return Moved(booking, Place("", booking.arrival, booking.departure), price, price)


def _new_person(world: World) -> StaffDraft:
    return StaffDraft(world.uid, "Somebody", Role.FRONT_DESK, Pin("7395"))


def _waiting(world: World) -> tuple[DeliveryService, Entry]:
    """Cash that somebody else kept while the database was away, and who delivers it."""
    somebody = Operator("Somebody", "Desk 1")
    outbox = OutboxService(Outbox(world.folder / f"{world.uid}.sqlite3"), SetClock(NOON), somebody, Seat())
    booking = world.bookings[0]
    kept = outbox.keep(KeepDraft(world.uid, Money(100, EUR), booking.uid, booking.reference), Property())
    return DeliveryService(world.services.desk, outbox), outbox.find(kept.draft.uid)


def _delivered(world: World) -> object:
    """What is refused is no error of a delivery: it waits, with the reason."""
    deliveries, entry = _waiting(world)
    return deliveries._write(entry)


def _chosen(world: World) -> object:
    deliveries, entry = _waiting(world)
    return deliveries.choose(entry.kept.draft.uid, world.bookings[1])


def _undone(world: World) -> object:
    deliveries, entry = _waiting(world)
    return deliveries.undo(entry.kept.draft.uid, "Given back")


Case = Callable[[World], object]
P = Permission
CASES: dict[tuple[str, str, Permission], Case] = {
    ("BackupService", "make", P.BACKUP): lambda w: w.services.backups.make(),
    ("BackupService", "allow_restore", P.RESTORE): lambda w: w.services.backups.allow_restore(),
    ("BackupService", "choose_second", P.SETTINGS): lambda w: w.services.backups.choose_second(w.folder),
    ("BillingService", "assign", P.MATCH): lambda w: w.services.billing.assign("sub_1", w.bookings[0].pk),
    ("BillingService", "release", P.MATCH): lambda w: w.services.billing.release("sub_1"),
    ("BookingService", "add", P.EDIT_BOOKING): lambda w: w.services.bookings.add(_draft(9)),
    ("BookingService", "edit", P.EDIT_BOOKING): lambda w: w.services.bookings.edit(w.bookings[1].pk, 1, _draft(2)),
    ("BookingService", "edit", P.CANCEL_BOOKING): lambda w: w.services.bookings.edit(
        w.bookings[1].pk, w.bookings[1].version, _draft(2, BookingStatus.NO_SHOW)
    ),
    ("CalendarImportService", "run", P.IMPORT): lambda w: w.services.imports.calendars.run("Cal", "1", ()),
    ("CalendarImportService", "keep_address", P.IMPORT): lambda w: w.services.imports.calendars.keep_address(
        "Cal", w.services.imports.calendars.address("https://hotel.example/cal.ics")
    ),
    ("CalendarImportService", "forget_address", P.IMPORT): lambda w: w.services.imports.calendars.forget_address("Cal"),
    ("ChargeService", "add", P.CHARGE): lambda w: w.services.charges.add(
        ChargeDraft(w.uid, w.bookings[0].pk, ChargeKind.EXTRA, Money(500, EUR), text="Bar")
    ),
    ("ChargeService", "reverse", P.CHARGE): lambda w: w.services.charges.reverse(ReverseDraft(w.uid, 1, "Wrong")),
    ("CustomerService", "link", P.MATCH): lambda w: w.services.customers.link("cus_1", w.bookings[0].pk),
    ("CustomerService", "unlink", P.MATCH): lambda w: w.services.customers.unlink("cus_1"),
    ("DayService", "close", P.CLOSE_DAY): lambda w: w.services.days.close(DayDraft(w.uid, NOVEMBER)),
    ("DayService", "reopen", P.REOPEN_DAY): lambda w: w.services.days.reopen(
        DayDraft(w.uid, NOVEMBER, reason="A bill came late")
    ),
    ("DeliveryService", "choose", P.TAKE_PAYMENT): _chosen,
    ("DeliveryService", "deliver", P.TAKE_PAYMENT): _delivered,
    ("DeliveryService", "undo", P.VOID): _undone,
    ("DrawerService", "open", P.OPEN_DRAWER): lambda w: w.services.drawers.open(OpenDraft(w.uid, ())),
    ("DrawerService", "move", P.MOVE_IN_DRAWER): lambda w: w.services.drawers.move(
        MovementDraft(w.uid, MovementKind.PAID_IN, Money(500, EUR), "Change")
    ),
    ("DrawerService", "count", P.CLOSE_DRAWER): lambda w: w.services.drawers.count(CountDraft(w.uid, 1, (), ())),
    ("DrawerService", "close", P.CLOSE_DRAWER): lambda w: w.services.drawers.close(w.closing),
    ("DrawerService", "close", P.ACCEPT_VARIANCE): lambda w: w.services.drawers.close(w.closing),
    ("DuplicateService", "merge", P.MERGE_DUPLICATES): lambda w: w.services.duplicates.merge(w.pair),
    ("DuplicateService", "keep_both", P.MERGE_DUPLICATES): lambda w: w.services.duplicates.keep_both(w.pair),
    ("DuplicateService", "undo", P.MERGE_DUPLICATES): lambda w: w.services.duplicates.undo(w.pair),
    ("EventLogService", "retry", P.FOLLOW_UP): lambda w: w.services.events.retry(["evt_1"]),
    ("EventLogService", "dismiss", P.FOLLOW_UP): lambda w: w.services.events.dismiss("evt_1", "Known"),
    ("ExportService", "payments", P.EXPORT): lambda w: w.services.exports.payments(
        PaymentQuery(), w.folder / "out.csv", Preset.ISO
    ),
    ("FollowUpService", "write_note", P.FOLLOW_UP): lambda w: w.services.follow_ups.write_note(_trouble(), "Called"),
    ("FollowUpService", "set_done", P.FOLLOW_UP): lambda w: w.services.follow_ups.set_done(_trouble()),
    ("FollowUpService", "set_open", P.FOLLOW_UP): lambda w: w.services.follow_ups.set_open(_done()),
    ("ImportService", "load", P.IMPORT): lambda w: ImportService(w.services.desk).load([], {"7": "Double"}),
    ("JournalService", "verify", P.VERIFY_JOURNAL): lambda w: w.services.journal.verify(CANCEL, lambda *_: None),
    ("JournalService", "save_head", P.VERIFY_JOURNAL): lambda w: w.services.journal.save_head(w.folder / "head.json"),
    ("JournalService", "export", P.VERIFY_JOURNAL): lambda w: w.services.journal.export(
        w.folder / "journal.jsonl", CANCEL, lambda *_: None
    ),
    ("LinkService", "create", P.PAYMENT_LINK): lambda w: w.services.links.create(
        LinkDraft(w.uid, w.bookings[0].pk, Money(500, EUR)), CANCEL
    ),
    ("LinkService", "cancel", P.PAYMENT_LINK): lambda w: w.services.links.cancel("none", CANCEL),
    ("LinkService", "look", P.PAYMENT_LINK): lambda w: w.services.links.look("none", CANCEL),
    ("LinkService", "resume", P.SYNC): lambda w: w.services.links.resume(CANCEL),
    ("MatchingService", "assign", P.MATCH): lambda w: w.services.matching.assign(w.payment.pk, w.bookings[1].pk),
    ("MatchingService", "undo", P.MATCH): lambda w: w.services.matching.undo(w.payment.pk),
    ("MatchingService", "ignore", P.MATCH): lambda w: w.services.matching.ignore(
        IgnoreDraft(w.uid, w.payment.pk, "Not ours")
    ),
    ("MatchingService", "unignore", P.MATCH): lambda w: w.services.matching.unignore(w.payment.pk, w.uid),
    ("PartService", "move", P.MOVE_PAYMENT): lambda w: w.services.parts.move(
        MoveDraft(w.uid, w.payment.pk, w.bookings[1].pk)
    ),
    ("PartService", "split", P.MOVE_PAYMENT): lambda w: w.services.parts.split(
        SplitDraft(w.uid, w.payment.pk, ((w.bookings[1].pk, 10_000),))
    ),
    ("PartService", "undo", P.MOVE_PAYMENT): lambda w: w.services.parts.undo(w.payment.pk, None, w.uid),
    ("PaymentService", "take", P.TAKE_PAYMENT): lambda w: w.services.payments.take(
        PaymentDraft(w.uid, w.bookings[0].pk, "cash", Money(700, EUR))
    ),
    ("PaymentService", "void", P.VOID): lambda w: w.services.payments.void(w.payment.pk, "Wrong"),
    ("PaymentService", "void", P.VOID_ABOVE_LIMIT): lambda w: w.services.payments.void(w.payment.pk, "Wrong"),
    ("ReceiptService", "issue", P.RECEIPT): lambda w: w.services.receipts.issue(ReceiptDraft(w.uid, w.payment.pk)),
    ("RefundService", "refund", P.REFUND): lambda w: w.services.refunds.refund(w.refund(), CANCEL),
    ("RefundService", "refund", P.REFUND_ABOVE_LIMIT): lambda w: w.services.refunds.refund(w.refund(), CANCEL),
    ("RefundService", "plan", P.REFUND): lambda w: w.services.refunds.plan(w.refund()),
    ("RefundService", "plan", P.REFUND_ABOVE_LIMIT): lambda w: w.services.refunds.plan(w.refund()),
    ("RefundService", "send", P.REFUND): lambda w: w.services.refunds.send("none", CANCEL),
    ("RefundService", "resume", P.SYNC): lambda w: w.services.refunds.resume(CANCEL),
    ("ReportService", "preview", P.REPORT): lambda w: w.services.reports.preview(_asked()),
    ("ReportService", "sheet", P.REPORT): lambda w: w.services.reports.sheet(_asked()),
    ("ReportService", "sheet", P.EXPORT): lambda w: w.services.reports.sheet(_asked()),
    ("ReportService", "export", P.REPORT): lambda w: w.services.reports.export(_asked(), w.folder / "report.csv"),
    ("ReportService", "export", P.EXPORT): lambda w: w.services.reports.export(_asked(), w.folder / "report.csv"),
    ("RowImportService", "run", P.IMPORT): _run_import,
    ("SavedFilterService", "save", P.SAVE_FILTER): lambda w: w.services.filters.save(
        FilterDraft(w.uid, "bookings", "Due", "{}")
    ),
    ("SavedFilterService", "rename", P.SAVE_FILTER): lambda w: w.services.filters.rename(1, 1, "Due"),
    ("SavedFilterService", "delete", P.SAVE_FILTER): lambda w: w.services.filters.delete(1, 1),
    ("ScheduleService", "save", P.SETTINGS): lambda w: w.services.schedules.save(
        ScheduleDraft(w.uid, ReportName.TAKINGS, Preset.ISO, Rhythm.DAILY, 6, str(w.folder))
    ),
    ("ScheduleService", "end", P.SETTINGS): lambda w: w.services.schedules.end("none", 1),
    ("SettingsService", "set", P.SETTINGS): lambda w: w.services.settings.set({"name": "Mine"}),
    ("SettingsService", "save", P.SETTINGS): _save_settings,
    ("SettingsService", "export", P.SETTINGS): lambda w: w.services.settings.export(w.folder / "settings.json"),
    ("SettingsService", "adopt", P.SETTINGS): _take_settings,
    ("StaffService", "add", P.STAFF): lambda w: w.services.staff.add(_new_person(w)),
    ("StaffService", "set_role", P.STAFF): lambda w: w.services.staff.set_role(
        w.people["Elena"].uid, 1, Role.ACCOUNTANT
    ),
    ("StaffService", "set_active", P.STAFF): lambda w: w.services.staff.set_active(
        w.people["Elena"].uid, 1, active=False
    ),
    ("StaffService", "set_pin", P.STAFF): lambda w: w.services.staff.set_pin(_other(w), Pin("7395")),
    ("StaffService", "set_pin", P.OWN_PIN): lambda w: w.services.staff.set_pin(_present(w), Pin("7395")),
    ("StayService", "do", P.EDIT_BOOKING): lambda w: w.services.stays.do(Deed.CHECK_IN, w.bookings[0].pk),
    ("StayService", "do", P.CANCEL_BOOKING): lambda w: w.services.stays.do(Deed.CANCEL, w.bookings[0].pk),
    ("StayService", "undo", P.EDIT_BOOKING): lambda w: w.services.stays.undo(w.bookings[2].pk),
    ("StayService", "undo", P.CANCEL_BOOKING): lambda w: w.services.stays.undo(w.bookings[2].pk),
    ("StripeAccountService", "add", P.STRIPE_KEY): lambda w: w.services.accounts.add(
        AccountDraft("sk_test_other", "Spa"), CANCEL
    ),
    ("StripeAccountService", "add_first", P.STRIPE_KEY): lambda w: w.services.accounts.add_first(
        AccountDraft("sk_test_other", "", "acct_2"), CANCEL
    ),
    ("StripeAccountService", "rename", P.STRIPE_KEY): lambda w: w.services.accounts.rename("acct_1", "Spa"),
    ("StripeAccountService", "make_default", P.STRIPE_KEY): lambda w: w.services.accounts.make_default("acct_1"),
    ("StripeAccountService", "remove", P.STRIPE_KEY): lambda w: w.services.accounts.remove("acct_1"),
    ("StripeKeyService", "require_keepable", P.STRIPE_KEY): lambda w: w.services.key.require_keepable(
        "sk_test_other", meant=False
    ),
    ("StripeKeyService", "keep", P.STRIPE_KEY): lambda w: w.services.key.keep("sk_test_other"),
    ("StripeKeyService", "use_for_session", P.STRIPE_KEY): lambda w: w.services.key.use_for_session("sk_test_other"),
    ("StripeKeyService", "forget", P.STRIPE_KEY): lambda w: w.services.key.forget(),
    ("SyncRequestService", "now", P.SYNC): lambda w: w.services.sync_requests.now(_days(), CANCEL),
    ("SyncRequestService", "ask", P.SYNC): lambda w: w.services.sync_requests.ask(_days()),
    ("SyncRequestService", "withdraw", P.SYNC): lambda w: w.services.sync_requests.withdraw(w.uid),
    ("SyncRequestService", "serve", P.SYNC): lambda w: w.services.sync_requests.serve(CANCEL),
    ("SyncService", "leased", P.SYNC): lambda w: w.services.sync.leased(CANCEL).__enter__(),
    ("SyncService", "sync", P.SYNC): lambda w: w.services.sync.sync(_days(), CANCEL),
    ("SyncService", "tick", P.SYNC): lambda w: w.services.sync.tick(CANCEL),
    ("SyncService", "retry", P.SYNC): lambda w: w.services.sync.retry(["evt_1"], CANCEL),
    ("SyncService", "verify", P.SYNC): lambda w: w.services.sync.verify(_days(), CANCEL),
    ("SyncService", "compare_balance", P.SYNC): lambda w: w.services.sync.compare_balance(_days(), CANCEL),
    ("SyncService", "repair_balance", P.SYNC): lambda w: w.services.sync.repair_balance(
        BalanceCheck(0, 0, 1, (), ()), CANCEL
    ),
    ("SyncService", "balance_check", P.REPORT): lambda w: w.services.sync.balance_check(_days()),
    ("TapeService", "move", P.EDIT_BOOKING): lambda w: w.services.tape.move(
        w.bookings[0].pk, None, Place("", date(2026, 11, 6), date(2026, 11, 8))
    ),
    ("TapeService", "undo", P.EDIT_BOOKING): lambda w: w.services.tape.undo(_moved(w)),
    ("ZReportService", "report", P.Z_REPORT): lambda w: w.services.z_reports.report(1),
    ("ZReportService", "csv", P.Z_REPORT): lambda w: w.services.z_reports.csv(w.closed, w.folder / "z.csv"),
}
"""Each writing method, once for each permission that it asks for."""
UNREACHED = {("LinkService", "resume", P.PAYMENT_LINK)}
"""Named by something else of that name: ``look`` of Stripe's, and not the service's own."""


def _asked() -> Ask:
    return Ask(ReportName.TAKINGS, _days())


def _days() -> DateRange:
    return DateRange(date(2026, 11, 5), date(2026, 11, 5))


def _present(world: World) -> str:
    sitter = world.services.desk.seat.sitter
    assert sitter is not None
    return sitter.uid


def _other(world: World) -> str:
    sitter = world.services.desk.seat.sitter
    return next(one.uid for one in world.people.values() if sitter is None or one.uid != sitter.uid)


def _head(world: World) -> tuple[int, str]:
    with world.services.desk.db.reading() as connection:
        return read_head(connection)


def _refused(world: World, work: Case) -> ForbiddenError:
    before = _head(world)
    with pytest.raises(ForbiddenError) as caught:
        work(world)
    assert _head(world) == before, "nothing was written"
    assert caught.value.explain().happened.endswith("."), "a sentence"
    return caught.value


def test_every_method_that_writes_names_a_permission_and_has_a_case() -> None:
    found = {(kind, name): names for kind, name, names in writing_methods()}
    silent = {method for method, names in found.items() if not names}
    assert silent == set(ASKED_OF_NOBODY)
    asked = {(*method, Permission[name]) for method, names in found.items() for name in names}
    assert asked - UNREACHED == set(CASES)


def test_every_permission_of_the_table_has_a_case() -> None:
    assert set(RULES) == set(Permission)
    assert {permission for *_, permission in CASES} == {Permission[name] for name in all_permissions()}
    assert {permission for *_, permission in CASES} == set(Permission)


def test_nobody_else_opens_a_transaction_without_asking() -> None:
    assert modules_with("writing") == BY_ITSELF


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(case))
def test_a_service_asks_for_the_permission(
    world: World, case: tuple[str, str, Permission], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has it, and the manager has all others: so it is this one that is asked for."""
    sit(world.services, "Mara")
    rule = RULES[case[2]]
    monkeypatch.setitem(table.RULES, case[2], Rule(rule.words, frozenset(), rule.on_approval))
    assert _refused(world, CASES[case]).permission is case[2]


@pytest.mark.parametrize("permission", sorted(Permission))
def test_each_role_is_refused_what_the_table_does_not_give_it(world: World, permission: Permission) -> None:
    """By the first service that asks for it; where none does yet, by the way that all services go."""
    found = next((work for (*_, wanted), work in CASES.items() if wanted is permission), None)
    lacking = [name for name, one in world.people.items() if one.role not in RULES[permission].roles]
    for name in lacking:
        sit(world.services, name)
        assert _refused(world, found or _asking(permission)).permission in {permission, *_before(permission)}
    if Role.SYSTEM not in RULES[permission].roles:
        with world.services.desk.seat.as_system():
            assert _refused(world, _asking(permission)).permission is permission


@pytest.mark.parametrize(
    "case", [case for case in CASES if RULES[case[2]].on_approval], ids=lambda case: "-".join(case)
)
def test_what_can_be_approved_names_its_deed_and_takes_the_word(
    world: World, case: tuple[str, str, Permission]
) -> None:
    sit(world.services, "Elena")
    error = _refused(world, CASES[case])
    assert isinstance(error, ApprovalNeededError)
    assert (error.permission, bool(error.deed)) == (case[2], True)
    service = next(one for one in structs.asdict(world.services).values() if type(one).__name__ == case[0])
    assert "approval" in signature(getattr(service, case[1])).parameters


def _asking(permission: Permission) -> Case:
    def ask(world: World) -> object:
        with world.services.desk.doing(permission) as unit:
            return unit

    return ask


def _before(permission: Permission) -> set[Permission]:
    """What is asked for before it, and refused to the same person."""
    first = {
        P.VOID_ABOVE_LIMIT: P.VOID,
        P.REFUND_ABOVE_LIMIT: P.REFUND,
        P.CANCEL_BOOKING: P.EDIT_BOOKING,
        P.ACCEPT_VARIANCE: P.CLOSE_DRAWER,
    }
    return {first[permission]} if permission in first else {P.STAFF} if permission is P.OWN_PIN else set()


def test_nothing_is_done_while_nobody_is_at_the_desk(world: World) -> None:
    world.services.staff.sign_out()
    for (*_, permission), work in CASES.items():
        if permission is not P.OWN_PIN:  # which is nobody's own
            assert _refused(world, work).code == "staff.nobody"


def test_the_system_may_sync_and_nothing_else() -> None:
    assert {permission for permission, rule in RULES.items() if Role.SYSTEM in rule.roles} == {Permission.SYNC}


def test_a_manager_may_do_everything_that_people_do() -> None:
    assert {permission for permission, rule in RULES.items() if Role.MANAGER not in rule.roles} == set()
    assert all(rule.roles & set(STAFF_ROLES) for rule in RULES.values())


def test_the_page_about_staff_shows_the_table() -> None:
    roles = (*STAFF_ROLES, Role.SYSTEM)

    def cell(rule: Rule, role: Role) -> str:
        if role in rule.roles:
            return "yes"
        return "with approval" if rule.on_approval and role is not Role.SYSTEM else "–"

    rows = [
        f"| `{permission}` | {rule.words} | {' | '.join(cell(rule, role) for role in roles)} |"
        for permission, rule in RULES.items()
    ]
    text = (Path(__file__).parents[2] / "docs" / "staff.md").read_text(encoding="utf-8")
    head = " | ".join(ROLE_NAMES[role] for role in roles)
    table = text[text.index("| permission") :].split("\n\n")[0].splitlines()
    assert table[0] == f"| permission | who has it may | {head} |"
    assert table[2:] == rows


def test_a_property_without_staff_is_asked_for_nothing(
    tmp_path: Path, sqlite_maker: SqliteMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for permission, rule in RULES.items():
        monkeypatch.setitem(table.RULES, permission, Rule(rule.words, frozenset()))
    with services_at(sqlite_maker.copy(tmp_path / "desk.sqlite3"), tmp_path, SetClock(NOON)) as services:
        for permission in Permission:
            services.desk.require(permission)
            with services.desk.doing(permission) as unit:
                assert unit.operator.actor == "Computer"
        with pytest.raises(KnownError) as caught:
            services.links.cancel("none", CANCEL)
        assert caught.value.code == "link.not_found"
