"""All services of one desk, as the window and the command line get them."""

from __future__ import annotations

from msgspec import Struct

from rentease_desk.services.alarms import AlarmService
from rentease_desk.services.backups import BackupService
from rentease_desk.services.billing import BillingService
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.charges import ChargeService
from rentease_desk.services.customers import CustomerService
from rentease_desk.services.database_access import DatabaseAccess
from rentease_desk.services.days import DayService
from rentease_desk.services.desk import Desk
from rentease_desk.services.diagnosis import DiagnosisService
from rentease_desk.services.doctor import DoctorService
from rentease_desk.services.downtime import DowntimeService
from rentease_desk.services.drawers import DrawerService
from rentease_desk.services.duplicates import DuplicateService
from rentease_desk.services.exports import ExportService
from rentease_desk.services.follow_ups import FollowUpService
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
from rentease_desk.services.settings import SettingsService
from rentease_desk.services.staff import StaffService
from rentease_desk.services.stays import StayService
from rentease_desk.services.stripe_accounts import StripeAccountService
from rentease_desk.services.stripe_key import StripeKeyService
from rentease_desk.services.sync.event_log import EventLogService
from rentease_desk.services.sync.requests import SyncRequestService
from rentease_desk.services.sync.service import SyncService
from rentease_desk.services.tape import TapeService
from rentease_desk.services.z_reports import ZReportService


class Services(Struct, frozen=True):
    """What the program can do, ready to use."""

    desk: Desk
    bookings: BookingService
    stays: StayService
    charges: ChargeService
    tape: TapeService
    payments: PaymentService
    parts: PartService
    duplicates: DuplicateService
    refunds: RefundService
    links: LinkService
    receipts: ReceiptService
    drawers: DrawerService
    z_reports: ZReportService
    days: DayService
    billing: BillingService
    customers: CustomerService
    settings: SettingsService
    filters: SavedFilterService
    exports: ExportService
    reports: ReportService
    schedules: ScheduleService
    imports: Imports
    sync: SyncService
    sync_requests: SyncRequestService
    events: EventLogService
    follow_ups: FollowUpService
    matching: MatchingService
    alarms: AlarmService
    backups: BackupService
    key: StripeKeyService
    accounts: StripeAccountService
    doctor: DoctorService
    diagnosis: DiagnosisService
    downtime: DowntimeService
    journal: JournalService
    others: OtherDesks
    live: LiveNews
    staff: StaffService
    outbox: OutboxService
    deliveries: DeliveryService
    access: DatabaseAccess

    def close(self, patience: float = 0) -> None:
        """Close the database for good, and hear of nothing any more; so many seconds are waited for who is at it."""
        self.live.stop()
        self.desk.db.close(patience)
