"""Ask users to sign in again before they do what nobody else should do at their unlocked computer."""

from http import HTTPStatus

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from meetings.access.audit import Actor, record_act
from meetings.models import Act
from meetings.sign_in import passkeys
from meetings.sign_in.forms import ConfirmForm
from meetings.sign_in.recovery_codes import warn_of_used_code
from meetings.sign_in.second_factors import RECOVERY, list_factors
from meetings.sign_in.sessions import confirm_session, get_own_account, is_confirmed


def ask_to_confirm(request: HttpRequest) -> HttpResponse | None:
    """Return the page that asks to sign in again, unless this is a GET or the user has signed in lately.

    The page carries everything that was sent, so that nothing is lost: with the right answers, the view gets the same
    request as before.
    """
    if request.method != "POST" or is_confirmed(request):
        return None
    account = get_own_account(request)
    own_fields = {"csrfmiddlewaretoken", *ConfirmForm.base_fields}
    is_answered = "confirm_password" in request.POST
    kinds = {factor.kind for factor in list_factors(account)}
    form = ConfirmForm(request, account, kinds, request.POST if is_answered else None)
    if is_answered and form.is_valid():
        confirm_session(request)
        record_act(Actor.from_request(request), Act.CONFIRMED_IDENTITY, second_factor=form.used)
        if form.used == RECOVERY:
            warn_of_used_code(request, account)
        sent = request.POST.copy()
        for name in ConfirmForm.base_fields:
            sent.pop(name, None)
        sent._mutable = False
        request.POST = sent  # type: ignore[assignment]
        return None
    context = admin.site.each_context(request) | {
        "title": _("Sign in again"),
        "form": form,
        "options": passkeys.begin_use(request, account) if form.asks_passkey else None,
        "carried": [
            (name, value) for name, values in request.POST.lists() if name not in own_fields for value in values
        ],
    }
    return render(request, "admin/sign_in/confirm.html", context, status=HTTPStatus.FORBIDDEN)
