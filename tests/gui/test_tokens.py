"""Contrast: of every pair of colours that is declared, and every pair that is really seen is declared."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from rentease_desk.gui import tokens
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.context import Context
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.theme import Appearance
from rentease_desk.gui.tokens import DARK, EDGE_PAIRS, LIGHT, TEXT_PAIRS, Colours, Tone, contrast
from rentease_desk.gui.widgets.basics import Button, Label
from tests.gui.conftest import idle
from tests.tools.gui import Hotel, every_dialog

SCHEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


def test_contrast_is_wcags() -> None:
    """Known values of WCAG 2.1, relative luminance."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert contrast("#FFFFFF", "#777777") == contrast("#777777", "#FFFFFF")


@SCHEMES
def test_text_can_be_read(colours: Colours) -> None:
    assert [pair for pair in TEXT_PAIRS if contrast(*_values(colours, pair)) < 4.5] == []


@SCHEMES
def test_borders_can_be_seen(colours: Colours) -> None:
    assert [pair for pair in EDGE_PAIRS if contrast(*_values(colours, pair)) < 3.0] == []


def test_no_pair_is_declared_twice() -> None:
    assert len(set(TEXT_PAIRS)) == len(TEXT_PAIRS)
    assert len(set(EDGE_PAIRS)) == len(EDGE_PAIRS)


@SCHEMES
@pytest.mark.parametrize("tone", Tone)
def test_chips_are_declared(colours: Colours, tone: Tone) -> None:
    assert _declared(colours, *colours.tint(tone))
    if tone is Tone.OUTLINE:  # its border is all that tells it from the row
        assert ("edge", "surface") in EDGE_PAIRS


def test_what_the_painting_code_uses_is_declared() -> None:
    """Read from ``painting``, ``row_painter``, ``desk_header``, ``total_row``, ``rail``, ``style`` and the palette."""
    cells = {(text, ground) for text in ("text", "text2", "wrong", "attn") for ground in ("surface", "hover", "select")}
    below = {(text, "sunken") for text in ("text", "text2", "wrong")}  # header, total row, totals, key caps
    rail = {("text2", "window"), ("text2", "hover"), ("text", "select"), ("attn", "attn_bg")}
    fields = {("text", "surface"), ("text2", "surface"), ("text", "select"), ("neut", "neut_bg")}
    menus = {("text", "window"), ("text", "hover"), ("text", "select"), ("text", "sunken"), ("onaccent", "accent")}
    assert cells | below | rail | fields | menus <= set(TEXT_PAIRS)
    rings = {("focus", "select"), ("focus", "surface"), ("focus", "window")}
    borders = {("edge", "surface"), ("edge", "window"), ("edge", "sunken"), ("wrong", "surface"), ("accent", "surface")}
    assert rings | borders | {("focus", "neut_bg")} <= set(EDGE_PAIRS)


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
@pytest.mark.parametrize("kind", ["plain", "primary", "text"])
def test_buttons_are_declared(qtbot: QtBot, context: Context, appearance: Appearance, kind: str) -> None:
    context.theme.set_appearance(appearance)
    button = Button(context.theme, "Pay", kind=kind, icon="cash", key="F9")
    qtbot.addWidget(button)
    for enabled in (True, False):
        button.setEnabled(enabled)
        text, ground, border = button._colours()
        grounds = (ground,) if ground else ("surface", "window", "good_bg", "attn_bg", "wrong_bg", "neut_bg")
        assert {(text, one) for one in grounds} <= set(TEXT_PAIRS)
        assert not enabled or not border or border == ground or (border, "surface") in EDGE_PAIRS


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_every_label_that_is_seen_is_declared(
    qtbot: QtBot, window: MainWindow, context: Context, hotel: Hotel, appearance: Appearance
) -> None:
    context.theme.set_appearance(appearance)
    colours = context.theme.colours
    seen: set[tuple[str, str]] = set()
    foot = window.pages.payments.foot

    def has_room() -> bool:
        """What came has its room a moment later."""
        return not foot.isVisible() or _seen(foot) >= foot.minimumSizeHint().height()

    for name in ("bookings", "payments", "sync", "settings", "folio"):
        window.pages.folio.show_booking(hotel.pks["soren"])
        window.go(name)
        window.page_of(name).banner.tell("Title", "Text", Tone.WRONG, "Try again")
        idle(qtbot, context)
        qtbot.waitUntil(has_room)
        seen |= _labels(window)
    for dialog in every_dialog(qtbot, window, hotel):
        dialog.banner.tell("Title", "Text", Tone.ATTENTION)
        seen |= _labels(dialog)
        dialog.done(0)
    undeclared = {pair for pair in seen if not _declared(colours, *pair)}
    assert not undeclared
    assert len(seen) > 10


def _seen(widget: QWidget) -> int:
    """The height of what is not covered."""
    return widget.visibleRegion().boundingRect().height()


def _labels(window: QWidget) -> set[tuple[str, str]]:
    """Text and ground of each label, as colours: the ground is what most of its place shows."""
    image = window.grab().toImage()
    shown = [one for one in window.findChildren(Label) if one.isVisible() and one.text()]
    return {
        (one.palette().color(QPalette.ColorRole.WindowText).name().upper(), ground)
        for one in shown
        if (ground := _ground(image, QRect(one.mapTo(window, QPoint(0, 0)), one.size())))
    }


def _ground(image: QImage, place: QRect) -> str:
    place = place.intersected(image.rect())
    points = ((x, y) for x in range(place.left(), place.right(), 3) for y in range(place.top(), place.bottom(), 2))
    counted = Counter(image.pixelColor(x, y).name().upper() for x, y in points)
    return counted.most_common(1)[0][0] if counted else ""


def _values(colours: Colours, pair: tuple[str, str]) -> tuple[str, str]:
    return getattr(colours, pair[0]), getattr(colours, pair[1])


def _declared(colours: Colours, text: str, ground: str) -> bool:
    """Several names may stand for one colour."""
    return any(_values(colours, pair) == (text.upper(), ground.upper()) for pair in TEXT_PAIRS)


def test_a_chip_is_never_a_colour_alone() -> None:
    chip = Chip("Settled", "tick", Tone.GOOD)
    assert chip.word
    assert chip.icon
    assert tokens.CHIP >= 20
