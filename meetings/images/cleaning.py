"""Decode an uploaded picture within bounds, and encode it anew, so that nothing but its pixels remains.

The bytes are hostile until they are decoded: the picture may be far larger than the file, a second file may be appended
to it, and its metadata may name a person or a place. So only three formats are opened, the number of pixels is checked
before any is decoded, and all files that are stored or sent are written here, from the pixels alone.
"""

import hashlib
import io
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files import locks
from django.utils.translation import gettext as _

from meetings.images.files import FULL_FILE

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_UPLOAD_BYTES = 10_000_000  # nginx lets a little more pass under /admin/
MAX_PIXELS = 30_000_000  # 90 MB as RGB; more than the photos of most telephones, or a page of A3 at 300 dpi
MAX_SIDE = 12_000  # pixels; WebP has at most 16,383
MAX_JPEG_SCANS = 100  # a progressive picture has about ten; thousands of empty ones take minutes to decode
SCAN_MARKER = b"\xff\xda"
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

    One takes up to half a gigabyte for some seconds. The lock of a file ends with its process. Raise TooManyImagesError
    if another thread waits already: else a few pictures at once would occupy all threads of the editors' process.
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


def clean_image(data: bytes) -> CleanImage:
    """Return the picture that the bytes contain, in all sizes. Raise InvalidImageError, and TooManyImagesError."""
    from PIL import Image, ImageOps

    from meetings.images.pixels import convert_to_rgb, encode_files

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    refuse_obvious(data)
    with take_turn():
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                refuse_size(*opened.size)
                file_format = "JPEG" if opened.format == "MPO" else str(opened.format)  # with a second view of it
                if file_format != "JPEG" and getattr(opened, "n_frames", 1) > 1:
                    raise InvalidImageError(_("This picture moves. Save it as a picture that stands still."))
                picture = convert_to_rgb(ImageOps.exif_transpose(opened))
            files = encode_files(picture)
        except InvalidImageError:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise InvalidImageError(get_size_message()) from error
        except Exception as error:  # decoders raise nearly anything for damaged data
            log.info("A picture was refused: %s: %s", type(error).__name__, error)
            raise InvalidImageError(get_damage_message(data)) from error
    return CleanImage(hashlib.sha256(files[FULL_FILE]).hexdigest(), *picture.size, file_format, files)


def refuse_obvious(data: bytes) -> None:
    """Raise InvalidImageError for what can be seen without decoding anything."""
    if not data:
        raise InvalidImageError(_("This file is empty. Choose another one."))
    if len(data) > MAX_UPLOAD_BYTES:
        raise InvalidImageError(get_length_message())
    if found := find_other_format(data):
        message = _("This file is %s. Save it as PNG or JPEG and try again.")
        raise InvalidImageError(message % found)
    if data.count(SCAN_MARKER) > MAX_JPEG_SCANS and data.startswith(b"\xff\xd8"):
        raise InvalidImageError(_("This JPEG file is built too intricately. Save it again as PNG and try again."))


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


def refuse_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise InvalidImageError(get_size_message())
    if min(width, height) < 1:
        raise InvalidImageError(_("This picture has no pixels. Save it again and try again."))
