"""Revisions, which keep the documents of the working copy at each save, and the decisions of reviewers on them.

Rows are only ever added (migration `0004_revisions_and_releases`), except those of `ApprovalEnd`. They have no foreign
key to the working copy, so that they outlive it.
"""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.documents.choices import Language
from meetings.models import StoredDocument, SubjectType


class SignedModel(models.Model):
    """Who did something, and when. `by_name` is the name for people; `by` is empty for a command."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(_("person"), max_length=200)
    at = models.DateTimeField(_("time"))

    class Meta:
        abstract = True


class AttributedModel(SignedModel):
    """Who did something, when, and what they remarked."""

    remark = models.CharField(_("comment"), max_length=1000, blank=True)

    class Meta:
        abstract = True


class RevisionReason(models.TextChoices):
    """Why a revision was saved. Reviewers decide on `SUBMITTED` and `FORCED`, before and after publication."""

    SAVED = "saved", _("saved")
    IMPORTED = "imported", _("imported")
    RESTORED = "restored", _("restored from an earlier draft")
    SUBMITTED = "submitted", _("submitted for approval")
    FORCED = "forced", _("published without approval")
    TRANSLATED = "translated", _("translated")
    FACTS = "facts", _("same-day change")


REVIEWABLE_REASONS = (RevisionReason.SUBMITTED, RevisionReason.FORCED)


class RevisionQuerySet(models.QuerySet["Revision"]):
    def for_subject(self, subject_type: str, subject_id: uuid.UUID) -> "RevisionQuerySet":
        return self.filter(subject_type=subject_type, subject_id=subject_id)

    def newest_first(self) -> "RevisionQuerySet":
        """Order by the version of the source: a translation of an older version is not newer than a later version."""
        return self.order_by("-version", "-pk")


class Revision(AttributedModel):
    """The documents of a meeting or topic, one for each language, as saved or submitted. Keys count up.

    `version` is that of the working copy's row. A save without changes adds no revision. `copied_from` is the revision
    that somebody saved or submitted, of which same-day changes made this one. It has the same authors.
    """

    subject_type = models.CharField(max_length=8, choices=SubjectType.choices)
    subject_id = models.UUIDField()
    version = models.PositiveIntegerField()
    why = models.CharField(_("event"), max_length=10, choices=RevisionReason.choices)
    source_language = models.CharField(max_length=2, choices=Language.choices)
    copied_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=("subject_id", "-id"), name="revision_by_subject")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} UTC, {self.by_name}"

    @property
    def source_digest(self) -> str:
        """The digest of the document in the source language. It takes a query, unless the documents are prefetched."""
        return next(row.document_id for row in self.documents.all() if row.language == self.source_language)

    @property
    def original_id(self) -> int:
        """The key of the revision that somebody saved or submitted: of this one, unless a same-day change made it."""
        return self.copied_from_id or self.pk


class RevisionDocument(models.Model):
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="documents")
    language = models.CharField(max_length=2, choices=Language.choices)
    document = models.ForeignKey(StoredDocument, to_field="digest", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("revision", "language"), name="one_document_of_a_revision_a_language")
        ]


class Verdict(AttributedModel):
    """A reviewer's decision on one document of a submitted revision: approved or sent back.

    It is about the text, not the row: a document with the same bytes, of the same source document, is approved with it.
    The latest verdict counts. `source` is that source document; of an original, it is the document itself.
    `carried_from` is the verdict that it was copied from, if nobody looked: after a same-day change, or if all words of
    a translation were approved before.
    """

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="verdicts")
    language = models.CharField(max_length=2, choices=Language.choices)
    document = models.ForeignKey(StoredDocument, to_field="digest", on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(StoredDocument, to_field="digest", on_delete=models.PROTECT, related_name="+")
    approved = models.BooleanField()
    carried_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)


class AuthorApproval(AttributedModel):
    """The approval of an author of a translation, who does not suffice: it is the first of two.

    It counts if a second author approves the same text of the same original, unless somebody decided on the text since:
    `last_verdict` is the key of the last verdict before it, or 0. Rows are only added.
    """

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="author_approvals")
    language = models.CharField(max_length=2, choices=Language.choices)
    document = models.ForeignKey(StoredDocument, to_field="digest", on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(StoredDocument, to_field="digest", on_delete=models.PROTECT, related_name="+")
    last_verdict = models.BigIntegerField()


class ApprovalEnd(models.Model):
    """The instant at which an approval ends: it counts no more. An approval that never ends has no row.

    `agenda.workflow.verdicts` computes the rows whenever a verdict or an edition is written or deleted.
    """

    verdict = models.OneToOneField(Verdict, primary_key=True, on_delete=models.PROTECT, related_name="end")
    at = models.DateTimeField()


class ConfirmedDifference(AttributedModel):
    """A difference that would block approval but is intended. It does not block as long as neither text changes.

    `digest` covers both texts and the difference (`agenda.workflow.confirmed_differences`), so nothing needs to be
    revoked when one of them changes. Rows are only added.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_type = models.CharField(max_length=8, choices=SubjectType.choices)
    subject_id = models.UUIDField()
    language = models.CharField(max_length=2, choices=Language.choices)
    path = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("subject_type", "subject_id", "language", "path", "digest"),
                name="one_confirmation_a_difference",
            )
        ]


class PreviewLink(models.Model):
    """A preview link to one revision, for anyone who has its address.

    `agenda.preview.links` signs the address: what is stored here does not open it. Rows stay after the link has
    expired, as a record of who was given access.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="preview_links")
    for_whom = models.CharField(_("recipient"), max_length=150)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("created by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(_("created by"), max_length=200)
    made_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("revoked by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_by_name = models.CharField(_("revoked by"), max_length=200, blank=True)
    opened = models.PositiveIntegerField(_("times opened"), default=0)
    last_opened_at = models.DateTimeField(_("last opened"), null=True)

    class Meta:
        ordering = ("-made_at", "id")
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")

    def __str__(self) -> str:
        return f"{self.for_whom}, until {self.expires_at:%Y-%m-%d %H:%M:%S} UTC"

    def is_over(self, now: dt.datetime) -> bool:
        return self.expires_at <= now
