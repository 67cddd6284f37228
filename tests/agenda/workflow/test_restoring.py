"""Restore a revision into the working copy, without overwriting unseen changes or restoring suppressed texts."""

from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from msgspec.structs import replace

from agenda.models import AgendaItem, BackgroundTopic, MediaLink, Revision, RevisionReason
from agenda.workflow.drafts import build_draft
from agenda.workflow.publication import publish
from agenda.workflow.restoring import restore_meeting, restore_topic
from agenda.workflow.revisions import get_latest_revision, get_revision_documents, keep_revision
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument
from meetings.documents.schema import Link, MeetingDocument, TopicDocument
from meetings.models import Act, AuditEntry, Configuration, Edition, Meeting, Translation, User
from tests.admin_forms import create_client_with_role, create_user_with_role
from tests.agenda.admin.screens import get_step_url, read_visible_words
from tests.agenda.workflow.revision_helpers import save_revision, suppress_revision
from tests.agenda.workflow.users import save_changes
from tests.factories import (
    COMMAND,
    DAY,
    PRESS_DAY,
    make_configuration,
    make_meeting,
    make_topic,
    make_uuid,
    publish_now,
    translate,
)
from tests.note_editor import EditorSession
from tests.worlds import share_world


@share_world
def desk(clock: Any) -> User:
    """Return an author of JHA."""
    create_user_with_role("Authors", "anna", of="jha")
    return User.objects.get(username="anna")


@pytest.fixture
def author(desk: User, clock: Any) -> Client:
    client = Client()
    client.force_login(desk)
    return client


def post_step(subject: Meeting | BackgroundTopic, revision: Revision) -> str:
    return get_step_url(subject, f"revisions/{revision.pk}/restore/")


def post_confirmed(
    client: Client, subject: Any, revision: Revision, based_on: int | None = None, *, follow: bool = False
) -> Any:
    """Send the step as it is shown now, with the version of the working copy."""
    version = type(subject)._default_manager.get(pk=subject.pk).version if based_on is None else based_on
    return client.post(post_step(subject, revision), {"based_on": version}, follow=follow)


def get_lead(subject: Any) -> Any:
    return build_draft(type(subject)._default_manager.get(pk=subject.pk), PRESS_DAY)


class TestRefusals:
    def test_user_without_the_right_is_refused(self, author: Client) -> None:
        meeting = make_meeting("env", notice="First.")
        first = save_revision(meeting)
        save_revision(meeting, notice="Second.")
        for response in (
            author.get(post_step(meeting, first)),
            author.post(post_step(meeting, first), {"based_on": "2"}),
        ):
            assert response.status_code == 403
            assert "You do not have permission to edit" in response.content.decode()
        assert get_lead(meeting).notice == "Second."

    @pytest.mark.parametrize("based_on", [0, 10**30])
    def test_change_by_somebody_else_is_not_overwritten(self, author: Client, based_on: int) -> None:
        meeting = make_meeting(notice="First.")
        first = save_revision(meeting)
        shown = author.get(post_step(meeting, first)).context["version"]
        save_revision(meeting, notice="Saved meanwhile.")
        page = post_confirmed(author, meeting, first, based_on=based_on or shown)
        assert (
            "saved this meeting on 14 September 2060, 10:00 (Brussels), after you opened this page"
            in read_visible_words(page)
        )
        assert get_lead(meeting).notice == "Saved meanwhile."
        assert "removed: Saved meanwhile new: First" in read_visible_words(page)  # what it would change by now

    def test_revision_of_another_desk_is_refused(self, author: Client) -> None:
        meeting = make_meeting("env", notice="First.")
        at_env = save_revision(meeting)
        save_revision(meeting, configuration=make_configuration("jha"))
        page = post_confirmed(author, meeting, at_env)
        assert "You do not have permission to edit “ENV" in read_visible_words(page)
        assert get_lead(meeting).configuration.slug == "jha"

    def test_deleted_configuration_is_refused(self, author: Client) -> None:
        meeting = make_meeting("env")
        at_env = save_revision(meeting)
        save_revision(meeting, configuration=make_configuration("jha"))
        Configuration.objects.filter(slug="env").update(slug="other")
        assert "there is no configuration “env”" in read_visible_words(post_confirmed(author, meeting, at_env))

    def test_part_of_another_meeting_is_refused(self, author: Client) -> None:
        meeting = make_meeting(notice="First.")
        first = save_revision(meeting)
        item = meeting.agenda.get()
        AgendaItem.objects.filter(pk=item.pk).update(meeting=make_meeting("env"), session=None)
        assert "belongs to another meeting or topic" in read_visible_words(
            post_confirmed(author, save_changes(meeting), first)
        )
        assert not meeting.agenda.exists()

    def test_suppressed_text_cannot_be_restored(self, desk: User, clock: Any) -> None:
        meeting = make_meeting(notice="Call +32 2 555 00 00.")
        revision = suppress_revision(clock, meeting)
        page = post_confirmed(create_client_with_role("Publishers", "petra"), meeting, revision)
        assert "identical to that of an edition that was removed from the site" in read_visible_words(page)
        assert get_lead(meeting).notice == "Corrected."

    def test_identical_revision_is_refused(self, author: Client) -> None:
        meeting = make_meeting()
        response = author.get(post_step(meeting, save_revision(meeting)))
        assert "Nothing would change: the draft already has this text." in read_visible_words(response)
        assert 'value="Restore"' not in response.content.decode()

    def test_taken_topic_slug_is_refused(self, author: Client) -> None:
        topic = make_topic("migration")
        first = save_revision(topic)
        save_revision(topic, slug="migration-policy")
        make_topic("migration")
        assert "another topic now uses the word “migration”" in read_visible_words(post_confirmed(author, topic, first))
        assert get_lead(topic).slug == "migration-policy"


class TestRestoring:
    def test_preview_shows_the_changes_and_saves_nothing(self, author: Client) -> None:
        meeting = make_meeting(notice="The first notice.")
        first = save_revision(meeting)
        save_revision(meeting, notice="The second notice.")
        assert "removed: second new: first" in read_visible_words(author.get(post_step(meeting, first)))
        assert get_lead(meeting).notice == "The second notice."

    def test_whole_text_is_restored_with_its_published_parts(self, author: Client, clock: Any) -> None:
        meeting = make_meeting(notice="First.")
        first = save_revision(meeting)
        publish_now(clock, meeting, make_meeting("env"))
        meeting.agenda.all().delete()
        meeting.links.all().delete()
        save_revision(meeting, notice="Second.", city="Luxembourg")
        page = post_confirmed(author, meeting, first, follow=True)
        assert "Restored the draft of 14 September 2060, 10:00 (Brussels)" in read_visible_words(page)
        assert get_lead(meeting) == get_revision_documents(first)["en"]

    def test_topics_are_added_and_removed_in_this_meeting_only(self, author: Client, clock: Any) -> None:
        topic, meeting, other = make_topic(), make_meeting(), make_meeting("env")
        publish_now(clock, topic)
        before = save_revision(meeting)
        for each in (meeting, other):
            each.agenda.get().topics.add(topic)
        after = keep_revision(save_changes(meeting), timezone.now(), COMMAND)
        assert after
        for revision, topics in ((before, []), (after, [topic])):
            post_confirmed(author, meeting, revision)
            assert [[*each.agenda.get().topics.all()] for each in (meeting, other)] == [topics, [topic]]

    def test_topic_that_is_gone_is_left_out(self, author: Client, clock: Any) -> None:
        topics, meeting = [make_topic("migration"), make_topic("schengen")], make_meeting()
        publish_now(clock, *topics)
        meeting.agenda.get().topics.set(topics)
        revision = keep_revision(save_changes(meeting), timezone.now(), COMMAND)
        assert revision
        save_revision(meeting, notice="Second.")
        topics[0].delete()
        post_confirmed(author, meeting, revision)
        assert [*meeting.agenda.get().topics.all()] == topics[1:]
        assert get_lead(meeting).notice == ""

    def test_restoring_adds_a_revision_and_is_recorded(self, author: Client) -> None:
        meeting = make_meeting(notice="First.")
        first = save_revision(meeting)
        save_revision(meeting, notice="Second.")
        post_confirmed(author, meeting, first)
        last = Revision.objects.first()
        assert last
        assert (last.why, last.by_name) == (RevisionReason.RESTORED, "anna")
        assert last.remark == "of 14 September 2060, 10:00 (Brussels)"
        assert last.documents.get().document_id == first.documents.get().document_id
        entry = AuditEntry.objects.get(act=Act.RESTORED)
        assert (entry.actor, entry.digest) == ("anna", first.documents.get().document.digest)
        assert "Restored the draft" in LogEntry.objects.get(object_id=str(meeting.pk)).get_change_message()

    def test_open_editor_does_not_overwrite_it(self, author: Client) -> None:
        meeting = make_meeting(notice="First.")
        first = save_revision(meeting)
        save_revision(meeting, notice="Second.")
        session = EditorSession(author, meeting)
        post_confirmed(author, meeting, first)
        session.document["notice"] = "<p>Typed meanwhile.</p>"
        [conflict] = session.save_and_merge().json()["conflicts"]
        assert (conflict["member"], conflict["theirs"]) == ("notice", "First.")
        assert get_lead(meeting).notice == "First."

    def test_restoring_publishes_nothing(self, author: Client, clock: Any) -> None:
        meeting = make_meeting(notice="First.")
        first = save_revision(meeting)
        publish_now(clock, save_changes(meeting, notice="Second."))
        post_confirmed(author, meeting, first)
        assert Edition.objects.count() == 1

    def test_published_items_are_listed_before_they_are_removed(self, author: Client, clock: Any) -> None:
        meeting = make_meeting()
        first = save_revision(meeting)
        AgendaItem.objects.create(meeting=meeting, number="9", title="Schengen")
        assert "These published items" not in read_visible_words(author.get(post_step(meeting, first)))
        publish_now(clock, save_changes(meeting))
        assert "These published items would be removed from the draft 9 Schengen" in read_visible_words(
            author.get(post_step(meeting, first))
        )

    def test_items_that_are_only_scheduled_are_not_called_published(self, author: Client) -> None:
        meeting = make_meeting()
        first = save_revision(meeting)
        AgendaItem.objects.create(meeting=meeting, number="9", title="Schengen")
        publish(save_changes(meeting), by=COMMAND, force="It burns.", at=PRESS_DAY + DAY)
        page = read_visible_words(author.get(post_step(meeting, first)))
        assert "These published items" not in page
        assert "These items are scheduled and would be removed from the draft 9 Schengen" in page

    def test_translations_stay_unchanged(self, author: Client) -> None:
        meeting = make_meeting(notice="First.")
        translate(meeting, notice="Premier.")
        first = save_revision(meeting)
        Translation.objects.update(text="Deuxième.")
        save_revision(meeting, notice="Second.")
        assert "Only the text in the original language is restored" in read_visible_words(
            author.get(post_step(meeting, first))
        )
        post_confirmed(author, meeting, first)
        assert Translation.objects.get().text == "Deuxième."

    def test_invalid_working_copy_can_be_restored(self, author: Client) -> None:
        meeting = make_meeting()
        first = save_revision(meeting)
        item = meeting.agenda.get()
        other = AgendaItem.objects.create(meeting=meeting, title="Circle", parent=item)
        AgendaItem.objects.filter(pk=item.pk).update(parent=other)
        meeting = save_changes(meeting)
        post_confirmed(author, meeting, first)
        assert get_lead(meeting) == get_revision_documents(first)["en"]

    def test_topic_can_be_restored(self, author: Client) -> None:
        topic = make_topic(text="<p>First.</p>", desk=Configuration.objects.get(slug="jha"))
        MediaLink.objects.create(topic=topic, kind="web", title="A link", url="https://example.eu/")
        first = save_revision(topic)
        topic.links.all().delete()
        save_revision(topic, text="<p>Second.</p>", title="Another")
        post_confirmed(author, topic, first)
        assert get_lead(topic) == get_revision_documents(first)["en"]
        topic.refresh_from_db()
        assert topic.desk is not None
        assert topic.desk.slug == "jha"  # no document says whose it is


def test_meeting_restored_after_its_deletion_is_saved_as_a_revision(desk: User) -> None:
    """It begins with version 1 again, of which there is a revision already."""
    meeting = make_meeting(notice="First.")
    keep_revision(meeting, PRESS_DAY, COMMAND)
    document = build_draft(meeting, PRESS_DAY)
    assert isinstance(document, MeetingDocument)
    meeting.delete()
    restored = restore_meeting(replace(document, notice="Second."), by=COMMAND)
    last = get_latest_revision(restored)
    assert last
    assert (last.why, Meeting.objects.get().digest) == ("imported", last.documents.get().document_id)


@pytest.mark.once
def test_text_of_a_time_is_that_of_the_document_or_made_of_the_time(desk: User) -> None:
    meeting = make_meeting()
    meeting.programme.update(time_text="around lunch")
    document = get_lead(meeting)
    for text, stored in (("around lunch", "around lunch"), ("", "+/- 14:15")):
        point = replace(document.programme[0], time="14:15", time_text=text)
        restore_meeting(replace(document, programme=[point]), by=COMMAND)
        assert meeting.programme.get().time_text == stored


class TestTopicDocument:
    """The document of a topic, as an import would write it."""

    def document(self, **values: Any) -> TopicDocument:
        members: dict[str, Any] = {"id": make_uuid("topic"), "slug": "new", "title": "New", "lead": "", "text": ""}
        members |= {"links": [], "language": Language.EN, "source_language": Language.EN}
        return TopicDocument(**members | values)

    def test_translation_is_refused(self, db: None) -> None:
        with pytest.raises(InvalidDocument, match="original language"):
            restore_topic(self.document(source_language=Language.FR), by=COMMAND)
        assert not BackgroundTopic.objects.exists()

    @pytest.mark.parametrize(
        ("values", "message"), [({"title": "a\0b"}, "null character"), ({"slug": "A b"}, "slug: Enter")]
    )
    def test_unknown_member_is_refused(self, db: None, values: Any, message: str) -> None:
        with pytest.raises(InvalidDocument, match=message):
            restore_topic(self.document(**values), by=COMMAND)

    @pytest.mark.once
    def test_backslash_is_no_null_character(self, db: None) -> None:
        assert restore_topic(self.document(title=r"a\u0000\\u0000"), by=COMMAND).title == r"a\u0000\\u0000"

    def test_link_of_another_edition_is_refused(self, db: None, clock: Any) -> None:
        """Its address would lead here, although the other topic has removed it."""
        other = make_topic()
        link = MediaLink.objects.create(topic=other, kind="web", title="A link", url="https://example.eu/")
        publish_now(clock, other)
        copy = get_lead(other).links
        link.delete()
        with pytest.raises(InvalidDocument, match="belongs to another meeting or topic"):
            restore_topic(self.document(links=copy), by=COMMAND)

    @pytest.mark.once
    def test_only_a_link_is_changed(self, db: None, clock: Any) -> None:
        links = [Link(id=make_uuid("link"), title="A link", url="https://example.eu/")]
        for document in (self.document(), self.document(links=links), self.document()):
            assert get_lead(restore_topic(document, by=COMMAND)).links == document.links

    @pytest.mark.once
    def test_refusal_of_the_database_that_nothing_explains_is_passed_on(
        self, db: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(BackgroundTopic, "save", Mock(side_effect=IntegrityError))
        with pytest.raises(IntegrityError):
            restore_topic(self.document(), by=COMMAND)

    def test_new_topic_is_created(self, db: None, clock: Any) -> None:
        topic = restore_topic(self.document(), by=COMMAND)
        assert isinstance(topic.pk, UUID)
        assert Revision.objects.get().why == RevisionReason.IMPORTED
        assert keep_revision(topic, PRESS_DAY, COMMAND) is None  # there is a revision already
