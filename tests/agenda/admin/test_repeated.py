"""A step that is sent twice, by a double click or from two tabs: the second one lands on the note and says when."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from agenda.models import Release, Revision, RevisionReason, Verdict
from agenda.workflow.publication import publish
from meetings.models import Edition, Meeting
from tests.admin_forms import read_messages
from tests.agenda.admin.screens import (
    correct_item_title,
    create_client,
    get_actor,
    get_step_url,
    list_hidden_values,
    post_release,
    post_release_now,
    read_visible_words,
    save_correction,
    submit_and_approve,
    submit_as,
)
from tests.agenda.workflow.translations import save_translation
from tests.agenda.workflow.users import get_shown
from tests.factories import MINUTE, PRESS_DAY, make_meeting

pytestmark = pytest.mark.once
NOON = PRESS_DAY + dt.timedelta(hours=2)


@pytest.fixture
def meeting(press_office: None, clock: Any) -> Meeting:
    return make_meeting(lead="<p>Good morning.</p>")


def post_twice(client: Client, meeting: Meeting, step: str, clock: Any, **values: Any) -> Any:
    """Send the form of a step, and send it again a minute later as it was. Return the second answer."""
    address = get_step_url(meeting, step)
    page = client.get(address)
    posted = {name: list_hidden_values(page, name) for name in ("shown", "language")} | values
    client.post(address, posted)
    clock.shift(MINUTE)
    return client.post(address, posted)


def lands_on_note(response: Any, meeting: Meeting, message: str) -> None:
    assert response.status_code == 302, read_visible_words(response)
    assert response["Location"].startswith(get_step_url(meeting, "change/"))
    assert message in read_messages(response)


class TestNotRepeated:
    """What looks alike and is not: it is refused as before."""

    def test_another_text_is_not_called_submitted(self, anna: Client, meeting: Meeting) -> None:
        shown = list_hidden_values(anna.get(get_step_url(meeting, "submit/")), "shown")
        submit_as(meeting, by="anna")
        correct_item_title(meeting, "Newer")
        save_correction(meeting, by="anna")
        page = anna.post(get_step_url(meeting, "submit/"), {"shown": shown})
        assert "Someone saved a change after you opened this page" in read_visible_words(page)

    def test_decision_of_a_colleague_is_shown(self, petra: Client, piet: Client, meeting: Meeting) -> None:
        submit_as(meeting, by="anna")
        posted = {"shown": get_shown(meeting), "language": ["en"], "approve": "x"}
        for client, status in ((piet, 302), (petra, 200)):
            assert client.post(get_step_url(meeting, "review/"), posted).status_code == status

    def test_another_time_is_not_called_scheduled(self, petra: Client, meeting: Meeting) -> None:
        submit_and_approve(meeting, by="petra", submitter="anna")
        publish(meeting, by=get_actor("petra"), at=NOON)
        response = post_release(petra, meeting, at="2060-09-14 13:00")
        assert "is already scheduled for 14 September 2060, 12:00:00" in read_visible_words(response)


class TestRepeated:
    def test_submission(self, anna: Client, meeting: Meeting, clock: Any) -> None:
        response = post_twice(anna, meeting, "submit/", clock)
        lands_on_note(response, meeting, f"“{meeting}” was already submitted on 14 Sep 10:00 by anna.")
        assert Revision.objects.filter(why=RevisionReason.SUBMITTED).count() == 1

    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            ({"approve": "x"}, "You already approved this text (English) on 14 Sep 10:00."),
            ({"send_back": "x", "remark": "Why?"}, "You already sent this text back (English) on 14 Sep 10:00."),
        ],
    )
    def test_decision(self, petra: Client, meeting: Meeting, clock: Any, values: dict[str, str], expected: str) -> None:
        submit_as(meeting, by="anna")
        lands_on_note(post_twice(petra, meeting, "review/", clock, **values), meeting, expected)
        assert Verdict.objects.count() == 1

    def test_publication(self, petra: Client, meeting: Meeting, clock: Any) -> None:
        submit_and_approve(meeting, by="petra", submitter="anna")
        post_release_now(petra, meeting)
        for seconds in (0, 60):  # before it is public, and after
            clock.shift(seconds)
            expected = f"“{meeting}” was already published on 14 September 2060, 10:00:01 (Brussels time)."
            lands_on_note(post_release_now(petra, meeting), meeting, expected)
        assert Edition.objects.count() == 1

    def test_schedule(self, petra: Client, meeting: Meeting, clock: Any) -> None:
        submit_and_approve(meeting, by="petra", submitter="anna")
        response = post_twice(petra, meeting, "release/", clock, at="2060-09-14 12:00", release="x")
        lands_on_note(response, meeting, "is already scheduled for 14 September 2060, 12:00:00 (Brussels time).")
        assert Release.objects.count() == 1

    def test_schedule_before_approval(self, petra: Client, meeting: Meeting, clock: Any) -> None:
        response = post_twice(petra, meeting, "release/", clock, at="2060-09-14 12:00", plan="x")
        assert response["Location"] == get_step_url(Release.objects.get(), "change/")
        assert "It is already scheduled for 14 September 2060, 12:00:00" in read_messages(response)

    def test_publication_without_approval(self, petra: Client, meeting: Meeting, clock: Any) -> None:
        now = {"force": "It burns.", "when": "now", "confirmed": "x"}
        lands_on_note(post_twice(petra, meeting, "force/", clock, **now), meeting, "was already published on")
        assert Edition.objects.count() == 1

    def test_translation(self, meeting: Meeting, petra: Client, clock: Any) -> None:
        submit_and_approve(meeting, by="petra", submitter="anna")
        ines = create_client("ines", "Translators")
        save_translation(meeting, {"theo": get_actor("ines")}, lead="<p>Bonjour.</p>")
        address = get_step_url(meeting, "translate/fr/submit/")
        posted = {"shown": list_hidden_values(ines.get(address), "shown")}
        ines.post(address, posted)
        response = ines.post(address, posted)
        assert response["Location"] == get_step_url(meeting, "languages/")
        assert "“français” was already submitted on 14 Sep 10:00 by ines." in read_messages(response)
