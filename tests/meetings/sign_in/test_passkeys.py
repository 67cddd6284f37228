"""Passkeys, with a security key of our own: copies of it, and answers for another site, are refused."""

import json
import re
import struct
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from meetings.models import SecondFactor, User
from meetings.sign_in.encryption import encrypt
from tests.meetings.sign_in.conftest import PASSWORD

STEP, CREDENTIAL = "/admin/second-step/", b"a key"
SET_UP = "/admin/second-step/set-up/passkey/"
IS_PRESENT = 1


class SecurityKey:
    """A key that signs challenges, and says that it has signed as often as the test wants."""

    def __init__(self, user: User) -> None:
        self.secret = ec.generate_private_key(ec.SECP256R1())
        public = ES256.from_cryptography_key(self.secret.public_key())
        data = AttestedCredentialData.create(bytes(16), CREDENTIAL, public)
        SecondFactor.objects.create(
            user=user, kind="passkey", name="Key", secret=encrypt(bytes(data)), created_at=timezone.now()
        )

    def answer(self, challenge: str, counter: int, origin: str = "http://testserver", name: str = "testserver") -> str:
        """Return what the browser sends: the challenge, signed for a site."""
        client = json.dumps({"type": "webauthn.get", "challenge": challenge, "origin": origin}).encode()
        data = sha256(name.encode()).digest() + struct.pack(">BI", IS_PRESENT, counter)
        signature = self.secret.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        response = {part: websafe_encode(value) for part, value in parts.items()}
        key = websafe_encode(CREDENTIAL)
        return json.dumps({"id": key, "rawId": key, "type": "public-key", "response": response})


@pytest.fixture
def key(anna: User) -> SecurityKey:
    return SecurityKey(anna)


def begin(client: Client) -> str:
    """Enter the password. Return the challenge of the second step."""
    client.post("/admin/login/", {"username": "anna", "password": PASSWORD})
    [options] = re.findall(r'id="passkey-options"[^>]*>([^<]+)<', client.get(STEP).content.decode())
    challenge: str = json.loads(options)["publicKey"]["challenge"]
    return challenge


def sign_in(key: SecurityKey, counter: int, **site: str) -> bool:
    client = Client()
    response: Any = client.post(STEP, {"answer": key.answer(begin(client), counter, **site)})
    return bool(response.status_code == 302)


def test_passkey_that_does_not_count_signs_in(key: SecurityKey) -> None:
    assert [sign_in(key, 0), sign_in(key, 0)] == [True, True]


def test_copy_of_a_security_key_is_refused(key: SecurityKey) -> None:
    """Both have counted the same, so one of them is behind. Nobody can say which one is the copy."""
    assert [sign_in(key, counter) for counter in (7, 8, 8, 3, 0, 9)] == [True, True, False, False, False, True]


def test_answer_for_another_site_is_refused(key: SecurityKey) -> None:
    assert not sign_in(key, 1, origin="https://evil.example")
    assert not sign_in(key, 1, name="evil.example")


def test_answer_works_once(key: SecurityKey) -> None:
    client = Client()
    answer = key.answer(begin(client), 0)
    assert client.post(STEP, {"answer": answer}).status_code == 302
    begin(other := Client())
    assert other.post(STEP, {"answer": answer}).status_code == 200


BROKEN_ATTESTATIONS = [
    b"",
    b"\x19",
    b"\xbb" + b"\xff" * 8,
    b"\x5a\xff\xff\xff\xff",
    b"\x81" * 9_000,
    b"\xf9\x00",
    b"\xbf",
    b"\xa1",
]


@pytest.mark.parametrize("attestation", BROKEN_ATTESTATIONS, ids=lambda content: content[:4].hex() or "empty")
def test_broken_registration_is_not_added(key: SecurityKey, attestation: bytes) -> None:
    """Three of these were an error 500."""
    client = Client()
    assert client.post(STEP, {"answer": key.answer(begin(client), 1)}).status_code == 302
    answer = answer_registration(client, b"a", attestation)
    assert client.post(SET_UP, {"answer": answer, "name": "Key"}).status_code == 200
    assert SecondFactor.objects.count() == 1


def answer_registration(client: Client, credential: bytes, attestation: bytes) -> str:
    """Return what the browser sends when it has made a passkey."""
    found = re.search(r'"challenge": ?"([^"]+)"', client.get(SET_UP).content.decode())
    assert found
    made = {"type": "webauthn.create", "challenge": found[1], "origin": "http://testserver"}
    parts = {"clientDataJSON": json.dumps(made).encode(), "attestationObject": attestation}
    response = {part: websafe_encode(value) for part, value in parts.items()}
    key = websafe_encode(credential)
    return json.dumps({"id": key, "rawId": key, "type": "public-key", "response": response})


@pytest.mark.parametrize(("credential", "is_added"), [(CREDENTIAL, False), (b"another key", True)])
def test_second_passkey_needs_an_id_of_its_own(key: SecurityKey, credential: bytes, is_added: bool) -> None:
    """Whoever had a session could add a twin, after which neither of them signed in."""
    client = Client()
    assert client.post(STEP, {"answer": key.answer(begin(client), 1)}).status_code == 302
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    made = AttestedCredentialData.create(bytes(16), credential, public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(sha256(b"testserver").digest(), flags, 0, made)
    answer = answer_registration(client, credential, bytes(AttestationObject.create("none", data, {})))
    client.post(SET_UP, {"answer": answer, "name": "Twin"})
    assert SecondFactor.objects.filter(name="Twin").exists() == is_added
    assert sign_in(key, 2)


def test_first_of_two_passkeys_with_one_id_signs_in(key: SecurityKey, anna: User) -> None:
    twin = SecurityKey(anna)
    assert [sign_in(key, 1), sign_in(twin, 1)] == [True, False]


@pytest.mark.parametrize("data", BROKEN_ATTESTATIONS, ids=lambda content: content[:4].hex() or "empty")
def test_broken_answer_does_not_sign_in(key: SecurityKey, data: bytes) -> None:
    client = Client()
    answer = json.loads(key.answer(begin(client), 1))
    head = sha256(b"testserver").digest() + b"\xc1" + bytes(4)
    answer["response"]["authenticatorData"] = websafe_encode(head + bytes(16) + b"\x00\x01k" + data)
    assert client.post(STEP, {"answer": json.dumps(answer)}).status_code == 200
