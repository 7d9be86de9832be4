"""A property with staff, on services as the program makes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rentease_desk.config import Config
from rentease_desk.domain.permissions import Role
from rentease_desk.domain.staff import Pin, StaffDraft, StaffMember
from rentease_desk.pins import Pins
from rentease_desk.services.bundle import Services
from rentease_desk.wiring import build
from tests.tools.clocks import CountedIds, SetClock

CHEAP = Pins(time_cost=1, memory_kib=8)
"""Argon2 as quick as it can be."""
PEOPLE = {"Mara": (Role.MANAGER, "8421"), "Elena": (Role.FRONT_DESK, "3917"), "Paolo": (Role.ACCOUNTANT, "5062")}


@contextmanager
def services_at(address: str, folder: Path, clock: SetClock, *, desk: str = "Desk 1") -> Iterator[Services]:
    """The services of one desk; the key is no account's."""
    config = Config(folder, address, "Computer", desk, stripe_key="sk_test_none", stripe_base="http://127.0.0.1:9")
    made = build(config, clock=clock, ids=CountedIds(), pins=CHEAP)
    try:
        yield made
    finally:
        made.close()


def add_people(services: Services) -> dict[str, StaffMember]:
    """One of each role; the manager is at the desk."""
    made = {}
    for name, (role, pin) in PEOPLE.items():
        draft = StaffDraft(services.desk.ids.uid(), name, role, Pin(pin))
        made[name] = services.staff.add(draft).value
    return made


def sit(services: Services, name: str) -> StaffMember:
    """Somebody sits down."""
    return services.staff.sign_in(name, Pin(PEOPLE[name][1]))
