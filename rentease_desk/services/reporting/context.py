"""What every report is made with, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct, field

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.money import Money
from rentease_desk.domain.reporting import Ask, Bar, Basis, Cell, Column
from rentease_desk.domain.settings import Property
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.services.exports import Put, replaced
from rentease_desk.storage.report_moves import Book

Totals = Mapping[str, Mapping[str, int]]
PutAccount = Callable[[tuple[Cell, ...], str | None], tuple[Cell, ...]]
_ACCOUNT = Column("account", "Account")
_STRIPE_IDS = frozenset({"stripe_id", "stripe_payment_id"})


class Context(Struct, frozen=True):
    """One moment of the database, what is asked of it, and by whom. ``days``: those asked for, without empty years.

    None of these days can hold anything where ``days`` is None. ``today``: the business day that is not over.
    ``put``: how its file gets to its place.
    """

    settings: Property
    ask: Ask
    basis: Basis
    days: DateRange | None
    today: date
    book: Book
    put: Put = replaced


class Found(Struct):
    """A report. ``rows`` are gone through once, and may be of more currencies than the one that is asked for.

    ``totals`` (minor units by currency and summed column) are those of all currencies; None: they are in ``sums`` when
    the rows were gone through. ``count`` None: nobody knows before that.
    """

    columns: tuple[Column, ...]
    rows: Iterable[tuple[Cell, ...]]
    totals: Totals | None = None
    count: int | None = None
    notes: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    sums: dict[str, dict[str, int]] = field(default_factory=dict)


def accounts_of(context: Context) -> tuple[tuple[Column, ...], Callable[[Identity], tuple[Cell, ...]]]:
    """The column that tells a property's Stripe accounts apart, and what stands in it; none where there is but one."""
    if not context.book.others:
        return (), lambda _: ()
    return (_ACCOUNT,), lambda identity: (context.settings.badge(identity.account),)


def beside_ids(context: Context, columns: tuple[Column, ...]) -> tuple[tuple[Column, ...], PutAccount | None]:
    """The columns of a list of payments with their account's before the first id of Stripe's, and what puts its name
    into a row, by Stripe's id of it (None: manual money has none). As they are, and None, where there is but one.
    """
    if not context.book.others:
        return columns, None
    at = next(at for at, column in enumerate(columns) if column.name in _STRIPE_IDS)
    names = context.settings.badges

    def put(row: tuple[Cell, ...], account: str | None) -> tuple[Cell, ...]:
        return (*row[:at], None if account is None else names.get(account), *row[at:])

    return (*columns[:at], _ACCOUNT, *columns[at:]), put


def in_currency(found: Found, currency: str | None) -> Iterator[tuple[Cell, ...]]:
    """The rows of a currency, or all. Each is added to the sums as it comes."""
    at = next((at for at, column in enumerate(found.columns) if column.name == "currency"), None)
    rows = iter(found.rows) if found.totals is not None else _added_up(found)
    if currency is None or at is None:
        return rows
    wanted = currency.upper()
    return (row for row in rows if row[at] == wanted)


def _added_up(found: Found) -> Iterator[tuple[Cell, ...]]:
    summed = [(at, column.name) for at, column in enumerate(found.columns) if column.summed]
    for row in found.rows:
        _add_up(found.sums, summed, row)
        yield row


def others_of(found: Found, totals: Totals, currency: str | None) -> tuple[Money, ...]:
    """What the last summed column comes to in the currencies that were not asked for; it is never added."""
    name = next((column.name for column in reversed(found.columns) if column.summed), None)
    if name is None or currency is None:
        return ()
    return tuple(Money(sums.get(name, 0), one) for one, sums in sorted(totals.items()) if one not in {"", currency})


def _add_up(sums: dict[str, dict[str, int]], summed: Sequence[tuple[int, str]], row: Sequence[Cell]) -> None:
    """Counts have no currency: theirs stands under ""."""
    for place, name in summed:
        cell = row[place]
        if isinstance(cell, Money):
            currency, minor = cell.currency, cell.minor
        elif isinstance(cell, int):
            currency, minor = "", cell
        else:
            continue
        own = sums.get(currency)
        if own is None:
            own = sums[currency] = {}
        own[name] = own[name] + minor if name in own else minor


def moments(context: Context) -> Callable[[int], str]:
    """As ``moment``, for very many: clocks change at full quarters of an hour only, so one is asked of the zone."""
    quarters: dict[int, tuple[str, int, str]] = {}
    local = context.book.days.local

    def told(at: int) -> str:
        quarter, second = divmod(at, _QUARTER)
        known = quarters.get(quarter)
        if known is None:
            text = local(quarter * _QUARTER).isoformat()
            if text[_MINUTE : _MINUTE + 5] not in _QUARTERS:  # a zone of long ago, with an offset of odd seconds
                return local(at).isoformat()
            if len(quarters) > _MOST:
                quarters.clear()
            since = int(text[_MINUTE : _MINUTE + 2]) * 60
            known = quarters[quarter] = (text[:_MINUTE], since, text[_MINUTE + 5 :])
        hour, since, offset = known
        return f"{hour}{_CLOCK[since + second]}{offset}"

    return told


_QUARTER, _MINUTE, _MOST = 900, 14, 2_000
_QUARTERS = frozenset({"00:00", "15:00", "30:00", "45:00"})
_CLOCK = tuple(f"{minute:02}:{second:02}" for minute in range(60) for second in range(60))


def moment(context: Context, at: int) -> str:
    """An instant on the property's clock, with its offset."""
    return context.book.days.local(at).isoformat()
