"""Addresses of the note to take away: there as long as its page is, with the text that the page has."""

from typing import Any

import pytest

from agenda.downloads import forget
from agenda.exporting.forms import FORMS, PUBLIC_FORMATS, WORD
from agenda.exporting.typeset import CannotBeSet
from agenda.notes.lines import read_lines
from agenda.notes.reading import read_note
from agenda.suppressing import edition_numbered, suppress
from meetings.models import Meeting
from tests import acts
from tests.agenda.exporting.reading import words_of_pdf, words_of_word
from tests.agenda.filling import member_of
from tests.agenda.publishing.people import changed
from tests.cast import (
    COMMAND,
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    SECOND,
    make_meeting,
    publish,
    published,
    withdraw,
)
from tests.leaks.world import into_french
from tests.publicity import Visitor

pytestmark = pytest.mark.django_db
MEETING = "/en/meetings/jha/2060/09/14/"
NAMES = [f"note.{form.name}" for form in PUBLIC_FORMATS]
READERS = {"note.pdf": words_of_pdf, "note.docx": words_of_word, "note.txt": lambda content: content.decode()}
all_forms = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def meeting(clock: Any) -> Meeting:
    meeting = make_meeting(notice="First.")
    published(clock, meeting)
    return meeting


def read(visitor: Visitor, address: str) -> str:
    answer = visitor.get(address)
    assert answer.status_code == 200, answer.content
    told: str = READERS[address.rpartition("/")[2]](answer.content)
    return told


class TestRefusals:
    @all_forms
    @pytest.mark.parametrize("below", ["jha/2060/09/15/", "env/2060/09/14/", "jha/2060/09/14-second/"])
    def test_where_nothing_ever_was(self, visitor: Visitor, meeting: Meeting, name: str, below: str) -> None:
        assert visitor.get(f"/en/meetings/{below}{name}").status_code == 404

    def test_another_form(self, visitor: Visitor, meeting: Meeting) -> None:
        for name in ("note.json", "note.PDF", "note.", "note.pdf/", "note.pdfx"):
            assert visitor.get(f"{MEETING}{name}").status_code == 404, name

    @all_forms
    def test_whatever_would_change_something(self, visitor: Visitor, meeting: Meeting, name: str) -> None:
        assert visitor.post(f"{MEETING}{name}").status_code == 405

    @all_forms
    def test_before_its_time(self, visitor: Visitor, clock: Any, name: str) -> None:
        publish(make_meeting(), at=PRESS_DAY + DAY)
        clock.move_to(PRESS_DAY + DAY - SECOND)
        assert visitor.get(f"{MEETING}{name}").status_code == 404
        clock.move_to(PRESS_DAY + DAY)
        assert "Migration policy" in read(visitor, f"{MEETING}{name}")

    @all_forms
    def test_what_was_withdrawn_is_gone_at_once_with_its_notice(
        self, visitor: Visitor, clock: Any, meeting: Meeting, name: str
    ) -> None:
        etag = visitor.get(f"{MEETING}{name}")["ETag"]
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        answer = visitor.get(f"{MEETING}{name}", headers={"If-None-Match": etag})
        assert answer.status_code == 410
        assert "Sent too early." in answer.content.decode()
        assert "Migration policy" not in answer.content.decode()

    def test_what_cannot_be_set_is_told_and_leads_to_the_page(
        self, visitor: Visitor, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_args: Any) -> bytes:
            raise CannotBeSet("a secret path")

        monkeypatch.setattr("agenda.exporting.forms.typeset_pdf", fail)
        answer = visitor.get(f"{MEETING}note.pdf")
        page = answer.content.decode()
        assert answer.status_code == 503
        assert "This note cannot be had as PDF" in page
        assert f'href="{MEETING}"' in page
        assert "a secret path" not in page
        assert not answer.has_header("ETag")


class TestWhatItAnswers:
    def test_its_kind_its_language_and_a_name_to_keep_it_under(self, visitor: Visitor, meeting: Meeting) -> None:
        told = {name: visitor.get(f"{MEETING}{name}") for name in NAMES}
        kinds = {name: answer["Content-Type"] for name, answer in told.items()}
        assert kinds == {"note.pdf": "application/pdf", "note.docx": WORD, "note.txt": "text/plain; charset=utf-8"}
        for name, answer in told.items():
            ending = name.partition(".")[2]
            assert answer["Content-Disposition"] == f'inline; filename="jha-2060-09-14-en.{ending}"'
            assert answer["Content-Language"] == "en"
            assert answer["Cache-Control"] == "no-cache"
            assert f'<http://testserver{MEETING}>; rel="canonical"' in answer["Link"]
            assert 'rel="license"' in answer["Link"]

    @all_forms
    def test_after_one_query(self, visitor: Visitor, meeting: Meeting, name: str) -> None:
        visitor.get(f"{MEETING}{name}")
        assert len(visitor.statements) == 1

    @all_forms
    def test_the_head_alone(self, visitor: Visitor, meeting: Meeting, name: str) -> None:
        answer = visitor.head(f"{MEETING}{name}")
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer["ETag"] == visitor.get(f"{MEETING}{name}")["ETag"]

    @all_forms
    def test_a_text_in_the_language_of_the_address_and_else_the_source(
        self, visitor: Visitor, clock: Any, name: str
    ) -> None:
        meeting = make_meeting()
        into_french(meeting, "lead", "<p>Les ministres se réunissent.</p>")
        acts.submit(meeting)
        acts.approve(meeting)
        clock.move_to(acts.publish_approved(meeting)[0].available_from)
        french, finnish = (visitor.get(f"/{language}/meetings/jha/2060/09/14/{name}") for language in ("fr", "fi"))
        assert (french["Content-Language"], finnish["Content-Language"]) == ("fr", "en")
        assert "Les ministres se réunissent." in READERS[name](french.content)
        assert finnish.content == visitor.get(f"{MEETING}{name}").content
        assert 'filename="jha-2060-09-14-en' in finnish["Content-Disposition"]
        assert f'<http://testserver{MEETING}>; rel="canonical"' in finnish["Link"]

    @all_forms
    def test_the_way_to_where_it_moved(self, visitor: Visitor, clock: Any, meeting: Meeting, name: str) -> None:
        day = PRESS_DATE + 7 * DAY
        published(clock, changed(meeting, start_date=day, end_date=day, status_reason="The hall is taken."))
        answer = visitor.get(f"{MEETING}{name}")
        assert (answer.status_code, answer["Location"]) == (302, f"/en/meetings/jha/2060/09/21/{name}")

    def test_text_that_can_be_imported_and_says_where_it_comes_from(self, visitor: Visitor, clock: Any) -> None:
        published(clock, make_meeting(venue=""))
        content = visitor.get(f"{MEETING}note.txt").content
        last = content.decode().splitlines()[-1]
        assert last == f"http://testserver{MEETING}note.txt, edition 1, en, 2060-09-14T08:00:01Z"
        reading = read_note(read_lines(content))
        assert [item.title for item in reading.document.agenda] == ["Migration policy"]
        assert (last, "where the file comes from") in {
            (reading.lines[number - 1].source, each.rule) for each in reading.read for number in each.lines
        }

    @pytest.mark.parametrize("name", ["note.pdf", "note.docx"])
    def test_which_edition_it_is(self, visitor: Visitor, clock: Any, meeting: Meeting, name: str) -> None:
        published(clock, changed(meeting, notice="Second."), note="The notice.")
        told = read(visitor, f"{MEETING}{name}")
        for said in ("Edition 2", f"Address http://testserver{MEETING}", "What changed The notice.", "Second."):
            assert said in told
        assert "First." not in told


class TestKeeping:
    @all_forms
    def test_a_copy_is_confirmed_without_anything_being_made(
        self, visitor: Visitor, clock: Any, meeting: Meeting, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        kept = visitor.get(f"{MEETING}{name}")
        forget()

        def fail(*_args: Any) -> bytes:
            raise AssertionError

        for name_of_function in ("typeset_pdf", "build_word_file", "render_note_text"):
            monkeypatch.setattr(f"agenda.exporting.forms.{name_of_function}", fail)
        for headers in ({"If-None-Match": kept["ETag"]}, {"If-Modified-Since": kept["Last-Modified"]}):
            answer = visitor.get(f"{MEETING}{name}", headers=headers)
            assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", kept["ETag"])

    @all_forms
    def test_it_holds_while_others_publish_and_ends_with_a_new_edition(
        self, visitor: Visitor, clock: Any, meeting: Meeting, name: str
    ) -> None:
        etag = visitor.get(f"{MEETING}{name}")["ETag"]
        published(clock, make_meeting("env", PRESS_DATE + DAY))
        assert visitor.get(f"{MEETING}{name}", headers={"If-None-Match": etag}).status_code == 304
        published(clock, changed(meeting, notice="Second."))
        assert "Second." in read(visitor, f"{MEETING}{name}")
        assert visitor.get(f"{MEETING}{name}", headers={"If-None-Match": etag}).status_code == 200

    def test_what_somebody_sees_at_another_time_is_theirs_and_says_so(
        self, visitor: Visitor, clock: Any, meeting: Meeting
    ) -> None:
        publish(changed(meeting, notice="Second."), at=PRESS_DAY + DAY)
        publisher = member_of("Publishers")
        publisher.post("/admin/another-time/", {"at": "2060-09-15 10:00"})
        answer = publisher.get(f"{MEETING}note.pdf")
        told = words_of_pdf(answer.content)
        assert answer["Cache-Control"] == "no-store"
        assert "EMBARGO until 15 September 2060, 10:00 (Brussels)" in told
        assert "Second." in told
        assert "Second." not in read(visitor, f"{MEETING}note.pdf")


class TestAnEditionAsItWas:
    def test_is_there_as_long_as_its_page_is(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        published(clock, changed(meeting, notice="Second."))
        answer = visitor.get(f"{MEETING}editions/1/note.pdf")
        told = words_of_pdf(answer.content)
        assert answer["Content-Disposition"] == 'inline; filename="jha-2060-09-14-edition-1-en.pdf"'
        assert f'<http://testserver{MEETING}>; rel="canonical"' in answer["Link"]
        assert not answer.has_header("Last-Modified")
        for said in ("NO LONGER LIVE", "First.", "Edition 1", f"Address http://testserver{MEETING}editions/1/"):
            assert said in told
        assert "Second." not in told
        assert "NO LONGER LIVE" not in read(visitor, f"{MEETING}editions/2/note.pdf")

    def test_not_what_was_taken_out(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        published(clock, changed(meeting, notice="Second."))
        address = f"{MEETING}editions/1/note.pdf"
        etag = visitor.get(address)["ETag"]
        suppress(meeting, edition_numbered(meeting, 1), by=COMMAND, reason="A private number.")
        answer = visitor.get(address, headers={"If-None-Match": etag})
        assert answer.status_code == 410
        assert "First." not in answer.content.decode()

    @pytest.mark.parametrize("which", ["2", "0", "99999999", "1..2", "x"])
    def test_not_what_was_never_there(self, visitor: Visitor, meeting: Meeting, which: str) -> None:
        assert visitor.get(f"{MEETING}editions/{which}/note.pdf").status_code == 404

    def test_of_what_was_withdrawn_there_is_none(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert visitor.get(f"{MEETING}editions/1/note.pdf").status_code == 410


class TestWhereItIsOffered:
    def test_on_its_page_with_form_and_language(self, visitor: Visitor, meeting: Meeting) -> None:
        page = visitor.get("/fi/meetings/jha/2060/09/14/").content.decode()
        for name, said in (("note.pdf", "PDF"), ("note.docx", "Word document"), ("note.txt", "Plain text")):
            assert f'href="/fi/meetings/jha/2060/09/14/{name}" hreflang="en"' in page
            assert f"{said}, <span>English</span></a>" in page

    def test_on_the_page_of_an_edition_that_edition(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        published(clock, changed(meeting, notice="Second."))
        page = visitor.get(f"{MEETING}editions/1/").content.decode()
        assert f'href="{MEETING}editions/1/note.pdf"' in page
        assert f'href="{MEETING}note.pdf"' not in page

    def test_not_in_a_preview(self, clock: Any, meeting: Meeting) -> None:
        page = member_of("Publishers").get(f"/admin/meetings/meeting/{meeting.pk}/preview/").content.decode()
        assert "Migration policy" in page
        assert "note.pdf" not in page


class TestADraft:
    """For whoever has to sign it off on paper."""

    PREVIEW = "/admin/meetings/meeting/{}/preview/"

    def test_is_nothing_for_strangers(self, visitor: Visitor, meeting: Meeting) -> None:
        answer = visitor.get(f"{self.PREVIEW.format(meeting.pk)}?pdf&language=en")
        assert answer.status_code == 302

    def test_says_so_on_paper_too(self, clock: Any, meeting: Meeting) -> None:
        changed(meeting, notice="Second.")
        author, address = member_of("Authors"), self.PREVIEW.format(meeting.pk)
        assert 'href="?pdf&amp;language=en"' in author.get(address).content.decode()
        answer = author.get(f"{address}?pdf&language=en")
        told = words_of_pdf(answer.content)
        assert "no-store" in answer["Cache-Control"]
        assert answer["Content-Disposition"].startswith('inline; filename="draft-')
        assert "DRAFT" in told
        assert "Second." in told
        assert "Address" not in told


def test_json_has_its_address_in_the_api() -> None:
    assert {form.name for form in PUBLIC_FORMATS} == set(FORMS) - {"json"}
