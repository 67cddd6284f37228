"""The files of a picture: their places in the storage and addresses. All follow from the document."""

from collections.abc import Iterator
from typing import NamedTuple

from meetings.documents.schema import Image
from meetings.images.sizes import CONTENT_TYPES, FULL_FILE, list_widths, scale_height

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
