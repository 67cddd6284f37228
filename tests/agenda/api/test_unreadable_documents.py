"""Test that an unreadable stored document does not affect other answers, and that it is logged."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from meetings.documents.encoding import encode_document
from meetings.documents.schema import MeetingDocument
from meetings.editions.freezing import compose_edition, create_edition, write_editions
from meetings.models import StoredDocument
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    make_configuration,
    make_full_document,
    make_meeting,
    make_uuid,
    publish_now,
    withdraw,
)
from tests.meetings.feeds.calendars.calendar_reader import read_events
from tests.public_requests import Visitor
from tests.worlds import roll_back

DIGEST = "bad" + 61 * "0"
BROKEN: dict[str, Callable[[MeetingDocument], str]] = {
    "nothing": lambda document: "",
    "garbage": lambda document: "\x7fELF",
    "cut off": lambda document: encode_document(document)[:-200],
    "no object": lambda document: "[1]",
    "an old shape": lambda document: encode_document(document).replace('"version":1', '"version":0'),
    "of another type": lambda document: encode_document(document).replace('"type":"meeting"', '"type":"memo"'),
    "a wrong escape": lambda document: encode_document(document).replace("Lead with", "Lead \\q with"),
}


@pytest.mark.django_db
class TestUnreadableDocument:
    @pytest.fixture(scope="class", autouse=True, params=BROKEN)
    @classmethod
    def one_unreadable_of_three(cls, request: Any, class_clock: Any) -> Iterator[None]:
        """Publish three meetings; the document of the second is unreadable."""
        with roll_back():
            make_configuration()
            for n in (0, 2):
                create_edition([cls.document(n)], available_from=PRESS_DAY + MINUTE)
            StoredDocument.objects.create(digest=DIGEST, text=BROKEN[request.param](cls.document(1)))
            write_editions([compose_edition([cls.document(1)], available_from=PRESS_DAY + MINUTE, digests=[DIGEST])])
            class_clock.move_to(PRESS_DAY + DAY)
            yield

    @staticmethod
    def document(n: int) -> MeetingDocument:
        day = PRESS_DATE + n * DAY
        document = make_full_document(id=make_uuid(f"meeting {n}"), start_date=day, end_date=day)
        document.programme[0].id = make_uuid(f"point {n}")
        return document

    def test_lists_have_the_other_documents(self, visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
        ids = [str(make_uuid("meeting 2")), str(make_uuid("meeting 0"))]
        assert [meeting["id"] for meeting in visitor.get_json("meetings/")["results"]] == ids
        for name in ("agenda-items", "media-links"):
            results = visitor.get_json(f"{name}/")["results"]
            assert list(dict.fromkeys(part["meeting"]["id"] for part in results)) == ids
            assert len(visitor.statements) == 2
        errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
        assert len(errors) == 3
        key = str(StoredDocument.objects.get(digest=DIGEST).pk)
        assert all(key in error for error in errors)

    def test_pages_skip_it(self, visitor: Visitor) -> None:
        found, address = [], "/api/v1/meetings/?limit=1"
        while address:
            page = visitor.get(address).json()
            found.append([meeting["start_date"] for meeting in page["results"]])
            address = page["next"]
        assert found == [[str(PRESS_DATE + 2 * DAY)], [], [str(PRESS_DATE)]]

    def test_change_feed_lists_it_without_a_title(self, visitor: Visitor) -> None:
        changes = visitor.get_json("changes/")["results"]
        title = make_full_document().title
        titles = {str(make_uuid(f"meeting {n}")): title if n != 1 else "" for n in range(3)}
        assert {change["subject_id"]: change["title"] for change in changes} == titles
        places = [(change["at"], change["id"]) for change in changes]
        assert places == sorted(places)

    def test_next_edition_has_a_title_and_no_changed_members(self, visitor: Visitor, clock: Any) -> None:
        at = PRESS_DAY + 2 * DAY
        create_edition([self.document(1)], available_from=at)
        clock.move_to(at + MINUTE)
        change = visitor.get_json("changes/")["results"][-1]
        assert (change["title"], change["changed_members"]) == (make_full_document().title, [])
        assert change["changed_languages"] == ["en"]

    def test_feeds_have_the_other_documents(self, visitor: Visitor) -> None:
        """An empty text is that of a suppressed edition and is listed as such."""
        days = [f"{(PRESS_DATE + n * DAY):%Y/%m/%d}" for n in (0, 2)]
        for address in ("/en/meetings/feed.atom", "/en/meetings/jha/feed.atom"):
            answer = visitor.get(address)
            assert answer.status_code == 200
            assert answer.content.count(b"<entry") - answer.content.count(b"has been removed</title>") == 2
            assert all(day in answer.content.decode() for day in days)

    @pytest.mark.parametrize("query", ["", "?points=1"])
    def test_calendars_have_the_other_meetings(self, visitor: Visitor, query: str) -> None:
        for address in ("/en/meetings/calendar.ics", "/en/meetings/jha/calendar.ics"):
            meetings = [event["UID"] for event in read_events(visitor, address + query) if "RELATED-TO" not in event]
            assert sorted(meetings) == sorted(str(make_uuid(f"meeting {n}")) for n in (0, 2))

    def test_calendar_has_the_points_of_the_next_edition(self, visitor: Visitor, clock: Any) -> None:
        at = PRESS_DAY + 2 * DAY
        create_edition([self.document(1)], available_from=at)
        clock.move_to(at + MINUTE)
        assert len(read_events(visitor, "/en/meetings/calendar.ics?points=1")) == 6

    @pytest.mark.parametrize("address", ["/en/", "/en/meetings/", "/en/meetings/jha/"])
    def test_pages_show_the_other_meetings(self, visitor: Visitor, address: str) -> None:
        page = visitor.get(address)
        assert page.status_code == 200
        assert page.content.count(make_full_document().title.encode()) >= 2

    def test_its_own_address_is_a_server_error(self, visitor: Visitor) -> None:
        body = visitor.get_problem(f"meetings/{make_uuid('meeting 1')}/", 500)
        assert body["type"] == "/api/problems/server-error/"
        assert "cannot be read" in body["detail"]
        visitor.get_json(f"meetings/{make_uuid('meeting 0')}/")


@pytest.mark.django_db
def test_part_missing_from_its_document_is_left_out(
    visitor: Visitor, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The index rows come from a document other than the stored one."""
    document = make_full_document()
    other = make_full_document(agenda=document.agenda[:0], links=[])
    stored = create_edition([other], available_from=PRESS_DAY + MINUTE).documents.get().document
    write_editions([compose_edition([document], available_from=PRESS_DAY + 2 * MINUTE, digests=[stored.digest])])
    clock.move_to(PRESS_DAY + DAY)
    assert visitor.get_json("agenda-items/")["results"] == []
    assert {each["owner_type"] for each in visitor.get_json("media-links/")["results"]} == {"point", "result"}
    assert str(stored.pk) in caplog.text
    visitor.get_problem(f"agenda-items/{make_uuid('item')}/", 500)


@pytest.mark.django_db
def test_withdrawn_meeting_is_gone_even_if_its_notice_is_unreadable(
    visitor: Visitor, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = make_meeting()
    publish_now(clock, meeting)
    clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
    monkeypatch.setattr("meetings.api.edition_views.decode_document_or_none", lambda text, key: None)
    assert visitor.get_problem(f"meetings/{meeting.pk}/", 410)["detail"] == "It has been withdrawn."
