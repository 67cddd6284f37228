"""What is subscribed to, calendars and feeds: plain views that only read, and tell programs what is wrong."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from meetings.conditional import View
from meetings.problems import Problem, ProblemType, plain_answer

METHODS = ("GET", "HEAD")


def subscription(view: View) -> View:
    """Any other method is a 405, and a Problem that the view raises is told as problem+json.

    Nothing is ever saved here: without the exemption, whoever tries is told of a form that was shown too long ago.
    """

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in METHODS:
            return not_allowed(request)
        try:
            return view(request, *args, **kwargs)
        except Problem as problem:
            return plain_answer(request, problem)

    return answer


def not_allowed(request: HttpRequest) -> HttpResponse:
    detail = _("This address is only read: use GET or HEAD.")
    problem = Problem(405, ProblemType.METHOD_NOT_ALLOWED, _("Method not allowed"), detail)
    answer = plain_answer(request, problem)
    answer["Allow"] = ", ".join(METHODS)
    return answer
