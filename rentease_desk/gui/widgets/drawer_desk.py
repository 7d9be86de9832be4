"""The drawer while it is open, and while it is closed: what went in and out by hand, and how it is opened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.drawers import CASH, DrawerSession, Figures, MovementKind, OpenDraft, Uncounted
from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.permissions import Permission
from rentease_desk.gui import tokens
from rentease_desk.gui.away_words import needing_words, waiting_words
from rentease_desk.gui.context import Context
from rentease_desk.gui.drawer_words import DrawerLine, movement_lines
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.amount_edit import AmountEdit
from rentease_desk.gui.widgets.basics import Button, Label, column, row
from rentease_desk.gui.widgets.card import card, put_card
from rentease_desk.gui.widgets.fields import text_field
from rentease_desk.gui.widgets.flow import FlowLayout
from rentease_desk.gui.widgets.form import Field, Form
from rentease_desk.gui.widgets.lines_card import LinesCard
from rentease_desk.gui.widgets.rights import guard
from rentease_desk.gui.widgets.sizes import keep_size

_WIDTH = 520


class OpenCard(QWidget):
    """``opened`` carries the DrawerSession, ``failed`` a KnownError."""

    opened = Signal(object)
    failed = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self._uid = ""
        self._told = Label(theme, tone="text2")
        self._told.setWordWrap(True)
        self._floats = QVBoxLayout()
        self._floats.setSpacing(12)
        self._fields: list[Field] = []
        self.reason = text_field(self.tr("counted again, ten from the safe, …"))
        field = Field(context, self.tr("Why it differs from what was handed over"), self.reason)
        self.form = Form(context, {"reason": field})
        field.hide()
        self.open = Button(theme, self.tr("Open the drawer"), kind="primary", icon="drawer", key="Enter")
        self.open.clicked.connect(self.submit)
        self.reason.returnPressed.connect(self.submit)
        guard(context, Permission.OPEN_DRAWER, self.open)
        body = column(self._told, spacing=12)
        body.addLayout(self._floats)
        body.addWidget(field)
        body.addLayout(row(None, self.open))
        keep_size(self, theme, most_width=_WIDTH)
        put_card(self, card(theme, self.tr("Open the drawer"), body))

    @property
    def edits(self) -> list[AmountEdit]:
        """The floats, the property's currency first."""
        return [edit for field in self._fields if isinstance(edit := field.edit, AmountEdit)]

    def show_handed_over(self, handed: tuple[Money, ...]) -> None:
        """What the last close left, proposed as the float."""
        for field in self._fields:
            field.deleteLater()
        self._fields, self._uid = [], ""
        own = self._context.settings.currency
        amounts = {own: 0} | {one.currency: one.minor for one in handed}
        for code, minor in amounts.items():
            edit = AmountEdit(self._context, code)
            edit.show_minor(minor)
            edit.returnPressed.connect(self.submit)
            name = self.tr("Opening float · {currency}").format(currency=code.upper())
            self._fields.append(Field(self._context, name, edit))
            self._floats.addWidget(self._fields[-1])
        formats = self._context.formats
        sums = ", ".join(formats.money(one) for one in handed)
        words = self.tr("{amount} was left in this drawer when it was last closed. Count it, then open it.")
        first = self.tr("Count what lies in the drawer, then open it. Cash that is taken before is not counted.")
        self._told.setText(words.format(amount=sums) if handed else first)
        self.form.fields["reason"].hide()
        self.reason.clear()

    def begin(self) -> None:
        """The keyboard is in the first float."""
        for edit in self.edits[:1]:
            edit.setFocus()
            edit.selectAll()

    def has_keyboard(self) -> bool:
        """Whether the keyboard is in a field: these are made anew when something else was handed over."""
        return any(edit.hasFocus() for edit in self.edits)

    @Slot()
    def submit(self) -> None:
        """Open it, unless an amount cannot be read."""
        floats: list[Money] = []
        for field, edit in zip(self._fields, self.edits, strict=True):
            field.say_wrong("")
            try:
                floats.append(edit.money() if edit.text() else Money(0, edit.currency))
            except InputError as error:
                field.say_wrong(error.explain().happened)
                edit.setFocus()
                return
        self.form.clear()
        self._uid = self._uid or self._context.services.desk.ids.uid()
        drawers, draft = self._context.services.drawers, OpenDraft(self._uid, tuple(floats), self.reason.text())
        self.open.setEnabled(False)
        self._context.tasks.run(
            Lane.WRITE, self, lambda: drawers.open(draft).value, self._opened, self._fail,
            ended=lambda: self.open.setEnabled(True),
        )  # fmt: skip

    def _opened(self, session: DrawerSession) -> None:
        self._uid = ""
        self.opened.emit(session)

    def _fail(self, error: KnownError) -> None:
        if isinstance(error, InputError) and error.field == "reason":
            self.form.fields["reason"].show()
        if not (isinstance(error, InputError) and self.form.explain(error)):
            self.failed.emit(error)


class DrawerDesk(QWidget):
    """Both states. ``move_asked`` carries a MovementKind; ``close_asked``; ``report_asked`` a DrawerSession."""

    move_asked = Signal(object)
    close_asked = Signal()
    report_asked = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self.opening = OpenCard(context)
        self.moves = LinesCard(theme, self.tr("By hand, since it was opened"), ("",))
        self.past = LinesCard(theme, self.tr("Closed sessions"), (self.tr("Variance"),))
        self.uncounted = LinesCard(theme, self.tr("Not counted: taken without an open drawer"), ("",))
        self.waiting = LinesCard(theme, self.tr("In this drawer, but not in the database yet"), ("",))
        self._sessions: tuple[DrawerSession, ...] = ()
        self.buttons = [
            Button(theme, self.tr("Paid in…"), icon="plus", key="Ctrl+I"),
            Button(theme, self.tr("Paid out…"), icon="arrow-back", key="Ctrl+O"),
            Button(theme, self.tr("Drop…"), icon="lock", key="Ctrl+D"),
        ]
        kinds = (MovementKind.PAID_IN, MovementKind.PAID_OUT, MovementKind.DROP)
        for button, kind in zip(self.buttons, kinds, strict=True):
            button.clicked.connect(lambda _checked=False, kind=kind: self.move_asked.emit(kind))
        self.close_drawer = Button(theme, self.tr("Count and close"), kind="primary", icon="drawer", key="Ctrl+L")
        self.close_drawer.clicked.connect(self.close_asked)
        self.report = Button(theme, self.tr("Last Z report"), icon="receipt", key="Ctrl+P")
        self.report.clicked.connect(self._ask_report)
        guard(context, Permission.MOVE_IN_DRAWER, *self.buttons)
        guard(context, Permission.CLOSE_DRAWER, self.close_drawer)
        guard(context, Permission.Z_REPORT, self.report)
        context.away.changed.connect(self.show_waiting)
        context.settings_changed.connect(self.show_waiting)
        self.show_waiting()
        self._open_row = QWidget()
        self._open_row.setLayout(FlowLayout(*self.buttons, self.close_drawer))
        lists = QVBoxLayout()
        lists.setSpacing(tokens.BETWEEN_CARDS)
        for part in (self.waiting, self.moves, self.uncounted, self.past):
            lists.addWidget(part)
        layout = column(self._open_row, spacing=tokens.BETWEEN_CARDS)
        beside = row(self.opening, None)  # of its own width its height is asked, not of the page's
        beside.setStretch(0, 1)
        beside.setStretch(1, 0)
        layout.addLayout(beside)
        layout.addLayout(lists)
        layout.addLayout(row(self.report, None))
        layout.addStretch(1)
        self.setLayout(layout)

    @property
    def last_closed(self) -> DrawerSession | None:
        """The session of this desk that was closed last."""
        own = self._context.services.desk.operator.desk
        return next((one for one in self._sessions if one.closing is not None and one.desk == own), None)

    def show_open(self, found: Figures) -> None:
        """The drawer is open. What should be in it is not told."""
        self._open_row.show()
        self.opening.hide()
        self.moves.show_lines(movement_lines(found, self._context.formats))
        self.moves.show()

    @Slot()
    def show_waiting(self) -> None:
        """Cash that was taken while the database was away is counted by itself: no session has it yet."""
        standing, formats = self._context.away.standing, self._context.formats
        sums = ", ".join(formats.money(one) for one in standing.sums)
        told = waiting_words(standing, formats)
        self.waiting.show_lines([DrawerLine(told, needing_words(standing), (sums,))] if standing.count else [])
        self.waiting.setVisible(bool(standing.count))

    def show_closed(self, handed: tuple[Money, ...]) -> None:
        """It is closed, and can be opened."""
        self._open_row.hide()
        self.moves.hide()
        self.opening.show_handed_over(handed)
        self.opening.show()

    def show_past(self, sessions: Sequence[DrawerSession], uncounted: Sequence[Uncounted]) -> None:
        """Earlier sessions, and cash that no drawer took."""
        formats = self._context.formats
        self._sessions = tuple(sessions)
        closed = [one for one in sessions if one.closing is not None][:6]
        self.past.show_lines([self._past_line(one) for one in closed])
        self.past.setVisible(bool(closed))
        self.report.setVisible(self.last_closed is not None)
        lines = [
            DrawerLine(one.desk, formats.short_date(one.business_date),
                       (", ".join(formats.money(Money(sums.expected, sums.currency)) for sums in one.cash),))
            for one in uncounted
        ]  # fmt: skip
        self.uncounted.show_lines(lines)
        self.uncounted.setVisible(bool(lines))

    def begin(self) -> None:
        """The keyboard is where one goes on."""
        if self.opening.isVisibleTo(self):
            self.opening.begin()
        else:
            self.buttons[0].setFocus()

    def _past_line(self, session: DrawerSession) -> DrawerLine:
        formats, ended = self._context.formats, session.closing
        assert ended is not None
        cash = [one for one in ended.variances if one.method == CASH]
        off = [one for one in cash if one.variance]
        figure = ", ".join(formats.money(one.money) for one in off) or (formats.money(cash[0].money) if cash else "")
        name = self.tr("Z {number} · {desk}").format(number=session.number, desk=session.desk)
        detail = f"{formats.moment(session.opened_at)} – {formats.moment(ended.at)} · {ended.actor}"
        return DrawerLine(name, detail, (figure,), "attn" if off else "good")

    @Slot()
    def _ask_report(self) -> None:
        if self.last_closed is not None:
            self.report_asked.emit(self.last_closed)


def last_days(context: Context, count: int) -> DateRange:
    """The latest business days."""
    today = context.today()
    return DateRange(today.fromordinal(today.toordinal() - count + 1), today)
