"""Slow pages of one account leave threads of the editors' process to others."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from agenda.admin.note_editor import EDITOR_REQUESTS
from council.middleware import accounts
from council.middleware.accounts import BACKGROUND_REQUEST, AccountLimitMiddleware, Client
from meetings.http.networks import get_network
from meetings.models import User

LIST, OTHER_LIST = "/admin/blocks/", "/admin/help/"
SAVE = "/admin/meetings/meeting/3d925916-8895-5394-8404-f1d5da7c0634/change/save/"


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
        """Send a request of an account, or of a stranger from a network."""
        kind = "application/json" if path == SAVE else "text/html"
        request = RequestFactory().generic(method, path, "{}", content_type=kind, **headers)
        request.user = User(pk=account) if isinstance(account, int) else AnonymousUser()
        request.META["REMOTE_ADDR"] = str(account)
        return AccountLimitMiddleware(self.answer)(request)

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
    AccountLimitMiddleware.clients.clear()


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
        assert "Nothing was changed" in json.loads(refused.content)["message"]
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
        AccountLimitMiddleware.clients[key] = Client(seconds=0.7 * seconds, at=now)
        assert threads.ask(client, **waited).status_code == 200
        AccountLimitMiddleware.clients[key] = Client(seconds=1.3 * seconds, at=now)
        assert threads.ask(client, **waited).status_code == 429
        assert threads.ask(client, method="PUT", **waited).status_code == 429
        saved = threads.ask(client, SAVE, "POST", **waited).status_code
        assert saved == (429 if client == 1 else 200)  # forms to sign in have limits of their own
        assert threads.ask(client).status_code == threads.ask(2, **waited).status_code == 200
        AccountLimitMiddleware.clients[key] = Client(seconds=1.3 * seconds, at=now - 10)
        assert threads.ask(client, **waited).status_code == 200

    def test_clients_are_forgotten_after_their_last_request(
        self, threads: Threads, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        threads.ended.set()
        threads.ask(1)
        AccountLimitMiddleware.clients[3] = Client(seconds=5, at=time.monotonic() - 60)
        threads.ask(2)
        assert not AccountLimitMiddleware.clients

    def test_account_has_three_threads_and_others_any_number(self, threads: Threads) -> None:
        """Eight requests that all begin at once took all threads before any of them was slow."""
        running = [threads.begin(1) for _number in range(3)] + [threads.begin("192.0.2.1") for _number in range(5)]
        refused = threads.ask(1)
        assert (refused.status_code, refused["Refresh"]) == (429, "5")  # browsers load the page again
        assert threads.end(*running) == {200}

    def test_each_request_of_the_note_editor_saves_or_waits(self) -> None:
        names = {name for name in EDITOR_REQUESTS if not BACKGROUND_REQUEST.search(f"/change/{name}/")}
        assert names == {"save", "read", "internal", "picture", "comment"}  # a save waits for what was typed to be read
