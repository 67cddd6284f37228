"""Pictures that editors have uploaded. The files are in the storage (`meetings.images.store`)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredImage(models.Model):
    """A picture, stored once under the digest of its largest file. Documents refer to it by that digest only."""

    digest = models.CharField(_("digest"), max_length=64, primary_key=True)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    format = models.CharField(_("format"), max_length=8)
    """The format of the file that was uploaded: JPEG, PNG or WEBP."""
    by_name = models.CharField(_("person"), max_length=200)
    uploaded_at = models.DateTimeField(_("last uploaded"))

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        indexes = [models.Index(fields=("uploaded_at",), name="image_by_upload")]

    def __str__(self) -> str:
        return f"{self.digest[:8]}, {self.width} × {self.height}"
