"""Slow pages of one account leave threads of the editors' process to others."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from council.middleware import accounts
from council.middleware.accounts import SlowAccountMiddleware
from council.middleware.slow_requests import RunningRequests
from meetings.models import User

LIST, OTHER_LIST = "/admin/blocks/", "/admin/help/"


def build_request(account: int, path: str = LIST, method: str = "GET") -> HttpRequest:
    request = RequestFactory().generic(method, path)
    request.user = User(pk=account)
    return request


@pytest.mark.django_db
def test_slow_pages_of_an_account_leave_threads_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve requests of one author for a list that took ten seconds kept the sign-in page from everybody."""
    monkeypatch.setattr(accounts, "running_requests", RunningRequests(slow_seconds=0.01))
    begun, ended = threading.Semaphore(0), threading.Event()

    def answer(request: HttpRequest) -> HttpResponse:
        begun.release()
        assert ended.wait(10)
        return HttpResponse()

    def ask(*asked: Any, **options: Any) -> HttpResponse:
        return SlowAccountMiddleware(answer)(build_request(*asked, **options))

    with ThreadPoolExecutor() as threads:
        slow = [threads.submit(ask, 1) for _ in range(2)]
        for _each in slow:
            assert begun.acquire(timeout=10)
        while len(accounts.running_requests.find_slow(time.monotonic())) < 2:
            time.sleep(0.01)
        refused = ask(1, OTHER_LIST)
        assert (refused.status_code, refused["Retry-After"]) == (429, "5")
        others = [threads.submit(ask, 2), threads.submit(ask, 1, LIST, "POST")]
        for _each in others:
            assert begun.acquire(timeout=10)
        ended.set()
        assert {each.result().status_code for each in (*slow, *others)} == {200}
