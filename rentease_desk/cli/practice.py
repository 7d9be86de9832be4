"""``practice-server`` and ``practice-reset``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from rentease_desk.domain.dates import zone_info
from rentease_desk.practice.handshake import Handshake
from rentease_desk.practice.spec import Kind

_FIRST, _LAST = 1_000_000_000, 4_102_444_800
"""From 2001 to 2100: the account begins two years before."""

_SPOKEN = """\
The practice server answers at {base_url}. Press Ctrl+C to stop it.
In another shell, work against it (a practice key moves no money):

  export STRIPE_API_BASE={base_url} STRIPE_API_KEY={api_key}
  rentease-desk sync --json

and let things happen there:

  export RENTEASE_PRACTICE_TOKEN={control_token}
  rentease-desk practice act guest-pays
"""


def practice_server(
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes a free one.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same account.")] = 1,
    now: Annotated[int | None, typer.Option(min=_FIRST, max=_LAST, help="Where its clock starts, UTC seconds.")] = None,
    frozen: Annotated[bool, typer.Option("--frozen", help="Its clock stands still.")] = False,
    zone: Annotated[str, typer.Option(help="The sample property's time zone.")] = "Europe/Rome",
    kind: Annotated[Kind, typer.Option(help="What the account holds.")] = Kind.SAMPLE,
    count: Annotated[int, typer.Option(min=0, help="How many payments a bulk account holds.")] = 1000,
    state: Annotated[Path | None, typer.Option(help="The file that keeps what happened to the account.")] = None,
    handshake: Annotated[
        bool, typer.Option("--handshake", help="Print a JSON line for the program that starts it.")
    ] = False,
    exit_with_parent: Annotated[bool, typer.Option("--exit-with-parent", help="End when standard input ends.")] = False,
) -> None:
    """Serve a Stripe-like account on this computer, to practise with."""
    from rentease_desk.practice.server import ServerOptions, run

    options = ServerOptions(
        port=port,
        seed=seed,
        now=now,
        frozen=frozen,
        zone=zone_info(zone).key,
        kind=kind,
        count=count,
        state=state,
        handshake=handshake,
        exit_with_parent=exit_with_parent,
    )
    raise typer.Exit(run(options, announce=None if handshake else _announce))


def practice_reset(context: typer.Context) -> None:
    """Forget everything that was practised; the next practice begins afresh."""
    from rentease_desk.practice.property import reset_practice

    session = context.obj
    session.practice = True
    reset_practice(session.config)


def _announce(told: Handshake) -> None:
    spoken = _SPOKEN.format(base_url=told.base_url, api_key=told.api_key, control_token=told.control_token)
    sys.stdout.write(spoken)
    sys.stdout.flush()
