"""What the last comparison of some days with Stripe's balance found, and how far one that is under way is."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from PySide6.QtCore import Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QProgressBar, QWidget

from rentease_desk.domain.balance_check import BalanceCheck
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.staff import SYSTEM
from rentease_desk.domain.sync import Progress
from rentease_desk.gui import tokens
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.context import Context
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Button, ChipLabel, Label, column, frame, row
from rentease_desk.gui.widgets.card import put_card
from rentease_desk.gui.widgets.date_range import range_told
from rentease_desk.gui.widgets.flow import FlowLayout
from rentease_desk.gui.widgets.rights import guard


class Standing(Struct, frozen=True):
    """What was found of the days that are chosen; where these were never compared, what was last found of others."""

    found: BalanceCheck | None = None
    last: BalanceCheck | None = None


class AgreementBar(QWidget):
    """``compare``, ``fetch`` and ``stop`` are its buttons; whoever holds it says what they do."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self.chip = ChipLabel(theme)
        self.verdict = Label(theme, weight=QFont.Weight.DemiBold)
        self.told = Label(theme, size=tokens.SMALL, tone="text2")
        self.told.setWordWrap(True)
        self.compare = Button(theme, self.tr("Compare with Stripe"), kind="primary", icon="sync", key="C")
        self.fetch = Button(theme, self.tr("Fetch these"), icon="download", key="F")
        self.stop = Button(theme, self.tr("Cancel"), key="Esc")
        for button in (self.compare, self.fetch):
            guard(context, Permission.SYNC, button)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the comparison"))
        self._build()
        self.set_running(running=False)
        self.show_standing(Standing())

    def show_standing(self, standing: Standing) -> None:
        """Show what is known."""
        found = standing.found
        self.fetch.setVisible(found is not None and bool(found.apart))
        self.verdict.setText(self._verdict(found) if found else self.tr("Not compared with Stripe yet"))
        self.chip.show_chip(self._chip(found) if found else None)
        self.chip.setVisible(found is not None)
        self.told.setText(" · ".join(self._told(found) if found else self._last(standing.last)))
        self.told.setVisible(bool(self.told.text()))

    def set_running(self, *, running: bool) -> None:
        """While a comparison is under way there is something to cancel, and nothing to begin."""
        self.compare.setEnabled(not running)
        self.fetch.setEnabled(not running)
        for part in (self.stop, self.bar):
            part.setVisible(running)
        self.bar.setRange(0, 0)
        if running:
            self.told.setText(self.tr("Asking Stripe…"))
            self.told.show()

    @Slot()
    def set_stopping(self) -> None:
        """It ends after the page that is being read."""
        self.told.setText(self.tr("Stopping…"))

    def show_progress(self, progress: Progress) -> None:
        """How far it is."""
        count = self._context.formats.count(progress.read)
        if progress.step == "fetching":
            total = self._context.formats.count(progress.total)
            self.told.setText(self.tr("Fetching {count} of {total}").format(count=count, total=total))
        else:
            self.told.setText(self.tr("Comparing: {count} movements read").format(count=count))
        self.bar.setRange(0, 100)
        self.bar.setValue(100 * progress.done // max(1, progress.total))

    def _verdict(self, found: BalanceCheck) -> str:
        if found.agrees:
            return self.tr("Everything agrees")
        words = self.tr("1 entry differs") if found.count == 1 else self.tr("{count} entries differ")
        return words.format(count=self._context.formats.count(found.count))

    def _chip(self, found: BalanceCheck) -> Chip:
        if not found.agrees:
            return Chip(self.tr("Differs"), "triangle", Tone.WRONG)
        return Chip(self.tr("Agrees"), "circle-tick", Tone.GOOD)

    def _told(self, found: BalanceCheck) -> Iterator[str]:
        """What was compared, when and by whom; what was put right, what waits, and what could not be compared."""
        formats = self._context.formats
        by = "" if found.actor in {"", SYSTEM} else self.tr(" by {name}").format(name=found.actor)
        is_over = found.at >= found.end
        words = self.tr("compared {moment}{by}") if is_over else self.tr("compared {moment}{by}, up to then")
        yield words.format(moment=formats.moment(found.at), by=by)
        if found.repaired is not None:
            yield self.tr("{count} repaired").format(count=formats.count(found.repaired))
        if found.more:
            yield self.tr("{count} more differ than are listed").format(count=formats.count(found.more))
        if found.waiting:
            words = self.tr("{count} not in Stripe’s balance yet, in no sum")
            yield words.format(count=formats.count(len(found.waiting)))
        yield from (self.tr("not compared: {why}").format(why=why) for why in found.skipped)

    def _last(self, last: BalanceCheck | None) -> Iterator[str]:
        if last is None:
            return
        days = self._context.settings.days
        told = range_told(DateRange(days.calendar_date(last.start), days.calendar_date(last.end - 1)), self._context)
        words = self.tr("last compared {moment}: {days}, {verdict}")
        moment = self._context.formats.moment(last.at)
        yield words.format(moment=moment, days=told, verdict=self._verdict(last).lower())

    def _build(self) -> None:
        words, deeds = QWidget(), QWidget()
        head = QWidget()
        head.setLayout(row(self.chip, self.verdict, None))
        words.setLayout(column(head, self.told, spacing=4))
        words.setMinimumWidth(self._context.theme.px(320))
        policy = words.sizePolicy()
        policy.setHorizontalPolicy(policy.Policy.Expanding)
        words.setSizePolicy(policy)
        deeds.setLayout(row(self.stop, self.fetch, self.compare))
        made = frame(card=True)
        inside = column(spacing=8, margins=(16, 10, 16, 10))
        inside.addLayout(FlowLayout(words, deeds))
        inside.addWidget(self.bar)
        made.setLayout(inside)
        put_card(self, made)
