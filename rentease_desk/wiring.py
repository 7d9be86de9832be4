"""The one place that builds things and hands them over."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial

from babel import default_locale
from msgspec import Struct
from msgspec.structs import replace
from tzlocal import get_localzone_name

from rentease_desk.config import Config
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.clock import Clock, IdSource, RandomIds, SystemClock
from rentease_desk.domain.errors import DatabaseError, InputError, KnownError
from rentease_desk.domain.settings import Property, changed
from rentease_desk.keychain import Keychain
from rentease_desk.pins import Pins
from rentease_desk.scheduler import Rounds, SyncTimer
from rentease_desk.services.alarms import AlarmService
from rentease_desk.services.backups import BackupService
from rentease_desk.services.billing import BillingService
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.bundle import Services
from rentease_desk.services.charges import ChargeService
from rentease_desk.services.customers import CustomerService
from rentease_desk.services.database_access import DatabaseAccess
from rentease_desk.services.days import DayService
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.diagnosis import DiagnosisService
from rentease_desk.services.doctor import DoctorService
from rentease_desk.services.downtime import DowntimeService
from rentease_desk.services.drawers import DrawerService
from rentease_desk.services.duplicates import DuplicateService
from rentease_desk.services.exports import ExportService
from rentease_desk.services.first_run import FirstRunService
from rentease_desk.services.follow_ups import FollowUpService
from rentease_desk.services.gateways import OpenWith
from rentease_desk.services.importing.doors import Imports
from rentease_desk.services.journal import JournalService
from rentease_desk.services.links import LinkService
from rentease_desk.services.live import LiveNews
from rentease_desk.services.matching import MatchingService
from rentease_desk.services.other_desks import OtherDesks
from rentease_desk.services.outbox import DeliveryService, OutboxService
from rentease_desk.services.parts import PartService
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.receipts import ReceiptService
from rentease_desk.services.refunds import RefundService
from rentease_desk.services.reporting.service import ReportService
from rentease_desk.services.saved_filters import SavedFilterService
from rentease_desk.services.schedules import ScheduleService
from rentease_desk.services.seat import Seat
from rentease_desk.services.settings import SettingsService
from rentease_desk.services.staff import StaffService
from rentease_desk.services.stays import StayService
from rentease_desk.services.stripe_accounts import StripeAccountService
from rentease_desk.services.stripe_key import KeySource, StripeKeyService
from rentease_desk.services.sync.event_log import EventLogService
from rentease_desk.services.sync.request_server import RequestServer
from rentease_desk.services.sync.requests import SyncRequestService
from rentease_desk.services.sync.service import SyncService
from rentease_desk.services.tape import TapeService
from rentease_desk.services.z_reports import ZReportService
from rentease_desk.storage.database import Database
from rentease_desk.storage.opening import open_database, open_for_reading
from rentease_desk.storage.outbox import Outbox, outbox_path
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.governor import LIVE, SANDBOX, Governors
from rentease_desk.stripe_gateway.keys import is_live, is_loopback
from rentease_desk.stripe_gateway.reads import ReadCount

log = logging.getLogger(__name__)

_BACKUP_MINUTES = 15
_BACKUP_FIRST_SECONDS = 60
"""The day's first payments do not share the disk with the day's backup."""
_SHEET_MINUTES = 60
_SHEET_FIRST_SECONDS = 120
_ONLY_READ = {
    "database.readonly": "database.readonly", "database.folder": "database.readonly", "database.full": "database.full",
}  # fmt: skip
"""Errors with which what is there may still be looked at and exported; and what whoever wants to write is told then."""
STRIPE = "Stripe"
"""Who stands in the rows that come from Stripe."""
SCHEDULE = "Schedule"
"""Who stands in the journal for files that are written by themselves."""


def build(
    config: Config,
    *,
    clock: Clock | None = None,
    ids: IdSource | None = None,
    keychain: Keychain | None = None,
    governors: Governors | None = None,
    pins: Pins | None = None,
    access: DatabaseAccess | None = None,
) -> Services:
    """Open the database and make the services. Raises DatabaseError as ``open_database``, and as ``DatabaseAccess``.

    ``governors`` keep all requests of the process to Stripe's rates. ``access`` may know a password for this session.
    """
    access = access or DatabaseAccess(config, keychain)
    desk = _desk(config, access, clock or SystemClock(), ids or RandomIds())
    shared = _shared(config, access, desk, gateway_maker(config, desk.clock, governors))
    services = _services(config, shared, pins)
    if not desk.db.is_read_only:
        services.settings.ensure(default_property)
        services.backups.note()
    return services


class _Shared(Struct, frozen=True):
    """What several services are made of. ``behind`` waits for who is at the desk, ``importer`` stands in the rows that
    come from Stripe.
    """

    access: DatabaseAccess
    desk: Desk
    behind: Desk
    importer: Desk
    open_with: OpenWith
    key: StripeKeyService
    outbox: OutboxService
    backups: BackupService


def _desk(config: Config, access: DatabaseAccess, clock: Clock, ids: IdSource) -> Desk:
    db = access.connect(partial(_open, clock=clock, ids=ids))
    return Desk(db, clock, ids, Operator(config.actor, config.desk), ChangeFeed())


def _shared(config: Config, access: DatabaseAccess, desk: Desk, open_with: OpenWith) -> _Shared:
    behind = replace(desk, patient=True)
    return _Shared(
        access=access,
        desk=desk,
        behind=behind,
        importer=_by_itself_as(behind, STRIPE),
        open_with=open_with,
        key=_key(config, access.keychain, desk, open_with),
        outbox=open_outbox(config, access.address, desk.clock, desk.seat),
        backups=BackupService(behind, config.backup_file),
    )


def _by_itself_as(behind: Desk, who: str) -> Desk:
    """The desk for what no person does, and who stands in its rows."""
    return replace(behind, operator=Operator(who, behind.operator.desk), seat=Seat())


def _key(config: Config, keychain: Keychain, desk: Desk, open_with: OpenWith) -> StripeKeyService:
    given_by = KeySource.PRACTICE if config.practice else KeySource.ENVIRONMENT
    return StripeKeyService(keychain, config.stripe_key, given_by, desk, open_with, config.stripe_keys)


def _services(config: Config, shared: _Shared, pins: Pins | None) -> Services:
    """The list of all; whoever asks Stripe opens an account by ``key.open_for``."""
    desk, key, backups, outbox = shared.desk, shared.key, shared.backups, shared.outbox
    sync, others = SyncService(shared.behind, shared.importer, key.open_for), OtherDesks(desk)
    return Services(
        desk=desk,
        bookings=BookingService(desk),
        stays=StayService(desk),
        charges=ChargeService(desk),
        tape=TapeService(desk),
        payments=PaymentService(desk),
        parts=PartService(desk),
        duplicates=DuplicateService(desk),
        refunds=RefundService(desk, shared.importer, key.open_for, key.current_of),
        links=LinkService(desk, shared.importer, key.open_for),
        receipts=ReceiptService(desk, practice=config.practice),
        drawers=DrawerService(desk, outbox),
        z_reports=ZReportService(desk, practice=config.practice),
        days=DayService(desk),
        billing=BillingService(desk),
        customers=CustomerService(desk),
        settings=SettingsService(desk),
        filters=SavedFilterService(desk),
        exports=ExportService(desk),
        reports=ReportService(desk, practice=config.practice),
        schedules=ScheduleService(desk, _by_itself_as(shared.behind, SCHEDULE)),
        imports=Imports(desk, shared.access.keychain),
        sync=sync,
        sync_requests=SyncRequestService(desk, sync, key.is_here),
        events=EventLogService(desk),
        follow_ups=FollowUpService(desk),
        matching=MatchingService(desk),
        alarms=AlarmService(desk, backups),
        backups=backups,
        key=key,
        accounts=StripeAccountService(desk, key, shared.open_with),
        doctor=DoctorService(desk, key, key.open_for, backups),
        diagnosis=DiagnosisService(desk, backups, key),
        downtime=DowntimeService(desk, config.downtime_dir),
        journal=JournalService(desk),
        others=others,
        live=LiveNews(desk, others),
        staff=StaffService(desk, pins),
        outbox=outbox,
        deliveries=DeliveryService(desk, outbox),
        access=shared.access,
    )


def first_run(config: Config, access: DatabaseAccess, clock: Clock | None = None) -> FirstRunService:
    """What asks for everything where there is no database yet."""
    now = clock or SystemClock()

    def build_at(address: str, password: str | None) -> Services:
        given = replace(config, database_url=address, database_password=password, database_given=True)
        return build(given, clock=now, access=DatabaseAccess(given, access.keychain))

    return FirstRunService(access, build_at, gateway_maker(config, now), now, config.first_run_file, default_property)


def open_outbox(config: Config, address: str, clock: Clock | None = None, seat: Seat | None = None) -> OutboxService:
    """What this desk can do while the database of that address is away. It needs none. Raises DatabaseError
    ``database.url``.
    """
    path = outbox_path(config.data_dir, address)
    operator = Operator(config.actor, config.desk)
    return OutboxService(None if path is None else Outbox(path), clock or SystemClock(), operator, seat or Seat())


def _open(address: str, clock: Clock, ids: IdSource) -> Database:
    """To write, or where that cannot be, at least to read."""
    try:
        return open_database(address, clock, ids)
    except DatabaseError as error:
        if error.code not in _ONLY_READ:
            raise
        try:
            return open_for_reading(address, clock, ids, _ONLY_READ[error.code])
        except (DatabaseError, OSError):
            raise error from None  # what is in the way is what the first said


def default_property() -> Property:
    """The settings of a new database: this computer's zone and language, where they can be told."""
    settings = Property()
    for name, value in (("zone", get_localzone_name()), ("language", default_locale("LC_TIME"))):
        try:
            settings = changed(settings, {name: value or ""})
        except InputError as error:
            log.info("this computer's %s is not used: %s", name, error)
    return settings


def background_sync(services: Services, cancel: threading.Event) -> SyncTimer:
    """The timer of the sync, not started yet. A run that fails leaves its row, which the window shows. With it begins
    and ends what does the syncs that other desks ask for.
    """
    server = RequestServer(services.desk, services.sync_requests, cancel)
    return SyncTimer(lambda: _by_itself(services, cancel), beside=lambda: _exports(services, cancel), along=server)


def _exports(services: Services, cancel: threading.Event) -> None:
    """What cannot be written is noted in its row; what keeps all of it from being looked at, in the log."""
    try:
        services.schedules.run(cancel)
    except KnownError as error:
        log.warning("scheduled exports: %s", error)


def housekeeping(services: Services, save_sheet: Callable[[], object], *, practice: bool) -> Rounds:
    """What is done by the hour and by the day, besides the sync; not started yet. Of practice nothing is backed up.

    ``save_sheet`` writes the downtime sheet.
    """
    rounds = Rounds()
    if not practice:
        rounds.add(partial(_round, save_sheet), _SHEET_MINUTES, _SHEET_FIRST_SECONDS)
    if not practice and not services.desk.db.is_read_only:
        rounds.add(partial(_round, services.backups.tick), _BACKUP_MINUTES, _BACKUP_FIRST_SECONDS)
    return rounds


def _round(work: Callable[[], object]) -> None:
    """A round that fails leaves its line; what a person must do is told by an alarm."""
    try:
        work()
    except KnownError as error:
        log.warning("what the timer does by itself: %s", error)


def _by_itself(services: Services, cancel: threading.Event) -> None:
    """Nobody has to be at the desk for it."""
    with services.desk.seat.as_system():
        _tick(services, cancel)


def _tick(services: Services, cancel: threading.Event) -> None:
    """What a refund or a link left over and cannot be settled now does not keep the sync from its turn. Without a key
    nothing is tried: a desk that has one does it.
    """
    try:
        if not services.key.is_here():
            return
    except KnownError as error:
        log.warning("the timer's sync: %s", error)
        return
    for work in (services.refunds.resume, services.links.resume, partial(_sync_if_due, services)):
        try:
            work(cancel)
        except KnownError as error:
            log.warning("the timer's sync: %s", error)


def _sync_if_due(services: Services, cancel: threading.Event) -> None:
    if services.sync.is_due():
        services.sync.tick(cancel)


def _governors(config: Config, clock: Clock) -> Governors:
    """A practice server takes test keys, and is no sandbox of Stripe's: it is asked at the pace of real work."""
    practised = config.practice or is_loopback(config.stripe_base)
    return Governors(clock.monotonic, LIVE, LIVE if practised else SANDBOX)


def gateway_maker(config: Config, clock: Clock, governors: Governors | None = None) -> OpenWith:
    """What makes gateways of keys, to where the configuration says; all keep to the same rates and are counted."""
    governed, reads = governors or _governors(config, clock), ReadCount()

    def open_with(key: str, account: str | None = None, /) -> StripeGateway:
        governor = governed.of(livemode=is_live(key))
        to = (config.stripe_account if account is None else account) or None
        return StripeGateway(key, clock, base=config.stripe_base, account=to, governor=governor, reads=reads)

    return open_with
