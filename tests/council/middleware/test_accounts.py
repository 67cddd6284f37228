"""Slow pages of one account leave threads of the editors' process to others."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from agenda.admin.note_editor import EDITOR_REQUESTS
from council.middleware import accounts
from council.middleware.accounts import BACKGROUND_REQUEST, EDITOR_REQUEST, AccountLimitMiddleware, ThreadUsage
from meetings.http.networks import get_network
from meetings.models import User

LIST, OTHER_LIST = "/admin/blocks/", "/admin/help/"
SAVE = "/admin/meetings/meeting/3d925916-8895-5394-8404-f1d5da7c0634/change/save/"


def ask(
    answer: Callable[[HttpRequest], HttpResponse], account: int | str, path: str, method: str, **headers: Any
) -> HttpResponse:
    """Send a request of an account, or of a stranger from a network, that `answer` answers."""
    request = RequestFactory().generic(method, path, "{}", content_type="image/png", **headers)
    request.user = User(pk=account) if isinstance(account, int) else AnonymousUser()
    request.META["REMOTE_ADDR"] = str(account)
    return AccountLimitMiddleware(answer)(request)


class Threads:
    """Requests of accounts, which are answered by `end`."""

    def __init__(self) -> None:
        self.begun, self.ended = threading.Semaphore(0), threading.Event()
        self.pool = ThreadPoolExecutor(16)

    def answer(self, request: HttpRequest) -> HttpResponse:
        self.begun.release()
        self.ended.wait(10)
        return HttpResponse()

    def ask(self, account: int | str, path: str = LIST, method: str = "GET", **headers: Any) -> HttpResponse:
        return ask(self.answer, account, path, method, **headers)

    def begin(self, *args: Any) -> Future[HttpResponse]:
        running = self.pool.submit(self.ask, *args)
        assert self.begun.acquire(timeout=10)
        return running

    def end(self, *running: Future[HttpResponse]) -> set[int]:
        self.ended.set()
        return {each.result().status_code for each in running}


@pytest.fixture
def threads() -> Iterator[Threads]:
    threads = Threads()
    with threads.pool:
        yield threads
        threads.ended.set()
    AccountLimitMiddleware.usages.clear()


class Clock:
    """The time of requests that run one after the other, or one within another, while others wait."""

    def __init__(self, wait: float) -> None:
        self.now, self.wait = 1000.0, wait

    def monotonic(self) -> float:
        return self.now

    def ask(
        self,
        account: int | str,
        seconds: float,
        path: str = LIST,
        method: str = "GET",
        meanwhile: Callable[[], Any] = bool,
    ) -> int:
        """Send a request that takes `seconds`, then does `meanwhile`, and takes as long again. Return the status."""

        def answer(_request: HttpRequest) -> HttpResponse:
            self.now += seconds
            meanwhile()
            self.now += seconds
            return HttpResponse()

        return ask(answer, account, path, method, HTTP_X_FRONT_TIME=str(time.time() - self.wait)).status_code


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Let requests wait for three seconds before they are answered."""
    AccountLimitMiddleware.usages.clear()  # those of other tests have the real time
    clock = Clock(wait=3)
    monkeypatch.setattr(accounts, "time", clock)
    yield clock
    AccountLimitMiddleware.usages.clear()


@pytest.mark.django_db
class TestSlowAccount:
    def test_two_slow_pages_leave_threads_to_others_and_one_to_saves(
        self, threads: Threads, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Twelve requests of one author for a list that took ten seconds kept the sign-in page from everybody."""
        running = [threads.begin(1), threads.begin(1)]
        monkeypatch.setattr(accounts, "SLOW_SECONDS", -1)
        refused = threads.ask(1, OTHER_LIST)
        assert (refused.status_code, refused["Retry-After"]) == (429, "5")
        assert f'href="{OTHER_LIST}"' in refused.content.decode()
        assert threads.ask(1, SAVE.replace("save", "preview"), "POST").status_code == 429
        running.append(threads.begin(1, SAVE, "POST"))
        refused = threads.ask(1, SAVE, "POST")
        assert refused.status_code == 429
        message = json.loads(refused.content)["message"]  # whatever is sent there, such as a picture
        assert message.startswith("Other pages that you opened are still loading. Nothing was changed.")
        running.append(threads.begin(2))
        assert threads.end(*running) == {200}

    def test_account_is_remembered_as_slow_for_ten_seconds(
        self, threads: Threads, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Otherwise, all threads were taken again in the two seconds in which no request is slow yet."""
        monkeypatch.setattr(accounts, "SLOW_SECONDS", -1)
        threads.ended.set()
        threads.ask(1)
        monkeypatch.setattr(accounts, "SLOW_SECONDS", 100)
        threads.ended.clear()
        running = [threads.begin(1), threads.begin(1)]
        assert threads.ask(1).status_code == 429
        later = time.monotonic() + 11
        monkeypatch.setattr(accounts, "time", SimpleNamespace(monotonic=lambda: later))
        running.append(threads.begin(1))
        assert threads.end(*running) == {200}

    @pytest.mark.parametrize(("client", "seconds"), [(1, 12), ("192.0.2.1", 1), ("2001:db8::", 1)])
    def test_whoever_takes_the_most_time_is_refused_while_requests_wait(
        self, threads: Threads, client: int | str, seconds: float
    ) -> None:
        """Fifty quick requests at once, or sign-in pages from twenty networks, made all others wait for six seconds."""
        threads.ended.set()
        now, key = time.monotonic(), client if isinstance(client, int) else get_network(client, 48)
        waited = {"HTTP_X_FRONT_TIME": str(time.time() - 1.1)}
        AccountLimitMiddleware.usages[key] = ThreadUsage(seconds=0.7 * seconds, at=now)
        assert threads.ask(client, **waited).status_code == 200
        AccountLimitMiddleware.usages[key] = ThreadUsage(seconds=1.3 * seconds, at=now)
        refused = threads.ask(client, **waited)
        assert refused.status_code == 429
        assert "Too many people are using the site" in refused.content.decode()  # the pages of others are loading
        assert threads.ask(client, method="PUT", **waited).status_code == 429
        assert (
            threads.ask(client, SAVE, "POST", **waited).status_code == 200
        )  # strangers' forms have limits of their own
        assert threads.ask(client).status_code == threads.ask(2, **waited).status_code == 200
        AccountLimitMiddleware.usages[key] = ThreadUsage(seconds=1.3 * seconds, at=now - 10)
        assert threads.ask(client, **waited).status_code == 200

    def test_account_has_three_threads_and_others_any_number(self, threads: Threads) -> None:
        """Eight requests that all begin at once took all threads before any of them was slow."""
        running = [threads.begin(1) for _number in range(3)] + [threads.begin("192.0.2.1") for _number in range(5)]
        refused = threads.ask(1)
        assert (refused.status_code, refused["Refresh"]) == (429, "5")  # browsers load the page again
        assert threads.end(*running) == {200}

    def test_account_saves_one_thing_at_a_time_while_its_pages_and_others_go_on(self, threads: Threads) -> None:
        """Six long saves of one account kept a colleague from withdrawing the note for as long as all six took."""
        running = [threads.begin(1, SAVE, "POST")]
        waiting = threads.pool.submit(threads.ask, 1, SAVE, "POST")
        assert not threads.begun.acquire(timeout=0.2)
        running += [threads.begin(1), threads.begin(2, SAVE, "POST")]
        assert threads.end(*running, waiting) == {200}
        assert threads.begun.acquire(timeout=1)

    def test_save_does_not_wait_until_the_process_ends(self, threads: Threads, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(accounts, "MAX_SAVE_WAIT_SECONDS", 0.1)
        running = [threads.begin(1, SAVE, "POST")]
        refused = threads.ask(1, SAVE, "POST")
        assert refused.status_code == 429
        assert "is still being saved" in json.loads(refused.content)["message"]
        assert threads.end(*running) == {200}
        assert threads.ask(1, SAVE, "POST").status_code == 200

    def test_each_request_of_the_note_editor_saves_or_waits(self) -> None:
        assert all(EDITOR_REQUEST.search(f"/change/{name}/") for name in EDITOR_REQUESTS)
        names = {name for name in EDITOR_REQUESTS if not BACKGROUND_REQUEST.search(f"/change/{name}/")}
        assert names == {"save", "read", "internal", "picture", "comment"}  # a save waits for what was typed to be read


@pytest.mark.django_db
class TestBusyProcess:
    @pytest.mark.parametrize("seconds", [0.1, 1, 2.25, 6.5, 30])
    def test_one_page_after_the_other_and_one_save_at_a_time_are_never_refused(
        self, busy: Clock, seconds: float
    ) -> None:
        """Pages of 4.5 seconds were refused from the ninth on, and a save after another one of 13 seconds."""

        def save() -> None:
            statuses.append(busy.ask(1, seconds, SAVE, "POST"))

        statuses = list[int]()
        for _time in range(100):
            statuses.append(busy.ask(1, seconds, meanwhile=save))
            save()
        assert statuses == [200] * 300

    def test_account_that_takes_two_threads_all_the_time_can_only_save(self, busy: Clock) -> None:
        statuses = list[int]()
        while 429 not in statuses:
            statuses.append(busy.ask(1, 0, meanwhile=lambda: statuses.append(busy.ask(1, 0.5))))
            assert busy.now < 1020
        assert busy.now > 1005
        assert busy.ask(1, 0, SAVE.replace("save", "draft"), "POST") == 429
        saved = busy.ask(1, 0, SAVE, "POST", meanwhile=lambda: statuses.append(busy.ask(1, 0, SAVE, "POST")))
        assert (saved, statuses[-1]) == (200, 429)  # one at a time
        busy.now += 5
        assert busy.ask(1, 0) == 200

    @pytest.mark.parametrize("seconds", [0.002, 0.045, 0.5])
    def test_strangers_get_a_ninth_of_a_tenth_of_the_time_after_three_seconds(
        self, busy: Clock, seconds: float
    ) -> None:
        """Requests of less than a tenth of a second were forgotten at once, so that they counted for nothing."""
        begun, taken = busy.now, 0.0
        while busy.now < begun + 40:
            if busy.ask("192.0.2.1", seconds) == 200:
                taken += 2 * seconds
            else:
                busy.now += 0.1
        assert 40 / 90 < taken < (1 / 9 + 2 * seconds) * 5  # what is remembered, and a tenth of it each second
        assert busy.ask("192.0.2.2", seconds) == 200

    def test_running_request_of_a_stranger_counts(self, busy: Clock) -> None:
        statuses = list[int]()
        assert busy.ask("192.0.2.1", 0.5, meanwhile=lambda: statuses.append(busy.ask("192.0.2.1", 0))) == 200
        assert statuses == [429]

    def test_number_of_strangers_that_are_remembered_is_limited(
        self, busy: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(accounts, "MAX_REMEMBERED", 3)

        def ask_from_other_networks() -> None:
            for number in range(2, 10):
                assert busy.ask(f"192.0.2.{number}", 0.1) == 200
            assert [*AccountLimitMiddleware.usages] == ["192.0.2.1", "192.0.2.8", "192.0.2.9"]  # the first one runs

        busy.ask("192.0.2.1", 0, meanwhile=ask_from_other_networks)
        assert [*AccountLimitMiddleware.usages] == ["192.0.2.8", "192.0.2.9", "192.0.2.1"]
        assert busy.ask("192.0.2.9", 0) == 429
