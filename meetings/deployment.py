"""The version of the code in this process. Processes that give the same answers have the same version."""

import hashlib
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

from django.conf import settings

CODE_DIRECTORIES = ("agenda", "council", "meetings", "templates")
SETTINGS_IN_RESPONSES = ("ATTRIBUTION", "LICENCE_NAME", "LICENCE_URL")


@cache
def get_code_version() -> str:
    """Return a digest of the code, the libraries and the settings that appear in responses.

    It is computed once per process, which takes a moment.
    """
    digest = hashlib.blake2b(digest_size=16)
    for file in list_code_files():
        digest.update(f"{file.relative_to(settings.BASE_DIR)}\0".encode())
        digest.update(hashlib.blake2b(file.read_bytes()).digest())
    for library in sorted({f"{each.name} {each.version}" for each in distributions()}):
        digest.update(f"{library}\0".encode())
    for name in SETTINGS_IN_RESPONSES:
        digest.update(f"{getattr(settings, name, '')}\0".encode())
    return digest.hexdigest()


def list_code_files() -> list[Path]:
    found = (file for part in CODE_DIRECTORIES for file in (settings.BASE_DIR / part).rglob("*"))
    return sorted(file for file in found if file.is_file() and file.suffix != ".pyc")
