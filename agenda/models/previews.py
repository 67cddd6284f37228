"""Preview links, which let somebody without an account read one revision for a while."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agenda.models.revisions import Revision


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
