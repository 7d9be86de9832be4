"""The few style rules that a palette cannot say, generated from the tokens. No rule is for every widget."""

from __future__ import annotations

from collections.abc import Callable

from rentease_desk.gui import tokens
from rentease_desk.gui.tokens import Colours

Px = Callable[[int], int]


def style_sheet(c: Colours, px: Px) -> str:
    """The rules for one scheme at one zoom, chosen by dynamic properties (``card``, ``kind``, ``rail``, ``tint``)."""
    return "".join(part(c, px) for part in (_frames, _tints, _buttons, _fields, _lists))


def _frames(c: Colours, _px: Px) -> str:
    return f"""
QFrame[card="true"] {{ background: {c.surface}; border: 1px solid {c.line}; border-radius: {tokens.CARD_RADIUS}px; }}
QFrame[card="sunken"] {{ background: {c.sunken}; border: 1px solid {c.line};
    border-radius: {tokens.CARD_RADIUS}px; }}
QFrame[card="over"] {{ background: {c.surface}; border: 1px solid {c.edge}; border-radius: {tokens.CARD_RADIUS}px; }}
QFrame[bar="head"] {{ background: {c.sunken}; border: none; border-bottom: 1px solid {c.line}; }}
QFrame[bar="column"] {{ background: {c.sunken}; border: none; border-bottom: 1px solid {c.line};
    border-top-left-radius: {tokens.CARD_RADIUS - 1}px; border-top-right-radius: {tokens.CARD_RADIUS - 1}px; }}
QFrame[bar="column-foot"] {{ background: {c.sunken}; border: none; border-top: 1px solid {c.line};
    border-bottom-left-radius: {tokens.CARD_RADIUS - 1}px; border-bottom-right-radius: {tokens.CARD_RADIUS - 1}px; }}
QFrame[bar="top"] {{ background: {c.surface}; border: none; border-bottom: 1px solid {c.line}; }}
QFrame[bar="foot"] {{ background: {c.window}; border: none; border-top: 1px solid {c.line}; }}
QFrame[bar="rail"] {{ background: {c.window}; border: none; border-right: 1px solid {c.line}; }}
QFrame[bar="page"] {{ background: {c.surface}; border: none; }}
QFrame[bar="side"] {{ background: {c.surface}; border: none; border-left: 1px solid {c.line}; }}
QFrame[bar="sunken"] {{ background: {c.sunken}; border: none; border-top: 1px solid {c.edge}; }}
QFrame[bar="line"] {{ background: {c.line}; border: none; }}
"""


def _tints(c: Colours, _px: Px) -> str:
    radius = tokens.CONTROL_RADIUS
    tints = "".join(
        f'QFrame[tint="{one}"] {{ background: {getattr(c, f"{one}_bg")}; border: none; border-radius: {radius}px; }}'
        for one in ("good", "attn", "wrong", "neut")
    )
    return tints + 'QFrame[flush="true"] { border-radius: 0; }'


def _buttons(c: Colours, px: Px) -> str:
    control, radius = px(tokens.CONTROL), tokens.CONTROL_RADIUS
    return f"""
QToolButton[flat="true"] {{ border: 1px solid transparent; border-radius: {radius}px; background: transparent; }}
QToolButton[flat="true"]:hover {{ background: {c.hover}; }}
QToolButton[flat="true"]:focus {{ border: 2px solid {c.focus}; }}
QToolButton[segment="true"] {{ border: 1px solid {c.edge}; border-left: none; border-radius: 0px; color: {c.text2};
    background: {c.surface}; min-height: {control - 2}px; max-height: {control - 2}px; padding: 0px {px(12)}px; }}
QToolButton[segment="true"]:checked {{ background: {c.select}; color: {c.text}; }}
QToolButton[segment="true"]:hover {{ color: {c.text}; }}
QToolButton[segment="true"]:focus {{ border: 2px solid {c.focus}; }}
QToolButton[segment="true"][place="first"] {{ border-left: 1px solid {c.edge}; border-top-left-radius: {radius}px;
    border-bottom-left-radius: {radius}px; }}
QToolButton[segment="true"][place="last"] {{ border-top-right-radius: {radius}px;
    border-bottom-right-radius: {radius}px; }}
"""


def _inside_ring(height: int, padding: int) -> str:
    """A border of two pixels takes its second one from within: the field stays as large as it was."""
    return f"min-height: {height - 4}px; max-height: {height - 4}px; padding: 0px {padding - 1}px;"


def _fields(c: Colours, px: Px) -> str:
    control, radius = px(tokens.CONTROL), tokens.CONTROL_RADIUS
    thick, large = _inside_ring(control, px(8)), _inside_ring(px(tokens.MONEY_INPUT), px(12))
    return f"""
QLineEdit[field="true"], QComboBox[field="true"], QDateEdit[field="true"], QSpinBox[field="true"] {{
    background: {c.surface}; border: 1px solid {c.edge}; border-radius: {radius}px; color: {c.text};
    min-height: {control - 2}px; max-height: {control - 2}px; padding: 0px {px(8)}px;
    placeholder-text-color: {c.text2}; selection-background-color: {c.select}; selection-color: {c.text}; }}
QLineEdit[field="true"]:focus, QComboBox[field="true"]:focus, QDateEdit[field="true"]:focus,
QSpinBox[field="true"]:focus {{ border: 2px solid {c.focus}; {thick} }}
QComboBox[field="true"]:!editable {{ padding-left: {px(8) + 2}px; }}
QComboBox[field="true"]:!editable:focus {{ padding-left: {px(8) + 1}px; }}
QComboBox[field="true"]::drop-down, QDateEdit[field="true"]::drop-down {{ border: none; width: {px(26)}px; }}
QComboBox[field="true"]::down-arrow, QDateEdit[field="true"]::down-arrow {{ image: none; }}
QSpinBox[field="true"]::up-button, QSpinBox[field="true"]::down-button {{ border: none; width: {px(26)}px;
    background: transparent; }}
QSpinBox[field="true"]::up-arrow, QSpinBox[field="true"]::down-arrow {{ image: none; }}
QLineEdit[field="true"][wrong="true"], QComboBox[field="true"][wrong="true"], QDateEdit[field="true"][wrong="true"],
QSpinBox[field="true"][wrong="true"] {{ border: 2px solid {c.wrong}; {thick} }}
QPlainTextEdit[field="true"][wrong="true"] {{ border: 2px solid {c.wrong}; padding: {px(4) - 1}px; }}
QLineEdit[field="true"]:disabled, QComboBox[field="true"]:disabled, QSpinBox[field="true"]:disabled {{
  background: {c.neut_bg}; color: {c.neut}; }}
QLineEdit[field="true"]:read-only:enabled {{ background: {c.sunken}; }}
QLineEdit[field="true"]:read-only:enabled:!focus {{ border-color: {c.line}; }}
QPlainTextEdit[field="true"] {{ background: {c.surface}; border: 1px solid {c.edge}; border-radius: {radius}px;
    color: {c.text}; padding: {px(4)}px; placeholder-text-color: {c.text2}; }}
QPlainTextEdit[field="true"]:read-only:enabled {{ background: {c.sunken}; }}
QPlainTextEdit[field="true"]:read-only:enabled:!focus {{ border-color: {c.line}; }}
QPlainTextEdit[field="true"]:disabled {{ background: {c.neut_bg}; color: {c.neut}; }}
QListView[field="true"] {{ background: {c.surface}; border: 1px solid {c.edge}; border-radius: {radius}px;
    padding: 1px; }}
QListView[field="true"]:focus {{ border: 2px solid {c.focus}; padding: 0px; }}
QPlainTextEdit[field="true"]:focus {{ border: 2px solid {c.focus}; padding: {px(4) - 1}px; }}
QLineEdit[money="true"] {{ background: {c.surface}; border: 1px solid {c.edge}; border-radius: {radius}px;
    min-height: {px(tokens.MONEY_INPUT) - 2}px; max-height: {px(tokens.MONEY_INPUT) - 2}px; padding: 0px {px(12)}px; }}
QLineEdit[money="true"]:focus {{ border: 2px solid {c.focus}; {large} }}
QLineEdit[money="true"][wrong="true"] {{ border: 2px solid {c.wrong}; {large} }}
"""


def _lists(c: Colours, px: Px) -> str:
    return f"""
QHeaderView::section {{ background: {c.sunken}; color: {c.text2}; border: none; border-bottom: 1px solid {c.line};
    padding: 0px {px(8)}px; }}
QTableView {{ border: none; background: {c.surface}; gridline-color: {c.line}; }}
QTableCornerButton::section {{ background: {c.sunken}; border: none; }}
QSplitter::handle {{ background: {c.line}; }}
QMenuBar {{ background: {c.window}; border: none; border-bottom: 1px solid {c.line}; spacing: 0px;
    padding-left: {px(8)}px; }}
QMenuBar::item {{ padding: {px(6)}px {px(8)}px; border-radius: 4px; }}
QMenuBar::item:selected {{ background: {c.hover}; }}
QScrollBar:vertical {{ background: {c.surface}; width: {px(12)}px; margin: 0; }}
QScrollBar:horizontal {{ background: {c.surface}; height: {px(12)}px; margin: 0; }}
QScrollArea QScrollBar:vertical {{ background: {c.window}; }}
QAbstractScrollArea::corner {{ background: {c.surface}; border: none; }}
QScrollBar::handle {{ background: {c.line}; border-radius: 4px; margin: 2px; min-height: 32px; min-width: 32px; }}
QScrollBar::handle:hover {{ background: {c.edge}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none; height: 0;
    width: 0; }}
QProgressBar {{ background: {c.neut_bg}; border: none; border-radius: 4px; min-height: 8px; max-height: 8px; }}
QProgressBar::chunk {{ background: {c.focus}; border-radius: 4px; }}
"""
