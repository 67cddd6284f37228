"""Sessions: when they end, which ones a user has, and whether the user has signed in recently enough.

What is needed at each request is in the session itself, so that it costs no query. The table `UserSession` is for the
list that a user sees, and by which sessions are ended: a session must never have a key that its row does not name. Rows
name it as Django's table does, by a digest (`meetings.sign_in.session_store`).
"""

import datetime as dt
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user, logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from meetings.http.hosts import is_editors_host
from meetings.http.networks import get_network
from meetings.models import User, UserSession
from meetings.models.sign_in import NETWORK_LENGTH
from meetings.sign_in.attempts import remember_network
from meetings.sign_in.second_factors import needs_second_factor
from meetings.sign_in.session_store import compute_stored_key

CONFIRMED_FOR = dt.timedelta(minutes=10)
"""How long after signing in, or signing in again, a user may do what needs it."""
SEEN_EVERY = dt.timedelta(minutes=1)
CLOCKS_DIFFER_BY = dt.timedelta(minutes=1)
"""How far a time may lie ahead that another server has noted. If it is further, that server's clock was wrong."""
MAX_SESSIONS = 50
"""How many sessions a user has at once. The one that was used least recently ends."""
BACKGROUND_HEADER = "X-Background"
"""A page sends this with requests that its user did not cause: they do not keep the session alive."""
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS": "Mac",
    "Linux": "Linux",
}
STARTED, SEEN, CONFIRMED, FACTOR, ROW = "signed_in_at", "seen_at", "confirmed_at", "second_factor", "user_session"
SAYS_SITE = "says_site"


def now_in_seconds() -> int:
    return int(timezone.now().timestamp())


@receiver(user_logged_in)
def start_session(sender: Any, request: HttpRequest, user: User, **_more: Any) -> None:
    """Begin the times of a new session, and add it to the user's list.

    Sessions from while a clock was ahead end: otherwise, they would go on once that time has come.
    """
    session, now, seconds = request.session, timezone.now(), now_in_seconds()
    session.update({STARTED: seconds, SEEN: seconds, CONFIRMED: seconds, FACTOR: "", SAYS_SITE: says_site(request)})
    if not session.session_key:
        session.create()
    remote = request.META.get("REMOTE_ADDR", "")[:NETWORK_LENGTH]
    row, _is_new = UserSession.objects.update_or_create(
        session_key=get_stored_key(session),
        defaults={
            "user": user,
            "started_at": now,
            "seen_at": now,
            "remote": remote,
            "browser": describe_browser(request.META.get("HTTP_USER_AGENT", "")),
        },
    )
    session[ROW] = str(row.pk)
    own = UserSession.objects.filter(user=user)
    own.filter(started_at__lt=now - dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)).delete()
    end_sessions(own.filter(seen_at__gt=now + CLOCKS_DIFFER_BY))
    if oldest := list(own.order_by("-seen_at").values_list("pk", flat=True)[MAX_SESSIONS:]):
        end_sessions(own.filter(pk__in=oldest))


@receiver(user_logged_out)
def forget_session(sender: Any, request: HttpRequest, **_more: Any) -> None:
    UserSession.objects.filter(session_key=get_stored_key(request.session)).delete()


def load_user(request: HttpRequest) -> User | AnonymousUser:
    """Return the user of the session, or nobody if it has ended by now. Then it is deleted.

    On the readers' hosts there is never a user. Nor is there one if the browser says with other requests of the session
    which page they are for (`Sec-Fetch-Site`), but not with this: Chromium does not say it if it sends a report for a
    page of another host, and that host redirects it to us.
    """
    if not hasattr(request, "_cached_user"):
        user: Any = get_user(request) if is_editors_host(request) else AnonymousUser()
        if user.is_authenticated and request.session.get(SAYS_SITE) and not says_site(request):
            user = AnonymousUser()
        if user.is_authenticated and is_over(request, user):
            forget_session(None, request)
            request.session.flush()
            user = AnonymousUser()
        request._cached_user = user  # type: ignore[attr-defined]
    found: User | AnonymousUser = request._cached_user  # type: ignore[attr-defined]
    return found


def says_site(request: HttpRequest) -> bool:
    return "Sec-Fetch-Site" in request.headers


def get_own_account(request: HttpRequest) -> User:
    """Return the user who is signed in, read again."""
    return User.objects.get(username=request.user.get_username())


def is_over(request: HttpRequest, user: User) -> bool:
    """Return whether the session has lasted too long, or the user needs a second factor and did not use one.

    This also ends the session of somebody who has just become a publisher.
    """
    session = request.session
    return min(get_seconds_left(session)) <= 0 or (not session.get(FACTOR) and needs_second_factor(user))


def get_seconds_left(session: Any) -> tuple[int, int]:
    """Return the seconds until the session ends if the user does nothing, and those until it ends in any case."""
    now = now_in_seconds()
    idle = get_past_time(session, SEEN) + settings.SESSION_IDLE_AGE - now
    return idle, get_past_time(session, STARTED) + settings.SESSION_COOKIE_AGE - now


def get_past_time(times: Any, name: str) -> int:
    """Return one of these times, in seconds since 1970: 0 if it is missing, or still to come.

    Otherwise, what began while a clock was ahead would not end until then.
    """
    seconds: int = times.get(name, 0)
    return seconds if seconds <= now_in_seconds() + CLOCKS_DIFFER_BY.total_seconds() else 0


def touch_session(request: HttpRequest) -> None:
    """Note that the user is there, at most once a minute."""
    session = request.session
    if now_in_seconds() - session.get(SEEN, 0) >= SEEN_EVERY.total_seconds():
        session[SEEN] = now_in_seconds()
        UserSession.objects.filter(pk=get_row_key(session)).update(seen_at=timezone.now())


def describe_browser(user_agent: str) -> str:
    """Return the browser and system as people call them, such as “Firefox, Windows”; else what the browser sent."""
    browser = next((label for name, label in BROWSERS.items() if name in user_agent), "")
    system = next((label for name, label in SYSTEMS.items() if name in user_agent), "")
    return ", ".join(filter(None, [browser, system])) or user_agent[:200]


def get_stored_key(session: Any) -> str:
    """Return the key that the session has in the database."""
    return compute_stored_key(session.session_key)


def get_row_key(session: Any) -> str:
    """Return the key of the session's row in the list of sessions."""
    return str(session.get(ROW, "")) or str(UUID(int=0))


def is_confirmed(request: HttpRequest) -> bool:
    """Return whether the user has signed in, or signed in again, within the last minutes."""
    return bool(now_in_seconds() - get_past_time(request.session, CONFIRMED) < CONFIRMED_FOR.total_seconds())


def confirm_session(request: HttpRequest) -> None:
    """Note that the user has signed in again, and give the session another key.

    If another request has done the same at the same time, or has ended the session, this one ends here. Nobody could
    end a session whose row does not name its key.
    """
    row = UserSession.objects.filter(pk=get_row_key(request.session), session_key=get_stored_key(request.session))
    request.session[CONFIRMED] = now_in_seconds()
    request.session.cycle_key()
    if not row.update(session_key=get_stored_key(request.session)):
        request.session.flush()


def finish_sign_in(request: HttpRequest, user: User, factor: str) -> None:
    """Note which second factor was used, and from which network and in which browser the user signs in."""
    request.session[FACTOR] = factor
    request.signed_in_user = user  # type: ignore[attr-defined]  # for the middleware, which has the response
    remember_network(user, get_network(request.META.get("REMOTE_ADDR", "")), timezone.now())


def end_sessions_of_everybody() -> int:
    """End the sessions of everybody, also of those who have not finished signing in, and return their number."""
    number, _by_model = Session.objects.all().delete()
    UserSession.objects.all().delete()
    return number


def list_sessions(user: User) -> QuerySet[UserSession]:
    """Return the sessions of the user that have not ended, the one used last first.

    They include those from while a clock was ahead, so that the user can end them before that time comes.
    """
    now = timezone.now()
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    return UserSession.objects.filter(
        user=user,
        session_key__in=alive,
        started_at__gt=now - dt.timedelta(seconds=settings.SESSION_COOKIE_AGE),
        seen_at__gt=now - dt.timedelta(seconds=settings.SESSION_IDLE_AGE),
    )


def end_sessions(rows: QuerySet[UserSession]) -> int:
    """End these sessions at once, and return their number.

    They are locked, always in the same order: another request may give one of them another key at this moment.
    """
    with transaction.atomic():
        keys = list(rows.order_by("pk").select_for_update().values_list("session_key", flat=True))
        Session.objects.filter(session_key__in=keys).delete()
        UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


def end_all_sessions(request: HttpRequest, user: User) -> int:
    """End all sessions of the user at once, and return their number.

    If one of them is that of the request, its user is signed out. Django could not save it with the response.
    """
    number = end_sessions(UserSession.objects.filter(user=user))
    if request.user.pk == user.pk:
        logout(request)
    return number


def lock_own_sessions(request: HttpRequest) -> bool:
    """Lock the sessions of the user, and return whether this one goes on: another request may have ended it."""
    rows = UserSession.objects.filter(user=request.user.pk).order_by("pk").select_for_update()
    return (UUID(get_row_key(request.session)), get_stored_key(request.session)) in rows.values_list(
        "pk", "session_key"
    )


def keep_only_this_session(request: HttpRequest) -> None:
    """End the user's other sessions, after their password has changed. This one has another key now.

    Call this after `lock_own_sessions`: nobody could end a session whose row does not name its key.
    """
    own = UserSession.objects.filter(pk=get_row_key(request.session))
    own.update(session_key=get_stored_key(request.session))
    end_sessions(UserSession.objects.filter(user=request.user.pk).exclude(pk=get_row_key(request.session)))
