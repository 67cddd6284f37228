"""Slow pages of one account leave threads of the editors' process to others."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from council.middleware import accounts
from council.middleware.accounts import SlowAccountMiddleware
from meetings.models import User

LIST, OTHER_LIST = "/admin/blocks/", "/admin/help/"
SAVE = "/admin/meetings/meeting/3d925916-8895-5394-8404-f1d5da7c0634/change/save/"


class Threads:
    """Requests of accounts, which are answered by `end`."""

    def __init__(self) -> None:
        self.begun, self.ended = threading.Semaphore(0), threading.Event()
        self.pool = ThreadPoolExecutor()

    def answer(self, request: HttpRequest) -> HttpResponse:
        self.begun.release()
        self.ended.wait(10)
        return HttpResponse()

    def ask(self, account: int, path: str = LIST, method: str = "GET") -> HttpResponse:
        kind = "application/json" if path == SAVE else "text/html"
        request = RequestFactory().generic(method, path, "{}", content_type=kind)
        request.user = User(pk=account)
        return SlowAccountMiddleware(self.answer)(request)

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
    SlowAccountMiddleware.slow_until.clear()


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
        running.append(threads.begin(1, SAVE, "POST"))
        refused = threads.ask(1, SAVE, "POST")
        assert refused.status_code == 429
        assert "Nothing was changed" in json.loads(refused.content)["message"]
        running.append(threads.begin(2))
        assert threads.end(*running) == {200}
        assert not SlowAccountMiddleware.begun

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
        assert not SlowAccountMiddleware.slow_until

    def test_quick_pages_are_never_refused(self, threads: Threads) -> None:
        assert threads.end(*[threads.begin(1) for _number in range(5)]) == {200}
