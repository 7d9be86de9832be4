"""What dialogs share: a head with a title and small print, a message line, and buttons that tell their keys."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QFont, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.banner import Banner
from rentease_desk.gui.widgets.basics import Button, Label, frame, on_surface, row, scrolled
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.widgets.form import Form
from rentease_desk.gui.widgets.sizes import LayoutZoom

_LEAST = 96
_NEVER, _WHERE_NEEDED = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded


class _Inside(QWidget):
    """What is scrolled. ``asked``: its parts need more room, or less."""

    asked = Signal()

    def event(self, event: QEvent) -> bool:
        """Tell it."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.asked.emit()
        return done


class DeskDialog(QDialog):
    """Window-modal; Enter saves (on another button it presses that one), Escape cancels.

    It stays open until what it asked for is done. It is as high as what it holds, but never larger than the window it
    belongs to: then what stands above its buttons is scrolled.
    """

    def __init__(self, context: Context, parent: QWidget, title: str, about: str, width: int = tokens.DIALOG) -> None:
        super().__init__(parent)
        self.context = context
        self.form = Form(context, {})
        self._busy, self._saving, self._allowed, self._warned = False, False, True, False
        self._zoom: LayoutZoom | None = None
        self.is_closed = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._width = width
        self.owner: QWidget = parent.owner if isinstance(parent, DeskDialog) else parent
        self._elastic: list[tuple[QWidget, int, int]] = []
        context.theme.changed.connect(self._widen)
        self._widen()
        on_surface(self, context.theme)
        self.banner = Banner(context.theme)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        head = frame(bar="top")
        name = Label(context.theme, title, weight=QFont.Weight.DemiBold)
        head.setLayout(row(name, ElidedLabel(context.theme, about, tone="text2"), None, margins=(24, 12, 24, 12)))
        outer.addWidget(head)
        outer.addWidget(self.banner)
        self._inside = _Inside()
        self.body = QVBoxLayout(self._inside)
        self.body.setContentsMargins(24, 16, 24, 0)
        self.body.setSpacing(12)
        on_surface(self._inside, context.theme)
        self._area = scrolled(self._inside)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer.addWidget(self._area)
        self._edge = frame(bar="line")
        self._edge.setParent(self)
        self._edge.setFixedHeight(1)
        self._edge.hide()
        self._outer = outer
        self._inside.asked.connect(self.fit)
        context.tasks.bug.connect(self._bug)

    def add_buttons(self, save: str, *before: QWidget, leave: str = "", leave_key: str = "Esc") -> QHBoxLayout:
        """Cancel (or ``leave``) and save, at the right; ``before`` stands at the left."""
        cancel = Button(self.context.theme, leave or self.tr("Cancel"), key=leave_key)
        self.save = Button(self.context.theme, save, kind="primary", key="Enter")
        cancel.clicked.connect(self.reject)
        self.save.setDefault(True)
        self.save.clicked.connect(self.submit)
        buttons = row(*before, None, cancel, self.save, margins=(24, 12, 24, 20))
        self._outer.addWidget(self._edge)
        self._outer.addLayout(buttons)
        return buttons

    def give(self, part: QWidget, height: int, least: int) -> None:
        """A part that is ``height`` high (of the design), and as low as ``least`` where the window is low."""
        self._elastic.append((part, height, least))
        part.setFixedHeight(self.context.theme.px(height))

    def event(self, event: QEvent) -> bool:
        """As high as what it holds, whenever that changes."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return done

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Distances follow the zoom from now on."""
        super().showEvent(event)
        self._zoom = self._zoom or LayoutZoom(self, self.context.theme)
        self.fit()

    @Slot()
    def fit(self) -> None:
        """Take the width that the letters ask for, and the height that the parts need at this width."""
        self._outer.activate()
        needed = max(self._outer.totalMinimumSize().width(), self._inside.minimumSizeHint().width())
        self.setFixedWidth(max(self._wide(), needed))
        around = _height(self._outer, self.width()) - self._area.minimumHeight()
        room, wanted = self.owner.window().height() - around, _height(self.body, self.width())
        wanted -= self._squeeze(wanted - room)
        height = min(wanted, max(room, self.context.theme.px(_LEAST)))
        self._area.setVerticalScrollBarPolicy(_NEVER if height == wanted else _WHERE_NEEDED)
        self._area.setFixedHeight(height)
        self._edge.setVisible(height < wanted)
        self.setFixedHeight(_height(self._outer, self.width()))

    def submit(self) -> None:
        """What Enter does."""
        raise NotImplementedError

    def set_busy(self, busy: bool, *, saving: bool = False) -> None:
        """While something is looked up or being saved, it cannot be sent again."""
        self._busy, self._saving, self._warned = busy, busy and saving, False
        if busy:
            self.banner.hide()
        self.save.setEnabled(self._allowed and not busy)

    def set_allowed(self, allowed: bool) -> None:
        """Whether it can be saved at all as it stands."""
        self._allowed = allowed
        self.save.setEnabled(allowed and not self._busy)

    def reject(self) -> None:
        """Close, unless just now something is being saved: then it is said first that it may be saved all the same."""
        if self._saving and not self._warned:
            self._warned = True
            text = self.tr("It may be saved already. Press Esc again to close without waiting, then look at the list.")
            self.banner.tell(self.tr("It is being saved"), text, Tone.NEUTRAL)
            return
        super().reject()

    def done(self, result: int) -> None:
        """From now on no answer is waited for."""
        self.is_closed = True
        super().done(result)

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

    def _squeeze(self, excess: int) -> int:
        """Make elastic parts lower by what is too much; returns by how much less they take than until now."""
        px, change = self.context.theme.px, 0
        for part, height, least in self._elastic:
            now = part.minimumHeight()
            fitting = min(max(px(least), now - excess), px(height))
            part.setFixedHeight(fitting)
            self._tell_above(part)
            change = max(change, now - fitting, key=abs)
        return change

    def _tell_above(self, part: QWidget) -> None:
        """Also on a page that is not shown: there Qt goes on with the height that was before."""
        above = part.parentWidget()
        while above is not None and above is not self._inside:
            above.updateGeometry()
            above = above.parentWidget()

    def _wide(self) -> int:
        return min(self.context.theme.text_px(self._width), self.owner.window().width())

    @Slot()
    def _widen(self) -> None:
        """As wide as the letters ask; it is fitted when all parts have taken the zoom."""
        self.setFixedWidth(self._wide())
        QCoreApplication.postEvent(self, QEvent(QEvent.Type.LayoutRequest))

    @Slot()
    def _bug(self) -> None:
        """What was sent will not be answered any more."""
        self.set_busy(False)


def _height(layout: QLayout, width: int) -> int:
    """What the parts of a layout need at this width."""
    wrapped = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else 0
    return max(wrapped, layout.totalMinimumSize().height())
