"""``key set|show|test|remove``: the Stripe key in the system's keyring. It is never an argument."""

from __future__ import annotations

import sys
import threading
from typing import Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.key_permissions import Need, Probed

app = typer.Typer(help="The Stripe key, kept in the system's keyring.", no_args_is_help=True)


MeantOption = Annotated[
    bool, typer.Option("--may-do-everything", help="Take a live secret key (sk_live_) without asking.")
]
_LEVEL = {Need.PAYMENTS: "needed", Need.DETAILS: "useful", Need.DEEDS: "to act"}


@app.command("set")
def set_(context: typer.Context, meant: MeantOption = False, as_json: JsonOption = False) -> None:
    """Read a key from a prompt (or from standard input) and keep it."""
    session: Session = context.obj
    key = session.secret("Stripe key")
    try:
        session.services.key.keep(key, meant=meant)
    except StripeError as error:
        if error.code != "stripe.live_secret" or not sys.stdin.isatty():
            raise
        typer.confirm(f"{error.explain().title}. {error.explain().happened} Keep it?", abort=True, err=True)
        session.services.key.keep(key, meant=True)
    show(context, as_json)


@app.command("test")
def try_(context: typer.Context, as_json: JsonOption = False) -> None:
    """Ask Stripe what the key in use may do. Ends with status 1 if payments cannot be read with it."""
    session: Session = context.obj
    report = session.services.key.test(None, threading.Event())
    Output(as_json=as_json).rows(("Permission", "For", "Needed", "Found"), map(_row, report.probed))
    if report.lacking(Need.PAYMENTS):
        raise typer.Exit(1)


def _row(one: Probed) -> tuple[dict[str, Any], tuple[str, ...]]:
    of = one.permission
    told = {"permission": of.code, "purpose": of.purpose, "need": of.need.value, "allowed": not one.missing}
    words = f"{of.name}: {'write' if of.write else 'read'}"
    return told, (words, of.purpose, _LEVEL[of.need], f"missing: {one.missing}" if one.missing else "allowed")


@app.command()
def show(context: typer.Context, as_json: JsonOption = False) -> None:
    """Tell which key is in use, without telling the key."""
    session: Session = context.obj
    info = session.services.key.info()
    told = {
        "key": info.fingerprint if info else None,
        "source": info.source.value if info else None,
        "live": info.live if info else None,
        "restricted": info.restricted if info else None,
    }
    Output(as_json=as_json).value(told)


@app.command()
def remove(context: typer.Context) -> None:
    """Take the key out of the keyring."""
    session: Session = context.obj
    session.services.key.forget()
