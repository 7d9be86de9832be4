"""How alike two names are, whatever their order, case, accents, initials and small slips.

rapidfuzz is imported when the first name is compared: the window opens without it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rentease_desk.domain.text import fold

_WORD = re.compile(r"\w+")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "sig", "sra", "sr", "mme"})
_INITIAL = 60
"""What a single letter is worth that begins the other name's word."""
_SAME_WORD = 72
"""From here on two words may be the same word with a slip in it; below, their likeness is chance."""

_LONG_WORD, _COMMON = 4, 88
"""What two names have in common is told of words from so many letters on, and so alike."""


@lru_cache(maxsize=16_384)
def name_words(name: str) -> tuple[str, ...]:
    """The folded words of a name, without titles: ``name_words("Dr. Szabó, M.") == ("szabo", "m")``."""
    found = tuple(_WORD.findall(fold(name)))
    return tuple(word for word in found if word not in _TITLES) or found


def likeness(one: str, other: str) -> int:
    """How alike two names are, 0 to 100; 0 where either says nothing. Symmetric."""
    left, right = sorted((name_words(one), name_words(other)), key=_size)
    if not left or not right:
        return 0
    if sorted(left) == sorted(right):
        return 100
    return max(_by_words(left, right), _as_a_whole(left, right))


def share_a_word(one: str, other: str) -> bool:
    """Whether a word of some length stands in both, with a slip perhaps: a family's name, mostly."""
    left, right = ([word for word in name_words(name) if len(word) >= _LONG_WORD] for name in (one, other))
    return any(_word_likeness(word, its) >= _COMMON for word in left for its in right)


def _size(words: tuple[str, ...]) -> tuple[int, int, tuple[str, ...]]:
    return len(words), sum(map(len, words)), words


def _by_words(shorter: tuple[str, ...], longer: tuple[str, ...]) -> int:
    """Each word of the shorter name with its best one of the longer; a long word weighs more than a short one."""
    free, sum_, weights = list(longer), 0.0, 0
    for word in sorted(shorter, key=lambda one: (-len(one), one)):
        alike, best = max((_word_likeness(word, other), other) for other in free)
        weight = max(2, len(word))
        sum_ += alike * weight
        weights += weight
        free.remove(best)
    lonely = len(shorter) == 1 and len(longer) > 1  # "Okafor" alone may be any Okafor
    return round(sum_ / weights * (0.88 if lonely else 1))


def _word_likeness(one: str, other: str) -> float:
    from rapidfuzz import fuzz
    from rapidfuzz.distance import JaroWinkler

    if one == other:
        return 100.0
    if min(len(one), len(other)) == 1:
        return float(_INITIAL) if one[0] == other[0] else 0.0
    found = max(fuzz.ratio(one, other), 100 * JaroWinkler.similarity(one, other) - 6)
    return found if found >= _SAME_WORD else 0.0


def _as_a_whole(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Names that are cut into words in other places: ``van den Berg`` and ``Vandenberg``."""
    from rapidfuzz import fuzz

    found = max(fuzz.ratio("".join(one), "".join(other)), fuzz.ratio("".join(sorted(one)), "".join(sorted(other))))
    return round(found) if found >= 86 else 0
