"""Who works here, and with which PIN."""

from __future__ import annotations

from uuid import uuid4

from msgspec.structs import replace
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QListWidget, QListWidgetItem

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.permissions import STAFF_ROLES, Role
from rentease_desk.domain.staff import MAX_NAME, Pin, StaffDraft
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.pin_dialog import PinEdit
from rentease_desk.gui.first_run.step import Answers, Step, StepWords
from rentease_desk.gui.staff_words import role_name
from rentease_desk.gui.widgets.basics import Button, own_viewport, row
from rentease_desk.gui.widgets.fields import ComboField, text_field
from rentease_desk.gui.widgets.form import Field
from rentease_desk.gui.widgets.key_rows import ROW, KeyRows

_ROWS = 6


class StaffStep(Step):
    """People are held in memory with their PINs, and written at the end. Enter in an empty form goes on."""

    def __init__(self, context: Context, answers: Answers) -> None:
        super().__init__(context, answers)
        self.name, self.pin, self.again = text_field(), PinEdit(), PinEdit()
        self.name.setMaxLength(MAX_NAME)
        self.role = ComboField(context.theme)
        self.add = Button(context.theme, self.tr("Add"), icon="plus")
        self.remove = Button(context.theme, self.tr("Remove"), kind="text")
        self.add.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)
        self.list = QListWidget()
        own_viewport(self.list)
        self.list.setAccessibleName(self.tr("Staff"))
        self.list.setItemDelegate(KeyRows(self.list, context.theme))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(16)
        for at, (key, words, edit) in enumerate((
            ("name", self.tr("Name"), self.name), ("role", self.tr("Role"), self.role),
            ("pin", self.tr("PIN, 4 to 12 digits"), self.pin), ("again", self.tr("The same PIN again"), self.again),
        )):  # fmt: skip
            self.form.fields[key] = Field(context, words, edit)
            grid.addWidget(self.form.fields[key], at // 2, at % 2)
        for at in range(2):
            grid.setColumnStretch(at, 1)
        self.body.addWidget(self.list)
        self.body.addLayout(grid)
        self.body.addLayout(row(self.add, self.remove, None))
        self.body.addStretch(1)

    @property
    def words(self) -> StepWords:
        """What it is called and asks."""
        return StepWords(
            self.tr("Staff and PINs"),
            self.tr("who may void and refund"),
            self.tr("Who works at this desk?"),
            self.tr("The first one is a manager. Without staff everybody may do everything, and nobody types a PIN."),
        )

    @property
    def is_needed(self) -> bool:
        """Another desk's are used where it has set them up."""
        return not self.answers.joins

    def enter(self) -> None:
        """Show who was added."""
        self._show()
        self.name.setFocus()

    def go_on(self) -> None:
        """What stands in the form is added first."""
        if self.name.text().strip() or self.pin.text():
            self._add()
        else:
            self.passed.emit()

    @Slot()
    def _add(self) -> None:
        people = self.answers.secrets.staff
        if self.pin.text() != self.again.text():
            self.form.clear()
            self.fail(InputError("staff.pin_differs", field="again"))
            return
        draft = StaffDraft(uuid4().hex, self.name.text(), self._roles()[self.role.currentIndex()], Pin(self.pin.text()))
        self.ask(lambda service: service.check_staff(draft, people), self._added)

    def _added(self, draft: StaffDraft) -> None:
        self.answers.secrets = replace(self.answers.secrets, staff=(*self.answers.secrets.staff, draft))
        for edit in (self.name, self.pin, self.again):
            edit.clear()
        self.enter()

    @Slot()
    def _remove(self) -> None:
        """The first is always a manager."""
        people = [one for at, one in enumerate(self.answers.secrets.staff) if at != self.list.currentRow()]
        if people:
            people[0] = replace(people[0], role=Role.MANAGER)
        self.answers.secrets = replace(self.answers.secrets, staff=tuple(people))
        self.enter()

    def _roles(self) -> tuple[Role, ...]:
        return STAFF_ROLES if self.answers.secrets.staff else (Role.MANAGER,)

    def _show(self) -> None:
        people = self.answers.secrets.staff
        self.list.clear()
        for one in people:
            QListWidgetItem(f"{one.name} · {role_name(one.role)}", self.list)
        self.list.setCurrentRow(len(people) - 1)
        self.list.setFixedHeight(self.context.theme.px(ROW) * min(_ROWS, max(1, len(people))) + 2)
        for part in (self.list, self.remove):
            part.setVisible(bool(people))
        self.role.clear()
        self.role.addItems([role_name(one) for one in self._roles()])
