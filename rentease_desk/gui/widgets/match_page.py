"""The two halves of the page of unmatched payments: what waits, and what one of them may be for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.unmatched_models import CandidatesModel, WaitingModel
from rentease_desk.gui.widgets.basics import Button, Icon, IconButton, Label, column, frame, row, scrolled
from rentease_desk.gui.widgets.elided import ElidedLabel, FittingLabel
from rentease_desk.gui.widgets.empty_state import EmptyState
from rentease_desk.gui.widgets.flow import FlowLayout
from rentease_desk.gui.widgets.match_lists import CandidateDelegate, WaitingDelegate
from rentease_desk.gui.widgets.search_field import SearchField
from rentease_desk.gui.widgets.sizes import keep_size
from rentease_desk.gui.widgets.tall_list import ROW, TallList
from rentease_desk.gui.widgets.waiting_card import WaitingCard

_LIST = 360
_CODE = 28
_LEAST_ROWS = 2
_LEAST_WIDTH = 360


class WaitingPanel(QFrame):
    """What waits, or what is ignored, with its sums at the foot. ``other``: shows the other of the two."""

    def __init__(self, context: Context, model: WaitingModel, title: QWidget, subtitle: QLabel) -> None:
        super().__init__()
        self.setProperty("bar", "page")
        self._context, self._subtitle = context, subtitle
        self.list = TallList(context, model, self.tr("Payments without a booking"))
        self.list.setItemDelegate(WaitingDelegate(self.list, context))
        self.empty = EmptyState(context.theme, self.list)
        self.other = Button(context.theme, "", kind="text", key="V")
        head = column(spacing=2, margins=(24, 12, 12, 16))
        head.addLayout(row(title, None, self.other))
        head.addWidget(subtitle)
        line = frame(bar="line")
        line.setFixedHeight(1)
        self._sums = QVBoxLayout()
        self._sums.setSpacing(2)
        foot = frame(bar="foot")
        self._sum_of = Label(context.theme, tone="text2")
        inside = row(self._sum_of, None, margins=(24, 12, 24, 12))
        inside.addLayout(self._sums)
        foot.setLayout(inside)
        layout = column(spacing=0)
        layout.addLayout(head)
        for part in (line, self.list, foot):
            layout.addWidget(part)
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self._foot = foot
        keep_size(self, context.theme, least_width=300)
        self.show_kind(ignored=False)

    def show_kind(self, *, ignored: bool) -> None:
        """Say which of the two it is."""
        self._ignored = ignored
        self._sum_of.setText(self.tr("Ignored") if ignored else self.tr("Waiting"))
        self.other.setText(self.tr("Waiting") if ignored else self.tr("Ignored"))
        self.other.setAccessibleName(self.tr("Show waiting") if ignored else self.tr("Show ignored"))
        self.other.updateGeometry()

    def put_beside(self, other: QWidget, layout: QVBoxLayout) -> None:
        """This at the left of another part, with a line between them that can be moved."""
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self)
        splitter.addWidget(other)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([self._context.theme.px(_LIST), self._context.theme.px(900)])
        layout.addWidget(splitter, 1)

    def show_listed(self, found: Sequence[Payment]) -> None:
        """How many there are, and their sums."""
        if self._ignored:
            one, many = self.tr("1 card payment that is ignored"), self.tr("{count} card payments that are ignored")
        else:
            one, many = self.tr("1 card payment without a booking"), self.tr("{count} card payments without a booking")
        count = self._context.formats.count(len(found))
        self._subtitle.setText(one if len(found) == 1 else many.format(count=count))
        self._show_sums(_sums(found))

    def _show_sums(self, sums: list[Money]) -> None:
        """A line a currency; nothing at all is said in words."""
        while (item := self._sums.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for one in sums:
            self._sums.addWidget(self._sum(one))
        self._foot.setVisible(bool(sums))
        if sums:
            self.empty.hide()
        elif self._ignored:
            told = self.tr("A payment that belongs to no booking, as of a web shop, comes here by I, with a reason.")
            self.empty.say(self.tr("No payment is ignored"), told)
        else:
            self.empty.say(self.tr("Every card payment has a home"), self.tr("One that names no booking waits here."))

    def _sum(self, one: Money) -> QWidget:
        """A figure, its currency in a slot of its own, so that decimals line up."""
        theme, code = (
            self._context.theme,
            Label(self._context.theme, one.currency.upper(), size=tokens.SMALL, tone="text2"),
        )
        figure = Label(theme, self._context.formats.amount(one.minor, one.currency), weight=QFont.Weight.DemiBold)
        code.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        figure.setAccessibleName(f"{figure.text()} {code.text()}")
        keep_size(code, theme, width=_CODE)
        made = QWidget()
        made.setLayout(row(None, figure, code, spacing=2))
        return made


class MatchPanel(QFrame):
    """The marked payment, the bookings it may be for, what Enter will do, and the buttons."""

    def __init__(self, context: Context, model: CandidatesModel) -> None:
        super().__init__()
        theme = context.theme
        self.card = WaitingCard(context)
        self._place = FittingLabel(theme, tone="text2")
        self.up = IconButton(theme, "chevron-up", self.tr("Payment before"))
        self.down = IconButton(theme, "chevron-down", self.tr("Next payment"))
        for part in (self._place, self.up, self.down):
            self.card.head.addWidget(part)
        self._question = Label(theme, self.tr("Which booking is it for?"), weight=QFont.Weight.DemiBold)
        self._advice = ElidedLabel(theme, tone="text2")
        self.search = SearchField(theme, self.tr("Search another booking"), "Esc")
        keep_size(self.search, theme, least_width=200)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.candidates = TallList(context, model, self.tr("Bookings it may be for"))
        self.candidates.setItemDelegate(CandidateDelegate(self.candidates, context))
        self.candidates.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._none = Label(theme, tone="text2")
        self._none.setWordWrap(True)
        self._effect = Label(theme, tone="text2")
        self._effect.setWordWrap(True)
        self._context = context
        self._lay_out()
        self.show_search(False)
        keep_size(self, theme, least_width=_LEAST_WIDTH)

    def put_buttons(self, *buttons: Button) -> None:
        """At the foot, in two lines where there is little room; the last one at the right."""
        between = QWidget()
        between.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._inside.addLayout(FlowLayout(*buttons[:-1], between, buttons[-1]))

    def show_payment(self, payment: Payment | None, place: int, count: int) -> None:
        """Tell of another payment, or of none."""
        self._whole.setVisible(payment is not None)
        if payment is not None:
            self.card.show_payment(payment)
            told = self._context.formats.count
            self._place.say(self.tr("{place} of {count}").format(place=told(place), count=told(count)))
            self.up.setEnabled(place > 1)
            self.down.setEnabled(place < count)

    def show_found(self, count: int, nothing: str) -> None:
        """How many bookings are shown; ``nothing`` says why there is none."""
        self._rows.setVisible(count > 0)
        self._none.setVisible(count == 0)
        self._none.setText(nothing)
        least, most = (self._context.theme.px(ROW) * rows + 4 for rows in (min(count, _LEAST_ROWS), count))
        self._rows.setMinimumHeight(least)
        self._rows.setMaximumHeight(most)

    def show_reason(self, told: str) -> None:
        """Why it is ignored, in the place of bookings; nothing: bookings again."""
        for part in (self._question, self._advice):
            part.setVisible(not told)
        if told:
            self.show_found(0, told)

    def show_search(self, is_shown: bool) -> None:
        """Show the field to search in, or what is suggested."""
        self.search.setVisible(is_shown)
        self._question.setVisible(not is_shown)
        searching = self.tr("What fits best stands first; Enter goes back.")
        self._ask.setStretchFactor(self._advice, 0 if is_shown else 1)
        self._advice.setText(
            searching if is_shown else self.tr("The strongest first. Without a reference nothing is placed by itself.")
        )

    def show_effect(self, text: str) -> None:
        """What Enter will do."""
        self._effect.setText(text)
        self._effect.setAccessibleName(text)
        self._effect_row.setVisible(bool(text))

    def _lay_out(self) -> None:
        theme = self._context.theme
        self._ask = row(self._question, self._advice, self.search)
        self._rows = frame(card=True)
        self._rows.setLayout(column(self.candidates, spacing=0, margins=(1, 1, 1, 1)))
        info = Icon(theme, "info")
        self._effect_row = QWidget()
        inner = row(info, self._effect)
        inner.setStretch(1, 1)
        inner.setAlignment(info, Qt.AlignmentFlag.AlignTop)
        self._effect_row.setLayout(inner)
        self._whole = QWidget()
        self._inside = column(spacing=14, margins=(24, 16, 24, 16))
        self._inside.addWidget(self.card)
        self._inside.addLayout(self._ask)
        self._inside.addWidget(self._rows, 100)
        self._inside.addWidget(self._none)
        self._inside.addWidget(self._effect_row)
        self._inside.addStretch(1)
        self._whole.setLayout(self._inside)
        self._whole.setAutoFillBackground(False)
        self._scrolled = scrolled(self._whole)
        self.setLayout(column(self._scrolled, spacing=0))


def _sums(found: Sequence[Payment]) -> list[Money]:
    """What is listed, a sum for each currency, the most frequent first."""
    counts, sums = Counter(one.currency for one in found), Counter[str]()
    for one in found:
        sums[one.currency] += one.amount - one.refunded
    return [Money(sums[currency], currency) for currency, _ in counts.most_common()]
