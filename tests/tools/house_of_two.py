"""A property with two Stripe accounts, over real HTTP: who is asked with which key, and what stands here of each."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from rentease_desk.domain.changes import Operator
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.payment import Payment
from rentease_desk.domain.stripe_accounts import StripeAccount
from rentease_desk.keychain import Keychain
from rentease_desk.services.desk import Desk
from rentease_desk.services.links import LinkService
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.refunds import RefundService
from rentease_desk.services.stripe_accounts import AccountDraft, StripeAccountService
from rentease_desk.services.stripe_key import StripeKeyService
from rentease_desk.services.sync.service import SyncService
from rentease_desk.stripe_gateway.gateway import StripeGateway
from tests.tools.accounts import Account
from tests.tools.syncing import open_gateway


@dataclass
class HouseOfTwo:
    """The services as the wiring builds them. Each practice account has its own address, which its key leads to."""

    desk: Desk
    hotel: Account
    spa: Account
    cancel: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.opened: list[tuple[str, str]] = []
        self.addresses = {one.key: one for one in (self.hotel, self.spa)}
        importer = replace(self.desk, operator=Operator("Stripe", self.desk.operator.desk))
        self.keys = StripeKeyService(Keychain(), self.hotel.key, desk=self.desk, open_with=self._open)
        self.sync = SyncService(self.desk, importer, self.keys.open_for)
        self.accounts = StripeAccountService(self.desk, self.keys, self._open)
        self.refunds = RefundService(self.desk, importer, self.keys.open_for, self.keys.current_of)
        self.links = LinkService(self.desk, importer, self.keys.open_for)

    def add(self, name: str = "Spa", key: str | None = None, connected: str = "") -> StripeAccount:
        """A further account, whose key is kept for this session."""
        draft = AccountDraft(key or self.spa.key, name, connected, session=True)
        return self.accounts.add(draft, self.cancel).value

    def payments(self, account: Account | None = None) -> list[Payment]:
        """Those that stand here, of one account or of both, newest first."""
        service = PaymentService(self.desk)
        found = service.by_keys(service.keys(PaymentQuery()))
        return [one for one in found if account is None or one.stripe_account == account.id]

    def runs(self) -> list[tuple[str | None, str]]:
        """The latest runs, newest first: of which account, and how they ended."""
        return [(one.account, one.outcome.value) for one in self.sync.recent()]

    def _open(self, key: str, account: str | None = None, /) -> StripeGateway:
        self.opened.append((key, account or ""))
        return open_gateway(self.addresses.get(key, self.spa), key=key, account=account or None)


def ids(payments: Iterable[Payment]) -> set[str | None]:
    """Stripe's ids of payments."""
    return {one.stripe_payment_id for one in payments}
