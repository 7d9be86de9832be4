"""What files that are written by themselves are told as."""

from __future__ import annotations

from rentease_desk.domain.reporting import NAMES
from rentease_desk.domain.schedules import Rhythm, Schedule, ScheduleState
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


def schedule_told(state: ScheduleState, formats: Formats) -> str:
    """``Takings by day · Excel · every day, 06:00``, and whether the last file is there."""
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
    return " · ".join((*words, last_told(state, formats)))


def last_told(state: ScheduleState, formats: Formats) -> str:
    """What became of it last, in a few words."""
    if state.trouble is not None:
        return tr("cannot be written")
    if state.last is None:
        return tr("nothing was due yet")
    return tr("last {moment}").format(moment=formats.moment(state.last.at))


def folder_told(schedule: Schedule) -> str:
    """Where its files go."""
    return tr("Into {folder}").format(folder=schedule.folder)
