"""Payment links of the desk: their rows and requests, and how each stands by what Stripe shows.

Stripe's pictures come from the desk's own calls and from any sync; both settle a request that was left open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, or_, select, update

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.links import LinkDraft, LinkKind, LinkRequest, LinkState, PaymentLink, Shown, state_of
from rentease_desk.domain.requests import RequestState
from rentease_desk.domain.stripe_objects import Identity, Page
from rentease_desk.storage.among import among
from rentease_desk.storage.billing_tables import stripe_checkout_sessions
from rentease_desk.storage.database import Unit
from rentease_desk.storage.documents import document
from rentease_desk.storage.link_tables import link_requests, payment_links, stripe_payment_links
from rentease_desk.storage.observed import Pictures, of, own, write_observed
from rentease_desk.storage.requests import Requests, request_fields, trouble_from
from rentease_desk.storage.stripe_tables import stripe_payment_intents
from rentease_desk.storage.tables import bookings

REQUESTS = Requests(link_requests, payment_links, "link_request")

_Row = Row[*tuple[Any, ...]]
_links, _sessions = payment_links.c, stripe_checkout_sessions
_CAME_BACK = frozenset({"requires_payment_method", "canceled"})
"""Statuses of a PaymentIntent whose debit was under way and failed."""
_TOLD = ("uid", "kind", "amount", "currency", "life_seconds")


def insert_link(unit: Unit, draft: LinkDraft, identity: Identity, title: str, success_url: str | None) -> int:
    """Write a link down, journalled. Its request is planned by ``REQUESTS``."""
    row = {
        "uid": draft.uid,
        "booking_pk": draft.booking_pk,
        "kind": (LinkKind.LINK if draft.life is None else LinkKind.SESSION).value,
        "amount": draft.amount.minor,
        "currency": draft.amount.currency,
        "life_seconds": draft.life,
        "title": title,
        "success_url": success_url,
        "stripe_account": identity.account,
        "livemode": identity.livemode,
        **unit.made,
    }
    pk = unit.connection.execute(insert(payment_links).values(row).returning(_links.pk)).scalar_one()
    booking = unit.connection.scalar(select(bookings.c.uid).where(bookings.c.pk == draft.booking_pk))
    told = {name: row[name] for name in _TOLD}
    unit.record("link", "payment_link", draft.uid, None, document("payment_link", told, booking=booking))
    unit.changes |= Changes(bookings=frozenset({draft.booking_pk}))
    return int(pk)


def find_request(connection: Connection, uid: str) -> LinkRequest | None:
    """The request for this link."""
    row = connection.execute(_requests().where(_links.uid == uid)).one_or_none()
    if row is None:
        return None
    return LinkRequest(
        kind=LinkKind(row.kind),
        booking_pk=row.booking_pk,
        booking_uid=row.booking_uid,
        life=row.life_seconds,
        title=row.title,
        success_url=row.success_url,
        expires_at=row.expires_at,
        **request_fields(row),
    )


def lock_link(connection: Connection, uid: str) -> None:
    """Nobody else writes what becomes of it until this transaction ends."""
    connection.execute(select(_links.pk).where(_links.uid == uid).with_for_update())


def refuse(unit: Unit, request: LinkRequest, trouble: KnownError) -> None:
    """It was not made and never will be. Nothing happens if Stripe has shown it meanwhile."""
    if unit.connection.scalar(select(_links.stripe_id).where(_links.uid == request.uid)) is None:
        REQUESTS.mark_refused(unit, request, trouble)
        unit.changes |= Changes(bookings=frozenset({request.booking_pk}))


def mark_cancel(unit: Unit, link: PaymentLink, at: int | None) -> None:
    """Somebody wants it cancelled since then (UTC seconds); None: it cannot be."""
    unit.connection.execute(update(payment_links).where(_links.pk == link.pk).values(cancel_asked_at=at))
    action = "keep" if at is None else "cancel"
    unit.record(action, "payment_link", link.uid, None, {"cancel_asked_at": at})
    unit.changes |= Changes(bookings=frozenset({link.booking_pk}))


def find_link(connection: Connection, uid: str) -> PaymentLink | None:
    """A link by its uid."""
    found = _loaded(connection, _newest().where(_links.uid == uid))
    return found[0] if found else None


def links_of(connection: Connection, booking_pk: int) -> list[PaymentLink]:
    """The links of a booking, newest first."""
    return _loaded(connection, _of_booking(), {"of": booking_pk})


def list_links(connection: Connection, limit: int) -> list[PaymentLink]:
    """The latest links of all bookings, newest first."""
    return _loaded(connection, _newest().limit(limit))


def links_to_cancel(connection: Connection) -> list[PaymentLink]:
    """Those whose cancellation nobody has confirmed, oldest first."""
    found = _loaded(connection, _newest().where(_links.cancel_asked_at.is_not(None)))
    return [one for one in reversed(found) if one.state is LinkState.CANCELLING]


def open_payment_links(connection: Connection, identity: Identity) -> list[str]:
    """Stripe's ids of the Payment Links that may be used, or switched off by somebody else, without any list saying
    so.
    """
    shown = stripe_payment_links
    query = select(shown.c.id).where(own(shown, identity), shown.c.active)
    return list(connection.scalars(query.order_by(shown.c.observed_at)))


def newest_picture(connection: Connection, identity: Identity, stripe_id: str) -> int:
    """When what stands here of a link was seen last, UTC microseconds; 0 if it never was."""
    sessions, links = _sessions_of(connection, identity, [stripe_id]), stripe_payment_links
    seen = [row.observed_at for row in sessions]
    seen += connection.scalars(select(links.c.observed_at).where(of(links, identity, [stripe_id])))
    return max(seen, default=0)


class Following:
    """What a page changes about the links of the desk: look before its pictures are written, and tell afterwards."""

    def __init__(self, unit: Unit, identity: Identity, page: Page) -> None:
        self._unit, self._identity, self._page = unit, identity, page
        self._before = {one.uid: one for one in self._concerned()}

    def adopt(self) -> None:
        """Links that a desk asked for and whose id is not known here yet get it; pictures of Payment Links are kept.

        Metadata can be copied by anybody: what is not what was asked for is something of its own.
        """
        page, wanted = self._page, self._waiting()
        for session in page.sessions:
            row = wanted.get(session.request_uid or "")
            told = (LinkKind.SESSION.value, session.amount_total, session.currency)
            if row is not None and told == (row.kind, row.amount, row.currency):
                self._take(row, session.id)
                del wanted[row.uid]
        for link in page.payment_links:
            row = wanted.get(link.request_uid or "")
            if row is not None and row.kind == LinkKind.LINK.value:
                self._take(row, link.id)
                del wanted[row.uid]
        shown = {one.id: {"active": one.active, "url": one.url} for one in page.payment_links if one.request_uid}
        pictures = Pictures.of(page.observed_at, shown)
        write_observed(self._unit.connection, stripe_payment_links, self._identity, pictures)

    def tell(self) -> None:
        """Journal what became of them, and say which bookings they belong to."""
        for link in self._concerned():
            before = self._before.get(link.uid)
            if before is None or (before.state, before.url, before.expires_at) == (
                link.state, link.url, link.expires_at,
            ):  # fmt: skip
                continue
            self._unit.record(
                "update", "payment_link", link.uid, {"state": before.state.value}, {"state": link.state.value}
            )
            self._unit.changes |= Changes(bookings=frozenset({link.booking_pk}))

    def _concerned(self) -> list[PaymentLink]:
        page = self._page
        ids = {one.id for one in page.sessions} | {one.id for one in page.payment_links}
        ids |= {one.payment_link_id for one in page.sessions if one.payment_link_id}
        uids = page.link_requests
        if not ids:
            return []
        named = or_(among(_links.stripe_id, ids), among(_links.uid, uids)) if uids else among(_links.stripe_id, ids)
        return _loaded(self._unit.connection, _newest().where(own(payment_links, self._identity), named))

    def _waiting(self) -> dict[str, _Row]:
        """By uid: the links that the page may show for the first time, locked."""
        uids = self._page.link_requests
        if not uids:
            return {}
        query = select(payment_links).where(own(payment_links, self._identity), among(_links.uid, uids))
        rows = self._unit.connection.execute(query.where(_links.stripe_id.is_(None)).with_for_update())
        return {row.uid: row for row in rows}

    def _take(self, row: _Row, stripe_id: str) -> None:
        link = update(payment_links).where(_links.pk == row.pk)
        self._unit.connection.execute(link.values(stripe_id=stripe_id))
        self._unit.record("update", "payment_link", row.uid, {"stripe_id": None}, {"stripe_id": stripe_id})
        REQUESTS.mark_done(self._unit, {row.pk: row.uid})


@cache
def _requests() -> Select[*tuple[Any, ...]]:
    return (
        select(payment_links, link_requests, bookings.c.uid.label("booking_uid"))
        .join(link_requests, link_requests.c.link_pk == _links.pk)
        .join(bookings, bookings.c.pk == _links.booking_pk)
    )


@cache
def _newest() -> Select[*tuple[Any, ...]]:
    return _requests().order_by(_links.pk.desc())


@cache
def _of_booking() -> Select[*tuple[Any, ...]]:
    """Made once: it is asked with every folio."""
    return _newest().where(_links.booking_pk == bindparam("of"))


def _loaded(
    connection: Connection, query: Select[*tuple[Any, ...]], given: Mapping[str, Any] | None = None
) -> list[PaymentLink]:
    rows = connection.execute(query, given).all()
    shown = _shown(connection, [row for row in rows if row.stripe_id is not None])
    return [_link_from(row, shown) for row in rows]


class _Pictures:
    """What Stripe showed, by id; sessions of Payment Links by the link's id as well."""

    def __init__(self) -> None:
        self.sessions: dict[str, _Row] = {}
        self.of_links: defaultdict[str, list[_Row]] = defaultdict(list)
        self.links: dict[str, _Row] = {}
        self.intents: Mapping[str, str] = {}

    def outcome(self, session: _Row) -> bool | None:
        """Whether the money of a page that was paid on is here; None: it is under way."""
        if session.payment_status != "unpaid":
            return True
        return False if self.intents.get(session.payment_intent_id or "") in _CAME_BACK else None


def _shown(connection: Connection, rows: Sequence[_Row]) -> _Pictures:
    found = _Pictures()
    for identity in {Identity(row.stripe_account, row.livemode) for row in rows}:
        ids = [row.stripe_id for row in rows if (row.stripe_account, row.livemode) == _named(identity)]
        sessions = _sessions_of(connection, identity, ids)
        found.sessions |= {row.id: row for row in sessions}
        for row in sessions:
            if row.payment_link_id is not None:
                found.of_links[row.payment_link_id].append(row)
        table = stripe_payment_links
        found.links |= {row.id: row for row in connection.execute(select(table).where(of(table, identity, ids)))}
        found.intents = {**found.intents, **_intents_of(connection, identity, sessions)}
    return found


def _named(identity: Identity) -> tuple[str, bool]:
    """Account and mode."""
    return identity.account, identity.livemode


def _sessions_of(connection: Connection, identity: Identity, ids: Iterable[str]) -> list[_Row]:
    """The sessions with these ids, or of Payment Links with these; of "one or the other" no database uses both indexes,
    so they are asked for apart.
    """
    table, wanted = _sessions, list(ids)
    query = select(table).where(own(table, identity))
    rows = list(connection.execute(query.where(among(table.c.id, wanted))))
    links = [one for one in wanted if one.startswith("plink_")]
    if links:
        rows += connection.execute(query.where(among(table.c.payment_link_id, links))).all()
    return rows


def _intents_of(connection: Connection, identity: Identity, sessions: Sequence[_Row]) -> dict[str, str]:
    """How the debits stand that are under way."""
    table = stripe_payment_intents
    ids = [row.payment_intent_id for row in sessions if row.payment_status == "unpaid" and row.payment_intent_id]
    if not ids:
        return {}
    query = select(table.c.id, table.c.status).where(of(table, identity, ids))
    return {row.id: row.status for row in connection.execute(query)}


def _link_from(row: _Row, pictures: _Pictures) -> PaymentLink:
    session, link = pictures.sessions.get(row.stripe_id or ""), pictures.links.get(row.stripe_id or "")
    shown = _shown_of_link(row, link, pictures) if row.kind == LinkKind.LINK.value else _shown_of(session, pictures)
    state = state_of(RequestState(row.state), shown, row.cancel_asked_at is not None)
    picture = link if session is None else session
    return PaymentLink(
        pk=row.pk,
        uid=row.uid,
        booking_pk=row.booking_pk,
        kind=LinkKind(row.kind),
        amount=row.amount,
        currency=row.currency,
        state=state,
        created_at=row.created_at,
        actor=row.actor,
        stripe_id=row.stripe_id,
        url=None if picture is None else picture.url,
        expires_at=row.expires_at if session is None else session.expires_at,
        trouble=trouble_from(row.error_code, row.error),
        account=row.stripe_account,
        livemode=row.livemode,
    )


def _shown_of(session: _Row | None, pictures: _Pictures) -> Shown | None:
    if session is None:
        return None
    paid = (pictures.outcome(session),) if session.status == "complete" else ()
    return Shown(session.status == "open", session.status == "expired", paid)


def _shown_of_link(row: _Row, link: _Row | None, pictures: _Pictures) -> Shown | None:
    if row.stripe_id is None:
        return None
    pages = pictures.of_links[row.stripe_id]
    return Shown(
        link is None or link.active, False, tuple(pictures.outcome(one) for one in pages if one.status == "complete")
    )
