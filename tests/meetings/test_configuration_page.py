"""The page of a configuration: who they are, what comes next, and their meetings by year."""

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import pytest

from meetings.documents import shape
from meetings.editions import freeze
from meetings.models import Configuration, Presidency
from meetings.vocabulary import MeetingStatus
from tests.cast import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    full_document,
    make_configuration,
    make_meeting,
    meeting_document,
    published,
)
from tests.publicity import Visitor, text

PAGE = "/en/meetings/jha/"


def section(response: Any, name: str) -> str:
    found = re.search(rf'<section[^>]* aria-labelledby="{name}">(.*?)</section>', response.content.decode(), re.S)
    return found[1] if found else ""


def titles(html: str) -> list[str]:
    return re.findall(r'<p class="row-title"><a [^>]*>(.*?)</a>', html)


def meeting(title: str, day: dt.date | None, **values: Any) -> shape.MeetingDocument:
    members: dict[str, Any] = {"id": uuid4(), "start_date": day, "end_date": day}
    return meeting_document(title=title, **members | {"address_word": title.lower()} | values)


@pytest.fixture
def meetings(clock: Any) -> None:
    """One each in 2017, 2058, 2059, three in 2060 and one in 2061."""
    for slug in ("jha", "env", "gaerc"):
        make_configuration(slug)
    Presidency.objects.create(country="EL", year=2060, half=2)
    cancelled = MeetingStatus.CANCELLED
    given = [
        meeting("Long-ago", dt.date(2017, 9, 14)),
        meeting("Before", dt.date(2058, 3, 1)),
        meeting("Over", PRESS_DATE - 5 * DAY),
        meeting("Off", PRESS_DATE + DAY, status=cancelled, status_reason="The airport is closed."),
        meeting("Next", PRESS_DATE + 2 * DAY),
        meeting("Later", dt.date(2061, 2, 3)),
        meeting(
            "Others",
            PRESS_DATE + DAY,
            configuration=shape.ConfigurationName(code="ENVI", slug="env", name="Environment"),
        ),
    ]
    for document in given:
        freeze([document], available_from=PRESS_DAY)
    clock.move_to(PRESS_DAY + MINUTE)


@pytest.mark.django_db
@pytest.mark.usefixtures("meetings")
class TestWhatIsNotThere:
    @pytest.mark.parametrize("year", ["", "x", "20600", "-2060", "2059", "1999", "%D9%A2%D9%A0%D9%A6%D9%A0", "2060%00"])
    def test_a_year_without_meetings_chooses_nothing(self, visitor: Visitor, year: str) -> None:
        response = visitor.get(f"{PAGE}?year={year}")
        assert response.status_code == 200
        assert "Meetings in 2060" in text(response)

    def test_a_body_that_meets_no_more_has_nothing_next(self, visitor: Visitor) -> None:
        response = visitor.get("/en/meetings/gaerc/")
        assert "Met in this form 22 July 2002 – 30 November 2009" in text(response)
        for word in ("Next meeting", "Follow", "Presidency of the Council"):
            assert word not in text(response)
        assert "No meeting of it has been published yet." in text(response)

    def test_a_body_that_meets_no_more_shows_its_last_year_and_who_took_over(self, visitor: Visitor) -> None:
        response = visitor.get("/en/meetings/gaerc/")
        assert "Meetings in 2009" in text(response)
        make_configuration("gac")
        response = visitor.get("/en/meetings/gaerc/")
        assert "made two configurations of it. Its work goes on in General Affairs" in text(response)

    def test_another_body_has_no_emblem_and_nothing_is_said_of_it(self, visitor: Visitor) -> None:
        Configuration.objects.create(
            code="EG", slug="eurogroup", name="Eurogroup", kind="other", valid_from=dt.date(1998, 6, 4)
        )
        page = visitor.get("/en/meetings/eurogroup/").content.decode()
        assert "emblems.svg#EG" not in page
        assert 'class="remit"' not in page

    def test_another_body_has_no_presidency(self, visitor: Visitor) -> None:
        Configuration.objects.create(
            code="EG", slug="eurogroup", name="Eurogroup", kind="other", valid_from=dt.date(1998, 6, 4)
        )
        assert "Presidency of the Council" not in text(visitor.get("/en/meetings/eurogroup/"))

    def test_nobody_presides_where_it_is_not_decided(self, visitor: Visitor) -> None:
        Presidency.objects.all().delete()
        assert "Presidency of the Council" not in text(visitor.get(PAGE))


@pytest.mark.django_db
@pytest.mark.usefixtures("meetings")
class TestThePage:
    def test_who_they_are(self, visitor: Visitor) -> None:
        page = text(visitor.get(PAGE))
        assert "JHA Council configuration Justice and Home Affairs Council Ministers of justice" in page
        assert "In this form since 22 July 2002" in page
        assert "Presidency of the Council Greece until 31 December 2060" in page
        assert "Grèce" in text(visitor.get("/fr/meetings/jha/"))

    def test_what_they_deal_with(self, visitor: Visitor) -> None:
        assert "Ministers of justice, and ministers of the interior." in text(visitor.get(PAGE))

    def test_its_emblem_stands_beside_its_code_wherever_it_is_named(self, visitor: Visitor) -> None:
        shape = 'emblems.svg#JHA"/></svg>'
        for path in (PAGE, "/en/", "/en/meetings/"):
            assert shape in visitor.get(path).content.decode()

    def test_the_next_meeting_is_one_that_takes_place(self, visitor: Visitor) -> None:
        assert titles(section(visitor.get(PAGE), "next")) == ["Next"]

    def test_one_that_was_postponed_to_a_date_takes_place(self, visitor: Visitor, clock: Any) -> None:
        earlier = [shape.EarlierDate(start_date=PRESS_DATE - 9 * DAY, end_date=PRESS_DATE - 9 * DAY)]
        postponed = {"status": MeetingStatus.POSTPONED, "status_reason": "The airport is closed."}
        moved = meeting("Moved", PRESS_DATE + DAY, previous=earlier, **postponed)
        for document in (moved, meeting("Nowhere", PRESS_DATE, **postponed)):
            freeze([document], available_from=PRESS_DAY + 2 * MINUTE)
        clock.move_to(PRESS_DAY + 3 * MINUTE)
        shown = section(visitor.get(PAGE), "next")
        assert titles(shown) == ["Moved"]
        assert "moved from" in shown

    def test_a_meeting_that_is_on_is_the_next_to_its_last_day(self, visitor: Visitor, clock: Any) -> None:
        members = {"id": uuid4(), "address_word": "on", "start_date": PRESS_DATE - DAY, "end_date": PRESS_DATE}
        freeze([full_document(**members, title="On")], available_from=PRESS_DAY + 2 * MINUTE)
        clock.move_to(PRESS_DAY + 3 * MINUTE)
        shown = section(visitor.get(PAGE), "next")
        assert titles(shown) == ["On"]
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
        assert titles(section(response, "its-meetings")) == found
        years = re.findall(r'<a href="\?year=([0-9]+)"', response.content.decode())
        assert years == ["2061", "2060", "2058", "2017"]
        assert response.content.decode().count('aria-current="true">20') == 1

    def test_one_over_the_end_of_a_year_is_in_both(self, visitor: Visitor, clock: Any) -> None:
        days = {"end_date": dt.date(2063, 1, 2), "address_word": "over"}
        freeze([meeting("Over-it", dt.date(2062, 12, 30), **days)], available_from=PRESS_DAY + 2 * MINUTE)
        clock.move_to(PRESS_DAY + 3 * MINUTE)
        for year in (2062, 2063):
            assert titles(section(visitor.get(f"{PAGE}?year={year}"), "its-meetings")) == ["Over-it"]

    @pytest.mark.parametrize("year", [26, 1999])
    def test_a_year_that_has_no_calendar_offers_none(self, visitor: Visitor, clock: Any, year: int) -> None:
        """One that was published by mistake of a meeting that has lost its date, or of another body."""
        lost = shape.EarlierDate(start_date=dt.date(year, 5, 6), end_date=dt.date(year, 5, 6))
        values = {"status": MeetingStatus.POSTPONED, "status_reason": "Storm.", "previous": [lost]}
        freeze([meeting("Odd", None, **values)], available_from=PRESS_DAY + 2 * MINUTE)
        clock.move_to(PRESS_DAY + 3 * MINUTE)
        shown = section(visitor.get(f"{PAGE}?year={year}"), "its-meetings")
        assert "As a calendar of months" not in shown
        assert titles(shown) == ["Odd"]

    def test_one_that_lost_its_date_stays_in_its_year(self, visitor: Visitor, clock: Any) -> None:
        lost = make_meeting()
        published(clock, lost)
        lost.start_date = lost.end_date = None
        lost.status, lost.status_reason = "postponed", "The airport is closed."
        lost.save()
        published(clock, lost)
        assert "No date yet" in section(visitor.get(PAGE), "its-meetings")

    def test_a_year_with_many_goes_on_on_another_page(self, visitor: Visitor, clock: Any) -> None:
        for number in range(25):
            freeze([meeting(f"M{number}", dt.date(2058, 5, 1) + number * DAY)], available_from=PRESS_DAY + 2 * MINUTE)
        clock.move_to(PRESS_DAY + 3 * MINUTE)
        response = visitor.get(f"{PAGE}?year=2058")
        [older] = re.findall(r'<a href="([^"]+)" rel="next"', response.content.decode())
        assert "year=2058" in older
        again = visitor.get(PAGE + older.replace("&amp;", "&"))
        assert titles(section(again, "its-meetings"))[-1] == "Before"

    def test_where_to_follow_it(self, visitor: Visitor) -> None:
        shown = section(visitor.get(PAGE), "next")
        assert "Follow" in shown
        for path in ("/en/meetings/jha/calendar.ics", "/en/meetings/jha/feed.atom"):
            assert f'{path}"' in shown
            assert visitor.get(path).status_code == 200

    def test_the_calendar_of_its_months(self, visitor: Visitor) -> None:
        page = visitor.get(PAGE).content.decode()
        assert 'href="/en/meetings/2060/09/?configuration=jha"' in page
        assert 'href="/en/meetings/2058/01/?configuration=jha"' in visitor.get(f"{PAGE}?year=2058").content.decode()
        assert visitor.get("/en/meetings/2060/09/?configuration=jha").status_code == 200

    def test_who_else_meets(self, visitor: Visitor) -> None:
        shown = section(visitor.get(PAGE), "others")
        assert re.findall(r'<a href="([^"]+)"', shown) == ["/en/meetings/env/"]

    def test_it_takes_five_queries(self, visitor: Visitor) -> None:
        """Configurations, presidency, the next meeting, the years, a page of meetings."""
        for path in (PAGE, f"{PAGE}?year=2017", "/mt/meetings/env/"):
            visitor.get(path)
            assert (path, len(visitor.statements)) == (path, 5)
