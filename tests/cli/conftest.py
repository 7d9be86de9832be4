"""Commands on a desk of their own, and a practice account for them to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.accounts import Account
from tests.tools.commands import Commands


@pytest.fixture
def cli(tmp_path: Path) -> Commands:
    """A desk with a SQLite file and without a key."""
    return Commands(tmp_path)


@pytest.fixture
def desk(cli: Commands, account: Account) -> Commands:
    """A desk with the key of an empty account."""
    cli.extra |= {"STRIPE_API_BASE": account.url, "STRIPE_API_KEY": account.key}
    return cli
