"""Media links in the API: of meetings, of their items, points and results, and of topics."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, TextChoices
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from msgspec.structs import asdict

from agenda.api import shapes
from agenda.api.parts import PartResource, Whole, in_printed_order, orderings_of_parts
from meetings.answers import api_url
from meetings.filters.by import (
    ByConfiguration,
    ByDayOfMeeting,
    ById,
    ByPresidency,
    ByStatusOfMeeting,
    ByTopic,
    ByWord,
    PartsByModification,
)
from meetings.filters.strict import StrictFilterSet
from meetings.models import AppearedLink, IndexedItem, IndexedLink, IndexedPoint, SubjectType
from meetings.spreadsheets import columns
from meetings.vocabulary import LinkKind

ON_THE_PAGE_ITSELF = ("meeting", "topic")


class YesOrNo(TextChoices):
    YES = "yes"
    NO = "no"


def own_day() -> Coalesce:
    """The day of the point or item that a link stands at; null where it stands elsewhere, or the day is open."""
    owner = {"edition": OuterRef("edition")}
    point = IndexedPoint.objects.filter(**owner, point_id=OuterRef("owner_id"))
    item = IndexedItem.objects.filter(**owner, item_id=OuterRef("owner_id"))
    days = (Subquery(rows.order_by().values("date")[:1]) for rows in (point, item))
    return Coalesce(*days, output_field=DateField())


class ByOwnDay(ByDayOfMeeting):
    """By the day of the point or item that a link stands at, else by the days of its meeting."""

    def filter(self, found: QuerySet[Any], value: dt.date | None) -> QuerySet[Any]:
        day = Coalesce(own_day(), F(f"edition__{self.field_name}"))
        return super().filter(found.alias(**{self.field_name: day}), value)


class ByLive(ByWord):
    def __init__(self, **options: Any) -> None:
        super().__init__(words=YesOrNo, **options)

    def filter(self, found: QuerySet[Any], value: str | None) -> QuerySet[Any]:
        if value is None:
            return found
        point = IndexedPoint.objects.filter(edition=OuterRef("edition"), point_id=OuterRef("owner_id"), live=True)
        live = Q(kind=LinkKind.LIVE_STREAM) | Q(Exists(point))
        return found.filter(live if value == YesOrNo.YES else ~live)


class LinksOfMeeting(ById):
    def filter(self, found: QuerySet[Any], value: UUID | None) -> QuerySet[Any]:
        if value is None:
            return found
        return found.filter(edition__subject_type=SubjectType.MEETING, edition__subject_id=value)


class LinksOfTopic(ByTopic):
    def taken_up(self, found: QuerySet[Any], topic: Any) -> QuerySet[Any]:
        return found.filter(edition__subject_type=SubjectType.TOPIC, edition__subject_id=topic)


class MediaLinkFilter(StrictFilterSet):
    kind = ByWord("kind", words=LinkKind, label=_("Those of a kind."))
    configuration = ByConfiguration("edition__configuration", label=_("Those of a configuration's meetings."))
    live = ByLive(label=_("Live streams, and the links of programme points that are shown live; or all others."))
    date_from = ByOwnDay("end_date", "gte", label=_("Those of this day or later, by their point, item or meeting."))
    date_to = ByOwnDay("start_date", "lte", label=_("Those of this day or earlier, likewise."))
    status = ByStatusOfMeeting(
        label=_("Those of meetings with this status, and none of topics; several words with commas.")
    )
    presidency = ByPresidency(label=_("Those under a country's presidency (Greece is EL), or in a half-year (2017-2)."))
    meeting = LinksOfMeeting(label=_("Those of a meeting and all its parts, by the meeting's id."))
    topic = LinksOfTopic(label=_("Those of a background topic itself, by id or slug."))
    owner = ById("owner_id", label=_("Those that stand at one meeting, item, point, result or topic, by its id."))
    modified_since = PartsByModification(label=_("Those of documents that changed then or later."))


class MediaLinkResource(PartResource):
    one, many = "MediaLink", "MediaLinks"
    about = {
        "list": _(
            "The links of all published meetings, the latest first, and of topics, each document's in printed order."
        ),
        "retrieve": _("A link as it is published now."),
    }
    queryset = IndexedLink.objects.annotate(date=own_day())
    appeared = AppearedLink.objects.all()
    part_id = "link_id"
    shape = shapes.MediaLink
    columns = columns(
        *("id", "kind", "title", "url", "language", "owner_type", "owner=owner_id", "meeting=meeting.id"),
        *("configuration=meeting.configuration.slug", "meeting_date=meeting.start_date", "topic=topic.slug"),
        *("html_url", "api_url", "date", "meeting_title=meeting.title"),
    )
    ordering = in_printed_order("media-links")
    orderings = orderings_of_parts(ordering)
    filterset_class = MediaLinkFilter

    def parts(self, whole: Whole) -> Mapping[UUID, Any]:
        return whole.links

    def answer(self, whole: Whole, row: Any) -> shapes.MediaLink:
        anchor = "" if row.owner_type in ON_THE_PAGE_ITSELF else f"{row.owner_type}-{row.owner_id}"
        return shapes.MediaLink(
            **asdict(whole.links[row.link_id]),
            api_url=api_url(self.request, "media-link", row.link_id),
            html_url=whole.page(anchor),
            owner_type=row.owner_type,
            owner_id=row.owner_id,
            date=row.date if whole.meeting and whole.meeting.start_date else None,
            fallbacks=whole.fallbacks(whole.links[row.link_id]),
            meeting=whole.meeting,
            topic=whole.topic,
        )
