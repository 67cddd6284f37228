"""Test the rate limit."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import MessageEncoder
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from council import env
from council.middleware import limits
from council.middleware.limits import RateMiddleware, SizeMiddleware
from council.middleware.slow_requests import RunningRequests, one_waiting_thread
from council.program_paths import is_for_programs
from meetings.http.networks import get_network
from meetings.http.processor_time import add_seconds
from tests.factories import MINUTE, PRESS_DAY
from tests.public_requests import Visitor, get_visible_text


class Processor:
    """A processor clock that advances by `takes` seconds with each reading."""

    at, takes = 0.0, 0.0

    def __call__(self) -> float:
        self.at += self.takes
        return self.at


@pytest.fixture
def processor(monkeypatch: pytest.MonkeyPatch) -> Processor:
    clock = Processor()
    monkeypatch.setattr("time.thread_time", clock)
    return clock


@pytest.fixture
def rate(settings: Any, clock: Any, processor: Processor) -> None:
    settings.API_RATE = "3/minute"


def request_statuses(visitor: Client, times: int, path: str = "/api/v1/", **headers: str) -> list[int]:
    return [visitor.get(path, headers=headers).status_code for _ in range(times)]


@pytest.mark.django_db
@pytest.mark.usefixtures("rate")
class TestRate:
    def test_too_many_requests_get_retry_after(self, visitor: Visitor, clock: Any) -> None:
        clock.move_to(PRESS_DAY + MINUTE / 4)
        assert request_statuses(visitor, 3) == [200] * 3
        answer = visitor.get("/api/v1/meetings/", headers={"origin": "https://desk.example"})
        assert (answer.status_code, answer["Retry-After"]) == (429, "45")
        assert answer["Content-Type"] == "application/problem+json"
        assert (answer.json()["type"], answer["Cache-Control"]) == ("/api/problems/too-many-requests/", "no-cache")
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert visitor.statements == []
        clock.move_to(PRESS_DAY + MINUTE)
        assert request_statuses(visitor, 1) == [200]

    def test_count_ends_with_its_minute_also_if_the_clock_was_ahead(self, visitor: Visitor, clock: Any) -> None:
        clock.move_to(PRESS_DAY + 60 * MINUTE)
        assert request_statuses(visitor, 4)[-1] == 429
        clock.move_to(PRESS_DAY)
        assert request_statuses(visitor, 1) == [200]

    def test_304_counts_a_tenth(self, visitor: Visitor) -> None:
        tag = visitor.get("/api/v1/")["ETag"]
        assert request_statuses(visitor, 11, if_none_match=tag) == [304] * 11
        assert request_statuses(visitor, 2) == [429] * 2

    def test_page_counts_a_tenth_and_apart_from_programs(self, visitor: Visitor) -> None:
        assert request_statuses(visitor, 31, "/en/nothing/") == [404] * 30 + [429]
        assert request_statuses(visitor, 4) == [200, 200, 200, 429]

    def test_slow_pages_use_up_the_rate(self, visitor: Visitor, processor: Processor) -> None:
        processor.takes = 2.0
        answers = [visitor.get("/en/meetings/") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 429]
        assert "Try again in" in get_visible_text(answers[1])

    def test_pages_are_counted_by_their_time(self, visitor: Visitor, processor: Processor) -> None:
        """Pages of 20 milliseconds counted a tenth: one network could take all of a worker's time."""
        processor.takes = 0.02
        assert request_statuses(visitor, 5, "/en/nothing/") == [404] * 4 + [429]

    def test_admin_is_not_limited(self, visitor: Visitor, processor: Processor) -> None:
        processor.takes = 2.0
        assert request_statuses(Client(), 3, "/admin/login/") == [200] * 3

    @pytest.mark.parametrize("path", ["/en/search/?q=fish", "/en/meetings/jha/2060/09/14/note.pdf"])
    def test_costly_pages_are_counted(self, visitor: Visitor, settings: Any, path: str) -> None:
        """They count as five, so that nobody can measure response times with thousands of requests."""
        settings.API_RATE = "10/minute"
        assert 429 not in request_statuses(visitor, 2, path)
        answer = visitor.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (429, "text/html; charset=utf-8")
        assert "Try again in" in get_visible_text(answer)

    @pytest.mark.parametrize("name", ["q", "%71"])
    def test_searches_of_the_api_are_counted(self, visitor: Visitor, settings: Any, name: str) -> None:
        settings.API_RATE = "10/minute"
        assert request_statuses(visitor, 3, f"/api/v1/meetings/?limit=1&{name}=fish") == [200, 200, 429]

    def test_costly_304_counts_in_full(self, visitor: Visitor, settings: Any) -> None:
        """`*` matches any ETag, and the page is built before it is known to be unchanged."""
        settings.API_RATE = "10/minute"
        assert request_statuses(visitor, 3, "/en/search/?q=fish", if_none_match="*")[-1] == 429

    def test_those_who_used_most_are_refused_while_requests_wait(
        self, visitor: Visitor, settings: Any, processor: Processor
    ) -> None:
        """250 requests at once of one network made all others wait for 18 seconds: first come, first served."""
        settings.SERVES_ELSEWHERE, settings.API_RATE, processor.takes = True, "30/minute", 0.1

        def ask(client: str, waits: float) -> int:
            sent = f"{time.time() - waits:.3f}"
            headers = {"x_forwarded_for": client, "x_forwarded_proto": "https", "x_front_time": sent}
            return request_statuses(visitor, 1, "/en/nothing/", **headers)[0]

        assert [ask("192.0.2.1", waits) for waits in (0, 1.1, 0.5, 1.1)] == [404, 429, 404, 429]
        assert [ask("192.0.2.2", waits) for waits in (1.1, 1.1)] == [404, 429]
        assert ask("192.0.2.1", 0.5) == 404
        assert ask("192.0.2.1", 3600) == 404  # the clock of the front server is another
        # one customer has many networks, and twice as much for all of them together
        processor.takes = 0.06
        assert [ask(f"2001:db8:1:{number}::1", 1.1) for number in range(4)] == [404, 404, 429, 429]
        assert [ask(address, 1.1) for address in ("2001:db8:2::1", "2001:db8:1::1")] == [404, 429]
        # twenty networks with a few pages each are refused after some seconds
        processor.takes = 0.015
        assert [ask("192.0.2.3", waits) for waits in (1.1, 1.1, 3)] == [404, 404, 429]

    def test_documentation_counts_as_a_page(self, visitor: Visitor, processor: Processor) -> None:
        """It takes long, and any query is another address, so that one network could occupy both workers with it."""
        processor.takes = 2.0
        assert request_statuses(visitor, 2, "/api/docs/") == [200, 429]

    def test_refused_program_can_read_why(self, visitor: Visitor) -> None:
        assert request_statuses(visitor, 4)[-1] == 429
        why = visitor.get("/api/v1/").json()["type"]
        for page in (why, "/api/docs/"):
            answer = visitor.get(page)
            assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")

    def test_preflight_requests_are_not_limited(self, visitor: Visitor) -> None:
        for _ in range(5):
            preflight_headers = {"origin": "https://desk.example", "access-control-request-method": "GET"}
            assert visitor.options("/api/v1/", headers=preflight_headers).status_code == 200

    def test_forwarded_for_counts_behind_a_front_server(self, visitor: Visitor, settings: Any) -> None:
        settings.SERVES_ELSEWHERE = True
        assert request_statuses(visitor, 4, x_forwarded_for="192.0.2.1")[-1] == 429
        assert request_statuses(visitor, 1, x_forwarded_for="192.0.2.2") == [200]
        assert request_statuses(visitor, 1, x_forwarded_for="192.0.2.2, 192.0.2.1") == [429]

    def test_empty_rate_means_no_limit(self, visitor: Visitor, settings: Any) -> None:
        settings.API_RATE = ""
        assert set(request_statuses(visitor, 9)) == {200}


@pytest.mark.django_db
@pytest.mark.usefixtures("rate")
class TestCost:
    """The cost depends on processor time. The rate is three per minute."""

    def test_slow_answer_counts_as_several(self, visitor: Visitor, processor: Processor) -> None:
        processor.takes = 2.0
        assert request_statuses(visitor, 3, "/en/meetings/calendar.ics") == [200, 429, 429]

    @pytest.mark.parametrize(
        ("seconds", "answers"), [(0.001, 3), (0.025, 3), (0.04, 2), (0.1, 1), (2.0, 1)], ids="{} s".format
    )
    def test_slow_answers_use_up_the_rate(
        self, visitor: Visitor, processor: Processor, seconds: float, answers: int
    ) -> None:
        processor.takes = seconds
        assert request_statuses(visitor, 4).count(200) == answers

    def test_time_of_the_process_that_writes_files_counts(self) -> None:
        """Its processor time is on no clock of this process, so that one client had 240 files a minute written."""

        def write_file(request: HttpRequest) -> HttpResponse:
            add_seconds(2.0)
            return HttpResponse()

        limit, request = RateMiddleware(write_file), RequestFactory().get("/en/nothing/")
        assert [limit(request).status_code for _ in range(2)] == [200, 429]

    @pytest.mark.postgresql
    def test_time_of_the_database_counts(self) -> None:
        """A search that took PostgreSQL two seconds cost this process next to nothing, and counted as five answers."""

        def search(request: HttpRequest) -> HttpResponse:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.1)")
            return HttpResponse()

        limit, request = RateMiddleware(search), RequestFactory().get("/en/nothing/")
        assert [limit(request).status_code for _ in range(2)] == [200, 429]

    def test_refusal_costs_nothing(self, visitor: Visitor, clock: Any, processor: Processor) -> None:
        processor.takes = 2.0
        request_statuses(visitor, 50)
        clock.move_to(PRESS_DAY + MINUTE)
        assert request_statuses(visitor, 1) == [200]

    def test_slow_304_counts_as_several(self, visitor: Visitor, processor: Processor) -> None:
        """With `If-None-Match: *`, the answer must be built first."""
        processor.takes = 2.0
        assert request_statuses(visitor, 2, "/en/meetings/calendar.ics", if_none_match="*") == [304, 429]


class SlowSite:
    """A site that answers nothing until `finish` is called, and what it has answered, each in a thread of its own."""

    def __init__(self) -> None:
        self.limit = RateMiddleware(self.answer)
        self.finished, self.begun = threading.Event(), threading.Semaphore(0)
        self.threads: list[threading.Thread] = []

    def answer(self, request: HttpRequest) -> HttpResponse:
        self.begun.release()
        self.finished.wait(10)
        return HttpResponse()

    def begin(self, path: str, network: str) -> None:
        """Send a request that occupies a thread."""
        thread = threading.Thread(target=self.limit, args=(build_request(path, network),))
        thread.start()
        assert self.begun.acquire(timeout=10)
        self.threads.append(thread)

    def ask(self, path: str, network: str) -> int:
        """Return the status of a request that is answered at once, or refused."""
        with patch.object(self.finished, "wait"):
            return self.limit(build_request(path, network)).status_code

    def finish(self) -> None:
        self.finished.set()
        for thread in self.threads:
            thread.join()


def wait_until(is_true: Callable[[], bool]) -> None:
    for _time in range(500):
        if is_true():
            return
        time.sleep(0.02)
    pytest.fail("This was not true within ten seconds.")


def build_request(path: str, network: str) -> HttpRequest:
    return RequestFactory().get(path, REMOTE_ADDR=network)


@pytest.fixture
def slow_site(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowSite]:
    settings.API_RATE = "1200/minute"
    monkeypatch.setattr(limits, "running_requests", RunningRequests())
    monkeypatch.setattr("council.middleware.slow_requests.MAX_SEARCH_WAIT_SECONDS", 0)
    site = SlowSite()
    yield site
    site.finish()


@pytest.mark.django_db
class TestSlowRequests:
    """One network sent searches of five seconds on 24 connections, and the home page took half a minute for all others.

    Each process has four threads.
    """

    FILE, LIST, SEARCH = "/en/meetings/jha/2060/09/14/note.pdf", "/en/meetings/", "/en/search/"

    def test_a_network_searches_once_at_a_time(self, slow_site: SlowSite) -> None:
        slow_site.begin(self.SEARCH, "192.0.2.1")
        assert slow_site.ask(self.SEARCH, "192.0.2.1") == slow_site.ask(self.FILE, "192.0.2.1") == 429
        assert slow_site.ask(self.LIST, "192.0.2.1") == 200
        assert slow_site.ask(self.SEARCH, "192.0.2.2") == 200

    def test_searches_and_files_occupy_half_of_the_threads(self, slow_site: SlowSite) -> None:
        slow_site.begin(self.SEARCH, "192.0.2.1")
        slow_site.begin(self.FILE, "192.0.2.2")
        assert slow_site.ask(self.SEARCH, "192.0.2.3") == 503
        assert slow_site.ask(self.LIST, "192.0.2.3") == 200

    def test_one_more_search_waits_until_another_has_ended(
        self, slow_site: SlowSite, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Forty people with twenty new searches a second got a 503 for every fourth, at once."""
        slow_site.begin(self.SEARCH, "192.0.2.1")
        slow_site.begin(self.FILE, "192.0.2.2")
        monkeypatch.setattr("council.middleware.slow_requests.MAX_SEARCH_WAIT_SECONDS", 10)
        with ThreadPoolExecutor() as waiting:
            search = waiting.submit(slow_site.ask, self.SEARCH, "192.0.2.3")
            wait_until(one_waiting_thread.locked)
            assert slow_site.ask(self.SEARCH, "192.0.2.4") == 503
            assert slow_site.ask(self.LIST, "192.0.2.4") == 200
            slow_site.finish()
            assert search.result() == 200

    def test_no_search_waits_if_no_thread_is_free_for_pages(
        self, slow_site: SlowSite, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for path in (self.SEARCH, "/en/meetings/calendar.ics"):
            slow_site.begin(path, "192.0.2.1")
        slow_site.begin(self.SEARCH, "192.0.2.2")
        monkeypatch.setattr("council.middleware.slow_requests.MAX_SEARCH_WAIT_SECONDS", 10)
        begun = time.monotonic()
        assert slow_site.ask(self.SEARCH, "192.0.2.3") == 503
        assert time.monotonic() - begun < 5

    def test_networks_that_search_all_the_time_leave_a_thread_to_others(
        self, slow_site: SlowSite, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Two networks that searched without a pause kept nine of ten searches from everybody else."""
        monkeypatch.setattr("council.middleware.slow_requests.MAX_SEARCH_WAIT_SECONDS", 10)
        slow_site.begin(self.SEARCH, "192.0.2.1")
        for seconds, ago, status in ((1.9, 0, 200), (2.9, 0, 429), (2.9, 20, 200), (3.9, 20, 200), (4.0, 15, 429)):
            limits.running_requests.costly["192.0.2.2"] = seconds, time.monotonic() - ago
            assert slow_site.ask(self.SEARCH, "192.0.2.2") == status, (seconds, ago)
        slow_site.begin(self.FILE, "192.0.2.3")
        limits.running_requests.costly["192.0.2.2"] = 3, time.monotonic()
        assert slow_site.ask(self.SEARCH, "192.0.2.2") == 429  # at once: it does not take the place to wait
        assert slow_site.ask(self.LIST, "192.0.2.2") == 200

    def test_seconds_of_searches_are_forgotten_after_less_than_a_minute(
        self, slow_site: SlowSite, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("council.middleware.slow_requests.MAX_COSTLY_SECONDS", 0.001)
        slow_site.begin(self.SEARCH, "192.0.2.1")
        slow_site.finish()
        assert 0 < limits.running_requests.costly["192.0.2.1"][0] <= 0.002

    def test_slow_pages_of_a_network_occupy_half_of_the_threads(
        self, slow_site: SlowSite, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        slow_site.begin(self.LIST, "192.0.2.1")
        slow_site.begin(self.LIST, "192.0.2.1")
        assert slow_site.ask(self.LIST, "192.0.2.1") == 200  # they are not slow yet
        monkeypatch.setattr("council.middleware.slow_requests.SLOW_SECONDS", -1)
        assert slow_site.ask(self.LIST, "192.0.2.1") == 429
        assert slow_site.ask(self.LIST, "192.0.2.2") == 200

    def test_calendars_of_a_network_occupy_half_of_the_threads(self, slow_site: SlowSite) -> None:
        """Eight calendars at once, again and again, kept the home page from all others for eleven seconds."""
        for _ in range(2):
            slow_site.begin("/en/meetings/calendar.ics", "192.0.2.1")
        assert slow_site.ask("/en/meetings/calendar.ics", "192.0.2.1") == 429
        assert slow_site.ask("/en/meetings/calendar.ics", "192.0.2.2") == 200
        assert slow_site.ask(self.SEARCH, "192.0.2.2") == 200

    def test_searches_leave_one_thread_free(self, slow_site: SlowSite) -> None:
        for path, network in (
            ("/en/meetings/calendar.ics", "192.0.2.1"),
            ("/en/meetings/calendar.ics", "192.0.2.1"),
            (self.SEARCH, "192.0.2.2"),
        ):
            slow_site.begin(path, network)
        assert slow_site.ask(self.SEARCH, "192.0.2.3") == 503
        assert slow_site.ask(self.LIST, "192.0.2.3") == 200

    def test_network_with_a_slow_page_begins_two_at_once(
        self, slow_site: SlowSite, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Otherwise it could begin four again and again, before any of them is slow."""
        monkeypatch.setattr("council.middleware.slow_requests.SLOW_SECONDS", -1)
        assert slow_site.ask(self.LIST, "192.0.2.1") == 200
        monkeypatch.setattr("council.middleware.slow_requests.SLOW_SECONDS", 60)
        for network in ("192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.2"):
            slow_site.begin(self.LIST, network)
        assert slow_site.ask(self.LIST, "192.0.2.1") == 429
        assert slow_site.ask(self.LIST, "192.0.2.2") == 200

    def test_slow_page_keeps_no_other_page_from_its_network(
        self, slow_site: SlowSite, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A whole press room may have one address."""
        monkeypatch.setattr("council.middleware.slow_requests.SLOW_SECONDS", -1)
        assert slow_site.ask(self.LIST, "192.0.2.1") == 200
        monkeypatch.setattr("council.middleware.slow_requests.SLOW_SECONDS", 60)
        for _ in range(2):
            slow_site.begin("/fr/meetings/?year=2060", "192.0.2.1")
        assert slow_site.ask("/el/meetings/", "192.0.2.1") == 429
        for path in ("/en/topics/", "/en/meetings/jha/2060/09/14/", self.SEARCH):
            assert slow_site.ask(path, "192.0.2.1") == 200, path

    def test_slow_calendars_of_many_networks_leave_one_thread_free(
        self, slow_site: SlowSite, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Two dozen calendars, each from a network of its own, kept the home page from all others for a minute."""
        for number in range(3):
            slow_site.begin("/en/meetings/calendar.ics", f"192.0.2.{number}")
        assert slow_site.ask("/en/meetings/calendar.ics", "192.0.2.9") == 200  # they are not stuck
        monkeypatch.setattr("council.middleware.slow_requests.STUCK_SECONDS", -1)
        assert slow_site.ask("/en/meetings/calendar.ics", "192.0.2.9") == 503
        assert slow_site.ask(self.LIST, "192.0.2.9") == 200

    def test_networks_of_one_line_count_as_one(self, slow_site: SlowSite) -> None:
        """A household has up to 256 of them in IPv6, a firm more."""
        for number in range(2):
            slow_site.begin("/en/meetings/calendar.ics", f"2001:db8:7:{number}::1")
        assert slow_site.ask("/en/meetings/calendar.ics", "2001:db8:7:9::1") == 429
        assert slow_site.ask("/en/meetings/calendar.ics", "2001:db8:8:9::1") == 200

    def test_refusals_say_when_to_try_again(self, slow_site: SlowSite) -> None:
        slow_site.begin(self.SEARCH, "192.0.2.1")
        slow_site.begin(self.SEARCH, "192.0.2.2")
        for network, words in (
            ("192.0.2.1", "too many requests from your network"),
            ("192.0.2.3", "Many people are searching"),
        ):
            answer = slow_site.limit(build_request(self.SEARCH, network))
            assert (answer["Retry-After"], words in get_visible_text(answer)) == ("5", True)

    def test_all_can_search_again_afterwards(self, slow_site: SlowSite) -> None:
        slow_site.begin(self.SEARCH, "192.0.2.1")
        slow_site.finish()
        assert slow_site.ask(self.SEARCH, "192.0.2.1") == 200


@pytest.mark.once
class TestAddresses:
    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("nonsense", "unknown"),
            ("", "unknown"),
        ],
    )
    def test_clients_are_identified_by_network(self, address: str, network: str) -> None:
        assert get_network(address) == network

    @pytest.mark.parametrize(
        ("path", "for_programs"),
        [
            ("/api/v1/", True),
            ("/en/meetings/feed.atom", True),
            ("/fr/meetings/jha/2017/09/14/meeting.ics", True),
            ("/api/v1/schema/", True),
            ("/api/problems/", True),
            ("/api/docs/nothing/", True),
            ("/api/docs/", False),
            ("/api/problems/too-many-requests/", False),
            ("/en/meetings/", False),
            ("/admin/api/feed.atom", False),
            ("/preview/x.ics", False),
        ],
    )
    def test_paths_of_programs(self, path: str, for_programs: bool) -> None:
        assert is_for_programs(path) == for_programs


@pytest.mark.once
class TestCookies:
    def test_long_ones_with_escaped_signs_are_not_read(self) -> None:
        """Older versions of Python take a fifth of a second for each request with one of these."""
        messages = MessageEncoder().encode([Message(30, "“Saved”, and more.")])
        written = SimpleCookie({"messages": messages}).output(header="").strip()
        bad = 'bad="' + r"\a" * 7_000 + '"'
        request = RequestFactory().get("/", headers={"Cookie": f"{bad}; {written}; sessionid=x; {bad}"})
        SizeMiddleware(lambda _request: HttpResponse())(request)
        read = request.COOKIES
        assert read == {"messages": messages, "sessionid": "x"}


class TestSettings:
    @pytest.mark.parametrize("value", ["many", "1200", "-1/minute", "0/minute", "0.5/minute", "1200/minutes"])
    def test_invalid_rate_is_refused(self, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
        monkeypatch.setenv("API_RATE", value)
        with pytest.raises(ImproperlyConfigured, match="1200/minute"):
            env.read_rate("API_RATE", "1200/minute")

    def test_empty_setting_is_no_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("API_RATE", " ")
        assert env.read_rate("API_RATE", "1200/minute") == ""

    @pytest.mark.parametrize("value", ["ten", "-1", "1.5"])
    def test_number_is_a_whole_number(self, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
        monkeypatch.setenv("STATEMENT_TIMEOUT", value)
        with pytest.raises(ImproperlyConfigured, match="whole number"):
            env.read_number("STATEMENT_TIMEOUT", 10)
