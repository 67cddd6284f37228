"""Error pages: in the site's words, and problem+json under the API. None but the 404 touches the database."""

import logging
import sys
from typing import Any

from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import is_valid_path
from django.utils.translation import gettext as _

from agenda.mistyped import Meant, meant_by, words_in
from council.programs import is_for_programs
from meetings.clock import instant_of
from meetings.languages import page_language
from meetings.problems import Problem, ProblemType, plain_answer

RETRY_AFTER_SECONDS = 30  # seconds, as the front server says
logger = logging.getLogger(__name__)


def render_error(
    request: HttpRequest, status: int, type_: ProblemType, title: str, detail: str, *, back: str = "", **headers: str
) -> HttpResponse:
    """`back` is the address to try again from. `headers` have underscores."""
    if is_for_programs(request.path):
        response = plain_answer(request, Problem(status, type_, title, detail))
    else:
        response = render_error_page(request, {"status": status, "title": title, "detail": detail, "back": back})
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response


def render_error_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """In plain words where the template fails: an error page is not to be one that has no answer at all."""
    try:
        return render(request, "error.html", context, status=context["status"])
    except Exception:
        logger.exception("The error page itself could not be made.")
        plain = f"{context['title']}\n\n{context['detail']}\n"
        return HttpResponse(plain, content_type="text/plain; charset=utf-8", status=context["status"])


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    detail = _("The request could not be understood.")
    if isinstance(exception, DisallowedHost):
        detail = _("The site does not answer to this host name.")
    return render_error(request, 400, ProblemType.BAD_REQUEST, _("Bad request"), detail)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render_error(request, 403, ProblemType.FORBIDDEN, _("Not allowed"), _("You may not do this."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token does not fit: mostly somebody signed in anew since the form was shown, or sends no cookies."""
    detail = _(
        "Nothing was saved: this form was shown before you signed in anew, or your browser sends no cookies. What you "
        "typed is not lost: the browser's Back shows it again. Copy it, open the page anew, and send it from there."
    )
    return render_error(request, 403, ProblemType.FORBIDDEN, _("Not saved"), detail, back=request.get_full_path())


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Leads on where it is known what was meant, else tells what is near, and offers to search for the words."""
    title, detail = _("Not found"), _("There is no page at this address.")
    if is_for_programs(request.path):
        return render_error(request, 404, ProblemType.NOT_FOUND, title, detail)
    meant = find_suggested_url(request)
    if meant.path and request.method in ("GET", "HEAD"):
        return HttpResponseRedirect(meant.path)
    context = {"status": 404, "title": title, "detail": detail, "is_missing": True}
    return render_error_page(request, context | {"meant": meant, "words": words_in(request.path_info)})


def find_suggested_url(request: HttpRequest) -> Meant:
    """Not of what lacks only its last slash (it gets one), and never the way back to the address itself."""
    path, prefix = request.path_info, f"/{page_language()}/"
    if not path.startswith(prefix) or (not path.endswith("/") and is_valid_path(f"{path}/")):
        return Meant()
    meant = meant_by(path.removeprefix(prefix), instant_of(request))
    return Meant() if meant.path == path else meant


def precondition_failed(request: HttpRequest) -> HttpResponse:
    detail = _("If-Match or If-Unmodified-Since does not hold: ask without them.")
    return render_error(request, 412, ProblemType.PRECONDITION_FAILED, _("A condition does not hold"), detail)


def too_long(request: HttpRequest, max_length: int) -> HttpResponse:
    detail = _("The path and the query have %d characters at most, each: ask for less at once.") % max_length
    return render_error(request, 414, ProblemType.URI_TOO_LONG, _("The address is too long"), detail)


def header_too_large(request: HttpRequest, name: str, max_length: int) -> HttpResponse:
    detail = _("%(name)s has %(longest)d characters at most.") % {"name": name, "longest": max_length}
    return render_error(request, 431, ProblemType.HEADER_TOO_LARGE, _("A header is too large"), detail)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    detail = _("Too much was asked from your address. Ask again in %d seconds.") % seconds
    if is_for_programs(request.path):
        detail += " " + _("With If-None-Match, an answer that has not changed counts a tenth.")
    title = _("Too many requests")
    return render_error(request, 429, ProblemType.TOO_MANY_REQUESTS, title, detail, retry_after=str(seconds))


def server_error(request: HttpRequest) -> HttpResponse:
    """Django asks for it while it handles the exception."""
    if is_away(sys.exception()):
        return unavailable(request)
    detail = _("Something went wrong on our side. It has been recorded; please try again in a moment.")
    return render_error(request, 500, ProblemType.SERVER_ERROR, _("Something went wrong"), detail)


def unavailable(request: HttpRequest) -> HttpResponse:
    detail = _("The site does not answer at the moment. Nothing is lost: please ask again in half a minute.")
    title, seconds = _("Not available at the moment"), str(RETRY_AFTER_SECONDS)
    return render_error(
        request, 503, ProblemType.UNAVAILABLE, title, detail, retry_after=seconds, cache_control="no-store"
    )


def is_away(error: BaseException | None) -> bool:
    """Whether the database was not to be had, or took too long. Of a wrong statement SQLite says the same."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    return getattr(error.__cause__, "sqlite_errorname", "") != "SQLITE_ERROR"
