"""One practice account on the air: its keys, its faults, its learner, and what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Lock
from typing import TypeVar

from rentease_desk.practice import faults, operations
from rentease_desk.practice.api import StripeApi
from rentease_desk.practice.clock import WorldClock
from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.faults import Fault, FaultKind, Faults
from rentease_desk.practice.idempotency import IdempotencyKeys
from rentease_desk.practice.inputs import ControlError, Input
from rentease_desk.practice.journal import Entry, Journal, JournalError
from rentease_desk.practice.keys import Keyring
from rentease_desk.practice.learner import Happening, Learner
from rentease_desk.practice.limits import Limit, Limits
from rentease_desk.practice.messages import Delivery, Reply, Request, error_reply, json_reply
from rentease_desk.practice.objects import API_VERSION
from rentease_desk.practice.pay_page import PayPage
from rentease_desk.practice.populate import populate_bulk, populate_sample
from rentease_desk.practice.records import Record
from rentease_desk.practice.sample import build_sample
from rentease_desk.practice.spec import Beginning, Kind, WorldSpec
from rentease_desk.practice.store import Profile
from rentease_desk.practice.world import World
from rentease_desk.practice.writing import is_writable

T = TypeVar("T")


class Stage:
    """An account that answers requests. With a ``state`` file it goes on where it was left.

    ``pages``: where its pages to pay on are found, what stands before an id. ``platform``: the keys of the account that
    it is connected to. All of it happens one at a time. Raises JournalError, OSError when the file cannot be used.
    """

    def __init__(
        self,
        spec: WorldSpec,
        state: Path | None = None,
        pages: str | None = None,
        platform: Keyring | None = None,
    ) -> None:
        self._journal = Journal(state, _beginning(spec)) if state else None
        begun = self._journal.beginning if self._journal else _beginning(spec)
        self.spec = replace(spec, seed=begun.seed, now=begun.now, zone=begun.zone, kind=begun.kind, count=begun.count)
        self.clock = WorldClock(begun.now, frozen=True)
        self.world = World(begun.seed, self.clock, livemode=spec.livemode, profile=Profile(zone=begun.zone))
        self.keys = Keyring(begun.seed, self.world.account, livemode=spec.livemode, platform=platform)
        self.faults = Faults()
        self.limits = Limits()
        self.lock = Lock()
        self.world.store.pages = pages or self.world.store.pages
        self._api = StripeApi(self.world.store, self.keys)
        self._learner = self._populated()
        self._request_numbers = count(1)
        self._repeats = IdempotencyKeys(self.clock)
        self._replay()
        self.clock.set(max(spec.now, self.clock.now()), frozen=spec.frozen)

    def answer(self, request: Request, path: str) -> Reply:
        """What Stripe would answer to a request for ``path`` (``/v1/…``), unless a fault comes between."""
        if self.faults.down:
            return self._signed(faults.out_of_service(), request)
        refusal = self.limits.refusal(path)
        if refusal is not None:
            return self._signed(refusal, request)
        fault = self.faults.take(path)
        if fault is None:
            return self._signed(self._looked_up(request, path), request)
        found = Reply(200, b"") if faults.is_in_the_way(fault) else self._looked_up(request, path, fault)
        reply = faults.spoilt(fault, found)
        return reply if fault.kind is FaultKind.HTML else self._signed(reply, request)

    def page(self, request: Request, id_: str) -> Reply:
        """The page on which a guest pays."""
        with self.lock:
            self.world.store.catch_up()
        return PayPage(self.world.store, lambda name, given: self.operate(name, Input(given))[-1]).answer(request, id_)

    def act(self, name: str, given: Input) -> Happening:
        """A learner's action. Raises ControlError, ApiError."""
        with self.lock, self.clock.held() as at:
            happening = self._act(name, given)
            self._keep(Entry(at, "action", name, given.values))
        return happening

    def operate(self, name: str, given: Input) -> list[Record]:
        """Any operation. Returns what came or changed. Raises ControlError, ApiError."""
        with self.lock, self.clock.held() as at:
            records = self._operate(name, given)
            self._keep(Entry(at, "operation", name, given.values))
        return records

    @property
    def switches(self) -> dict[str, bool]:
        """How what can be on or off stands, by the name it is switched with."""
        world, limit = self.world, self.limits.limit
        return {
            "late-events": world.store.events.lag > 0,
            "event-version": world.store.events.api_version != API_VERSION,
            "balance-delay": world.ledger.delay > 0,
            "payout-schedule": world.payouts.every > 0,
            "limits": bool(limit.endpoint or limit.total),
            "down": self.faults.down,
        }

    def mend(self) -> None:
        """Nothing goes wrong any more."""
        self.faults.clear()
        self.faults.down = False
        self.limits.set(Limit())
        for permission in self.keys.withdrawn:
            self.keys.allow(permission, granted=True)

    def close(self) -> None:
        """Let go of the state file."""
        if self._journal:
            self._journal.close()

    def _looked_up(self, request: Request, path: str, fault: Fault | None = None) -> Reply:
        """The answer, before a fault spoils it on its way."""
        try:
            with self.lock:
                if request.method == "POST" and is_writable(path):
                    return self._written(request, path, fault)
                return json_reply(self._api.answer(request, path))
        except ApiError as error:
            return error_reply(error)

    def _written(self, request: Request, path: str, fault: Fault | None) -> Reply:
        """Let it happen, unless it has happened already; a refusal is kept, too, once something began to happen."""
        write = self._api.write(request, path)
        before = self._repeats.replay(request, path)
        if before is not None:
            return before
        with self.clock.held() as at:
            try:
                record = self._operate(write.operation, Input(write.given))[-1]
                self._keep(Entry(at, "operation", write.operation, write.given))
                reply = json_reply(self._api.shown(record, write))
            except ApiError as error:
                reply = error_reply(error)
            except ControlError as error:
                reply = error_reply(ApiError(str(error), status=error.status, type_="api_error"))
        if fault is not None and fault.kind is FaultKind.STATUS and fault.status == 500:
            reply = replace(faults.spoilt(fault, reply), delivery=Delivery())  # Stripe's own trouble is kept, too
        self._repeats.keep(request, path, reply, fault.latency_ms / 1_000 if fault else 0.0)
        return reply

    def _signed(self, reply: Reply, request: Request) -> Reply:
        """With the headers that every answer of Stripe carries."""
        own = (
            ("Request-Id", f"req_{next(self._request_numbers):014}"),
            ("Stripe-Version", request.headers.get("stripe-version", API_VERSION)),
        )
        return replace(reply, headers=(*reply.headers, *own), date=self.clock.now())

    def _populated(self) -> Learner:
        if self.spec.kind is Kind.BULK:
            populate_bulk(self.world, self.spec.count)
        if self.spec.kind is not Kind.SAMPLE:
            return Learner(self.world, None)
        sample = build_sample(self.spec.seed, self.spec.now, self.spec.zone)
        populate_sample(self.world, sample)
        return Learner(self.world, sample)

    def _replay(self) -> None:
        for entry in self._journal.entries if self._journal else ():
            self.clock.set(entry.at)
            perform = self._act if entry.what == "action" else self._operate
            try:
                perform(entry.name, Input(entry.given))
            except (ApiError, ControlError) as error:
                self.close()
                raise JournalError(f"The practice account cannot be continued: {error} Start it afresh.") from error

    def _keep(self, entry: Entry) -> None:
        if self._journal is None:
            return
        try:
            self._journal.append(entry)
        except OSError as error:
            raise ControlError(f"It happened, but will be forgotten at the next start: {error}.", 500) from error

    def _act(self, name: str, given: Input) -> Happening:
        self.world.store.catch_up()
        return _known(self._learner.actions, name, "action")(given)

    def _operate(self, name: str, given: Input) -> list[Record]:
        _known(operations.OPERATIONS, name, "operation")
        return operations.perform(self.world, name, given)


def _beginning(spec: WorldSpec) -> Beginning:
    return Beginning(spec.seed, spec.now, spec.zone, spec.kind, spec.count)


def _known(offered: Mapping[str, T], name: str, noun: str) -> T:
    if name not in offered:
        raise ControlError(f"There is no {noun} called “{name}”; there are {', '.join(offered)}.", 404)
    return offered[name]
