"""``verify-stripe``: what counts here beside Stripe's balance, and what its lists show."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec import Struct

from rentease_desk.cli.output import JsonOption, Output, error_json
from rentease_desk.cli.session import Session
from rentease_desk.cli.shapes import agreement_json, balance_check_json
from rentease_desk.cli.sync import compared, progress, stoppable
from rentease_desk.domain.agreement import Total
from rentease_desk.domain.balance_check import MOVEMENT_NAMES, Apart, BalanceCheck, Compared
from rentease_desk.domain.balance_words import told_of
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money, plain_decimal
from rentease_desk.domain.settings import Property
from rentease_desk.domain.sync import Progress as Step

if TYPE_CHECKING:
    from rentease_desk.domain.stripe_accounts import StripeAccount
    from rentease_desk.services.bundle import Services

_LINES = ("What", "Currency", "Here", "Sum here", "Stripe", "Sum at Stripe", "Difference")
_APART = ("How it differs", "What", "Stripe id", "Made", "Booking", "Currency", "Here", "Stripe")
_FIGURES = frozenset({"Here", "Sum here", "Stripe", "Sum at Stripe", "Difference"})
_STOPPED = "Stopped. Nothing was compared; what was fetched is kept."
_STOPPED_LATER = "Stopped. Not every account was compared; what was fetched is kept."


def verify(
    context: typer.Context,
    first: Annotated[str | None, typer.Option("--from", help="First calendar day; 7 days ago if left out.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last calendar day; today if left out.")] = None,
    fetch: Annotated[bool, typer.Option("--fetch", help="Fetch what differs, and compare again.")] = False,
    lists: Annotated[
        bool,
        typer.Option("--lists", help="Read Stripe's lists of these days again instead, with long stays and invoices."),
    ] = False,
    account: Annotated[
        str | None, typer.Option("--account", help="Name or id of one Stripe account; all of them if left out.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare counts and sums of these days, however many, with Stripe's balance. Status 1 if something differs.

    With --lists the days are listed again, which puts right what was missing, and both sides are compared by their ids.
    An account that cannot be compared hinders no other; it is named in the end, and the status is 1.
    """
    session: Session = context.obj
    cancel, output = threading.Event(), Output(as_json=as_json)
    with session.by_itself() as services, stoppable(cancel), progress() as report:
        today = session.today()
        days = session.days(first, last, DateRange(today.fromordinal(today.toordinal() - 6), today))
        asking = _Asking(services, days, cancel, report, output)
        compare = asking.lists if lists else partial(asking.balance, fetch=fetch)
        asked = _each(_accounts(services, account), compare)
    _end(output, asked)


class _Found(Struct, frozen=True):
    """What one account's comparison found, as JSON."""

    told: dict[str, Any]
    agrees: bool


class _StoppedError(Exception):
    """Somebody stopped it while an account was compared."""


class _Asked(Struct, frozen=True):
    """What came of all that were to be compared, ``of`` so many. ``trouble``: why some were not, as a sync tells it."""

    found: Sequence[_Found]
    of: int
    trouble: KnownError | None
    stopped: bool


class _Asking(Struct, frozen=True):
    """Compares one account after the other. What people read is printed at once."""

    services: Services
    days: DateRange
    cancel: threading.Event
    report: Callable[[Step], None]
    output: Output

    def lists(self, account: StripeAccount | None) -> _Found:
        """Raises as ``SyncService.verify``, and _StoppedError."""
        found = self.services.sync.verify(self.days, self.cancel, self.report, account=_id(account))
        if found is None:
            raise _StoppedError
        self._head(account)
        if not self.output.as_json:
            self.output.value(compared(found))
        return _Found(self._whose(account) | agreement_json(found), found.agrees)

    def balance(self, account: StripeAccount | None, *, fetch: bool) -> _Found:
        """Raises as ``SyncService.compare_balance``, and _StoppedError."""
        sync, of = self.services.sync, _id(account)
        found = sync.compare_balance(self.days, self.cancel, self.report, account=of)
        if found is not None and fetch and found.apart:
            found = sync.repair_balance(found, self.cancel, self.report, account=of)
        if found is None:
            raise _StoppedError
        self._head(account)
        if not self.output.as_json:
            _print(self.output, found, self.services.settings.get())
        return _Found(self._whose(account) | balance_check_json(found), found.agrees)

    def _head(self, account: StripeAccount | None) -> None:
        if self._whose(account):
            self.output.line(self._whose(account)["name"])

    def _whose(self, account: StripeAccount | None) -> dict[str, Any]:
        """Nothing is said where there is but one."""
        if account is None or len(self.services.accounts.all()) < 2:
            return {}
        return {"account": account.identity.account, "name": account.badge}


def _accounts(services: Services, account: str | None) -> Sequence[StripeAccount | None]:
    """Those to compare: the one that was named, or all that are synced; None where none is known yet."""
    if account is not None:
        return (services.accounts.find(account),)
    return [one for one in services.accounts.all() if one.is_asked] or [None]


def _each(accounts: Sequence[StripeAccount | None], compare: Callable[[StripeAccount | None], _Found]) -> _Asked:
    """Compare each. What Stripe or the keyring refuses for one of them hinders no other; anything else ends it, as that
    another desk began a sync meanwhile, and what was found before is told all the same.
    """
    from rentease_desk.services.sync.turns import Turns

    turns, found, stopped = Turns(accounts), list[_Found](), False
    ended: KnownError | None = None
    try:
        for one in accounts:
            with turns.of(one):
                found.append(compare(one))
    except _StoppedError:
        stopped = True
    except KnownError as error:
        ended = error
    return _Asked(found, len(accounts), _with_beside(turns.trouble(), ended), stopped)


def _with_beside(trouble: KnownError | None, ended: KnownError | None) -> KnownError | None:
    if trouble is None or ended is None:
        return trouble or ended
    trouble.beside = (*trouble.beside, ended)
    return trouble


def _id(account: StripeAccount | None) -> str | None:
    return None if account is None else account.identity.account


def _end(output: Output, asked: _Asked) -> None:
    """Tell all of it as JSON, and why some could not be compared. Raises Exit unless each was, and agrees."""
    if output.as_json and (asked.found or asked.trouble is not None):
        output.value(_told(asked))
    if asked.trouble is not None:
        output.warn(str(asked.trouble))
    if asked.stopped:
        output.warn(_STOPPED_LATER if asked.found else _STOPPED)
    if asked.trouble is not None or asked.stopped or not all(one.agrees for one in asked.found):
        raise typer.Exit(1)


def _told(asked: _Asked) -> dict[str, Any]:
    """One account as it is; several each by itself, with the ``error`` of those that were not compared."""
    error = {} if asked.trouble is None else {"error": error_json(asked.trouble)}
    if asked.of == 1:
        return error or asked.found[0].told
    return {"accounts": [one.told for one in asked.found]} | error


def _print(output: Output, found: BalanceCheck, settings: Property) -> None:
    rows: list[tuple[dict[str, Any], tuple[str, ...]]] = [({}, _line(one)) for one in found.lines]
    output.rows(_LINES, rows, _FIGURES)
    if found.apart:
        output.rows(_APART, [({}, _apart(one, settings)) for one in found.apart], _FIGURES)
    for sentence in told_of(found, lambda at: settings.days.local(at).isoformat(sep=" ", timespec="minutes")):
        output.line(sentence)


def _line(one: Compared) -> tuple[str, ...]:
    return (
        MOVEMENT_NAMES[one.movement],
        one.currency.upper(),
        *_side(one.here, one.currency),
        *_side(one.stripe, one.currency),
        plain_decimal(Money(one.difference, one.currency)),
    )


def _side(total: Total, currency: str) -> tuple[str, str]:
    return str(total.count), plain_decimal(Money(total.amount, currency))


def _apart(one: Apart, settings: Property) -> tuple[str, ...]:
    amounts = ("–" if minor is None else plain_decimal(Money(minor, one.currency)) for minor in (one.here, one.stripe))
    made = settings.days.local(one.at).strftime("%Y-%m-%d %H:%M")
    return (one.why.value, MOVEMENT_NAMES[one.movement], one.id, made, one.booking, one.currency.upper(), *amounts)
