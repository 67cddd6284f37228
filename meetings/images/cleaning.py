"""Decode an uploaded picture within bounds, and encode it anew, so that nothing but its pixels remains.

The bytes are hostile until they are decoded: the picture may be far larger than the file, a second file may be appended
to it, and its metadata may name a person or a place. So only three formats are opened, the number of pixels is checked
before any is decoded, and all files that are stored or sent are written here, from the pixels alone. That happens in a
process of its own (`meetings.images.cleaning_worker`), with limits of memory and time.
"""

import hashlib
import logging
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import locks
from django.utils.translation import gettext as _

from meetings.images.limits import MAX_PIXELS, MAX_SIDE, Refusal
from meetings.images.sizes import FULL_FILE

MAX_UPLOAD_BYTES = 10_000_000  # nginx lets a little more pass under /admin/
MAX_SECONDS = 20  # for one picture; the largest ones take up to seven
LARGE_PIXELS = 2_000_000
# The scans of a progressive JPEG, its other segments, and the colour profiles of a PNG: thousands take minutes.
MAX_SCANS, MAX_SEGMENTS, MAX_PROFILES = 100, 1_000, 10
JPEG, PNG, PNG_PROFILE = b"\xff\xd8", b"\x89PNG", b"iCCP"
JPEG_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
SCAN, END = b"\xda", b"\xd9"
WITHOUT_LENGTH = re.compile(rb"[\x01-\xbf\xc8\xd8\xd9\xf0-\xfd]")  # Pillow and libjpeg read on right behind these
# First bytes of other formats, to name them in a message. Telephones write HEIC.
OTHER_FORMATS: Mapping[bytes, str] = {
    b"GIF8": "a GIF",
    b"%PDF": "a PDF",
    b"BM": "a BMP",
    b"II*\0": "a TIFF",
    b"MM\0*": "a TIFF",
    b"PK\x03\x04": "a ZIP archive",
}
BRANDS: Mapping[bytes, str] = {b"heic": "a HEIC", b"heix": "a HEIC", b"mif1": "a HEIC", b"avif": "an AVIF"}

log = logging.getLogger(__name__)
LOCK_FILE = ".decoding"
_places = threading.BoundedSemaphore(2)  # one picture that is decoded, and one that waits
_one_at_a_time = threading.Lock()


class InvalidImageError(ValueError):
    """The file cannot be used. The message says why and what to do."""


class TooManyImagesError(Exception):
    """Other pictures are being decoded at the moment. Trying again later helps."""


@dataclass(frozen=True)
class CleanImage:
    """A picture without metadata, and all its files by name. `digest` is that of `full.jpg`."""

    digest: str
    width: int
    height: int
    format: str
    files: Mapping[str, bytes]


@contextmanager
def take_turn() -> Iterator[None]:
    """Wait until no thread and no other process that shares the folder decodes a picture.

    One takes up to three quarters of a gigabyte for some seconds. The lock of a file ends with its process. Raise
    TooManyImagesError if another thread waits already: else a few pictures at once would occupy all threads of the
    editors' process.
    """
    if not _places.acquire(blocking=False):
        raise TooManyImagesError
    try:
        Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
        with _one_at_a_time, (Path(settings.MEDIA_ROOT) / LOCK_FILE).open("wb") as file:
            locks.lock(file, locks.LOCK_EX)
            yield
    finally:
        _places.release()


@cache
def get_child() -> Any:
    from meetings.child_process import ChildProcess

    return ChildProcess("meetings.images.cleaning_worker", MAX_SECONDS)


def clean_image(data: bytes) -> CleanImage:
    """Return the picture that the bytes contain, in all sizes. Raise InvalidImageError, and TooManyImagesError."""
    refuse_obvious(data)
    with take_turn():
        outcome = get_child().send(data)
        if outcome is None or outcome["width"] * outcome["height"] > LARGE_PIXELS:
            get_child().stop()  # it would keep its memory beside that of another process
    if outcome is None:
        log.warning("A picture of %d bytes was refused: it needs too much memory or time.", len(data))
        raise InvalidImageError(_("This picture takes too long to read. Make it smaller and try again."))
    if outcome["error"]:
        log.info("A picture was refused: %s", outcome["error"])
    if outcome["refusal"]:
        raise InvalidImageError(explain_refusal(outcome["refusal"], data))
    files: Mapping[str, bytes] = outcome["files"]
    digest = hashlib.sha256(files[FULL_FILE]).hexdigest()
    return CleanImage(digest, outcome["width"], outcome["height"], outcome["format"], files)


def explain_refusal(refusal: str, data: bytes) -> str:
    """Return a message for people that says what to do."""
    match Refusal(refusal):
        case Refusal.SIZE:
            return get_size_message()
        case Refusal.MOVES:
            return _("This picture moves. Save it as a picture that stands still.")
        case Refusal.NO_PIXELS:
            return _("This picture has no pixels. Save it again and try again.")
        case Refusal.DAMAGED:
            return get_damage_message(data)


def refuse_obvious(data: bytes) -> None:
    """Raise InvalidImageError for what can be seen without decoding anything."""
    if not data:
        raise InvalidImageError(_("This file is empty. Choose another one."))
    if len(data) > MAX_UPLOAD_BYTES:
        raise InvalidImageError(get_length_message())
    if found := find_other_format(data):
        message = _("This file is %s. Save it as PNG or JPEG and try again.")
        raise InvalidImageError(message % found)
    if has_too_many_parts(data):
        raise InvalidImageError(_("This file is built too intricately. Open it, save it again and try again."))


def has_too_many_parts(data: bytes) -> bool:
    if data.startswith(PNG):
        return data.count(PNG_PROFILE) > MAX_PROFILES
    markers = Counter(islice(list_jpeg_markers(data), MAX_SCANS + MAX_SEGMENTS)) if data.startswith(JPEG) else Counter()
    return markers[SCAN] > MAX_SCANS or markers.total() - markers[SCAN] >= MAX_SEGMENTS


def list_jpeg_markers(data: bytes) -> Iterator[bytes]:
    """Yield the second byte of each marker of the picture, without what is within segments or behind the picture.

    Some cameras write a video there.
    """
    has_scan, position = False, 0
    while marker := JPEG_MARKER.search(data, position):
        position = marker.end()
        yield marker[1]
        has_scan = has_scan or marker[1] == SCAN
        if marker[1] == END and has_scan:
            return
        if not WITHOUT_LENGTH.match(marker[1]):
            position += max(2, int.from_bytes(data[position : position + 2]))


def find_other_format(data: bytes) -> str:
    """Return the name of the format with its article if it is a well-known one that we do not accept."""
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or (start.startswith(b"<!--") and b"<svg" in start):
        return "an SVG"
    if data[4:8] == b"ftyp":
        return BRANDS.get(data[8:12], "")
    return next((name for begin, name in OTHER_FORMATS.items() if data.startswith(begin)), "")


def get_length_message() -> str:
    return _("This file is too large: a picture may have %d MB. Save it with fewer pixels, or as JPEG.") % (
        MAX_UPLOAD_BYTES // 1_000_000
    )


def get_size_message() -> str:
    values = {"pixels": MAX_PIXELS // 1_000_000, "side": MAX_SIDE}
    return (
        _(
            "This picture has too many pixels: it may have %(pixels)d million, and %(side)d on each side. "
            "Make it smaller and try again."
        )
        % values
    )


def get_damage_message(data: bytes) -> str:
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG", b"RIFF")):
        return _("This picture is damaged or incomplete. Save it again as PNG or JPEG, and try again.")
    return _("This file is no picture that we can read. Choose a PNG, JPEG or WebP file.")
