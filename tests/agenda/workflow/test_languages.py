"""Translations: submission, approval, the language rule and automatic publication; corrections never wait for them."""

import time
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from agenda.documents.translations.translated_document import translate_document
from agenda.models import Release, Revision
from agenda.translation.save import TranslationInput, save_translations
from agenda.workflow.approval_rights import get_authors
from agenda.workflow.authors import find_authors_after_save
from agenda.workflow.drafts import SubjectDocument, build_drafts, compute_draft_digest
from agenda.workflow.errors import NotApprovedError, StaleTextError, WorkflowError
from agenda.workflow.planned_releases import (
    list_unapproved_subjects,
    plan_release,
    schedule_planned_release,
)
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.reviews import Review, ReviewState, find_unreleased_review, get_approved_translations
from agenda.workflow.revisions import (
    create_revision,
    get_revision_documents,
    get_version_facts,
    keep_revision,
    keep_translation_revision,
    load_working_copy_documents,
)
from agenda.workflow.scheduled_releases import hold_release, move_release, resume_release
from agenda.workflow.translation_releases import (
    JoinableEdition,
    ReleasedTranslations,
    set_language_rule,
)
from agenda.workflow.translation_submission import build_translation_to_submit, submit_translation
from meetings.access import NotAllowed
from meetings.documents.encoding import compute_digest
from meetings.documents.schema import MeetingDocument
from meetings.models import AuditEntry, Edition, Meeting, Translation, User
from tests import actions
from tests.admin_forms import create_user_with_role, give_role
from tests.agenda.workflow.translations import (
    EVENING,
    FRENCH,
    People,
    approve_english_text,
    approve_french_translation,
    approve_greek_translation,
    create_translators,
    get_document,
    get_states,
    release_approved_translations,
    save_translation,
)
from tests.agenda.workflow.users import get_people, get_shown, get_submitted_digests, save_changes
from tests.factories import DAY, PRESS_DAY, make_meeting, make_topic, translate
from tests.worlds import share_world

EMPTY_DIGEST = compute_digest("")


@share_world
def approved(clock: Any) -> Meeting:
    """Return a meeting whose English text is approved."""
    return approve_english_text(create_translators())


@pytest.fixture
def people(approved: Meeting, clock: Any) -> People:
    return get_people()


@pytest.fixture
def meeting(approved: Meeting) -> Meeting:
    return Meeting.objects.get(pk=approved.pk)


class TestSubmitting:
    def test_translator_of_another_language_cannot_submit(self, people: People, meeting: Meeting) -> None:
        save_translation(meeting, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
        with pytest.raises(NotAllowed, match="Ask one of these people: elena"):
            submit_translation(meeting, "el", by=people["theo"])

    def test_translation_cannot_be_submitted_before_the_source_text(self, people: People) -> None:
        draft = make_meeting("env")
        translate(draft, lead=FRENCH)
        with pytest.raises(WorkflowError, match="The original has not been submitted yet"):
            submit_translation(draft, "fr", by=people["theo"])

    def test_translation_waits_for_the_approval_of_a_text_that_was_published_without_one(self, people: People) -> None:
        draft = make_meeting("env")
        publish(draft, by=people["paul"], force="It is urgent.")
        save_translation(draft, people, title="Conseil Environnement")
        with pytest.raises(WorkflowError, match=r"approved first.* These people can approve it: petra"):
            submit_translation(draft, "fr", by=people["theo"])

    def test_submission_needs_translated_text(self, people: People, meeting: Meeting) -> None:
        with pytest.raises(WorkflowError, match="No part of the submitted text has been translated"):
            submit_translation(meeting, "fr", by=people["theo"])

    def test_unseen_translation_cannot_be_submitted(self, people: People, meeting: Meeting) -> None:
        save_translation(meeting, people, lead=FRENCH)
        with pytest.raises(StaleTextError):
            submit_translation(meeting, "fr", by=people["theo"], shown="0" * 64)

    def test_translation_cannot_be_submitted_twice(self, people: People, meeting: Meeting) -> None:
        save_translation(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        with pytest.raises(WorkflowError, match="already in review"):
            submit_translation(meeting, "fr", by=people["theo"])
        approve(meeting, by=people["rita"], shown=get_shown(meeting))
        with pytest.raises(WorkflowError, match="already approved"):
            submit_translation(meeting, "fr", by=people["theo"])

    def test_translation_of_an_unsubmitted_draft_cannot_be_submitted(self, people: People, meeting: Meeting) -> None:
        save_translation(meeting, people, lead=FRENCH, notice="Pour la presse.")
        submit_translation(meeting, "fr", by=people["theo"])
        meeting = save_changes(meeting, lead="<p>Ministers meet at noon.</p>")
        save_translation(meeting, people, lead="<p>Les ministres se réunissent à midi.</p>")
        save_translation(meeting, people, notice="À l'attention de la presse.")
        with pytest.raises(WorkflowError, match="You translated 1 text from a newer version"):
            submit_translation(meeting, "fr", by=people["theo"])
        submit(meeting, by=people["anna"])
        assert get_states(meeting)["fr"] == "in_review"

    def test_translation_can_be_submitted_without_a_text_that_it_had(self, people: People, meeting: Meeting) -> None:
        save_translation(meeting, people, lead=FRENCH, notice="Pour la presse.")
        submit_translation(meeting, "fr", by=people["theo"])
        Translation.objects.filter(field="notice").delete()
        submit_translation(meeting, "fr", by=people["theo"])
        review = Review.latest(meeting)
        assert review
        assert "notice" in review.get_documents()[1].fallbacks

    def test_translation_with_another_time_cannot_be_submitted(self, people: People) -> None:
        meeting = make_meeting("env", lead="<p>Ministers meet at 9.30.</p>")
        submit(meeting, by=people["anna"])
        save_translation(meeting, people, lead="<p>Les ministres se réunissent à 10h30.</p>")
        with pytest.raises(
            WorkflowError,
            match=r"a time differs from the original\. The original says 9\.30, the translation says 10h30",
        ):
            submit_translation(meeting, "fr", by=people["theo"])

    def test_translation_that_is_too_long_to_be_compared_at_once_is_submitted_later(
        self, people: People, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Texts of a megabyte in all languages kept everybody from submitting, and ended the editors' process."""
        save_translation(meeting, people, lead=FRENCH)
        for limit in ("MAX_SECONDS", "MAX_LOCKED_SECONDS"):
            monkeypatch.setattr(f"agenda.workflow.confirmed_differences.{limit}", 0)
        with pytest.raises(WorkflowError, match="français: The texts are long, and not all are compared"):
            submit_translation(meeting, "fr", by=people["theo"])
        with pytest.raises(WorkflowError, match="français: The texts are long"):
            submit(save_changes(meeting, notice="New."), by=people["anna"], languages=["fr"])
        monkeypatch.undo()
        submit_translation(meeting, "fr", by=people["theo"])

    def test_long_texts_are_compared_while_the_note_is_not_locked(
        self, people: People, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever wanted to withdraw another note of the same desk waited for thirteen seconds of six submissions."""
        save_changes(meeting, notice="New.", venue="Elsewhere")
        save_translation(meeting, people, lead=FRENCH, notice="Nouveau.", venue="Ailleurs")
        locked, transactions = list[bool](), len(connection.savepoint_ids)

        def compare_slowly(*_texts: Any) -> list[Any]:
            locked.append(len(connection.savepoint_ids) > transactions)
            started = time.thread_time()
            while time.thread_time() < started + 0.03:
                pass
            return []

        monkeypatch.setattr("agenda.workflow.confirmed_differences.find_blocking_disagreements", compare_slowly)
        monkeypatch.setattr("agenda.workflow.confirmed_differences.MAX_LOCKED_SECONDS", 0.02)
        submit(meeting, by=people["anna"])
        assert locked == [True, False, False, False, False]
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        assert len(locked) == 5

    def test_submission_translates_the_submitted_source_not_the_draft(self, people: People, meeting: Meeting) -> None:
        """Otherwise readers of French would see unpublished changes."""
        save_changes(meeting, venue="A secret room")
        save_translation(meeting, people, lead=FRENCH)
        document = build_translation_to_submit(meeting, "fr", PRESS_DAY)
        assert isinstance(document, MeetingDocument)
        assert (document.lead, document.place.venue) == (FRENCH, "Bâtiment Europa")
        submit_translation(meeting, "fr", by=people["theo"])
        approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])
        [edition] = publish(meeting, by=people["paul"], at=EVENING, shown=get_submitted_digests(meeting))
        assert get_document(edition, "fr").place.venue == "Bâtiment Europa"

    @pytest.mark.once
    def test_translation_keeps_the_names_of_topics_that_were_submitted(self, people: People, clock: Any) -> None:
        meeting, topic = make_meeting("env", notice="For the press."), make_topic(title="Migration")
        meeting.agenda.get().topics.add(topic)
        translate(meeting, lead=FRENCH)
        for title, subjects in (("Migrations", (meeting, topic)), ("Asile", (topic,))):
            translate(topic, title=title)
            submit(*subjects, by=people["anna"])
            actions.approve(*subjects)
            clock.move_to(publish(topic, by=people["paul"], note="Renamed.")[0].available_from)
        translate(meeting, notice="Pour la presse.")
        document = build_translation_to_submit(meeting, "fr", timezone.now())
        assert isinstance(document, MeetingDocument)
        assert document.notice == "Pour la presse."
        assert [each.title for each in document.agenda[0].topics] == ["Migrations"]

    def test_submission_keeps_the_verdicts_on_other_languages(self, people: People, meeting: Meeting) -> None:
        approve_french_translation(meeting, people)
        save_translation(meeting, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
        submit_translation(meeting, "el", by=people["elena"])
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"], remark="Which ministers?")
        assert get_states(meeting) == {
            "en": ReviewState.APPROVED,
            "fr": ReviewState.SENT_BACK,
            "el": ReviewState.IN_REVIEW,
        }
        save_translation(meeting, people, "el", notice="Για τον Τύπο.")
        submit_translation(meeting, "el", by=people["elena"])
        assert get_states(meeting)["fr"] == ReviewState.SENT_BACK

    @pytest.mark.once
    def test_each_language_has_its_own_submission(self, people: People, meeting: Meeting) -> None:
        submissions = {"en": Revision.objects.latest("pk")}
        for language, lead in (("fr", FRENCH), ("el", "<p>Οι υπουργοί συνεδριάζουν.</p>")):
            save_translation(meeting, people, language, lead=lead)
            by = people["theo" if language == "fr" else "elena"]
            submissions[language] = submit_translation(meeting, language, by=by)
        log = AuditEntry.objects.filter(act="submitted").order_by("pk")
        assert [(entry.actor, entry.details.get("languages")) for entry in log][1:] == [
            ("theo", ["fr"]),
            ("elena", ["el"]),
        ]
        review = Review.latest(meeting)
        assert review
        assert {str(text.language): review.get_submission(text) for text in review.languages} == submissions

    @pytest.mark.once
    def test_verdict_before_the_last_submission_of_the_source_text_is_not_carried_over(self, people: People) -> None:
        meeting = make_meeting("env", lead="<p>Ministers meet.</p>")
        submit(meeting, by=people["anna"])
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="Which ministers?")
        submit(meeting, by=people["anna"])
        save_translation(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        assert get_states(meeting) == dict.fromkeys(("en", "fr"), ReviewState.IN_REVIEW)

    def test_saving_a_translation_does_not_change_the_version(self, people: People, meeting: Meeting) -> None:
        version = Meeting.objects.get().version
        save_translation(meeting, people, lead=FRENCH)
        assert Meeting.objects.get().version == version
        revision = Revision.objects.order_by("-pk")[0]
        assert (revision.why, revision.by_name, revision.remark) == ("translated", "theo", "français")
        assert get_states(meeting)["en"] == ReviewState.APPROVED

    def test_saving_a_translation_builds_no_other_language(
        self, people: People, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One word in a note of thousands of items kept it locked for 4.5 seconds: all languages were built."""
        built: list[str] = []

        def count(source: SubjectDocument, language: str, *args: Any) -> SubjectDocument | None:
            built.append(language)
            return translate_document(source, language, *args)

        monkeypatch.setattr("agenda.workflow.drafts.translate_document", count)
        save_translation(
            meeting, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>"
        )  # after a submission, which may have other documents
        save_translation(meeting, people, "fr", lead=FRENCH)
        save_translation(meeting, people, "fr", lead="<p>Encore.</p>")
        save_translation(meeting, people, "fr", lead="<p>Encore.</p>", notice="Nouveau.")
        assert built == ["el", "fr", "fr", "fr"]
        Translation.objects.filter(language="fr").delete()
        keep_translation_revision(meeting, PRESS_DAY, people["theo"], "fr")
        meeting = Meeting.objects.get()
        saved = {document.language: compute_draft_digest(document) for document in build_drafts(meeting, PRESS_DAY)}
        revision = Revision.objects.latest("pk")
        assert dict(revision.documents.values_list("language", "document_id")) == saved
        assert saved.keys() == {"en", "el"}

    def test_saving_a_translation_builds_all_languages_of_a_source_text_that_has_changed(
        self, people: People, meeting: Meeting
    ) -> None:
        """A topic on its agenda may have another name now, for example."""
        save_translation(meeting, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
        Meeting.objects.update(lead="<p>Not in any revision.</p>")
        save_translation(meeting, people, "fr", notice="Presse.")
        documents = load_working_copy_documents(Meeting.objects.get(), PRESS_DAY)
        revision = Revision.objects.latest("pk")
        assert get_revision_documents(revision) == documents
        assert documents.keys() == {"en", "fr"}


class TestApproving:
    def test_only_a_reviser_of_the_language_can_approve(self, people: People, meeting: Meeting) -> None:
        save_translation(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        for name in ("paul", "petra", "elena", "theo"):
            with pytest.raises(NotAllowed, match="You do not have permission to approve"):
                approve(meeting, by=people[name], shown=get_shown(meeting), languages=["fr"])

    def test_translator_cannot_approve_their_own_words(self, people: People, meeting: Meeting) -> None:
        translate(meeting, by=people["rita"], lead=FRENCH)
        keep_translation_revision(meeting, PRESS_DAY, people["rita"], "fr")
        submit_translation(meeting, "fr", by=people["theo"])
        with pytest.raises(WorkflowError, match="a colleague must approve it"):
            approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])

    def test_translator_cannot_approve_if_the_source_was_edited_meanwhile(
        self, people: People, meeting: Meeting
    ) -> None:
        keep_revision(save_changes(meeting, notice="Still being written."), PRESS_DAY, people["anna"])
        translate(meeting, by=people["rita"], lead=FRENCH)
        keep_translation_revision(meeting, PRESS_DAY, people["rita"], "fr")
        submit_translation(meeting, "fr", by=people["theo"])
        with pytest.raises(WorkflowError, match="a colleague must approve it"):
            approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])

    def test_translator_cannot_approve_if_the_source_changed_while_typing(
        self, people: People, meeting: Meeting
    ) -> None:
        """No revision of the working copy has the translation: it belongs to the submitted source text."""
        source_digest = compute_digest("<p>Ministers meet.</p>")
        keep_revision(save_changes(meeting, lead="<p>Ministers will meet.</p>"), PRESS_DAY, people["anna"])
        texts = {(meeting.pk, "lead"): TranslationInput(FRENCH, source_digest, compute_digest(""))}
        meeting = Meeting.objects.get()
        assert save_translations(meeting, "fr", texts, by=people["rita"], now=PRESS_DAY).saved == 1
        users = {name: User.objects.get(username=name) for name in ("theo", "rita")}
        assert find_authors_after_save(meeting, "fr", users["theo"]) == {user.pk for user in users.values()}
        submit_translation(meeting, "fr", by=people["theo"])
        with pytest.raises(WorkflowError, match="a colleague must approve it"):
            approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])

    def test_words_saved_after_the_submission_are_no_part_of_it(self, people: People, meeting: Meeting) -> None:
        """Rita can approve what Théo submitted, but not the working copy that has her words, too."""
        for name, field, words in (("theo", "lead", FRENCH), ("rita", "notice", "Presse.")):
            source = compute_digest(getattr(meeting, field))
            texts = {(meeting.pk, field): TranslationInput(words, source, EMPTY_DIGEST)}
            save_translations(meeting, "fr", texts, by=people[name], now=PRESS_DAY)
            if name == "theo":
                submit_translation(meeting, "fr", by=people["theo"])
        users = {name: User.objects.get(username=name) for name in ("theo", "rita", "elena")}
        assert find_authors_after_save(meeting, "fr", users["elena"]) == {user.pk for user in users.values()}
        approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])

    def test_translator_of_approved_words_can_approve_new_ones(self, people: People, meeting: Meeting) -> None:
        """The words are compared with those of the source text, in whatever order the documents were written."""
        create_user_with_role("Revisers", "raoul", language="fr")
        texts = {(meeting.pk, "lead"): TranslationInput(FRENCH, compute_digest("<p>Ministers meet.</p>"), EMPTY_DIGEST)}
        save_translations(meeting, "fr", texts, by=people["rita"], now=PRESS_DAY)
        submit_translation(meeting, "fr", by=people["theo"])
        approve(meeting, by=get_people()["raoul"], shown=get_shown(meeting), languages=["fr"])
        texts = {(meeting.pk, "notice"): TranslationInput("Presse.", compute_digest("For the press."), EMPTY_DIGEST)}
        save_translations(meeting, "fr", texts, by=people["theo"], now=PRESS_DAY)
        revision = submit_translation(meeting, "fr", by=people["theo"])
        digests = dict(revision.documents.order_by("-language").values_list("language", "document__digest"))
        facts = {**get_version_facts(revision), **people["theo"].sign(PRESS_DAY), "why": revision.why}
        assert get_authors(create_revision(digests, **facts), "fr") == {User.objects.get(username="theo").pk}
        approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])

    def test_submitter_of_another_language_can_approve(self, people: People, meeting: Meeting) -> None:
        give_role(User.objects.get(username="rita"), "Translators", language="el")
        save_translation(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        save_translation(meeting, people, "el", lead="<p>Οι υπουργοί.</p>")
        submit_translation(meeting, "el", by=people["rita"])
        send_back(meeting, by=people["elena"], shown=get_shown(meeting), languages=["el"], remark="Do what?")
        save_translation(meeting, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
        submit_translation(meeting, "el", by=people["rita"])
        approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])
        assert get_states(meeting) == {"en": "approved", "fr": "approved", "el": "in_review"}

    @pytest.mark.once
    def test_submitter_cannot_approve_what_was_sent_back_after_a_submission_of_another_language(
        self, people: People, meeting: Meeting
    ) -> None:
        give_role(User.objects.get(username="rita"), "Authors")
        create_user_with_role("Revisers", "raoul", language="fr")
        save_translation(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["rita"])
        save_translation(meeting, people, "el", lead="<p>Οι υπουργοί.</p>")
        submit_translation(meeting, "el", by=people["elena"])
        raoul = get_people()["raoul"]
        send_back(meeting, by=raoul, shown=get_shown(meeting), languages=["fr"], remark="Which ministers?")
        with pytest.raises(WorkflowError, match="a colleague must approve it"):
            approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])

    def test_user_who_submitted_it_again_cannot_approve(self, people: People, meeting: Meeting) -> None:
        give_role(User.objects.get(username="rita"), "Authors")
        save_translation(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"], remark="Look again.")
        submit_translation(meeting, "fr", by=people["rita"])
        with pytest.raises(WorkflowError, match="a colleague must approve it"):
            approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])

    @pytest.mark.once
    def test_reviewer_who_changed_a_later_draft_and_undid_it_can_approve(self, people: People) -> None:
        meeting = make_meeting("env", lead="<p>Ministers meet.</p>")
        submit(meeting, by=people["anna"])
        for notice in ("By Paul.", ""):
            meeting = save_changes(meeting, notice=notice)
            meeting.increase_version()
            keep_revision(meeting, PRESS_DAY, people["paul"])
        save_translation(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
        assert get_states(meeting) == {"en": "approved", "fr": "in_review"}

    def test_reviser_cannot_approve_the_source_text(self, people: People) -> None:
        meeting = make_meeting("env")
        submit(meeting, by=people["anna"])
        with pytest.raises(NotAllowed):
            approve(meeting, by=people["rita"], shown=get_shown(meeting))

    def test_reviser_approves_only_their_own_language(self, people: People, meeting: Meeting) -> None:
        save_translation(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        [verdict] = approve(meeting, by=people["rita"], shown=get_shown(meeting))
        assert verdict.language == "fr"


class TestRevokingAnApproval:
    def test_approval_of_a_released_text_cannot_be_revoked(self, people: People, meeting: Meeting, clock: Any) -> None:
        approve_french_translation(meeting, people)
        publish(meeting, by=people["paul"], at=EVENING)
        save_translation(meeting, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
        submit_translation(meeting, "el", by=people["elena"])
        for moment, message in ((PRESS_DAY, "Put it on hold or cancel it"), (EVENING, "This text is published")):
            clock.move_to(moment)
            for name, language in (("paul", "en"), ("rita", "fr")):
                with pytest.raises(WorkflowError, match=message):
                    send_back(meeting, by=people[name], shown=get_shown(meeting), languages=[language], remark="No.")

    def test_approval_of_an_unreleased_translation_can_be_revoked(self, people: People) -> None:
        meeting = make_meeting("env", lead="<p>Ministers meet.</p>")
        translate(meeting, lead=FRENCH)
        submit(meeting, by=people["anna"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        publish(meeting, by=people["paul"])
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"], remark="Which ministers?")
        assert get_states(meeting) == {"en": ReviewState.APPROVED, "fr": ReviewState.SENT_BACK}

    @pytest.mark.once
    def test_translation_that_is_approved_again_is_the_last_one(self, people: People, meeting: Meeting) -> None:
        for lead in (FRENCH, "<p>Réunion.</p>"):
            approve_french_translation(meeting, people, lead=lead)
        save_translation(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"], remark="Look again.")
        approve_french_translation(meeting, people)
        assert get_approved_translations(meeting.pk)["fr"][meeting.pk, "lead"].text == FRENCH


class TestWithoutApproval:
    def test_topic_has_its_new_name_if_the_translated_name_is_out_of_date(self, people: People, clock: Any) -> None:
        meeting, topic = make_meeting("env"), make_topic(title="Migration")
        meeting.agenda.get().topics.add(topic)
        translate(meeting, language="fr", lead=FRENCH)
        translate(topic, language="fr", title="Migrations")
        submit(meeting, topic, by=people["anna"])
        actions.approve(meeting, topic)
        clock.move_to(actions.publish_approved(meeting, topic)[0].available_from)
        topic.title = "Migration and asylum"
        topic.save()
        edition = next(one for one in actions.publish(meeting, topic) if one.subject_id == meeting.pk)
        french = get_document(edition, "fr")
        assert [one.title for one in french.agenda[0].topics] == ["Migration and asylum"]
        assert french.fallbacks.count(f"topics.{topic.pk}.title") == 1


class TestPublishingTranslations:
    def test_nothing_is_published_without_a_release(self, people: People, meeting: Meeting) -> None:
        approve_french_translation(meeting, people)
        assert release_approved_translations(meeting, people["rita"]) is None
        assert not Edition.objects.exists()

    def test_translation_joins_the_scheduled_edition(self, people: People, meeting: Meeting) -> None:
        [before] = publish(meeting, by=people["paul"], at=EVENING)
        approve_french_translation(meeting, people)
        followed = release_approved_translations(meeting, people["rita"])
        edition = Edition.objects.get()
        assert followed == ReleasedTranslations(edition, is_live=False)
        assert (edition.available_from, edition.languages, edition.reason) == (EVENING, ["en", "fr"], "publication")
        assert edition.pk != before.pk
        release = Release.objects.get()
        assert (release.state, release.at, release.entries.get().edition_id) == ("scheduled", EVENING, edition.pk)
        entry = AuditEntry.objects.filter(act="language_added").get()
        assert entry.actor == "rita"
        assert release_approved_translations(meeting, people["rita"]) is None  # nothing new

    def test_translation_joins_an_edition_that_a_colleague_moves_at_this_moment(
        self, people: People, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It went back to its earlier time, so that the text appeared days before the time that the publisher chose."""
        later = EVENING + DAY
        publish(meeting, by=people["paul"], at=EVENING)
        approve_french_translation(meeting, people)

        find = JoinableEdition.find_joining

        def find_then_move(*arguments: Any) -> Any:
            joining = find(*arguments)
            move_release(Release.objects.get(), by=people["paul"], at=later)
            return joining

        monkeypatch.setattr(JoinableEdition, "find_joining", find_then_move)
        followed = release_approved_translations(meeting, people["rita"])
        edition = Edition.objects.get()
        assert followed == ReleasedTranslations(edition, is_live=False)
        assert (edition.available_from, edition.languages) == (later, ["en", "fr"])
        assert Release.objects.get().at == later

    def test_translation_replaces_a_fallback_in_the_scheduled_edition(self, people: People, meeting: Meeting) -> None:
        approve_french_translation(meeting, people)
        publish(meeting, by=people["paul"], at=EVENING)
        approve_french_translation(meeting, people, notice="Pour la presse.")
        assert release_approved_translations(meeting, people["rita"])
        assert get_document(Edition.objects.get(), "fr").notice == "Pour la presse."
        assert release_approved_translations(meeting, people["rita"]) is None

    def test_translation_does_not_join_a_forced_edition(self, people: People, meeting: Meeting) -> None:
        publish(save_changes(meeting, notice="Off."), by=people["paul"], at=EVENING, force="The minister is on air.")
        approve(meeting, by=people["petra"], shown=get_shown(meeting), languages=["en"])
        approve_french_translation(meeting, people)
        assert release_approved_translations(meeting, people["rita"]) is None
        assert Edition.objects.get().languages == ["en"]

    @pytest.mark.parametrize("waits", [True, False])
    def test_language_does_not_wait_for_another_that_needs_a_note(
        self, people: People, meeting: Meeting, clock: Any, waits: bool
    ) -> None:
        approve_french_translation(meeting, people)
        [edition] = publish(meeting, by=people["paul"], at=EVENING if waits else None)
        if not waits:
            clock.move_to(edition.available_from)
        approve_french_translation(meeting, people, lead="<p>Les ministres ne se réunissent pas.</p>")
        assert release_approved_translations(meeting, people["rita"]) is None
        approve_greek_translation(meeting, people)
        followed = release_approved_translations(meeting, people["elena"])
        assert followed
        assert followed.edition.languages == ["el", "en", "fr"]
        assert "ne se réunissent pas" not in str(get_document(followed.edition, "fr"))
        assert find_unreleased_review(meeting)


class TestLanguageRule:
    def test_only_a_publisher_can_set_the_rule(self, people: People, meeting: Meeting) -> None:
        with pytest.raises(NotAllowed):
            set_language_rule(meeting, by=people["anna"], required=["fr"], others="follow")

    def test_unknown_language_is_refused(self, people: People, meeting: Meeting) -> None:
        with pytest.raises(WorkflowError, match="“xx” is not an official language"):
            set_language_rule(meeting, by=people["paul"], required=["fr", "xx"], others="follow")

    def test_first_edition_waits_for_a_required_language(self, people: People, meeting: Meeting) -> None:
        other = make_meeting("env")
        set_language_rule(meeting, by=people["paul"], required=["fr", "en"], others="follow")
        for each, required in ((meeting, ["fr"]), (other, [])):
            each.refresh_from_db()
            assert each.required_languages == required
        with pytest.raises(NotApprovedError, match=r"its language rule requires français, and"):
            publish(meeting, by=people["paul"])
        release = plan_release(meeting, by=people["paul"], at=EVENING)
        assert list_unapproved_subjects(release, timezone.now())
        approve_french_translation(meeting, people)
        assert not list_unapproved_subjects(release, timezone.now())
        assert schedule_planned_release(release, people["paul"])[0].languages == ["en", "fr"]

    def test_resumed_release_waits_for_a_required_language(self, people: People, meeting: Meeting) -> None:
        """The approval of the language may have been revoked while it was on hold."""
        set_language_rule(meeting, by=people["paul"], required=["fr"], others="follow")
        approve_french_translation(meeting, people)
        publish(meeting, by=people["paul"], at=EVENING)
        hold_release(Release.objects.get(), by=people["paul"], reason="The French text.")
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"], remark="Which ministers?")
        with pytest.raises(NotApprovedError, match=r"its language rule requires français, and"):
            resume_release(Release.objects.get(), by=people["paul"], at=EVENING)
        assert not Edition.objects.exists()

    def test_all_languages_can_wait_for_each_other(self, people: People, meeting: Meeting) -> None:
        set_language_rule(meeting, by=people["paul"], required=[], others="wait")
        save_translation(meeting, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
        approve_french_translation(meeting, people)
        with pytest.raises(NotApprovedError, match="its language rule requires ελληνικά, and"):
            publish(meeting, by=people["paul"])
        save_translation(meeting, people, "el", notice="Για τον Τύπο.")
        submit_translation(meeting, "el", by=people["elena"])
        Translation.objects.filter(language="el").update(text="")
        assert publish(meeting, by=people["paul"])[0].languages == ["en", "fr"]

    def test_forced_publication_does_not_wait(self, people: People, meeting: Meeting) -> None:
        set_language_rule(meeting, by=people["paul"], required=["fr"], others="wait")
        assert publish(meeting, by=people["paul"], force="The minister is on air.")[0].languages == ["en"]
