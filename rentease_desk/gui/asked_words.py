"""What is told of a sync that was asked of another desk."""

from __future__ import annotations

from rentease_desk.domain.sync import Holder, Progress, Summary
from rentease_desk.domain.sync_requests import AskState, SyncRequest
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.formats import Formats
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.words import tr


def step_words(step: str) -> str:
    """What a run reads just now."""
    steps = {"balance": tr("Reading payments"), "payments": tr("Reading payments"),
             "charges": tr("Reading payments"),
             "refunds": tr("Reading refunds"), "customers": tr("Reading customers")}  # fmt: skip
    return steps.get(step, step)


def share_of(progress: Progress) -> int:
    """How much of a run is done, in whole percent."""
    return 100 * progress.done // max(1, progress.total)


def asked_chip(one: SyncRequest) -> Chip:
    """How a request stands."""
    chips = {
        AskState.WAITING: Chip(tr("Waiting"), "clock", Tone.ATTENTION),
        AskState.TAKEN: Chip(tr("Under way"), "sync", Tone.NEUTRAL),
        AskState.DONE: Chip(tr("Done"), "circle-tick", Tone.GOOD),
        AskState.FAILED: Chip(tr("Failed"), "triangle", Tone.WRONG),
        AskState.WITHDRAWN: Chip(tr("Withdrawn"), "circle-slash", Tone.NEUTRAL),
        AskState.EXPIRED: Chip(tr("Not done"), "triangle", Tone.WRONG),
    }
    return chips[one.state]


def asked_step(one: SyncRequest, syncing: Holder | None) -> str:
    """What happens with a request that is open, in a few words."""
    if one.stopping:
        return tr("{desk} stops…").format(desk=one.holder)
    if one.state is AskState.TAKEN:
        progress = one.run.progress if one.run is not None else None
        step = tr("Asking Stripe…") if progress is None else step_words(progress.step)
        return tr("{desk}: {step}").format(desk=one.holder, step=step)
    if one.is_left_alone(syncing):
        return tr("No desk with a key is running")
    if syncing is not None:
        return tr("Waiting for {desk}").format(desk=syncing.desk)
    return tr("Asking the desk that syncs…")


def asked_hint(one: SyncRequest, syncing: Holder | None, formats: Formats) -> str:
    """What to know or to do meanwhile, in a sentence."""
    if one.is_left_alone(syncing):
        return tr(
            "Waiting since {time}, for a day at most. Start Rentease Desk at a desk that has the Stripe key, or add the"
            " key here in Settings, Stripe."
        ).format(time=formats.time(one.asked_at))
    if one.state is AskState.TAKEN and one.run is not None and one.run.progress is not None:
        return tr("{count} read · what is in stays in").format(count=one.run.progress.read)
    if one.state is AskState.WAITING and syncing is not None:
        return tr("It syncs just now; then it is the turn of what was asked for here.")
    return tr("Asked for at {time}").format(time=formats.time(one.asked_at))


def summary_words(summary: Summary, formats: Formats) -> str:
    """The counts that are not 0, in a sentence."""
    told = {"fetched": tr("{count} fetched"), "new": tr("{count} new"), "updated": tr("{count} updated"),
            "unmatched": tr("{count} unmatched"), "failed": tr("{count} failed")}  # fmt: skip
    counts = ((words, getattr(summary, name)) for name, words in told.items())
    parts = [words.format(count=formats.count(count)) for words, count in counts if count]
    if not (summary.new or summary.updated or summary.failed):
        return tr("Nothing new: everything Stripe has of these days was here already.")
    return f"{', '.join(parts)}."


def ended_words(one: SyncRequest, formats: Formats) -> tuple[str, str, Tone]:
    """How a request ended that did not fail: a title, a sentence, and its tone."""
    if one.state is AskState.DONE and one.run is not None:
        tone = Tone.ATTENTION if one.run.summary.failed or one.limits else Tone.GOOD
        text = " ".join((summary_words(one.run.summary, formats), *one.limits))
        return tr("{desk} has synced").format(desk=one.holder), text, tone
    if one.state is AskState.EXPIRED:
        text = tr("No desk with a Stripe key was running for a day. Ask again when one is.")
        return tr("What was asked for was not done"), text, Tone.ATTENTION
    return tr("Withdrawn"), tr("What was read is kept; the next sync goes on."), Tone.NEUTRAL
