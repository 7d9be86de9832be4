"""Two versions side by side: what is long may go on in the next line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rentease_desk.gui.widgets.version_rows import breakable

_MAY_BREAK = "\u200b"


def test_an_address_breaks_at_its_joints() -> None:
    shown = breakable("Write to a.long.address@mail.of.the-company.example").split(_MAY_BREAK)
    assert shown == ["Write to a.", "long.", "address@", "mail.", "of.", "the-", "company.", "example"]


@given(st.text(alphabet=st.characters(blacklist_characters=_MAY_BREAK)))
def test_nothing_is_lost(text: str) -> None:
    shown = breakable(text)
    assert shown.replace(_MAY_BREAK, "") == text


def test_a_short_word_and_an_amount_stay_as_they_are() -> None:
    assert breakable("EUR 1,200.00 jiri@inbox.example") == "EUR 1,200.00 jiri@inbox.example"


def test_an_id_of_letters_only_breaks_too() -> None:
    assert max(map(len, breakable("x" * 70).split(_MAY_BREAK))) == 16
