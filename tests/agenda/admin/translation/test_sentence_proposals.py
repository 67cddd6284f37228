"""Proposals from sentences of earlier editions, in the translation editor."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda.documents.translations.segments import split_sentences
from agenda.workflow.publication import publish
from meetings.models import Meeting, Translation
from tests.admin_forms import create_user
from tests.agenda.admin.screens import get_actor
from tests.agenda.admin.translation.editor import (
    create_meeting,
    get_editor_url,
    get_words_at,
    keep_source_revision,
    read_form,
    send_form,
)
from tests.agenda.workflow.users import submit_and_approve
from tests.factories import PRESS_DAY, make_meeting, make_topic, translate

LEAD = (
    "<p>Ministers will meet at 10:00. They will discuss <strong>migration</strong>.</p>"
    "<p>A press conference follows.</p>"
)
FRENCH = (
    "<p>Les ministres se réuniront à 10h00. Ils débattront de <strong>migration</strong>.</p>"
    "<p>Une conférence de presse suit.</p>"
)
TOOK = "Use earlier translations: "


def publish_in_french(subject: Any, at: dt.datetime | None = None) -> dt.datetime:
    """Publish the subject with its lead in French, approved. Return the instant from which it is public."""
    people = {name: get_actor(name) for name in ("anna", "paul")}
    translate(subject, lead=FRENCH)
    keep_source_revision(subject, people["anna"])
    submit_and_approve(people, subject)
    return publish(subject, by=people["paul"], at=at)[0].available_from


@pytest.fixture(scope="module")
def staff(translators: None) -> None:
    create_user("anna", "Authors")
    create_user("paul", "Publishers", "Revisers")


@pytest.fixture(scope="class")
def earlier(staff: None, class_clock: Any) -> None:
    """A meeting published in English and French."""
    class_clock.move_to(publish_in_french(make_meeting("jha", lead=LEAD)))


@pytest.fixture
def meeting(earlier: None) -> Meeting:
    """Return the next meeting, which has most of its sentences from the last."""
    return create_meeting(
        start_date=dt.date(2060, 10, 14),
        lead="<p>Ministers will meet at 11:00. They will discuss <strong>migration</strong>.</p>"
        "<p>A press conference follows.</p><p>Something new happens.</p>",
    )


def get_lead_words(client: Client, meeting: Meeting, language: str = "fr") -> str:
    return get_words_at(client.get(get_editor_url(meeting, language)), meeting, "lead")


class TestOtherTexts:
    def test_sentences_that_are_not_published_yet_are_not_offered(self, staff: None, ines: Client) -> None:
        publish_in_french(make_meeting("jha", lead=LEAD), at=PRESS_DAY + dt.timedelta(hours=8))
        assert TOOK not in get_lead_words(
            ines, create_meeting(start_date=dt.date(2060, 10, 14), lead=f"{LEAD}<p>More.</p>")
        )

    def test_sentences_of_topics_are_offered(self, staff: None, ines: Client, clock: Any) -> None:
        clock.move_to(publish_in_french(make_topic(lead=LEAD)))
        other: Any = keep_source_revision(make_topic("asylum", lead=f"{LEAD}<p>And asylum, too.</p>"))
        assert f"{TOOK}3 of 4 sentences" in get_words_at(ines.get(get_editor_url(other)), other, "lead")


class TestProposals:
    def test_nothing_is_offered_if_the_language_was_not_published(self, ines: Client, meeting: Meeting) -> None:
        assert TOOK in get_lead_words(ines, meeting)
        assert TOOK not in get_lead_words(ines, meeting, "de")

    def test_sentences_of_another_configuration_are_not_offered(self, earlier: None, ines: Client) -> None:
        other = create_meeting("env", start_date=dt.date(2060, 10, 14), lead=f"{LEAD}<p>More of it.</p>")
        assert TOOK not in get_lead_words(ines, other)

    def test_sentences_are_not_offered_if_the_whole_text_is(self, earlier: None, ines: Client) -> None:
        content = get_lead_words(ines, create_meeting(start_date=dt.date(2060, 10, 14), lead=LEAD))
        assert "Use the translation from JHA, 14 September 2060" in content
        assert TOOK not in content

    def test_known_sentences_are_shown_and_counted(self, meeting: Meeting, ines: Client) -> None:
        content = get_lead_words(ines, meeting)
        assert "Ils débattront de migration . … Une conférence de presse suit." in content
        assert f"{TOOK}2 of 4 sentences" in content

    def test_unknown_sentences_stay_in_the_source_language(self, meeting: Meeting, ines: Client) -> None:
        page = send_form(ines, meeting, read_form(ines, meeting), take=f"{meeting.pk}-lead:begun")
        assert "Nothing has been saved yet" in page.content.decode()
        assert (
            "Ministers will meet at 11:00. Ils débattront de **migration**. Une conférence de presse suit. "
            "Something new happens."
        ) in get_words_at(page, meeting, "lead")
        assert "Ils" not in str(Translation.objects.filter(row_id=meeting.pk).values())

    def test_number_of_queries_does_not_grow_with_editions(self, ines: Client, meeting: Meeting, clock: Any) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                ines.get(get_editor_url(meeting))
            return len(captured)

        few = queries()
        for day in (1, 2):
            clock.move_to(publish_in_french(make_meeting("jha", dt.date(2060, 11, day), lead=LEAD)))
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
def test_sentences_are_split(text: str, sentences: list[str]) -> None:
    found = split_sentences(text)
    assert found[::2] == sentences
    assert "".join(found) == text
