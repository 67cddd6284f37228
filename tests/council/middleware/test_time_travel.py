"""Tests of time travel: only users with the permission see the site at another time, and only in their browser."""

import datetime as dt
from math import inf
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from agenda.models import BackgroundTopic
from agenda.workflow.suppression import erase, get_edition_by_number, suppress
from meetings.models import Act, AuditEntry, Meeting, User
from tests.admin_forms import create_user_with_role, give_role
from tests.agenda.workflow.users import save_changes
from tests.factories import COMMAND, DAY, MINUTE, PRESS_DAY, make_meeting, make_topic, publish, publish_now, withdraw
from tests.public_requests import Visitor
from tests.worlds import share_world

pytestmark = pytest.mark.usefixtures("embargoed")
TRAVEL = "/admin/another-time/"
RETURN_TO_NOW = f"{TRAVEL}now/"
PAGE = "/en/meetings/jha/2060/09/14/"  # embargoed
PUBLIC_PAGE = "/en/meetings/env/2060/09/14/"  # of meetings that tests publish
HOUR = dt.timedelta(hours=1)
TOMORROW = "2060-09-15 10:00"
AS_OF = "2060-09-15T08:00:00Z"
SURFACES = [
    "/en/", "/en/meetings/", "/en/meetings/jha/", PAGE, "/en/topics/", "/en/topics/zanzibar/",
    "/api/v1/", "/api/v1/meetings/", "/api/v1/topics/", "/api/v1/agenda-items/", "/api/v1/media-links/",
]  # fmt: skip
HTML = [address for address in SURFACES if address.startswith("/en/")]


def text(response: Any) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


@share_world
def embargoed(clock: Any) -> Meeting:
    """Schedule a meeting and its topic for tomorrow at ten, with an item called Zanzibar; create a publisher."""
    create_user_with_role("Publishers")
    meeting, topic = make_meeting(city="Zanzibar"), make_topic("zanzibar")
    meeting.agenda.update(title="Zanzibar")
    meeting.links.update(title="Zanzibar")
    meeting.agenda.get().topics.add(topic)
    publish(meeting, topic, at=PRESS_DAY + DAY)
    return meeting


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def publisher(embargoed: Meeting, db: None, clock: Any) -> Client:
    return sign_in(User.objects.get(username="publisher"))


def fetch_all(client: Client) -> dict[str, Any]:
    return {address: client.get(address) for address in SURFACES}


def start_time_travel(client: Client, at: str = TOMORROW) -> Client:
    response = client.post(TRAVEL, {"at": at})
    assert (response.status_code, response["Location"]) == (302, "/en/")
    return client


class TestRefusals:
    def test_a_visitor_is_asked_to_sign_in(self, visitor: Visitor) -> None:
        for address in (TRAVEL, RETURN_TO_NOW):
            for response in (visitor.get(address), visitor.post(address, {"at": TOMORROW})):
                assert (response.status_code, response["Location"][:13]) == (302, "/admin/login/")

    @pytest.mark.parametrize("role", ["Authors", "Duty", "Translators", "Administrators"])
    def test_user_without_the_permission_is_refused(self, role: str) -> None:
        user = User.objects.create_user(username="somebody", is_staff=True)
        give_role(user, role)
        client = sign_in(user)
        for response in (client.get(TRAVEL), client.post(TRAVEL, {"at": TOMORROW})):
            assert response.status_code == 403
            message = "You do not have permission to view the site at another time. Ask one of these people: publisher."
            assert message in text(response)
            assert "14 September" not in text(response)
        assert "another time" not in text(client.get("/admin/"))
        assert client.get(PAGE).status_code == 404
        assert not AuditEntry.objects.filter(act=Act.TRAVELLED).exists()

    @pytest.mark.parametrize(
        ("at", "message"),
        [
            ("", "Enter a date and time"),
            ("tomorrow", "“tomorrow” is not a time"),
            ("2060-10-31 02:30", "occurs twice"),
            ("2206-09-14 18:00", "Check the year"),
            ("1890-01-01 00:00", "is not a time"),
            ("αύριο", "is not a time"),
            ("9" * 5000, "is not a time"),
        ],
    )
    def test_wrong_time_is_refused(self, publisher: Client, at: str, message: str) -> None:
        assert message in text(publisher.post(TRAVEL, {"at": at}))
        assert publisher.get("/en/").get("Council-As-Of") is None

    def test_returning_needs_a_post(self, publisher: Client) -> None:
        start_time_travel(publisher)
        assert publisher.get(RETURN_TO_NOW).status_code == 405
        assert publisher.get("/en/")["Council-As-Of"] == AS_OF

    def test_returning_redirects_only_to_this_site(self, publisher: Client) -> None:
        for page in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", ""):
            assert start_time_travel(publisher).post(RETURN_TO_NOW, {"page": page})["Location"] == "/en/", page

    def test_invented_session_is_ignored(self) -> None:
        client = Client(headers={"cookie": "sessionid=made-up; travel=2060-09-15"})
        assert client.get(PAGE).status_code == 404


class TestVisitors:
    """Time travel does not exist for visitors without a session."""

    def test_answers_to_visitors_do_not_change(self, visitor: Visitor, publisher: Client) -> None:
        """The visitor's requests fail if a statement uses a table that is not public, such as sessions."""
        for address in SURFACES:
            visitor.get(address)  # the process keeps the options of the filters
        before = {address: (visitor.get(address), visitor.statements) for address in SURFACES}
        start_time_travel(publisher)
        for address, (first, statements) in before.items():
            assert publisher.get(address).status_code == 200
            after = visitor.get(address)
            for answer in (first, after):
                del answer["X-Request-Id"]
            assert after.status_code == first.status_code, address
            assert after.content == first.content, address
            assert dict(after.headers) == dict(first.headers), address
            assert visitor.statements == statements, address
            assert "Cookie" not in after.get("Vary", ""), address
            assert "Council-As-Of" not in after, address
            assert after["Cache-Control"] == "no-cache", address
            assert b"Zanzibar" not in after.content, address

    def test_other_cookie_is_not_a_session(self) -> None:
        with CaptureQueriesContext(connection) as queries:
            response = Client(headers={"cookie": "theme=dark"}).get("/en/")
        assert not [query for query in queries if "session" in query["sql"] or "user" in query["sql"]]
        assert "Cookie" not in response.get("Vary", "")

    def test_signed_in_user_without_time_travel_sees_the_present(self, publisher: Client, visitor: Visitor) -> None:
        shown = visitor.get("/en/").content
        with patch("meetings.editions.published_version.MAX_AGE", inf), CaptureQueriesContext(connection) as queries:
            response = publisher.get("/en/")
        assert response.content == shown
        assert len(queries) == len(visitor.statements) + 1  # the session
        assert response["Cache-Control"] == "no-cache"
        assert publisher.get("/en/", headers={"if-none-match": response["ETag"]}).status_code == 304


class TestTheFuture:
    def test_all_pages_show_the_future_and_are_not_stored(self, publisher: Client) -> None:
        for address, response in fetch_all(start_time_travel(publisher)).items():
            assert response.status_code == 200, address
            assert response["Council-As-Of"] == AS_OF, address
            assert response["Cache-Control"] == "no-store", address
            assert not {"ETag", "Last-Modified"} & set(response.headers), address
            assert b"anzibar" in response.content or address == "/api/v1/"

    def test_each_page_says_that_it_shows_another_time(self, publisher: Client) -> None:
        start_time_travel(publisher)
        for address in [*HTML, "/en/nothing/here/"]:
            page = publisher.get(address).content.decode()
            assert '<aside class="not-live"' in page, address
            assert "This is the site as it will be on <b>15 September 2060, 10:00 (Brussels)</b>" in page, address
            assert "Return to the present" in page, address
            assert "<title>15 September 2060, 10:00 (Brussels): " in page, address
            is_missing = address not in HTML
            assert ("EMBARGO until 15 September 2060, 10:00 (Brussels)" in page) is not is_missing, address

    def test_public_page_has_no_embargo_notice(self, publisher: Client, clock: Any) -> None:
        publish_now(clock, make_meeting("env"))
        assert "EMBARGO" not in text(start_time_travel(publisher).get(PUBLIC_PAGE))

    def test_page_is_missing_a_second_before_publication(self, publisher: Client) -> None:
        assert start_time_travel(publisher, "2060-09-15 09:59").get(PAGE).status_code == 404

    def test_stored_answer_is_never_confirmed(self, publisher: Client, clock: Any) -> None:
        publish_now(clock, make_meeting("env"))
        for address in (PUBLIC_PAGE, "/api/v1/meetings/"):
            etag = publisher.get(address)["ETag"]
            clock.shift(MINUTE)
            for method in (start_time_travel(publisher).get, publisher.head):
                assert method(address, headers={"if-none-match": etag}).status_code == 200
            publisher.post(RETURN_TO_NOW)

    @pytest.mark.parametrize("address", ["/", "/en/topics/zanzibar"])
    def test_redirects_are_not_stored(self, publisher: Client, embargoed: Meeting, address: str) -> None:
        response = start_time_travel(publisher).get(address)
        assert response.status_code in (301, 302)
        assert (response["Cache-Control"], response["Council-As-Of"]) == ("no-store", AS_OF)

    def test_current_minute_is_that_of_the_other_time(self, publisher: Client) -> None:
        assert "Thursday 16 September 2060" in text(start_time_travel(publisher, "2060-09-16 09:00").get("/en/"))

    def test_cursor_is_only_valid_at_its_time(self, publisher: Client, clock: Any) -> None:
        publish_now(clock, make_meeting("env"))
        cursor = start_time_travel(publisher).get("/api/v1/meetings/?limit=1").json()["next"]
        assert publisher.get(cursor).status_code == 200
        assert Client().get(cursor).status_code == 400


class TestThePast:
    @pytest.fixture
    def withdrawn(self, publisher: Client, clock: Any) -> Meeting:
        meeting = make_meeting("env", notice="Zanzibar.")
        publish_now(clock, meeting)
        clock.shift(DAY)
        clock.move_to(withdraw(meeting, reason="Sent by mistake.").available_from)
        return meeting

    def test_past_shows_the_text_before_a_correction(self, publisher: Client, clock: Any) -> None:
        meeting = make_meeting("env", notice="First.")
        publish_now(clock, meeting)
        clock.shift(DAY)
        publish_now(clock, save_changes(meeting, notice="Second."))
        page = text(start_time_travel(publisher, "2060-09-14 12:00").get(PUBLIC_PAGE))
        assert "First." in page
        assert (
            "This is the site as it was on 14 September 2060, 12:00 (Brussels), "
            "including pages that have since been withdrawn." in page
        )
        assert "EMBARGO" not in page

    def test_past_shows_a_meeting_that_was_withdrawn_later(self, publisher: Client, withdrawn: Meeting) -> None:
        assert publisher.get(PUBLIC_PAGE).status_code == 410
        assert "Zanzibar." in text(start_time_travel(publisher, "2060-09-14 12:00").get(PUBLIC_PAGE))
        answer = publisher.get(f"/api/v1/meetings/{withdrawn.pk}/")
        assert answer.json()["notice"] == "Zanzibar."
        assert Client().get(PUBLIC_PAGE).status_code == 410

    def test_suppressed_edition_stays_hidden(self, publisher: Client, clock: Any) -> None:
        meeting = make_meeting("env", notice="Call Mbabane.")
        publish_now(clock, meeting)
        clock.shift(DAY)
        publish_now(clock, save_changes(meeting, notice="Corrected."))
        edition = get_edition_by_number(meeting, 1)
        suppress(meeting, edition, by=COMMAND, reason="A private number.")
        start_time_travel(publisher, "2060-09-14 12:00")
        item = meeting.agenda.get()
        parts = [f"/api/v1/agenda-items/{item.pk}/", "/api/v1/agenda-items/", "/api/v1/media-links/"]
        addresses = [address.replace("/jha/", "/env/") for address in SURFACES if "zanzibar" not in address]
        for address in [*addresses, *parts, f"/api/v1/meetings/{meeting.pk}/"]:
            response = publisher.get(address)
            assert response.status_code in (200, 404)
            assert b"Mbabane" not in response.content, address
        assert publisher.get(PUBLIC_PAGE).status_code == 404
        erase(meeting, edition, by=COMMAND, reason="Court order.")
        for address in [*parts, f"/api/v1/meetings/{meeting.pk}/", PUBLIC_PAGE]:
            response = publisher.get(address)
            assert (response.status_code, b"Mbabane" in response.content) in ((200, False), (404, False)), address


class TestReturn:
    def test_button_returns_to_the_same_page(self, publisher: Client) -> None:
        page = start_time_travel(publisher).get(PAGE).content.decode()
        assert f'<form method="post" action="{RETURN_TO_NOW}">' in page
        assert f'<input type="hidden" name="page" value="{PAGE}">' in page
        assert publisher.post(RETURN_TO_NOW, {"page": PAGE})["Location"] == PAGE
        assert publisher.get(PAGE).status_code == 404

    def test_time_travel_ends_after_an_hour(self, publisher: Client, clock: Any) -> None:
        start_time_travel(publisher)
        clock.shift(HOUR - MINUTE)
        assert publisher.get(PAGE).status_code == 200
        clock.shift(MINUTE)
        assert publisher.get(PAGE).status_code == 404
        assert "Council-As-Of" not in publisher.get("/en/")

    def test_time_travel_ends_at_sign_out(self, publisher: Client) -> None:
        start_time_travel(publisher).post("/admin/logout/")
        assert publisher.get(PAGE).status_code == 404

    def test_time_travel_ends_when_the_permission_is_removed(self, publisher: Client) -> None:
        start_time_travel(publisher)
        User.objects.get(username="publisher").memberships.all().delete()
        assert publisher.get(PAGE).status_code == 404

    @pytest.mark.parametrize("is_superuser", [False, True])
    @pytest.mark.parametrize("flag", ["is_active", "is_staff"])
    def test_time_travel_ends_with_the_account(self, publisher: Client, flag: str, is_superuser: bool) -> None:
        User.objects.filter(username="publisher").update(is_superuser=is_superuser)
        start_time_travel(publisher)
        User.objects.filter(username="publisher").update(**{flag: False})
        assert publisher.get(PAGE).status_code == 404


class TestScreen:
    def test_screen_links_to_the_next_releases(self, publisher: Client) -> None:
        page = publisher.get(TRAVEL).content.decode()
        assert 'name="at" value="2060-09-15T10:00:00+02:00">15 September 2060, 10:00 (Brussels)</button>' in page
        assert "JHA, " in page
        assert "Zanzibar" in page
        assert start_time_travel(publisher, "2060-09-15T10:00:00+02:00").get("/en/")["Council-As-Of"] == AS_OF

    def test_admin_shows_the_present(self, publisher: Client, embargoed: Meeting) -> None:
        start_time_travel(publisher)
        for address in ("/admin/", f"/admin/meetings/meeting/{embargoed.pk}/change/", TRAVEL):
            response = publisher.get(address)
            assert "Council-As-Of" not in response
            assert "not-live" not in response.content.decode()
        assert "Will be published 15 Sep 10:00" in text(publisher.get("/admin/meetings/meeting/"))
        assert "You are viewing the public site as at 15 September 2060, 10:00 (Brussels)" in text(
            publisher.get(TRAVEL)
        )

    def test_time_travel_is_audited_once_and_not_for_each_page(self, publisher: Client) -> None:
        start_time_travel(publisher)
        for address in HTML[:3]:
            publisher.get(address)
        entry = AuditEntry.objects.get(act=Act.TRAVELLED)
        assert (entry.actor, entry.details) == ("publisher", {"to": "2060-09-15T08:00:00+00:00"})

    def test_cost_of_a_page(self, publisher: Client, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting("env"))
        visitor.get(PUBLIC_PAGE)
        start_time_travel(publisher)
        with CaptureQueriesContext(connection) as queries:
            publisher.get(PUBLIC_PAGE)
        next_meeting = 1  # on the day to which the publisher travels, the meeting is over
        assert len(queries) == len(visitor.statements) + 3 + next_meeting  # session, user, memberships

    def test_topics_follow_the_other_time(self, publisher: Client) -> None:
        assert BackgroundTopic.objects.count() == 1
        assert "About zanzibar." in text(start_time_travel(publisher).get("/en/topics/zanzibar/"))
