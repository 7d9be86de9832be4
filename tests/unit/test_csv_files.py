"""CSV files: what RFC 4180 says, the same bytes again, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rentease_desk.domain.money import Money
from rentease_desk.reports.csv_files import ISO, Cell, Dialect, Written, excel_dialect, inert, write_csv

HEADER = ("text", "amount", "number")
DIALECTS = [ISO, excel_dialect("."), excel_dialect(",")]


def _written(rows: Sequence[Sequence[Cell]], dialect: Dialect = ISO) -> tuple[bytes, Written]:
    out = io.BytesIO()
    told = write_csv(out, HEADER, rows, 1, dialect)
    return out.getvalue(), told


def _read(content: bytes, dialect: Dialect) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=dialect.separator))


def test_the_presets() -> None:
    row = ("a,b;c", Money(-1250, "eur"), 7)
    assert _written([row])[0] == b'text,amount,number\r\n"a,b;c",-12.50,7\r\n'
    assert _written([row], excel_dialect("."))[0] == b'\xef\xbb\xbftext,amount,number\r\n"a,b;c",-12.50,7\r\n'
    assert _written([row], excel_dialect(","))[0] == b'\xef\xbb\xbftext;amount;number\r\n"a,b;c";-12,50;7\r\n'


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(0, "eur"), "0.00"),
        (Money(-5, "eur"), "-0.05"),
        (Money(5000, "jpy"), "5000"),
        (Money(-1, "kwd"), "-0.001"),
        (Money(123456789012, "eur"), "1234567890.12"),
    ],
)
def test_amounts_have_their_currencys_decimals_and_no_apostrophe(money: Money, text: str) -> None:
    assert _read(_written([("x", money, None)])[0], ISO)[1] == ["x", text, ""]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\x00x", '=HYPERLINK("x")', "-"])
def test_what_begins_like_a_formula_is_made_text(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "1+1", "a=b", "Ünal", " =1", "'=1", "LN-2017", "12.50"])
def test_other_text_stays(text: str) -> None:
    assert inert(text) == text


def test_sums_rows_and_digest_are_those_of_the_file() -> None:
    rows = [("a", Money(100, "eur"), 1), ("b", Money(-30, "eur"), 2), ("c", Money(7, "jpy"), 3), ("d", None, 4)]
    content, told = _written(rows)
    assert (told.rows, dict(told.totals)) == (4, {"eur": 70, "jpy": 7})
    assert told.sha256 == hashlib.sha256(content).hexdigest()


def test_nothing_is_a_header() -> None:
    content, told = _written([])
    assert content == b"text,amount,number\r\n"
    assert (told.rows, told.totals) == (0, {})


@pytest.mark.parametrize("count", [499, 500, 501, 1000])
def test_rows_are_written_as_they_come(count: int) -> None:
    """Long lists are never held as a whole: what was read is written before more is read."""
    out = io.BytesIO()
    most = 0

    def rows() -> Iterator[tuple[Cell, ...]]:
        nonlocal most
        for number in range(count):
            most = max(most, number - out.getvalue().count(b"\r\n"))
            yield (f"guest {number}", Money(1, "eur"), number)

    told = write_csv(out, HEADER, rows(), 1, ISO)
    assert (told.rows, told.totals["eur"]) == (count, count)
    assert most <= 500
    assert hashlib.sha256(out.getvalue()).hexdigest() == told.sha256


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["=1", "-1", 'a"b', "a\r\nb", "\x00"]
)
ROWS = st.lists(
    st.tuples(
        TEXT, st.builds(Money, st.integers(-(10**12), 10**12), st.sampled_from(["eur", "jpy", "kwd"])), st.integers()
    ),
    max_size=8,
)


@given(rows=ROWS, dialect=st.sampled_from(DIALECTS))
def test_any_text_comes_back_and_none_is_a_formula(rows: list[tuple[str, Money, int]], dialect: Dialect) -> None:
    content, told = _written(rows, dialect)
    assert content == _written(rows, dialect)[0]
    back = _read(content, dialect)
    assert len(back) == len(rows) + 1 == told.rows + 1
    for (text, money, number), (shown, amount, figure) in zip(rows, back[1:], strict=True):
        assert shown == inert(text)
        assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "\x00"))
        assert figure == str(number)
        whole = amount.replace(",", ".").replace(".", "")
        assert int(whole) == money.minor
