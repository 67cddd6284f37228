"""Differences between a translation and its source that somebody confirmed as intended."""

import uuid

from django.db import models

from agenda.models.revisions import AttributedModel
from meetings.documents.choices import Language
from meetings.models import SubjectType


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
