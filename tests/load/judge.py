"""What a load test came to: what desks were told against what is in the database, and how long they waited."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from msgspec import Struct, field
from sqlalchemy import select

from rentease_desk.storage.database import Database
from rentease_desk.storage.tables import payments
from rentease_desk.storage.verifying import first_misfit

Stretch = tuple[float, float]
"""Begin and end, UTC seconds."""
_LONGEST_NEWS = 30.0


class Told(Struct):
    """The diaries of all desks."""

    tried: dict[str, int] = field(default_factory=dict)
    """What each payment was of, by its uid: begun, whatever came of it."""
    sure: set[str] = field(default_factory=set)
    """Payments that somebody was told are saved, or kept."""
    keys: dict[int, float] = field(default_factory=dict)
    """When each payment was told to be saved, by its key."""
    takers: dict[int, int] = field(default_factory=dict)
    saving: list[tuple[float, float]] = field(default_factory=list)
    """Moments and milliseconds."""
    searching: list[tuple[float, float]] = field(default_factory=list)
    heard: dict[int, list[tuple[float, frozenset[int]]]] = field(default_factory=lambda: defaultdict(list))
    outcomes: Counter[str] = field(default_factory=Counter)
    there: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Since when each desk heard, once for each time it was started."""
    cpu: list[tuple[float, float]] = field(default_factory=list)
    """Of desks that left: seconds of processor, and of the clock."""


def read_diaries(folder: Path) -> Told:
    """All of them. A line that was cut off by a kill says nothing."""
    told = Told()
    for path in sorted(folder.glob("desk-*.jsonl")):
        number = int(path.stem.removeprefix("desk-"))
        for at, what, *rest in _lines(path):
            _take(told, number, at, what, rest)
    return told


def _lines(path: Path) -> Iterator[list[Any]]:
    for line in path.read_text().splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue


def _take(told: Told, number: int, at: float, what: str, rest: list[Any]) -> None:
    match what, rest:
        case "try", [uid, minor]:
            told.tried[uid] = minor
        case "pay", [*_]:
            _take_payment(told, number, at, *rest)
        case "search", [took, outcome]:
            told.outcomes[f"search {outcome}"] += 1
            told.searching.append((at, took))
        case "heard", [keys]:
            told.heard[number].append((at, frozenset(keys)))
        case "there", []:
            told.there[number].append(at)
        case "left", [used, passed]:
            told.cpu.append((used, passed))
        case _, _:
            told.outcomes[f"{what} {rest[-1]}"] += 1


def _take_payment(told: Told, number: int, at: float, uid: str, pk: int, _: int, took: float, outcome: str) -> None:
    told.outcomes[f"pay {outcome}"] += 1
    if outcome in {"ok", "kept"}:
        told.sure.add(uid)
    if outcome == "ok":
        told.saving.append((at, took))
        told.keys[pk], told.takers[pk] = at, number


class Verdict(Struct, frozen=True):
    """``lost``: told to be saved, and not there; ``strange``: there, and never tried; ``wrong``: another amount.
    A uid is unique, so none is there twice.
    """

    taken: int
    lost: tuple[str, ...]
    strange: tuple[str, ...]
    wrong: tuple[str, ...]
    misfit: object


def judge(db: Database, told: Told) -> Verdict:
    """Hold the database against the diaries."""
    query = select(payments.c.uid, payments.c.amount).where(payments.c.source == "manual")
    with db.reading() as connection:
        held = {row.uid: row.amount for row in connection.execute(query)}
        misfit = first_misfit(connection)
    return Verdict(
        taken=len(held),
        lost=tuple(sorted(told.sure - held.keys())),
        strange=tuple(sorted(held.keys() - told.tried.keys())),
        wrong=tuple(sorted(uid for uid, minor in held.items() if told.tried.get(uid, minor) != minor)),
        misfit=misfit,
    )


def outside(moments: Iterable[tuple[float, float]], outages: Sequence[Stretch]) -> list[float]:
    """Milliseconds of what did not begin or end within an outage."""
    return [
        took
        for at, took in moments
        if not any(start <= at and at - took / 1000 <= end for start, end in outages)
    ]  # fmt: skip


def news_delays(told: Told, outages: Sequence[Stretch], alive: dict[int, list[Stretch]]) -> list[float]:
    """Seconds from a payment's being saved until each other desk had heard of it.

    Of desks that were there for the whole time, and of payments that no outage came near.
    """
    delays: list[float] = []
    for number, heard in told.heard.items():
        first: dict[int, float] = {}
        for at, keys in heard:
            for key in keys:
                first.setdefault(key, at)
        for key, saved in told.keys.items():
            if told.takers[key] == number or not _there(alive[number], saved) or _near(outages, saved):
                continue
            delays.append(first.get(key, saved + _LONGEST_NEWS) - saved)
    return delays


def stretches(told: Told, ended: dict[int, list[float]]) -> dict[int, list[Stretch]]:
    """From when until when each desk heard."""
    found: dict[int, list[Stretch]] = defaultdict(list)
    for number, since in told.there.items():
        for at in since:
            found[number].append((at, min((end for end in ended[number] if end > at), default=at)))
    return found


def cpu_parts(told: Told) -> list[float]:
    """Of a hundred, how much of one processor each desk took."""
    return [100 * used / passed for used, passed in told.cpu]


def _there(stretches: Sequence[Stretch], at: float) -> bool:
    return any(start <= at and at + _LONGEST_NEWS <= end for start, end in stretches)


def _near(outages: Sequence[Stretch], at: float) -> bool:
    return any(start - 1 <= at <= end for start, end in outages)


def percentile(values: Sequence[float], part: float) -> float:
    """The value that so large a part of the others is below."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")


def described(values: Sequence[float], unit: str, digits: int) -> str:
    """Median, 95th and 99th of a hundred, and the worst."""
    if not values:
        return "none"
    shown = {"median": median(values), "p95": percentile(values, 0.95), "p99": percentile(values, 0.99),
             "worst": max(values)}  # fmt: skip
    told = ", ".join(f"{name} {value:.{digits}f}" for name, value in shown.items())
    return f"{told} {unit} of {len(values):,}"
