"""Status labels of documents that are not live, for pages, print and files."""

import datetime as dt

from django.utils.translation import gettext as _

from meetings import dates
from meetings.clock import BRUSSELS
from meetings.languages import get_interface_language


def format_brussels_time(instant: dt.datetime) -> str:
    """Return “14 September 2017, 18:00 (Brussels)”."""
    return _("%s (Brussels)") % dates.format_datetime(instant.astimezone(BRUSSELS), get_interface_language())


def format_embargo(until: dt.datetime) -> str:
    return _("EMBARGO until %s") % format_brussels_time(until)


def format_appearance(until: dt.datetime | None) -> str:
    """Return when a document will be published, or that it is not published yet."""
    return _("scheduled for %s") % format_brussels_time(until) if until else _("not yet published")


def get_draft_label() -> str:
    return _("DRAFT")


def get_past_label() -> str:
    return _("NO LONGER LIVE")
