"""Test conditional requests."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils.http import http_date

from agenda.workflow.suppression import lift_suppression, suppress
from meetings.editions.freezing import create_edition
from meetings.editions.published_version import get_published_version, known_versions
from meetings.http import code_version
from meetings.http.conditional_get import conditional
from meetings.models import Configuration, Presidency
from tests.factories import (
    COMMAND,
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    SECOND,
    make_meeting,
    make_meeting_document,
    make_uuid,
    publish,
    publish_now,
    withdraw,
)
from tests.public_requests import Visitor, allow_public_reads


def send_conditional(visitor: Visitor, address: str, method: str = "get", **headers: str) -> Any:
    return getattr(visitor, method)(f"/api/v1/{address}", headers=headers)


@pytest.mark.once
def test_code_version_depends_on_files(tmp_path: Any, settings: Any) -> None:
    settings.BASE_DIR = tmp_path
    seen = set()
    for words in ("one = 1", "one = 2"):
        (tmp_path / "meetings").mkdir(exist_ok=True)
        (tmp_path / "meetings" / "one.py").write_text(words)
        seen.add(code_version.get_code_version.__wrapped__())
    settings.LICENCE_NAME = "Another licence"
    seen.add(code_version.get_code_version.__wrapped__())
    assert len(seen) == 3


@pytest.mark.django_db
class TestChangedAnswer:
    """Return the headers with the ETag and those with the date of an address."""

    @pytest.fixture(params=["tag", "date"])
    def validators(self, request: pytest.FixtureRequest) -> Any:
        def conditions(response: Any) -> dict[str, str]:
            if request.param == "tag":
                return {"if_none_match": response["ETag"]}
            return {"if_modified_since": response["Last-Modified"]}

        return conditions

    @pytest.mark.parametrize("name", ["list", "meeting", "item"])
    def test_correction_is_visible_in_the_second_it_appears(
        self, visitor: Visitor, clock: Any, validators: Any, name: str
    ) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        address = {
            "list": "meetings/",
            "meeting": f"meetings/{meeting.pk}/",
            "item": f"agenda-items/{meeting.agenda.get().pk}/",
        }[name]
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        conditions = validators(send_conditional(visitor, address))
        meeting.notice = "Corrected."
        meeting.save()
        lifts = PRESS_DAY + 3 * MINUTE
        publish(meeting, at=lifts)
        clock.move_to(lifts - dt.timedelta(milliseconds=1))
        assert send_conditional(visitor, address, **conditions).status_code == 304
        clock.move_to(lifts)
        assert send_conditional(visitor, address, **conditions).status_code == 200

    def test_withdrawal_changes_lists_and_is_a_410(self, visitor: Visitor, clock: Any, validators: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        stored = {
            address: validators(send_conditional(visitor, address))
            for address in ("meetings/", f"meetings/{meeting.pk}/")
        }
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        found = [send_conditional(visitor, address, **conditions).status_code for address, conditions in stored.items()]
        assert found == [200, 410]

    def test_item_that_goes_back_to_another_meeting(self, visitor: Visitor, clock: Any, validators: Any) -> None:
        """The earlier edition is older than the withdrawn one."""
        meeting, other = make_meeting(), make_meeting(start_date=PRESS_DATE + DAY)
        item = meeting.agenda.get()
        publish_now(clock, meeting)
        clock.move_to(PRESS_DAY + MINUTE)
        item.meeting, item.session = other, None
        item.save()
        publish_now(clock, other)
        address = f"agenda-items/{item.pk}/"
        clock.move_to(PRESS_DAY + 3 * MINUTE)
        answer = send_conditional(visitor, address)
        assert answer.json()["meeting"]["id"] == str(other.pk)
        clock.move_to(withdraw(other, reason="Sent too early.").available_from)
        again = send_conditional(visitor, address, **validators(answer))
        assert again.json()["meeting"]["id"] == str(meeting.pk)


@pytest.mark.django_db
class TestEarlierStates:
    @pytest.fixture
    def second_page(self, visitor: Visitor, clock: Any) -> Any:
        """Return the address of a page with a past text, and its edition."""
        meetings = [make_meeting(start_date=PRESS_DATE + day * DAY) for day in range(2)]
        editions = {edition.subject_id: edition for edition in publish(*meetings)}
        clock.move_to(editions[meetings[0].pk].available_from)
        address = visitor.get_json("meetings/?limit=1")["next"].partition("/api/v1/")[2]
        clock.move_to(PRESS_DAY + MINUTE)
        meetings[0].notice = "Corrected."
        meetings[0].save()
        publish_now(clock, meetings[0])
        return address, meetings[0], editions[meetings[0].pk]

    def test_page_changes_when_a_text_is_suppressed_or_restored(
        self, visitor: Visitor, clock: Any, second_page: Any
    ) -> None:
        address, meeting, edition = second_page
        first = send_conditional(visitor, address)
        suppress(meeting, edition, by=COMMAND, reason="A private number.")
        clock.shift(SECOND)
        closed = send_conditional(visitor, address, if_none_match=first["ETag"])
        assert (closed.status_code, closed.json()["results"]) == (200, [])
        lift_suppression(meeting, edition, by=COMMAND, reason="It was public.")
        clock.shift(SECOND)
        assert (
            send_conditional(visitor, address, if_none_match=closed["ETag"]).json()["results"]
            == first.json()["results"]
        )

    def test_earlier_state_has_no_date(self, visitor: Visitor, second_page: Any) -> None:
        address, _meeting, _edition = second_page
        assert "Last-Modified" not in send_conditional(visitor, address)
        assert send_conditional(visitor, address, if_modified_since=http_date(4e9)).status_code == 200


class AfterTheTexts:
    """Call a function once, after a statement has read texts of stored documents."""

    def __init__(self, do: Callable[[], object]) -> None:
        self.do: Callable[[], object] | None = do

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = execute(sql, params, many, context)
        if self.do and '"meetings_storeddocument"."text"' in sql:
            do, self.do = self.do, None
            do()
        return found


@pytest.mark.django_db
class TestGeneration:
    def test_generation_is_read_once_a_second(self, clock: Any) -> None:
        publish_now(clock, make_meeting())
        with allow_public_reads() as reading:
            found = {get_published_version(PRESS_DAY + SECOND + n * dt.timedelta(milliseconds=99)) for n in range(10)}
            assert (len(found), len(reading.statements)) == (1, 5)
            get_published_version(PRESS_DAY + 2 * SECOND)
            assert len(reading.statements) == 10

    def test_generation_is_read_again_after_a_second(self, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        moments = iter([10.0, 10.9, 11.0])
        monkeypatch.setattr("meetings.editions.published_version.time.monotonic", lambda: next(moments))
        with allow_public_reads() as reading:
            counts = [(get_published_version(PRESS_DAY), len(reading.statements))[1] for _ in range(3)]
        assert counts == [4, 4, 8]

    def test_new_presidency_changes_the_version(self, clock: Any) -> None:
        before = get_published_version(PRESS_DAY)
        Presidency.objects.create(year=2061, half=1, country="EL")
        known_versions.clear()
        assert get_published_version(PRESS_DAY) != before

    def test_second_edition_of_the_same_second_changes_the_etag(self, visitor: Visitor, clock: Any) -> None:
        """A commit may become visible some milliseconds after its instant (decision 36)."""
        lifts, late = PRESS_DAY + MINUTE, make_meeting_document(id=make_uuid("late"))
        create_edition([make_meeting_document()], available_from=lifts)
        clock.move_to(lifts)
        between = send_conditional(visitor, "meetings/")
        assert "Last-Modified" not in between
        assert len(between.json()["results"]) == 1
        create_edition([late], available_from=lifts)
        known_versions.clear()
        clock.move_to(lifts + SECOND)
        again = send_conditional(visitor, "meetings/", if_none_match=between["ETag"])
        assert (again.status_code, len(again.json()["results"])) == (200, 2)
        clock.move_to(lifts + MINUTE + SECOND)
        assert send_conditional(visitor, "meetings/")["Last-Modified"] == http_date(lifts.timestamp())

    @pytest.mark.parametrize(
        "address",
        ["/api/v1/meetings/", "/api/v1/changes/", "/en/meetings/feed.atom", "/en/meetings/calendar.ics"],
    )
    def test_edition_that_appears_while_building_is_in_the_next_answer(
        self, client: Client, clock: Any, address: str
    ) -> None:
        """The ETag is computed before reading, so that the old answer is not confirmed afterwards."""
        lifts, late = PRESS_DAY + MINUTE, make_meeting_document(id=make_uuid("late"))
        create_edition([make_meeting_document()], available_from=lifts)
        clock.move_to(lifts + 2 * SECOND)
        with connection.execute_wrapper(AfterTheTexts(lambda: create_edition([late], available_from=lifts))):
            first = client.get(address)
        known_versions.clear()
        again = client.get(address, headers={"if-none-match": first["ETag"]})
        assert (first.status_code, again.status_code) == (200, 200)
        assert first.content != again.content

    @pytest.mark.parametrize(
        ("member", "value"),
        [
            *(("code", "HOME"), ("slug", "home"), ("name", "Home"), ("kind", "body")),
            ("valid_until", dt.date(2060, 1, 1)),
        ],
    )
    def test_generation_includes_configurations(self, clock: Any, member: str, value: Any) -> None:
        publish_now(clock, make_meeting())
        before = get_published_version(PRESS_DAY + DAY)
        Configuration.objects.filter(slug="jha").update(**{member: value})
        known_versions.clear()
        assert get_published_version(PRESS_DAY + DAY) != before

    def test_no_date_before_the_first_edition(self, visitor: Visitor, clock: Any) -> None:
        assert get_published_version(PRESS_DAY).instant is None
        assert "Last-Modified" not in send_conditional(visitor, "meetings/")
        assert (
            send_conditional(
                visitor, "meetings/", if_none_match=send_conditional(visitor, "meetings/")["ETag"]
            ).status_code
            == 304
        )


@pytest.mark.django_db
class TestPlainView:
    def test_view_is_not_called_if_unchanged(self, clock: Any) -> None:
        calls = []

        @conditional
        def feed(request: HttpRequest) -> HttpResponse:
            calls.append(request)
            return HttpResponse("feed")

        def got(**headers: str) -> HttpResponse:
            request = RequestFactory().get("/en/meetings/feed.atom", headers=headers)
            request.instant = PRESS_DAY + DAY  # type: ignore[attr-defined]
            return feed(request)

        edition = publish_now(clock, make_meeting())
        first = got()
        assert first["Last-Modified"] == http_date(edition.available_from.timestamp())
        again = got(if_none_match=first["ETag"])
        assert (again.status_code, again["ETag"], len(calls)) == (304, first["ETag"], 1)
        assert got(if_match=first["ETag"], if_none_match=first["ETag"]).status_code == 200  # Django adds them


@pytest.mark.django_db
class TestChangeFeed:
    def test_unchanged_page_takes_no_query(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        clock.shift(2 * SECOND)
        first = send_conditional(visitor, "changes/")
        again = send_conditional(visitor, "changes/", if_none_match=first["ETag"])
        assert (again.status_code, visitor.statements) == (304, [])
        assert send_conditional(visitor, "changes/?since=x", if_none_match="*").status_code == 400

    def test_edition_appears_after_the_margin(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        clock.shift(DAY)
        edition = publish_now(clock, make_meeting(start_date=PRESS_DATE + DAY))
        early = send_conditional(visitor, "changes/")
        assert str(edition.pk) not in early.content.decode()
        clock.shift(SECOND)
        late = send_conditional(visitor, "changes/", if_none_match=early["ETag"])
        assert (late.status_code, str(edition.pk) in late.content.decode()) == (200, True)

    def test_withdrawn_edition_disappears_before_the_notice_appears(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        clock.shift(DAY)
        first = send_conditional(visitor, "changes/")
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        gone = send_conditional(visitor, "changes/", if_none_match=first["ETag"])
        assert (gone.status_code, gone.json()["results"]) == (200, [])
        clock.shift(SECOND)
        [change] = send_conditional(visitor, "changes/", if_none_match=gone["ETag"]).json()["results"]
        assert change["kind"] == "withdrawal"


@pytest.mark.django_db
@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("address", ["/en/meetings/calendar.ics", "/en/meetings/jha/calendar.ics"])
def test_calendar_is_confirmed_in_at_most_one_query(visitor: Visitor, address: str) -> None:
    first = visitor.get(address)
    for method in (visitor.get, visitor.head):
        for condition in ({"if-none-match": first["ETag"]}, {"if-modified-since": first["Last-Modified"]}):
            again = method(address, headers=condition)
            assert (again.status_code, again.content, len(visitor.statements) <= 1) == (304, b"", True)
