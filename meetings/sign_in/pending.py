"""The steps between a right password and being signed in. Until the last one, nobody is signed in."""

from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from meetings.access.audit import Actor, record_act
from meetings.models import Act, User
from meetings.sign_in.second_factors import list_factors, needs_second_factor
from meetings.sign_in.sessions import finish_sign_in, get_past_time, now_in_seconds

SESSION_KEY = "pending_sign_in"
MAX_SECONDS = 10 * 60


class Pending(NamedTuple):
    """A user whose password was right. `next_url` is where they wanted to go, `message` what they must read there."""

    user: User
    next_url: str
    message: str


def begin_sign_in(request: HttpRequest, user: User, next_url: str, message: str = "") -> HttpResponse:
    """Sign the user in, or lead them to the next step: using their second factor, or setting up the one they need."""
    request.session[SESSION_KEY] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": now_in_seconds(),
        "next": next_url,
        "message": message,
    }
    if list_factors(user):
        return HttpResponseRedirect(reverse("second-factor"))
    if needs_second_factor(user):
        return HttpResponseRedirect(reverse("set-up-factor"))
    return HttpResponseRedirect(complete_sign_in(request, Pending(user, next_url, message)))


def load_pending(request: HttpRequest) -> Pending | None:
    """Return who has entered their password within the last minutes, if it is still valid."""
    stored: Any = request.session.get(SESSION_KEY)
    if not stored or now_in_seconds() - get_past_time(stored, "at") > MAX_SECONDS:
        return None
    user = User.objects.filter(pk=stored["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(stored["hash"], user.get_session_auth_hash()):
        return None
    return Pending(user, stored["next"], stored["message"])


def complete_sign_in(request: HttpRequest, pending: Pending, factor: str = "") -> str:
    """Sign the user in, with a new session, and record it. Return the address to go to."""
    user = pending.user
    request.session.pop(SESSION_KEY, None)
    request.session.cycle_key()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    finish_sign_in(request, user, factor)
    record_act(Actor.from_request(request, user), Act.SIGNED_IN, second_factor=factor)
    if pending.message:
        messages.warning(request, pending.message)
    return pending.next_url
