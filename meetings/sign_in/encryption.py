"""Encrypt what the database keeps of second factors and sessions, with keys derived from SECRET_KEY.

Whoever gets a copy of the database, but not the secret, cannot compute anybody's codes. Each purpose has its own key.
"""

import base64
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

SECOND_FACTORS = "second factors"


def encrypt(content: bytes, purpose: str = SECOND_FACTORS) -> str:
    return build_cipher(purpose, settings.SECRET_KEY, *settings.FORMER_SECRET_KEYS).encrypt(content).decode()


def decrypt(text: str, purpose: str = SECOND_FACTORS) -> bytes | None:
    """Return the content, or None if it was encrypted with another SECRET_KEY."""
    from cryptography.fernet import InvalidToken

    try:
        return build_cipher(purpose, settings.SECRET_KEY, *settings.FORMER_SECRET_KEYS).decrypt(text)
    except InvalidToken:
        return None


@lru_cache(maxsize=4)
def build_cipher(purpose: str, *secrets: str) -> "MultiFernet":
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(base64.urlsafe_b64encode(derive_key(secret, purpose))) for secret in secrets])


def derive_key(secret: str, purpose: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"council {purpose}".encode()).derive(secret.encode())
