"""Restoring a revision into the working copy: never over what somebody saved unseen, and never what was taken out."""

from typing import Any
from uuid import UUID

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from agenda.drafts import draft_of
from agenda.models import AgendaItem, BackgroundTopic, MediaLink, Revision, Why
from agenda.restoring import restore_topic
from agenda.revisions import documents_of_revision, keep_revision
from meetings.documents.shape import TopicDocument
from meetings.documents.text import InvalidDocument
from meetings.models import Act, AuditEntry, Configuration, Edition, Meeting, Translation
from meetings.vocabulary import Language
from tests.agenda.desk.screens import address_of, words
from tests.agenda.filling import change_of, filled, member_of
from tests.agenda.publishing.people import changed
from tests.agenda.revisions.keeping import kept, taken_out
from tests.cast import COMMAND, PRESS_DAY, make_configuration, make_meeting, make_topic, named, published, translate


@pytest.fixture
def author(db: None, clock: Any) -> Client:
    return member_of("Authors", "anna", of="jha")


def step(subject: Meeting | BackgroundTopic, revision: Revision) -> str:
    return address_of(subject, f"revisions/{revision.pk}/restore/")


def confirmed(client: Client, subject: Any, revision: Revision, based_on: int | None = None) -> Any:
    """The step sent as it was shown."""
    version = client.get(step(subject, revision)).context["version"] if based_on is None else based_on
    return client.post(step(subject, revision), {"based_on": version}, follow=True)


def said(subject: Any) -> Any:
    return draft_of(type(subject)._default_manager.get(pk=subject.pk), PRESS_DAY)


class TestRefusals:
    def test_without_the_right_there(self, author: Client) -> None:
        meeting = make_meeting("env", notice="First.")
        first = kept(meeting)
        kept(meeting, notice="Second.")
        for response in (author.get(step(meeting, first)), author.post(step(meeting, first), {"based_on": "2"})):
            assert response.status_code == 403
            assert "You may not edit" in response.content.decode()
        assert said(meeting).notice == "Second."

    @pytest.mark.parametrize("based_on", [0, 10**30])
    def test_over_what_somebody_saved_since(self, author: Client, based_on: int) -> None:
        meeting = make_meeting(notice="First.")
        first = kept(meeting)
        shown = author.get(step(meeting, first)).context["version"]
        kept(meeting, notice="Saved meanwhile.")
        page = confirmed(author, meeting, first, based_on=based_on or shown)
        assert "saved this meeting on 14 September 2060, 10:00 (Brussels time), after you opened it" in words(page)
        assert said(meeting).notice == "Saved meanwhile."
        assert "removed: Saved meanwhile new: First" in words(page)  # what it would change by now

    def test_to_a_desk_where_one_does_not_edit(self, author: Client) -> None:
        meeting = make_meeting("env", notice="First.")
        at_env = kept(meeting)
        kept(meeting, configuration=make_configuration("jha"))
        page = confirmed(author, meeting, at_env)
        assert "You may not edit: “ENV" in words(page)
        assert said(meeting).configuration.slug == "jha"

    def test_where_the_configuration_is_gone(self, author: Client) -> None:
        meeting = make_meeting("env")
        at_env = kept(meeting)
        kept(meeting, configuration=make_configuration("jha"))
        Configuration.objects.filter(slug="env").update(slug="other")
        assert "there is no configuration “env”" in words(confirmed(author, meeting, at_env))

    def test_where_a_part_belongs_to_another_meeting_by_now(self, author: Client) -> None:
        meeting = make_meeting(notice="First.")
        first = kept(meeting)
        item = meeting.agenda.get()
        AgendaItem.objects.filter(pk=item.pk).update(meeting=make_meeting("env"), session=None)
        assert "belongs to something else" in words(confirmed(author, changed(meeting), first))
        assert not meeting.agenda.exists()

    def test_what_was_taken_out_not_even_by_those_who_may_read_it(self, db: None, clock: Any) -> None:
        meeting = make_meeting(notice="Call +32 2 555 00 00.")
        revision = taken_out(clock, meeting)
        page = confirmed(member_of("Publishers"), meeting, revision)
        assert "the text of an edition that was taken out" in words(page)
        assert said(meeting).notice == "Corrected."

    def test_where_nothing_would_change(self, author: Client) -> None:
        meeting = make_meeting()
        response = author.get(step(meeting, kept(meeting)))
        assert "Nothing would change: the draft already has this text." in words(response)
        assert 'value="Restore"' not in response.content.decode()

    def test_a_topic_whose_word_another_has_by_now(self, author: Client) -> None:
        topic = make_topic("migration")
        first = kept(topic)
        kept(topic, slug="migration-policy")
        make_topic("migration")
        assert "another topic has the word “migration”" in words(confirmed(author, topic, first))
        assert said(topic).slug == "migration-policy"


class TestRestoring:
    def test_it_shows_what_would_change_and_changes_nothing_yet(self, author: Client) -> None:
        meeting = make_meeting(notice="The first notice.")
        first = kept(meeting)
        kept(meeting, notice="The second notice.")
        assert "removed: second new: first" in words(author.get(step(meeting, first)))
        assert said(meeting).notice == "The second notice."

    def test_the_whole_text_comes_back(self, author: Client) -> None:
        meeting = make_meeting(notice="First.")
        first = kept(meeting)
        meeting.agenda.all().delete()
        meeting.links.all().delete()
        kept(meeting, notice="Second.", city="Luxembourg")
        page = confirmed(author, meeting, first)
        assert "Restored the draft of 14 September 2060, 10:00 (Brussels)" in words(page)
        assert said(meeting) == documents_of_revision(first)["en"]

    def test_it_is_a_revision_of_its_own_audited_and_in_the_history(self, author: Client) -> None:
        meeting = make_meeting(notice="First.")
        first = kept(meeting)
        kept(meeting, notice="Second.")
        confirmed(author, meeting, first)
        last = Revision.objects.first()
        assert last
        assert (last.why, last.by_name) == (Why.RESTORED, "anna")
        assert last.remark == "of 14 September 2060, 10:00 (Brussels)"
        assert last.documents.get().document_id == first.documents.get().document_id
        entry = AuditEntry.objects.get(act=Act.RESTORED)
        assert (entry.actor, entry.digest) == ("anna", first.documents.get().document_id)
        assert "Restored the draft" in LogEntry.objects.get(object_id=str(meeting.pk)).get_change_message()

    def test_a_form_that_is_open_does_not_save_over_it(self, author: Client) -> None:
        meeting = make_meeting(notice="First.")
        first = kept(meeting)
        kept(meeting, notice="Second.")
        opened = filled(author, change_of(meeting))
        confirmed(author, meeting, first)
        response = author.post(change_of(meeting), opened | {"notice": "Typed in the open form."})
        assert "anna saved this meeting" in response.content.decode()
        assert said(meeting).notice == "First."

    def test_it_publishes_nothing(self, author: Client, clock: Any) -> None:
        meeting = make_meeting(notice="First.")
        first = kept(meeting)
        published(clock, changed(meeting, notice="Second."))
        confirmed(author, meeting, first)
        assert Edition.objects.count() == 1

    def test_items_that_readers_know_are_named_before_they_go(self, author: Client, clock: Any) -> None:
        meeting = make_meeting()
        first = kept(meeting)
        AgendaItem.objects.create(meeting=meeting, number="9", title="Schengen")
        assert "These published items" not in words(author.get(step(meeting, first)))
        published(clock, changed(meeting))
        assert "These published items would disappear 9 Schengen" in words(author.get(step(meeting, first)))

    def test_translations_stay_as_they_are(self, author: Client) -> None:
        meeting = make_meeting(notice="First.")
        translate(meeting, notice="Premier.")
        first = kept(meeting)
        Translation.objects.update(text="Deuxième.")
        kept(meeting, notice="Second.")
        assert "Only the text in the original language is restored" in words(author.get(step(meeting, first)))
        confirmed(author, meeting, first)
        assert Translation.objects.get().text == "Deuxième."

    def test_out_of_a_working_copy_that_no_document_can_say(self, author: Client) -> None:
        meeting = make_meeting()
        first = kept(meeting)
        item = meeting.agenda.get()
        other = AgendaItem.objects.create(meeting=meeting, title="Circle", parent=item)
        AgendaItem.objects.filter(pk=item.pk).update(parent=other)
        meeting = changed(meeting)
        confirmed(author, meeting, first)
        assert said(meeting) == documents_of_revision(first)["en"]

    def test_a_topic(self, author: Client) -> None:
        topic = make_topic(text="<p>First.</p>", desk=Configuration.objects.get(slug="jha"))
        MediaLink.objects.create(topic=topic, kind="web", title="A link", url="https://example.eu/")
        first = kept(topic)
        topic.links.all().delete()
        kept(topic, text="<p>Second.</p>", title="Another")
        confirmed(author, topic, first)
        assert said(topic) == documents_of_revision(first)["en"]
        topic.refresh_from_db()
        assert topic.desk is not None
        assert topic.desk.slug == "jha"  # no document says whose it is


class TestATopicsDocument:
    """As an import would write it."""

    def document(self, **values: Any) -> TopicDocument:
        given: dict[str, Any] = {"id": named("topic"), "slug": "new", "title": "New", "lead": "", "text": ""}
        given |= {"links": [], "language": Language.EN, "source_language": Language.EN}
        return TopicDocument(**given | values)

    def test_a_translation_is_refused(self, db: None) -> None:
        with pytest.raises(InvalidDocument, match="source language"):
            restore_topic(self.document(source_language=Language.FR), by=COMMAND)
        assert not BackgroundTopic.objects.exists()

    @pytest.mark.parametrize(("values", "told"), [({"title": "a\0b"}, "null character"), ({"slug": "A b"}, "slug")])
    def test_what_no_column_holds(self, db: None, values: Any, told: str) -> None:
        with pytest.raises(InvalidDocument, match=told):
            restore_topic(self.document(**values), by=COMMAND)

    def test_a_new_one(self, db: None, clock: Any) -> None:
        topic = restore_topic(self.document(), by=COMMAND)
        assert isinstance(topic.pk, UUID)
        assert Revision.objects.get().why == Why.IMPORTED
        assert keep_revision(topic, PRESS_DAY, COMMAND) is None  # it is kept already
