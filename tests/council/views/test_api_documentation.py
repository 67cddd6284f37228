"""Test the pages of the API's documentation."""

import json
import re
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import expect

from meetings.api.description import build_description
from meetings.http.problem_descriptions import PROBLEM_DESCRIPTIONS
from meetings.http.problems import ProblemType
from tests.browser.accessibility import check_accessibility
from tests.council.api.published_samples import publish_one_of_each
from tests.council.api.test_description import list_schemas
from tests.external_tools import NuChecker, PageOpener, change_screen
from tests.public_requests import Visitor
from tests.worlds import share_world

pytestmark = [pytest.mark.once, pytest.mark.django_db]
DOCS = "/api/docs/"
LINES_OF_THE_HEADER = """() => [...document.querySelectorAll(".site-nav a, .language-name")].map(word => {
    const range = document.createRange();
    range.selectNodeContents(word);
    return Math.round(range.getBoundingClientRect().bottom);
})"""
# Open some of each kind, and remove the others: axe takes long for all of them, which come from one template.
KEEP_SOME_DETAILS = """() => [...document.querySelectorAll("main details")].forEach((details, index) => {
    if (index % 15) details.remove();
    else details.open = true;
})"""
PROBLEMS = [type_.value for type_ in ProblemType]


def get_page(visitor: Visitor, address: str = DOCS) -> str:
    answer = visitor.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert visitor.statements == []
    return re.sub(r"\s+", " ", answer.content.decode())


def list_operations(page: str) -> list[dict[str, str]]:
    found = re.finditer('<article class="operation" id="(?P<id>[^"]+)"(?P<told>.*?)</article>', page)
    return [each.groupdict() for each in found]


@share_world
def documentation(clock: Any) -> str:
    return get_page(Visitor())


class TestDocumentation:
    def test_page_has_every_operation_parameter_member_and_value(self, documentation: str) -> None:
        page, described = documentation, json.loads(build_description())
        for methods in described["paths"].values():
            for operation in methods.values():
                assert f'id="{operation["operationId"]}"' in page
                for parameter in operation["parameters"]:
                    assert f"<code>{parameter['name']}</code>" in page
                    for part in list_schemas(parameter["schema"]):
                        assert all(f"<code>{word}</code>" in page for word in part.get("enum", ()))
        for name, schema in described["components"]["schemas"].items():
            assert f'id="{name}"' in page
            for member in [*schema.get("properties", {}), *filter(None, schema.get("enum", []))]:
                assert f"<code>{member}</code>" in page

    def test_links_have_targets(self, visitor: Visitor, clock: Any, documentation: str) -> None:
        publish_one_of_each(clock)
        page = documentation
        for anchor in set(re.findall('href="#([^"]+)"', page)):
            assert f'id="{anchor}"' in page
        for address in map(unescape, re.findall('href="(/(?:api|en)/[^"]+)"', page)):
            expected = 503 if address == "/api/v1/dump/" else 200  # nothing has written it
            assert visitor.get(address).status_code == expected, address
        for address in re.findall("<code>(/en/[^<]+)</code>", page):
            assert visitor.get(address).status_code == 200, address

    @pytest.mark.parametrize(
        "part", ["meetings/calendar.ics?", "search/feed", "files/", "delegations/", "press-conferences/calendar"]
    )
    def test_all_subscriptions_are_named(self, documentation: str, part: str) -> None:
        assert f"<code>/en/{part}" in documentation
        assert "<code>?cancelled=0</code>" in documentation

    def test_page_uses_names_for_people(self, documentation: str) -> None:
        titles = re.findall("<h2[^>]*>([^<]+)</h2>", documentation)
        assert {"Agenda items", "Media links", "Recipes", "Calendars and feeds", "Following changes"} <= set(titles)
        assert "AgendaItems" not in titles

    def test_operation_lists_its_own_problems_only(self, documentation: str) -> None:
        page = documentation
        problems_by_operation = {
            each["id"]: re.findall('href="/api/problems/([^"]+)/"', each["told"]) for each in list_operations(page)
        }
        assert problems_by_operation["listMeetings"] == []
        assert problems_by_operation["getMeeting"] == ["not-found", "withdrawn"]
        assert problems_by_operation["getPresidency"] == ["not-found"]
        assert page.count('<a href="/api/problems/bad-parameter/">') == 1

    def test_page_has_the_rate_of_the_site(self, visitor: Visitor, settings: Any) -> None:
        settings.API_RATE = "1200/minute"
        assert "about 1200 requests per minute." in get_page(visitor)
        settings.API_RATE = ""
        assert "requests per" not in get_page(visitor)

    def test_ids_are_unique(self, documentation: str) -> None:
        names = re.findall(' id="([^"]+)"', documentation)
        assert len(names) == len(set(names)) > 50

    def test_examples_have_the_address_of_the_site(self, documentation: str) -> None:
        assert "curl -O http://testserver/api/v1/dump/public.ndjson.gz<" in documentation
        assert "<code>curl 'http://testserver/api/v1/meetings/?configuration=jha&amp;limit=1'</code>" in documentation

    @pytest.mark.parametrize(
        ("path", "target"),
        [("/api/", DOCS), ("/api/docs", DOCS), ("/api/docs/press-conferences", f"{DOCS}press-conferences/")],
    )
    def test_short_addresses_lead_to_it(self, visitor: Visitor, path: str, target: str) -> None:
        response = visitor.get(path)
        assert (response.status_code, response["Location"]) == (302, target)

    def test_page_is_read_only(self, visitor: Visitor) -> None:
        assert visitor.post(DOCS).status_code == 405


class TestProblemPages:
    def test_every_type_has_a_description(self) -> None:
        assert list(PROBLEM_DESCRIPTIONS) == list(ProblemType)

    @pytest.mark.parametrize("address", PROBLEMS)
    def test_every_type_has_a_page(self, visitor: Visitor, address: str) -> None:
        meaning = PROBLEM_DESCRIPTIONS[ProblemType(address)]
        page = get_page(visitor, address)
        assert f"<h1>{meaning.title}</h1>" in page
        assert address in page
        assert f"Status {meaning.status}" in page

    def test_problems_have_the_documented_title(self, visitor: Visitor) -> None:
        problems = [
            visitor.get_problem(address, status) for address, status in (("meetings/?x=1", 400), ("nothing/", 404))
        ]
        assert [each["title"] for each in problems] == [
            PROBLEM_DESCRIPTIONS[ProblemType(each["type"])].title for each in problems
        ]

    def test_unknown_type_is_not_found(self, visitor: Visitor) -> None:
        answer = visitor.get("/api/problems/zanzibar/")
        assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.browser
class TestInBrowser:
    def test_page_is_accessible(self, db: None, live_server: Any, open_page: PageOpener) -> None:
        for address in (DOCS, PROBLEMS[0]):
            page = open_page(f"{live_server.url}{address}")
            page.evaluate(KEEP_SOME_DETAILS)
            assert check_accessibility(open_page, page) == []

    def test_page_on_a_phone(self, db: None, live_server: Any, open_page: PageOpener) -> None:
        page = open_page(f"{live_server.url}{DOCS}", width=320)
        assert page.evaluate("document.documentElement.scrollHeight") < 25_000
        page.locator("#Topics").scroll_into_view_if_needed()
        back = page.get_by_role("link", name="Contents", exact=True)
        expect(back).to_be_in_viewport()
        back.click()
        assert page.url.endswith("#contents")

    @pytest.mark.parametrize("address", [DOCS, "/en/"])
    @pytest.mark.usefixtures("db")
    def test_header_layout(self, live_server: Any, open_page: PageOpener, address: str) -> None:
        page = open_page(f"{live_server.url}{address}")
        for width, lines in ((320, 2), (1280, 1)):
            change_screen(page, width)
            *links, languages = page.evaluate(LINES_OF_THE_HEADER)
            assert len(set(links)) == 1, width
            assert len({*links, languages}) == lines, width

    @pytest.mark.parametrize("address", [DOCS, PROBLEMS[0]])
    def test_page_is_valid_html(self, visitor: Visitor, nu_checker: NuChecker, address: str) -> None:
        assert nu_checker(visitor.get(address).content.decode()) == []
