"""What stands over whatever is not live: on pages, on paper, in files."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from meetings.clock import BRUSSELS


def brussels(instant: dt.datetime) -> str:
    """As “14 September 2017, 18:00 (Brussels)”."""
    local = instant.astimezone(BRUSSELS)
    return _("%s (Brussels)") % date_format(local, "j F Y, H:i:s" if local.second else "j F Y, H:i")


def embargo(until: dt.datetime) -> str:
    return _("EMBARGO until %s") % brussels(until)


def appears(until: dt.datetime | None) -> str:
    """For what is not published: when it will be, where that is known."""
    return _("appears on %s") % brussels(until) if until else _("not yet published")


def draft() -> str:
    return _("DRAFT")


def no_longer_live() -> str:
    return _("NO LONGER LIVE")
