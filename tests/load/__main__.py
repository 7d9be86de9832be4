"""``python -m tests.load``: many desks for some minutes, and what goes wrong meanwhile; prints what it came to.

Ends with status 1 where a payment was lost or doubled, or the journal does not fit; figures are printed, not asserted.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from rentease_desk.config import Config
from rentease_desk.domain.booking import BookingDraft, Guest
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.money import Money
from rentease_desk.domain.settings import Property
from rentease_desk.wiring import build
from tests.load.cluster import Cluster, cluster
from tests.load.desk import Orders, begin_of, diary_of, work
from tests.load.judge import Stretch, cpu_parts, described, judge, news_delays, outside, read_diaries, stretches
from tests.load.machine import Busy
from tests.tools.accounts import Account, accounts_server
from tests.tools.truth import held_books, true_books

_SYNCING = 3
"""So many desks have a key; one of them syncs."""
_AFTER = 3.0
"""Seconds after an outage that still belong to it: desks find out that it is over."""
_PATIENCE = 120
_APART = 0.1
"""Seconds from one start to the next."""
_EVERYTHING = DateRange(date(2020, 1, 1), date(2030, 1, 1))


class Desks:
    """The processes, and when each was there.

    They are forked from one that has imported the program: at a property each desk has a computer of its own for that.
    """

    def __init__(self, orders: list[Orders]) -> None:
        self._orders = orders
        self._made = multiprocessing.get_context("forkserver")
        self._made.set_forkserver_preload(["tests.load.desk"])
        self._running: dict[int, ForkServerProcess] = {}
        self.ended: dict[int, list[float]] = defaultdict(list)
        """When each was killed, or left."""

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._orders)

    def open(self) -> None:
        """Start all, one after the other, and wait until they hear of each other."""
        for number in range(self.count):
            self.start(number, self._orders[number].seconds)
            time.sleep(_APART)
        until = time.monotonic() + _PATIENCE
        while not all(self._is_there(number) for number in range(self.count)):
            assert time.monotonic() < until, "a desk did not open"
            time.sleep(_APART)

    def begin(self) -> None:
        """Let them work."""
        begin_of(self._orders[0]).touch()

    def start(self, number: int, seconds: float) -> None:
        """Start one, or start it again after a kill."""
        orders = msgspec.structs.replace(self._orders[number], seconds=seconds)
        self._running[number] = self._made.Process(target=work, args=(msgspec.json.encode(orders),))
        self._running[number].start()

    def kill(self, number: int) -> None:
        """As a power cut does."""
        self._running[number].kill()
        self._running[number].join()
        self.ended[number].append(time.time())

    def wait(self) -> list[int]:
        """Until all have left; returns those that ended badly."""
        bad = []
        for number, process in self._running.items():
            process.join(_PATIENCE)
            if process.exitcode is None:
                process.kill()
                process.join()
            self.ended[number].append(time.time())
            if process.exitcode:
                bad.append(number)
        return bad

    def _is_there(self, number: int) -> bool:
        path = diary_of(self._orders[number])
        return path.exists() and '"there"' in path.read_text()


def main() -> int:
    """Run it."""
    asked = _arguments()
    with TemporaryDirectory(prefix="rentease-load-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        pool = None if asked.direct else asked.pool
        with cluster(folder, pool, durable=not asked.memory) as server, accounts_server() as accounts:
            account = accounts.open(now=int(time.time()), frozen=False)
            return _run(asked, folder, server, account)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--desks", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--pace", type=float, default=3, help="seconds from one write of a desk to its next")
    parser.add_argument("--direct", action="store_true", help="without pgbouncer")
    parser.add_argument("--pool", type=int, default=8, help="connections of pgbouncer to the server")
    parser.add_argument("--memory", action="store_true", help="the server's files in memory, no commit on the disk")
    parser.add_argument("--calm", action="store_true", help="nothing is killed, cut or restarted")
    parser.add_argument("--seed", type=int, default=20261128)
    return parser.parse_args()


def _run(asked: argparse.Namespace, folder: Path, server: Cluster, account: Account) -> int:
    bookings = _furnish(server, folder)
    orders = [_orders(asked, folder, server, account, number, bookings) for number in range(asked.desks)]
    desks = Desks(orders)
    desks.open()
    busy, began = Busy(), time.time()
    ends = began + asked.seconds
    desks.begin()
    outages = [(0.0, began), *_happen(_plan(asked), desks, server, account, ends)]
    told = busy.told()
    bad = desks.wait()
    print(f"\n{asked.desks} desks, {asked.seconds:.0f} s: {told}")
    return _report(folder, server, account, desks, outages, bad)


def _orders(
    asked: argparse.Namespace, folder: Path, server: Cluster, account: Account, number: int, bookings: tuple[int, ...]
) -> Orders:
    key, base = (account.key, account.url) if number < _SYNCING else ("", "")
    return Orders(server.address, str(folder), number, asked.seconds, asked.pace, bookings, base, key)


def _furnish(server: Cluster, folder: Path) -> tuple[int, ...]:
    """A property with rooms and some guests in it: the keys of their bookings."""
    services = build(Config(folder / "first", server.address, "Manager", "Desk 0", database_given=True))
    services.settings.ensure(lambda: Property(zone="Europe/Rome", currency="eur"))
    made = [services.bookings.add(_stay(number)).value.pk for number in range(40)]
    services.close()
    return tuple(made)


def _stay(number: int) -> BookingDraft:
    first = date(2026, 11, 28) + timedelta(days=number % 5)
    return BookingDraft(Guest(f"Ana Guest {number}"), first, first + timedelta(3), room=f"{500 + number}",
                        total=Money(1_000_000, "eur"))  # fmt: skip


def _plan(asked: argparse.Namespace) -> list[tuple[float, str]]:
    """What happens when, in parts of the whole time; the first third is calm."""
    if asked.calm:
        return []
    return [(0.35, "kill"), (0.40, "cut"), (0.45, "kill syncing"), (0.52, "restart"), (0.62, "kill"),
            (0.68, "pooler"), (0.74, "cut"), (0.80, "restart"), (0.86, "kill")]  # fmt: skip


def _happen(
    plan: list[tuple[float, str]], desks: Desks, server: Cluster, account: Account, ends: float
) -> Iterator[Stretch]:
    """Let guests pay and things go wrong until the time is up. Yields when desks could not reach the database."""
    chance, whole = random.Random(len(plan)), ends - time.time()
    left = [(ends - whole * (1 - part), what) for part, what in plan]
    while time.time() < ends:
        if left and time.time() >= left[0][0]:
            yield from _trouble(left.pop(0)[1], desks, server, chance, ends)
        _guest_pays(account, chance)
        time.sleep(chance.uniform(0.2, 1.0))


def _guest_pays(account: Account, chance: random.Random) -> None:
    paid = account.do("pay", amount=chance.randrange(500, 50_000), currency="eur")
    if chance.random() < 0.1 and paid.get("latest_charge"):
        account.do("refund", charge=paid["latest_charge"], amount=100)


def _trouble(what: str, desks: Desks, server: Cluster, chance: random.Random, ends: float) -> Iterator[Stretch]:
    began = time.time()
    print(f"{what}, {ends - began:.0f} s before the end", flush=True)
    if what.startswith("kill"):
        for number in (
            range(_SYNCING)
            if "syncing" in what
            else chance.sample(range(_SYNCING, desks.count), min(3, desks.count - _SYNCING))
        ):
            desks.kill(number)
            desks.start(number, ends - time.time())
        return
    if what == "cut":
        server.cut()
    elif what == "pooler":
        server.stop_pooler()
        time.sleep(2)
        server.start_pooler()
    else:
        server.restart(3)
    yield began, time.time() + _AFTER


def _report(
    folder: Path, server: Cluster, account: Account, desks: Desks, outages: list[Stretch], bad: list[int]
) -> int:
    told = read_diaries(folder)
    services = build(Config(folder / "last", server.address, "Manager", "Desk 0", stripe_key=account.key,
                            stripe_base=account.url, database_given=True))  # fmt: skip
    services.sync.tick(threading.Event())
    services.sync.sync(_EVERYTHING, threading.Event())
    verdict = judge(services.desk.db, told)
    truth = held_books(services.desk) == true_books(account)
    services.close()
    print(f"{verdict.taken:,} payments by hand; lost {len(verdict.lost)}, not tried {len(verdict.strange)}, of "
          f"another amount {len(verdict.wrong)}; the journal {'fits' if verdict.misfit is None else verdict.misfit}; "
          f"Stripe's payments {'are as at Stripe' if truth else 'DIFFER'}")  # fmt: skip
    print("desks that ended badly:", bad or "none")
    print("saving a payment outside the outages:", described(outside(told.saving, outages), "ms", 1))
    print("searching outside the outages:", described(outside(told.searching, outages), "ms", 1))
    delays = news_delays(told, outages, stretches(told, desks.ended))
    print("a payment of one desk heard of at another:", described(delays, "s", 2))
    print("outcomes:", ", ".join(f"{name} {count:,}" for name, count in sorted(told.outcomes.items())))
    print("processor of a desk, of one core:", described(cpu_parts(told), "%", 1))
    return 0 if not (verdict.lost or verdict.strange or verdict.wrong or verdict.misfit or bad) and truth else 1


if __name__ == "__main__":
    sys.exit(main())
