"""Pictures in the note editor: storing what is uploaded, and checking what a document refers to."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agenda.documents.checks import SubjectDocument
from agenda.editor.mistakes import Mistake
from agenda.workflow.drafts import Subject, get_subject_type
from meetings.access import Right, require_right
from meetings.access.audit import Actor, record_act
from meetings.documents.schema import Image
from meetings.documents.traversal import collect_images, get_part_kind
from meetings.images.cleaning import clean_image
from meetings.images.store import load_image_sizes, store_image
from meetings.models import Act

MAX_FILE_NAME = 200  # characters
MAX_ALT_LENGTH = 1000  # characters, as for its translations


def upload_image(subject: Subject, data: bytes, file_name: str, *, by: Actor, now: dt.datetime) -> Image:
    """Clean and store a picture for a link of the meeting or topic. Its alternative text is still empty.

    Raise InvalidImageError if the data are no picture that we accept, TooManyImagesError if others wait, NotAllowed if
    `by` may not edit the subject, and OSError if it cannot be stored.
    """
    require_right(by, Right.CHANGE, subject)
    clean = clean_image(data)
    with transaction.atomic():
        stored = store_image(clean, by_name=by.display_name, at=now)
        about: dict[str, Any] = {
            "file": file_name.replace("\0", "")[:MAX_FILE_NAME],
            "bytes": len(data),
            "format": clean.format,
        }
        record_act(by, Act.IMAGE_ADDED, get_subject_type(subject), subject.pk, digest=stored.digest, **about)
    return Image(digest=stored.digest, alt="", width=stored.width, height=stored.height)


def set_image_facts(document: SubjectDocument, saved: SubjectDocument) -> Iterator[Mistake]:
    """Set the sizes of all pictures as they are stored, and tidy the alternative texts. Yield what cannot be saved.

    A picture that the saved document has is right even if it is not stored here: the document may come from elsewhere.
    """
    links = list(collect_images(document))
    if not links:
        return
    sizes = {image.digest: (image.width, image.height) for _link, image in collect_images(saved)}
    sizes |= load_image_sizes({image.digest for _link, image in links})
    for link, image in links:
        image.alt = " ".join(image.alt.split())
        message = ""
        if image.digest in sizes:
            image.width, image.height = sizes[image.digest]
        else:
            message = _("This picture is not stored on this site. Choose it again.")
        if len(image.alt) > MAX_ALT_LENGTH:
            message = _("The alternative text has %(length)d characters. The maximum is %(max)d: shorten it.")
            message %= {"length": len(image.alt), "max": MAX_ALT_LENGTH}
        if message:
            yield Mistake(get_part_kind(link), str(link.id), "image", message)
