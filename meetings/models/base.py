"""Base models of the rows of the working copy."""

import datetime as dt
import uuid
from functools import cache
from typing import Any, ClassVar

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from meetings.documents.members import get_members

MAX_DISTANCE_FROM_MEETING = (dt.timedelta(days=62), dt.timedelta(days=14))
"""How long before and after the meeting something can be that belongs to it without being part of it."""


class UUIDModel(models.Model):
    """A row with a permanent UUID, to which translations, anchors and API addresses refer.

    `shape` is the part of the document that the row becomes, if it becomes one.
    """

    shape: ClassVar[type[Struct]]
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True

    @classmethod
    @cache
    def list_document_columns(cls) -> list[str]:
        """Return the columns that are members of the document under the same name, as the schema declares them.

        Building and restoring convert the others themselves: places, sessions by id, times as text, nesting.
        """
        return [name for name, member in get_members(cls.shape).items() if member.column]


class VersionedModel(UUIDModel):
    """A row that editors open and save as a whole, with all its parts.

    Every save increases the version, so that the note editor can detect that it was opened on an older one, and merge.
    Code that saves must lock the row before it compares the versions.
    """

    updated_at = models.DateTimeField(_("last saved"), auto_now=True)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        if options.get("update_fields") is None:
            self.version += 1
        super().save(*args, **options)

    def increase_version(self) -> None:
        """Record that a part of the row has been changed."""
        self.version += 1
        self.save(update_fields=["version", "updated_at"])


class OrderedModel(UUIDModel):
    """A row in an order that editors choose. A new row without a position comes last.

    Positions need not be unique or without gaps; equal ones are sorted by id.
    """

    position = models.PositiveIntegerField(_("position"), default=0, help_text=_("Enter 0 to put this last."))

    class Meta:
        abstract = True
        ordering = ("position", "id")

    def save(self, *args: Any, **options: Any) -> None:
        if self._state.adding and not self.position:
            self.position = 1 + (self.siblings().aggregate(last=models.Max("position"))["last"] or 0)
        super().save(*args, **options)

    def siblings(self) -> models.QuerySet[Any]:
        """Return the rows that share an order with this one, including itself."""
        rows: Any = type(self)._default_manager
        return rows.filter(meeting=self.meeting)  # type: ignore[attr-defined, no-any-return]


def format_days(start: dt.date, end: dt.date) -> str:
    """Return “14 September 2017” or “14 September 2017 to 15 September 2017”."""
    first, last = date_format(start, "j F Y"), date_format(end, "j F Y")
    return first if start == end else _("%(first)s to %(last)s") % {"first": first, "last": last}
