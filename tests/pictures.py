"""Pictures for tests: harmless ones, and hostile ones, built byte by byte where no library would write them."""

import io
import struct
import zlib
from functools import cache
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image, ImageCms

from meetings.documents import schema
from meetings.images.cleaning import CleanImage, clean_image
from meetings.images.files import build_storage_name
from meetings.images.store import store_image

FULL_DOCUMENT_DIGEST = "0" * 64
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BRUSSELS_GPS = {1: "N", 2: (50.0, 50.0, 43.0), 3: "E", 4: (4.0, 22.0, 55.0)}
GPS_TAG, ORIENTATION_TAG, ARTIST_TAG = 0x8825, 0x0112, 0x013B
TURNED_RIGHT = 6


def encode(picture: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, file_format, **options)
    return file.getvalue()


def decode(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@cache
def make_picture(size: tuple[int, int] = (1200, 800), colour: str = "navy", file_format: str = "PNG") -> bytes:
    """Return a picture with a lighter right half, so that turning it can be seen."""
    picture = Image.new("RGB", size, colour)
    picture.paste("silver", (size[0] // 2, 0, *size))
    return encode(picture, file_format)


def make_photo_with_place() -> bytes:
    """Return a JPEG that a telephone held upright would write: turned, with a place, a name and a thumbnail of it."""
    exif = Image.Exif()
    exif[ORIENTATION_TAG], exif[ARTIST_TAG] = TURNED_RIGHT, "Andres Anvelt"
    exif.get_ifd(GPS_TAG).update(BRUSSELS_GPS)
    return encode(Image.new("RGB", (640, 480), "green"), "JPEG", exif=exif, comment=b"Europa building")


def make_animation(file_format: str) -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    return encode(frames[0], file_format, save_all=True, append_images=frames[1:])


def build_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def make_bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """Return a PNG of a few kilobytes that says that it is as large as this."""
    header = build_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = build_chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
    return PNG_SIGNATURE + header + pixels + build_chunk(b"IEND", b"")


def make_webp_bomb() -> bytes:
    """Return a small animated WebP with the largest canvas that the format knows."""
    data = make_animation("WEBP")
    at = data.index(b"VP8X") + 12
    return data[:at] + b"\xfe\x3f\x00" * 2 + data[at + 6 :]


def make_profile_of_many_steps() -> bytes:
    """Return a colour profile that says twenty thousand times to make the same step of a few bytes."""
    count, at = 20_000, 16 + 8 * 20_000
    matrix = b"matf" + bytes(4) + struct.pack(">HH12f", 3, 3, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0)
    steps = b"mpet" + bytes(4) + struct.pack(">HHI", 3, 3, count) + struct.pack(">II", at, len(matrix)) * count
    whole = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    number = struct.unpack_from(">I", whole, 128)[0]
    table, content = whole[132 : 132 + 12 * number], whole[132 + 12 * number :]
    for begin in range(0, len(table), 12):  # the tags move by one entry of the table
        struct.pack_into(">I", table, begin + 4, struct.unpack_from(">I", table, begin + 4)[0] + 12)
    table += b"D2B0" + struct.pack(">II", 132 + len(table) + 12 + len(content), len(steps + matrix))
    whole = whole[:128] + struct.pack(">I", number + 1) + table + content + steps + matrix
    struct.pack_into(">I", whole, 0, len(whole))
    return bytes(whole)


def make_jpeg_of_many_segments(marker: bytes, before: bytes = b"") -> bytes:
    """Return a small JPEG with two thousand empty segments of metadata, which Pillow reads one by one."""
    data = encode(Image.new("RGB", (9, 9)), "JPEG")
    return data[:2] + before + (marker + struct.pack(">H", 8) + b"Exif\0\0") * 2_000 + data[2:]


def make_png_of_many_profiles() -> bytes:
    """Return a small PNG with a hundred colour profiles. Pillow unpacks a megabyte of each."""
    data = encode(Image.new("RGB", (9, 9)), "PNG", icc_profile=bytes(1_000_000))
    start = data.index(b"iCCP") - 4
    end = start + 12 + struct.unpack(">I", data[start : start + 4])[0]
    return data[:start] + data[start:end] * 100 + data[end:]


def make_endless_jpeg() -> bytes:
    """Return a progressive JPEG whose last scan is repeated two hundred times, with seven megabytes of comments.

    Decoding one with thousands would take minutes.
    """
    data = encode(Image.new("L", (4000, 4000)), "JPEG", progressive=True)
    last_scan = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last_scan * 200 + (b"\xff\xfe\xff\xff" + bytes(65_533)) * 100 + data[-2:]


def make_jpeg_of_hidden_scans() -> bytes:
    """Return a progressive JPEG with two hundred scans behind markers that have no length, though it seems so."""
    data = encode(Image.new("L", (40, 40)), "JPEG", progressive=True)
    last_scan = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + (b"\xff\x02\xff" + last_scan) * 200 + data[-2:]


@cache
def make_clean_image(size: tuple[int, int] = (600, 400), colour: str = "navy") -> CleanImage:
    """Return a cleaned picture. The files of a large one take long to encode."""
    return clean_image(make_picture(size, colour))


def make_stored_image(size: tuple[int, int] = (600, 400), colour: str = "navy", alt: str = "A chart") -> schema.Image:
    """Store a picture, and return what a document says about it."""
    stored = store_image(make_clean_image(size, colour), by_name="anna", at=timezone.now())
    return schema.Image(digest=stored.digest, alt=alt, width=stored.width, height=stored.height)


def store_files_of_full_document() -> None:
    """Store files for the picture of the full document (`tests.factories`), whose digest is invented. It has no row."""
    for name, content in make_clean_image((1200, 800)).files.items():
        default_storage.save(build_storage_name(FULL_DOCUMENT_DIGEST, name), ContentFile(content))
