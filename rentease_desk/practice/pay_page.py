"""The page on which a guest pays, for a learner's browser: what Stripe's hosted page does, without a card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import parse_qsl

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.money import Money, plain_decimal
from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.messages import Reply, Request
from rentease_desk.practice.records import CheckoutSession, Record
from rentease_desk.practice.store import Store

PREFIX: Final = "/pay/"
_STYLE: Final = (
    ":root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--ink:#1b1f27;--soft:#5a6473;--line:#d9dde3;--go:#0b57b8}"
    "@media(prefers-color-scheme:dark){:root{--page:#14171c;--card:#1d2127;--ink:#eceff4;--soft:#a3adba;--line:#343b45;"
    "--go:#2f7de0}}"
    "body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}"
    "main{max-width:26rem;margin:10vh auto;padding:2rem;background:var(--card);border:1px solid var(--line);"
    "border-radius:12px}h1{font-size:1rem;font-weight:600;margin:0}p{margin:.5rem 0;color:var(--soft)}"
    ".sum{font-size:2.25rem;font-weight:600;color:var(--ink);margin:.5rem 0 1.5rem}"
    "button{display:block;width:100%;padding:.75rem;margin:.5rem 0;font:inherit;border-radius:8px;cursor:pointer;"
    "border:1px solid var(--line);background:var(--card);color:var(--ink)}"
    "button.go{background:var(--go);border-color:var(--go);color:#fff;font-weight:600}"
    "button:focus-visible{outline:3px solid var(--go);outline-offset:2px}"
    ".note{border-top:1px solid var(--line);margin-top:1.5rem;padding-top:1rem;font-size:.875rem}"
)
_WAYS: Final[Mapping[str, tuple[str, Mapping[str, object]]]] = {
    "card": ("checkout-complete", {}),
    "debit": ("checkout-complete", {"method": "sepa_debit"}),
    "decline": ("checkout-fail", {}),
}
"""What each button lets happen."""
Operate = Callable[[str, Mapping[str, object]], Record]


@dataclass(frozen=True, slots=True)
class PayPage:
    """The pages of one account. ``operate`` lets something happen to it; raises ApiError."""

    store: Store
    operate: Operate

    def answer(self, request: Request, id_: str) -> Reply:
        """The page of a session, or of a new one behind a Payment Link. Never raises for what comes in."""
        try:
            if id_.startswith("plink_"):
                return _away(f"{self.store.pages}{self.operate('payment-link-visit', {'link': id_}).id}")
            session = self.store.session(id_)
            if request.method == "POST":
                return self._pay(session, dict(parse_qsl(request.body.decode(errors="replace"))).get("way", ""))
            return self._shown(session)
        except ApiError as error:
            status = 404 if error.code == "resource_missing" else 409
            return _page("This page cannot be paid on", f"<p>{escape(error.message)}</p>", status)

    def _pay(self, session: CheckoutSession, way: str) -> Reply:
        if way not in _WAYS or session.status != "open":
            return self._shown(session)
        operation, given = _WAYS[way]
        self.operate(operation, {"session": session.id, **given})
        if way == "decline":
            return self._shown(session, "The card was declined. Try again.")
        if session.payment_link is None and session.success_url is not None:
            return _away(session.success_url)
        return self._shown(self.store.session(session.id))

    def _shown(self, session: CheckoutSession, note: str = "") -> Reply:
        title = session.title or session.order.description or self.store.profile.name
        if session.status == "complete":
            words = "Paid" if session.payment_status == "paid" else "The bank debit is under way"
            return _page(title, f'<p class="sum">{_amount(session)}</p><p>{words}. Thank you.</p>')
        if session.status != "open":
            return _page(title, "<p>This page has expired. Ask the hotel for another one.</p>", 410)
        told = f'<p role="alert">{escape(note)}</p>' if note else ""
        return _page(title, f'{told}<p class="sum">{_amount(session)}</p>{self._buttons(session)}')

    def _buttons(self, session: CheckoutSession) -> str:
        ways = [("card", f"Pay {_amount(session)}", "go"), ("decline", "Let the card be declined", "")]
        if session.order.currency == "eur":
            ways.insert(1, ("debit", "Pay by bank debit", ""))
        made = "".join(f'<button class="{kind}" name="way" value="{way}">{words}</button>' for way, words, kind in ways)
        return f'<form method="post">{made}</form>'


def _amount(session: CheckoutSession) -> str:
    order = session.order
    try:
        plain = plain_decimal(Money(order.amount, order.currency))
    except InputError:  # a currency that this program does not know
        plain = str(order.amount)
    return escape(f"{plain} {order.currency.upper()}")


def _page(title: str, body: str, status: int = 200) -> Reply:
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><main>'
        f'<h1>{escape(title)}</h1>{body}<p class="note">Practice: no money moves, and no card is asked for.</p>'
        "</main></body></html>"
    )
    return Reply(status, html.encode(), "text/html; charset=utf-8", (("Cache-Control", "no-store"),))


def _away(address: str) -> Reply:
    """To another page, without a line break that would end the header."""
    return Reply(303, b"", "text/plain", (("Location", address.replace("\r", "").replace("\n", "")),))
