"""Test that every mistake in an unsaved document is found, and that no data raise an exception."""

import json
from typing import Any

import msgspec
import pytest
from django.apps import apps
from django.db import connection
from django.db.models import CheckConstraint
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agenda.editor.mistakes import Mistake, find_mistakes
from agenda.models import BackgroundTopic
from agenda.workflow.drafts import build_draft
from agenda.workflow.restoring import restore_meeting
from meetings.documents.encoding import convert_document
from meetings.documents.schema import MeetingDocument
from tests.factories import (
    COMMAND,
    PRESS_DAY,
    make_configuration,
    make_full_document,
    make_meeting,
    make_topic,
    make_uuid,
)

pytestmark = pytest.mark.django_db
ID, OTHER_ID = str(make_uuid("a part")), str(make_uuid("another part"))
MEETING_ID = str(make_full_document().id)
NOT_IN_MEETING = "This session is not in this meeting any more. Choose another."


@pytest.fixture(autouse=True)
def _configuration() -> None:
    make_configuration()


def build_data(**values: Any) -> dict[str, Any]:
    """Return a complete document as the browser holds it, with some members replaced."""
    data: dict[str, Any] = json.loads(msgspec.json.encode(make_full_document()))
    return data | values


def list_messages(data: Any) -> list[tuple[str, str, str]]:
    return [(mistake.kind, mistake.member, mistake.message) for mistake in find_mistakes(data)]


def test_complete_document_has_no_mistakes() -> None:
    assert find_mistakes(build_data()) == []


@pytest.mark.parametrize("data", [None, [], "", 3, {}, {"type": None}, {"type": ["meeting"]}, {"type": "tombstone"}])
def test_what_is_no_document(data: Any) -> None:
    message = "This is not the document of a meeting or a topic. Reload the page."
    assert find_mistakes(data) == [Mistake("meeting", "", "type", message)]


@pytest.mark.parametrize(
    ("values", "member", "message"),
    [
        ({"start_date": "soon"}, "start_date", "“soon” is not a date. Enter the date as 2017-09-14."),
        ({"start_date": None, "end_date": None}, "start_date", "Enter the first day. Only a postponed meeting can"),
        ({"end_date": "2000-01-01"}, "end_date", "The last day is before the first day. Correct one of them."),
        ({"issued_on": "2206-09-14"}, "issued_on", "Check the year: 2206 is not between 1952 and 2100."),
        ({"status": "dead"}, "status", "“dead” is not one of the choices. Choose again from the list."),
        ({"title": "x" * 301}, "title", "This is too long: 301 characters. Shorten it to at most 300."),
        ({"title": None}, "title", "This value is not valid here. Type it again."),
        ({"place": {"city": "x" * 101}}, "place.city", "This is too long: 101 characters."),
        ({"place": "Brussels"}, "place", "This part of the document is damaged. Reload the page."),
        ({"timezone": "Brussels"}, "timezone", "“Brussels” is not a time zone. Enter a name such as Europe/Brussels."),
        ({"address_word": "Informal!"}, "address_word", "Use only lower-case letters, digits and hyphens"),
        ({"configuration": {"code": "X", "slug": "x", "name": ""}}, "configuration", "Choose a Council configuration."),
        ({"language": "fr"}, "language", "Only the text in its original language can be saved here"),
        ({"lead": "<p>null \0</p>"}, "lead", "The text contains characters that cannot be saved."),
        ({"notice": "half a pair \ud800"}, "notice", "The text contains characters that cannot be saved."),
        ({"references": "OJ CONS 57"}, "references", "“OJ CONS 57” is not a list of entries. Enter one per line."),
    ],
)
def test_mistake_of_the_meeting(values: dict[str, Any], member: str, message: str) -> None:
    found = [mistake for mistake in find_mistakes(build_data(**values)) if mistake.member == member]
    assert [(mistake.kind, mistake.id) for mistake in found] == [("meeting", MEETING_ID)]
    assert found[0].message.startswith(message)


@pytest.mark.parametrize(
    ("kind", "part", "member", "message"),
    [
        ("chairs", {"name": ""}, "name", "Enter the name."),
        (
            "chairs",
            {"name": "A", "country": "GR"},
            "country",
            "“GR” is not a valid country code. For Greece, enter EL.",
        ),
        ("chairs", {"name": "A", "session": OTHER_ID}, "session", NOT_IN_MEETING),
        ("chairs", {"name": "A", "session": "Justice"}, "session", "“Justice” is not in this meeting any more."),
        ("sessions", {}, "title", "Enter the title."),
        ("agenda", {"title": "A", "session": OTHER_ID}, "session", NOT_IN_MEETING),
        ("agenda", {"title": "A", "documents": ["none"]}, "documents", "“none” is not a document number."),
        (
            "agenda",
            {"title": "A", "procedures": ["2016/142 COD"]},
            "procedures",
            "“2016/142 COD” is not a procedure num",
        ),
        ("agenda", {"title": "A", "public": "no", "public_basis": "debate"}, "public_basis", "The item is not public."),
        ("programme", {"time": "13:0"}, "time", "“13:0” is not a time. Use the format 13:00."),
        ("programme", {"time": "13:00"}, "time_precision", "Choose a precision."),
        ("programme", {"time_precision": "exact"}, "time", "Enter the time, or choose another precision."),
        ("programme", {"live": "yes"}, "live", "“yes” is neither yes nor no. Choose again."),
        ("programme", {"items": [OTHER_ID]}, "items", "An agenda item of this event is not in this meeting any more."),
        ("programme", {"speakers": [{"name": 3}]}, "speakers.0.name", "This value is not valid here. Type it again."),
        ("programme", {"speakers": [7]}, "speakers", "Entry 1 is damaged. Delete it and add it again."),
        ("links", {"title": "A", "url": "www.example.eu"}, "url", "Enter the full address, starting with https://."),
        ("links", {"title": "A", "url": "javascript:x"}, "url", "Links cannot start with “javascript:”."),
        ("contacts", {"name": "A", "phones": ["x"]}, "phones", "“x” is not a telephone number."),
        ("contacts", {"name": "A", "email": "x"}, "email", "Enter a valid email address."),
        ("contacts", {"name": "A", "email": "a@\u202eue.c"}, "email", "There is an invisible sign that turns"),
        ("contacts", {"name": "A", "email": '"a\x1bb"@c.eu'}, "email", "There is an invisible control character"),
        ("contacts", {"name": "A", "email": "a?bcc=b@c.eu"}, "email", "Email addresses cannot contain “?”."),
        ("footnotes", {"mark": "*", "text": "<script></script>"}, "text", "This contains no text that can be shown."),
        ("alerts", {"text": "A", "at": "2060-09-14T10:00"}, "at", "“2060-09-14T10:00” is not a date and time."),
    ],
)
def test_mistake_of_a_part(kind: str, part: dict[str, Any], member: str, message: str) -> None:
    data = build_data(chairs=[], programme=[], agenda=[], results=[])
    [mistake] = find_mistakes(data | {kind: [{"id": ID} | part]})
    assert (mistake.kind, mistake.id, mistake.member) == (kind, ID, member)
    assert mistake.message.startswith(message)


def test_all_mistakes_are_found_in_the_order_of_the_document() -> None:
    nested = {"id": OTHER_ID, "links": [{"id": "x", "title": ""}], "items": [None, {"id": 3, "title": "A"}]}
    data = build_data(programme=[], agenda=[{"id": ID, "title": "", "items": [nested]}], notice=5)
    assert [(mistake.kind, mistake.id, mistake.member) for mistake in find_mistakes(data)] == [
        ("meeting", MEETING_ID, "notice"),
        ("agenda", ID, "title"),
        ("agenda", OTHER_ID, "title"),
        ("agenda", OTHER_ID, "items"),
        ("links", "x", "id"),
        ("links", "x", "title"),
        ("agenda", "", "id"),
    ]


@pytest.mark.parametrize("kind", ["chairs", "sessions", "agenda", "programme", "results", "links", "contacts"])
def test_two_parts_with_the_same_id(kind: str) -> None:
    part = {"id": ID, "name": "A", "title": "A"}
    data = build_data(programme=[], agenda=[]) | {kind: [part, part]}
    assert (kind, "id", "Another part has the same id. Delete this one and add it again.") in list_messages(data)


def test_part_with_the_id_of_its_meeting() -> None:
    """Its publication was an error 500, for everybody and at its instant: two results of the search had one key."""
    data = build_data()
    data["links"] = [{"id": data["id"], "title": "A"}]
    assert ("links", "id", "Another part has the same id. Delete this one and add it again.") in list_messages(data)


def test_item_with_links_and_the_id_of_its_meeting() -> None:
    """It was an error 500, since the links had two parts that they could be of."""
    data = build_data()
    data["agenda"] = [{"id": data["id"], "title": "A", "links": [{"id": OTHER_ID, "title": "B"}]}]
    assert ("agenda", "id", "Another part has the same id. Delete this one and add it again.") in list_messages(data)


def test_items_that_are_nested_without_end() -> None:
    item: dict[str, Any] = {"id": ID, "title": "A"}
    for _level in range(1_400):
        item = {"id": ID, "title": "A", "items": [item]}
    [nested] = [
        each for each in find_mistakes(build_data(agenda=[item])) if (each.kind, each.member) == ("agenda", "items")
    ]
    assert nested.message == "The items are nested more than 50 levels deep. Move them up."


def test_address_that_another_meeting_has() -> None:
    other = make_meeting()
    data = build_data(start_date=str(other.start_date), end_date=None, address_word="", issued_on=None)
    [mistake] = [each for each in find_mistakes(data) if each.member == "address_word"]
    assert mistake.message.startswith("Another meeting of this configuration starts on the same day.")


def test_topic() -> None:
    topic = make_topic()
    data = json.loads(msgspec.json.encode(build_draft(topic, PRESS_DAY)))
    assert find_mistakes(data) == []
    assert list_messages(data | {"slug": "Migration policy"})[0][:2] == ("topic", "slug")
    other = BackgroundTopic.objects.create(slug="another", title="Another")
    assert list_messages(data | {"slug": other.slug}) == [("topic", "slug", "Another topic already uses this word.")]


def test_two_queries_whatever_the_length() -> None:
    items = [{"id": str(make_uuid(f"item {n}")), "title": f"Θέμα {n}"} for n in range(40)]
    for data in (build_data(programme=[]), build_data(programme=[], agenda=items)):
        with CaptureQueriesContext(connection) as queries:
            assert find_mistakes(data) == []
        assert len(queries) == 2


def test_every_constraint_of_the_database_has_a_check() -> None:
    """Rows are not compared with the constraints, which would ask the database for each row."""
    names = {
        constraint.name
        for model in apps.get_models()
        if hasattr(model, "shape")
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert names == {
        "meeting_ends_after_it_begins",  # find_days_error
        "only_a_postponed_meeting_has_no_date",
        "a_stated_time_has_a_value",  # find_point_error
        "a_time_has_a_precision",
        "an_item_is_not_part_of_itself",  # impossible in a tree
        "a_link_has_one_owner",
    }


def list_paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    entries: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, entry in entries for found in list_paths(entry, (*path, key)))]


DEEP: list[Any] = []
for _level in range(50_000):
    DEEP = [DEEP]
JUNK = st.one_of(
    st.sampled_from([None, "", [], {}, "\0", "\ud800", "Ελλάδα", "<p>", [None], {"id": None}, -1, 1e308, True, DEEP]),
    st.text(max_size=20),
    st.builds(lambda text: text * 5000, st.sampled_from(["x", "Ω", "<p>", "1/"])),
)
PATHS = list_paths(build_data())[1:]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PATHS), JUNK), min_size=1, max_size=3))
def test_data_without_mistakes_can_be_saved_and_no_data_raise(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    data = build_data()
    for path, junk in changes:
        owner: Any = data
        for step in path[:-1]:
            try:
                owner = owner[step]
            except (LookupError, TypeError):  # an earlier change has put something else there
                owner = {}
                break
        if isinstance(owner, dict) or (isinstance(owner, list) and isinstance(path[-1], int) and path[-1] < len(owner)):
            owner[path[-1]] = junk
    mistakes = find_mistakes(data)
    msgspec.json.encode(mistakes)
    if not mistakes:
        document = convert_document(data)
        assert isinstance(document, MeetingDocument)
        restore_meeting(document, by=COMMAND)
