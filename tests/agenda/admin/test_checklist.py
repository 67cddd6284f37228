"""The checks on the screens where a text is submitted, reviewed and published: the list of the note editor."""

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda.models import AgendaItem, MediaLink
from agenda.workflow.document_checks import find_all_checks
from agenda.workflow.drafts import build_draft
from agenda.workflow.review_actions import approve
from meetings.models import Meeting, ProgrammePoint
from tests.agenda.admin.screens import (
    get_actor,
    get_step_url,
    list_buttons,
    read_visible_words,
    save_correction,
    submit_and_approve,
    submit_as,
)
from tests.agenda.workflow.users import get_shown
from tests.factories import DAY, make_meeting, make_topic

pytestmark = pytest.mark.once

SATURDAY = dt.date(2060, 9, 18)
WEEKEND = "18 September 2060 is a Saturday. Check that the meeting is at the weekend."
STEPS = ("submit/", "review/", "release/")


def read_checklist(response: Any) -> dict[str, list[tuple[str, str]]]:
    """Return the message and URL of each check on the screen, by the heading of its group."""
    found = re.findall(r'<h3[^>]*>([^<]*)</h3>\s*<ul class="checks">(.*?)</ul>', response.content.decode(), re.DOTALL)
    links = {heading: re.findall(r'<a href="(.*?)">(.*?)</a>', entries) for heading, entries in found}
    return {heading: [(unescape(text), unescape(url)) for url, text in pairs] for heading, pairs in links.items()}


def open_steps(meeting: Meeting, anna: Client, petra: Client) -> dict[str, Any]:
    """Take the meeting through the three screens. Return each response."""
    submitting = anna.get(get_step_url(meeting, "submit/"))
    submit_as(meeting, by="anna")
    reviewing = petra.get(get_step_url(meeting, "review/"))
    approve(meeting, by=get_actor("petra"), shown=get_shown(meeting))
    return dict(zip(STEPS, [submitting, reviewing, petra.get(get_step_url(meeting, "release/"))], strict=True))


class TestRefused:
    def test_text_with_an_error_is_not_submitted(self, anna: Client) -> None:
        meeting = make_meeting(status="cancelled")
        response = anna.get(get_step_url(meeting, "submit/"))
        message = "Enter the public reason why the meeting is postponed or cancelled."
        field = get_step_url(meeting, f"change/#{meeting.pk}.status_reason")
        assert read_checklist(response)["Before you submit"] == [(message, field)]
        assert "Submit for approval" not in list_buttons(response)

    def test_text_that_waits_for_a_language_is_not_published(self, petra: Client) -> None:
        meeting = make_meeting(required_languages=["fr"])
        submit_and_approve(meeting, by="petra", submitter="anna")
        response = petra.get(get_step_url(meeting, "release/"))
        [(message, url)] = read_checklist(response)["Before it is published"]
        assert message.startswith("The language rule requires français, and this is not approved.")
        assert url == get_step_url(meeting, "languages/")
        assert read_visible_words(response).count("français") == 1
        assert list_buttons(response)[-1] == "Schedule"

    def test_names_are_escaped(self, anna: Client) -> None:
        meeting = make_meeting()
        MediaLink.objects.filter(url="").update(title='<img src="x">')
        page = anna.get(get_step_url(meeting, "submit/")).content.decode()
        assert "The link “&lt;img src=&quot;x&quot;&gt;” has no web address" in page
        assert "<img src" not in page


class TestList:
    def test_each_screen_has_the_checks_of_the_editor_once(self, anna: Client, petra: Client) -> None:
        meeting = make_meeting(start_date=SATURDAY, end_date=SATURDAY)
        ProgrammePoint.objects.update(date=SATURDAY + 9 * DAY)
        save_correction(meeting, "anna")
        checks = find_all_checks(build_draft(meeting, timezone.now()), timezone.now())
        assert len(checks) > 2
        urls = [get_step_url(meeting, f"change/#{check.id}.{check.member}") for check in checks]
        for step, response in open_steps(meeting, anna, petra).items():
            checklist = read_checklist(response)
            assert list(checklist) == ["Please check"], step
            messages, shown_urls = zip(*checklist["Please check"], strict=True)
            assert list(shown_urls) == urls, step
            assert all(check.message in message for check, message in zip(checks, messages, strict=True)), step
            assert all(read_visible_words(response).count(check.message) == 1 for check in checks), step

    def test_message_that_does_not_name_its_part_begins_with_it(self, anna: Client) -> None:
        meeting = make_meeting()
        ProgrammePoint.objects.update(date=SATURDAY + 9 * DAY)
        messages = dict(read_checklist(anna.get(get_step_url(meeting, "submit/")))["Please check"])
        starts = [message.partition(":")[0] for message in messages if "27 September 2060" in message]
        assert starts == ["Press conference “Home Affairs Council”"]
        assert "The link “Migratory pressures” has no web address and will not be shown as a link." in messages

    def test_later_edits_are_not_in_the_list_of_the_text(self, anna: Client, petra: Client) -> None:
        meeting = make_meeting()
        submit_as(meeting, by="anna")
        Meeting.objects.update(start_date=SATURDAY, end_date=SATURDAY)
        MediaLink.objects.filter(url="").update(url="https://video.example/2")
        save_correction(meeting, "anna")
        for step in ("review/", "release/"):
            page = read_visible_words(petra.get(get_step_url(meeting, step)))
            assert "has no web address" in page
            assert WEEKEND not in page
            if step == "review/":
                approve(meeting, by=get_actor("petra"), shown=get_shown(meeting))
        assert WEEKEND in read_visible_words(anna.get(get_step_url(meeting, "submit/")))

    def test_unpublished_topic_leads_to_the_topics_of_its_item(self, anna: Client) -> None:
        meeting, topic = make_meeting(), make_topic()
        item = meeting.agenda.get()
        item.topics.add(topic)
        checks = dict(read_checklist(anna.get(get_step_url(meeting, "submit/")))["Please check"])
        [url] = [url for message, url in checks.items() if "“Migration policy” is not published" in message]
        assert url == get_step_url(meeting, f"change/#{item.pk}.topics")


class TestQueries:
    """Checks cost each meeting a few queries, however long its note is."""

    def count_queries(self, client: Client, url: str) -> int:
        client.get(url)  # fills the caches of the process
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    def count_queries_of_steps(self, items: int, anna: Client, petra: Client) -> list[int]:
        meeting = make_meeting("env")
        for n in range(items):
            item = AgendaItem.objects.create(meeting=meeting, title=f"Item {n}", text="<p>See 1/17.</p>")
            MediaLink.objects.create(item=item, kind="background", title=f"Link {n}")
        save_correction(meeting, "anna")
        counts = [self.count_queries(anna, get_step_url(meeting, "submit/"))]
        submit_as(meeting, by="anna")
        counts.append(self.count_queries(petra, get_step_url(meeting, "review/")))
        approve(meeting, by=get_actor("petra"), shown=get_shown(meeting))
        counts.append(self.count_queries(petra, get_step_url(meeting, "release/")))
        Meeting.objects.all().delete()
        return counts

    def test_constant_in_the_number_of_items(self, anna: Client, petra: Client) -> None:
        few, many = (self.count_queries_of_steps(items, anna, petra) for items in (1, 30))
        assert few == many
        assert all(count <= limit for count, limit in zip(few, (32, 31, 29), strict=True)), few

    def test_each_meeting_of_a_release_costs_the_same(self, petra: Client) -> None:
        meetings = [make_meeting(code) for code in ("jha", "env", "ecofin", "compet")]
        submit_and_approve(*meetings, by="petra", submitter="anna")
        url = get_step_url(meetings[0], "release/")
        queries = ["&".join(f"with={meeting.pk}" for meeting in meetings[1:number]) for number in (2, 3, 4)]
        two, three, four = (self.count_queries(petra, f"{url}?{query}") for query in queries)
        assert four - three == three - two <= 20
