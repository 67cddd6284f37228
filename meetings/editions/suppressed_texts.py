"""Refuse to use texts of suppressed editions again, and erased texts."""

from collections.abc import Collection

from django.db.models import Exists
from django.utils.translation import gettext as _

from meetings.documents.encoding import InvalidDocument
from meetings.models import EditionDocument
from meetings.models.edition import get_active_suppression


class SuppressedTextError(InvalidDocument):
    """The text is contained in suppressed editions only, or was erased."""


def find_suppressed_digests(digests: Collection[str]) -> set[str]:
    """Return those of the digests that only suppressed editions contain, including all erased texts.

    A text that another edition shows or will show is not suppressed: one language of a suppressed edition may be
    unchanged from earlier editions.
    """
    documents = EditionDocument.objects.filter(document__in=digests)
    suppressed = set(documents.filter(Exists(get_active_suppression("edition"))).values_list("document", flat=True))
    if not suppressed:
        return suppressed
    return suppressed - set(documents.filter(document__in=suppressed).readable().values_list("document", flat=True))


def refuse_suppressed(digests: Collection[str]) -> None:
    """Raise SuppressedTextError if a text is suppressed.

    Call this before creating an edition or a working copy from stored texts.
    """
    if find_suppressed_digests(digests):
        raise SuppressedTextError(
            _(
                "This text is identical to that of an edition that was removed from the site. First change the part "
                "that must not be public."
            )
        )
