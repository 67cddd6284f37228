"""Find and delete pictures that no text names: those that were uploaded and not used, and those of erased texts."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction

from agenda.models import EditorDraft, MediaLink
from meetings.access.audit import Actor, record_act
from meetings.images.store import delete_images
from meetings.models import Act, EditionDocument, IndexedImage, StoredDocument, StoredImage

GRACE = dt.timedelta(days=30)
"""The time that a picture has to get into a text, counted from its last upload."""


def find_unused_images(before: dt.datetime) -> Iterator[StoredImage]:
    """Yield the pictures that were last uploaded before this instant, and that no text names.

    Texts are the working copy, unsaved texts in the editor, and all stored documents of editions and revisions that
    have not been erased. Looking through all documents takes long, so it is the last resort.
    """
    shown = MediaLink.objects.exclude(image=None).values_list("image", flat=True)
    in_use = {image.digest for image in shown if image}
    for image in StoredImage.objects.filter(uploaded_at__lt=before).exclude(digest__in=in_use).order_by("uploaded_at"):
        editions = IndexedImage.objects.filter(digest=image.digest).values("edition")
        published = EditionDocument.objects.filter(edition__in=editions, document__text__contains=image.digest)
        if not (
            published.exists()
            or EditorDraft.objects.filter(content__contains=image.digest).exists()
            or StoredDocument.objects.filter(text__contains=image.digest).exists()
        ):
            yield image


def remove_unused_images(before: dt.datetime, *, by: Actor) -> int:
    """Delete the pictures that `find_unused_images` finds, and return their number."""
    found = list(find_unused_images(before))
    if not found:
        return 0
    with transaction.atomic():
        record_act(by, Act.IMAGES_REMOVED, digests=[image.digest for image in found])
        delete_images(found)
    return len(found)
