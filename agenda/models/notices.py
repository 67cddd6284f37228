"""Notices: what the site has to tell people by email, kept until it is sent."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.documents.choices import Language
from meetings.models import SubjectType


class Notice(models.Model):
    """Something that a person is told by email, once. It is written in the transaction of what it tells about.

    `kind` is the name of a kind of `agenda.workflow.notices`. `about` is the key of the revision or release that the
    notice follows from, and `instant` its time. `language` is empty if the notice is about no language in particular.

    `due_at` is when the notice may be sent, or tried again. Notices with one `batch` are sent as one mail: if it must
    be sent again, it has the same Message-ID. `refusals` counts how often the mail server refused the mail.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recipient"), on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=20)
    subject_type = models.CharField(max_length=8, choices=SubjectType.choices, blank=True)
    subject_id = models.UUIDField(null=True)
    language = models.CharField(max_length=2, choices=Language.choices, blank=True)
    about = models.CharField(max_length=36, blank=True)
    instant = models.DateTimeField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    batch = models.UUIDField(null=True)
    refusals = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("recipient", "kind", "subject_id", "language", "about", "instant"), name="told_once"
            )
        ]
        indexes = [
            models.Index(fields=("due_at",), condition=models.Q(sent_at=None), name="notice_to_send"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient_id}"


class DeclinedNotice(models.Model):
    """A kind of notice that a user does not want. Without a row, they get it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="declined_notices")
    kind = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("user", "kind"), name="declined_once")]

    def __str__(self) -> str:
        return f"{self.kind} not to {self.user_id}"
