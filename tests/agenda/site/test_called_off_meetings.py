"""“Moved” and “postponed” mean one thing each, and every surface says the same of a meeting."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace

from meetings.documents.choices import Language, MeetingStatus
from meetings.documents.schema import Chair, EarlierDate
from tests.factories import DAY, PRESS_DATE, make_uuid
from tests.meetings.site.daily_schedule.press_days import extract_text, make_document, publish_documents
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db
THURSDAY = PRESS_DATE + 2 * DAY
PAGES = ("/en/", "/en/meetings/", "/en/meetings/2060/09/", "/en/search/?q=Council", "{page}")
FILES = ("/en/meetings/calendar.ics",)


def make_earlier_date(day: dt.date) -> EarlierDate:
    return EarlierDate(start_date=day, end_date=day, city="Brussels")


MOVED = make_document(
    "jha",
    start_date=THURSDAY,
    end_date=THURSDAY,
    status=MeetingStatus.POSTPONED,
    previous=[make_earlier_date(PRESS_DATE)],
)
POSTPONED = make_document(
    "env", start_date=None, end_date=None, status=MeetingStatus.POSTPONED, previous=[make_earlier_date(PRESS_DATE)]
)
CANCELLED = make_document("gac", status=MeetingStatus.CANCELLED)
CONFIRMED = make_document("fac")


def read_surfaces(visitor: Visitor, addresses: Sequence[str]) -> dict[str, str]:
    """Return the text of each file, and of each page without its forms. `{page}` is the path of the only meeting."""
    [meeting] = visitor.get_json("meetings/")["results"]
    page = urlsplit(meeting["html_url"]).path
    texts = {address: visitor.get(address.format(page=page)).content.decode() for address in addresses}
    return {
        address: text.replace("\r\n ", "")
        if address in FILES
        else extract_text(re.sub("(?s)<form.*?</form>", "", text))
        for address, text in texts.items()
    }


class TestSameWordsEverywhere:
    def test_meeting_with_new_date_is_moved_and_not_postponed(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, MOVED)
        for address, text in read_surfaces(visitor, [*PAGES, *FILES]).items():
            assert "oved from 14 to 16 September 2060" in text, address
            assert "ostponed" not in text, address

    def test_sentences_on_pages_of_other_languages_have_one_language(self, visitor: Visitor, clock: Any) -> None:
        """The words of the interface are English there, so the dates among them are, too."""
        publish_documents(clock, MOVED)
        for page in ("/fr/meetings/", "/fr/day/2060-09-14/", "/fr/day/2060-09-16/", "/el/meetings/2060/09/"):
            shown = extract_text(visitor.get(page).content.decode())
            assert "oved from 14 to 16 September 2060" in shown or "Moved to Thursday 16 September 2060" in shown, page
        assert "jeudi 16 septembre 2060" in extract_text(visitor.get("/fr/meetings/").content.decode())

    def test_note_as_text_has_the_same_words(self, visitor: Visitor, clock: Any) -> None:
        french = replace(MOVED, language=Language.FR, source_language=Language.FR)
        for document, words in (
            (MOVED, "Status: Moved from 14 to 16 September 2060"),
            (POSTPONED, "Status: Postponed, no new date"),
            (replace(CANCELLED, status_reason="Snow."), "Status: Cancelled. Snow."),
            (replace(french, id=make_uuid("fr"), address_word="fr"), "Statut: Déplacé du 14 au 16 septembre 2060"),
        ):
            publish_documents(clock, document)
            address = visitor.get_json(f"meetings/{document.id}/")["html_url"]
            assert words in visitor.get(f"{urlsplit(address).path}note.txt").content.decode()

    @pytest.mark.parametrize(
        ("status", "on_page", "on_day"),
        [
            (MeetingStatus.CONFIRMED, "In the chair", "Chaired by"),
            (MeetingStatus.CANCELLED, "Was to chair", "Was to be chaired by"),
        ],
    )
    def test_who_was_to_chair_it_is_not_said_to_chair_it(
        self, visitor: Visitor, clock: Any, status: MeetingStatus, on_page: str, on_day: str
    ) -> None:
        publish_documents(
            clock, replace(CONFIRMED, status=status, chairs=[Chair(id=make_uuid("chair"), name="Ann Ode")])
        )
        texts = read_surfaces(visitor, ["{page}", "/en/day/2060-09-14/"])
        assert [f"{words} Ann Ode" in text for words, text in zip((on_page, on_day), texts.values(), strict=True)] == [
            True,
            True,
        ]

    def test_banner_says_that_a_confirmed_meeting_was_moved(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, replace(MOVED, status=MeetingStatus.CONFIRMED))
        for address, text in read_surfaces(visitor, ["{page}", *FILES]).items():
            assert "This meeting has been moved from 14 to 16 September 2060" in text, address

    def test_meeting_without_new_date_says_so(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, POSTPONED)
        for address, text in read_surfaces(visitor, PAGES).items():
            assert "Postponed, no new date" in text, address
        for address, text in read_surfaces(visitor, FILES).items():
            assert "This meeting has been postponed. There is no new date yet." in text, address


WEDNESDAY = PRESS_DATE + DAY
MANY_MOVES = {
    "shortened": replace(
        MOVED,
        start_date=PRESS_DATE,
        end_date=PRESS_DATE,
        previous=[EarlierDate(start_date=PRESS_DATE, end_date=WEDNESDAY, city="Brussels")],
    ),
    "moved back": replace(
        MOVED,
        start_date=PRESS_DATE,
        end_date=PRESS_DATE,
        previous=[make_earlier_date(PRESS_DATE), make_earlier_date(WEDNESDAY)],
    ),
    "given a date again": replace(MOVED, previous=[make_earlier_date(PRESS_DATE), EarlierDate(city="Brussels")]),
    "in another place": replace(MOVED, previous=[EarlierDate(start_date=THURSDAY, end_date=THURSDAY, city="Tallinn")]),
    "without a date": POSTPONED,
}


class TestMoves:
    @pytest.mark.parametrize("status", [MeetingStatus.POSTPONED, MeetingStatus.CONFIRMED, MeetingStatus.CANCELLED])
    @pytest.mark.parametrize("name", MANY_MOVES)
    def test_all_surfaces_agree_whether_it_was_moved(
        self, visitor: Visitor, clock: Any, name: str, status: MeetingStatus
    ) -> None:
        document = MANY_MOVES[name]
        if document.start_date is None and status != MeetingStatus.POSTPONED:
            return
        publish_documents(clock, replace(document, status=status))
        is_moved = name in ("shortened", "moved back", "given a date again") and status != MeetingStatus.CANCELLED
        for address, text in read_surfaces(visitor, [*PAGES, *FILES]).items():
            assert ("oved from" in text) == is_moved, address
        takes_place = is_moved or status == MeetingStatus.CONFIRMED
        [meeting] = visitor.get_json("meetings/?computed=true")["results"]
        assert meeting["computed"]["takes_place"] == takes_place
        found = visitor.get_json(f"meetings/?takes_place={str(takes_place).lower()}")["results"]
        assert [each["id"] for each in found] == [meeting["id"]]
        calendar = visitor.get("/en/meetings/calendar.ics").content.decode()
        assert ("STATUS:CANCELLED" in calendar) == (not takes_place)
        if document.start_date:
            structured = visitor.get(urlsplit(meeting["html_url"]).path).content.decode()
            assert ("EventRescheduled" in structured) == is_moved

    @pytest.mark.parametrize("status", [MeetingStatus.POSTPONED, MeetingStatus.CONFIRMED])
    def test_schedule_of_the_former_day_agrees(self, visitor: Visitor, clock: Any, status: MeetingStatus) -> None:
        publish_documents(clock, replace(MANY_MOVES["shortened"], status=status))
        shown = extract_text(visitor.get(f"/en/day/{WEDNESDAY}/").content.decode())
        assert "Moved to" in shown
        assert "no new date" not in shown


class TestTakesPlace:
    def test_other_values_are_refused(self, visitor: Visitor, clock: Any) -> None:
        for collection in ("meetings", "agenda-items", "media-links"):
            problem = visitor.get_problem(f"{collection}/?takes_place=perhaps", 400)
            assert "true" in problem["detail"], collection

    def test_moved_meeting_takes_place(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, MOVED, POSTPONED, CANCELLED, CONFIRMED)
        codes = {
            value: {
                row["configuration"]["code"] for row in visitor.get_json(f"meetings/?takes_place={value}")["results"]
            }
            for value in ("true", "false")
        }
        assert codes == {"true": {"JHA", "FAC"}, "false": {"ENVI", "GAC"}}

    def test_list_page_has_the_same_filter(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, MOVED, POSTPONED, CANCELLED, CONFIRMED)
        shown = extract_text(visitor.get("/en/meetings/?takes_place=false").content.decode())
        assert [code for code in ("ENVI", "GAC", "JHA", "FAC") if f"{code} Council" in shown] == ["ENVI", "GAC"]
