"""Store pictures and read their files, through Django's default storage. Callers decide who may see them."""

import datetime as dt
import logging
from collections.abc import Collection, Iterable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from meetings.documents.schema import MeetingDocument, TopicDocument
from meetings.documents.traversal import collect_images
from meetings.images.cleaning import CleanImage
from meetings.images.files import build_storage_name, list_file_names
from meetings.models import StoredImage

log = logging.getLogger(__name__)


def store_image(clean: CleanImage, *, by_name: str, at: dt.datetime) -> StoredImage:
    """Store the files and then the row, which promises them. A picture that is stored already only becomes newer."""
    for name, content in clean.files.items():
        path = build_storage_name(clean.digest, name)
        if not default_storage.exists(path):
            default_storage.save(path, ContentFile(content))
    facts = {"width": clean.width, "height": clean.height, "format": clean.format}
    values = facts | {"by_name": by_name, "uploaded_at": at}
    return StoredImage.objects.update_or_create(digest=clean.digest, defaults=values)[0]


def read_image_file(digest: str, name: str) -> bytes | None:
    """Return a file of a picture, or None if it is not stored."""
    try:
        with default_storage.open(build_storage_name(digest, name)) as file:
            content: bytes = file.read()
    except OSError:
        log.warning("The file %s of the picture %s is not in the storage.", name, digest)
        return None
    return content


def load_image_sizes(digests: Collection[str]) -> dict[str, tuple[int, int]]:
    """Return width and height of each picture that is stored under one of the digests."""
    if not digests:
        return {}
    rows = StoredImage.objects.filter(digest__in=digests).values_list("digest", "width", "height")
    return {digest: (width, height) for digest, width, height in rows}


def match_stored_images(document: MeetingDocument | TopicDocument) -> list[str]:
    """Take the sizes of all pictures from the stored ones, and drop those that are not stored.

    Return the titles of the links that have lost their picture.
    """
    links = [link for link, _image in collect_images(document)]
    sizes = load_image_sizes({link.image.digest for link in links if link.image})
    dropped = []
    for link in links:
        assert link.image
        if link.image.digest in sizes:
            link.image.width, link.image.height = sizes[link.image.digest]
        else:
            link.image = None
            dropped.append(link.title)
    return dropped


def delete_images(images: Collection[StoredImage]) -> None:
    """Delete the rows, and when that is committed, the files."""
    names = [build_storage_name(image.digest, name) for image in images for name in list_file_names(image.width)]
    StoredImage.objects.filter(digest__in=[image.digest for image in images]).delete()
    transaction.on_commit(lambda: delete_files(names))


def delete_files(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)
