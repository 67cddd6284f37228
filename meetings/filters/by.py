"""The kinds of filters, each with the value it reads."""

import datetime as dt
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery

from meetings.filters import values
from meetings.filters.references import DocumentsValue, DocumentValue, ProcedureValue
from meetings.models import Appearance, EditionDocument, IndexedReference, IndexedTopic, SubjectType
from meetings.models.days import AROUND
from meetings.models.edition import later_editions
from meetings.models.meeting import LONGEST
from meetings.reference.places import names_of_place
from meetings.vocabulary import MeetingStatus


class ByDay(django_filters.Filter):
    field_class = values.DayValue


class ByDayOfMeeting(ByDay):
    """By a day of a published meeting or of something that it holds, which lies near the day that it is listed at.

    How long a meeting lasts, and how far around it a point may be, is bounded where they are entered (not where they
    are imported). So a database begins, and ends, near the day in its index; what lies farther off is not found. Where
    a meeting has lost its date, the days of its sessions and points count no more.
    """

    def filter(self, found: QuerySet[Any], value: dt.date | None) -> QuerySet[Any]:
        if value is None:
            return found
        before, after = AROUND
        try:
            bound = value - LONGEST - after if self.lookup_expr == "gte" else value + before
        except OverflowError:  # before the first day that there is, or after the last
            bound = value
        dated = found.filter(edition__start_date__isnull=False)
        near: QuerySet[Any] = dated.filter(**{f"edition__listed_on__{self.lookup_expr}": bound})
        return near.filter(**{f"{self.field_name}__{self.lookup_expr}": value})


class ByModification(django_filters.Filter):
    """Documents whose `modified_at` is not before an instant, in the answer's language."""

    field_class = values.InstantValue

    def filter(self, found: Any, value: dt.datetime | None) -> Any:
        return found if value is None else found.modified_since(value)


class PartsByModification(ByModification):
    """What is part of such documents."""

    def filter(self, found: QuerySet[Any], value: dt.datetime | None) -> QuerySet[Any]:
        if value is None:
            return found
        held = EditionDocument.objects.filter(edition=OuterRef("edition")).in_language(self.parent.language)
        return found.filter(Exists(held.modified_since(value)), edition__available_from__gte=value)


class ByWord(django_filters.Filter):
    """Takes `words`, a class of the vocabulary."""

    field_class = values.WordValue


class ByWords(django_filters.Filter):
    """Takes `words`, a class of the vocabulary: what is any of those that are asked for."""

    field_class = values.WordsValue

    def filter(self, found: QuerySet[Any], value: list[str] | None) -> QuerySet[Any]:
        return found if value is None else found.filter(**{f"{self.field_name}__in": value})


class ByStatusOfMeeting(ByWords):
    """By the status of the meeting; what belongs to a topic has none."""

    def __init__(self, **options: Any) -> None:
        super().__init__("edition__status", words=MeetingStatus, **options)


class ById(django_filters.Filter):
    field_class = values.IdValue


class ByYear(django_filters.Filter):
    field_class = values.YearValue


class ByCountry(django_filters.Filter):
    field_class = values.CountryValue


class ByPresidency(django_filters.Filter):
    field_class = values.PresidencyValue

    def filter(self, found: QuerySet[Any], value: str | tuple[dt.date, dt.date] | None) -> QuerySet[Any]:
        if value is None:
            return found
        if isinstance(value, str):
            return found.filter(edition__presidency=value)
        return found.filter(edition__start_date__range=value, edition__listed_on__range=value)


class ByOutcome(django_filters.Filter):
    field_class = values.OutcomeValue

    def filter(self, found: QuerySet[Any], value: list[str] | None) -> QuerySet[Any]:
        return found if value is None else found.filter(outcome__in=value)


class ByConfiguration(django_filters.Filter):
    field_class = values.ConfigurationValue


class ByPlace(django_filters.Filter):
    """Equal but for case, or another name of the same place, if the reference data has it.

    Editions hold what a city is called in the language that they were written in. SQLite knows the case of ASCII
    letters only, hence the usual spellings.
    """

    field_class = values.Value

    def filter(self, found: QuerySet[Any], value: str | None) -> QuerySet[Any]:
        if value is None:
            return found
        usual = sorted({value.title(), value.lower(), value.upper(), *names_of_place(value)})
        return found.filter(Q(**{f"{self.field_name}__iexact": value}) | Q(**{f"{self.field_name}__in": usual}))


class BySlugOfTopic(django_filters.Filter):
    field_class = values.SlugValue

    def filter(self, found: QuerySet[Any], value: str | None) -> QuerySet[Any]:
        return found if value is None else found.filter(**{self.field_name: topic_at(value, self.parent.at)})


class ByTopic(django_filters.Filter):
    """A topic by id, or by a slug that it has or had at the list's instant."""

    field_class = values.TopicValue

    def filter(self, found: QuerySet[Any], value: UUID | str | None) -> QuerySet[Any]:
        if value is None:
            return found
        return self.taken_up(found, value if isinstance(value, UUID) else topic_at(value, self.parent.at))

    def taken_up(self, found: QuerySet[Any], topic: Any) -> QuerySet[Any]:
        return found.filter(edition__in=IndexedTopic.objects.filter(topic_id=topic).values("edition"))


def topic_at(slug: str, at: dt.datetime) -> Subquery:
    """The id of the topic that the slug leads to, as addresses of pages do.

    That is the live one that claims it, else the one that had it last, under another slug or withdrawn by now. Capitals
    are taken for small letters, which slugs are mostly of; one that has capitals is found as it is written.
    """
    live = Q(is_tombstone=False) & ~Q(Exists(later_editions(at)))
    addresses = sorted({f"topics/{each}/" for each in (slug, slug.lower())})
    had = Appearance.objects.filter(available_from__lte=at, subject_type=SubjectType.TOPIC, address__in=addresses)
    first = had.annotate(claims=ExpressionWrapper(live, BooleanField())).order_by("-claims", "-available_from", "id")
    return Subquery(first.values("subject_id")[:1])


class ByReference(django_filters.Filter):
    """Takes `kind`: meetings with an item that has the document number or interinstitutional code."""

    def __init__(self, kind: IndexedReference.Kind, **options: Any) -> None:
        super().__init__(**options)
        self.kind = kind
        self.field_class = DocumentValue if kind == IndexedReference.Kind.DOCUMENT else ProcedureValue

    def filter(self, found: QuerySet[Any], value: set[str] | None) -> QuerySet[Any]:
        if value is None:
            return found
        return self.referring(found, IndexedReference.objects.filter(kind=self.kind, reference__in=sorted(value)))

    def referring(self, found: QuerySet[Any], references: QuerySet[IndexedReference]) -> QuerySet[Any]:
        return found.filter(edition__in=references.values("edition"))


class ByDocuments(django_filters.Filter):
    """Meetings with an item that has the document, in whatever revision where none is said."""

    field_class = DocumentsValue

    def filter(self, found: QuerySet[Any], value: dict[str, Any] | None) -> QuerySet[Any]:
        if value is None:
            return found
        return found.filter(edition__in=IndexedReference.objects.filter(**value).values("edition"))


class ItemsByTopic(ByTopic):
    def taken_up(self, found: QuerySet[Any], topic: Any) -> QuerySet[Any]:
        return found.filter(of_item(IndexedTopic.objects.filter(topic_id=topic)))


class ItemsByReference(ByReference):
    def referring(self, found: QuerySet[Any], references: QuerySet[IndexedReference]) -> QuerySet[Any]:
        return found.filter(of_item(references))


def of_item(rows: QuerySet[Any]) -> Q:
    """The items that the rows are of, in the same edition. `IN` is what a database can begin with."""
    same = rows.filter(edition=OuterRef("edition"), item_id=OuterRef("item_id"))
    return Q(item_id__in=rows.values("item_id")) & Q(Exists(same))
