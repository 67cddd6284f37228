"""What a translation says otherwise than its source, and somebody confirmed as meant."""

import uuid

from django.db import models

from agenda.models.revisions import AttributedModel
from meetings.models import SubjectType
from meetings.vocabulary import Language


class ConfirmedDifference(AttributedModel):
    """A difference that would block an approval, and is meant: it does not block as long as neither text changes.

    `digest` is of both texts and of the difference (`agenda.translations.confirming`), so there is nothing to take back
    when one of them says another thing. Rows are only added.
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
