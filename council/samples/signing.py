"""The sample texts are submitted by the demo and approved by the sample publisher, as those of any day are."""

from typing import Any

from agenda.drafts import Subject
from agenda.publishing import approve, publish, submit
from council.samples.accounts import PUBLISHER
from meetings.audit import Actor
from meetings.models import Edition, User


def demo() -> Actor:
    return Actor.command("demo")


def publisher() -> Actor:
    return Actor(User.objects.get(username=PUBLISHER), PUBLISHER)


def approve_and_publish(*subjects: Subject, **options: Any) -> list[Edition]:
    revisions = submit(*subjects, by=demo())
    by_id = {revision.subject_id: revision for revision in revisions}
    for subject in subjects:
        approve(subject, by=publisher(), shown=[x.document_id for x in by_id[subject.pk].documents.all()])
    return publish(*subjects, by=publisher(), **options)
