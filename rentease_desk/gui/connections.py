"""What is done when a page asks for it, and where is shown what became of it."""

from __future__ import annotations

from typing import NamedTuple

from rentease_desk.gui.deeds import Deeds
from rentease_desk.gui.drawer_deeds import DrawerDeeds
from rentease_desk.gui.duplicate_deeds import DuplicateDeeds
from rentease_desk.gui.folio_deeds import FolioDeeds
from rentease_desk.gui.leads import Leads
from rentease_desk.gui.link_deeds import LinkDeeds
from rentease_desk.gui.marked_deeds import MarkedDeeds
from rentease_desk.gui.outbox_deeds import OutboxDeeds
from rentease_desk.gui.pages import Pages
from rentease_desk.gui.receipt_deeds import ReceiptDeeds
from rentease_desk.gui.stay_deeds import StayDeeds


class Doing(NamedTuple):
    """All that pages ask for."""

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
    doing.folio.payment_split.connect(leads.payment_split)
    doing.folio.duplicates_asked.connect(doing.duplicates.ask)
    doing.cash.page_asked.connect(leads.go_drawer)
    stays.did.connect(pages.today.did)
    stays.doing.connect(pages.today.doing)
    stays.moved.connect(leads.moved)
    stays.not_moved.connect(leads.not_moved)
    stays.pay_asked.connect(deeds.take_payment)
    pages.today.mark_moved.connect(stays.hold)
