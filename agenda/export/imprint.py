"""Where an exported note comes from: its edition, address and dates, which are not part of the document."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """The origin of an exported note.

    `at` is the instant from which the edition is public, or of which a draft is. `site_url` is the scheme and host of
    the site, `page_url` the absolute URL of the page; they are empty for a draft. `status_label` is printed on each
    page of a text that is not live. `edition_number` is 0 if the text is not an edition.
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
