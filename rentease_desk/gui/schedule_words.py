"""What files that are written by themselves are told as."""

from __future__ import annotations

from rentease_desk.domain.reporting import NAMES
from rentease_desk.domain.schedules import Rhythm, ScheduleState
from rentease_desk.gui.formats import Formats
from rentease_desk.gui.report_words import basis_word, preset_word
from rentease_desk.gui.words import tr


def rhythm_word(rhythm: Rhythm) -> str:
    """``Every month``."""
    words = {
        Rhythm.CLOSE: tr("Whenever a day is closed"),
        Rhythm.DAILY: tr("Every day"),
        Rhythm.WEEKLY: tr("Every week"),
        Rhythm.MONTHLY: tr("Every month"),
    }
    return words[rhythm]


def schedule_told(state: ScheduleState) -> str:
    """``Takings by day · Excel · every day, 06:00``; what cannot be written says so first."""
    one = state.schedule
    when = rhythm_word(one.rhythm) if one.rhythm is Rhythm.CLOSE else f"{rhythm_word(one.rhythm)}, {one.hour:02}:00"
    basis = [] if one.basis is None else [basis_word(one.basis)]
    words = [
        NAMES[one.report].title,
        *basis,
        *filter(None, [(one.currency or "").upper()]),
        preset_word(one.preset),
        when,
    ]
    return " · ".join((*([tr("Not written")] if state.trouble else []), *words))


def last_told(state: ScheduleState, formats: Formats) -> str:
    """Where its files go, and when the last one was written."""
    folder = state.schedule.folder
    if state.last is None:
        return tr("Into {folder}. Nothing was due yet.").format(folder=folder)
    told = tr("Into {folder}. Last written {moment}: {files}")
    return told.format(folder=folder, moment=formats.moment(state.last.at), files=", ".join(state.last.files))
