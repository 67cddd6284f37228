"""Translations of the texts of the working copy."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.documents.choices import Language


class SubjectType(models.TextChoices):
    """The types of subjects that are published as a whole: a meeting with all its parts, or a background topic."""

    MEETING = "meeting", _("meeting")
    TOPIC = "topic", _("topic")


class Translation(models.Model):
    """The translation of one text (subject, row and field) into one language.

    `source_digest` is the SHA-256 digest of the source text that was translated, so that an outdated translation is
    detected. The same digest finds the translation of an equal text elsewhere (`agenda.translation.memory`). There is
    no foreign key to the row: one query reads all translations of a subject. `by`, `by_name` and `at` say who saved it
    and when. Nobody can approve their own translation (`TranslationWriter`).
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


class TranslationWriter(models.Model):
    """Somebody who wrote, changed or emptied a translated text (subject, language, row and field), at any time.

    `saved_after` is the key of the last revision of the subject before they did so first, or 0. Rows are only added,
    and stay when others replace the words: submissions, older revisions and open forms still have them.
    """

    subject_id = models.UUIDField()
    language = models.CharField(max_length=2, choices=Language.choices)
    row_id = models.UUIDField()
    field = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_after = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("subject_id", "language", "row_id", "field", "user"), name="one_row_of_a_writer_of_a_text"
            )
        ]
