"""The next piece of a file is read while the database is busy with the one before."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def read_ahead(pieces: Iterator[T]) -> Generator[T, None, None]:
    """The same pieces in the same order, each made in another thread, one ahead. Raises what their making raises.

    Close it before what the pieces are made from: closed, nothing is read any more.
    """
    with ThreadPoolExecutor(1, "import-reader") as reader:
        coming = reader.submit(next, pieces, None)
        while (piece := coming.result()) is not None:
            coming = reader.submit(next, pieces, None)
            yield piece
