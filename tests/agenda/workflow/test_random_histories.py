"""Random histories: in whatever order people act, nobody publishes alone what no colleague is asked to look at.

Each step is one person's; those that are refused do not count. A failure prints the steps. `HISTORIES=500 pytest FILE`
runs more of them, and `FIRST_HISTORY=1000` others.
"""

import datetime as dt
import os
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.utils import timezone

from agenda.dashboard.dashboard import Dashboard
from agenda.models import REVIEWABLE_REASONS, Release, ReleaseEntry, Revision, RevisionReason, Verdict
from agenda.workflow.errors import WorkflowError
from agenda.workflow.lone_acts import confirm_act, exclude_texts_to_approve, explain_who_must_confirm
from agenda.workflow.planned_releases import plan_release, resume_held_release
from agenda.workflow.publication import publish
from agenda.workflow.restoring import restore_document
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.reviews import Review
from agenda.workflow.revisions import get_revision_documents, keep_revision, keep_translation_revision
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import publish_same_day_change
from agenda.workflow.scheduled_releases import call_off_release, hold_release, move_release
from agenda.workflow.translation_submission import submit_translation
from agenda.workflow.withdrawal import rollback, withdraw
from meetings.access import NotAllowed
from meetings.access.lone_acts import find_lone_acts, is_lone
from meetings.documents.encoding import InvalidDocument
from meetings.models import AuditEntry, Edition, EditionDocument, EditionReason, Meeting, StoredDocument, User
from tests.admin_forms import give_role
from tests.agenda.workflow.translations import create_translators
from tests.agenda.workflow.users import get_people, save_changes
from tests.factories import MINUTE, make_meeting, translate
from tests.worlds import share_world

HISTORIES, FIRST = int(os.environ.get("HISTORIES", "2")), int(os.environ.get("FIRST_HISTORY", "10"))
STEPS = 60
EDITORS, PUBLISHERS = ("anna", "paul", "petra"), ("paul", "petra")
WORD = re.compile(r"\b(anna|paul|petra|theo|rita)\d+\b")
REFUSALS = WorkflowError, NotAllowed, InvalidDocument
Step = Callable[[], object]


@share_world
def world(clock: Any) -> None:
    """A draft, an author, two publishers, of whom one approves what the other writes, and a translator."""
    create_translators()
    for name in PUBLISHERS:
        give_role(User.objects.get(username=name), "Duty")
    meeting = make_meeting(notice="For the press.")
    keep_revision(meeting, timezone.now(), get_people()["anna"])


class History:
    """A meeting and what people do with it, at random. `steps` says what they did."""

    def __init__(self, number: int, clock: Any) -> None:
        self.random, self.clock, self.people = random.Random(number), clock, get_people()  # noqa: S311
        self.steps: list[str] = []
        self.words = 0

    @property
    def meeting(self) -> Meeting:
        return Meeting.objects.get()

    def choose(self, among: Iterable[Any]) -> Any:
        """Choose one, or refuse the step if there is none."""
        found = [*among]
        if not found:
            raise WorkflowError("There is none.")
        return self.random.choice(found)

    def act_as(self, *names: str) -> dict[str, Any]:
        name = self.random.choice(names)
        self.steps.append(name)
        return {"by": self.people[name]}

    def write_as(self, *names: str) -> tuple[dict[str, Any], str]:
        actor = self.act_as(*names)
        self.words += 1
        return actor, f"{actor['by'].name}{self.words}"

    def choose_time(self) -> dt.datetime | None:
        return self.random.choice([None, timezone.now().replace(microsecond=0) + 10 * MINUTE])

    def choose_review(self) -> dict[str, Any]:
        """Choose the last submission or, more rarely, any other one."""
        submissions = Revision.objects.filter(why__in=REVIEWABLE_REASONS).order_by("pk")
        revision = self.choose([None, None, *submissions])
        review = Review.for_revision(self.meeting, revision) if revision else Review.latest(self.meeting)
        if review is None:
            raise WorkflowError("There is none.")
        return {"revision": revision, "shown": [one.shown for one in review.languages]}

    def save(self) -> None:
        actor, word = self.write_as(*EDITORS)
        keep_revision(save_changes(self.meeting, notice=word), timezone.now(), **actor)

    def restore(self) -> None:
        revision = self.choose(Revision.objects.order_by("pk"))
        document = get_revision_documents(revision)[revision.source_language]
        restore_document(document, **self.act_as(*EDITORS), why=RevisionReason.RESTORED, remark="As before.")

    def submit(self) -> None:
        submit(self.meeting, **self.act_as(*EDITORS), languages=self.choose([(), ("fr",)]))

    def translate(self) -> None:
        actor, word = self.write_as("theo")
        translate(self.meeting, notice=word, **actor)
        keep_translation_revision(self.meeting, timezone.now(), actor["by"], "fr")

    def submit_translation(self) -> None:
        submit_translation(self.meeting, "fr", **self.act_as("theo"))

    def approve(self) -> None:
        review, actor = self.choose_review(), self.act_as(*PUBLISHERS)
        for verdict in approve(self.meeting, **actor, **review, languages=["en"]):
            self.check_that_a_colleague_wrote_it(verdict)

    def approve_translation(self) -> None:
        review = self.choose_review()
        approve(self.meeting, **self.act_as("rita"), **review, languages=["fr"])

    def send_back(self) -> None:
        review = self.choose_review()
        send_back(self.meeting, **self.act_as(*PUBLISHERS), **review, languages=["en"], remark="It is wrong.")

    def publish(self) -> None:
        options = {"pending": self.choose(["keep", "replace"]), "note": "Changed." if Edition.objects.exists() else ""}
        publish(self.meeting, **self.act_as(*PUBLISHERS), at=self.choose_time(), **options)

    def plan(self) -> None:
        plan_release(self.meeting, **self.act_as(*PUBLISHERS), at=timezone.now().replace(microsecond=0) + 20 * MINUTE)

    def hold(self) -> None:
        release = self.choose(Release.objects.order_by("at"))
        hold_release(release, **self.act_as(*PUBLISHERS), reason="Wait.")

    def resume(self) -> None:
        release = self.choose(Release.objects.order_by("at"))
        resume_held_release(release, **self.act_as(*PUBLISHERS), at=self.choose_time())

    def move(self) -> None:
        release = self.choose(Release.objects.order_by("at"))
        move_release(release, **self.act_as(*PUBLISHERS), at=self.choose_time())

    def call_off(self) -> None:
        release = self.choose(Release.objects.order_by("at"))
        call_off_release(release, **self.act_as(*PUBLISHERS), reason="Never mind.")

    def change_on_the_day(self) -> None:
        publish_same_day_change(
            self.meeting, SameDayChange(alert=f"Room {len(self.steps)}."), **self.act_as(*PUBLISHERS)
        )

    def rollback(self) -> None:
        rollback(self.meeting, **self.act_as(*PUBLISHERS), reason="It was wrong.")

    def withdraw(self) -> None:
        withdraw(self.meeting, **self.act_as(*PUBLISHERS), reason="It leaked.")

    def confirm(self) -> None:
        entry = self.choose(exclude_texts_to_approve(find_lone_acts()))
        confirm_act(self.meeting, entry.pk, **self.act_as(*PUBLISHERS))

    def run(self, steps: dict[Step, int]) -> None:
        done = 0
        while done < STEPS:
            [step] = self.random.choices([*steps], [*steps.values()])
            editions = {*Edition.objects.values_list("pk", flat=True)}
            entries = {*AuditEntry.objects.values_list("pk", flat=True)}
            self.steps.append(f"\n{step.__name__}")
            try:
                step()
                done += 1
            except REFUSALS as refusal:
                self.steps.append(f"refused: {str(refusal)[:90]}")
                continue
            for edition in Edition.objects.exclude(pk__in=editions):
                self.check_that_a_colleague_is_responsible(edition, AuditEntry.objects.exclude(pk__in=entries))
            self.clock.shift(self.random.choice([1, 60, 600]))
        for name in PUBLISHERS:
            self.check_that_they_are_asked(name)

    def check_that_a_colleague_wrote_it(self, verdict: Verdict) -> None:
        """Nobody approves a word of their own that nobody else has approved before."""
        name = verdict.by_name
        for word in re.findall(rf"\b{name}\d+\b", verdict.document.text):
            texts = StoredDocument.objects.filter(text__contains=word).values("digest")
            before = Verdict.objects.filter(document__in=texts, approved=True, pk__lt=verdict.pk).exclude(by_name=name)
            assert before.exists(), self.describe(f"{name} approved {word}")

    def check_that_a_colleague_is_responsible(self, edition: Edition, entries: Iterable[AuditEntry]) -> None:
        """Somebody else than the publisher wrote, submitted or approved the text, and has not sent it back since."""
        if edition.is_tombstone or edition.reason in (EditionReason.FACTS, EditionReason.RESTORATION):
            return
        if any(map(is_lone, entries)):
            return
        digest = EditionDocument.objects.get(edition=edition, language="en").document.digest
        earlier = EditionDocument.objects.filter(document__digest=digest).exclude(edition=edition)
        if earlier.exists():  # a language joins it, or it is published at another time, which has an entry if needed
            return
        publisher = ReleaseEntry.objects.get(edition_id=edition.pk).release.by_name
        last: dict[str, list[tuple[dt.datetime, int, bool]]] = defaultdict(list)
        written = Revision.objects.filter(documents__document__digest=digest, by_name__in=EDITORS)
        for revision in written.exclude(why__in=(RevisionReason.TRANSLATED, RevisionReason.FACTS)):
            last[revision.by_name].append((revision.at, 0, True))
        for verdict in Verdict.objects.filter(document__digest=digest, source__digest=digest, carried_from=None):
            last[verdict.by_name].append((verdict.at, verdict.pk, verdict.approved))
        responsible = {name for name, acts in last.items() if max(acts)[-1]} - {publisher}
        assert responsible, self.describe(f"{publisher} is alone with {digest}")

    def check_that_they_are_asked(self, name: str) -> None:
        """Of each colleague who acted alone, the dashboard has something that this person can confirm, if there is."""
        user = User.objects.get(username=name)
        entries = exclude_texts_to_approve(find_lone_acts())
        open_to_user = [one for one in entries if not explain_who_must_confirm(self.meeting, one, user)]
        addresses = " ".join(line.url for line in Dashboard(user, timezone.now()).lone_acts)
        listed = {one.actor for one in open_to_user if f"/confirm/{one.pk}/" in addresses}
        assert listed == {one.actor for one in open_to_user}, self.describe(f"{name} is not asked")

    def describe(self, fault: str) -> str:
        return f"{fault}:{' '.join(self.steps)}"


@pytest.mark.parametrize("number", range(FIRST, FIRST + HISTORIES))
@pytest.mark.once
def test_nobody_publishes_alone_unseen(world: None, clock: Any, number: int) -> None:
    history = History(number, clock)
    history.run(
        {
            history.save: 6,
            history.restore: 2,
            history.submit: 5,
            history.translate: 4,
            history.submit_translation: 8,
            history.approve: 8,
            history.approve_translation: 1,
            history.send_back: 6,
            history.publish: 8,
            history.plan: 1,
            history.hold: 1,
            history.resume: 2,
            history.move: 2,
            history.call_off: 1,
            history.change_on_the_day: 2,
            history.rollback: 2,
            history.withdraw: 1,
            history.confirm: 1,
        }
    )
