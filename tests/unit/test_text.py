"""Folding for search, and text that must never be stored."""

from __future__ import annotations

import json
import random
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.text import (
    MAX_SEARCH,
    MAX_WORDS,
    clean_text,
    fold,
    has_card_number,
    is_plain,
    is_surely_plain,
    mask_card_numbers,
    name_key,
    storable,
    words,
)

NAUGHTY = Path(__file__).parents[3] / "shared" / "data" / "blns.json"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("MÜLLER", "muller"),
        ("Søren  Lindqvist", "soren lindqvist"),
        ("Guðrún Jónsdóttir", "gudrun jonsdottir"),
        ("Łukasz", "lukasz"),
        ("Straße", "strasse"),
        ("Iğdır İstanbul", "igdir istanbul"),
        ("ﬁancée", "fiancee"),
        ("Þór Æsir", "thor aesir"),
        ("ＡＢＣ １２", "abc 12"),
    ],
)
def test_folding_is_blind_to_case_and_accents(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_every_word_of_a_text_is_found_in_it(text: str) -> None:
    folded = fold(storable(text))  # as it is stored
    assert all(word in folded for word in words(text))


def test_a_search_is_of_what_can_be_stored_and_no_novel() -> None:
    assert words("a\x00b \ud800 c") == ("ab", "?", "c")
    assert words("\x00") == ()
    assert len(words("call me ishmael " * 10_000)) == MAX_WORDS
    assert words("x" * 10_000) == ("x" * MAX_SEARCH,)


def test_names_of_marks_only_are_told_apart_and_others_by_their_letters() -> None:
    marks = ["\u0301", "\u0308", "\u0301\u0308", "\u200d", "\u0e34", "!", "•", "–"]
    assert len({name_key(one) for one in marks}) == len(marks)
    assert name_key(" Suíte  1 ") == name_key("suite 1") == "suite 1"
    assert name_key("  ") == ""


CARDS = ["4242 4242 4242 4242", "4242424242424242", "5555-5555-5555-4444", "378282246310005", "6011111111111117"]


@pytest.mark.parametrize("card", CARDS)
def test_card_numbers_are_refused_and_masked(card: str) -> None:
    text = f"paid with {card}, thanks"
    with pytest.raises(InputError) as caught:
        clean_text(text, "note")
    assert (caught.value.code, caught.value.field) == ("text.card_number", "note")
    masked = mask_card_numbers(text)
    assert not has_card_number(masked)
    assert masked.startswith("paid with •••• ")
    assert masked.endswith(f"{card[-4:]}, thanks")


@pytest.mark.parametrize(
    "text",
    ["+39 040 1234567", "4242 4242 4242 4241", "DE89 3704 0044 0532 0130 00", "LN-2017", "2026-11-05 14:32", "1234567"],
)
def test_other_figures_are_not_card_numbers(text: str) -> None:
    assert clean_text(text, "note") == text
    assert mask_card_numbers(text) == text


def test_random_cards_of_every_length_are_found() -> None:
    random.seed(7)
    for length in range(13, 20):
        body = [random.randint(2, 6), *(random.randint(0, 9) for _ in range(length - 2))]
        doubled = [digit * 2 - 9 * (digit > 4) for digit in body[::-2]]
        check = -(sum(body[-2::-2]) + sum(doubled)) % 10
        assert has_card_number("".join(map(str, [*body, check])))


@given(st.text('0123456789٣ -\u00a0\u202fa\x00"é', max_size=40))
@example("4242 4242-4242\u00a04242")
@example("٣" * 13)
def test_a_text_that_is_seen_to_be_plain_at_once_is_plain(text: str) -> None:
    assert is_plain(text) or not is_surely_plain(msgspec.json.encode({"of": text, "amount": 4242}))


def test_ordinary_texts_are_seen_to_be_plain_at_once() -> None:
    told = {"name": "Søren", "phone": "+39 040 1234567", "created": 1793880000, "amount": 90000, "id": "pi_30W3Sx9b"}
    assert is_surely_plain(msgspec.json.encode([told, told]))


def test_nul_and_lone_surrogates_cannot_be_stored() -> None:
    assert clean_text(" a\x00b\ud800 ", "note") == "ab?"


def test_long_text_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        clean_text("x" * 2001, "note")
    assert caught.value.code == "text.too_long"


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the Big List of Naughty Strings is not beside the project")
def test_naughty_strings_are_kept_or_refused_with_a_reason() -> None:
    for text in json.loads(NAUGHTY.read_text(encoding="utf-8")):
        if has_card_number(text):
            continue
        kept = clean_text(text, "note")
        assert kept == text.strip()
        assert words(kept) == tuple(fold(kept).split())
