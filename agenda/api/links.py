"""The media links resource of the API: links of meetings, of their items, points and results, and of topics."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from msgspec.structs import asdict

from agenda.api import types
from agenda.api.parts import PartResource, SourceDocument, build_part_orderings, build_printed_ordering
from meetings.api.csv_tables import build_columns, build_configuration_columns, build_member_columns
from meetings.api.filters import (
    Filter,
    MeetingDayFilter,
    MeetingStatusFilter,
    PartModifiedSinceFilter,
    PresidencyFilter,
    StrictFilterSet,
    TakesPlaceFilter,
    TopicFilter,
)
from meetings.api.form_fields import ConfigurationField, MultipleChoiceField, UUIDField, YesNoField
from meetings.api.resource_urls import build_api_url
from meetings.documents.choices import LinkKind
from meetings.documents.schema import Link
from meetings.http.links import get_site_url
from meetings.images.files import build_image_path, iterate_all_files
from meetings.models import AppearedLink, IndexedItem, IndexedLink, IndexedPoint, SubjectType

OWNERS_WITHOUT_ANCHOR = ("meeting", "topic")


def build_own_day() -> Coalesce:
    """Return an expression for the day of the point or item that a link belongs to.

    It is null for other links, and where the day is not known.
    """
    owner = {"edition": OuterRef("edition")}
    point = IndexedPoint.objects.filter(**owner, point_id=OuterRef("owner_id"))
    item = IndexedItem.objects.filter(**owner, item_id=OuterRef("owner_id"))
    days = (Subquery(rows.order_by().values("date")[:1]) for rows in (point, item))
    return Coalesce(*days, output_field=DateField())


class OwnDayFilter(MeetingDayFilter):
    """A filter by the day of the point or item that a link belongs to, or else by the days of its meeting."""

    def filter(self, queryset: QuerySet[Any], value: dt.date) -> QuerySet[Any]:
        day = Coalesce(build_own_day(), F(f"edition__{self.field_name}"))
        return super().filter(queryset.alias(**{self.field_name: day}), value)


class LiveFilter(Filter):
    """Live streams and links of programme events that are broadcast live (yes), or all other links (no)."""

    def filter(self, queryset: QuerySet[Any], value: bool) -> QuerySet[Any]:
        point = IndexedPoint.objects.filter(edition=OuterRef("edition"), point_id=OuterRef("owner_id"), live=True)
        live = Q(kind=LinkKind.LIVE_STREAM) | Q(Exists(point))
        return queryset.filter(live if value else ~live)


class MeetingLinksFilter(Filter):
    """Links of a meeting and everything in it."""

    def filter(self, queryset: QuerySet[Any], value: UUID) -> QuerySet[Any]:
        return queryset.filter(edition__subject_type=SubjectType.MEETING, edition__subject_id=value)


class TopicLinksFilter(TopicFilter):
    """Links of a topic itself."""

    def filter_by_topic(self, queryset: QuerySet[Any], topic: Any) -> QuerySet[Any]:
        return queryset.filter(edition__subject_type=SubjectType.TOPIC, edition__subject_id=topic)


class MediaLinkFilterSet(StrictFilterSet):
    kind = Filter(
        MultipleChoiceField,
        "kind",
        "in",
        choices=LinkKind,
        label=_("Only links of this kind. Separate several values with commas."),
    )
    configuration = Filter(
        ConfigurationField,
        "edition__configuration",
        label=_("Only links of this configuration's meetings, by code or slug."),
    )
    live = LiveFilter(
        YesNoField,
        label=_("yes: live streams, and the links of programme events that are broadcast live. no: all others."),
    )
    date_from = OwnDayFilter(
        "end_date", "gte", label=_("Only links on or after this day, by their programme event, item or meeting.")
    )
    date_to = OwnDayFilter(
        "start_date", "lte", label=_("Only links on or before this day, by their programme event, item or meeting.")
    )
    status = MeetingStatusFilter(
        label=_("Only links of meetings with this status, and none of topics. Separate several values with commas.")
    )
    takes_place = TakesPlaceFilter(
        label=_(
            "Only links of meetings that take place (true), or that are cancelled or postponed without a date (false), "
            "and none of topics."
        )
    )
    presidency = PresidencyFilter(
        label=_("Only links in the presidency of this country (Greece is EL) or in this half-year (2017-2).")
    )
    meeting = MeetingLinksFilter(
        UUIDField, label=_("Only links of this meeting and everything in it, by the meeting's id.")
    )
    topic = TopicLinksFilter(label=_("Only links of this background topic itself, by id or slug."))
    owner = Filter(
        UUIDField,
        "owner_id",
        label=_("Only links that belong directly to this meeting, item, programme event, result or topic, by its id."),
    )
    modified_since = PartModifiedSinceFilter(
        label=_("Only links of meetings and topics whose text changed at or after this time.")
    )


class MediaLinkResource(PartResource):
    """Links of published meetings and topics."""

    singular, plural = "MediaLink", "MediaLinks"
    summaries = {
        "list": _(
            "List the links of all published meetings, latest first, then those of topics, each in printed order."
        ),
        "retrieve": _("Get a published link."),
    }
    queryset = IndexedLink.objects.annotate(date=build_own_day())
    appeared = AppearedLink.objects.all()
    part_id, parts = "link_id", "links"
    shape = types.MediaLink
    columns = (
        *build_columns("id"),
        *build_member_columns(Link),
        *build_columns("owner_type", "owner=owner_id", "meeting=meeting.id"),
        *build_columns("configuration=meeting.configuration.slug", "meeting_date=meeting.start_date"),
        *build_columns("topic=topic.slug", "html_url", "api_url", "date", "meeting_title=meeting.title"),
        *build_columns("meeting_takes_place=meeting.takes_place"),
        *build_configuration_columns("meeting.configuration"),
    )
    ordering = build_printed_ordering("media-links")
    orderings = build_part_orderings(ordering)
    filterset_class = MediaLinkFilterSet

    def build_body(self, source: SourceDocument, row: Any) -> types.MediaLink:
        link = source.links[row.link_id]
        anchor = "" if row.owner_type in OWNERS_WITHOUT_ANCHOR else f"{row.owner_type}-{row.owner_id}"
        return types.MediaLink(
            **asdict(link),
            api_url=build_api_url(self.request, "media-link", row.link_id),
            html_url=source.get_page_url(anchor),
            owner_type=row.owner_type,
            owner_id=row.owner_id,
            date=row.date if source.meeting and source.meeting.start_date else None,
            fallbacks=source.list_fallbacks(link),
            renditions=[*self.build_renditions(link)],
            meeting=source.meeting,
            topic=source.topic,
        )

    def build_renditions(self, link: Link) -> Iterator[types.Rendition]:
        if image := link.image:
            for file in iterate_all_files(image):
                yield types.Rendition(
                    url=get_site_url(self.request._request) + build_image_path(image.digest, file.name),
                    width=file.width,
                    height=file.height,
                    media_type=file.content_type,  # type: ignore[arg-type]
                )
