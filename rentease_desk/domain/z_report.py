"""What a closed drawer says: the lines of its Z report, once for paper, terminal and file."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.dates import Days
from rentease_desk.domain.drawers import CASH, CashSums, Count, DrawerSession, Figures, Movement, MovementKind, Variance
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money, plain_decimal
from rentease_desk.domain.settings import Property

NOT_FISCAL = "Rentease Desk is a payments desk, not a certified cash register."
_MOVED = {
    MovementKind.FLOAT: ("Opening float", 1),
    MovementKind.PAID_IN: ("Paid in", 1),
    MovementKind.PAID_OUT: ("Paid out", -1),
    MovementKind.DROP: ("Drop", -1),
    MovementKind.HANDOVER: ("Put away at the close", -1),
}


class Section(StrEnum):
    """Parts of the report, in their order."""

    EXPECTED = "What should be in the drawer"
    COUNTED = "What was counted"
    OTHERS = "Other methods"
    HANDOVER = "Put away and next float"


class ZLine(Struct, frozen=True):
    """One line. ``strong``: a sum of those above."""

    section: Section
    text: str
    detail: str
    amount: Money
    strong: bool = False


class ZReport(Struct, frozen=True):
    """All that stands on it. ``facts`` are names and values in words; times are the property's."""

    property_name: str
    address: tuple[str, ...]
    number: int
    desk: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[ZLine, ...]
    note: str
    warning: str = ""
    foot: str = NOT_FISCAL

    @property
    def title(self) -> str:
        """As it is named."""
        return f"Z report {self.number}"

    @property
    def sections(self) -> tuple[tuple[str, tuple[ZLine, ...]], ...]:
        """The lines by their sections; those without any are left out."""
        found = ((one.value, tuple(line for line in self.lines if line.section is one)) for one in Section)
        return tuple((title, lines) for title, lines in found if lines)


def compose(found: Figures, settings: Property, warning: str = "") -> ZReport:
    """The report of a closed session. Raises KnownError ``drawer.still_open``."""
    session = found.session
    if session.closing is None:
        raise KnownError("drawer.still_open", number=session.number, desk=session.desk)
    lines = (*_expected(found, settings.days), *_counted(found.counts[-1]), *_compared(session), *_others(found))
    return ZReport(
        settings.name,
        tuple(settings.address.splitlines()),
        session.number,
        session.desk,
        _facts(found, settings.days),
        (*lines, *_handover(session)),
        session.closing.note,
        warning,
    )


def _facts(found: Figures, days: Days) -> tuple[tuple[str, str], ...]:
    session, closing = found.session, found.session.closing
    assert closing is not None
    business = session.business_date.isoformat()
    if closing.business_date != session.business_date:
        business += f" to {closing.business_date.isoformat()}"
    return (
        ("Desk", session.desk),
        ("Business day", business),
        ("Opened", f"{_time(days, session.opened_at)}, {session.opened_by}"),
        ("Closed", f"{_time(days, closing.at)}, {closing.actor}"),
        (
            "Counted",
            f"{_times(len(found.counts), 'time')}, last {_time(days, found.counts[-1].at)}, {found.counts[-1].actor}",
        ),
        ("Time zone", days.zone.key),
    )


def _expected(found: Figures, days: Days) -> Iterator[ZLine]:
    for sums in found.cash:
        moved = [one for one in found.movements if one.currency == sums.currency]
        yield from _moved(moved, (MovementKind.FLOAT,), days)
        yield from _taken(sums)
        yield from _moved(moved, (MovementKind.PAID_IN, MovementKind.PAID_OUT, MovementKind.DROP), days)
        yield ZLine(Section.EXPECTED, "Expected", "", Money(sums.expected, sums.currency), strong=True)
        if sums.rounding:
            rounding = Money(sums.rounding, sums.currency)
            yield ZLine(Section.EXPECTED, "Of it, cash rounding", "contained in the lines above", rounding)


def _taken(sums: CashSums) -> Iterator[ZLine]:
    told = (
        ("Cash received", f"{_times(sums.payments, 'payment')}, as tendered", sums.received, True),
        ("Change given", _times(sums.changes, "time"), -sums.change, bool(sums.changes)),
        ("Made void", _times(sums.voids, "payment"), -sums.voided, bool(sums.voids)),
        ("Cash refunds", _times(sums.given_back, "refund"), -sums.refunds, bool(sums.given_back)),
    )
    for text, detail, minor, is_told in told:
        if is_told:
            yield ZLine(Section.EXPECTED, text, detail, Money(minor, sums.currency))


def _moved(moved: list[Movement], kinds: tuple[MovementKind, ...], days: Days) -> Iterator[ZLine]:
    for kind in kinds:
        for one in (some for some in moved if some.kind is kind):
            text, sign = _MOVED[kind]
            detail = ", ".join(part for part in (_time(days, one.at)[11:], one.actor, one.reason) if part)
            yield ZLine(Section.EXPECTED, text, detail, Money(sign * one.amount, one.currency))


def _counted(count: Count) -> Iterator[ZLine]:
    for currency, value, pieces in sorted(count.pieces, key=lambda one: (one[0], -one[1])):
        piece = f"{plain_decimal(Money(value, currency))} {currency.upper()}"
        yield ZLine(Section.COUNTED, piece, _times(pieces, "piece"), Money(value * pieces, currency))


def _compared(session: DrawerSession) -> Iterator[ZLine]:
    for one in _cash(session):
        yield ZLine(Section.COUNTED, "Counted", "", Money(one.counted, one.currency), strong=True)
        yield ZLine(Section.COUNTED, "Variance", "", one.money, strong=True)


def _others(found: Figures) -> Iterator[ZLine]:
    assert found.session.closing is not None
    labels = {one.method: one.label for one in found.others}
    for one in found.session.closing.variances:
        if one.method != CASH:
            name = labels.get(one.method, one.method)
            yield ZLine(Section.OTHERS, name, "booked", Money(one.expected, one.currency))
            yield ZLine(Section.OTHERS, name, "counted", Money(one.counted, one.currency))
            yield ZLine(Section.OTHERS, f"{name}, variance", "", one.money, strong=True)


def _handover(session: DrawerSession) -> Iterator[ZLine]:
    for one in _cash(session):
        yield ZLine(Section.HANDOVER, _MOVED[MovementKind.HANDOVER][0], "", Money(-one.dropped, one.currency))
        yield ZLine(Section.HANDOVER, "Next float", "", one.left, strong=True)


def _cash(session: DrawerSession) -> list[Variance]:
    assert session.closing is not None
    return [one for one in session.closing.variances if one.method == CASH]


def _time(days: Days, at: int) -> str:
    return days.local(at).strftime("%Y-%m-%d %H:%M")


def _times(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
