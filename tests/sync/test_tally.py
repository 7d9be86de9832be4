"""What a run counts is what sets of all ids would count."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rentease_desk.domain.stripe_objects import Unreadable
from rentease_desk.domain.sync import Summary
from rentease_desk.services.sync.tally import Tally
from rentease_desk.storage.stripe_payments import Outcome

_IDS = st.sets(st.integers(0, 30).map(lambda number: f"pi_{number}"), max_size=8)
_OUTCOMES = st.builds(Outcome, new=_IDS, updated=_IDS, unchanged=_IDS, matched=_IDS, unmatched=_IDS)


def _counted(outcomes: list[Outcome], failed: set[str]) -> Summary:
    """By sets: what was new stays new, what has changed stays changed, what found its booking has found it."""
    new = set().union(*(one.new for one in outcomes))
    updated = set().union(*(one.updated for one in outcomes)) - new
    unchanged = set().union(*(one.unchanged for one in outcomes)) - new - updated
    matched = set().union(*(one.matched for one in outcomes))
    unmatched = set().union(*(one.unmatched for one in outcomes)) - matched
    return Summary(
        fetched=len(new | updated | unchanged | failed),
        new=len(new - failed),
        updated=len(updated - failed),
        unchanged=len(unchanged - failed),
        matched=len(matched),
        unmatched=len(unmatched),
        failed=len(failed),
    )


@given(outcomes=st.lists(_OUTCOMES, max_size=6), failed=_IDS)
@settings(max_examples=25)
def test_each_is_counted_once(outcomes: list[Outcome], failed: set[str]) -> None:
    tally = Tally()
    for at, one in enumerate(outcomes):
        tally.add(one)
        if at == 0:
            tally.fail([Unreadable("payment_intent", key, "why") for key in failed])
    told = tally.fail([Unreadable("payment_intent", key, "why") for key in failed])
    assert len(told) == (0 if outcomes else len(failed))
    assert tally.summary() == _counted(outcomes, failed)
    assert tally.fresh == len(set().union(*(one.new | one.updated for one in outcomes)))


def test_very_many_are_told_apart() -> None:
    tally, ids = Tally(), [f"pi_{number}" for number in range(5_000)]
    for at in range(0, len(ids), 100):
        tally.add(Outcome(new=set(ids[at : at + 100])))
        tally.add(Outcome(unchanged=set(ids[max(0, at - 50) : at + 100])))
    assert (tally.seen, tally.summary().new, tally.summary().unchanged) == (5_000, 5_000, 0)


def test_what_two_pages_show_at_once_is_told_once() -> None:
    tally, odd = Tally(), Unreadable("refund", "re_1", "odd")
    assert tally.fail([odd, Unreadable("refund", "re_2", "odd"), odd]) == [odd, Unreadable("refund", "re_2", "odd")]
    assert tally.fail([odd]) == []
    assert (len(tally.failures()), tally.summary().failed) == (2, 2)
