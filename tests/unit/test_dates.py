"""Business days and calendar days, also on the days when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rentease_desk.domain.dates import DateRange, Days, iso_utc, parse_day, zone_info
from rentease_desk.domain.errors import InputError

ROME = Days(ZoneInfo("Europe/Rome"))
HOUR = 3600


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def day(text: str) -> DateRange:
    return DateRange(date.fromisoformat(text), date.fromisoformat(text))


@pytest.mark.parametrize(
    ("local", "business"),
    [
        ("2026-11-05T04:00:00+01:00", "2026-11-05"),
        ("2026-11-05T03:59:59+01:00", "2026-11-04"),
        ("2026-11-05T23:59:59+01:00", "2026-11-05"),
        ("2026-11-06T00:30:00+01:00", "2026-11-05"),
    ],
)
def test_the_business_day_rolls_at_four(local: str, business: str) -> None:
    assert ROME.business_date(at(local)) == date.fromisoformat(business)


@pytest.mark.parametrize(("text", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-05", 24)])
def test_calendar_days_have_23_24_or_25_hours(text: str, hours: int) -> None:
    span = ROME.calendar_span(day(text))
    assert span.end - span.start == hours * HOUR
    assert ROME.calendar_date(span.start) == date.fromisoformat(text)
    assert ROME.calendar_date(span.end - 1) == date.fromisoformat(text)


@pytest.mark.parametrize(("text", "hours"), [("2026-03-28", 23), ("2026-10-24", 25), ("2026-11-05", 24)])
def test_business_days_have_23_24_or_25_hours(text: str, hours: int) -> None:
    span = ROME.business_span(day(text))
    assert span.end - span.start == hours * HOUR


def test_a_midnight_that_does_not_exist_begins_its_day_after_the_gap() -> None:
    cairo = Days(ZoneInfo("Africa/Cairo"), 0)
    span = cairo.calendar_span(day("2026-04-24"))
    assert cairo.local(span.start).isoformat() == "2026-04-24T01:00:00+03:00"
    assert span.end - span.start == 23 * HOUR


ZONES = st.sampled_from(["Europe/Rome", "Pacific/Auckland", "Pacific/Honolulu", "America/Sao_Paulo", "Asia/Kathmandu",
                         "Africa/Cairo", "Australia/Lord_Howe", "America/Havana"])  # fmt: skip


@given(ZONES, st.integers(0, 720), st.integers(at("2020-01-01T00:00:00Z"), at("2030-01-01T00:00:00Z")))
def test_every_instant_lies_in_the_span_of_its_business_day_and_in_no_other(zone: str, roll: int, now: int) -> None:
    days = Days(ZoneInfo(zone), roll)
    found = days.business_date(now)
    span = days.business_span(DateRange(found, found))
    assert span.start <= now < span.end
    before, after = found - timedelta(days=1), found + timedelta(days=1)
    assert days.business_span(DateRange(before, before)).end == span.start
    assert days.business_span(DateRange(after, after)).start == span.end


def test_days_out_of_order_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        DateRange(date(2026, 11, 5), date(2026, 11, 4))
    assert caught.value.code == "range.empty"


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime", "Europe/Rome\x00"])
def test_unknown_zones_are_refused(name: str) -> None:
    with pytest.raises(InputError) as caught:
        zone_info(name)
    assert caught.value.code == "settings.zone"


def test_dates_as_text() -> None:
    assert parse_day(" 2026-11-05 ") == date(2026, 11, 5)
    assert iso_utc(at("2026-11-05T14:32:00+01:00")) == "2026-11-05T13:32:00Z"
    assert datetime.fromtimestamp(0, UTC).isoformat().startswith("1970")
    with pytest.raises(InputError):
        parse_day("5.11.2026")
