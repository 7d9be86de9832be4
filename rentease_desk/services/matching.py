"""Card payments that wait for a booking: what is suggested, and what a person decides. Nothing is put by itself."""

from __future__ import annotations

from collections.abc import Sequence

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import InputError, NotFoundError
from rentease_desk.domain.lists import BookingQuery
from rentease_desk.domain.matching import SUGGESTED, Candidate, Scored, Suggestions, ranked, scored_all
from rentease_desk.domain.payment import IgnoreDraft, Payment
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.domain.text import clean_text
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.storage import matching as store
from rentease_desk.storage.assigning import assign_payment, ignore_payment, unassign_payment, unignore_payment
from rentease_desk.storage.booking_list import booking_keys
from rentease_desk.storage.bookings import load_booking, load_bookings
from rentease_desk.storage.payments import find_stripe_payment, load_payments
from rentease_desk.storage.settings import read_property

MAX_LISTED = 1_000
"""How many payments are listed at most, the latest."""
_LOOKED_THROUGH = 200
"""How many bookings that a search finds are compared with the payment."""


class MatchingService:
    """Reads change nothing. Writes are a person's, by name of payment and booking."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def waiting(self, limit: int = MAX_LISTED) -> list[Payment]:
        """Card payments without a booking that are money, or may become it, the latest first; none that is ignored."""
        with self._desk.db.reading() as connection:
            return store.waiting_payments(connection, limit)

    def ignored(self, limit: int = MAX_LISTED) -> list[Payment]:
        """Those of which somebody said that they belong to no booking, the latest payment first."""
        with self._desk.db.reading() as connection:
            return store.waiting_payments(connection, limit, ignored=True)

    def find(self, name: str) -> Payment:
        """A payment by its uid, or Stripe's id of it or of its charge. Raises NotFoundError ``payment.not_found``."""
        with self._desk.db.reading() as connection:
            found = find_stripe_payment(connection, name.strip())
        if found is None:
            raise NotFoundError("payment.not_found")
        return found

    def suggest(self, payment_pk: int, limit: int = SUGGESTED) -> Suggestions:
        """The bookings that it may be for, the strongest first. Raises NotFoundError ``payment.not_found``."""
        with self._desk.db.reading() as connection:
            payment = _only(load_payments(connection, [payment_pk]))
            settings = read_property(connection) or Property()
            facts = store.payment_facts(connection, payment, settings.days)
            found = ranked(facts, store.candidates(connection, facts, settings.days), limit)
            made = _candidates(found, load_bookings(connection, [one.booking_pk for one in found]))
            has_currency = bool(made) or store.has_booking_in(connection, payment.currency)
        return Suggestions(payment, made, has_currency)

    def search(self, payment_pk: int, text: str, limit: int = SUGGESTED) -> Suggestions:
        """The bookings that a search finds, in the order in which they fit the payment. Raises as ``suggest``."""
        with self._desk.db.reading() as connection:
            payment = _only(load_payments(connection, [payment_pk]))
            settings = read_property(connection) or Property()
            facts = store.payment_facts(connection, payment, settings.days)
            pks = booking_keys(connection, BookingQuery(facts.day, text), settings.currency)[:_LOOKED_THROUGH]
            seen = store.paid_before(connection, facts)
            known = store.booking_facts(connection, list(pks), facts, settings.days, seen)
            found = scored_all(facts, known, limit)
            made = _candidates(found, load_bookings(connection, [one.booking_pk for one in found]))
        return Suggestions(payment, made)

    def assign(self, payment_pk: int, booking_pk: int, version: int | None = None) -> Saved[Payment]:
        """A person puts a payment, as it was read at ``version``, on a booking. Doing it twice changes nothing more.

        Raises NotFoundError, KnownError ``match.manual``, InputError ``match.other_currency``, ConflictError
        ``match.taken`` if somebody put it on another booking, ``match.ignored`` if somebody ignored it since, or
        ``match.changed``.
        """
        with self._desk.doing(Permission.MATCH) as unit:
            booking = load_booking(unit.connection, booking_pk)
            if booking is None:
                raise NotFoundError("booking.not_found", reference=booking_pk)
            assign_payment(unit, payment_pk, version, booking)
            payment = _only(load_payments(unit.connection, [payment_pk]))
        return Saved(payment, unit.changes)

    def undo(self, payment_pk: int, booking_pk: int | None = None) -> Saved[Payment]:
        """Take back what a person assigned; ``booking_pk``: only if it is still there.

        Raises NotFoundError, KnownError ``match.not_assigned``, ``match.not_by_person`` or ``match.manual``,
        ConflictError ``match.moved``.
        """
        with self._desk.doing(Permission.MATCH) as unit:
            unassign_payment(unit, payment_pk, booking_pk)
            payment = _only(load_payments(unit.connection, [payment_pk]))
        return Saved(payment, unit.changes)

    def ignore(self, draft: IgnoreDraft) -> Saved[Payment]:
        """A person says why a payment belongs to no booking; the same draft again, by its ``uid``, changes nothing.

        It leaves the queue and nothing else: it stays money, in every list, sum and file.

        Raises InputError ``match.no_reason`` or ``text.…``, NotFoundError, KnownError ``match.manual`` or
        ``match.not_waiting``, ConflictError ``match.taken``, ``match.ignored`` or ``match.changed``.
        """
        reason = clean_text(draft.reason, "reason", 200)
        if not reason:
            raise InputError("match.no_reason", field="reason")
        with self._desk.doing(Permission.MATCH) as unit:
            ignore_payment(unit, draft, reason)
            payment = _only(load_payments(unit.connection, [draft.payment_pk]))
        return Saved(payment, unit.changes)

    def unignore(self, payment_pk: int, uid: str, seen: str | None = None) -> Saved[Payment]:
        """A payment that was ignored waits again. ``uid``: of this deed, as in ``ignore``; ``seen``: of the saying that
        is taken back, None: whichever stands.

        Raises NotFoundError, KnownError ``match.not_ignored``, ConflictError ``match.moved`` or ``match.ignored``.
        """
        with self._desk.doing(Permission.MATCH) as unit:
            unignore_payment(unit, payment_pk, uid, seen)
            payment = _only(load_payments(unit.connection, [payment_pk]))
        return Saved(payment, unit.changes)


def _only(found: Sequence[Payment]) -> Payment:
    if not found:
        raise NotFoundError("payment.not_found")
    return found[0]


def _candidates(scored: Sequence[Scored], bookings: Sequence[Booking]) -> tuple[Candidate, ...]:
    """``bookings`` in the order of ``scored``."""
    return tuple(Candidate(booking, one) for one, booking in zip(scored, bookings, strict=True))
