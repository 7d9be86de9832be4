"""The runs of all accounts under one lease, one after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from rentease_desk.domain.errors import StripeError
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.lease import SyncLease
from rentease_desk.services.sync.recorded import RecordedRun, SyncResult
from rentease_desk.services.sync.turns import Turn, Turns
from rentease_desk.storage.database import Unit
from rentease_desk.stripe_gateway.gateway import StripeGateway

RunOf = Callable[[Turn, StripeGateway], AbstractContextManager[RecordedRun]]
"""A run of one account that is not begun."""


class LeasedRuns:
    """``opened``: the accounts whose key is here, each with its gateway."""

    def __init__(
        self,
        desk: Desk,
        lease: SyncLease,
        turns: Turns,
        opened: Sequence[tuple[Turn, StripeGateway]],
        run_of: RunOf,
        cancel: threading.Event,
    ) -> None:
        self._desk, self._lease, self._turns = desk, lease, turns
        self._opened, self._run_of, self._cancel = opened, run_of, cancel

    @property
    def fence(self) -> int:
        """The number of the lease that they are under."""
        return self._lease.fence

    @contextmanager
    def writing(self) -> Iterator[Unit]:
        """A transaction that commits only under the lease. Raises ConflictError ``sync.lost_lease``."""
        with self._desk.writing() as unit:
            self._lease.keep(unit)
            yield unit

    def require_account(self) -> None:
        """Go on only if a key is one of the property's accounts, or Stripe does not say. Raises StripeError."""
        refused: list[StripeError] = []
        for one, gateway in self._opened:
            with self._run_of(one, gateway) as run:
                try:
                    run.require_account()
                except StripeError as error:
                    refused.append(error)
        if refused and len(refused) == len(self._opened) and not any(error.transient for error in refused):
            raise refused[0]

    def each(self, work: Callable[[RecordedRun], SyncResult]) -> SyncResult:
        """Do this with each account. What some cannot do is raised when all had their turn."""
        for one, gateway in self._opened:
            if not (self._turns.done and self._cancel.is_set()):
                with self._turns.of(one), self._run_of(one, gateway) as run:
                    self._turns.done.append(work(run))
        return self._turns.result()
