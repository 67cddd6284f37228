"""Translations: submission, approval, the language rule and automatic publication; corrections never wait for them."""

import datetime as dt
from typing import Any

import pytest

from agenda.models import Release, Revision
from agenda.translation import TranslationInput, save_translations
from agenda.workflow import (
    NotApprovedError,
    ReleasedTranslations,
    StaleTextError,
    WorkflowError,
    approve,
    build_translation_to_submit,
    hold_release,
    is_ready_for_release,
    plan_release,
    publish,
    publish_planned_release,
    release_translations,
    resume_release,
    rollback,
    send_back,
    set_language_rule,
    submit,
    submit_translation,
)
from agenda.workflow.drafts import get_edition_documents
from agenda.workflow.reviews import Review, ReviewState, find_unreleased_review
from agenda.workflow.revisions import keep_revision, keep_translation_revision
from meetings.access import NotAllowed
from meetings.access.audit import Actor
from meetings.documents.encoding import compute_digest
from meetings.documents.schema import MeetingDocument
from meetings.models import AuditEntry, Edition, EditionDocument, Meeting, Translation, User
from tests import actions
from tests.admin_forms import create_client_with_role, give_role
from tests.agenda.workflow.users import get_shown, get_submitted_digests, save_changes
from tests.agenda.workflow.users import people as everybody
from tests.factories import DAY, PRESS_DAY, make_meeting, make_topic, translate

__all__ = ["everybody"]
People = dict[str, Actor]
EVENING = PRESS_DAY + dt.timedelta(hours=8)
FRENCH = "<p>Les ministres se réunissent.</p>"


@pytest.fixture
def people(everybody: People) -> People:
    """Add Théo, who translates into French, Rita, who revises French, and Elena, who revises Greek. Petra and Paul
    approve the source text only.
    """
    User.objects.get(username="paul").memberships.filter(role__name="Revisers").delete()
    User.objects.get(username="petra").memberships.filter(role__name="Revisers").delete()
    for name, role, language in (
        ("theo", "Translators", "fr"),
        ("rita", "Revisers", "fr"),
        ("elena", "Revisers", "el"),
    ):
        create_client_with_role(role, name, language=language)
    return {user.username: Actor(user, user.username) for user in User.objects.all()}


@pytest.fixture
def meeting(people: People) -> Meeting:
    """Return a meeting whose English text is approved."""
    meeting = make_meeting(lead="<p>Ministers meet.</p>", notice="For the press.")
    submit(meeting, by=people["anna"])
    approve(meeting, by=people["paul"], shown=get_shown(meeting))
    return meeting


@pytest.fixture
def live(people: People, meeting: Meeting, clock: Any) -> Meeting:
    clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
    return meeting


def get_states(meeting: Meeting) -> dict[str, str]:
    review = Review.latest(Meeting.objects.get(pk=meeting.pk))
    return {str(one.language): str(one.state) for one in review.languages} if review else {}


def save_translation(meeting: Meeting, people: People, language: str = "fr", **texts: str) -> None:
    """Save a translation as the translation editor does."""
    translate(meeting, None, language, **texts)
    keep_translation_revision(meeting, PRESS_DAY, people["theo"], language)


def approve_french_translation(meeting: Meeting, people: People, **texts: str) -> None:
    """Save a translation as Théo, submit it, and approve it as Rita."""
    save_translation(meeting, people, **(texts or {"lead": FRENCH}))
    submit_translation(meeting, "fr", by=people["theo"])
    approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])


def approve_greek_translation(meeting: Meeting, people: People) -> None:
    """Save a translation as Thea, submit it, and approve it as Elena."""
    create_client_with_role("Translators", "thea", language="el")
    save_translation(meeting, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
    submit_translation(meeting, "el", by=Actor(User.objects.get(username="thea"), "thea"))
    approve(meeting, by=people["elena"], shown=get_shown(meeting), languages=["el"])


def get_document(edition: Edition, language: str) -> MeetingDocument:
    document = next(one for one in get_edition_documents(edition) if one.language == language)
    assert isinstance(document, MeetingDocument)
    return document


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

    def test_translation_with_another_time_cannot_be_submitted(self, people: People) -> None:
        meeting = make_meeting(lead="<p>Ministers meet at 9.30.</p>")
        submit(meeting, by=people["anna"])
        save_translation(meeting, people, lead="<p>Les ministres se réunissent à 10h30.</p>")
        with pytest.raises(
            WorkflowError,
            match=r"a time differs from the original\. The original says 9\.30, the translation says 10h30",
        ):
            submit_translation(meeting, "fr", by=people["theo"])

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

    def test_submission_translates_the_approved_text_if_a_correction_was_sent_back(
        self, people: People, live: Meeting
    ) -> None:
        submit(save_changes(live, notice="Wrong."), by=people["anna"])
        send_back(live, by=people["paul"], shown=get_shown(live), remark="No.")
        translate(live, lead=FRENCH)
        revision = submit_translation(live, "fr", by=people["theo"])
        assert get_states(live)["en"] == ReviewState.SENT_BACK  # the author still sees that
        approve(live, by=people["rita"], shown=[one.document_id for one in revision.documents.all()], revision=revision)
        followed = release_translations(live, by=people["rita"])
        assert followed
        assert get_document(followed.edition, "fr").notice == "For the press."

    def test_saving_a_translation_does_not_change_the_version(self, people: People, meeting: Meeting) -> None:
        version = Meeting.objects.get().version
        save_translation(meeting, people, lead=FRENCH)
        assert Meeting.objects.get().version == version
        revision = Revision.objects.order_by("-pk")[0]
        assert (revision.why, revision.by_name, revision.remark) == ("translated", "theo", "français")
        assert get_states(meeting)["en"] == ReviewState.APPROVED


class TestApproving:
    def test_only_a_reviser_of_the_language_can_approve(self, people: People, meeting: Meeting) -> None:
        save_translation(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        for name in ("paul", "petra", "elena", "theo"):
            with pytest.raises(NotAllowed, match="You do not have permission to approve"):
                approve(meeting, by=people[name], shown=get_shown(meeting), languages=["fr"])

    def test_translator_cannot_approve_their_own_words(self, people: People, meeting: Meeting) -> None:
        translate(meeting, lead=FRENCH)
        keep_translation_revision(meeting, PRESS_DAY, people["rita"], "fr")
        submit_translation(meeting, "fr", by=people["theo"])
        with pytest.raises(WorkflowError, match="a colleague must approve it"):
            approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])

    def test_translator_cannot_approve_if_the_source_was_edited_meanwhile(
        self, people: People, meeting: Meeting
    ) -> None:
        keep_revision(save_changes(meeting, notice="Still being written."), PRESS_DAY, people["anna"])
        translate(meeting, lead=FRENCH)
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
        submit_translation(meeting, "fr", by=people["theo"])
        with pytest.raises(WorkflowError, match="a colleague must approve it"):
            approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])

    def test_submitter_of_another_language_can_approve(self, people: People, meeting: Meeting) -> None:
        give_role(User.objects.get(username="rita"), "Translators", language="el")
        save_translation(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        save_translation(meeting, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
        submit_translation(meeting, "el", by=people["rita"])
        approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])
        assert get_states(meeting) == {"en": "approved", "fr": "approved", "el": "in_review"}

    def test_user_who_submitted_it_again_cannot_approve(self, people: People, meeting: Meeting) -> None:
        give_role(User.objects.get(username="rita"), "Authors")
        save_translation(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"], remark="Look again.")
        submit_translation(meeting, "fr", by=people["rita"])
        with pytest.raises(WorkflowError, match="a colleague must approve it"):
            approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])

    def test_author_of_one_text_cannot_approve_after_another_was_carried_over(
        self, people: People, live: Meeting
    ) -> None:
        """Raoul wrote one of two new texts. The third, which is approved, is carried over with the source."""
        create_client_with_role("Revisers", "raoul", language="fr")
        raoul = Actor(User.objects.get(username="raoul"), "raoul")
        approve_french_translation(live, people)
        live = save_changes(live, notice="Corrected.", status_reason="Rain.")
        keep_revision(live, PRESS_DAY, people["anna"])
        translate(live, notice="Corrigé.")
        keep_translation_revision(live, PRESS_DAY, raoul, "fr")
        save_translation(live, people, status_reason="La pluie.")
        submit(live, by=people["anna"], languages=["fr"])
        approve(live, by=people["paul"], shown=get_shown(live), languages=["en"])
        with pytest.raises(WorkflowError, match="a colleague must approve it"):
            approve(live, by=raoul, shown=get_shown(live), languages=["fr"])

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


class TestCorrection:
    """Approved words do not need a second approval if their source text has not changed."""

    def test_approved_translations_are_carried_over(self, people: People, live: Meeting) -> None:
        approve_french_translation(live, people)
        submit(save_changes(live, notice="Corrected."), by=people["anna"], languages=[])
        assert get_states(live) == {"en": ReviewState.IN_REVIEW, "fr": ReviewState.IN_REVIEW}
        approve(live, by=people["paul"], shown=get_shown(live), languages=["en"])
        assert get_states(live) == {"en": ReviewState.APPROVED, "fr": ReviewState.APPROVED}
        [edition] = publish(live, by=people["paul"], note="The notice.")
        french = get_document(edition, "fr")
        assert (french.lead, french.notice, "notice" in french.fallbacks) == (FRENCH, "Corrected.", True)
        entry = AuditEntry.objects.filter(act="approved").latest("pk")
        assert (entry.actor, entry.details["language"], entry.details["follows"]) == ("paul", "fr", "rita")

    def test_new_words_need_a_new_approval(self, people: People, live: Meeting) -> None:
        approve_french_translation(live, people)
        live = save_changes(live, notice="Corrected.")
        save_translation(live, people, notice="Corrigé.")
        submit(live, by=people["anna"], languages=["fr"])
        approve(live, by=people["paul"], shown=get_shown(live), languages=["en"])
        assert get_states(live) == {"en": ReviewState.APPROVED, "fr": ReviewState.IN_REVIEW}
        [edition] = publish(live, by=people["paul"], note="The notice.")  # the approved words go out meanwhile
        assert get_document(edition, "fr").notice == "Corrected."

    def test_pending_new_words_are_not_carried_over(self, people: People, live: Meeting) -> None:
        approve_french_translation(live, people)
        live = save_changes(live, notice="Corrected.")
        save_translation(live, people, notice="Nobody has read this.")
        submit(live, by=people["anna"], languages=["fr"])
        approve(live, by=people["paul"], shown=get_shown(live), languages=["en"])
        submit(save_changes(live, document_number="1/60"), by=people["anna"], languages=[])
        approve(live, by=people["paul"], shown=get_shown(live), languages=["en"])
        [edition] = publish(live, by=people["paul"], note="The number.")
        assert get_document(edition, "fr").notice == "Corrected."

    def test_text_whose_source_changed_falls_back_to_the_source(self, people: People, live: Meeting) -> None:
        """Readers never see an outdated paragraph."""
        approve_french_translation(live, people, lead=FRENCH, notice="Pour la presse.")
        submit(save_changes(live, lead="<p>Ministers do not meet.</p>"), by=people["anna"], languages=[])
        approve(live, by=people["paul"], shown=get_shown(live))
        [edition] = publish(live, by=people["paul"], note="They do not.")
        french = get_document(edition, "fr")
        assert (french.lead, french.notice) == ("<p>Ministers do not meet.</p>", "Pour la presse.")
        assert "lead" in french.fallbacks
        assert Translation.objects.filter(text=FRENCH).exists()  # nobody's work is lost


class TestWithoutApproval:
    def test_forced_publication_keeps_languages_and_adds_no_new_words(self, people: People, live: Meeting) -> None:
        approve_french_translation(live, people)
        live = save_changes(live, notice="Off.")
        save_translation(live, people, notice="Annulé.")
        [edition] = publish(live, by=people["paul"], note="Off.", force="The minister is on air.")
        french = get_document(edition, "fr")
        assert (french.lead, french.notice, french.fallbacks.count("notice")) == (FRENCH, "Off.", 1)

    def test_translations_are_approved_afterwards_together_with_the_source(self, people: People, live: Meeting) -> None:
        approve_french_translation(live, people)
        live = save_changes(live, notice="Off.")
        publish(live, by=people["paul"], note="Off.", force="The minister is on air.")
        approve(live, by=people["petra"], shown=get_shown(live), languages=["en"])
        assert get_states(live) == {"en": ReviewState.APPROVED, "fr": ReviewState.APPROVED}

    def test_topic_has_its_new_name_if_the_translated_name_is_out_of_date(self, db: None, clock: Any) -> None:
        meeting, topic = make_meeting(), make_topic(title="Migration")
        meeting.agenda.get().topics.add(topic)
        translate(meeting, language="fr", lead=FRENCH)
        translate(topic, language="fr", title="Migrations")
        actions.submit(meeting, topic)
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
        assert release_translations(meeting, by=people["rita"]) is None
        assert not Edition.objects.exists()

    def test_nothing_is_published_if_the_source_text_differs(self, people: People, live: Meeting) -> None:
        submit(save_changes(live, notice="Corrected."), by=people["anna"])
        approve(live, by=people["paul"], shown=get_shown(live))
        approve_french_translation(live, people)
        assert release_translations(live, by=people["rita"]) is None
        assert Edition.objects.count() == 1

    def test_translation_joins_the_scheduled_edition(self, people: People, meeting: Meeting) -> None:
        [before] = publish(meeting, by=people["paul"], at=EVENING)
        approve_french_translation(meeting, people)
        followed = release_translations(meeting, by=people["rita"])
        edition = Edition.objects.get()
        assert followed == ReleasedTranslations(edition, is_live=False)
        assert (edition.available_from, edition.languages, edition.reason) == (EVENING, ["en", "fr"], "publication")
        assert edition.pk != before.pk
        release = Release.objects.get()
        assert (release.state, release.at, release.entries.get().edition_id) == ("scheduled", EVENING, edition.pk)
        entry = AuditEntry.objects.filter(act="language_added").get()
        assert entry.actor == "rita"
        assert release_translations(meeting, by=people["rita"]) is None  # nothing new

    def test_translation_replaces_a_fallback_in_the_scheduled_edition(self, people: People, meeting: Meeting) -> None:
        approve_french_translation(meeting, people)
        publish(meeting, by=people["paul"], at=EVENING)
        approve_french_translation(meeting, people, notice="Pour la presse.")
        assert release_translations(meeting, by=people["rita"])
        assert get_document(Edition.objects.get(), "fr").notice == "Pour la presse."
        assert release_translations(meeting, by=people["rita"]) is None

    def test_translation_does_not_join_a_forced_edition(self, people: People, meeting: Meeting) -> None:
        publish(save_changes(meeting, notice="Off."), by=people["paul"], at=EVENING, force="The minister is on air.")
        approve(meeting, by=people["petra"], shown=get_shown(meeting), languages=["en"])
        approve_french_translation(meeting, people)
        assert release_translations(meeting, by=people["rita"]) is None
        assert Edition.objects.get().languages == ["en"]

    def test_translation_of_a_live_text_makes_a_new_edition(self, people: People, live: Meeting, clock: Any) -> None:
        published = EditionDocument.objects.get(language="en")
        clock.move_to(PRESS_DAY + DAY)
        approve_french_translation(live, people)
        followed = release_translations(live, by=people["rita"])
        assert followed
        assert followed.is_live
        edition = followed.edition
        assert (edition.reason, edition.languages, edition.change_note) == ("translation", ["en", "fr"], "")
        clock.move_to(edition.available_from)
        documents = {row.language: row for row in EditionDocument.objects.live(edition.available_from).with_history()}
        assert (
            documents["en"].history.modified_at == published.edition.available_from
        )  # readers of English see no change
        assert documents["fr"].history.modified_at == edition.available_from

    def test_nothing_is_published_automatically_after_a_rollback(
        self, people: People, live: Meeting, clock: Any
    ) -> None:
        approve_french_translation(live, people)
        followed = release_translations(live, by=people["rita"])
        assert followed
        clock.move_to(followed.edition.available_from)
        clock.move_to(rollback(live, by=people["paul"], reason="The French text was wrong.").available_from)
        approve_greek_translation(live, people)
        assert release_translations(live, by=people["elena"]) is None
        send_back(live, by=people["rita"], shown=get_shown(live), languages=["fr"], remark="It is wrong.")
        assert publish(live, by=people["paul"])[0].languages == ["el", "en"]

    def test_translation_replaces_a_fallback_in_the_live_edition(
        self, people: People, live: Meeting, clock: Any
    ) -> None:
        approve_french_translation(live, people)
        followed = release_translations(live, by=people["rita"])
        assert followed
        clock.move_to(followed.edition.available_from)
        approve_french_translation(live, people, notice="Pour la presse.")
        followed = release_translations(live, by=people["rita"])
        assert followed
        assert (followed.edition.reason, get_document(followed.edition, "fr").notice) == (
            "translation",
            "Pour la presse.",
        )

    def test_changed_translation_needs_a_release_with_a_note(self, people: People, live: Meeting, clock: Any) -> None:
        """Readers must be told what changed, so somebody has to publish it with a note."""
        approve_french_translation(live, people)
        followed = release_translations(live, by=people["rita"])
        assert followed
        clock.move_to(followed.edition.available_from)
        approve_french_translation(live, people, lead="<p>Les ministres ne se réunissent pas.</p>")
        assert release_translations(live, by=people["rita"]) is None
        with pytest.raises(WorkflowError, match="Tell readers in a sentence what changed"):
            publish(live, by=people["paul"])
        assert publish(live, by=people["paul"], note="In French.")[0].reason == "correction"

    @pytest.mark.parametrize("waits", [True, False])
    def test_language_does_not_wait_for_another_that_needs_a_note(
        self, people: People, meeting: Meeting, clock: Any, waits: bool
    ) -> None:
        approve_french_translation(meeting, people)
        [edition] = publish(meeting, by=people["paul"], at=EVENING if waits else None)
        if not waits:
            clock.move_to(edition.available_from)
        approve_french_translation(meeting, people, lead="<p>Les ministres ne se réunissent pas.</p>")
        assert release_translations(meeting, by=people["rita"]) is None
        approve_greek_translation(meeting, people)
        followed = release_translations(meeting, by=people["elena"])
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
        set_language_rule(meeting, by=people["paul"], required=["fr", "en"], others="follow")
        meeting.refresh_from_db()
        with pytest.raises(NotApprovedError, match=r"its language rule requires français, and"):
            publish(meeting, by=people["paul"])
        release = plan_release(meeting, by=people["paul"], at=EVENING)
        assert not is_ready_for_release(release)
        approve_french_translation(meeting, people)
        assert is_ready_for_release(release)
        assert publish_planned_release(release, people["paul"])[0].languages == ["en", "fr"]

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
        Translation.objects.filter(language="el").delete()
        assert publish(meeting, by=people["paul"])[0].languages == ["en", "fr"]

    def test_correction_does_not_wait(self, people: People, live: Meeting) -> None:
        set_language_rule(live, by=people["paul"], required=["fr"], others="wait")
        save_translation(live, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
        submit(save_changes(live, notice="Corrected."), by=people["anna"], languages=[])
        approve(live, by=people["paul"], shown=get_shown(live))
        assert publish(live, by=people["paul"], note="The notice.")[0].languages == ["en"]

    def test_no_translation_is_published_automatically_if_all_wait(self, people: People, live: Meeting) -> None:
        set_language_rule(live, by=people["paul"], required=[], others="wait")
        approve_french_translation(live, people)
        assert release_translations(Meeting.objects.get(pk=live.pk), by=people["rita"]) is None
        assert publish(live, by=people["paul"])[0].reason == "translation"

    def test_forced_publication_does_not_wait(self, people: People, meeting: Meeting) -> None:
        set_language_rule(meeting, by=people["paul"], required=["fr"], others="wait")
        assert publish(meeting, by=people["paul"], force="The minister is on air.")[0].languages == ["en"]
