"""Convert the pixels of a picture to sRGB, and encode them in all sizes."""

import io
from typing import Any

from PIL import Image, ImageCms

from meetings.images.sizes import CONTENT_TYPES, FULL_FILE, list_widths, scale_height

WHITE = (255, 255, 255)
PROFILE_MODES = {"RGB ": "RGB", "CMYK": "CMYK", "GRAY": "L"}
MULTI_PROCESS_ELEMENTS = b"mpet"
"""The type of a tag with any number of steps, which may all have the same bytes: a short profile then takes gigabytes.

Profiles of cameras and presses have none (ICC.1:2022, 10.16); the steps of other types are few.
"""


def convert_to_rgb(picture: Image.Image) -> Image.Image:
    """Return the pixels as sRGB with eight bits, on white where they are transparent, and without metadata."""
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I"):
        picture = reduce_grey(picture)
    if picture.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        ground = Image.new("RGB", picture.size, WHITE)
        ground.paste(picture, mask=picture.getchannel("A"))
        picture = ground
    elif picture.mode in ("1", "P", "YCbCr"):
        picture = picture.convert("RGB")
    if profile:
        picture = apply_profile(picture, profile)
    clean = Image.new("RGB", picture.size)
    clean.paste(picture.convert("RGB"))
    return clean


def reduce_grey(picture: Image.Image) -> Image.Image:
    """Return 16 bits of grey as eight, with transparency if one grey means it. Pillow reads colours as eight.

    That grey has 16 bits too, and others have the same upper eight, so it is looked for before they are dropped.
    """
    clear = picture.info.pop("transparency", None)
    deep = picture.convert("I")
    grey = deep.point(lambda value: value * (1 / 256)).convert("L")
    if clear is not None:
        grey.putalpha(deep.point([255 * (value != clear) for value in range(65_536)], "L"))
    return grey


def apply_profile(picture: Image.Image, profile: bytes) -> Image.Image:
    """Return the picture with the colours that its profile means. A profile that cannot be used changes nothing."""
    if MULTI_PROCESS_ELEMENTS in profile:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if PROFILE_MODES.get(source.profile.xcolor_space) != picture.mode:
            return picture
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return converted or picture


def encode_files(picture: Image.Image) -> dict[str, bytes]:
    """Return all files of the picture by name."""
    files: dict[str, bytes] = {}
    for width in list_widths(picture.width):
        size = (width, scale_height(*picture.size, width))
        scaled = picture if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        for extension in CONTENT_TYPES:
            files[f"{width}.{extension}"] = encode_picture(scaled, extension)
    files[FULL_FILE] = encode_picture(picture, "jpg", quality=90)
    return files


def encode_picture(picture: Image.Image, extension: str, quality: int = 84) -> bytes:
    """Return the file. Colours are not stored more coarsely than brightness: small coloured text stays legible."""
    if extension == "webp":
        return save_as_bytes(picture, "WEBP", quality=quality, method=4, use_sharp_yuv=True)
    try:
        return save_as_bytes(picture, "JPEG", quality=quality, subsampling=0, progressive=True, optimize=True)
    except OSError:  # Pillow's buffer is too small for a large picture that is full of noise
        return save_as_bytes(picture, "JPEG", quality=quality, subsampling=0)


def save_as_bytes(picture: Image.Image, file_format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, file_format, **options)
    return file.getvalue()
