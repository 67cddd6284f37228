"""What the rows of the working copy have in common."""

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Row(models.Model):
    """A row with a name of its own for life: translations, anchors and API addresses refer to its UUID."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class EditedRow(Row):
    """What editors open and save as a whole, with all that belongs to it.

    Every save moves the version, so that a form can tell that it was made from an older one. Who saves from a form
    holds the row's lock from before the comparison on.
    """

    updated_at = models.DateTimeField(_("last saved"), auto_now=True)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        if options.get("update_fields") is None:
            self.version += 1
        super().save(*args, **options)

    def move_version(self) -> None:
        """Says that something which belongs to the row was changed."""
        self.version += 1
        self.save(update_fields=["version", "updated_at"])


class OrderedRow(Row):
    """A row in an order that the editors choose; a new one without a position comes last.

    Positions need not be unique or without gaps; the id settles ties.
    """

    position = models.PositiveIntegerField(_("position"), default=0, help_text=_("0: comes last."))

    class Meta:
        abstract = True
        ordering = ("position", "id")

    def save(self, *args: Any, **options: Any) -> None:
        if self._state.adding and not self.position:
            self.position = 1 + (self.siblings().aggregate(last=models.Max("position"))["last"] or 0)
        super().save(*args, **options)

    def siblings(self) -> models.QuerySet[Any]:
        """The rows that it stands in one order with."""
        rows: Any = type(self)._default_manager
        return rows.filter(meeting=self.meeting)  # type: ignore[attr-defined, no-any-return]
