"""The files of a picture: their names, sizes, places in the storage and addresses. All follow from the document.

Each picture is stored in full size (`full.jpg`) and in up to three widths, as WebP and as JPEG for programs that do not
read WebP. A picture is never enlarged, so a narrow one has fewer widths.
"""

from collections.abc import Iterator
from typing import NamedTuple

from meetings.documents.schema import Image

WIDTHS = (480, 960, 1920)
CONTENT_TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}
FULL_FILE = "full.jpg"
PUBLIC_PATH, ADMIN_PATH = "/images/", "/admin/images/"


class Rendition(NamedTuple):
    """A file of a picture, with its size in pixels."""

    name: str
    width: int
    height: int

    @property
    def content_type(self) -> str:
        return get_content_type(self.name)


def get_content_type(name: str) -> str:
    return CONTENT_TYPES[name.rpartition(".")[2]]


def list_widths(width: int) -> list[int]:
    """Return the widths in which a picture of this width is stored, the narrowest first."""
    return sorted({min(each, width) for each in WIDTHS})


def list_file_names(width: int) -> list[str]:
    """Return the names of all files of a picture of this width, `full.jpg` last."""
    return [*(f"{each}.{extension}" for each in list_widths(width) for extension in CONTENT_TYPES), FULL_FILE]


def scale_height(width: int, height: int, to_width: int) -> int:
    return max(1, round(height * to_width / width))


def list_renditions(image: Image, extension: str) -> list[Rendition]:
    """Return the files of a picture in one format, the narrowest first, without that in full size."""
    return [
        Rendition(f"{width}.{extension}", width, scale_height(image.width, image.height, width))
        for width in list_widths(image.width)
    ]


def iterate_all_files(image: Image) -> Iterator[Rendition]:
    """Yield the file in full size, then all others, the widest first."""
    yield Rendition(FULL_FILE, image.width, image.height)
    for width in reversed(list_widths(image.width)):
        for extension in CONTENT_TYPES:
            yield Rendition(f"{width}.{extension}", width, scale_height(image.width, image.height, width))


def find_rendition(image: Image, width: int) -> Rendition:
    """Return the JPEG file that is nearest to the width, but not narrower if there is a wider one."""
    files = list_renditions(image, "jpg")
    return next((file for file in files if file.width >= width), files[-1])


def build_image_path(digest: str, name: str, base: str = PUBLIC_PATH) -> str:
    """Return the path of a file's address. `base` is another one where pictures of drafts are shown."""
    return f"{base}{digest}/{name}"


def build_storage_name(digest: str, name: str) -> str:
    return f"images/{digest[:2]}/{digest}/{name}"
