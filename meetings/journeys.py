"""Who looks at the site at another time, kept in their session: it ends after an hour, with the session, and with the
right to it."""

import datetime as dt

from django.http import HttpRequest

from meetings.clock import instant_of
from meetings.rights import Right, may
from meetings.travel import TimeTravel

SESSION_KEY = "travel"
MAX_DURATION = dt.timedelta(hours=1)


def begin(request: HttpRequest, at: dt.datetime) -> None:
    until = instant_of(request) + MAX_DURATION
    request.session[SESSION_KEY] = {"at": at.isoformat(), "until": until.isoformat()}


def end(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def begun(request: HttpRequest) -> TimeTravel | None:
    """The journey that the session holds, where it is not over and the right is still there."""
    kept = request.session.get(SESSION_KEY)
    if kept is None:
        return None
    at, until = (dt.datetime.fromisoformat(kept[name]) for name in ("at", "until"))
    journey = TimeTravel(at, instant_of(request), until)
    return journey if journey.now < until and may(request.user, Right.TRAVEL) else None
