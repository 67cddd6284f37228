"""The lists of meetings and topics: status, filters, search, deletion of several."""

import datetime as dt
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda.admin import publication_steps
from agenda.admin.meeting_search import search_meetings
from agenda.models import AgendaItem
from agenda.workflow import planned_releases, publication, review_actions
from agenda.workflow.drafts import get_subject_type
from agenda.workflow.states import WorkflowState, annotate_states
from meetings.models import AuditEntry, Chair, Edition, Meeting
from tests.admin_forms import skip_rendering
from tests.agenda.admin.screens import (
    LIST,
    TOPICS,
    Subject,
    correct_item_title,
    create_client,
    get_actor,
    get_step_url,
    read_dashboard,
    read_dashboard_section,
    read_screen,
    read_visible_words,
    save_correction,
    send_step,
    submit_and_approve,
    submit_as,
)
from tests.agenda.workflow.users import get_shown
from tests.factories import (
    DAY,
    PRESS_DATE,
    PRESS_DAY,
    make_configuration,
    make_full_document,
    make_meeting,
    make_topic,
    publish,
    publish_now,
    restore,
    withdraw,
)
from tests.note_editor import save_in_editor


def released(clock: Any, *subjects: Subject, **options: Any) -> Edition:
    """Submitted, approved and published; without `at` the clock moves to its instant."""
    submit_and_approve(*subjects, by="petra", submitter="anna")
    note = "" if not Edition.objects.filter(subject_id=subjects[0].pk).exists() else "Changed."
    edition, *_others = publication.publish(*subjects, by=get_actor("petra"), note=note, **options)
    if "at" not in options:
        clock.move_to(edition.available_from)
    return edition


def change(subject: Subject, **values: str) -> None:
    """Change the subject as its form does."""
    type(subject)._default_manager.filter(pk=subject.pk).update(**values)
    save_correction(subject, by="anna")


def approve(meeting: Meeting) -> None:
    review_actions.approve(meeting, by=get_actor("petra"), shown=get_shown(meeting))


def send_back(meeting: Meeting) -> None:
    review_actions.send_back(meeting, by=get_actor("petra"), shown=get_shown(meeting), remark="Too short.")


def state_of(subject: Subject) -> str:
    """Return the labels of the subject, as the list shows them."""
    row = annotate_states(
        type(subject)._default_manager.filter(pk=subject.pk), get_subject_type(subject), timezone.now()
    ).get()
    return " · ".join(WorkflowState(row).get_labels())


def read_state(client: Client, subject: Subject) -> str:
    page = client.get(LIST if isinstance(subject, Meeting) else TOPICS).content.decode()
    row = page[page.index(f'value="{subject.pk}"') :].partition("</tr>")[0]
    return " · ".join(re.findall('<span class="state">(.*?)</span>', row))


class TestState:
    def test_status_from_draft_to_withdrawn(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        assert state_of(meeting) == "Draft"
        pending = released(clock, meeting, at=PRESS_DAY + DAY)
        assert state_of(meeting) == "Will be published 15 Sep 10:00"
        clock.move_to(pending.available_from)
        assert state_of(meeting) == "Live, edition 1"
        save_in_editor(anna, meeting, lead="<p>Another.</p>")
        assert state_of(meeting) == "Changed since edition 1"
        released(clock, meeting, at=dt.datetime(2061, 1, 2, 9, tzinfo=dt.UTC))
        assert state_of(meeting) == "Live, edition 1 · Will be published 2 Jan 2061 10:00"
        change(meeting, lead="<p>Yet another.</p>")
        assert state_of(meeting) == (
            "Live, edition 1 · Will be published 2 Jan 2061 10:00 · Changed since the scheduled edition"
        )
        assert read_state(anna, meeting) == state_of(meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert read_state(anna, meeting) == state_of(meeting) == "Withdrawn · Draft changed since"

    def test_withdrawal_ends_the_approval(self, anna: Client, petra: Client, clock: Any) -> None:
        """A text that was approved but not published must be submitted again after a withdrawal."""
        meeting = make_meeting()
        released(clock, meeting)
        change(meeting, lead="<p>Another.</p>")
        submit_and_approve(meeting, by="petra", submitter="anna")
        assert state_of(meeting) == "Changed since edition 1 · Approved"
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert state_of(meeting) == "Withdrawn · Draft changed since"
        assert filter_list(anna, review="approved") == filter_list(anna, review="in-review") == set()
        assert filter_list(anna, review="draft") == {meeting.pk}
        dashboard = read_dashboard(petra)
        assert dashboard["Approved, ready to publish"] == dashboard["Waiting for your approval"] == ""
        submit_as(meeting, by="anna")
        assert state_of(meeting) == "Withdrawn · In review"
        assert str(meeting) in read_dashboard_section(petra, "Waiting for your approval")
        approve(meeting)
        assert state_of(meeting) == "Withdrawn · Approved"

    def test_unchanged_withdrawn_text_waits_for_nobody(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        released(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert state_of(meeting) == "Withdrawn"
        assert filter_list(anna, review="in-review") == set()
        assert read_dashboard_section(petra, "Waiting for your approval") == ""

    def test_approval_can_be_taken_back(self, anna: Client, petra: Client) -> None:
        meeting = make_meeting()
        submit_and_approve(meeting, by="petra", submitter="anna")
        send_back(meeting)
        submit_as(meeting, by="anna")
        assert state_of(meeting) == "In review"

    def test_topic_has_a_status(self, anna: Client, petra: Client, clock: Any) -> None:
        topic = make_topic()
        released(clock, topic)
        assert read_state(anna, topic) == state_of(topic) == "Live, edition 1"
        change(topic, title="Asylum")
        assert state_of(topic) == "Changed since edition 1"
        change(topic, title="Migration policy")
        assert state_of(topic) == "Live, edition 1"

    def test_save_without_change_does_not_count(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        released(clock, meeting, make_topic())
        save_in_editor(anna, meeting)
        assert state_of(meeting) == "Live, edition 1"

    def test_part_added_and_deleted_again_is_no_change(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        released(clock, meeting)
        new = {"id": str(uuid4()), "title": "Not yet published"}
        save_in_editor(anna, meeting, lambda note: note["agenda"].append(new))
        assert state_of(meeting) == "Changed since edition 1"
        save_in_editor(anna, meeting, lambda note: note["agenda"].pop())
        assert state_of(meeting) == "Live, edition 1"

    def test_restoring_a_revision_counts_as_change(self, anna: Client, petra: Client, clock: Any) -> None:
        make_configuration()
        document = make_full_document()
        meeting = restore(document)
        released(clock, meeting)
        restore(document)
        assert state_of(meeting) == "Live, edition 1"
        document.notice = "Another."
        restore(document)
        assert state_of(meeting) == "Changed since edition 1"

    def test_topic_has_the_name_of_the_edition(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting, topic = make_meeting(), make_topic()
        meeting.agenda.get().topics.add(topic)
        released(clock, meeting, topic)
        save_in_editor(anna, meeting)
        assert state_of(meeting) == "Live, edition 1"

    def test_draft_without_document_counts_as_changed(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        released(clock, meeting)
        AgendaItem.objects.create(meeting=meeting, title="Two", parent=AgendaItem.objects.get())
        AgendaItem.objects.exclude(title="Two").update(parent=AgendaItem.objects.get(title="Two"))
        save_correction(meeting, by="anna")
        assert state_of(meeting) == "Changed since edition 1"

    def test_draft_without_digest_counts_as_unchanged(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        released(clock, meeting)
        Meeting.objects.update(digest="")
        assert state_of(meeting) == "Live, edition 1"

    def test_form_shows_the_status_too(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        released(clock, meeting)
        assert "Live, edition 1" in read_screen(anna, meeting, "change/")

    def test_status_in_review_sent_back_approved_planned(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        submit_as(meeting, by="anna")
        assert state_of(meeting) == "In review"
        planned_releases.plan_release(meeting, by=get_actor("petra"), at=PRESS_DAY + DAY)
        assert state_of(meeting) == "In review · Scheduled for 15 Sep 10:00, not yet approved"
        send_back(meeting)
        assert state_of(meeting) == "Sent back · Scheduled for 15 Sep 10:00, not yet approved"
        correct_item_title(meeting)
        save_correction(meeting, by="anna")
        assert state_of(meeting) == "Scheduled for 15 Sep 10:00, not yet approved"
        submit_as(meeting, by="anna")
        send_step(petra, meeting, "review/", approve="x")
        assert state_of(meeting) == "Will be published 15 Sep 10:00"  # scheduled by the approval
        clock.move_to(PRESS_DAY + DAY)
        correct_item_title(meeting, "Once more")
        save_correction(meeting, by="anna")
        submit_and_approve(meeting, by="petra", submitter="anna")
        assert state_of(meeting) == "Changed since edition 1 · Approved"

    def test_status_published_without_approval(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        assert state_of(meeting) == "Live, edition 1 · Published without approval"
        approve(meeting)
        assert state_of(meeting) == "Live, edition 1"


def filter_list(client: Client, **query: str) -> set[UUID]:
    with skip_rendering():
        response: Any = client.get(LIST, query)
    assert response.status_code == 200
    return {row.pk for row in response.context_data["cl"].result_list}


class TestDeletingSeveral:
    def test_published_subjects_prevent_deletion_and_are_named(self, petra: Client, clock: Any) -> None:
        live, to_come, draft = make_meeting("jha"), make_meeting("env"), make_meeting("gac")
        publish_now(clock, live)
        publish(to_come, at=PRESS_DAY + DAY)
        chosen = {"action": "delete_selected", "_selected_action": [str(x.pk) for x in (live, to_come, draft)]}
        for confirmed in ({}, {"post": "yes"}):
            page = read_visible_words(petra.post(LIST, chosen | confirmed, follow=True))
            assert "Nothing was deleted." in page
            assert "“JHA, 14 September 2060”" in page
            assert "“ENVI, 14 September 2060”" in page
            assert "“GAC, 14 September 2060”" not in page
            assert "have been published or scheduled: withdraw them" in page
        assert Meeting.objects.count() == 3

    def test_published_topic_prevents_deletion(self, petra: Client, clock: Any) -> None:
        topic = make_topic()
        publish_now(clock, topic)
        chosen = {"action": "delete_selected", "_selected_action": [str(topic.pk)]}
        page = read_visible_words(petra.post(TOPICS, chosen, follow=True))
        assert "“Migration policy” has been published or scheduled: withdraw it" in page

    def test_too_many_are_refused(self, petra: Client, monkeypatch: Any) -> None:
        """The page that asks for confirmation loads all that belongs to them."""
        monkeypatch.setattr(publication_steps, "MAX_DELETED", 1)
        chosen = {
            "action": "delete_selected",
            "_selected_action": [str(make_meeting(slug).pk) for slug in ("jha", "env")],
        }
        for more in ({}, {"select_across": "1"}):
            page = read_visible_words(petra.post(LIST, chosen | more, follow=True))
            assert "Nothing was deleted. You selected 2: delete at most 1 at a time." in page

    def test_drafts_are_deleted_after_confirmation(self, petra: Client) -> None:
        chosen = {
            "action": "delete_selected",
            "_selected_action": [str(make_meeting().pk), str(make_meeting("env").pk)],
        }
        assert "Are you sure" in read_visible_words(petra.post(LIST, chosen))
        petra.post(LIST, chosen | {"post": "yes"})
        assert not Meeting.objects.exists()

    def test_audit_log_records_each_deletion(self, anna: Client) -> None:
        jha, env, gac = (make_meeting(slug) for slug in ("jha", "env", "gac"))
        for meeting in (jha, env):
            save_correction(meeting, by="anna")
        digests = [Meeting.objects.get(pk=meeting.pk).digest for meeting in (jha, env)]
        anna.post(get_step_url(jha, "delete/"), {"post": "yes"})
        chosen = {"action": "delete_selected", "_selected_action": [str(env.pk), str(gac.pk)]}
        anna.post(LIST, chosen | {"post": "yes"})
        entries = {entry.subject_id: entry for entry in AuditEntry.objects.filter(act="deleted", actor="anna")}
        expected = [(entries[one.pk].address, entries[one.pk].digest) for one in (jha, env, gac)]
        days = f"{PRESS_DATE:%Y/%m/%d}"
        assert expected == [(f"meetings/jha/{days}/", digests[0]), (f"meetings/env/{days}/", digests[1]), ("", "")]
        assert entries[gac.pk].details == {"title": "GAC, 14 September 2060"}  # nobody had saved it in a form

    def test_action_is_hidden_without_permission_to_delete(self, press_office: None) -> None:
        make_meeting()
        assert "delete_selected" not in create_client("ines", "Translators").get(LIST).content.decode()


class TestDays:
    def test_list_shows_all_days_sorted_by_the_first(self, anna: Client) -> None:
        first = dt.date(2027, 1, 27)
        make_meeting(start_date=first + 5 * DAY, end_date=first + 5 * DAY)
        make_meeting("env", start_date=first, end_date=first + DAY)
        make_meeting("gac", start_date=None, status="postponed")
        rows = anna.get(LIST, {"o": "1"}).content.decode()
        days = re.findall(r'class="field-days"><a [^>]*>(.*?)</a>', rows)
        assert [day for day in days if day != "no date"] == ["27–28 January 2027", "1 February 2027"]
        assert "no date" in days  # where it stands is the database's choice


class TestFilters:
    """14 September 2060 is a Tuesday."""

    def test_filter_by_date(self, anna: Client) -> None:
        days_by_id: dict[UUID, int | None] = {}
        for day in (-2, -1, 0, 5, 6, 12, 30, 31):
            days_by_id[make_meeting(start_date=PRESS_DATE + day * DAY).pk] = day
        days_by_id[make_meeting("env", start_date=None, status="postponed").pk] = None
        expected: dict[str, set[int | None]] = {
            "today": {0},
            "week": {-1, 0, 5},
            "next-week": {6, 12},
            "month": {0, 5, 6, 12, 30},
            "past": {-2, -1},
            "nonsense": {-2, -1, 0, 5, 6, 12, 30, 31, None},
        }
        assert {when: {days_by_id[key] for key in filter_list(anna, when=when)} for when in expected} == expected

    def test_filter_meetings_of_several_days_and_without_a_date(self, anna: Client) -> None:
        long = make_meeting(start_date=PRESS_DATE - DAY, end_date=PRESS_DATE + DAY)
        none = make_meeting("env", start_date=None, status="postponed")
        assert filter_list(anna, when="today") == {long.pk}
        assert filter_list(anna, when="no-date") == {none.pk}

    def test_filter_by_publication(self, anna: Client, clock: Any) -> None:
        slugs = "jha env ecofin gac fac".split()
        draft, live, changed, to_come, withdrawn = meetings = [make_meeting(slug) for slug in slugs]
        publish_now(clock, live, changed, withdrawn)
        change(changed, lead="<p>Another.</p>")
        publish(to_come, at=PRESS_DAY + DAY)
        clock.move_to(withdraw(withdrawn, reason="Sent too early.").available_from)
        assert filter_list(anna, publication="never") == {draft.pk}
        assert filter_list(anna, publication="live") == {live.pk, changed.pk}
        assert filter_list(anna, publication="changed") == {changed.pk}
        assert filter_list(anna, publication="to-come") == {to_come.pk}
        assert filter_list(anna, publication="withdrawn") == {withdrawn.pk}
        assert filter_list(anna, publication="nonsense") == {meeting.pk for meeting in meetings}

    def test_filter_by_approval(self, anna: Client, petra: Client, clock: Any) -> None:
        slugs = "jha env ecofin gac fac tte".split()
        draft, waiting, back, done, out, forced = [make_meeting(slug) for slug in slugs]
        released(clock, out)
        publish_now(clock, forced)
        submit_as(waiting, by="anna")
        submit_as(back, by="anna")
        send_back(back)
        submit_and_approve(done, by="petra", submitter="anna")
        planned_releases.plan_release(draft, by=get_actor("petra"), at=PRESS_DAY + DAY)
        assert filter_list(anna, review="draft") == {draft.pk}
        assert filter_list(anna, review="in-review") == {waiting.pk, forced.pk}
        assert filter_list(anna, review="sent-back") == {back.pk}
        assert filter_list(anna, review="approved") == {done.pk}
        assert filter_list(anna, review="planned") == {draft.pk}
        assert len(filter_list(anna, review="nonsense")) == 6

    def test_filter_by_approval_does_not_depend_on_later_saves(self, anna: Client, petra: Client, clock: Any) -> None:
        waiting, done, forced, corrected = [make_meeting(slug) for slug in "jha env ecofin gac".split()]
        released(clock, corrected)
        publish_now(clock, forced)
        lead = corrected.lead
        change(corrected, lead="<p>Corrected.</p>")
        submit_as(corrected, by="anna")
        submit_as(waiting, by="anna")
        submit_and_approve(done, by="petra", submitter="anna")
        for meeting in (waiting, done, forced):
            change(meeting, lead="<p>Another.</p>")
        change(corrected, lead=lead)  # as it is published
        assert filter_list(anna, review="in-review") == {waiting.pk, forced.pk, corrected.pk}
        assert filter_list(anna, review="approved") == {done.pk}
        assert filter_list(anna, review="draft") == {waiting.pk, done.pk, forced.pk}
        approve(corrected)
        assert filter_list(anna, review="in-review") == {waiting.pk, forced.pk}
        assert filter_list(anna, review="approved") == {done.pk, corrected.pk}

    def test_filter_offers_configurations_with_meetings_current_ones_first(self, anna: Client) -> None:
        old = make_configuration("gaerc")
        Meeting.objects.create(configuration=old, start_date=dt.date(2005, 5, 5))
        new = make_meeting("jha")
        make_configuration("env")
        with skip_rendering():
            page: Any = anna.get(LIST)
        [choices] = [spec for spec in page.context_data["cl"].filter_specs if spec.title == "Council configuration"]
        assert choices.lookup_choices == [("jha", "JHA"), ("gaerc", "GAERC")]
        assert filter_list(anna, configuration="jha") == {new.pk}
        assert filter_list(anna, configuration="nonsense") == set()

    def test_filter_topics_by_publication(self, anna: Client, clock: Any) -> None:
        live, _draft = make_topic(), make_topic("asylum")
        publish_now(clock, live)
        response = anna.get(TOPICS, {"publication": "live"})
        assert [row.pk for row in response.context["cl"].result_list] == [live.pk]


@pytest.fixture(scope="class")
def searched(press_office: None, class_clock: Any) -> UUID:
    """Return the key of a meeting to search for; there are some others."""
    make_meeting("env", start_date=dt.date(2060, 9, 14), city="Tallinn", title="Umwelt")
    make_meeting("jha", start_date=dt.date(2016, 9, 14), document_number="1/16")
    Chair.objects.update(name="Somebody else")
    days = {"start_date": dt.date(2017, 9, 13), "end_date": dt.date(2017, 9, 14)}
    meeting = make_meeting("jha", **days, address_word="informal")
    Chair.objects.filter(meeting=meeting).update(name="Ανδρέας Anvelt")
    meeting.document_number, meeting.references, meeting.number = "12035/17", ["OJ CONS 57"], "3560"
    meeting.save()
    AgendaItem.objects.filter(meeting=meeting).update(
        title="Κοινό σύστημα ασύλου: Dublin", documents=["14996/1/22 REV 1"], procedures=["2016/0133 (COD)"]
    )
    return meeting.pk


class TestSearch:
    def search(self, query: str) -> set[UUID]:
        return set(search_meetings(Meeting.objects.all(), query).values_list("pk", flat=True))

    @pytest.mark.parametrize(
        "query",
        [
            "JHA 2017",
            "jha 2017",
            "2017-09-14",
            "2017-9-13",
            "14/09/2017",
            "14.9.2017",
            "14 September 2017",
            "14 sept 2017",
            "JHA 13 Sep 2017",
            "september 2017",
            "2017",
            "12035/17",
            "OJ CONS 57",
            "ojcons57",
            "3560",
            "14996/1/22 REV 1",
            "14996/1/22rev1",
            "14996 / 1/22 REV1",
            "2016/0133 (COD)",
            "2016/0133(cod)",
            "2016 / 0133 ( COD )",
            "2016/0133",
            "dublin",
            "Justice Council Dublin",
            "Κοινό σύστημα",
            "jha dublin 2017 14996/1/22",
            "JHA 2017-09",
            "2017-9 dublin",
            "dublin September",
            "14 September dublin",
            "14 sept dublin",
            "3560 13 sep.",
            "Anvelt",
            "Ανδρέας anvelt",
            "JHA informal",
            "informal",
            "JHA Estonia",
            "estonia 2017",
        ],
    )
    def test_search_finds_the_meeting(self, searched: UUID, query: str) -> None:
        assert self.search(query) == {searched}

    @pytest.mark.parametrize(
        "query",
        ["JHA 2018", "JHA 2017-10", "JHA 2017-00", "JHA 2017-13", "JHA December 2017", "15 September dublin",
         "dublin October", "31 September", "30 February", "JHA Malta", "Estonia 2018", "anvelt env",
         "env 2017", "31/02/2017", "2017-13-40", "0000-00-00", "strong", "%", "_", "'", "Dublin Tallinn",
         "x" * 5000, "Ω " * 5000, "99999999999999999999", "14/09/20177"],
    )  # fmt: skip
    def test_search_without_results_does_not_fail(self, searched: UUID, query: str) -> None:
        assert self.search(query) == set()

    @pytest.mark.parametrize("query", ["", "   "])
    def test_blank_query_finds_all_meetings(self, searched: UUID, query: str) -> None:
        assert len(self.search(query)) == 3

    def test_list_is_searched(self, anna: Client, searched: UUID) -> None:
        assert filter_list(anna, q="14 sept dublin") == {searched}
        assert filter_list(anna, q="Ω " * 5000) == set()
        assert len(filter_list(anna, q="   ")) == 3

    def test_empty_result_gives_advice(self, anna: Client, searched: UUID) -> None:
        expected = "There are no results for “JHA <Dublín>”. Try fewer words, or use the filters."
        page = read_visible_words(anna.get(LIST, {"q": "JHA <Dublín>"}))
        assert expected in page
        assert "Your filters also limit the results" in read_visible_words(
            anna.get(LIST, {"q": "JHA Dublin", "when": "today"})
        )
        assert "There are no results" not in read_visible_words(anna.get(LIST, {"q": "JHA Dublin"}))
        assert "There are no results" not in read_visible_words(
            anna.get(LIST, {"when": "no-date"})
        )  # nothing was searched for


def test_list_takes_the_same_queries_for_few_and_many_meetings(anna: Client) -> None:
    counts = []
    for first, last in ((0, 3), (3, 9)):
        for n in range(first, last):
            meeting = make_meeting(start_date=PRESS_DATE + n * DAY)
            if n % 3:
                publish(meeting, at=PRESS_DAY + DAY)
        with CaptureQueriesContext(connection) as queries:
            page = anna.get(LIST)
        assert len(page.context["cl"].result_list) == last
        counts.append(len(queries))
    # session, user, the roles, alarms, configurations for the filter, two counts, the rows, their
    # states, two for the dates above the list
    assert counts == [11, 11]
