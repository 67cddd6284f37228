"""Meetings in the API."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.api import shapes
from meetings.api.editions import EditionResource
from meetings.filters.by import (
    ByConfiguration,
    ByDayOfMeeting,
    ByModification,
    ByPlace,
    ByPresidency,
    ByReference,
    ByStatusOfMeeting,
    ByTopic,
    ByWord,
)
from meetings.filters.strict import StrictFilterSet
from meetings.models import IndexedItem, IndexedReference, SubjectType
from meetings.paging import MEETINGS, orderings_of_documents
from meetings.spreadsheets import columns
from meetings.vocabulary import Form, PublicSession


class ByPublicItem(ByWord):
    def filter(self, found: QuerySet[Any], value: str | None) -> QuerySet[Any]:
        if value is None:
            return found
        return found.filter(Exists(IndexedItem.objects.filter(edition=OuterRef("edition"), public=value)))


class MeetingFilter(StrictFilterSet):
    configuration = ByConfiguration("edition__configuration", label=_("Those of a configuration, by code or slug."))
    date_from = ByDayOfMeeting("edition__end_date", "gte", label=_("Those that end on this day or later."))
    date_to = ByDayOfMeeting("edition__start_date", "lte", label=_("Those that begin by this day."))
    status = ByStatusOfMeeting(label=_("Those that are certain, moved or called off; several words with commas."))
    form = ByWord("edition__form", words=Form, label=_("Those of a form."))
    presidency = ByPresidency(label=_("Those under a country's presidency (Greece is EL), or in a half-year (2017-2)."))
    place = ByPlace("edition__city", label=_("Those in a city, by its name in any of the languages, if known."))
    topic = ByTopic(label=_("Those that take up a background topic, by id or slug."))
    procedure = ByReference(
        IndexedReference.Kind.PROCEDURE, label=_("Those with an item of an interinstitutional file: 2016/0133 (COD).")
    )
    document = ByReference(
        IndexedReference.Kind.DOCUMENT, label=_("Those with an item that has a document: 14996/1/22 REV 1.")
    )
    public = ByPublicItem(
        words=PublicSession, label=_("Those with an item that is in public session, possibly, or not.")
    )
    modified_since = ByModification(label=_("Those whose document, in the answer's language, changed then or later."))


class MeetingResource(EditionResource):
    one, many = "Meeting", "Meetings"
    about = {
        "list": _("The published meetings, whole, the latest date first."),
        "retrieve": _("A meeting as it is published now."),
    }
    subject_type = SubjectType.MEETING
    shape = shapes.Meeting
    ordering = MEETINGS
    columns = columns(
        *("id", "configuration=configuration.slug", "number", "title", "start_date", "end_date", "status", "form"),
        *("city=place.city", "venue=place.venue", "presidency=presidency.country", "chairs=chairs.name", "lead"),
        *("document_number", "html_url", "url", "language", "edition", "published_at", "modified_at", "change_note"),
        rich=("lead",),
    )
    orderings = orderings_of_documents(MEETINGS)
    filterset_class = MeetingFilter
