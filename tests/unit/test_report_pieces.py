"""Pieces of a range are read ahead by one, each once and in their order, and nobody is left reading."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta

import pytest

from rentease_desk.domain.dates import DateRange
from rentease_desk.storage.report_pieces import PIECE, read_ahead

_FIRST = date(2026, 1, 1)


@pytest.fixture
def reader() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as made:
        yield made


def _days(count: int) -> DateRange:
    return DateRange(_FIRST, _FIRST + timedelta(days=count - 1))


def _each(days: DateRange) -> list[date]:
    return [days.first + timedelta(days=at) for at in range((days.last - days.first).days + 1)]


@pytest.mark.parametrize("count", [1, 2, 7, 8, 100])
def test_each_day_is_read_once_and_in_order(reader: Executor, count: int) -> None:
    pieces = list(read_ahead(reader, _days(count), _each))
    assert [day for piece in pieces for day in piece] == _each(_days(count))
    assert max(map(len, pieces)) <= PIECE


def test_the_next_one_is_read_meanwhile_and_no_further_one(reader: Executor) -> None:
    begun: list[DateRange] = []
    ended: list[DateRange] = []
    second = threading.Event()

    def read(piece: DateRange) -> list[date]:
        begun.append(piece)
        if len(begun) == 2:
            second.set()
        ended.append(piece)
        return [piece.first] * 2_000

    with closing(read_ahead(reader, _days(5), read)) as pieces:
        next(pieces)
        assert second.wait(10)
        assert len(begun) == 2
    assert ended == begun


def test_what_cannot_be_read_is_told_where_it_was_asked_for(reader: Executor) -> None:
    def read(piece: DateRange) -> list[date]:
        if piece.first > _FIRST:
            raise ValueError("the second piece")
        return [piece.first] * 2_000

    pieces = read_ahead(reader, _days(3), read)
    assert len(next(pieces)) == 2_000
    with pytest.raises(ValueError, match="the second piece"):
        next(pieces)
