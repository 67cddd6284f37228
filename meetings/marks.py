"""What stands over whatever is not live: on pages, on paper, in files."""

import datetime as dt

from django.utils.translation import gettext as _

from meetings import dates
from meetings.clock import BRUSSELS
from meetings.languages import language_of_words


def brussels(instant: dt.datetime) -> str:
    """As “14 September 2017, 18:00 (Brussels)”."""
    return _("%s (Brussels)") % dates.moment(instant.astimezone(BRUSSELS), language_of_words())


def embargo(until: dt.datetime) -> str:
    return _("EMBARGO until %s") % brussels(until)


def appears(until: dt.datetime | None) -> str:
    """For what is not published: when it will be, where that is known."""
    return _("appears on %s") % brussels(until) if until else _("not yet published")


def draft() -> str:
    return _("DRAFT")


def no_longer_live() -> str:
    return _("NO LONGER LIVE")
