"""Store what the note editor keeps beside the note: texts that are not saved yet, and notes for colleagues."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models import SubjectType


class EditorDraft(models.Model):
    """The unsaved text of one user in one browser tab. Nobody else can read it.

    It is stored while the user types, and deleted when the text is saved or discarded. It has no foreign key to the
    working copy, so that it outlives the deletion of a meeting.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    tab = models.CharField(max_length=36)
    subject_type = models.CharField(max_length=8, choices=SubjectType.choices)
    subject_id = models.UUIDField()
    content = models.TextField()
    """JSON that the browser wrote: `base` and `document`, two documents, and `typed`, texts that are no values yet."""
    part = models.CharField(max_length=60, blank=True)
    """Kind and id of the part that the user is in, for others who open the note."""
    saved_at = models.DateTimeField(_("last saved"))

    class Meta:
        verbose_name = _("unsaved text")
        verbose_name_plural = _("unsaved texts")
        constraints = [
            models.UniqueConstraint(fields=("user", "tab", "subject_type", "subject_id"), name="one_draft_a_tab")
        ]
        indexes = [models.Index(fields=("subject_id", "saved_at"), name="draft_by_subject")]

    def __str__(self) -> str:
        return f"{self.user}, {self.saved_at:%Y-%m-%d %H:%M} UTC"


class InternalNote(models.Model):
    """A note for colleagues about a meeting or one of its parts, such as a private telephone number.

    It is in no document, export or answer of the API, because it has no `shape` and nothing but the editor reads it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_type = models.CharField(max_length=8, choices=SubjectType.choices)
    subject_id = models.UUIDField()
    part_id = models.UUIDField()
    """The id of the part, or of the meeting itself."""
    text = models.CharField(max_length=2000)
    by_name = models.CharField(_("person"), max_length=200)
    at = models.DateTimeField(_("time"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("subject_type", "subject_id", "part_id"), name="one_internal_note_a_part")
        ]
