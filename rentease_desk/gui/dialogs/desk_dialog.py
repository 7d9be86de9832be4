"""What dialogs share: a head with a title and small print, a message line, and buttons that tell their keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.widgets.banner import Banner
from rentease_desk.gui.widgets.basics import Button, Label, frame, on_surface, row
from rentease_desk.gui.widgets.form import Form


class DeskDialog(QDialog):
    """Window-modal; Enter saves, Escape cancels. It stays open until what it asked for is done."""

    def __init__(self, context: Context, parent: QWidget, title: str, about: str, width: int = tokens.DIALOG) -> None:
        super().__init__(parent)
        self.context = context
        self.form = Form(context, {})
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setFixedWidth(context.theme.px(width))
        on_surface(self, context.theme)
        self.banner = Banner(context.theme)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        head = frame(bar="top")
        name = Label(context.theme, title, weight=QFont.Weight.DemiBold)
        head.setLayout(row(name, Label(context.theme, about, tone="text2"), None, margins=(24, 12, 24, 12)))
        outer.addWidget(head)
        outer.addWidget(self.banner)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(24, 16, 24, 20)
        self.body.setSpacing(12)
        outer.addLayout(self.body)

    def add_buttons(self, save: str, *before: QWidget) -> QHBoxLayout:
        """Cancel and save, at the right; ``before`` stands at the left."""
        cancel = Button(self.context.theme, self.tr("Cancel"), key="Esc")
        self.save = Button(self.context.theme, save, kind="primary", key="Enter")
        cancel.clicked.connect(self.reject)
        cancel.setAutoDefault(False)
        self.save.setDefault(True)
        self.save.clicked.connect(self.submit)
        buttons = row(*before, None, cancel, self.save)
        self.body.addLayout(buttons)
        return buttons

    def event(self, event: QEvent) -> bool:
        """As high as what it holds, whenever that changes."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return done

    def fit(self) -> None:
        """Take the height that the parts need at this width."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            wrapped = layout.totalHeightForWidth(self.width()) if layout.hasHeightForWidth() else 0
            self.setFixedHeight(max(wrapped, layout.totalMinimumSize().height()))

    def submit(self) -> None:
        """What Enter does."""
        raise NotImplementedError

    def set_busy(self, busy: bool) -> None:
        """While something is being saved, it cannot be saved again."""
        self.save.setEnabled(not busy)

    def fail(self, error: KnownError) -> None:
        """Say what went wrong, beside its field if it has one. Nothing that was typed is lost."""
        self.set_busy(False)
        if not (isinstance(error, InputError) and self.form.explain(error)):
            self.banner.explain(explained(error, self.context.formats))

    def select_all_on_focus(self, *edits: QWidget) -> None:
        """A field whose text is there already is overwritten by typing."""
        for edit in edits:
            edit.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Mark the whole text of a field that the keyboard comes to."""
        if event.type() == QEvent.Type.FocusIn and hasattr(watched, "selectAll"):
            watched.selectAll()
        return super().eventFilter(watched, event)
