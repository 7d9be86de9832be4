"""``payments duplicates|merge|keep-both|undo-duplicate``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.cli.shapes import payment_json
from rentease_desk.domain.dates import iso_utc
from rentease_desk.domain.duplicates import Pair, PairDraft, Verdict, told
from rentease_desk.domain.money import plain_decimal
from rentease_desk.domain.staff import Approval
from rentease_desk.services.desk import Saved

_COLUMNS = (
    "Amount", "Currency", "By hand", "Booking", "Guest", "Stripe", "Its booking", "Payer", "Points", "Why", "Said",
    "By hand, id",
)  # fmt: skip
Manual = Annotated[str, typer.Argument(help="The id of the payment that was entered by hand.")]
Stripe = Annotated[str, typer.Argument(help="The id of the Stripe payment: ours, or Stripe's of it or of its charge.")]


def duplicates(
    context: typer.Context,
    said: Annotated[bool, typer.Option("--said", help="Those of which somebody has said what they are.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List card payments that were entered by hand and look like one of Stripe's. Nothing is merged by itself."""
    session: Session = context.obj
    service = session.services.duplicates
    found = service.said() if said else service.waiting()
    Output(as_json=as_json).rows(_COLUMNS, ((pair_json(one), _cells(session, one)) for one in found))


def merge(context: typer.Context, manual: Manual, stripe: Stripe, as_json: JsonOption = False) -> None:
    """Say that two payments are one: the one by hand is void, its note, reference and booking go to Stripe's."""
    _do(context, manual, stripe, lambda session: session.services.duplicates.merge, as_json=as_json)


def keep_both(context: typer.Context, manual: Manual, stripe: Stripe, as_json: JsonOption = False) -> None:
    """Say that two payments that look alike are two."""
    _do(context, manual, stripe, lambda session: session.services.duplicates.keep_both, as_json=as_json)


def undo(context: typer.Context, manual: Manual, stripe: Stripe, as_json: JsonOption = False) -> None:
    """Take back what was said of two payments; a merge only while no money of it has moved."""
    _do(context, manual, stripe, lambda session: session.services.duplicates.undo, as_json=as_json)


def pair_json(pair: Pair) -> dict[str, Any]:
    """A pair. Positive ``points`` of a reason speak for their being one; ``count`` is of minutes, hours or days."""
    said = pair.said
    reasons = [
        {"code": one.sign.value, "points": one.points, "count": one.count, "text": told(one)} for one in pair.reasons
    ]
    return {
        "manual": payment_json(pair.manual),
        "stripe": payment_json(pair.stripe),
        "score": pair.score,
        "reasons": reasons,
        "said": None if said is None else said.verdict.value,
        "said_by": None if said is None else said.actor,
        "said_at": None if said is None else iso_utc(said.at),
    }


def _do(
    context: typer.Context,
    manual: str,
    stripe: str,
    deed: Callable[[Session], Callable[[PairDraft, Approval | None], Saved[Pair]]],
    *,
    as_json: bool,
) -> None:
    session: Session = context.obj
    find, uid = session.services.matching.find, session.services.desk.ids.uid()
    draft = PairDraft(uid, find(manual).pk, find(stripe).pk)
    pair = session.approved(lambda given: deed(session)(draft, given)).value
    output = Output(as_json=as_json)
    if as_json:
        output.value(pair_json(pair))
    output.line(_sentence(pair))


def _sentence(pair: Pair) -> str:
    amount = pair.stripe.money
    if pair.said is None:
        return f"{amount} stands here twice again, as before."
    if pair.said.verdict is Verdict.TWO:
        return f"{amount} and {amount} stay two payments."
    return f"{amount} counts once on {pair.stripe.booking_reference}: as Stripe's payment."


def _cells(session: Session, pair: Pair) -> tuple[str, ...]:
    days, manual, stripe = session.services.settings.get().days, pair.manual, pair.stripe
    at, other = (days.local(one.occurred_at).strftime("%Y-%m-%d %H:%M") for one in (manual, stripe))
    return (
        plain_decimal(manual.money),
        manual.currency.upper(),
        at,
        manual.booking_reference or "",
        manual.guest or "",
        f"{other} {stripe.stripe_payment_id}",
        stripe.booking_reference or "",
        stripe.payer_name or "",
        str(pair.score),
        ", ".join(told(one) for one in pair.reasons),
        "" if pair.said is None else f"{pair.said.verdict.value}, {pair.said.actor}",
        manual.uid,
    )
