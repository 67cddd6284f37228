"""Write the sample meetings into the database and publish them in few releases.

If a run is stopped, the next one completes it.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agenda.models import BackgroundTopic, MediaLink
from agenda.workflow.drafts import Subject
from agenda.workflow.restoring import get_column_values, restore_meeting
from agenda.workflow.transactions import wait_until_live
from agenda.workflow.withdrawal import withdraw
from council.demo.accounts import PUBLISHER
from council.demo.approvals import approve_and_publish, get_account_actor, get_demo_actor
from council.demo.document_files import build_topics, read_pictures
from council.demo.sample_meetings import (
    TODAY_MEETING_ID,
    WITHDRAWN_MEETING_ID,
    SampleMeeting,
    SampleStatus,
    build_sample_meetings,
    filter_by_status,
)
from council.demo.templates import create_shared_blocks, create_templates
from council.demo.translations import LANGUAGE_WITH_SOURCE, import_sample_translation, publish_french_translation
from council.demo.working_days import DAY, Diary
from meetings.clock import BRUSSELS
from meetings.images.store import store_image
from meetings.models import Edition, Meeting

EMBARGO_LIFTS_AT = dt.time(10)  # tomorrow, Brussels time


def is_demo_complete() -> bool:
    """Return True if an earlier run has finished. It writes the withdrawal last, and a tombstone is never deleted."""
    return Edition.objects.filter(subject_id=WITHDRAWN_MEETING_ID, is_tombstone=True).exists()


def fill_demo(seed: Meeting) -> None:
    """Publish the real note with its topics, and the sample meetings. Skip what an earlier run has done.

    The working copies are written first, in one transaction. The sample calendar keeps the day on which they were
    written, even if a later run completes it.
    """
    if is_demo_complete():
        return
    now = timezone.now()
    first_day = Meeting.objects.filter(pk=TODAY_MEETING_ID).values_list("start_date", flat=True).first()
    samples = build_sample_meetings(Diary.starting_from(first_day or now.astimezone(BRUSSELS).date()), now)
    with transaction.atomic():
        for picture in read_pictures().values():
            store_image(picture, by_name=get_demo_actor().display_name, at=now)
        topics = list(create_topics(seed))
        if first_day is None:
            for sample in samples:
                restore_meeting(sample.first, by=get_demo_actor())
            create_templates(samples)
            create_shared_blocks()
        import_sample_translation(seed, LANGUAGE_WITH_SOURCE)
    published = filter_by_status(samples, SampleStatus.PUBLISHED, SampleStatus.CHANGED, SampleStatus.WITHDRAWN)
    publish_first_editions([*topics, seed, *get_sample_meetings(published)])
    publish_french_translation(seed)
    publish_second_editions(filter_by_status(samples, SampleStatus.PUBLISHED))
    finish_samples(samples, now)


def create_topics(seed: Meeting) -> Iterator[BackgroundTopic]:
    for document in build_topics():
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


def get_sample_meetings(samples: Iterable[SampleMeeting]) -> list[Meeting]:
    return list(Meeting.objects.filter(pk__in=[sample.first.id for sample in samples]))


def count_editions(subject_id: UUID) -> int:
    return Edition.objects.filter(subject_id=subject_id).count()


def publish_first_editions(subjects: list[Subject]) -> None:
    """Publish the first editions in one release, so that the meetings can name the topics.

    If a run that was stopped has already scheduled them, wait until they are live.
    """
    missing = [subject for subject in subjects if not count_editions(subject.pk)]
    if missing:
        approve_and_publish(*missing)
    wait_until_live(
        Edition.objects.filter(subject_id__in=[subject.pk for subject in subjects]).latest("available_from")
    )


def publish_second_editions(samples: list[SampleMeeting]) -> None:
    """Publish results, corrections and moves, in one release for each public note."""
    due = [sample for sample in samples if sample.second and count_editions(sample.first.id) < 2]
    last = None
    for note, group in groupby(sorted(due, key=lambda sample: sample.note), key=lambda sample: sample.note):
        changed = [restore_meeting(sample.second, by=get_demo_actor()) for sample in group if sample.second]
        last = approve_and_publish(*changed, note=note)[0]
    if last:
        wait_until_live(last)


def finish_samples(samples: list[SampleMeeting], now: dt.datetime) -> None:
    """Publish third editions, change working copies, schedule the embargoed meetings, and withdraw one last."""
    for sample in samples:
        if sample.third and count_editions(sample.first.id) < 3:
            wait_until_live(Edition.objects.filter(subject_id=sample.first.id).latest("available_from"))
            approve_and_publish(restore_meeting(sample.third, by=get_demo_actor()), editorial=True)
    for sample in filter_by_status(samples, SampleStatus.CHANGED):
        if sample.second:
            restore_meeting(sample.second, by=get_demo_actor())
    tomorrow = now.astimezone(BRUSSELS).date() + DAY
    lifts_at = dt.datetime.combine(tomorrow, EMBARGO_LIFTS_AT, BRUSSELS).astimezone(dt.UTC)
    for meeting in get_sample_meetings(filter_by_status(samples, SampleStatus.EMBARGOED)):
        if not count_editions(meeting.pk):
            approve_and_publish(meeting, at=lifts_at)
    for sample in filter_by_status(samples, SampleStatus.WITHDRAWN):
        meeting, by = Meeting.objects.get(pk=sample.first.id), get_account_actor(PUBLISHER)
        wait_until_live(withdraw(meeting, by=by, reason=sample.note, takes_place=True))
