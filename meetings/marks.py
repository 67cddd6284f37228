"""Status labels of documents that are not live, for pages, print and files."""

import datetime as dt

from django.utils.translation import gettext as _

from meetings import dates
from meetings.clock import BRUSSELS
from meetings.languages import language_of_words


def brussels(instant: dt.datetime) -> str:
    """Return “14 September 2017, 18:00 (Brussels)”."""
    return _("%s (Brussels)") % dates.moment(instant.astimezone(BRUSSELS), language_of_words())


def embargo(until: dt.datetime) -> str:
    return _("EMBARGO until %s") % brussels(until)


def appears(until: dt.datetime | None) -> str:
    """Return when a document will be published, or that it is not published yet."""
    return _("scheduled for %s") % brussels(until) if until else _("not yet published")


def draft() -> str:
    return _("DRAFT")


def no_longer_live() -> str:
    return _("NO LONGER LIVE")
