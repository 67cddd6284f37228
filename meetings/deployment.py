"""Which version of the site this process is: the same in all that answer alike, and another after each change."""

import hashlib
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

from django.conf import settings

PARTS = ("agenda", "council", "meetings", "templates")
SAID_IN_ANSWERS = ("ATTRIBUTION", "LICENCE_NAME", "LICENCE_URL")


@cache
def code_version() -> str:
    """A digest of code, libraries and the settings that answers repeat. Taken once a process; it takes a moment."""
    digest = hashlib.blake2b(digest_size=16)
    for file in files():
        digest.update(f"{file.relative_to(settings.BASE_DIR)}\0".encode())
        digest.update(hashlib.blake2b(file.read_bytes()).digest())
    for library in sorted({f"{each.name} {each.version}" for each in distributions()}):
        digest.update(f"{library}\0".encode())
    for name in SAID_IN_ANSWERS:
        digest.update(f"{getattr(settings, name, '')}\0".encode())
    return digest.hexdigest()


def files() -> list[Path]:
    found = (file for part in PARTS for file in (settings.BASE_DIR / part).rglob("*"))
    return sorted(file for file in found if file.is_file() and file.suffix != ".pyc")
