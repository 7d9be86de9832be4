"""Payment links: exactly one at Stripe and here whatever goes wrong, paid ones on the folio, none paid twice unseen."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import requests

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import InputError, KeychainError, KnownError, StripeError
from rentease_desk.domain.links import HOUR, LinkDraft, LinkKind, LinkState, PaymentLink
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.links import LinkService, OpenLinksError
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.settings import SettingsService
from tests.services.conftest import draft as booking_draft
from tests.tools.databases import ENGINES
from tests.tools.linking import WEBSITE, link_service, of_desk, of_stripe
from tests.tools.practice import NOON
from tests.tools.syncing import Impatient, SyncDesk, check_journal

CANCEL = Impatient()
LOST = {"kind": "reset", "reached": True}
NEVER_SENT = {"kind": "reset"}


@pytest.fixture
def soren(bookings: BookingService, settings: SettingsService) -> Booking:
    """Owes 472.00."""
    settings.set({"website": WEBSITE})
    return bookings.add(booking_draft()).value


@pytest.fixture
def links(at: SyncDesk) -> LinkService:
    return link_service(at)


def draft(booking: Booking, minor: int = 47_200, *, life: int | None = 2 * HOUR, uid: str = "") -> LinkDraft:
    return LinkDraft(uid or f"00000000-0000-4000-8000-{minor:012d}", booking.pk, Money(minor, "eur"), life)


def made(links: LinkService, booking: Booking, minor: int = 47_200, **how: Any) -> PaymentLink:
    return links.create(draft(booking, minor, **how), CANCEL).value


def pass_time(at: SyncDesk, seconds: int) -> None:
    at.account.advance(seconds)
    clock: Any = at.desk.clock
    clock.advance(seconds)


def state(links: LinkService, link: PaymentLink) -> LinkState:
    return links.get(link.uid).state


@pytest.mark.parametrize("engine_name", ENGINES)
@pytest.mark.parametrize("life", [2 * HOUR, None])
def test_a_guest_pays_by_it_and_the_folio_shows_it_by_itself(
    at: SyncDesk, bookings: BookingService, links: LinkService, soren: Booking, life: int | None
) -> None:
    link = made(links, soren, life=life)
    assert (link.state, link.kind) == (LinkState.OPEN, LinkKind.SESSION if life else LinkKind.LINK)
    assert link.expires_at == (NOON + 2 * HOUR if life else None)
    assert link.url is not None
    assert [one.uid for one in bookings.folio(soren.pk).links] == [link.uid]
    page = requests.get(link.url, timeout=5)
    assert "472.00 EUR" in page.text
    assert "Hotel Lanterna · LN-2017" in page.text
    requests.post(page.url, data={"way": "card"}, timeout=5, allow_redirects=False)
    at.account.advance(30)
    at.tick()
    folio = bookings.folio(soren.pk)
    assert (folio.booking.totals.balance, [one.state for one in folio.links]) == (0, [LinkState.PAID])
    assert links.too_many(soren.pk) == []
    check_journal(at.desk)


def test_what_stripe_is_asked_for(at: SyncDesk, links: LinkService, soren: Booking) -> None:
    session, link = made(links, soren, 20_000), made(links, soren, 10_000, life=None)
    (shown,) = [one for one in at.account.dump("checkout_sessions").values() if one["id"] == session.stripe_id]
    (kept,) = at.account.dump("payment_links").values()
    for one, uid in ((shown, session.uid), (kept, link.uid)):
        named = {"booking_id": soren.uid, "request_uid": uid}
        assert (dict(one["metadata"]), dict(one["order"]["metadata"])) == (named, named)
    assert shown["success_url"] == WEBSITE
    assert (kept["limit"], kept["redirect_url"]) == (1, None)


def test_the_same_draft_twice_makes_one(at: SyncDesk, links: LinkService, soren: Booking) -> None:
    first, again = made(links, soren), made(links, soren)
    assert first == again
    assert of_desk(at) == of_stripe(at) == {first.uid: first.stripe_id}
    with pytest.raises(InputError, match="another amount"):
        made(links, soren, 100, uid=first.uid)


@pytest.mark.parametrize(
    ("how", "code", "field"),
    [({"life": 60}, "link.life", "life"), ({"life": 25 * HOUR}, "link.life", "life"),
     ({"minor": 0}, "amount.zero", "amount")],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_said_beside_its_field(
    links: LinkService, soren: Booking, how: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(InputError) as caught:
        made(links, soren, **how)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_without_a_website_only_a_link_that_lives_until_it_is_paid(
    links: LinkService, soren: Booking, settings: SettingsService
) -> None:
    settings.set({"website": ""})
    with pytest.raises(InputError) as caught:
        made(links, soren)
    assert (caught.value.code, caught.value.field) == ("link.website_missing", "life")
    assert made(links, soren, life=None).state is LinkState.OPEN


@pytest.mark.parametrize("life", [2 * HOUR, None])
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset"},
        LOST,
        {"kind": "html"},
        {"kind": "status", "status": 503, "reached": True},
        {"kind": "status", "status": 429, "retry_after": 0},
    ],
)
def test_a_fault_on_the_way(at: SyncDesk, soren: Booking, fault: dict[str, Any], life: int | None) -> None:
    """There is one link in the end, or none at both ends."""
    link = made(link_service(at, fault_posts=fault), soren, life=life)
    assert link.state in {LinkState.MAKING, LinkState.REFUSED}
    assert link.trouble is not None
    link_service(at).resume(CANCEL)
    assert {uid: id_ for uid, id_ in of_desk(at).items() if id_} == of_stripe(at)
    assert state(link_service(at), link) in {LinkState.OPEN, LinkState.REFUSED}
    check_journal(at.desk)


@pytest.mark.parametrize("life", [24 * HOUR, None])
@pytest.mark.parametrize(("fault", "after", "left"), [
    (LOST, 60, LinkState.OPEN), (NEVER_SENT, 60, LinkState.OPEN), (NEVER_SENT, 30 * HOUR, LinkState.REFUSED),
])  # fmt: skip
def test_what_became_of_it_is_read_before_anything_is_sent_again(
    at: SyncDesk, soren: Booking, links: LinkService, fault: dict[str, Any], after: int, left: LinkState,
    life: int | None,
) -> None:  # fmt: skip
    link = made(link_service(at, fault_posts=fault), soren, life=life)
    assert (link.state, getattr(link.trouble, "code", "")) == (LinkState.MAKING, "link.unknown")
    pass_time(at, after)
    links.resume(CANCEL)
    assert state(links, link) is left
    assert {uid: id_ for uid, id_ in of_desk(at).items() if id_} == of_stripe(at)


def test_30_hours_later_a_link_that_stripe_made_is_taken_over_and_not_made_again(
    at: SyncDesk, soren: Booking, links: LinkService
) -> None:
    link = made(link_service(at, fault_posts=LOST), soren, life=None)
    pass_time(at, 30 * HOUR)
    links.resume(CANCEL)
    assert state(links, link) is LinkState.OPEN
    assert of_desk(at) == of_stripe(at)


def test_a_lost_answer_is_settled_by_a_sync_too(at: SyncDesk, soren: Booking, links: LinkService) -> None:
    link = made(link_service(at, fault_posts=LOST), soren)
    at.account.advance(60)
    at.run()
    assert state(links, link) is LinkState.OPEN
    assert of_desk(at) == of_stripe(at)


def test_while_stripe_cannot_be_read_nothing_is_decided(at: SyncDesk, soren: Booking, links: LinkService) -> None:
    link = made(link_service(at, fault_posts=NEVER_SENT), soren)
    pass_time(at, 30 * HOUR)
    blind = SyncDesk(at.desk, at.account, {"key": at.account.restricted("rak_charge_read", "rak_customer_read")})
    link_service(blind).resume(CANCEL)
    assert state(links, link) is LinkState.MAKING


@pytest.mark.parametrize("life", [2 * HOUR, None])
def test_without_the_permission_it_says_which(at: SyncDesk, soren: Booking, life: int | None) -> None:
    weak = SyncDesk(at.desk, at.account, {"key": at.account.restricted("rak_charge_read", "rak_customer_read")})
    link = made(link_service(weak), soren, life=life)
    assert link.state is LinkState.REFUSED
    name = "checkout_session" if life else "payment_link"
    assert f"rak_{name}_write" in str(link.trouble)
    assert of_stripe(at) == {}


@pytest.mark.parametrize("error", [StripeError("stripe.no_key"), KeychainError("keychain.silent", seconds=5)])
def test_without_a_key_to_be_had_nothing_is_written_down(at: SyncDesk, soren: Booking, error: KnownError) -> None:
    def refuse(_account: object) -> Any:
        raise error

    with pytest.raises(type(error)):
        made(LinkService(at.desk, at.desk, refuse), soren)
    assert of_desk(at) == {}


@pytest.mark.parametrize("engine_name", ENGINES)
@pytest.mark.parametrize("life", [2 * HOUR, None])
def test_a_cancelled_link_cannot_be_paid_by_any_more(
    at: SyncDesk, links: LinkService, soren: Booking, life: int | None
) -> None:
    link = made(links, soren, life=life)
    opened = requests.get(str(link.url), timeout=5).url  # the guest has the page open already
    assert links.cancel(link.uid, CANCEL).value.state is LinkState.CANCELLED
    answer = requests.post(opened, data={"way": "card"}, timeout=5, allow_redirects=False)
    assert answer.status_code in {409, 410}
    assert requests.get(str(link.url), timeout=5).status_code in {409, 410}
    with pytest.raises(KnownError, match="not open"):
        links.cancel(link.uid, CANCEL)
    at.account.advance(60)
    at.run()
    assert state(links, link) is LinkState.CANCELLED
    check_journal(at.desk)


def test_a_cancellation_without_an_answer_is_gone_on_with(at: SyncDesk, links: LinkService, soren: Booking) -> None:
    link = made(links, soren)
    with pytest.raises(KnownError, match="not confirmed"):
        link_service(at, fault_posts=NEVER_SENT).cancel(link.uid, CANCEL)
    assert state(links, link) is LinkState.CANCELLING
    links.resume(CANCEL)
    assert state(links, link) is LinkState.CANCELLED
    assert links.resume(CANCEL) == []


def test_one_that_was_paid_meanwhile_is_not_cancelled_and_it_is_said(
    at: SyncDesk, links: LinkService, soren: Booking
) -> None:
    link = made(links, soren)
    at.account.do("checkout-complete", session=link.stripe_id)
    with pytest.raises(KnownError) as caught:
        links.cancel(link.uid, CANCEL)
    assert caught.value.code == "link.paid_meanwhile"
    assert state(links, link) is LinkState.PAID


def test_a_key_that_may_not_cancel_leaves_it_open(at: SyncDesk, links: LinkService, soren: Booking) -> None:
    link = made(links, soren)
    weak = SyncDesk(at.desk, at.account, {"key": at.account.restricted("rak_checkout_session_read")})
    with pytest.raises(KnownError, match="rak_checkout_session_write"):
        link_service(weak).cancel(link.uid, CANCEL)
    assert state(links, link) is LinkState.OPEN


def test_it_expires_by_itself(at: SyncDesk, links: LinkService, soren: Booking) -> None:
    link = made(links, soren, life=HOUR // 2)
    pass_time(at, HOUR)
    at.tick()
    assert state(links, link) is LinkState.EXPIRED
    assert links.too_many(soren.pk) == []


def test_a_bank_debit_is_under_way_for_days_and_may_come_back(at: SyncDesk, links: LinkService, soren: Booking) -> None:
    link = made(links, soren)
    at.account.do("checkout-complete", session=link.stripe_id, method="sepa_debit")
    at.account.advance(30)
    at.tick()
    assert state(links, link) is LinkState.PROCESSING
    at.account.do("checkout-settle", session=link.stripe_id, fails=True)
    at.account.advance(30)
    at.tick()
    assert state(links, link) is LinkState.UNPAID


def test_a_link_that_was_switched_off_in_the_dashboard(at: SyncDesk, links: LinkService, soren: Booking) -> None:
    link = made(links, soren, life=None)
    at.account.do("payment-link-switch", link=link.stripe_id, active=False)
    assert links.look(link.uid, CANCEL).state is LinkState.CANCELLED
    other = made(links, soren, 100, life=None)
    at.account.do("payment-link-switch", link=other.stripe_id, active=False)
    at.account.advance(60)
    at.run()
    assert state(links, other) is LinkState.CANCELLED


def test_a_copied_request_uid_is_a_page_of_its_own(at: SyncDesk, soren: Booking, links: LinkService) -> None:
    link = made(link_service(at, fault_posts=NEVER_SENT), soren)
    at.account.do("checkout", amount=123, session_metadata={"request_uid": link.uid})
    at.run()
    assert state(links, link) is LinkState.MAKING


def test_another_link_beside_an_open_one_has_to_be_meant(links: LinkService, soren: Booking) -> None:
    first = made(links, soren)
    with pytest.raises(OpenLinksError) as caught:
        made(links, soren, 100)
    assert [one.uid for one in caught.value.links] == [first.uid]
    assert links.create(draft(soren, 100), CANCEL, despite=frozenset({first.uid})).value.state is LinkState.OPEN


def test_cash_that_settles_the_balance_leaves_a_link_that_should_not_be_paid(
    links: LinkService, payments: PaymentService, soren: Booking
) -> None:
    link = made(links, soren)
    assert links.too_many(soren.pk) == []
    payments.take(PaymentDraft("c" * 36, soren.pk, "cash", Money(47_200, "eur")))
    assert [one.uid for one in links.too_many(soren.pk)] == [link.uid]
    links.cancel(link.uid, CANCEL)
    assert links.too_many(soren.pk) == []


@pytest.mark.parametrize("engine_name", ENGINES)
def test_two_processes_that_resume_at_once_make_one(at: SyncDesk, soren: Booking) -> None:
    made(link_service(at, fault_posts=NEVER_SENT), soren)
    barrier = threading.Barrier(2)

    def attempt() -> None:
        barrier.wait(10)
        link_service(at).resume(CANCEL)

    threads = [threading.Thread(target=attempt) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(of_stripe(at)) == 1
    assert of_desk(at) == of_stripe(at)


def test_a_page_that_is_only_open_leaves_the_link_open_until_one_is_paid_on(
    at: SyncDesk, links: LinkService, soren: Booking
) -> None:
    link = made(links, soren, life=None)
    at.account.do("payment-link-visit", link=link.stripe_id)
    at.account.advance(60)
    at.run()
    assert state(links, link) is LinkState.OPEN
    at.account.do("payment-link-pay", link=link.stripe_id)
    at.account.advance(60)
    at.tick()
    assert state(links, link) is LinkState.PAID
