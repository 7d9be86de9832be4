"""How a Stripe key, and what a test of it has found, are told."""

from __future__ import annotations

from rentease_desk.domain.key_permissions import KeyPermission, KeyReport, Need, Probed
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.words import tr

_NAMED = 3
"""So many permissions that are missing are named; the list tells all."""


def need_words(need: Need) -> str:
    """What is missing without permissions of this kind."""
    words = {
        Need.PAYMENTS: tr("Needed: without these no payment can be read"),
        Need.DETAILS: tr("Useful: without these payments come, but less of them"),
        Need.DEEDS: tr("To act from here: without these do it in Stripe's dashboard"),
    }
    return words[need]


def permission_words(permission: KeyPermission) -> str:
    """A row of Stripe's page for keys, and what to choose there."""
    return f"{permission.name}: {tr('write') if permission.write else tr('read')}"


def state_words(one: Probed | None) -> tuple[str, str, str]:
    """Word, icon and tone of what was found; before a test nothing was."""
    if one is None:
        return tr("not tested"), "circle-dashed", "text2"
    return (tr("missing"), "circle-cross", "wrong") if one.missing else (tr("allowed"), "circle-tick", "good")


def report_words(report: KeyReport) -> tuple[str, str, Tone]:
    """What a test has found: title, text and how it is meant."""
    kind = tr("a live key") if report.live else tr("a test key")
    whose = f"{report.fingerprint}, {kind}" + (f", {report.identity.account}" if report.identity else "")
    lacking = report.lacking()
    if not lacking:
        return tr("It may do all that this desk can use"), whose, Tone.GOOD
    names = ", ".join(f"{permission_words(one.permission)} ({one.missing})" for one in lacking[:_NAMED])
    if more := len(lacking[_NAMED:]):
        names = tr("{names} and {count} more, marked below").format(names=names, count=more)
    remedy = tr("Allow it in Stripe's dashboard (Developers, API keys), then test again.")
    text = f"{whose}. {tr('Missing')}: {names}. {remedy}"
    if report.lacking(Need.PAYMENTS):
        return tr("Payments cannot be read with this key"), text, Tone.WRONG
    return tr("Payments can be read with this key"), text, Tone.ATTENTION
