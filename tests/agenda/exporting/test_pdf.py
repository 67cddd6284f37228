"""The note as PDF: for those who hear it as for those who see it, and the same to the last byte."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from agenda.exporting import typeset
from agenda.exporting.forms import FORMS
from agenda.exporting.imprint import Imprint
from agenda.exporting.typeset import CannotBeSet
from meetings.documents.shape import ConfigurationName, Footnote, Item, MeetingDocument
from meetings.reference.emblems import EMBLEMS, SUCCESSORS
from meetings.vocabulary import Language, MeetingStatus
from tests.agenda.exporting.reading import IMPRINT, pdf, places_in_pdf, spaced, whole, words_of_pdf
from tests.cast import DAY, PRESS_DAY, meeting_document, named

pytestmark = pytest.mark.once
FOREIGN = "No font has this: 中文 😀"


def text(document: MeetingDocument, imprint: Imprint = IMPRINT) -> str:
    return spaced(" ".join(page.extract_text() for page in pdf(document, imprint).pages))


def tags(document: MeetingDocument) -> list[str]:
    """The kinds of all parts of its structure, in reading order."""
    found = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(str(node["/S"]))
            if "/K" in node:
                walk(node["/K"])

    walk(pdf(document).root_object["/StructTreeRoot"])
    return found


class TestWhatCannotBeSet:
    def test_a_sign_without_a_glyph_costs_the_standard_and_not_the_note(self, caplog: pytest.LogCaptureFixture) -> None:
        """It cannot be kept for good then, and the log says so."""
        document = meeting_document(lead=f"<p>{FOREIGN}</p>")
        assert "No font has this" in text(document)
        assert "could not be displayed" in caplog.text

    def test_a_note_longer_than_any(self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
        monkeypatch.setattr(typeset, "MAX_DATA_LENGTH", 1000)
        with pytest.raises(CannotBeSet):
            text(whole())
        assert "is too long to be set" in caplog.text

    def test_a_fault_of_the_library(self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
        class PanicException(BaseException):
            pass

        def panic(*_args: Any, **_options: Any) -> bytes:
            raise PanicException

        monkeypatch.setattr("typst.compile", panic)
        with pytest.raises(CannotBeSet):
            text(whole())

    def test_somebody_who_stops_it_is_not_held_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def stop(*_args: Any, **_options: Any) -> bytes:
            raise KeyboardInterrupt

        monkeypatch.setattr("typst.compile", stop)
        with pytest.raises(KeyboardInterrupt):
            text(whole())


class TestForThoseWhoHearIt:
    def test_it_says_that_it_keeps_to_the_standards(self) -> None:
        metadata: Any = pdf(whole()).root_object["/Metadata"]
        told = metadata.get_object().get_data().decode()
        assert re.search(r"<pdfuaid:part>1<", told)
        assert re.search(r"<pdfaid:part>2<.*<pdfaid:conformance>A<", told, re.DOTALL)

    def test_title_author_and_language(self) -> None:
        read = pdf(whole(language=Language.FR, title="Conseil"))
        assert read.metadata
        assert read.metadata.title == "Conseil, 14–15 septembre 2060"
        assert read.metadata.author == "Council of the European Union, press office"
        assert str(read.root_object["/Lang"]) == "fr"

    def test_headings_lists_links_and_the_programme_are_what_they_are(self) -> None:
        found = tags(whole())
        assert found.count("/H1") == 1
        assert {"/H2", "/H3", "/H4", "/L", "/LI", "/LBody", "/Link", "/Table", "/TR", "/TH", "/TD", "/P"} <= set(found)

    @pytest.mark.parametrize(
        ("mark", "text", "links"),
        [("(*)", "A title (*)", 1), ("*", "One* and **two** and three*", 2), ("1", "In 2011 there was 1", 0)],
    )
    def test_a_mark_leads_to_its_footnote(self, mark: str, text: str, links: int) -> None:
        note = Footnote(id=named("footnote"), mark=mark, text=f"<p>It is so {mark}.</p>")
        item = Item(id=named("item"), title=text)
        content = FORMS["pdf"].write(meeting_document(agenda=[item], footnotes=[note]), IMPRINT)
        assert words_of_pdf(content).count(text) == 1
        assert places_in_pdf(content) == links

    def test_no_level_of_headings_is_left_out(self) -> None:
        lead = "<h4>Deep at once</h4><p>One.</p><h3></h3>"
        levels = [int(tag[2]) for tag in tags(meeting_document(lead=lead)) if re.fullmatch("/H[1-6]", tag)]
        assert levels[:3] == [1, 2, 3]


class TestWhatItSays:
    def test_times_in_words(self) -> None:
        assert "about 13:00" in text(whole())

    def test_dates_in_the_language_of_the_note(self) -> None:
        document = whole(language=Language.EL)
        assert "14 Σεπτεμβρίου 2060" in text(document)

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"status": MeetingStatus.PROVISIONAL}, "Provisional: date, place and agenda may still change."),
            (
                {"status": MeetingStatus.CANCELLED, "status_reason": "A storm."},
                "This meeting has been cancelled. A storm.",
            ),
            ({"status": MeetingStatus.POSTPONED, "start_date": None, "end_date": None}, "No new date yet"),
        ],
    )
    def test_what_becomes_of_the_meeting(self, values: dict[str, Any], said: str) -> None:
        assert said in text(meeting_document(**values))

    def test_what_is_not_translated(self) -> None:
        document = whole(language=Language.FR, fallbacks=["lead"])
        assert "Parts of this text have not been translated. They are shown in: English." in text(document)

    def test_which_edition_it_is_and_where_it_stands(self) -> None:
        imprint = Imprint(
            at=PRESS_DAY,
            page_url="https://agendas.example.eu/en/meetings/jha/2060/09/14/",
            number=2,
            published_at=PRESS_DAY - DAY,
            modified_at=PRESS_DAY,
            change_note="The hour.",
            change_language="en",
        )
        told = text(whole(), imprint)
        for said in (
            "Edition 2",
            "Published 13 September 2060, 10:00 (Brussels)",
            "Last updated 14 September 2060, 10:00 (Brussels)",
            "What changed The hour.",
            "Web address https://agendas.example.eu/en/meetings/jha/2060/09/14/",
        ):
            assert said in told

    def test_on_each_page_that_it_is_not_live(self) -> None:
        lead = "".join(f"<p>{'Words and words. ' * 30}</p>" for _each in range(20))
        pages = pdf(meeting_document(lead=lead), Imprint(at=PRESS_DAY, mark="EMBARGO until noon")).pages
        assert len(pages) > 1
        assert all("EMBARGO until noon" in page.extract_text() for page in pages)

    def test_on_each_page_which_of_how_many_it_is(self) -> None:
        pages = pdf(whole()).pages
        for number, page in enumerate(pages, start=1):
            assert f"{number}/{len(pages)}" in page.extract_text()


class TestTheEmblem:
    @pytest.mark.parametrize("slug", [*EMBLEMS, *SUCCESSORS, "eurogroup"])
    def test_of_whoever_meets_is_set_to_the_standards(self, slug: str, caplog: pytest.LogCaptureFixture) -> None:
        body = ConfigurationName(code=slug.upper(), slug=slug, name="Who meets")
        assert f"{slug.upper()} Who meets" in text(meeting_document(configuration=body))
        assert caplog.text == ""

    def test_its_colours_are_those_of_pages(self) -> None:
        pages = (Path(settings.BASE_DIR) / "static/css/variables.css").read_text().partition("@media")[0]
        template = typeset.TYPST_TEMPLATE.read_text()
        names = {emblem.colour for emblem in EMBLEMS.values()}
        assert {name: colour_in(template, rf"{name}: \"") for name in names} == {
            name: colour_in(pages, f"--{name}: ") for name in names
        }


def colour_in(source: str, before: str) -> str:
    found = re.search(rf"(?<![a-z]){before}(#[0-9a-f]{{6}})", source)
    return found[1] if found else ""


class TestTheSameNote:
    def test_is_the_same_to_the_last_byte(self) -> None:
        one, other = (FORMS["pdf"].write(whole(), IMPRINT) for _each in range(2))
        assert one == other

    def test_is_of_the_date_since_when_it_stands(self) -> None:
        metadata = pdf(whole()).metadata
        assert metadata
        assert metadata.creation_date == PRESS_DAY
