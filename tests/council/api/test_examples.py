"""Test that the examples in the description are real answers about the meeting of September 2017 and its topic.

Run `make api-examples` to renew them after adding a member or an address.
"""

import json
import os
import re
from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import Any

import pytest
import time_machine
from django.test import RequestFactory

from council.views.errors import server_error, too_many_requests, unavailable
from meetings.api.description import build_description
from meetings.api.examples import EXAMPLES_DIR, PROBLEMS_NAME, read_example
from meetings.http.problems import ProblemType
from meetings.models import Edition
from tests.council.api.member_table import GUIDE, TABLE, build_table
from tests.council.api.september_2017 import GONE, MEETING, NOW, TOPIC, publish_september_2017
from tests.factories import make_uuid
from tests.public_requests import Visitor

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("september_2017")]

RENEWING = os.environ.get("API_EXAMPLES") == "renew"
HOST = "council.example"
REQUEST_ID = "3f1c0d5e8b7a49c2a6e0d4b9f8c7a651"
ITEM = MEETING["agenda"][0]
POINT = next(point for point in MEETING["programme"] if point["kind"] == "press_conference")
KEYS = {
    "/api/v1/meetings/{id}/": MEETING["id"],
    "/api/v1/topics/{id}/": TOPIC["id"],
    "/api/v1/agenda-items/{id}/": ITEM["id"],
    "/api/v1/programme/{id}/": POINT["id"],
    "/api/v1/files/{file}/": "2016-0133-cod",
    "/api/v1/media-links/{id}/": MEETING["links"][0]["id"],
    "/api/v1/configurations/{slug}/": "jha",
    "/api/v1/presidencies/{period}/": "2017-2",
}
NARROWED = {"/api/v1/presidencies/": {"country": "EE"}, "/api/v1/media-links/": {"kind": "live_stream"}}
NARROWED["/api/v1/programme/"] = {"kind": "press_conference"}
WITHOUT_EXAMPLE = {"getSchema", "getDump"}  # too large; and its digest depends on the version of zlib


@pytest.fixture
def september_2017(committed: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.ALLOWED_HOSTS = [HOST]
    ids = (make_uuid(f"edition {number}") for number in count(1))
    monkeypatch.setattr(Edition._meta.pk, "_get_default", partial(next, ids))  # the change feed has them
    with time_machine.travel(NOW, tick=False):
        publish_september_2017()
        yield


def request_examples(path: str, operation: dict[str, Any]) -> str:
    """Return a short address for the operation."""
    if "{" in path:
        return re.sub("{.*}", KEYS[path], path)
    names = {parameter["name"] for parameter in operation["parameters"]}
    words = {"limit": "1", **NARROWED.get(path, {})}
    query = "&".join(f"{name}={word}" for name, word in words.items() if name in names)
    return f"{path}?{query}" if query else path


def read_answers(visitor: Visitor) -> dict[str, Any]:
    """Return the answers by operation, and the problems by type."""
    found: dict[str, Any] = {}
    for path, methods in json.loads(build_description())["paths"].items():
        for operation in methods.values():
            if operation["operationId"] not in WITHOUT_EXAMPLE:
                request = request_examples(path, operation)
                answer = visitor.get(request, secure=True, headers={"host": HOST})
                assert answer.status_code == 200, answer.content
                found[operation["operationId"]] = {"request": request, "answer": answer.json()}
    return found | {PROBLEMS_NAME: dict(problems(visitor))}


def problems(visitor: Visitor) -> Iterator[tuple[str, Any]]:
    """Yield the problems by type, all with the same request id."""
    ask = partial(request_example, visitor)
    failed = RequestFactory().get("/api/v1/meetings/")
    failed.request_id = REQUEST_ID  # type: ignore[attr-defined]
    for answer in (
        ask("/api/v1/meetings/?presidency=GR"),
        ask("/api/v1/meetings/", host="elsewhere.example"),
        ask("/api/v1/meeting/"),
        ask(f"/api/v1/meetings/{GONE}/"),
        ask("/api/v1/meetings/", accept="image/png"),
        ask("/api/v1/meetings/", method="post"),
        ask("/api/v1/meetings/", if_match='"another"'),
        ask(f"/api/v1/meetings/?place={'x' * 4000}"),
        ask("/api/v1/meetings/", accept_language="x" * 1001),
        too_many_requests(failed, 42),
        server_error(failed),
        unavailable(failed),
    ):
        problem = json.loads(answer.content)
        yield problem["type"], problem


def request_example(visitor: Visitor, address: str, method: str = "get", **headers: str) -> Any:
    return getattr(visitor, method)(address, secure=True, headers={"host": HOST, "x-request-id": REQUEST_ID} | headers)


def test_examples_are_real_answers(visitor: Visitor) -> None:
    found = read_answers(visitor)
    if RENEWING:
        for name, example in found.items():
            (EXAMPLES_DIR / f"{name}.json").write_text(json.dumps(example, indent=1, ensure_ascii=False) + "\n")
    examples = {file.stem: json.loads(file.read_text()) for file in EXAMPLES_DIR.glob("*.json")}
    assert {name for name in {*examples, *found} if examples.get(name) != found.get(name)} == set(), (
        "The API answers otherwise than its examples say. If that is meant: make api-examples."
    )


def test_guide_has_all_members_in_one_table() -> None:
    text = GUIDE.read_text()
    if RENEWING:
        text = TABLE.sub(lambda _found: build_table(), text)
        GUIDE.write_text(text)
    assert TABLE.findall(text) == [build_table()], "The table is old: make api-examples."


def test_every_answer_and_problem_has_an_example(visitor: Visitor) -> None:
    described = json.loads(build_description())
    for methods in described["paths"].values():
        for operation in methods.values():
            if operation["operationId"] not in WITHOUT_EXAMPLE:
                [example] = operation["responses"]["200"]["content"]["application/json"]["examples"].values()
                assert example["value"] == read_example(operation["operationId"])["answer"]
    for response in described["components"]["responses"].values():
        [content] = response["content"].values()
        assert content["examples"]
        for name, example in content["examples"].items():
            assert example["value"]["type"] == ProblemType(f"/api/problems/{name}/")
