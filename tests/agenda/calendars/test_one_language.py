"""A text that is labelled with a language is in that one: its words and its dates, whatever the address is in."""

from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo

from meetings.documents.shape import MeetingDocument
from meetings.editions import freeze
from meetings.vocabulary import Language
from tests.agenda.calendars.reading import calendar_at, event_at, events_at
from tests.cast import (
    DAY,
    PRESS_DATE,
    PRESS_DAY,
    SECOND,
    full_document,
    make_configuration,
    make_meeting,
    published,
    withdraw,
)
from tests.publicity import Visitor

pytestmark = pytest.mark.django_db
FRENCH = "/fr/meetings/calendar.ics"
POINTS = f"{FRENCH}?points=1"


@pytest.fixture
def french_words(settings: Any, tmp_path: Path) -> None:
    """A few of them, as a catalogue would have them."""
    catalogue = Catalog("fr")
    catalogue.add("en", "fr", context="code of the language that this is translated into")
    for english, french in (("Planned before:", "Initialement :"), ("Withdrawn", "Retiré"), ("about %s", "vers %s")):
        catalogue.add(english, french)
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, catalogue)
    settings.LOCALE_PATHS = [tmp_path]


def two_days(language: Language = Language.EN, **values: Any) -> MeetingDocument:
    """With a point on the second day."""
    document = full_document(language=language, **values)
    document.programme[0].date = PRESS_DATE + DAY
    return document


def appear(clock: Any, *documents: MeetingDocument, seconds: int = 1) -> None:
    freeze(list(documents), available_from=PRESS_DAY + SECOND * seconds)
    clock.move_to(PRESS_DAY + SECOND * seconds)


def told(event: Any, name: str) -> tuple[str, str]:
    """The language that the text is labelled with, and the text."""
    return event[name].params["LANGUAGE"], str(event[name])


ENGLISH = ["13 September 2060", "Wednesday 15 September 2060", "about 13:00"]


class TestAMeeting:
    @pytest.mark.parametrize("language", ["fr", "fi", "hu", "el"])
    def test_event_in_english_has_english_dates(self, visitor: Visitor, clock: Any, language: str) -> None:
        appear(clock, two_days())
        event = event_at(visitor, f"/{language}/meetings/calendar.ics")
        label, text = told(event, "DESCRIPTION")
        assert (label, [part for part in ENGLISH if part not in text]) == ("en", [])
        assert event["URL"] == f"http://testserver/{language}/meetings/jha/2060/09/14-15-second/"

    def test_dates_are_english_if_labels_are(self, visitor: Visitor, clock: Any) -> None:
        """Until there are words in the language."""
        appear(clock, two_days(), two_days(Language.FR, title="Conseil JAI"))
        label, text = told(event_at(visitor, FRENCH), "DESCRIPTION")
        assert (label, [part for part in ENGLISH if part not in text]) == ("fr", [])

    @pytest.mark.usefixtures("french_words")
    def test_dates_are_in_the_language_of_the_labels(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, two_days(), two_days(Language.FR, title="Conseil JAI"))
        label, text = told(event_at(visitor, FRENCH), "DESCRIPTION")
        french = ["Initialement : 13 septembre 2060", "mercredi 15 septembre 2060", "vers 13:00"]
        assert (label, [part for part in french if part not in text]) == ("fr", [])

    @pytest.mark.usefixtures("french_words")
    def test_language_of_the_address_does_not_affect_an_english_text(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, two_days())
        label, text = told(event_at(visitor, FRENCH), "DESCRIPTION")
        assert (label, [part for part in ENGLISH if part not in text]) == ("en", [])

    @pytest.mark.usefixtures("french_words")
    def test_notice_of_withdrawal_is_in_the_language_of_the_reader(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert [told(event, "SUMMARY") for event in events_at(visitor, POINTS)] == [("fr", "Retiré")] * 2
        assert told(event_at(visitor), "SUMMARY") == ("en", "Withdrawn")


class TestPoints:
    def test_points_of_an_english_meeting_are_in_english(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, two_days())
        _meeting, point = events_at(visitor, POINTS)
        assert told(point, "SUMMARY") == ("en", "Press conference: Home Affairs Council (about 13:00)")
        assert "Planned before: 14 September 2060, 12:00" in told(point, "DESCRIPTION")[1]

    @pytest.mark.usefixtures("french_words")
    def test_removed_point_is_in_its_source_language(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, two_days(), two_days(Language.FR, title="Conseil JAI"))
        appear(clock, full_document(programme=[]), full_document(language=Language.FR, programme=[]), seconds=2)
        _meeting, point = events_at(visitor, POINTS)
        assert told(point, "SUMMARY") == ("en", "Cancelled: Press conference: Home Affairs Council")


class TestTheCalendar:
    def test_name_and_description_of_the_calendar_have_their_languages(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        calendar = calendar_at(visitor, "/fr/meetings/jha/calendar.ics")
        assert told(calendar, "NAME") == ("fr", 'Conseil "Justice et affaires intérieures"')
        assert calendar["DESCRIPTION"].params["LANGUAGE"] == "en"

    def test_untranslated_name_has_its_own_language(self, visitor: Visitor, clock: Any) -> None:
        configuration = make_configuration()
        configuration.name = "Law and order"
        configuration.save()
        assert told(calendar_at(visitor, "/fr/meetings/jha/calendar.ics"), "NAME") == ("en", "Law and order Council")
