"""The command line: the same services as the window, and never Qt. Exit status 0 done, 1 known error, 2 usage."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache
from io import TextIOWrapper

import typer
from typer.main import get_command

from rentease_desk import __version__
from rentease_desk.cli import (
    accounts,
    backup,
    billing,
    bookings,
    charges,
    database,
    day,
    doctor,
    downtime,
    drawer,
    events,
    exports,
    follow_ups,
    journal,
    keys,
    links,
    outbox,
    payments,
    practice,
    practice_control,
    receipts,
    refunds,
    reports,
    settings,
    staff,
    sync,
    sync_requests,
    unmatched,
    verify,
)
from rentease_desk.cli.output import Output
from rentease_desk.cli.session import Session
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.text import storable

app = typer.Typer(
    name="rentease-desk",
    help="The payments desk of small hotels. Without a command it opens the window.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(bookings.app, name="bookings")
app.add_typer(payments.app, name="payments")
app.add_typer(charges.app, name="charges")
app.add_typer(receipts.app, name="receipts")
app.add_typer(refunds.app, name="refunds")
app.add_typer(drawer.app, name="drawer")
app.add_typer(day.app, name="day")
app.add_typer(links.app, name="links")
app.add_typer(billing.invoices, name="invoices")
app.add_typer(billing.payouts, name="payouts")
app.add_typer(exports.app, name="export")
app.add_typer(database.app, name="db")
app.add_typer(backup.app, name="backup")
app.add_typer(journal.app, name="journal")
app.add_typer(events.app, name="events")
app.add_typer(sync_requests.app, name="sync-requests")
app.add_typer(follow_ups.app, name="follow-ups")
app.add_typer(outbox.app, name="outbox")
app.add_typer(unmatched.app, name="unmatched")
app.add_typer(settings.app, name="settings")
app.add_typer(keys.app, name="key")
app.add_typer(accounts.app, name="accounts")
app.add_typer(staff.app, name="staff")
app.add_typer(practice_control.app, name="practice")
app.command("report")(reports.report)
app.command("sync")(sync.sync)
app.command("verify-stripe")(verify.verify)
app.command("poll")(events.poll)
app.command("watch")(events.watch)
app.command("doctor")(doctor.doctor)
app.command("downtime-sheet")(downtime.downtime_sheet)
app.command("diagnostics")(doctor.diagnostics)
app.command("practice-server")(practice.practice_server)
app.command("practice-reset")(practice.practice_reset)


@cache
def command() -> Callable[..., object]:
    """All commands, made once of the signatures of their functions."""
    return get_command(app)


def run_command(arguments: Sequence[str]) -> int:
    """Run a command; returns the exit status. Errors that people can act on are told without a traceback."""
    session = Session()
    _speak_to_every_terminal()
    try:
        # Bytes that are no text in the terminal's encoding come as lone surrogates.
        command()(args=[storable(one) for one in arguments], prog_name="rentease-desk", obj=session)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    except KnownError as error:
        Output(as_json="--json" in arguments).error(error)
        return 1
    finally:
        session.close()
    return 0


def _speak_to_every_terminal() -> None:
    """A letter that the terminal does not have becomes a question mark, and not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    practice_mode: bool = typer.Option(False, "--practice", help="Work on the practice property."),
    staff_name: str | None = typer.Option(
        None, "--staff", help="Who works. The PIN is asked for, or read from RENTEASE_PIN or standard input."
    ),
    approver: str | None = typer.Option(
        None, "--approved-by", help="Who approves what that one may not do alone (RENTEASE_APPROVER_PIN)."
    ),
    _version: bool = typer.Option(
        False, "--version", help="Show the version and end.", is_eager=True, callback=_show_version
    ),
) -> None:
    """The payments desk of small hotels. Without a command it opens the window."""
    session: Session = context.obj
    session.practice, session.staff, session.approver = practice_mode, staff_name, approver
