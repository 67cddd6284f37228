"""Revisions: what the working copy said at each save, and what was said of it in review.

Rows here are only ever added (migration `0004_revisions_and_releases`). They hold no foreign key to the working copy,
so that they outlive it.
"""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models import StoredDocument, SubjectType
from meetings.vocabulary import Language


class AttributedModel(models.Model):
    """`by_name` is who it was for people to read; `by` is empty where it was a command."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(_("who"), max_length=200)
    at = models.DateTimeField(_("when"))
    remark = models.CharField(_("remark"), max_length=1000, blank=True)

    class Meta:
        abstract = True


class Why(models.TextChoices):
    """`SUBMITTED` and `FORCED` are what reviewers judge: before publication and after it."""

    SAVED = "saved", _("saved")
    IMPORTED = "imported", _("imported")
    RESTORED = "restored", _("restored from an earlier revision")
    SUBMITTED = "submitted", _("submitted for approval")
    FORCED = "forced", _("published without approval")
    TRANSLATED = "translated", _("translated")
    FACTS = "facts", _("facts changed on the day")


FOR_REVIEW = (Why.SUBMITTED, Why.FORCED)


class RevisionQuerySet(models.QuerySet["Revision"]):
    def for_subject(self, subject_type: str, subject_id: uuid.UUID) -> "RevisionQuerySet":
        return self.filter(subject_type=subject_type, subject_id=subject_id)

    def newest_first(self) -> "RevisionQuerySet":
        """By the version of the source: a translation of an older one is not newer than what came since."""
        return self.order_by("-version", "-pk")


class Revision(AttributedModel):
    """The documents of a meeting or topic, one a language, as they were saved or submitted; keys count up.

    `version` is that of the row of the working copy: a save that changed nothing has no revision of its own.
    """

    subject_type = models.CharField(max_length=8, choices=SubjectType.choices)
    subject_id = models.UUIDField()
    version = models.PositiveIntegerField()
    why = models.CharField(_("why"), max_length=10, choices=Why.choices)
    source_language = models.CharField(max_length=2, choices=Language.choices)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=("subject_id", "-id"), name="revision_by_subject")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} UTC, {self.by_name}"


class RevisionDocument(models.Model):
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="documents")
    language = models.CharField(max_length=2, choices=Language.choices)
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("revision", "language"), name="one_document_of_a_revision_a_language")
        ]


class Verdict(AttributedModel):
    """What a reviewer said of a submitted revision's document in a language: approved, or sent back.

    It is about the text and not about the row: whatever says the same, byte for byte, is approved with it. The latest
    one counts. `carried_from`: the verdict that it follows from, where nobody looked: only facts changed on the day, or
    the words of a translation were all approved before.
    """

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="verdicts")
    language = models.CharField(max_length=2, choices=Language.choices)
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")
    approved = models.BooleanField()
    carried_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
