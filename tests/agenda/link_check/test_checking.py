"""Which addresses are checked and how often, when one counts as failing, and who is told."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from threading import Lock
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agenda.link_check import addresses, checking
from agenda.link_check.addresses import collect_addresses
from agenda.link_check.checking import CHECK_AGAIN, MAX_SECONDS, RETRY_AFTER, Fetch, check_links, fetch_all
from agenda.link_check.fetching import FetchResult
from agenda.models import LinkCheck, LinkProblem, LinkUse, MediaLink, Result
from agenda.workflow.revisions import keep_revision
from meetings.documents.encoding import compute_digest, decode_document
from meetings.documents.schema import Document
from meetings.models import Meeting, Translation
from tests.agenda.admin.screens import create_client, read_dashboard_section
from tests.agenda.link_check.server import serve
from tests.database_roles import RoleSession
from tests.factories import (
    COMMAND,
    PRESS_DATE,
    PRESS_DAY,
    make_meeting,
    make_topic,
    publish_now,
    translate,
    withdraw,
)

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
LIVE_STREAM = "https://video.example/"
GONE = FetchResult(LinkProblem.HTTP, 404)
WORKS = FetchResult(status=200)


def save(subject: Any) -> Any:
    subject.refresh_from_db()
    subject.increase_version()
    keep_revision(subject, PRESS_DAY, COMMAND)
    return subject


def make_saved_meeting(**values: Any) -> Meeting:
    meeting: Meeting = save(make_meeting(**values))
    return meeting


def check(result: FetchResult, now: dt.datetime = PRESS_DAY, **options: Any) -> list[str]:
    return sorted(each.url for each in check_links(lambda url: result, now, **options))


@pytest.mark.once
class TestRefusals:
    def test_addresses_of_a_withdrawn_edition_are_not_checked(self, clock: Any) -> None:
        meeting = make_saved_meeting()
        publish_now(clock, meeting)
        MediaLink.objects.update(url="https://other.example/")
        save(meeting)
        clock.move_to(withdraw(meeting, reason="No.").available_from)
        assert [*collect_addresses(PRESS_DAY + 60 * MINUTE)] == ["https://other.example/"]

    def test_embargoed_and_earlier_editions_are_not_checked(self, clock: Any) -> None:
        meeting = make_saved_meeting()
        publish_now(clock, meeting)
        MediaLink.objects.update(url="https://other.example/")
        save(meeting)
        publish_now(clock, meeting, note="Another.")
        assert [*collect_addresses(PRESS_DAY + 60 * MINUTE)] == ["https://other.example/"]

    def test_addresses_that_are_not_of_the_web_are_not_checked(self) -> None:
        make_saved_meeting(lead='<p><a href="mailto:press@example.eu">Mail</a></p>')
        assert [*collect_addresses(PRESS_DAY)] == [LIVE_STREAM]

    def test_broken_or_long_address_stops_no_other(self) -> None:
        broken, long = "https://example.eu\\[x/#part", f"https://example.eu/{'会' * 900}"
        make_saved_meeting(lead=f'<p><a href="{broken}">Broken</a> <a href="{long}">Long</a></p>')
        assert {*collect_addresses(PRESS_DAY)} == {LIVE_STREAM, "https://example.eu\\[x/"}

    def test_server_that_does_not_answer_programs_does_not_fail(self) -> None:
        make_saved_meeting()
        for _n in range(5):
            check(FetchResult(LinkProblem.NOT_CHECKABLE, 403), everything=True)
        assert not LinkCheck.objects.failing().exists()

    def test_document_that_cannot_be_decoded_stops_no_other(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        make_saved_meeting()
        other = make_meeting("env")
        MediaLink.objects.filter(meeting=other).update(url="https://other.example/")
        save(other)
        unknown = []

        def decode(text: str) -> Document:
            if "other.example" not in text:
                return decode_document(text)
            unknown.append(compute_digest(text))
            return decode_document("{}")

        monkeypatch.setattr(addresses, "decode_document", decode)
        assert [*collect_addresses(PRESS_DAY)] == [LIVE_STREAM]
        assert unknown
        assert all(digest in caplog.text for digest in unknown)

    @pytest.mark.postgresql
    def test_public_role_cannot_read_the_results(self, reader: RoleSession) -> None:
        for table in ("agenda_linkcheck", "agenda_linkuse"):
            assert "permission denied" in reader.get_refusal(f"SELECT * FROM {table}")


@pytest.mark.once
class TestAddresses:
    def test_addresses_of_all_kinds_are_found_with_their_part(self) -> None:
        meeting = make_meeting(lead='<p><a href="https://lead.example/?a=1&amp;b=2#part">See</a></p>')
        meeting.contacts.create(name="Press", url="https://contact.example/")
        item = meeting.agenda.get()
        result = Result.objects.create(meeting=meeting, item=item, outcome="adopted")
        link = MediaLink.objects.create(result=result, title="Text", url="https://result.example/")
        translate(meeting, link, title="Texte", url="https://result.example/fr")
        Translation.objects.filter(field="url").update(source_digest=compute_digest(link.url))
        save(meeting)
        found = collect_addresses(PRESS_DAY)
        assert sorted(found) == [
            "https://contact.example/",
            "https://lead.example/?a=1&b=2",
            "https://result.example/",
            "https://result.example/fr",
            LIVE_STREAM,
        ]
        assert {use.part_id for use in found["https://result.example/fr"]} == {link.pk}
        assert {use.part_id for use in found["https://lead.example/?a=1&b=2"]} == {meeting.pk}

    def test_live_edition_and_draft_are_told_apart(self, clock: Any) -> None:
        meeting = make_saved_meeting()
        publish_now(clock, meeting)
        MediaLink.objects.update(url="https://other.example/")
        save(meeting)
        found = collect_addresses(PRESS_DAY + 60 * MINUTE)
        assert {url: {use.is_live for use in uses} for url, uses in found.items()} == {
            LIVE_STREAM: {True},
            "https://other.example/": {False},
        }

    def test_address_that_nothing_uses_is_forgotten(self) -> None:
        meeting = make_saved_meeting()
        check(WORKS)
        MediaLink.objects.update(url="")
        save(meeting)
        assert check(WORKS) == []
        assert not LinkCheck.objects.exists()
        assert not LinkUse.objects.exists()

    def test_same_queries_for_few_and_many_addresses(self) -> None:
        meeting, topic, counts = make_saved_meeting(), make_topic(), []
        for more in (1, 20):
            for number in range(more):
                MediaLink.objects.create(meeting=meeting, title="Page", url=f"https://{more}.example/{number}")
            save(meeting), save(topic)
            with CaptureQueriesContext(connection) as queries:
                collect_addresses(PRESS_DAY)
            counts.append(len(queries))
        assert counts == [3, 3]


class TestTimes:
    def test_address_fails_after_three_attempts_since_the_first(self) -> None:
        make_saved_meeting()
        now, waits = PRESS_DAY, []
        for attempt in range(1, 5):
            assert check(GONE, now) == [LIVE_STREAM]
            assert check(GONE, now) == []  # it is not due
            assert LinkCheck.objects.failing().exists() == (attempt >= 3)
            one = LinkCheck.objects.get()
            assert (one.problem, one.status, one.failing_since, one.checked_at) == ("http", 404, PRESS_DAY, now)
            waits.append(one.next_check_at - now)
            now = one.next_check_at
        assert waits == [*RETRY_AFTER, CHECK_AGAIN]

    def test_address_that_works_again_starts_anew(self) -> None:
        make_saved_meeting()
        for result in (GONE, GONE, WORKS, GONE):
            check(result, everything=True)
        one = LinkCheck.objects.get()
        assert (one.failures, one.failing_since) == (1, PRESS_DAY)

    def test_working_address_is_checked_once_a_day(self) -> None:
        make_saved_meeting()
        assert check(WORKS) == [LIVE_STREAM]
        assert check(WORKS, PRESS_DAY + CHECK_AGAIN - MINUTE) == []
        assert check(WORKS, PRESS_DAY + CHECK_AGAIN) == [LIVE_STREAM]

    def test_one_run_is_limited_and_the_next_goes_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checking, "MAX_ADDRESSES", 1)
        meeting = make_meeting()
        MediaLink.objects.create(meeting=meeting, title="Page", url="https://other.example/")
        save(meeting)
        assert check(WORKS) + check(WORKS) == ["https://other.example/", LIVE_STREAM]
        assert LinkCheck.objects.exclude(checked_at=None).count() == 2


class TestConcurrency:
    def test_number_of_hosts_at_a_time_is_bounded_and_one_host_is_asked_alone(self) -> None:
        lock, active, highest, hosts = Lock(), [], [0], []

        def fetch(url: str) -> FetchResult:
            host = url.split("/")[2]
            with lock:
                hosts.append(host in active)
                active.append(host)
                highest[0] = max(highest[0], len(active))
            with lock:
                active.remove(host)
            return WORKS

        urls = [f"https://{host}.example/{page}" for host in range(30) for page in range(3)]
        assert sorted(url for url, _result in fetch_all(fetch, urls, MAX_SECONDS)) == sorted(urls)
        assert highest[0] <= checking.MAX_WORKERS
        assert not any(hosts)

    def test_slow_host_is_left_after_a_while_and_its_other_addresses_are_due_again_later(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        urls = [f"https://slow.example/{number}" for number in range(4)]
        make_saved_meeting(lead="".join(f'<p><a href="{url}">Page</a></p>' for url in urls))
        passed: list[float] = []
        monkeypatch.setattr(checking, "time", SimpleNamespace(monotonic=lambda: sum(passed)))

        def fetch(url: str) -> FetchResult:
            if url in urls:
                passed.append(MAX_SECONDS / 2)
            return GONE

        assert {check.url for check in check_links(fetch, PRESS_DAY)} - {LIVE_STREAM} == {*urls[:2]}
        left = LinkCheck.objects.filter(url__in=urls[2:]).values_list("url", "failures", "next_check_at")
        assert sorted(left) == [(url, 0, PRESS_DAY + RETRY_AFTER[0]) for url in urls[2:]]

    def test_error_of_our_own_does_not_stop_the_others(self) -> None:
        def fetch(url: str) -> FetchResult:
            if "bad" in url:
                raise RuntimeError
            return WORKS

        urls = ["https://bad.example/1", "https://bad.example/good", "https://good.example/"]
        found = dict(fetch_all(fetch, urls, MAX_SECONDS))
        assert found["https://good.example/"] == WORKS
        assert found["https://bad.example/1"].problem == LinkProblem.PROTOCOL


class TestTwoRuns:
    def run_second_meanwhile(self, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> list[str]:
        """Start a run in which the address is gone, and do something after it has read what is due."""

        def act_first(fetch: Fetch, urls: Iterable[str], seconds: float) -> Iterator[tuple[str, FetchResult]]:
            monkeypatch.setattr(checking, "fetch_all", fetch_all)
            act()
            yield from fetch_all(fetch, urls, seconds)

        monkeypatch.setattr(checking, "fetch_all", act_first)
        return check(GONE, everything=True)

    def test_result_of_a_run_that_was_overtaken_does_not_count(self, monkeypatch: pytest.MonkeyPatch) -> None:
        make_saved_meeting()
        check(GONE), check(GONE, everything=True)
        assert self.run_second_meanwhile(monkeypatch, lambda: check(WORKS, PRESS_DAY + MINUTE, everything=True)) == []
        one = LinkCheck.objects.get()
        assert (one.problem, one.failures, one.checked_at) == ("", 0, PRESS_DAY + MINUTE)

    def test_address_that_was_deleted_meanwhile_does_not_come_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        make_saved_meeting()
        assert self.run_second_meanwhile(monkeypatch, LinkCheck.objects.all().delete) == []
        assert not LinkCheck.objects.exists()


@pytest.mark.once
class TestPanel:
    @pytest.fixture
    def failing(self, clock: Any) -> Meeting:
        call_command("load_reference", verbosity=0)
        meeting = make_saved_meeting()
        publish_now(clock, meeting)
        for _n in range(3):
            check(GONE, PRESS_DAY + MINUTE, everything=True)
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        return meeting

    @pytest.mark.parametrize(("role", "of"), [("Translators", ""), ("Duty", ""), ("Authors", "env")])
    def test_people_who_cannot_correct_it_are_not_bothered(self, failing: Meeting, role: str, of: str) -> None:
        assert read_dashboard_section(create_client("otto", role, of=of), "Links that do not work") == ""

    def test_author_sees_what_fails_since_when_and_where(self, failing: Meeting) -> None:
        anna = create_client("anna", "Authors")
        expected = (
            f"{failing} Error from the server (404) {LIVE_STREAM}, since 14 Sep 10:01, on the site and in the draft"
        )
        assert read_dashboard_section(anna, "Links that do not work") == expected
        link = MediaLink.objects.get(url=LIVE_STREAM)
        assert f"/{failing.pk}/change/#{link.pk}" in anna.get("/admin/").content.decode()

    @pytest.mark.parametrize("configuration", ["jha", ""])
    def test_many_in_one_draft_hide_no_others(
        self, clock: Any, monkeypatch: pytest.MonkeyPatch, configuration: str
    ) -> None:
        """With 200 invented addresses, an author hid from all desks what failed later, for as long as they liked."""
        monkeypatch.setattr("agenda.dashboard.link_lines.MAX_USES", 25)
        call_command("load_reference", verbosity=0)
        invented = "".join(f'<a href="https://{number:02}.invalid/">x</a>' for number in range(30))
        make_saved_meeting(configuration="env", lead=f"<p>{invented}</p>")
        for _n in range(3):
            check(GONE, PRESS_DAY - MINUTE, everything=True)
        live = make_saved_meeting()
        publish_now(clock, live)
        draft = make_saved_meeting(start_date=PRESS_DATE + dt.timedelta(days=30))
        MediaLink.objects.filter(meeting=draft).update(url="https://draft.example/")
        save(draft)
        for _n in range(3):
            check(GONE, PRESS_DAY + MINUTE, everything=True)
        anna = create_client("anna", "Authors", of=configuration)
        found = read_dashboard_section(anna, "Links that do not work")
        assert found.startswith(f"{live} Error from the server (404) {LIVE_STREAM}")
        assert "https://draft.example/" in found
        assert ("https://19.invalid/" in found) == (not configuration)

    def test_panel_takes_the_same_queries_for_few_and_many(self, failing: Meeting) -> None:
        anna, counts = create_client("anna", "Authors"), []
        for more in (0, 5):
            for number in range(more):
                other = make_meeting(start_date=PRESS_DATE + dt.timedelta(days=30 + number))
                MediaLink.objects.filter(meeting=other).update(url=f"https://{number}.example/")
                save(other)
            for _n in range(3):
                check(GONE, PRESS_DAY + 2 * MINUTE, everything=True)
            with CaptureQueriesContext(connection) as queries:
                page = anna.get("/admin/")
            assert page.content.decode().count("Error from the server (404)") == 1 + more
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestCommand:
    def test_command_lists_what_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        meeting = make_meeting()
        with serve({"/ok": 200, "/gone": 410}) as server:
            MediaLink.objects.filter(meeting=meeting).update(url=server.url("/gone"))
            save(meeting)
            monkeypatch.setattr(
                "agenda.management.commands.check_links.Fetcher", lambda agent: server.make_fetcher(interval=0.0)
            )
            outputs = []
            for _n in range(3):
                output = StringIO()
                call_command("check_links", "--all", stdout=output)
                outputs.append(output.getvalue())
            assert outputs[0] == "1 checked, 0 failing.\n"
            assert f"{server.url('/gone')}: error from the server (410), since " in outputs[2]

    def test_nothing_private_is_requested_by_the_command(self) -> None:
        """The command itself permits no loopback address."""
        meeting = make_meeting()
        with serve({"/ok": 200}) as server:
            MediaLink.objects.filter(meeting=meeting).update(url=f"http://127.0.0.1:{server.port}/ok")
            save(meeting)
            call_command("check_links", "--all", stdout=StringIO())
            assert server.requests == []
