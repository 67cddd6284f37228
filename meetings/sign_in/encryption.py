"""Encrypt what the database keeps of second factors, with a key derived from SECRET_KEY.

Whoever gets a copy of the database, but not the secret, cannot compute anybody's codes.
"""

import base64
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


def encrypt(content: bytes) -> str:
    return build_cipher(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(content).decode()


def decrypt(text: str) -> bytes | None:
    """Return the content, or None if it was encrypted with another SECRET_KEY."""
    from cryptography.fernet import InvalidToken

    try:
        return build_cipher(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).decrypt(text)
    except InvalidToken:
        return None


@lru_cache(maxsize=2)
def build_cipher(*secrets: str) -> "MultiFernet":
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(base64.urlsafe_b64encode(derive_key(secret))) for secret in secrets])


def derive_key(secret: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"council second factors").derive(secret.encode())
