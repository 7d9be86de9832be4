"""What a person should hear of without looking for it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class AlarmKind(StrEnum):
    """What it is about, the gravest first."""

    KEY = "key"
    GAP = "gap"
    DISPUTE = "dispute"
    REFUND = "refund"
    EVENT = "event"
    EXPORT = "export"
    BACKUP = "backup"


UNASKED = (AlarmKind.KEY, AlarmKind.GAP, AlarmKind.EXPORT, AlarmKind.BACKUP)
"""What keeps the desk from hearing of anything, or has nothing to do with Stripe; told at any time."""


NEVER_AGAIN = (AlarmKind.DISPUTE, AlarmKind.REFUND)
"""What is told once for good: another trouble of the same object has another id, and the same one comes again only
where somebody takes a *Done* back."""
KEY_REFUSED = (
    "stripe.wrong_key",
    "stripe.expired_key",
    "stripe.no_permission",
    "stripe.other_account",
    "stripe.other_mode",
)
"""Codes of errors for which the key is to blame."""


class Alarm(Struct, frozen=True):
    """One of them. ``id`` is its own as long as it is the same trouble, so that it is told once; of a key it is the
    code of the error, and ``detail`` what the run said of it; so it is of an export that cannot be written.

    ``moment`` (UTC seconds): until when a dispute is to be answered, since when there is a gap, or no good backup.
    """

    kind: AlarmKind
    id: str
    moment: int | None = None
    detail: str = ""

    @property
    def name(self) -> str:
        """Its name among all."""
        return f"{self.kind.value} {self.id}"

    @property
    def lacks_permission(self) -> bool:
        """Whether the key is good, and only may not do everything."""
        return self.kind is AlarmKind.KEY and self.id == "stripe.no_permission"


class Standing(Struct, frozen=True):
    """What stands now. ``has_synced``: a run has read all that the key may, so that what is here is not a beginning."""

    alarms: tuple[Alarm, ...]
    has_synced: bool
