"""How the property's Stripe accounts and their keys are told."""

from __future__ import annotations

from rentease_desk.domain.stripe_accounts import StripeAccount
from rentease_desk.gui.words import tr
from rentease_desk.services.stripe_accounts import ShownAccount
from rentease_desk.services.stripe_key import KeyInfo, KeySource


def source_words(source: KeySource) -> str:
    """Where a key in use comes from."""
    words = {
        KeySource.ENVIRONMENT: tr("from the environment"),
        KeySource.PRACTICE: tr("of the practice server"),
        KeySource.SESSION: tr("for this session only"),
        KeySource.KEYRING: tr("in the keyring"),
    }
    return words[source]


def account_row_words(shown: ShownAccount) -> str:
    """A line of the list: its name, its id, its key, and how it is used."""
    account = shown.account
    parts = [account.badge, account.identity.account]
    if not account.is_asked:
        return " · ".join((*parts, tr("removed, its payments stay")))
    if account.connected:
        parts.append(tr("connected"))
    parts.append(shown.trouble.explain().title if shown.trouble else _key_words(shown.key))
    if account.is_default:
        parts.append(tr("makes new links"))
    return " · ".join(parts)


def _key_words(key: KeyInfo | None) -> str:
    return f"{key.fingerprint}, {source_words(key.source)}" if key else tr("no key at this desk")


def removal_words(account: StripeAccount) -> tuple[str, str]:
    """What is asked before an account is removed: title and text."""
    title = tr("Remove {name}?").format(name=account.badge)
    text = tr(
        "It is not read any more, and its key is forgotten on this computer. Its payments stay here; refund them in"
        " Stripe's dashboard. Links that are still open can be paid without this desk hearing of it."
    )
    return title, text
