"""The accounts of a property, one after the other: what one of them cannot do does not hinder the others."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager

from rentease_desk.domain.agreement import Check
from rentease_desk.domain.errors import KeychainError, KnownError, StripeError
from rentease_desk.domain.settings import Property
from rentease_desk.domain.stripe_accounts import StripeAccount, named_account, require_asked
from rentease_desk.domain.sync import RunOutcome, Summary
from rentease_desk.services.gateways import OpenFor
from rentease_desk.services.sync.recorded import SyncResult
from rentease_desk.stripe_gateway.gateway import StripeGateway

log = logging.getLogger(__name__)

Turn = StripeAccount | None
"""An account; None: the first, while none is known."""


def turns_of(settings: Property, account: str | None = None) -> tuple[Turn, ...]:
    """Whose turn it is: all accounts that are asked, or one by its id or name. Raises NotFoundError, StripeError."""
    if account is None:
        return settings.asked_accounts or (None,)
    return (require_asked(named_account(settings.accounts, account)),)


class Turns:
    """How the turns of one run go."""

    def __init__(self, accounts: Sequence[Turn]) -> None:
        self.accounts = accounts
        self._failed: list[KnownError] = []
        self.done: list[SyncResult] = []

    def opened(self, stack: ExitStack, open_for: OpenFor) -> list[tuple[Turn, StripeGateway]]:
        """Those whose key is there, each with its gateway, which ``stack`` closes. Raises where there is none."""
        found = []
        for one in self.accounts:
            with self.of(one):
                found.append((one, stack.enter_context(closing(open_for(one)))))
        if not found:
            self.require_all()
        return found

    @contextmanager
    def of(self, account: Turn) -> Iterator[None]:
        """One account's turn. That Stripe or the keyring refuses is its own matter; all else ends the run."""
        try:
            yield
        except (StripeError, KeychainError) as error:
            if account is not None and len(self.accounts) > 1:
                error.whose = account.badge
                log.warning("a Stripe account: %s", error)
            self._failed.append(error)

    def require_all(self) -> None:
        """Raises what the first that failed raised, with what the others did ``beside`` it."""
        trouble = self.trouble()
        if trouble is not None:
            raise trouble

    def result(self) -> SyncResult:
        """What all of them did. Raises as ``require_all``, each named where there are several."""
        self.require_all()
        return self.done[0] if len(self.done) == 1 else _together(self.done)

    def trouble(self) -> KnownError | None:
        """What the first that failed raised, with what the others did ``beside`` it; None while none failed."""
        if not self._failed:
            return None
        first, *others = self._failed
        first.beside = tuple(others)
        return first


def _together(done: Sequence[SyncResult]) -> SyncResult:
    stopped = any(one.outcome is RunOutcome.CANCELLED for one in done)
    limits = {str(limit): limit for one in done for limit in one.limits}
    return SyncResult(
        RunOutcome.CANCELLED if stopped else RunOutcome.DONE,
        _sum([one.summary for one in done]),
        tuple(failure for one in done for failure in one.failures),
        tuple(limits.values()),
        gravest([one.check for one in done if one.check is not None]),
    )


def _sum(summaries: Sequence[Summary]) -> Summary:
    return Summary(*(sum(getattr(one, name) for one in summaries) for name in Summary.__struct_fields__))


def gravest(checks: Sequence[Check]) -> Check | None:
    """Of the latest comparisons of several accounts the one to look at: the first that differs, or was put off; else
    the oldest, as so long nothing newer is known of all of them.
    """
    differing = (one for one in checks if one.found is not None and not one.found.agrees)
    put_off = (one for one in checks if one.found is None)
    return next(differing, None) or next(put_off, None) or min(checks, key=lambda one: one.at, default=None)
