"""Who is at this desk, of all threads of the process; and the approvals that were given here and not used yet."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rentease_desk.domain.staff import SYSTEM, Approval, Sitter

T = TypeVar("T")


_SYSTEM = Sitter("", SYSTEM)


class Seat:
    """What was begun by one person stays theirs, whoever sits down before it is written: see ``bound``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sitter: Sitter | None = None
        self._given: dict[str, Approval] = {}
        self._held = threading.local()

    @property
    def sitter(self) -> Sitter | None:
        """Who acts in this thread now; None: nobody is known."""
        held: tuple[Sitter | None] | None = getattr(self._held, "sitter", None)
        return self._sitter if held is None else held[0]

    @property
    def seated(self) -> Sitter | None:
        """Who is at the desk now, whomever this thread acts for."""
        return self._sitter

    def sit(self, uid: str, name: str) -> None:
        """Somebody has shown who they are. Approvals that somebody else did not use are void."""
        with self._lock:
            if self._sitter != (sitter := Sitter(uid, name)):
                self._given.clear()
            self._sitter = sitter

    def leave(self) -> None:
        """Nobody is at the desk any more. Approvals that were not used are void."""
        with self._lock:
            self._sitter = None
            self._given.clear()

    @contextmanager
    def as_system(self) -> Iterator[None]:
        """What this thread does meanwhile, the program does by itself."""
        with self._holding(_SYSTEM):
            yield

    def bound(self, work: Callable[[], T]) -> Callable[[], T]:
        """The work, to be done by whom this thread acts for now, in whatever thread and whenever it is done."""
        sitter = self.sitter

        def done() -> T:
            with self._holding(sitter):
                return work()

        return done

    def give(self, approval: Approval) -> None:
        """An approval that may be used once."""
        with self._lock:
            self._given[approval.uid] = approval

    @contextmanager
    def using(self, approval: Approval | None) -> Iterator[Approval | None]:
        """The approval, spent with that: None if it was never given here, or is spent. After an error it is not."""
        taken = self._take(approval)
        try:
            yield taken
        except BaseException:
            if taken is not None:
                self.give(taken)
            raise

    def _take(self, approval: Approval | None) -> Approval | None:
        if approval is None:
            return None
        with self._lock:
            found = self._given.get(approval.uid)
            return self._given.pop(approval.uid) if found == approval else None

    @contextmanager
    def _holding(self, sitter: Sitter | None) -> Iterator[None]:
        before = getattr(self._held, "sitter", None)
        self._held.sitter = (sitter,)
        try:
            yield
        finally:
            self._held.sitter = before
