"""Filters of the API's lists, each with the form field that parses its value."""

import datetime as dt
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery

from meetings.filters import values
from meetings.filters.references import AnyRevisionParameterField, DocumentParameterField, ProcedureParameterField
from meetings.models import Appearance, EditionDocument, IndexedReference, IndexedTopic, SubjectType
from meetings.models.days import MAX_DISTANCE_FROM_MEETING
from meetings.models.edition import get_superseding_editions
from meetings.models.meeting import MAX_MEETING_DURATION
from meetings.reference.places import find_place_names
from meetings.vocabulary import MeetingStatus


class DayFilter(django_filters.Filter):
    """A filter by a day, such as 2017-09-14."""

    field_class = values.DayParameterField


class MeetingDayFilter(DayFilter):
    """A filter by a day of a meeting, or of an item or point, that uses the index on the day the meeting is listed at.

    The forms limit how long a meeting lasts and how far from it a programme point may be (imports do not). So the
    database only reads the index near the day, and anything farther away is not found. If a meeting has lost its date,
    the days of its sessions and points no longer count.
    """

    def filter(self, queryset: QuerySet[Any], value: dt.date | None) -> QuerySet[Any]:
        if value is None:
            return queryset
        before, after = MAX_DISTANCE_FROM_MEETING
        try:
            bound = value - MAX_MEETING_DURATION - after if self.lookup_expr == "gte" else value + before
        except OverflowError:  # before the first day that Python has, or after the last
            bound = value
        dated = queryset.filter(edition__start_date__isnull=False)
        near: QuerySet[Any] = dated.filter(**{f"edition__listed_on__{self.lookup_expr}": bound})
        return near.filter(**{f"{self.field_name}__{self.lookup_expr}": value})


class ModifiedSinceFilter(django_filters.Filter):
    """Documents whose `modified_at`, in the language of the answer, is at or after an instant."""

    field_class = values.InstantParameterField

    def filter(self, queryset: Any, value: dt.datetime | None) -> Any:
        return queryset if value is None else queryset.modified_since(value)


class PartModifiedSinceFilter(ModifiedSinceFilter):
    """Items and links of documents whose `modified_at` is at or after an instant."""

    def filter(self, queryset: QuerySet[Any], value: dt.datetime | None) -> QuerySet[Any]:
        if value is None:
            return queryset
        edition_documents = EditionDocument.objects.filter(edition=OuterRef("edition")).in_language(
            self.parent.language
        )
        return queryset.filter(Exists(edition_documents.modified_since(value)), edition__available_from__gte=value)


class WordFilter(django_filters.Filter):
    """A filter by one value of a vocabulary. Pass its class as `words`."""

    field_class = values.WordParameterField


class MultipleWordFilter(django_filters.Filter):
    """A filter by one or several values of a vocabulary. Pass its class as `words`."""

    field_class = values.MultipleWordParameterField

    def filter(self, queryset: QuerySet[Any], value: list[str] | None) -> QuerySet[Any]:
        return queryset if value is None else queryset.filter(**{f"{self.field_name}__in": value})


class MeetingStatusFilter(MultipleWordFilter):
    """A filter by the status of the meeting. Links of topics have no status and are not found."""

    def __init__(self, **options: Any) -> None:
        super().__init__("edition__status", words=MeetingStatus, **options)


class IdFilter(django_filters.Filter):
    """A filter by a UUID."""

    field_class = values.IdParameterField


class YearFilter(django_filters.Filter):
    """A filter by a year."""

    field_class = values.YearParameterField


class CountryFilter(django_filters.Filter):
    """A filter by the code of a member state."""

    field_class = values.CountryParameterField


class PresidencyFilter(django_filters.Filter):
    """Meetings in the presidency of a country, or in a half-year."""

    field_class = values.PresidencyParameterField

    def filter(self, queryset: QuerySet[Any], value: str | tuple[dt.date, dt.date] | None) -> QuerySet[Any]:
        if value is None:
            return queryset
        if isinstance(value, str):
            return queryset.filter(edition__presidency=value)
        return queryset.filter(edition__start_date__range=value, edition__listed_on__range=value)


class OutcomeFilter(django_filters.Filter):
    """Items with a certain outcome, or with any."""

    field_class = values.OutcomeParameterField

    def filter(self, queryset: QuerySet[Any], value: list[str] | None) -> QuerySet[Any]:
        return queryset if value is None else queryset.filter(outcome__in=value)


class ConfigurationFilter(django_filters.Filter):
    """A filter by a Council configuration."""

    field_class = values.ConfigurationParameterField


class PlaceFilter(django_filters.Filter):
    """A filter by a city, ignoring case, that also finds other names of the same place from the reference data.

    Editions store the name of a city in their source language. SQLite ignores case for ASCII letters only, so the
    usual spellings are compared as well.
    """

    field_class = values.ParameterField

    def filter(self, queryset: QuerySet[Any], value: str | None) -> QuerySet[Any]:
        if value is None:
            return queryset
        usual = sorted({value.title(), value.lower(), value.upper(), *find_place_names(value)})
        return queryset.filter(Q(**{f"{self.field_name}__iexact": value}) | Q(**{f"{self.field_name}__in": usual}))


class TopicSlugFilter(django_filters.Filter):
    """The topic that has a slug, or had it."""

    field_class = values.TopicSlugParameterField

    def filter(self, queryset: QuerySet[Any], value: str | None) -> QuerySet[Any]:
        return (
            queryset
            if value is None
            else queryset.filter(**{self.field_name: build_topic_subquery(value, self.parent.at)})
        )


class TopicFilter(django_filters.Filter):
    """Meetings on a topic, by its id or by a slug that it has or had at the instant of the list."""

    field_class = values.TopicParameterField

    def filter(self, queryset: QuerySet[Any], value: UUID | str | None) -> QuerySet[Any]:
        if value is None:
            return queryset
        return self.filter_by_topic(
            queryset, value if isinstance(value, UUID) else build_topic_subquery(value, self.parent.at)
        )

    def filter_by_topic(self, queryset: QuerySet[Any], topic: Any) -> QuerySet[Any]:
        return queryset.filter(edition__in=IndexedTopic.objects.filter(topic_id=topic).values("edition"))


def build_topic_subquery(slug: str, at: dt.datetime) -> Subquery:
    """Return a subquery for the id of the topic that the slug leads to, as in the addresses of pages.

    That is the live topic with this slug, or else the last one that had it (it has another slug or is withdrawn now).
    Capitals match small letters, which most slugs are made of; a slug with capitals is found if it is written exactly.
    """
    live = Q(is_tombstone=False) & ~Q(Exists(get_superseding_editions(at)))
    addresses = sorted({f"topics/{each}/" for each in (slug, slug.lower())})
    editions = Appearance.objects.filter(available_from__lte=at, subject_type=SubjectType.TOPIC, address__in=addresses)
    first = editions.annotate(claims=ExpressionWrapper(live, BooleanField())).order_by(
        "-claims", "-available_from", "id"
    )
    return Subquery(first.values("subject_id")[:1])


class ReferenceFilter(django_filters.Filter):
    """Meetings with an item that has a document number or an interinstitutional code. Pass which one as `kind`."""

    def __init__(self, kind: IndexedReference.ReferenceKind, **options: Any) -> None:
        super().__init__(**options)
        self.kind = kind
        self.field_class = (
            DocumentParameterField if kind == IndexedReference.ReferenceKind.DOCUMENT else ProcedureParameterField
        )

    def filter(self, queryset: QuerySet[Any], value: set[str] | None) -> QuerySet[Any]:
        if value is None:
            return queryset
        return self.filter_by_references(
            queryset, IndexedReference.objects.filter(kind=self.kind, reference__in=sorted(value))
        )

    def filter_by_references(self, queryset: QuerySet[Any], references: QuerySet[IndexedReference]) -> QuerySet[Any]:
        return queryset.filter(edition__in=references.values("edition"))


class AnyRevisionFilter(django_filters.Filter):
    """Meetings with an item that lists a document; in any revision, if the value has none."""

    field_class = AnyRevisionParameterField

    def filter(self, queryset: QuerySet[Any], value: dict[str, Any] | None) -> QuerySet[Any]:
        if value is None:
            return queryset
        return queryset.filter(edition__in=IndexedReference.objects.filter(**value).values("edition"))


class ItemTopicFilter(TopicFilter):
    """Agenda items on a topic."""

    def filter_by_topic(self, queryset: QuerySet[Any], topic: Any) -> QuerySet[Any]:
        return queryset.filter(build_item_condition(IndexedTopic.objects.filter(topic_id=topic)))


class ItemReferenceFilter(ReferenceFilter):
    """Agenda items with a document number or an interinstitutional code."""

    def filter_by_references(self, queryset: QuerySet[Any], references: QuerySet[IndexedReference]) -> QuerySet[Any]:
        return queryset.filter(build_item_condition(references))


def build_item_condition(rows: QuerySet[Any]) -> Q:
    """Return a condition for the items that the rows belong to, in the same edition.

    `IN` selects more than the condition needs, but the database can use it to start from the index.
    """
    same = rows.filter(edition=OuterRef("edition"), item_id=OuterRef("item_id"))
    return Q(item_id__in=rows.values("item_id")) & Q(Exists(same))
