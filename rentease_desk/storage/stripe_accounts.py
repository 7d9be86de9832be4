"""The rows of the property's Stripe accounts. They are read with the property (``settings.read_property``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select, update

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.settings import Property
from rentease_desk.domain.stripe_accounts import AccountState, StripeAccount
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.domain.text import name_key
from rentease_desk.storage.account_tables import stripe_accounts
from rentease_desk.storage.database import Unit
from rentease_desk.storage.settings import read_property
from rentease_desk.storage.tables import property_settings

_a = stripe_accounts.c
_TOLD = ("account", "livemode", "name", "connected", "state")


def lock_accounts(unit: Unit) -> Property:
    """The settings, of which no other desk changes the accounts before this transaction ends. The first account, which
    stands with the property, has its row from now on.
    """
    unit.connection.execute(select(property_settings.c.id).with_for_update()).all()
    settings = read_property(unit.connection) or Property()
    if not settings.accounts or settings.accounts[0].uid:
        return settings
    insert_account(unit, settings.accounts[0].identity, "", connected=False, first=True)
    return read_property(unit.connection) or settings


def require_free_name(accounts: Iterable[StripeAccount], name: str, uid: str = "") -> None:
    """Two accounts never have one name, in any case. Raises InputError naming ``name``."""
    if any(name_key(one.name) == name_key(name) for one in accounts if one.uid != uid):
        raise InputError("stripe.account_name_taken", field="name", name=name)


def insert_account(unit: Unit, identity: Identity, name: str, *, connected: bool, first: bool = False) -> None:
    """Write an account that is not here yet. The first is the default one."""
    state = AccountState.DEFAULT if first else AccountState.IN_USE
    row = {"uid": unit.ids.uid(), "account": identity.account, "livemode": identity.livemode, "name": name,
           "name_key": name_key(name) or None, "connected": connected, "state": state.value, **unit.made}  # fmt: skip
    unit.connection.execute(insert(stripe_accounts).values(row))
    unit.record("add", "stripe_account", str(row["uid"]), None, {key: row[key] for key in _TOLD})
    unit.changes |= Changes(settings=True)


def rename_account(unit: Unit, account: StripeAccount, name: str) -> None:
    """Another name; the same as before writes nothing."""
    if name != account.name:
        _change(unit, account, "rename", {"name": account.name}, {"name": name}, name_key=name_key(name))


def use_again(unit: Unit, account: StripeAccount, name: str, *, connected: bool) -> None:
    """An account that was removed is synced again, under a name that may be another."""
    before = {"name": account.name, "connected": account.connected, "state": account.state.value}
    after = {"name": name, "connected": connected, "state": AccountState.IN_USE.value}
    _change(unit, account, "restore", before, after, name_key=name_key(name))


def make_default(unit: Unit, settings: Property, account: StripeAccount) -> None:
    """New payment links are made in it. It is one of those that are synced."""
    for one in settings.accounts:  # there is never more than one: the old one goes first
        if one.state is AccountState.DEFAULT and one.uid != account.uid:
            _set_state(unit, one, AccountState.IN_USE, "edit")
    if account.state is not AccountState.DEFAULT:
        _set_state(unit, account, AccountState.DEFAULT, "edit")


def remove_account(unit: Unit, settings: Property, account: StripeAccount) -> None:
    """It is synced no more, and keeps its payments. Raises KnownError ``stripe.account_last``."""
    others = [one for one in settings.asked_accounts if one.uid != account.uid]
    if not others:
        raise KnownError("stripe.account_last", name=account.badge)
    _set_state(unit, account, AccountState.REMOVED, "remove")
    if account.state is AccountState.DEFAULT:
        _set_state(unit, others[0], AccountState.DEFAULT, "edit")


def _set_state(unit: Unit, account: StripeAccount, state: AccountState, action: str) -> None:
    _change(unit, account, action, {"state": account.state.value}, {"state": state.value})


def _change(
    unit: Unit, account: StripeAccount, action: str, before: dict[str, Any], after: dict[str, Any], **more: Any
) -> None:
    unit.connection.execute(update(stripe_accounts).where(_a.uid == account.uid).values(**after, **more))
    unit.record(action, "stripe_account", account.uid, before, after)
    unit.changes |= Changes(settings=True)
