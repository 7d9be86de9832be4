"""Every colour, size and distance of the window, and nothing else. Contrasts are computed in a test."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Tone(StrEnum):
    """The four meanings of a colour, and none."""

    GOOD = "good"
    ATTENTION = "attn"
    WRONG = "wrong"
    NEUTRAL = "neut"
    OUTLINE = "outline"


class Colours(Struct, frozen=True):
    """One scheme. Names as in the design: surfaces, text, the accent, four meanings with their tints, the tape."""

    window: str
    surface: str
    sunken: str
    line: str
    edge: str
    text: str
    text2: str
    hover: str
    select: str
    accent: str
    onaccent: str
    link: str
    focus: str
    good: str
    good_bg: str
    attn: str
    attn_bg: str
    wrong: str
    wrong_bg: str
    neut: str
    neut_bg: str
    today: str
    weekend: str
    bar_in: str
    bar_fut: str
    bar_out: str

    def tint(self, tone: Tone) -> tuple[str, str]:
        """Text and background of a chip with this meaning."""
        if tone is Tone.OUTLINE:
            return self.neut, self.surface
        return getattr(self, tone.value), getattr(self, f"{tone.value}_bg")


LIGHT = Colours(
    window="#F5F4F1",
    surface="#FFFFFF",
    sunken="#FAF9F7",
    line="#E4E1DB",
    edge="#918C83",
    text="#1D1C1A",
    text2="#5F5B54",
    hover="#F0EEEA",
    select="#E2EAFA",
    accent="#2456C7",
    onaccent="#FFFFFF",
    link="#1F4DB5",
    focus="#2456C7",
    good="#17653A",
    good_bg="#E2F2E7",
    attn="#7A4A00",
    attn_bg="#FBEBCB",
    wrong="#A8211C",
    wrong_bg="#FBE5E2",
    neut="#4F4B45",
    neut_bg="#ECEAE6",
    today="#EEF3FC",
    weekend="#F8F7F4",
    bar_in="#CFDDF7",
    bar_fut="#E6E3DD",
    bar_out="#F2F0EC",
)

DARK = Colours(
    window="#1A1918",
    surface="#232221",
    sunken="#1F1E1D",
    line="#3A3835",
    edge="#7D786F",
    text="#EDEBE7",
    text2="#ABA69E",
    hover="#2C2B29",
    select="#2A3B60",
    accent="#3A6BDB",
    onaccent="#FFFFFF",
    link="#9BB9FF",
    focus="#7FA5FF",
    good="#86D9A5",
    good_bg="#1D3B29",
    attn="#F0C46F",
    attn_bg="#433411",
    wrong="#FF9F95",
    wrong_bg="#4B2421",
    neut="#CBC7BF",
    neut_bg="#393734",
    today="#262C3A",
    weekend="#201F1E",
    bar_in="#2F4575",
    bar_fut="#403D39",
    bar_out="#2B2A28",
)

TEXT_PAIRS = (
    ("text", "window"), ("text", "surface"), ("text", "sunken"), ("text", "hover"), ("text", "select"),
    ("text2", "window"), ("text2", "surface"), ("text2", "sunken"), ("text2", "select"), ("text2", "hover"),
    ("onaccent", "accent"), ("link", "surface"), ("link", "select"), ("link", "window"),
    ("good", "good_bg"), ("attn", "attn_bg"), ("wrong", "wrong_bg"), ("neut", "neut_bg"),
    ("good", "surface"), ("attn", "surface"), ("wrong", "surface"), ("neut", "surface"), ("wrong", "select"),
    ("good", "window"), ("attn", "window"), ("wrong", "window"), ("attn", "sunken"), ("wrong", "sunken"),
    ("attn", "hover"), ("attn", "select"), ("wrong", "hover"),
    ("text", "good_bg"), ("text", "attn_bg"), ("text", "wrong_bg"), ("text", "neut_bg"),
    ("text2", "good_bg"), ("text2", "attn_bg"), ("text2", "wrong_bg"), ("text2", "neut_bg"),
    ("link", "good_bg"), ("link", "attn_bg"), ("link", "wrong_bg"), ("link", "neut_bg"),
    ("text", "bar_in"), ("text", "bar_fut"), ("text2", "bar_out"), ("text2", "today"), ("text2", "weekend"),
    *((tone, bar) for tone in ("good", "attn", "wrong", "neut") for bar in ("bar_in", "bar_fut", "bar_out")),
    ("link", "today"),
)  # fmt: skip
"""Text on its background, as used somewhere: at least 4.5 to 1."""

EDGE_PAIRS = (
    ("edge", "surface"), ("edge", "window"), ("edge", "sunken"), ("focus", "surface"), ("focus", "select"),
    ("focus", "window"), ("focus", "neut_bg"), ("accent", "surface"), ("wrong", "surface"),
    ("focus", "bar_in"), ("focus", "bar_fut"), ("focus", "bar_out"), ("focus", "today"), ("focus", "weekend"),
    ("edge", "today"), ("edge", "weekend"), ("wrong", "today"), ("wrong", "weekend"),
)  # fmt: skip
"""Borders that carry meaning: at least 3 to 1."""

SMALL, BASE, LARGE = 9, 10, 18
"""The three text sizes, in points, before zoom."""

GRID = 8
MARGIN = 24
BETWEEN_CARDS = 16
HEADER = 56
RAIL = 168
RAIL_ITEM = 36
STATUS_BAR = 28
CONTROL = 32
MONEY_INPUT = 48
TILE = 72
ROW = 32
FOLIO_ROW = 36
TABLE_HEADER = 32
SIDE_FOLIO = 360
DIALOG = 520
WIDE_DIALOG = 720
CARD_RADIUS = 8
CONTROL_RADIUS = 6
CHIP_RADIUS = 4
CHIP = 20
ICON = 16
CHIP_ICON = 14
TILE_ICON = 20
ZOOM_STEPS = (80, 90, 100, 110, 125, 150, 175, 200)
"""What Ctrl + and Ctrl − go through, in per cent."""


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours given as ``#RRGGBB``."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
