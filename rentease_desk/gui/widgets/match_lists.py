"""Lists whose rows have two or three lines: payments that wait, and the bookings one may be for."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QPainter

from rentease_desk.domain.matching import Candidate
from rentease_desk.domain.payment import Payment
from rentease_desk.gui import tokens
from rentease_desk.gui.match_words import against, chips_for, kinds_told, paid_with, payer, stay_told
from rentease_desk.gui.models.items_model import ITEM_ROLE, Index
from rentease_desk.gui.models.unmatched_models import CandidatesModel, WaitingModel
from rentease_desk.gui.widgets.painting import chip_size, key_cap_size, paint_chip, paint_key_cap
from rentease_desk.gui.widgets.tall_list import TallDelegate


class WaitingDelegate(TallDelegate):
    """Who paid and how much; when and with what; what is suggested."""

    def _paint_item(self, painter: QPainter, place: QRect, index: Index) -> None:
        item, model, px = index.data(ITEM_ROLE), index.model(), self._theme.px
        if not isinstance(item, Payment) or not isinstance(model, WaitingModel):
            return
        inside = place.adjusted(px(tokens.MARGIN), px(10), -px(tokens.MARGIN), 0)
        top = QRect(inside.left(), inside.top(), inside.width(), px(20))
        width = self._figure(painter, top, item.amount - item.refunded, item.currency)
        name = top.adjusted(0, 0, -width - px(12), 0)
        self._line(painter, name, payer(item), "text", weight=QFont.Weight.Medium)
        formats, small = self._context.formats, QRect(inside.left(), top.bottom() + px(1), inside.width(), px(17))
        when = f"{formats.moment(item.occurred_at)} · {paid_with(item, self._context)}"
        self._line(painter, small, when, "text2", size=tokens.SMALL)
        text, colour = model.hint_of(item)
        self._line(painter, small.translated(0, px(17)), text, colour, size=tokens.SMALL)


class CandidateDelegate(TallDelegate):
    """The key that chooses it, whose booking and which, what speaks for it and against, what is owed."""

    def _paint_item(self, painter: QPainter, place: QRect, index: Index) -> None:
        item, model, px = index.data(ITEM_ROLE), index.model(), self._theme.px
        if not isinstance(item, Candidate) or not isinstance(model, CandidatesModel):
            return
        inside = place.adjusted(px(72), px(13), -px(16), 0)
        upper = QRect(inside.left(), inside.top(), inside.width(), px(20))
        lower = upper.translated(0, px(27))
        self._paint_key(painter, place, upper, lower, index.row(), item)
        width = max(self._paint_balance(painter, upper, lower, item), px(60)) + px(16)
        self._paint_booking(painter, upper.adjusted(0, 0, -width, 0), item)
        self._paint_reasons(painter, lower.adjusted(0, 0, -width, 0), item, model.currency)

    def _paint_key(
        self, painter: QPainter, place: QRect, upper: QRect, lower: QRect, row: int, item: Candidate
    ) -> None:
        px, key = self._theme.px, str(row + 1)
        cap, middle = key_cap_size(key, self._theme), place.left() + px(38)
        box = QRect(middle - cap.width() // 2, upper.center().y() - cap.height() // 2, cap.width(), cap.height())
        paint_key_cap(painter, box, key, self._theme)
        painter.setFont(self._theme.font(tokens.SMALL))
        painter.setPen(self._theme.colour("text2"))
        under = QRect(place.left() + px(8), lower.top(), px(60), lower.height())
        painter.drawText(under, Qt.AlignmentFlag.AlignCenter, kinds_told(item))

    def _paint_balance(self, painter: QPainter, upper: QRect, lower: QRect, item: Candidate) -> int:
        word = self.tr("Balance")
        wide = self._line(painter, upper, word, "text2", size=tokens.SMALL, right=True)
        balance = item.booking.balance
        return max(
            wide, self._figure(painter, lower.translated(0, -self._theme.px(3)), balance.minor, balance.currency)
        )

    def _paint_booking(self, painter: QPainter, place: QRect, item: Candidate) -> None:
        width = self._line(painter, place, item.booking.guest.name, "text", weight=QFont.Weight.DemiBold)
        rest = place.adjusted(width + self._theme.px(8), 0, 0, 0)
        if rest.width() > self._theme.px(40):
            self._line(painter, rest, stay_told(item.booking, self._context.formats), "text2")

    def _paint_reasons(self, painter: QPainter, place: QRect, item: Candidate, currency: str) -> None:
        formats, theme, left = self._context.formats, self._theme, place.left()
        for chip in chips_for(item, currency, formats):
            width = chip_size(chip, theme).width()
            if left + width > place.right():
                self._note_cut()
                return
            paint_chip(painter, QRect(left, place.top(), width, place.height()), chip, theme)
            left += width + theme.px(8)
        rest = QRect(left, place.top(), place.right() - left, place.height())
        if rest.width() > theme.px(60):
            self._line(painter, rest, against(item, currency, formats), "text2", size=tokens.SMALL)
