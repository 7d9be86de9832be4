"""``key set|show|remove``: the Stripe key in the system's keyring. It is never an argument."""

from __future__ import annotations

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session

app = typer.Typer(help="The Stripe key, kept in the system's keyring.", no_args_is_help=True)


@app.command("set")
def set_(context: typer.Context, as_json: JsonOption = False) -> None:
    """Read a key from a prompt (or from standard input) and keep it."""
    session: Session = context.obj
    session.services.key.keep(session.secret("Stripe key"))
    show(context, as_json)


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
