"""Ask users to sign in again before they do what nobody else should do at their unlocked computer."""

from http import HTTPStatus

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from meetings.access.audit import Actor, record_act
from meetings.models import Act
from meetings.sign_in.forms import ConfirmForm
from meetings.sign_in.sessions import confirm_session, is_confirmed

PASSWORD_FIELD = "confirm_password"  # noqa: S105 - the name of a field


def ask_to_confirm(request: HttpRequest) -> HttpResponse | None:
    """Return the page that asks for the password, unless this is a GET or the user has signed in lately.

    The page carries everything that was sent, so that nothing is lost: with the right password, the view gets the same
    request as before.
    """
    if request.method != "POST" or is_confirmed(request):
        return None
    is_answered = PASSWORD_FIELD in request.POST
    form = ConfirmForm(request, request.POST if is_answered else None)
    if is_answered and form.is_valid():
        confirm_session(request)
        record_act(Actor.from_request(request), Act.CONFIRMED_IDENTITY)
        sent = request.POST.copy()
        del sent[PASSWORD_FIELD]
        sent._mutable = False
        request.POST = sent  # type: ignore[assignment]
        return None
    omitted = (PASSWORD_FIELD, "csrfmiddlewaretoken")
    context = admin.site.each_context(request) | {
        "title": _("Sign in again"),
        "form": form,
        "carried": [(name, value) for name, values in request.POST.lists() if name not in omitted for value in values],
    }
    return render(request, "admin/sign_in/confirm.html", context, status=HTTPStatus.FORBIDDEN)
