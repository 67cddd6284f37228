"""Browsers in which a user has signed in: a signed cookie says so, as OWASP describes for “device cookies”.

Failed attempts there count apart (`attempts.py`). So a stranger who guesses keeps nobody out of their own laptop,
wherever they are. The cookie signs nobody in: whoever steals it can guess as often as anybody.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from meetings.models import User
from meetings.sign_in.attempts import KNOWN_FOR, build_key

SALT = "meetings.sign_in.devices"


def find_device(request: HttpRequest | None, user_name: str) -> str:
    """Return an id of this browser if somebody has signed in under this name in it within KNOWN_FOR; else nothing."""
    cookie = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "") if request else ""
    try:
        name_key, device = signing.loads(cookie, salt=SALT, max_age=KNOWN_FOR)
    except (signing.BadSignature, ValueError):
        return ""
    return str(device) if name_key == build_key("device", user_name) else ""


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let the browser keep the cookie. It holds the user who signed in last, and is for no other host."""
    name = user.get_username()
    device = find_device(request, name) or secrets.token_hex(16)
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([build_key("device", name), device], salt=SALT),
        max_age=KNOWN_FOR,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Strict",
    )
