"""What is done when a page or a menu asks for it, and where is shown what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtWidgets import QMainWindow

from rentease_desk.domain.errors import KnownError
from rentease_desk.gui.backup_deeds import BackupDeeds
from rentease_desk.gui.context import Context
from rentease_desk.gui.deeds import Deeds
from rentease_desk.gui.diagnosis_deeds import DiagnosisDeeds
from rentease_desk.gui.downtime_deed import DowntimeDeed
from rentease_desk.gui.drawer_deeds import DrawerDeeds
from rentease_desk.gui.duplicate_deeds import DuplicateDeeds
from rentease_desk.gui.filter_deeds import FilterDeeds
from rentease_desk.gui.folio_deeds import FolioDeeds
from rentease_desk.gui.journal_deeds import JournalDeeds
from rentease_desk.gui.leads import Leads
from rentease_desk.gui.link_deeds import LinkDeeds
from rentease_desk.gui.marked_deeds import MarkedDeeds
from rentease_desk.gui.outbox_deeds import OutboxDeeds
from rentease_desk.gui.pages import Pages
from rentease_desk.gui.receipt_deeds import ReceiptDeeds
from rentease_desk.gui.staff_deeds import StaffDeeds
from rentease_desk.gui.stay_deeds import StayDeeds


class Doing(NamedTuple):
    """All that pages and menus ask for."""

    deeds: Deeds
    folio: FolioDeeds
    links: LinkDeeds
    duplicates: DuplicateDeeds
    stays: StayDeeds
    receipts: ReceiptDeeds
    cash: DrawerDeeds
    marked: MarkedDeeds
    leads: Leads
    outbox: OutboxDeeds
    filters: FilterDeeds
    journal: JournalDeeds
    backups: BackupDeeds
    diagnosis: DiagnosisDeeds
    sheet: DowntimeDeed
    people: StaffDeeds


def make_deeds(context: Context, pages: Pages, go: Callable[[str], None], logs: str, window: QMainWindow) -> Doing:
    """All of them, for a window. ``go`` shows a page by its name; ``logs`` is the folder of the log."""
    deeds, folio, links = Deeds(context, window), FolioDeeds(context, window), LinkDeeds(context, window)
    stays = StayDeeds(context, window)
    marked = MarkedDeeds(pages, deeds, folio, links, stays, window)
    deeds.shown = marked.stay
    return Doing(
        deeds, folio, links, DuplicateDeeds(context, window), stays, ReceiptDeeds(context, window),
        DrawerDeeds(context, window), marked, Leads(context, pages, deeds, go, window), OutboxDeeds(context, window),
        FilterDeeds(context, pages, window), JournalDeeds(context, window), BackupDeeds(context, window),
        DiagnosisDeeds(context, window, logs), DowntimeDeed(context, window), StaffDeeds(context, window),
    )  # fmt: skip


def connect_pages(pages: Pages, doing: Doing) -> None:
    """From a page to the deed."""
    deeds, folio, links, stays, leads = doing.deeds, doing.folio, doing.links, doing.stays, doing.leads
    pages.new_asked.connect(deeds.new_booking)
    pages.pay_asked.connect(deeds.take_payment)
    pages.edit_asked.connect(deeds.edit_booking)
    pages.void_asked.connect(deeds.void)
    pages.refund_asked.connect(deeds.refund)
    pages.stay_asked.connect(stays.ask)
    pages.move_asked.connect(stays.move)
    pages.charge_asked.connect(folio.charge)
    pages.reverse_asked.connect(folio.reverse)
    pages.moving_asked.connect(folio.rearrange)
    pages.split_asked.connect(folio.split)
    pages.link_asked.connect(links.ask)
    pages.link_shown.connect(links.show_link)
    pages.link_cancelled.connect(links.cancel)
    pages.void_wanted.connect(doing.marked.void)
    pages.refund_wanted.connect(doing.marked.refund)
    pages.receipt_wanted.connect(doing.marked.receipt)
    pages.receipt_asked.connect(doing.receipts.ask)
    pages.duplicates_asked.connect(doing.duplicates.ask)
    pages.cash_asked.connect(doing.cash.move)
    pages.z_asked.connect(doing.cash.report)
    pages.export_asked.connect(leads.export_query)
    pages.day_opened.connect(leads.show_day)
    pages.unmatched_asked.connect(leads.show_unmatched)


def connect_deeds(doing: Doing, pages: Pages) -> None:
    """From a deed to what shows it, or to another deed."""
    deeds, stays, leads = doing.deeds, doing.stays, doing.leads
    deeds.payment_taken.connect(doing.links.look_at)
    deeds.receipt_wanted.connect(doing.receipts.print_now)
    deeds.cash_kept.connect(doing.outbox.show_kept)
    doing.outbox.receipt_asked.connect(doing.receipts.ask)
    deeds.booking_saved.connect(leads.booking_saved)
    doing.folio.splitting.connect(leads.payment_splitting)
    doing.folio.payment_split.connect(leads.payment_split)
    doing.folio.duplicates_asked.connect(doing.duplicates.ask)
    doing.cash.page_asked.connect(leads.go_drawer)
    stays.did.connect(pages.today.did)
    stays.doing.connect(pages.today.doing)
    stays.moved.connect(leads.moved)
    stays.not_moved.connect(leads.not_moved)
    stays.pay_asked.connect(deeds.take_payment)
    pages.today.mark_moved.connect(stays.hold)
    doing.marked.booking_history_asked.connect(doing.journal.of_booking)
    doing.marked.payment_history_asked.connect(doing.journal.of_payment)


def connect_words(doing: Doing, say: Callable[[str], None], refused: Callable[[KnownError], None]) -> None:
    """From a deed to where is told what became of it, or why nothing did."""
    for one in (doing.deeds, doing.folio, doing.links, doing.duplicates, doing.stays, doing.receipts, doing.cash,
                doing.outbox, doing.backups, doing.sheet):  # fmt: skip
        one.told.connect(say)
        one.refused.connect(refused)
    for other in (doing.filters, doing.diagnosis, doing.people):
        other.told.connect(say)
    doing.marked.said.connect(say)
    doing.journal.refused.connect(refused)
