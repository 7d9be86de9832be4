"""A desk on each engine, and practice accounts on one server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rentease_desk.services.desk import Desk
from tests.services.conftest import bookings, desk, payments, settings
from tests.tools.accounts import Account, Accounts, accounts_server
from tests.tools.syncing import SyncDesk

__all__ = ["bookings", "desk", "payments", "settings"]


@pytest.fixture(scope="session")
def accounts() -> Iterator[Accounts]:
    with accounts_server() as made:
        yield made


@pytest.fixture
def account(accounts: Accounts) -> Iterator[Account]:
    """An empty account whose clock stands still at NOON."""
    made = accounts.open()
    yield made
    accounts.close(made)


@pytest.fixture
def at(desk: Desk, account: Account) -> SyncDesk:
    """A desk that syncs with an empty account."""
    return SyncDesk(desk, account)
