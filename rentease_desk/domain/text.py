"""Text that people type: folded for search, checked for what must never be stored."""

from __future__ import annotations

import re
import unicodedata

from rentease_desk.domain.errors import InputError

MAX_TEXT = 2000
"""The most characters of any free text."""
MAX_SEARCH = 2000
MAX_WORDS = 50
"""So much of a search is read: a page pasted by mistake would make a query of a thousand conditions."""

# Letters that Unicode does not decompose, as people type them on a plain keyboard.
_PLAIN_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
    }
)
_SHORTEST = 13
"""Digits of the shortest card number."""
_LONG_RUN = re.compile(r"\d(?:[ \u00a0\u202f-]?\d){12}")
_MANY_DIGITS = b"0" * _SHORTEST
_AS_DIGITS = bytes(0x30 if 0x30 <= code <= 0x39 or code >= 0x80 else 0x2E for code in range(256))
_BETWEEN_DIGITS = b" -"
_DIGIT_RUN = re.compile(r"(?<![\d.,])\d(?:[ \u00a0\u202f-]?\d)+(?![\d])")


def fold(text: str) -> str:
    """Blind to case, accents and spacing: ``fold("  MÜLLER,  Søren") == "muller, soren"``. It can be stored."""
    text = storable(text)
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN_LETTERS))
    plain = "".join(char for char in decomposed if not unicodedata.category(char).startswith(("M", "Cf")))
    return " ".join(plain.casefold().split())


def name_key(name: str) -> str:
    """What makes two names the same: folded; a name of marks only, of which folding leaves nothing, as it stands."""
    return fold(name) or unicodedata.normalize("NFC", storable(name).strip())


def words(query: str) -> tuple[str, ...]:
    """The folded words of a search, up to ``MAX_WORDS``; each must be found somewhere."""
    return tuple(fold(query[:MAX_SEARCH]).split()[:MAX_WORDS])


def storable(text: str) -> str:
    """Without NUL, which PostgreSQL refuses, and lone surrogates, which no encoding can write."""
    text = text.replace("\x00", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def clean_text(text: str, field: str, limit: int = MAX_TEXT) -> str:
    """Free text ready to store: trimmed, without NUL, without card numbers.

    Raises InputError ``text.card_number`` (money rule 15) or ``text.too_long``.
    """
    if not text:
        return text
    cleaned = storable(text).strip()
    if len(cleaned) > limit:
        raise InputError("text.too_long", field=field, limit=limit)
    if has_card_number(cleaned):
        raise InputError("text.card_number", field=field)
    return cleaned


def has_card_number(text: str) -> bool:
    """Whether a valid card number (13 to 19 digits, Luhn; ISO/IEC 7812-1) stands in the text, spaced or not."""
    if len(text) < _SHORTEST or _LONG_RUN.search(text) is None:
        return False
    return any(_is_card_number(match.group()) for match in _DIGIT_RUN.finditer(text))


def is_plain(text: str) -> bool:
    """Whether it can be kept as others wrote it: without NUL, and without so many digits as a card number has."""
    return "\x00" not in text and _LONG_RUN.search(text) is None


def is_surely_plain(content: bytes) -> bool:
    """Whether no text in this JSON can fail ``is_plain``: it looks through all at once, in a tenth of the time.

    Whatever stands between digits that could be one number is left out, what is not ASCII counts as a digit, and an
    escaped character could be anything: it may say no where every text is plain, and never yes where one is not.
    """
    return b"\\u" not in content and _MANY_DIGITS not in content.translate(_AS_DIGITS, _BETWEEN_DIGITS)


def mask_card_numbers(text: str) -> str:
    """The text with all but the last four digits of each card number replaced: for text that others wrote."""
    if not text.isascii() or "\x00" in text:
        text = storable(text)
    if len(text) < _SHORTEST or _LONG_RUN.search(text) is None:
        return text
    return _DIGIT_RUN.sub(lambda match: _masked(match.group()), text)


def _masked(run: str) -> str:
    return f"•••• {re.sub(r'[^0-9]', '', run)[-4:]}" if _is_card_number(run) else run


def _is_card_number(run: str) -> bool:
    number = [int(char) for char in run if char.isdigit()]
    # 2 to 6 begin every brand's numbers; 0, 1, 7, 8, 9 begin airline, fuel and loyalty numbers and telephone numbers.
    return _SHORTEST <= len(number) <= 19 and 2 <= number[0] <= 6 and _luhn(number)


def _luhn(number: list[int]) -> bool:
    doubled = [digit * 2 - 9 * (digit > 4) for digit in number[-2::-2]]
    return (sum(number[-1::-2]) + sum(doubled)) % 10 == 0
