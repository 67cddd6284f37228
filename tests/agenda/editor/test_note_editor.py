"""The requests of the note editor: who may send them, what is saved, and that nothing that was typed is lost."""

import datetime as dt
import threading
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda.admin import note_editor
from agenda.editor import drafts, internal_notes
from agenda.editor.saving import build_edited_document
from agenda.models import AgendaItem, EditorDraft, InternalNote, Revision
from meetings.documents.encoding import encode_document
from meetings.documents.schema import EarlierTime
from meetings.models import Meeting, ProgrammePoint, StoredDocument
from meetings.models.public_tables import PUBLIC_TABLES
from tests.admin_forms import MEETINGS, create_user, create_user_with_role, sign_in
from tests.agenda.documents.test_working_copy import make_long_document
from tests.factories import DAY, MINUTE, PRESS_DAY, make_meeting, make_topic, make_uuid, publish_now, restore, translate
from tests.note_editor import EditorSession, post_to_editor, save_in_editor
from tests.worlds import share_world

ADDRESSES = ("save", "draft", "load", "preview", "read", "changes", "internal", "publication")


@share_world
def desk(clock: Any) -> Meeting:
    """Create a meeting of JHA, and authors of JHA and of ENV."""
    create_user_with_role("Authors", "anna", of="jha")
    create_user_with_role("Authors", "peter", of="jha")
    create_user_with_role("Authors", "env", of="env")
    create_user("clerk")
    return make_meeting()


@pytest.fixture
def note(desk: Meeting, clock: Any) -> Meeting:
    return Meeting.objects.get(pk=desk.pk)


@pytest.fixture
def anna(note: Meeting) -> EditorSession:
    return EditorSession("anna", note)


def get_document(meeting: Meeting) -> Any:
    return build_edited_document(Meeting.objects.get(pk=meeting.pk))


@pytest.mark.once
class TestRefusals:
    def test_visitor_is_told_to_sign_in(self, note: Meeting, client: Client) -> None:
        for address in ADDRESSES:
            response = client.post(f"{MEETINGS}{note.pk}/change/{address}/", "{}", content_type="application/json")
            assert (response.status_code, response["Content-Type"]) == (401, "application/json"), address
            assert "What you typed is kept." in response.json()["message"]

    def test_staff_without_a_role_learn_nothing(self, note: Meeting) -> None:
        clerk = sign_in("clerk")
        for address in ADDRESSES:
            response = post_to_editor(clerk, note, address, "{}")
            assert response.status_code == 403, address
            assert "JHA" not in response.content.decode()

    def test_author_of_another_desk_reads_and_cannot_save(self, note: Meeting) -> None:
        stranger = EditorSession("env", note)
        assert not stranger.page["can_change"]
        response = stranger.save()
        assert response.status_code == 403
        assert response.json()["message"] == "You can only read this, because it belongs to JHA and you edit ENVI."

    def test_request_for_another_user_is_refused(self, anna: EditorSession) -> None:
        """Somebody else has signed in in another tab: what anna typed is not saved under another name."""
        response = anna.post("save", {}, **{"X-User": "0"})
        assert response.status_code == 401
        assert "Somebody else has signed in" in response.json()["message"]

    @pytest.mark.parametrize("body", ["", "{", "[]", "null", '"Σένγκεν"', "[" * 10_000, '{"tab": "\\ud800"}'])
    def test_request_that_is_no_object_is_refused(self, anna: EditorSession, body: str) -> None:
        assert {address: anna.post(address, body).status_code for address in ADDRESSES} == dict.fromkeys(ADDRESSES, 400)

    def test_deleted_meeting_is_named(self, anna: EditorSession) -> None:
        anna.subject.delete()
        response = anna.save()
        assert response.status_code == 404
        assert "has been deleted" in response.json()["message"]

    @pytest.mark.parametrize(
        "document", [None, {}, [], {"type": "topic"}, {"type": "meeting", "agenda": 1}, {"id": "x"}]
    )
    def test_incomplete_document_is_refused_with_reasons(self, anna: EditorSession, document: Any) -> None:
        before = encode_document(get_document(anna.subject))
        response = anna.save(document=document)
        assert response.status_code == 422
        assert response.json()["problems"]
        assert encode_document(get_document(anna.subject)) == before

    def test_mistake_is_named_at_its_part(self, anna: EditorSession) -> None:
        anna.document["agenda"][0]["title"] = ""
        response = anna.save()
        assert response.status_code == 422
        [problem] = response.json()["problems"]
        assert (problem["kind"], problem["id"], problem["member"]) == (
            "agenda",
            anna.document["agenda"][0]["id"],
            "title",
        )

    def test_rows_that_are_no_document_lead_to_the_saved_drafts(self, note: Meeting) -> None:
        item = note.agenda.get()
        other = AgendaItem.objects.create(meeting=note, title="Circle", parent=item)
        AgendaItem.objects.filter(pk=item.pk).update(parent=other)
        response = sign_in("anna").get(f"{MEETINGS}{note.pk}/change/", follow=True)
        assert "part of each other in a circle" in response.content.decode()

    def test_document_of_another_meeting_is_refused(self, anna: EditorSession) -> None:
        anna.document["id"] = str(make_meeting("env").pk)
        assert anna.save().status_code == 422

    def test_published_item_is_not_deleted(self, note: Meeting, clock: Any) -> None:
        publish_now(clock, note)
        anna = EditorSession("anna", note)
        anna.document["agenda"], anna.document["programme"] = [], []
        response = anna.save()
        assert response.status_code == 422
        assert "because it is published" in response.json()["problems"][0]["message"]
        assert note.agenda.exists()

    def test_body_of_another_type_is_refused(self, anna: EditorSession) -> None:
        for address in ADDRESSES:
            response = anna.client.post(f"{anna.address}{address}/", {"a": "b"}, headers={"X-User": str(anna.user.pk)})
            assert response.status_code == 400, address

    def test_deletion_of_a_published_item_is_told_before_the_save(self, anna: EditorSession, clock: Any) -> None:
        publish_now(clock, anna.subject)
        anna.document["agenda"] = []
        [problem] = anna.keep().json()["problems"]
        assert problem["message"].startswith("You cannot delete “Migration policy” because it is published.")


class TestSaving:
    def test_earlier_times_stay_if_a_save_kept_no_revision(self, anna: EditorSession) -> None:
        """A topic that is not published is in no document, so that a save which adds it keeps no revision."""
        earlier = EarlierTime(date=None, time="12:00", time_text="12:00", place="")
        ProgrammePoint.objects.update(previous=[earlier])
        anna.subject.increase_version()
        topic = make_topic()
        new = {"id": str(topic.pk), "slug": topic.slug, "title": topic.title}
        for _time in range(2):
            save_in_editor("anna", anna.subject, lambda note: note["agenda"][0].update(topics=[new]))
            save_in_editor("anna", anna.subject, lambda note: note["agenda"][0].update(topics=[]))
        assert ProgrammePoint.objects.get().previous == [earlier]

    def test_save_without_changes_is_not_in_the_history(self, anna: EditorSession) -> None:
        anna.save()
        before = LogEntry.objects.count()
        assert EditorSession("anna", anna.subject).save().status_code == 200
        assert LogEntry.objects.count() == before

    def test_spaces_that_the_database_removes_are_no_change_of_two_people(self, anna: EditorSession) -> None:
        anna.document["lead"] = "<p>One </p>"
        anna.save()
        anna.base["lead"], anna.document["lead"] = "<p>One </p>", "<p>One two</p>"
        assert anna.save_and_merge().json()["conflicts"] == []
        assert get_document(anna.subject).lead == "<p>One two</p>"

    def test_what_no_control_can_change_stays(self, anna: EditorSession) -> None:
        """Earlier dates and places, languages, and the instants of changes on the day are the server's."""
        anna.document["previous"] = [{"start_date": "2060-09-13"}]
        anna.document["source_language"] = anna.document["language"] = "fr"
        anna.document["programme"][0]["previous"] = [{"time": "09:00"}]
        anna.document["notice"] = "Changed."
        assert anna.save().status_code == 200
        saved = get_document(anna.subject)
        assert (saved.notice, saved.previous, saved.source_language) == ("Changed.", [], "en")
        assert saved.programme[0].previous == []

    @pytest.mark.once
    def test_save_and_draft_say_the_time_in_brussels(self, anna: EditorSession, clock: Any) -> None:
        clock.move_to(dt.datetime(2060, 9, 14, 21, 59, tzinfo=dt.UTC))
        assert [answer.json()["time"] for answer in (anna.save(), anna.keep())] == ["23:59", "23:59"]

    def test_save_is_in_the_history(self, anna: EditorSession) -> None:
        anna.document["notice"] = "Changed."
        anna.save()
        assert LogEntry.objects.get().user == anna.user

    def test_save_writes_rows_and_a_revision(self, anna: EditorSession) -> None:
        anna.document["agenda"][0]["title"] = "Πολιτική για τη μετανάστευση"
        anna.document["lead"] = '<p onclick="x()">A <b>bold</b> word.</p>'
        answer = anna.save(remark="The title was wrong.").json()
        assert answer["document"]["lead"] == "<p>A <strong>bold</strong> word.</p>"
        assert answer["version"] == Meeting.objects.get().version > anna.version
        assert answer["conflicts"] == []
        assert AgendaItem.objects.get().title == "Πολιτική για τη μετανάστευση"
        revision = Revision.objects.all()[0]
        assert (revision.why, revision.by_name, revision.remark) == ("saved", "anna", "The title was wrong.")

    def test_save_without_changes_writes_nothing(self, anna: EditorSession) -> None:
        anna.save()
        count, version = Revision.objects.count(), Meeting.objects.get().version
        anna = EditorSession("anna", anna.subject)
        assert anna.save().json()["version"] == version
        assert Revision.objects.count() == count

    def test_topics_that_are_not_published_stay(self, note: Meeting) -> None:
        item, topic = note.agenda.get(), make_topic()
        item.topics.add(topic)
        anna = EditorSession("anna", note)
        assert [each["slug"] for each in anna.document["agenda"][0]["topics"]] == [topic.slug]
        anna.document["notice"] = "Changed."
        anna.save()
        assert list(item.topics.all()) == [topic]

    def test_many_topics_are_not_in_the_page_but_found(self, note: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
        """Five thousand topics made each editor's page some megabytes long, and opening an item slow."""
        monkeypatch.setattr("agenda.editor.description.MAX_OFFERED_TOPICS", 2)
        first, second = make_topic("fisheries"), make_topic("fishing-rights")
        few = EditorSession("anna", note).page["description"]
        assert ([each["slug"] for each in few["topics"]], few["has_more_topics"]) == (
            ["fisheries", "fishing-rights"],
            False,
        )
        make_topic()
        anna = EditorSession("anna", note)
        assert (anna.page["description"]["topics"], anna.page["description"]["has_more_topics"]) == ([], True)
        found = [anna.post("topics", {"text": text}).json()["topics"] for text in ("FISH", "rights fish", "beef")]
        assert [[each["id"] for each in topics] for topics in found] == [
            [str(first.pk), str(second.pk)],
            [str(second.pk)],
            [],
        ]
        assert {anna.post("topics", {"text": text}).status_code for text in (None, "a\0b", ["x"])} == {400}
        assert anna.post("topics", {"text": "fish"}).json()["has_more"] is False
        monkeypatch.setattr("agenda.admin.note_editor.MAX_FOUND_TOPICS", 1)
        found = anna.post("topics", {"text": "fish"}).json()
        assert ([each["id"] for each in found["topics"]], found["has_more"]) == ([str(first.pk)], True)

    def test_topic_that_is_not_published_is_named_as_soon_as_it_is_chosen(self, anna: EditorSession) -> None:
        topic = make_topic()
        anna.document["agenda"][0]["topics"] = [{"id": str(topic.pk), "slug": topic.slug, "title": topic.title}]
        checks = {check["member"]: check for check in anna.keep().json()["checks"]}
        assert checks["topics"]["id"] == anna.document["agenda"][0]["id"]

    @pytest.mark.once
    def test_save_needs_the_same_few_queries_however_long_the_note_is(self, anna: EditorSession) -> None:
        save_in_editor("anna", anna.subject, notice="Another.")  # content types are kept from the first time on
        counts = []
        for size in (2, 40):
            document = make_long_document(size)
            document.configuration.slug = "jha"
            browser = EditorSession("anna", restore(document))
            for item in browser.document["agenda"]:
                item["title"] += ", changed"
            browser.document["programme"].reverse()
            with CaptureQueriesContext(connection) as queries:
                assert browser.save().status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]
        assert counts[0] <= MAX_QUERIES_OF_A_SAVE


MAX_QUERIES_OF_A_SAVE = 40


@pytest.mark.once
def test_editor_opens_with_few_queries_and_a_small_page(desk: Meeting, clock: Any) -> None:
    sizes = []
    for size in (2, 40):
        document = make_long_document(size)
        document.configuration.slug = "jha"
        meeting = restore(document)
        client = sign_in("anna")
        for tab in ("one", "two", "three"):
            EditorSession(client, meeting).keep(tab=tab)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"{MEETINGS}{meeting.pk}/change/")
        sizes.append(len(queries))
    assert len(page.context["data"]["drafts"]) == 3
    assert sizes[0] == sizes[1] <= MAX_QUERIES_TO_OPEN
    assert len(page.content) < MAX_PAGE


MAX_QUERIES_TO_OPEN = 10
MAX_QUERIES_OF_A_DRAFT = 15
MAX_PAGE = 150_000  # bytes


@pytest.mark.once
class TestTwoPeople:
    @pytest.fixture
    def peter(self, note: Meeting) -> EditorSession:
        return EditorSession("peter", note)

    def test_base_is_asked_for_when_somebody_else_has_saved(self, anna: EditorSession, peter: EditorSession) -> None:
        peter.document["notice"] = "By Peter."
        peter.save()
        response = anna.save()
        assert response.status_code == 409
        assert response.json()["needs_base"]
        assert get_document(anna.subject).notice == "By Peter."

    def test_base_with_too_many_entries_is_not_compared(self, anna: EditorSession, peter: EditorSession) -> None:
        peter.document["notice"] = "By Peter."
        peter.save()
        anna.base["references"] = ["ENV 1"] * 3_000
        refused = anna.save_and_merge()
        assert (refused.status_code, "It can have up to 1,500." in refused.content.decode()) == (422, True)

    def test_note_with_too_long_texts_is_not_saved(self, anna: EditorSession) -> None:
        """Pages about it, which all have its whole text in all languages, took the memory of the editors' process."""
        anna.document["agenda"] = [{"id": str(uuid4()), "title": f"{n}", "text": "<p>&" * 2_000} for n in range(60)]
        refused = anna.save()
        assert refused.status_code == 422
        assert "It can have up to 500,000. Shorten its texts." in refused.content.decode()
        anna.document["agenda"] = anna.document["agenda"][:10]
        assert anna.save().status_code == 200

    @pytest.mark.parametrize(("limit", "most"), [("MAX_LIST_ENTRIES", 20), ("MAX_DOCUMENT_LENGTH", 2_000)])
    def test_note_from_before_there_were_limits_can_be_corrected(
        self, anna: EditorSession, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
    ) -> None:
        """Items that readers know cannot be deleted, so that nobody could correct one word of it."""
        anna.document["agenda"] = [{"id": str(uuid4()), "title": f"Item {n} {'a' * 50}"} for n in range(30)]
        assert anna.save().status_code == 200
        monkeypatch.setattr(f"agenda.workflow.document_length.{limit}", most)
        again = EditorSession(anna.client, anna.subject)
        again.document["agenda"][3]["title"] = "Corrected"
        assert again.save().status_code == 200
        later = EditorSession(anna.client, anna.subject)
        later.document["agenda"].append({"id": str(uuid4()), "title": "a" * 100})
        assert later.save().status_code == 422

    def test_changes_of_different_parts_merge(self, anna: EditorSession, peter: EditorSession) -> None:
        peter.document["agenda"][0]["title"] = "By Peter"
        peter.save()
        anna.document["programme"][0]["title"] = "By Anna"
        answer = anna.save_and_merge().json()
        assert answer["conflicts"] == []
        saved = get_document(anna.subject)
        assert (saved.agenda[0].title, saved.programme[0].title) == ("By Peter", "By Anna")

    def test_both_versions_of_one_member_stand_to_choose_from(self, anna: EditorSession, peter: EditorSession) -> None:
        peter.document["agenda"][0]["title"] = "By Peter"
        peter.save()
        anna.document["agenda"][0]["title"] = "By Anna"
        [conflict] = anna.save_and_merge().json()["conflicts"]
        assert (conflict["member"], conflict["ours"], conflict["theirs"]) == ("title", "By Anna", "By Peter")
        assert conflict["is_own"] is False
        assert get_document(anna.subject).agenda[0].title == "By Peter"

    def test_moves_that_exclude_each_other_are_a_conflict_about_places(self, anna: EditorSession) -> None:
        first = anna.document["agenda"][0]
        second = first | {"id": str(make_uuid("second")), "title": "Second", "links": [], "result": None}
        anna.document["agenda"].append(second)
        anna.save()
        anna, peter = EditorSession("anna", anna.subject), EditorSession("peter", anna.subject)
        for session, inner in ((anna, 0), (peter, 1)):
            moved = session.document["agenda"].pop(inner)
            session.document["agenda"][0]["items"] = [moved]
        peter.save()
        [conflict] = anna.save_and_merge().json()["conflicts"]
        assert (conflict["member"], conflict["ours"]) == ("owner", "Agenda, item “Second”: at the top")
        assert [item.title for item in get_document(anna.subject).agenda] == ["Migration policy"]


class TestDrafts:
    def test_draft_is_offered_to_its_user_alone(self, anna: EditorSession) -> None:
        anna.document["notice"] = "Typed."
        anna.keep()
        again, peter = EditorSession("anna", anna.subject), EditorSession("peter", anna.subject)
        [draft] = again.page["drafts"]
        assert again.post("load", draft).json()["content"]["document"]["notice"] == "Typed."
        assert peter.page["drafts"] == []
        assert peter.post("load", draft).status_code == 404

    @pytest.mark.parametrize("tab", [None, "", "two", "one\0", 1, ["one"]])
    def test_draft_of_another_tab_is_not_found(self, anna: EditorSession, tab: Any) -> None:
        anna.keep(tab="one\0more")
        assert anna.post("load", {"tab": tab}).status_code == 404

    def test_each_tab_has_its_own_draft(self, anna: EditorSession) -> None:
        anna.keep()
        anna.keep(tab="two")
        assert len(EditorSession("anna", anna.subject).page["drafts"]) == 2

    def test_oldest_drafts_of_many_tabs_are_deleted(
        self, anna: EditorSession, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Their texts took the memory of a process that only asked who is here."""
        monkeypatch.setattr(drafts, "MAX_TABS", 2)
        for tab in ("one", "two", "three"):
            anna.keep(tab=tab)
            clock.shift(MINUTE)
            anna.keep(tab=f"only opened {tab}", content=None)
        assert {draft.tab for draft in EditorDraft.objects.exclude(content="")} == {"two", "three"}
        assert EditorDraft.objects.filter(content="").count() == 2
        with CaptureQueriesContext(connection) as queries:
            EditorSession("peter", anna.subject).keep(content=None)
        reading = [query["sql"] for query in queries if query["sql"].startswith("SELECT") and "draft" in query["sql"]]
        assert reading
        assert not [query for query in reading if '"content"' in query.partition(" FROM ")[0]]

    def test_draft_may_have_mistakes(self, anna: EditorSession) -> None:
        anna.document["agenda"][0]["title"] = ""
        answer = anna.keep().json()
        assert [problem["member"] for problem in answer["problems"]] == ["title"]
        assert EditorSession("anna", anna.subject).page["drafts"]

    def test_parts_with_old_translations_are_named(self, anna: EditorSession) -> None:
        item = anna.subject.agenda.get()
        translate(anna.subject, item, title="Politique migratoire")
        assert anna.keep().json()["outdated"] == {}
        anna.document["agenda"][0]["title"] = "Asylum"
        assert anna.keep().json()["outdated"] == {str(item.pk): ["fr"]}

    def test_sign_of_presence_keeps_the_draft(self, anna: EditorSession) -> None:
        anna.keep()
        anna.keep(content=None, keep=True)
        assert EditorSession("anna", anna.subject).page["drafts"]

    @pytest.mark.once
    def test_draft_is_kept_with_few_queries(self, anna: EditorSession, clock: Any) -> None:
        anna.subject.agenda.get().topics.add(make_topic())
        publish_now(clock, anna.subject)
        anna = EditorSession("anna", anna.subject)
        anna.save()
        anna.document["notice"] = "Typed."
        for more, expected in (({}, MAX_QUERIES_OF_A_DRAFT), ({"content": None, "keep": True}, 8)):
            with CaptureQueriesContext(connection) as queries:
                assert anna.keep(**more).status_code == 200
            assert len(queries) <= expected, [query["sql"] for query in queries]

    def test_saved_text_is_no_draft(self, anna: EditorSession) -> None:
        anna.keep()
        anna.save()
        anna.keep(content=None)
        assert EditorSession("anna", anna.subject).page["drafts"] == []

    def test_others_see_who_is_here_and_where(self, anna: EditorSession, clock: Any) -> None:
        part = f"agenda {anna.document['agenda'][0]['id']}"
        anna.keep(part=part)
        peter = EditorSession("peter", anna.subject)
        assert peter.keep().json()["others"] == [{"name": "anna", "part": part}]
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        assert peter.keep().json()["others"] == []

    def test_draft_that_nobody_continues_is_deleted_in_the_end(self, anna: EditorSession, clock: Any) -> None:
        anna.keep()
        clock.move_to(PRESS_DAY + 91 * DAY)
        EditorSession("peter", anna.subject).post("draft", {"tab": "two", "checks": True})
        assert not EditorDraft.objects.filter(user=anna.user).exists()

    def test_draft_is_not_in_any_document(self, anna: EditorSession) -> None:
        anna.document["notice"] = "Zanzibar"
        anna.keep()
        assert "Zanzibar" not in encode_document(get_document(anna.subject))
        assert EditorDraft.objects.get().content


class TestInternalNotes:
    """Notes for colleagues. They are in no document by construction: no part of a document has a place for them."""

    def test_note_on_a_part_is_for_colleagues_and_in_no_document(
        self, note: Meeting, anna: EditorSession, clock: Any
    ) -> None:
        part = anna.document["agenda"][0]["id"]
        answer = anna.post("internal", {"part": part, "text": "Zanzibar: +32 2 555 00 00"}).json()
        assert answer["notes"][part]["text"] == "Zanzibar: +32 2 555 00 00"
        opened = EditorSession("peter", note).post("draft", {"tab": "p", "checks": True}).json()
        assert opened["notes"][part]["by"] == "anna"
        assert "Zanzibar" not in encode_document(get_document(note))
        publish_now(clock, note)
        assert not StoredDocument.objects.filter(text__contains="Zanzibar").exists()

    def test_no_model_of_a_document_has_a_place_for_notes(self) -> None:
        assert not hasattr(InternalNote, "shape")
        assert not [field for field in InternalNote._meta.get_fields() if field.is_relation]
        assert InternalNote._meta.db_table not in PUBLIC_TABLES

    def test_what_a_colleague_wrote_meanwhile_stays(self, note: Meeting, anna: EditorSession, clock: Any) -> None:
        part, peter = anna.document["id"], EditorSession("peter", note)
        for session, text, shown, expected in (
            (anna, "Call before 18:00.", "", "Call before 18:00."),
            (peter, "Call", "", "Call before 18:00.\nCall"),
            (anna, "Call", "2060-09-14T08:00:00+00:00", "Call before 18:00.\nCall"),
            (anna, "", "2060-09-14T08:00:00+00:00", "Call before 18:00.\nCall"),
        ):
            notes = session.post("internal", {"part": part, "text": text, "shown": shown}).json()["notes"]
            assert notes[part]["text"] == expected
            clock.shift(MINUTE)
        answer = anna.post("internal", {"part": part, "text": "Done.", "shown": notes[part]["at"]})
        assert answer.json()["notes"][part]["text"] == "Done."
        too_long = peter.post("internal", {"part": part, "text": "x" * 2000, "shown": ""})
        assert (too_long.status_code, "Yours does not fit" in too_long.json()["message"]) == (409, True)

    def test_empty_text_deletes_the_note(self, anna: EditorSession) -> None:
        part = anna.document["id"]
        anna.post("internal", {"part": part, "text": "A note."})
        assert anna.post("internal", {"part": part, "text": " "}).json()["notes"] == {}

    def test_oldest_notes_on_parts_that_are_not_there_are_deleted(
        self, anna: EditorSession, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """They may be of parts that are not saved yet, but nobody could delete those of invented ones."""
        for module in (internal_notes, note_editor):
            monkeypatch.setattr(module, "MAX_STRAY_NOTES", 1)
        item, first, second = anna.document["agenda"][0]["id"], str(make_uuid("first")), str(make_uuid("second"))
        for part in (item, first, second):
            answer = anna.post("internal", {"part": part, "text": "A note."}).json()
            clock.shift(MINUTE)
        assert answer["notes"].keys() == {item, second}

    def test_notes_are_not_longer_than_an_editor_can_load(
        self, anna: EditorSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(internal_notes, "MAX_TOTAL_LENGTH", 20)
        meeting, item = anna.document["id"], anna.document["agenda"][0]["id"]
        for length in (11, 9, 10):  # the last one writes
            assert anna.post("internal", {"part": meeting, "text": "x" * length}).status_code == 200
        refused = anna.post("internal", {"part": item, "text": "x" * 11})
        assert (refused.status_code, "Delete some first" in refused.json()["message"]) == (409, True)
        assert anna.post("internal", {"part": item, "text": "x" * 10}).status_code == 200

    def test_notes_go_with_their_meeting(self, note: Meeting, anna: EditorSession) -> None:
        anna.post("internal", {"part": anna.document["id"], "text": "A note."})
        response = anna.client.post(f"{MEETINGS}{note.pk}/delete/", {"post": "yes"})
        assert response.status_code == 302, response.content
        assert not InternalNote.objects.exists()

    @pytest.mark.once
    @pytest.mark.parametrize("posted", [{}, {"part": "x", "text": "a"}, {"part": str(make_uuid("a")), "text": 1}])
    def test_incomplete_note_is_refused(self, anna: EditorSession, posted: Any) -> None:
        assert anna.post("internal", posted).status_code == 400


@pytest.mark.once
class TestPreview:
    def test_page_shows_what_is_typed_and_saves_nothing(self, anna: EditorSession) -> None:
        anna.document["agenda"][0]["title"] = "Σένγκεν"
        response = anna.post("preview", {"document": anna.document})
        assert "Σένγκεν" in response.content.decode()
        assert "no-store" in response["Cache-Control"]
        assert get_document(anna.subject).agenda[0].title == "Migration policy"

    def test_it_shows_what_is_typed_now_and_here(self, anna: EditorSession) -> None:
        """Parts of pages are kept by the digest of their text, and unsaved texts have none."""
        other = EditorSession("env", make_meeting("env"))
        for session, title in ((anna, "Asylum"), (anna, "Borders"), (other, "Wolves")):
            session.document["agenda"][0]["title"] = title
            page = session.post("preview", {"document": session.document}).content.decode()
            assert [word for word in ("Asylum", "Borders", "Wolves") if word in page] == [title]

    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ({"timezone": "Brussels"}, "“Brussels” is not a time zone."),
            ({"timezone": ""}, "Enter the time zone."),
            ({"title": "x" * 301}, "This is too long"),
            ({"fallbacks": ["x"]}, ""),
        ],
    )
    @pytest.mark.parametrize("address", ["preview", "changes"])
    def test_text_with_a_mistake_is_not_shown_but_the_reason(
        self, anna: EditorSession, clock: Any, address: str, values: dict[str, Any], message: str
    ) -> None:
        publish_now(clock, anna.subject)
        response = anna.post(address, {"document": anna.document | values})
        assert response.status_code in ((422,) if message else (200, 422))
        if message:
            assert message in response.json()["message"]

    @pytest.mark.parametrize(
        ("address", "lock"), [("changes", note_editor.one_comparison), ("preview", note_editor.one_preview)]
    )
    def test_one_comparison_and_one_preview_are_made_at_a_time(
        self, anna: EditorSession, clock: Any, monkeypatch: pytest.MonkeyPatch, address: str, lock: threading.Lock
    ) -> None:
        """Long ones would hold up the sign-in page of everybody."""
        publish_now(clock, anna.subject)
        monkeypatch.setattr(note_editor, "MAX_WAIT_SECONDS", 0)
        with lock:
            refused = anna.post(address, {"document": anna.document})
        assert (refused.status_code, "Try again" in refused.json()["message"]) == (503, True)
        assert anna.post(address, {"document": anna.document}).status_code == 200

    @pytest.mark.parametrize("address", ["draft", "save"])
    def test_one_very_long_note_is_checked_at_a_time(
        self, anna: EditorSession, monkeypatch: pytest.MonkeyPatch, address: str
    ) -> None:
        """An account sent sixteen of two megabytes, and all others waited for half a minute."""
        monkeypatch.setattr(note_editor, "MAX_WAIT_SECONDS", 0)
        send = anna.keep if address == "draft" else anna.save
        with note_editor.one_large_note:
            assert send().status_code == 200
            anna.document["lead"] = "<p>" + "x" * note_editor.LARGE_BYTES + "</p>"
            refused = send()
        assert (refused.status_code, "Try again" in refused.json()["message"]) == (503, True)
        assert send().status_code != 503

    def test_reader_sees_what_is_saved_not_what_is_posted(self, anna: EditorSession) -> None:
        reader = EditorSession("env", anna.subject)
        reader.document["title"] = "Typed by somebody who may not edit it"
        page = reader.post("preview", {"document": reader.document})
        assert (page.status_code, "Typed by somebody" in page.content.decode()) == (200, False)
        assert "checks" not in reader.keep().json()

    def test_points_repeat_few_of_many_streams(self, anna: EditorSession) -> None:
        """A preview of 12,000 streams took 37 seconds of processor time, because each point showed all of them."""
        [point], [link] = anna.document["programme"], anna.document["links"]
        stream = link | {"kind": "live_stream", "url": "https://example.eu/"}
        anna.document["links"] = [stream | {"id": str(uuid4()), "title": f"Stream {n}"} for n in range(300)]
        anna.document["programme"] = [point | {"id": str(uuid4()), "live": True} for _n in range(300)]
        page = anna.post("preview", {"document": anna.document}).content.decode()
        assert "Stream 299" in page  # in the list of the meeting's links
        assert page.count("example.eu") < 20_000  # it was 180,900

    @pytest.mark.parametrize("address", ["preview", "changes", "save"])
    def test_note_of_thousands_of_parts_is_refused(self, anna: EditorSession, clock: Any, address: str) -> None:
        publish_now(clock, anna.subject)
        [link] = anna.document["links"]
        anna.document["links"] = [link | {"id": str(uuid4())} for _n in range(3_000)]
        refused = anna.post(address, {"document": anna.document, "version": anna.version})
        assert refused.status_code == 422
        assert "It can have up to 1,500." in refused.content.decode()

    def test_topics_have_their_own_titles_and_addresses(self, anna: EditorSession) -> None:
        """An address that no topic can have was an error 500, with the posted note in the log."""
        topic = make_topic()
        forged = [{"id": str(key), "slug": "not a slug", "title": "Forged"} for key in (topic.pk, uuid4())]
        anna.document["agenda"][0]["topics"] = forged
        page = anna.post("preview", {"document": anna.document})
        assert page.status_code == 200
        assert topic.title in page.content.decode()
        assert "Forged" not in page.content.decode()

    def test_topic_without_a_word_for_its_address_is_not_shown(self, anna: EditorSession) -> None:
        session = EditorSession("anna", make_topic())
        assert session.post("preview", {"document": session.document | {"slug": ""}}).status_code == 422

    def test_texts_are_shown_as_they_will_be_saved(self, anna: EditorSession) -> None:
        anna.document["lead"] = "<p>Clean<img src=x onerror=alert(1)></p>"
        page = anna.post("preview", {"document": anna.document}).content.decode()
        assert "<p>Clean</p>" in page
        assert "onerror" not in page

    def test_unknown_language_is_refused(self, anna: EditorSession) -> None:
        assert anna.post("preview", {"document": anna.document, "language": "xx"}).status_code == 400


@pytest.mark.once
class TestTypedValues:
    @pytest.mark.parametrize("posted", [{}, {"kind": "x", "text": "a"}, {"kind": "time", "text": 1}])
    def test_incomplete_request_is_refused(self, anna: EditorSession, posted: Any) -> None:
        assert anna.post("read", posted).status_code == 400

    def test_impossible_day_nearby_is_ignored(self, anna: EditorSession) -> None:
        answer = anna.post("read", {"kind": "date", "text": "14 October", "near": "2027-13-45"}).json()
        assert answer["value"] == "2060-10-14"

    def test_time_is_read(self, anna: EditorSession) -> None:
        answer = anna.post("read", {"kind": "time", "text": "+/- 13:00"}).json()
        assert answer["value"] == {"time": "13:00", "time_precision": "approximate", "time_text": "+/- 13:00"}


@pytest.mark.once
class TestLeaving:
    def test_signing_out_clears_the_storage_of_the_browser(self, anna: EditorSession) -> None:
        assert "Clear-Site-Data" not in anna.client.get("/admin/logout/")  # a link signs nobody out
        assert anna.client.post("/admin/logout/")["Clear-Site-Data"] == '"storage"'

    def test_approver_is_told_who_can_approve_instead(self, note: Meeting) -> None:
        create_user_with_role("Publishers", "pia", of="jha")
        create_user_with_role("Publishers", "per", of="jha")
        assert EditorSession("anna", note).page["approval_note"] == ""
        told = EditorSession("pia", note).page["approval_note"]
        assert told == "If you save this, you cannot approve it yourself. These people can approve it: per."

    @pytest.mark.parametrize("address", ["publication", "draft"])
    def test_what_the_page_sends_by_itself_ends_no_later(
        self, anna: EditorSession, clock: Any, settings: Any, address: str
    ) -> None:
        """An hour after the last thing that the user did, however often the page asks."""
        settings.SESSION_IDLE_AGE = 3_600
        data = {"tab": "one", "content": None, "part": "", "keep": True, "comments": "0 0"}
        anna.post(address, data)
        statuses = []
        for _time in range(3):
            clock.move_to(timezone.now() + 20 * MINUTE)
            statuses.append(anna.post(address, data, **{"X-Background": "1"}).status_code)
        assert statuses == [200, 200, 401]
