"""Helpers that read the search page, and that search without a page."""

import re
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import override

from agenda.search.queries import MatchMode, SearchScope, search_parts
from agenda.search.query_parser import parse_query
from agenda.search.results import load_results
from agenda.workflow.drafts import Subject
from meetings.models import Edition
from tests import actions
from tests.public_requests import Visitor, allow_public_reads

RESULT = re.compile(r'<li class="row search-result".*?(?=<li class="row search-result"|</ol>)', re.DOTALL)


class ShownResult(NamedTuple):
    title: str
    path: str
    html: str

    @property
    def text(self) -> str:
        return strip_html(self.html)


def strip_html(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", "", html)).split())


def fetch_search_page(visitor: Visitor, typed: str | list[str], language: str = "en", **more: Any) -> str:
    """Return the HTML of the page's main element and everything after it."""
    response = visitor.get(f"/{language}/search/?{urlencode({'q': typed, **more}, doseq=True)}")
    assert response.status_code == 200
    body: str = response.content.decode()
    return body[body.index("<main") :]


def read_results(page: str) -> list[ShownResult]:
    found = []
    for html in RESULT.findall(page):
        link = re.search(r'<a href="([^"]+)"[^>]*>(.*?)</a>', html, re.DOTALL)
        assert link
        found.append(ShownResult(strip_html(link[2]), link[1], html))
    return found


def list_results(visitor: Visitor, typed: str | list[str], language: str = "en", **more: Any) -> list[ShownResult]:
    return read_results(fetch_search_page(visitor, typed, language, **more))


def list_result_titles(visitor: Visitor, typed: str | list[str], language: str = "en", **more: Any) -> list[str]:
    """Return the titles of the results that have all words of the query."""
    page = fetch_search_page(visitor, typed, language, **more)
    if "There are no results with all of these words" in page:
        return []
    return [result.title for result in read_results(page)]


def search(typed: str, language: str = "en") -> list[ShownResult]:
    """Return the results that have all words of the query, as the public role finds them, without a page."""
    query = parse_query(typed, language)
    if not query.terms:
        return []
    with allow_public_reads(), override(language):
        outcome = search_parts(query.terms, SearchScope(timezone.now(), language))
        results = [] if outcome.mode is MatchMode.ANY else load_results(outcome.hits, outcome.terms)
    return [
        ShownResult(strip_html(result.title.html), result.path, " ".join(extract.html for extract in result.extracts))
        for result in results
    ]


def search_titles(typed: str, language: str = "en") -> list[str]:
    return [result.title for result in search(typed, language)]


def publish_approved(clock: Any, meeting: Subject) -> Edition:
    """Publish the meeting or topic in all its languages."""
    actions.submit(meeting)
    actions.approve(meeting)
    [edition] = actions.publish_approved(meeting)
    clock.move_to(edition.available_from)
    return edition
