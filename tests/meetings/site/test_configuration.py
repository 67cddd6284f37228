"""The page of a configuration: its header, its next meeting and its meetings by year."""

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import pytest

from meetings.documents import schema
from meetings.documents.choices import MeetingStatus
from meetings.editions.freezing import create_edition
from meetings.models import Configuration, Presidency
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    create_editions,
    make_configuration,
    make_full_document,
    make_meeting,
    make_meeting_document,
    publish_now,
)
from tests.public_requests import Visitor, get_visible_text
from tests.worlds import share_world

PAGE = "/en/meetings/jha/"


def find_section(response: Any, name: str) -> str:
    found = re.search(rf'<section[^>]* aria-labelledby="{name}">(.*?)</section>', response.content.decode(), re.S)
    return found[1] if found else ""


def list_titles(html: str) -> list[str]:
    return re.findall(r'<h3 class="row-title"><a [^>]*><span[^>]*>(.*?)</span>', html)


def make_document(title: str, day: dt.date | None, **values: Any) -> schema.MeetingDocument:
    members: dict[str, Any] = {"id": uuid4(), "start_date": day, "end_date": day}
    return make_meeting_document(title=title, **members | {"address_word": title.lower()} | values)


@share_world
def meetings(clock: Any) -> None:
    """Publish meetings in 2017, 2058, 2060 and 2061, and one of another configuration."""
    for slug in ("jha", "env", "gaerc"):
        make_configuration(slug)
    Presidency.objects.create(country="EL", year=2060, half=2)
    cancelled = MeetingStatus.CANCELLED
    documents = [
        make_document("Long-ago", dt.date(2017, 9, 14)),
        make_document("Before", dt.date(2058, 3, 1)),
        make_document("Over", PRESS_DATE - 5 * DAY),
        make_document("Off", PRESS_DATE + DAY, status=cancelled, status_reason="The airport is closed."),
        make_document("Next", PRESS_DATE + 2 * DAY),
        make_document("Later", dt.date(2061, 2, 3)),
        make_document(
            "Others",
            PRESS_DATE + DAY,
            configuration=schema.ConfigurationName(code="ENVI", slug="env", name="Environment"),
        ),
    ]
    create_editions(documents, available_from=PRESS_DAY)
    clock.move_to(PRESS_DAY + MINUTE)


@pytest.mark.django_db
@pytest.mark.usefixtures("meetings")
class TestMissingParts:
    @pytest.mark.parametrize("year", ["", "x", "20600", "-2060", "2059", "1999", "%D9%A2%D9%A0%D9%A6%D9%A0", "2060%00"])
    def test_year_without_meetings_is_ignored(self, visitor: Visitor, year: str) -> None:
        response = visitor.get(f"{PAGE}?year={year}")
        assert response.status_code == 200
        assert "Meetings in 2060" in get_visible_text(response)

    def test_past_configuration_has_no_next_meeting(self, visitor: Visitor) -> None:
        response = visitor.get("/en/meetings/gaerc/")
        assert "Existed 22 July 2002 – 30 November 2009" in get_visible_text(response)
        for word in ("Next meeting", "Get updates", "Presidency of the Council"):
            assert word not in get_visible_text(response)
        assert "No meeting has been published yet." in get_visible_text(response)
        assert "Meetings in 2009" in get_visible_text(response)

    def test_configuration_whose_last_day_is_to_come_exists(self, visitor: Visitor) -> None:
        Configuration.objects.filter(slug="jha").update(valid_until=dt.date(2060, 12, 31))
        assert "In its present form 22 July 2002 – 31 December 2060" in get_visible_text(visitor.get(PAGE))

    def test_past_configuration_shows_successors(self, visitor: Visitor) -> None:
        make_configuration("gac")
        response = visitor.get("/en/meetings/gaerc/")
        assert "divided it into two configurations. Its work continues in General Affairs" in get_visible_text(response)

    def test_other_body_has_no_emblem_remit_and_presidency(self, visitor: Visitor) -> None:
        Configuration.objects.create(
            code="EG", slug="eurogroup", name="Eurogroup", kind="other", valid_from=dt.date(1998, 6, 4)
        )
        page = visitor.get("/en/meetings/eurogroup/").content.decode()
        assert "emblems.svg#EG" not in page
        assert 'class="remit"' not in page
        assert "Presidency of the Council" not in page

    def test_unknown_presidency_is_not_shown(self, visitor: Visitor) -> None:
        Presidency.objects.all().delete()
        assert "Presidency of the Council" not in get_visible_text(visitor.get(PAGE))


@pytest.mark.django_db
@pytest.mark.usefixtures("meetings")
class TestConfigurationPage:
    def test_titles_of_years_differ(self, visitor: Visitor) -> None:
        pages = [visitor.get(PAGE + query).content.decode() for query in ("", "?year=2017", "?year=1999")]
        titles = [re.search("<title>(.*)</title>", page) for page in pages]
        assert [title and title[1].partition(" – ")[0] for title in titles] == [
            "Justice and Home Affairs Council",
            "Justice and Home Affairs Council, 2017",
            "Justice and Home Affairs Council, 2060",
        ]

    def test_header(self, visitor: Visitor) -> None:
        page = get_visible_text(visitor.get(PAGE))
        assert "JHA Council configuration Justice and Home Affairs Council Ministers of justice" in page
        assert "Ministers of justice, and ministers of the interior." in page
        assert "In its present form since 22 July 2002" in page
        assert "Presidency of the Council Greece until 31 December 2060" in page
        assert "Grèce" in get_visible_text(visitor.get("/fr/meetings/jha/"))

    def test_emblem_is_beside_code_on_all_pages(self, visitor: Visitor) -> None:
        schema = 'emblems.svg#JHA"/></svg>'
        for path in (PAGE, "/en/", "/en/meetings/"):
            assert schema in visitor.get(path).content.decode()

    def test_next_meeting_is_not_a_cancelled_one(self, visitor: Visitor) -> None:
        assert list_titles(find_section(visitor.get(PAGE), "next")) == ["Next"]

    def test_next_meeting_may_be_a_postponed_one_with_a_date(self, visitor: Visitor, clock: Any) -> None:
        earlier = [schema.EarlierDate(start_date=PRESS_DATE - 9 * DAY, end_date=PRESS_DATE - 9 * DAY)]
        postponed = {"status": MeetingStatus.POSTPONED, "status_reason": "The airport is closed."}
        moved = make_document("Moved", PRESS_DATE + DAY, previous=earlier, **postponed)
        create_editions(
            (moved, make_document("Nowhere", PRESS_DATE, **postponed)), available_from=PRESS_DAY + 2 * MINUTE
        )
        clock.move_to(PRESS_DAY + 3 * MINUTE)
        shown = find_section(visitor.get(PAGE), "next")
        assert list_titles(shown) == ["Moved"]
        assert "Moved from" in shown

    def test_meeting_is_next_until_its_last_day(self, visitor: Visitor, clock: Any) -> None:
        members = {"id": uuid4(), "address_word": "on", "start_date": PRESS_DATE - DAY, "end_date": PRESS_DATE}
        create_edition([make_full_document(**members, title="On")], available_from=PRESS_DAY + 2 * MINUTE)
        clock.move_to(PRESS_DAY + 3 * MINUTE)
        shown = find_section(visitor.get(PAGE), "next")
        assert list_titles(shown) == ["On"]
        assert "Luxembourg" in shown
        assert "Press conference" in shown

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["Next", "Off", "Over"]),
            ("?year=2061", ["Later"]),
            ("?year=2058", ["Before"]),
            ("?year=2017", ["Long-ago"]),
        ],
    )
    def test_meetings_by_year(self, visitor: Visitor, query: str, found: list[str]) -> None:
        response = visitor.get(PAGE + query)
        assert list_titles(find_section(response, "its-meetings")) == found
        years = re.findall(r'<a href="\?year=([0-9]+)"', response.content.decode())
        assert years == ["2061", "2060", "2058", "2017"]
        assert response.content.decode().count('aria-current="true">20') == 1

    def test_unknown_year_is_ignored_with_a_notice(self, visitor: Visitor) -> None:
        html = visitor.get(f"{PAGE}?year=1999").content.decode()
        assert "Year: “1999” is not one of the values." in html
        assert html.count('aria-current="true">2060') == 1
        assert "is not one of the values" not in visitor.get(f"{PAGE}?year=2061").content.decode()

    def test_meeting_across_new_year_is_in_both_years(self, visitor: Visitor, clock: Any) -> None:
        days = {"end_date": dt.date(2063, 1, 2), "address_word": "over"}
        create_edition([make_document("Over-it", dt.date(2062, 12, 30), **days)], available_from=PRESS_DAY + 2 * MINUTE)
        clock.move_to(PRESS_DAY + 3 * MINUTE)
        for year in (2062, 2063):
            assert list_titles(find_section(visitor.get(f"{PAGE}?year={year}"), "its-meetings")) == ["Over-it"]

    @pytest.mark.parametrize("year", [26, 1999])
    def test_year_without_calendar_has_no_link_to_it(self, visitor: Visitor, clock: Any, year: int) -> None:
        """Such a year may come from a mistake in a meeting that lost its date."""
        lost = schema.EarlierDate(start_date=dt.date(year, 5, 6), end_date=dt.date(year, 5, 6))
        values = {"status": MeetingStatus.POSTPONED, "status_reason": "Storm.", "previous": [lost]}
        create_edition([make_document("Odd", None, **values)], available_from=PRESS_DAY + 2 * MINUTE)
        clock.move_to(PRESS_DAY + 3 * MINUTE)
        shown = find_section(visitor.get(f"{PAGE}?year={year}"), "its-meetings")
        assert "View as a calendar" not in shown
        assert list_titles(shown) == ["Odd"]

    def test_meeting_that_lost_its_date_stays_in_its_year(self, visitor: Visitor, clock: Any) -> None:
        lost = make_meeting()
        publish_now(clock, lost)
        lost.start_date = lost.end_date = None
        lost.status, lost.status_reason = "postponed", "The airport is closed."
        lost.save()
        publish_now(clock, lost)
        assert "No date yet" in find_section(visitor.get(PAGE), "its-meetings")

    def test_year_with_many_meetings_is_paginated(self, visitor: Visitor, clock: Any) -> None:
        for number in range(25):
            create_edition(
                [make_document(f"M{number}", dt.date(2058, 5, 1) + number * DAY)], available_from=PRESS_DAY + 2 * MINUTE
            )
        clock.move_to(PRESS_DAY + 3 * MINUTE)
        response = visitor.get(f"{PAGE}?year=2058")
        [older] = re.findall(r'<a href="([^"]+)" rel="next"', response.content.decode())
        assert "year=2058" in older
        again = visitor.get(PAGE + older.replace("&amp;", "&"))
        assert list_titles(find_section(again, "its-meetings"))[-1] == "Before"

    def test_links_to_calendar_and_feed(self, visitor: Visitor) -> None:
        shown = find_section(visitor.get(PAGE), "next")
        assert "Get updates" in shown
        for path in ("/en/meetings/jha/calendar.ics", "/en/meetings/jha/feed.atom"):
            assert f'{path}"' in shown
            assert visitor.get(path).status_code == 200

    def test_links_to_month_calendar(self, visitor: Visitor) -> None:
        page = visitor.get(PAGE).content.decode()
        assert 'href="/en/meetings/2060/09/?configuration=jha"' in page
        assert 'href="/en/meetings/2058/01/?configuration=jha"' in visitor.get(f"{PAGE}?year=2058").content.decode()
        assert visitor.get("/en/meetings/2060/09/?configuration=jha").status_code == 200

    def test_links_to_other_configurations(self, visitor: Visitor) -> None:
        shown = find_section(visitor.get(PAGE), "others")
        assert re.findall(r'<a href="([^"]+)"', shown) == ["/en/meetings/env/"]

    def test_page_takes_six_queries(self, visitor: Visitor) -> None:
        """These are configurations, presidency, next meeting, notices of withdrawals, years and a page of meetings."""
        for path in (PAGE, f"{PAGE}?year=2017", "/mt/meetings/env/"):
            visitor.get(path)
            assert (path, len(visitor.statements)) == (path, 6)
