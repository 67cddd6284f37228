"""The API's lists find words with `q`, by the rules of the search page, and never words that are not public."""

import datetime as dt
from typing import Any

import pytest

from agenda.models import AgendaItem
from meetings.models import Meeting
from tests.agenda.search.search_page import publish_approved
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DAY,
    make_meeting,
    make_topic,
    publish,
    publish_now,
    translate,
    withdraw,
)
from tests.public_requests import Visitor

JHA = "Justice and Home Affairs Council"
pytestmark = pytest.mark.django_db


def find_titles(visitor: Visitor, resource: str, typed: str, **more: Any) -> list[str]:
    query = {"q": typed, **more}
    response = visitor.get(f"/api/v1/{resource}/", query)
    assert response.status_code == 200, response.content
    return [entry["title"] for entry in response.json()["results"]]


@pytest.fixture
def meeting(clock: Any) -> Meeting:
    meeting = make_meeting(lead="<p>Ministers meet in Luxembourg.</p>")
    AgendaItem.objects.create(meeting=meeting, title="Protecting pollinators", text="<p>Bees and hoverflies.</p>")
    AgendaItem.objects.create(meeting=meeting, title="Asylum procedures", procedures=["2016/0142 (COD)"])
    publish_now(clock, meeting)
    return meeting


class TestWords:
    @pytest.mark.parametrize(
        ("typed", "titles"),
        [
            ("pollinators", ["Protecting pollinators"]),
            ("POLLINATOR", ["Protecting pollinators"]),
            ("bees hoverf", ["Protecting pollinators"]),
            ("“bees and hoverflies”", ["Protecting pollinators"]),
            ("“hoverflies and bees”", []),
            ("2016/0142", ["Asylum procedures"]),
            ("pollinators asylum", []),
            ("Ministers meet", []),  # the meeting's own words
            ("zanzibar", []),
        ],
    )
    def test_items_with_all_words_are_found(
        self, visitor: Visitor, meeting: Meeting, typed: str, titles: list[str]
    ) -> None:
        assert find_titles(visitor, "agenda-items", typed) == titles

    def test_meetings_are_found_by_their_own_words_and_those_of_an_item(
        self, visitor: Visitor, clock: Any, meeting: Meeting
    ) -> None:
        publish_now(clock, make_meeting("env", title="Environment Council"), make_topic(title="Hoverflies"))
        assert find_titles(visitor, "meetings", "ministers luxembourg") == [JHA]
        assert find_titles(visitor, "meetings", "hoverflies") == [JHA]
        assert find_titles(visitor, "meetings", "environment") == ["Environment Council"]

    def test_words_are_those_of_the_language_of_the_answer(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        translate(meeting, language="el", lead="<p>Η κατάσταση της Ευρώπης</p>")
        publish_approved(clock, meeting)
        assert len(find_titles(visitor, "meetings", "ΕΥΡΩΠΗΣ", lang="el")) == 1
        assert find_titles(visitor, "meetings", "ΕΥΡΩΠΗΣ", lang="fr") == []

    def test_other_filters_apply_too(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        other = make_meeting("env", start_date=PRESS_DAY.date() + 40 * DAY, lead="<p>Pollinators</p>")
        publish_now(clock, other)
        assert len(find_titles(visitor, "meetings", "pollinators")) == 2
        for limits in ({"configuration": "ENV"}, {"date_from": "2060-10-01"}):
            assert find_titles(visitor, "meetings", "pollinators", **limits) == ["Environment Council"]
        assert find_titles(visitor, "meetings", "pollinators", date_to="2060-10-01") == [JHA]
        for limits in ({"date_from": "0001-01-01"}, {"date_to": "9999-12-31"}):
            assert len(find_titles(visitor, "meetings", "pollinators", **limits)) == 2

    def test_later_pages_follow_the_same_words(self, visitor: Visitor, clock: Any) -> None:
        meetings = [make_meeting(lead="<p>Pollinators</p>", start_date=PRESS_DAY.date() + n * DAY) for n in range(3)]
        publish_now(clock, *meetings)
        page = visitor.get_json("meetings/?q=pollinators&limit=2")
        meetings[0].lead = "<p>Pollinators and bees</p>"  # corrected between the pages
        meetings[0].save()
        publish_now(clock, meetings[0])
        assert [entry["id"] for entry in visitor.get(page["next"]).json()["results"]] == [str(meetings[0].pk)]


class TestRefusals:
    @pytest.mark.parametrize(
        ("query", "parameter", "words"),
        [
            ("q=", "q", "is empty"),
            ("q=of+the", "q", "no word to search for"),
            ("q=%3F%21", "q", "no word to search for"),
            ("q=" + "+".join(f"word{n}" for n in range(13)), "q", "more than 12 words"),
            ("q=" + 201 * "a", "q", "longer than 200"),
            ("q=bees&as_of=2060-09-14T07:00:00Z", "as_of", "either q or as_of"),
            ("search=bees", "search", "Did you mean “q”"),
        ],
    )
    def test_query_is_refused_with_the_reason(
        self, visitor: Visitor, clock: Any, query: str, parameter: str, words: str
    ) -> None:
        problem = visitor.get_problem(f"agenda-items/?{query}", 400)
        assert problem["parameter"] == parameter
        assert words in problem["detail"]

    def test_other_lists_have_no_search(self, visitor: Visitor) -> None:
        assert visitor.get_problem("programme/?q=bees", 400)["parameter"] == "q"


class TestHiddenWords:
    """A word that only hidden texts have gives the same answer as one that no text has."""

    RESOURCES = ("meetings", "agenda-items")

    def is_not_found(self, visitor: Visitor, word: str) -> bool:
        pairs = [(f"/api/v1/{name}/?q={word}", f"/api/v1/{name}/?q=Zanzibaq") for name in self.RESOURCES]
        return all(visitor.get(one).content == visitor.get(other).content for one, other in pairs)

    def make(self, **facts: Any) -> Meeting:
        meeting = make_meeting(**facts)
        AgendaItem.objects.create(meeting=meeting, title="Zanzibar")
        return meeting

    def test_draft(self, visitor: Visitor, clock: Any) -> None:
        self.make(lead="<p>Zanzibar</p>")
        assert self.is_not_found(visitor, "Zanzibar")

    def test_scheduled_text_before_its_instant(self, visitor: Visitor, clock: Any) -> None:
        publish(self.make(), at=PRESS_DAY + DAY)
        clock.move_to(PRESS_DAY + DAY - dt.timedelta(milliseconds=1))
        assert self.is_not_found(visitor, "Zanzibar")
        clock.move_to(PRESS_DAY + DAY)
        assert find_titles(visitor, "agenda-items", "Zanzibar") == ["Zanzibar"]

    def test_scheduled_correction_of_a_live_text(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        meeting.lead = "<p>Zanzibar</p>"
        meeting.save()
        publish(meeting, at=PRESS_DAY + DAY)
        assert self.is_not_found(visitor, "Zanzibar")

    def test_corrected_text(self, visitor: Visitor, clock: Any) -> None:
        meeting = self.make()
        publish_now(clock, meeting)
        meeting.agenda.filter(title="Zanzibar").update(title="Madagascar")
        publish_now(clock, meeting)
        clock.move_to(PRESS_DAY + DAY)
        assert self.is_not_found(visitor, "Zanzibar")

    def test_withdrawn_text_also_behind_a_cursor(self, visitor: Visitor, clock: Any) -> None:
        meetings = [self.make(start_date=PRESS_DAY.date() + n * DAY) for n in range(2)]
        publish_now(clock, *meetings)
        page = visitor.get_json("agenda-items/?q=Zanzibar&limit=1")
        for meeting in meetings:
            clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        clock.move_to(PRESS_DAY + DAY)
        assert self.is_not_found(visitor, "Zanzibar")
        assert visitor.get(page["next"]).json()["results"] == []


class TestTooManyEntries:
    """A part of what has the words would look like all of it, above all below another filter."""

    @pytest.fixture(autouse=True)
    def meetings(self, clock: Any, monkeypatch: pytest.MonkeyPatch) -> list[Meeting]:
        monkeypatch.setattr("agenda.search.queries.MAX_RANKED_PARTS", 2)
        meetings = [make_meeting(lead="<p>Bees</p>", start_date=PRESS_DAY.date() + n * 400 * DAY) for n in range(3)]
        publish_now(clock, *meetings)
        clock.move_to(PRESS_DAY + MINUTE)
        return meetings

    @pytest.mark.parametrize("more", ["", "&takes_place=true", "&date_from=2060-01-01"])
    def test_they_are_a_400_that_says_how_to_narrow(self, visitor: Visitor, more: str) -> None:
        problem = visitor.get_problem(f"meetings/?q=bees{more}", 400)
        assert problem["parameter"] == "q"
        assert "Add words, or configuration, date_from or date_to" in problem["detail"]

    def test_a_later_first_day_narrows(self, visitor: Visitor, meetings: list[Meeting]) -> None:
        found = [entry["id"] for entry in visitor.get_json("meetings/?q=bees&date_from=2061-09-14")["results"]]
        assert found == [str(meeting.pk) for meeting in reversed(meetings[1:])]

    def test_topics_and_other_lists_do_not_count(self, visitor: Visitor, clock: Any, meetings: list[Meeting]) -> None:
        AgendaItem.objects.create(meeting=meetings[0], title="Hoverflies")
        topics = [make_topic(title=f"Hoverflies {n}", slug=f"hoverflies-{n}") for n in range(3)]
        publish_now(clock, meetings[0], *topics)
        clock.move_to(PRESS_DAY + DAY)
        assert find_titles(visitor, "meetings", "hoverflies") == [JHA]
        assert find_titles(visitor, "agenda-items", "hoverflies") == ["Hoverflies"]
        assert find_titles(visitor, "agenda-items", "bees") == []


@pytest.mark.parametrize("typed", ["Protecting\x03pollinators", "\x00pollinators\x7f"])
def test_control_characters_separate_words(visitor: Visitor, meeting: Meeting, typed: str) -> None:
    """The description of `q` allows them."""
    assert find_titles(visitor, "agenda-items", typed) == ["Protecting pollinators"]
