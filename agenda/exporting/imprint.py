"""Where an exported note comes from: its edition, address and dates, which are not part of the document."""

import datetime as dt
from dataclasses import dataclass
from typing import Self

from meetings.answers import get_page_path
from meetings.models import EditionDocument
from meetings.publications import Publication


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """The origin of an exported note.

    `at` is the instant from which the edition is public, or of which a draft is. `page_url` is the absolute URL of the
    page; it is empty for a draft. `status_label` is printed on each page of a text that is not live. `edition_number`
    is 0 if the text is not an edition.
    """

    at: dt.datetime
    status_label: str = ""
    site_url: str = ""
    page_url: str = ""
    edition_number: int = 0
    published_at: dt.datetime | None = None
    modified_at: dt.datetime | None = None
    change_note: str = ""
    change_language: str = ""

    @classmethod
    def for_edition(
        cls,
        edition_document: EditionDocument,
        publication: Publication,
        site_url: str,
        address: str,
        status_label: str = "",
    ) -> Self:
        """Return the imprint of an edition.

        `site_url` is the scheme and host of the site, `address` the path of the page after the language.
        """
        return cls(
            at=edition_document.edition.available_from,
            status_label=status_label,
            site_url=site_url,
            page_url=site_url + get_page_path(address, publication.language),
            edition_number=publication.edition,
            published_at=publication.published_at,
            modified_at=publication.modified_at,
            change_note=publication.change_note,
            change_language=publication.source_language,
        )
