"""Slow pages of one account leave threads of the editors' process to others."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from council.middleware import accounts
from council.middleware.accounts import SlowAccountMiddleware
from meetings.models import User

LIST, OTHER_LIST = "/admin/blocks/", "/admin/help/"
QUESTION = "/admin/meetings/meeting/3d925916-8895-5394-8404-f1d5da7c0634/change/preview/"


def build_request(account: int, path: str = LIST, method: str = "GET") -> HttpRequest:
    request = RequestFactory().generic(method, path)
    request.user = User(pk=account)
    return request


@pytest.mark.django_db
def test_slow_pages_of_an_account_leave_threads_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve requests of one author for a list that took ten seconds kept the sign-in page from everybody."""
    begun, ended = threading.Semaphore(0), threading.Event()

    def answer(request: HttpRequest) -> HttpResponse:
        begun.release()
        ended.wait(10)
        return HttpResponse()

    def ask(account: int, path: str = LIST, method: str = "GET") -> int:
        return SlowAccountMiddleware(answer)(build_request(account, path, method)).status_code

    with ThreadPoolExecutor() as threads:
        running = [threads.submit(ask, 1), threads.submit(ask, 1, method="POST")]
        running += [threads.submit(ask, 1)]  # they are not slow yet
        for _each in running:
            assert begun.acquire(timeout=10)
        monkeypatch.setattr(accounts, "SLOW_SECONDS", -1)
        assert ask(1, OTHER_LIST) == ask(1, QUESTION, "POST") == 429
        running += [threads.submit(ask, 2), threads.submit(ask, 1, method="POST")]  # another account, and a save
        for _each in running[3:]:
            assert begun.acquire(timeout=10)
        ended.set()
        assert {each.result() for each in running} == {200}
    assert ask(1) == 200
    assert not SlowAccountMiddleware.begun
