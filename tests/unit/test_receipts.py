"""What stands on receipts: words in every language, and names that come through as they are."""

from __future__ import annotations

import csv
import json
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest
from msgspec.structs import asdict, replace

from rentease_desk.config import resources_dir
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.language import language_tag
from rentease_desk.domain.paper import Paper
from rentease_desk.domain.receipts import (
    Page,
    Row,
    Sheet,
    Stamp,
    number_label,
    parse_label,
    with_person,
    without_person,
)
from rentease_desk.domain.text import clean_text, has_card_number
from rentease_desk.reports.receipt_pages import as_html, as_text
from rentease_desk.reports.receipt_words import words_for
from rentease_desk.reports.templates import printable

DATA = Path(__file__).parents[3] / "shared" / "data"
SHEET = Sheet(
    language="en-GB",
    words="en",
    property_name="Hotel Lanterna",
    address=("Via San Nicolò 14",),
    tax_lines=("P.IVA IT01234567890",),
    title="Receipt",
    number_label="Number",
    rows=(Row("Received from", "Ada", "guest"), Row("Reference", "", "reference"), Row("Booking", "LN-2017")),
    total=Row("Amount received", "€100.00"),
    after=(Row("Change", "€100.00"),),
    notes=("It is not a tax invoice.",),
)


def page(name: str) -> Page:
    return Page("2026-0001", with_person(SHEET, {"guest": name}), (Stamp("COPY", "Copy printed on 6 November 2026."),))


class Values(HTMLParser):
    """The texts of the cells for values, as a browser reads them, and every tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()
        self._is_value = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if ("class", "value") in attrs:
            self._is_value = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._is_value = self._is_value and tag != "td"

    def handle_data(self, data: str) -> None:
        if self._is_value:
            self.found[-1] += data


TAGS = Values(as_html(page("Ada"), Paper.A4)).tags | {"hr"}


def all_names() -> list[str]:
    """The sample names, and the naughty strings as the booking form would store them."""
    with (DATA / "cldr48_sample_names.csv").open(encoding="utf-8", newline="") as source:
        people = [" ".join(part for part in list(row.values())[2:] if part) for row in csv.DictReader(source)]
    naughty = json.loads((DATA / "blns.json").read_text(encoding="utf-8"))
    assert (len(people), len(naughty)) == (783, 485)
    return [*people, *(one for one in map(storable, naughty) if one)]


def storable(text: str) -> str:
    return "" if has_card_number(text) else clean_text(text, "guest", 300)  # a card number is refused at the door


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data is not here")
def test_every_name_comes_through_unharmed() -> None:
    for name in all_names():
        for paper in Paper:
            values = Values(as_html(page(name), paper))
            assert values.found[0] == printable(name).replace("\r\n", "\n"), name
            assert values.found[1] == "LN-2017"
            assert values.tags <= TAGS, name
        lines = [line for line in as_text(page(name)).split("\n") if line.startswith("Received from")]
        assert lines == [f"Received from  \u2068{' '.join(printable(name).splitlines())}\u2069"], name


def test_names_in_letters_are_not_changed_at_all() -> None:
    for name in ("فاطمة الزهراء المنصوري", "山田 花子", "d'Aubigné & <Söhne>", "नमस्ते", "a\u200db", "👩‍👩‍👧"):
        assert printable(name) == name
    assert printable("a\x1b[31mb\x00\x07") == "a\ufffd[31mb\ufffd\ufffd"


def test_personal_texts_are_kept_apart() -> None:
    kept, texts = without_person(page("Ada").sheet)
    assert texts == {"guest": "Ada", "reference": ""}
    assert "Ada" not in str(kept)
    assert with_person(kept, texts) == page("Ada").sheet
    assert "Received from" not in as_text(Page("2026-0001", kept))


def test_a_receipt_without_a_number_shows_none() -> None:
    html = as_html(replace(page("Ada"), number=""), Paper.ROLL)
    assert "Number" not in html
    assert "COPY" in html


def test_every_language_has_every_word() -> None:
    languages = {path.stem for path in (resources_dir() / "receipts" / "words").iterdir()}
    assert languages >= {"en", "de", "fr", "es", "it", "pt", "nl", "pl"}
    english = asdict(words_for("en")[1])
    for language in languages:
        found, words = words_for(language)
        assert found == language
        for name, text in asdict(words).items():
            assert text.strip() == text != "", (language, name)
            assert fields(text) == fields(english[name]), (language, name)
    assert words_for("sv", "de_AT")[0] == "de"
    assert words_for("sv", "fi_FI")[0] == "en"


def fields(text: str) -> set[str | None]:
    return {field for _, field, _, _ in Formatter().parse(text)} - {None}


@pytest.mark.parametrize(
    ("text", "label"), [("2026-0418", (2026, 418)), (" 2026-12345 ", (2026, 12345)), ("2026", None), ("x-1", None),
                        ("99999-1", None), ("2026-1-2", None), ("²-1", None)],
)  # fmt: skip
def test_numbers_are_read(text: str, label: tuple[int, int] | None) -> None:
    assert parse_label(text) == label
    if label is not None:
        assert parse_label(number_label(*label)) == label


@pytest.mark.parametrize(("text", "tag"), [("DE", "de"), ("pt_br", "pt-BR"), ("zh-hant-tw", "zh-Hant-TW")])
def test_languages_are_named_as_bcp_47_names_them(text: str, tag: str) -> None:
    assert language_tag(text) == tag


@pytest.mark.parametrize("text", ["", "german", "de-", "../de", "d"])
def test_what_is_no_language_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        language_tag(text)
