"""Downloads of a meeting: available as long as its page, with the same text."""

import re
from typing import Any

import pytest

from agenda.export.errors import TypesettingError
from agenda.export.formats import NOTE_FORMATS, PUBLIC_FORMATS, WORD_CONTENT_TYPE
from agenda.notes.line_reader import read_lines
from agenda.notes.note_parser import parse_note
from agenda.site.downloads import clear_file_cache
from agenda.workflow.suppression import get_edition_by_number, suppress
from meetings.documents.schema import EarlierTime
from meetings.models import Meeting
from tests import actions
from tests.admin_forms import create_client_with_role
from tests.agenda.export.file_readers import extract_pdf_words, extract_word_words
from tests.agenda.workflow.users import save_changes
from tests.factories import (
    COMMAND,
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    SECOND,
    make_meeting,
    publish,
    publish_now,
    withdraw,
)
from tests.leaks.subjects import translate_into_french
from tests.public_requests import Visitor
from tests.worlds import share_world

pytestmark = pytest.mark.usefixtures("published")
MEETING = "/en/meetings/jha/2060/09/14/"
OTHER_MEETING = "/en/meetings/env/2060/09/14/"
NAMES = [f"note.{form.name}" for form in PUBLIC_FORMATS]
READERS = {"note.pdf": extract_pdf_words, "note.docx": extract_word_words, "note.txt": lambda content: content.decode()}


@share_world
def published(clock: Any) -> None:
    publish_now(clock, make_meeting(notice="First."))


@pytest.fixture
def meeting(published: None, db: None) -> Meeting:
    return Meeting.objects.get()


def read(visitor: Visitor, address: str) -> str:
    answer = visitor.get(address)
    assert answer.status_code == 200, answer.content
    file_text: str = READERS[address.rpartition("/")[2]](answer.content)
    return file_text


@pytest.mark.parametrize(
    "lead",
    [
        '<p>Read the <a href="https://press.example/">press re&shy;lease&shy;</a></p>',
        '<ul><li><a href="https://press.example/">press release&shy;&shy;</a></li></ul>',
        '<p>Read it: <a href="https://press.example/">press release<strong>&shy;</strong></a></p>',
    ],
)
def test_soft_hyphen_at_the_end_of_a_link_is_left_out(visitor: Visitor, clock: Any, lead: str) -> None:
    """Text that is pasted from web pages has them. Nobody sees the sign, and the library for PDFs fails at it."""
    publish_now(clock, make_meeting("env", lead=lead))
    assert "press release" in read(visitor, f"{OTHER_MEETING}note.pdf").replace("\u00ad", "")


class TestRefusals:
    def test_unknown_meeting_is_404(self, visitor: Visitor) -> None:
        for below in ("jha/2060/09/15/", "env/2060/09/14/", "jha/2060/09/14-second/"):
            for name in NAMES:
                assert visitor.get(f"/en/meetings/{below}{name}").status_code == 404, (below, name)

    def test_unknown_format_is_404(self, visitor: Visitor) -> None:
        for name in ("note.json", "note.PDF", "note.", "note.pdf/", "note.pdfx"):
            assert visitor.get(f"{MEETING}{name}").status_code == 404, name

    def test_post_is_not_allowed(self, visitor: Visitor) -> None:
        for name in NAMES:
            assert visitor.post(f"{MEETING}{name}").status_code == 405, name

    def test_scheduled_meeting_cannot_be_downloaded(self, visitor: Visitor, clock: Any) -> None:
        publish(make_meeting("env"), at=PRESS_DAY + DAY)
        clock.move_to(PRESS_DAY + DAY - SECOND)
        assert {visitor.get(f"{OTHER_MEETING}{name}").status_code for name in NAMES} == {404}
        clock.move_to(PRESS_DAY + DAY)
        for name in NAMES:
            assert "Migration policy" in read(visitor, f"{OTHER_MEETING}{name}")

    def test_withdrawn_meeting_answers_410_at_once(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        etags = {name: visitor.get(f"{MEETING}{name}")["ETag"] for name in NAMES}
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        for name, etag in etags.items():
            answer = visitor.get(f"{MEETING}{name}", headers={"If-None-Match": etag})
            assert answer.status_code == 410, name
            assert "Sent too early." in answer.content.decode(), name
            assert "Migration policy" not in answer.content.decode(), name

    def test_typesetting_error_links_to_the_page(self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_args: Any) -> bytes:
            raise TypesettingError("a secret path")

        monkeypatch.setattr("agenda.export.rendering_process.typeset_pdf", fail)
        answer = visitor.get(f"{MEETING}note.pdf")
        page = answer.content.decode()
        assert answer.status_code == 503
        assert "This agenda is not available as PDF" in page
        assert f'href="{MEETING}"' in page
        assert "a secret path" not in page
        assert not answer.has_header("ETag")


class TestResponses:
    def test_headers_and_one_query(self, visitor: Visitor) -> None:
        answers = {}
        for name in NAMES:
            answers[name] = visitor.get(f"{MEETING}{name}")
            assert len(visitor.statements) == 1, name
        kinds = {name: answer["Content-Type"] for name, answer in answers.items()}
        assert kinds == {
            "note.pdf": "application/pdf",
            "note.docx": WORD_CONTENT_TYPE,
            "note.txt": "text/plain; charset=utf-8",
        }
        for name, answer in answers.items():
            ending = name.partition(".")[2]
            assert answer["Content-Disposition"] == f'inline; filename="jha-2060-09-14-en.{ending}"'
            assert answer["Content-Language"] == "en"
            assert answer["Cache-Control"] == "no-cache"
            assert f'<http://testserver{MEETING}>; rel="canonical"' in answer["Link"]
            assert 'rel="license"' in answer["Link"]

    def test_head_request(self, visitor: Visitor) -> None:
        for name in NAMES:
            answer = visitor.head(f"{MEETING}{name}")
            assert (answer.status_code, answer.content) == (200, b"")
            assert answer["ETag"] == visitor.get(f"{MEETING}{name}")["ETag"]

    def test_language_of_the_address_or_the_source(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting("env")
        translate_into_french(meeting, "lead", "<p>Les ministres se réunissent.</p>")
        actions.submit(meeting)
        actions.approve(meeting)
        clock.move_to(actions.publish_approved(meeting)[0].available_from)
        for name in NAMES:
            french, finnish = (
                visitor.get(f"{OTHER_MEETING.replace('/en/', f'/{language}/')}{name}") for language in ("fr", "fi")
            )
            assert (french["Content-Language"], finnish["Content-Language"]) == ("fr", "en")
            assert "Les ministres se réunissent." in READERS[name](french.content)
            assert finnish.content == visitor.get(f"{OTHER_MEETING}{name}").content
            assert 'filename="env-2060-09-14-en' in finnish["Content-Disposition"]
            assert f'<http://testserver{OTHER_MEETING}>; rel="canonical"' in finnish["Link"]

    def test_old_address_redirects(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        day = PRESS_DATE + 7 * DAY
        publish_now(clock, save_changes(meeting, start_date=day, end_date=day, status_reason="The hall is taken."))
        for name in NAMES:
            answer = visitor.get(f"{MEETING}{name}")
            assert (answer.status_code, answer["Location"]) == (302, f"/en/meetings/jha/2060/09/21/{name}")

    def test_plain_text_has_no_markup_and_names_its_origin(self, visitor: Visitor, clock: Any) -> None:
        lead = '<p>Fish * and <strong>chips</strong>, see <a href="https://fish.example/a(1)">here</a> [sic].</p>'
        publish_now(clock, make_meeting("env", venue="", lead=lead))
        content = visitor.get(f"{OTHER_MEETING}note.txt").content
        *lines, last = content.decode().splitlines()
        assert "Fish * and chips, see here (https://fish.example/a(1)) [sic]." in lines
        assert "**" not in content.decode()
        assert not re.search(r"\]\(|<http|\\\\", content.decode())
        assert last == f"http://testserver{OTHER_MEETING}note.txt, edition 1, en, 2060-09-14T08:00:02Z"
        reading = parse_note(read_lines(content))
        assert (last, "where the file comes from") in {
            (reading.lines[number - 1].source, each.rule) for each in reading.applied_rules for number in each.lines
        }

    def test_plain_text_writes_earlier_times_as_pages_do(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting("env")
        point = meeting.programme.get()
        point.previous = [EarlierTime(time="12:30", time_text="+/- 12:30")]
        point.save()
        publish_now(clock, meeting)
        content = visitor.get(f"{OTHER_MEETING}note.txt").content.decode()
        assert "about 12:30" in content
        assert "+/-" not in content

    @pytest.mark.parametrize("name", ["note.pdf", "note.docx"])
    def test_file_names_its_edition(self, visitor: Visitor, clock: Any, meeting: Meeting, name: str) -> None:
        publish_now(clock, save_changes(meeting, notice="Second."), note="The notice.")
        file_text = read(visitor, f"{MEETING}{name}")
        for phrase in ("Edition 2", f"Web address http://testserver{MEETING}", "What changed The notice.", "Second."):
            assert phrase in file_text
        assert "First." not in file_text


class TestCaching:
    def test_304_without_rendering(self, visitor: Visitor, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        stored = {name: visitor.get(f"{MEETING}{name}") for name in NAMES}
        clear_file_cache()

        def fail(*_args: Any) -> bytes:
            raise AssertionError

        monkeypatch.setattr("agenda.export.rendering_process.typeset_pdf", fail)
        monkeypatch.setattr("agenda.export.rendering_process.build_word_file", fail)
        monkeypatch.setattr("agenda.export.plain_text.render_plain_text", fail)
        for name, first in stored.items():
            for headers in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
                answer = visitor.get(f"{MEETING}{name}", headers=headers)
                assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", first["ETag"])

    def test_etag_changes_only_with_a_new_edition(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        etags = {name: visitor.get(f"{MEETING}{name}")["ETag"] for name in NAMES}
        publish_now(clock, make_meeting("env", PRESS_DATE + DAY))
        for name, etag in etags.items():
            assert visitor.get(f"{MEETING}{name}", headers={"If-None-Match": etag}).status_code == 304
        publish_now(clock, save_changes(meeting, notice="Second."))
        for name, etag in etags.items():
            assert "Second." in read(visitor, f"{MEETING}{name}")
            assert visitor.get(f"{MEETING}{name}", headers={"If-None-Match": etag}).status_code == 200

    def test_time_travel_is_labelled_and_not_cached(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        publish(save_changes(meeting, notice="Second."), at=PRESS_DAY + DAY)
        publisher = create_client_with_role("Publishers")
        publisher.post("/admin/another-time/", {"at": "2060-09-15 10:00"})
        answer = publisher.get(f"{MEETING}note.pdf")
        file_text = extract_pdf_words(answer.content)
        assert answer["Cache-Control"] == "no-store"
        assert "EMBARGO until 15 September 2060, 10:00 (Brussels)" in file_text
        assert "Second." in file_text
        assert "Second." not in read(visitor, f"{MEETING}note.pdf")


class TestPastEditionPdf:
    def test_past_edition_as_pdf(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        publish_now(clock, save_changes(meeting, notice="Second."))
        answer = visitor.get(f"{MEETING}editions/1/note.pdf")
        file_text = extract_pdf_words(answer.content)
        assert answer["Content-Disposition"] == 'inline; filename="jha-2060-09-14-edition-1-en.pdf"'
        assert f'<http://testserver{MEETING}>; rel="canonical"' in answer["Link"]
        assert not answer.has_header("Last-Modified")
        for phrase in ("NO LONGER LIVE", "First.", "Edition 1", f"Web address http://testserver{MEETING}editions/1/"):
            assert phrase in file_text
        assert "Second." not in file_text
        assert "NO LONGER LIVE" not in read(visitor, f"{MEETING}editions/2/note.pdf")

    def test_suppressed_edition_is_410(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        publish_now(clock, save_changes(meeting, notice="Second."))
        address = f"{MEETING}editions/1/note.pdf"
        etag = visitor.get(address)["ETag"]
        suppress(meeting, get_edition_by_number(meeting, 1), by=COMMAND, reason="A private number.")
        answer = visitor.get(address, headers={"If-None-Match": etag})
        assert answer.status_code == 410
        assert "First." not in answer.content.decode()

    def test_unknown_edition_is_404(self, visitor: Visitor) -> None:
        for which in ("2", "0", "99999999", "1..2", "x"):
            assert visitor.get(f"{MEETING}editions/{which}/note.pdf").status_code == 404, which

    def test_withdrawn_edition_is_410(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert visitor.get(f"{MEETING}editions/1/note.pdf").status_code == 410


class TestDownloadLinks:
    def test_meeting_page_links_to_each_format(self, visitor: Visitor, meeting: Meeting) -> None:
        page = visitor.get("/fi/meetings/jha/2060/09/14/").content.decode()
        for name, phrase in (("note.pdf", "PDF"), ("note.docx", "Word document"), ("note.txt", "Plain text")):
            assert f'href="/fi/meetings/jha/2060/09/14/{name}" hreflang="en"' in page
            assert f"{phrase}, <span>English</span></a>" in page

    def test_edition_page_links_to_its_own_pdf(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        publish_now(clock, save_changes(meeting, notice="Second."))
        page = visitor.get(f"{MEETING}editions/1/").content.decode()
        assert f'href="{MEETING}editions/1/note.pdf"' in page
        assert f'href="{MEETING}note.pdf"' not in page

    def test_preview_has_no_download_links(self, clock: Any, meeting: Meeting) -> None:
        page = (
            create_client_with_role("Publishers").get(f"/admin/meetings/meeting/{meeting.pk}/preview/").content.decode()
        )
        assert "Migration policy" in page
        assert "note.pdf" not in page


class TestDraftPdf:
    """A PDF of a draft, for people who sign it off on paper."""

    PREVIEW = "/admin/meetings/meeting/{}/preview/"

    def test_visitors_must_sign_in(self, visitor: Visitor, meeting: Meeting) -> None:
        answer = visitor.get(f"{self.PREVIEW.format(meeting.pk)}?pdf&language=en")
        assert answer.status_code == 302

    def test_draft_is_labelled(self, clock: Any, meeting: Meeting) -> None:
        save_changes(meeting, notice="Second.")
        author, address = create_client_with_role("Authors"), self.PREVIEW.format(meeting.pk)
        assert 'href="?pdf&amp;language=en"' in author.get(address).content.decode()
        answer = author.get(f"{address}?pdf&language=en")
        file_text = extract_pdf_words(answer.content)
        assert "no-store" in answer["Cache-Control"]
        assert answer["Content-Disposition"].startswith('inline; filename="draft-')
        assert "DRAFT" in file_text
        assert "Second." in file_text
        assert "Web address" not in file_text


def test_json_is_not_a_public_format() -> None:
    assert {form.name for form in PUBLIC_FORMATS} == set(NOTE_FORMATS) - {"json"}
