"""The reports: takings with their chart, other reports, and one without rows."""

from __future__ import annotations

from tempfile import TemporaryDirectory

from PySide6.QtCore import Qt
from sqlalchemy import delete, select

from rentease_desk.domain.exports import Preset
from rentease_desk.domain.reporting import ReportName
from rentease_desk.domain.schedules import Rhythm, ScheduleDraft
from rentease_desk.storage.stripe_tables import stripe_charges
from tests.tools.gui import in_worker
from tests.tools.screenshots.studio import Pictures, Studio

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
_LISTS = (ReportName.TRAIL, ReportName.PAYMENTS, ReportName.CHARGE_LINES, ReportName.BOOKINGS, ReportName.JOURNAL)


def reports(studio: Studio) -> Pictures:
    window = studio.window
    studio.go("reports")
    view = window.pages.reports
    _choose(studio, "Last 30 days", view.days)
    yield "reports-takings", window
    studio.press(Key.Key_P, CTRL)
    studio.settle()
    yield "reports-print", studio.top()
    studio.shut()
    for name in (ReportName.PAYOUTS, ReportName.MOVEMENTS, ReportName.BALANCES, ReportName.DIFFERENCES, *_LISTS):
        view._report_chosen(name)
        studio.settle()
        yield f"reports-{name.value}", window
    yield from _agreement(studio)
    view._report_chosen(ReportName.TRAIL)
    studio.settle()
    with TemporaryDirectory() as folder:
        view.write(f"{folder}/trail.csv")
        studio.settle()
    yield "reports-written", studio.top()
    studio.shut()
    _choose(studio, "Today", view.days)
    view._report_chosen(ReportName.FAILED)
    studio.settle()
    yield "reports-none", window


def _agreement(studio: Studio) -> Pictures:
    """Before any comparison, with what differs, and after it was fetched."""
    window, view = studio.window, studio.window.pages.reports
    view._report_chosen(ReportName.AGREEMENT)
    studio.settle()
    yield "reports-agreement-none", window

    def lose() -> None:
        charges = stripe_charges.c
        with window.context.services.desk.writing() as unit:
            old = select(charges.id).where(
                charges.status == "succeeded", charges.created < window.context.now() - 200_000
            )
            lost = unit.connection.scalars(old.order_by(charges.created.desc()).limit(4)).all()
            unit.connection.execute(delete(stripe_charges).where(charges.id.in_(lost)))

    in_worker(lose)
    for key, name in ((Key.Key_C, "differs"), (Key.Key_F, "agrees")):
        view.table.focus_table()
        studio.press(key)
        studio.settle()
        yield f"reports-agreement-{name}", window


def _choose(studio: Studio, word: str, button: object) -> None:
    menu = button.menu()  # type: ignore[attr-defined]
    next(one for one in menu.actions() if one.text() == word).trigger()
    studio.settle()


def scheduled(studio: Studio) -> Pictures:
    """Files that are written by themselves: none, the dialog, several, and one that cannot be written."""
    card, service = studio.window.pages.settings.exports, studio.window.context.services.schedules
    yield "scheduled-none", card
    card.add.click()
    studio.settle()
    yield "scheduled-dialog", studio.top()
    studio.shut()
    for number, (name, preset, rhythm) in enumerate(_SCHEDULED):
        draft = ScheduleDraft(f"s{number}", name, preset, rhythm, 6, "/mnt/bookkeeping/hotel", currency="eur")
        in_worker(lambda draft=draft: service.save(draft))  # type: ignore[misc]
    studio.wait(lambda: card.list.count() == len(_SCHEDULED))
    studio.settle()
    yield "scheduled", card


_SCHEDULED = (
    (ReportName.TAKINGS, Preset.EXCEL, Rhythm.CLOSE),
    (ReportName.MOVEMENTS, Preset.DATEV, Rhythm.MONTHLY),
    (ReportName.TRAIL, Preset.ISO, Rhythm.MONTHLY),
)
