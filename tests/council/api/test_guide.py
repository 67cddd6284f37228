"""docs/api.md: what it tells people to ask is answered, and its links lead somewhere."""

import json
import re
import shlex
from pathlib import Path

import pytest

from meetings.api.description import description
from tests.publicity import Visitor

pytestmark = pytest.mark.once

GUIDE = (Path(__file__).parents[3] / "docs" / "api.md").read_text()
SITE = "http://127.0.0.1:8000"
REFUSED = {f"{SITE}/api/v1/meetings/?presidency=GR", f"{SITE}/api/v1/meetings/?config=jha"}


def asked() -> list[str]:
    lines = [line.strip() for line in GUIDE.splitlines() if line.startswith("    curl ")]
    words = [word for line in lines for word in shlex.split(line) if word.startswith(SITE)]
    return [word.replace("$day", "2060-09-14") for word in words] + re.findall(rf"`({SITE}/[^`]+)`", GUIDE)


@pytest.mark.django_db
class TestTheGuide:
    @pytest.mark.usefixtures("one_of_each")
    @pytest.mark.parametrize("address", dict.fromkeys(asked()))
    def test_what_it_says_to_ask_is_answered(self, visitor: Visitor, address: str) -> None:
        answer = visitor.get(address.removeprefix(SITE))
        assert answer.status_code == (400 if address in REFUSED else 200), answer.content

    def test_each_block_runs_by_itself(self) -> None:
        for block in re.findall(r"(?:^    .+\n)+", GUIDE, re.MULTILINE):
            assert set(re.findall(r"\$([a-z]+)", block)) <= set(re.findall(r"(?m)^    ([a-z]+)=", block)), block

    def test_it_says_to_ask_much(self) -> None:
        assert len(asked()) > 12


def test_every_parameter_is_in_it() -> None:
    paths = json.loads(description())["paths"].values()
    parameters = [each for path in paths for operation in path.values() for each in operation["parameters"]]
    assert {each["name"] for each in parameters if each["in"] == "query" and f"`{each['name']}`" not in GUIDE} == set()


class TestItsLinks:
    def test_lead_to_its_own_headings(self) -> None:
        titles = re.findall("(?m)^#+ (.+)$", GUIDE)
        headings = [re.sub("[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles]
        assert set(re.findall(r"\]\(#([^)]+)\)", GUIDE)) <= set(headings)
