"""Media links: live streams, galleries, background pages, documents."""

from functools import reduce
from operator import or_
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agenda.models.items import AgendaItem, Result
from agenda.models.topics import BackgroundTopic
from meetings.documents import schema
from meetings.documents.choices import Language, LinkKind
from meetings.fields.line import LineField
from meetings.fields.struct_field import StructField
from meetings.models import Meeting, OrderedModel, ProgrammePoint
from meetings.models.validators import validate_web_address

OWNER_FIELDS = ("meeting", "item", "point", "result", "topic")
HAS_ONE_OWNER = reduce(
    or_, (Q(**{f"{other}__isnull": other != name for other in OWNER_FIELDS}) for name in OWNER_FIELDS)
)


class MediaLinkQuerySet(models.QuerySet["MediaLink"]):
    def for_meeting(self, meeting: UUID) -> Self:
        """Return all links in the document of a meeting: of the meeting, its items, programme points and results."""
        owners = Q(meeting=meeting) | Q(item__meeting=meeting) | Q(point__meeting=meeting) | Q(result__meeting=meeting)
        return self.filter(owners)


class MediaLink(OrderedModel):
    """A link with exactly one owner.

    It may have no address yet: publishing then warns, and pages do not show it as a link.
    """

    meeting: Any = models.ForeignKey(Meeting, on_delete=models.CASCADE, null=True, blank=True, related_name="links")
    item: Any = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, null=True, blank=True, related_name="links")
    point: Any = models.ForeignKey(
        ProgrammePoint, on_delete=models.CASCADE, null=True, blank=True, related_name="links"
    )
    result: Any = models.ForeignKey(Result, on_delete=models.CASCADE, null=True, blank=True, related_name="links")
    topic: Any = models.ForeignKey(
        BackgroundTopic, on_delete=models.CASCADE, null=True, blank=True, related_name="links"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=LinkKind.choices, default=LinkKind.WEB)
    title = LineField(_("title"), max_length=500)
    url = models.CharField(
        _("web address"),
        max_length=1000,
        blank=True,
        validators=[validate_web_address],
        help_text=_("You can leave this blank in a draft. Readers then see its title without a link."),
    )
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, blank=True)
    image = StructField(schema.Image | None, null=True, default=None, verbose_name=_("picture"))

    objects = MediaLinkQuerySet.as_manager()
    shape = schema.Link

    class Meta(OrderedModel.Meta):
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [
            models.CheckConstraint(
                condition=HAS_ONE_OWNER,
                name="a_link_has_one_owner",
                violation_error_message=_("A link belongs to one meeting, item, programme event, result or topic."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def siblings(self) -> MediaLinkQuerySet:
        return MediaLink.objects.filter(**{f"{name}_id": getattr(self, f"{name}_id") for name in OWNER_FIELDS})

    @property
    def owner_id(self) -> UUID:
        owner: UUID = next(filter(None, (getattr(self, f"{name}_id") for name in OWNER_FIELDS)))
        return owner
