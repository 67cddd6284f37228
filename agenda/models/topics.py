"""Background topics, files that continue across meetings."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.documents import schema
from meetings.documents.choices import Language
from meetings.fields.line import LineField
from meetings.fields.richtext import RichTextField
from meetings.models import Configuration, VersionedModel


class BackgroundTopic(VersionedModel):
    slug = models.SlugField(
        _("word in the web address"),
        max_length=80,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z0-9-]+\Z", _("Use lower-case letters, digits and hyphens only, for example “migration-policy”.")
            )
        ],
        help_text=_("For example, “migration-policy” in /en/topics/migration-policy/."),
        error_messages={"unique": _("Another topic already uses this word.")},
    )
    source_language = models.CharField(
        _("original language"), max_length=2, choices=Language.choices, default=Language.EN
    )
    title = LineField(_("title"), max_length=300)
    lead = RichTextField(_("lead"), blank=True)
    text = RichTextField(_("text"), blank=True)
    desk = models.ForeignKey(  # decides who may edit it; not part of the document
        Configuration,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="topics",
        verbose_name=_("Council configuration"),
        help_text=_("People who work on this configuration can edit the topic. Leave blank so that everyone can."),
    )
    # Digest of the document as last saved (`agenda.workflow.revisions`); empty if it was last saved before this field
    # existed.
    digest = models.CharField(max_length=64, blank=True, default="", editable=False)

    shape = schema.TopicDocument

    class Meta:
        ordering = ("title", "id")
        verbose_name = _("background topic")
        verbose_name_plural = _("background topics")

    def __str__(self) -> str:
        return self.title
