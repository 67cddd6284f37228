"""Test keyset pagination."""

import base64
import json
import re
from typing import Any

import pytest
from django.core.management import call_command

from meetings.api import edition_views
from meetings.documents.choices import PointKind
from meetings.documents.schema import MeetingDocument
from meetings.site.publications import Publication
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    create_editions,
    make_documents,
    make_meeting,
    make_topic,
    make_uuid,
    publish,
    publish_now,
    withdraw,
)
from tests.programmes import make_point, show_documents
from tests.public_requests import Visitor

LISTS = ("meetings", "topics", "agenda-items", "media-links", "configurations", "presidencies")


def encode_cursor(values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def walk_pages(visitor: Visitor, address: str | None, direction: str = "next") -> list[list[Any]]:
    pages = []
    while address:
        page = visitor.get(address).json()
        pages.append(page["results"])
        address = page[direction]
    return pages


def make_same_day_meetings() -> list[MeetingDocument]:
    """Return four meetings, of which the third starts first, then the first and the fourth. The second has no start."""
    documents = make_documents(4)
    starts = [("Brussels", "10:00"), ("Brussels", None), ("Athens", "10:30"), ("Brussels", "15:00")]
    for n, (document, (zone, time)) in enumerate(zip(documents, starts, strict=True)):
        document.start_date = document.end_date = PRESS_DATE
        document.address_word, document.timezone = f"meeting-{n}", f"Europe/{zone}"
        document.programme = [make_point(f"start {n}", time, kind=PointKind.START)]
    return documents


@pytest.mark.django_db
class TestPages:
    @pytest.fixture(scope="class")
    @classmethod
    def published_lists(cls, class_clock: Any) -> None:
        """Publish something for every list, with several meetings on one day."""
        call_command("load_reference", verbosity=0)
        documents = make_documents(3)
        for n in range(2):
            documents[n].start_date = PRESS_DATE
        create_editions(documents, available_from=PRESS_DAY + MINUTE)
        class_clock.move_to(PRESS_DAY + DAY)
        publish_now(class_clock, *(make_topic(f"topic-{n}") for n in range(3)))

    @pytest.mark.parametrize("name", LISTS)
    def test_pages_lead_through_the_whole_list_and_back(
        self, visitor: Visitor, published_lists: None, name: str
    ) -> None:
        whole = visitor.get_json(f"{name}/?limit=100")["results"]
        assert len(whole) > 2
        forwards = walk_pages(visitor, f"/api/v1/{name}/?limit=2")
        assert [len(page) for page in forwards] == [2] * (len(whole) // 2) + [1] * (len(whole) % 2)
        assert [row for page in forwards for row in page] == whole

        address = f"/api/v1/{name}/?limit=2"
        while following := visitor.get(address).json()["next"]:
            address = following
        assert walk_pages(visitor, address, "previous") == forwards[::-1]

    def test_filters_apply_to_every_page(self, visitor: Visitor, published_lists: None) -> None:
        pages = walk_pages(visitor, "/api/v1/agenda-items/?limit=1&kind=any_other_business")
        assert [item["kind"] for page in pages for item in page] == ["any_other_business"] * 3


@pytest.mark.django_db
class TestInstant:
    def test_later_pages_are_as_of_the_first_page(self, visitor: Visitor, clock: Any) -> None:
        meetings = [make_meeting(start_date=PRESS_DATE + day * DAY) for day in range(2)]
        publish_now(clock, *meetings)
        following = visitor.get_json("meetings/?limit=1")["next"]
        items = visitor.get_json("agenda-items/?limit=1")["next"]
        publish_now(clock, make_meeting(start_date=PRESS_DATE - DAY))
        clock.move_to(PRESS_DAY + MINUTE)
        assert [[meeting["id"] for meeting in page] for page in walk_pages(visitor, following)] == [
            [str(meetings[0].pk)]
        ]
        assert [[item["meeting"]["id"] for item in page] for page in walk_pages(visitor, items)] == [
            [str(meetings[0].pk)]
        ]

    def test_meetings_withdrawn_meanwhile_are_left_out(self, visitor: Visitor, clock: Any) -> None:
        meetings = [make_meeting(start_date=PRESS_DATE + day * DAY) for day in range(2)]
        publish_now(clock, *meetings)
        cursors = [visitor.get_json(f"{name}/?limit=1")["next"] for name in ("meetings", "agenda-items")]
        assert [len(visitor.get(cursor).json()["results"]) for cursor in cursors] == [1, 1]
        clock.move_to(withdraw(meetings[0], reason="Sent too early.").available_from)
        assert [visitor.get(cursor).json()["results"] for cursor in cursors] == [[], []]


@pytest.mark.django_db
class TestUnchangedPage:
    PAGES = (*(f"/api/v1/{name}/?limit=1" for name in LISTS), "/en/meetings/")

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def published_lists(cls, class_clock: Any) -> None:
        call_command("load_reference", verbosity=0)
        create_editions(make_documents(21), available_from=PRESS_DAY + MINUTE)
        class_clock.move_to(PRESS_DAY + 30 * DAY)
        publish_now(class_clock, make_topic("migration-policy"), make_topic("terrorism"))

    @pytest.mark.parametrize("address", PAGES)
    def test_scheduled_editions_do_not_change_a_page(self, visitor: Visitor, clock: Any, address: str) -> None:
        first = visitor.get(address)
        assert b"cursor=" in first.content
        publish(make_meeting(start_date=PRESS_DATE - DAY), make_topic("borders"), at=PRESS_DAY + 39 * DAY)
        clock.move_to(PRESS_DAY + 30 * DAY + 9 * MINUTE)  # the page groups meetings into past, today and upcoming
        again = visitor.get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    @pytest.mark.parametrize("name", ["meetings", "agenda-items", "media-links", "topics"])
    def test_publication_changes_a_page(self, visitor: Visitor, clock: Any, name: str) -> None:
        address = f"/api/v1/{name}/?limit=1"
        first = visitor.get(address)
        publish_now(clock, make_meeting(start_date=PRESS_DATE + 99 * DAY), make_topic("borders"))
        again = visitor.get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again["ETag"] == first["ETag"]) == (200, False)


@pytest.mark.django_db
class TestCursors:
    # Encoded `[at, backwards, date, subject]`, the form before cursors named their list.
    OLD = (
        "WyIyMDYwLTA5LTE0VDA4OjAwOjAxWiIsZmFsc2UsIjIwNjAtMDktMTUiLCIwMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDAiXQ"
    )

    def test_old_cursor_is_still_valid(self, visitor: Visitor, clock: Any) -> None:
        meetings = [make_meeting(start_date=PRESS_DATE + day * DAY) for day in range(3)]
        topic = make_topic()
        publish_now(clock, *meetings, topic)
        page = visitor.get_json(f"meetings/?cursor={self.OLD}")
        ids = [meeting["id"] for meeting in page["results"]]
        assert ids[-1] == str(meetings[0].pk)
        assert str(meetings[2].pk) not in ids
        assert [found["id"] for found in visitor.get_json(f"topics/?cursor={self.OLD}")["results"]] == [str(topic.pk)]

    @pytest.mark.parametrize("address", ["/api/v1/meetings/?", "/en/meetings/?"])
    def test_cursor_from_before_the_order_by_start_goes_on_by_id(
        self, visitor: Visitor, clock: Any, address: str
    ) -> None:
        documents = make_same_day_meetings()
        show_documents(clock, *documents)
        clock.move_to(PRESS_DAY + 30 * DAY)
        first, *others = sorted(str(document.id) for document in documents)
        cursor = encode_cursor([(PRESS_DAY + MINUTE).isoformat(), False, "meetings", PRESS_DATE.isoformat(), first])
        response = visitor.get(f"{address}cursor={cursor}")
        if "api" in address:
            assert [meeting["id"] for meeting in response.json()["results"]] == others
        else:
            assert [str(meeting.document.id) for meeting in list_meetings(response)] == others

    @pytest.mark.parametrize("name", ["agenda-items", "media-links", "configurations", "presidencies"])
    def test_cursor_of_another_list_is_refused(self, visitor: Visitor, clock: Any, name: str) -> None:
        clock.move_to(PRESS_DAY + DAY)
        assert visitor.get_problem(f"{name}/?cursor={self.OLD}", 400)["parameter"] == "cursor"

    def test_wellformed_cursor_is_accepted(self, visitor: Visitor, clock: Any) -> None:
        cursor = encode_cursor([PRESS_DAY.isoformat(), False, "presidencies", 2017, 1])
        assert visitor.get_json(f"presidencies/?cursor={cursor}")["results"] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "member"), [("meetings", "id"), ("agenda-items", "meeting.id")])
def test_meetings_of_a_day_are_in_the_order_of_their_start(
    visitor: Visitor, clock: Any, name: str, member: str
) -> None:
    """In another time zone, too. A meeting without a known start is the last of its day."""
    documents = make_same_day_meetings()
    show_documents(clock, *documents)
    in_order = [str(documents[n].id) for n in (2, 0, 3, 1)]
    for ordering, expected in (("date", in_order), ("-date", in_order[::-1])):
        pages = walk_pages(visitor, f"/api/v1/{name}/?limit=1&ordering={ordering}&fields={member}")
        found = [row.get("meeting", row)["id"] for page in pages for row in page]
        assert list(dict.fromkeys(found)) == expected


@pytest.mark.django_db
def test_cursor_of_a_page_leads_to_the_next(visitor: Visitor, clock: Any) -> None:
    """Pages of the site use the same class and accept old cursors."""
    create_editions(make_documents(25), available_from=PRESS_DAY + MINUTE)
    clock.move_to(PRESS_DAY + 30 * DAY)
    first = visitor.get("/en/meetings/")
    following = follow_link(visitor, first, "next")
    assert (len(list_meetings(first)), len(list_meetings(following))) == (20, 5)
    assert list_meetings(follow_link(visitor, following, "prev")) == list_meetings(first)
    assert len(list_meetings(visitor.get(f"/en/meetings/?cursor={TestCursors.OLD}"))) == 2


def follow_link(visitor: Visitor, page: Any, relation: str) -> Any:
    [query] = re.findall(rf'<a href="([^"]+)" rel="{relation}"', page.text)
    return visitor.get(f"/en/meetings/{query}")


def list_meetings(page: Any) -> list[Publication]:
    return [meeting for _name, _heading, meetings in page.context["groups"] for meeting in meetings]


@pytest.mark.django_db
def test_page_from_which_a_text_was_just_removed_leads_on(
    visitor: Visitor, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_editions(make_documents(21), available_from=PRESS_DAY + MINUTE)
    clock.move_to(PRESS_DAY + DAY)
    read = edition_views.load_documents
    monkeypatch.setattr(edition_views, "load_documents", lambda keys, language: read([*keys][1:], language))
    first = visitor.get("/api/v1/meetings/").json()
    assert len(first["results"]) == 19
    monkeypatch.undo()
    assert len(visitor.get(first["next"]).json()["results"]) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["", "&format=csv"])
def test_link_header_has_next_and_previous_page(visitor: Visitor, clock: Any, form: str) -> None:
    """The links follow RFC 8288 and are the same as in the answer."""
    create_editions(make_documents(3), available_from=PRESS_DAY + MINUTE)
    clock.move_to(PRESS_DAY + DAY)
    first = visitor.get(f"/api/v1/meetings/?limit=1{form}")
    assert parse_links(first).keys() == {"license", "next"}
    second = visitor.get(parse_links(first)["next"])
    assert parse_links(second).keys() == {"license", "next", "prev"}
    assert parse_links(visitor.get(parse_links(second)["next"])).keys() == {"license", "prev"}
    assert visitor.get(parse_links(second)["prev"]).content == first.content
    if not form:
        assert [parse_links(second)[name] for name in ("next", "prev")] == [
            second.json()[name] for name in ("next", "previous")
        ]
    assert parse_links(visitor.get(f"/api/v1/meetings/{make_uuid('meeting 0')}/")).keys() == {"license"}


def parse_links(response: Any) -> dict[str, str]:
    return {relation: address for address, relation in re.findall(r'<([^>]+)>; rel="([a-z]+)"', response["Link"])}
