"""The page of search: choices, counts, pages, and what it costs."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils.translation import override

from agenda.models import AgendaItem
from agenda.search import finding
from agenda.search import page as pages
from agenda.search.page import MAX_PAGES, PAGE_SIZE, search
from meetings.models import Meeting
from meetings.search import question
from tests.agenda.search.finding import page, plain, shown
from tests.cast import DAY, PRESS_DATE, SECOND, make_meeting, make_topic, published
from tests.publicity import Visitor

pytestmark = pytest.mark.django_db


def with_items(configuration: str, start_date: dt.date, number: int) -> Meeting:
    """About fish, and items of it."""
    meeting = make_meeting(configuration, start_date, lead="<p>Fish</p>")
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, title=f"Fish {n}", position=n) for n in range(1, number + 1)
    )
    return meeting


@pytest.fixture
def fish(clock: Any) -> None:
    """Three meetings in two years with 25 items, and a topic."""
    meetings = [
        with_items("jha", PRESS_DATE, 20),
        with_items("agrifish", PRESS_DATE + DAY, 3),
        with_items("agrifish", dt.date(2061, 1, 20), 2),
    ]
    published(clock, *meetings, make_topic("fish"))


def facets(html: str) -> dict[str, str]:
    nav = html[html.index('class="search-facets"') :].partition("</main>")[0]
    found = re.findall(r"<li[^>]*>(.*?)</li>", nav, re.DOTALL)
    return dict(plain(one).rsplit(" ", 1) for one in found)


class TestChoices:
    def test_what_is_no_choice_is_left_out(self, visitor: Visitor, fish: None) -> None:
        everything = page(visitor, "fish")
        for more in (
            {"in": "x"},
            {"configuration": "x\0"},
            {"page": "x"},
            {"page": "0"},
            {"page": "-1"},
            {"page": "²"},
        ):
            assert page(visitor, "fish", **more) == everything

    def test_what_is_no_date_is_left_out_and_that_is_said(self, visitor: Visitor, fish: None) -> None:
        html = page(visitor, "fish", date_from="tomorrow", date_to="2060-13-01")
        assert "“tomorrow” is not a date" in html
        assert "“2060-13-01” is not a date" in html
        assert facets(html)["All"] == "29"

    def test_of_two_values_none_counts_and_that_is_said(self, visitor: Visitor, fish: None) -> None:
        html = page(visitor, "fish", configuration=["jha", "agrifish"], date_to=["2060-09-14", "2061-01-01"])
        assert "Council configuration: there are 2 of them, and only one can be chosen." in plain(html)
        assert "To: there are 2 of them" in plain(html)
        assert facets(html)["All"] == "29"

    def test_words_in_two_parts_are_looked_for_together(self, visitor: Visitor, fish: None) -> None:
        html = page(visitor, ["fish", "3"])
        assert 'value="fish 3"' in html
        assert {one.title for one in shown(visitor, ["fish", "3"])} == {"Fish 3"}

    def test_the_last_day_before_the_first_finds_nothing(self, visitor: Visitor, fish: None) -> None:
        html = page(visitor, "fish", date_from="2060-09-15", date_to="2060-09-14")
        assert "The end date must be the same as or after the start date." in html
        assert "No results" in html

    @pytest.mark.parametrize(
        ("more", "count"),
        [
            ({}, 29),
            ({"in": "meetings"}, 3),
            ({"in": "items"}, 25),
            ({"in": "topics"}, 1),
            ({"configuration": "agrifish"}, 7),
            ({"configuration": "agrifish", "in": "items"}, 5),
            ({"date_from": "2061-01-01"}, 3),
            ({"date_to": "14.9.2060"}, 22),
            ({"date_from": "15 September 2060", "date_to": "2060-12-31", "configuration": "agrifish"}, 4),
        ],
    )
    def test_each_narrows(self, visitor: Visitor, fish: None, more: dict[str, str], count: int) -> None:
        assert f"{count} result" in plain(page(visitor, "fish", **more))

    def test_they_stay_chosen_in_the_form(self, visitor: Visitor, fish: None) -> None:
        html = page(visitor, "fish", configuration="agrifish", date_from="1.9.2060", **{"in": "items"})
        assert '<option value="items" selected>' in html
        assert re.search('<option value="agrifish"[^>]* selected>', html)
        assert 'value="2060-09-01"' in html
        assert 'value="fish"' in html

    def test_where_they_leave_nothing_there_is_a_way_without_them(self, visitor: Visitor, fish: None) -> None:
        html = page(visitor, "fish", configuration="jha", **{"in": "topics"})
        assert "No results" in html
        assert '<a href="?q=fish">Search again without filters' in html


class TestCounts:
    def test_there_are_some_for_each_kind_body_and_year(self, visitor: Visitor, fish: None) -> None:
        counts = {"All": "29", "Meetings": "3", "Agenda items": "25", "Topics": "1", "JHA": "21", "AGRIFISH": "7"}
        assert facets(page(visitor, "fish")) == counts | {"2061": "3", "2060": "26"}

    def test_those_of_kinds_go_on_in_one_kind(self, visitor: Visitor, fish: None) -> None:
        found = facets(page(visitor, "fish", **{"in": "items"}))
        assert (found["All"], found["Meetings"], found["JHA"], found["2061"]) == ("29", "3", "20", "2")

    def test_a_count_leads_to_what_it_counts(self, visitor: Visitor, fish: None) -> None:
        html = page(visitor, "fish")
        for label, count in facets(html).items():
            found = re.search(rf'<a href="(\?[^"]+)"[^>]*>{label}</a>', html)
            assert found
            answer = visitor.get("/en/search/" + found[1].replace("&amp;", "&")).content.decode()
            assert f"{count} result" in plain(answer), label


class TestPages:
    def test_there_are_twenty_a_page_and_a_way_on_and_back(self, visitor: Visitor, fish: None) -> None:
        first, second = shown(visitor, "fish"), shown(visitor, "fish", page=2)
        assert (len(first), len(second)) == (PAGE_SIZE, 9)
        assert not {one.path for one in first} & {one.path for one in second}
        assert '<a href="?q=fish&amp;page=2" rel="next">' in page(visitor, "fish")
        assert '<a href="?q=fish&amp;page=1" rel="prev">' in page(visitor, "fish", page=2)

    def test_behind_the_last_there_is_the_last(self, visitor: Visitor, fish: None) -> None:
        last = page(visitor, "fish", page=2)
        for number in ("3", "26", "999999999", "9" * 400):
            assert page(visitor, "fish", page=number) == last

    def test_what_is_beyond_all_pages_is_said(
        self, visitor: Visitor, fish: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pages, "MAX_PAGES", 1)
        html = page(visitor, "fish")
        assert "We can show only the first 20 results" in html
        assert 'rel="next"' not in html

    def test_only_the_newest_are_looked_at_and_that_is_said(
        self, visitor: Visitor, fish: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for module in (question, finding, pages):
            monkeypatch.setattr(module, "MOST", 3)
        html = page(visitor, "fish")
        assert "More than 3 results" in html
        assert [one.path for one in shown(visitor, "fish")] == [one.path for one in shown(visitor, "fish", page=2)]
        assert all("2061" in one.path for one in shown(visitor, "fish"))
        assert len(shown(visitor, "fish", configuration="jha")) == 3

    def test_counts_beside_a_choice_are_told_to_be_of_the_newest_only(
        self, visitor: Visitor, fish: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The topic is none of those: a kind that none of them is of may still be chosen."""
        for module in (question, finding, pages):
            monkeypatch.setattr(module, "MOST", 3)
        html = page(visitor, "fish", **{"in": "topics"})
        assert "The numbers count only the newest 3 results." in plain(html)
        assert "in=meetings" in html

    def test_nothing_within_a_choice_is_not_nothing_at_all(self, visitor: Visitor, fish: None) -> None:
        assert "There are no results for “fish” with the filters that you chose." in plain(
            page(visitor, "fish", date_to="1999-01-01")
        )
        assert "There are no results for “zanzibar”." in plain(page(visitor, "zanzibar"))

    def test_a_day_that_has_no_page_is_not_linked(self, visitor: Visitor, fish: None) -> None:
        assert "/en/day/1900-05-01/" not in page(visitor, "1 May 1900")
        assert "/en/day/2060-05-01/" in page(visitor, "1 May 2060")

    def test_they_are_no_more_than_the_ranked(self) -> None:
        assert MAX_PAGES * PAGE_SIZE <= question.MOST


class TestAnswer:
    def test_machines_are_told_not_to_keep_it(self, visitor: Visitor, fish: None) -> None:
        response = visitor.get("/en/search/?q=fish")
        assert response["X-Robots-Tag"] == "noindex"
        assert '<meta name="robots" content="noindex">' in response.content.decode()
        assert "hreflang" not in response.content.decode().partition("</head>")[0]

    def test_other_languages_keep_what_was_typed(self, visitor: Visitor, fish: None) -> None:
        html = visitor.get("/en/search/?q=fish&in=items&page=2&x=y").content.decode()
        assert 'href="/fi/search/?q=fish&amp;in=items"' in html

    def test_it_cannot_be_posted(self, visitor: Visitor) -> None:
        assert visitor.post("/en/search/").status_code == 405

    def test_it_takes_as_many_queries_whatever_is_found(self, visitor: Visitor, fish: None) -> None:
        """One for the configurations, one for the parts, one for their documents."""
        for more in ({}, {"page": "2"}, {"in": "topics"}, {"configuration": "jha", "date_from": "2060-01-01"}):
            page(visitor, "fish", **more)
            assert len(visitor.statements) == 3, more

    @pytest.mark.parametrize("typed", ["fish whales", "fish whales salmon cod", "fysh fihs whales"])
    def test_where_nothing_has_all_words_it_takes_some_more(self, visitor: Visitor, fish: None, typed: str) -> None:
        """For beginnings, for any word, for each by itself, for words like it, and for how those are spelt."""
        page(visitor, typed)
        assert len(visitor.questions) <= 8

    def test_it_is_small(self, visitor: Visitor, fish: None) -> None:
        assert len(visitor.get("/en/search/?q=fish").content) < 60_000

    def test_a_document_that_cannot_be_read_takes_no_page_down(
        self, visitor: Visitor, fish: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("agenda.search.results.legible", lambda text, digest: None)
        assert "search-result" not in page(visitor, "fish").partition("search-results")[0]

    def test_as_of_another_time_it_shows_what_was_there_then(self, clock: Any) -> None:
        meeting = make_meeting(lead="<p>Zanzibar</p>")
        first = published(clock, meeting)
        meeting.lead = "<p>Madagascar</p>"
        meeting.save()
        second = published(clock, meeting)

        def found(word: str, at: dt.datetime) -> bool:
            request = RequestFactory().get("/en/search/", {"q": word})
            request.instant = at  # type: ignore[attr-defined]
            with override("en"):
                return "1 result" in plain(search(request).content.decode())

        before = first.available_from - SECOND
        told = [[found(word, at) for word in ("Zanzibar", "Madagascar")] for at in (before, first.available_from)]
        assert told == [[False, False], [True, False]]
        assert [found(word, second.available_from) for word in ("Zanzibar", "Madagascar")] == [False, True]
