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
from tests.tools.killing import Death, Killer, Task, kill_calls, tell_deaths
from tests.tools.linking import WEBSITE, link_service, of_desk, of_stripe
from tests.tools.syncing import Impatient, SyncDesk, check_journal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a thing of POSIX")
_DAY_AND_MORE = 30 * HOUR


def _draft(booking_pk: int, moments: random.Random) -> LinkDraft:
    uid, life = str(uuid.UUID(int=moments.getrandbits(128))), moments.choice((24 * HOUR, None))
    return LinkDraft(uid, booking_pk, Money(100, "eur"), life)


def _kill(
    killer: Killer, fresh: Callable[[], str], accounts: Accounts, kills: int, seed: int
) -> tuple[list[Death], Counter[str]]:
    """Each killed link is settled by a normal start, or first by a sync, or after its key was forgotten."""
    moments, account, address = random.Random(seed), accounts.open(), fresh()
    with sync_desk(address, account) as at:
        SettingsService(at.desk).set({"website": WEBSITE})
        booking = BookingService(at.desk).add(booking_draft()).value.pk
        found = kill_calls(
            killer, account, moments, kills, stepwise=0.7,
            task=lambda: Task(address, account, poll=False, link=_draft(booking, moments)),
            settle=lambda task: _settle(at, task.link, moments),
        )  # fmt: skip
    accounts.close(account)
    return found


def _settle(at: SyncDesk, draft: LinkDraft | None, moments: random.Random) -> str:
    """Returns what had happened; checks both sides and the journal."""
    assert draft is not None
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
    tell_deaths(f"links {dict(ways)}", deaths, seed)
    if len(deaths) >= 50:
        assert len(ways) == 3


def test_a_link_killed_at_some_moments(killer: Killer, fresh: Callable[[], str], accounts: Accounts) -> None:
    _report(*_kill(killer, fresh, accounts, kills=6, seed=3), seed=3)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_link_killed_at_sixty_moments(killer: Killer, fresh: Callable[[], str], accounts: Accounts) -> None:
    _report(*_kill(killer, fresh, accounts, kills=60, seed=7), seed=7)
