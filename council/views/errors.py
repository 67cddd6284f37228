"""Views of error pages, and of problem+json under the API. Only the 404 page uses the database."""

import logging
import sys
from typing import Any

from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import is_valid_path
from django.utils.translation import gettext as _

from agenda.site.url_suggestions import UrlSuggestion, extract_search_words, suggest_url
from council.log_masks import mask_link_tokens
from council.program_paths import is_for_programs
from meetings.clock import get_instant
from meetings.http.problem_descriptions import PROBLEM_DESCRIPTIONS
from meetings.http.problems import Problem, ProblemType, build_problem_response
from meetings.http.redirects import redirect_with_query
from meetings.i18n.languages import get_page_language

RETRY_AFTER_SECONDS = 30  # the front server says the same
logger = logging.getLogger(__name__)


def render_error(request: HttpRequest, type_: ProblemType, detail: str, **context: Any) -> HttpResponse:
    """Return the error as problem+json for programs, else as a page, or as plain text if the template fails.

    So there is always an answer. `context` may have another `title` for the page, and `back`, the address to try again
    from.
    """
    if is_for_programs(request.path):
        return build_problem_response(request, Problem(type_, detail))
    status, title = PROBLEM_DESCRIPTIONS[type_].status, PROBLEM_DESCRIPTIONS[type_].title
    context = {"status": status, "title": title, "detail": detail, **context}
    try:
        return render(request, "error.html", context, status=status)
    except Exception:
        logger.exception("The error page itself could not be rendered.")
        plain = f"{context['title']}\n\n{detail}\n"
        return HttpResponse(plain, content_type="text/plain; charset=utf-8", status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    detail = _("We could not understand this request.")
    if isinstance(exception, DisallowedHost):
        detail = _("This site is not available at this host name.")
    return render_error(request, ProblemType.BAD_REQUEST, detail)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render_error(request, ProblemType.FORBIDDEN, _("You do not have permission to do this."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for a form with a wrong CSRF token.

    The usual reasons are that the user signed out or in again since the form was shown, or that cookies are blocked.
    """
    detail = _(
        "Nothing was saved. You signed in again after this form was opened, or your browser blocks cookies. Your text "
        "is not lost: use your browser's Back button and copy it. Then open the page again and paste it there."
    )
    return render_error(request, ProblemType.FORBIDDEN, detail, title=_("Not saved"), back=request.get_full_path())


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Redirect if we know which page was meant. Else return a page that suggests similar pages and a search."""
    detail = _("There is no page at this address.")
    if is_for_programs(request.path):
        return render_error(request, ProblemType.NOT_FOUND, detail)
    meant = find_suggested_url(request)
    if meant.path and request.method in ("GET", "HEAD"):
        return redirect_with_query(request, meant.path)
    context = {"is_missing": True, "meant": meant, "words": extract_search_words(mask_link_tokens(request.path_info))}
    return render_error(request, ProblemType.NOT_FOUND, detail, **context)


def find_suggested_url(request: HttpRequest) -> UrlSuggestion:
    """Return a suggestion for the address of the request, which may be empty.

    There is none for an address that only lacks its last slash, since Django adds that, and a suggestion never leads
    back to the same address.
    """
    path, prefix = request.path_info, f"/{get_page_language()}/"
    if not path.startswith(prefix) or (not path.endswith("/") and is_valid_path(f"{path}/")):
        return UrlSuggestion()
    meant = suggest_url(path.removeprefix(prefix), get_instant(request))
    return UrlSuggestion() if meant.path == path else meant


def precondition_failed(request: HttpRequest) -> HttpResponse:
    detail = _("The condition in If-Match or If-Unmodified-Since is not met. Send the request without these headers.")
    return render_error(request, ProblemType.PRECONDITION_FAILED, detail)


def uri_too_long(request: HttpRequest, max_length: int) -> HttpResponse:
    detail = _("The path and the query may each have up to %d characters. Ask for less in one request.") % max_length
    return render_error(request, ProblemType.URI_TOO_LONG, detail)


def header_too_large(request: HttpRequest, name: str, max_length: int) -> HttpResponse:
    detail = _("%(name)s may have up to %(max_length)d characters.") % {"name": name, "max_length": max_length}
    return render_error(request, ProblemType.HEADER_TOO_LARGE, detail)


def too_many_requests(request: HttpRequest, seconds: int) -> HttpResponse:
    detail = _("There were too many requests from your network address. Try again in %d seconds.") % seconds
    if is_for_programs(request.path):
        detail += " " + _("Send If-None-Match: an answer that has not changed counts as a tenth of a request.")
    response = render_error(request, ProblemType.TOO_MANY_REQUESTS, detail)
    response["Retry-After"] = str(seconds)
    return response


def busy(request: HttpRequest, seconds: int) -> HttpResponse:
    detail = _("Many people are searching or downloading files at the moment. Try again in %d seconds.") % seconds
    response = render_error(request, ProblemType.UNAVAILABLE, detail)
    response["Retry-After"], response["Cache-Control"] = str(seconds), "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page for an error on our side. Django calls this while it handles the exception."""
    if is_database_unavailable(sys.exception()):
        return unavailable(request)
    detail = _("Something went wrong on our side. We have recorded it. Please try again in a moment.")
    return render_error(request, ProblemType.SERVER_ERROR, detail)


def unavailable(request: HttpRequest) -> HttpResponse:
    detail = _("The site is not available at the moment. No data is lost. Please try again in half a minute.")
    response = render_error(request, ProblemType.UNAVAILABLE, detail)
    response["Retry-After"], response["Cache-Control"] = str(RETRY_AFTER_SECONDS), "no-store"
    return response


def is_database_unavailable(error: BaseException | None) -> bool:
    """Return True if the database could not be reached, ended the connection or took too long.

    SQLite also raises OperationalError for a wrong statement, which is not such a case. The driver raises DatabaseError
    itself if the server ends while it answers; so does Django, without a cause.
    """
    if error is None:
        return False
    is_lost = type(error) is DatabaseError and error.__cause__ is not None
    if not is_lost and not isinstance(error, OperationalError | InterfaceError):
        return False
    return getattr(error.__cause__, "sqlite_errorname", "") != "SQLITE_ERROR"
