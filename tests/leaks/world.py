"""What is published, and what is hidden beside it: a new meeting and topic, a correction, the return of the withdrawn.

Every id is fixed, so that the answers about what is published are the same in each test.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any
from unittest.mock import patch

from agenda.drafts import Subject, type_of
from agenda.models import AgendaItem, BackgroundTopic, MediaLink
from meetings.documents.text import digest_of
from meetings.models import Chair, Edition, Meeting, Presidency, ProgrammePoint, Session, Translation
from tests import acts
from tests.cast import DAY, PRESS_DAY, make_configuration, make_topic, named
from tests.leaks.names import DATES, SECRET, SLUGS, code_of, document_of, id_of

RETURN = PRESS_DAY + 2 * DAY  # when what is scheduled appears
TEXT = f"<p>{SECRET}</p>"


def publish_what_is_live(clock: Any) -> None:
    """A meeting with two items and a topic, both live, and in French as well; and a meeting that was withdrawn."""
    Presidency.objects.get_or_create(country="EL", year=2060, half=2)
    topic = make_topic(SLUGS["live"], pk=id_of("live", "topic"))
    live, gone = a_meeting("live", "Migration policy"), a_meeting("gone", "Asylum")
    add_item(live, "live first", "Schengen")
    for item in live.agenda.all():
        item.topics.add(topic)
    into_french(live, "lead", "<p>Les ministres se réunissent.</p>")
    into_french(topic, "title", "Politique migratoire")
    acts.submit(live, topic, gone)
    acts.approve(live, topic, gone)
    with fixed_ids_of_editions():
        clock.move_to(acts.publish_approved(live, topic, gone)[0].available_from)
        clock.move_to(acts.withdraw(gone).available_from)
    clock.move_to(PRESS_DAY + DAY)


@contextmanager
def fixed_ids_of_editions() -> Iterator[None]:
    """The same in each test, as the change feed tells them."""
    numbers = count()
    with patch.object(Edition._meta.pk, "_get_default", lambda: named(f"edition {next(numbers)}")):
        yield


def into_french(subject: Subject, field: str, text: str) -> None:
    Translation.objects.create(
        subject_type=type_of(subject),
        subject_id=subject.pk,
        row_id=subject.pk,
        field=field,
        language="fr",
        text=text,
        source_digest=digest_of(getattr(subject, field)),
    )


def a_meeting(whose: str, title: str) -> Meeting:
    meeting = Meeting.objects.create(
        pk=id_of(whose, "meeting"),
        configuration=make_configuration(),
        start_date=DATES[whose],
        city="Brussels",
        lead="<p>Ministers meet.</p>",
    )
    Session.objects.create(pk=id_of(whose, "session"), meeting=meeting, title=title)
    Chair.objects.create(pk=id_of(whose, "chair"), meeting=meeting, name="Andres Anvelt", country="EE")
    add_point(meeting, whose, title)
    add_item(meeting, whose, title)
    return meeting


def add_point(meeting: Meeting, whose: str, title: str) -> None:
    """With a clock: an event of its own in calendars."""
    ProgrammePoint.objects.create(
        pk=id_of(whose, "point"),
        meeting=meeting,
        kind="press_conference",
        title=title,
        time=dt.time(13),
        time_precision="exact",
    )


def add_item(meeting: Meeting, whose: str, title: str, **facts: Any) -> None:
    """With a link of its own and everything that lists filter by."""
    item = AgendaItem.objects.create(pk=id_of(whose, "item"), meeting=meeting, title=title, **facts)
    MediaLink.objects.create(
        pk=id_of(whose, "link"), item=item, kind="infographic", title=title, url="https://video.example/"
    )


def make_secret(meeting: Meeting, whose: str, word: str = SECRET) -> None:
    """Every text of it, and an item and a point that were not there before."""
    text = f"<p>{word}</p>"
    references = {"documents": [document_of(word)], "procedures": [word, code_of(word)]}
    facts: dict[str, Any] = {"title": word, "text": text, "public": "yes", **references}
    meeting.agenda.update(**facts)
    meeting.programme.update(title=word, place=word)
    meeting.sessions.update(title=word)
    meeting.chairs.update(name=word)
    MediaLink.objects.filter(item__meeting=meeting).update(title=word)
    if whose != "hidden":
        add_item(meeting, whose, **facts)
        add_point(meeting, whose, word)
    for item in meeting.agenda.all():
        item.topics.set(BackgroundTopic.objects.all())
    meeting.lead, meeting.city, meeting.venue, meeting.notice, meeting.status_reason = text, *[word] * 4
    meeting.save()


def something_new() -> tuple[Meeting, BackgroundTopic]:
    topic = make_topic(SLUGS["hidden"], pk=id_of("hidden", "topic"), lead=TEXT, text=TEXT)
    meeting = a_meeting("hidden", SECRET)
    make_secret(meeting, "hidden")
    return meeting, topic


def a_correction() -> list[Subject]:
    """Of all that is live, its date and addresses included."""
    meeting = Meeting.objects.get(pk=id_of("live", "meeting"))
    meeting.start_date = meeting.end_date = DATES["moved"]
    make_secret(meeting, "correction")
    topic = BackgroundTopic.objects.get(pk=id_of("live", "topic"))
    topic.title, topic.slug, topic.lead = SECRET, SLUGS["moved"], TEXT
    topic.save()
    return [meeting, topic]


def a_return() -> list[Subject]:
    """Of what was withdrawn."""
    meeting = Meeting.objects.get(pk=id_of("gone", "meeting"))
    make_secret(meeting, "return")
    return [meeting]


def everything_hidden() -> list[Subject]:
    return [*something_new(), *a_correction(), *a_return()]


def is_draft(subjects: Sequence[Subject]) -> None:
    """It is one already."""


def is_in_review(subjects: Sequence[Subject]) -> None:
    acts.submit(*subjects)


def is_approved(subjects: Sequence[Subject]) -> None:
    acts.submit(*subjects)
    acts.approve(*subjects)


def is_planned(subjects: Sequence[Subject]) -> None:
    acts.submit(*subjects)
    acts.plan(*subjects, at=RETURN)


def is_scheduled(subjects: Sequence[Subject]) -> None:
    acts.schedule(*subjects, at=RETURN)


def is_held(subjects: Sequence[Subject]) -> None:
    is_scheduled(subjects)
    acts.hold(subjects[0])


def was_called_off(subjects: Sequence[Subject]) -> None:
    is_scheduled(subjects)
    acts.call_off(*subjects)


# Every state in which nothing of it may be seen.
STATES: dict[str, Callable[[Sequence[Subject]], None]] = {
    "draft": is_draft,
    "in review": is_in_review,
    "approved": is_approved,
    "planned": is_planned,
    "scheduled": is_scheduled,
    "held": is_held,
    "called off": was_called_off,
}
