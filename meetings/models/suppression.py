"""Suppressions of past editions, and erasures of texts (migration `0007_suppression_…`)."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def active(self) -> Self:
        """Return the suppressions that have not been lifted: at most one per edition."""
        return self.filter(lifted_at=None)


class Suppression(models.Model):
    """A suppression of an edition: its text cannot be read, but its number, time, digest and reason stay public.

    Only superseded editions are suppressed (`agenda.workflow.suppression`), so a live one never is. The audit log says
    who did it. Rows are never deleted, and change only once, when the suppression is lifted.
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
    """The erasure of a stored document's text: its digest and the reason. Rows are only ever added."""

    digest = models.CharField(_("digest"), max_length=64, unique=True)
    at = models.DateTimeField(_("when"))
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.digest} at {self.at:%Y-%m-%d %H:%M:%S} UTC: {self.reason}"
