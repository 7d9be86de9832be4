"""Card payments that stand here twice, by hand and from Stripe. Nothing is merged but by a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rentease_desk.domain.duplicates import Pair, PairDraft, Verdict
from rentease_desk.domain.errors import ConflictError, KnownError, NotFoundError
from rentease_desk.domain.open_days import OpenDays
from rentease_desk.domain.parts import Parts
from rentease_desk.domain.payment import Payment, PaymentState, PaymentStatus, Source
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.domain.staff import Approvable, Approval, ApprovalNeededError, ApprovedDeed
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.storage import duplicates as store
from rentease_desk.storage.database import Unit
from rentease_desk.storage.open_days import open_days
from rentease_desk.storage.parts import parts_of
from rentease_desk.storage.payments import load_payments
from rentease_desk.storage.settings import read_property

LOOK_BACK_DAYS = 92
"""Manual payments that are older are not looked through any more; asked for one by one, they are."""
MAX_SAID = 500


class DuplicateService:
    """Each write locks both payments, and says how they were read (``PairDraft.versions``)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def waiting(self) -> list[Pair]:
        """The pairs that look alike and of which nobody has said anything, the latest manual payment first."""
        since = self._desk.clock.now() - LOOK_BACK_DAYS * 86_400
        with self._desk.db.reading() as connection:
            return store.open_pairs(connection, since)

    def of_payment(self, payment_pk: int) -> list[Pair]:
        """The pairs of one payment, of either kind, also those of which somebody has said something."""
        with self._desk.db.reading() as connection:
            return store.pairs_of(connection, payment_pk)

    def said(self, limit: int = MAX_SAID) -> list[Pair]:
        """The pairs of which somebody has said something, the latest first."""
        with self._desk.db.reading() as connection:
            return store.said_pairs(connection, limit)

    def again(self, pairs: Sequence[Pair]) -> list[Pair]:
        """These pairs as they are now, in the same order."""
        with self._desk.db.reading() as connection:
            return store.load_pairs(connection, [(one.manual.pk, one.stripe.pk) for one in pairs])

    def merge(self, draft: PairDraft, approval: Approval | None = None) -> Saved[Pair]:
        """The two are one: the manual payment is void from now on, and its note, reference and (where the Stripe
        payment has none) booking go to the Stripe payment. The same draft again, by its ``uid``, changes nothing.

        Raises NotFoundError, KnownError or ConflictError ``duplicates.…``.
        """
        return self._say(draft, Verdict.SAME, _require_mergeable, approval)

    def keep_both(self, draft: PairDraft, approval: Approval | None = None) -> Saved[Pair]:
        """They are two payments: the pair is not told again. Raises as ``merge``."""
        return self._say(draft, Verdict.TWO, _require_kinds, approval)

    def undo(self, draft: PairDraft, approval: Approval | None = None) -> Saved[Pair]:
        """Take back what was said of the two. Raises KnownError ``duplicates.nothing``, ConflictError
        ``duplicates.used`` if money has moved since the merge, or ``duplicates.changed``.
        """
        with self._saying(ApprovedDeed.UNSAY, "undo", draft, approval) as unit:
            days = _days(unit)
            pair = _locked(unit, draft)
            if not store.was_written(unit.connection, draft):
                _require_seen(pair, draft)
                if pair.said is None:
                    raise KnownError("duplicates.nothing")
                if pair.said.verdict is Verdict.SAME and store.is_used(unit.connection, pair):
                    raise ConflictError("duplicates.used")
                if pair.said.verdict is Verdict.SAME:
                    _require_open_day(pair, days)
                store.undo_verdict(unit, draft.uid, pair, days.day(unit.now))
            value = _locked(unit, draft)
        return Saved(value, unit.changes)

    def _say(
        self, draft: PairDraft, verdict: Verdict, require: Callable[[Unit, Pair], None], approval: Approval | None
    ) -> Saved[Pair]:
        deed = ApprovedDeed.MERGE if verdict is Verdict.SAME else ApprovedDeed.KEEP_BOTH
        with self._saying(deed, verdict, draft, approval) as unit:
            days = _days(unit)
            pair = _locked(unit, draft)
            if not store.was_written(unit.connection, draft):
                _require_unsaid(pair)
                require(unit, pair)
                _require_seen(pair, draft)
                if verdict is Verdict.SAME:
                    _require_open_day(pair, days)
                store.add_verdict(unit, draft.uid, pair, verdict, days.day(unit.now))
            value = _locked(unit, draft)
        return Saved(value, unit.changes)

    @contextmanager
    def _saying(self, deed: ApprovedDeed, said: str, draft: PairDraft, approval: Approval | None) -> Iterator[Unit]:
        """Whoever is asked to approve it is told of how much money it is."""
        try:
            with self._desk.doing(Permission.MERGE_DUPLICATES, approval, _deed(said, draft)) as unit:
                yield unit
        except ApprovalNeededError as needed:
            needed.about = self._about(deed, draft)
            raise

    def _about(self, deed: ApprovedDeed, draft: PairDraft) -> Approvable | None:
        """None: one of the two is not there."""
        with self._desk.db.reading() as connection:
            found = load_payments(connection, [draft.manual_pk, draft.stripe_pk])
        reference = next((one.booking_reference for one in found if one.booking_reference), "")
        return Approvable(deed, (found[0].money,), reference) if found else None


def _deed(said: str, draft: PairDraft) -> str:
    """What is approved: this word, of these two payments."""
    return f"{said} {draft.uid} {draft.manual_pk} {draft.stripe_pk}"


def _locked(unit: Unit, draft: PairDraft) -> Pair:
    store.lock_pair(unit.connection, draft)
    try:
        (pair,) = store.load_pairs(unit.connection, [(draft.manual_pk, draft.stripe_pk)])
    except KeyError as error:
        raise NotFoundError("payment.not_found") from error
    return pair


def _days(unit: Unit) -> OpenDays:
    return open_days(unit, (read_property(unit.connection) or Property()).days)


def _require_open_day(pair: Pair, days: OpenDays) -> None:
    """The entry by hand becomes void, or money again: on a closed day neither may be."""
    if pair.manual.business_date in days.closed:
        raise KnownError("duplicates.day_closed", day=pair.manual.business_date)


def _require_unsaid(pair: Pair) -> None:
    if pair.said is None:
        return
    if pair.said.verdict is Verdict.SAME:
        raise ConflictError("duplicates.said_same", actor=pair.said.actor)
    raise ConflictError("duplicates.said_two", actor=pair.said.actor)


def _require_seen(pair: Pair, draft: PairDraft) -> None:
    if draft.versions not in {None, (pair.manual.version, pair.stripe.version)}:
        raise ConflictError("duplicates.changed")


def _require_kinds(unit: Unit, pair: Pair) -> None:
    manual, stripe = pair.manual, pair.stripe
    if (manual.source, stripe.source) != (Source.MANUAL, Source.STRIPE):
        raise KnownError("duplicates.kinds")
    if not store.is_card(unit.connection, manual.method):
        raise KnownError("duplicates.not_card")
    if (manual.amount, manual.currency) != (stripe.amount, stripe.currency):
        raise KnownError("duplicates.amount", manual=manual.money, stripe=stripe.money)


def _require_mergeable(unit: Unit, pair: Pair) -> None:
    _require_kinds(unit, pair)
    manual, stripe = (parts_of(unit.connection, one) for one in (pair.manual, pair.stripe))
    _require_untouched(manual)
    if pair.stripe.state is not PaymentState.SUCCEEDED:
        raise KnownError("duplicates.not_paid")
    if stripe.is_split:
        raise KnownError("duplicates.split")
    _require_home(pair.manual, pair.stripe)
    actor = store.merged_with(unit.connection, pair.stripe.pk)
    if actor is not None:
        raise ConflictError("duplicates.taken", actor=actor)


def _require_untouched(manual: Parts) -> None:
    if manual.payment.status is PaymentStatus.VOIDED:
        raise KnownError("duplicates.void")
    if any(part.back for part in manual.parts):
        raise KnownError("duplicates.refunded")
    if manual.is_split:
        raise KnownError("duplicates.split")


def _require_home(manual: Payment, stripe: Payment) -> None:
    if stripe.booking_pk not in {None, manual.booking_pk}:
        names = {"manual": manual.booking_reference, "stripe": stripe.booking_reference}
        raise KnownError("duplicates.other_booking", **names)
