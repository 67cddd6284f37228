"""Test `fields`."""

import json
from functools import reduce
from typing import Any

import msgspec
import pytest

from meetings.api.sparse_fields import select_members
from meetings.editions.freezing import create_edition
from tests.council.api.published_samples import ADDRESSES, publish_one_of_each
from tests.factories import DAY, MINUTE, PRESS_DAY, create_editions, make_documents, make_meeting_document, make_uuid
from tests.public_requests import Visitor


def select_by_hand(body: Any, *names: str) -> Any:
    """Return the part of a JSON value at one path."""
    if isinstance(body, list):
        return [select_by_hand(each, *names) for each in body]
    return {names[0]: select_by_hand(body[names[0]], *names[1:])} if names and body is not None else body


@pytest.mark.django_db
class TestRefusals:
    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def one_of_each(cls, class_clock: Any) -> None:
        publish_one_of_each(class_clock)

    def test_unknown_member_suggests_the_nearest(self, visitor: Visitor) -> None:
        for address in ("meetings/", ADDRESSES["meeting"]):
            body = visitor.get_problem(f"{address}?fields=id,agenda.tilte", 400)
            assert (body["parameter"], body["nearest"]) == ("fields", "agenda.title")
            assert "“agenda.tilte”" in body["detail"]

    @pytest.mark.parametrize("fields", ["", "id,", "id.\n", "%F0%9F"])
    def test_wrong_names_are_refused(self, visitor: Visitor, fields: str) -> None:
        assert visitor.get_problem(f"meetings/?fields={fields}", 400)["parameter"] == "fields"

    def test_member_of_another_resource_is_refused(self, visitor: Visitor) -> None:
        assert visitor.get_problem("topics/?fields=agenda", 400)["parameter"] == "fields"
        assert visitor.get_problem("presidencies/?fields=title", 400)["parameter"] == "fields"


@pytest.mark.django_db
class TestSelection:
    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def one_of_each(cls, class_clock: Any) -> None:
        publish_one_of_each(class_clock)

    @pytest.mark.parametrize("name", ADDRESSES)
    def test_every_path_can_be_selected(self, visitor: Visitor, name: str) -> None:
        """Test each path of the description by itself, and one by a request for a detail and one for a list."""
        paths = json.loads(visitor.get("/api/v1/schema/").content)["paths"]
        place = ADDRESSES[name].split("/")[0]
        parameters = paths[f"/api/v1/{place}/"]["get"]["parameters"]
        [path_names] = [each["schema"]["items"]["enum"] for each in parameters if each["name"] == "fields"]
        whole = visitor.get_json(ADDRESSES[name])
        if name == "meeting":  # some members are only there if they are asked for
            whole |= visitor.get_json(f"{ADDRESSES[name]}?fields=starts_at,takes_place,programme,computed")
        assert set(whole) == {path for path in path_names if "." not in path}
        for path in path_names:
            wanted: Any = {}
            reduce(lambda within, each: within.setdefault(each, {}), path.split("."), wanted)
            selected = json.loads(msgspec.json.encode(select_members(whole, wanted)))
            assert selected == select_by_hand(whole, *path.split(".")), path
        deepest = max(path_names, key=lambda path: path.count("."))
        selected = visitor.get_json(f"{ADDRESSES[name]}?fields={deepest}")
        assert selected == select_by_hand(whole, *deepest.split("."))
        listed = visitor.get_json(f"{place}/?limit=100")["results"]
        assert visitor.get_json(f"{place}/?limit=100&fields={path_names[1]}")["results"] == select_by_hand(
            listed, path_names[1]
        )

    def test_path_through_a_list_selects_from_each_entry(self, visitor: Visitor) -> None:
        body = visitor.get_json(f"{ADDRESSES['meeting']}?fields=agenda.title,agenda.items.title")
        assert body == {"agenda": [{"title": "Dublin regulation", "items": [{"title": "Resettlement"}]}]}

    def test_order_is_that_of_the_document(self, visitor: Visitor) -> None:
        body = visitor.get_json(f"{ADDRESSES['meeting']}?fields=url,agenda,%20title%20,place,id,title")
        assert list(body) == ["id", "title", "place", "agenda", "url"]
        whole = visitor.get_json(ADDRESSES["meeting"])
        assert [name for name in whole if name in body] == list(body)

    def test_empty_member_stays_empty(self, visitor: Visitor, clock: Any) -> None:
        document = make_meeting_document(id=make_uuid("bare"))
        create_edition([document], available_from=PRESS_DAY + 2 * DAY)
        clock.move_to(PRESS_DAY + 3 * DAY)
        body = visitor.get_json(f"meetings/{document.id}/?fields=presidency.name,agenda.title")
        assert body == {"presidency": None, "agenda": []}

    def test_selection_keeps_the_language_header(self, visitor: Visitor) -> None:
        assert visitor.get(f"/api/v1/{ADDRESSES['meeting']}?fields=id")["Content-Language"] == "en"


@pytest.mark.django_db
def test_fields_are_kept_on_the_next_page_without_more_queries(visitor: Visitor, clock: Any) -> None:
    create_editions(make_documents(3), available_from=PRESS_DAY + MINUTE)
    clock.move_to(PRESS_DAY + DAY)
    page = visitor.get_json("meetings/?fields=start_date&limit=2")
    assert page["results"] == [{"start_date": "2060-09-16"}, {"start_date": "2060-09-15"}]
    assert visitor.get(page["next"]).json()["results"] == [{"start_date": "2060-09-14"}]
    assert len(visitor.statements) == 1
