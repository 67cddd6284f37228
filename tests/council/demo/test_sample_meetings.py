"""Tests of the sample meetings as plain data: they are plausible on any day."""

import datetime as dt
import os
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from msgspec import to_builtins

from agenda.documents.checks import check_time_zone
from council.demo.document_files import SAMPLE_REFERENCE, apply_changes, build_topics, group_parts
from council.demo.places import CAPITALS
from council.demo.sample_meetings import (
    EMBARGOED_MEETING_ID,
    MOVED_MEETING_ID,
    TODAY_MEETING_ID,
    WITHDRAWN_MEETING_ID,
    SampleMeeting,
    SampleStatus,
    build_sample_meeting,
    build_sample_meetings,
    filter_by_status,
)
from council.demo.working_days import Diary, get_presidency_on, is_working_day
from meetings.clock import BRUSSELS
from meetings.documents.choices import Outcome, TimePrecision
from meetings.documents.document_urls import build_address
from meetings.documents.encoding import InvalidDocument, encode_document, validate_document
from meetings.documents.schema import MeetingDocument
from meetings.documents.traversal import collect_links, walk_items
from meetings.i18n.printed_times import format_printed_time
from meetings.reference.configurations import CONFIGURATIONS
from meetings.reference.places import MONTHS_IN_LUXEMBOURG
from meetings.reference.presidencies import list_presidencies

pytestmark = pytest.mark.once

# A leap year with the weeks around it: 29 February, both changes of summer time, every month's end, two New Years.
# `make soak` takes each of them; else we take every fifth, so that each day of the week and of the month occurs.
FIRST, NUMBER = dt.date(2027, 12, 15), 400
DAYS = [FIRST + dt.timedelta(days=n) for n in range(0, NUMBER, 1 if "SOAK" in os.environ else 5)]
DAYS += [dt.date(2027, 12, 31), dt.date(2028, 2, 29), dt.date(2028, 3, 26), dt.date(2028, 10, 29), dt.date(2029, 1, 1)]
TUESDAY = dt.date(2026, 11, 24)
NOON = dt.time(12)


@cache
def build_samples_on(day: dt.date, hour: dt.time = NOON) -> list[SampleMeeting]:
    return build_sample_meetings(Diary.starting_from(day), dt.datetime.combine(day, hour, BRUSSELS))


def list_documents(sample: SampleMeeting) -> Iterator[MeetingDocument]:
    yield sample.first
    if sample.second:
        yield sample.second
    if sample.third:
        yield sample.third


class TestEveryDay:
    def test_times_are_those_of_the_city(self) -> None:
        documents = [document for sample in build_samples_on(TUESDAY) for document in list_documents(sample)]
        assert {document.place.city for document in documents} >= {"Brussels", "Vilnius"}
        assert [check for document in documents for check in check_time_zone(document)] == []

    def test_samples_are_valid_and_plausible(self) -> None:
        for day in DAYS:
            addresses = []
            for sample in build_samples_on(day):
                for document in list_documents(sample):
                    self.check_document(document, day)
                last = sample.second or sample.first
                moved_away = {build_address(sample.first)} - {build_address(last) if last.start_date else ""}
                addresses += [*moved_away, *([build_address(last)] if last.start_date else [])]
            assert len(addresses) == len(set(addresses)), day

    def check_document(self, document: MeetingDocument, day: dt.date) -> None:
        assert validate_document(document) == document
        ids = [part["id"] for parts in group_parts(to_builtins(document)).values() for part in parts]
        assert len(ids) == len(set(ids)), document.title
        start, end = document.start_date, document.end_date
        if start is None or end is None:
            assert document.status == "postponed"
            return
        assert start <= end <= start + dt.timedelta(days=1), (day, document.title)
        assert is_working_day(start)
        assert is_working_day(end)
        facts = next(facts for facts in CONFIGURATIONS if facts.slug == document.configuration.slug)
        assert facts.is_in_force_on(start)
        presidency, expected = document.presidency, get_presidency_on(start)
        assert presidency
        assert expected
        assert presidency.country == expected.country
        assert all(chair.country in ("", expected.country) for chair in document.chairs)
        if document.form == "formal":
            assert document.place.city == ("Luxembourg" if start.month in MONTHS_IN_LUXEMBOURG else "Brussels")

    def test_presidency_is_the_same_on_both_days(self) -> None:
        for day in DAYS:
            for sample in build_samples_on(day):
                start, end = sample.first.start_date, sample.first.end_date
                assert start
                assert end
                assert get_presidency_on(start) == get_presidency_on(end), (day, sample.first.title)

    def test_samples_are_in_the_past_today_and_in_the_future(self) -> None:
        for day in DAYS:
            today = Diary.starting_from(day).today
            dates = [sample.first.end_date for sample in build_samples_on(day) if sample.first.end_date]
            assert sum(date < today for date in dates) >= 5
            assert sum(date > today for date in dates) >= 10
            assert [sample.first.id for sample in build_samples_on(day) if sample.first.start_date == today] == [
                TODAY_MEETING_ID
            ]
            assert all(sample.first.end_date < today for sample in build_samples_on(day) if has_results(sample))  # type: ignore[operator]


def has_results(sample: SampleMeeting) -> bool:
    document = sample.second or sample.first
    return bool(document.results) or any(item.result for item, _parent in walk_items(document.agenda))


class TestDiary:
    @pytest.mark.parametrize(
        ("day", "today"),
        [
            ("2026-11-24", "2026-11-24"),
            ("2026-11-28", "2026-11-30"),  # a Saturday
            ("2028-02-29", "2028-02-29"),
            ("2026-12-24", "2026-12-24"),
            ("2026-12-31", "2027-01-04"),
            ("2027-01-01", "2027-01-04"),
            ("2027-03-28", "2027-03-29"),  # the night to it has no hour from two to three
        ],
    )
    def test_diary_starts_on_the_next_working_day(self, day: str, today: str) -> None:
        assert str(Diary.starting_from(dt.date.fromisoformat(day)).today) == today

    def test_capital_of_every_presidency_is_known(self) -> None:
        assert {facts.country for facts in list_presidencies()} <= set(CAPITALS)


class TestVariety:
    """The samples of a Tuesday in November show everything that the site can do."""

    def test_samples_show_each_kind_of_meeting(self) -> None:
        samples = build_samples_on(TUESDAY)
        assert 16 <= len(samples) <= 22
        assert len({sample.first.configuration.slug for sample in samples}) >= 7
        for status in SampleStatus:
            assert filter_by_status(samples, status), status
        seconds = [sample.second for sample in samples if sample.second]
        assert {second.status for second in seconds} == {"confirmed", "postponed", "cancelled"}
        assert sum(second.start_date is None for second in seconds) == 1
        firsts = [sample.first for sample in samples]
        assert {first.form for first in firsts} == {"formal", "informal", "video_conference"}
        assert {first.language for first in firsts} == {"en", "fr"}
        assert sum(first.start_date != first.end_date for first in firsts) >= 4
        assert any(
            first.start_date and first.end_date and first.start_date.month != first.end_date.month for first in firsts
        )
        [trade] = [first for first in firsts if first.address_word]
        same_day = [f for f in firsts if (f.configuration, f.start_date) == (trade.configuration, trade.start_date)]
        assert len(same_day) == 2
        assert {EMBARGOED_MEETING_ID, MOVED_MEETING_ID, TODAY_MEETING_ID, WITHDRAWN_MEETING_ID} < {
            first.id for first in firsts
        }

    def test_samples_use_all_outcomes_precisions_and_kinds(self) -> None:
        documents = [sample.second or sample.first for sample in build_samples_on(TUESDAY)]
        items = [item for document in documents for item, _parent in walk_items(document.agenda)]
        assert {item.result.outcome for item in items if item.result} == set(Outcome) - {Outcome.NOT_STATED}
        points = [point for document in documents for point in document.programme]
        press = {point.time_precision for point in points if point.kind == "press_conference"}
        assert press == set(TimePrecision) - {TimePrecision.FROM, TimePrecision.NOT_STATED}
        assert {point.time_precision for point in points} >= {TimePrecision.FROM}
        assert {item.kind for item in items} == {"item", "a_items", "any_other_business", "meal"}
        assert {item.public for item in items} == {"", "yes", "possibly", "no"}
        assert {item.procedure_type for item in items} == {"", "legislative", "non_legislative"}

    def test_each_topic_belongs_to_two_published_meetings_or_the_real_note(self) -> None:
        published = filter_by_status(build_samples_on(TUESDAY), SampleStatus.PUBLISHED, SampleStatus.CHANGED)
        taken_up = [
            slug
            for sample in published
            for slug in {topic.slug for item, _parent in walk_items(sample.first.agenda) for topic in item.topics}
        ]
        topics = build_topics()
        assert set(taken_up) == {topic.slug for topic in topics}
        for topic in topics[2:]:  # the first two are those of the real note
            assert taken_up.count(topic.slug) >= 2, topic.slug

    def test_all_documents_are_marked_as_samples(self) -> None:
        for sample in build_samples_on(TUESDAY):
            for document in list_documents(sample):
                assert SAMPLE_REFERENCE in document.references
                assert document.notice.startswith(("Sample: ", "Exemple : "))
                assert all(chair.name.endswith((" Sample", " Exemple")) for chair in document.chairs)
                assert all(
                    link.url.startswith(("", "https://example.eu/")) for _type, _id, link in collect_links(document)
                )
        assert all("Sample: " in topic.text for topic in build_topics())

    def test_printed_times_match_their_values(self) -> None:
        for sample in build_samples_on(TUESDAY):
            for document in list_documents(sample):
                for point in document.programme:
                    if point.time:
                        time = dt.time.fromisoformat(point.time)
                        assert point.time_text == format_printed_time(time, point.time_precision)


class TestToday:
    @pytest.mark.parametrize("hour", ["00:00", "03:10", "09:59", "12:00", "18:29", "23:59"])
    def test_programme_is_around_now_within_a_working_day(self, hour: str) -> None:
        [today] = [
            s.first for s in build_samples_on(TUESDAY, dt.time.fromisoformat(hour)) if s.first.id == TODAY_MEETING_ID
        ]
        times = [point.time for point in today.programme if point.time]
        assert times == sorted(times)
        assert times[0] >= "08:00"
        assert times[-1] <= "21:30"
        now = min(max(hour, "10:00"), "18:30")
        assert any(time < now for time in times)
        assert any(now < time for time in times)
        assert len(set(times)) == len(times)
        delayed = next(point for point in today.programme if point.state == "delayed")
        assert delayed.previous[0].time
        assert delayed.time
        assert delayed.previous[0].time < delayed.time

    def test_only_the_meeting_of_today_depends_on_the_hour(self) -> None:
        early, late = (
            {encode_document(sample.first) for sample in build_samples_on(TUESDAY, dt.time(hour))} for hour in (9, 17)
        )
        assert len(early ^ late) == 2


FILE: dict[str, Any] = {
    "configuration": "gac",
    "days": {"distance": 3, "rule": "two_days"},
    "title": "General Affairs Council",
    "document_number": "97001/{yy}",
    "lead": "<p>One\nline.</p>\n<p>Another.</p>",
    "sessions": [{"title": "Europe", "date": "{last_day}"}],
    "chairs": [{"name": "Ruth Sample", "role": "Minister"}, {"name": "Ariel Sample", "role": "Guest", "country": ""}],
    "agenda": [
        {"title": "Cohesion", "session": "Europe", "procedures": ["{year-1}/9901 (COD)"]},
        {"title": "Any other business", "items": [{"title": "Tides"}]},
    ],
    "programme": [
        {"kind": "press_conference", "time": "{time+90}", "time_precision": "approximate"},
        {"kind": "start", "time": "09:00"},
    ],
    "alerts": [{"text": "Late.", "at": "{instant-5}"}],
}


def build_sample(**members: Any) -> SampleMeeting:
    now = dt.datetime.combine(TUESDAY, dt.time(12, 20, 30), BRUSSELS)
    return build_sample_meeting("europe", FILE | members, Diary.starting_from(TUESDAY), now)


class TestDataFile:
    def test_days_years_and_times_are_relative_to_the_start(self) -> None:
        first = build_sample().first
        assert (str(first.start_date), str(first.end_date)) == ("2026-12-01", "2026-12-02")
        assert first.sessions[0].date == first.end_date
        assert (first.document_number, first.agenda[0].procedures) == ("97001/26", ["2025/9901 (COD)"])
        assert [point.time_text for point in first.programme] == ["09:00", "+/- 13:45"]
        assert first.alerts[0].at == dt.datetime(2026, 11, 24, 11, 15, tzinfo=dt.UTC)

    def test_member_of_the_presidency_gets_its_country(self) -> None:
        minister, guest = build_sample().first.chairs
        assert (minister.role, minister.country, guest.role, guest.country) == ("Irish Minister", "IE", "Guest", "")

    def test_line_breaks_of_the_file_are_not_in_the_document(self) -> None:
        assert build_sample().first.lead == "<p>One line.</p><p>Another.</p>"

    def test_later_editions_change_what_they_name_and_keep_ids(self) -> None:
        sample = build_sample(
            second={"note": "Later.", "days": {"distance": 6}, "agenda": {"2": {"items": {"1": {"title": "Tide"}}}}},
            third={"agenda": {"1": {"title": "Cohesion policy"}}},
        )
        assert sample.second
        assert sample.third
        assert sample.note == "Later."
        assert [str(day) for day in (sample.second.start_date, sample.third.end_date)] == ["2026-12-02", "2026-12-03"]
        assert sample.first.agenda[1].items[0].id == sample.third.agenda[1].items[0].id
        assert [sample.third.agenda[0].title, sample.third.agenda[1].items[0].title] == ["Cohesion policy", "Tide"]
        assert sample.first.agenda[1].items[0].title == "Tides"

    def test_meeting_can_lose_its_date(self) -> None:
        second = build_sample(second={"status": "postponed", "has_date": False}).second
        assert second
        assert (second.start_date, second.end_date, second.presidency is None) == (None, None, False)

    def test_changes_can_add_and_replace_parts(self) -> None:
        assert apply_changes({"a": [{"b": 1}]}, {"a": {"1": {"c": 2}, "2": {"b": 3}}}) == {
            "a": [{"b": 1, "c": 2}, {"b": 3}]
        }
        assert apply_changes({"a": [1, 2]}, {"a": [3]}) == {"a": [3]}

    @pytest.mark.parametrize(
        ("members", "error"),
        [
            ({"titel": "?"}, InvalidDocument),
            ({"status": "perhaps"}, InvalidDocument),
            ({"demo_status": "perhaps"}, ValueError),
            ({"title": "{yaer}"}, KeyError),
            ({"days": {"distance": 1, "rule": "holidays"}}, KeyError),
            ({"agenda": [{"title": "Cohesion", "session": "Asia"}]}, KeyError),
        ],
    )
    def test_mistakes_are_reported(self, members: dict[str, Any], error: type[Exception]) -> None:
        with pytest.raises(error):
            build_sample(**members)
