"""A second Stripe account: the settings, and the lists with their badges."""

from __future__ import annotations

from rentease_desk.domain.reporting import ReportName
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.services.bundle import Services
from rentease_desk.services.sync.account import bind_property
from rentease_desk.storage.stripe_accounts import insert_account, lock_accounts
from tests.tools.gui import click, in_worker
from tests.tools.screenshots.studio import Pictures, Studio


def second_account(services: Services) -> None:
    """The property has one more, called Wellness, of which nothing was read yet. In a worker."""
    with services.desk.writing() as unit:
        if lock_accounts(unit).identity is None:
            bind_property(unit, Identity("acct_1HotelLanterna0", livemode=False), services.settings.get())
        first = lock_accounts(unit).accounts[0]
        spa = Identity("acct_1WellnessLanter", livemode=first.identity.livemode)
        insert_account(unit, spa, "Wellness", connected=True)
    services.accounts.rename(first.identity.account, "Hotel")


def accounts(studio: Studio) -> Pictures:
    """From here on the desk has two."""
    window, services = studio.window, studio.window.context.services
    in_worker(lambda: second_account(services))
    studio.wait(lambda: len(window.context.settings.accounts) == 2)
    studio.go("settings")
    card = window.pages.settings.accounts
    studio.wait(lambda: card.list.count() == 2)
    card.list.setCurrentRow(1)
    yield "accounts-card", card
    click(card.remove)
    studio.settle()
    yield "accounts-remove", card
    card.banner.hide()
    click(card.add)
    studio.settle()
    yield "accounts-add", studio.top()
    studio.shut()
    click(card.key)
    studio.settle()
    yield "accounts-key", studio.top()
    studio.shut()
    click(card.name)
    studio.settle()
    yield "accounts-name", studio.top()
    studio.shut()
    studio.go("payments")
    yield "accounts-payments", window
    for name in ("follow_ups", "events", "unmatched"):
        if name == "events":
            window.pages.events.segments.choose(None)
        studio.go(name)
        yield f"accounts-{name.replace('_', '-')}", window
    studio.go("sync")
    yield "accounts-sync", window
    studio.go("reports")
    for report in (ReportName.PAYMENTS, ReportName.MOVEMENTS, ReportName.REFUNDS):
        window.pages.reports._report_chosen(report)
        studio.settle()
        yield f"accounts-report-{report.value}", window
