"""Nobody approves words of a translation that they wrote, wherever the words have gone since they were saved."""

import datetime as dt
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda.documents.translations.occurrences import Replacement
from agenda.documents.translations.translated_document import TranslatedText
from agenda.models import AuthorApproval, Release, ReleaseEntry, RevisionDocument, Verdict
from agenda.translation.find_and_replace import find_everywhere, replace_everywhere
from agenda.translation.readiness import get_readiness
from agenda.translation.save import write_translations
from agenda.workflow.approval_rights import ApprovalRequests
from agenda.workflow.authors import get_authors
from agenda.workflow.drafts import get_edition_documents
from agenda.workflow.errors import StaleTextError, WorkflowError
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.reviews import Review, annotate_last_verdict, load_documents
from agenda.workflow.revisions import keep_revision
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.scheduled_releases import hold_release, move_release, resume_release
from agenda.workflow.translation_submission import submit_translation
from agenda.workflow.translation_writers import find_writers_of_draft
from agenda.workflow.unsaved_editions import (
    get_edition_digests,
    get_known_texts,
    list_dropped_languages,
    select_texts_to_release,
)
from agenda.workflow.withdrawal import rollback
from meetings.access import NotAllowed
from meetings.access.audit import Actor
from meetings.models import Act, AuditEntry, Meeting, Translation, User
from tests.admin_forms import create_user_with_role, give_role
from tests.agenda.admin.screens import get_actor
from tests.agenda.workflow.french_notice import correct_original, submit_and_approve, write
from tests.agenda.workflow.same_day_changes.helpers import publish_change
from tests.agenda.workflow.translations import People, create_translators, get_states
from tests.agenda.workflow.users import get_people, get_shown
from tests.factories import make_meeting, publish_now, translate, withdraw
from tests.worlds import share_world

OWN_TEXT = "You wrote or submitted this text"


@share_world
def world(clock: Any) -> None:
    """A meeting that is live, with a French notice by Théo that Rita approved."""
    people = create_translators()
    meeting = make_meeting(notice="For the press.")
    keep_revision(meeting, timezone.now(), people["anna"])
    submit(meeting, by=people["anna"])
    approve(meeting, by=people["paul"], shown=get_shown(meeting))
    write(people["theo"], "Pour la presse.")
    submit_and_approve(people, "theo", "rita")
    publish_now(clock, meeting)


@pytest.fixture
def people(world: None) -> People:
    return get_people()


@pytest.fixture
def meeting(world: None) -> Meeting:
    return Meeting.objects.get()


def get_user(name: str) -> User:
    return User.objects.get(username=name)


def create_reviser(name: str) -> Actor:
    if not User.objects.filter(username=name).exists():
        create_user_with_role("Revisers", name, language="fr")
    return get_actor(name)


def find_writers(language: str) -> set[str]:
    """Return the names of who wrote the working copy of the translation."""
    keys = find_writers_of_draft(Meeting.objects.get(), language)
    return {user.username for user in User.objects.filter(pk__in=keys)}


def correct_and_approve_original(people: People, venue: str = "", **values: str) -> None:
    """Correct the original without French, which goes along as it was approved."""
    correct_original(people["anna"], venue=venue, **values)
    submit(Meeting.objects.get(), by=people["anna"], languages=())
    approve(Meeting.objects.get(), by=people["paul"], shown=get_shown(Meeting.objects.get()), languages=["en"])


class TestRefusals:
    def test_words_that_a_colleague_corrected_beside_an_approved_submission(
        self, people: People, meeting: Meeting
    ) -> None:
        write(people["rita"], "Pour la presse. Les mots de Rita.")
        correct_and_approve_original(people, "Room 1")
        write(people["theo"], "Pour toute la presse. Les mots de Rita.")
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            submit_and_approve(people, "theo", "rita")

    @pytest.mark.parametrize("submitter", ["theo", "rita"])
    def test_words_that_are_no_longer_in_the_draft(self, people: People, meeting: Meeting, submitter: str) -> None:
        write(people["rita"], "Les mots de Rita.")
        correct_and_approve_original(people, "Room 1")
        submit_translation(Meeting.objects.get(), "fr", by=people[submitter])
        write(people["rita"], "Autre chose.")
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])

    @pytest.mark.parametrize("writer", ["rita", "theo"])
    def test_words_that_rita_submits_with_a_same_day_change(
        self, people: People, meeting: Meeting, clock: Any, writer: str
    ) -> None:
        """The change was made beside the words, but seemed to be made of the text that was approved before."""
        write(people[writer], "D’autres mots.")
        for number in range(2):
            correct_and_approve_original(people, f"Room {number}")
        clock.move_to(publish_now(clock, meeting, note="Another room.").available_from)
        change = SameDayChange(points={meeting.programme.get().pk: {"time": "15:15", "time_precision": "exact"}})
        publish_change(clock, Meeting.objects.get(), change)
        submit_translation(Meeting.objects.get(), "fr", by=people["rita"])
        write(people[writer], "Autre chose.")
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])

    def test_words_for_an_earlier_original(self, people: People, meeting: Meeting) -> None:
        """An undone change of the original makes them current, and no revision had them before."""
        correct_original(people["anna"], notice="For journalists.")
        write(people["rita"], "Les mots de Rita.", original="For the press.")
        correct_original(people["anna"], notice="For the press.")
        submit_translation(Meeting.objects.get(), "fr", by=people["theo"])
        write(people["rita"], "Autre chose.")
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])

    @pytest.mark.parametrize("over", ["", "Rien à voir.", "Pour la presse."])
    def test_words_that_rita_replaced_while_a_colleague_had_them_open(
        self, people: People, meeting: Meeting, over: str
    ) -> None:
        """Théo’s form still has them; after the message about the conflict, he saves it again with his correction."""
        write(people["rita"], "Les mots de Rita.")
        write(people["rita"], over)
        correct_and_approve_original(people, "Room 1")
        write(people["theo"], "Les mots de Rita, corrigés.")
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            submit_and_approve(people, "theo", "rita")

    def test_words_in_a_form_that_was_open_while_others_were_approved(self, people: People, meeting: Meeting) -> None:
        write(people["rita"], "Les mots de Rita.")
        write(people["theo"], "Les mots de Théo.")
        submit_translation(meeting, "fr", by=people["theo"])
        approve(meeting, by=create_reviser("remi"), shown=get_shown(meeting), languages=["fr"])
        write(people["theo"], "Les mots de Rita.")
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            submit_and_approve(people, "theo", "rita")

    def test_words_that_rita_replaced_before_she_approved_the_rest(self, people: People, meeting: Meeting) -> None:
        """The approved translation has nothing of hers, and says nothing about what she saved before."""
        write(people["rita"], "Les mots de Rita.")
        write(people["rita"], "Rien à voir.")
        correct_original(people["anna"], venue="Room 1")
        submit(Meeting.objects.get(), by=people["anna"], languages=())
        approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])
        write(people["theo"], "Les mots de Rita, corrigés.")
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            submit_and_approve(people, "theo", "rita")

    def test_words_whose_approval_is_taken_back_after_a_colleague_corrected_them(
        self, people: People, meeting: Meeting
    ) -> None:
        create_user_with_role("Revisers", "remi", language="fr")
        write(people["rita"], "Les mots de Rita.")
        submit_translation(meeting, "fr", by=people["theo"])
        approve(meeting, by=get_actor("remi"), shown=get_shown(meeting), languages=["fr"])
        write(people["theo"], "Les mots de Rita, corrigés.")
        send_back(meeting, by=get_actor("remi"), shown=get_shown(meeting), languages=["fr"], remark="No.")
        correct_and_approve_original(people, "Room 1")
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            submit_and_approve(people, "theo", "rita")

    @pytest.mark.parametrize("rounds", [0, 2])
    def test_words_that_were_sent_back_in_a_copy(self, people: People, meeting: Meeting, rounds: int) -> None:
        """The approval was copied with each correction of the original. Sending back a copy takes back all of it."""
        create_user_with_role("Revisers", "remi", language="fr")
        write(people["rita"], "Les mots de Rita.")
        submit_translation(meeting, "fr", by=people["theo"])
        approve(meeting, by=get_actor("remi"), shown=get_shown(meeting), languages=["fr"])
        for number in range(rounds):
            correct_and_approve_original(people, f"Room {number}")
        send_back(meeting, by=get_actor("remi"), shown=get_shown(meeting), languages=["fr"], remark="No.")
        correct_and_approve_original(people, "Room 9")
        review = Review.latest(Meeting.objects.get())
        assert review
        assert "Rita" not in str(review.get_documents())
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            submit_and_approve(people, "theo", "rita")

    def test_words_that_a_correction_took_out(self, people: People, meeting: Meeting) -> None:
        translate(meeting, by=people["theo"], lead="<p>Les ministres se réunissent.</p>")
        create_user_with_role("Revisers", "remi", language="fr")
        write(people["rita"], "Les mots de Rita.")
        submit_translation(meeting, "fr", by=people["theo"])
        approve(meeting, by=get_actor("remi"), shown=get_shown(meeting), languages=["fr"])
        write(people["theo"], "")
        submit_translation(meeting, "fr", by=people["theo"])
        approve(meeting, by=get_actor("remi"), shown=get_shown(meeting), languages=["fr"])
        write(people["rita"], "Les mots de Rita.")
        translate(meeting, by=people["theo"], lead="<p>Les ministres vont se réunir.</p>")
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            submit_and_approve(people, "theo", "rita")

    @pytest.mark.parametrize("text", ["", "Pour la presse."])
    def test_text_that_rita_took_out(self, people: People, meeting: Meeting, text: str) -> None:
        """The original stands there instead, since the text is empty, or said to be right for another original."""
        translate(meeting, by=people["theo"], lead="<p>Les ministres se réunissent.</p>")
        write(people["rita"], text, original="For nobody.", keeps=bool(text))
        correct_original(people["anna"], venue="Room 1")
        submit(Meeting.objects.get(), by=people["anna"])
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])

    def test_words_beside_which_the_original_was_replaced(self, people: People, meeting: Meeting) -> None:
        """“Find and replace” keeps translations current, for an original that their writers never saw."""
        write(people["rita"], "Les mots de Rita.")
        words = [Replacement("press", "media")]
        found = find_everywhere(Meeting.objects.get(), words, by=people["anna"]).places
        accepted = {each.id for place in found for each in place.hits}
        accepted |= {each.id for place in found for each in place.without_hit}
        replace_everywhere(Meeting.objects.get(), words, accepted, by=people["anna"], now=timezone.now())
        for number in range(2):
            correct_and_approve_original(people, f"Room {number}")
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            submit_and_approve(people, "theo", "rita")


class TestWriters:
    """Whoever ever changed a text is its writer, until it is as it was approved last."""

    def test_approved_text_has_none(self, people: People, meeting: Meeting) -> None:
        assert find_writers("fr") == set()
        translate(meeting, by=people["theo"], lead="<p>Les ministres se réunissent.</p>")
        assert find_writers("fr") == {"theo"}

    def test_text_that_is_as_it_was_approved_again(self, people: People, meeting: Meeting) -> None:
        for name, text, writers in (
            ("rita", "Non !", {"rita", "theo"}),
            ("theo", "Pour la presse.", set[str]()),
            ("theo", "", {"rita", "theo"}),
        ):
            write(people[name], text)
            assert find_writers("fr") == writers, text

    def test_words_that_are_kept_for_another_original(self, people: People, meeting: Meeting) -> None:
        correct_original(people["anna"], notice="For journalists.")
        write(people["rita"], "Pour la presse.", keeps=True)
        assert find_writers("fr") == {"rita", "theo"}

    def test_who_changes_it_after_the_submission_may_approve_it(self, people: People, meeting: Meeting) -> None:
        write(people["theo"], "Pour toute la presse.")
        submit_translation(meeting, "fr", by=people["theo"])
        write(people["rita"], "Autre chose.")
        approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])

    def test_submission_of_another_language_makes_nobody_an_author(self, people: People, meeting: Meeting) -> None:
        write(people["theo"], "Pour toute la presse.")
        submit_translation(meeting, "fr", by=people["theo"])
        write(people["rita"], "Autre chose.")
        translate(Meeting.objects.get(), language="el", by=people["elena"], notice="Για τον Τύπο.")
        submit_translation(Meeting.objects.get(), "el", by=people["elena"])
        approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])

    def test_who_keeps_it_beside_a_replaced_original_is_one(self, people: People, meeting: Meeting) -> None:
        words = [Replacement("press", "media")]
        found = find_everywhere(meeting, words, by=people["rita"]).places
        accepted = {hit.id for place in found for hit in place.hits}
        accepted |= {each.id for place in found for each in place.without_hit}
        give_role(get_user("rita"), "Authors")
        replace_everywhere(meeting, words, accepted, by=get_actor("rita"), now=timezone.now())
        assert find_writers("fr") == {"rita", "theo"}

    def test_all_texts_have_writers_again_once_an_approved_translation_is_sent_back(
        self, people: People, meeting: Meeting
    ) -> None:
        """Perhaps it is sent back for words that an earlier approved translation has, too."""
        write(people["rita"], "Les mots de Rita.")
        translate(meeting, by=people["theo"], lead="<p>Les ministres se réunissent.</p>")
        for lead in ("se réunissent", "vont se réunir"):
            translate(Meeting.objects.get(), by=people["theo"], lead=f"<p>Les ministres {lead}.</p>")
            submit_translation(Meeting.objects.get(), "fr", by=people["theo"])
            approve(meeting, by=create_reviser("remi"), shown=get_shown(meeting), languages=["fr"])
        assert find_writers("fr") == set()
        send_back(meeting, by=create_reviser("remi"), shown=get_shown(meeting), languages=["fr"], remark="No.")
        translate(meeting, by=people["theo"], lead="<p>Les ministres se rencontrent.</p>")
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            submit_and_approve(people, "theo", "rita")

    def test_text_whose_original_was_corrected_has_none_until_somebody_translates_it(
        self, people: People, meeting: Meeting
    ) -> None:
        """The draft and the submission say the same."""
        correct_and_approve_original(people, notice="For journalists.", lead="<p>Ministers meet.</p>")
        translate(Meeting.objects.get(), by=people["rita"], lead="<p>Les ministres.</p>")
        assert find_writers("fr") == {"rita"}
        revision = submit_translation(Meeting.objects.get(), "fr", by=people["rita"])
        assert get_authors(revision, "fr") == {get_user("rita").pk}


class TestRefusedFollowers:
    """Whoever sends back a translation in which nothing is new takes back the approval that it repeats."""

    @pytest.fixture(autouse=True)
    def correction(self, people: People, meeting: Meeting) -> None:
        correct_original(people["anna"], venue="Room 1")
        submit(Meeting.objects.get(), by=people["anna"])

    def refuse(self, people: People) -> None:
        meeting = Meeting.objects.get()
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"], remark="Wrong.")

    def publish_correction(self, people: People) -> str:
        meeting = Meeting.objects.get()
        approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
        return str(get_edition_documents(publish(meeting, by=people["paul"], note="Corrected.")[0]))

    def test_it_does_not_go_out_beside_a_corrected_translation_that_waits(self, people: People) -> None:
        self.refuse(people)
        write(people["theo"], "Pour toute la presse.")
        submit_translation(Meeting.objects.get(), "fr", by=people["theo"])
        assert "Pour la presse" not in self.publish_correction(people)

    def test_it_does_not_go_out_with_another_original(self, people: People) -> None:
        self.refuse(people)
        correct_original(people["anna"], venue="Room 2")
        submit(Meeting.objects.get(), by=people["anna"])
        assert "Pour la presse" not in self.publish_correction(people)

    def test_its_copies_are_refused_wherever_readers_do_not_have_them(
        self, people: People, meeting: Meeting, clock: Any
    ) -> None:
        approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
        first = Review.latest(Meeting.objects.get())
        correct_and_approve_original(people, "Room 2")
        assert first
        shown = [each.shown for each in Review.for_revision(meeting, first.revision).languages]
        send_back(meeting, by=people["rita"], shown=shown, languages=["fr"], remark="Wrong.", revision=first.revision)
        assert get_states(meeting)["fr"] == "sent_back"
        edition = publish(Meeting.objects.get(), by=people["paul"], note="Corrected.")[0]
        assert "Pour la presse" not in str(get_edition_documents(edition))

    def test_approving_it_on_an_older_page_after_a_same_day_change(
        self, people: People, meeting: Meeting, clock: Any
    ) -> None:
        """The change copied the refusal, to a text that was never approved."""
        self.refuse(people)
        revision = Review.latest(Meeting.objects.get())
        assert revision
        change = SameDayChange(points={meeting.programme.get().pk: {"time": "15:15", "time_precision": "exact"}})
        publish_change(clock, Meeting.objects.get(), change)
        shown = [each.shown for each in Review.for_revision(meeting, revision.revision).languages]
        facts = dict[str, Any](languages=["fr"], revision=revision.revision)
        assert approve(meeting, by=people["rita"], shown=shown, **facts)

    def test_approving_it_again_lifts_the_refusal_of_copies(self, people: People, meeting: Meeting) -> None:
        approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
        first = Review.latest(Meeting.objects.get())
        correct_original(people["anna"], venue="Room 2")
        submit(Meeting.objects.get(), by=people["anna"])
        for _time in range(2):
            self.refuse(people)
            submit_translation(Meeting.objects.get(), "fr", by=people["theo"])
        assert first
        assert not Review.for_revision(meeting, first.revision).languages[1].is_approved
        approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])
        assert Review.for_revision(meeting, first.revision).languages[1].is_approved


class TestReplacedTranslation:
    """Words that a later translation replaced do not come back by themselves."""

    @pytest.fixture(autouse=True)
    def correction(self, people: People, meeting: Meeting, clock: Any) -> None:
        """The live French notice was corrected; that is live, too. A correction of the original is submitted."""
        write(people["theo"], "Pour toute la presse.")
        submit_and_approve(people, "theo", "rita")
        clock.move_to(publish(meeting, by=people["paul"], note="Corrected.")[0].available_from)
        clock.shift(60)
        correct_original(people["anna"], venue="Room 1")
        submit(Meeting.objects.get(), by=people["anna"])

    @pytest.mark.parametrize("languages", [None, ()])
    def test_it_does_not_go_out_after_the_follower_was_refused(
        self, people: People, meeting: Meeting, languages: tuple[str] | None
    ) -> None:
        facts = dict[str, Any](languages=["fr"], remark="Wrong.")
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), **facts)
        correct_original(people["anna"], venue="Room 2")
        submit(Meeting.objects.get(), by=people["anna"], languages=languages)
        approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
        edition = publish(Meeting.objects.get(), by=people["paul"], note="Corrected.")[0]
        assert "Pour la presse." not in str(get_edition_documents(edition))

    @pytest.mark.parametrize("held", ["", "kept on hold", "kept at its time"])
    def test_after_a_refusal_nothing_follows_until_somebody_approves_it(
        self, people: People, meeting: Meeting, held: str
    ) -> None:
        """Neither what readers have nor what is older: nobody can tell which words were meant."""
        if held:
            at = timezone.now().replace(microsecond=0) + dt.timedelta(hours=1)
            approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
            publish(Meeting.objects.get(), by=people["petra"], note="Corrected.", at=at)
            if held == "kept on hold":
                hold_release(Release.objects.latest("at"), by=people["petra"], reason="The French is false.")
            write(people["theo"], "Pour la radio.")
            submit_and_approve(people, "theo", "rita")
            publish(Meeting.objects.get(), by=people["petra"], note="Corrected.", pending="keep")
            correct_original(people["anna"], venue="Room 2")
            submit(Meeting.objects.get(), by=people["anna"])
        facts = dict[str, Any](languages=["fr"], remark="Translate the lead, too.")
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), **facts)
        for languages, state in (((), None), (None, "in_review")):
            correct_original(people["anna"], venue=f"Room 3 {languages}")
            submit(Meeting.objects.get(), by=people["anna"], languages=languages)
            approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
            assert get_states(meeting).get("fr") == state
        remi = create_reviser("remi")
        approve(meeting, by=remi, shown=get_shown(meeting), languages=["fr"])
        correct_and_approve_original(people, "Room 4")
        assert get_states(meeting)["fr"] == "approved"

    def test_it_goes_out_if_it_is_submitted_again(self, people: People, meeting: Meeting) -> None:
        """The words that replaced it were a mistake."""
        approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
        for text in ("Pour la radio.", "Pour la télé."):
            write(people["theo"], text)
            submit_and_approve(people, "theo", "rita")
        write(people["theo"], "Pour la radio.")
        submit_translation(Meeting.objects.get(), "fr", by=people["theo"])
        edition = publish(Meeting.objects.get(), by=people["petra"], note="Corrected.")[0]
        assert "Pour la radio." in str(get_edition_documents(edition))

    def test_followers_are_not_sent_back_with_the_original(self, people: People, meeting: Meeting) -> None:
        give_role(get_user("paul"), "Revisers")
        refusals = send_back(meeting, by=get_actor("paul"), shown=get_shown(meeting), remark="Which room?")
        assert [refusal.language for refusal in refusals] == ["en"]
        correct_and_approve_original(people, "Room 2")
        edition = publish(Meeting.objects.get(), by=people["petra"], note="Corrected.")[0]
        assert "Pour toute la presse." in str(get_edition_documents(edition))

    @pytest.mark.parametrize("is_forced", [False, True])
    def test_what_is_scheduled_keeps_it_at_another_time(
        self, people: People, meeting: Meeting, *, is_forced: bool
    ) -> None:
        """“The same texts will be published at the new time.”"""
        at, force = timezone.now().replace(microsecond=0) + dt.timedelta(hours=1), "On air." if is_forced else ""
        if not is_forced:
            approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
        publish(Meeting.objects.get(), by=people["petra"], note="Corrected.", at=at, force=force)
        correct_original(people["anna"], venue="Room 2")
        submit(Meeting.objects.get(), by=people["anna"])
        facts = dict[str, Any](languages=["fr"], remark="Wrong.")
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), **facts)
        [edition] = move_release(Release.objects.latest("at"), by=people["petra"], at=at + dt.timedelta(hours=1))
        assert [document.language for document in get_edition_documents(edition)] == ["en", "fr"]
        if is_forced:  # it may be sent back itself
            revision = Release.objects.latest("at").entries.get().revision
            assert revision
            shown = [each.shown for each in Review.for_revision(meeting, revision).languages]
            send_back(meeting, by=people["rita"], shown=shown, revision=revision, **facts)
            [edition] = move_release(Release.objects.latest("at"), by=people["petra"], at=at)
            assert [document.language for document in get_edition_documents(edition)] == ["en"]

    def schedule_better_translation(self, people: People, meeting: Meeting) -> dt.datetime:
        """Schedule a better translation, and send back the next correction, which it follows. Return the instant."""
        approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
        write(people["theo"], "Pour la radio.")
        submit_and_approve(people, "theo", "rita")
        at = timezone.now().replace(microsecond=0) + dt.timedelta(hours=1)
        publish(Meeting.objects.get(), by=people["petra"], note="Corrected.", at=at)
        correct_original(people["anna"], venue="Room 2")
        submit(Meeting.objects.get(), by=people["anna"])
        facts = dict[str, Any](languages=["fr"], remark="Wrong.")
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), **facts)
        return at

    def test_what_is_scheduled_is_not_replaced_by_what_readers_have(
        self, people: People, meeting: Meeting, clock: Any
    ) -> None:
        at = self.schedule_better_translation(people, meeting)
        correct_and_approve_original(people, "Room 3")
        clock.move_to(at + dt.timedelta(minutes=1))
        edition = publish(Meeting.objects.get(), by=people["petra"], note="Corrected.")[0]
        assert "Pour toute la presse." not in str(get_edition_documents(edition))

    @pytest.mark.parametrize("is_forced", [False, True])
    def test_what_is_on_hold_keeps_it_until_it_is_sent_back_itself(
        self, people: People, meeting: Meeting, *, is_forced: bool
    ) -> None:
        at, force = timezone.now().replace(microsecond=0) + dt.timedelta(hours=1), "On air." if is_forced else ""
        if not is_forced:
            approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
        publish(Meeting.objects.get(), by=people["petra"], note="Corrected.", at=at, force=force)
        release = Release.objects.latest("at")
        correct_original(people["anna"], venue="Room 2")
        submit(Meeting.objects.get(), by=people["anna"])
        for revision, languages in ((None, ["en", "fr"]), (release.entries.get().revision, ["en"])):
            hold_release(release, by=people["petra"], reason="Wait.")
            review = Review.for_revision(meeting, revision) if revision else Review.latest(Meeting.objects.get())
            assert review
            facts = dict[str, Any](languages=["fr"], remark="Wrong.", revision=revision)
            send_back(meeting, by=people["rita"], shown=[each.shown for each in review.languages], **facts)
            entry = release.entries.get()
            ReleaseEntry.objects.filter(pk=entry.pk).update(texts={})
            import_module("agenda.migrations.0024_texts_on_hold").fill(apps, None)  # for what was on hold before
            assert [*release.entries.get().texts] == languages
            ReleaseEntry.objects.filter(pk=entry.pk).update(texts=entry.texts)
            [edition] = resume_release(release, by=people["petra"], at=at, reason="Go.")
            assert [document.language for document in get_edition_documents(edition)] == languages

    def put_on_hold(self, people: People) -> Release:
        """Schedule the approved correction for an hour later, and put it on hold."""
        at = timezone.now().replace(microsecond=0) + dt.timedelta(hours=1)
        publish(Meeting.objects.get(), by=people["petra"], note="Corrected.", at=at)
        release = Release.objects.latest("at")
        hold_release(release, by=people["petra"], reason="Wait.")
        return release

    def test_what_is_on_hold_loses_it_if_it_is_sent_back_on_the_page_of_its_submission(
        self, people: People, meeting: Meeting
    ) -> None:
        """A better translation was submitted since, and the release refers to that submission."""
        submission = Review.latest(Meeting.objects.get())
        write(people["theo"], "Pour la radio.")
        submit_translation(meeting, "fr", by=people["theo"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
        release = self.put_on_hold(people)
        assert submission
        shown = [each.shown for each in Review.for_revision(meeting, submission.revision).languages]
        facts = dict[str, Any](languages=["fr"], remark="Wrong.", revision=submission.revision)
        send_back(meeting, by=people["rita"], shown=shown, **facts)
        [edition] = resume_release(release, by=people["petra"], at=release.at, reason="Go.")
        assert [document.language for document in get_edition_documents(edition)] == ["en"]

    def test_what_is_on_hold_gets_no_earlier_translation_in_place_of_one_that_was_sent_back(
        self, people: People, meeting: Meeting
    ) -> None:
        approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
        write(people["theo"], "Pour la radio.")
        submit_and_approve(people, "theo", "rita")
        release = self.put_on_hold(people)
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"], remark="Wrong.")
        [edition] = resume_release(release, by=people["petra"], at=release.at, reason="Go.")
        assert [document.language for document in get_edition_documents(edition)] == ["en"]

    def test_what_is_on_hold_loses_it_if_it_is_published_and_taken_back(
        self, people: People, meeting: Meeting, clock: Any
    ) -> None:
        approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
        clock.move_to(publish(Meeting.objects.get(), by=people["petra"], note="Corrected.")[0].available_from)
        clock.shift(60)
        write(people["theo"], "Pour la radio.")
        submit_and_approve(people, "theo", "rita")
        release = self.put_on_hold(people)
        [edition] = publish(Meeting.objects.get(), by=people["petra"], note="Corrected.", pending="keep")
        clock.move_to(edition.available_from)
        clock.shift(60)
        clock.move_to(rollback(meeting, by=people["paul"], reason="The French was wrong.").available_from)
        entry = release.entries.get()
        assert list_dropped_languages(entry, get_known_texts(entry)) == ["fr"]
        assert "fr" not in select_texts_to_release(entry, get_known_texts(entry))

    def test_what_is_on_hold_is_what_was_scheduled(self, people: People, meeting: Meeting) -> None:
        """Not what is approved for the same original meanwhile, nor less because a copy is sent back."""
        write(people["theo"], "Pour la radio.")
        submit_translation(meeting, "fr", by=people["theo"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
        release = self.put_on_hold(people)
        scheduled = release.entries.get().texts
        assert "Pour toute la presse." in str(load_documents([scheduled["fr"]]))
        approve(meeting, by=create_reviser("remi"), shown=get_shown(meeting), languages=["fr"])
        correct_original(people["anna"], venue="Room 2")
        submit(Meeting.objects.get(), by=people["anna"])
        facts = dict[str, Any](languages=["fr"], remark="Translate the lead, too.")
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), **facts)
        [edition] = resume_release(release, by=people["petra"], at=release.at, reason="Go.")
        assert get_edition_digests(edition) == scheduled

    def test_what_is_on_hold_is_not_replaced_by_what_readers_have(self, people: People, meeting: Meeting) -> None:
        self.schedule_better_translation(people, meeting)
        hold_release(Release.objects.latest("at"), by=people["petra"], reason="Wait.")
        correct_and_approve_original(people, "Room 3")
        assert "fr" not in get_states(Meeting.objects.get())


def test_live_text_with_a_same_day_change_is_not_sent_back(people: People, meeting: Meeting, clock: Any) -> None:
    correct_and_approve_original(people, "Room 1")
    clock.move_to(publish(Meeting.objects.get(), by=people["paul"], note="Room 1.")[0].available_from)
    change = SameDayChange(points={meeting.programme.get().pk: {"time": "15:15", "time_precision": "exact"}})
    publish_change(clock, Meeting.objects.get(), change)
    with pytest.raises(WorkflowError, match="This text is published"):
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"], remark="Wrong.")


class TestTwoAuthors:
    """If all who may approve a translation have written parts of it, two of them approve it together."""

    @pytest.fixture
    def remi(self, people: People) -> Actor:
        return create_reviser("remi")

    @pytest.fixture(autouse=True)
    def submission(self, people: People, meeting: Meeting, remi: Actor) -> None:
        write(people["rita"], "Les mots de Rita.")
        write(remi, "Les mots de Rémi.")
        submit_translation(meeting, "fr", by=people["theo"])

    def decide(self, by: Actor) -> list[bool]:
        """Approve the French text; return whether it is approved."""
        verdicts = approve(Meeting.objects.get(), by=by, shown=get_shown(Meeting.objects.get()), languages=["fr"])
        return [verdict.approved for verdict in verdicts]

    def test_nobody_approves_it_twice(self, people: People) -> None:
        assert self.decide(people["rita"]) == []
        with pytest.raises(WorkflowError, match="Somebody else must approve it, too"):
            self.decide(people["rita"])

    def test_second_author_approves_it(self, people: People, remi: Actor) -> None:
        self.decide(people["rita"])
        assert get_states(Meeting.objects.get())["fr"] == "in_review"
        assert self.decide(remi) == [True]
        assert get_states(Meeting.objects.get())["fr"] == "approved"

    def test_one_who_did_not_write_it_suffices(self, people: People) -> None:
        self.decide(people["rita"])
        assert self.decide(create_reviser("romy")) == [True]

    def test_two_authors_approve_it_while_somebody_else_who_could_is_away(self, people: People, remi: Actor) -> None:
        create_reviser("romy")
        assert self.decide(people["rita"]) == []
        assert self.decide(remi) == [True]

    def test_only_author_with_the_role_does_not_approve_it(self, people: People) -> None:
        create_reviser("romy")
        get_user("remi").memberships.all().delete()
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            self.decide(people["rita"])

    def test_translator_who_wrote_it_does_not_approve_it(self, people: People) -> None:
        with pytest.raises(NotAllowed):
            self.decide(people["theo"])

    @pytest.mark.parametrize("reason", ["other words", "sent back", "role ended", "another original"])
    def test_first_approval_counts_no_longer(
        self, people: People, remi: Actor, meeting: Meeting, clock: Any, reason: str
    ) -> None:
        write(create_reviser("romy"), "Les mots de Romy.")
        submit_translation(meeting, "fr", by=people["theo"])
        self.decide(people["rita"])
        clock.shift(60)
        match reason:
            case "other words":
                write(people["theo"], "Les mots de Théo.")
                submit_translation(Meeting.objects.get(), "fr", by=people["theo"])
            case "sent back":
                send_back(meeting, by=remi, shown=get_shown(meeting), languages=["fr"], remark="No.")
                submit_translation(Meeting.objects.get(), "fr", by=people["theo"])
            case "role ended":
                get_user("rita").memberships.all().delete()
            case "another original":
                correct_original(people["anna"], notice="For all of the press.")
                write(people["theo"], "Les mots de Romy.", keeps=True)
                submit(Meeting.objects.get(), by=people["anna"])
        clock.shift(60)
        assert self.decide(remi) == []

    def test_another_language_in_between_changes_nothing(self, people: People, remi: Actor, meeting: Meeting) -> None:
        self.decide(people["rita"])
        translate(meeting, language="el", by=people["elena"], notice="Για τον Τύπο.")
        submit_translation(Meeting.objects.get(), "el", by=people["elena"])
        assert self.decide(remi) == [True]

    def test_two_first_approvals_do_not_lock_it(self, people: People, meeting: Meeting, remi: Actor) -> None:
        """Romy, who is no author, leaves after each of the two was the first while the other had no role."""
        places = {name: get_user(name).memberships.get() for name in ("rita", "remi")}
        write(create_reviser("romy"), "Les mots de Romy.")
        submit_translation(meeting, "fr", by=people["theo"])
        for name, absent in (("rita", "remi"), ("remi", "rita")):
            get_user(absent).memberships.all().delete()
            assert self.decide(get_actor(name)) == []
            places[absent].save(force_insert=True)
        get_user("romy").memberships.all().delete()
        requests = ApprovalRequests(get_user("rita"))
        [pair] = AuthorApproval.objects.values_list("source__digest", "document__digest").distinct()
        assert requests.is_asked(meeting, "fr", {get_user(name).pk for name in ("rita", "remi")}, pair)
        assert self.decide(get_actor("rita")) == [True]

    def test_withdrawal_ends_the_first_approval(
        self, people: People, remi: Actor, meeting: Meeting, clock: Any
    ) -> None:
        self.decide(people["rita"])
        clock.move_to(withdraw(meeting, reason="By mistake.").available_from)
        clock.shift(60)
        submit(Meeting.objects.get(), by=people["anna"])
        assert self.decide(remi) == []

    def test_same_day_change_keeps_it(self, people: People, remi: Actor, meeting: Meeting, clock: Any) -> None:
        self.decide(people["rita"])
        change = SameDayChange(points={meeting.programme.get().pk: {"time": "15:15", "time_precision": "exact"}})
        for _time in range(2):
            publish_change(clock, Meeting.objects.get(), change)
            change = SameDayChange(points={meeting.programme.get().pk: {"time": "16:15", "time_precision": "exact"}})
        assert AuthorApproval.objects.count() == 3  # one for each text
        with pytest.raises(WorkflowError, match="Somebody else must approve it, too"):
            self.decide(people["rita"])
        assert self.decide(remi) == [True]

    def test_original_is_never_approved_by_its_authors(self, people: People, meeting: Meeting) -> None:
        for name in ("paul", "petra"):
            correct_original(people[name], venue=f"Room of {name}")
        submit(Meeting.objects.get(), by=people["anna"], languages=())
        for name in ("paul", "petra"):
            with pytest.raises(WorkflowError, match=OWN_TEXT):
                approve(meeting, by=people[name], shown=get_shown(meeting), languages=["en"])

    def test_it_is_in_the_audit_log(self, people: People) -> None:
        self.decide(people["rita"])
        [entry] = AuditEntry.objects.filter(act=Act.AUTHOR_APPROVED)
        assert (entry.actor, entry.details["language"]) == ("rita", "fr")


def test_a_thousand_texts_can_be_emptied_at_once(people: People, meeting: Meeting) -> None:
    texts = {(uuid4(), "title"): TranslatedText("Un titre", "") for _number in range(1_100)}
    write_translations(meeting, {"fr": texts}, by=people["theo"], now=timezone.now())
    emptied = dict.fromkeys(texts, TranslatedText("", ""))
    write_translations(meeting, {"fr": emptied}, by=people["theo"], now=timezone.now())
    assert [row.text for row in Translation.objects.all()] == ["Pour la presse."]


def test_languages_of_one_save_take_the_same_queries(people: People, meeting: Meeting) -> None:
    """“Find and replace” writes all languages, with the note locked."""
    counts = []
    for languages in (["fr", "de", "el", "fi"], ["fr"], ["fr", "de", "el", "fi"]):
        texts = {language: {(meeting.pk, "lead"): TranslatedText(str(languages), "")} for language in languages}
        with CaptureQueriesContext(connection) as queries:
            write_translations(meeting, texts, by=people["theo"], now=timezone.now())
        counts.append(len(queries))
    assert counts[1] == counts[2]


class TestOtherOriginal:
    """Who says that a translation is still right decides about a text: somebody must approve it."""

    @pytest.fixture(autouse=True)
    def kept(self, people: People, meeting: Meeting) -> None:
        correct_original(people["anna"], notice="Not for the press.")
        write(people["theo"], "Pour la presse.", keeps=True)

    @pytest.mark.parametrize("languages", [None, ()])
    def test_translation_waits_for_approval(
        self, people: People, meeting: Meeting, languages: tuple[str] | None
    ) -> None:
        submit(Meeting.objects.get(), by=people["anna"], languages=languages)
        if languages is not None:
            submit_translation(Meeting.objects.get(), "fr", by=people["theo"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
        assert get_states(meeting)["fr"] == "in_review"
        edition = publish(Meeting.objects.get(), by=people["paul"], note="Corrected.")[0]
        assert "Pour la presse" not in str(get_edition_documents(edition))
        approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])
        assert get_states(meeting)["fr"] == "approved"

    def test_upgrade_keeps_what_is_published_and_what_waits_approved(
        self, people: People, meeting: Meeting, clock: Any
    ) -> None:
        """Before, an approval counted for every original for which the translation had the same bytes."""
        for notice in ("Only for the press.", "Not for the press!"):
            submit(Meeting.objects.get(), by=people["anna"])
            approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
            if notice == "Only for the press.":
                clock.move_to(publish(meeting, by=people["paul"], note="Corrected.")[0].available_from)
                correct_original(people["anna"], notice=notice)
                write(people["theo"], "Pour la presse.", keeps=True)
        copied = Verdict.objects.latest("pk").pk
        import_module("agenda.migrations.0023_sources_of_verdicts").copy_approvals(apps, connection.schema_editor())
        assert Verdict.objects.filter(pk__gt=copied, language="fr", approved=True).count() == 2
        assert get_states(Meeting.objects.get())["fr"] == "approved"

    def test_sending_it_back_does_not_take_back_the_approval_for_the_original_before(
        self, people: People, meeting: Meeting
    ) -> None:
        submit(Meeting.objects.get(), by=people["anna"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"], remark="No.")
        correct_and_approve_original(people, notice="For the press.")
        assert get_states(meeting)["fr"] == "approved"

    def test_reviser_who_saw_the_earlier_original_does_not_approve_it(self, people: People, meeting: Meeting) -> None:
        """Their page was open while somebody submitted the corrected original with the same translation."""
        write(people["theo"], "Pour la presse !", original="Not for the press.")
        submit(Meeting.objects.get(), by=people["anna"])
        shown = get_shown(meeting)
        correct_original(people["anna"], notice="Not at all for the press.")
        write(people["theo"], "Pour la presse !", keeps=True)
        submit(Meeting.objects.get(), by=people["anna"])
        with pytest.raises(StaleTextError):
            approve(meeting, by=people["rita"], shown=shown, languages=["fr"])

    def test_it_can_be_sent_back_while_readers_have_it_for_the_earlier_original(
        self, people: People, meeting: Meeting, clock: Any
    ) -> None:
        correct_original(people["anna"], notice="For the press.", venue="Room 1")
        write(people["theo"], "Pour la presse.", keeps=True)
        submit(Meeting.objects.get(), by=people["anna"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])
        clock.move_to(publish(Meeting.objects.get(), by=people["paul"], note="Room 1.")[0].available_from)
        correct_original(people["anna"], notice="Not for the press.")
        write(people["theo"], "Pour la presse.", keeps=True)
        submit(Meeting.objects.get(), by=people["anna"])
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"], remark="No.")
        assert get_states(meeting)["fr"] == "sent_back"

    def test_lists_agree_with_the_review(self, people: People, meeting: Meeting, clock: Any) -> None:
        """In Python, in SQL and where readiness is counted."""
        submit(Meeting.objects.get(), by=people["anna"])
        for verdict, state, stage in (
            (None, "in_review", "in_review"), (False, "sent_back", "sent_back"), (True, "approved", "approved"),
        ):  # fmt: skip
            clock.shift(60)
            shown = get_shown(meeting)
            if verdict is True:
                approve(meeting, by=people["rita"], shown=shown, languages=["fr"])
            elif verdict is False:
                send_back(meeting, by=people["rita"], shown=shown, languages=["fr"], remark="No.")
            [row] = annotate_last_verdict(RevisionDocument.objects.filter(language="fr")).order_by("-revision_id")[:1]
            readiness = get_readiness([Meeting.objects.get()], timezone.now(), ["fr"])[meeting.pk]["fr"]
            assert (get_states(meeting)["fr"], row.verdict, str(readiness.stage)) == (state, verdict, stage)

    def test_approval_is_copied_although_it_was_refused_for_another_original(
        self, people: People, meeting: Meeting
    ) -> None:
        submit(Meeting.objects.get(), by=people["anna"])
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"], remark="No.")
        correct_and_approve_original(people, "Room 7", notice="For the press.")
        assert get_states(meeting)["fr"] == "approved"

    def test_reviser_who_says_so_does_not_approve_it(self, people: People, meeting: Meeting) -> None:
        correct_original(people["anna"], notice="Not for all of the press.")
        write(people["rita"], "Pour la presse.", keeps=True)
        submit(Meeting.objects.get(), by=people["anna"])
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])
