"""Who needs a second factor, and how one is checked."""

import base64

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from meetings.access import Right, has_right, is_superuser
from meetings.access.audit import Actor, record_account, record_act
from meetings.models import Act, RecoveryCode, SecondFactor, User
from meetings.sign_in import authenticator_app, passkeys, recovery_codes
from meetings.sign_in.attempts import begin_attempt
from meetings.sign_in.devices import find_device
from meetings.sign_in.encryption import decrypt, encrypt

COMPULSORY_RIGHTS = (
    Right.PUBLISH,
    Right.FORCE,
    Right.DUTY,
    Right.WITHDRAW,
    Right.SUPPRESS,
    Right.APPROVE,
    Right.REVISE,
    Right.ADMINISTER,
)
"""Rights to change what readers see, or what others may do.

An approval is the last step before readers see a text whose release is planned, or a translation of a live one.
"""
MAX_FACTORS = 10  # of one user: pages list all, and each code is tried with each
APP, PASSKEY, RECOVERY = SecondFactor.Kind.APP.value, SecondFactor.Kind.PASSKEY.value, "recovery"


def needs_second_factor(user: User) -> bool:
    """Return whether the user must sign in with a second factor: all but authors and translators.

    With SECOND_STEP=everybody, all users must. A site that serves only its own machine, such as the demo, needs none.
    """
    if not settings.SERVES_ELSEWHERE:
        return False
    return (
        settings.SECOND_STEP == "everybody"
        or is_superuser(user)
        or any(has_right(user, right) for right in COMPULSORY_RIGHTS)
    )


def list_factors(user: User) -> list[SecondFactor]:
    return list(SecondFactor.objects.filter(user=user))


def check_second_factor(
    request: HttpRequest, user: User, *, code: str = "", answer: str = "", recovery: str = ""
) -> str:
    """Return what the user proved to have: an app, a passkey or a recovery code; empty if it was wrong.

    Raise TooManyAttemptsError after too many wrong codes of an app. Passkeys and recovery codes cannot be guessed, and
    so they still let in a user whose codes somebody else has used up.
    """
    actor = Actor.from_request(request, user)
    if answer or recovery:
        is_passkey = bool(answer) and passkeys.check_answer(request, user, answer)
        is_recovery = not answer and recovery_codes.use_code(user, recovery)
        if not (is_passkey or is_recovery):
            record_act(actor, Act.SIGN_IN_REFUSED, reason="second factor")
        return PASSKEY if is_passkey else RECOVERY if is_recovery else ""
    attempt = begin_attempt(
        "second factor",
        str(user.pk),
        actor,
        user_name=user.get_username(),
        device=find_device(request, user.get_username()),
        reason="second factor",
    )
    apps = SecondFactor.objects.filter(user=user, kind=SecondFactor.Kind.APP)
    found = APP if any(authenticator_app.check_code(factor, code) for factor in apps) else ""
    if not found or not attempt.may_succeed:
        attempt.fail()
        return ""
    attempt.succeed()
    return found


@transaction.atomic
def add_app(user: User, secret: bytes, code: str) -> SecondFactor | None:
    """Add an authenticator app if the code is one of it. The code then counts as used.

    Return the app that has this secret already if the form was sent twice.
    """
    step = authenticator_app.find_step(secret, code)
    if step is None:
        return None
    user.lock()
    for app in SecondFactor.objects.filter(user=user, kind=SecondFactor.Kind.APP):
        if decrypt(app.secret) == secret:
            return app
    return SecondFactor.objects.create(
        user=user,
        kind=SecondFactor.Kind.APP,
        name=str(SecondFactor.Kind.APP.label),
        secret=encrypt(secret),
        last_step=step,
        created_at=timezone.now(),
    )


def record_added(by: Actor, factor: SecondFactor) -> None:
    record_account(by, Act.FACTOR_ADDED, factor.user, kind=factor.kind, note=factor.name)


def remove_factors(by: Actor, user: User, factors: list[SecondFactor]) -> None:
    """Remove second factors, and the recovery codes with the last one. Record each."""
    for factor in factors:
        record_account(by, Act.FACTOR_REMOVED, user, kind=factor.kind, note=factor.name)
    SecondFactor.objects.filter(pk__in=[factor.pk for factor in factors]).delete()
    if not SecondFactor.objects.filter(user=user).exists():
        RecoveryCode.objects.filter(user=user).delete()


def keep_secret(request: HttpRequest, user: User) -> bytes:
    """Return the secret of the app that the user is setting up: one for the session, until it is confirmed.

    Whoever used the browser before may have seen theirs.
    """
    owner, kept = request.session.get("app_setup", (None, ""))
    stored = decrypt(kept) if owner == user.pk else None
    if stored:
        return base64.b64decode(stored)
    secret = authenticator_app.make_secret()
    request.session["app_setup"] = user.pk, encrypt(base64.b64encode(secret))
    return secret


def forget_secret(request: HttpRequest) -> None:
    request.session.pop("app_setup", None)
