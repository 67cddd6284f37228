"""Sentences of earlier editions, offered in the desk."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda.publishing import publish
from agenda.translations.sentences import split_sentences
from meetings.audit import Actor
from meetings.models import Meeting, Translation
from tests.agenda.publishing.people import people, signed_off
from tests.agenda.translators.desk import a_meeting, at, desk_of, kept, opened, sent
from tests.cast import PRESS_DAY, make_meeting, make_topic, translate

__all__ = ["people"]
LEAD = (
    "<p>Ministers will meet at 10:00. They will discuss <strong>migration</strong>.</p>"
    "<p>A press conference follows.</p>"
)
FRENCH = (
    "<p>Les ministres se réuniront à 10h00. Ils débattront de <strong>migration</strong>.</p>"
    "<p>Une conférence de presse suit.</p>"
)
TOOK = "Use earlier translations: "


@pytest.fixture
def earlier(people: dict[str, Actor], clock: Any) -> Meeting:
    """Published in English and French."""
    meeting: Meeting = make_meeting("jha", lead=LEAD)
    translate(meeting, lead=FRENCH)
    kept(meeting, people["anna"])
    signed_off(people, meeting)
    clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
    return meeting


@pytest.fixture
def meeting(earlier: Meeting) -> Meeting:
    """The next one, which has most of its sentences from the last."""
    return a_meeting(
        start_date=dt.date(2060, 10, 14),
        lead="<p>Ministers will meet at 11:00. They will discuss <strong>migration</strong>.</p>"
        "<p>A press conference follows.</p><p>Something new happens.</p>",
    )


def lead_of(client: Client, meeting: Meeting, language: str = "fr") -> str:
    return at(client.get(desk_of(meeting, language)), meeting, "lead")


class TestOffered:
    def test_not_where_nothing_was_published_in_the_language(
        self, people: dict[str, Actor], ines: Client, meeting: Meeting
    ) -> None:
        assert TOOK in lead_of(ines, meeting)
        assert TOOK not in lead_of(ines, meeting, "de")

    def test_not_what_is_not_published_yet(self, people: dict[str, Actor], ines: Client, clock: Any) -> None:
        earlier = make_meeting("jha", lead=LEAD)
        translate(earlier, lead=FRENCH)
        kept(earlier, people["anna"])
        signed_off(people, earlier)
        publish(earlier, by=people["paul"], at=PRESS_DAY + dt.timedelta(hours=8))
        assert TOOK not in lead_of(ines, a_meeting(start_date=dt.date(2060, 10, 14), lead=f"{LEAD}<p>More.</p>"))

    def test_not_of_another_configuration(self, earlier: Meeting, ines: Client) -> None:
        other = a_meeting("env", start_date=dt.date(2060, 10, 14), lead=f"{LEAD}<p>More of it.</p>")
        assert TOOK not in lead_of(ines, other)

    def test_not_where_the_whole_text_is_offered(self, earlier: Meeting, ines: Client) -> None:
        told = lead_of(ines, a_meeting(start_date=dt.date(2060, 10, 14), lead=LEAD))
        assert "Use the translation from JHA, 14 September 2060" in told
        assert TOOK not in told

    def test_the_known_ones_are_shown_and_counted(self, meeting: Meeting, ines: Client) -> None:
        told = lead_of(ines, meeting)
        assert "Ils débattront de migration . … Une conférence de presse suit." in told
        assert f"{TOOK}2 of 4 sentences" in told

    def test_taken_over_the_others_stay_in_the_source_s_words(self, meeting: Meeting, ines: Client) -> None:
        page = sent(ines, meeting, opened(ines, meeting), take=f"{meeting.pk}-lead:begun")
        assert "Nothing has been saved yet" in page.content.decode()
        assert (
            "Ministers will meet at 11:00. Ils débattront de **migration**. Une conférence de presse suit. "
            "Something new happens."
        ) in at(page, meeting, "lead")
        assert "Ils" not in str(Translation.objects.filter(row_id=meeting.pk).values())

    def test_of_topics_as_well(self, people: dict[str, Actor], ines: Client, clock: Any) -> None:
        topic = make_topic(lead=LEAD)
        translate(topic, lead=FRENCH)
        kept(topic, people["anna"])
        signed_off(people, topic)
        clock.move_to(publish(topic, by=people["paul"])[0].available_from)
        other: Any = kept(make_topic("asylum", lead=f"{LEAD}<p>And asylum, too.</p>"))
        assert f"{TOOK}3 of 4 sentences" in at(ines.get(desk_of(other)), other, "lead")

    def test_its_queries_do_not_grow_with_editions(
        self, people: dict[str, Actor], ines: Client, meeting: Meeting, clock: Any
    ) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                ines.get(desk_of(meeting))
            return len(captured)

        few = queries()
        for day in (1, 2, 3):
            one = make_meeting("jha", dt.date(2060, 11, day), lead=LEAD)
            translate(one, lead=FRENCH)
            kept(one, people["anna"])
            signed_off(people, one)
            clock.move_to(publish(one, by=people["paul"])[0].available_from)
        assert queries() == few


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", [""]),
        ("One.", ["One."]),
        ("At 10.30 a.m. they meet. Then lunch.", ["At 10.30 a.m. they meet.", "Then lunch."]),
        ("Is it so? «Ναι.» Τέλος.", ["Is it so?", "«Ναι.»", "Τέλος."]),
        ("<strong>One. Two.</strong> Three.", ["<strong>One. Two.</strong>", "Three."]),
        ("One.<br>Two. Three.", ["One.<br>Two.", "Three."]),
        ("See <a href='x'>this</a>.\u00a0Then that.", ["See <a href='x'>this</a>.", "Then that."]),
    ],
)
def test_where_sentences_end(text: str, sentences: list[str]) -> None:
    found = split_sentences(text)
    assert found[::2] == sentences
    assert "".join(found) == text
