"""Authenticate by password. All ways to check a password come through here, so all have the same limits."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from meetings.access import MembershipBackend
from meetings.access.audit import Actor
from meetings.models import User
from meetings.sign_in.attempts import SIGN_IN, Attempt, begin_attempt
from meetings.sign_in.devices import find_device

MAX_NAME_LENGTH = 150
WAIT_SECONDS = 3


class BusyError(ValidationError):
    """Other passwords are being checked at this moment."""

    seconds = 3

    def __init__(self) -> None:
        super().__init__(_("Too many people are signing in at this moment. Try again in a few seconds."), code="busy")


places = threading.BoundedSemaphore(2)  # one that is hashed, and one that waits
hashing = threading.Lock()


@contextmanager
def hashing_slot() -> Iterator[None]:
    """Let one password be hashed at a time in this process, and one wait for it. Raise BusyError for others.

    Hashing one takes half a second of a processor. Without this, a few attempts at once would occupy all threads of the
    editors' process.
    """
    if not places.acquire(blocking=False):
        raise BusyError
    try:
        if not hashing.acquire(timeout=WAIT_SECONDS):
            raise BusyError
        try:
            yield
        finally:
            hashing.release()
    finally:
        places.release()


def begin_password_attempt(request: HttpRequest | None, name: str) -> Attempt:
    """Count an attempt to sign in under a name, which need not have an account. Raise TooManyAttemptsError."""
    actor = Actor(None, name, request.META.get("REMOTE_ADDR", "") if request else "")
    return begin_attempt(SIGN_IN, name, actor, user_name=name, device=find_device(request, name))


class SignInBackend(MembershipBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_more: Any
    ) -> User | None:
        """Return the user if name and password are right, and the user may sign in.

        Raise TooManyAttemptsError if this must wait, or BusyError. The steps are the same whether there is such an
        account or not.
        """
        if username is None or password is None:
            return None
        name = username[:MAX_NAME_LENGTH]
        attempt = begin_password_attempt(request, name)
        try:
            with hashing_slot():
                found: Any = super().authenticate(request, username=name, password=password)
        except BusyError:
            attempt.cancel()
            raise
        user: User | None = found
        if user is None or not attempt.may_succeed:
            is_known = User.objects.filter(username=name).exists()
            attempt.fail(is_known=is_known)
            return None
        attempt.succeed()
        return user


def check_own_password(request: HttpRequest, password: str) -> bool:
    """Return whether this is the password of the user who is signed in. It may raise the errors of `authenticate`."""
    name = request.user.get_username()
    return SignInBackend().authenticate(request, username=name, password=password) is not None
