"""Accounts in memory for the mapping, and one practice server for the gateway."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.tools.accounts import Account, Accounts, accounts_server


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
def cancel() -> threading.Event:
    return threading.Event()
