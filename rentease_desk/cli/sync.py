"""``sync``: pull what was created in Stripe on some calendar days."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.cli.shapes import summary_json
from rentease_desk.cli.sync_requests import ask_and_wait, asked_json, asking
from rentease_desk.domain.agreement import COMPARED, Agreement, Check, Total
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.errors import ConflictError, StripeError
from rentease_desk.domain.money import Money, plain_decimal
from rentease_desk.domain.sync import Progress as Step
from rentease_desk.domain.sync import RunOutcome, Summary
from rentease_desk.domain.sync_requests import AskState, SyncRequest
from rentease_desk.services.sync.kinds import LISTED

if TYPE_CHECKING:
    from rentease_desk.domain.stripe_objects import Unreadable
    from rentease_desk.services.sync.recorded import SyncResult

DEFAULT_DAYS = 90


def sync(
    context: typer.Context,
    first: Annotated[str | None, typer.Option("--from", help="First calendar day; 90 days ago if left out.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last calendar day; today if left out.")] = None,
    only: Annotated[str | None, typer.Option("--only", help=f"Only these, with commas: {', '.join(LISTED)}.")] = None,
    account: Annotated[
        str | None, typer.Option("--account", help="Name or id of one Stripe account; all of them if left out.")
    ] = None,
    ask: Annotated[
        bool, typer.Option("--ask", help="Ask the desk that syncs, also where a key is at hand here.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for the desk that is asked.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Pull card payments and refunds from Stripe. The days are the property's, from midnight to midnight.

    Without a key here, whichever desk has one is asked.
    """
    session: Session = context.obj
    named, kinds, cancel = session.staff, _kinds(only), threading.Event()
    with session.by_itself() as services, stoppable(cancel), progress() as report:
        today = session.today()
        days = session.days(first, last, DateRange(today - timedelta(days=DEFAULT_DAYS), today))
        has_key = not ask and (account is not None or services.key.is_here())
        if not has_key and not ask:
            Output(as_json=False).warn(_without_key())
        with _telling_how_to_ask():
            result = services.sync.sync(days, cancel, report, only=kinds, account=account) if has_key else None
    if result is not None:
        _tell(result, as_json=as_json)
        return
    session.staff = named
    output = Output(as_json=as_json)
    if not wait:
        with asking(session) as services:
            request = services.sync_requests.ask(days, kinds).value
        output.value(asked_json(request) if as_json else {"request": request.uid, "state": request.state.value})
        return
    with stoppable(cancel), progress() as report:
        request = ask_and_wait(session, days, kinds, cancel, report)
    _tell_asked(request, output)


@contextmanager
def _telling_how_to_ask() -> Iterator[None]:
    """Where another desk syncs, nothing is read here."""
    try:
        yield
    except ConflictError as error:
        if error.code == "sync.running":
            told = "Nothing was read here. To leave it to that desk and wait for it, run the same command with --ask."
            Output(as_json=False).warn(told)
        raise


def _without_key() -> str:
    told = StripeError("stripe.no_key").explain()
    return f"{told.title}. {told.happened}"


def _tell(result: SyncResult, *, as_json: bool) -> None:
    output = Output(as_json=as_json)
    shown = (
        summary_json(result.summary, result.failures, result.limits, result.check) if as_json else told(result.summary)
    )
    output.value(shown if as_json else shown | agreement_told(result.check))
    _tell_rest(output, [str(limit) for limit in result.limits], result.failures)
    if result.outcome is RunOutcome.CANCELLED:
        output.warn("Stopped. What was read is kept; the next sync goes on.")
        raise typer.Exit(1)
    _tell_nothing_new(output, result.summary)


def _tell_asked(request: SyncRequest, output: Output) -> None:
    """What another desk has done, as if it had been done here."""
    summary = None if request.run is None or request.state is not AskState.DONE else request.run.summary
    if output.as_json:
        output.value(asked_json(request))
    elif summary is not None:
        output.value(told(summary) | {"done by": request.holder})
    if summary is None or request.run is None:
        output.warn(f"The request is {request.state.value}." if not request.is_open else "It was told to stop.")
        raise typer.Exit(1)
    _tell_rest(output, request.limits, request.run.failures)
    _tell_nothing_new(output, summary)


def _tell_rest(output: Output, limits: Sequence[str], failures: Sequence[Unreadable]) -> None:
    for limit in limits:
        output.warn(limit)
    for failure in () if output.as_json else failures:
        output.warn(f"{failure.kind} {failure.id}: {failure.reason}")


def _tell_nothing_new(output: Output, summary: Summary) -> None:
    if not (summary.new or summary.updated or summary.failed):
        output.line("Nothing new: everything Stripe has of these days was here already.")


def _kinds(only: str | None) -> list[str]:
    """The kinds that were named; [] is all of them."""
    if only is None:
        return []
    kinds = list(dict.fromkeys(name for word in only.split(",") if (name := word.strip().lower())))
    unknown = [name for name in kinds if name not in LISTED]
    if unknown or not kinds:
        told = f"{', '.join(unknown) or 'nothing'} is not one of {', '.join(LISTED)}"
        raise typer.BadParameter(told, param_hint="--only")
    return kinds


def compared(found: Agreement) -> dict[str, object]:
    """Both sides, a line for each kind and currency."""
    lines: dict[str, object] = {}
    for kind in COMPARED:
        name, one = "balance" if kind == "transactions" else kind, found.compared.get(kind)
        if one is None:
            lines[name] = "not compared: the key may not read it"
            continue
        for currency in sorted({*one.stripe, *one.here}):
            theirs, ours = one.stripe.get(currency, Total()), one.here.get(currency, Total())
            shown = [f"{side.count} · {plain_decimal(Money(side.amount, currency))}" for side in (theirs, ours)]
            lines[f"{name} {currency.upper()}"] = f"Stripe {shown[0]}, here {shown[1]}"
        for words, ids in (("missing", one.missing), ("extra", one.extra), ("different", one.different)):
            if ids:
                lines[f"{name} {words}"] = ", ".join(ids[:10])
    if found.unsettled is not None:
        lines["not in the balance yet"] = found.unsettled
    if found.lost:
        lines["in the balance, but not here"] = ", ".join(found.lost[:10])
    return lines | {"repaired": found.repaired, "failed": found.failed, "agrees": "yes" if found.agrees else "NO"}


def told(summary: Summary) -> dict[str, object]:
    """The counts by their names."""
    names = ("fetched", "new", "updated", "unchanged", "matched", "unmatched", "failed")
    return {name: getattr(summary, name) for name in names}


def agreement_told(check: Check | None) -> dict[str, object]:
    """Whether what stands here is what Stripe has, and how much was put right for it; {} if nothing was compared."""
    if check is None:
        return {}
    if check.found is None:
        return {"agrees": f"put off: {check.why}"}
    return {"repaired": check.found.repaired, "agrees": "yes" if check.found.agrees else "NO, see verify-stripe"}


@contextmanager
def stoppable(cancel: threading.Event) -> Iterator[None]:
    """Ctrl+C ends the run between two pages, so that what was read stays read."""
    before = signal.signal(signal.SIGINT, lambda *_: cancel.set())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def progress() -> Iterator[Callable[[Step], None]]:
    """A bar on standard error, where somebody looks at it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[read]} read"))
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("Stripe", total=None, read=0)
        yield lambda step: bar.update(
            task, description=step.step.capitalize(), completed=step.done, total=step.total, read=step.read
        )
