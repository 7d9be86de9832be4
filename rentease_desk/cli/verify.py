"""``verify-stripe``: what counts here beside Stripe's balance, and what its lists show."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.cli.shapes import agreement_json, balance_check_json
from rentease_desk.cli.sync import compared, progress, stoppable
from rentease_desk.domain.agreement import Total
from rentease_desk.domain.balance_check import MOVEMENT_NAMES, Apart, BalanceCheck, Compared
from rentease_desk.domain.balance_words import told_of
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.money import Money, plain_decimal
from rentease_desk.domain.settings import Property
from rentease_desk.domain.sync import Progress as Step

if TYPE_CHECKING:
    from rentease_desk.services.bundle import Services

_LINES = ("What", "Currency", "Here", "Sum here", "Stripe", "Sum at Stripe", "Difference")
_APART = ("How it differs", "What", "Stripe id", "Made", "Booking", "Currency", "Here", "Stripe")
_FIGURES = frozenset({"Here", "Sum here", "Stripe", "Sum at Stripe", "Difference"})


def verify(
    context: typer.Context,
    first: Annotated[str | None, typer.Option("--from", help="First calendar day; 7 days ago if left out.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last calendar day; today if left out.")] = None,
    fetch: Annotated[bool, typer.Option("--fetch", help="Fetch what differs, and compare again.")] = False,
    lists: Annotated[
        bool,
        typer.Option("--lists", help="Read Stripe's lists of these days again instead, with long stays and invoices."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Compare counts and sums of these days, however many, with Stripe's balance. Status 1 if something differs.

    With --lists the days are listed again, which puts right what was missing, and both sides are compared by their ids.
    """
    session: Session = context.obj
    cancel, output = threading.Event(), Output(as_json=as_json)
    with session.by_itself() as services, stoppable(cancel), progress() as report:
        today = session.today()
        days = session.days(first, last, DateRange(today.fromordinal(today.toordinal() - 6), today))
        if lists:
            _compare_lists(services, days, cancel, report, output)
        else:
            _compare_balance(services, days, cancel, report, output, fetch=fetch)


def _compare_lists(
    services: Services, days: DateRange, cancel: threading.Event, report: Callable[[Step], None], output: Output
) -> None:
    found = services.sync.verify(days, cancel, report)
    if found is None:
        raise _stopped(output)
    output.value(agreement_json(found) if output.as_json else compared(found))
    if not found.agrees:
        raise typer.Exit(1)


def _compare_balance(
    services: Services,
    days: DateRange,
    cancel: threading.Event,
    report: Callable[[Step], None],
    output: Output,
    *,
    fetch: bool,
) -> None:
    found = services.sync.compare_balance(days, cancel, report)
    if found is not None and fetch and found.apart:
        found = services.sync.repair_balance(found, cancel, report)
    if found is None:
        raise _stopped(output)
    if output.as_json:
        output.value(balance_check_json(found))
    else:
        _print(output, found, services.settings.get())
    if not found.agrees:
        raise typer.Exit(1)


def _stopped(output: Output) -> typer.Exit:
    output.warn("Stopped. Nothing was compared; what was fetched is kept.")
    return typer.Exit(1)


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
