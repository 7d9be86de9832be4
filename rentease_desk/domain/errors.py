"""Errors a person is told about. A code, its parameters, and an English text; a window translates by the text.

Anything else that is raised is a bug: it is logged and shown as one, never dressed up as advice.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from rentease_desk.domain.messages import MESSAGES, Message


class Explained(Struct, frozen=True):
    """The three sentences of a known error, filled in: what it is, what happened, what to do."""

    title: str
    happened: str
    remedy: str

    def __str__(self) -> str:
        stop = "" if self.title.endswith("?") else "."
        return f"{self.title}{stop} {self.happened} {self.remedy}".strip()

    def and_beside(self, others: Iterable[Explained]) -> Explained:
        """With what is told beside it, a line each."""
        return Explained(self.title, self.happened, "\n".join([self.remedy, *map(str, others)]))


class KnownError(Exception):
    """Something a person can understand and act on. ``code`` names an entry of ``messages.MESSAGES``.

    ``whose``: which of several it happened to, as people call it; it stands before the title. ``beside``: what the
    others of them met with, that has to be told too.
    """

    whose: str = ""
    beside: tuple[KnownError, ...] = ()

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        self.message: Message = MESSAGES[code]
        super().__init__(code, params)

    def explain(self) -> Explained:
        """The English text with its parameters; of what is ``beside`` it, nothing."""
        message = self.message
        return Explained(
            titled(self, message.title.format(**self.params)),
            message.happened.format(**self.params),
            message.remedy.format(**self.params),
        )

    def __str__(self) -> str:
        return str(self.explain().and_beside(one.explain() for one in self.beside))


def titled(error: KnownError, title: str) -> str:
    """The title with what it is about."""
    return f"{error.whose}: {title}" if error.whose else title


class InputError(KnownError):
    """What was typed cannot be taken; ``field`` says beside which field to show it."""

    def __init__(self, code: str, *, field: str, **params: object) -> None:
        self.field = field
        super().__init__(code, **params)


class NotFoundError(KnownError):
    """The thing that was named is not here."""


class ConflictError(KnownError):
    """Somebody else was first: a room is taken, a row has a newer version."""


class DatabaseError(KnownError):
    """The database cannot be used as it is; nothing was written."""


def is_away(error: KnownError) -> bool:
    """Whether the database does not answer. What was being written then may be in it all the same, or not: who sends it
    again names it by the same ``uid``.
    """
    return error.code == "database.unreachable"


class StripeError(KnownError):
    """Stripe did not give what was asked for; nothing was lost, and the next run begins where it must.

    ``transient`` tells that the same request may succeed later without anybody doing anything.
    """

    def __init__(self, code: str, *, transient: bool = False, **params: object) -> None:
        self.transient = transient
        super().__init__(code, **params)


class UnreadableObjectError(StripeError):
    """One object from Stripe that cannot be understood; the rest of its page goes on."""


class KeychainError(KnownError):
    """The system's keyring did not answer, or there is none."""


class ConfigurationError(KnownError):
    """A setting or an environment variable cannot be used as it is."""
