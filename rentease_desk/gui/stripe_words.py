"""What Stripe says in codes, in the window's words: why a payment or refund failed, where a dispute stands."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from rentease_desk.domain import stripe_reasons
from rentease_desk.domain.disputes import TO_ANSWER, Dispute
from rentease_desk.domain.follow_ups import Problem
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.formats import Formats
from rentease_desk.gui.tokens import Tone


def tr(text: str) -> str:
    """A word in the window's language."""
    return QCoreApplication.translate("stripe", text)


def why_failed(code: str | None, message: str | None) -> str:
    """Why a payment failed: in our words, else in Stripe's."""
    return stripe_reasons.why_failed(code, message, tr)


def why_not_refunded(code: str | None) -> str:
    """Why a refund failed."""
    return stripe_reasons.why_not_refunded(code, tr)


def what_went_wrong(problem: Problem) -> str:
    """The reason of a problem of any kind."""
    return stripe_reasons.what_went_wrong(problem, tr)


def dispute_chip(status: str, due_by: int | None, now: int) -> Chip:
    """Where a dispute stands; one that was not answered in time says so."""
    if status in TO_ANSWER and due_by is not None and due_by < now:
        return Chip(tr("Not answered in time"), "triangle", Tone.WRONG)
    chips = {
        "needs_response": Chip(tr("Disputed"), "flag", Tone.ATTENTION),
        "warning_needs_response": Chip(tr("Bank asks"), "question", Tone.ATTENTION),
        "under_review": Chip(tr("Bank decides"), "clock", Tone.NEUTRAL),
        "warning_under_review": Chip(tr("Bank looks at it"), "clock", Tone.NEUTRAL),
        "won": Chip(tr("Dispute won"), "circle-tick", Tone.GOOD),
        "lost": Chip(tr("Dispute lost"), "circle-cross", Tone.WRONG),
        "warning_closed": Chip(tr("Question closed"), "circle-slash", Tone.NEUTRAL),
        "prevented": Chip(tr("Dispute prevented"), "circle-tick", Tone.GOOD),
    }
    return chips.get(status) or Chip(stripe_reasons.spelt(status), "flag", Tone.NEUTRAL)


def deadline_words(status: str, due_by: int | None, now: int, formats: Formats) -> str:
    """``Answer in Stripe by Thu 5 Nov``; "" where there is nothing to answer."""
    if status not in TO_ANSWER or due_by is None:
        return ""
    local = formats.local(due_by)
    if due_by < now:
        return tr("The answer was due on {day}").format(day=formats.short_date(local.date()))
    if local.date() == formats.local(now).date():
        return tr("Answer in Stripe today by {time}").format(time=formats.time(due_by))
    return tr("Answer in Stripe by {day}").format(day=formats.short_date(local.date()))


def dispute_words(dispute: Dispute, now: int, formats: Formats) -> str:
    """Why, and until when to answer: ``The cardholder did not pay this. Answer in Stripe by Thu 5 Nov.``"""
    parts = (
        stripe_reasons.why_disputed(dispute.reason, tr),
        deadline_words(dispute.status, dispute.due_by, now, formats),
    )
    return " ".join(f"{part}." for part in parts if part)


def deadline_chip(status: str, due_by: int | None, now: int, formats: Formats) -> Chip | None:
    """The same in few words; None where there is nothing to answer."""
    if status not in TO_ANSWER or due_by is None:
        return None
    local = formats.local(due_by)
    day = formats.short_date(local.date())
    if due_by < now:
        return Chip(tr("Was due {day}").format(day=day), "triangle", Tone.WRONG)
    if local.date() == formats.local(now).date():
        return Chip(tr("Answer today by {time}").format(time=formats.time(due_by)), "clock", Tone.ATTENTION)
    return Chip(tr("Answer by {day}").format(day=day), "clock", Tone.ATTENTION)
