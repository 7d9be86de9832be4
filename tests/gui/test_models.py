"""What the models put into cells: texts, colours, and what a screen reader says."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QAbstractItemModel, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from rentease_desk.domain.booking import BookingStatus
from rentease_desk.domain.folio import Folio, FolioLine
from rentease_desk.domain.lists import BookingQuery, BookingView, MoneyKind, MoneyRow, PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment, PaymentState, PaymentStatus, RefundStatus, Source
from rentease_desk.domain.stays import DayAtDesk, Sums
from rentease_desk.domain.stripe_objects import Unreadable
from rentease_desk.domain.sync import RunOutcome, Summary, SyncRun, Trigger
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.bookings_model import BookingsModel, BookingSource
from rentease_desk.gui.models.cell import CELL_ROLE, Cell
from rentease_desk.gui.models.cell_model import CellModel
from rentease_desk.gui.models.folio_model import FolioModel
from rentease_desk.gui.models.payments_model import PaymentsModel, PaymentSource
from rentease_desk.gui.models.runs_model import RunsModel
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.day_strip import DayStrip, SyncTimes
from rentease_desk.gui.words import balance_chip, method_group, method_icon, method_name
from tests.gui.conftest import idle
from tests.tools.gui import NOON, Hotel, in_worker

MINUS = "\N{MINUS SIGN}"
SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)

ROW = MoneyRow(
    key=2, kind=MoneyKind.PAYMENT, uid="u", payment_pk=1, booking_pk=1, booking_reference="LN-1998",
    guest="Fatima El Mansouri", payer_name=None, source=Source.STRIPE, method="card", brand="visa", last4="4242",
    status=PaymentStatus.SUCCEEDED, gross=58_050, counted=58_050, fee=896, currency="eur", occurred_at=NOON,
    business_date=date(2026, 11, 5), original_date=None, reference="", note="", disputed=False,
    stripe_payment_id="pi_1", stripe_charge_id="ch_1", stripe_refund_id=None, actor="Stripe", desk="Desk 1",
    net=57_154, settlement_currency="eur",
)  # fmt: skip
REFUND = replace(
    ROW, key=3, kind=MoneyKind.REFUND, status=RefundStatus.SUCCEEDED, gross=-9_750, counted=-9_750, fee=None,
    net=None, settlement_currency=None, original_date=date(2026, 11, 3),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that are there already."""

    rows_: tuple[MoneyRow, ...]

    def keys(self, _limit: int | None = None, /) -> array[int]:
        return array("q", [row.key for row in self.rows_])

    def rows(self, keys: Sequence[int]) -> list[MoneyRow]:
        return [row for row in self.rows_ if row.key in keys]

    def key_of(self, row: MoneyRow) -> int:
        return row.key


def cells(model: CellModel[Any], row: int = 0) -> dict[str, Cell]:
    found = {column.name: model.index(row, at).data(CELL_ROLE) for at, column in enumerate(model.columns)}
    assert all(isinstance(cell, Cell) for cell in found.values())
    return found


def money_cells(qtbot: QtBot, context: Context, row: MoneyRow) -> dict[str, Cell]:
    model = PaymentsModel(context, context)
    with qtbot.waitSignal(model.reloaded):
        model.load(Rows((row,)))
    found = cells(model)
    speaks(model)
    return found


def speaks(model: QAbstractItemModel) -> None:
    """Every cell that shows something says something, and never a bare minus sign or a dash."""
    for row in range(model.rowCount()):
        for column in range(model.columnCount()):
            index = model.index(row, column)
            shown, said = str(index.data()), str(index.data(SPOKEN))
            assert bool(shown) == bool(said), (shown, said)
            assert not {MINUS, "-"} & set(said.split()), said
            assert MINUS not in said, said
            assert said != "\N{EN DASH}", shown


def test_bookings(qtbot: QtBot, qtmodeltester: ModelTester, context: Context, hotel: Hotel) -> None:
    model = BookingsModel(context, context)
    with qtbot.waitSignal(model.reloaded):
        model.load(BookingSource(hotel.services.bookings, BookingQuery(context.today(), view=BookingView.ALL)))
    assert model.rowCount() == 6
    qtmodeltester.check(model)
    speaks(model)
    soren = cells(model, model.row_of(hotel.pks["soren"]) or 0)
    assert soren["guest"].text == "Søren Lindqvist"
    assert soren["arrival"].text == "Sun 1 Nov"
    assert soren["arrival"].tip == "Sunday 1 November 2026"
    assert (soren["total"].text, soren["total"].code) == ("498.00", "EUR")
    assert soren["paid"].text == "352.00"
    assert soren["balance"].plain == "€146.00 late"
    yen = cells(model, model.row_of(hotel.pks["haruto"]) or 0)
    assert (yen["total"].text, yen["paid"].text) == ("50,000", "24,800")
    assert yen["balance"].plain == "JP¥25,200 due"


def test_payments(qtbot: QtBot, qtmodeltester: ModelTester, context: Context, hotel: Hotel) -> None:
    model = PaymentsModel(context, context)
    with qtbot.waitSignal(model.reloaded):
        model.load(PaymentSource(hotel.services.payments, PaymentQuery()))
    assert model.rowCount() == 6
    qtmodeltester.check(model)
    speaks(model)


def test_a_stripe_payment(qtbot: QtBot, context: Context) -> None:
    row = money_cells(qtbot, context, ROW)
    assert (row["date"].plain, row["date"].lead) == ("Thu 5 Nov 13:00", "Thu 5 Nov")
    assert row["date"].spoken == "Thursday 5 November 2026, 13:00"
    assert (row["guest"].text, row["guest"].aside) == ("Fatima El Mansouri", "LN-1998")
    assert (row["method"].plain, row["method"].spoken) == ("Visa •• 4242", "Visa ending in 4242")
    assert (row["gross"].text, row["gross"].code, row["gross"].strong) == ("580.50", "EUR", True)
    assert (row["fee"].text, row["fee"].spoken) == (f"{MINUS}8.96", "minus €8.96")
    assert (row["net"].text, row["net"].code) == ("571.54", None)
    assert row["status"].plain == "Succeeded"
    assert row["source"].text == "Stripe"


def test_what_was_settled_in_another_currency_names_it(qtbot: QtBot, context: Context) -> None:
    """Yen for the guest, euros for the property: no figure is shown in a currency that it is not in."""
    abroad = replace(ROW, currency="jpy", gross=9_000, counted=9_000, fee=112, net=5_288, settlement_currency="eur")
    row = money_cells(qtbot, context, abroad)
    assert (row["gross"].text, row["gross"].code) == ("9,000", "JPY")
    assert (row["fee"].text, row["fee"].code, row["fee"].spoken) == (f"{MINUS}1.12", "EUR", "minus €1.12")
    assert (row["net"].text, row["net"].code) == ("52.88", "EUR")


def test_a_refund_is_a_row_of_its_own(qtbot: QtBot, context: Context) -> None:
    row = money_cells(qtbot, context, REFUND)
    assert (row["gross"].text, row["gross"].colour) == (f"{MINUS}97.50", "wrong")
    assert row["gross"].spoken == "minus €97.50"
    assert row["guest"].aside == "of 3 Nov"
    assert row["net"].text == f"{MINUS}97.50"
    assert row["status"].plain == "Refund succeeded"


def test_a_refund_that_failed_later_is_told_twice(qtbot: QtBot, context: Context) -> None:
    """Where it went it still counts; where it came back it says so."""
    failed = replace(REFUND, status=RefundStatus.FAILED)
    returned = replace(failed, key=-3, kind=MoneyKind.RETURN, gross=9_750, counted=9_750)
    (went, came) = (money_cells(qtbot, context, row) for row in (failed, returned))
    assert [row["status"].plain for row in (went, came)] == ["Refund failed", "Refund returned"]
    assert (went["gross"].colour, came["gross"].colour, came["net"].text) == ("wrong", "text", "97.50")
    assert went["gross"].spoken == "minus €97.50"


def test_a_day_with_nothing_but_a_refund_that_came_back_says_so(qtbot: QtBot, context: Context) -> None:
    """No refund went on that day, and money that came back is not red."""
    strip = DayStrip(context)
    day = DayAtDesk(date(2026, 11, 6), returned=Sums(0, (Money(4_000, "eur"),)), returned_by=("Stripe",))
    qtbot.addWidget(strip)
    strip.show_day(day, SyncTimes())
    assert strip.refunds.accessibleName() == "Refunds today: €40.00, Refund returned, Stripe"
    ink = lambda: strip.refunds.figure.palette().windowText().color()  # noqa: E731 - a word
    assert ink() == context.theme.colour("text")
    strip.show_day(replace(day, returned=Sums(1, (Money(-6_000, "eur"),)), returned_by=("Elena",)), SyncTimes())
    assert strip.refunds.accessibleName() == f"Refunds today: {MINUS}€60.00, 1 refund, Elena"
    assert ink() == context.theme.colour("wrong")


def test_a_pending_refund_is_not_red(qtbot: QtBot, context: Context) -> None:
    row = money_cells(qtbot, context, replace(REFUND, status=RefundStatus.PENDING, counted=0))
    assert row["gross"].colour == "text2"
    assert row["gross"].spoken == "minus €97.50, not counted"
    assert (row["net"].text, row["net"].spoken) == ("\N{EN DASH}", "none")


def test_a_failed_payment_counts_as_nothing(qtbot: QtBot, context: Context) -> None:
    row = money_cells(qtbot, context, replace(ROW, status=PaymentStatus.FAILED, counted=0, fee=None, net=None))
    assert (row["gross"].colour, row["gross"].strong, row["gross"].struck) == ("text2", False, False)
    assert row["net"].text == row["fee"].text == "\N{EN DASH}"


def test_a_void_is_struck(qtbot: QtBot, context: Context) -> None:
    void = replace(ROW, source=Source.MANUAL, method="cash", brand=None, last4=None, fee=None, counted=0,
                   status=PaymentStatus.VOIDED)  # fmt: skip
    row = money_cells(qtbot, context, void)
    assert row["gross"].struck
    assert row["status"].plain == "Voided"
    assert row["method"].plain == "Cash"


def test_a_payment_without_a_booking(qtbot: QtBot, context: Context) -> None:
    lone = replace(ROW, booking_pk=None, booking_reference=None, guest=None, payer_name="A Okafor")
    row = money_cells(qtbot, context, lone)
    assert (row["guest"].plain, row["guest"].aside_colour) == ("A Okafor no booking", "attn")
    nameless = money_cells(qtbot, context, replace(lone, payer_name=None))
    assert nameless["guest"].text == "No name given"


def test_the_business_day_is_told_where_it_is_another(qtbot: QtBot, context: Context) -> None:
    night = NOON + 13 * 3600  # 02:00 in Trieste: still the business day before
    row = money_cells(qtbot, context, replace(ROW, occurred_at=night))
    assert row["date"].plain == "Fri 6 Nov 02:00"
    assert "Business day Thursday 5 November 2026" in row["date"].tip


def test_another_year_is_named(qtbot: QtBot, context: Context) -> None:
    row = money_cells(qtbot, context, replace(ROW, occurred_at=NOON - 365 * 86_400))
    assert row["date"].plain == "5 Nov 2025 13:00"


def test_a_moment_of_today_is_told_without_its_day(qtbot: QtBot, context: Context) -> None:
    assert context.formats.recently(NOON) == "13:00"
    assert context.formats.recently(NOON - 86_400) == "Wed 4 Nov, 13:00"


@pytest.mark.parametrize(
    ("source", "method", "brand", "name", "icon"),
    [
        (Source.STRIPE, "card", "visa", "Visa", "card"),
        (Source.STRIPE, "card", "cartes_bancaires", "Cartes Bancaires", "card"),
        (Source.STRIPE, "card", "newbrand", "Newbrand", "card"),
        (Source.STRIPE, "sepa_debit", None, "SEPA debit", "bank"),
        (Source.STRIPE, "card_present", None, "Card present", "terminal"),
        (Source.STRIPE, "some_new_way", None, "Some new way", "card"),
        (Source.MANUAL, "card", None, "Card terminal", "terminal"),
        (Source.MANUAL, "cash", None, "Cash", "cash"),
        (Source.MANUAL, "gift_voucher", None, "Gift voucher", "receipt"),
    ],
)
def test_methods_have_names_and_icons(
    context: Context, source: Source, method: str, brand: str | None, name: str, icon: str
) -> None:
    assert method_name(source, method, brand, context.settings) == name
    assert method_icon(source, method) == icon


def test_a_stripe_card_is_never_summed_with_one_on_a_terminal(context: Context) -> None:
    settings = context.settings
    assert method_group(Source.STRIPE, "card", settings) == "Card · Stripe"
    assert method_group(Source.MANUAL, "card", settings) == "Card terminal"
    assert method_group(Source.STRIPE, "sepa_debit", settings) == "SEPA debit · Stripe"


def test_balances_say_what_they_ask_for(qtbot: QtBot, context: Context, hotel: Hotel) -> None:
    found = {name: in_worker(partial(hotel.services.bookings.get, pk)) for name, pk in hotel.pks.items()}
    chips = {name: balance_chip(one, context.formats, context.today()) for name, one in found.items()}
    assert {name: (chip.word, chip.tone) for name, chip in chips.items()} == {
        "soren": ("€146.00 late", Tone.WRONG),
        "fatima": ("Settled", Tone.GOOD),
        "noor": ("€655.00 by 20 Dec", Tone.NEUTRAL),
        "oliver": ("Settled", Tone.GOOD),
        "renata": ("€42.00 to give back", Tone.ATTENTION),
        "haruto": ("JP¥25,200 due", Tone.ATTENTION),
    }
    soren, today = found["soren"], context.today()
    coming = replace(soren, totals=replace(soren.totals, pending=14_600))
    assert balance_chip(coming, context.formats, today).word == "€146.00 on its way"
    cancelled = replace(found["noor"], status=BookingStatus.CANCELLED)
    assert balance_chip(cancelled, context.formats, today).word == "€655.00 late"


# --- folio


def folio_of(hotel: Hotel, name: str) -> Folio:
    return in_worker(lambda: hotel.services.bookings.folio(hotel.pks[name]))


@pytest.mark.parametrize("narrow", [False, True])
def test_a_folio(qtmodeltester: ModelTester, context: Context, hotel: Hotel, narrow: bool) -> None:
    model = FolioModel(context, narrow=narrow, parent=context)
    model.show_folio(folio_of(hotel, "soren"))
    qtmodeltester.check(model)
    speaks(model)
    assert model.rowCount() == 3
    balances = [cells(model, row)["balance"].text for row in range(3)]
    assert balances == [f"{MINUS}150.00", f"{MINUS}352.00", "146.00"]
    assert [cells(model, row)["balance"].strong for row in range(3)] == [False, False, True]


def _payment_line(folio: Folio, **changes: Any) -> FolioLine:
    line = next(one for one in folio.lines if isinstance(one.item, Payment))
    assert isinstance(line.item, Payment)
    item = replace(line.item, **changes)
    return replace(line, item=item, currency=item.currency)


def test_a_void_is_struck_and_says_why(context: Context, hotel: Hotel) -> None:
    folio = folio_of(hotel, "soren")
    line = replace(
        _payment_line(folio, status=PaymentStatus.VOIDED, void_reason="typed twice"), struck=True, balance=None
    )
    model = FolioModel(context, parent=context)
    model.show_folio(replace(folio, lines=(line,)))
    row = cells(model)
    assert (row["text"].struck, row["text"].aside) == (True, "typed twice, voided")
    assert row["payment"].struck
    assert row["balance"].plain == ""
    assert row["status"].plain == "Voided"


def test_a_failed_card_says_why(context: Context, hotel: Hotel) -> None:
    folio = folio_of(hotel, "soren")
    line = _payment_line(
        folio, source=Source.STRIPE, method="card", brand="visa", last4="0341", state=PaymentState.FAILED,
        status=PaymentStatus.FAILED, failure_message="Your card was declined.", reference="",
    )  # fmt: skip
    model = FolioModel(context, parent=context)
    model.show_folio(replace(folio, lines=(replace(line, balance=None),)))
    row = cells(model)
    assert row["text"].plain == "Visa •• 0341  Your card was declined."
    assert row["payment"].colour == "text2"


@pytest.mark.parametrize("last", [True, False])
def test_another_currency_is_named_wherever_it_stands(context: Context, hotel: Hotel, last: bool) -> None:
    folio = folio_of(hotel, "soren")
    foreign = replace(_payment_line(folio, currency="jpy", amount=5_000), paid=5_000, balance=None)
    lines = (*folio.lines, foreign) if last else (foreign, *folio.lines)
    model = FolioModel(context, parent=context)
    model.show_folio(replace(folio, lines=lines))
    speaks(model)
    at = len(folio.lines) if last else 0
    assert (cells(model, at)["payment"].text, cells(model, at)["payment"].code) == ("5,000", "JPY")
    others = [cells(model, row)["payment"] for row in range(len(lines)) if row != at]
    assert {cell.code for cell in others} == {None}
    assert {cell.colour for cell in others if cell.text} == {"text"}


def test_the_same_line_is_found_again(context: Context, hotel: Hotel) -> None:
    folio = folio_of(hotel, "soren")
    model = FolioModel(context, parent=context)
    model.show_folio(folio)
    line = model.line_at(1)
    assert line is not None
    model.show_folio(replace(folio, lines=folio.lines[1:]))
    assert model.row_of(line) == 0
    model.show_folio(replace(folio, lines=folio.lines[2:]))
    assert model.row_of(line) is None


# --- runs

RUN = SyncRun(
    pk=1, trigger=Trigger.PERSON, started_at=NOON, ended_at=NOON + 9, range_start=NOON - 6 * 86_400 - 13 * 3600,
    range_end=NOON + 11 * 3600, outcome=RunOutcome.DONE, summary=Summary(49, 3, 4, 42, 2, 1, 0), error_code=None,
    error_text=None, failures=(), actor="Elena", desk="Desk 1",
)  # fmt: skip


def test_runs(qtbot: QtBot, qtmodeltester: ModelTester, context: Context) -> None:
    model = RunsModel(context, context)
    failed = replace(RUN, outcome=RunOutcome.FAILED, error_text="Stripe cannot be reached.", trigger=Trigger.TIMER)
    odd = replace(
        RUN, summary=replace(RUN.summary, failed=2), failures=(Unreadable("charge", "ch_1", "no amount"),) * 2
    )
    begun = replace(RUN, outcome=RunOutcome.RUNNING, range_start=0, range_end=0, ended_at=None)
    model.show_runs((RUN, failed, odd, begun))
    qtmodeltester.check(model)
    speaks(model)
    first = cells(model)
    assert (first["at"].text, first["by"].plain) == ("Thu 5 Nov, 13:00", "Elena by hand")
    assert first["range"].text == "30 Oct – 5 Nov"
    assert first["range"].tip == "Friday 30 October 2026 – Thursday 5 November 2026"
    assert [first[name].text for name in ("fetched", "new", "updated")] == ["49", "3", "4"]
    assert (cells(model, 1)["result"].plain, cells(model, 1)["result"].tip) == ("Failed", "Stripe cannot be reached.")
    assert cells(model, 1)["by"].text == "by the timer"
    assert cells(model, 2)["result"].plain == "2 not understood"
    assert cells(model, 2)["result"].tip.splitlines() == ["charge ch_1: no amount"] * 2
    assert cells(model, 3)["result"].plain == "Running"
    idle(qtbot, context)
