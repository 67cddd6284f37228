"""Translations of a live text: corrections never wait for them, and approved words are published by themselves."""

from collections.abc import Collection
from typing import Any

import pytest

from agenda.models import Revision, Verdict
from agenda.workflow import translation_releases
from agenda.workflow.errors import PendingEditionError, WorkflowError
from agenda.workflow.planned_releases import plan_release
from agenda.workflow.publication import publish, publish_translations
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.reviews import (
    Review,
    ReviewState,
    fetch_translations_of_same_source,
    find_approved_review,
    get_all_verdicts,
    get_approved_translations,
    load_documents,
)
from agenda.workflow.revisions import keep_revision, keep_translation_revision
from agenda.workflow.suppression import erase, lift_suppression, suppress
from agenda.workflow.translation_releases import release_translations, set_language_rule
from agenda.workflow.translation_submission import submit_translation
from agenda.workflow.withdrawal import rollback
from meetings.access.audit import Actor
from meetings.models import AuditEntry, Edition, EditionDocument, Meeting, Translation, User
from tests.admin_forms import create_user_with_role
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
from tests.agenda.workflow.users import get_people, get_shown, save_changes, submit_and_approve
from tests.factories import COMMAND, DAY, MINUTE, PRESS_DAY, make_topic, publish_now, translate
from tests.worlds import share_world


@share_world
def published(clock: Any) -> Meeting:
    """Return a meeting that is live in English."""
    people = create_translators()
    meeting = approve_english_text(people)
    clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
    return meeting


@pytest.fixture
def people(published: Meeting, clock: Any) -> People:
    return get_people()


@pytest.fixture
def live(published: Meeting) -> Meeting:
    return Meeting.objects.get(pk=published.pk)


class TestLiveText:
    def test_submission_of_one_language_leaves_the_verdicts_on_the_others(self, people: People, live: Meeting) -> None:
        approve_french_translation(live, people)
        save_translation(live, people, "fr", lead="<p>Les ministres délibèrent.</p>")
        submit_translation(live, "fr", by=people["theo"])
        assert [*Verdict.objects.order_by("id").values_list("language", "approved")] == [("en", True), ("fr", True)]
        assert get_states(live) == {"en": ReviewState.APPROVED, "fr": ReviewState.IN_REVIEW}

    def test_submission_translates_the_approved_text_if_a_correction_was_sent_back(
        self, people: People, live: Meeting
    ) -> None:
        submit(save_changes(live, notice="Wrong."), by=people["anna"])
        send_back(live, by=people["paul"], shown=get_shown(live), remark="No.")
        translate(live, lead=FRENCH)
        revision = submit_translation(live, "fr", by=people["theo"])
        assert get_states(live)["en"] == ReviewState.SENT_BACK  # the author still sees that
        approve(
            live,
            by=people["rita"],
            shown=[one.shown for one in Review.for_revision(live, revision).languages],
            revision=revision,
        )
        followed = release_approved_translations(live, people["rita"])
        assert followed
        assert get_document(followed.edition, "fr").notice == "For the press."

    def test_language_does_not_join_an_edition_that_is_about_to_appear(
        self, people: People, live: Meeting, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """To write that of another language again took too long: nothing was published, and the language stayed out."""
        monkeypatch.setattr("agenda.workflow.transactions.time.sleep", clock.shift)
        approve_french_translation(live, people)
        first = release_approved_translations(live, people["rita"])
        approve_greek_translation(live, people)
        second = release_approved_translations(live, people["elena"])
        assert first
        assert second
        assert second.is_live
        assert Edition.objects.get(pk=first.edition.pk).languages == ["en", "fr"]
        assert second.edition.languages == ["el", "en", "fr"]
        assert second.edition.available_from > first.edition.available_from

    def test_what_colleagues_approve_at_the_same_moment_is_one_edition(
        self, people: People, live: Meeting, clock: Any
    ) -> None:
        """Each had to wait for the one before: the last of eight for sixteen seconds."""
        approve_french_translation(live, people)
        approve_greek_translation(live, people)
        french, greek = (get_all_verdicts("meeting", live.pk).get(language=language) for language in ("fr", "el"))
        followed = release_translations(live, by=people["rita"], approved=[french])
        assert followed
        assert followed.edition.languages == ["el", "en", "fr"]
        clock.move_to(followed.edition.available_from)
        assert release_translations(live, by=people["elena"], approved=[greek]) is None
        announced = {"el": "2060-09-14T08:00:00+00:00"}
        assert release_translations(live, by=people["elena"], approved=[greek], announced=announced) == followed

    def test_edition_of_a_colleague_that_appears_meanwhile_is_waited_for(
        self, people: People, live: Meeting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It was in the way, and public when we looked for it: the approved language was not published."""
        approve_french_translation(live, people)
        refusals = iter([PendingEditionError("An edition is already scheduled.")])

        def refuse_once(*arguments: Any, **options: Any) -> list[Edition]:
            for refusal in refusals:
                raise refusal
            return publish_translations(*arguments, **options)

        monkeypatch.setattr(translation_releases, "publish_translations", refuse_once)
        assert release_approved_translations(live, people["rita"])

    @pytest.mark.parametrize("has_both", [True, False])
    def test_languages_that_are_approved_at_the_same_moment(
        self, people: People, live: Meeting, clock: Any, monkeypatch: pytest.MonkeyPatch, has_both: bool
    ) -> None:
        """Somebody publishes French, perhaps with this one, after we have seen that nothing is to come."""
        monkeypatch.setattr("agenda.workflow.transactions.time.sleep", clock.shift)
        approve_french_translation(live, people)
        approve_greek_translation(live, people)
        verdicts = get_all_verdicts("meeting", live.pk)
        published_meanwhile = verdicts.filter(language__in=["fr", "el"] if has_both else ["fr"])
        others = iter([people["rita"]])

        def publish_after_another(subject: Meeting, translations: Collection[str], **options: Any) -> list[Edition]:
            for other in others:
                first = [verdict.document_id for verdict in published_meanwhile]
                publish_translations(subject, first, **(options | {"by": other}))
            return publish_translations(subject, translations, **options)

        monkeypatch.setattr(translation_releases, "publish_translations", publish_after_another)
        followed = release_translations(live, by=people["elena"], approved=[*verdicts.filter(language="el")])
        assert followed
        assert (followed.edition.languages, followed.is_live) == (["el", "en", "fr"], True)
        assert Edition.objects.latest("available_from").languages == ["el", "en", "fr"]

    def test_what_somebody_plans_at_the_same_moment_waits(
        self, people: People, live: Meeting, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        approve_greek_translation(live, people)

        def publish_after_plan(*arguments: Any, **options: Any) -> list[Edition]:
            plan_release(live, by=people["paul"], at=EVENING)
            return publish_translations(*arguments, **options)

        clock.shift(MINUTE)
        monkeypatch.setattr(translation_releases, "publish_translations", publish_after_plan)
        with pytest.raises(WorkflowError, match="has changed since you opened the page"):
            release_approved_translations(live, people["elena"])
        assert Edition.objects.latest("available_from").languages == ["en"]

    def test_language_joins_what_is_published_before_an_edition_that_is_kept(
        self, people: People, live: Meeting, clock: Any
    ) -> None:
        submit_and_approve(people, save_changes(live, notice="In the evening."))
        publish(live, by=people["paul"], at=EVENING, note="In the evening.")
        clock.shift(MINUTE)
        submit_and_approve(people, save_changes(live, notice="Urgent."))
        clock.move_to(publish(live, by=people["paul"], note="Urgent.", pending="keep")[0].available_from)
        approve_greek_translation(live, people)
        followed = release_approved_translations(live, people["elena"])
        assert followed
        assert followed.is_live
        assert Edition.objects.get(available_from=EVENING).languages == ["en"]

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

    def test_nothing_is_published_if_the_source_text_differs(self, people: People, live: Meeting) -> None:
        submit(save_changes(live, notice="Corrected."), by=people["anna"])
        approve(live, by=people["paul"], shown=get_shown(live))
        approve_french_translation(live, people)
        assert release_approved_translations(live, people["rita"]) is None
        assert Edition.objects.count() == 1

    def test_correction_does_not_wait(self, people: People, live: Meeting) -> None:
        set_language_rule(live, by=people["paul"], required=["fr"], others="wait")
        save_translation(live, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
        submit(save_changes(live, notice="Corrected."), by=people["anna"], languages=[])
        approve(live, by=people["paul"], shown=get_shown(live))
        assert publish(live, by=people["paul"], note="The notice.")[0].languages == ["en"]

    def test_no_translation_is_published_automatically_if_all_wait(self, people: People, live: Meeting) -> None:
        set_language_rule(live, by=people["paul"], required=[], others="wait")
        approve_french_translation(live, people)
        assert release_approved_translations(Meeting.objects.get(pk=live.pk), people["rita"]) is None
        assert publish(live, by=people["paul"])[0].reason == "translation"


class TestApprovedTranslation:
    """The French translation of the live text is approved, but not published. Approved words do not need a second
    approval if their source text has not changed.
    """

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def approved(cls, published: Meeting, class_clock: Any) -> None:
        approve_french_translation(Meeting.objects.get(pk=published.pk), get_people())

    def test_author_of_one_text_cannot_approve_after_another_was_carried_over(
        self, people: People, live: Meeting
    ) -> None:
        """Raoul wrote one of two new texts. The third, which is approved, is carried over with the source."""
        create_user_with_role("Revisers", "raoul", language="fr")
        raoul = Actor(User.objects.get(username="raoul"), "raoul")
        live = save_changes(live, notice="Corrected.", status_reason="Rain.")
        keep_revision(live, PRESS_DAY, people["anna"])
        translate(live, by=raoul, notice="Corrigé.")
        keep_translation_revision(live, PRESS_DAY, raoul, "fr")
        save_translation(live, people, status_reason="La pluie.")
        submit(live, by=people["anna"], languages=["fr"])
        approve(live, by=people["paul"], shown=get_shown(live), languages=["en"])
        with pytest.raises(WorkflowError, match="a colleague must approve it"):
            approve(live, by=raoul, shown=get_shown(live), languages=["fr"])

    def test_approved_translations_are_carried_over(self, people: People, live: Meeting) -> None:
        submit(save_changes(live, notice="Corrected."), by=people["anna"], languages=[])
        assert get_states(live) == {"en": ReviewState.IN_REVIEW, "fr": ReviewState.IN_REVIEW}
        approve(live, by=people["paul"], shown=get_shown(live), languages=["en"])
        assert get_states(live) == {"en": ReviewState.APPROVED, "fr": ReviewState.APPROVED}
        [edition] = publish(live, by=people["paul"], note="The notice.")
        french = get_document(edition, "fr")
        assert (french.lead, french.notice, "notice" in french.fallbacks) == (FRENCH, "Corrected.", True)
        entry = AuditEntry.objects.filter(act="approved").latest("pk")
        assert (entry.actor, entry.details["language"], entry.details["follows"]) == ("paul", "fr", "rita")

    def test_translation_that_nobody_approved_is_not_carried_over(self, people: People, live: Meeting) -> None:
        save_translation(live, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
        submit(save_changes(live, notice="Corrected."), by=people["anna"], languages=["el"])
        approve(live, by=people["paul"], shown=get_shown(live), languages=["en"])
        assert get_states(live) == {
            "en": ReviewState.APPROVED, "el": ReviewState.IN_REVIEW, "fr": ReviewState.APPROVED,
        }  # fmt: skip

    def test_new_words_need_a_new_approval(self, people: People, live: Meeting) -> None:
        live = save_changes(live, notice="Corrected.")
        save_translation(live, people, notice="Corrigé.")
        submit(live, by=people["anna"], languages=["fr"])
        approve(live, by=people["paul"], shown=get_shown(live), languages=["en"])
        assert get_states(live) == {"en": ReviewState.APPROVED, "fr": ReviewState.IN_REVIEW}
        [edition] = publish(live, by=people["paul"], note="The notice.")  # the approved words go out meanwhile
        assert get_document(edition, "fr").notice == "Corrected."

    @pytest.mark.once
    def test_new_words_for_a_submitted_text_are_one_submission(self, people: People, live: Meeting) -> None:
        save_translation(live, people, notice="Pour la presse.")
        before = Revision.objects.count()
        submit(live, by=people["anna"], languages=["fr"])
        assert Revision.objects.count() == before + 1

    def test_pending_new_words_are_not_carried_over(self, people: People, live: Meeting) -> None:
        live = save_changes(live, notice="Corrected.")
        save_translation(live, people, notice="Nobody has read this.")
        submit(live, by=people["anna"], languages=["fr"])
        approve(live, by=people["paul"], shown=get_shown(live), languages=["en"])
        submit(save_changes(live, document_number="1/60"), by=people["anna"], languages=[])
        approve(live, by=people["paul"], shown=get_shown(live), languages=["en"])
        [edition] = publish(live, by=people["paul"], note="The number.")
        assert get_document(edition, "fr").notice == "Corrected."

    def test_words_for_another_source_do_not_go_along_though_another_translation_is_the_same(
        self, people: People, live: Meeting
    ) -> None:
        """The French words say what the new English ones say, too. The Greek ones are those for the old."""
        approve_greek_translation(live, people)
        live = save_changes(live, lead="<p>The ministers meet.</p>")
        save_translation(live, people, lead=FRENCH)
        submit(live, by=people["anna"], languages=["fr"])
        approve(live, by=people["paul"], shown=get_shown(live), languages=["en"])
        review = find_approved_review(live)
        assert review
        found = fetch_translations_of_same_source(review.revision)
        assert {language for language, _digest, _revision in found} == {"el", "fr"}
        greek = load_documents([digest for language, digest, _revision in found if language == "el"])
        assert {document.lead for document in greek} == {live.lead}

    @pytest.mark.once
    def test_words_that_were_removed_from_the_site_are_no_longer_approved(
        self, people: People, live: Meeting, clock: Any
    ) -> None:
        published = publish(live, by=people["paul"])[0]
        clock.move_to(published.available_from)
        publish_now(clock, save_changes(live, notice="Off."))
        suppress(live, published, by=COMMAND, reason="A private number.")
        assert get_approved_translations(live.pk) == {}
        submit(save_changes(live, notice="For the press.", venue="Room 9"), by=people["anna"], languages=["fr"])
        approve(live, by=people["paul"], shown=get_shown(live), languages=["en"])
        assert get_states(live)["fr"] == "in_review"
        lift_suppression(live, published, by=COMMAND, reason="By mistake.")
        assert [*get_approved_translations(live.pk)] == ["fr"]
        suppress(live, published, by=COMMAND, reason="A private number.")
        erase(live, published, by=COMMAND, reason="Court order.", languages=["fr"])
        assert get_approved_translations(live.pk) == {}

    def test_forced_publication_keeps_languages_and_adds_no_new_words(self, people: People, live: Meeting) -> None:
        live = save_changes(live, notice="Off.")
        save_translation(live, people, notice="Annulé.")
        [edition] = publish(live, by=people["paul"], note="Off.", force="The minister is on air.")
        french = get_document(edition, "fr")
        assert (french.lead, french.notice, french.fallbacks.count("notice")) == (FRENCH, "Off.", 1)

    def test_translations_are_approved_afterwards_together_with_the_source(self, people: People, live: Meeting) -> None:
        live = save_changes(live, notice="Off.")
        publish(live, by=people["paul"], note="Off.", force="The minister is on air.")
        approve(live, by=people["petra"], shown=get_shown(live), languages=["en"])
        assert get_states(live) == {"en": ReviewState.APPROVED, "fr": ReviewState.APPROVED}

    def test_translation_of_a_live_text_makes_a_new_edition(self, people: People, live: Meeting, clock: Any) -> None:
        published = EditionDocument.objects.get(language="en")
        clock.move_to(PRESS_DAY + DAY)
        followed = release_approved_translations(live, people["rita"])
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
        followed = release_approved_translations(live, people["rita"])
        assert followed
        clock.move_to(followed.edition.available_from)
        clock.move_to(rollback(live, by=people["paul"], reason="The French text was wrong.").available_from)
        approve_greek_translation(live, people)
        assert release_approved_translations(live, people["elena"]) is None
        send_back(live, by=people["rita"], shown=get_shown(live), languages=["fr"], remark="It is wrong.")
        assert publish(live, by=people["paul"])[0].languages == ["el", "en"]

    def test_rollback_keeps_no_translation_from_what_is_scheduled_since(
        self, people: People, live: Meeting, clock: Any
    ) -> None:
        clock.move_to(publish_now(clock, save_changes(live, notice="Second."), note="Second.").available_from)
        clock.move_to(rollback(live, by=people["paul"], reason="Not agreed.").available_from)
        submit_and_approve(people, save_changes(live, notice="Third."))
        [scheduled] = publish(live, by=people["paul"], at=EVENING, note="Third.")
        approve_greek_translation(live, people)
        assert release_approved_translations(live, people["elena"])
        assert Edition.objects.get(available_from=scheduled.available_from).languages == ["el", "en", "fr"]

    def test_language_joins_what_is_scheduled_though_another_part_of_that_is_published(
        self, people: People, live: Meeting, clock: Any
    ) -> None:
        topic = make_topic()
        submit_and_approve(people, topic)
        submit_and_approve(people, save_changes(live, notice="Second."))
        publish(live, topic, by=people["paul"], at=EVENING, note="Second.")
        clock.move_to(publish(topic, by=people["paul"], pending="keep")[0].available_from)
        approve_greek_translation(live, people)
        assert release_approved_translations(live, people["elena"])
        assert Edition.objects.get(available_from=EVENING, subject_id=live.pk).languages == ["el", "en", "fr"]

    def test_translation_replaces_a_fallback_in_the_live_edition(
        self, people: People, live: Meeting, clock: Any
    ) -> None:
        followed = release_approved_translations(live, people["rita"])
        assert followed
        clock.move_to(followed.edition.available_from)
        approve_french_translation(live, people, notice="Pour la presse.")
        followed = release_approved_translations(live, people["rita"])
        assert followed
        assert (followed.edition.reason, get_document(followed.edition, "fr").notice) == (
            "translation",
            "Pour la presse.",
        )

    def test_changed_translation_needs_a_release_with_a_note(self, people: People, live: Meeting, clock: Any) -> None:
        """Readers must be told what changed, so somebody has to publish it with a note."""
        followed = release_approved_translations(live, people["rita"])
        assert followed
        clock.move_to(followed.edition.available_from)
        approve_french_translation(live, people, lead="<p>Les ministres ne se réunissent pas.</p>")
        assert release_approved_translations(live, people["rita"]) is None
        with pytest.raises(WorkflowError, match="Tell readers in a sentence what changed"):
            publish(live, by=people["paul"])
        assert publish(live, by=people["paul"], note="In French.")[0].reason == "correction"
