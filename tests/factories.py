"""Fixed data for tests: a day, meetings and topics with plain names, and functions that publish them.

Editions can only be written for an instant in the future, and the database uses its own clock. Therefore the day of the
tests is far ahead: the fixture `clock` moves the application's clock there, and from one instant to the next.
"""

import datetime as dt
import json
from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone
from msgspec import convert
from msgspec.structs import replace

from agenda.documents.translations.segments import list_segments
from agenda.documents.translations.translated_document import TranslatedText
from agenda.models import AgendaItem, BackgroundTopic, MediaLink
from agenda.translation.save import write_translations
from agenda.workflow import publication, scheduled_releases, withdrawal
from agenda.workflow.drafts import Subject, build_draft
from agenda.workflow.restoring import restore_meeting as restored
from meetings.access.audit import Actor
from meetings.documents import schema
from meetings.documents.choices import Language
from meetings.documents.encoding import compute_digest
from meetings.documents.schema import MeetingDocument
from meetings.editions.freezing import PublishableDocument, compose_edition, write_editions
from meetings.models import Chair, Configuration, Edition, Meeting, ProgrammePoint, Session, UUIDModel
from meetings.reference.configurations import CONFIGURATIONS
from tests.paths import ROOT

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
    return publication.publish(
        *subjects, by=COMMAND, note=note or ("Changed." if known else ""), force="It is a test.", **options
    )


def withdraw(subject: Subject, *, reason: str, takes_place: bool | None = None) -> Edition:
    return withdrawal.withdraw(subject, by=COMMAND, reason=reason, takes_place=takes_place)


def call_off(subject: Subject) -> dt.datetime:
    return scheduled_releases.call_off_edition(subject, by=COMMAND)


def restore(document: MeetingDocument) -> Meeting:
    return restored(document, by=COMMAND)


def translate(
    subject: Subject, row: UUIDModel | None = None, language: str = "fr", by: Actor = COMMAND, **texts: str
) -> None:
    """Translate fields of the row, or of the subject itself, from the current working copy, without a revision."""
    source_texts = {segment.key: segment.text for segment in list_segments(build_draft(subject, timezone.now()))}
    written = {((row or subject).pk, field.replace("__", ".")): text for field, text in texts.items()}
    translated = {key: TranslatedText(text, compute_digest(source_texts.get(key, ""))) for key, text in written.items()}
    write_translations(subject, {language: translated}, by=by, now=timezone.now())


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
        "configuration": schema.ConfigurationName(code="JHA", slug="jha", name="Justice and Home Affairs"),
        "start_date": PRESS_DAY.date(),
        "end_date": PRESS_DAY.date(),
    }
    return MeetingDocument(title=title, **members | values)


def make_full_document(**values: Any) -> MeetingDocument:
    """Return a document with a value in every member: that of the API's contract, without presidency and topics."""
    answer = json.loads(read_contract())
    names = {"type", *MeetingDocument.__struct_fields__}  # the others are the envelope
    document = convert({name: value for name, value in answer.items() if name in names}, MeetingDocument)
    document.presidency, document.agenda[0].topics = None, []
    return replace(document, **values)


@cache
def read_contract() -> str:
    return (ROOT / "tests/council/api/contract/meeting.json").read_text()


def make_documents(number: int) -> list[MeetingDocument]:
    """Return documents of this many meetings on consecutive days, each with a value in every member."""
    topic = schema.TopicName(id=make_uuid("topic"), slug="migration-policy", title="Migration policy")
    documents = []
    for n in range(number):
        day = PRESS_DATE + n * DAY
        document = make_full_document(id=make_uuid(f"meeting {n}"), start_date=day, end_date=day, address_word="")
        document.agenda[0].topics = [topic]
        documents.append(document)
    return documents


def create_editions(documents: Iterable[PublishableDocument], *, available_from: dt.datetime) -> None:
    """Create an edition of each document, all together with few statements."""
    write_editions([compose_edition([document], available_from=available_from) for document in documents])
