"""The Stripe accounts of a property: as a rule one, with a short name each where there are more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.errors import InputError, NotFoundError, StripeError
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.domain.text import clean_text, name_key

LONGEST_NAME = 16
"""Letters of a name: it stands as a badge beside amounts."""
_ID = re.compile(r"acct_\w{1,60}", re.ASCII)
_END = 6


class AccountState(StrEnum):
    """How an account is used. New payment links are made in the default one."""

    DEFAULT = "default"
    IN_USE = "in_use"
    REMOVED = "removed"


class StripeAccount(Struct, frozen=True):
    """One account. ``name`` is "" where nobody has named it. ``connected``: reached by a platform's key, which names it
    with each request. A removed one is asked for nothing any more, and keeps its payments. ``is_first``: the one that
    the property was bound to.
    """

    uid: str
    identity: Identity
    name: str
    connected: bool
    state: AccountState
    is_first: bool = False

    @property
    def badge(self) -> str:
        """What it is called where it has to be told from others."""
        return self.name or f"…{self.identity.account[-_END:]}"

    @property
    def is_default(self) -> bool:
        """Whether new payment links are made in it."""
        return self.state is AccountState.DEFAULT

    @property
    def is_asked(self) -> bool:
        """Whether it is synced."""
        return self.state is not AccountState.REMOVED


def checked_account_name(name: str) -> str:
    """A name ready to store. Raises InputError naming ``name``."""
    name = clean_text(name, "name", LONGEST_NAME)
    if not name:
        raise InputError("stripe.account_name_missing", field="name")
    return name


def checked_account_id(text: str) -> str:
    """A connected account's id, ``acct_…``. Raises InputError naming ``account``."""
    text = text.strip()
    if not _ID.fullmatch(text):
        raise InputError("stripe.account_id", field="account", id=text[:80])
    return text


def connected_first(account: str, *, livemode: bool) -> StripeAccount:
    """A connected account that a property is to begin with, and which stands nowhere yet. Raises InputError naming
    ``account``.
    """
    identity = Identity(checked_account_id(account), livemode)
    return StripeAccount("", identity, "", connected=True, state=AccountState.DEFAULT, is_first=True)


def named_account(accounts: Iterable[StripeAccount], text: str) -> StripeAccount:
    """The account with this id or name, in any case. Raises NotFoundError ``stripe.account_unknown``."""
    accounts, key = tuple(accounts), name_key(text)
    found = [one for one in accounts if text.strip() == one.identity.account or key == name_key(one.badge)]
    if len(found) != 1:
        known = ", ".join(f"{one.badge} ({one.identity.account})" for one in accounts) or "none is known yet"
        raise NotFoundError("stripe.account_unknown", account=text[:80], known=known)
    return found[0]


def require_asked(account: StripeAccount) -> StripeAccount:
    """The account, if it is asked. Raises StripeError ``stripe.account_removed``."""
    if not account.is_asked:
        raise StripeError("stripe.account_removed", name=account.badge)
    return account
