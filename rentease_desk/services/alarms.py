"""What a person should hear of without looking for it: read after each sync, told once by the window."""

from __future__ import annotations

from collections.abc import Sequence

from rentease_desk.domain.alarms import KEY_REFUSED, Alarm, AlarmKind, Standing
from rentease_desk.domain.follow_ups import FollowUp, FollowUpKind
from rentease_desk.domain.messages import MESSAGES
from rentease_desk.domain.settings import Property
from rentease_desk.domain.stripe_events import EventState
from rentease_desk.domain.sync import RunOutcome, SyncRun
from rentease_desk.services.backups import BackupService, Watch
from rentease_desk.services.desk import Desk
from rentease_desk.services.follow_ups import FollowUpService
from rentease_desk.services.sync.event_log import EventLogService
from rentease_desk.services.sync.standing import gap_of
from rentease_desk.storage.schedules import troubles as unwritten
from rentease_desk.storage.sync_state import last_success, recent_runs

_KINDS = {FollowUpKind.DISPUTE: AlarmKind.DISPUTE, FollowUpKind.REFUND: AlarmKind.REFUND}
_ENOUGH = 50
"""Among so many runs, one tells of the key: a network that is away now and then does not."""


class AlarmService:
    """Tells what stands now; who asks remembers what was told."""

    def __init__(self, desk: Desk, backups: BackupService) -> None:
        self._backups = backups
        self._desk = desk
        self._follow_ups = FollowUpService(desk)
        self._events = EventLogService(desk)

    def standing(self) -> Standing:
        """Refused keys, gaps, disputes to answer, refunds that failed, events that need a person, files that cannot be
        written, no good backups.
        """
        dead = (Alarm(AlarmKind.EVENT, one.id) for one in self._events.latest(EventState.DEAD))
        troubles = (_of_follow_up(one) for one in self._follow_ups.listed())
        with self._desk.db.reading() as connection:
            runs, success = recent_runs(connection, _ENOUGH), last_success(connection)
            stuck = [
                Alarm(AlarmKind.EXPORT, f"{pk} {one.key}", detail=one.error)
                for pk, one in unwritten(connection).items()
            ]
        found = (one for one in troubles if one is not None)
        backups = _of_backups(self._backups.watch())
        alarms = (*_of_keys(runs, self._desk.property()), *self._of_gap(), *found, *dead, *stuck, *backups)
        has_synced = success is not None or any(one.error_code == "stripe.no_permission" for one in runs)
        return Standing(alarms, has_synced)

    def _of_gap(self) -> list[Alarm]:
        since = gap_of(self._desk)
        return [] if since is None else [Alarm(AlarmKind.GAP, str(since), since)]


def _of_keys(runs: Sequence[SyncRun], settings: Property) -> list[Alarm]:
    """Of several Stripe accounts each by its own runs: that another one goes well hides nothing."""
    accounts = settings.asked_accounts
    if len(accounts) < 2:
        return _of_key(runs)
    told: dict[str, list[str]] = {}
    for one in accounts:
        for alarm in _of_key([run for run in runs if run.account == one.identity.account]):
            told.setdefault(alarm.id, []).append(f"{one.badge}: {alarm.detail}")
    return [Alarm(AlarmKind.KEY, code, detail=" ".join(said)) for code, said in told.items()]


def _of_key(runs: Sequence[SyncRun]) -> list[Alarm]:
    """The last run that could tell was refused."""
    telling = (one for one in runs if one.outcome is RunOutcome.DONE or one.error_code in KEY_REFUSED)
    last = next(telling, None)
    if last is None or last.error_code is None:
        return []
    said = (last.error_text or "").removeprefix(f"{MESSAGES[last.error_code].title}. ")
    return [Alarm(AlarmKind.KEY, last.error_code, detail=said)]


def _of_backups(watch: Watch) -> list[Alarm]:
    """A new trouble after a good one has another moment, and is told again."""
    told = {"here": (watch.since, ""), "second": (watch.second_since, watch.trouble)}
    return [
        Alarm(AlarmKind.BACKUP, f"{where} {since}", since, trouble)
        for where, (since, trouble) in told.items()
        if since is not None
    ]


def _of_follow_up(one: FollowUp) -> Alarm | None:
    """Of a dispute only what can be answered: under review there is nothing to do."""
    problem, kind = one.problem, _KINDS.get(one.problem.kind)
    if kind is None or (kind is AlarmKind.DISPUTE and not problem.to_answer):
        return None
    return Alarm(kind, f"{problem.object_id} {problem.phase}".strip(), problem.due_by)
