"""Notices what a person should hear of, and tells each thing once, also over restarts of the window."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal, Slot

from rentease_desk.domain.alarms import NEVER_AGAIN, UNASKED, Standing
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane

log = logging.getLogger(__name__)

_REMEMBERED = "alarms"
_MOST = 2_000
"""So many names are kept, at most; what stands now comes first."""


class Alarms(QObject):
    """``stood`` carries all alarms that stand, after each look. ``raised`` then carries those among them that were not
    told before, all of one look together; nothing is raised in quiet times.
    """

    stood = Signal(object)
    raised = Signal(object)

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        context.changed.connect(self._refresh)
        context.ready.connect(self.look)
        context.day_changed.connect(self.look)  # a gap comes by itself, also where the timer is off
        if context.is_ready:
            self.look()

    @Slot()
    def look(self) -> None:
        """Ask what stands now."""
        standing = self._context.services.alarms.standing
        self._context.tasks.run(Lane.READ, self, standing, self._compare, self._not_read, channel="alarms")

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        """After a run, a backup, and what people did; not after each page of a run."""
        if changes.syncs or changes.follow_ups or changes.exports or changes.backups:
            self.look()

    def _compare(self, standing: Standing) -> None:
        """What a first sync finds is history, which the rail counts; so it is again in a database begun afresh."""
        before = self._context.state.read(_REMEMBERED)
        told, begun = before.get("told"), before.get("begun") is True
        known = set(told) if isinstance(told, list) else set()
        now = {"told": _to_remember(standing, known), "begun": standing.has_synced}
        if now != before:
            self._context.state.write(_REMEMBERED, now)
        self.stood.emit(standing.alarms)
        fresh = [one for one in standing.alarms if one.name not in known and (begun or one.kind in UNASKED)]
        if fresh:
            self.raised.emit(fresh)

    def _not_read(self, error: KnownError) -> None:
        """The pages say that the database is away; here the next run is soon enough."""
        log.info("alarms were not looked for: %s", error)


def _to_remember(standing: Standing, known: set[str]) -> list[str]:
    """What has ended is forgotten, so that it is told again if it comes again; but for what never does."""
    now = sorted(one.name for one in standing.alarms)
    lasting = (name for name in known if name.partition(" ")[0] in NEVER_AGAIN)
    return [*now, *sorted(set(lasting) - set(now))][:_MOST] if standing.has_synced else now
