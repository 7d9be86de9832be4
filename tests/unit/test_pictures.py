"""Pictures of one object that are written together: the newest counts, and nothing is lost that is to be kept."""

from __future__ import annotations

import pytest

from rentease_desk.storage.observed import Pictures


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_of_several_pictures_the_newest_counts(order: tuple[int, int]) -> None:
    shown = Pictures(("status", "captured_at"), keep={"captured_at"})
    for moment in order:
        shown.add(moment, "ch_1", (f"seen at {moment}", None))
    assert shown.rows == {"ch_1": ("seen at 2", None)}
    assert shown.observed_at == {"ch_1": 2}


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_what_an_older_picture_knew_is_kept(order: tuple[int, int]) -> None:
    known = {1: ("authorised", 70), 2: ("captured", None)}
    shown = Pictures(("status", "captured_at"), keep={"captured_at"})
    for moment in order:
        shown.add(moment, "ch_1", known[moment])
    assert shown.rows == {"ch_1": ("captured", 70)}


def test_no_rows_have_no_columns() -> None:
    assert Pictures.of(1, {}).rows == {}
