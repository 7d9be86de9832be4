"""Where a database is, as people say it, and what tells it from others."""

from __future__ import annotations

import pytest

from rentease_desk.storage.engine import identity, parse_url, place


@pytest.mark.parametrize(
    ("address", "said", "told"),
    [
        ("sqlite:////srv/desk.db", "/srv/desk.db", "/srv/desk.db"),
        ("postgres://anna:tea@db.hotel/desk", "“desk” on db.hotel", "postgresql+psycopg://anna@db.hotel/desk"),
        ("postgresql://db.hotel:6432/desk", "“desk” on db.hotel, port 6432", "postgresql+psycopg://db.hotel:6432/desk"),
        ("postgresql:///desk?host=/run/pg", "“desk” on this computer", "postgresql+psycopg:///desk"),
        ("postgresql://anna@/desk?host=db.hotel", "“desk” on db.hotel", "postgresql+psycopg://anna@/desk"),
    ],
)
def test_people_read_a_name_and_a_server(address: str, said: str, told: str) -> None:
    """What tells it from others stays as it was: passwords are kept by it."""
    assert (place(parse_url(address)), identity(parse_url(address))) == (said, told)
