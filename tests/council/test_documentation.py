"""The API's documentation: pages made of the description, for people, without a script and from nowhere else."""

import json
import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from meetings.api.description import description
from meetings.problem_types import MEANINGS
from meetings.problems import ProblemType
from tests.council.api.test_description import schemas
from tests.outside import SCREENS, NuChecker, PageOpener
from tests.publicity import Visitor

pytestmark = [pytest.mark.once, pytest.mark.django_db]
DOCS = "/api/docs/"
PROBLEMS = [type_.value for type_ in ProblemType]


def page(visitor: Visitor, address: str = DOCS) -> str:
    answer = visitor.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert visitor.statements == []
    return re.sub(r"\s+", " ", answer.content.decode())


class TestTheDocumentation:
    def test_every_operation_parameter_member_and_word_is_on_it(self, visitor: Visitor) -> None:
        shown, described = page(visitor), json.loads(description())
        for methods in described["paths"].values():
            for operation in methods.values():
                assert f'id="{operation["operationId"]}"' in shown
                for parameter in operation["parameters"]:
                    assert f"<code>{parameter['name']}</code>" in shown
                    for part in schemas(parameter["schema"]):
                        assert all(f"<code>{word}</code>" in shown for word in part.get("enum", ()))
        for name, schema in described["components"]["schemas"].items():
            assert f'id="{name}"' in shown
            for member in [*schema.get("properties", {}), *filter(None, schema.get("enum", []))]:
                assert f"<code>{member}</code>" in shown

    def test_its_links_lead_somewhere(self, visitor: Visitor) -> None:
        shown = page(visitor)
        for anchor in set(re.findall('href="#([^"]+)"', shown)):
            assert f'id="{anchor}"' in shown
        for address in set(re.findall('href="(/api/[^"]+)"', shown)):
            assert visitor.get(address).status_code == 200, address

    def test_a_name_stands_on_it_once(self, visitor: Visitor) -> None:
        names = re.findall(' id="([^"]+)"', page(visitor))
        assert len(names) == len(set(names)) > 50

    def test_it_asks_of_the_site_that_it_stands_on(self, visitor: Visitor) -> None:
        assert "<code>curl 'http://testserver/api/v1/meetings/?configuration=jha&amp;limit=1'</code>" in page(visitor)

    def test_it_is_read_only(self, visitor: Visitor) -> None:
        assert visitor.post(DOCS).status_code == 405


class TestAProblem:
    def test_every_type_has_a_meaning(self) -> None:
        assert list(MEANINGS) == list(ProblemType)

    @pytest.mark.parametrize("address", PROBLEMS)
    def test_has_a_page_at_its_type(self, visitor: Visitor, address: str) -> None:
        meaning = MEANINGS[ProblemType(address)]
        shown = page(visitor, address)
        assert f"<h1>{meaning.title}</h1>" in shown
        assert address in shown
        assert f"Status {meaning.status}" in shown

    def test_is_told_in_the_same_words_where_it_happens(self, visitor: Visitor) -> None:
        told = [visitor.problem(address, status) for address, status in (("meetings/?x=1", 400), ("nothing/", 404))]
        assert [each["title"] for each in told] == [MEANINGS[ProblemType(each["type"])].title for each in told]

    def test_that_there_is_not_has_none(self, visitor: Visitor) -> None:
        answer = visitor.get("/api/problems/zanzibar/")
        assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.browser
class TestInABrowser:
    @pytest.mark.parametrize(("width", "colours"), SCREENS)
    def test_everyone_can_read_it(
        self, db: None, live_server: Any, open_page: PageOpener, width: int, colours: Any
    ) -> None:
        for address in (DOCS, PROBLEMS[0]):
            shown = open_page(f"{live_server.url}{address}", width=width, colour_scheme=colours)
            assert open_page.problems == []
            assert shown.evaluate("document.documentElement.scrollWidth") <= width
            found = Axe().run(shown).response["violations"]
            open_page.problems.clear()  # what axe does itself to look at stylesheets goes against our policy
            assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []

    @pytest.mark.parametrize("address", [DOCS, PROBLEMS[0]])
    def test_it_is_valid_html(self, visitor: Visitor, nu_checker: NuChecker, address: str) -> None:
        assert nu_checker(visitor.get(address).content.decode()) == []
