"""The look: one palette for each scheme, a few style rules that a palette cannot say, three text sizes, and zoom."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from rentease_desk.gui import tokens
from rentease_desk.gui.icons import Icons
from rentease_desk.gui.style import style_sheet
from rentease_desk.gui.tokens import Colours, Tone

_SAMPLE = "The quick brown fox jumps over the lazy dog 0123456789"
_SAMPLE_IN_DESIGN = 362.6
"""How wide the sample is in the font that the design is drawn in (Inter, 10 points), in pixels."""


def application(name: str = "rentease-desk") -> QApplication:
    """Qt's application, in the style that every rule here is written for. The style is named and not made: PySide would
    prepare each kind of style before the first paint."""
    return QApplication([name, "-style", "fusion"])


class Appearance(StrEnum):
    """What the user chose."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """Colours, fonts and icons for everything that paints. ``changed`` is sent after each change of scheme or zoom."""

    changed = Signal()

    def __init__(self, app: QApplication, icons_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._base_font = QFont(app.font())
        self._zoom = 100
        self._fonts: dict[tuple[int, QFont.Weight], QFont] = {}
        self._metrics: dict[tuple[int, QFont.Weight], QFontMetrics] = {}
        self._colours: dict[str, QColor] = {}
        self._appearance = Appearance.AUTO
        self.colours = tokens.LIGHT
        self.icons = Icons(icons_dir)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._apply()

    @property
    def zoom(self) -> int:
        """Per cent."""
        return self._zoom

    @property
    def is_dark(self) -> bool:
        """Whether the dark scheme is on."""
        return self.colours is tokens.DARK

    def set_appearance(self, appearance: Appearance) -> None:
        """Follow the user's choice, or the system's."""
        self._appearance = appearance
        scheme = {Appearance.LIGHT: Qt.ColorScheme.Light, Appearance.DARK: Qt.ColorScheme.Dark}
        QGuiApplication.styleHints().setColorScheme(scheme.get(appearance, Qt.ColorScheme.Unknown))
        self._apply()

    def set_zoom(self, per_cent: int) -> None:
        """Make text and rows larger or smaller together."""
        self._fonts.clear()
        self._metrics.clear()
        self._zoom = min(max(per_cent, tokens.ZOOM_STEPS[0]), tokens.ZOOM_STEPS[-1])
        self._apply()

    def step_zoom(self, step: int) -> None:
        """One step of Ctrl + (1) or Ctrl − (−1); 0 goes back to 100 %."""
        nearest = min(tokens.ZOOM_STEPS, key=lambda one: abs(one - self._zoom))
        place = tokens.ZOOM_STEPS.index(nearest) + step
        self.set_zoom(100 if step == 0 else tokens.ZOOM_STEPS[min(max(place, 0), len(tokens.ZOOM_STEPS) - 1)])

    def px(self, length: float) -> int:
        """A length of the design at this zoom, in device-independent pixels."""
        return round(length * self._zoom / 100)

    @cached_property
    def breadth(self) -> float:
        """How much wider this computer's font is than that of the design; never less than 1."""
        font = self.font()
        font.setPointSizeF(tokens.BASE)
        return max(1.0, round(QFontMetricsF(font).horizontalAdvance(_SAMPLE) / _SAMPLE_IN_DESIGN, 2))

    def text_px(self, length: float) -> int:
        """As ``px``, of a length that holds text: it grows with the width of the letters."""
        return round(length * self.breadth * self._zoom / 100)

    def text_length(self, pixels: int) -> float:
        """The length of the design that is so many pixels wide here; the inverse of ``text_px``."""
        return round(pixels * 100 / self._zoom / self.breadth, 1)

    def font(self, size: int = tokens.BASE, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """A font of one of the three sizes, with figures of one width. It may be changed."""
        return QFont(self.letters(size, weight))

    def letters(self, size: int = tokens.BASE, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """The same for who paints: it is everybody's, and nobody changes it."""
        made = self._fonts.get((size, weight))
        if made is None:
            made = QFont(self._base_font)
            made.setPointSizeF(size * self._zoom / 100)
            made.setWeight(weight)
            made.setFeature(QFont.Tag("tnum"), 1)
            self._fonts[size, weight] = made
        return made

    def metrics(self, size: int = tokens.BASE, weight: QFont.Weight = QFont.Weight.Normal) -> QFontMetrics:
        """How wide the letters of ``font`` are. It is asked for each cell that is painted."""
        made = self._metrics.get((size, weight))
        if made is None:
            made = self._metrics[size, weight] = QFontMetrics(self.font(size, weight))
        return made

    def colour(self, name: str) -> QColor:
        """A colour of the scheme by its name in ``tokens``. It is everybody's: nobody changes it."""
        made = self._colours.get(name)
        if made is None:
            made = self._colours[name] = QColor(getattr(self.colours, name))
        return made

    def tint(self, tone: Tone) -> tuple[QColor, QColor]:
        """Text and background of a chip with this meaning."""
        text, ground = ("neut", "surface") if tone is Tone.OUTLINE else (tone.value, f"{tone.value}_bg")
        return self.colour(text), self.colour(ground)

    @Slot()
    def _system_changed(self) -> None:
        self._apply()

    def _apply(self) -> None:
        self.colours = tokens.DARK if self._wants_dark() else tokens.LIGHT
        self._colours.clear()
        self._app.setPalette(_palette(self.colours))
        self._app.setFont(self.font())
        self._app.setStyleSheet(style_sheet(self.colours, self.px))
        self.changed.emit()

    def _wants_dark(self) -> bool:
        """The user's choice wins; not every system lets a program change the scheme."""
        if self._appearance is Appearance.AUTO:
            return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._appearance is Appearance.DARK


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for one, name in {
        role.Window: "window", role.Base: "surface", role.AlternateBase: "sunken", role.Button: "surface",
        role.WindowText: "text", role.Text: "text", role.ButtonText: "text", role.ToolTipBase: "sunken",
        role.ToolTipText: "text", role.PlaceholderText: "text2", role.Highlight: "select",
        role.HighlightedText: "text", role.BrightText: "onaccent", role.Link: "link", role.LinkVisited: "link",
        role.Mid: "line", role.Midlight: "line", role.Dark: "edge", role.Light: "surface", role.Shadow: "edge",
        role.Accent: "accent",
    }.items():  # fmt: skip
        palette.setColor(one, QColor(getattr(colours, name)))
    disabled = QPalette.ColorGroup.Disabled
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(disabled, one, QColor(colours.neut))
    for one in (role.Base, role.Button):
        palette.setColor(disabled, one, QColor(colours.neut_bg))
    return palette
