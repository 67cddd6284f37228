"""Past editions whose text nobody may read any more, and texts that were erased (migration `0007_suppression_…`)."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def standing(self) -> Self:
        """Those that were not lifted: at most one an edition."""
        return self.filter(lifted_at=None)


class Suppression(models.Model):
    """From the moment this row is there, the edition's text is closed; number, time, digest and reason stay public.

    Only an edition that another one has taken the place of is suppressed (`agenda.suppressing`), so none is ever live.
    Who did it is in the audit log. Rows are never deleted, and change only once, when the suppression is lifted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey("meetings.Edition", on_delete=models.DO_NOTHING, related_name="suppressions")
    at = models.DateTimeField(_("when"))
    reason = models.CharField(_("public reason"), max_length=500)
    lifted_at = models.DateTimeField(_("lifted"), null=True)
    lifted_because = models.CharField(_("why it was lifted"), max_length=500, blank=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("edition",), condition=models.Q(lifted_at=None), name="one_standing_suppression_an_edition"
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} from {self.at:%Y-%m-%d %H:%M:%S} UTC: {self.reason}"


class Erasure(models.Model):
    """That a stored document's text was emptied: its digest, and why. Rows are only ever added."""

    digest = models.CharField(_("digest"), max_length=64, unique=True)
    at = models.DateTimeField(_("when"))
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.digest} at {self.at:%Y-%m-%d %H:%M:%S} UTC: {self.reason}"
