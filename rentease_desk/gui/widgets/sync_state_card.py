"""The card that tells how the sync stands."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from rentease_desk.domain.reads import Reads
from rentease_desk.domain.sync import Holder, Progress, SyncRun
from rentease_desk.gui.asked_words import share_of
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.context import Context
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import ChipLabel, Label
from rentease_desk.gui.widgets.card import card, put_card
from rentease_desk.gui.widgets.sync_cards import SyncState


class SyncStateCard(QWidget):
    """When it last went well, how often it runs, what it missed, who syncs now, and for which account."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._facts: dict[str, Label] = {}
        self._gap = ChipLabel(context.theme)
        self._last: SyncRun | None = None
        grid = QGridLayout()
        grid.setVerticalSpacing(14)
        grid.setColumnStretch(1, 1)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for at, (name, words) in enumerate(
            (("last", self.tr("Last success")), ("next", self.tr("Next run")),
             ("covered", self.tr("Covered up to")), ("gap", self.tr("Gaps")),
             ("sweep", self.tr("Looks a day back")), ("holder", self.tr("Which desk syncs")),
             ("reads", self.tr("Asked in 30 days")), ("account", self.tr("Stripe account")), ("key", self.tr("Key")))
        ):  # fmt: skip
            grid.addWidget(Label(context.theme, words, tone="text2"), at, 0)
            if name == "gap":
                grid.addWidget(self._gap, at, 1, right)
                continue
            self._facts[name] = Label(context.theme)
            self._facts[name].setAlignment(right)
            grid.addWidget(self._facts[name], at, 1)
        put_card(self, card(context.theme, self.tr("State"), grid))

    @property
    def words(self) -> dict[str, str]:
        """What is told, by the name of the fact."""
        return {name: label.text() for name, label in self._facts.items()} | {"gap": self._gap.accessibleName()}

    def show_state(self, state: SyncState) -> None:
        """Show how it stands."""
        formats, settings = self._context.formats, self._context.settings
        never, last = self.tr("never yet"), state.last_success
        self._facts["last"].setText(formats.moment(last.ended_at) if last and last.ended_at else never)
        self._facts["next"].setText(self._next(state))
        self._show_reads(state.reads)
        self._show_gap(state)
        self._show_sweep(state.next_sweep)
        self._last = last
        self.show_holder(state.holder, None)
        self._facts["covered"].setText(formats.moment(state.covered_until) if state.covered_until else never)
        identity = settings.identity
        mode = self.tr("live") if identity and identity.livemode else self.tr("test")
        names = ", ".join(one.badge for one in settings.asked_accounts)
        several = len(settings.asked_accounts) > 1
        known = f"{names if several else identity.account}, {mode}" if identity else self.tr("not known yet")
        self._facts["account"].setText(known)
        self._facts["key"].setText(state.key or (self.tr("none, others are asked") if identity else self.tr("none")))

    def _next(self, state: SyncState) -> str:
        """When, and how often: as set, or less often near the end of what Stripe allows."""
        minutes, times = self._context.settings.sync_minutes, state.reads.stretch if state.reads is not None else 1
        if not minutes:
            return self.tr("by hand only")
        if times > 1:
            words = self.tr("every {count} minutes, not {set}: see below")
            return words.format(count=minutes * times, set=minutes)
        every = self.tr("every {count} minutes").format(count=minutes)
        if state.next_run is None:
            return every
        return self.tr("{time}, {every}").format(time=self._context.formats.recently(state.next_run), every=every)

    def _show_sweep(self, moment: int | None) -> None:
        label, formats = self._facts["sweep"], self._context.formats
        told = self.tr("Once a day the events of a whole day are read again, for what Stripe has listed late.")
        label.setToolTip(told)
        if moment is None:
            label.setText(self.tr("never yet"))
        elif moment <= self._context.now():
            label.setText(self.tr("with the next run"))
        else:
            label.setText(self.tr("next {time}").format(time=formats.moment(moment)))

    def _show_reads(self, reads: Reads | None) -> None:
        label, count = self._facts["reads"], self._context.formats.count
        if reads is None:
            label.setText("")
            return
        label.setText(self.tr("{used} of {allowed}").format(used=count(reads.used), allowed=count(reads.allowed)))
        near = reads.stretch > 1
        label.set_tone("attn" if near else "")
        told = self.tr("Stripe allows so many requests in 30 days. Near the end of them the timer runs less often.")
        label.setToolTip(told)
        label.setAccessibleName(f"{label.text()}. {told}" if near else label.text())

    def _show_gap(self, state: SyncState) -> None:
        if state.gap_since is None:
            seen = state.covered_until is not None
            self._gap.show_chip(Chip(self.tr("None"), "tick", Tone.GOOD) if seen else None)
            return
        day = self._context.formats.short_date(self._context.formats.local(state.gap_since).date())
        self._gap.show_chip(Chip(self.tr("Since {day}").format(day=day), "triangle", Tone.WRONG))

    def show_holder(self, holder: Holder | None, progress: Progress | None) -> None:
        """Who syncs now, and how far that is; else who did last."""
        self._facts["holder"].setText(self._did() if holder is None else self._does(holder, progress))

    def _does(self, holder: Holder, progress: Progress | None) -> str:
        since = self._context.formats.time(holder.since)
        own = self._context.services.desk.operator.desk
        words = self.tr("{desk}, this one, since {time}") if holder.desk == own else self.tr("{desk}, since {time}")
        far = "" if progress is None else f", {share_of(progress)} %"
        return words.format(desk=holder.desk, time=since) + far

    def _did(self) -> str:
        """Between two runs nobody syncs: who did last will again, as long as its desk runs."""
        if self._last is None or self._last.ended_at is None:
            return self.tr("nobody")
        when = self._context.formats.recently(self._last.ended_at)
        return self.tr("{desk}, last {time}").format(desk=self._last.desk, time=when)
