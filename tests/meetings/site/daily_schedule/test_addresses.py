"""Addresses of the daily schedule, its form, ways to write a day, and invalid days."""

import datetime as dt
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.utils.http import urlencode

from meetings.site.daily_schedule.day_parser import NoSuchDayError, parse_day
from tests.factories import DAY, PRESS_DATE, PRESS_DAY
from tests.meetings.site.daily_schedule.press_days import extract_text
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db
LONG = "9" * 900  # longer addresses are refused before the page


def list_linked_days(html: str) -> list[str]:
    return re.findall(r'href="/en/day/([-0-9]+)/"', html.partition("<main")[2])


@pytest.mark.parametrize(
    ("day", "shown", "near"),
    [
        ("2017-02-30", "“2017-02-30” is not a date: that month has 28 days", ["2017-02-28", "2017-03-01"]),
        ("2020-02-30", "that month has 29 days", ["2020-02-29", "2020-03-01"]),
        ("31.4.2017", "that month has 30 days", ["2017-04-30", "2017-05-01"]),
        ("2017-09-00", "that month has 30 days", ["2017-09-30", "2017-10-01"]),
        ("2017-13-01", "there is no month 13", []),
        ("2100-12-32", "that month has 31 days", ["2100-12-31"]),
        ("1951-12-31", "Enter a date from 1952 to 2100.", []),
        ("2101-01-01", "Enter a date from 1952 to 2100.", []),
        ("0000-01-01", "Enter a date from 1952 to 2100.", []),
        ("9999-12-31", "Enter a date from 1952 to 2100.", []),
        ("soon", "“soon” is not a date. Enter a date such as 2017-09-14.", []),
        ("2017/02/30", "that month has 28 days", ["2017-02-28", "2017-03-01"]),
        ("2017/09/14/15/16", "is not a date", []),
        ("14 Foo 2017", "is not a date", []),
        ("٢٠١٧-٠٩-١٤", "is not a date", []),
        ("2017-09-14-15", "is not a date", []),
        (LONG, "is not a date", []),
        ("9" * 300, "is not a date", []),
        ("<script>", "“<script>” is not a date", []),
        ("\0", "is not a date", []),
    ],
)
def test_invalid_day_has_a_reason_and_suggestions(day: str, shown: str, near: list[str]) -> None:
    with pytest.raises(NoSuchDayError) as error:
        parse_day(day, "en", PRESS_DATE)
    assert shown in str(error.value)
    assert [suggestion.isoformat() for suggestion in error.value.suggestions] == near


@pytest.mark.parametrize(
    ("day", "shown", "near"),
    [
        ("2017-02-30", "that month has 28 days", ["2017-02-28", "2017-03-01"]),
        (LONG, "is not a date", []),
        ("<script>", "“<script>” is not a date", []),
        ("\0", "is not a date", []),
    ],
)
def test_page_explains_an_invalid_day_at_every_address(visitor: Visitor, day: str, shown: str, near: list[str]) -> None:
    query = urlencode({"date": day})
    asked = {f"/en/day/{quote(day, safe='')}/": 404, f"/en/day/?{query}": 400, f"/en/day/2060-09-14/?{query}": 400}
    for address, status in asked.items():
        response = visitor.get(address)
        html = response.content.decode()
        assert response.status_code == status
        assert shown in extract_text(html)
        assert list_linked_days(html) == near
        assert 'name="date"' in html
        assert "<script>” is" not in html
        assert not response.has_header("ETag")
        assert len(response.content) < 20_000


class TestWaysToWriteADay:
    @pytest.mark.parametrize(
        "day",
        [
            *("2017-9-14", "2017.09.14", "14.9.2017", "14.09.2017", "14. 9. 2017", "14-09-2017"),
            *("2017/09/14", "14/09/2017", "20170914"),
            *("14 September 2017", "14 sept 2017", "14 SEP 2017", "14th September 2017", " 14  September 2017 "),
        ],
    )
    def test_day_is_read_in_any_spelling(self, day: str) -> None:
        assert parse_day(day, "en", PRESS_DATE) == dt.date(2017, 9, 14)

    @pytest.mark.parametrize(
        ("word", "day"), [("today", PRESS_DATE), ("Tomorrow", PRESS_DATE + DAY), ("yesterday", PRESS_DATE - DAY)]
    )
    def test_relative_day_is_read(self, word: str, day: dt.date) -> None:
        assert parse_day(word, "en", PRESS_DATE) == day

    @pytest.mark.parametrize(
        ("language", "day"),
        [
            *(
                ("fr", "1er août 2017"),
                ("el", "1η Αυγούστου 2017"),
                ("de", "1. August 2017"),
                ("es", "1 de agosto de 2017"),
            ),
            *(("fi", "1. elokuuta 2017"), ("pl", "1 sierpnia 2017"), ("cs", "1. srpna 2017"), ("bg", "1 август 2017")),
            ("fr", "1 August 2017"),
        ],
    )
    def test_month_name_in_the_language_or_in_english(self, language: str, day: str) -> None:
        assert parse_day(day, language, PRESS_DATE) == dt.date(2017, 8, 1)

    def test_other_spelling_redirects_to_the_canonical_address(self, visitor: Visitor, clock: Any) -> None:
        for asked, day in {
            "en/day/14.9.2017/": "2017-09-14",
            "en/day/2017/09/14/": "2017-09-14",
            "en/day/?date=14/09/2017": "2017-09-14",
            "en/day/2060-01-01/?date=2017-9-14": "2017-09-14",
            "en/day/Tomorrow/": "2060-09-15",
            "en/day/?date=yesterday": "2060-09-13",
            "fr/day/?date=1er+août+2017": "2017-08-01",
        }.items():
            response = visitor.get(f"/{asked}")
            assert (response.status_code, response["Location"]) == (302, f"/{asked[:2]}/day/{day}/"), asked
            assert visitor.statements == []

    def test_empty_field_is_ignored(self, visitor: Visitor, clock: Any) -> None:
        assert visitor.get("/en/day/?date=").status_code == 200

    def test_form_works_without_javascript(self, visitor: Visitor, clock: Any) -> None:
        html = visitor.get("/en/day/").content.decode()
        assert re.search(r'<form[^>]* action="/en/day/"', html)
        assert '<label for="date">' in html


class TestFirstAndLastDay:
    @pytest.mark.parametrize(
        ("day", "linked"),
        [
            ("1952-01-01", ["1952-01-02"]),
            ("2100-12-31", ["2100-12-30"]),
            ("2060-02-29", ["2060-02-28", "2060-03-01"]),
        ],
    )
    def test_links_stop_at_first_and_last_day(self, visitor: Visitor, clock: Any, day: str, linked: list[str]) -> None:
        response = visitor.get(f"/en/day/{day}/")
        assert response.status_code == 200
        assert list_linked_days(response.content.decode()) == linked

    @pytest.mark.parametrize("instant", ["1952-01-01", "2100-12-31"])
    def test_any_day_may_be_today(self, visitor: Visitor, clock: Any, instant: str) -> None:
        clock.move_to(PRESS_DAY.fromisoformat(f"{instant}T12:00:00Z"))
        assert visitor.get("/en/day/").status_code == 200
