"""Exported files contain all texts and links of the document, and text is never read as markup."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from agenda.export.formats import NOTE_FORMATS
from meetings.documents.choices import MeetingStatus
from meetings.documents.members import PersonName, Text, get_members
from meetings.documents.schema import SHAPES, Chair, Item, Link, MeetingDocument
from tests.agenda.export.file_readers import (
    IMPRINT,
    extract_pdf_words,
    extract_word_words,
    list_pdf_links,
    list_word_links,
    make_validated_document,
    strip_spaces_and_tags,
)
from tests.factories import make_meeting_document, make_uuid
from tests.programmes import STREAM, make_point, make_stream

pytestmark = pytest.mark.once
READERS = {"pdf": extract_pdf_words, "docx": extract_word_words}
LINKS = {"pdf": list_pdf_links, "docx": list_word_links}
TEXTS = {
    name
    for shape in SHAPES.values()
    for name, member in get_members(shape).items()
    if isinstance(member, Text | PersonName) or member.hint == list[str]
}
TEXTS = (TEXTS | {"alt", "code", "email", "mark", "number", "document_number"}) - {"time_text"}
"""The members whose words are in the file. The printed text of a time is not, if the time has a value."""
TRICKY = '#eval("x") *bold* _em_ `raw` $x$ <label> @ref \\ // /* [a](b) = h - l + n {x} ~ "q" <!-- --> &amp; %s {{ x }}'


def texts_in(part: Any, name: str = "") -> Iterator[str]:
    match part:
        case dict():
            for member, value in part.items():
                yield from texts_in(value, member)
        case list():
            for value in part:
                yield from texts_in(value, name)
        case str() if name in TEXTS:
            yield from filter(None, re.split("<[^>]+>", part))


def read(document: MeetingDocument, form: str) -> str:
    return READERS[form](NOTE_FORMATS[form].render(document, IMPRINT))


@pytest.mark.parametrize("form", ["pdf", "docx", "txt"])
def test_file_of_a_meeting_that_is_called_off_has_no_live_stream_and_nobody_in_the_chair(form: str) -> None:
    stream, web = make_stream(), Link(id=make_uuid("web"), title="Press pack", url="https://press.example/pack")
    point = make_point("Statements", live=True, links=[stream])
    chair = Chair(id=make_uuid("chair"), name="Ann Ode")
    values: dict[str, Any] = {"links": [stream, web], "programme": [point], "chairs": [chair]}
    for status, is_shown in ((MeetingStatus.CONFIRMED, True), (MeetingStatus.CANCELLED, False)):
        content = NOTE_FORMATS[form].render(make_meeting_document(status=status, **values), IMPRINT)
        text = strip_spaces_and_tags(READERS[form](content) if form in READERS else content.decode()).casefold()
        links = LINKS[form](content) if form in LINKS else text
        assert ("streamedlive" in text, STREAM in links) == (is_shown, is_shown)
        assert ("wasto" in text) != is_shown
        assert "annode" in text
        assert "statements" in text
        assert "presspack" in text


@pytest.mark.parametrize("form", READERS)
class TestCompleteness:
    def test_every_text_is_exported(self, form: str) -> None:
        document = make_validated_document()
        file_text = strip_spaces_and_tags(read(document, form))
        missing = [
            text for text in texts_in(msgspec.to_builtins(document)) if strip_spaces_and_tags(text) not in file_text
        ]
        assert missing == []

    def test_every_link_is_exported(self, form: str) -> None:
        links = LINKS[form](NOTE_FORMATS[form].render(make_validated_document(), IMPRINT))
        assert {f"https://example.eu/{of}" for of in ("meeting", "item", "point", "result", "item-result")} <= links
        assert {"https://example.eu/press", "mailto:press@example.eu", "tel:+3225550000"} <= links
        assert "https://data.consilium.europa.eu/doc/document/ST-14996-2022-REV-1/en/pdf" in links

    def test_markup_is_exported_as_text(self, form: str) -> None:
        item = Item(
            id=make_uuid("item"),
            title=TRICKY,
            links=[Link(id=make_uuid("link"), title=TRICKY, url="https://x.example/")],
        )
        document = make_meeting_document(title=TRICKY, agenda=[item], status_reason=TRICKY)
        file_text = read(document, form)
        for piece in TRICKY.split(" "):
            assert file_text.count(piece) >= 4, piece

    def test_rich_text_with_all_that_it_may_hold(self, form: str) -> None:
        lead = (
            "<p>One<br>two <em>three</em> H<sub>2</sub>O m<sup>3</sup></p><h3>Four</h3><h4>Five</h4>"
            "<blockquote><p>Six</p><ul><li>Seven</li></ul></blockquote>"
            '<ol start="3"><li>Eight<ul><li>Nine<ol><li>Ten</li></ol></li></ul></li></ol>'
            '<p>Eleven <a href="https://example.eu/x">twelve</a> <a href="/relative">thirteen</a></p>bare'
        )
        file_text = strip_spaces_and_tags(read(make_meeting_document(lead=lead), form))
        for text in "One two three H2O m3 Four Five Six Seven Eight Nine Ten Eleven twelve thirteen bare".split():
            assert text in file_text

    def test_deeply_nested_lists(self, form: str) -> None:
        lead = "<ul><li>deep" * 300 + "</li></ul>" * 300
        assert read(make_meeting_document(lead=lead), form).count("deep") == 300

    def test_deeply_nested_items(self, form: str) -> None:
        item = Item(id=make_uuid("0"), title="Item 0")
        for number in range(1, 60):
            item = Item(id=make_uuid(str(number)), title=f"Item {number}", items=[item])
        assert "Item 0" in read(make_meeting_document(agenda=[item]), form)

    def test_control_characters_are_left_out(self, form: str) -> None:
        assert "Justice Council" in read(make_meeting_document(title="Jus\x01tice\x1f \x7fCouncil\uffff"), form)

    @pytest.mark.parametrize(
        ("language", "title"),
        [
            ("el", "Συμβούλιο Δικαιοσύνης και Εσωτερικών Υποθέσεων: ΐ ΰ Ώ «α»"),
            ("bg", "Съвет „Правосъдие и вътрешни работи“: щ ъ ь ѝ"),
            ("mt", "Kunsill tal-Ġustizzja u l-Intern: ċ ġ ħ ż"),
            ("lv", "Tieslietu un iekšlietu padome: ā ē ģ ķ ļ ņ š ū ž"),
            ("ro", "Consiliul Justiție și Afaceri Interne: ă â î ș ț"),
            ("ga", "An Chomhairle um Cheartas agus Gnóthaí Baile: á é í ó ú"),
        ],
    )
    def test_all_alphabets_of_the_union(self, form: str, language: str, title: str) -> None:
        assert strip_spaces_and_tags(title) in strip_spaces_and_tags(
            read(make_meeting_document(title=title, language=language), form)
        )


def test_empty_document() -> None:
    for form in NOTE_FORMATS.values():
        assert form.render(make_meeting_document(title="Untitled", start_date=None, end_date=None), IMPRINT)
