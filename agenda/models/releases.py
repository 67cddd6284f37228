"""Releases: editions that are published together at one instant, or not at all."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agenda.models.revisions import Revision
from meetings.models import SubjectType


class ReleaseQuerySet(models.QuerySet["Release"]):
    def upcoming(self, now: dt.datetime) -> "ReleaseQuerySet":
        """Return the releases that are planned, scheduled or on hold, the earliest first."""
        states = (Release.State.PLANNED, Release.State.ON_HOLD)
        upcoming = models.Q(state__in=states) | models.Q(state=Release.State.SCHEDULED, at__gt=now)
        return self.filter(upcoming).order_by("at", "id")

    def for_subject(self, subject_type: str, subject_id: uuid.UUID) -> "ReleaseQuerySet":
        entries = ReleaseEntry.objects.filter(subject_type=subject_type, subject_id=subject_id)
        return self.filter(entries__in=entries)


class Release(models.Model):
    """A release. The clock decides if a scheduled one is public.

    Planned: not all texts are approved, and no edition is written yet. Held: its editions are deleted, and its entries
    are kept for another time. `at` is when a planned or held release is, or was, due.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("scheduled, not yet approved")
        SCHEDULED = "scheduled", _("scheduled")
        ON_HOLD = "held", _("on hold")
        CALLED_OFF = "called_off", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    at = models.DateTimeField(_("publication time"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("created by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(_("created by"), max_length=200)
    created_at = models.DateTimeField(_("created"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "id")
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        indexes = [models.Index(fields=("state", "at"), name="release_by_state")]

    def __str__(self) -> str:
        return ", ".join(entry.title for entry in self.entries.all())

    def is_out(self, now: dt.datetime) -> bool:
        return self.state == self.State.SCHEDULED and self.at <= now


class ClaimedAddress(models.Model):
    """An address that a draft or a publication got: a row to lock (`lock_addresses`).

    It does not say who has the address: editions do.
    """

    address = models.CharField(primary_key=True, max_length=200)


class ReleaseEntry(models.Model):
    """A meeting or topic in a release. `edition_id` is the key of its edition, if there is one.

    `forced_reason` is why it was published without approval. `note` tells readers what changed; for a minor correction
    (`is_editorial`), only the press office sees it. `texts` are the digests of its texts by language while it is on
    hold, since its edition is deleted then; while it is planned, that of the original that it was planned for.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="entries")
    subject_type = models.CharField(max_length=8, choices=SubjectType.choices)
    subject_id = models.UUIDField()
    title = models.CharField(max_length=300)
    revision = models.ForeignKey(Revision, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    is_editorial = models.BooleanField(default=False)
    forced_reason = models.CharField(max_length=500, blank=True)
    edition_id = models.UUIDField(null=True)
    texts = models.JSONField(default=dict)

    class Meta:
        ordering = ("release", "subject_type", "subject_id")
        constraints = [
            models.UniqueConstraint(fields=("release", "subject_type", "subject_id"), name="once_in_a_release")
        ]
        indexes = [
            models.Index(fields=("subject_id",), name="release_entry_by_subject"),
            models.Index(fields=("edition_id",), name="release_entry_by_edition"),
        ]
