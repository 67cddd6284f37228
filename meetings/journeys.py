"""Time travel in the user's session. It ends after an hour, with the session, and with the right to it."""

import datetime as dt

from django.http import HttpRequest

from meetings.clock import get_instant
from meetings.rights import Right, has_right
from meetings.travel import TimeTravel

SESSION_KEY = "travel"
MAX_DURATION = dt.timedelta(hours=1)


def start_time_travel(request: HttpRequest, at: dt.datetime) -> None:
    """Let the session see the site as of `at`, for MAX_DURATION."""
    until = get_instant(request) + MAX_DURATION
    request.session[SESSION_KEY] = {"at": at.isoformat(), "until": until.isoformat()}


def stop_time_travel(request: HttpRequest) -> None:
    """Return the session to the present."""
    request.session.pop(SESSION_KEY, None)


def load_time_travel(request: HttpRequest) -> TimeTravel | None:
    """Return the time travel of the session, unless it is over or the user has lost the right to it."""
    stored = request.session.get(SESSION_KEY)
    if stored is None:
        return None
    at, until = (dt.datetime.fromisoformat(stored[name]) for name in ("at", "until"))
    travel = TimeTravel(at, get_instant(request), until)
    return travel if travel.now < until and has_right(request.user, Right.TRAVEL) else None
