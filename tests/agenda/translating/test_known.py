"""Places, phrases and delegations that reference data translate."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from agenda.drafts import build_draft
from meetings.documents import shape
from meetings.models import Meeting, Presidency, Session, Translation
from meetings.reference import phrases, places
from meetings.vocabulary import ItemKind, LinkKind, PointKind
from tests.cast import (
    make_configuration,
    make_full_document,
    make_meeting,
    make_meeting_document,
    make_uuid,
    restore,
    translate,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def build_in_language(meeting: Meeting, language: str) -> shape.MeetingDocument:
    document = build_draft(Meeting.objects.get(pk=meeting.pk), timezone.now(), language=language)
    assert isinstance(document, shape.MeetingDocument)
    return document


def build_known_note(**values: Any) -> shape.MeetingDocument:
    """Return a note whose texts are all known."""
    justice = shape.Session(id=make_uuid("justice"), title="Justice", place="Lex building")
    agenda = [
        shape.Item(id=make_uuid("a items"), kind=ItemKind.A_ITEMS, title="Approval of “A” items"),
        shape.Item(id=make_uuid("file"), title="Any other business", outcome_sought="Policy debate"),
        shape.Item(
            id=make_uuid("told"),
            title="Working lunch",
            information_from=["Presidency", "European Central Bank", "Switzerland"],
            supported_by=["Greece"],
        ),
    ]
    earlier = shape.EarlierTime(time_text="after the meeting", place="VIP entrance")
    programme = [
        shape.Point(id=make_uuid("doorstep"), kind=PointKind.DOORSTEP, title="Doorstep", place="VIP entrance"),
        shape.Point(
            id=make_uuid("press"),
            kind=PointKind.PRESS_CONFERENCE,
            title="Press conference",
            time_text="at the end of the meeting",
            place="Justus Lipsius press room",
            previous=[earlier],
        ),
        shape.Point(id=make_uuid("strand"), title="Justice"),
    ]
    members: dict[str, Any] = {
        "place": shape.Place(city="Vienna", venue="Press centre"),
        "sessions": [justice],
        "agenda": agenda,
        "programme": programme,
        "results": [shape.Result(id=make_uuid("result"), title="Main results")],
        "links": [shape.Link(id=make_uuid("photos"), kind=LinkKind.PHOTOS, title="Photo gallery")],
        "notice": "This note has been drawn up under the responsibility of the press office.",
    }
    return make_meeting_document(**members | values)


def restore_meeting(document: shape.MeetingDocument) -> Meeting:
    make_configuration()
    Presidency.objects.get_or_create(country="EE", year=2060, half=2)
    return restore(document)


def test_phrases_are_only_known_in_their_field() -> None:
    meeting = restore_meeting(
        build_known_note(
            agenda=[shape.Item(id=make_uuid("file"), title="Culture", outcome_sought="Justice")],
            programme=[shape.Point(id=make_uuid("point"), title="Sport", place="General approach")],
            links=[shape.Link(id=make_uuid("link"), title="Energy")],
            notice="Lunch",
        )
    )
    french = build_in_language(meeting, "fr")
    assert (french.agenda[0].title, french.agenda[0].outcome_sought) == ("Culture", "Justice")
    assert set(french.fallbacks) == {
        f"agenda.{make_uuid('file')}.title",
        f"agenda.{make_uuid('file')}.outcome_sought",
        f"programme.{make_uuid('point')}.title",
        f"programme.{make_uuid('point')}.place",
        f"links.{make_uuid('link')}.title",
        "notice",
    }


@pytest.mark.parametrize("language", ["fi", "el", "ga", "bg"])
def test_a_note_of_known_phrases_has_no_fallbacks(language: str) -> None:
    assert build_in_language(restore_meeting(build_known_note()), language).fallbacks == []


def test_known_phrases_are_in_the_language() -> None:
    finnish = build_in_language(restore_meeting(build_known_note()), "fi")
    assert finnish.place == shape.Place(city="Wien", venue="Lehdistökeskus")
    assert (finnish.sessions[0].title, finnish.sessions[0].place) == ("Oikeusasiat", "Lex-rakennus")
    assert [item.title for item in finnish.agenda] == ["A-kohtien hyväksyminen", "Muut asiat", "Työlounas"]
    assert finnish.agenda[1].outcome_sought == "Periaatekeskustelu"
    assert finnish.agenda[2].information_from == ["Puheenjohtajavaltio", "Euroopan keskuspankki", "Sveitsi"]
    assert finnish.agenda[2].supported_by == ["Kreikka"]
    press, strand = finnish.programme[1:]
    assert (press.title, press.time_text) == ("Lehdistötilaisuus", "kokouksen lopuksi")
    assert press.place == "Lehdistösali, Justus Lipsius -rakennus"
    assert press.previous == [shape.EarlierTime(time_text="kokouksen jälkeen", place="VIP-sisäänkäynti")]
    assert strand.title == "Oikeusasiat"
    assert (finnish.results[0].title, finnish.links[0].title) == ("Tärkeimmät tulokset", "Kuvagalleria")


def test_phrases_are_looked_up_in_the_source_language() -> None:
    meeting = restore_meeting(
        build_known_note(
            language="fr",
            source_language="fr",
            title="",
            place=shape.Place(city="Vienne"),
            sessions=[],
            agenda=[shape.Item(id=make_uuid("file"), title="Divers", information_from=["Grèce", "Présidence"])],
            programme=[],
            results=[],
            links=[],
            notice="",
        )
    )
    english, french = build_in_language(meeting, "en"), build_in_language(meeting, "fr")
    assert (english.place.city, english.agenda[0].title) == ("Vienna", "Any other business")
    assert english.agenda[0].information_from == ["Greece", "Presidency"]
    assert (english.fallbacks, french.fallbacks) == ([], [])


def test_the_source_document_does_not_change() -> None:
    document = build_known_note(place=shape.Place(city="VIENNA", venue="press  centre"))
    assert build_in_language(restore_meeting(document), "en").place == document.place


class TestNewReferenceData:
    """A new place or phrase in the tables changes no source text, and makes no translation out of date."""

    @pytest.fixture
    def learnt(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
        caches: list[Any] = [
            places.load_places,
            places.index_places_by_name,
            phrases.load_phrases,
            phrases.index_phrases_by_text,
        ]

        def learn(module: Any, *lines: str) -> None:
            more = tmp_path / module.FILE.name
            more.write_text(module.FILE.read_text(encoding="utf-8") + "\n" + "\n".join(lines), encoding="utf-8")
            monkeypatch.setattr(module, "FILE", more)
            forget()

        def forget() -> None:
            for cache in caches:
                cache.cache_clear()

        yield learn
        forget()

    def test_a_stored_translation_precedes_reference_data_and_stays_current(self, learnt: Any) -> None:
        meeting = make_meeting(venue="Town hall")
        session = meeting.sessions.get()
        Session.objects.filter(pk=session.pk).update(place="Room 20.1", title="Cohesion")
        translate(meeting, session, "fi", place="Huone 20.1", title="Koheesioasiat")
        source, digests = (
            build_in_language(meeting, "en"),
            list(Translation.objects.values_list("source_digest", flat=True)),
        )
        learnt(places, "Room 20.1 | fi | Sali 20.1", "Town hall | fi | Kaupungintalo")
        learnt(phrases, "fi | session | Cohesion | Koheesio")
        finnish = build_in_language(meeting, "fi")
        assert (finnish.sessions[0].place, finnish.sessions[0].title) == ("Huone 20.1", "Koheesioasiat")
        assert finnish.place.venue == "Kaupungintalo"
        assert build_in_language(meeting, "en") == source
        assert list(Translation.objects.values_list("source_digest", flat=True)) == digests

    def test_a_stored_translation_stays_current_for_another_source_language(self, learnt: Any) -> None:
        meeting = make_meeting(source_language="fr", venue="Town hall")
        translate(meeting, None, "fi", venue="Raatihuone")
        source = build_in_language(meeting, "fr")
        learnt(places, "Town hall | fr | Mairie", "Town hall | fi | Kaupungintalo")
        assert build_in_language(meeting, "fr") == source
        assert build_in_language(meeting, "fi").place.venue == "Raatihuone"

    def test_untranslated_text_uses_new_reference_data_at_once(self, learnt: Any) -> None:
        meeting = restore_meeting(make_full_document())
        place = f"programme.{make_uuid('point')}.place"
        assert place in build_in_language(meeting, "fi").fallbacks
        learnt(places, "Press room 2 | fi | Lehdistösali 2")
        finnish = build_in_language(meeting, "fi")
        assert finnish.programme[0].place == "Lehdistösali 2"
        assert place not in finnish.fallbacks
