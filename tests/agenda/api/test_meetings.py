"""Test what is computed for a meeting, outside the document that its digest covers."""

import hashlib
from typing import Any

import pytest
import rfc8785

from meetings.documents.choices import PointKind
from meetings.documents.schema import Item, MeetingDocument
from tests.factories import make_uuid
from tests.programmes import STREAM, make_point, make_programme, make_stream, show_documents
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db
ENVELOPE = ("url", "html_url", "edition", "languages", "published_at", "modified_at", "digest", "change_note")


@pytest.fixture
def meeting(clock: Any) -> MeetingDocument:
    nested = Item(
        id=make_uuid("nested"),
        title="Asylum procedures",
        documents=["14996/1/22 REV 1"],
        procedures=["2016/0133 (COD)"],
        information_from=["Poland"],
    )
    meeting = make_programme(
        make_point("Start", "09:30", kind=PointKind.START),
        make_point("Press", links=[make_stream()]),
        agenda=[Item(id=make_uuid("outer"), title="Migration", items=[nested])],
    )
    show_documents(clock, meeting)
    return meeting


def test_meeting_has_what_is_computed_only_if_asked(visitor: Visitor, meeting: MeetingDocument) -> None:
    whole = visitor.get_json(f"meetings/{meeting.id}/?computed=true")
    computed = whole.pop("computed")
    assert whole == visitor.get_json(f"meetings/{meeting.id}/")
    assert whole == visitor.get_json(f"meetings/{meeting.id}/?computed=false")
    assert (computed["starts_at"], computed["takes_place"]) == ("2060-09-14T09:30:00+02:00", True)
    _start, press = computed["programme"]
    assert (press["starts_at"], press["takes_place"], press["live_url"]) == ("2060-09-14T13:00:00+02:00", True, STREAM)


def test_digest_covers_the_document_without_it(visitor: Visitor, meeting: MeetingDocument) -> None:
    whole = visitor.get_json(f"meetings/{meeting.id}/?computed=true")
    document = {name: value for name, value in whole.items() if name not in (*ENVELOPE, "computed")}
    assert hashlib.sha256(rfc8785.dumps(document)).hexdigest() == whole["digest"]


def test_items_have_the_addresses_that_the_list_of_items_has(visitor: Visitor, meeting: MeetingDocument) -> None:
    [answer] = visitor.get_json("meetings/?computed=true")["results"]
    items = {item["id"]: item for item in visitor.get_json("agenda-items/")["results"]}
    assert len(answer["computed"]["agenda"]) == len(items) == 2
    for computed in answer["computed"]["agenda"]:
        assert computed.items() <= items[computed["id"]].items()
    nested = answer["computed"]["agenda"][1]
    assert nested["procedure_links"][0]["api_url"] == "http://testserver/api/v1/files/2016-0133-cod/"
    assert nested["information_from_countries"] == ["PL"]


def test_fields_select_within_it(visitor: Visitor, meeting: MeetingDocument) -> None:
    address = f"meetings/{meeting.id}/?fields=title,computed.starts_at"
    assert visitor.get_json(address) == {
        "title": "Justice and Home Affairs Council",
        "computed": {"starts_at": "2060-09-14T09:30:00+02:00"},
    }


def test_table_has_no_place_for_it(visitor: Visitor, meeting: MeetingDocument) -> None:
    assert visitor.get_problem("meetings/?computed=true&format=csv", 400)["parameter"] == "computed"


def test_list_takes_no_further_query_for_it(visitor: Visitor, meeting: MeetingDocument) -> None:
    visitor.get("/api/v1/meetings/")  # this one reads the texts
    visitor.get("/api/v1/meetings/")
    before = len(visitor.queries)
    visitor.get("/api/v1/meetings/?computed=true")
    assert len(visitor.queries) == before
