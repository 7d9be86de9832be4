"""The property's settings, the Stripe key, and how this desk looks."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import available_timezones

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QVBoxLayout, QWidget

from rentease_desk.domain.errors import ConflictError, InputError, KnownError
from rentease_desk.domain.payment import Method
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.schedules import ScheduleState
from rentease_desk.domain.settings import MAX_LOCK_MINUTES, SETTINGS, Property, changed
from rentease_desk.domain.staff import StaffMember
from rentease_desk.domain.stripe_accounts import StripeAccount
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.theme import Appearance, Theme
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.views.database_card import DatabaseCard
from rentease_desk.gui.views.page import Page
from rentease_desk.gui.views.settings_file_card import SettingsFileCard
from rentease_desk.gui.widgets.accounts_card import AccountsCard
from rentease_desk.gui.widgets.basics import Button, Label, column, row, scrolled
from rentease_desk.gui.widgets.card import card
from rentease_desk.gui.widgets.exports_card import ExportsCard
from rentease_desk.gui.widgets.fields import ComboField, CountField, text_field
from rentease_desk.gui.widgets.form import Field, Form
from rentease_desk.gui.widgets.key_card import KeyCard
from rentease_desk.gui.widgets.language_field import LocaleField
from rentease_desk.gui.widgets.methods_editor import MethodsEditor
from rentease_desk.gui.widgets.note_edit import NoteEdit
from rentease_desk.gui.widgets.rights import guard
from rentease_desk.gui.widgets.segments import Segments
from rentease_desk.gui.widgets.sizes import keep_size
from rentease_desk.gui.widgets.staff_card import StaffCard

_WIDTH = 760
_OFF = "off"
_WITHOUT = ("cash_rounding", "drawer_tolerance", "void_limit", "refund_limit")
"""What may be ``off`` is empty then, and the field says what that means: no limit, or nothing."""


class SettingsView(Page):
    """``appearance_chosen`` carries an Appearance; everything else is saved here."""

    appearance_chosen = Signal(object)

    def __init__(self, context: Context, appearance: Appearance) -> None:
        self._shown: Property | None = None
        self.form = Form(context, {})
        self.key, self.accounts = KeyCard(context), AccountsCard(context)
        self.methods = MethodsEditor(context.theme)
        super().__init__(context, self.tr("Settings"))
        self._make_edits(appearance)
        self._build()
        context.settings_changed.connect(self._refresh)
        context.staff_changed.connect(self._show_rights)
        self._show_rights()

    def start(self) -> None:
        """Show what is set."""
        self._shown = None
        self._refresh()
        if self.isVisible():
            self.key.reload()
            self.accounts.reload()
            self.place.reload()

    @Slot()
    def _show_rights(self) -> None:
        """Who may not change them reads so before typing, and types nothing that cannot be saved."""
        refused = self.context.staff.why_not(Permission.SETTINGS)
        self.subtitle.setText(refused)
        for field in self.form.fields.values():
            field.lock(refused)
        self.methods.setDisabled(bool(refused))
        self.methods.setToolTip(refused)

    def enter(self) -> None:
        """Ask for the key only now: a keyring may put up a window of its own."""
        self.name.setFocus()
        self._scroll.verticalScrollBar().setValue(0)  # where the keyboard is
        if self.context.is_ready:
            self.key.reload()
            self.accounts.reload()
            self.exports.reload()
            self.place.reload()
        if self.zone.count() == 0:
            self.context.tasks.run(Lane.READ, self, lambda: sorted(available_timezones()), self._fill_zones)

    def key_hints(self) -> Sequence[tuple[str, str]]:
        """Keys of this page, for those who may use them."""
        may = not self.context.staff.why_not(Permission.SETTINGS)
        return (("Ctrl+S", self.tr("Save settings")),) if may else ()

    def _fill_zones(self, zones: list[str]) -> None:
        shown = self.zone.currentText()
        self.zone.addItems(zones)
        self.zone.setCurrentText(shown)

    def _make_edits(self, appearance: Appearance) -> None:
        theme = self.context.theme
        self.name, self.prefix, self.currency, self.roll = (text_field() for _ in range(4))
        self.rounding = text_field(self.tr("not at all, or as CHF 0.05"))
        self.tolerance = text_field(self.tr("nothing, or as EUR 5"))
        self.city_tax, self.city_tax_age, self.room_tax, self.extras_tax = (text_field() for _ in range(4))
        self.website = text_field("https://hotel.example")
        self.zone, self.language = ComboField(theme, editable=True, completes=True), LocaleField(theme)
        self.address, self.tax_lines = (_lines_field(theme) for _ in range(2))
        self.paper = ComboField(theme)
        self.paper.addItems(["A4", "80mm"])
        self.void_limit, self.refund_limit = (text_field(self.tr("no limit, or as 50")) for _ in range(2))
        self.lock_minutes = CountField(theme, 0, MAX_LOCK_MINUTES)
        self.lock_minutes.setSpecialValueText(self.tr("never"))
        self.lock_minutes.setSuffix(self.tr(" minutes"))
        self.datev = text_field("consultant=1001, client=1, clearing=1590, cash=1600, stripe card=1360, tax 7=8300")
        self.datev.setToolTip(self.datev.placeholderText())  # whole also where the field is narrow
        self.minutes = CountField(theme, 0, 1440)
        self.minutes.setSpecialValueText(self.tr("off"))
        self.minutes.setSuffix(self.tr(" minutes"))
        choices = (
            (Appearance.AUTO, self.tr("As the system")),
            (Appearance.LIGHT, self.tr("Light")),
            (Appearance.DARK, self.tr("Dark")),
        )
        self.appearance = Segments(theme, choices, self.tr("Appearance"))
        self.appearance.choose(appearance)
        self.appearance.chosen.connect(self.appearance_chosen)

    def _build(self) -> None:
        theme = self.context.theme
        self.save = Button(theme, self.tr("Save settings"), kind="primary", key="Ctrl+S")
        self.save.setShortcut("Ctrl+S")
        self.save.clicked.connect(self.submit)
        guard(self.context, Permission.SETTINGS, self.save)
        inside = QWidget()
        keep_size(inside, theme, most_width=_WIDTH)
        self._scroll = scrolled(inside)
        self.body.addWidget(self._scroll)  # filled at its place: wherever widgets are moved to, Qt styles them anew
        cards = QVBoxLayout(inside)
        cards.setContentsMargins(tokens.MARGIN, 16, tokens.MARGIN, tokens.MARGIN)
        cards.setSpacing(tokens.BETWEEN_CARDS)
        self.title_row.addWidget(self.save)
        cards.addLayout(self.title_row)
        cards.addWidget(self.banner)
        cards.addWidget(card(theme, self.tr("Property"), self._property_fields()))
        cards.addWidget(card(theme, self.tr("Receipts"), self._receipt_fields()))
        cards.addWidget(card(theme, self.tr("Ways to pay by hand"), column(self.methods)))
        self.staff = StaffCard(self.context, self._staff_fields())
        self.staff.add_asked.connect(self._add_staff)
        self.staff.role_asked.connect(self._change_role)
        self.staff.pin_asked.connect(self._change_pin)
        cards.addWidget(self.staff)
        cards.addWidget(card(theme, self.tr("Files for DATEV"), self._datev_fields()))
        self.exports = ExportsCard(self.context)
        self.exports.asked.connect(self._edit_schedule)
        cards.addWidget(self.exports)
        cards.addWidget(self.key)
        self.accounts.add_asked.connect(self._add_account)
        self.accounts.name_asked.connect(self._name_account)
        self.accounts.key_asked.connect(self._change_account_key)
        cards.addWidget(self.accounts)
        self.place, self.file = DatabaseCard(self.context), SettingsFileCard(self.context)
        cards.addWidget(self.place)
        cards.addWidget(self.file)
        cards.addWidget(self._desk_card())
        cards.addStretch(1)

    def _property_fields(self) -> QGridLayout:
        fields = {
            "name": (self.tr("Name"), self.name, 0, 0, 4),
            "reference_prefix": (self.tr("References begin with"), self.prefix, 0, 4, 2),
            "zone": (self.tr("Time zone"), self.zone, 1, 0, 2),
            "currency": (self.tr("Currency"), self.currency, 1, 2, 2),
            "language": (self.tr("Numbers and dates in"), self.language, 1, 4, 2),
            "day_roll": (self.tr("The business day begins at"), self.roll, 2, 0, 2),
            "sync_minutes": (self.tr("Read card payments every"), self.minutes, 2, 2, 2),
            "cash_rounding": (self.tr("Cash is rounded to"), self.rounding, 2, 4, 2),
            "room_tax": (self.tr("Tax in room prices, %"), self.room_tax, 3, 0, 2),
            "extras_tax": (self.tr("Tax in extras, %"), self.extras_tax, 3, 2, 2),
            "city_tax": (self.tr("City tax, person and night"), self.city_tax, 4, 0, 2),
            "city_tax_age": (self.tr("City tax from the age of"), self.city_tax_age, 4, 2, 2),
            "drawer_tolerance": (self.tr("A drawer may differ by"), self.tolerance, 3, 4, 2),
            "website": (self.tr("Website, where guests go after paying by a link"), self.website, 5, 0, 6),
        }
        return self._grid(fields)

    def _staff_fields(self) -> QGridLayout:
        """Up to what the front desk acts alone, above which a manager approves; and when an idle desk locks."""
        return self._grid(
            {
                "void_limit": (self.tr("Front desk voids up to"), self.void_limit, 0, 0, 2),
                "refund_limit": (self.tr("Front desk refunds up to"), self.refund_limit, 0, 2, 2),
                "lock_minutes": (self.tr("The idle desk locks after"), self.lock_minutes, 0, 4, 2),
            }
        )

    @Slot(object)
    def _edit_schedule(self, state: ScheduleState | None) -> None:
        from rentease_desk.gui.dialogs.edit_schedule import ScheduleDialog

        if self.context.is_ready:
            ScheduleDialog(self.context, self.window(), state).open()

    @Slot()
    def _add_account(self) -> None:
        from rentease_desk.gui.dialogs.edit_account import AddAccountDialog

        if self.context.is_ready:
            self._follow(AddAccountDialog(self.context, self.window()))

    @Slot(object)
    def _name_account(self, account: StripeAccount) -> None:
        from rentease_desk.gui.dialogs.edit_account import AccountNameDialog

        self._follow(AccountNameDialog(self.context, self.window(), account))

    @Slot(object)
    def _change_account_key(self, account: StripeAccount) -> None:
        from rentease_desk.gui.dialogs.edit_account import AccountKeyDialog

        self._follow(AccountKeyDialog(self.context, self.window(), account))

    def _follow(self, dialog: QDialog) -> None:
        dialog.accepted.connect(self.accounts.reload)
        dialog.open()

    @Slot()
    def _add_staff(self) -> None:
        from rentease_desk.gui.dialogs.edit_staff import AddStaffDialog

        if self.context.is_ready:
            AddStaffDialog(self.context, self.window(), is_first=not self.context.staff.people).open()

    @Slot(object)
    def _change_role(self, member: StaffMember) -> None:
        from rentease_desk.gui.dialogs.edit_staff import RoleDialog

        RoleDialog(self.context, self.window(), member).open()

    @Slot(object)
    def _change_pin(self, member: StaffMember) -> None:
        from rentease_desk.gui.dialogs.edit_staff import NewPinDialog

        NewPinDialog(self.context, self.window(), member).open()

    def _receipt_fields(self) -> QGridLayout:
        """What stands on a receipt besides the name, and what it is laid out for."""
        fields = {
            "address": (self.tr("Address, as it stands on receipts"), self.address, 0, 0, 3),
            "tax_lines": (self.tr("Tax number, and what else must be there"), self.tax_lines, 0, 3, 3),
            "receipt_paper": (self.tr("Paper"), self.paper, 1, 0, 2),
        }
        grid = self._grid(fields)
        text = self.tr("Receipts speak the guest's language, as it stands in the booking; else the property's.")
        hint = Label(self.context.theme, text, tone="text2")
        hint.setWordWrap(True)
        grid.addWidget(hint, 1, 2, 1, 4, Qt.AlignmentFlag.AlignVCenter)
        return grid

    def _datev_fields(self) -> QGridLayout:
        """One line: an account for each method, for what was charged at each tax rate, and between them."""
        told = self.tr("Consultant, client, and accounts by method and tax rate, as the accountant says")
        return self._grid({"datev": (told, self.datev, 0, 0, 6)})

    def _grid(self, fields: dict[str, tuple[str, QWidget, int, int, int]]) -> QGridLayout:
        """Fields by their names: words, edit, row, column, columns."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        for name, (words, edit, at_row, at_column, span) in fields.items():
            self.form.fields[name] = Field(self.context, words, edit)
            grid.addWidget(self.form.fields[name], at_row, at_column, 1, span, Qt.AlignmentFlag.AlignTop)
        for at in range(6):
            grid.setColumnStretch(at, 1)
        return grid

    def _desk_card(self) -> QFrame:
        theme = self.context.theme
        hint = Label(theme, self.tr("Text and rows grow with Ctrl and +, shrink with Ctrl and −."), tone="text2")
        body = column(spacing=12)
        body.addLayout(row(self.appearance, None))
        body.addWidget(hint)
        return card(theme, self.tr("This desk"), body)

    @Slot()
    def submit(self) -> None:
        """Save, if everything can be taken."""
        self.form.clear()
        self.banner.hide()
        if self._shown is None:
            return
        sent = self._values(), self.methods.methods()
        try:
            settings = replace(changed(self._shown, sent[0]), methods=sent[1])
        except InputError as error:
            self.fail(error)
            return
        if not sent[1]:
            self.banner.tell(self.tr("No way to pay is left"), self.tr("Name one method at least."), Tone.WRONG)
            return
        self.save.setEnabled(False)
        service = self.context.services.settings
        self.context.tasks.run(
            Lane.WRITE,
            self,
            lambda: service.save(settings).value,
            lambda saved: self._saved(saved, sent),
            self.fail,
            ended=lambda: self.save.setEnabled(True),
        )

    def fail(self, error: KnownError) -> None:
        """Beside the field, or above all of them."""
        if isinstance(error, ConflictError):
            service = self.context.services.settings
            self.context.tasks.run(Lane.READ, self, service.get, lambda fresh: self._overtaken(fresh, error))
        elif not (isinstance(error, InputError) and self.form.explain(error)):
            super().fail(error)

    def _overtaken(self, fresh: Property, error: KnownError) -> None:
        """Another desk was first: show what it saved, and keep what was typed here."""
        self._merge(fresh)
        super().fail(error)

    def _values(self) -> dict[str, str]:
        values = {name: str(content) for name, content in self.form.contents().items()}
        return values | {name: values[name] or _OFF for name in _WITHOUT}

    def _saved(self, settings: Property, sent: tuple[dict[str, str], tuple[Method, ...]]) -> None:
        self._take_over(settings, *sent)
        self.banner.tell(self.tr("Saved"), self.tr("Every desk of this property uses it from now on."), Tone.GOOD)

    @Slot()
    def _refresh(self) -> None:
        """The settings were changed, here or somewhere else."""
        self._merge(self.context.settings)

    def _merge(self, settings: Property) -> None:
        shown = self._shown
        texts = self._values() if shown is None else {name: one.show(shown) for name, one in SETTINGS.items()}
        self._take_over(settings, texts, self.methods.methods() if shown is None else shown.methods)

    def _take_over(self, settings: Property, texts: dict[str, str], methods: tuple[Method, ...]) -> None:
        """Show other settings, but not where a field holds something else than ``texts``: that was typed."""
        for name, text in self._values().items():
            changed = SETTINGS[name].show(settings)
            if text == texts[name] and text != changed:
                self.form.write({name: "" if name in _WITHOUT and changed == _OFF else changed})
        if self.methods.methods() == methods != settings.methods:
            self.methods.show_methods(settings.methods)
        self._shown = settings


def _lines_field(theme: Theme) -> NoteEdit:
    """A few lines; Tab goes on."""
    edit = NoteEdit()
    keep_size(edit, theme, height=72)
    return edit
