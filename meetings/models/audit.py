"""The audit log: who did what, and when. Rows are only ever added (migration `0005_audit_and_reasons`)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models.translation import SubjectType


class Act(models.TextChoices):
    """The kinds of audit entries. The stored values are part of the exported log and never change."""

    SAVED = "saved", _("saved")
    DELETED = "deleted", _("deleted")
    IMPORTED = "imported", _("imported")
    TRANSLATED = "translated", _("translated")
    RESTORED = "restored", _("restored as the draft")
    SUBMITTED = "submitted", _("submitted for approval")
    APPROVED = "approved", _("approved")
    AUTHOR_APPROVED = "author_approved", _("approved as the first of two authors")
    SENT_BACK = "sent_back", _("sent back")
    PLANNED = "planned", _("scheduled before approval")
    PUBLISHED = "published", _("published")
    SCHEDULED = "scheduled", _("scheduled")
    FORCED = "forced", _("published without approval")
    MOVED = "moved", _("changed the publication time")
    KEPT = "kept", _("kept an older text scheduled")
    PUT_ON_HOLD = "held", _("put on hold")
    CALLED_OFF = "called_off", _("cancelled the scheduled publication")
    FACTS_CHANGED = "facts_changed", _("made a same-day change")
    ACT_CONFIRMED = "act_confirmed", _("confirmed what a colleague published alone")
    ACT_DISCARDED = "act_discarded", _("discarded a change that waited for confirmation")
    WITHDRAWN = "withdrawn", _("withdrew the page")
    ROLLED_BACK = "rolled_back", _("restored the previous edition")
    SUPPRESSED = "suppressed", _("removed a past edition from the site")
    REINSTATED = "reinstated", _("put a removed edition back on the site")
    ERASED = "erased", _("erased the text of an edition")
    LANGUAGE_ADDED = "language_added", _("added a language")
    LANGUAGE_RULE = "language_rule", _("set which languages to wait for")
    CONFIRMED = "confirmed", _("confirmed a difference in a translation")
    IMAGE_ADDED = "image_added", _("uploaded a picture")
    IMAGES_REMOVED = "images_removed", _("removed unused pictures")
    PREVIEW_SHARED = "preview_shared", _("created a preview link")
    PREVIEW_REVOKED = "preview_revoked", _("revoked a preview link")
    PREVIEW_OPENED = "preview_opened", _("opened a preview link")
    PREVIEW_REFUSED = "preview_refused", _("tried to open a preview link")
    TRAVELLED = "travelled", _("viewed the site at another time")
    SIGNED_IN = "signed_in", _("signed in")
    SIGN_IN_REFUSED = "sign_in_refused", _("failed to sign in")
    PASSWORD_SET = "password_set", _("set a password")
    PASSWORD_LINKED = "password_linked", _("created a link to set a password")
    FACTOR_ADDED = "factor_added", _("added a second factor")
    FACTOR_REMOVED = "factor_removed", _("removed a second factor")
    SESSION_ENDED = "session_ended", _("ended a session")
    CONFIRMED_IDENTITY = "identity_confirmed", _("signed in again")
    ACCOUNT_CHANGED = "account_changed", _("changed an account")
    ROLE_CHANGED = "role_changed", _("changed a role")
    REFERENCE_CHANGED = "reference_changed", _("changed reference data")
    TEMPLATE_CHANGED = "template_changed", _("changed a template")
    BLOCK_CHANGED = "block_changed", _("changed a shared block")
    BACKUP_RESTORED = "backup_restored", _("restored a backup")


class AuditEntry(models.Model):
    """An entry of the audit log. It has no foreign keys, so that it outlives what it describes.

    `remote` is the network address of the user, empty for commands; `address` is that of the meeting or topic; `digest`
    is that of the document concerned. On PostgreSQL, the database writes `database_user`, the account that added the
    entry, and for the web processes also `at`.
    """

    at = models.DateTimeField(_("when"))
    actor_id = models.PositiveBigIntegerField(null=True)
    actor = models.CharField(_("who"), max_length=200)
    remote = models.CharField(_("from"), max_length=45, blank=True)
    act = models.CharField(_("what"), max_length=20, choices=Act.choices)
    subject_type = models.CharField(max_length=8, choices=SubjectType.choices, blank=True)
    subject_id = models.UUIDField(null=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    details = models.JSONField(default=dict)
    database_user = models.CharField(_("database account"), max_length=63, blank=True, default="")

    class Meta:
        ordering = ("-id",)
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        indexes = [
            models.Index(fields=("subject_id", "-id"), name="audit_by_subject"),
            models.Index(fields=("at",), name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} UTC {self.actor} {self.act} {self.address}"


class ActConfirmation(models.Model):
    """A colleague has looked at what one person published alone (`meetings.access.lone_acts`). Rows are only added.

    `entry` is the key of its audit entry.
    """

    entry = models.BigIntegerField(unique=True)
    by_id = models.PositiveBigIntegerField()
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
