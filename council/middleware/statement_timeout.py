"""Limit the statements of requests in the editors' process. The public process has its own limit."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from council.middleware import Middleware
from meetings.database.time_limits import limit_statements

EDITOR_STATEMENT_TIMEOUT = 30  # seconds, for pages of editors; the slowest of a large site take a few


class StatementTimeoutMiddleware(Middleware):
    """Let PostgreSQL cancel the slow statements of strangers, as for readers, and of editors who read.

    What editors do, such as a publication, may take long. Requests without a session cookie are not examined. It must
    come after authentication.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.STATEMENT_TIMEOUT or connection.vendor != "postgresql":
            return self.get_response(request)
        is_editor = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
        if is_editor and request.method == "POST":
            return self.get_response(request)
        with limit_statements(EDITOR_STATEMENT_TIMEOUT if is_editor else settings.READER_STATEMENT_TIMEOUT):
            return self.get_response(request)
