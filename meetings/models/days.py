"""The one rule about days of rows: they lie within the days of their meeting."""

import datetime as dt
from collections.abc import Collection
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

AROUND = (dt.timedelta(days=62), dt.timedelta(days=14))
"""How long before and after the meeting something may be that belongs to it without being part of it."""


def written_days(start: dt.date, end: dt.date) -> str:
    first, last = date_format(start, "j F Y"), date_format(end, "j F Y")
    return first if start == end else _("%(first)s to %(last)s") % {"first": first, "last": last}


class OnADay(models.Model):
    """A row of a meeting with a day of its own.

    Validated in forms only: a note may print another day. What was stored with one stands, until the row's day or the
    meeting's days are changed.
    """

    _stored_date: dt.date | None = None

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Self:
        row = super().from_db(db, field_names, values)
        row._stored_date = row.__dict__.get("date")
        return row

    def is_around(self) -> bool:
        """Whether it belongs to the meeting without being part of it, and so may be on other days."""
        return False

    def clean(self) -> None:
        super().clean()
        row: Any = self
        start, end = row.meeting.start_date, row.meeting.end_date or row.meeting.start_date
        if not (row.date and start) or (row.date == self._stored_date and not row.meeting.has_new_days()):
            return
        before, after = AROUND if self.is_around() else (dt.timedelta(0), dt.timedelta(0))
        if start - row.date > before or row.date - end > after:
            raise ValidationError({"date": self.outside(written_days(start, end))})

    def outside(self, days: str) -> str:
        return _("This day is outside the meeting, which is on %(days)s. Correct one of the two.") % {"days": days}
