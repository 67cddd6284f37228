"""A same-day change keeps all approvals, and approves nothing."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from agenda.models import ReleaseEntry, Revision, RevisionDocument, Verdict
from agenda.workflow.approval_rights import get_authors
from agenda.workflow.drafts import build_drafts, compute_draft_digest
from agenda.workflow.errors import NotApprovedError, WorkflowError
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import send_back
from agenda.workflow.reviews import Review, ReviewState, find_approved_review
from agenda.workflow.revisions import keep_translation_revision
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import get_live_meeting, preview_same_day_change
from agenda.workflow.translation_submission import submit_translation
from meetings.models import AuditEntry, Meeting, User
from tests.admin_forms import sign_in
from tests.agenda.admin.screens import get_step_url
from tests.agenda.workflow.same_day_changes.helpers import (
    approve_meeting,
    build_change,
    create_actor,
    find_press_conference,
    get_document,
    get_press_conference,
    publish_change,
    save_with_revision,
    submit_meeting,
)
from tests.factories import COMMAND, DAY, MINUTE, PRESS_DAY, make_meeting, make_topic, publish_now, translate

pytestmark = pytest.mark.django_db


def save_correction(meeting: Meeting, title: str = "Migration policy: relocation", by: str = "anna") -> None:
    """Change the English title, so that the French one is out of date."""
    meeting.agenda.update(title=title)
    save_with_revision(meeting, by)


def get_states(meeting: Meeting) -> dict[str, ReviewState]:
    review = Review.latest(Meeting.objects.get(pk=meeting.pk))
    assert review
    return {str(one.language): one.state for one in review.languages}


def get_authors_names(keys: set[int]) -> set[str]:
    return set(User.objects.filter(pk__in=keys).values_list("username", flat=True))


def find_authors_in_review(meeting: Meeting) -> dict[str, set[str]]:
    review = Review.latest(Meeting.objects.get(pk=meeting.pk))
    assert review
    return {one.language: get_authors_names(get_authors(review.revision, one.language)) for one in review.languages}


def test_carried_verdict_refers_to_the_original(meeting: Meeting, clock: Any) -> None:
    verdicts = {verdict.language: verdict for verdict in Verdict.objects.all()}
    publish_change(clock, meeting, build_change(meeting), by=create_actor("dora"))
    carried = Verdict.objects.exclude(carried_from=None)
    assert {verdict.carried_from for verdict in carried} == set(verdicts.values())
    assert {(verdict.by_name, verdict.approved) for verdict in carried} == {("berta", True)}
    assert AuditEntry.objects.filter(act="approved").count() == len(verdicts)


def test_live_text_cannot_be_published_again_without_the_change(meeting: Meeting, clock: Any) -> None:
    publish_change(clock, meeting, build_change(meeting))
    with pytest.raises(WorkflowError, match="has not changed"):
        publish(meeting, by=COMMAND, note="?")


def test_each_language_keeps_its_state(meeting: Meeting, clock: Any) -> None:
    save_correction(meeting)
    save_with_revision(meeting)
    translate(meeting, meeting.agenda.get(), title="Politique migratoire : relocalisation")
    submit_meeting(meeting)
    approve_meeting(meeting, languages=["en"])
    publish_change(clock, meeting, build_change(meeting))
    assert get_states(meeting) == {"en": ReviewState.APPROVED, "fr": ReviewState.IN_REVIEW}
    [edition] = publish(meeting, by=COMMAND, note="The item.")
    french = get_document(edition, "fr")
    assert (french.agenda[0].title, find_press_conference(french).time) == ("Migration policy: relocation", "14:15")
    assert f"agenda.{french.agenda[0].id}.title" in french.fallbacks


def test_draft_after_the_approval_stays_unapproved(meeting: Meeting, clock: Any) -> None:
    save_correction(meeting)
    publish_change(clock, meeting, build_change(meeting))
    assert get_states(meeting) == {"en": ReviewState.DRAFT, "fr": ReviewState.DRAFT}
    with pytest.raises(WorkflowError, match="has changed since it was approved"):
        publish(meeting, by=COMMAND, note="The item.")
    submit_meeting(meeting)
    assert get_states(meeting)["en"] == ReviewState.IN_REVIEW


def test_draft_without_a_revision_stays_unapproved(meeting: Meeting, clock: Any) -> None:
    """The rows changed in another way than by a save, so the last revision is approved but the rows are not."""
    meeting.agenda.update(title="Not seen by anybody", text="<p>Nor this.</p>")
    publish_change(clock, meeting, build_change(meeting))
    digests = [compute_draft_digest(draft) for draft in build_drafts(Meeting.objects.get(), meeting.updated_at)]
    assert not Verdict.objects.filter(document__in=digests).exists()


def test_renaming_a_topic_keeps_the_approval(meeting: Meeting, clock: Any) -> None:
    topic = make_topic()
    meeting.agenda.get().topics.add(topic)
    publish_now(clock, topic)
    submit_meeting(meeting)
    approve_meeting(meeting)
    topic.title = "Another title"
    topic.save()
    publish_now(clock, topic)
    publish_change(clock, meeting, build_change(meeting))
    assert get_states(meeting) == {"en": ReviewState.APPROVED, "fr": ReviewState.APPROVED}


def test_change_approves_nothing(clock: Any) -> None:
    meeting = make_meeting("env")
    publish_now(clock, meeting)  # forced
    publish_change(clock, meeting, SameDayChange(points={get_press_conference(meeting).pk: {"time": "14:15"}}))
    assert not Verdict.objects.filter(revision__subject_id=meeting.pk).exists()
    with pytest.raises(NotApprovedError):
        publish(meeting, by=COMMAND, note="?")


def test_forced_text_can_still_be_approved_afterwards(clock: Any) -> None:
    """The release refers to the new revision, too."""
    meeting = make_meeting("env")
    publish_now(clock, meeting)
    change = SameDayChange(points={get_press_conference(meeting).pk: {"time": "14:15"}})
    publish_change(clock, meeting, change)
    publish_change(clock, meeting, dataclasses.replace(change, alert="Once more."))
    approve_meeting(meeting)
    entry = ReleaseEntry.objects.exclude(forced_reason="").get()
    assert entry.revision
    assert Review.for_revision(meeting, entry.revision).is_approved


def test_author_of_a_draft_stays_its_author(meeting: Meeting, clock: Any) -> None:
    """Carl saved the draft, a same-day change followed, and Emil submitted it. Neither Carl nor Emil may approve it."""
    save_correction(meeting, by="carl")
    publish_change(clock, meeting, build_change(meeting), by=create_actor("dora"))
    submit_meeting(meeting, by="emil")
    review = Review.latest(meeting)
    assert review
    assert get_authors_names(get_authors(review.revision, "en")) == {"carl", "emil"}


def test_reviser_cannot_approve_words_of_their_own_in_the_copy_of_an_older_submission(clock: Any) -> None:
    """It stood after the approval of better words, where nobody looked for who wrote the older ones."""
    meeting = make_meeting("env")
    publish_now(clock, meeting)
    save_correction(meeting)
    for title, writer in (("Les mots de Rita", "rita"), ("Les mots de Tess", "tess")):
        translate(Meeting.objects.get(pk=meeting.pk), meeting.agenda.get(), by=create_actor(writer), title=title)
        keep_translation_revision(meeting, timezone.now(), create_actor(writer), "fr")
        if writer == "rita":
            submit_meeting(meeting)
            approve_meeting(meeting, languages=["en"])
    submit_translation(meeting, "fr", by=create_actor("theo"))
    approve_meeting(meeting, languages=["fr"])
    publish_change(clock, meeting, build_change(meeting))
    copies = Revision.objects.filter(copied_from__isnull=False)
    with_words = copies.filter(documents__document__text__contains="Les mots de Rita")
    assert with_words
    for copy in with_words:
        assert "rita" in get_authors_names(get_authors(copy, "fr"))


class TestTextInReview:
    """A correction by Anna is in review."""

    @pytest.fixture(scope="class")
    @classmethod
    def submitted(cls, published_day: Meeting, class_clock: Any) -> Meeting:
        meeting = Meeting.objects.get(pk=published_day.pk)
        save_correction(meeting)
        submit_meeting(meeting)
        return meeting

    @pytest.fixture
    def meeting(self, submitted: Meeting) -> Meeting:
        return Meeting.objects.get(pk=submitted.pk)

    def test_approved_correction_needs_no_new_approval(self, meeting: Meeting, clock: Any) -> None:
        approve_meeting(meeting)
        publish_change(clock, meeting, build_change(meeting))
        assert get_states(meeting) == {"en": ReviewState.APPROVED, "fr": ReviewState.APPROVED}
        [edition] = publish(meeting, by=COMMAND, note="The item.")
        document = get_document(edition)
        assert (document.agenda[0].title, find_press_conference(document).time) == (
            "Migration policy: relocation",
            "14:15",
        )
        assert edition.languages == ["en", "fr"]

    def test_approved_text_that_was_restored_needs_no_new_approval(self, meeting: Meeting, clock: Any) -> None:
        approve_meeting(meeting)
        save_correction(meeting, "Migration policy")
        publish_change(clock, meeting, build_change(meeting))
        with pytest.raises(WorkflowError, match="is the same as the published edition"):
            submit_meeting(meeting)

    def test_text_in_review_stays_in_review(self, meeting: Meeting, clock: Any) -> None:
        other = make_meeting("env")
        publish(other, by=create_actor("paul"), at=PRESS_DAY + DAY, force="It is urgent.")
        publish_change(clock, meeting, build_change(meeting))
        assert get_states(meeting) == {"en": ReviewState.IN_REVIEW, "fr": ReviewState.IN_REVIEW}
        assert Revision.objects.filter(subject_id=other.pk).count() == 1
        approve_meeting(meeting)
        [edition] = publish(meeting, by=COMMAND, note="The item.")
        assert find_press_conference(get_document(edition)).time == "14:15"

    def test_time_of_the_submission_stays(self, meeting: Meeting, clock: Any) -> None:
        before = Review.latest(meeting)
        assert before
        clock.shift(60 * MINUTE)
        publish_change(clock, meeting, build_change(meeting), by=create_actor("dora"))
        after = Review.latest(meeting)
        assert after
        assert after.revision.pk > before.revision.pk
        submission = after.get_submission(after.source)
        assert (submission.by_name, submission.at) == ("anna", before.revision.at)
        User.objects.update(is_staff=True)
        review, dashboard = get_step_url(meeting, "review/"), "/admin/"
        for address, words in ((review, "anna submitted this text on 14 Sep 10:00"), (dashboard, "anna, 14 Sep 10:00")):
            assert words in sign_in("berta").get(address).content.decode()

    def test_value_that_two_texts_keep_is_told_once(self, meeting: Meeting, clock: Any) -> None:
        approve_meeting(meeting)
        meeting.programme.filter(kind="press_conference").update(time=dt.time(16), time_precision="exact")
        for title in ("Migration policy: returns", "Migration policy: borders"):
            save_correction(meeting, title)
            submit_meeting(meeting)
            if title.endswith("returns"):
                approve_meeting(meeting)
        now = timezone.now()
        _documents, conflicts = preview_same_day_change(get_live_meeting(meeting, now), build_change(meeting), now)
        assert [conflict.partition(" keeps")[0] for conflict in conflicts] == [
            "The text that is approved or in review",
            "The draft",
        ]

    def test_text_that_was_sent_back_stays_sent_back(self, meeting: Meeting, clock: Any) -> None:
        review = Review.latest(meeting)
        assert review
        send_back(meeting, by=create_actor("berta"), shown=[review.source.shown], languages=["en"], remark="Which one?")
        publish_change(clock, meeting, build_change(meeting))
        assert get_states(meeting)["en"] == ReviewState.SENT_BACK
        review = Review.latest(meeting)
        assert review
        assert review.source.verdict
        assert review.source.verdict.remark == "Which one?"

    def test_translation_that_was_sent_back_and_replaced_is_not_copied(self, meeting: Meeting, clock: Any) -> None:
        approve_meeting(meeting)
        for title in ("Politique de Zanzibar", "Politique des migrations"):
            translate(meeting, meeting.agenda.get(), title=title)
            revision = submit_translation(meeting, "fr", by=create_actor("theo"))
            if "Zanzibar" in title:
                shown = [one.shown for one in Review.for_revision(meeting, revision).languages]
                send_back(meeting, by=create_actor("berta"), shown=shown, languages=["fr"], remark="Where?")
        publish_change(clock, meeting, build_change(meeting))
        assert RevisionDocument.objects.filter(document__text__contains="Zanzibar").count() == 1

    def test_who_submits_a_translation_again_after_it_was_sent_back_stays_its_author(
        self, meeting: Meeting, clock: Any
    ) -> None:
        item = meeting.agenda.get()
        translate(meeting, item, by=create_actor("tess"), title="Politique X")
        submit_translation(meeting, "fr", by=create_actor("theo"))
        for rita, tina in (("rita", "toni"), ("rosa", "tina")):
            review = Review.latest(meeting)
            assert review
            shown = [one.shown for one in review.languages]
            send_back(meeting, by=create_actor(rita), shown=shown, languages=["fr"], remark="No.")
            submit_translation(meeting, "fr", by=create_actor(tina))
        translate(meeting, item, "de", title="Migrationspolitik")
        submit_translation(meeting, "de", by=create_actor("dora"))
        authors = find_authors_in_review(meeting)
        assert authors["fr"] == {"tess", "tina"}
        publish_change(clock, meeting, build_change(meeting))
        assert find_authors_in_review(meeting)["fr"] == authors["fr"]

    def test_only_the_first_submission_of_each_text_is_copied(self, meeting: Meeting, clock: Any) -> None:
        """A translator who submitted 250 improvements made each change take half a minute, and others wait for it."""
        item = meeting.agenda.get()
        approve_meeting(meeting)
        translate(meeting, item, "el", title="Μεταναστευτική πολιτική")
        submit_translation(meeting, "el", by=create_actor("elena"))
        approve_meeting(meeting, languages=["el"])
        for number in range(5):
            translate(meeting, item, title=f"Politique {number}")
            submit_translation(meeting, "fr", by=create_actor("theo"))
        translate(meeting, item, "de", title="Migrationspolitik")
        last = submit_translation(meeting, "de", by=create_actor("dora"))
        authors = find_authors_in_review(meeting)
        publish_change(clock, meeting, build_change(meeting))
        copies = Revision.objects.filter(pk__gt=last.pk, why="submitted").order_by("pk")
        assert [copy.by_name for copy in copies] == ["anna", "elena", "theo", "dora"]
        assert find_authors_in_review(meeting) == authors
        assert (authors["fr"], authors["de"]) == ({"theo"}, {"dora"})

    @pytest.mark.parametrize("changes", [0, 1, 2])
    @pytest.mark.parametrize("later_title", ["Autre chose", "Politique migratoire"])
    def test_reviser_cannot_approve_words_of_their_own(
        self, meeting: Meeting, clock: Any, changes: int, later_title: str
    ) -> None:
        """The copy of the translation before, which was approved, hid who wrote the one that waits."""
        item = meeting.agenda.get()
        approve_meeting(meeting)
        translate(meeting, item, title="Politique de migration")
        submit_translation(meeting, "fr", by=create_actor("theo"))
        approve_meeting(meeting, languages=["fr"])
        for title, submitter in (("Les mots de Rita", "theo"), (later_title, "")):
            translate(meeting, item, by=create_actor("rita"), title=title)
            keep_translation_revision(meeting, timezone.now(), create_actor("rita"), "fr")
            if submitter:
                submit_translation(meeting, "fr", by=create_actor(submitter))
        for minute in range(changes):
            publish_change(clock, meeting, build_change(meeting, time=f"14:{minute + 15}"))
        with pytest.raises(WorkflowError, match="a colleague must approve"):
            approve_meeting(meeting, by="rita", languages=["fr"])
        approve_meeting(meeting, languages=["fr"])

    def test_reviser_cannot_approve_words_of_their_own_after_an_earlier_change(
        self, meeting: Meeting, clock: Any
    ) -> None:
        """The change gave the draft a higher version than the submission, which was taken for older than its words."""
        item = meeting.agenda.get()
        approve_meeting(meeting)
        publish_change(clock, meeting, build_change(meeting))
        for title in ("Les mots de Rita", "Autre chose"):
            translate(Meeting.objects.get(), item, by=create_actor("rita"), title=title)
            keep_translation_revision(meeting, timezone.now(), create_actor("rita"), "fr")
            if title == "Les mots de Rita":
                submit_translation(meeting, "fr", by=create_actor("theo"))
        assert find_authors_in_review(meeting)["fr"] == {"rita", "theo"}
        with pytest.raises(WorkflowError, match="a colleague must approve"):
            approve_meeting(meeting, by="rita", languages=["fr"])

    @pytest.mark.parametrize("changes", [0, 1, 2])
    def test_whoever_wrote_a_text_that_is_sent_back_cannot_approve_it(
        self, meeting: Meeting, clock: Any, changes: int
    ) -> None:
        """It was approved with the change, and submitted again by a colleague: that hid who had written it."""
        for minute in range(changes):
            publish_change(clock, meeting, build_change(meeting, time=f"14:{minute + 15}"))
        approve_meeting(meeting, languages=["en"])
        translate(Meeting.objects.get(), meeting.agenda.get(), "de", title="Migrationspolitik")
        submit_meeting(meeting, by="carl")
        review = Review.latest(meeting)
        assert review
        shown = [one.shown for one in review.languages]
        send_back(meeting, by=create_actor("berta"), shown=shown, languages=["en"], remark="It is wrong.")
        assert find_authors_in_review(meeting)["en"] == {"anna", "carl"}

    @pytest.mark.parametrize("changes", [0, 1, 2])
    def test_words_that_were_saved_before_the_change_have_their_writer(
        self, meeting: Meeting, clock: Any, changes: int
    ) -> None:
        """They were submitted after it, with another approval between."""
        item = meeting.agenda.get()
        approve_meeting(meeting)
        for title, writer in (("Le titre", "theo"), ("Les mots de Rita", "rita")):
            translate(Meeting.objects.get(), item, by=create_actor(writer), title=title)
            keep_translation_revision(meeting, timezone.now(), create_actor(writer), "fr")
            if writer == "theo":
                submit_translation(meeting, "fr", by=create_actor("theo"))
        for minute in range(changes):
            publish_change(clock, meeting, build_change(meeting, time=f"14:{minute + 15}"))
        translate(Meeting.objects.get(), item, "de", title="Migrationspolitik")
        submit_translation(meeting, "de", by=create_actor("theo"))
        approve_meeting(meeting, languages=["fr"])
        submit_translation(meeting, "fr", by=create_actor("theo"))
        translate(Meeting.objects.get(), item, by=create_actor("rita"), title="Autre chose")
        keep_translation_revision(meeting, timezone.now(), create_actor("rita"), "fr")
        assert find_authors_in_review(meeting)["fr"] == {"rita", "theo"}

    def test_approval_survives_a_second_change(self, meeting: Meeting, clock: Any) -> None:
        approve_meeting(meeting)
        for minute in (15, 25):
            publish_change(clock, meeting, build_change(meeting, time=f"14:{minute}"))
        review = find_approved_review(meeting)
        assert review
        assert find_press_conference(review.get_documents()[0]).time == "14:25"
        assert review.revision.remark.count("With a same-day change by") == 1
        assert Revision.objects.filter(why="facts").count() == 2

    def test_duty_officer_does_not_become_an_author(self, meeting: Meeting, clock: Any) -> None:
        """Dora, who changed the time, may still approve the text; Anna, who wrote it, may not."""
        publish_change(clock, meeting, build_change(meeting), by=create_actor("dora"))
        with pytest.raises(WorkflowError, match="a colleague must approve"):
            approve_meeting(meeting, by="anna")
        approve_meeting(meeting, by="dora")

    def test_author_of_a_later_draft_is_not_an_author_of_the_text_in_review(self, meeting: Meeting, clock: Any) -> None:
        save_correction(meeting, "Migration policy: another idea", by="carl")
        publish_change(clock, meeting, build_change(meeting), by=create_actor("dora"))
        review = Review.latest(meeting)
        assert review
        assert get_authors_names(get_authors(review.revision, "en")) == {"anna"}
