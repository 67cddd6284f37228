"""A decorator for the views of calendars and feeds: they are read-only, and report errors to programs."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from meetings.http.conditional_get import View
from meetings.http.problems import Problem, ProblemType, build_problem_response

ALLOWED_METHODS = ("GET", "HEAD")


def subscription_view(view: View) -> View:
    """Decorate a read-only view: other methods get a 405, and a Problem that the view raises becomes problem+json.

    The view is exempt from CSRF checks because it never saves anything. Otherwise a POST would get a message about a
    form that has expired.
    """

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ALLOWED_METHODS:
            detail = _("This address is read-only. Use GET or HEAD.")
            refusal = build_problem_response(request, Problem(ProblemType.METHOD_NOT_ALLOWED, detail))
            refusal["Allow"] = ", ".join(ALLOWED_METHODS)
            return refusal
        try:
            return view(request, *args, **kwargs)
        except Problem as problem:
            return build_problem_response(request, problem)

    return answer
