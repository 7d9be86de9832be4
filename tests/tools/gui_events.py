"""Events of Stripe's in any state, as polls and people would have left them, without a Stripe."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update

from rentease_desk.domain.stripe_events import MAX_ATTEMPTS, EventState, StripeEvent
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.services.bundle import Services
from rentease_desk.storage.stripe_events import keep_events
from rentease_desk.storage.stripe_tables import stripe_events

_ACCOUNT = Identity("acct_window", livemode=False)
_HANDLED = frozenset({"payment_intent", "charge", "refund", "dispute", "customer"})


@dataclass(frozen=True, slots=True)
class Told:
    """An event. ``ago`` and ``next_in`` in seconds. ``object_id``: of what is really there; "" makes one up."""

    name: str
    type: str = "payment_intent.succeeded"
    kind: str = "payment_intent"
    state: EventState = EventState.DONE
    ago: int = 600
    attempts: int = 0
    next_in: int = 0
    error: str | None = None
    reason: str | None = None
    object_id: str = ""


def dead(name: str, **changes: object) -> Told:
    """One that needs a person."""
    given: dict[str, object] = {
        "state": EventState.DEAD,
        "attempts": MAX_ATTEMPTS,
        "error": "status “frozen” is not known",
    }
    return Told(name, **(given | changes))  # type: ignore[arg-type]


def keep(services: Services, now: int, *events: Told, account: Identity | None = None) -> None:
    """Put them into the log, of this account or the first. In a worker."""
    identity = account or services.settings.get().identity or _ACCOUNT
    with services.desk.writing() as unit:
        keep_events(unit, identity, [_event(one, now) for one in events], _HANDLED)
        for one in events:
            values = {"state": one.state.value, "attempts": one.attempts, "error": one.error, "reason": one.reason}
            values["next_attempt_at"] = now + one.next_in if one.next_in else 0
            changed = update(stripe_events).where(stripe_events.c.id == f"evt_{one.name}")
            unit.connection.execute(changed.values(**values))


def _event(one: Told, now: int) -> StripeEvent:
    prefix = {"payment_intent": "pi", "charge": "ch", "refund": "re", "dispute": "dp", "customer": "cus"}
    object_id = one.object_id or f"{prefix.get(one.kind, 'obj')}_{one.name}"
    return StripeEvent(f"evt_{one.name}", one.type, now - one.ago, "2026-10-28.clover", one.kind, object_id, None, None)


_NO_PERMISSION = (
    "The Stripe key may not do this. The key rk_test_…f3Qa lacks the permission “rak_charge_read”. "
    "Edit the key in Stripe's dashboard (Developers, API keys) and allow it."
)

SAMPLE = (
    dead("3SVqb2LkdIwHu7ix0aUH8oCM", ago=7_500),
    dead("3SVqcPLkdIwHu7ix1Gm2eK5a", type="charge.dispute.funds_withdrawn", kind="dispute", ago=96_400,
         error="IntegrityError"),
    dead("3SVqdwLkdIwHu7ix0vR8xYtB", type="charge.refund.updated", kind="refund", ago=190_000,
         error="the currency “xts” is not known"),
    Told("3SVqeALkdIwHu7ix1kQm9ZsD", type="charge.succeeded", kind="charge", state=EventState.WAITING, ago=900,
         next_in=2_700, error=_NO_PERMISSION),
    Told("3SVqfCLkdIwHu7ix0nTs4WcE", type="refund.created", kind="refund", state=EventState.WAITING, ago=1_200,
         attempts=3, next_in=120, error="amount is None"),
    Told("3SVqgELkdIwHu7ix1pLr7XdF", state=EventState.WAITING, ago=60),
    Told("3SVqhGLkdIwHu7ix0qMv2YeG"),
    Told("3SVqiJLkdIwHu7ix1rNx5ZfH", type="payment_intent.payment_failed", ago=660),
    Told("3SVqjKLkdIwHu7ix0sPz8AgJ", type="payout.paid", kind="payout", state=EventState.IGNORED, ago=3_600),
    Told("3SVqkLLkdIwHu7ix1tQb3BhK", type="customer.deleted", kind="customer", state=EventState.GONE, ago=5_000),
    Told("3SVqlMLkdIwHu7ix0uRd6CjL", type="charge.dispute.closed", kind="dispute", state=EventState.DISMISSED,
         ago=260_000, attempts=8, error="status “lost_in_space” is not known", reason="checked in Stripe's dashboard"),
)  # fmt: skip
