"""The list of meetings and the month calendar: filters, periods and links."""

import datetime as dt
import re
from html import unescape
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import msgspec
import pytest

from meetings.documents import schema
from meetings.documents.choices import Form
from meetings.editions.freezing import create_edition
from meetings.models import Presidency
from tests.factories import DAY, MINUTE, PRESS_DAY, make_configuration, make_meeting_document
from tests.meetings.site.kept_parts import record_rendered_parts
from tests.public_requests import Visitor, get_visible_text
from tests.worlds import share_world

ENV = schema.ConfigurationName(code="ENVI", slug="env", name="Environment")
FIRST = PRESS_DAY.date()


def list_titles(response: Any) -> list[str]:
    html = re.sub(r'(?s)<span class="visually-hidden">.*?</span>', "", response.content.decode())
    found = re.findall(r'<(?:h3 class="row-title"|p class="entry-title")>(.*?)</(?:h3|p)>', html, re.S)
    return [" ".join(re.sub(r"<[^>]+>|JHA|ENVI", " ", each).split()) for each in found]


@share_world
def some_meetings(clock: Any) -> None:
    """Publish four meetings in September and October 2060, one of two days, and a meeting of long ago."""
    make_configuration()
    make_configuration("env")
    meetings: list[dict[str, Any]] = [
        {"title": "Justice"},
        {"title": "Environment", "configuration": ENV, "form": Form.INFORMAL, "place": schema.Place(city="Tallinn")},
        {"title": "Two days", "start_date": FIRST + 16 * DAY, "end_date": FIRST + 17 * DAY},
        {"title": "October", "start_date": FIRST + 30 * DAY, "end_date": FIRST + 30 * DAY},
        {"title": "Long ago", "start_date": dt.date(2003, 2, 27), "end_date": dt.date(2003, 2, 27)},
    ]
    for number, values in enumerate(meetings):
        members: dict[str, Any] = {"id": uuid4(), "address_word": f"m{number}"} | values
        create_edition([make_meeting_document(**members)], available_from=PRESS_DAY)
    clock.move_to(PRESS_DAY + MINUTE)


@pytest.mark.django_db
@pytest.mark.usefixtures("some_meetings")
class TestMeetingList:
    @pytest.mark.once
    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ("configuration=jhaa", "Council configuration: “jhaa” is not one of the values"),
            ("status=canceled", "Status: “canceled” is not one of the values"),
            ("status=canceled", "Did you mean “cancelled”?"),
            ("place=Bruselles", "Place: we do not know “Bruselles”. Did you mean “Brussels”?"),
            ("place=Atlantis", "Place: we do not know “Atlantis”."),
            ("configuraton=jha", "There is no filter “configuraton”. Use “configuration”."),
            ("date_from=2060-13-01", "There is no filter “date_from”. Use “year”, “month”."),
            ("from=2060-09-14", "There is no filter “from”. Use “year”, “month”."),
            ("procedure=nonsense", "Procedure: “nonsense” is not the code"),
            ("place=%00", "Place: the value has control characters"),
            ("presidency=" + "9" * 300, "Presidency: the value is longer than 200 characters"),
        ],
    )
    def test_invalid_filter_is_reported_and_ignored(self, visitor: Visitor, query: str, shown: str) -> None:
        response = visitor.get(f"/en/meetings/?{query}&form=informal")
        assert shown in get_visible_text(response).partition("Type of meeting")[0]  # before the form
        assert list_titles(response) == ["Environment"]

    @pytest.mark.parametrize("query", ["from=newsletter", "to=friends", "date=today", "type=social", "format=amp"])
    def test_parameters_of_other_sites_are_none_of_ours(self, visitor: Visitor, query: str) -> None:
        page = visitor.get(f"/en/meetings/?{query}").content.decode()
        assert "There is no filter" not in page
        assert "noindex" not in page

    @pytest.mark.parametrize(
        ("query", "shown"),
        [("year=1901", "Year: enter a number from 2002 to 2062."), ("month=13", "Month: enter a number from 1 to 12.")],
    )
    def test_invalid_year_or_month_is_reported_and_ignored(self, visitor: Visitor, query: str, shown: str) -> None:
        response = visitor.get(f"/en/meetings/?{query}")
        assert shown in get_visible_text(response)
        assert len(list_titles(response)) == 5

    def test_links_to_calendar_and_feed_of_chosen_configuration(self, visitor: Visitor) -> None:
        for query, begun in (("", "/en/meetings/"), ("configuration=ENVI", "/en/meetings/env/")):
            page = visitor.get(f"/en/meetings/?{query}").content.decode()
            assert f'<a href="{begun}calendar.ics">' in page
            assert f'<a href="{begun}feed.atom">' in page

    @pytest.mark.parametrize("query", ["year=20600", "month=-1", "year=%D9%A2", "cursor=nonsense"])
    def test_invalid_period_is_ignored(self, visitor: Visitor, query: str) -> None:
        assert len(list_titles(visitor.get(f"/en/meetings/?{query}"))) == 5

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["October", "Two days", "Environment", "Justice", "Long ago"]),
            ("configuration=env", ["Environment"]),
            ("configuration=ENVI", ["Environment"]),
            ("form=informal&status=&place=", ["Environment"]),
            ("place=tallinn", ["Environment"]),
            ("year=2003", ["Long ago"]),
            ("year=2060&month=10", ["October", "Two days"]),
            ("month=9", ["Two days", "Environment", "Justice"]),
            ("presidency=2003-1", ["Long ago"]),
            ("configuration=env&year=2003", []),
        ],
    )
    def test_lists_meetings_that_match(self, visitor: Visitor, query: str, found: list[str]) -> None:
        assert sorted(list_titles(visitor.get(f"/en/meetings/?{query}"))) == sorted(found)

    def test_form_shows_chosen_filters(self, visitor: Visitor) -> None:
        page = visitor.get("/en/meetings/?configuration=env&place=Tallinn").content.decode()
        assert re.search(r'<option value="env"[^>]* selected>', page)
        assert 'name="place" maxlength="100" autocomplete="off" value="Tallinn"' in page
        assert '<details class="more">' in page  # the line above the meetings names what is chosen in it
        assert "Show all meetings" in page

    def test_links_to_calendar_with_same_filters(self, visitor: Visitor) -> None:
        page = visitor.get("/en/meetings/?configuration=env&year=2003").content.decode()
        assert 'href="/en/meetings/2003/01/?configuration=env"' in page
        response = visitor.get("/en/meetings/?view=month&configuration=env&year=2060&month=10&place=")
        assert (response.status_code, response["Location"]) == (302, "/en/meetings/2060/10/?configuration=env")

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("", 8),  # configurations, presidencies, topics, counts, upcoming, notices, a page of past meetings, texts
            ("year=2060&place=Tallinn&topic=nothing&document=1/60&status=confirmed", 7),  # topic, counts; no texts
            ("configuration=env", 9),  # that the configuration exists
            ("configuration=env&status=off", 9),  # the status is ignored
        ],
    )
    def test_number_of_queries_is_constant(self, visitor: Visitor, query: str, count: int) -> None:
        visitor.get(f"/en/meetings/?{query}")
        assert len(visitor.statements) == count


@pytest.mark.django_db
@pytest.mark.usefixtures("some_meetings")
class TestKeptRows:
    def test_second_visit_renders_nothing_and_reads_no_text(
        self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = visitor.get("/en/meetings/").content
        rendered = record_rendered_parts(monkeypatch)
        assert visitor.get("/en/meetings/").content == first
        assert not rendered
        assert len(visitor.statements) == 3  # upcoming, notices, a page of past meetings

    def test_list_from_which_a_text_was_just_removed_is_not_kept(self, visitor: Visitor) -> None:
        with patch("meetings.site.publications.load_texts", return_value={}):
            assert not list_titles(visitor.get("/en/meetings/"))
        assert len(list_titles(visitor.get("/en/meetings/"))) == 5

    def test_list_is_kept_when_a_meeting_of_another_page_changes(
        self, visitor: Visitor, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        days = [FIRST - number * DAY for number in range(1, 26)]
        past = [make_meeting_document(f"{day}", id=uuid4(), start_date=day, end_date=day) for day in days]
        for document in past:
            create_edition([document], available_from=PRESS_DAY + 2 * MINUTE)
        clock.move_to(PRESS_DAY + 3 * MINUTE)
        visitor.get("/en/meetings/")
        rendered = record_rendered_parts(monkeypatch)
        create_edition([msgspec.structs.replace(past[-1], title="Corrected")], available_from=PRESS_DAY + 4 * MINUTE)
        clock.move_to(PRESS_DAY + 5 * MINUTE)
        [older] = re.findall(r'href="([^"]+)" rel="next"', visitor.get("/en/meetings/").text)
        assert not rendered
        page = visitor.get(f"/en/meetings/{unescape(older)}")
        assert list_titles(page) == [*(f"{day}" for day in days[20:24]), "Corrected", "Long ago"]

    def test_list_with_newer_options_than_its_state_is_not_kept(
        self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rendered = record_rendered_parts(monkeypatch)
        with patch("meetings.site.meeting_list.selection.MeetingSelection.options_digest", "of an older version"):
            visitor.get("/en/meetings/")
        assert "meetings/list.html" not in rendered
        visitor.get("/en/meetings/")
        assert "meetings/list.html" in rendered

    def test_rows_are_rendered_again_in_another_language_and_on_another_day(
        self, visitor: Visitor, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rendered = record_rendered_parts(monkeypatch)
        first = visitor.get("/en/meetings/?form=formal").content
        assert len(rendered) == 4
        assert visitor.get("/en/meetings/?form=formal").content == first
        visitor.get("/en/meetings/?year=2060")
        assert rendered[4:] == ["includes/meeting_row.html", "meetings/list.html"]  # Environment, and the whole page
        assert "JHA jeudi 30 septembre" in get_visible_text(visitor.get("/fr/meetings/?form=formal"))
        rendered.clear()
        clock.move_to(PRESS_DAY + 17 * DAY)
        visitor.get("/en/meetings/?form=formal")
        assert len(rendered) == 4


@pytest.mark.django_db
@pytest.mark.usefixtures("some_meetings")
class TestMonthCalendar:
    @pytest.mark.once
    @pytest.mark.parametrize("month", ["2060/13", "2060/00", "1999/12", "2063/01", "2060/999"])
    def test_month_out_of_range_is_not_found(self, visitor: Visitor, month: str) -> None:
        response = visitor.get(f"/en/meetings/{month}/")
        assert response.status_code == 404 or response["Location"] == "/en/meetings/?year=2060"

    def test_invalid_filter_is_reported(self, visitor: Visitor) -> None:
        response = visitor.get("/en/meetings/2060/09/?configuration=jhaa")
        assert "Council configuration: “jhaa” is not one of the values" in get_visible_text(response)

    def test_month_without_meetings_says_so(self, visitor: Visitor) -> None:
        response = visitor.get("/en/meetings/2060/02/?form=formal")
        nearest = "The nearest months with meetings: February 2003 , September 2060"
        assert f"No meetings found for this month. {nearest}" in get_visible_text(response)
        assert 'href="/en/meetings/2003/02/?form=formal"' in response.content.decode()

    def test_meeting_is_shown_once_across_its_days(self, visitor: Visitor) -> None:
        response = visitor.get("/en/meetings/2060/09/")
        assert list_titles(response) == ["Environment", "Justice", "Two days"] or list_titles(response) == [
            "Justice",
            "Environment",
            "Two days",
        ]
        page = response.content.decode()
        assert "from-2 over-1" in page  # Tuesday 14 September
        assert "from-4 over-2" in page  # Thursday 30 September and Friday 1 October
        assert list_titles(visitor.get("/en/meetings/2060/10/"))[0] == "Two days"  # it continues in October

    def test_continuation_in_next_week_is_hidden_from_screen_readers(self, visitor: Visitor, clock: Any) -> None:
        document = make_meeting_document(
            "Long", id=uuid4(), start_date=dt.date(2060, 9, 18), end_date=dt.date(2060, 9, 21), address_word="long"
        )
        create_edition([document], available_from=PRESS_DAY + DAY)
        clock.move_to(PRESS_DAY + 2 * DAY)
        page = visitor.get("/en/meetings/2060/09/").content.decode()
        cells = re.findall(r'(?s)<li class="cell (from-\d over-\d) [^>]*?( aria-hidden="true")?>(.*?)</li>', page)
        assert [(place, hidden) for place, hidden, cell in cells if "Long" in cell] == [
            ("from-6 over-2", ""),
            ("from-1 over-2", ' aria-hidden="true"'),
        ]

    def test_continuation_of_meeting_from_previous_month_is_hidden(self, visitor: Visitor, clock: Any) -> None:
        days = {"start_date": dt.date(2060, 8, 31), "end_date": dt.date(2060, 9, 7)}  # Tuesday to Tuesday
        create_edition(
            [make_meeting_document("Long", id=uuid4(), address_word="long", **days)], available_from=PRESS_DAY + DAY
        )
        clock.move_to(PRESS_DAY + 2 * DAY)
        page = visitor.get("/en/meetings/2060/09/").content.decode()
        assert re.findall(r'class="cell (from[^"]*)"( aria-hidden="true")?', page)[:2] == [
            ("from-2 over-6 row-1", ""),
            ("from-1 over-2 row-1", ' aria-hidden="true"'),
        ]

    def test_single_day_has_one_cell_below_meetings_of_several_days(self, visitor: Visitor, clock: Any) -> None:
        """14 September, a Tuesday, has two meetings of one day, and two that go on until Thursday and Wednesday."""
        for word, last in (("long", 2), ("shorter", 1)):
            days = {"start_date": FIRST, "end_date": FIRST + last * DAY}
            document = make_meeting_document(word.title(), id=uuid4(), address_word=word, **days)
            create_edition([document], available_from=PRESS_DAY + DAY)
        clock.move_to(PRESS_DAY + DAY)
        page = visitor.get("/en/meetings/2060/09/").content.decode()
        [week] = re.findall(r'(?s)<ul class="week-meetings rows-2">.*?</ul>', page)
        cells = re.findall(r'(?s)<li class="cell ([^"]*)">(.*?)</li>', week)
        titles = "Long|Shorter|Justice|Environment"
        assert [(place, sorted(set(re.findall(titles, cell)))) for place, cell in cells] == [
            ("from-2 over-3 row-1", ["Long"]),
            ("from-2 over-2 row-2", ["Shorter"]),
            ("from-2 over-1 row-3", ["Environment", "Justice"]),
        ]

    def test_today_is_marked_for_screen_readers(self, visitor: Visitor) -> None:
        assert visitor.get("/en/meetings/2060/09/").content.decode().count('aria-current="date"') == 1
        assert 'aria-current="date"' not in visitor.get("/en/meetings/2060/11/").content.decode()

    def test_page_with_invalid_filter_is_not_indexed(self, visitor: Visitor) -> None:
        for path in ("/en/meetings/", "/en/meetings/2060/09/"):
            assert visitor.get(f"{path}?configuration=zzz")["X-Robots-Tag"] == "noindex"
            assert "X-Robots-Tag" not in visitor.get(f"{path}?configuration=jha")

    def test_links_to_other_months_keep_filters(self, visitor: Visitor) -> None:
        response = visitor.get("/en/meetings/2060/09/?configuration=env")
        page = response.content.decode()
        assert list_titles(response) == ["Environment"]
        for address in ("2060/08/?configuration=env", "2060/10/?configuration=env", "?configuration=env&amp;year=2060"):
            assert f'href="/en/meetings/{address}' in page

    def test_no_links_beyond_first_and_last_month(self, visitor: Visitor) -> None:
        assert 'rel="prev"' not in visitor.get("/en/meetings/2002/01/").content.decode()
        assert 'rel="next"' not in visitor.get("/en/meetings/2062/12/").content.decode()

    def test_name_of_month_is_in_language_of_page(self, visitor: Visitor) -> None:
        assert "septembre 2060" in get_visible_text(visitor.get("/fr/meetings/2060/09/"))
        assert "Σεπτέμβριος 2060" in get_visible_text(visitor.get("/el/meetings/2060/09/"))

    def test_month_takes_seven_queries(self, visitor: Visitor) -> None:
        visitor.get("/en/meetings/2060/09/")
        assert len(visitor.statements) == 7  # besides meetings: moved meetings and withdrawal notices


def read_options(visitor: Visitor, address: str, name: str) -> dict[str, str]:
    """Return the texts of the options of a select field, by value; the chosen one with an asterisk."""
    [field] = re.findall(rf'(?s)<select id="filter-{name}".*?</select>', visitor.get(address).content.decode())
    found = re.findall(r'<option value="([^"]+)"[^>]*?( selected)?>(.*?)</option>', field)
    return {value: text + ("*" if chosen else "") for value, chosen, text in found}


def read_links(visitor: Visitor, address: str, element: str) -> list[tuple[str, str]]:
    """Return the text and the address of each link in the element whose attributes begin so."""
    [part] = re.findall(rf"(?s)<(?:nav|div) {element}.*?</ul>", visitor.get(address).content.decode())
    found = re.findall(r'(?s)<li><a href="(.*?)".*?>(.*?)</li>', part)
    return [(" ".join(re.sub(r"<[^>]+>", "", text).split()), unescape(href)) for href, text in found]


@pytest.mark.usefixtures("some_meetings")
class TestCounts:
    def test_only_years_with_meetings_are_offered(self, visitor: Visitor) -> None:
        assert read_options(visitor, "/en/meetings/", "year") == {"2060": "2060 (4)", "2003": "2003 (1)"}
        assert read_options(visitor, "/en/meetings/?configuration=ENVI", "year") == {"2060": "2060 (1)"}
        assert read_options(visitor, "/en/meetings/?form=formal&year=2003", "year") == {
            "2060": "2060 (3)",
            "2003": "2003 (1)*",
        }

    def test_chosen_year_without_meetings_stays_chosen(self, visitor: Visitor) -> None:
        assert read_options(visitor, "/en/meetings/?year=2031", "year")["2031"] == "2031 (0)*"

    def test_year_outside_the_calendar_is_not_offered(self, visitor: Visitor, clock: Any) -> None:
        """Such a year may come from a mistake in a meeting that lost its date."""
        lost = schema.EarlierDate(start_date=dt.date(26, 5, 6), end_date=dt.date(26, 5, 6))
        values: dict[str, Any] = {"start_date": None, "end_date": None, "previous": [lost], "address_word": "lost"}
        create_edition(
            [make_meeting_document("Odd", id=uuid4(), status="postponed", **values)], available_from=PRESS_DAY + DAY
        )
        clock.move_to(PRESS_DAY + DAY)
        assert [*read_options(visitor, "/en/meetings/", "year")] == ["2060", "2003"]

    def test_links_to_years_keep_filters(self, visitor: Visitor) -> None:
        links = read_links(visitor, "/en/meetings/?form=formal", 'class="years"')
        begun = "/en/meetings/?form=formal&year="
        assert links == [("2060 3", f"{begun}2060"), ("2003 1", f"{begun}2003")]

    def test_links_of_calendar_lead_to_months_with_meetings(self, visitor: Visitor) -> None:
        links = read_links(visitor, "/en/meetings/2060/09/", 'class="years"')
        assert links == [("2060 4", "/en/meetings/2060/09/"), ("2003 1", "/en/meetings/2003/02/")]

    def test_configurations_are_counted_in_chosen_period(self, visitor: Visitor) -> None:
        for query, counts in {"": [4, 1], "?year=2060": [3, 1], "?month=10&year=2060": [2, 0]}.items():
            options = read_options(visitor, f"/en/meetings/{query}", "configuration")
            assert [int(options[slug].rpartition(" ")[2]) for slug in ("jha", "env")] == counts

    def test_half_years_without_meetings_are_not_offered(self, visitor: Visitor) -> None:
        Presidency.objects.bulk_create(
            Presidency(year=year, half=half, country="MT") for year in (2003, 2060) for half in (1, 2)
        )
        assert [*read_options(visitor, "/en/meetings/", "presidency")] == ["2060-2", "2003-1"]

    def test_scheduled_edition_is_not_counted(self, visitor: Visitor, clock: Any) -> None:
        day = dt.date(2031, 5, 6)
        document = make_meeting_document("Zanzibar", id=uuid4(), start_date=day, end_date=day, address_word="coming")
        create_edition([document], available_from=PRESS_DAY + DAY)
        assert "2031" not in read_options(visitor, "/en/meetings/", "year")
        clock.move_to(PRESS_DAY + DAY)
        assert read_options(visitor, "/en/meetings/", "year")["2031"] == "2031 (1)"


@pytest.mark.usefixtures("some_meetings")
class TestFilteredBy:
    def test_each_part_can_be_removed(self, visitor: Visitor) -> None:
        query = "configuration=env&year=2060&month=9&form=informal"
        assert read_links(visitor, f"/en/meetings/?{query}", 'class="filtered-by"') == [
            (
                "Remove filter: Council configuration: Environment (ENVI) ×",
                "/en/meetings/?form=informal&year=2060&month=9",
            ),
            ("Remove filter: Year: 2060 ×", "/en/meetings/?configuration=env&form=informal"),
            ("Remove filter: Month: September ×", "/en/meetings/?configuration=env&form=informal&year=2060"),
            ("Remove filter: Type of meeting: Informal meeting ×", "/en/meetings/?configuration=env&year=2060&month=9"),
        ]

    def test_calendar_keeps_its_month(self, visitor: Visitor) -> None:
        assert read_links(visitor, "/en/meetings/2060/09/?configuration=env&place=Tallinn", 'class="filtered-by"') == [
            (
                "Remove filter: Council configuration: Environment (ENVI) ×",
                "/en/meetings/2060/09/?place=Tallinn",
            ),
            ("Remove filter: Place: Tallinn ×", "/en/meetings/2060/09/?configuration=env"),
        ]

    @pytest.mark.parametrize(
        ("query", "number"),
        [("?year=2060", "4 meetings"), ("?form=informal", "1 meeting"), ("2060/09/?form=formal", "2 meetings")],
    )
    def test_number_of_meetings(self, visitor: Visitor, query: str, number: str) -> None:
        assert f"<p>{number}</p>" in visitor.get(f"/en/meetings/{query}").content.decode()

    def test_list_without_filters_has_no_such_line(self, visitor: Visitor) -> None:
        for address in ("/en/meetings/", "/en/meetings/2060/09/", "/en/meetings/?status=off"):
            assert "Filtered by" not in get_visible_text(visitor.get(address))

    @pytest.mark.parametrize(
        ("address", "title"),
        [
            ("", "Meetings"),
            ("?configuration=ENVI&year=2060", "Meetings: Environment (ENVI), 2060"),
            ("?takes_place=true&month=9&year=2060", "Meetings: September 2060, Takes place"),
            ("2060/09/", "Meetings: September 2060"),
            (
                "2060/09/?configuration=env&form=informal",
                "Meetings: Environment (ENVI), September 2060, Informal meeting",
            ),
        ],
    )
    def test_title_and_heading_name_what_is_chosen(self, visitor: Visitor, address: str, title: str) -> None:
        html = visitor.get(f"/en/meetings/{address}").content.decode()
        [found] = re.findall(r"(?s)<title>(.*?)</title>", html)
        [heading] = re.findall(r"(?s)<h1>(.*?)</h1>", html)
        assert " ".join(found.split()).startswith(f"{title} ") or " ".join(found.split()) == title
        assert re.sub(r"<[^>]+>", "", heading) == title.replace(":", "")

    def test_month_without_year_is_that_of_this_year(self, visitor: Visitor) -> None:
        assert read_options(visitor, "/en/meetings/?month=9", "year")["2060"] == "2060 (4)*"


@pytest.mark.usefixtures("some_meetings")
def test_scheduled_edition_is_not_in_calendar(visitor: Visitor, clock: Any) -> None:
    before = list_titles(visitor.get("/en/meetings/2060/09/"))
    create_edition([make_meeting_document("Zanzibar", id=uuid4())], available_from=PRESS_DAY + DAY)
    assert list_titles(visitor.get("/en/meetings/2060/09/")) == before
