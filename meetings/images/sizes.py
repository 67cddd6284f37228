"""The sizes in which a picture is stored, and the names of its files.

Each picture is stored in full size (`full.jpg`) and in up to three widths, as WebP and as JPEG for programs that do not
read WebP. A picture is never enlarged, so a narrow one has fewer widths. The process that decodes pictures knows this
module, and not Django.
"""

WIDTHS = (480, 960, 1920)
CONTENT_TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}
FULL_FILE = "full.jpg"


def list_widths(width: int) -> list[int]:
    """Return the widths in which a picture of this width is stored, the narrowest first."""
    return sorted({min(each, width) for each in WIDTHS})


def list_file_names(width: int) -> list[str]:
    """Return the names of all files of a picture of this width, `full.jpg` last."""
    return [*(f"{each}.{extension}" for each in list_widths(width) for extension in CONTENT_TYPES), FULL_FILE]


def scale_height(width: int, height: int, to_width: int) -> int:
    return max(1, round(height * to_width / width))
