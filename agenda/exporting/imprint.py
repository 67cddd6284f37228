"""What a note says at its end of where it comes from, beside what stands in its document."""

import datetime as dt
from dataclasses import dataclass
from typing import Self

from meetings.answers import html_path
from meetings.models import EditionDocument
from meetings.publications import Publication


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """`at` is since when it stands so, or of when it is; `page` the whole address of its page, empty of a draft.

    `mark` is what nobody may overlook of what is not live. `number` is 0 of what is no edition.
    """

    at: dt.datetime
    mark: str = ""
    site: str = ""
    page: str = ""
    number: int = 0
    published_at: dt.datetime | None = None
    modified_at: dt.datetime | None = None
    change_note: str = ""
    change_language: str = ""

    @classmethod
    def of(cls, held: EditionDocument, publication: Publication, site: str, address: str, mark: str = "") -> Self:
        """Of an edition, at the site with this scheme and host; `address` is that of its page below the language."""
        return cls(
            at=held.edition.available_from,
            mark=mark,
            site=site,
            page=site + html_path(address, publication.language),
            number=publication.edition,
            published_at=publication.published_at,
            modified_at=publication.modified_at,
            change_note=publication.change_note,
            change_language=publication.source_language,
        )
