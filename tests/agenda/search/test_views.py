"""The search page: filters, counts, pagination and the number of queries."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import timezone
from django.utils.translation import override

from agenda.models import AgendaItem
from agenda.search import queries
from agenda.search import views as pages
from agenda.search.meeting_words import list_typed_words
from agenda.search.views import MAX_PAGES, PAGE_SIZE, search
from meetings.documents.choices import Language, MeetingStatus
from meetings.models import Meeting
from meetings.search import search_sql
from tests.agenda.search.search_page import fetch_search_page, list_results, read_results, strip_html
from tests.agenda.workflow.users import save_changes
from tests.factories import DAY, PRESS_DATE, SECOND, make_meeting, make_topic, publish, publish_now
from tests.public_requests import Visitor
from tests.worlds import share_world

pytestmark = pytest.mark.usefixtures("fish")


def make_fish_meeting(configuration: str, start_date: dt.date, number: int) -> Meeting:
    """Return a meeting about fish, with items on it."""
    meeting = make_meeting(configuration, start_date, lead="<p>Fish</p>")
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, title=f"Fish {n}", position=n) for n in range(1, number + 1)
    )
    return meeting


@share_world
def fish(clock: Any) -> None:
    """Publish three meetings in two years with 25 items, and a topic."""
    meetings = [
        make_fish_meeting("jha", PRESS_DATE, 20),
        make_fish_meeting("agrifish", PRESS_DATE + DAY, 3),
        make_fish_meeting("agrifish", dt.date(2061, 1, 20), 2),
    ]
    publish_now(clock, *meetings, make_topic("fish"))


def read_facets(html: str) -> dict[str, str]:
    nav = html[html.index('class="search-facets"') :].partition("</nav>")[0]
    found = re.findall(r"<li[^>]*>(.*?)</li>", nav, re.DOTALL)
    return dict(strip_html(entry).rsplit(" ", 1) for entry in found)


def test_only_pages_in_other_languages_advise_english(visitor: Visitor) -> None:
    assert "Try searching in English" not in fetch_search_page(visitor, "whales")
    assert "Try searching in English" in fetch_search_page(visitor, "whales", "fr")


@pytest.mark.once
class TestStatuses:
    @pytest.fixture
    def cancelled(self, clock: Any) -> None:
        meeting = make_meeting("env", PRESS_DATE + 2 * DAY, status="cancelled", status_reason="Snow.")
        other = make_meeting("fac", PRESS_DATE + 3 * DAY, status="cancelled", status_reason="Snow.")
        publish_now(clock, meeting)
        publish(other, at=timezone.now() + DAY)

    @pytest.mark.usefixtures("cancelled")
    @pytest.mark.parametrize("typed", ["cancelled", "Canceled", "CANCELLED", "cancelled meetings"])
    def test_status_finds_meetings(self, visitor: Visitor, typed: str) -> None:
        html = fetch_search_page(visitor, typed)
        assert re.findall(r'<h3 class="row-title"><a href="([^"]*)"', html) == ["/en/meetings/env/2060/09/16/"]
        assert '<a href="/en/meetings/?status=cancelled">' in html
        assert "No results" not in html

    @pytest.mark.usefixtures("cancelled")
    @pytest.mark.parametrize(
        ("language", "typed"),
        [("fr", "annulée"), ("fr", "Réunions annulées"), ("fr", "cancelled"), ("el", "ακυρώθηκε"), ("fi", "peruttu")],
    )
    def test_status_in_language_of_page(self, visitor: Visitor, language: str, typed: str) -> None:
        html = fetch_search_page(visitor, typed, language)
        assert f'<a href="/{language}/meetings/?status=cancelled">' in html
        assert "with the status" not in fetch_search_page(visitor, "annulée")

    @pytest.mark.usefixtures("cancelled")
    @pytest.mark.parametrize("typed", ["Conseil Environnement annulé", "annulé ENVI", "Environnement annulée"])
    def test_status_with_configuration_in_language_of_page(self, visitor: Visitor, typed: str) -> None:
        html = fetch_search_page(visitor, typed, "fr")
        assert '<a href="/fr/meetings/?status=cancelled&amp;configuration=env">' in html

    @pytest.mark.parametrize("language", Language.values)
    def test_every_status_has_one_meaning_in_every_language(self, language: str) -> None:
        words = [word for status in MeetingStatus.values for word in list_typed_words(status, language)]
        assert len(words) == len({*words})

    @pytest.mark.usefixtures("cancelled")
    def test_status_with_configuration(self, visitor: Visitor) -> None:
        html = fetch_search_page(visitor, "Environment cancelled")
        assert re.findall(r'<h3 class="row-title"><a href="([^"]*)"', html)[0] == "/en/meetings/env/2060/09/16/"
        link = '<a href="/en/meetings/?status=cancelled&amp;configuration=env">'
        assert f"{link}All meetings with the status “cancelled”: <span>Environment</span></a>" in html
        assert "Subscribe to meetings with the status “cancelled”: <span>Environment</span></h2>" in html
        assert "with the status" not in fetch_search_page(visitor, "JHA cancelled")
        assert "with the status" not in fetch_search_page(visitor, "cancelled", **{"in": "topics"})
        assert "with the status" not in fetch_search_page(visitor, "bees cancelled")

    @pytest.mark.usefixtures("cancelled")
    @pytest.mark.parametrize("typed", ["cancelled transport", "Cancelled Transport Council meetings"])
    def test_status_with_a_part_of_a_name(self, visitor: Visitor, clock: Any, typed: str) -> None:
        publish_now(clock, make_meeting("tte", status="cancelled", status_reason="Snow."))
        html = fetch_search_page(visitor, typed)
        assert re.findall(r'<h3 class="row-title"><a href="([^"]*)"', html) == ["/en/meetings/tte/2060/09/14/"]

    @pytest.mark.usefixtures("cancelled")
    def test_status_in_any_language_with_a_name(self, visitor: Visitor) -> None:
        html = fetch_search_page(visitor, "annulée environment")
        assert '<a href="/en/meetings/?status=cancelled&amp;configuration=env">' in html
        assert "with the status" not in fetch_search_page(visitor, "annulée fish")

    @pytest.mark.usefixtures("cancelled")
    def test_subscription_is_that_of_the_filtered_list(self, visitor: Visitor) -> None:
        html = visitor.get("/en/search/?q=Environment+cancelled").content.decode()
        assert 'href="/en/meetings/feed.atom?status=cancelled&amp;configuration=env"' in html.partition("</head>")[0]
        assert 'href="webcal://testserver/en/meetings/calendar.ics?status=cancelled&amp;configuration=env"' in html
        assert "search/calendar.ics" not in html
        assert "search/feed.atom" not in html
        assert "without cancelled meetings" not in html

    def test_moved_is_not_a_status(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting("env", status="postponed", status_reason="Snow."))
        assert "with the status" in fetch_search_page(visitor, "postponed")
        assert "with the status" not in fetch_search_page(visitor, "moved")

    def test_moved_meeting_is_not_postponed(self, visitor: Visitor, clock: Any) -> None:
        """It has the status “postponed” too, but it takes place."""
        meeting = make_meeting("env", status="postponed", status_reason="Snow.")
        publish_now(clock, make_meeting("fac", status="postponed", status_reason="Snow."))
        publish_now(clock, meeting)
        days: dict[str, Any] = {"start_date": PRESS_DATE + 9 * DAY, "end_date": PRESS_DATE + 9 * DAY}
        publish_now(clock, save_changes(meeting, status_reason="Ice.", **days))
        html = fetch_search_page(visitor, "postponed")
        assert re.findall(r'<h3 class="row-title"><a href="([^"]*)"', html) == ["/en/meetings/fac/2060/09/14/"]
        [found] = re.findall(r'<a href="([^"]*status=postponed[^"]*)">All meetings', html)
        listed = visitor.get(found.replace("&amp;", "&")).content.decode()
        assert "/en/meetings/fac/2060/09/14/" in listed
        assert "/en/meetings/env/" not in listed

    @pytest.mark.usefixtures("cancelled")
    def test_nothing_follows_that_has_only_some_of_the_words(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting("gac", title="Meetings of ministers"))
        html = fetch_search_page(visitor, "cancelled meetings")
        assert "with the status" in html
        assert "Meetings of ministers" not in strip_html(html)

    def test_status_without_meetings(self, visitor: Visitor) -> None:
        html = fetch_search_page(visitor, "cancelled")
        assert "No results" in html
        assert "status=cancelled" not in html


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("Press conferences", "/en/press-conferences/"),
        ("press", "/en/press-conferences/"),
        ("live-stream", "/en/press-conferences/"),
        ("livestream", "/en/press-conferences/"),
        ("delayed", "/en/day/"),
        ("moved", "/en/meetings/corrections/?kind=moved"),
    ],
)
def test_words_lead_to_the_page_that_answers(visitor: Visitor, typed: str, path: str) -> None:
    html = fetch_search_page(visitor, typed)
    assert f'<p class="search-day"><a href="{path}">' in html
    assert "Check your spelling" not in html
    assert f'<p class="search-day"><a href="{path}">' not in fetch_search_page(visitor, f"{typed} fish")


def test_filters_can_be_removed_beside_a_page_that_answers(visitor: Visitor) -> None:
    assert "Search again without filters" in fetch_search_page(visitor, "moved", date_from="2017-01-01")


def test_words_in_language_of_page_lead_there(visitor: Visitor) -> None:
    for typed, path in (
        ("Conférence de presse", "press-conferences/"),
        ("déplacées", "meetings/corrections/?kind=moved"),
    ):
        assert f'<p class="search-day"><a href="/fr/{path}">' in fetch_search_page(visitor, typed, "fr")
        assert '<p class="search-day">' not in fetch_search_page(visitor, typed, "en")


class TestFilters:
    def test_invalid_filters_are_ignored(self, visitor: Visitor) -> None:
        unfiltered = fetch_search_page(visitor, "fish")
        for more in (
            {"page": "x"},
            {"page": "0"},
            {"page": "-1"},
            {"page": "²"},
        ):
            assert fetch_search_page(visitor, "fish", **more) == unfiltered

    def test_unknown_kind_and_configuration_are_ignored_with_a_notice(self, visitor: Visitor) -> None:
        html = fetch_search_page(visitor, "fish", **{"in": "x", "configuration": "x\0y"})
        assert "Search in: “x” is not one of the values." in html
        assert "Council configuration: “xy” is not one of the values." in html
        assert len(read_results(html)) == PAGE_SIZE

    def test_invalid_dates_are_ignored_with_a_notice(self, visitor: Visitor) -> None:
        html = fetch_search_page(visitor, "fish", date_from="tomorrow", date_to="2060-13-01")
        assert "“tomorrow” is not a date" in html
        assert "“2060-13-01” is not a date" in html
        assert read_facets(html)["All"] == "29"

    def test_repeated_filters_are_ignored_with_a_notice(self, visitor: Visitor) -> None:
        html = fetch_search_page(
            visitor, "fish", configuration=["jha", "agrifish"], date_to=["2060-09-14", "2061-01-01"]
        )
        assert "Council configuration: choose one value. The address has 2." in strip_html(html)
        assert "To: choose one value. The address has 2." in strip_html(html)
        assert read_facets(html)["All"] == "29"

    def test_repeated_queries_are_joined(self, visitor: Visitor) -> None:
        html = fetch_search_page(visitor, ["fish", "3"])
        assert 'value="fish 3"' in html
        assert {result.title for result in read_results(html)} == {"Fish 3"}

    def test_end_date_before_start_date(self, visitor: Visitor) -> None:
        html = fetch_search_page(visitor, "fish", date_from="2060-09-15", date_to="2060-09-14")
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
    def test_each_filter_narrows_the_results(self, visitor: Visitor, more: dict[str, str], count: int) -> None:
        assert f"{count} result" in strip_html(fetch_search_page(visitor, "fish", **more))

    def test_form_keeps_the_filters(self, visitor: Visitor) -> None:
        html = fetch_search_page(visitor, "fish", configuration="agrifish", date_from="1.9.2060", **{"in": "items"})
        assert '<option value="items" selected>' in html
        assert re.search('<option value="agrifish"[^>]* selected>', html)
        assert 'value="2060-09-01"' in html
        assert 'value="fish"' in html

    def test_no_results_offer_a_search_without_filters(self, visitor: Visitor) -> None:
        html = fetch_search_page(visitor, "fish", configuration="jha", **{"in": "topics"})
        assert "No results" in html
        assert '<a href="?q=fish">Search again without filters' in html


class TestFacetCounts:
    def test_counts_by_type_configuration_and_year(self, visitor: Visitor) -> None:
        counts = {"All": "29", "Meetings": "3", "Agenda items": "25", "Topics": "1", "JHA": "21", "AGRIFISH": "7"}
        assert read_facets(fetch_search_page(visitor, "fish")) == counts | {"2061": "3", "2060": "26"}

    def test_counts_within_one_type(self, visitor: Visitor) -> None:
        found = read_facets(fetch_search_page(visitor, "fish", **{"in": "items"}))
        assert (found["All"], found["Meetings"], found["JHA"], found["2061"]) == ("29", "3", "20", "2")

    def test_facet_links_to_as_many_results(self, visitor: Visitor) -> None:
        html = fetch_search_page(visitor, "fish")
        for label, count in read_facets(html).items():
            found = re.search(rf'<a href="(\?[^"]+)"[^>]*>{label}</a>', html)
            assert found
            answer = visitor.get("/en/search/" + found[1].replace("&amp;", "&")).content.decode()
            assert f"{count} result" in strip_html(answer), label


class TestPagination:
    def test_twenty_results_per_page(self, visitor: Visitor) -> None:
        pages = fetch_search_page(visitor, "fish"), fetch_search_page(visitor, "fish", page=2)
        first, second = map(read_results, pages)
        assert (len(first), len(second)) == (PAGE_SIZE, 9)
        assert not {result.path for result in first} & {result.path for result in second}
        assert '<a href="?q=fish&amp;page=2" rel="next">' in pages[0]
        assert '<a href="?q=fish&amp;page=1" rel="prev">' in pages[1]

    def test_number_after_the_last_page_shows_the_last_page(self, visitor: Visitor) -> None:
        last = fetch_search_page(visitor, "fish", page=2)
        for number in ("3", "26", "999999999", "9" * 400):
            assert fetch_search_page(visitor, "fish", page=number) == last

    def test_notice_if_there_are_too_many_pages(self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pages, "MAX_PAGES", 1)
        html = fetch_search_page(visitor, "fish")
        assert "We can show only the first 20 results" in html
        assert 'rel="next"' not in html

    def test_notice_if_only_the_newest_are_ranked(self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
        for module in (search_sql, queries, pages):
            monkeypatch.setattr(module, "MAX_RANKED_PARTS", 3)
        html = fetch_search_page(visitor, "fish")
        assert "More than 3 results" in html
        found = [result.path for result in read_results(html)]
        assert found == [result.path for result in list_results(visitor, "fish", page=2)]
        assert all("2061" in path for path in found)
        assert len(list_results(visitor, "fish", configuration="jha")) == 3
        assert list_results(visitor, "fish", configuration="jha", **{"in": "topics"}) == []

    def test_notice_if_facets_count_only_the_newest(self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
        """The topic is not among the newest. A type without results among the newest can still be chosen."""
        for module in (search_sql, queries, pages):
            monkeypatch.setattr(module, "MAX_RANKED_PARTS", 3)
        html = fetch_search_page(visitor, "fish", **{"in": "topics"})
        assert "The numbers count only the newest 3 results." in strip_html(html)
        assert "in=meetings" in html

    def test_no_results_with_and_without_filters(self, visitor: Visitor) -> None:
        assert "There are no results for “fish” with the filters that you chose." in strip_html(
            fetch_search_page(visitor, "fish", date_to="1999-01-01")
        )
        assert "There are no results for “zanzibar”." in strip_html(fetch_search_page(visitor, "zanzibar"))

    def test_day_without_a_page_is_not_linked(self, visitor: Visitor) -> None:
        assert "/en/day/1900-05-01/" not in fetch_search_page(visitor, "1 May 1900")
        assert "/en/day/2060-05-01/" in fetch_search_page(visitor, "1 May 2060")

    def test_all_pages_fit_into_the_ranked_results(self) -> None:
        assert MAX_PAGES * PAGE_SIZE <= search_sql.MAX_RANKED_PARTS


class TestResponse:
    def test_page_is_not_indexed(self, visitor: Visitor) -> None:
        response = visitor.get("/en/search/?q=fish")
        assert response["X-Robots-Tag"] == "noindex"
        assert '<meta name="robots" content="noindex">' in response.content.decode()
        assert "hreflang" not in response.content.decode().partition("</head>")[0]

    def test_language_links_keep_the_query(self, visitor: Visitor) -> None:
        html = visitor.get("/en/search/?q=fish&in=items&page=2&x=y").content.decode()
        assert 'href="/fi/search/?q=fish&amp;in=items"' in html

    def test_post_is_not_allowed(self, visitor: Visitor) -> None:
        assert visitor.post("/en/search/").status_code == 405

    def test_number_of_queries(self, visitor: Visitor) -> None:
        """There is one query for the parts and one for what they show; the first also reads the configurations."""
        fetch_search_page(visitor, "fish")
        assert len(visitor.queries) == 3
        filters = {"configuration": "jha", "date_from": "2060-01-01"}
        for more in ({"page": "1"}, {"page": "2"}, {"in": "topics"}, filters):
            fetch_search_page(visitor, "fish", **more)
            assert len(visitor.queries) == 2, more

    def test_no_document_is_read(self, visitor: Visitor) -> None:
        """Nor for a suggestion."""
        for typed in ("fish", "fihs"):
            fetch_search_page(visitor, typed)
            assert not [sql for sql in visitor.statements if "meetings_storeddocument" in sql], typed

    @pytest.mark.parametrize("typed", ["fish whales", "fish whales salmon cod", "fysh fihs whales"])
    def test_number_of_queries_with_suggestions(self, visitor: Visitor, typed: str) -> None:
        """There are queries for prefixes, any word, each word, similar words, and for words with other spaces.

        Each of the last two also reads the spelling.
        """
        fetch_search_page(visitor, typed)
        assert len(visitor.queries) <= 11

    def test_page_is_small(self, visitor: Visitor) -> None:
        assert len(visitor.get("/en/search/?q=fish").content) < 60_000

    def test_unreadable_result_is_skipped(self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("agenda.search.results.decode_result_content_or_none", lambda text, key: None)
        assert "search-result" not in fetch_search_page(visitor, "fish").partition("search-results")[0]

    def test_search_at_another_instant(self, clock: Any) -> None:
        meeting = make_meeting("env", lead="<p>Zanzibar</p>")
        first = publish_now(clock, meeting)
        meeting.lead = "<p>Madagascar</p>"
        meeting.save()
        second = publish_now(clock, meeting)

        def found(word: str, at: dt.datetime) -> bool:
            request = RequestFactory().get("/en/search/", {"q": word})
            request.instant = at  # type: ignore[attr-defined]
            with override("en"):
                return "1 result" in strip_html(search(request).content.decode())

        before = first.available_from - SECOND
        early_results = [
            [found(word, at) for word in ("Zanzibar", "Madagascar")] for at in (before, first.available_from)
        ]
        assert early_results == [[False, False], [True, False]]
        assert [found(word, second.available_from) for word in ("Zanzibar", "Madagascar")] == [False, True]


@pytest.mark.once
class TestNamedConfigurations:
    @pytest.mark.parametrize(
        ("language", "typed", "slug"),
        [
            ("fr", "JAI", "jha"),
            ("fr", "CAG", "gac"),
            ("fr", "EJCS", "eycs"),
            ("el", "ΔΕΥ", "jha"),
            ("pl", "WSiSW", "jha"),
            ("el", "Συμβούλιο Περιβάλλοντος", "env"),
            ("el", "Συμβούλιο Δικαιοσύνης", "jha"),
            ("en", "JAI", "jha"),
            ("fr", "ΔΕΥ", "jha"),
            ("el", "Conseil Environnement", "env"),
            ("en", "Transport Council", "tte"),
            ("en", "Education Council", "eycs"),
        ],
    )
    def test_abbreviation_or_part_of_the_name_leads_to_the_page(
        self, visitor: Visitor, clock: Any, language: str, typed: str, slug: str
    ) -> None:
        publish_now(clock, make_meeting(slug, PRESS_DATE + DAY))
        assert list_answers(visitor, typed, language) == [f"/{language}/meetings/{slug}/"]

    @pytest.mark.parametrize("typed", ["transport", "Affairs Council", "Council", "Council of the EU"])
    def test_other_words_lead_to_none(self, visitor: Visitor, typed: str) -> None:
        assert list_answers(visitor, typed, "en") == []


def list_answers(visitor: Visitor, typed: str, language: str) -> list[str]:
    """Return the paths to which the whole text leads, apart from its results."""
    return re.findall(r'<p class="search-day"><a href="([^"]*)"', fetch_search_page(visitor, typed, language))
