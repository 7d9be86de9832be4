"""What the drawer's pages say: the lines of what should be in it, and how a count compares."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from rentease_desk.domain.drawers import CASH, Agreement, CashSums, Figures, Movement, MovementKind, Variance
from rentease_desk.domain.money import Money, plain_decimal
from rentease_desk.gui.formats import Formats
from rentease_desk.gui.words import tr

TONES = {Agreement.AGREES: "good", Agreement.INSIDE: "attn", Agreement.OUTSIDE: "wrong"}
ICONS = {Agreement.AGREES: "circle-tick", Agreement.INSIDE: "triangle", Agreement.OUTSIDE: "triangle"}


class DrawerLine(Struct, frozen=True):
    """One line of a table of sums: text, a small detail, and figures under the columns at the right.

    ``tone``: of the figures; ``tint``: of the whole line. ``icons``: one before a figure, or "".
    """

    text: str
    detail: str
    figures: tuple[str, ...]
    tone: str = ""
    tint: str = ""
    strong: bool = False
    icons: tuple[str, ...] = ()


def kind_name(kind: MovementKind) -> str:
    """What moved."""
    return {
        MovementKind.FLOAT: tr("Opening float"),
        MovementKind.PAID_IN: tr("Paid in"),
        MovementKind.PAID_OUT: tr("Paid out"),
        MovementKind.DROP: tr("Drop"),
        MovementKind.HANDOVER: tr("Put away at the close"),
    }[kind]


def expected_lines(found: Figures, sums: CashSums, formats: Formats) -> list[DrawerLine]:
    """What went through the drawer in one currency, to what should be in it."""
    moved = {kind: [one for one in found.movements if one.kind is kind and one.currency == sums.currency]
             for kind in MovementKind}  # fmt: skip
    told = {kind: _reasons(some, formats) for kind, some in moved.items()}

    def several(number: int, one: str, more: str) -> str:
        return one if number == 1 else more.format(count=formats.count(number))

    received = several(sums.payments, tr("1 payment, as tendered"), tr("{count} payments, as tendered"))
    changes = several(sums.changes, tr("once"), tr("{count} times"))
    voids = several(sums.voids, tr("1 payment"), tr("{count} payments"))
    refunds = several(sums.given_back, tr("1 refund"), tr("{count} refunds"))
    lines = [
        (tr("Opening float"), told[MovementKind.FLOAT], sums.opening, True, ""),
        (tr("Cash received"), received, sums.received, True, ""),
        (tr("Change given"), changes, -sums.change, True, ""),
        (tr("Made void"), voids, -sums.voided, bool(sums.voids), ""),
        (tr("Cash refunds"), refunds, -sums.refunds, True, "wrong" if sums.refunds else ""),
        (tr("Paid in"), told[MovementKind.PAID_IN], sums.paid_in, True, ""),
        (tr("Paid out"), told[MovementKind.PAID_OUT], -sums.paid_out, True, ""),
        (tr("Drops"), told[MovementKind.DROP], -sums.drops, True, ""),
    ]
    return [
        DrawerLine(text, detail, (formats.amount(minor, sums.currency),), tone)
        for text, detail, minor, is_told, tone in lines
        if is_told
    ]


def comparison_lines(sums: CashSums, variance: Variance, tone: str, formats: Formats) -> list[DrawerLine]:
    """Below them: expected, counted, and the variance, a line of its own."""

    def amount(minor: int) -> tuple[str]:
        return (formats.amount(minor, sums.currency),)

    lines = [
        DrawerLine(tr("Expected"), "", amount(variance.expected), strong=True),
        DrawerLine(tr("Counted"), "", amount(variance.counted)),
        DrawerLine(tr("Variance, a line of its own"), "", amount(variance.variance), tone, tone, strong=True),
    ]
    if sums.rounding:
        lines.append(DrawerLine(tr("Cash rounding"), tr("contained above"), amount(sums.rounding)))
    return lines


def other_lines(
    found: Figures, variances: Sequence[Variance], tolerance: Sequence[Money], formats: Formats
) -> list[DrawerLine]:
    """Counted, booked and the difference of each other method."""
    labels = {one.method: one.label for one in found.others}
    lines = []
    for one in variances:
        if one.method != CASH:
            agreement = one.agreement(tolerance)
            figures = tuple(formats.amount(minor, one.currency) for minor in (one.counted, one.expected, one.variance))
            icons = ("", "", "tick" if agreement is Agreement.AGREES else "triangle")
            name = labels.get(one.method, one.method)
            lines.append(DrawerLine(name, one.currency.upper(), figures, TONES[agreement], icons=icons))
    return lines


def movement_lines(found: Figures, formats: Formats) -> list[DrawerLine]:
    """What was put in and taken out by hand, as it happened."""
    signs = {MovementKind.FLOAT: 1, MovementKind.PAID_IN: 1}
    return [
        DrawerLine(
            kind_name(one.kind),
            " · ".join(part for part in (formats.time(one.at), one.actor, one.reason) if part),
            (formats.money(Money(signs.get(one.kind, -1) * one.amount, one.currency)),),
        )
        for one in found.movements
    ]


def variance_words(variance: Variance, agreement: Agreement) -> str:
    """How a count compares, in words."""
    if agreement is Agreement.AGREES:
        return tr("It agrees")
    short = variance.variance < 0
    if agreement is Agreement.INSIDE:
        return tr("Short, inside tolerance") if short else tr("Over, inside tolerance")
    return tr("Short, a manager is needed") if short else tr("Over, a manager is needed")


def tolerance_words(currency: str, tolerance: Sequence[Money], formats: Formats) -> str:
    """What follows from a difference."""
    within = next((one for one in tolerance if one.currency == currency), None)
    if within is None:
        return tr("any difference needs a manager")
    return tr("up to {amount} a note is enough").format(amount=formats.money(within))


def piece_name(value: int, currency: str) -> str:
    """``200`` or ``0.50``: the value of a note or coin."""
    whole, _, fraction = plain_decimal(Money(value, currency)).partition(".")
    return whole if not fraction.strip("0") else f"{whole}.{fraction}"


def _reasons(some: Sequence[Movement], formats: Formats) -> str:
    """When and why; of several only how many."""
    if len(some) > 1:
        return tr("{count} times").format(count=formats.count(len(some)))
    for one in some:
        parts = (formats.time(one.at), one.reason or one.actor)
        return ", ".join(part for part in parts if part)
    return ""
