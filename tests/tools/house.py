"""A small hotel on which anything is done in any order, and books of its own by which the desk's are checked.

What a step does is chosen by plain numbers, so that the same numbers do the same. A step that the desk refuses must
leave everything as it was. The checks read rows, and add them up in Python: not a statement of the desk's is used.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from rentease_desk.domain.booking import BookingDraft, ChargeKind, Guest
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.charges import ChargeDraft
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.day_close import DayDraft
from rentease_desk.domain.denominations import DENOMINATIONS
from rentease_desk.domain.drawers import CASH, CloseDraft, CountDraft, MovementDraft, MovementKind, OpenDraft
from rentease_desk.domain.duplicates import PairDraft
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.journal import first_break
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.parts import MoveDraft, SplitDraft
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.domain.reporting import Ask, ReportName
from rentease_desk.domain.stays import Deed
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.charges import ChargeService
from rentease_desk.services.days import DayService
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.drawers import DrawerService
from rentease_desk.services.duplicates import DuplicateService
from rentease_desk.services.parts import PartService
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.refunds import RefundService
from rentease_desk.services.reporting.service import ReportService
from rentease_desk.services.settings import SettingsService
from rentease_desk.services.stays import StayService
from rentease_desk.storage.journal import read_head, read_rows
from rentease_desk.storage.opening import open_database
from tests.tools.clocks import CountedIds, SetClock
from tests.tools.gui import NOON
from tests.tools.gui_stripe import Card
from tests.tools.homeless import Homeless, pay

CURRENCY = "eur"
STEPS = ("charge", "pay", "pay", "refund", "void", "move", "split", "stripe", "merge", "open", "cash", "close",
         "close_day", "reopen_day", "wait", "walk", "stay", "stay", "unstay")  # fmt: skip
"""What can be done; paying twice as often."""
_METHODS = ("cash", "cash", "card", "transfer")
_KINDS = (MovementKind.PAID_IN, MovementKind.PAID_OUT, MovementKind.DROP)


class House:
    """Three bookings, two desks."""

    def __init__(self, address: str) -> None:
        self.clock, self.ids = SetClock(NOON), CountedIds()
        self.db = open_database(address, self.clock, self.ids)
        self.desks = [Desk(self.db, self.clock, self.ids, Operator(who, at), ChangeFeed())
                      for who, at in (("Elena", "Desk 1"), ("Paolo", "Bar"))]  # fmt: skip
        SettingsService(self.desks[0]).set({"zone": "Europe/Rome", "currency": CURRENCY})
        self.bookings = [self._booking(at) for at in range(3)]
        self.at = 0
        self.number = 0
        self.income = 0
        """What guests have paid and did not get back: the books of this class."""
        self.drawers: dict[str, int] = {}
        """By desk with an open drawer, what should be in it."""
        self.left: dict[str, int] = {}
        self.days: dict[date, tuple[Any, ...]] = {}
        """By closed day, what it came to when it was closed."""
        self.told: dict[tuple[date, ReportName], tuple[Any, ...]] = {}
        """By closed day, what its reports said first."""
        self.refused = 0

    @property
    def desk(self) -> Desk:
        """Where the person stands."""
        return self.desks[self.at]

    def do(self, what: str, first: int, second: int) -> None:
        """One step. What the desk refuses changes nothing."""
        self.number += 1
        before = self.head()
        try:
            getattr(self, f"_{what}")(first, second)
        except KnownError:
            self.refused += 1
            assert self.head() == before
        self.check()

    def head(self) -> tuple[int, str]:
        """The journal's last row."""
        with self.db.reading() as connection:
            return read_head(connection)

    def close_down(self) -> None:
        """The journal is whole at the end, and reports of closed days are as they were."""
        self.check_reports()
        with self.db.reading() as connection:
            assert first_break(read_rows(connection)) is None
        self.db.close()

    # --- steps

    def _charge(self, first: int, second: int) -> None:
        draft = ChargeDraft(self._uid(), self._pick(first), ChargeKind.EXTRA, Money(second, CURRENCY), text="Bar")
        ChargeService(self.desk).add(draft)

    def _pay(self, first: int, second: int) -> None:
        method = _METHODS[first % len(_METHODS)]
        tendered = second + first % 7 if method == "cash" else None
        draft = PaymentDraft(self._uid(), self._pick(first), method, Money(second, CURRENCY), tendered=tendered)
        PaymentService(self.desk).take(draft)
        self.income += second
        self._move_cash(method, second)

    def _refund(self, first: int, second: int) -> None:
        payment = self._payment(first)
        home = self._pick(second) if payment["split"] else None
        draft = RefundDraft(self._uid(), payment["pk"], Money(second, CURRENCY), "noise", home)
        refunds = RefundService(self.desk, self.desk, lambda _: pytest.fail("nothing is asked of Stripe"))
        refunds.plan(draft)
        if payment["source"] == "manual":
            self.income -= second
            self._move_cash(payment["method"], -second)

    def _void(self, first: int, _second: int) -> None:
        payment = self._payment(first)
        PaymentService(self.desk).void(payment["pk"], "typed twice")
        self.income -= payment["amount"]
        if payment["session_pk"] is not None and payment["method"] == "cash":
            self.drawers[payment["drawer"]] -= payment["amount"]

    def _move(self, first: int, second: int) -> None:
        payment = self._payment(first)
        PartService(self.desk).move(MoveDraft(self._uid(), payment["pk"], self._pick(second)))

    def _split(self, first: int, second: int) -> None:
        payment = self._payment(first)
        left = PartService(self.desk).parts(payment["pk"]).left
        wanted = ((self._pick(0), second), (self._pick(1), left - second))
        PartService(self.desk).split(SplitDraft(self._uid(), payment["pk"], wanted))

    def _stripe(self, first: int, second: int) -> None:
        """A card payment comes in, of today or some days ago, for a booking or for none."""
        reference = f"LN-{first % 4}" if first % 4 < 3 else ""
        past = (self.clock.at - NOON) // 86_400
        self.check_reports()
        pay(self.desk, Homeless(Card(self._uid(), second, reference, days_ago=first % 5 - past)))
        self.income += second
        counts = self._rows()["payments"][-1]["business_date"]  # text, or a date
        self._forget_balances(
            date.fromisoformat(str(counts))
        )  # of later evenings it is a part, as long as its own day is open

    def _merge(self, first: int, _second: int) -> None:
        manual, stripe = self._alike(first)
        self.check_reports()
        DuplicateService(self.desk).merge(PairDraft(self._uid(), manual["pk"], stripe["pk"]))
        self.income -= manual["amount"]
        self._forget_balances(date.min)  # a payment that had no booking has that of its twin, on past evenings too

    def _open(self, _first: int, second: int) -> None:
        name = self.desk.operator.desk
        DrawerService(self.desk).open(OpenDraft(self._uid(), (Money(second, CURRENCY),), "counted again"))
        assert name not in self.drawers
        self.drawers[name] = second

    def _cash(self, first: int, second: int) -> None:
        kind = _KINDS[first % 3]
        DrawerService(self.desk).move(MovementDraft(self._uid(), kind, Money(second, CURRENCY), "for a reason"))
        self.drawers[self.desk.operator.desk] += second if kind is MovementKind.PAID_IN else -second

    def _close(self, first: int, second: int) -> None:
        """Counted right, or off by up to two cents; some of it is put away."""
        drawers, name = DrawerService(self.desk), self.desk.operator.desk
        session = drawers.current().session
        if session is None:
            raise KnownError("drawer.not_open", desk=name)
        counted = max(0, self.drawers[name] + first % 5 - 2)
        found = drawers.figures(session.pk)
        others = tuple((one.method, Money(one.booked, CURRENCY)) for one in found.others)
        shown = drawers.count(CountDraft(self._uid(), session.pk, pieces_of(counted), others)).value
        drop = min(counted, second)
        draft = CloseDraft(self._uid(), session.pk, shown.count.uid, shown.variances, (Money(drop, CURRENCY),),
                           "counted twice", accepted=True)  # fmt: skip
        closing = drawers.close(draft).value.closing
        assert closing is not None
        (cash,) = (one for one in closing.variances if one.method == CASH)
        assert (cash.expected, cash.variance) == (self.drawers.pop(name), counted - cash.expected)
        self.left[name] = counted - drop
        assert drawers.current().handed_over == (Money(self.left[name], CURRENCY),)

    def _close_day(self, first: int, _second: int) -> None:
        days = DayService(self.desk)
        day = days.now().today - timedelta(days=first % 3)
        days.close(DayDraft(self._uid(), day, days.state(day).open_things))
        self.days[day] = self._day(day)
        self.check_reports()

    def _reopen_day(self, first: int, _second: int) -> None:
        days = DayService(self.desk)
        day = days.now().today - timedelta(days=first % 3)
        days.reopen(DayDraft(self._uid(), day, reason="a slip was found"))
        del self.days[day]
        self.told = {key: was for key, was in self.told.items() if key[0] != day}

    def _stay(self, first: int, _second: int) -> None:
        booking = BookingService(self.desk).get(self._pick(first))
        deed = (Deed.CHECK_IN, Deed.CHECK_OUT, Deed.NO_SHOW, Deed.CANCEL)[first % 4]
        StayService(self.desk).do(deed, booking.pk, open_balance=booking.balance.minor)

    def _unstay(self, first: int, _second: int) -> None:
        StayService(self.desk).undo(self._pick(first))

    def _wait(self, first: int, _second: int) -> None:
        self.clock.advance(3_600 * (first % 30))

    def _walk(self, _first: int, _second: int) -> None:
        self.at = 1 - self.at

    # --- what must hold

    def check(self) -> None:
        """Balances, the sum of all money, refunds, drawers and closed days."""
        rows = self._rows()
        balances = self._balances(rows)
        service = BookingService(self.desk)
        totals = [service.get(pk).totals for pk in self.bookings]
        assert [one.balance for one in totals] == [balances[pk] for pk in self.bookings]
        homeless = sum(one["amount"] for one in rows["payments"] if one["booking_pk"] is None)
        assert sum(one.paid - one.refunded for one in totals) + homeless == self.income
        for payment in rows["payments"]:
            back = sum(one["amount"] for one in rows["refunds"] if one["payment_pk"] == payment["pk"])
            assert back <= payment["amount"]
        self._check_drawers(rows)
        for day, was in self.days.items():
            assert self._day(day) == was, f"{day} was closed"

    def check_reports(self) -> None:
        """Deposits, nights and rooms of each closed day that is over are told as they were told first."""
        reports, today = ReportService(self.desk), DayService(self.desk).now().today
        for day in (one for one in self.days if one < today):
            for name in (ReportName.BALANCES, ReportName.NIGHTS, ReportName.OCCUPANCY):
                rows = reports.preview(Ask(name, DateRange(day, day))).rows
                assert self.told.setdefault((day, name), rows) == rows, f"{name} of {day}"

    def _forget_balances(self, since: date) -> None:
        """What is owed on these evenings may be told anew."""
        told = self.told.items()
        self.told = {key: was for key, was in told if key[1] is not ReportName.BALANCES or key[0] < since}

    def _check_drawers(self, rows: dict[str, list[dict[str, Any]]]) -> None:
        """Every cash row is in one drawer or in none, and the open ones hold what they should."""
        for desk in self.desks:
            drawers = DrawerService(desk)
            session = drawers.current().session
            assert (session is not None) == (desk.operator.desk in self.drawers)
            if session is not None:
                assert drawers.figures(session.pk).cash[0].expected == self.drawers[desk.operator.desk]
        cash = sum(one["amount"] for one in rows["payments"] if one["method"] == "cash" and not one["void"])
        cash -= sum(one["amount"] for one in rows["refunds"] if one["method"] == "cash")
        drawers = DrawerService(self.desk)
        found = [drawers.figures(one.pk).cash[0] for one in drawers.latest()]
        inside = sum(one.received - one.change - one.voided - one.refunds for one in found)
        span = DateRange(date(2026, 10, 1), date(2028, 12, 31))
        assert inside + sum(one.expected for some in drawers.uncounted(span) for one in some.cash) == cash

    def _balances(self, rows: dict[str, list[dict[str, Any]]]) -> dict[int, int]:
        """What each booking owes, added up from rows."""
        balances: defaultdict[Any, int] = defaultdict(int)
        for line in rows["charge_lines"]:
            balances[line["booking_pk"]] += line["amount"]
        counted = {one["pk"]: one for one in rows["payments"] if not one["void"]}
        for payment in counted.values():
            balances[payment["booking_pk"]] -= payment["amount"]
        refunds = {one["pk"]: one for one in rows["refunds"] if one["status"] == "succeeded"}
        for one in refunds.values():
            balances[counted[one["payment_pk"]]["booking_pk"]] += one["amount"]
        for step in rows["payment_transfers"]:
            if step["whole"] or step["payment_pk"] not in counted:
                continue
            if step["refund_pk"] is None:
                balances[step["from_booking_pk"]] += step["amount"]
                balances[step["to_booking_pk"]] -= step["amount"]
            elif step["refund_pk"] in refunds:
                balances[step["from_booking_pk"]] -= step["amount"]
                balances[step["to_booking_pk"]] += step["amount"]
        return balances

    def _rows(self) -> dict[str, list[dict[str, Any]]]:
        with self.db.reading() as connection:
            found = {
                name: [dict(row) for row in connection.execute(text(f"SELECT * FROM {name} ORDER BY pk")).mappings()]
                for name in ("charge_lines", "payments", "refunds", "payment_voids", "payment_pairs",
                             "payment_transfers", "drawer_sessions")
            }  # fmt: skip
        void = {one["payment_pk"] for one in found["payment_voids"]}
        void |= {one["manual_pk"] for one in found["payment_pairs"]}
        split = {one["payment_pk"] for one in found["payment_transfers"] if not one["whole"]}
        desks = {one["pk"]: one["desk"] for one in found["drawer_sessions"]}
        for one in found["payments"]:
            one |= {"void": one["pk"] in void, "split": one["pk"] in split, "drawer": desks.get(one["session_pk"])}
        return found

    def _day(self, day: date) -> tuple[Any, ...]:
        """What a day comes to."""
        totals = PaymentService(self.desk).totals(PaymentQuery(days=DateRange(day, day)))
        with self.db.reading() as connection:
            query = "SELECT count(*), coalesce(sum(amount), 0) FROM charge_lines WHERE business_date = :day"
            charges = connection.execute(text(query), {"day": day.isoformat()}).one()
        return (totals.counted, tuple(charges))

    # --- choosing

    def _uid(self) -> str:
        return self.ids.uid()

    def _pick(self, number: int) -> int:
        return self.bookings[number % len(self.bookings)]

    def _payment(self, number: int) -> dict[str, Any]:
        found = self._rows()["payments"]
        if not found:
            raise KnownError("payment.not_found")
        return found[number % len(found)]

    def _alike(self, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Some card payment by hand, and one of Stripe's, alike if there are such."""
        found = self._rows()["payments"]
        pairs = [
            (one, other)
            for one in found
            for other in found
            if (one["source"], one["method"], other["source"]) == ("manual", "card", "stripe")
            and one["amount"] == other["amount"]
        ]
        if not pairs:
            raise KnownError("payment.not_found")
        return pairs[number % len(pairs)]

    def _move_cash(self, method: str, minor: int) -> None:
        name = self.desk.operator.desk
        if method == "cash" and name in self.drawers:
            self.drawers[name] += minor

    def _booking(self, at: int) -> int:
        draft = BookingDraft(Guest(f"Guest {at}"), date(2026, 11, 1), date(2026, 11, 20), reference=f"LN-{at}",
                             room=str(at), total=Money(20_000, CURRENCY))  # fmt: skip
        return BookingService(self.desks[0]).add(draft).value.pk


def pieces_of(minor: int) -> tuple[tuple[str, int, int], ...]:
    """A sum in notes and coins; nothing is no coin of one cent."""
    found = []
    for value in DENOMINATIONS[CURRENCY].values:
        count, minor = divmod(minor, value)
        if count:
            found.append((CURRENCY, value, count))
    return tuple(found) or ((CURRENCY, 1, 0),)
