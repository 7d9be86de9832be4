"""A desk on each engine, and practice accounts on one server."""

from __future__ import annotations

import pytest

from rentease_desk.services.desk import Desk
from tests.services.conftest import bookings, desk, payments, settings
from tests.tools.accounts import Account
from tests.tools.syncing import SyncDesk

__all__ = ["bookings", "desk", "payments", "settings"]


@pytest.fixture
def at(desk: Desk, account: Account) -> SyncDesk:
    """A desk that syncs with an empty account."""
    return SyncDesk(desk, account)
