"""``key set|show|list|test|remove``: the Stripe keys in the system's keyring, one an account. None is an argument."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.key_permissions import Need, Probed

if TYPE_CHECKING:
    from rentease_desk.domain.stripe_accounts import StripeAccount
    from rentease_desk.services.stripe_accounts import ShownAccount
    from rentease_desk.services.stripe_key import KeyInfo

T = TypeVar("T")
app = typer.Typer(help="The Stripe keys, kept in the system's keyring.", no_args_is_help=True)


MeantOption = Annotated[
    bool, typer.Option("--may-do-everything", help="Take a live secret key (sk_live_) without asking.")
]
AccountOption = Annotated[
    str | None, typer.Option("--account", help="Name or id of the Stripe account; the first if left out.")
]
_LEVEL = {Need.PAYMENTS: "needed", Need.DETAILS: "useful", Need.DEEDS: "to act"}


@app.command("set")
def set_(
    context: typer.Context, account: AccountOption = None, meant: MeantOption = False, as_json: JsonOption = False
) -> None:
    """Read a key from a prompt (or from standard input) and keep it. “accounts add” adds a further account."""
    session: Session = context.obj
    of = _account(session, account)
    key = session.secret("Stripe key")
    confirmed(lambda meant: session.services.key.keep(key, meant=meant, account=of), meant=meant)
    show(context, account, as_json)


def confirmed(keep: Callable[[bool], T], *, meant: bool) -> T:
    """Keep a key; one that may do everything only if somebody at a terminal says so."""
    try:
        return keep(meant)
    except StripeError as error:
        if error.code != "stripe.live_secret" or not sys.stdin.isatty():
            raise
        typer.confirm(f"{error.explain().title}. {error.explain().happened} Keep it?", abort=True, err=True)
        return keep(True)


@app.command("test")
def try_(context: typer.Context, account: AccountOption = None, as_json: JsonOption = False) -> None:
    """Ask Stripe what the key in use may do. Ends with status 1 if payments cannot be read with it."""
    session: Session = context.obj
    report = session.services.key.test(None, threading.Event(), _account(session, account))
    Output(as_json=as_json).rows(("Permission", "For", "Needed", "Found"), map(_row, report.probed))
    if report.lacking(Need.PAYMENTS):
        raise typer.Exit(1)


def _row(one: Probed) -> tuple[dict[str, Any], tuple[str, ...]]:
    of = one.permission
    told = {"permission": of.code, "purpose": of.purpose, "need": of.need.value, "allowed": not one.missing}
    words = f"{of.name}: {'write' if of.write else 'read'}"
    return told, (words, of.purpose, _LEVEL[of.need], f"missing: {one.missing}" if one.missing else "allowed")


@app.command()
def show(context: typer.Context, account: AccountOption = None, as_json: JsonOption = False) -> None:
    """Tell which key is in use, without telling the key."""
    session: Session = context.obj
    Output(as_json=as_json).value(key_json(session.services.key.info(_account(session, account))))


def key_json(info: KeyInfo | None) -> dict[str, object]:
    """What may be shown of a key."""
    return {
        "key": info.fingerprint if info else None,
        "source": info.source.value if info else None,
        "live": info.live if info else None,
        "restricted": info.restricted if info else None,
    }


@app.command("list")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """The key of each Stripe account, without telling the keys."""
    session: Session = context.obj
    rows = [(_key_told(one), _key_row(one)) for one in session.services.accounts.shown()]
    Output(as_json=as_json).rows(("Account", "Stripe id", "Key", "From"), rows)


def _key_told(one: ShownAccount) -> dict[str, Any]:
    trouble = str(one.trouble) if one.trouble else None
    return {"account": one.account.identity.account, "name": one.account.badge, **key_json(one.key), "trouble": trouble}


def _key_row(one: ShownAccount) -> tuple[str, ...]:
    key, source = (one.key.fingerprint, one.key.source.value) if one.key else ("none", "")
    if not one.account.is_asked:
        key = "removed"
    return one.account.badge, one.account.identity.account, one.trouble.explain().title if one.trouble else key, source


@app.command()
def remove(context: typer.Context, account: AccountOption = None) -> None:
    """Take the key out of the keyring."""
    session: Session = context.obj
    session.services.key.forget(_account(session, account))


def _account(session: Session, account: str | None) -> StripeAccount | None:
    """The account that was named; None: the first, which may not be known yet. Raises NotFoundError."""
    return None if account is None else session.services.accounts.find(account)
