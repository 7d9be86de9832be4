"""What a comparison with Stripe's balance found, in sentences: for the command line, reports and their files."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rentease_desk.domain.balance_check import BalanceCheck, Movement
from rentease_desk.domain.staff import SYSTEM


def told_of(found: BalanceCheck, moment: Callable[[int], str]) -> Iterator[str]:
    """What is so, when that was looked at, and what could not be. ``moment`` tells a time (UTC seconds)."""
    by = "" if found.actor in {"", SYSTEM} else f" by {found.actor}"
    yield f"{verdict_of(found)} Compared at {moment(found.at)}{by}."
    if found.at < found.end:
        yield "What is made after that moment was not compared."
    if found.repaired is not None:
        yield f"{found.repaired} repaired by fetching from Stripe."
    if found.more:
        yield f"{found.more} more differ; fetch these first, then compare again."
    if found.waiting:
        yield f"{len(found.waiting)} not in Stripe's balance yet: they are in no sum."
    yield from (f"Not compared: {why}" for why in found.skipped)


def verdict_of(found: BalanceCheck) -> str:
    """Whether everything agrees."""
    if not found.agrees:
        return "1 object differs." if found.count == 1 else f"{found.count} objects differ."
    movements = sum(one.stripe.count for one in found.lines if one.movement is not Movement.FEES)
    told = "1 movement" if movements == 1 else f"{movements} movements"
    return f"Everything agrees: {told} of Stripe's balance." if movements else "Nothing moved Stripe's balance."
