"""Passkeys (WebAuthn): register one, and verify that it signed a challenge. Challenges are kept in the session."""

import ipaddress
import json
import struct
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from meetings.models import SecondFactor, User
from meetings.sign_in.encryption import decrypt, encrypt

if TYPE_CHECKING:
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestedCredentialData

NAME = "Council agendas"
SESSION_KEY = "passkey_challenge"


def can_use_passkeys(request: HttpRequest) -> bool:
    """Return whether the site has a name: browsers offer no passkeys for an IP address such as 127.0.0.1."""
    try:
        ipaddress.ip_address(get_host_name(request).strip("[]"))
    except ValueError:
        return True
    return False


def get_host_name(request: HttpRequest) -> str:
    return request.get_host().rsplit(":", 1)[0] if "]" not in request.get_host() else request.get_host()


def build_server(request: HttpRequest) -> "Fido2Server":
    """Return the verifier for the host of the request, which accepts no other origin."""
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    origin = f"{request.scheme}://{request.get_host()}"
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=get_host_name(request), name=NAME), verify_origin=lambda sent: sent == origin
    )


def begin_registration(request: HttpRequest, user: User) -> dict[str, Any]:
    """Return the options for the browser, as JSON can hold them."""
    from fido2.webauthn import PublicKeyCredentialUserEntity, UserVerificationRequirement

    options, state = build_server(request).register_begin(
        PublicKeyCredentialUserEntity(
            id=str(user.pk).encode(), name=user.get_username(), display_name=user.get_full_name() or user.get_username()
        ),
        list_credentials(user),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    request.session[SESSION_KEY] = state
    return dict(options)


def complete_registration(request: HttpRequest, user: User, answer: str, name: str) -> SecondFactor | None:
    """Add the passkey that the browser has made.

    Return None if its answer does not belong to the challenge, or if the user has a passkey with that id already: the
    browser is asked not to make one, and need not obey.
    """
    state = request.session.pop(SESSION_KEY, None)
    try:
        data = build_server(request).register_complete(state, json.loads(answer)) if state else None
    except list_errors_of_broken_answers():
        return None
    if data is None or data.credential_data is None:
        return None
    if data.credential_data.credential_id in [passkey.credential_id for passkey in list_credentials(user)]:
        return None
    secret = encrypt(bytes(data.credential_data))
    return SecondFactor.objects.create(
        user=user,
        kind=SecondFactor.Kind.PASSKEY,
        name=name,
        secret=secret,
        last_step=data.counter,
        created_at=timezone.now(),
    )


def begin_use(request: HttpRequest, user: User) -> dict[str, Any]:
    """Return the options with which the browser asks for one of the user's passkeys."""
    from fido2.webauthn import UserVerificationRequirement

    options, state = build_server(request).authenticate_begin(
        list_credentials(user), user_verification=UserVerificationRequirement.PREFERRED
    )
    request.session[SESSION_KEY] = state
    return dict(options)


def check_answer(request: HttpRequest, user: User, answer: str) -> bool:
    """Return whether one of the user's passkeys signed the last challenge of this session. It works once.

    Security keys count their signatures. One that counts back, or stays, is a copy and is refused. Passkeys of phones
    and computers do not count: theirs is always zero.
    """
    from fido2.webauthn import AuthenticationResponse

    state = request.session.pop(SESSION_KEY, None)
    passkeys = load_passkeys(user)
    if not state or not passkeys:
        return False
    try:
        sent = AuthenticationResponse.from_dict(json.loads(answer))
        used = build_server(request).authenticate_complete(state, list(passkeys.values()), sent)
        counter = sent.response.authenticator_data.counter
    except list_errors_of_broken_answers():
        return False
    key = next(key for key, passkey in passkeys.items() if passkey is used)
    is_newer = Q(last_step__lt=counter) if counter else Q(last_step=0)
    factors = SecondFactor.objects.filter(is_newer, pk=key)
    return factors.update(last_step=counter, used_at=timezone.now()) == 1


def list_credentials(user: User) -> "list[AttestedCredentialData]":
    return list(load_passkeys(user).values())


def load_passkeys(user: User) -> "dict[int, AttestedCredentialData]":
    """Return the passkeys of the user by key, the first one first.

    Those encrypted with another SECRET_KEY are left out.
    """
    from fido2.webauthn import AttestedCredentialData

    rows = SecondFactor.objects.filter(user=user, kind=SecondFactor.Kind.PASSKEY).order_by("pk")
    contents = {row.pk: decrypt(row.secret) for row in rows}
    return {key: AttestedCredentialData(content) for key, content in contents.items() if content}


def list_errors_of_broken_answers() -> tuple[type[Exception], ...]:
    """Return what `json` and `fido2` raise for answers that no browser sends."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    return (
        *(ValueError, TypeError, AttributeError, LookupError, OverflowError, RecursionError),
        *(struct.error, InvalidSignature, UnsupportedAlgorithm),
    )
