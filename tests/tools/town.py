"""A desk and an account to which anything happens that Stripe allows, in any order, with syncs in between."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, Final, TypeVar
from unittest.mock import patch

import requests

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.errors import StripeError
from rentease_desk.practice.keys import PERMISSIONS
from rentease_desk.services.bookings import BookingService
from rentease_desk.stripe_gateway.gateway import StripeGateway
from tests.services.conftest import draft
from tests.tools.accounts import DAY, Accounts
from tests.tools.desks import sync_desk
from tests.tools.practice import NOON, ControlRefusedError
from tests.tools.stories import Happening
from tests.tools.syncing import Impatient, SyncDesk, is_sum
from tests.tools.truth import held_books, true_books

ROUND: Final = 20 * DAY
"""A longer time than this does not pass without a poll: after 25 days a poll lists what it can and has limits of its
own, which tests of their own hold it to."""
TROUBLE: Final = frozenset({
    "stripe.unreachable", "stripe.not_stripe", "stripe.down", "stripe.busy", "stripe.refused", "stripe.no_permission",
})  # fmt: skip
"""How a run may end while Stripe, the network or the key is not as it should be."""

_TRIES: Final = 8
"""To how many objects something is tried to happen."""

Event = tuple[str, Any]
T = TypeVar("T")


class Town:
    """Events are pairs of a word and a value; each word is a method below."""

    def __init__(self, at: SyncDesk, accounts: Accounts) -> None:
        self.at = at
        self._accounts = accounts
        self._written = 0
        self._pages: dict[str, Any] = {}
        at.cancel = Impatient()
        self.booked: dict[str, str] = {}
        self.troubled = False
        self._payments: list[Happening] = []
        self._last_poll = NOON

    def happen(self, event: Event) -> None:
        """Let one event happen. What Stripe would refuse does not happen."""
        word, value = event
        with contextlib.suppress(ControlRefusedError):
            getattr(self, word)(value)

    def begin(self, value: tuple[str, str | None, str]) -> None:
        """A payment of a kind, which names a booking or does not, in a currency."""
        kind, reference, currency = value
        order: dict[str, object] = {"currency": currency} if currency != "eur" else {}
        order |= {"metadata": {"booking_reference": reference}} if reference else {}
        told = Happening(self.at.account, **order)
        self._payments.append(told)
        told.all(kind)

    def step(self, value: tuple[int, str]) -> None:
        """Something happens to one of the payments."""
        number, words = value
        _first_that_may(_turned(self._payments, number), lambda payment: payment.all(words))

    def do(self, value: tuple[str, str, int, Mapping[str, object]]) -> None:
        """An operation on one of the objects of a kind (``""``: on none), with what it is given besides."""
        operation, kind, number, given = value
        if not kind:
            self.at.account.do(operation, **given)
            return
        ids = list(self.at.account.dump("checkout_sessions" if kind == "session" else f"{kind}s"))
        _first_that_may(_turned(ids, number), lambda id_: self.at.account.do(operation, **{kind: id_}, **given))

    def wait(self, seconds: int) -> None:
        """Time passes, at Stripe and here."""
        self._pass(min(seconds, max(1, self._last_poll + ROUND - self._now())))

    def _pass(self, seconds: int) -> None:
        self.at.account.advance(seconds)
        self.at.desk.clock.at = self._now()  # type: ignore[attr-defined]

    def knob(self, value: tuple[str, Mapping[str, object]]) -> None:
        """The account behaves differently from now on."""
        operation, given = value
        self.at.account.control.operate(operation, self.at.account.name, **given)

    def fault(self, value: tuple[str, Mapping[str, object]]) -> None:
        """Something goes wrong with requests to come."""
        kind, how = value
        self.troubled = True
        self.at.account.fault(kind, **how)

    def limit(self, rate: int) -> None:
        """Stripe admits so many requests a second."""
        self.troubled = True
        self.at.account.control.limit(self.at.account.name, endpoint=rate, total=2 * rate)

    def withdraw(self, permission: str) -> None:
        """The key loses a permission."""
        self.troubled = True
        self.at.account.control.permit(permission, self.at.account.name, granted=False)

    def down(self, on: bool) -> None:
        """Stripe cannot be reached, or can again."""
        self.troubled = True
        self.at.account.control.act("down", self.at.account.name, on=on)

    def mend(self, _: object = None) -> None:
        """Everything is as it should be again."""
        self.at.account.control.act("mend", self.at.account.name)
        self.troubled = False

    def write(self, value: tuple[int, int]) -> None:
        """Money goes back through Stripe's own address, by a program that sends its request until it is answered."""
        number, amount = value
        paid = [one for one in _turned(self._payments, number) if one.charge]
        if not paid:
            return
        before, self._written = len(self.at.account.dump("refunds")), self._written + 1
        headers = {"Authorization": f"Bearer {self.at.account.key}", "Idempotency-Key": f"town-{self._written}"}
        for _ in range(_TRIES):
            with contextlib.suppress(requests.RequestException, ValueError):
                given = {"charge": paid[0].charge, "amount": amount}
                reply = requests.post(f"{self.at.account.url}/v1/refunds", given, headers=headers, timeout=10)
                if "id" in reply.json():
                    break
        assert len(self.at.account.dump("refunds")) <= before + 1

    def key(self, value: str) -> None:
        """The desk has another key: of the same account with every permission, its full one, or a stranger's."""
        self.at.changes.pop("key", None)
        if value == "restricted":
            self.at.changes["key"] = self.at.account.restricted(*PERMISSIONS.values())
        if value == "stranger" and self.at.desk.property().identity is not None:
            self._refuse_stranger()

    def _refuse_stranger(self) -> None:
        before, known = held_books(self.at.desk), self.at.account
        self.at.account = self._accounts.open()
        self.at.account.do("pay")
        try:
            self.at.tick()
        except StripeError as error:
            refused = error.code
        else:
            refused = ""
        self._accounts.close(self.at.account)
        self.at.account = known
        assert refused == "stripe.other_account"
        assert held_books(self.at.desk) == before

    def book(self, reference: str) -> None:
        """A booking is made at the desk."""
        if reference not in self.booked:
            BookingService(self.at.desk).add(draft(reference=reference, room=""))
            self.booked[reference] = reference

    def sync(self, how: str) -> None:
        """A run of one kind. It may fail only while something is wrong, and says then what."""
        try:
            result = self._run(how)
        except StripeError as error:
            if not self.troubled or error.code not in TROUBLE:
                raise
            return
        assert is_sum(result.summary)
        assert self.troubled or result.summary.failed == 0
        if how == "tick":
            self._last_poll = self._now()

    def look(self, _: object = None) -> None:
        """A listing whose pages are remembered."""
        self._pages.clear()

        def remember(name: str, page: Any) -> Any:
            self._pages.setdefault(name, page)
            return page

        with self._listing(remember):
            self.sync("all")

    def look_back(self, _: object = None) -> None:
        """A listing whose pages were held up on their way: each list begins with the page of the last look.

        A desk that has the truth keeps it.
        """
        self.sync("tick")
        known = self._knows_the_truth()
        with self._listing(lambda name, page: self._pages.pop(name, page)):
            self.sync("all")
        assert self._knows_the_truth() or not known

    def _knows_the_truth(self) -> bool:
        return held_books(self.at.desk) == true_books(self.at.account, self.booked)

    @contextmanager
    def _listing(self, seen: Callable[[str, Any], Any]) -> Iterator[None]:
        """Meanwhile every page of a list is replaced by what ``seen`` makes of it."""

        def asking(name: str) -> Callable[..., Any]:
            real = getattr(StripeGateway, name)
            return lambda *arguments, **options: seen(name, real(*arguments, **options))

        with contextlib.ExitStack() as stack:
            for name in (one for one in vars(StripeGateway) if one.startswith("list_") and one != "list_events"):
                stack.enter_context(patch.object(StripeGateway, name, asking(name)))
            yield

    def _run(self, how: str) -> Any:
        if how == "tick":
            return self.at.tick()
        if how == "today":
            day = date(2026, 11, 5) + timedelta(days=(self._now() - NOON) // DAY)
            return self.at.run(DateRange(day, day))
        return self.at.run()

    def calm_down(self, *, by_polling: bool) -> None:
        """The faults end, what is late arrives, and the desk has the time that it needs."""
        self.mend()
        for operation, given in (("balance-delay", {"seconds": 0}), ("balance-arrives", {})):
            self.happen(("knob", (operation, given)))
        for seconds in (60, 3_601, 61) if by_polling else (3_601,):
            self._pass(seconds)
            self.sync("tick" if by_polling else "all")

    def _now(self) -> int:
        return int(self.at.account.control.state(self.at.account.name)["now"])


def _turned(all_: list[T], number: int) -> list[T]:
    """The same, beginning with another one."""
    start = number % len(all_) if all_ else 0
    return [*all_[start:], *all_[:start]]


def _first_that_may(all_: list[T], act: Callable[[T], object]) -> None:
    """Let it happen to the first to which Stripe lets it happen."""
    for one in all_[:_TRIES]:
        with contextlib.suppress(ControlRefusedError):
            act(one)
            return


@contextmanager
def town(address: str, accounts: Accounts) -> Iterator[Town]:
    """An empty one."""
    account = accounts.open()
    with sync_desk(address, account) as at:
        yield Town(at, accounts)
    accounts.close(account)
