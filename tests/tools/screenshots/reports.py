"""The reports: takings with their chart, other reports, and one without rows."""

from __future__ import annotations

from PySide6.QtCore import Qt
from sqlalchemy import delete, select

from rentease_desk.domain.reporting import ReportName
from rentease_desk.storage.stripe_tables import stripe_charges
from tests.tools.gui import in_worker
from tests.tools.screenshots.studio import Pictures, Studio

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


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
    for name in (ReportName.PAYOUTS, ReportName.MOVEMENTS, ReportName.BALANCES, ReportName.DIFFERENCES):
        view._report_chosen(name)
        studio.settle()
        yield f"reports-{name.value}", window
    yield from _agreement(studio)
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
