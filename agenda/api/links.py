"""Media links in the API: of meetings, of their items, points and results, and of topics."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from msgspec.structs import asdict

from agenda.api import shapes
from agenda.api.parts import PartResource, Whole, in_printed_order
from meetings.answers import api_url
from meetings.filters.by import ByConfiguration, ByDay, ById, ByTopic, ByWord, PartsByModification
from meetings.filters.strict import StrictFilterSet
from meetings.models import AppearedLink, IndexedLink, SubjectType
from meetings.spreadsheets import columns
from meetings.vocabulary import LinkKind

ON_THE_PAGE_ITSELF = ("meeting", "topic")


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
    date_from = ByDay("edition__end_date", "gte", label=_("Those of meetings that end on this day or later."))
    date_to = ByDay("edition__start_date", "lte", label=_("Those of meetings that begin by this day."))
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
    queryset = IndexedLink.objects.all()
    appeared = AppearedLink.objects.all()
    part_id = "link_id"
    shape = shapes.MediaLink
    columns = columns(
        *("id", "kind", "title", "url", "language", "owner_type", "owner=owner_id", "meeting=meeting.id"),
        *("configuration=meeting.configuration.slug", "meeting_date=meeting.start_date", "topic=topic.slug"),
        *("html_url", "api_url"),
    )
    ordering = in_printed_order("media-links")
    filterset_class = MediaLinkFilter

    def answer(self, whole: Whole, row: Any) -> shapes.MediaLink:
        anchor = "" if row.owner_type in ON_THE_PAGE_ITSELF else f"{row.owner_type}-{row.owner_id}"
        return shapes.MediaLink(
            **asdict(whole.links[row.link_id]),
            api_url=api_url(self.request, "media-link", row.link_id),
            html_url=whole.page(anchor),
            owner_type=row.owner_type,
            owner_id=row.owner_id,
            fallbacks=whole.fallbacks(whole.links[row.link_id]),
            meeting=whole.meeting,
            topic=whole.topic,
        )
