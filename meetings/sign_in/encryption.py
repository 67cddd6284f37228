"""Encrypt what the database keeps of second factors, with a key derived from SECRET_KEY.

Whoever gets a copy of the database, but not the secret, cannot compute anybody's codes.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def encrypt(content: bytes) -> str:
    return build_cipher(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(content).decode()


def decrypt(text: str) -> bytes | None:
    """Return the content, or None if it was encrypted with another SECRET_KEY."""
    try:
        return build_cipher(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).decrypt(text)
    except InvalidToken:
        return None


@lru_cache(maxsize=2)
def build_cipher(*secrets: str) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(derive_key(secret))) for secret in secrets])


def derive_key(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"council second factors").derive(secret.encode())
