"""``accounts list|add|rename|default|remove``: the property's Stripe accounts, each with a key of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rentease_desk.cli.keys import MeantOption, confirmed
from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session

if TYPE_CHECKING:
    from rentease_desk.domain.stripe_accounts import StripeAccount

app = typer.Typer(help="The Stripe accounts of the property.", no_args_is_help=True)
Named = Annotated[str, typer.Argument(help="Name or id of the account.", metavar="ACCOUNT")]
_COLUMNS = ("Name", "Stripe id", "Connected", "How it is used")
_STATES = {"default": "synced, makes new links", "in_use": "synced", "removed": "removed"}


@app.command("list")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """All accounts, removed ones too: their payments stay."""
    session: Session = context.obj
    _print(session.services.accounts.all(), as_json)


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is called on payments, 16 letters at most.")],
    connected: Annotated[
        str, typer.Option("--connected", help="The connected account (acct_…) that a platform's key reaches.")
    ] = "",
    meant: MeantOption = False,
    as_json: JsonOption = False,
) -> None:
    """Read an account's key from a prompt (or from standard input), ask Stripe whose it is, and sync it from now on."""
    from rentease_desk.services.stripe_accounts import AccountDraft

    session: Session = context.obj
    services, key = session.services, session.secret("Stripe key")

    def kept(meant: bool) -> StripeAccount:
        draft = AccountDraft(key, name, connected, meant)
        return services.accounts.add(draft, threading.Event()).value

    _print((confirmed(kept, meant=meant),), as_json)


@app.command()
def rename(context: typer.Context, account: Named, name: str, as_json: JsonOption = False) -> None:
    """Call it something else."""
    session: Session = context.obj
    _print((session.services.accounts.rename(account, name).value,), as_json)


@app.command()
def default(context: typer.Context, account: Named, as_json: JsonOption = False) -> None:
    """Make new payment links in it."""
    session: Session = context.obj
    _print((session.services.accounts.make_default(account).value,), as_json)


@app.command()
def remove(context: typer.Context, account: Named, as_json: JsonOption = False) -> None:
    """Sync it no more, and forget its key. Its payments stay."""
    session: Session = context.obj
    _print((session.services.accounts.remove(account).value,), as_json)


def account_json(one: StripeAccount) -> dict[str, Any]:
    """An account as JSON."""
    return {
        "account": one.identity.account,
        "name": one.badge,
        "live": one.identity.livemode,
        "connected": one.connected,
        "state": one.state.value,
    }


def told_apart(session: Session) -> tuple[tuple[str, ...], Callable[[str | None], tuple[str, ...]]]:
    """The column that tells of which account a row is, and what stands in it; none where there is but one account."""
    settings = session.services.settings.get()
    if len(settings.accounts) < 2:
        return (), lambda _account: ()
    return ("Account",), lambda account: (settings.badge(account),)


def _print(accounts: tuple[StripeAccount, ...], as_json: bool) -> None:
    rows = [(account_json(one), _row(one)) for one in accounts]
    Output(as_json=as_json).rows(_COLUMNS, rows)


def _row(one: StripeAccount) -> tuple[str, ...]:
    return one.badge, one.identity.account, "yes" if one.connected else "no", _STATES[one.state.value]
