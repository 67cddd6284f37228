"""Test that a working copy restored from a document builds exactly that document again."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from msgspec.structs import replace

from agenda.documents.building import build_meeting
from agenda.models import AgendaItem, MediaLink, Result
from agenda.workflow.drafts import build_draft, build_drafts, compute_draft_digest
from meetings.documents import schema
from meetings.documents.choices import TimePrecision
from meetings.documents.encoding import InvalidDocument, encode_document
from meetings.models import Configuration, Meeting, Presidency, ProgrammePoint
from tests.factories import (
    COMMAND,
    DAY,
    PRESS_DAY,
    make_configuration,
    make_full_document,
    make_meeting,
    make_meeting_document,
    make_uuid,
    publish_now,
    restore,
    translate,
)


def make_point() -> schema.Point:
    return schema.Point(id=make_uuid("a point"), time="10:00", time_precision=TimePrecision.EXACT)


def build_meeting_draft(meeting: Meeting, language: str) -> schema.MeetingDocument:
    document = build_draft(meeting, PRESS_DAY, language=language)
    assert isinstance(document, schema.MeetingDocument)
    return document


@pytest.mark.django_db
class TestRefusals:
    """Nothing is changed if a document cannot be restored."""

    @pytest.fixture(autouse=True)
    def jha(self) -> None:
        make_configuration()

    @pytest.mark.parametrize(
        ("values", "why"),
        [
            ({"configuration": schema.ConfigurationName(code="X", slug="x", name="X")}, "no configuration"),
            ({"language": "fr"}, "original language"),
            ({"sessions": []}, "refers to a session"),
            ({"agenda": []}, "refers to an item"),
            ({"sessions": [schema.Session(id=make_uuid("session"), title="x")] * 2}, "same id"),
            ({"links": [schema.Link(id=make_uuid("l"), title="x")] * 2}, "same id"),
            ({"links": [schema.Link(id=make_full_document().agenda[0].id, title="x")]}, "same id"),
            ({"links": [schema.Link(id=make_full_document().id, title="x")]}, "that of the document"),
            ({"links": [schema.Link(id=make_uuid("l"), title="x" * 501)]}, "at most 500 characters"),
            ({"notice": "a\0b"}, "null character"),
            ({"start_date": None}, "Enter the first day"),
            ({"start_date": PRESS_DAY.date() + 2 * DAY}, "before the first"),
            ({"title": "x" * 301}, "at most 300 characters"),
            ({"timezone": "Europe/Atlantis"}, "not a time zone"),
            ({"status": "unsure"}, "status"),
            ({"links": [schema.Link(id=make_uuid("l"), title="x", url="javascript:alert(1)")]}, "links"),
            (
                {"programme": [schema.Point(id=make_uuid("p"), time="25:00", time_precision=TimePrecision.EXACT)]},
                "time",
            ),
            ({"programme": [schema.Point(id=make_uuid("p"), time_precision=TimePrecision.EXACT)]}, "Enter the time"),
        ],
    )
    def test_error_names_the_problem(self, values: dict[str, Any], why: str) -> None:
        with pytest.raises(InvalidDocument, match=why):
            restore(make_full_document(**values))
        assert not Meeting.objects.exists()

    def test_row_of_another_meeting_is_refused(self) -> None:
        restore(make_full_document())
        with pytest.raises(InvalidDocument, match="belongs to another meeting or topic"):
            restore(make_full_document(id=make_uuid("other meeting"), address_word="other"))
        assert Meeting.objects.count() == 1

    @pytest.mark.parametrize("part", [AgendaItem, ProgrammePoint, MediaLink])
    def test_part_of_an_edition_of_another_meeting_is_refused(self, clock: Any, part: type[Any]) -> None:
        """Once it was gone from the working copy there, its address and its entry in calendars led to this meeting."""
        theirs = make_full_document(programme=[make_point()])
        publish_now(clock, restore(theirs))
        restore(replace(theirs, agenda=[], programme=[], links=[]))
        parts: dict[Any, Any] = {
            AgendaItem: {"agenda": [schema.Item(id=theirs.agenda[0].id, title="Taken over")]},
            ProgrammePoint: {"programme": [make_point()]},
            MediaLink: {"links": [replace(theirs.links[0], title="Taken over")]},
        }
        with pytest.raises(InvalidDocument, match="belongs to another meeting or topic"):
            restore(make_meeting_document(id=make_uuid("other meeting"), address_word="other", **parts[part]))
        restore(make_meeting_document(id=theirs.id, address_word=theirs.address_word, **parts[part]))

    def test_day_of_another_meeting_is_refused(self) -> None:
        make_meeting()
        with pytest.raises(InvalidDocument, match="a word for the address"):
            restore(make_full_document(address_word=""))


@pytest.mark.django_db
class TestRoundTrip:
    def test_full_document_is_restored_and_built_again(self) -> None:
        make_configuration()
        document = make_full_document()
        meeting = restore(document)
        assert encode_document(build_meeting(meeting)) == encode_document(document)

    def test_revision_of_a_restored_document_is_what_its_rows_say(self) -> None:
        """It is built from the rows as they were written, which are not loaded again."""
        make_configuration()
        document = make_full_document()
        document.lead += "<script>x</script><p>  A  </p>"
        document.alerts = [schema.Alert(id=make_uuid(f"{n}"), text=f"{n}", at=PRESS_DAY + n * DAY) for n in (1, 3, 2)]
        other = replace(document, agenda=document.agenda[::-1], links=document.links[::-1], alerts=document.alerts[:2])
        for each in (document, other):
            meeting = restore(each)
            assert meeting.digest == compute_draft_digest(build_meeting(Meeting.objects.get()))

    def test_restoring_an_earlier_document_removes_all_later_parts(self) -> None:
        make_configuration()
        earlier = make_full_document(agenda=[], programme=[], links=[], results=[], chairs=[])
        meeting = restore(make_full_document())
        restore(earlier)
        assert encode_document(build_meeting(meeting)) == encode_document(earlier)
        assert not AgendaItem.objects.exists()
        assert not MediaLink.objects.exists()

    def test_rows_keep_their_ids_so_that_translations_stay_valid(self) -> None:
        make_configuration()
        meeting = restore(make_full_document())
        AgendaItem.objects.filter(pk=make_uuid("item")).update(title="Changed")
        restore(make_full_document())
        assert AgendaItem.objects.get(pk=make_uuid("item")).title == "Dublin regulation"
        assert meeting.agenda.count() == 2

    def test_results_can_change_places_between_items(self) -> None:
        other = make_meeting("env").agenda.get()
        result_of_other = Result.objects.create(meeting=other.meeting, item=other, date=PRESS_DAY.date(), title="Other")
        make_configuration()
        results = [schema.Result(id=make_uuid(f"result {n}"), title=f"{n}") for n in range(2)]
        items = [schema.Item(id=make_uuid(f"item {n}"), title=f"{n}") for n in range(2)]
        for first, second in (results, results[::-1]):
            items[0].result, items[1].result = first, second
            meeting = restore(make_full_document(agenda=items, programme=[]))
        assert [item.result for item in build_meeting(meeting).agenda] == results[::-1]
        assert Result.objects.get(item=other) == result_of_other

    def test_new_result_can_take_the_item_of_a_deleted_one(self) -> None:
        make_configuration()
        item = schema.Item(id=make_uuid("an item"), title="An item")
        for name in ("first", "second"):
            item.result = schema.Result(id=make_uuid(name), title=name)
            meeting = restore(make_full_document(agenda=[item], programme=[]))
        assert build_meeting(meeting).agenda[0].result == item.result
        assert Result.objects.filter(item=item.id).count() == 1

    def test_part_stays_that_leaves_an_item_before_it_is_deleted(self) -> None:
        make_configuration()
        link = schema.Link(id=make_uuid("a link"), title="A link")
        inner = schema.Item(id=make_uuid("inner"), title="Inner", links=[link])
        outer = schema.Item(id=make_uuid("outer"), title="Outer", items=[inner])
        restore(make_full_document(agenda=[outer], programme=[]))
        meeting = restore(make_full_document(agenda=[inner], programme=[]))
        assert build_meeting(meeting).agenda == [inner]

    def test_restoring_what_is_there_writes_nothing(self) -> None:
        make_configuration()
        version = restore(make_full_document()).version
        with CaptureQueriesContext(connection) as queries:
            assert restore(make_full_document()).version == version
        assert [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []

    def test_number_of_queries_does_not_depend_on_the_length_of_the_note(self) -> None:
        make_configuration()
        counts = []
        for size in (2, 40):
            document = make_long_document(size)
            restore(document)
            for item in document.agenda:
                item.title, item.links[0].title = f"{item.title}, changed", "Changed"
            document.agenda.insert(0, document.agenda.pop())
            document.programme[0].title = "Changed"
            with CaptureQueriesContext(connection) as queries:
                restore(document)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= MAX_QUERIES_OF_A_SAVE

    def test_rich_text_is_sanitised(self) -> None:
        make_configuration()
        lead = '<p onclick="x()">A <script>alert(1)</script><b>bold</b> <a href="javascript:x">link</a></p>'
        meeting = restore(make_full_document(lead=lead))
        assert build_meeting(meeting).lead == "<p>A <strong>bold</strong> <a>link</a></p>"


MAX_QUERIES_OF_A_SAVE = 70


def make_long_document(size: int) -> schema.MeetingDocument:
    """Return a document with this many items, each with a link and a programme point."""
    document = make_full_document(id=make_uuid(f"meeting of {size}"), address_word=f"of-{size}", results=[])
    parts: list[Any] = [
        *document.chairs,
        *document.contacts,
        *document.footnotes,
        *document.alerts,
        *document.links,
    ]
    for part in parts:
        part.id = make_uuid(f"{size} {part.id}")
    document.chairs[0].session, document.sessions = None, []
    numbers = range(size)
    document.agenda = [
        schema.Item(
            id=make_uuid(f"item {n} of {size}"),
            title=f"Item {n}",
            links=[schema.Link(id=make_uuid(f"link {n} of {size}"), title=f"Link {n}")],
        )
        for n in numbers
    ]
    document.programme = [
        schema.Point(id=make_uuid(f"point {n} of {size}"), title=f"Event {n}", items=[document.agenda[n].id])
        for n in numbers
    ]
    return document


@pytest.mark.django_db
class TestBuilder:
    def test_number_of_queries_does_not_depend_on_the_length_of_the_note(self) -> None:
        short, long = make_meeting(), make_meeting("env")
        for n in range(20):
            item = AgendaItem.objects.create(meeting=long, title=f"{n}")
            item.points.add(ProgrammePoint.objects.create(meeting=long, title=f"{n}"))
            MediaLink.objects.create(item=item, title=f"{n}")
        counts = []
        for meeting in (short, long):
            with CaptureQueriesContext(connection) as queries:
                build_meeting(Meeting.objects.select_related("configuration").get(pk=meeting.pk))
            counts.append(len(queries))
        # meeting, links, points of items, topics of items, agenda, results, presidency, chairs, sessions, programme,
        # contacts, footnotes, alerts
        assert counts == [13, 13]

    def test_presidency_follows_from_the_date(self) -> None:
        Presidency.objects.create(country="EE", year=2017, half=2)
        document = build_meeting(make_meeting(start_date=dt.date(2017, 9, 14)))
        assert document.presidency == schema.PresidencyName(country="EE", name="Estonia")
        assert build_meeting(make_meeting(start_date=dt.date(2017, 6, 30))).presidency is None

    def test_untranslated_texts_are_fallbacks(self) -> None:
        meeting = make_meeting()
        item = meeting.agenda.get()
        translate(meeting, item, title="Politique migratoire")
        document = build_meeting_draft(meeting, "fr")
        assert (document.language, document.source_language) == ("fr", "en")
        assert document.agenda[0].title == "Politique migratoire"
        assert document.agenda[0].text == "<p>State of play.</p>"
        assert f"agenda.{item.pk}.text" in document.fallbacks
        assert f"agenda.{item.pk}.title" not in document.fallbacks
        assert "lead" in document.fallbacks
        assert "status_reason" not in document.fallbacks  # the source has no text


@pytest.mark.once
@pytest.mark.django_db
class TestNamesFromReferenceData:
    """Known names are in the document's language without a translation; unknown ones are fallbacks."""

    def create_meeting(self, **values: Any) -> Meeting:
        Presidency.objects.get_or_create(country="EE", year=2060, half=2)
        return make_meeting(**values)

    def test_unknown_names_are_fallbacks(self) -> None:
        Configuration.objects.create(
            code="EG", slug="eurogroup", name="Eurogroup", kind="other", valid_from=dt.date(2002, 7, 22)
        )
        meeting = self.create_meeting(city="Tartu", venue="Town hall")
        meeting.configuration = Configuration.objects.get(slug="eurogroup")
        document = build_meeting_draft(meeting, "fr")
        assert (document.configuration.name, document.title) == ("Eurogroup", "Eurogroup")
        assert document.place == schema.Place(city="Tartu", venue="Town hall")
        assert {"configuration.name", "title", "place.city", "place.venue"} <= set(document.fallbacks)

    def test_renamed_configuration_has_no_name_in_other_languages(self) -> None:
        meeting = self.create_meeting()
        meeting.configuration.name = "Justice and Migration"
        document = build_meeting_draft(meeting, "fr")
        assert (document.configuration.name, document.title) == (
            "Justice and Migration",
            "Justice and Migration Council",
        )
        assert {"configuration.name", "title"} <= set(document.fallbacks)

    def test_title_of_a_meeting_is_not_translated_by_reference_data(self) -> None:
        document = build_meeting_draft(self.create_meeting(title="Informal meeting of ministers"), "fr")
        assert document.title == "Informal meeting of ministers"
        assert "title" in document.fallbacks

    def test_known_names_are_not_fallbacks(self) -> None:
        meeting = self.create_meeting(
            previous=[schema.EarlierDate(start_date=PRESS_DAY.date(), city="Luxembourg", venue="Town hall")]
        )
        document = build_meeting_draft(meeting, "fi")
        assert document.configuration == schema.ConfigurationName(code="JHA", slug="jha", name="Oikeus- ja sisäasiat")
        assert document.title == "Oikeus- ja sisäasioiden neuvosto"
        assert document.presidency == schema.PresidencyName(country="EE", name="Viro")
        assert document.place == schema.Place(city="Bryssel", venue="Europa-rakennus")
        assert (document.previous[0].city, document.previous[0].venue) == ("Luxemburg", "Town hall")
        assert not {"configuration.name", "title", "presidency.name", "place.city", "place.venue"} & {
            *document.fallbacks
        }

    def test_translation_is_preferred_to_reference_data(self) -> None:
        meeting = self.create_meeting()
        for field, text in (("title", "Neuvosto"), ("venue", "Rakennus")):
            translate(meeting, None, "fi", COMMAND, **{field: text})
        document = build_meeting_draft(meeting, "fi")
        assert (document.title, document.place) == ("Neuvosto", schema.Place(city="Bryssel", venue="Rakennus"))

    @pytest.mark.parametrize(
        "values",
        [
            {"city": "Brussels", "venue": "Europa building"},
            {"city": " bruxelles", "venue": "EUROPA  building"},
            {"title": "Justice and Home Affairs Council"},
        ],
    )
    def test_english_names_are_not_changed(self, values: dict[str, str]) -> None:
        meeting = self.create_meeting(**values)
        document = build_meeting(meeting)
        assert (document.place.city, document.place.venue) == (meeting.city, meeting.venue)
        assert (document.configuration.name, document.title) == (
            "Justice and Home Affairs",
            "Justice and Home Affairs Council",
        )
        assert document.presidency == schema.PresidencyName(country="EE", name="Estonia")
        assert document.fallbacks == []

    def test_names_are_in_the_source_language_of_the_note(self) -> None:
        meeting = self.create_meeting(source_language="de", city="Brussels", venue="Europa-Gebäude")
        document = build_meeting(meeting)
        assert (document.configuration.name, document.title) == ("Justiz und Inneres", "Rat (Justiz und Inneres)")
        assert (document.place.city, document.place.venue) == ("Brüssel", "Europa-Gebäude")
        assert document.presidency == schema.PresidencyName(country="EE", name="Estland")
        assert document.fallbacks == []
        english = build_meeting_draft(meeting, "en")
        assert (english.title, english.place.city) == ("Justice and Home Affairs Council", "Brussels")
        assert restore(document).title == ""
        assert encode_document(build_meeting(Meeting.objects.get(pk=meeting.pk))) == encode_document(document)


@pytest.mark.django_db
class TestConstraints:
    """The database refuses wrong values in the working copy, whoever writes them."""

    def test_link_has_exactly_one_owner(self) -> None:
        meeting = make_meeting()
        for owners in ({}, {"meeting": meeting, "item": meeting.agenda.get()}):
            with pytest.raises(IntegrityError, match="one_owner"):
                self.create(MediaLink, title="x", **owners)

    def test_time_needs_a_precision_and_precision_a_time(self) -> None:
        meeting = make_meeting()
        for values in (
            {"time": dt.time(13)},
            {"time_precision": "exact"},
            {"time": dt.time(13), "time_precision": "relative"},
        ):
            with pytest.raises(IntegrityError, match="time"):
                self.create(ProgrammePoint, meeting=meeting, **values)

    def test_only_a_postponed_meeting_has_no_date(self) -> None:
        with pytest.raises(IntegrityError, match="no_date"):
            self.create(Meeting, configuration=make_configuration(), start_date=None)
        self.create(Meeting, configuration=make_configuration(), start_date=None, status="postponed")

    @staticmethod
    def create(model: Any, **values: Any) -> None:
        with transaction.atomic():
            model.objects.create(**values)


@pytest.mark.once
@pytest.mark.django_db
class TestPrintedTime:
    """The printed time stays as typed until the time changes; then it follows the time."""

    def create_point(self, **values: Any) -> ProgrammePoint:
        return ProgrammePoint.objects.create(meeting=make_meeting(), **values)

    @pytest.mark.parametrize(
        ("precision", "text"),
        [("exact", "13:00"), ("approximate", "+/- 13:00"), ("from", "from 13:00"), ("to_be_confirmed", "13:00 (tbc)")],
    )
    def test_it_follows_from_time_and_precision(self, precision: str, text: str) -> None:
        assert self.create_point(time=dt.time(13), time_precision=precision).time_text == text

    def test_typed_text_is_kept(self) -> None:
        point = self.create_point(time=dt.time(13), time_precision="approximate", time_text="around 1 p.m.")
        point = ProgrammePoint.objects.get(pk=point.pk)
        point.title = "Changed"
        point.save()
        assert point.time_text == "around 1 p.m."

    def test_typed_text_is_replaced_if_the_time_changes(self) -> None:
        point = self.create_point(time=dt.time(13), time_precision="approximate", time_text="around 1 p.m.")
        point = ProgrammePoint.objects.get(pk=point.pk)
        point.time = dt.time(14, 15)
        point.save()
        assert point.time_text == "+/- 14:15"


@pytest.mark.django_db
def test_translation_into_the_language_of_the_meeting_makes_no_second_document(clock: Any) -> None:
    """It may be left of a time when the meeting was written in another language."""
    meeting = make_meeting()
    translate(meeting, language="en", title="Another title")
    translate(meeting, language="fr", title="Conseil")
    titles = [(document.language, document.title) for document in build_drafts(meeting, PRESS_DAY)]
    assert titles == [("en", "Justice and Home Affairs Council"), ("fr", "Conseil")]
