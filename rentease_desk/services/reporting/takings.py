"""Takings: by day with a column a method, and by method, person or channel over all the days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import cache, partial

from rentease_desk.domain.method_names import plain_name, stripe_method_name
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Source
from rentease_desk.domain.reporting import Bar, Basis, Cell, Column, ColumnKind, Grouping
from rentease_desk.domain.settings import Property
from rentease_desk.domain.takings import Sums
from rentease_desk.services.reporting.context import Context, Found, Totals
from rentease_desk.storage.report_takings import takings_by_day, takings_by_group

_MONEY = ColumnKind.MONEY
_MOST_BARS = 62
_DAY_TITLES = {Basis.BUSINESS: "Business day", Basis.OCCURRED: "Calendar day", Basis.PAYOUT: "Payout day"}
_GROUP_TITLES = {Grouping.METHOD: "Method", Grouping.PERSON: "Person", Grouping.CHANNEL: "Channel"}
_SUMS = (
    Column("received", "Received", _MONEY, True),
    Column("returned", "Returned", _MONEY, True),
    Column("disputed", "Disputed", _MONEY, True),
    Column("cash_rounding", "Cash rounding", _MONEY, True),
    Column("takings", "Takings", _MONEY, True),
)
Method = tuple[str, str]
Days = dict[tuple[date, str], dict[Method, Sums]]


def takings_on_days(context: Context) -> Found:
    """A row a day and currency; the columns of methods hold what came in by each, and add up to *Received*."""
    whole = _days(context)
    days = {key: groups for key, groups in whole.items() if context.ask.currency in {None, key[1]}}
    methods = sorted({one for groups in days.values() for one in groups}, key=lambda one: _place(context.settings, one))
    received = {one for groups in days.values() for one, sums in groups.items() if sums.received}
    methods = [one for one in methods if one in received]
    columns = (
        _day_column(context),
        Column("currency", "Currency"),
        *(_column(context.settings, one) for one in methods),
    )
    rows = [_row(day, currency, groups, methods) for (day, currency), groups in sorted(days.items())]
    totals = _totals(whole, methods)
    return Found(columns + _SUMS, rows, totals, len(rows), notes_of(context.basis), _bars(context, days))


def takings_of_groups(context: Context) -> Found:
    """A row a group and currency."""
    by, settings = context.ask.by, context.settings
    found = {} if context.days is None else takings_by_group(
        context.book, context.days, context.basis, by)  # fmt: skip
    heads = (
        Column(by.value, _GROUP_TITLES[by]),
        Column("currency", "Currency"),
        Column("rows", "Rows", ColumnKind.COUNT),
    )
    rows = [
        (group_title(settings, by, key[:-1]), key[-1].upper(), sums.count, *_cells(sums, key[-1]))
        for key, sums in sorted(found.items(), key=lambda one: (one[0][-1], -one[1].takings, str(one[0])))
    ]
    return Found((*heads, *_SUMS), rows, notes=notes_of(context.basis))


def moved_totals(context: Context, basis: Basis) -> dict[str, Sums]:
    """By currency what was taken, and how many rows that is."""
    totals: dict[str, Sums] = {}
    if context.days is not None:
        found = takings_by_group(context.book, context.days, basis, Grouping.METHOD)
        for (*_, currency), sums in found.items():
            totals.setdefault(currency, Sums()).add(sums)
    return totals


def as_totals(column: str, sums: Mapping[str, Sums]) -> Totals:
    """What was taken, as the total of a column, with what cash was rounded by."""
    return {one: {column: told.takings, "cash_rounding": told.rounding} for one, told in sorted(sums.items())}


def method_title(settings: Property, source: str, method: str) -> str:
    """``Card · Stripe``, ``Card terminal``: a method as people read it."""
    if source == Source.STRIPE.value:
        return f"{stripe_method_name(method, None)} · Stripe"
    return next((one.label for one in settings.methods if one.code == method), plain_name(method))


def titles(settings: Property) -> Callable[[str, str], str]:
    """``method_title`` for very many."""
    return cache(partial(method_title, settings))


def group_title(settings: Property, by: Grouping, key: tuple[str | None, ...]) -> str:
    """What a group is called."""
    if by is Grouping.METHOD:
        return method_title(settings, str(key[0]), str(key[1]))
    if by is Grouping.CHANNEL:
        return "No booking" if key[0] is None else key[0] or "No channel"
    return key[0] or ""


def notes_of(basis: Basis) -> tuple[str, ...]:
    """What has to be known to read takings by a basis."""
    if basis is Basis.PAYOUT:
        return ("Only money of automatic payouts has a payout day. Cash and all else that Stripe did not pay out, and "
                "manual payouts, of which Stripe does not say which payments they hold, are not in it.",)  # fmt: skip
    return ()


def _days(context: Context) -> Days:
    if context.days is None:
        return {}
    days: Days = {}
    found = takings_by_day(context.book, context.days, context.basis)
    for (day, source, method, currency), sums in found.items():
        if sums != Sums():
            days.setdefault((day, currency), {}).setdefault((source, method), Sums()).add(sums)
    return days


def _day_column(context: Context) -> Column:
    return Column(context.basis.value.replace("-", "_"), _DAY_TITLES[context.basis], ColumnKind.DAY)


def _column(settings: Property, method: Method) -> Column:
    return Column(_name(method), method_title(settings, *method), _MONEY, True)


def _name(method: Method) -> str:
    """No code of a property's method has a hyphen."""
    source, code = method
    return f"received_stripe-{code}" if source == Source.STRIPE.value else f"received_{code}"


def _totals(days: Days, methods: Iterable[Method]) -> Totals:
    """By currency the sums of every column, also those of the currencies that were not asked for."""
    whole: dict[str, dict[Method, Sums]] = {}
    for (_, currency), groups in days.items():
        for method, sums in groups.items():
            whole.setdefault(currency, {}).setdefault(method, Sums()).add(sums)
    told: dict[str, dict[str, int]] = {}
    for currency, groups in sorted(whole.items()):
        received = {_name(one): groups[one].received if one in groups else 0 for one in methods}
        cells = zip(_SUMS, _cells(_whole(groups.values()), currency), strict=True)
        told[currency] = received | {column.name: money.minor for column, money in cells}
    return told


def _place(settings: Property, method: Method) -> tuple[bool, int, str]:
    """Stripe's methods first, then the property's in their order."""
    source, code = method
    codes = [one.code for one in settings.methods]
    return source != Source.STRIPE.value, codes.index(code) if code in codes else len(codes), code


def _row(day: date, currency: str, groups: Mapping[Method, Sums], methods: Iterable[Method]) -> tuple[Cell, ...]:
    received = (Money(groups[one].received if one in groups else 0, currency) for one in methods)
    return day, currency.upper(), *received, *_cells(_whole(groups.values()), currency)


def _cells(sums: Sums, currency: str) -> tuple[Money, ...]:
    told = (sums.received, sums.returned, sums.disputed, sums.rounding, sums.takings)
    return tuple(Money(minor, currency) for minor in told)


def _whole(groups: Iterable[Sums]) -> Sums:
    whole = Sums()
    for one in groups:
        whole.add(one)
    return whole


def _bars(context: Context, days: Days) -> tuple[Bar, ...]:
    """What a chart shows: every day of the range, also one on which nothing moved, in the currency asked for."""
    currency, asked = context.ask.currency, context.ask.days
    count = (asked.last - asked.first).days + 1
    if currency is None or count > _MOST_BARS:
        return ()
    bars = []
    for at in range(count):
        day = asked.first + timedelta(days=at)
        sums = _whole(days.get((day, currency), {}).values())
        back = sums.returned + sums.disputed
        bars.append(Bar(day, sums.received + max(0, back), min(0, back), day >= context.today))
    return tuple(bars)
