"""Test docs/api.md: its examples work, and its links have targets."""

import datetime as dt
import json
import re
import shlex
from contextlib import closing
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from meetings.api.description import build_description
from meetings.documents.choices import Outcome
from meetings.documents.schema import MeetingDocument
from meetings.editions.freezing import create_edition
from tests.council.api.september_2017 import MEETING, build_document, publish_september_2017
from tests.factories import make_uuid
from tests.paths import ROOT
from tests.public_requests import Visitor, lifted_guards

pytestmark = pytest.mark.once

GUIDE = (ROOT / "docs" / "api.md").read_text()
SITE = "http://127.0.0.1:8000"
REFUSED = {f"{SITE}/api/v1/meetings/?presidency=GR", f"{SITE}/api/v1/meetings/?config=jha"}


CORRECTED = dt.datetime(2017, 9, 14, 17, 0, tzinfo=dt.UTC)


def list_addresses(day: str = "2060-09-14") -> list[str]:
    """Return the addresses in the guide. `day` replaces today's date."""
    lines = [line.strip() for line in GUIDE.splitlines() if line.startswith("    curl ")]
    words = [word for line in lines for word in shlex.split(line) if word.startswith(SITE)]
    return [word.replace("$day", day) for word in words] + re.findall(rf"`({SITE}/[^`]+)`", GUIDE)


def publish_examples_of_the_guide() -> None:
    """Publish the meeting of September 2017 and, that evening, public items with results on the files of the guide."""
    publish_september_2017()
    procedures = [
        code for address in list_addresses() for code in parse_qs(urlsplit(address).query).get("procedure", [])
    ]
    facts = {"public": "yes", "procedure_type": "legislative", "procedures": procedures, "information_from": ["Poland"]}
    first = MEETING["agenda"][0] | facts
    results = [
        {"id": str(make_uuid(f"result {outcome}")), "outcome": outcome, "title": str(outcome.label)}
        for outcome in Outcome
    ]
    items = [
        {**first, "id": str(make_uuid(f"item {result['outcome']}")), "result": result, "links": []}
        for result in results
    ]
    with lifted_guards():
        create_edition([build_document(MEETING, MeetingDocument, agenda=[first, *items])], available_from=CORRECTED)


@pytest.mark.usefixtures("committed")
def test_examples_find_something(visitor: Visitor, clock: Any) -> None:
    """No recipe should give an empty list."""
    publish_examples_of_the_guide()
    clock.move_to(CORRECTED + dt.timedelta(hours=1))
    found = {}
    for address in dict.fromkeys(list_addresses(day="2017-09-14")):
        answer = visitor.get(address.removeprefix(SITE))
        if address not in REFUSED and "results" in (answer.json() if "json" in answer["Content-Type"] else {}):
            found[address] = len(answer.json()["results"])
    assert [address for address, number in found.items() if number == 0] == []
    assert len(found) > 10


@pytest.mark.django_db
class TestGuide:
    @pytest.mark.usefixtures("one_of_each")
    @pytest.mark.parametrize("address", dict.fromkeys(list_addresses()))
    def test_examples_are_answered(self, visitor: Visitor, address: str) -> None:
        with closing(visitor.get(address.removeprefix(SITE))) as answer:
            assert answer.status_code == (400 if address in REFUSED else 200)

    def test_blocks_define_their_variables(self) -> None:
        for block in re.findall(r"(?:^    .+\n)+", GUIDE, re.MULTILINE):
            assert set(re.findall(r"\$([a-z]+)", block)) <= set(re.findall(r"(?m)^    ([a-z]+)=", block)), block

    def test_guide_has_many_examples(self) -> None:
        assert len(list_addresses()) > 12


def test_guide_mentions_every_parameter() -> None:
    paths = json.loads(build_description())["paths"].values()
    parameters = [each for path in paths for operation in path.values() for each in operation["parameters"]]
    assert {each["name"] for each in parameters if each["in"] == "query" and f"`{each['name']}`" not in GUIDE} == set()


class TestLinks:
    def test_links_lead_to_headings(self) -> None:
        titles = re.findall("(?m)^#+ (.+)$", GUIDE)
        headings = [re.sub("[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles]
        assert set(re.findall(r"\]\(#([^)]+)\)", GUIDE)) <= set(headings)
