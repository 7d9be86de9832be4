"""Payment links whose process is killed at random moments of the call: exactly one at Stripe and here, or none."""

from __future__ import annotations

import random
import sys
import uuid
from collections import Counter
from collections.abc import Callable

import pytest

from rentease_desk.domain.links import HOUR, LinkDraft
from rentease_desk.domain.money import Money
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.settings import SettingsService
from tests.services.conftest import draft as booking_draft
from tests.tools.accounts import Accounts
from tests.tools.desks import sync_desk
from tests.tools.killing import Death, Killer, Task, Where
from tests.tools.linking import WEBSITE, link_service, of_desk, of_stripe
from tests.tools.syncing import Impatient, SyncDesk, check_journal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a thing of POSIX")
_LATENCY = 4
"""Milliseconds that a killed call waits for each answer."""
_DAY_AND_MORE = 30 * HOUR


@pytest.fixture(scope="session")
def killer() -> Killer:
    return Killer()


def _draft(booking_pk: int, moments: random.Random) -> LinkDraft:
    uid, life = str(uuid.UUID(int=moments.getrandbits(128))), moments.choice((24 * HOUR, None))
    return LinkDraft(uid, booking_pk, Money(100, "eur"), life)


def _kill(
    killer: Killer, fresh: Callable[[], str], accounts: Accounts, kills: int, seed: int
) -> tuple[list[Death], Counter[str]]:
    """Each killed link is settled by a normal start, or first by a sync, or after its key was forgotten."""
    moments, deaths, ways = random.Random(seed), list[Death](), Counter[str]()
    account, address = accounts.open(), fresh()
    with sync_desk(address, account) as at:
        SettingsService(at.desk).set({"website": WEBSITE})
        booking = BookingService(at.desk).add(booking_draft()).value.pk
        whole = killer.run(_task(at, address, _draft(booking, moments)))
        assert whole.where is Where.ENDED
        while len(deaths) < kills:
            draft, dies_at, seconds = _draft(booking, moments), 0, None
            if moments.random() < 0.7:
                dies_at = moments.randint(1, whole.steps)
            else:
                seconds = moments.uniform(0, whole.seconds)
            account.fault("latency", latency_ms=_LATENCY, times=10_000)
            death = killer.run(_task(at, address, draft, dies_at), seconds=seconds)
            account.control.no_faults(account.name)
            deaths += [death] if death.where is not Where.ENDED else []
            ways[_settle(at, draft, moments)] += 1
    accounts.close(account)
    return deaths, ways


def _task(at: SyncDesk, address: str, draft: LinkDraft, dies_at: int = 0) -> Task:
    return Task(address, at.account, poll=False, dies_at=dies_at, link=draft)


def _settle(at: SyncDesk, draft: LinkDraft, moments: random.Random) -> str:
    """Returns what had happened; checks both sides and the journal."""
    had, asked = draft.uid in of_stripe(at), draft.uid in of_desk(at)
    if had and moments.random() < 0.3:
        at.account.advance(_DAY_AND_MORE)
    if moments.random() < 0.3:
        at.account.advance(30)
        at.tick()
    link_service(at).resume(Impatient())
    assert of_desk(at) == of_stripe(at)
    assert (draft.uid in of_stripe(at)) == asked
    check_journal(at.desk)
    return "made before its death" if had else "made afterwards" if asked else "never written down"


def _report(deaths: list[Death], ways: Counter[str], seed: int) -> None:
    spread = Counter(death.where for death in deaths)
    print(f"\nlinks: {len(deaths)} kills, seed {seed}; {dict(ways)}")
    for where, count in spread.most_common():
        print(f"  {count:4} {where}  {'#' * (60 * count // len(deaths))}")
    if len(deaths) >= 50:
        assert len(ways) == 3


def test_a_link_killed_at_some_moments(killer: Killer, fresh: Callable[[], str], accounts: Accounts) -> None:
    _report(*_kill(killer, fresh, accounts, kills=6, seed=3), seed=3)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_link_killed_at_sixty_moments(killer: Killer, fresh: Callable[[], str], accounts: Accounts) -> None:
    _report(*_kill(killer, fresh, accounts, kills=60, seed=7), seed=7)
