"""Find and delete pictures that no text names: those that were uploaded and not used, and those of erased texts."""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from agenda.models import EditorDraft, MediaLink, RevisionDocument
from meetings.access.audit import Actor, record_act
from meetings.images.store import delete_image, list_old_folders, lock_image, lock_missing_image
from meetings.models import Act, EditionDocument, IndexedImage, StoredDocument, StoredImage

GRACE = dt.timedelta(days=30)
"""The time that a picture has to get into a text, counted from its last upload."""
MIN_GRACE = dt.timedelta(hours=1)
FILE_GRACE = dt.timedelta(days=1)
"""The time that files without a row are kept: they are left of an upload that failed."""
MAX_SAVE_TIME = dt.timedelta(hours=1)
"""More than the longest time between the instant of a revision and its commit."""
CHUNK = 100  # documents read at once
DIGEST = re.compile(r"(?=([0-9a-f]{64}))")


def find_unused_images(before: dt.datetime) -> dict[str, StoredImage | None]:
    """Return the pictures that no text names, by digest: those that were last uploaded before this instant.

    The value is None for files without a row that are older than FILE_GRACE. Texts are the working copy, unsaved texts
    in the editor, and all stored documents of editions and revisions that have not been erased. All are read once.
    """
    stored = set(StoredImage.objects.values_list("digest", flat=True))
    left = [digest for digest in list_old_folders(timezone.now() - FILE_GRACE) if digest not in stored]
    images = StoredImage.objects.filter(uploaded_at__lt=before).order_by("uploaded_at")
    found: dict[str, StoredImage | None] = {image.digest: image for image in images} | dict.fromkeys(left)
    if found:
        for digest in iterate_used_digests():
            found.pop(digest, None)
    return found


def iterate_used_digests() -> Iterator[str]:
    """Yield what may be the digest of a picture in any text, some of them several times."""
    yield from list_linked_digests()
    for content in EditorDraft.objects.values_list("content", flat=True).iterator(10):
        yield from DIGEST.findall(content)
    documents, last = StoredDocument.objects.order_by("digest").values_list("digest", "text"), ""
    while page := list(documents.filter(digest__gt=last)[:CHUNK]):
        for _digest, text in page:
            yield from DIGEST.findall(text)
        last = page[-1][0]


def list_linked_digests() -> Collection[str]:
    images: Iterable[Any] = MediaLink.objects.filter(image__isnull=False).values_list("image", flat=True)
    return {image.digest for image in images}


def is_used(digest: str, since: dt.datetime) -> bool:
    """Say whether a text names the picture. Of the revisions, only those saved since then are read."""
    editions = IndexedImage.objects.of_picture(digest).values("edition")
    return (
        digest in list_linked_digests()
        or EditorDraft.objects.filter(content__contains=digest).exists()
        or EditionDocument.objects.filter(edition__in=editions, document__text__contains=digest).exists()
        or RevisionDocument.objects.filter(revision__at__gte=since, document__text__contains=digest).exists()
    )


def remove_unused_images(before: dt.datetime, *, by: Actor) -> int:
    """Delete the pictures that `find_unused_images` finds and that are still unused, and return their number."""
    now = timezone.now()
    found = find_unused_images(before)
    return sum(
        remove_unused_image(digest, before, since=now - MAX_SAVE_TIME, has_row=image is not None, by=by)
        for digest, image in found.items()
    )


@transaction.atomic
def remove_unused_image(digest: str, before: dt.datetime, *, since: dt.datetime, has_row: bool, by: Actor) -> bool:
    """Delete the picture unless it was uploaded again or got into a text since `since`. Say whether it was deleted."""
    image = lock_image(digest, before) if has_row else lock_missing_image(digest, before)
    if image is None:
        return False
    if is_used(digest, since):
        transaction.set_rollback(True)
        return False
    record_act(by, Act.IMAGES_REMOVED, digests=[digest])
    delete_image(image)
    return True
