"""Pieces of a file that are read while others are written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from rentease_desk.services.importing.ahead import read_ahead


def test_all_come_in_their_order_from_another_thread() -> None:
    threads = set()

    def pieces() -> Iterator[int]:
        for one in range(5):
            threads.add(threading.get_ident())
            yield one

    assert list(read_ahead(pieces())) == [0, 1, 2, 3, 4]
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_what_goes_wrong_there_is_raised_here_behind_what_was_read() -> None:
    def pieces() -> Iterator[int]:
        yield 1
        raise UnicodeError

    found = read_ahead(pieces())
    assert next(found) == 1
    with pytest.raises(UnicodeError):
        next(found)


def test_closed_it_reads_nothing_any_more() -> None:
    source = iter(range(10))
    with closing(read_ahead(source)) as found:
        assert next(found) == 0
    assert next(source) == 2
