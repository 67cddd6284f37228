"""In the editors' process, statements of strangers and of pages have a time limit; those of editors' steps do not."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from council.middleware.statement_timeout import StatementTimeoutMiddleware
from meetings.models import User

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]


def read_timeout(request: HttpRequest | None = None) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return HttpResponse(cursor.fetchone()[0])


def ask_for_timeout(settings: Any, *, cookie: bool = False, is_active: bool = False, method: str = "GET") -> str:
    request = RequestFactory().generic(method, "/en/search/")
    if cookie:
        request.COOKIES[settings.SESSION_COOKIE_NAME] = "a-session"
    request.user = User(is_active=is_active) if is_active else AnonymousUser()
    return StatementTimeoutMiddleware(read_timeout)(request).content.decode()


@pytest.fixture(autouse=True)
def editors_process(settings: Any) -> None:
    settings.STATEMENT_TIMEOUT = 0


def test_stranger_has_a_limit(settings: Any) -> None:
    """A search on the editors' host could take longer than `REQUEST_TIMEOUT`, and ended the process of all editors."""
    assert ask_for_timeout(settings) == "10s"
    assert read_timeout().content == b"0"


def test_invented_session_does_not_help(settings: Any) -> None:
    assert ask_for_timeout(settings, cookie=True) == "10s"


def test_pages_of_editors_have_one(settings: Any) -> None:
    assert ask_for_timeout(settings, cookie=True, is_active=True) == "30s"


def test_steps_of_editors_have_none(settings: Any) -> None:
    """A publication or an import may take long."""
    assert ask_for_timeout(settings, cookie=True, is_active=True, method="POST") == "0"
