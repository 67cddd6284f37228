"""Keep the dump as a compressed file, and find it for as long as all of it is public.

`manage.py update_dump` writes it, in a process of its own: no request waits for it or takes memory for it. The web
processes only compare versions. As soon as anything is withdrawn or suppressed, nobody gets the file any more, until it
is written again. So a request never gets a text that is not public at its instant. What was published since the instant
of the file is not in it.
"""

import datetime as dt
import fcntl
import gzip
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from django.conf import settings

from council.public_dump.lines import build_dump_lines
from meetings.editions.edition_history import COMMIT_MARGIN
from meetings.editions.published_version import (
    compute_closed_version,
    compute_published_version,
    get_published_version,
)
from meetings.http.code_version import get_code_version

DESCRIPTION_NAME, LOCK_NAME = "current.json", ".lock"
OWN_NAME = re.compile(r"[0-9a-f]{64}\.ndjson\.gz|\.[0-9a-f]+\.part")
COMPRESSION = 6  # gzip's own default: 9 takes three times as long for a hundredth


class KeptDump(msgspec.Struct, kw_only=True, frozen=True):
    """What is known of the file. `size` is in bytes.

    `version` is that of everything published and of the code, and `closed` that of what was withdrawn and suppressed.
    """

    version: str
    closed: str
    as_of: dt.datetime
    changes: str
    lines: int
    size: int
    sha256: str

    @property
    def path(self) -> Path:
        """The place of the file. Its name is its digest, so another file never has the same name."""
        return Path(settings.DUMP_ROOT) / f"{self.sha256}.ndjson.gz"


def find_current_dump(instant: dt.datetime) -> KeptDump | None:
    """Return the dump if it is what is public at the instant; otherwise None."""
    kept = read_description()
    tag = get_published_version(instant).tag
    return kept if kept and kept.version == build_version(tag) and kept.path.exists() else None


def find_public_dump(instant: dt.datetime) -> KeptDump | None:
    """Return the dump if all of it is still public at the instant, though more may have been published; otherwise None.

    A text that was corrected since is public as an earlier edition, until it is suppressed.
    """
    kept = read_description()
    if kept is None or kept.as_of > instant:  # the clock of who wrote it may be ahead
        return None
    closed = build_version(compute_closed_version(kept.as_of, instant.replace(microsecond=0)))
    return kept if kept.closed == closed and kept.path.exists() else None


def read_description() -> KeptDump | None:
    try:
        return msgspec.json.decode((Path(settings.DUMP_ROOT) / DESCRIPTION_NAME).read_bytes(), type=KeptDump)
    except (OSError, msgspec.DecodeError):  # there is none yet, or it is that of another version of the code
        return None


def build_version(tag: str) -> str:
    return f"{tag}-{get_code_version()}"


def update_dump(base: str, now: dt.datetime) -> KeptDump | None:
    """Write the dump if something has changed since it was written; otherwise return None.

    `base` is the address of the site. A dump is as of an instant at which nothing can appear any more. If something
    is withdrawn while it is written, nobody gets it. The file before stays until the next call, for those who have just
    been sent to it. Raise BlockingIOError if another process, perhaps in another container, is writing it.
    """
    folder = Path(settings.DUMP_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with lock_folder(folder):
        return update_locked_dump(folder, base, now)


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Keep other processes from writing to the folder. The lock ends with the process, however that ends."""
    with (folder / LOCK_NAME).open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def update_locked_dump(folder: Path, base: str, now: dt.datetime) -> KeptDump | None:
    at = (now - COMMIT_MARGIN).replace(microsecond=0)
    kept, version = read_description(), build_version(compute_published_version(at).tag)
    closed = build_version(compute_closed_version(at, at))
    remove_other_files(folder, kept)
    if kept and kept.version == version and kept.changes.startswith(base) and kept.path.exists():
        return None
    temporary = folder / f".{secrets.token_hex(16)}.part"
    try:
        with temporary.open("xb") as file:
            digesting = DigestingFile(file)
            head, count = write_compressed(digesting, base, at, now)
            file.flush()
            os.fsync(file.fileno())
        written = KeptDump(
            version=version,
            closed=closed,
            as_of=at,
            changes=head["changes"],
            lines=count,
            size=digesting.size,
            sha256=digesting.digest.hexdigest(),
        )
        temporary.replace(written.path)
        temporary.write_bytes(msgspec.json.encode(written))
        temporary.replace(folder / DESCRIPTION_NAME)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
    return written


def remove_other_files(folder: Path, kept: KeptDump | None) -> None:
    """Remove earlier dumps, and what a process left that was stopped, but nothing else that is in the folder."""
    for file in folder.iterdir():
        if OWN_NAME.fullmatch(file.name) and not (kept and file == kept.path):
            file.unlink(missing_ok=True)


class DigestingFile:
    """A file that counts and digests what is written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.digest, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.size += len(data)
        return self.file.write(data)

    def flush(self) -> None:
        self.file.flush()


def write_compressed(file: Any, base: str, at: dt.datetime, now: dt.datetime) -> tuple[dict[str, Any], int]:
    """Write the lines, and return the answer in the first one and how many there are."""
    head: dict[str, Any] = {}
    count = 0
    with gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=COMPRESSION, mtime=0) as compressed:
        for line in build_dump_lines(base, at, now):
            head = head or msgspec.json.decode(line)["answer"]
            compressed.write(line)
            count += 1
    return head, count
