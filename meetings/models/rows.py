"""What the rows of the working copy have in common."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Row(models.Model):
    """A row with a name of its own for life: translations, anchors and API addresses refer to its UUID."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class OrderedRow(Row):
    """A row in an order that the editors choose. Positions need not be unique or without gaps; the id settles ties."""

    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ("position", "id")
