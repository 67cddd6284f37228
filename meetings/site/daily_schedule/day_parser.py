"""Parse a day that somebody typed into the form or into an address."""

import datetime as dt

from django.utils.translation import gettext as _

from meetings.documents.plain_text import cut_text
from meetings.forms.fields import VALID_YEARS
from meetings.i18n.date_parsing import parse_date_parts

MAX_DAY_LENGTH = 40
RELATIVE_DAYS = {word: dt.timedelta(days) for days, word in enumerate(("yesterday", "today", "tomorrow"), start=-1)}


class NoSuchDayError(ValueError):
    """The text is not a day, or not of the years that we cover. `suggestions` are days that may be meant."""

    def __init__(self, message: str, *suggestions: dt.date) -> None:
        super().__init__(message)
        self.suggestions = suggestions


def parse_day(typed: str, language: str, today: dt.date) -> dt.date:
    """Return the day of 2017-09-14, 20170914, 14.9.2017, 14/09/2017, tomorrow, or 14 September 2017.

    Names of months may be in `language` or in English. Raise NoSuchDayError if the text is not a day.
    """
    text = " ".join(typed.split())
    if text.casefold() in RELATIVE_DAYS:
        return today + RELATIVE_DAYS[text.casefold()]
    parts = parse_date_parts(text, language) if len(text) <= MAX_DAY_LENGTH else None
    if parts is None:
        example = {"typed": cut_text(text, MAX_DAY_LENGTH), "example": "2017-09-14"}
        raise NoSuchDayError(_("“%(typed)s” is not a date. Enter a date such as %(example)s.") % example)
    if parts.year not in VALID_YEARS:
        years = {"typed": text, "first": VALID_YEARS[0], "last": VALID_YEARS[-1]}
        raise NoSuchDayError(_("“%(typed)s” is out of range. Enter a date from %(first)d to %(last)d.") % years)
    if not parts.days_in_month:
        raise NoSuchDayError(
            _("“%(typed)s” is not a date: there is no month %(month)d.") % {"typed": text, "month": parts.month}
        )
    if parts.date is None:
        message = _("“%(typed)s” is not a date: that month has %(last)d days.")
        last_day = dt.date(parts.year, parts.month, parts.days_in_month)
        nearest = (last_day, last_day + dt.timedelta(days=1))
        suggestions = [day for day in nearest if day.year in VALID_YEARS]
        raise NoSuchDayError(message % {"typed": text, "last": last_day.day}, *suggestions)
    return parts.date
