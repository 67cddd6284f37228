"""Texts that were taken out with their edition: no edition is made of them again."""

from collections.abc import Collection

from django.db.models import Exists
from django.utils.translation import gettext as _

from meetings.documents.text import InvalidDocument
from meetings.models import EditionDocument
from meetings.models.edition import get_active_suppression


class ClosedText(InvalidDocument):
    """The text stands in suppressed editions only, or was erased."""


def closed_digests(digests: Collection[str]) -> set[str]:
    """Those of the digests that are held by suppressed editions, and by no other: what is erased is among them.

    A text that another edition still shows, or is to show, is not closed: of two languages of a suppressed edition
    one may be as it always was.
    """
    held = EditionDocument.objects.filter(document__in=digests)
    suppressed = set(held.filter(Exists(get_active_suppression("edition"))).values_list("document", flat=True))
    if not suppressed:
        return suppressed
    return suppressed - set(held.filter(document__in=suppressed).readable().values_list("document", flat=True))


def refuse_closed(digests: Collection[str]) -> None:
    """To be asked by whatever makes an edition or a working copy of stored texts. Raises ClosedText."""
    if closed_digests(digests):
        raise ClosedText(
            _("This is word for word the text of an edition that was taken out: change first what must not be read.")
        )
