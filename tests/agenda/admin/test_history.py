"""The history of a note: saves, reviews, comments and editions as one list, and comparisons of any two."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Length
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda.admin.history import views
from agenda.models import BackgroundTopic, Revision
from agenda.workflow.comments import Act, Passage, add_comment, reply
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.revisions import keep_revision
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import publish_same_day_change
from meetings.access.audit import Actor
from meetings.models import Edition, Meeting, StoredDocument
from tests.admin_forms import create_user, read_messages
from tests.agenda.admin.screens import create_client, get_actor, get_step_url, read_visible_words
from tests.agenda.workflow.revision_helpers import save_revision, suppress_revision
from tests.agenda.workflow.users import get_shown, save_changes, submit_and_approve
from tests.factories import COMMAND, DAY, MINUTE, PRESS_DAY, make_meeting, make_topic, publish_now, translate, withdraw
from tests.note_editor import read_publication, save_in_editor

People = dict[str, Actor]


@pytest.fixture
def author(press_office: None) -> Client:
    return create_client("albert", "Authors", of="jha")


@pytest.fixture
def people(press_office: None) -> People:
    create_user("paul", "Publishers")
    return {name: get_actor(name) for name in ("anna", "paul")}


def read_history(client: Client, subject: Meeting | BackgroundTopic, query: str = "") -> str:
    return read_visible_words(client.get(get_step_url(subject, f"history/{query}")))


def list_titles(client: Client, subject: Meeting, query: str = "") -> list[str]:
    return [entry.title for entry in client.get(get_step_url(subject, f"history/{query}")).context["entries"]]


def save_as(name: str, subject: Meeting, at: dt.datetime, remark: str = "", **values: Any) -> Revision:
    saved = save_changes(subject, **values)
    revision = keep_revision(saved, at, get_actor(name), remark=remark)
    assert revision
    return revision


class TestRefusals:
    def test_version_of_another_meeting_is_not_compared(self, author: Client, clock: Any) -> None:
        other = make_meeting("env")
        revision, edition = save_revision(other), publish_now(clock, other)
        meeting = make_meeting()
        for key in (revision.pk, edition.pk):
            response = author.get(get_step_url(meeting, f"history/compare/?old={key}&new=now"))
            assert response["Location"] == get_step_url(meeting, "history/")
            assert "Choose two versions to compare." in read_messages(response)
            response = author.get(get_step_url(meeting, f"history/?compare={key}"))
            assert "This version does not exist." in read_messages(response)

    def test_invalid_comparison_leads_to_the_history(self, author: Client) -> None:
        meeting = make_meeting()
        for query in ("", "?old=1", "?old=x&new=now", "?old=²&new=now", f"?old={'9' * 99}&new=now", "?old=1&new=1"):
            response = author.get(get_step_url(meeting, f"history/compare/{query}"))
            assert "Choose two versions to compare." in read_messages(response), query

    def test_invalid_page_and_filter_show_the_first_page_of_all(self, author: Client) -> None:
        meeting = make_meeting()
        save_revision(meeting)
        for query in ("?page=x", "?page=", "?page=²", "?page=0", "?page=-1", "?show=x", "?show="):
            assert "This is the first draft." in read_history(author, meeting, query), query
        assert "Nothing has happened yet." in read_history(author, meeting, f"?page={'9' * 99}")

    def test_links_need_their_rights(self, author: Client, clock: Any) -> None:
        meeting = make_meeting("env")
        save_revision(meeting)
        publish_now(clock, meeting)
        page = read_history(author, meeting)
        for link in ("Restore…", "Preview link…", "Withdraw…", "Remove from the site…"):
            assert link not in page

    @pytest.mark.parametrize("erased", [False, True])
    def test_words_of_suppressed_texts_are_not_shown(self, author: Client, clock: Any, erased: bool) -> None:
        meeting = make_meeting(notice="Call Mbabane.")
        revision = suppress_revision(clock, meeting, erased=erased)
        page = read_history(author, meeting)
        assert "Mbabane" not in page
        assert "The text was removed or erased." in page
        compared = get_step_url(meeting, f"history/compare/?old={revision.pk}&new=now")
        assert "The text of one of the two was removed or erased" in read_visible_words(author.get(compared))
        publisher = create_client("paul", "Publishers")
        shown = read_visible_words(publisher.get(compared))
        assert ("Mbabane" in shown) is not erased

    def test_former_addresses_lead_here(self, author: Client) -> None:
        meeting = make_meeting()
        for former, query in (
            ("editions/", "?show=published"),
            ("revisions/", "?show=saves"),
            ("revisions/compare/?old=1&new=now", "compare/?old=1&new=now"),
        ):
            assert author.get(get_step_url(meeting, former))["Location"] == get_step_url(meeting, f"history/{query}")


class TestEntries:
    def test_nothing_has_happened(self, author: Client) -> None:
        assert "Nothing has happened yet." in read_history(author, make_meeting())

    def test_save_says_what_changed_and_who(self, author: Client) -> None:
        meeting = make_meeting()
        save_revision(meeting)
        save_in_editor(author, meeting, notice="Typed.")
        assert "14 Sep 10:00 , albert Saved Notice" in read_history(author, meeting)

    def test_saves_of_one_person_are_one_entry(self, author: Client, people: People) -> None:
        meeting = make_meeting()
        save_as("anna", meeting, PRESS_DAY, notice="First.")
        for minute in range(1, 4):
            save_as("albert", meeting, PRESS_DAY + minute * MINUTE, notice=f"Notice {minute}.")
        save_as("albert", meeting, PRESS_DAY + 4 * MINUTE, remark="By telephone.", venue="Room 1")
        save_as("albert", meeting, PRESS_DAY + 60 * MINUTE, venue="Room 2")
        save_as("albert", meeting, PRESS_DAY + 61 * MINUTE, venue="Room 3")
        entries = author.get(get_step_url(meeting, "history/")).context["entries"]
        assert [(entry.title, entry.who, list(entry.changes), len(entry.parts)) for entry in entries] == [
            ("Saved 2 times since 14 Sep 11:00", "albert", ["Place"], 2),
            ("Saved", "albert", ["Place"], 0),
            ("Saved 3 times since 14 Sep 10:01", "albert", ["Notice"], 3),
            ("Saved", "anna", ["This is the first draft."], 0),
        ]
        assert "“By telephone.”" in read_history(author, meeting)

    def test_only_a_few_changes_are_named(self, author: Client, people: People) -> None:
        meeting = make_meeting()
        save_as("anna", meeting, PRESS_DAY, venue="First")
        save_revision(meeting, notice="A", venue="B", city="C", number="1", status="cancelled", status_reason="D")
        [newest, _first] = author.get(get_step_url(meeting, "history/")).context["entries"]
        assert len(newest.changes) == 4
        assert newest.changes[-1].endswith("more changes")

    def test_very_long_texts_are_not_compared(
        self, author: Client, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A page with thirty saves of notes of three megabytes took nine seconds and 165 MB."""
        meeting = make_meeting()
        for minute, venue in enumerate(("Here", "There", "x" * 200)):
            save_as(("anna", "albert")[minute % 2], meeting, PRESS_DAY + minute * MINUTE, venue=venue)
        lengths = sorted(StoredDocument.objects.annotate(length=Length("text")).values_list("length", flat=True))
        monkeypatch.setattr("agenda.admin.history.changed_words.MAX_COMPARED", sum(lengths[:2]))
        entries = author.get(get_step_url(meeting, "history/")).context["entries"]
        assert [list(entry.changes) for entry in entries] == [
            ["The texts are too long to be compared here."], ["Place"], ["This is the first draft."],
        ]  # fmt: skip

    def test_translation_names_its_language(self, author: Client, people: People) -> None:
        meeting = make_meeting(notice="In English.")
        save_as("anna", meeting, PRESS_DAY, venue="Here")
        translate(meeting, notice="En français.")
        save_revision(meeting, venue="Elsewhere")
        [newest, _first] = author.get(get_step_url(meeting, "history/")).context["entries"]
        assert newest.changes == ["Place", "français added"]

    def test_reviews_comments_and_editions_are_in_one_list(self, author: Client, people: People, clock: Any) -> None:
        meeting = make_meeting()
        [revision] = submit(meeting, by=people["anna"], remark="Mind the venue.")
        about = Passage(meeting.pk, "title", quote="Home Affairs")
        comment = add_comment(meeting, revision, "en", about, "Sure?", by=people["paul"], now=PRESS_DAY)
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="Which room?")
        clock.move_to(PRESS_DAY + MINUTE)
        reply(meeting, comment.pk, Act.SETTLED, by=people["anna"], now=PRESS_DAY + MINUTE)
        meeting = save_changes(meeting, venue="Room 2")
        submit_and_approve(people, meeting)
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        publish_now(clock, save_changes(meeting, venue="Room 3"))
        assert list_titles(author, meeting) == [
            "Edition 1: published", "Published without approval", "Approved: English", "Comment settled: Title",
            "Submitted for approval", "Sent back: English", "Comment: Title", "Submitted for approval",
        ]  # fmt: skip
        page = read_history(author, meeting)
        for words in (
            "“Mind the venue.”", "“Which room?”", "Home Affairs “Sure?”", "Live Without approval: “It is a test.”",
        ):  # fmt: skip
            assert words in page
        assert list_titles(author, meeting, "?show=published") == ["Edition 1: published"]
        assert list_titles(author, meeting, "?show=saves") == []
        assert len(list_titles(author, meeting, "?show=reviews")) == 7

    def test_editions_have_their_state(self, author: Client, people: People, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        publish_now(clock, meeting, note="Back again.")
        publish_now(clock, save_changes(meeting, venue="Room 2"), note="The room.")
        submit_and_approve(people, save_changes(meeting, venue="Room 3"))
        publish(meeting, by=people["paul"], at=PRESS_DAY + DAY, note="Tomorrow.")
        entries = author.get(get_step_url(meeting, "history/?show=published")).context["entries"]
        editions = [entry for entry in entries if "dition" in entry.title]
        assert [(entry.title, entry.statuses[0], entry.why) for entry in editions] == [
            ("Edition 5: will be published (corrected)", "Scheduled", "Tomorrow."),
            ("Edition 4: corrected", "Live", "The room."),
            ("Edition 3: published again", "Earlier", "Back again."),
            ("Edition 2: withdrawn", "Withdrawal", "Sent too early."),
            ("Edition 1: published", "Earlier, not on the site", ""),
        ]
        assert editions[1].changes == ["Place"]
        assert "Scheduled (15 Sep 10:00)" in [entry.title for entry in entries]

    def test_topics_have_a_history(self, author: Client) -> None:
        topic = make_topic()
        save_revision(topic)
        assert "This is the first draft." in read_history(author, topic)

    def test_pages_take_a_constant_number_of_queries(
        self, author: Client, people: People, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views, "PAGE_SIZE", 20)
        meeting = make_meeting()
        costs = []
        for round_number in (1, 4):
            while Edition.objects.count() < round_number:
                save_as("anna", meeting, PRESS_DAY, notice=f"Number {Edition.objects.count()}.")
                [revision] = submit(meeting, by=people["anna"])
                comment = add_comment(
                    meeting, revision, "en", Passage(meeting.pk), "x", by=people["paul"], now=PRESS_DAY
                )
                reply(meeting, comment.pk, Act.SETTLED, by=people["anna"], now=PRESS_DAY)
                approve(meeting, by=people["paul"], shown=get_shown(meeting))
                publish_now(clock, save_changes(meeting, venue=f"Room {Edition.objects.count()}"), note="x")
            with CaptureQueriesContext(connection) as queries:
                page = author.get(get_step_url(meeting, "history/"))
            costs.append(len(queries))
        assert costs[0] <= costs[1] <= 30
        page_of_many, older = page, author.get(get_step_url(meeting, "history/?page=2"))
        assert page_of_many.context["older"] == "?page=2"
        assert older.context["newer"] == "?page=1"
        assert older.context["older"] == ""


class TestComparing:
    def test_any_version_can_be_chosen_and_compared_with_another(self, author: Client, clock: Any) -> None:
        meeting = make_meeting(notice="The first notice.")
        revision = save_revision(meeting)
        edition = publish_now(clock, save_changes(meeting, notice="The second notice."))
        page = author.get(get_step_url(meeting, f"history/?compare={revision.pk}"))
        assert "Choose what to compare with the draft of 14 September 2060" in read_visible_words(page)
        newest = page.context["entries"][0]
        [url] = [url for label, url in newest.links if label == "Compare with this"]
        assert url == get_step_url(meeting, f"history/compare/?old={revision.pk}&new={edition.pk}")
        assert "removed: first new: second" in read_visible_words(author.get(url))
        backwards = author.get(get_step_url(meeting, f"history/?compare={edition.pk}")).context["entries"][-1]
        assert dict(backwards.links)["Compare with this"] == url

    def test_comparison_is_word_by_word(self, author: Client) -> None:
        meeting = make_meeting(notice="The first notice.")
        old, new = save_revision(meeting), save_revision(meeting, notice="The second notice.")
        address = get_step_url(meeting, f"history/compare/?old={old.pk}&new={new.pk}")
        page = author.get(address)
        assert "<del>" in page.content.decode()
        page_text = read_visible_words(page)
        assert "English" in page_text
        assert "removed: first new: second" in page_text

    def test_comparison_with_the_working_copy(self, author: Client) -> None:
        meeting = make_meeting(notice="First.")
        revision = save_revision(meeting)
        address = get_step_url(meeting, f"history/compare/?old={revision.pk}&new=now")
        assert "There are no changes in this language." in read_visible_words(author.get(address))
        save_changes(meeting, notice="Second.")
        assert "new: Second" in read_visible_words(author.get(address))

    def test_added_language_is_shown(self, author: Client) -> None:
        meeting = make_meeting(notice="In English.")
        old = save_revision(meeting)
        translate(meeting, notice="En français.")
        new = save_revision(meeting, venue="Elsewhere")
        page_text = read_visible_words(author.get(get_step_url(meeting, f"history/compare/?old={old.pk}&new={new.pk}")))
        back = read_visible_words(author.get(get_step_url(meeting, f"history/compare/?old={new.pk}&new={old.pk}")))
        assert "français This language is new." in page_text
        assert "français This language was removed." in back

    def test_suppressed_side_is_refused(self, author: Client, clock: Any) -> None:
        meeting = make_meeting(notice="Call Mbabane.")
        revision = suppress_revision(clock, meeting)
        page = read_visible_words(author.get(get_step_url(meeting, f"history/compare/?old={revision.pk}&new=now")))
        assert "The text of one of the two was removed or erased" in page
        assert "Mbabane" not in page
        publisher = create_client("paul", "Publishers")  # who takes out may look
        assert "Mbabane" in read_visible_words(
            publisher.get(get_step_url(meeting, f"history/compare/?old={revision.pk}&new=now"))
        )


def test_editor_links_to_the_history(author: Client) -> None:
    meeting = make_meeting()
    assert f'href="{get_step_url(meeting, "history/")}"' in read_publication(author, meeting)


def test_same_day_change_does_not_submit_the_text_again(author: Client, people: People, clock: Any) -> None:
    meeting = make_meeting()
    publish_now(clock, meeting)
    clock.shift(MINUTE)
    submit(save_changes(meeting, notice="Changed."), by=people["anna"])
    clock.shift(MINUTE)
    change = SameDayChange(points={meeting.programme.get().pk: {"place": "Room 2"}})
    publish_same_day_change(meeting, change, by=COMMAND)
    titles = list_titles(author, meeting, "?show=reviews")
    assert titles.count("Submitted for approval") == 1
    assert "Same-day change" in list_titles(author, meeting)
