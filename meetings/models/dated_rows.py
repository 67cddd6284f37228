"""Rows with a day of their own, and the rule that it lies within the days of their meeting."""

import datetime as dt
from collections.abc import Collection
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

MAX_DISTANCE_FROM_MEETING = (dt.timedelta(days=62), dt.timedelta(days=14))
"""How long before and after the meeting something can be that belongs to it without being part of it."""


def format_days(start: dt.date, end: dt.date) -> str:
    """Return “14 September 2017” or “14 September 2017 to 15 September 2017”."""
    first, last = date_format(start, "j F Y"), date_format(end, "j F Y")
    return first if start == end else _("%(first)s to %(last)s") % {"first": first, "last": last}


class DatedRow(models.Model):
    """A row of a meeting with a day of its own.

    Only forms check the day, because an imported note may contain any day. A stored day stays valid until it or the
    days of the meeting are changed.
    """

    _stored_date: dt.date | None = None

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Self:
        row = super().from_db(db, field_names, values)
        row._stored_date = row.__dict__.get("date")
        return row

    def can_be_on_other_days(self) -> bool:
        """Return whether the row belongs to the meeting without being part of it, and so can be on other days."""
        return False

    def clean(self) -> None:
        super().clean()
        row: Any = self
        start, end = row.meeting.start_date, row.meeting.end_date or row.meeting.start_date
        if not (row.date and start) or end < start:  # The form of the meeting refuses such days.
            return
        if row.date == self._stored_date and not row.meeting.has_new_days():
            return
        before, after = MAX_DISTANCE_FROM_MEETING if self.can_be_on_other_days() else (dt.timedelta(0), dt.timedelta(0))
        if start - row.date > before or row.date - end > after:
            raise ValidationError({"date": self.format_outside_message(format_days(start, end))})

    def format_outside_message(self, days: str) -> str:
        return _("This date is outside the meeting (%(days)s).") % {"days": days}
