"""Published subjects, and hidden ones beside them: a new meeting and topic, a correction, and a republication.

All ids are fixed, so that the responses about published subjects are the same in each test.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any
from unittest.mock import patch

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from agenda.editor.saving import build_edited_document
from agenda.editor.shared_blocks import save_block
from agenda.editor.templates import build_template_from_meeting, save_template
from agenda.models import AgendaItem, BackgroundTopic, MediaLink, SharedBlock
from agenda.workflow.drafts import Subject, get_subject_type
from meetings.documents import schema
from meetings.documents.encoding import compute_digest
from meetings.images.files import build_storage_name
from meetings.images.sizes import list_file_names
from meetings.models import Chair, Edition, Meeting, Presidency, ProgrammePoint, Session, Translation
from tests import actions
from tests.factories import COMMAND, DAY, PRESS_DAY, make_configuration, make_topic, make_uuid
from tests.leaks.names import (
    DATES,
    HIDDEN_WORD,
    SLUGS,
    build_digest,
    build_document_number,
    build_id,
    build_procedure_code,
)
from tests.pictures import make_picture

SCHEDULED_INSTANT = PRESS_DAY + 2 * DAY  # the instant of scheduled editions
IMAGE_WIDTH = 1200
HIDDEN_TEXT = f"<p>{HIDDEN_WORD}</p>"


def publish_live_subjects(clock: Any) -> None:
    """Publish a meeting with two items and a topic, also in French, and a meeting that is then withdrawn."""
    Presidency.objects.get_or_create(country="EL", year=2060, half=2)
    topic = make_topic(SLUGS["live"], pk=build_id("live", "topic"))
    live, gone = create_meeting("live", "Migration policy"), create_meeting("gone", "Asylum")
    add_item(live, "live first", "Schengen")
    for item in live.agenda.all():
        item.topics.add(topic)
    translate_into_french(live, "lead", "<p>Les ministres se réunissent.</p>")
    translate_into_french(topic, "title", "Politique migratoire")
    actions.submit(live, topic, gone)
    actions.approve(live, topic, gone)
    with fix_edition_ids():
        clock.move_to(actions.publish_approved(live, topic, gone)[0].available_from)
        clock.move_to(actions.withdraw(gone).available_from)
    clock.move_to(PRESS_DAY + DAY)


@contextmanager
def fix_edition_ids() -> Iterator[None]:
    """Use the same ids of editions in each test, because the change feed contains them."""
    numbers = count()
    with patch.object(Edition._meta.pk, "_get_default", lambda: make_uuid(f"edition {next(numbers)}")):
        yield


def translate_into_french(subject: Subject, field: str, text: str) -> None:
    Translation.objects.create(
        subject_type=get_subject_type(subject),
        subject_id=subject.pk,
        row_id=subject.pk,
        field=field,
        language="fr",
        text=text,
        source_digest=compute_digest(getattr(subject, field)),
    )


def create_meeting(owner: str, title: str) -> Meeting:
    meeting = Meeting.objects.create(
        pk=build_id(owner, "meeting"),
        configuration=make_configuration(),
        start_date=DATES[owner],
        city="Brussels",
        lead="<p>Ministers meet.</p>",
    )
    Session.objects.create(pk=build_id(owner, "session"), meeting=meeting, title=title)
    Chair.objects.create(pk=build_id(owner, "chair"), meeting=meeting, name="Andres Anvelt", country="EE")
    add_point(meeting, owner, title)
    add_item(meeting, owner, title)
    return meeting


def add_point(meeting: Meeting, owner: str, title: str) -> None:
    """Add a point with a time, which is an event of its own in calendars."""
    ProgrammePoint.objects.create(
        pk=build_id(owner, "point"),
        meeting=meeting,
        kind="press_conference",
        title=title,
        time=dt.time(13),
        time_precision="exact",
    )


def add_item(meeting: Meeting, owner: str, title: str, **facts: Any) -> None:
    """Add an item with a link and with values for all filters."""
    item = AgendaItem.objects.create(pk=build_id(owner, "item"), meeting=meeting, title=title, **facts)
    MediaLink.objects.create(
        pk=build_id(owner, "link"),
        item=item,
        kind="infographic",
        title=title,
        url="https://video.example/",
        image=schema.Image(digest=build_digest(owner), alt=title, width=IMAGE_WIDTH, height=800),
    )
    for name in list_file_names(IMAGE_WIDTH):
        default_storage.save(
            build_storage_name(build_digest(owner), name), ContentFile(make_picture(file_format="JPEG"))
        )


def hide_texts(meeting: Meeting, owner: str, word: str = HIDDEN_WORD) -> None:
    """Put the word into every text of the meeting, and add an item and a point to an existing meeting."""
    text = f"<p>{word}</p>"
    references = {"documents": [build_document_number(word)], "procedures": [word, build_procedure_code(word)]}
    facts: dict[str, Any] = {"title": word, "text": text, "public": "yes", "information_from": ["Poland"], **references}
    meeting.agenda.update(**facts)
    meeting.programme.update(title=word, place=word)
    meeting.sessions.update(title=word)
    meeting.chairs.update(name=word)
    for link in MediaLink.objects.filter(item__meeting=meeting):
        link.title = link.image.alt = word
        link.save()
    if owner != "hidden":
        add_item(meeting, owner, **facts)
        add_point(meeting, owner, word)
    for item in meeting.agenda.all():
        item.topics.set(BackgroundTopic.objects.all())
    meeting.lead, meeting.city, meeting.venue, meeting.notice, meeting.status_reason = text, *[word] * 4
    meeting.save()


def create_hidden_subjects() -> tuple[Meeting, BackgroundTopic]:
    topic = make_topic(SLUGS["hidden"], pk=build_id("hidden", "topic"), lead=HIDDEN_TEXT, text=HIDDEN_TEXT)
    meeting = create_meeting("hidden", HIDDEN_WORD)
    hide_texts(meeting, "hidden")
    hide_shared_texts(meeting)
    return meeting, topic


def hide_shared_texts(meeting: Meeting) -> None:
    """Put the word into the template of the meeting's configuration, and into a shared block."""
    template = build_template_from_meeting(build_edited_document(meeting), meeting.configuration)
    save_template(meeting.configuration, template, by=COMMAND, version=0)
    save_block(SharedBlock(kind="notice", name=HIDDEN_WORD), {"notice": HIDDEN_WORD}, by=COMMAND, number=0)


def create_hidden_correction() -> list[Subject]:
    """Correct the live subjects in the working copy, including date and address."""
    meeting = Meeting.objects.get(pk=build_id("live", "meeting"))
    meeting.start_date = meeting.end_date = DATES["moved"]
    hide_texts(meeting, "correction")
    topic = BackgroundTopic.objects.get(pk=build_id("live", "topic"))
    topic.title, topic.slug, topic.lead = HIDDEN_WORD, SLUGS["moved"], HIDDEN_TEXT
    topic.save()
    return [meeting, topic]


def create_hidden_return() -> list[Subject]:
    """Change the withdrawn meeting in the working copy."""
    meeting = Meeting.objects.get(pk=build_id("gone", "meeting"))
    hide_texts(meeting, "return")
    return [meeting]


def create_all_hidden() -> list[Subject]:
    return [*create_hidden_subjects(), *create_hidden_correction(), *create_hidden_return()]


def leave_as_draft(subjects: Sequence[Subject]) -> None:
    """Do nothing: the subjects are drafts already."""


def submit_all(subjects: Sequence[Subject]) -> None:
    actions.submit(*subjects)


def approve_all(subjects: Sequence[Subject]) -> None:
    actions.submit(*subjects)
    actions.approve(*subjects)


def plan_all(subjects: Sequence[Subject]) -> None:
    actions.submit(*subjects)
    actions.plan(*subjects, at=SCHEDULED_INSTANT)


def schedule_all(subjects: Sequence[Subject]) -> None:
    actions.schedule(*subjects, at=SCHEDULED_INSTANT)


def hold_first(subjects: Sequence[Subject]) -> None:
    schedule_all(subjects)
    actions.hold(subjects[0])


def call_off_all(subjects: Sequence[Subject]) -> None:
    schedule_all(subjects)
    actions.call_off(*subjects)


# All states in which the subjects must not be visible.
STATES: dict[str, Callable[[Sequence[Subject]], None]] = {
    "draft": leave_as_draft,
    "in review": submit_all,
    "approved": approve_all,
    "planned": plan_all,
    "scheduled": schedule_all,
    "held": hold_first,
    "called off": call_off_all,
}
