"""Suppress a past edition and erase its text: what is refused, what stays, and what the database allows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from msgspec import to_builtins

from agenda.editor.saving import build_edited_document, save_note
from agenda.models import EditorDraft, Release, ReleaseEntry
from agenda.workflow import suppression
from agenda.workflow.drafts import NO_DOCUMENT
from agenda.workflow.errors import WorkflowError
from agenda.workflow.review_actions import submit
from agenda.workflow.reviews import Review
from agenda.workflow.revisions import keep_revision
from agenda.workflow.scheduled_releases import find_dependent_releases, hold_release, resume_release
from agenda.workflow.suppression import get_edition_by_number
from agenda.workflow.withdrawal import rollback
from meetings.access import NotAllowed
from meetings.access.audit import Actor
from meetings.documents.choices import Language
from meetings.documents.encoding import compute_digest
from meetings.documents.schema import MeetingDocument
from meetings.editions.freezing import SuppressedTextError, create_edition
from meetings.models import (
    Act,
    AuditEntry,
    Edition,
    EditionDocument,
    Erasure,
    Meeting,
    SearchRow,
    StoredDocument,
    Suppression,
    User,
)
from tests.admin_forms import sign_in
from tests.agenda.management.test_commands import run_command
from tests.agenda.site.test_edition_history import EDITIONS, publish_change, publish_three_editions
from tests.agenda.workflow.users import save_changes
from tests.factories import (
    COMMAND,
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    call_off,
    make_meeting,
    make_meeting_document,
    make_topic,
    publish,
    publish_now,
    withdraw,
)
from tests.public_requests import Visitor, get_visible_text
from tests.worlds import share_world

REASON = "A private number stood in it."
ACTS = (Act.SUPPRESSED, Act.REINSTATED, Act.ERASED)


@contextmanager
def expect_database_error(why: str) -> Iterator[None]:
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        yield


def list_readable() -> list[bool]:
    """Return for each edition, the oldest first, if its text can be read."""
    rows = EditionDocument.objects.order_by("edition__available_from").select_related("document")
    return [bool(one.document.text) for one in rows]


def suppress(meeting: Meeting, edition: Edition | int, reason: str = REASON) -> None:
    edition = get_edition_by_number(meeting, edition) if isinstance(edition, int) else edition
    suppression.suppress(meeting, edition, by=COMMAND, reason=reason)


def lift(meeting: Meeting, number: int) -> Suppression:
    return suppression.lift_suppression(
        meeting, get_edition_by_number(meeting, number), by=COMMAND, reason="It was the wrong one."
    )


def erase(meeting: Meeting, number: int, languages: Sequence[str] = ()) -> list[EditionDocument]:
    edition = get_edition_by_number(meeting, number)
    return suppression.erase(meeting, edition, by=COMMAND, reason="Court order 12/60.", languages=languages)


def save_with_revision(meeting: Meeting, **values: Any) -> Meeting:
    for name, value in values.items():
        setattr(meeting, name, value)
    meeting.save()
    return meeting


def submit_meeting(meeting: Meeting) -> None:
    submit(meeting, by=COMMAND)


def build_both_languages(meeting: Meeting, english: str, french: str) -> list[MeetingDocument]:
    titles = {Language.EN: english, Language.FR: french}
    return [
        make_meeting_document(title, id=meeting.pk, language=language, start_date=meeting.start_date)
        for language, title in titles.items()
    ]


@share_world
def published(clock: Any) -> Meeting:
    return publish_three_editions(clock)


@pytest.fixture
def meeting(published: Meeting) -> Meeting:
    return Meeting.objects.get(pk=published.pk)


class TestSuppressing:
    def test_live_edition_cannot_be_suppressed(self, meeting: Meeting) -> None:
        with pytest.raises(WorkflowError, match=r"live\. Publish a corrected edition"):
            suppress(meeting, 3)
        assert not Suppression.objects.exists()

    def test_scheduled_edition_cannot_be_suppressed(self, meeting: Meeting) -> None:
        meeting.venue = "Malindi"
        meeting.save()
        [pending] = publish(meeting, at=PRESS_DAY + DAY)
        with pytest.raises(WorkflowError, match=r"not published yet\. Cancel it"):
            suppress(meeting, pending)
        with pytest.raises(WorkflowError, match="has no edition 4"):
            suppress(meeting, 4)
        suppress(meeting, 2)

    def test_withdrawal_notice_cannot_be_suppressed(self, meeting: Meeting, clock: Any) -> None:
        tombstone = withdraw(meeting, reason="Sent too early.")
        clock.move_to(tombstone.available_from)
        with pytest.raises(WorkflowError, match="withdrawal"):
            suppress(meeting, tombstone)

    def test_edition_cannot_be_suppressed_twice(self, meeting: Meeting) -> None:
        suppress(meeting, 2)
        with pytest.raises(
            WorkflowError, match=f"already removed from the site on 14 September 2060, 10:02:03.*“{REASON}”"
        ):
            suppress(meeting, 2, "Another reason.")
        assert Suppression.objects.get().reason == REASON

    @pytest.mark.parametrize(
        ("reason", "message"), [("", "Enter the reason"), (" \n", "Enter the reason"), ("x" * 501, "501")]
    )
    def test_reason_is_required_and_has_a_maximum_length(self, meeting: Meeting, reason: str, message: str) -> None:
        with pytest.raises(WorkflowError, match=message):
            suppress(meeting, 1, reason)

    def test_signs_that_turn_the_direction_of_a_reason_are_refused(self, meeting: Meeting) -> None:
        edition = get_edition_by_number(meeting, 2)
        for step in (suppression.suppress, suppression.lift_suppression, suppression.erase):
            with pytest.raises(WorkflowError, match=r"U\+202E"):
                step(meeting, edition, by=COMMAND, reason="A private\u202enumber.")
        suppress(meeting, 2, "A private\n\u2028number.")
        assert Suppression.objects.get().reason == "A private number."

    @pytest.mark.parametrize("number", [0, 4, -1])
    def test_unknown_number_is_refused(self, meeting: Meeting, number: int) -> None:
        with pytest.raises(WorkflowError, match="numbered up to 3"):
            get_edition_by_number(meeting, number)

    def test_suppression_takes_effect_at_once(self, meeting: Meeting, visitor: Visitor) -> None:
        assert "Mombasa" in get_visible_text(visitor.get(f"{EDITIONS}2/"))
        suppress(meeting, 2)
        response = visitor.get(f"{EDITIONS}2/")
        assert response.status_code == 410
        assert REASON in get_visible_text(response)

    @pytest.mark.parametrize("path", [EDITIONS, f"{EDITIONS}2/", "/api/v1/changes/", "/en/meetings/corrections.atom"])
    def test_readers_get_no_digest_of_a_suppressed_text(self, meeting: Meeting, visitor: Visitor, path: str) -> None:
        """From the digest and the text that took its place, anybody finds a number that was removed, by guessing."""
        suppress(meeting, 2)
        digest = get_edition_by_number(meeting, 2).documents.get().document.digest
        response = visitor.get(path)
        assert response.status_code in (200, 410)
        assert digest not in response.content.decode()

    def test_withdrawn_edition_can_be_suppressed_too(self, meeting: Meeting, clock: Any) -> None:
        """Its text can only be erased after that."""
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        suppress(meeting, 3)
        assert Suppression.objects.get().edition == get_edition_by_number(meeting, 3)

    def test_suppression_can_be_lifted_and_repeated(self, meeting: Meeting, visitor: Visitor) -> None:
        suppress(meeting, 2, "The wrong one.")
        lift(meeting, 2)
        assert "Mombasa" in get_visible_text(visitor.get(f"{EDITIONS}2/"))
        suppress(meeting, 2)
        assert "Mombasa" not in get_visible_text(visitor.get(f"{EDITIONS}2/"))
        assert Suppression.objects.count() == 2

    def test_only_a_suppressed_edition_can_be_lifted(self, meeting: Meeting) -> None:
        with pytest.raises(WorkflowError, match="has not been removed"):
            lift(meeting, 2)

    def test_editions_of_a_deleted_meeting_stay_as_they_are(self, meeting: Meeting) -> None:
        Meeting.objects.filter(pk=meeting.pk).delete()
        for step in (suppress, lift, erase):
            with pytest.raises(WorkflowError, match="has been deleted"):
                step(meeting, 2)


@pytest.mark.django_db
def test_publication_is_put_on_hold_only_if_nothing_public_by_then_has_the_title(clock: Any) -> None:
    """The titles are looked up together for all publications, each at its own time."""
    topic = make_topic("secret")
    publish_now(clock, topic)
    meetings = [make_meeting(configuration) for configuration in ("env", "ecofin", "agrifish")]
    for number, meeting in enumerate(meetings):
        meeting.agenda.get().topics.add(topic)
        publish(meeting, at=PRESS_DAY + (1 + 2 * number) * DAY)
    edition = get_edition_by_number(topic, 1)
    publish_now(clock, save_changes(topic, title="Asylum"))
    publish(save_changes(topic, title="Secret", lead="<p>Again.</p>"), at=PRESS_DAY + 4 * DAY)
    releases = find_dependent_releases([edition], timezone.now())
    assert {str(release) for release in releases} == {str(meeting) for meeting in meetings[:2]}


@pytest.mark.django_db
def test_publications_are_put_on_hold_together(clock: Any) -> None:
    """Each took 25 queries, while all of them were locked. Now three, which record it in the audit log."""
    counts = []
    for slug, names in (("secret", ["env"]), ("secrets", ["ecofin", "agrifish", "epsco"])):
        topic = make_topic(slug)
        publish_now(clock, topic)
        for name in names:
            meeting = make_meeting(name)
            meeting.agenda.get().topics.add(topic)
            publish(meeting, at=PRESS_DAY + DAY)
        edition = get_edition_by_number(topic, 1)
        publish_now(clock, save_changes(topic, title="Asylum"))
        with CaptureQueriesContext(connection) as queries:
            held = suppression.suppress(topic, edition, by=COMMAND, reason=REASON)
        meetings = Meeting.objects.filter(configuration__slug__in=names)
        assert {str(release) for release in held} == {str(meeting) for meeting in meetings}
        counts.append(len(queries))
    assert counts[1] - counts[0] == 2 * 3
    assert not Edition.objects.pending(timezone.now()).exists()
    assert {*Release.objects.filter(at=PRESS_DAY + DAY).values_list("state", "reason")} == {("held", REASON)}


def test_publications_do_not_show_a_title_that_was_removed(people: dict[str, Actor], clock: Any) -> None:
    """Everybody with a role sees them, also those who may not read the edition."""
    topic = make_topic(title="Petra Private")
    publish_now(clock, topic)
    release = Release.objects.get(entries__subject_id=topic.pk)
    publish_now(clock, save_changes(topic, title="Asylum"))
    save_changes(topic, title="Unseen")
    edition, client = get_edition_by_number(topic, 1), sign_in("anna")
    pages = ["/admin/agenda/release/", f"/admin/agenda/release/{release.pk}/change/"]
    assert all("Petra Private" in client.get(page).content.decode() for page in pages)
    suppression.suppress(topic, edition, by=COMMAND, reason=REASON)
    assert not any("Petra Private" in client.get(page).content.decode() for page in pages)
    assert all("Asylum" in client.get(page).content.decode() for page in pages)
    assert not any("Unseen" in client.get(page).content.decode() for page in pages)
    ReleaseEntry.objects.filter(release=release).update(title="Petra Private")  # as before this was done
    suppression.erase(topic, edition, by=COMMAND, reason=REASON)
    assert not ReleaseEntry.objects.filter(title="Petra Private").exists()


class TestRights:
    def test_user_without_the_right_is_refused(self, people: dict[str, Actor], meeting: Meeting) -> None:
        edition = get_edition_by_number(meeting, 2)
        for name in ("anna", "dora"):
            with pytest.raises(NotAllowed):
                suppression.suppress(meeting, edition, by=people[name], reason=REASON)
        suppression.suppress(meeting, edition, by=people["paul"], reason=REASON)
        with pytest.raises(NotAllowed):
            suppression.lift_suppression(meeting, edition, by=people["anna"], reason=REASON)
        assert Suppression.objects.active().exists()

    def test_users_cannot_erase(self, people: dict[str, Actor], meeting: Meeting) -> None:
        suppress(meeting, 2)
        with pytest.raises(WorkflowError, match="with a command"):
            suppression.erase(meeting, get_edition_by_number(meeting, 2), by=people["paul"], reason=REASON)
        assert list_readable() == [True, True, True]

    def test_steps_are_recorded_in_the_audit_log(self, people: dict[str, Actor], meeting: Meeting) -> None:
        edition = get_edition_by_number(meeting, 2)
        digest = edition.documents.get().document.digest
        suppression.suppress(meeting, edition, by=people["paul"], reason=REASON)
        lift(meeting, 2)
        suppress(meeting, 2)
        erase(meeting, 2)
        entries = list(AuditEntry.objects.filter(digest=digest, act__in=ACTS).order_by("id"))
        assert [(entry.actor, entry.act) for entry in entries] == [
            ("paul", Act.SUPPRESSED),
            (COMMAND.name, Act.REINSTATED),
            (COMMAND.name, Act.SUPPRESSED),
            (COMMAND.name, Act.ERASED),
        ]
        assert entries[0].details == {
            "edition": edition.available_from.isoformat(),
            "reason": REASON,
            "words": [REASON],
        }
        assert entries[3].details["erased"] == {"en": digest}
        assert {entry.subject_id for entry in entries} == {meeting.pk}


class TestErasing:
    def test_text_is_erased_and_digest_stays(self, meeting: Meeting, visitor: Visitor) -> None:
        suppress(meeting, 2)
        about: dict[str, Any] = {"subject_type": "meeting", "subject_id": meeting.pk, "saved_at": timezone.now()}
        EditorDraft.objects.create(user=User.objects.create(username="typist"), content="{}", **about)
        rows = SearchRow.objects.filter(edition=get_edition_by_number(meeting, 2))
        assert rows.exists()
        [erased] = erase(meeting, 2)
        assert not EditorDraft.objects.exists()
        assert not rows.exists()
        assert list_readable() == [True, False, True]
        assert (
            Erasure.objects.get().digest
            == erased.document.digest
            == get_edition_by_number(meeting, 2).documents.get().document.digest
        )
        for which in ("2/", "1..2/", "2..3/"):
            assert visitor.get(EDITIONS + which).status_code == 410

    def test_edition_must_be_suppressed_first(self, meeting: Meeting) -> None:
        with pytest.raises(WorkflowError, match="Suppress it first"):
            erase(meeting, 2)
        assert list_readable() == [True, True, True]

    def test_lifted_suppression_does_not_count(self, meeting: Meeting) -> None:
        suppress(meeting, 2)
        lift(meeting, 2)
        with pytest.raises(WorkflowError, match="Suppress it first"):
            erase(meeting, 2)

    def test_text_that_another_edition_shows_cannot_be_erased(self, meeting: Meeting, clock: Any) -> None:
        publish_change(clock, meeting, "Back again.", venue="Mombasa")
        publish_change(clock, meeting, "And away.", venue="Lamu")
        suppress(meeting, 2)
        with pytest.raises(WorkflowError, match=r"exactly the same text: 14 September 2060, 10:03:04 \(en\)"):
            erase(meeting, 2)
        suppress(meeting, 4)
        erase(meeting, 2)
        assert list_readable() == [True, False, True, False, True]

    def test_text_that_is_scheduled_again_cannot_be_suppressed(self, meeting: Meeting) -> None:
        meeting.venue = "Mombasa"
        meeting.save()
        publish(meeting, at=PRESS_DAY + DAY)
        with pytest.raises(WorkflowError, match=r"scheduled again for 15 September 2060.*Cancel that edition first"):
            suppress(meeting, 2)

    def test_text_cannot_be_erased_twice(self, meeting: Meeting) -> None:
        suppress(meeting, 2)
        erase(meeting, 2)
        with pytest.raises(WorkflowError, match="already been erased"):
            erase(meeting, 2)

    def test_erased_text_cannot_be_lifted(self, meeting: Meeting) -> None:
        suppress(meeting, 2)
        erase(meeting, 2)
        with pytest.raises(WorkflowError, match="erased"):
            lift(meeting, 2)

    def test_one_language_can_be_erased(self, published: Meeting, clock: Any) -> None:
        meeting = make_meeting(start_date=PRESS_DATE + DAY)
        for n, title in enumerate(("Zanzibar", "Lamu")):
            create_edition(build_both_languages(meeting, title, "Conseil"), available_from=PRESS_DAY + n * MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        suppress(meeting, 1)
        with pytest.raises(WorkflowError, match=r"\(fr\)"):
            erase(meeting, 1)
        with pytest.raises(WorkflowError, match=r"no text in el\. Its languages are: en, fr"):
            erase(meeting, 1, ["el"])
        erase(meeting, 1, ["en"])
        assert StoredDocument.objects.filter(text="").count() == 1


def get_digests(edition: Edition) -> set[str]:
    return set(edition.documents.values_list("document__digest", flat=True))


class TestPublishingAgain:
    """A suppressed text cannot be published or restored, and an erased one cannot be stored: each way calls
    `meetings.editions.freezing`, or ends at `write_editions` or `store_documents`.
    """

    TAKEN_OUT = "identical to that of an edition that was removed from the site"

    def mombasa(self, meeting: Meeting) -> Meeting:
        """Return the working copy with the text of the second edition."""
        return save_with_revision(meeting, venue="Mombasa")

    def test_new_edition_is_refused(self, meeting: Meeting) -> None:
        suppress(meeting, 2)
        for step in (publish, submit_meeting):
            with pytest.raises(WorkflowError, match=self.TAKEN_OUT):
                step(self.mombasa(meeting))
        assert Edition.objects.count() == 3

    def test_rollback_is_refused(self, meeting: Meeting) -> None:
        suppress(meeting, 2)
        edition = rollback(meeting, by=COMMAND, reason="Back.")
        assert get_digests(edition) == get_digests(
            Edition.objects.earliest("available_from")
        )  # the edition before the suppressed one

    def test_rollback_of_a_withdrawal_is_refused(self, meeting: Meeting, clock: Any) -> None:
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        suppress(meeting, 3)
        erase(meeting, 3)
        edition = rollback(meeting, by=COMMAND, reason="Back.")
        assert get_digests(edition) == get_digests(Edition.objects.order_by("available_from")[1])

    @pytest.mark.parametrize("is_erased", [False, True])
    def test_resuming_a_release_is_refused(self, meeting: Meeting, is_erased: bool) -> None:
        publish(self.mombasa(meeting), at=PRESS_DAY + DAY)
        release = Release.objects.get(at=PRESS_DAY + DAY)
        hold_release(release, by=COMMAND, reason="Wait.")
        suppress(meeting, 2)
        if is_erased:
            erase(meeting, 2)
        with pytest.raises(WorkflowError, match=self.TAKEN_OUT):
            resume_release(release, by=COMMAND)

    def test_one_of_several_languages_is_refused(self, published: Meeting, clock: Any) -> None:
        meeting = make_meeting(start_date=PRESS_DATE + DAY)
        for n, title in enumerate(("Zanzibar", "Lamu")):
            create_edition(build_both_languages(meeting, title, title), available_from=PRESS_DAY + n * MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        suppress(meeting, 1)
        with pytest.raises(SuppressedTextError, match=self.TAKEN_OUT), transaction.atomic():
            create_edition(build_both_languages(meeting, "Malindi", "Zanzibar"), available_from=PRESS_DAY + 2 * DAY)
        create_edition(build_both_languages(meeting, "Malindi", "Lamu"), available_from=PRESS_DAY + 2 * DAY)

    def test_text_that_was_withdrawn_before_is_refused_too(self, published: Meeting, clock: Any) -> None:
        """“Restore the previous edition” published it with one click."""
        meeting = make_meeting("env", lead="<p>Call 0479 12 34 56.</p>")
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent by mistake.").available_from)
        publish_now(clock, meeting, note="It is back.")
        publish_now(clock, save_changes(meeting, lead="<p>Corrected.</p>"), note="Corrected.")
        assert suppression.find_text_that_stays(get_edition_by_number(meeting, 3)) == []
        suppress(meeting, 3)
        with pytest.raises(WorkflowError, match="There is no previous edition to restore"):
            rollback(meeting, by=COMMAND, reason="Back.")
        with pytest.raises(WorkflowError, match=self.TAKEN_OUT):
            submit_meeting(save_with_revision(meeting, lead="<p>Call 0479 12 34 56.</p>"))

    def test_text_that_was_withdrawn_later_is_named(self, published: Meeting, clock: Any) -> None:
        meeting = make_meeting(start_date=PRESS_DATE + DAY)
        for n, title in enumerate(("Zanzibar", "Lamu")):
            create_edition(build_both_languages(meeting, "Same", title), available_from=PRESS_DAY + n * MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        clock.move_to(withdraw(meeting, reason="Sent by mistake.").available_from)
        [other] = suppression.find_text_that_stays(get_edition_by_number(meeting, 2))
        assert (other.language, other.edition.available_from) == ("en", PRESS_DAY)

    def test_language_that_did_not_change_is_accepted_after_a_withdrawal(self, published: Meeting, clock: Any) -> None:
        meeting = make_meeting(start_date=PRESS_DATE + DAY)
        for n, title in enumerate(("Zanzibar", "Lamu")):
            create_edition(build_both_languages(meeting, title, "Inchangé"), available_from=PRESS_DAY + n * MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        suppress(meeting, 1)
        clock.move_to(withdraw(meeting, reason="Sent by mistake.").available_from)
        create_edition(build_both_languages(meeting, "Malindi", "Inchangé"), available_from=PRESS_DAY + 2 * DAY)

    def test_text_that_another_edition_shows_is_accepted(self, meeting: Meeting, clock: Any) -> None:
        publish_change(clock, meeting, "Back again.", venue="Mombasa")
        publish_change(clock, meeting, "And away.", venue="Lamu")
        suppress(meeting, 2)
        publish_now(clock, self.mombasa(meeting))
        assert Edition.objects.count() == 6

    def test_erased_text_can_be_saved_but_adds_no_revision(self, meeting: Meeting) -> None:
        suppress(meeting, 2)
        erase(meeting, 2)
        self.mombasa(meeting)
        assert keep_revision(Meeting.objects.get(pk=meeting.pk), PRESS_DAY + DAY, COMMAND) is None
        assert "a text that was erased" in AuditEntry.objects.latest("id").details["not_publishable"]
        for step in (publish, submit_meeting):
            with pytest.raises(WorkflowError, match="This text is identical to"):
                step(meeting)
        assert list_readable() == [True, False, True]

    def test_erased_text_that_is_saved_in_the_note_editor_is_answered_as_it_was_typed(self, meeting: Meeting) -> None:
        suppress(meeting, 2)
        erase(meeting, 2)
        meeting = Meeting.objects.get(pk=meeting.pk)
        document = build_edited_document(meeting)
        document.place.venue = "Mombasa"
        saved = save_note(meeting, {"version": meeting.version, "document": to_builtins(document)}, by=COMMAND)
        assert isinstance(saved.document, MeetingDocument)
        assert saved.document.place.venue == "Mombasa"
        assert Meeting.objects.get(pk=meeting.pk).digest == NO_DOCUMENT

    def test_erased_text_is_no_longer_in_review(self, meeting: Meeting, clock: Any) -> None:
        """Its submission was the last one, because a rollback needs none."""
        edition = rollback(meeting, by=COMMAND, reason="Back.")
        clock.move_to(edition.available_from)
        before = Review.latest(meeting)
        suppress(meeting, 3)
        erase(meeting, 3)
        after = Review.latest(meeting)
        assert before
        assert after
        assert after.revision.pk < before.revision.pk
        assert after.get_documents()


class TestDatabaseRules:
    """Erasing is the only exception to the rules that `tests/meetings/editions/test_editions.py` checks."""

    @pytest.fixture
    def digest(self, meeting: Meeting) -> str:
        """Return the digest of the second edition, which is suppressed."""
        suppress(meeting, 2)
        digest: str = get_edition_by_number(meeting, 2).documents.get().document.digest
        return digest

    def erasure(self, digest: str) -> Erasure:
        return Erasure.objects.create(digest=digest, at=PRESS_DAY, reason=REASON)

    def test_text_is_emptied_only_after_its_erasure_is_written(self, digest: str) -> None:
        with expect_database_error("never changed"):
            StoredDocument.objects.filter(digest=digest).update(text="")
        self.erasure(digest)
        with expect_database_error("never changed"):  # not another text
            StoredDocument.objects.filter(digest=digest).update(text=" ")
        with expect_database_error("never changed"):  # not another's
            StoredDocument.objects.exclude(digest=digest).update(text="")
        with expect_database_error("never changed"):  # not another key
            StoredDocument.objects.filter(digest=digest).update(text="", id=uuid4())
        with expect_database_error("never changed"):  # not another digest
            StoredDocument.objects.filter(digest=digest).update(text="", digest="0" * 64)
        StoredDocument.objects.filter(digest=digest).update(text="")
        with expect_database_error("never changed"):  # and never filled again
            StoredDocument.objects.filter(digest=digest).update(text="{}")

    def test_readable_text_cannot_have_an_erasure(self, digest: str) -> None:
        for other in EditionDocument.objects.exclude(document__digest=digest):
            with expect_database_error("cannot be erased"):
                self.erasure(other.document.digest)
        with expect_database_error("cannot be erased"):
            self.erasure("0" * 64)
        Suppression.objects.update(lifted_at=PRESS_DAY, lifted_because="x")
        with expect_database_error("cannot be erased"):
            self.erasure(digest)

    def test_erased_text_cannot_be_stored_again(self, digest: str, clock: Any) -> None:
        stored = StoredDocument.objects.get(digest=digest)
        assert compute_digest(stored.text) == digest
        self.erasure(digest)
        StoredDocument.objects.filter(digest=digest).update(text="")
        with expect_database_error("not stored again"):
            StoredDocument.objects.bulk_create([StoredDocument(digest=digest, text=stored.text)], ignore_conflicts=True)
        edition = Edition(available_from=PRESS_DAY + DAY)
        with expect_database_error("not stored again"):
            EditionDocument.objects.create(edition=edition, language="en", document=stored)

    def test_erasure_cannot_be_changed(self, digest: str) -> None:
        self.erasure(digest)
        with expect_database_error("only ever added"):
            Erasure.objects.update(reason="x")
        with expect_database_error("only ever added"):
            Erasure.objects.all().delete()

    def test_suppression_can_only_be_lifted_once(self, digest: str) -> None:
        other = Edition.objects.earliest("available_from")
        for values in ({"reason": "x"}, {"at": PRESS_DAY}, {"edition": other}, {"lifted_because": "x"}):
            with expect_database_error("only lifting changes it"):
                Suppression.objects.update(**values)
        with expect_database_error("only lifting changes it"):
            Suppression.objects.update(lifted_at=PRESS_DAY, reason="x")
        with expect_database_error("only lifting changes it"):
            Suppression.objects.all().delete()
        Suppression.objects.update(lifted_at=PRESS_DAY, lifted_because="It was the wrong one.")
        with expect_database_error("only lifting changes it"):
            Suppression.objects.update(lifted_at=None)
        with expect_database_error("only lifting changes it"):
            Suppression.objects.update(lifted_at=PRESS_DAY + DAY)

    def test_edition_that_readers_see_is_not_suppressed(self, published: Meeting, clock: Any) -> None:
        live = Edition.objects.latest("available_from")
        [pending] = publish(save_with_revision(published, lead="<p>Tomorrow.</p>"), at=timezone.now() + DAY)
        for edition in (live, pending):
            with expect_database_error("there is another one"):
                Suppression.objects.create(edition=edition, at=timezone.now(), reason="x")
        call_off(published)
        notice = withdraw(published, reason="x")
        with expect_database_error("there is another one"):
            Suppression.objects.create(edition=notice, at=notice.available_from + DAY, reason="x")
        Suppression.objects.create(edition=live, at=notice.available_from, reason="x")

    def test_edition_has_one_suppression_at_a_time(self, digest: str) -> None:
        edition = Suppression.objects.get().edition
        with expect_database_error("(?i)unique|only lifting"):
            Suppression.objects.create(edition=edition, at=timezone.now(), reason="x")

    @pytest.mark.postgresql
    @pytest.mark.parametrize("table", ["meetings_suppression", "meetings_erasure"])
    def test_tables_cannot_be_truncated(self, digest: str, table: str) -> None:
        self.erasure(digest)
        connection.check_constraints()  # otherwise the deferred foreign keys would fail
        with expect_database_error("only lifting|only ever added"), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table}")

    @pytest.mark.sqlite
    @pytest.mark.parametrize("model", [Suppression, Erasure, StoredDocument])
    def test_rows_cannot_be_replaced(self, digest: str, model: Any) -> None:
        self.erasure(digest)
        table, columns = model._meta.db_table, [field.column for field in model._meta.fields]
        values = ", ".join({"reason": "'x'", "text": "'{}'"}.get(column, column) for column in columns)
        refusals = "only lifting|only ever added|never changed|not stored|cannot be erased"
        with expect_database_error(refusals), connection.cursor() as cursor:
            cursor.execute(f"REPLACE INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table}")


class TestCommands:
    def test_edition_can_be_suppressed_and_lifted(self, meeting: Meeting, visitor: Visitor) -> None:
        out, _ = run_command("suppress", "jha/2060/09/14", "2", reason=REASON)
        assert "Edition 2 of “JHA, 14 September 2060” is suppressed" in out
        assert visitor.get(f"{EDITIONS}2/").status_code == 410
        out, _ = run_command("suppress", "jha/2060/09/14", "2", "--lift", reason="It was the wrong one.")
        assert "is public again" in out
        assert visitor.get(f"{EDITIONS}2/").status_code == 200

    @pytest.mark.parametrize("arguments", [("3",), ("7",), ("2", "--lift")])
    def test_invalid_arguments_are_refused(self, meeting: Meeting, arguments: tuple[str, ...]) -> None:
        with pytest.raises(CommandError) as refusal:
            run_command("suppress", "jha/2060/09/14", *arguments, reason=REASON)
        assert refusal.value.returncode == 2
        assert not Suppression.objects.exists()

    @pytest.mark.parametrize("answer", ["", "yes", "no"])
    def test_erasing_needs_confirmation(self, meeting: Meeting, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
        run_command("suppress", "jha/2060/09/14", "2", reason=REASON)
        monkeypatch.setattr("builtins.input", lambda _question: answer)
        with pytest.raises(CommandError, match="Nothing was erased"):
            run_command("erase", "jha/2060/09/14", "2", reason=REASON)
        assert list_readable() == [True, True, True]

    def test_erase_command(self, meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
        run_command("suppress", "jha/2060/09/14", "2", reason=REASON)
        monkeypatch.setattr("builtins.input", lambda _question: "erase")
        out, _ = run_command("erase", "jha/2060/09/14", "2", reason=REASON)
        assert EditionDocument.objects.get(document__text="").document.digest in out
        assert "the working copy" in out
        with pytest.raises(CommandError, match="already been erased"):
            run_command("erase", "jha/2060/09/14", "2", "--no-input", reason=REASON)
