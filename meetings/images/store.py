"""Store pictures and read their files, through Django's default storage. Callers decide who may see them."""

import contextlib
import datetime as dt
import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from meetings.documents.schema import MeetingDocument, TopicDocument
from meetings.documents.traversal import collect_images
from meetings.images.cleaning import CleanImage
from meetings.images.files import build_storage_name
from meetings.models import StoredImage

log = logging.getLogger(__name__)
MAX_FETCH_SECONDS, MAX_FILE_BYTES = 2, 50_000_000  # seconds for each step; bytes of a file that we have written


def store_image(clean: CleanImage, *, by_name: str, at: dt.datetime) -> StoredImage:
    """Store the row and the files. A picture that is stored already only becomes newer.

    The row is written first: it keeps others from deleting the files until they are promised by a committed row.
    """
    facts = {"width": clean.width, "height": clean.height, "format": clean.format}
    values = facts | {"by_name": by_name, "uploaded_at": at}
    with transaction.atomic():
        stored = StoredImage.objects.update_or_create(digest=clean.digest, defaults=values)[0]
        for name, content in clean.files.items():
            path = build_storage_name(clean.digest, name)
            if not default_storage.exists(path):
                default_storage.save(path, ContentFile(content))
    return stored


class ImageReader:
    """A reader of the files of pictures. If the front server does not answer once, it asks for no more."""

    def __init__(self) -> None:
        self.gave_up = False

    def read(self, digest: str, name: str) -> bytes | None:
        """Return a file of a picture, or None if it is not stored or cannot be read."""
        if self.gave_up:
            return None
        path = build_storage_name(digest, name)
        try:
            if settings.PICTURES_URL:
                return fetch_file(urlsplit(settings.PICTURES_URL), f"/{path}")
            with default_storage.open(path) as file:
                content: bytes = file.read()
        except (OSError, HTTPException) as error:
            log.warning("The file %s of the picture %s cannot be read: %s", name, digest, error)
            self.gave_up = bool(settings.PICTURES_URL) and not isinstance(error, FileNotFoundError)
            return None
        return content


def read_image_file(digest: str, name: str) -> bytes | None:
    """Return a file of a picture, or None if it is not stored or cannot be read."""
    return ImageReader().read(digest, name)


def fetch_file(server: SplitResult, path: str) -> bytes:
    """Return a file from the front server. Redirects are not followed.

    Raise FileNotFoundError if the server answers without the file, another OSError or HTTPException if it does not.
    """
    with closing(HTTPConnection(server.netloc, timeout=MAX_FETCH_SECONDS)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        content = response.read(MAX_FILE_BYTES + 1)
    if response.status != HTTPStatus.OK or len(content) > MAX_FILE_BYTES:
        raise FileNotFoundError(f"status {response.status}, {len(content)} bytes")
    return content


def load_image_sizes(digests: Collection[str]) -> dict[str, tuple[int, int]]:
    """Return width and height of each picture that is stored under one of the digests."""
    if not digests:
        return {}
    rows = StoredImage.objects.filter(digest__in=digests).values_list("digest", "width", "height")
    return {digest: (width, height) for digest, width, height in rows}


def match_stored_images(
    document: MeetingDocument | TopicDocument, sizes: Mapping[str, tuple[int, int]] | None = None
) -> list[str]:
    """Take the sizes of all pictures from the stored ones, and drop those that are not stored.

    `sizes` are those of `load_image_sizes`, if they are loaded already. Return the titles of the links that have lost
    their picture.
    """
    links = [link for link, _image in collect_images(document)]
    if sizes is None:
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


def list_old_folders(before: dt.datetime) -> list[str]:
    """Return the digests of the folders whose files were all written before this instant."""
    digests = [digest for start in list_folder("images")[0] for digest in list_folder(f"images/{start}")[0]]
    return [digest for digest in digests if all(time < before for time in iterate_file_times(digest))]


def iterate_file_times(digest: str) -> Iterator[dt.datetime]:
    for name in list_folder(build_storage_name(digest, ""))[1]:
        with contextlib.suppress(FileNotFoundError):  # it was renamed or deleted meanwhile
            yield default_storage.get_modified_time(build_storage_name(digest, name))


def list_folder(path: str) -> tuple[list[str], list[str]]:
    """Return the names of the folders and of the files in it, none if it does not exist."""
    try:
        return default_storage.listdir(path)
    except FileNotFoundError:
        return [], []


def lock_image(digest: str, before: dt.datetime) -> StoredImage | None:
    """Lock the row of a picture that was last uploaded before this instant, until the transaction ends.

    Return None if there is no such row (any more).
    """
    return StoredImage.objects.select_for_update().filter(digest=digest, uploaded_at__lt=before).first()


def lock_missing_image(digest: str, at: dt.datetime) -> StoredImage | None:
    """Add a row, so that an upload of the same picture waits until the transaction ends. Return None if there is one.

    The caller deletes it again with `delete_image`.
    """
    values = {"width": 0, "height": 0, "uploaded_at": at}
    image, is_new = StoredImage.objects.get_or_create(digest=digest, defaults=values)
    return image if is_new else None


def delete_image(image: StoredImage) -> None:
    """Delete the row and all files in the folder. The caller has locked the row, so nobody stores it meanwhile.

    If the transaction fails afterwards, the row stays without its files: `store_image` writes those that are missing.
    """
    folder = build_storage_name(image.digest, "")
    image.delete()
    for name in list_folder(folder)[1]:
        default_storage.delete(folder + name)
    default_storage.delete(folder)
