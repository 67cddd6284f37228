"""What meetings start with, and texts that repeat in many notes. No document, export or API answer refers to them."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.documents import schema
from meetings.documents.choices import Language
from meetings.fields.line import LineField
from meetings.fields.struct_field import StructField
from meetings.models import Configuration


class MeetingTemplate(models.Model):
    """What the meetings of a configuration have in common: sessions, usual programme, contacts, links and notice.

    `document` is the source document of a meeting that starts on `agenda.editor.templates.FIRST_DAY`, without the texts
    that belong to one meeting. `version` counts up, so that nobody overwrites a change that they have not seen.
    """

    configuration = models.OneToOneField(
        Configuration,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="template",
        verbose_name=_("Council configuration"),
    )
    document = StructField(schema.MeetingDocument, default=None)
    version = models.PositiveIntegerField(default=1)
    by_name = models.CharField(_("person"), max_length=200)
    at = models.DateTimeField(_("last saved"))

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")

    def __str__(self) -> str:
        return str(_("Template of %s") % self.configuration.code)


class BlockKind(models.TextChoices):
    """What a shared block is in a note. The values of parts are those of `PART_KINDS`."""

    CONTACT = "contacts", _("press contact")
    LINK = "links", _("link")
    NOTICE = "notice", _("notice")
    TEXT = "text", _("paragraphs")


class SharedBlock(models.Model):
    """A text that repeats in many notes of one configuration, or of all. Notes contain the text and no reference.

    `desk` is the configuration whose publishers change it; without one, it is for all. `number` is that of its latest
    version.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=BlockKind.choices)
    name = LineField(
        _("name"), max_length=100, help_text=_("For example, “Press officer for Justice”. Readers do not see it.")
    )
    desk = models.ForeignKey(
        Configuration,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Council configuration"),
    )
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.EN)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("kind", "name", "id")
        verbose_name = _("shared block")
        verbose_name_plural = _("shared blocks")

    def __str__(self) -> str:
        return self.name


class SharedBlockVersion(models.Model):
    """A text that a shared block has or had. The earlier ones find the notes that still contain them."""

    block = models.ForeignKey(SharedBlock, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    """The members of a contact or link without its id; or one member, `notice` or `text`."""
    by_name = models.CharField(_("person"), max_length=200)
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=("block", "number"), name="one_block_version_a_number")]

    def __str__(self) -> str:
        return f"{self.block}, {self.number}"
