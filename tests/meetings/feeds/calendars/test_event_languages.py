"""Test that texts of events, labels and dates included, are in the language of their label."""

from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo

from meetings.documents.choices import Language
from meetings.documents.schema import MeetingDocument
from meetings.editions.freezing import create_edition
from tests.edition_publisher import EditionPublisher
from tests.factories import (
    DAY,
    PRESS_DATE,
    PRESS_DAY,
    SECOND,
    make_configuration,
    make_full_document,
)
from tests.meetings.feeds.calendars.calendar_reader import read_calendar, read_event, read_events
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db
FRENCH = "/fr/meetings/calendar.ics"
POINTS = f"{FRENCH}?points=1"


@pytest.fixture
def french_words(settings: Any, tmp_path: Path) -> None:
    """Install a catalogue with a few French messages."""
    catalogue = Catalog("fr")
    catalogue.add("en", "fr", context="code of the language that this is translated into")
    for english, french in (
        ("Previously planned:", "Initialement :"),
        ("Withdrawn: %s", "Retiré : %s"),
        ("about %s", "vers %s"),
    ):
        catalogue.add(english, french)
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, catalogue)
    settings.LOCALE_PATHS = [tmp_path]


def two_days(language: Language = Language.EN, **values: Any) -> MeetingDocument:
    """Return a document with a point on the second day."""
    document = make_full_document(language=language, **values)
    document.programme[0].date = PRESS_DATE + DAY
    return document


def publish_at(clock: Any, *documents: MeetingDocument, seconds: int = 1) -> None:
    create_edition(list(documents), available_from=PRESS_DAY + SECOND * seconds)
    clock.move_to(PRESS_DAY + SECOND * seconds)


def read_texts(event: Any, name: str) -> tuple[str, str]:
    """Return the language label of a text, and the text."""
    return event[name].params["LANGUAGE"], str(event[name])


ENGLISH = ["13 September 2060", "Wednesday 15 September 2060", "about 13:00"]


class TestAMeeting:
    @pytest.mark.parametrize("language", ["fr", "fi", "hu", "el"])
    def test_event_in_english_has_english_dates(self, visitor: Visitor, clock: Any, language: str) -> None:
        publish_at(clock, two_days())
        event = read_event(visitor, f"/{language}/meetings/calendar.ics")
        label, text = read_texts(event, "DESCRIPTION")
        assert (label, [part for part in ENGLISH if part not in text]) == ("en", [])
        assert event["URL"] == f"http://testserver/{language}/meetings/jha/2060/09/14-15-second/"

    def test_dates_are_english_if_labels_are(self, visitor: Visitor, clock: Any) -> None:
        """That is so until the interface is translated into the language."""
        publish_at(clock, two_days(), two_days(Language.FR, title="Conseil JAI"))
        label, text = read_texts(read_event(visitor, FRENCH), "DESCRIPTION")
        assert (label, [part for part in ENGLISH if part not in text]) == ("fr", [])

    @pytest.mark.usefixtures("french_words")
    def test_dates_are_in_the_language_of_the_labels(self, visitor: Visitor, clock: Any) -> None:
        publish_at(clock, two_days(), two_days(Language.FR, title="Conseil JAI"))
        label, text = read_texts(read_event(visitor, FRENCH), "DESCRIPTION")
        french = ["Initialement : 13 septembre 2060", "mercredi 15 septembre 2060", "vers 13:00"]
        assert (label, [part for part in french if part not in text]) == ("fr", [])

    @pytest.mark.usefixtures("french_words")
    def test_language_of_the_address_does_not_affect_an_english_text(self, visitor: Visitor, clock: Any) -> None:
        publish_at(clock, two_days())
        label, text = read_texts(read_event(visitor, FRENCH), "DESCRIPTION")
        assert (label, [part for part in ENGLISH if part not in text]) == ("en", [])

    @pytest.mark.usefixtures("french_words")
    def test_notice_of_withdrawal_is_in_its_own_language(self, visitor: Visitor, clock: Any) -> None:
        """It has the title, which is in French only if the meeting was."""
        publish = EditionPublisher(clock)
        publish.withdraw(publish(two_days(), two_days(Language.FR)))
        assert read_texts(read_event(visitor, FRENCH), "SUMMARY") == ("fr", "Retiré : JHA")
        assert read_texts(read_event(visitor), "SUMMARY") == ("en", "Withdrawn: JHA")


class TestPoints:
    def test_points_of_an_english_meeting_are_in_english(self, visitor: Visitor, clock: Any) -> None:
        publish_at(clock, two_days())
        _meeting, point = read_events(visitor, POINTS)
        assert read_texts(point, "SUMMARY") == ("en", "Press conference: Home Affairs Council (about 13:00)")
        assert "Previously planned: 14 September 2060, 12:00" in read_texts(point, "DESCRIPTION")[1]

    @pytest.mark.usefixtures("french_words")
    def test_removed_point_is_in_its_source_language(self, visitor: Visitor, clock: Any) -> None:
        publish_at(clock, two_days(), two_days(Language.FR, title="Conseil JAI"))
        publish_at(
            clock, make_full_document(programme=[]), make_full_document(language=Language.FR, programme=[]), seconds=2
        )
        _meeting, point = read_events(visitor, POINTS)
        assert read_texts(point, "SUMMARY") == ("en", "Cancelled: Press conference: Home Affairs Council")


class TestTheCalendar:
    def test_name_and_description_of_the_calendar_have_their_languages(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        calendar = read_calendar(visitor, "/fr/meetings/jha/calendar.ics")
        assert read_texts(calendar, "NAME") == ("fr", 'Conseil "Justice et affaires intérieures"')
        assert calendar["DESCRIPTION"].params["LANGUAGE"] == "en"

    def test_untranslated_name_has_its_own_language(self, visitor: Visitor, clock: Any) -> None:
        configuration = make_configuration()
        configuration.name = "Law and order"
        configuration.save()
        assert read_texts(read_calendar(visitor, "/fr/meetings/jha/calendar.ics"), "NAME") == (
            "en",
            "Law and order Council",
        )
