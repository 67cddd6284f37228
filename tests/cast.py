"""Fixed data for tests: a day, meetings and topics with plain names, and functions that publish them.

Editions can only be written for an instant in the future, and the database uses its own clock. Therefore the day of the
tests is far ahead: the fixture `clock` moves the application's clock there, and from one instant to the next.
"""

import datetime as dt
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from agenda import publishing
from agenda.drafts import Subject, build_draft, get_subject_type
from agenda.models import AgendaItem, BackgroundTopic, MediaLink
from agenda.restoring import restore_meeting as restored
from agenda.translating import list_segments
from meetings import vocabulary
from meetings.audit import Actor
from meetings.documents import shape
from meetings.documents.shape import MeetingDocument
from meetings.documents.text import compute_digest
from meetings.models import Chair, Configuration, Edition, Meeting, ProgrammePoint, Session, Translation, UUIDModel
from meetings.reference.configurations import CONFIGURATIONS
from meetings.vocabulary import Language

PRESS_DAY = dt.datetime(2060, 9, 14, 8, 0, tzinfo=dt.UTC)  # 10:00 in Brussels
PRESS_DATE = PRESS_DAY.date()
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
COMMAND = Actor(name="a test")
NAMESPACE = UUID("6f0f6b9e-52a4-4f0e-9a55-5d6a5a1c0001")


def make_uuid(name: str) -> UUID:
    """Return the same UUID for the same name, so that whole documents can be compared."""
    return uuid5(NAMESPACE, name)


def make_configuration(slug: str = "jha") -> Configuration:
    facts = next(facts for facts in CONFIGURATIONS if facts.slug == slug)
    values = {"code": facts.code, "name": facts.name, "valid_from": facts.valid_from, "valid_until": facts.valid_until}
    return Configuration.objects.get_or_create(slug=slug, defaults=values)[0]


def make_meeting(configuration: str = "jha", start_date: dt.date | None = PRESS_DATE, **values: Any) -> Meeting:
    """Create a draft of a meeting with one session, chair, item, point and link."""
    meeting = Meeting.objects.create(
        configuration=make_configuration(configuration),
        start_date=start_date,
        **{"lead": "<p>Ministers will discuss <strong>migration</strong>.</p>", "venue": "Europa building"} | values,
    )
    session = Session.objects.create(meeting=meeting, title="Home Affairs")
    Chair.objects.create(meeting=meeting, name="Andres Anvelt", role="Estonian Minister of the Interior", country="EE")
    item = AgendaItem.objects.create(
        meeting=meeting, session=session, title="Migration policy", text="<p>State of play.</p>"
    )
    ProgrammePoint.objects.create(
        meeting=meeting,
        kind="press_conference",
        title="Home Affairs Council",
        time=dt.time(13),
        time_precision="approximate",
    )
    MediaLink.objects.create(meeting=meeting, kind="live_stream", title="Live stream", url="https://video.example/")
    MediaLink.objects.create(item=item, kind="background", title="Migratory pressures")
    return meeting


def make_topic(slug: str = "migration-policy", **values: Any) -> BackgroundTopic:
    title = slug.replace("-", " ").capitalize()
    return BackgroundTopic.objects.create(slug=slug, **{"title": title, "lead": f"<p>About {slug}.</p>"} | values)


def publish(*subjects: Subject, note: str = "", **options: Any) -> list[Edition]:
    """Publish the working copies without approval, with the note “Changed.” if they were published before."""
    known = Edition.objects.filter(subject_id__in=[subject.pk for subject in subjects]).exists()
    return publishing.publish(
        *subjects, by=COMMAND, note=note or ("Changed." if known else ""), force="It is a test.", **options
    )


def withdraw(subject: Subject, *, reason: str) -> Edition:
    return publishing.withdraw(subject, by=COMMAND, reason=reason)


def call_off(subject: Subject) -> dt.datetime:
    return publishing.call_off_edition(subject, by=COMMAND)


def restore(document: MeetingDocument) -> Meeting:
    return restored(document, by=COMMAND)


def translate(subject: Subject, row: UUIDModel | None = None, language: str = "fr", **texts: str) -> None:
    """Translate fields of the row, or of the subject itself, from the current working copy."""
    source_texts = {segment.key: segment.text for segment in list_segments(build_draft(subject, timezone.now()))}
    for field, text in texts.items():
        key = (row or subject).pk, field.replace("__", ".")
        Translation.objects.update_or_create(
            subject_type=get_subject_type(subject),
            subject_id=subject.pk,
            row_id=key[0],
            field=key[1],
            language=language,
            defaults={"text": text, "source_digest": compute_digest(source_texts.get(key, ""))},
        )


def publish_now(clock: Any, *subjects: Meeting | BackgroundTopic, **options: Any) -> Edition:
    """Publish the subjects together and move the clock to that instant. Return the edition of the first one."""
    edition = {(x.subject_type, x.subject_id): x for x in publish(*subjects, **options)}
    first = subjects[0]
    clock.move_to(next(iter(edition.values())).available_from)
    return edition["meeting" if isinstance(first, Meeting) else "topic", first.pk]


def make_meeting_document(title: str = "Justice and Home Affairs Council", **values: Any) -> MeetingDocument:
    """Return the document of a meeting without a working copy."""
    members: dict[str, Any] = {
        "id": make_uuid("meeting"),
        "language": Language.EN,
        "source_language": Language.EN,
        "configuration": shape.ConfigurationName(code="JHA", slug="jha", name="Justice and Home Affairs"),
        "start_date": PRESS_DAY.date(),
        "end_date": PRESS_DAY.date(),
    }
    return MeetingDocument(title=title, **members | values)


def make_full_document(**values: Any) -> MeetingDocument:
    """Return a document with a value in every member."""
    session, item, part, point = (make_uuid(name) for name in ("session", "item", "part", "point"))
    link = {
        name: shape.Link(
            id=make_uuid(f"link {name}"),
            title=f"Link of the {name}",
            url=f"https://example.eu/{name.replace(' ', '-')}",
        )
        for name in ("meeting", "item", "point", "result", "item result")
    }
    day = PRESS_DAY.date()
    members: dict[str, Any] = {
        "number": "3560",
        "form": "formal",
        "status": "confirmed",
        "status_reason": "The airport was closed.",
        "end_date": day + DAY,
        "place": shape.Place(city="Luxembourg", venue="European Convention Center"),
        "address_word": "second",
        "previous": [
            shape.EarlierDate(start_date=day - DAY, end_date=day - DAY, city="Brussels", venue="Justus Lipsius")
        ],
        "document_number": "12644/60",
        "references": ["OJ CONS 57"],
        "issued_on": day - DAY,
        "agenda_status": "adopted",
        "chairs": [
            shape.Chair(
                id=make_uuid("chair"), name="Andres Anvelt", role="Minister", country="EE", session=session, date=day
            )
        ],
        "lead": "<p>Lead with a <strong>bold</strong> term.</p>",
        "sessions": [
            shape.Session(id=session, title="Home Affairs", date=day, place="Room 1", text="<p>Session text.</p>")
        ],
        "agenda": [
            shape.Item(
                id=item,
                number="8",
                title="Dublin regulation",
                text="<p>Item text.</p><ul><li>one<ul><li>nested</li></ul></li></ul>",
                session=session,
                state=vocabulary.ItemState.POSTPONED,
                state_note="To be taken up in October.",
                procedure_type=vocabulary.ProcedureType.LEGISLATIVE,
                outcome_sought="General approach",
                public=vocabulary.PublicSession.YES,
                public_basis=vocabulary.PublicBasis.DELIBERATION,
                information_from=["Presidency"],
                supported_by=["Greece", "Malta"],
                documents=["14996/1/22 REV 1"],
                procedures=["2016/0133 (COD)"],
                legal_basis="Article 78(2) TFEU",
                links=[link["item"]],
                result=shape.Result(
                    id=make_uuid("item result"),
                    date=day,
                    title="Agreed",
                    outcome=vocabulary.Outcome.GENERAL_APPROACH,
                    text="<p>Yes.</p>",
                    links=[link["item result"]],
                ),
                items=[
                    shape.Item(id=part, number="8 b", kind=vocabulary.ItemKind.ANY_OTHER_BUSINESS, title="Resettlement")
                ],
            )
        ],
        "programme": [
            shape.Point(
                id=point,
                kind=vocabulary.PointKind.PRESS_CONFERENCE,
                title="Home Affairs Council",
                text="<p>In the press room.</p>",
                session=session,
                date=day,
                time="13:00",
                time_precision=vocabulary.TimePrecision.APPROXIMATE,
                time_text="+/- 13:00",
                live=True,
                place="Press room 2",
                in_margins=True,
                speakers=[shape.Speaker(name="Andres Anvelt", role="Minister")],
                state=vocabulary.PointState.MOVED,
                previous=[shape.EarlierTime(date=day, time="12:00", time_text="12:00", place="Press room 1")],
                items=[item],
                links=[link["point"]],
            )
        ],
        "results": [
            shape.Result(
                id=make_uuid("result"),
                date=day,
                title="Main result",
                outcome=vocabulary.Outcome.CONCLUSIONS,
                text="<p>Done.</p>",
                links=[link["result"]],
            )
        ],
        "links": [link["meeting"]],
        "contacts": [
            shape.Contact(
                id=make_uuid("contact"),
                name="Press officer on duty",
                role="Home affairs",
                phones=["+32 2 555 00 00"],
                email="press@example.eu",
                url="https://example.eu/press",
            )
        ],
        "footnotes": [shape.Footnote(id=make_uuid("footnote"), mark="(*)", text="<p>A vote may be requested.</p>")],
        "alerts": [shape.Alert(id=make_uuid("alert"), text="Press conference about 13:00.", at=PRESS_DAY)],
        "notice": "This note has been drawn up under the responsibility of the press office.",
    }
    return make_meeting_document(**members | values)


def make_documents(number: int) -> list[MeetingDocument]:
    """Return documents of this many meetings on consecutive days, each with a value in every member."""
    topic = shape.TopicName(id=make_uuid("topic"), slug="migration-policy", title="Migration policy")
    documents = []
    for n in range(number):
        day = PRESS_DATE + n * DAY
        document = make_full_document(id=make_uuid(f"meeting {n}"), start_date=day, end_date=day, address_word="")
        document.agenda[0].topics = [topic]
        documents.append(document)
    return documents
