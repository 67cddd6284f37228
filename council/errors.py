"""Error pages: in the site's words, and problem+json under the API. None of them touches the database."""

from typing import Any

import msgspec
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from meetings.problems import PROBLEM_TYPE, ProblemDetails, ProblemType


def answer(
    request: HttpRequest, status: int, type_: ProblemType, title: str, detail: str, *, back: str = ""
) -> HttpResponse:
    """`back` is the address to try again from."""
    if request.path.startswith("/api/"):
        details = ProblemDetails(type=type_, title=title, status=status, detail=detail)
        return HttpResponse(msgspec.json.encode(details), status=status, content_type=PROBLEM_TYPE)
    told = {"status": status, "title": title, "detail": detail, "back": back}
    return render(request, "error.html", told, status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    detail = _("The request could not be understood.")
    if isinstance(exception, DisallowedHost):
        detail = _("The site does not answer to this host name.")
    return answer(request, 400, ProblemType.BAD_REQUEST, _("Bad request"), detail)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return answer(request, 403, ProblemType.FORBIDDEN, _("Not allowed"), _("You may not do this."))


def not_from_here(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token does not fit: mostly somebody signed in anew since the form was shown, or sends no cookies."""
    detail = _(
        "Nothing was saved: this form was shown before you signed in anew, or your browser sends no cookies. What you "
        "typed is not lost: the browser's Back shows it again. Copy it, open the page anew, and send it from there."
    )
    return answer(request, 403, ProblemType.FORBIDDEN, _("Not saved"), detail, back=request.get_full_path())


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return answer(request, 404, ProblemType.NOT_FOUND, _("Not found"), _("There is no page at this address."))


def server_error(request: HttpRequest) -> HttpResponse:
    detail = _("Something went wrong on our side. It has been recorded; please try again in a moment.")
    return answer(request, 500, ProblemType.SERVER_ERROR, _("Something went wrong"), detail)
