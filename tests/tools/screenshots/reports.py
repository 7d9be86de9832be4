"""The reports: takings with their chart, other reports, and one without rows."""

from __future__ import annotations

from rentease_desk.domain.reporting import ReportName
from tests.tools.screenshots.studio import Pictures, Studio


def reports(studio: Studio) -> Pictures:
    window = studio.window
    studio.go("reports")
    view = window.pages.reports
    _choose(studio, "Last 30 days", view.days)
    yield "reports-takings", window
    for name in (ReportName.PAYOUTS, ReportName.MOVEMENTS, ReportName.BALANCES, ReportName.DIFFERENCES):
        view._report_chosen(name)
        studio.settle()
        yield f"reports-{name.value}", window
    _choose(studio, "Today", view.days)
    view._report_chosen(ReportName.FAILED)
    studio.settle()
    yield "reports-none", window


def _choose(studio: Studio, word: str, button: object) -> None:
    menu = button.menu()  # type: ignore[attr-defined]
    next(one for one in menu.actions() if one.text() == word).trigger()
    studio.settle()
