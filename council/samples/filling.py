"""Writing the sample calendar into the database and publishing it, in few releases; begun again after any stop."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agenda.drafts import Subject
from agenda.models import BackgroundTopic, MediaLink
from agenda.publishing import wait_for, withdraw
from agenda.restoring import columns, restore
from council.samples.calendar import TODAY_MEETING_ID, WITHDRAWN_MEETING_ID, all_stories, filter_by_status
from council.samples.diary import DAY, Diary
from council.samples.signing import approve_and_publish, get_demo_actor, get_publisher
from council.samples.stories import SampleMeeting, SampleStatus
from council.samples.topics import TOPICS
from council.samples.translated import LANGUAGE_WITH_SOURCE, import_sample_translation, publish_french_translation
from meetings.clock import BRUSSELS
from meetings.models import Edition, Meeting

EMBARGO_LIFTS_AT = dt.time(10)  # of the embargo, tomorrow


def is_demo_complete() -> bool:
    """The withdrawal is written last, and no tombstone can ever be deleted."""
    return Edition.objects.filter(subject_id=WITHDRAWN_MEETING_ID, is_tombstone=True).exists()


def fill_demo(seed: Meeting) -> None:
    """Publishes the real note with its topics and the calendar. What an earlier run has done is not done again.

    The working copy comes first, all of it or nothing. The day that it was made on is the day of the calendar, also
    where a later run completes it.
    """
    if is_demo_complete():
        return
    now = timezone.now()
    first_day = Meeting.objects.filter(pk=TODAY_MEETING_ID).values_list("start_date", flat=True).first()
    samples = all_stories(Diary.around(first_day or now.astimezone(BRUSSELS).date()), now)
    with transaction.atomic():
        topics = list(create_topics(seed))
        if first_day is None:
            for story in samples:
                restore(story.first, by=get_demo_actor())
        import_sample_translation(seed, LANGUAGE_WITH_SOURCE)
    publish_first_editions(
        [
            *topics,
            seed,
            *get_sample_meetings(
                filter_by_status(samples, SampleStatus.PUBLISHED, SampleStatus.CHANGED, SampleStatus.WITHDRAWN)
            ),
        ]
    )
    publish_french_translation(seed)
    publish_second_editions(filter_by_status(samples, SampleStatus.PUBLISHED))
    finish_samples(samples, now)


def create_topics(seed: Meeting) -> Iterator[BackgroundTopic]:
    for document in (topic.build_document() for topic in TOPICS):
        values = columns(BackgroundTopic, document)
        topic, new = BackgroundTopic.objects.get_or_create(slug=document.slug, defaults=values | {"pk": document.id})
        if new:
            for position, link in enumerate(document.links, 1):
                MediaLink.objects.create(pk=link.id, topic=topic, position=position, **columns(MediaLink, link))
            for item in seed.agenda.filter(title=topic.title):
                item.topics.add(topic)
        yield topic


def get_sample_meetings(samples: Iterable[SampleMeeting]) -> list[Meeting]:
    return list(Meeting.objects.filter(pk__in=[story.first.id for story in samples]))


def count_editions(subject_id: UUID) -> int:
    return Edition.objects.filter(subject_id=subject_id).count()


def publish_first_editions(subjects: list[Subject]) -> None:
    """In one release, so that the meetings name the topics. A run that was stopped may have left it still to appear."""
    missing = [subject for subject in subjects if not count_editions(subject.pk)]
    if missing:
        approve_and_publish(*missing)
    wait_for(Edition.objects.filter(subject_id__in=[subject.pk for subject in subjects]).latest("available_from"))


def publish_second_editions(samples: list[SampleMeeting]) -> None:
    """Results, corrections, moves: a release for each public note."""
    due = [story for story in samples if story.second and count_editions(story.first.id) < 2]
    last = None
    for note, some in groupby(sorted(due, key=lambda story: story.note), key=lambda story: story.note):
        changed = [restore(story.second, by=get_demo_actor()) for story in some if story.second]
        last = approve_and_publish(*changed, note=note)[0]
    if last:
        wait_for(last)


def finish_samples(samples: list[SampleMeeting], now: dt.datetime) -> None:
    """What nothing waits for but the withdrawal, which comes last."""
    for story in samples:
        if story.third and count_editions(story.first.id) < 3:
            wait_for(Edition.objects.filter(subject_id=story.first.id).latest("available_from"))
            approve_and_publish(restore(story.third, by=get_demo_actor()), editorial=True)
    for story in filter_by_status(samples, SampleStatus.CHANGED):
        if story.second:
            restore(story.second, by=get_demo_actor())
    tomorrow = now.astimezone(BRUSSELS).date() + DAY
    lifts_at = dt.datetime.combine(tomorrow, EMBARGO_LIFTS_AT, BRUSSELS).astimezone(dt.UTC)
    for meeting in get_sample_meetings(filter_by_status(samples, SampleStatus.EMBARGOED)):
        if not count_editions(meeting.pk):
            approve_and_publish(meeting, at=lifts_at)
    for story in filter_by_status(samples, SampleStatus.WITHDRAWN):
        wait_for(withdraw(Meeting.objects.get(pk=story.first.id), by=get_publisher(), reason=story.note))
