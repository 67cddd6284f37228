"""The API's documentation: pages made of the description, for people, without a script and from nowhere else."""

import json
import re
from html import unescape
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from meetings.api.description import description
from meetings.problem_types import MEANINGS
from meetings.problems import ProblemType
from tests.council.api.published import publish_one_of_each
from tests.council.api.test_description import schemas
from tests.outside import SCREENS, NuChecker, PageOpener
from tests.publicity import Visitor

pytestmark = [pytest.mark.once, pytest.mark.django_db]
DOCS = "/api/docs/"
LINES_OF_THE_HEADER = """() => [...document.querySelectorAll(".site-nav a, .language-name")].map(word => {
    const range = document.createRange();
    range.selectNodeContents(word);
    return Math.round(range.getBoundingClientRect().bottom);
})"""
PROBLEMS = [type_.value for type_ in ProblemType]


def page(visitor: Visitor, address: str = DOCS) -> str:
    answer = visitor.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert visitor.statements == []
    return re.sub(r"\s+", " ", answer.content.decode())


def operations(shown: str) -> list[dict[str, str]]:
    found = re.finditer('<article class="operation" id="(?P<id>[^"]+)"(?P<told>.*?)</article>', shown)
    return [each.groupdict() for each in found]


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

    def test_its_links_lead_somewhere(self, visitor: Visitor, clock: Any) -> None:
        publish_one_of_each(clock)
        shown = page(visitor)
        for anchor in set(re.findall('href="#([^"]+)"', shown)):
            assert f'id="{anchor}"' in shown
        for address in map(unescape, re.findall('href="(/(?:api|en)/[^"]+)"', shown)):
            assert visitor.get(address).status_code == 200, address
        for address in re.findall("<code>(/en/[^<]+)</code>", shown):
            assert visitor.get(address).status_code == 200, address

    def test_it_names_everything_as_people_do(self, visitor: Visitor) -> None:
        titles = re.findall("<h2[^>]*>([^<]+)</h2>", page(visitor))
        assert {"Agenda items", "Media links", "Recipes", "Calendars and feeds", "A copy in step"} <= set(titles)
        assert "AgendaItems" not in titles

    def test_an_operation_names_no_problem_but_its_own(self, visitor: Visitor) -> None:
        shown = page(visitor)
        told = {each["id"]: re.findall('href="/api/problems/([^"]+)/"', each["told"]) for each in operations(shown)}
        assert told["listMeetings"] == []
        assert told["getMeeting"] == ["not-found", "withdrawn"]
        assert told["getPresidency"] == ["not-found"]
        assert shown.count('<a href="/api/problems/bad-parameter/">') == 1

    def test_the_rate_is_that_of_the_site(self, visitor: Visitor, settings: Any) -> None:
        settings.API_RATE = "1200/minute"
        assert "about 1200 answers per minute;" in page(visitor)
        settings.API_RATE = "500 per 5 minute"
        assert "about 500 answers per 5 minutes;" in page(visitor)
        settings.API_RATE = ""
        assert "answers per" not in page(visitor)

    def test_the_dump_is_of_the_site_that_it_stands_on(self, visitor: Visitor) -> None:
        assert "dump_public --base-url http://testserver/ " in page(visitor)

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
            shown.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
            assert open_page.problems == []
            assert shown.evaluate("document.documentElement.scrollWidth") <= width
            found = Axe().run(shown).response["violations"]
            open_page.problems.clear()  # what axe does itself to look at stylesheets goes against our policy
            assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []

    def test_a_telephone_has_it_folded_and_the_contents_at_hand(
        self, db: None, live_server: Any, open_page: PageOpener
    ) -> None:
        shown = open_page(f"{live_server.url}{DOCS}", width=320)
        assert shown.evaluate("document.documentElement.scrollHeight") < 25_000
        shown.locator("#Topics").scroll_into_view_if_needed()
        back = shown.get_by_role("link", name="Contents", exact=True)
        expect(back).to_be_in_viewport()
        back.click()
        assert shown.url.endswith("#contents")

    @pytest.mark.parametrize(("width", "lines"), [(320, 2), (1280, 1)])
    @pytest.mark.parametrize("address", [DOCS, "/en/"])
    @pytest.mark.usefixtures("db")
    def test_all_of_the_header_stands_on_one_line_or_its_languages_above(
        self, live_server: Any, open_page: PageOpener, address: str, width: int, lines: int
    ) -> None:
        *links, languages = open_page(f"{live_server.url}{address}", width=width).evaluate(LINES_OF_THE_HEADER)
        assert len(set(links)) == 1
        assert len({*links, languages}) == lines

    @pytest.mark.parametrize("address", [DOCS, PROBLEMS[0]])
    def test_it_is_valid_html(self, visitor: Visitor, nu_checker: NuChecker, address: str) -> None:
        assert nu_checker(visitor.get(address).content.decode()) == []
