"""The process that decodes pictures: `meetings.images.cleaning` starts it with a connection.

It knows neither Django nor the database.
"""

import io
import sys
from collections.abc import Mapping

import msgspec
from PIL import Image, ImageOps

from meetings.child_process import answer_jobs
from meetings.images.limits import FORMATS, MAX_PIXELS, MAX_SIDE, Refusal
from meetings.images.pixels import convert_to_rgb, encode_files

MAX_MEMORY = 900_000_000  # bytes of addresses; the largest WebP needs 720 MB of memory
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


class RefusedError(Exception):
    """The file cannot be used."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class DecodedPicture(msgspec.Struct):
    """The picture, with all its files by name; or why there is none, and for the log what a library raised."""

    width: int = 0
    height: int = 0
    format: str = ""
    files: Mapping[str, bytes] = {}
    refusal: str = ""
    error: str = ""


def clean(data: bytes) -> DecodedPicture:
    """Return the picture that the bytes contain, in all sizes."""
    try:
        return decode(data)
    except RefusedError as error:
        return DecodedPicture(refusal=error.refusal)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return DecodedPicture(refusal=Refusal.SIZE)
    except Exception as error:  # decoders raise nearly anything for damaged data
        return DecodedPicture(refusal=Refusal.DAMAGED, error=f"{type(error).__name__}: {error}")


def decode(data: bytes) -> DecodedPicture:
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        width, height = opened.size
        if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
            raise RefusedError(Refusal.SIZE)
        if min(width, height) < 1:
            raise RefusedError(Refusal.NO_PIXELS)
        file_format = "JPEG" if opened.format == "MPO" else str(opened.format)  # with a second view of it
        if file_format != "JPEG" and getattr(opened, "n_frames", 1) > 1:
            raise RefusedError(Refusal.MOVES)
        picture = convert_to_rgb(ImageOps.exif_transpose(opened))
    return DecodedPicture(*picture.size, file_format, encode_files(picture))


if __name__ == "__main__":
    answer_jobs(int(sys.argv[1]), clean, MAX_MEMORY)
