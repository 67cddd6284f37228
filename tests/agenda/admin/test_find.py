"""“Find” in the header: screens for everybody who may sign in, and what they may read."""

from typing import Any

import pytest
from django.test import Client

from agenda.admin.find import MAX_ROWS
from agenda.models import BackgroundTopic
from agenda.workflow.review_actions import submit
from agenda.workflow.revisions import keep_revision
from meetings.access.audit import Actor
from meetings.models import Meeting, User
from tests.admin_forms import create_client_with_role, create_user, create_user_with_role, sign_in
from tests.agenda.admin.screens import get_step_url
from tests.factories import COMMAND, DAY, PRESS_DATE, PRESS_DAY, make_meeting, make_topic, publish_now
from tests.worlds import share_world

FIND = "/admin/find/?part=results&q="


@share_world
def office(clock: Any) -> None:
    create_user_with_role("Authors")
    create_user("clerk")
    make_meeting(title="Fisheries")
    make_topic(title="Migration policy")


@pytest.fixture
def author(office: None) -> Client:
    return sign_in("author")


def find(client: Client, words: str) -> str:
    response = client.get("/admin/find/", {"part": "results", "q": words})
    assert response.status_code == 200
    return response.content.decode()


def test_staff_without_a_role_find_only_screens(office: None) -> None:
    found = find(sign_in("clerk"), "migration")
    assert "Migration" not in found
    assert "There are no results" in found
    assert "Change password" in find(sign_in("clerk"), "password")


def test_result_is_kept_by_no_cache(author: Client) -> None:
    assert "no-store" in author.get(FIND)["Cache-Control"]


@pytest.mark.parametrize("words", ["", "  ", "<script>", "%", "Ω" * 5000, "a " * 300, "14996/1/22 REV 1", "31 2 9999"])
def test_any_words_are_answered(author: Client, words: str) -> None:
    assert "<script>" not in find(author, words)


def test_meetings_items_topics_and_screens_are_found(author: Client) -> None:
    meeting = Meeting.objects.get()
    item = meeting.agenda.get()
    item.title, item.procedures = "Καθαρό νερό", ["2016/0142 (COD)"]
    item.save()
    for words, shown in (
        ("fisheries", f"/admin/meetings/meeting/{meeting.pk}/change/"),
        (f"jha {PRESS_DATE:%Y}", f"/admin/meetings/meeting/{meeting.pk}/change/"),
        ("νερό", f"/admin/meetings/meeting/{meeting.pk}/change/#{item.pk}"),
        ("2016/0142(COD)", f"#{item.pk}"),
        ("migr", "Migration policy"),
        ("add meeting", "/admin/meetings/meeting/add/"),
    ):
        assert shown in find(author, words), words


def test_coming_meetings_come_first_and_the_list_has_the_rest(author: Client) -> None:
    for days in range(-6, 6):
        if days:
            make_meeting(start_date=PRESS_DATE + days * DAY)
    found = find(author, "jha")
    titles = [f"JHA, {PRESS_DATE + days * DAY:%-d %B %Y}" for days in (0, 1, 5, -1, -2)]
    assert sorted(titles, key=found.index) == titles
    assert "/admin/meetings/meeting/?q=jha" in found


def test_queries_do_not_grow(author: Client, django_assert_num_queries: Any) -> None:
    for days in (range(0), range(1, 20)):
        for number in days:
            make_meeting(start_date=PRESS_DATE + number * DAY, title="Fisheries")
        with django_assert_num_queries(7):
            find(author, "fisheries")


def test_page_shows_the_same_without_a_script(author: Client) -> None:
    page = author.get("/admin/find/?q=migr").content.decode()
    assert "Migration policy" in page
    assert 'value="migr"' in page


class TestSteps:
    def test_nothing_is_offered_that_the_user_may_not_do(self, author: Client) -> None:
        submit(Meeting.objects.get(), by=COMMAND)
        for word in ("approve", "publish", "withdraw"):
            assert "There are no results" in find(author, word)

    def test_notes_that_wait_for_a_step_are_offered(self, author: Client, clock: Any) -> None:
        meeting = Meeting.objects.get()
        keep_revision(meeting, PRESS_DAY, Actor(User.objects.get(username="author"), "author"))
        assert get_step_url(meeting, "submit/") in find(author, "submit")
        publisher = create_client_with_role("Publishers")
        submit(meeting, by=COMMAND)
        assert get_step_url(meeting, "review/") in find(publisher, "appr")
        assert get_step_url(meeting, "review/") in find(publisher, "approve jha 2060")
        assert "There are no results" in find(publisher, "approve ecofin")
        publish_now(clock, meeting)
        assert get_step_url(meeting, "withdraw/") in find(publisher, "withdraw jha")

    def test_published_topics_can_be_withdrawn(self, author: Client, clock: Any) -> None:
        topic = BackgroundTopic.objects.get()
        publisher = create_client_with_role("Publishers")
        assert get_step_url(topic, "withdraw/") not in find(publisher, "withdraw migration")
        publish_now(clock, topic)
        assert get_step_url(topic, "withdraw/") in find(publisher, "withdraw migration")
        assert get_step_url(topic, "withdraw/") in find(publisher, "withdraw")
        assert get_step_url(topic, "withdraw/") not in find(publisher, "withdraw jha")
        assert get_step_url(topic, "withdraw/") not in find(author, "withdraw migration")

    def test_meetings_of_other_desks_leave_room_for_ones_own(self, office: None, clock: Any) -> None:
        others = [make_meeting("env", PRESS_DATE + number * DAY) for number in range(MAX_ROWS + 1)]
        publish_now(clock, own := make_meeting("ecofin", PRESS_DATE + 30 * DAY), *others)
        found = find(create_client_with_role("Publishers", of="ecofin"), "withdraw")
        assert get_step_url(own, "withdraw/") in found
        assert get_step_url(others[0], "withdraw/") not in found
