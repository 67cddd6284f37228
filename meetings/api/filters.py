"""Filter sets of the API's lists, and their filters. Each filter takes its value from a strict form field."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from meetings.api.form_fields import (
    UUID_PATTERN,
    BooleanField,
    CharField,
    DateField,
    InstantField,
    MultipleChoiceField,
    PresidencyField,
    TopicField,
)
from meetings.api.parameters import Parameter, build_value_problem
from meetings.documents.choices import MeetingStatus
from meetings.editions.index_rows import build_called_off_condition
from meetings.models import Appearance, EditionDocument, IndexedReference, IndexedTopic, SubjectType
from meetings.models.base import MAX_DISTANCE_FROM_MEETING
from meetings.models.edition import get_superseding_editions, has_address
from meetings.models.meeting import MAX_MEETING_DURATION
from meetings.reference.places import find_place_names


class PeriodForm(forms.Form):
    """A form that refuses a period that ends before it begins."""

    def clean(self) -> None:
        period = {name: self.cleaned_data.get(name) for name in ("date_from", "date_to")}
        if all(period.values()) and period["date_from"] > period["date_to"]:  # type: ignore[operator]
            message = _("%(date_from)s is later than date_to, %(date_to)s.")
            self.add_error("date_from", ValidationError(message, "reversed", period))


class StrictFilterSet(django_filters.FilterSet):
    """A filter set on plain columns, by equality and range. `at` is the instant that the list is as of."""

    at: dt.datetime
    language: str

    class Meta:
        form = PeriodForm

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Apply the filters that are set. So filters never see None."""
        for name, value in self.form.cleaned_data.items():
            if value is not None:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    @classmethod
    def list_parameters(cls) -> Iterator[Parameter]:
        for name, by in cls.base_filters.items():
            yield Parameter(name, by.field, by.label)


class StrictFilterBackend(DjangoFilterBackend):
    """The backend of django-filter, except that the first error becomes a Problem."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filterset = self.get_filterset(request, queryset, view)
        filterset.at, filterset.language = view.at, view.language
        for name, errors in filterset.form.errors.as_data().items():
            raise build_value_problem(name, errors[0], request.query_params[name])
        found: QuerySet[Any] = filterset.qs
        return found


class Filter(django_filters.Filter):
    """A filter on a column, by the value of a form field. Pass the field's class, and its options by name."""

    def __init__(self, field_class: type[forms.Field], *names: str, **options: Any) -> None:
        super().__init__(*names, **options)
        self.field_class = field_class


class MeetingStatusFilter(Filter):
    """A filter by the status of the meeting. Links of topics have no status and are not found."""

    def __init__(self, **options: Any) -> None:
        super().__init__(MultipleChoiceField, "edition__status", "in", choices=MeetingStatus, **options)


class TakesPlaceFilter(Filter):
    """Meetings that take place, or those that are cancelled or postponed without a new date.

    Links of topics are not found.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(BooleanField, **options)

    def filter(self, queryset: QuerySet[Any], value: bool) -> QuerySet[Any]:
        is_called_off = build_called_off_condition("edition__")
        return queryset.filter(~is_called_off if value else is_called_off, edition__status__gt="")


class MeetingDayFilter(django_filters.Filter):
    """A filter by a day of a meeting, or of an item or point, that uses the index on the day the meeting is listed at.

    The forms limit how long a meeting lasts and how far from it a programme point may be (imports do not). So the
    database only reads the index near the day, and anything farther away is not found. If a meeting has lost its date,
    the days of its sessions and points no longer count.
    """

    field_class = DateField

    def filter(self, queryset: QuerySet[Any], value: dt.date) -> QuerySet[Any]:
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

    field_class = InstantField

    def filter(self, queryset: Any, value: dt.datetime) -> Any:
        return queryset.modified_since(value)


class PartModifiedSinceFilter(ModifiedSinceFilter):
    """Items and links of documents whose `modified_at` is at or after an instant."""

    def filter(self, queryset: QuerySet[Any], value: dt.datetime) -> QuerySet[Any]:
        edition_documents = EditionDocument.objects.filter(edition=OuterRef("edition")).in_language(
            self.parent.language
        )
        return queryset.filter(Exists(edition_documents.modified_since(value)), edition__available_from__gte=value)


class PresidencyFilter(django_filters.Filter):
    """Meetings in the presidency of a country, or in a half-year."""

    field_class = PresidencyField

    def filter(self, queryset: QuerySet[Any], value: str | tuple[dt.date, dt.date]) -> QuerySet[Any]:
        if isinstance(value, str):
            return queryset.filter(edition__presidency=value)
        return queryset.filter(edition__start_date__range=value, edition__listed_on__range=value)


class PlaceFilter(django_filters.Filter):
    """A filter by a city, ignoring case, that also finds other names of the same place from the reference data.

    Editions store the name of a city in their source language. SQLite ignores case for ASCII letters only, so the
    usual spellings are compared as well.
    """

    field_class = CharField

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        usual = sorted({value.title(), value.lower(), value.upper(), *find_place_names(value)})
        return queryset.filter(Q(**{f"{self.field_name}__iexact": value}) | Q(**{f"{self.field_name}__in": usual}))


class TopicSlugFilter(django_filters.Filter):
    """The topic that has a slug, or had it. A slug that looks like a UUID is still a slug."""

    field_class = TopicField

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(**{self.field_name: build_topic_subquery(value, self.parent.at)})


class TopicFilter(django_filters.Filter):
    """Meetings on a topic, by its id or by a slug that it has or had at the instant of the list."""

    field_class = TopicField

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        is_id = re.fullmatch(UUID_PATTERN, value)
        return self.filter_by_topic(queryset, UUID(value) if is_id else build_topic_subquery(value, self.parent.at))

    def filter_by_topic(self, queryset: QuerySet[Any], topic: Any) -> QuerySet[Any]:
        return queryset.filter(edition__in=IndexedTopic.objects.filter(topic_id=topic).values("edition"))


def build_topic_subquery(slug: str, at: dt.datetime) -> Subquery:
    """Return a subquery for the id of the topic that the slug leads to, as in the addresses of pages.

    That is the live topic with this slug, or else the last one that had it (it has another slug or is withdrawn now).
    Capitals match small letters, which most slugs are made of; a slug with capitals is found if it is written exactly.
    """
    live = Q(is_tombstone=False) & ~Q(Exists(get_superseding_editions(at)))
    first = (
        find_topic_appearances(slug, at)
        .annotate(claims=ExpressionWrapper(live, models.BooleanField()))
        .order_by("-claims", "-available_from", "id")
    )
    return Subquery(first.values("subject_id")[:1])


def is_known_topic(value: str, at: dt.datetime) -> bool:
    """Return True if a topic that has appeared has this id, or has or had this slug."""
    if not re.fullmatch(UUID_PATTERN, value):
        return find_topic_appearances(value, at).exists()
    appeared = Appearance.objects.filter(available_from__lte=at, subject_type=SubjectType.TOPIC)
    return appeared.filter(subject_id=UUID(value)).exists()


def find_topic_appearances(slug: str, at: dt.datetime) -> QuerySet[Appearance]:
    addresses = sorted({f"topics/{each}/" for each in (slug, slug.lower())})
    appeared = Appearance.objects.filter(available_from__lte=at, subject_type=SubjectType.TOPIC)
    return appeared.filter(has_address(*addresses))


class ReferenceFilter(Filter):
    """Meetings with an item that has a document number or an interinstitutional code."""

    def filter(self, queryset: QuerySet[Any], value: dict[str, Any]) -> QuerySet[Any]:
        return self.filter_by_references(queryset, IndexedReference.objects.filter(**value))

    def filter_by_references(self, queryset: QuerySet[Any], references: QuerySet[IndexedReference]) -> QuerySet[Any]:
        return queryset.filter(edition__in=references.values("edition"))


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
