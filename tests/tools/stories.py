"""What can happen to one payment, as words: ``create wait:60 fail wait:60 succeed refund:3000``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.tools.accounts import Account

STORIES: Mapping[str, str] = {
    "nothing": "create",
    "succeed": "create wait:60 succeed",
    "at once": "pay",
    "fail": "create wait:60 fail",
    "fail then succeed": "create wait:60 fail wait:60 succeed",
    "fail then succeed at once": "create fail succeed",
    "fail twice": "create wait:60 fail wait:60 fail",
    "fail, then the bank asks": "create wait:60 fail wait:60 require-action",
    "the bank asks": "create wait:60 require-action wait:60 succeed",
    "debit settles": "create:debit process wait:400000 settle",
    "debit fails": "create:debit process wait:400000 fail-debit",
    "debit fails, then paid": "create:debit process wait:400000 fail-debit wait:60 succeed",
    "card fails, then debit": "create:debit wait:60 fail wait:60 process wait:60 settle",
    "card fails, then authorised": "create:manual wait:60 fail wait:60 authorize wait:60 capture",
    "capture whole": "create:manual wait:60 authorize wait:90000 capture",
    "capture at once": "create:manual authorize capture",
    "capture part": "create:manual wait:60 authorize wait:90000 capture:2500",
    "capture part, refund": "create:manual authorize wait:90000 capture:2500 wait:60 refund:1000",
    "let go": "create:manual authorize wait:90000 cancel",
    "give up": "create wait:60 cancel",
    "fail and give up": "create wait:60 fail wait:60 cancel",
    "the old kind": "charge wait:60 refund:100",
    "the old kind, disputed": "charge wait:60 dispute",
    "refund whole": "pay wait:60 refund",
    "refund in parts": "pay wait:60 refund:3000 wait:60 refund:7000",
    "refund twice in a second": "pay wait:60 refund:3000 refund:3000",
    "refund arrives": "pay wait:60 refund:pending wait:90000 update-refund:succeeded",
    "refund fails": "pay wait:60 refund:pending wait:90000 update-refund:failed",
    "refund given up": "pay wait:60 refund:pending wait:90000 update-refund:canceled",
    "refund asks": "pay wait:60 refund:requires_action wait:90000 update-refund:succeeded",
    "refund fails late": "pay wait:60 refund wait:90000 update-refund:failed wait:60 refund:4000",
    "debit refunded": "create:debit process wait:60 settle wait:60 refund:500",
    "dispute": "pay wait:60 dispute",
    "refund, then dispute": "pay wait:60 refund:500 wait:60 dispute",
    "customer": "customer pay",
}


class Happening:
    """One payment to which things happen; each step knows what the steps before it made."""

    def __init__(self, account: Account, **order: object) -> None:
        self._account = account
        self._order = order
        self.intent = ""
        self.charge = ""
        self.refund = ""

    def tell(self, story: str) -> Iterator[str]:
        """Let the story happen, a step at a time; yields each step's word once it happened."""
        for word in story.split():
            self.step(word)
            yield word

    def all(self, story: str) -> Happening:
        """Let the whole story happen."""
        for _ in self.tell(story):
            pass
        return self

    def step(self, word: str) -> None:
        """Let one step happen. Raises ControlRefusedError where Stripe would refuse."""
        name, _, value = word.partition(":")
        if name == "wait":
            self._account.advance(int(value))
            return
        for made in self._account.control.operate(name, self._account.name, **self._given(name, value)):
            self._note(made)

    def _given(self, name: str, value: str) -> dict[str, object]:
        given: dict[str, object] = {"amount": int(value)} if value.isdecimal() else {}
        if name in {"create", "pay", "charge"}:
            given |= {"manual": True} if value == "manual" else {}
            given |= {"method": "sepa_debit"} if value == "debit" else {}
            return given | self._order
        if name in {"refund", "update-refund"} and value and not value.isdecimal():
            given |= {"status": value}
        if name in {"refund", "dispute"}:
            return given | {"charge": self.charge}
        if name == "update-refund":
            return given | {"refund": self.refund}
        return given | ({} if name == "customer" else {"intent": self.intent})

    def _note(self, made: dict[str, object]) -> None:
        key = str(made["id"])
        if key.startswith("pi_"):
            self.intent, self.charge = key, str(made["latest_charge"] or self.charge)
        elif key.startswith(("re_", "pyr_")):
            self.refund = key
        elif key.startswith(("ch_", "py_")):
            self.charge = key


def happen(account: Account, story: str) -> Happening:
    """Let a whole story happen to a new payment."""
    return Happening(account).all(story)
