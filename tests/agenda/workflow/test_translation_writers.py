"""Nobody approves words of a translation that they wrote, wherever the words have gone since they were saved."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda.documents.translations.occurrences import Replacement
from agenda.documents.translations.segments import list_segments
from agenda.documents.translations.translated_document import TranslatedText
from agenda.translation.find_and_replace import find_everywhere, replace_everywhere
from agenda.translation.save import TranslationInput, compute_fingerprint, save_translations, write_translations
from agenda.workflow.authors import find_authors_after_save
from agenda.workflow.drafts import build_draft
from agenda.workflow.errors import WorkflowError
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.reviews import Review
from agenda.workflow.revisions import keep_revision
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.translation_submission import submit_translation
from agenda.workflow.translation_writers import find_writers_of_draft, record_writers
from meetings.access.audit import Actor
from meetings.documents.encoding import compute_digest
from meetings.models import Meeting, Translation, TranslationWriter, User
from meetings.models.translation import compute_words_digest
from tests.admin_forms import create_client_with_role
from tests.agenda.admin.screens import get_actor
from tests.agenda.workflow.same_day_changes.helpers import publish_change
from tests.agenda.workflow.translations import create_translators
from tests.agenda.workflow.users import get_shown
from tests.factories import make_meeting, publish_now, translate, withdraw

pytestmark = pytest.mark.django_db
People = dict[str, Actor]
OWN_TEXT = "You wrote or submitted this text"


@pytest.fixture
def people() -> People:
    return create_translators()


@pytest.fixture
def meeting(people: People, clock: Any) -> Meeting:
    """A meeting that is live, with a French notice by Théo that Rita approved."""
    meeting = make_meeting(notice="For the press.")
    keep_revision(meeting, timezone.now(), people["anna"])
    submit(meeting, by=people["anna"])
    approve(meeting, by=people["paul"], shown=get_shown(meeting))
    write(people["theo"], "Pour la presse.")
    submit_and_approve(people, "theo", "rita")
    publish_now(clock, meeting)
    return meeting


def write(by: Actor, text: str, *, original: str = "", keeps: bool = False) -> None:
    """Save a French notice in the translation editor, for the original of its form, or say that it is still right."""
    meeting = Meeting.objects.get()
    key = meeting.pk, "notice"
    segment = {each.key: each for each in list_segments(build_draft(meeting, timezone.now()))}[key]
    row = Translation.objects.filter(row_id=meeting.pk, field="notice").first()
    shown = compute_fingerprint(segment, row.text if row else "")
    sent = TranslationInput(text, compute_digest(original or segment.text), shown, is_still_right=keeps)
    assert save_translations(meeting, "fr", {key: sent}, by=by, now=timezone.now()).saved == 1


def get_user(name: str) -> User:
    return User.objects.get(username=name)


def correct_original(by: Actor, **values: str) -> None:
    Meeting.objects.update(version=F("version") + 1, **values)
    keep_revision(Meeting.objects.get(), timezone.now(), by)


def submit_and_approve(people: People, submitter: str, approver: str) -> None:
    submit_translation(Meeting.objects.get(), "fr", by=people[submitter])
    approve(Meeting.objects.get(), by=people[approver], shown=get_shown(Meeting.objects.get()), languages=["fr"])


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

    @pytest.mark.parametrize("rounds", [1, 2])
    @pytest.mark.parametrize("submitter", ["theo", "rita"])
    def test_words_that_are_no_longer_in_the_draft(
        self, people: People, meeting: Meeting, rounds: int, submitter: str
    ) -> None:
        write(people["rita"], "Les mots de Rita.")
        for number in range(rounds):
            correct_and_approve_original(people, f"Room {number}")
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

    @pytest.mark.parametrize("rounds", [0, 1, 2])
    @pytest.mark.parametrize("over", ["", "Rien à voir.", "Pour la presse."])
    def test_words_that_rita_replaced_while_a_colleague_had_them_open(
        self, people: People, meeting: Meeting, over: str, rounds: int
    ) -> None:
        """Théo’s form still has them; after the message about the conflict, he saves it again with his correction."""
        write(people["rita"], "Les mots de Rita.")
        write(people["rita"], over)
        for number in range(rounds):
            correct_and_approve_original(people, f"Room {number}")
        write(people["theo"], "Les mots de Rita, corrigés.")
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

    @pytest.mark.parametrize("rounds", [0, 1, 2])
    def test_words_whose_approval_is_taken_back_after_a_colleague_corrected_them(
        self, people: People, meeting: Meeting, rounds: int
    ) -> None:
        create_client_with_role("Revisers", "remi", language="fr")
        write(people["rita"], "Les mots de Rita.")
        submit_translation(meeting, "fr", by=people["theo"])
        approve(meeting, by=get_actor("remi"), shown=get_shown(meeting), languages=["fr"])
        write(people["theo"], "Les mots de Rita, corrigés.")
        send_back(meeting, by=get_actor("remi"), shown=get_shown(meeting), languages=["fr"], remark="No.")
        for number in range(rounds):
            correct_and_approve_original(people, f"Room {number}")
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            submit_and_approve(people, "theo", "rita")

    @pytest.mark.parametrize("rounds", [0, 1, 2])
    def test_words_that_were_sent_back_in_a_copy(self, people: People, meeting: Meeting, rounds: int) -> None:
        """The approval was copied with each correction of the original. Sending back a copy takes back all of it."""
        create_client_with_role("Revisers", "remi", language="fr")
        write(people["rita"], "Les mots de Rita.")
        submit_translation(meeting, "fr", by=people["theo"])
        approve(meeting, by=get_actor("remi"), shown=get_shown(meeting), languages=["fr"])
        for number in range(rounds):
            correct_and_approve_original(people, f"Room {number}")
        send_back(meeting, by=get_actor("remi"), shown=get_shown(meeting), languages=["fr"], remark="No.")
        correct_and_approve_original(people, "Room 9")
        review = Review.latest(Meeting.objects.get())
        assert review
        assert "Rita" not in str(review.get_documents()[1])
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            submit_and_approve(people, "theo", "rita")

    def test_words_that_a_correction_took_out(self, people: People, meeting: Meeting) -> None:
        translate(meeting, by=people["theo"], lead="<p>Les ministres se réunissent.</p>")
        create_client_with_role("Revisers", "remi", language="fr")
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


def test_words_that_a_colleague_approved_are_nobodys(people: People, meeting: Meeting) -> None:
    create_client_with_role("Revisers", "remi", language="fr")
    write(people["rita"], "Les mots de Rita.")
    submit_translation(meeting, "fr", by=people["theo"])
    approve(meeting, by=get_actor("remi"), shown=get_shown(meeting), languages=["fr"])
    write(people["theo"], "Les mots de Théo.")
    submit_and_approve(people, "theo", "rita")


def correct_in_turn(people: People) -> None:
    """Rita and Remi each correct the text, and approve what the other has written."""
    create_client_with_role("Revisers", "remi", language="fr")
    for writer, approver in ((people["rita"], get_actor("remi")), (get_actor("remi"), people["rita"])):
        write(writer, f"Les mots de {writer.name}.")
        submit_translation(Meeting.objects.get(), "fr", by=people["theo"])
        approve(Meeting.objects.get(), by=approver, shown=get_shown(Meeting.objects.get()), languages=["fr"])


@pytest.mark.parametrize("rounds", [0, 3])
def test_approved_words_are_nobodys_after_the_original_was_corrected(
    people: People, meeting: Meeting, rounds: int
) -> None:
    """The last approved translations lack them then."""
    correct_in_turn(people)
    correct_and_approve_original(people, notice="For journalists.")
    for number in range(rounds):
        correct_and_approve_original(people, f"Room {number}", notice="For journalists.")
    write(people["theo"], "Les mots de remi, adaptés.")
    submit_and_approve(people, "theo", "rita")


def test_approved_words_are_nobodys_after_a_withdrawal(people: People, meeting: Meeting, clock: Any) -> None:
    correct_in_turn(people)
    clock.move_to(publish_now(clock, meeting, note="Words.").available_from)
    clock.move_to(withdraw(meeting, reason="By mistake.").available_from)
    submit(Meeting.objects.get(), by=people["anna"])
    approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])


def test_only_words_that_wait_have_writers(people: People, meeting: Meeting) -> None:
    rita, theo = get_user("rita"), get_user("theo")
    assert find_authors_after_save(meeting, "fr", rita) == {rita.pk}
    write(people["theo"], "Les mots de Théo.")
    assert find_authors_after_save(meeting, "fr", rita) == {rita.pk, theo.pk}


def list_writers(text: str) -> set[str]:
    digest = compute_words_digest(Meeting.objects.get().pk, "notice", text)
    return {writer.user.username for writer in TranslationWriter.objects.filter(words_digest=digest)}


def test_who_saved_a_text_since_it_was_approved_is_its_writer(people: People, meeting: Meeting) -> None:
    for name, text, writers in (
        ("rita", "Les ministres ne se réunissent pas.", {"rita"}),
        ("theo", "Non !", {"rita", "theo"}),
        ("rita", "Pour la presse.", {"theo"}),  # what is approved
        ("theo", "Pas.", {"rita", "theo"}),
    ):
        write(people[name], text)
        assert list_writers(text) == writers, text


@pytest.mark.parametrize(
    ("text", "writers"), [("Les mots de Rita, corrigés.", {"rita", "theo"}), ("Pour tous les journalistes.", {"theo"})]
)
def test_who_corrects_an_approved_text_for_another_original_shares_it(
    people: People, meeting: Meeting, text: str, writers: set[str]
) -> None:
    create_client_with_role("Revisers", "remi", language="fr")
    write(people["rita"], "Les mots de Rita.")
    submit_translation(meeting, "fr", by=people["theo"])
    approve(meeting, by=get_actor("remi"), shown=get_shown(meeting), languages=["fr"])
    correct_and_approve_original(people, notice="For journalists.")
    write(people["theo"], text)
    assert list_writers(text) == writers


def test_who_keeps_words_for_another_original_is_no_writer_of_them(people: People, meeting: Meeting) -> None:
    write(people["rita"], "Les mots de Rita.")
    correct_original(people["anna"], notice="For journalists.")
    write(people["theo"], "Les mots de Rita.", keeps=True)
    assert list_writers("Les mots de Rita.") == {"rita"}
    assert find_writers_of_draft(meeting, "fr") == {get_user("rita").pk, get_user("theo").pk}
    correct_original(people["anna"], notice="For all journalists.")
    write(people["rita"], "Les mots de Rita.", keeps=True)
    assert find_writers_of_draft(meeting, "fr") == {get_user("rita").pk}


def test_words_that_a_colleague_approved_stay_approved_in_later_changes(people: People, meeting: Meeting) -> None:
    create_client_with_role("Revisers", "remi", language="fr")
    write(people["rita"], "Les mots de Rita.")
    submit_translation(meeting, "fr", by=people["theo"])
    approve(meeting, by=get_actor("remi"), shown=get_shown(meeting), languages=["fr"])
    write(people["theo"], "Les mots de Rita, corrigés.")
    write(people["theo"], "Les mots de Rita, bien corrigés.")
    submit_and_approve(people, "theo", "rita")


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


class TestUpgrade:
    """Before it, documents of revisions said who wrote a translation, and nothing was recorded."""

    @pytest.fixture(autouse=True)
    def older_version(self) -> Iterator[Any]:
        with patch("agenda.translation.save.record_writers") as recording:
            yield recording

    @pytest.fixture
    def upgrade(self, older_version: Any) -> Callable[[], None]:
        def upgrade() -> None:
            older_version.side_effect = record_writers
            import_module("agenda.migrations.0021_writers_of_waiting_translations").record_savers(apps, None)

        return upgrade

    def test_everybody_who_changed_a_translation_is_a_writer_of_what_waits(
        self, people: People, meeting: Meeting, upgrade: Callable[[], None]
    ) -> None:
        write(people["rita"], "Les mots de Rita.")
        write(people["theo"], "Les mots de Rita, corrigés.")
        submit_translation(meeting, "fr", by=people["theo"])
        upgrade()
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])

    def test_words_that_no_longer_wait_in_the_draft_have_writers(
        self, people: People, meeting: Meeting, upgrade: Callable[[], None]
    ) -> None:
        """Only the submission has them."""
        write(people["rita"], "Les mots de Rita.")
        submit_translation(meeting, "fr", by=people["theo"])
        write(people["theo"], "Autre chose.")
        upgrade()
        with pytest.raises(WorkflowError, match=OWN_TEXT):
            approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])

    def test_find_and_replace_changes_a_translation_too(
        self, people: People, meeting: Meeting, upgrade: Callable[[], None]
    ) -> None:
        words = [Replacement("presse", "radio")]
        found = find_everywhere(meeting, words, by=people["rita"]).places
        accepted = {hit.id for place in found for hit in place.hits}
        replace_everywhere(meeting, words, accepted, by=people["rita"], now=timezone.now())
        upgrade()
        assert get_user("rita").pk in find_writers_of_draft(meeting, "fr")

    def test_their_changes_count_since_the_approval(
        self, people: People, meeting: Meeting, upgrade: Callable[[], None]
    ) -> None:
        """A colleague may still have the words in a window."""
        write(people["rita"], "Les mots de Rita.")
        upgrade()
        write(people["theo"], "Autre chose.")
        assert list_writers("Autre chose.") == {"rita", "theo"}

    def test_approved_translation_has_no_writers(
        self, people: People, meeting: Meeting, upgrade: Callable[[], None]
    ) -> None:
        upgrade()
        assert find_writers_of_draft(meeting, "fr") == set()
