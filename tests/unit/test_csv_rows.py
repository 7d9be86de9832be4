"""Files as they come: encodings, delimiters, lines, and what is no file of rows at all."""

from __future__ import annotations

import codecs
import zipfile
from pathlib import Path

import pytest

from rentease_desk.domain.errors import KnownError
from rentease_desk.intake.csv_rows import MOST_FIELD, Opened, opened_csv

TEXT = "Name;Price\r\nSøren Łukasz;1,50\r\nÀrt;2\r\n"


def read(path: Path, delimiter: str = "", encoding: str = "") -> tuple[Opened, list[tuple[int, list[str], str]]]:
    with opened_csv(path, delimiter, encoding) as file:
        rows = [(one.line, one.cells, one.trouble.code if one.trouble else "") for one in file.rows]
        return file, rows


def written(tmp_path: Path, content: bytes, name: str = "rows.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.replace("Ł", "L").encode("cp1252"), "cp1252"),
    ],
)
def test_the_encoding_is_found_out(tmp_path: Path, content: bytes, encoding: str) -> None:
    file, rows = read(written(tmp_path, content))
    assert (file.encoding, file.delimiter, file.header) == (encoding, ";", ("Name", "Price"))
    assert [(line, cells[0].replace("Ł", "L"), cells[1]) for line, cells, _ in rows] == [
        (2, "Søren Lukasz", "1,50"),
        (3, "Àrt", "2"),
    ]


def test_the_encoding_can_be_said(tmp_path: Path) -> None:
    path = written(tmp_path, "Имя,Цена\nАда,1\n".encode("cp1251"))
    assert read(path, encoding="cp1251")[0].header == ("Имя", "Цена")
    with pytest.raises(KnownError) as caught:
        read(path, encoding="utf-8")
    assert caught.value.code == "import.encoding"


def test_a_row_is_told_by_the_line_it_begins_on(tmp_path: Path) -> None:
    text = '\n"a";"b"\n1;"two\nlines"\n\n;\n3;4\r\n5;"x ""y"" ; z"'
    file, rows = read(written(tmp_path, text.encode()))
    assert file.header == ("a", "b")
    assert rows == [(3, ["1", "two\nlines"], ""), (7, ["3", "4"], ""), (8, ["5", 'x "y" ; z'], "")]


def test_the_delimiter_is_the_headers_and_excels_first_line_is_believed(tmp_path: Path) -> None:
    assert read(written(tmp_path, b"a\tb,c\td\n1\t2\t3\n"))[0].delimiter == "\t"
    assert read(written(tmp_path, b'"a,b,c";d\n1;2\n'))[0].delimiter == ";"
    file, rows = read(written(tmp_path, b"sep=|\r\na,b|c\r\n1|2\r\n"))
    assert (file.header, rows) == (("a,b", "c"), [(3, ["1", "2"], "")])
    assert read(written(tmp_path, b"a;b,c,d\n1;2\n"), delimiter=";")[0].header == ("a", "b,c,d")


def test_columns_have_names_of_their_own(tmp_path: Path) -> None:
    assert read(written(tmp_path, b"a,,a, b  c \n1,2,3,4\n"))[0].header == ("a", "Column 2", "a (2)", "b c")


def test_a_row_with_a_mark_too_many_is_broken_and_a_short_one_is_not(tmp_path: Path) -> None:
    rows = read(written(tmp_path, b"a,b\n1,2,3\n1\n1,2,,\n"))[1]
    assert [(line, trouble) for line, _, trouble in rows] == [(2, "import.too_many_cells"), (3, ""), (4, "")]


def test_huge_cells_and_lines_break_their_own_row_only(tmp_path: Path) -> None:
    long = "x" * (MOST_FIELD + 1)
    endless = "y" * 3_000_000
    rows = read(written(tmp_path, f"a,b\n1,{long}\n2,3\n{endless},1\n4,5\n".encode()))[1]
    assert [(line, trouble) for line, _, trouble in rows] == [
        (2, "import.too_long"), (3, ""), (4, "import.too_long"), (5, ""),
    ]  # fmt: skip
    assert [cells for _, cells, trouble in rows if not trouble] == [["2", "3"], ["4", "5"]]


def test_a_quotation_mark_that_is_never_closed_is_told(tmp_path: Path) -> None:
    rows = read(written(tmp_path, ('a,b\n1,"never\n' + "2,3\n" * 40_000).encode()))[1]
    assert rows[0][0] == 2
    assert rows[0][2] == "import.too_long"


def test_a_zip_with_one_file_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "rows.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("rows.csv", "a,b\n1,2\n")
        archive.writestr("__MACOSX/._rows.csv", "x")
    assert read(path)[1] == [(2, ["1", "2"], "")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "import.empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "import.empty"),
        (b"\n \n", "import.empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "import.spreadsheet"),
        (b"%PDF-1.7", "import.no_text"),
        (b"PK\x03\x04broken", "import.no_text"),
    ],
)
def test_what_is_no_file_of_rows_is_told(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(KnownError) as caught:
        read(written(tmp_path, content))
    assert caught.value.code == code


def test_a_spreadsheet_is_asked_for_as_csv(tmp_path: Path) -> None:
    path = tmp_path / "bookings.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(KnownError) as caught:
        read(path)
    assert caught.value.code == "import.spreadsheet"
    assert "save it as CSV" in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(KnownError) as caught:
            read(path)
        assert caught.value.code == "file.cannot_read"
