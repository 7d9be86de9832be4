"""A column among many values: whatever texts they are, both engines find those that are meant and no others."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, literal, select

from rentease_desk.storage.among import among, among_keys
from tests.tools.databases import ENGINES

HOSTILE = ["", "a", 'a"b', "a\\b", 'a\\"b', "{a,b}", ",", " a ", "NULL", "null", "é€😀", "a\nb\tc", "'", "%s", "$1"]


@pytest.mark.parametrize("engine_name", ENGINES, indirect=True)
def test_each_text_is_found_among_all_and_none_among_the_others(empty_address: str) -> None:
    engine = create_engine(empty_address)
    with engine.connect() as connection:
        for text in HOSTILE:
            others = [one for one in HOSTILE if one != text]
            for values, is_there in ((HOSTILE, True), ([text], True), (others, False), ([], False)):
                found = connection.execute(select(1).where(among(literal(text), "texts")), {"texts": values}).all()
                assert (text, values, bool(found)) == (text, values, is_there)
    engine.dispose()


@pytest.mark.parametrize("engine_name", ENGINES, indirect=True)
def test_keys_are_found_among_keys(empty_address: str) -> None:
    engine = create_engine(empty_address)
    with engine.connect() as connection:
        for keys, is_there in (([7], True), ([1, 2**62, 7], True), ([1, 77], False), ([], False)):
            found = connection.execute(select(1).where(among_keys(literal(7), "keys")), {"keys": keys}).all()
            assert (keys, bool(found)) == (keys, is_there)
    engine.dispose()
