"""Review: two people see every text, language by language, byte for byte."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from agenda.models import AgendaItem, Revision, RevisionDocument, RevisionReason, Verdict
from agenda.workflow.drafts import build_drafts, compute_draft_digest, get_edition_documents
from agenda.workflow.errors import NotApprovedError, StaleTextError, WorkflowError
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.reviews import (
    Review,
    ReviewState,
    find_approved_review,
    find_unreleased_review,
    get_previous_digests,
    get_verdicts,
)
from agenda.workflow.revisions import keep_revision
from agenda.workflow.scheduled_releases import find_release, move_release
from meetings.access import NotAllowed
from meetings.access.audit import Actor
from meetings.models import Act, AuditEntry, Meeting
from tests.agenda.workflow.users import get_shown, get_submitted_digests, save_changes, submit_and_approve
from tests.factories import COMMAND, DAY, PRESS_DAY, call_off, make_meeting, make_topic, publish_now, translate

People = dict[str, Actor]


def get_states(subject: Meeting) -> dict[str, ReviewState]:
    review = Review.latest(subject)
    assert review
    return {one.language: one.state for one in review.languages}


def save_with_revision(subject: Meeting, by: Actor, **values: Any) -> Meeting:
    """Save the subject as in the admin, with a revision."""
    subject = save_changes(subject, **values)
    keep_revision(subject, PRESS_DAY, by)
    return subject


class TestRefusals:
    def test_unsubmitted_text_can_be_neither_approved_nor_published(self, people: People) -> None:
        with pytest.raises(WorkflowError, match="Nothing has been submitted"):
            approve(make_meeting(), by=people["paul"], shown=[])
        with pytest.raises(NotApprovedError, match="is not approved"):
            publish(make_meeting("env"), by=people["paul"])

    def test_unpublishable_text_cannot_be_submitted(self, people: People) -> None:
        with pytest.raises(WorkflowError, match="public reason"):
            submit(make_meeting(status="cancelled"), by=people["anna"])

    def test_submitter_cannot_approve(self, people: People) -> None:
        meeting = make_meeting()
        submit(meeting, by=people["paul"])
        with pytest.raises(WorkflowError, match="a colleague must approve"):
            approve(meeting, by=people["paul"], shown=get_shown(meeting))

    def test_author_cannot_approve_a_text_that_somebody_else_submitted(self, people: People) -> None:
        meeting = save_with_revision(make_meeting(), people["anna"])
        meeting = save_with_revision(meeting, people["paul"], notice="By Paul.")
        meeting = save_with_revision(meeting, people["anna"], city="Luxembourg")
        submit(meeting, by=people["anna"])
        with pytest.raises(WorkflowError, match="You wrote or submitted"):
            approve(meeting, by=people["paul"], shown=get_shown(meeting))
        approve(meeting, by=people["petra"], shown=get_shown(meeting))

    @pytest.mark.once
    def test_user_who_once_submitted_the_same_words_cannot_approve(self, people: People) -> None:
        meeting = save_with_revision(make_meeting(), people["anna"])
        submit(meeting, by=people["paul"])
        send_back(meeting, by=people["petra"], shown=get_shown(meeting), remark="Who else has read this?")
        submit(meeting, by=people["anna"])
        with pytest.raises(WorkflowError, match="a colleague must approve it"):
            approve(meeting, by=people["paul"], shown=get_shown(meeting))

    @pytest.mark.once
    def test_author_of_a_text_whose_approval_was_revoked_cannot_approve_the_next(self, people: People) -> None:
        meeting = make_meeting()
        submit(meeting, by=people["petra"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="Not agreed after all.")
        submit(save_changes(meeting, notice="By Anna."), by=people["anna"])
        with pytest.raises(WorkflowError, match="a colleague must approve"):
            approve(meeting, by=people["petra"], shown=get_shown(meeting))

    def test_author_cannot_approve_restored_words(self, people: People) -> None:
        """The approved text was restored, then Petra's words were typed again with a small change."""
        meeting = save_with_revision(make_meeting(notice="Neutral."), people["anna"])
        submit_and_approve(people, meeting)
        meeting = save_with_revision(meeting, people["petra"], notice="By Petra.")
        for notice in ("Neutral.", "By Petra.", "By Petra!"):
            meeting = save_with_revision(meeting, people["anna"], notice=notice)
        submit(meeting, by=people["anna"])
        with pytest.raises(WorkflowError, match="a colleague must approve"):
            approve(meeting, by=people["petra"], shown=get_shown(meeting))
        approve(meeting, by=people["paul"], shown=get_shown(meeting))

    def test_author_cannot_approve_words_restored_after_another_approval(self, people: People) -> None:
        meeting = save_with_revision(make_meeting(), people["anna"])
        meeting = save_with_revision(meeting, people["petra"], notice="By Petra.")
        meeting = save_with_revision(meeting, people["anna"], notice="Neutral.")
        submit_and_approve(people, meeting)
        for notice in ("By Petra.", "By Petra!"):
            meeting = save_with_revision(meeting, people["anna"], notice=notice)
        submit(meeting, by=people["anna"])
        with pytest.raises(WorkflowError, match="a colleague must approve"):
            approve(meeting, by=people["petra"], shown=get_shown(meeting))

    @pytest.mark.parametrize("name", ["anna", "dora"])
    def test_user_without_the_right_cannot_approve(self, people: People, name: str) -> None:
        meeting = make_meeting()
        submit(meeting, by=people["petra"])
        with pytest.raises(NotAllowed):
            approve(meeting, by=people[name], shown=get_shown(meeting))

    def test_comment_has_a_maximum_length(self, people: People) -> None:
        with pytest.raises(WorkflowError, match="The maximum is 1000"):
            submit(make_meeting(), by=people["anna"], remark="ψ" * 1001)


class TestApproval:
    def test_text_is_published_exactly_as_approved(self, people: People) -> None:
        meeting = make_meeting()
        [revision] = submit(meeting, by=people["anna"], remark="For 18:00.")
        assert (revision.why, revision.remark, revision.by) == (
            RevisionReason.SUBMITTED,
            "For 18:00.",
            people["anna"].user,
        )
        assert get_states(meeting) == {"en": ReviewState.IN_REVIEW}
        approve(meeting, by=people["paul"], shown=get_shown(meeting), remark="Fine.")
        assert get_states(meeting) == {"en": ReviewState.APPROVED}
        [edition] = publish(meeting, by=people["petra"])
        assert edition.documents.get().document == revision.documents.get().document

    def test_save_without_changes_adds_no_revision_and_keeps_the_approval(self, people: People) -> None:
        meeting = save_with_revision(make_meeting(), people["anna"])
        submit_and_approve(people, meeting)
        revisions = Revision.objects.count()
        assert keep_revision(meeting, PRESS_DAY, people["anna"]) is None
        assert keep_revision(save_changes(meeting), PRESS_DAY, people["anna"]) is None  # another version, the same text
        assert Revision.objects.count() == revisions
        assert get_states(meeting) == {"en": ReviewState.APPROVED}

    @pytest.mark.once
    def test_submission_and_text_before_are_those_of_a_text_that_came_back(self, people: People) -> None:
        meeting = make_meeting()
        submissions = []
        for notice in ("First.", "Second.", "First."):
            meeting = save_changes(meeting, notice=notice)
            meeting.increase_version()
            submissions += submit(meeting, by=people["anna"])
        reviews = [Review.for_revision(meeting, revision) for revision in submissions]
        assert [review.get_submission(review.source) for review in reviews] == submissions
        first, second, _last = (review.source.digest for review in reviews)
        assert [*map(get_previous_digests, reviews)] == [{}, {"en": first}, {"en": second}]

    def test_renaming_a_topic_keeps_the_approval_of_meetings(self, people: People, clock: Any) -> None:
        topic, meeting = make_topic(), make_meeting()
        AgendaItem.objects.get().topics.add(topic)
        publish_now(clock, topic)
        submit_and_approve(people, meeting)
        publish_now(clock, save_changes(topic, title="Another title"))
        save_with_revision(meeting, people["anna"])
        assert get_states(meeting) == {"en": ReviewState.APPROVED}
        submit(save_with_revision(meeting, people["anna"], notice="New."), by=people["anna"])
        review = Review.latest(meeting)
        assert review
        assert "Another title" in str(review.get_documents()[0])  # a submission looks the names up

    def test_forced_text_can_be_approved_after_a_newer_submission(self, people: People) -> None:
        meeting = make_meeting()
        publish(meeting, by=people["paul"], force="The minister is on air.")
        forced = Revision.objects.get(why=RevisionReason.FORCED)
        shown = [language.shown for language in Review.for_revision(meeting, forced).languages]
        submit(save_changes(meeting, notice="Newer."), by=people["anna"])
        approve(meeting, by=people["petra"], shown=shown, revision=forced)
        assert Review.for_revision(meeting, forced).is_approved
        assert get_states(meeting) == {"en": ReviewState.IN_REVIEW}

    def test_author_of_an_earlier_approved_text_may_approve_a_later_one(self, people: People) -> None:
        meeting = save_with_revision(make_meeting(), people["paul"])
        submit(meeting, by=people["anna"])
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        submit(save_with_revision(meeting, people["anna"], notice="By Anna."), by=people["anna"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting))

    def test_long_name_is_truncated(self, people: People) -> None:
        anna = people["anna"].user
        assert anna
        anna.first_name, anna.last_name = "Ά" * 120, "Ώ" * 79
        assert people["anna"].display_name == f"{'Ά' * 120} {'Ώ' * 79}"
        anna.last_name += "Ώ"
        submit(make_meeting(), by=people["anna"])
        assert Revision.objects.latest("pk").by_name == f"{'Ά' * 120} {'Ώ' * 78}…"

    def test_all_steps_are_recorded_in_the_audit_log(self, people: People) -> None:
        meeting = save_with_revision(make_meeting(), people["anna"])
        submit(meeting, by=people["anna"], remark="For 18:00.")
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="No.")
        submit(meeting, by=people["anna"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        log = AuditEntry.objects.filter(subject_id=meeting.pk).order_by("id")
        assert [(entry.act, entry.actor) for entry in log] == [
            (Act.SAVED, "anna"),
            (Act.SUBMITTED, "anna"),
            (Act.SENT_BACK, "paul"),
            (Act.SUBMITTED, "anna"),
            (Act.APPROVED, "paul"),
        ]
        assert {(entry.subject_type, entry.address) for entry in log} == {("meeting", "meetings/jha/2060/09/14/")}
        assert len({entry.digest for entry in log}) == 1
        assert log[1].details["remark"] == "For 18:00."


class TestSubmittedText:
    """Anna has submitted the text."""

    @pytest.fixture(scope="class")
    @classmethod
    def submitted(cls, press_office: People, class_clock: Any) -> Meeting:
        meeting = make_meeting()
        submit(meeting, by=press_office["anna"])
        return meeting

    @pytest.fixture
    def meeting(self, submitted: Meeting) -> Meeting:
        return Meeting.objects.get(pk=submitted.pk)

    def test_unapproved_text_cannot_be_published(self, meeting: Meeting, people: People) -> None:
        with pytest.raises(NotApprovedError):
            publish(meeting, by=people["paul"])

    def test_unchanged_text_cannot_be_submitted_again(self, meeting: Meeting, people: People) -> None:
        with pytest.raises(WorkflowError, match="“JHA, 14 September 2060” is already in review"):
            submit(meeting, by=people["anna"])

    def test_command_cannot_approve(self, meeting: Meeting, people: People) -> None:
        with pytest.raises(WorkflowError, match="Only a person"):
            approve(meeting, by=COMMAND, shown=get_shown(meeting))

    def test_text_that_the_reviewer_did_not_see_cannot_be_approved(self, meeting: Meeting, people: People) -> None:
        seen = get_shown(meeting)
        submit(save_changes(meeting, notice="Changed."), by=people["anna"])
        with pytest.raises(StaleTextError):
            approve(meeting, by=people["paul"], shown=seen)

    def test_verdict_that_the_reviewer_did_not_see_cannot_be_overruled(self, meeting: Meeting, people: People) -> None:
        seen = get_shown(meeting)
        for name, remark in (("paul", "The chair is missing."), ("petra", "The venue is.")):
            if name == "petra":
                with pytest.raises(StaleTextError, match=r"paul sent this text \(English\) back"):
                    send_back(meeting, by=people[name], shown=seen, remark=remark)
                seen = get_shown(meeting)
            send_back(meeting, by=people[name], shown=seen, remark=remark)

    def test_sending_back_needs_a_comment(self, meeting: Meeting, people: People) -> None:
        with pytest.raises(WorkflowError, match="what needs to be corrected"):
            send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="  ")

    def test_text_can_be_submitted_again_after_it_was_sent_back(self, meeting: Meeting, people: People) -> None:
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="The chair is missing.")
        assert get_states(meeting) == {"en": ReviewState.SENT_BACK}
        submit(meeting, by=people["anna"], remark="She is not: look again.")
        assert get_states(meeting) == {"en": ReviewState.IN_REVIEW}
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        assert get_states(meeting) == {"en": ReviewState.APPROVED}


class TestApprovedText:
    """Paul has approved what Anna submitted."""

    @pytest.fixture(scope="class")
    @classmethod
    def approved(cls, press_office: People, class_clock: Any) -> Meeting:
        meeting = make_meeting(notice="As approved.")
        submit_and_approve(press_office, meeting)
        return meeting

    @pytest.fixture
    def meeting(self, approved: Meeting) -> Meeting:
        return Meeting.objects.get(pk=approved.pk)

    def test_text_cannot_be_approved_twice(self, meeting: Meeting, people: People) -> None:
        with pytest.raises(WorkflowError, match="already approved"):
            approve(meeting, by=people["petra"], shown=get_shown(meeting))

    def test_approval_is_one_of_this_text_only(self, meeting: Meeting, people: People) -> None:
        before = get_submitted_digests(meeting)
        [revision] = submit(save_changes(meeting, notice="Second."), by=people["anna"])
        found = [get_verdicts(revision, {"en": digest}) for digest in before + get_submitted_digests(meeting)]
        assert [[verdict.approved for verdict in verdicts.values()] for verdicts in found] == [[True], []]

    def test_approval_can_be_revoked(self, meeting: Meeting, people: People) -> None:
        send_back(meeting, by=people["petra"], shown=get_shown(meeting), remark="Not agreed after all.")
        with pytest.raises(NotApprovedError):
            publish(meeting, by=people["paul"])

    def test_approval_of_a_text_that_another_replaced_can_be_revoked(
        self, meeting: Meeting, people: People, clock: Any
    ) -> None:
        clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
        publish_now(clock, save_changes(meeting, notice="Second."))
        submit(save_changes(meeting, notice="As approved."), by=people["anna"])
        send_back(meeting, by=people["petra"], shown=get_shown(meeting), remark="Not agreed after all.")
        assert get_states(meeting) == {"en": ReviewState.SENT_BACK}

    def test_revisions_and_verdicts_are_append_only(self, meeting: Meeting, people: People) -> None:
        for model, values in ((Revision, {"remark": "x"}), (RevisionDocument, {"language": "el"})):
            with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
                model._default_manager.update(**values)
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
            Verdict.objects.all().delete()

    def test_later_change_neither_changes_nor_blocks_the_approved_text(self, meeting: Meeting, people: People) -> None:
        meeting = save_with_revision(meeting, people["anna"], notice="As changed.")
        assert get_states(meeting) == {"en": ReviewState.DRAFT}
        with pytest.raises(StaleTextError, match="publish the approved text"):
            publish(meeting, by=people["paul"], at=PRESS_DAY + DAY)
        [edition] = publish(meeting, by=people["paul"], at=PRESS_DAY + DAY, shown=get_submitted_digests(meeting))
        text = edition.documents.get().document.text
        assert "As approved." in text
        assert "As changed." not in text

    def test_undoing_a_change_restores_the_approval(self, meeting: Meeting, people: People) -> None:
        """An approval is about the bytes of the text."""
        save_with_revision(meeting, people["anna"], notice="As changed.")
        save_with_revision(meeting, people["anna"], notice="As approved.")
        assert get_states(meeting) == {"en": ReviewState.APPROVED}

    def test_older_approval_does_not_count_after_a_release(self, meeting: Meeting, people: People, clock: Any) -> None:
        meeting = save_changes(meeting, notice="Second.")
        publish_now(clock, meeting)  # without approval
        assert find_approved_review(meeting) is None

    def test_approval_counts_after_a_release_that_was_called_off(self, meeting: Meeting, people: People) -> None:
        publish(save_changes(meeting, notice="Second."), by=people["paul"], at=PRESS_DAY + DAY, force="It is urgent.")
        call_off(meeting)
        assert find_approved_review(meeting)

    def test_approved_text_is_found_behind_many_unapproved_ones(
        self, meeting: Meeting, people: People, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with CaptureQueriesContext(connection) as before:
            assert find_unreleased_review(meeting)
        [revision] = submit(save_changes(meeting, notice="Not approved."), by=people["anna"])
        document = revision.documents.get()
        for _number in range(20):
            revision.pk = None
            revision.save()
            RevisionDocument.objects.create(revision=revision, language="en", document=document.document)
        with django_assert_num_queries(len(before)):
            review = find_unreleased_review(meeting)
        assert review
        assert review.source.digest != document.document_id


class TestTranslatedText:
    """Anna has submitted the text in English and French."""

    @pytest.fixture(scope="class")
    @classmethod
    def translated(cls, press_office: People, class_clock: Any) -> Meeting:
        meeting = make_meeting()
        translate(meeting, lead="<p>Texte.</p>")
        submit(meeting, by=press_office["anna"])
        return meeting

    @pytest.fixture
    def meeting(self, translated: Meeting) -> Meeting:
        return Meeting.objects.get(pk=translated.pk)

    def test_verdict_on_another_language_does_not_matter(self, meeting: Meeting, people: People) -> None:
        seen = get_shown(meeting)
        approve(meeting, by=people["petra"], shown=seen, languages=["fr"])
        approve(meeting, by=people["paul"], shown=seen)  # of both, by what the page showed
        assert get_states(meeting) == dict.fromkeys(("en", "fr"), ReviewState.APPROVED)

    def test_language_that_was_not_submitted_cannot_be_decided(self, meeting: Meeting, people: People) -> None:
        for decide in (approve, send_back):
            with pytest.raises(StaleTextError):
                decide(meeting, by=people["paul"], shown=get_shown(meeting), languages=["de"], remark="Fine.")

    def test_edition_has_only_approved_languages(self, meeting: Meeting, people: People) -> None:
        approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
        [edition] = publish(meeting, by=people["paul"], at=PRESS_DAY + DAY)
        assert edition.languages == ["en"]
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        [edition] = publish(meeting, by=people["paul"], at=PRESS_DAY + DAY, pending="replace")
        assert edition.languages == ["en", "fr"]

    def test_added_language_makes_an_edition_without_a_note(self, meeting: Meeting, people: People, clock: Any) -> None:
        approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
        clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        [edition] = publish(meeting, by=people["paul"])
        assert (edition.reason, edition.languages) == ("translation", ["en", "fr"])

    def test_each_language_has_its_own_state(self, meeting: Meeting, people: People) -> None:
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        assert get_states(meeting) == {"en": ReviewState.APPROVED, "fr": ReviewState.APPROVED}
        translate(meeting, lead="<p>Texte corrigé.</p>")
        save_with_revision(meeting, people["anna"])
        assert get_states(meeting) == {"en": ReviewState.APPROVED, "fr": ReviewState.DRAFT}
        save_with_revision(meeting, people["anna"], venue="Another room")  # shared by all languages
        assert get_states(meeting) == {"en": ReviewState.DRAFT, "fr": ReviewState.DRAFT}


class TestLiveInTwoLanguages:
    """The meeting is live in English and French."""

    @pytest.fixture(scope="class")
    @classmethod
    def live(cls, press_office: People, class_clock: Any) -> Meeting:
        meeting = make_meeting()
        translate(meeting, lead="<p>Texte.</p>")
        submit_and_approve(press_office, meeting)
        class_clock.move_to(publish(meeting, by=press_office["paul"])[0].available_from)
        return meeting

    @pytest.fixture
    def bilingual(self, live: Meeting) -> Meeting:
        return Meeting.objects.get(pk=live.pk)

    def test_changed_translation_is_a_correction(self, people: People, bilingual: Meeting) -> None:
        translate(bilingual, lead="<p>Texte corrigé.</p>")
        submit_and_approve(people, bilingual)
        with pytest.raises(WorkflowError, match="what changed") as refusal:
            publish(bilingual, by=people["paul"])
        assert refusal.value.field == "note"
        assert publish(bilingual, by=people["paul"], note="In French.")[0].reason == "correction"

    def test_translation_in_review_does_not_remove_the_approved_one(self, people: People, bilingual: Meeting) -> None:
        """The approved text is published until the new one is approved."""
        translate(bilingual, lead="<p>Texte corrigé.</p>")
        submit(save_with_revision(bilingual, people["anna"], notice="Changed."), by=people["anna"])
        approve(bilingual, by=people["paul"], shown=get_shown(bilingual), languages=["en"])
        [edition] = publish(bilingual, by=people["paul"], note="The notice.")
        french = next(one for one in get_edition_documents(edition) if one.language == "fr")
        assert edition.languages == ["en", "fr"]
        assert (french.lead, french.notice) == ("<p>Texte.</p>", "Changed.")  # type: ignore[union-attr]
        assert "notice" in french.fallbacks

    def test_language_without_translated_text_is_removed(self, people: People, bilingual: Meeting) -> None:
        submit_and_approve(people, save_with_revision(bilingual, people["anna"], lead="<p>Another text.</p>"))
        [edition] = publish(bilingual, by=people["paul"], note="The lead.")
        assert (edition.reason, edition.languages) == ("correction", ["en"])

    def test_release_with_an_added_language_is_moved_without_a_note(self, people: People, bilingual: Meeting) -> None:
        translate(bilingual, language="de", lead="<p>Text.</p>")
        submit_and_approve(people, bilingual)
        [edition] = publish(bilingual, by=people["paul"], at=PRESS_DAY + DAY)
        release = find_release(edition)
        assert release
        [moved] = move_release(release, by=people["paul"], at=PRESS_DAY + 2 * DAY)
        assert (moved.reason, moved.languages) == ("translation", ["de", "en", "fr"])

    def test_only_the_languages_that_were_shown_are_published(self, people: People, bilingual: Meeting) -> None:
        """All languages that were shown are published, and no others."""
        bilingual = save_with_revision(bilingual, people["anna"], notice="Changed.")
        translate(bilingual, notice="Changé.")
        submit(bilingual, by=people["anna"])
        approve(bilingual, by=people["paul"], shown=get_shown(bilingual), languages=["en"])
        [english, _french] = seen = get_submitted_digests(bilingual)
        with pytest.raises(StaleTextError):
            publish(bilingual, by=people["paul"], note="Changed.", shown=seen)
        approve(bilingual, by=people["paul"], shown=get_shown(bilingual))
        with pytest.raises(StaleTextError):
            publish(bilingual, by=people["paul"], note="Changed.", shown=[english])
        publish(bilingual, by=people["paul"], note="Changed.", shown=seen)

    def test_text_can_be_submitted_with_a_language_that_has_no_translation_yet(
        self, people: People, bilingual: Meeting
    ) -> None:
        submit(save_changes(bilingual, notice="Changed."), by=people["anna"], languages=["fr", "de"])
        assert get_states(bilingual)["en"] == ReviewState.IN_REVIEW

    def test_translation_that_was_not_shown_is_not_submitted(self, people: People, bilingual: Meeting) -> None:
        translate(bilingual, lead="<p>Comme je l'ai vu.</p>")
        seen = [compute_draft_digest(document) for document in build_drafts(bilingual, PRESS_DAY)]
        translate(bilingual, lead="<p>Comme il est.</p>")
        for looked_at in (seen, seen[:1]):
            with pytest.raises(StaleTextError):
                submit(bilingual, by=people["anna"], shown=looked_at)
        submit(
            bilingual, by=people["anna"], shown=[compute_draft_digest(x) for x in build_drafts(bilingual, PRESS_DAY)]
        )
