"""What is in saved filters: read as far as it can be, by whatever version it was written."""

from __future__ import annotations

from datetime import date

import pytest

from rentease_desk.domain.lists import PaymentSort
from rentease_desk.domain.payment import PaymentStatus, Source
from rentease_desk.domain.saved_filters import pack, unpack
from rentease_desk.gui.filter_contents import BookingFilter, NamedDays, PaymentFilter

FULL = PaymentFilter(
    "ma", NamedDays.OTHER, date(2026, 11, 1), date(2026, 11, 5), Source.MANUAL, "cash", PaymentStatus.VOIDED,
    sort=PaymentSort.AMOUNT, descending=False,
)  # fmt: skip


@pytest.mark.parametrize("content", [FULL, PaymentFilter(), PaymentFilter(unmatched=True)])
def test_what_is_written_is_read(content: PaymentFilter) -> None:
    assert unpack(PaymentFilter, pack(content)) == (content, True)


def test_a_relative_date_has_no_date() -> None:
    assert "20" not in pack(PaymentFilter(days=NamedDays.THIS_MONTH))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"text":"ma","colour":"red"}', BookingFilter("ma")),
        ('{"text":"ma","view":"by_moonlight"}', BookingFilter("ma")),
        ('{"text":7,"descending":true}', BookingFilter(descending=True)),
        ("[]", BookingFilter()),
        ("no JSON", BookingFilter()),
    ],
)
def test_what_this_version_does_not_know_is_left_out_and_told(text: str, wanted: BookingFilter) -> None:
    assert unpack(BookingFilter, text) == (wanted, False)


def test_what_an_older_version_did_not_know_has_its_default() -> None:
    assert unpack(BookingFilter, "{}") == (BookingFilter(), True)
