"""Writing the sample calendar into the database and publishing it, in few releases; begun again after any stop."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agenda.drafts import Subject
from agenda.models import BackgroundTopic, MediaLink
from agenda.publishing import wait_until_live, withdraw
from agenda.restoring import get_column_values, restore_meeting
from council.samples.calendar import OF_TODAY, WITHDRAWN, build_sample_meetings, with_fate
from council.samples.diary import DAY, Diary
from council.samples.signing import approve_and_publish, demo, publisher
from council.samples.stories import Fate, Story
from council.samples.topics import TOPICS
from council.samples.translated import WITH_THE_SOURCE, add_french, import_sample
from meetings.clock import BRUSSELS
from meetings.models import Edition, Meeting

LIFTS = dt.time(10)  # of the embargo, tomorrow


def is_complete() -> bool:
    """The withdrawal is written last, and no tombstone can ever be deleted."""
    return Edition.objects.filter(subject_id=WITHDRAWN, is_tombstone=True).exists()


def fill(seed: Meeting) -> None:
    """Publishes the real note with its topics and the calendar. What an earlier run has done is not done again.

    The working copy comes first, all of it or nothing. The day that it was made on is the day of the calendar, also
    where a later run completes it.
    """
    if is_complete():
        return
    now = timezone.now()
    first_day = Meeting.objects.filter(pk=OF_TODAY).values_list("start_date", flat=True).first()
    stories = build_sample_meetings(Diary.starting_from(first_day or now.astimezone(BRUSSELS).date()), now)
    with transaction.atomic():
        topics = list(make_topics(seed))
        if first_day is None:
            for story in stories:
                restore_meeting(story.first, by=demo())
        import_sample(seed, WITH_THE_SOURCE)
    first_editions([*topics, seed, *meetings_of(with_fate(stories, Fate.PUBLISHED, Fate.CHANGED, Fate.WITHDRAWN))])
    add_french(seed)
    second_editions(with_fate(stories, Fate.PUBLISHED))
    last_steps(stories, now)


def make_topics(seed: Meeting) -> Iterator[BackgroundTopic]:
    for document in (topic.document() for topic in TOPICS):
        values = get_column_values(BackgroundTopic, document)
        topic, new = BackgroundTopic.objects.get_or_create(slug=document.slug, defaults=values | {"pk": document.id})
        if new:
            for position, link in enumerate(document.links, 1):
                MediaLink.objects.create(
                    pk=link.id, topic=topic, position=position, **get_column_values(MediaLink, link)
                )
            for item in seed.agenda.filter(title=topic.title):
                item.topics.add(topic)
        yield topic


def meetings_of(stories: Iterable[Story]) -> list[Meeting]:
    return list(Meeting.objects.filter(pk__in=[story.first.id for story in stories]))


def edition_count(subject_id: UUID) -> int:
    return Edition.objects.filter(subject_id=subject_id).count()


def first_editions(subjects: list[Subject]) -> None:
    """In one release, so that the meetings name the topics. A run that was stopped may have left it still to appear."""
    missing = [subject for subject in subjects if not edition_count(subject.pk)]
    if missing:
        approve_and_publish(*missing)
    wait_until_live(
        Edition.objects.filter(subject_id__in=[subject.pk for subject in subjects]).latest("available_from")
    )


def second_editions(stories: list[Story]) -> None:
    """Results, corrections, moves: a release for each public note."""
    due = [story for story in stories if story.second and edition_count(story.first.id) < 2]
    last = None
    for note, some in groupby(sorted(due, key=lambda story: story.note), key=lambda story: story.note):
        changed = [restore_meeting(story.second, by=demo()) for story in some if story.second]
        last = approve_and_publish(*changed, note=note)[0]
    if last:
        wait_until_live(last)


def last_steps(stories: list[Story], now: dt.datetime) -> None:
    """What nothing waits for but the withdrawal, which comes last."""
    for story in stories:
        if story.third and edition_count(story.first.id) < 3:
            wait_until_live(Edition.objects.filter(subject_id=story.first.id).latest("available_from"))
            approve_and_publish(restore_meeting(story.third, by=demo()), editorial=True)
    for story in with_fate(stories, Fate.CHANGED):
        if story.second:
            restore_meeting(story.second, by=demo())
    tomorrow = now.astimezone(BRUSSELS).date() + DAY
    lifts = dt.datetime.combine(tomorrow, LIFTS, BRUSSELS).astimezone(dt.UTC)
    for meeting in meetings_of(with_fate(stories, Fate.EMBARGOED)):
        if not edition_count(meeting.pk):
            approve_and_publish(meeting, at=lifts)
    for story in with_fate(stories, Fate.WITHDRAWN):
        wait_until_live(withdraw(Meeting.objects.get(pk=story.first.id), by=publisher(), reason=story.note))
