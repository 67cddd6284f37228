"""Translations of the working copy's texts."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.vocabulary import Language


class SubjectType(models.TextChoices):
    """What is published as a whole: a meeting with all that is in it, or a background topic."""

    MEETING = "meeting", _("meeting")
    TOPIC = "topic", _("topic")


class Translation(models.Model):
    """One text (subject, row, field) in one language.

    `source_digest` is the SHA-256 of the source text it was made from, so that “out of date” is a fact. There is no
    foreign key to the row: all translations of a subject come in one query. By that digest, a text that says the same
    elsewhere is found with its translation (`agenda.translations.memory`). `by`, `by_name` and `at`: who saved it, and
    when; nobody approves their own words.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_type = models.CharField(max_length=8, choices=SubjectType.choices)
    subject_id = models.UUIDField()
    row_id = models.UUIDField()
    field = models.CharField(max_length=40)
    language = models.CharField(max_length=2, choices=Language.choices)
    text = models.TextField()
    source_digest = models.CharField(max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("subject_type", "subject_id", "language", "row_id", "field"), name="one_translation_a_text"
            )
        ]
        indexes = [models.Index(fields=("source_digest", "language"), name="translation_by_source")]
