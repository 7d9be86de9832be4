"""Requests to Stripe that must happen once: who works on one, and what is written of it.

A request is written before Stripe is asked, and each attempt before it is made. Refunds and payment links share this.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import closing
from typing import Generic, TypeVar

from msgspec import Struct

from rentease_desk.domain.clock import Clock
from rentease_desk.domain.dates import Days
from rentease_desk.domain.errors import KeychainError, KnownError, StripeError
from rentease_desk.domain.requests import UNSETTLED, RequestState, StripeRequest
from rentease_desk.domain.settings import Property
from rentease_desk.domain.stripe_accounts import StripeAccount, require_asked
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.services.desk import Desk
from rentease_desk.services.gateways import OpenFor
from rentease_desk.services.sync.account import AccountBinding, Accounts
from rentease_desk.services.sync.lease import is_gone, process_name
from rentease_desk.services.sync.reads import counted
from rentease_desk.storage.database import Unit
from rentease_desk.storage.requests import Requests
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.governor import CancelledError

R = TypeVar("R", bound=StripeRequest)

HELD_SECONDS = 15 * 60
"""How long a process may work on one request: longer than all attempts with their waiting."""


class RequestBook(ABC, Generic[R]):
    """What is written of requests of one kind. Calls raise DatabaseError.

    The codes say: nobody can tell yet (``reason``); it was sent and never done; it was not sent and is too old.
    """

    rows: Requests
    unknown_code: str
    not_made_code: str
    too_late_code: str

    def __init__(self, desk: Desk) -> None:
        """``desk``: who stands in the rows."""
        self.desk = desk

    @abstractmethod
    def find(self, unit: Unit, uid: str) -> R | None:
        """The request by its uid."""

    @abstractmethod
    def lock(self, unit: Unit, request: R) -> None:
        """Lock what the request's owner belongs to, before anything of it is written."""

    @abstractmethod
    def refuse(self, unit: Unit, request: R, trouble: KnownError) -> None:
        """Write that it was not done and never will be, unless Stripe has shown it meanwhile."""

    @abstractmethod
    def explained(self, request: R, error: StripeError) -> KnownError:
        """Why it was not done."""

    def locked(self, unit: Unit, uid: str) -> R | None:
        """The request as it is now, locked."""
        request = self.find(unit, uid)
        if request is None:
            return None
        self.lock(unit, request)
        return self.find(unit, uid)

    def give_up(self, request: R, error: StripeError, *, asked: bool) -> None:
        """This attempt was certainly not made. What was sent before stays unknown; what somebody waits for is refused.

        The rest is kept, if it may go better later.
        """
        if request.attempts > 0:
            self.unknown(request, error)
        elif asked or not error.transient:
            self.refused(request, self.explained(request, error))
        else:
            with self.desk.writing() as unit:
                self.rows.keep_planned(unit, request)

    def unknown(self, request: R, error: StripeError, *, spent: bool = False) -> None:
        """Nobody can tell what became of it."""
        trouble = KnownError(self.unknown_code, reason=error.explain().happened)
        with self.desk.writing() as unit:
            found = self.locked(unit, request.uid)
            if found is not None and found.state is not RequestState.DONE:  # a sync may have seen it meanwhile
                self.rows.mark_unknown(unit, found, trouble, spent=spent)

    def refused(self, request: R, trouble: KnownError) -> None:
        """It was not done."""
        with self.desk.writing() as unit:
            self.lock(unit, request)
            self.refuse(unit, request, trouble)


class Asking(Struct, frozen=True):
    """How Stripe is asked now. ``asked``: somebody waits for the answer."""

    gateway: StripeGateway
    account: AccountBinding
    days: Days
    cancel: threading.Event
    asked: bool


class Settler(Generic[R]):
    """Takes requests one process at a time, and lets ``run`` settle them with Stripe, outside of any transaction.

    ``open_for`` makes a gateway to the account that a request belongs to, or raises StripeError, KeychainError.
    """

    def __init__(
        self,
        desk: Desk,
        book: RequestBook[R],
        open_for: OpenFor,
        run: Callable[[Asking, R], None],
    ) -> None:
        self._desk = desk
        self._book = book
        self._open_for = open_for
        self._run = run
        self.accounts = Accounts()

    def settle(self, uid: str, cancel: threading.Event, *, asked: bool) -> None:
        """Settle one request. ``asked``: somebody waits; what certainly was not sent is then refused, not kept."""
        request = self._take(uid)
        if request is None:
            return
        try:
            whose = Identity(request.account, request.livemode)
            self.ask(cancel, lambda asking: self._run(asking, request), asked=asked, whose=whose)
        except (StripeError, KeychainError) as error:
            if error.code == "stripe.account_no_key" and not asked:
                self._put_back(request)  # another desk has that account's key
            else:
                self._book.give_up(request, _of_stripe(error), asked=asked)
        except CancelledError:
            self._put_back(request)

    def settle_all(self, cancel: threading.Event) -> list[str]:
        """Settle what a crash or an unknown outcome left over; returns the uids. No request where there is nothing.

        Without a key nothing is taken: a desk that has one settles it.
        """
        with self._desk.db.reading() as connection:
            left_over = self._book.rows.unsettled(connection)
        if not left_over or not self._has_key():
            return []
        settled = []
        for uid in left_over:
            if cancel.is_set():
                break
            self.settle(uid, cancel, asked=False)
            settled.append(uid)
        return settled

    def ask(
        self,
        cancel: threading.Event,
        work: Callable[[Asking], None],
        *,
        asked: bool,
        whose: Identity | None = None,
    ) -> None:
        """Do something with a gateway to an account, whose requests are counted; None: the default account, which may
        not be known yet. Raises StripeError, KeychainError if there is no key, and what ``work`` raises.
        """
        settings = self._desk.property()
        account = settings.default_account if whose is None else _account_of(settings, whose)
        with closing(self._open_for(account)) as gateway, counted(self._desk, gateway, self.accounts):
            binding = self.accounts.binding(self._desk, gateway, settings, cancel, account)
            work(Asking(gateway, binding, settings.days, cancel, asked))

    def _has_key(self) -> bool:
        """Of any of the accounts."""
        return any(self._may_open(one) for one in self._desk.property().asked_accounts or (None,))

    def _may_open(self, account: StripeAccount | None) -> bool:
        """A keyring that is locked may hold a key: the attempt tells."""
        try:
            self._open_for(account).close()
        except StripeError as error:
            return error.code not in {"stripe.no_key", "stripe.account_no_key"}
        except KeychainError as error:
            return error.code != "keychain.none"
        return True

    def _take(self, uid: str) -> R | None:
        """The request, held for this process; None if it is settled, or somebody else works on it."""
        rows = self._book.rows
        with self._desk.writing() as unit:
            request = self._book.locked(unit, uid)
            if request is None or request.state not in UNSETTLED:
                return None
            holder = rows.holder_of(unit.connection, uid)
            if holder is not None and _is_at_work(holder, self._desk.clock):
                return None
            rows.hold(unit, request, process_name(self._desk), unit.now + HELD_SECONDS)
        return request

    def _put_back(self, request: R) -> None:
        """The program ends: whatever was sent is settled by the next start."""
        with self._desk.writing() as unit:
            found = self._book.locked(unit, request.uid)
            if found is not None:
                self._book.rows.keep_planned(unit, found)


def _account_of(settings: Property, whose: Identity) -> StripeAccount:
    """The account of what was written down, which no other's key may touch. Raises StripeError where it was removed."""
    found = next((one for one in settings.accounts if one.identity == whose), None)
    if found is None:
        known = settings.identity.account if settings.identity else "none"
        raise StripeError("stripe.other_account", expected=whose.account, found=known)
    return require_asked(found)


def _of_stripe(error: StripeError | KeychainError) -> StripeError:
    """A keyring that is locked, or does not answer, may be open the next time."""
    return error if isinstance(error, StripeError) else StripeError(error.code, transient=True, **error.params)


def _is_at_work(holder: tuple[str, int], clock: Clock) -> bool:
    name, until = holder
    return clock.now() < until and not is_gone(name)
