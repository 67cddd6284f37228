"""Test that the description is compatible with the frozen one: it may grow, but nothing may be removed."""

import json
import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from meetings.api.description import build_description
from tests.council.api import frozen
from tests.council.api.compatibility import SOME, find_breaks
from tests.council.api.frozen import read_frozen, strip_description

pytestmark = pytest.mark.once

Description = dict[str, Any]
Change = Callable[[Description], Any]
MEETINGS = "/api/v1/meetings/"
MEETING = "/api/v1/meetings/{id}/"


def change_description(change: Change) -> list[str]:
    later = deepcopy(read_frozen())
    change(later)
    return find_breaks(read_frozen(), later)


def get_parameter(described: Description, name: str, path: str = MEETINGS) -> dict[str, Any]:
    [found] = [each for each in described["paths"][path]["get"]["parameters"] if each["name"] == name]
    return found  # type: ignore[no-any-return]


def get_responses(described: Description, path: str = MEETING) -> dict[str, Any]:
    return described["paths"][path]["get"]["responses"]  # type: ignore[no-any-return]


def get_shape(described: Description, name: str = "Meeting") -> dict[str, Any]:
    return described["components"]["schemas"][name]  # type: ignore[no-any-return]


def get_members(described: Description, name: str = "Meeting") -> dict[str, Any]:
    return get_shape(described, name)["properties"]  # type: ignore[no-any-return]


BREAKS: list[tuple[str, Change]] = [
    ("GET /api/v1/meetings/: is gone", lambda it: it["paths"].pop(MEETINGS)),
    ("GET /api/v1/meetings/{id}/: is gone", lambda it: it["paths"][MEETING].pop("get")),
    (
        "GET /api/v1/meetings/: is called findMeetings, and was listMeetings",
        lambda it: it["paths"][MEETINGS]["get"].update(operationId="findMeetings"),
    ),
    (
        "GET /api/v1/meetings/ ?topic: is gone",
        lambda it: it["paths"][MEETINGS]["get"]["parameters"].remove(get_parameter(it, "topic")),
    ),
    ("GET /api/v1/meetings/ ?topic: is required now", lambda it: get_parameter(it, "topic").update(required=True)),
    (
        "GET /api/v1/meetings/ key: is new and required",
        lambda it: it["paths"][MEETINGS]["get"]["parameters"].append(
            {"name": "key", "in": "query", "required": True, "schema": {"type": "string"}}
        ),
    ),
    (
        "GET /api/v1/meetings/ ?limit: means something else where it is left out",
        lambda it: get_parameter(it, "limit")["schema"].update(default=50),
    ),
    (
        "GET /api/v1/meetings/ ?limit: maximum is 100 on one side, and 50 on the other",
        lambda it: get_parameter(it, "limit")["schema"].update(maximum=50),
    ),
    (
        "GET /api/v1/meetings/ ?limit: is of type string, and was integer",
        lambda it: get_parameter(it, "limit").update(schema={"type": "string", "default": 20}),
    ),
    (
        "GET /api/v1/meetings/ ?form: knows “informal” no more",
        lambda it: get_parameter(it, "form")["schema"]["enum"].remove("informal"),
    ),
    (
        "GET /api/v1/meetings/ ?place: takes certain words only now",
        lambda it: get_parameter(it, "place")["schema"].update(enum=["Brussels"]),
    ),
    (
        "GET /api/v1/meetings/ ?cursor: pattern is ^[A-Za-z0-9_-]+$ on one side, and ^[A-Z]+$ on the other",
        lambda it: get_parameter(it, "cursor")["schema"].update(pattern="^[A-Z]+$"),
    ),
    (
        "GET /api/v1/meetings/ ?place: multipleOf changed, and nobody knows what that breaks",
        lambda it: get_parameter(it, "place")["schema"].update(multipleOf=2),
    ),
    ("GET /api/v1/meetings/{id}/ 410: is gone", lambda it: get_responses(it).pop("410")),
    (
        "GET /api/v1/meetings/{id}/ 200 ETag: is gone",
        lambda it: get_responses(it)["200"]["headers"].pop("ETag"),
    ),
    (
        "GET /api/v1/meetings/{id}/ 200 application/json: is gone",
        lambda it: get_responses(it)["200"]["content"].pop("application/json"),
    ),
    ("Meeting.title: is gone", lambda it: get_members(it).pop("title")),
    ("Meeting.title: may be absent now", lambda it: get_shape(it)["required"].remove("title")),
    (
        "Meeting.title: is of type null, and was string",
        lambda it: get_members(it)["title"].update(type=["string", "null"]),
    ),
    (
        "Meeting.edition: minimum is None on one side, and 1 on the other",
        lambda it: get_members(it)["edition"].pop("minimum"),
    ),
    (
        "Meeting.digest: pattern is ^.*$ on one side, and ^[0-9a-f]{64}$ on the other",
        lambda it: get_members(it)["digest"].update(pattern="^.*$"),
    ),
    ("Meeting.url: format is None on one side, and uri on the other", lambda it: get_members(it)["url"].pop("format")),
    (
        "Meeting.references[]: is of type integer",
        lambda it: get_members(it)["references"].update(items={"type": "integer"}),
    ),
    ("Meeting.references[]: is of type any, and was string", lambda it: get_members(it)["references"].pop("items")),
    ("Meeting.type: was always “meeting”", lambda it: get_members(it)["type"].update(enum=["meeting", "summit"])),
    ("Item.items[]: is of type any", lambda it: get_members(it, "Item").update(items={"type": "array"})),
    ("LinkKind: knows “photos” no more", lambda it: get_words(it, "Link", "kind").remove("photos")),
    ("Link.kind: may be any word now", lambda it: get_members(it, "Link").update(kind={"type": "string"})),
    ("Item.title: is gone", lambda it: get_members(it, "Item").pop("title")),
    (
        "Presidency.country: is of type any, and was string",
        lambda it: get_members(it, "Presidency").update(country={}),
    ),
]
ADDITIONS: dict[str, Change] = {
    "an address": lambda it: it["paths"].update({"/api/v1/new/": it["paths"][MEETINGS]}),
    "a method": lambda it: it["paths"][MEETINGS].update(query=it["paths"][MEETINGS]["get"]),
    "a parameter that may be left out": lambda it: it["paths"][MEETINGS]["get"]["parameters"].append(
        {"name": "q", "in": "query", "required": False, "schema": {"type": "string"}}
    ),
    "a word that may be asked for": lambda it: get_parameter(it, "form")["schema"]["enum"].append("adjourned"),
    "a word that may be answered": lambda it: get_words(it, "Link", "kind").append("podcast"),
    "longer pages, on request": lambda it: get_parameter(it, "limit")["schema"].update(maximum=500),
    "any place": lambda it: get_parameter(it, "place").update(schema={}),
    "a member": lambda it: get_members(it).update(weather={"type": "string"}),
    "a member that is always there": lambda it: get_shape(it).update(
        properties=get_members(it) | {"weather": {}}, required=[*get_shape(it)["required"], "weather"]
    ),
    "an answer that is never null": lambda it: get_members(it).update(start_date={"type": "string", "format": "date"}),
    "an error": lambda it: get_responses(it).update({"451": get_responses(it)["404"]}),
    "a header": lambda it: get_responses(it)["200"]["headers"].update(
        {"Last-Modified": {"schema": {"type": "string"}}}
    ),
    "a format": lambda it: get_responses(it)["200"]["content"].update({"text/csv": {"schema": {"type": "string"}}}),
    "a word about it": lambda it: get_members(it)["title"].update(description="In a language.", examples=["JHA"]),
    "a name for a shape that had none": lambda it: describe_place(it, "Meeting", "title"),
}


def get_words(described: Description, name: str, member: str) -> list[str]:
    schema = get_members(described, name)[member]
    if "$ref" in schema:
        schema = get_shape(described, schema["$ref"].rsplit("/", 1)[1])
    return schema["enum"]  # type: ignore[no-any-return]


def describe_place(described: Description, name: str, member: str) -> None:
    described["components"]["schemas"]["Named"] = get_members(described, name)[member]
    get_members(described, name)[member] = {"$ref": "#/components/schemas/Named"}


def test_description_is_compatible_with_the_frozen_one() -> None:
    """If it is not, programs would break. Keep the old part beside the new one, or start /api/v2/."""
    assert find_breaks(read_frozen(), json.loads(build_description())) == []


@pytest.mark.parametrize(("message", "change"), BREAKS, ids=[message for message, _change in BREAKS])
def test_breaking_change_is_reported_with_its_place(message: str, change: Change) -> None:
    assert any(found.startswith(message) for found in change_description(change)), change_description(change)


@pytest.mark.parametrize("change", ADDITIONS.values(), ids=ADDITIONS)
def test_additions_are_compatible(change: Change) -> None:
    assert change_description(change) == []


def places(part: Any, *steps: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the places of all parameters, members, answers, addresses, and first values of enums."""
    for key, each in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
        if steps and (
            steps[-1] in ("properties", "parameters", "responses", "paths") or (steps[-1] == "enum" and key == 0)
        ):
            yield (*steps, key)
        yield from places(each, *steps, key)


def test_no_part_can_be_removed() -> None:
    """By default we remove every fifth part, but every part with `make soak`."""
    whole = read_frozen()
    for name in SOME:
        whole["components"]["schemas"].pop(name.removeprefix("/"))  # answers to `fields` alone
    all_steps = [steps for steps in places(whole) if steps[:2] != ("components", "responses")]
    assert len(all_steps) > 500
    undetected = []
    for steps in all_steps[:: 1 if "SOAK" in os.environ else 5]:
        holder: Any = whole
        for step in steps[:-1]:
            holder = holder[step]
        before = deepcopy(holder)
        del holder[steps[-1]]
        if not find_breaks(promised_once, whole):
            undetected.append(steps)
        if isinstance(holder, dict):
            holder.clear()
            holder.update(before)
        else:
            holder[:] = before
    assert undetected == []


promised_once = read_frozen()


class TestFreezing:
    """`make api-freeze`, which is run at a release."""

    @pytest.fixture(autouse=True)
    def temporary_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(frozen, "FROZEN", tmp_path / "v1.json")
        (tmp_path / "v1.json").write_text(json.dumps(promised_once))

    def test_breaking_change_is_not_frozen(self) -> None:
        later = deepcopy(promised_once)
        get_members(later).pop("title")
        assert frozen.freeze(later) == "Not frozen, since it would break a promise of v1:\nMeeting.title: is gone"
        assert read_frozen() == promised_once

    def test_addition_is_frozen(self) -> None:
        later = deepcopy(promised_once)
        get_members(later)["weather"] = {"type": "string", "description": "Rain."}
        assert frozen.freeze(later) == ""
        assert get_members(read_frozen())["weather"] == {"type": "string"}

    def test_frozen_description_has_names_but_no_texts(self) -> None:
        described = json.loads(build_description())
        undetected = strip_description(described)
        assert find_breaks(undetected, described) == find_breaks(described, undetected) == []
        assert {"title", "summary", "description"}.isdisjoint(undetected["paths"][MEETINGS]["get"])
        assert "title" in get_members(undetected)
