"""Limit the statements of those who are not signed in to the editors' process. The public process has its own limit."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from council.middleware import Middleware
from meetings.database.time_limits import limit_statements


class StatementTimeoutMiddleware(Middleware):
    """Let PostgreSQL cancel the slow statements of strangers, as for readers. It must come after authentication.

    What editors do, such as a publication, may take long. Requests without a session cookie are not examined.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        is_limited = settings.STATEMENT_TIMEOUT or connection.vendor != "postgresql"
        if is_limited or (has_session and request.user.is_authenticated):
            return self.get_response(request)
        with limit_statements(settings.READER_STATEMENT_TIMEOUT):
            return self.get_response(request)
