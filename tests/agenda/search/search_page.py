"""Helpers that read the search page."""

import re
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import urlencode

from agenda.workflow.drafts import Subject
from meetings.models import Edition
from tests import actions
from tests.public_requests import Visitor

RESULT = re.compile(r'<li class="row search-result".*?\n</li>', re.DOTALL)


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


def list_results(visitor: Visitor, typed: str | list[str], language: str = "en", **more: Any) -> list[ShownResult]:
    found = []
    for html in RESULT.findall(fetch_search_page(visitor, typed, language, **more)):
        link = re.search(r'<a href="([^"]+)"[^>]*>(.*?)</a>', html, re.DOTALL)
        assert link
        found.append(ShownResult(strip_html(link[2]), link[1], html))
    return found


def list_result_titles(visitor: Visitor, typed: str | list[str], language: str = "en", **more: Any) -> list[str]:
    """Return the titles of the results that have all words of the query."""
    if "There are no results with all of these words" in fetch_search_page(visitor, typed, language, **more):
        return []
    return [one.title for one in list_results(visitor, typed, language, **more)]


def publish_approved(clock: Any, meeting: Subject) -> Edition:
    """Publish the meeting or topic in all its languages."""
    actions.submit(meeting)
    actions.approve(meeting)
    [edition] = actions.publish_approved(meeting)
    clock.move_to(edition.available_from)
    return edition
