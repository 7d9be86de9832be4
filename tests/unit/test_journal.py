"""The hash chain finds any change of the past."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rentease_desk.domain.journal import GENESIS, JournalEntry, JournalRow, canonical, digest, first_break, link

TEXT = st.text(max_size=12)
ENTRIES = st.lists(
    st.builds(JournalEntry, st.integers(0, 2**40), TEXT, TEXT, TEXT, TEXT, TEXT, st.none() | TEXT, st.none() | TEXT),
    min_size=1,
    max_size=6,
)


@given(ENTRIES)
def test_an_untouched_chain_holds(entries: list[JournalEntry]) -> None:
    assert first_break(link(GENESIS, 0, entries)) is None


@given(ENTRIES, st.data())
def test_a_changed_row_is_named(entries: list[JournalEntry], data: st.DataObject) -> None:
    rows = link(GENESIS, 0, entries)
    place = data.draw(st.integers(0, len(rows) - 1))
    field = data.draw(st.sampled_from(["actor", "desk", "action", "entity", "entity_uid", "before", "after"]))
    entry = rows[place].entry
    changes: dict[str, Any] = {field: (getattr(entry, field) or "") + "x"}
    changed = replace(entry, **changes)
    rows[place] = replace(rows[place], entry=changed)
    assert first_break(rows) == rows[place].seq


@given(ENTRIES.filter(lambda entries: len(entries) > 1), st.data())
def test_a_missing_row_is_noticed(entries: list[JournalEntry], data: st.DataObject) -> None:
    rows = link(GENESIS, 0, entries)
    place = data.draw(st.integers(0, len(rows) - 2))
    gone = rows[place + 1].seq
    del rows[place]
    assert first_break(rows) == gone


def test_a_rewritten_row_breaks_the_next_one() -> None:
    entry = JournalEntry(1, "Ana", "Desk 1", "take", "payment", "u1", None, '{"amount":100}')
    rows = link(GENESIS, 0, [entry, entry, entry])
    forged = link(rows[0].hash, 1, [replace(entry, after='{"amount":900}')])[0]
    assert first_break([rows[0], forged, rows[2]]) == 3


def test_canonical_text_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": 1, "a": "ü"}) == canonical({"a": "ü", "b": 1}) == '{"a":"ü","b":1}'


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), JSON))
def test_canonical_text_is_what_any_json_library_writes(document: dict[str, Any]) -> None:
    assert canonical(document) == json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def test_a_digest_tells_neither_the_value_nor_that_two_values_are_equal() -> None:
    assert digest("s", "name", "Ana") != digest("s", "email", "Ana") != digest("t", "email", "Ana")
    assert "Ana" not in digest("s", "name", "Ana")


def test_rows_are_values() -> None:
    entry = JournalEntry(1, "a", "b", "c", "d", "e", None, None)
    assert link(GENESIS, 0, [entry]) == [JournalRow(1, entry, GENESIS, link(GENESIS, 0, [entry])[0].hash)]
