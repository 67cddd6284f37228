"""Filters of the lists of meetings and topics: date, publication, approval, configuration."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agenda.workflow.reviews import ReviewState
from agenda.workflow.states import annotate_states
from meetings.clock import BRUSSELS, get_instant
from meetings.models import Configuration, Meeting, SubjectType

DAY = dt.timedelta(days=1)


def is_during(first: dt.date, last: dt.date) -> Q:
    return Q(start_date__lte=last, end_date__gte=first)


def is_in_week(day: dt.date) -> Q:
    """Return the condition for the week of this day, Monday to Sunday."""
    monday = day - day.weekday() * DAY
    return is_during(monday, monday + 6 * DAY)


DATE_CHOICES: dict[str, tuple[Any, Callable[[dt.date], Q]]] = {
    "today": (_("Today"), lambda today: is_during(today, today)),
    "week": (_("This week"), is_in_week),
    "next-week": (_("Next week"), lambda today: is_in_week(today + 7 * DAY)),
    "month": (_("Next 30 days"), lambda today: is_during(today, today + 30 * DAY)),
    "past": (_("Past"), lambda today: Q(end_date__lt=today)),
    "no-date": (_("Without a date"), lambda today: Q(start_date=None)),
}
PUBLICATION_CHOICES: dict[str, tuple[Any, Q]] = {
    "never": (_("Never published"), Q(edition_number=0, appears_from=None)),
    "live": (_("Live"), Q(edition_number__gt=0, is_withdrawn=False)),
    "changed": (_("Changed since published"), Q(is_changed=True)),
    "to-come": (_("Scheduled edition"), Q(appears_from__isnull=False)),
    "withdrawn": (_("Withdrawn"), Q(is_withdrawn=True)),
}
NOT_RELEASED = Q(edition_number=0, appears_from=None) | Q(is_changed=True) | Q(is_withdrawn=True)
REVIEW_CHOICES: dict[str, tuple[Any, Q]] = {  # the review costs most, so this condition comes last
    "draft": (_("Has changes not yet submitted"), NOT_RELEASED & Q(review=None)),
    "in-review": (
        _("Waiting for approval"),
        Q(submission_waits=True) | Q(is_unapproved=True) & (Q(review=None) | ~Q(review=ReviewState.SENT_BACK)),
    ),
    "sent-back": (_("Sent back"), Q(review=ReviewState.SENT_BACK)),
    "approved": (_("Approved, not published"), Q(unreleased__isnull=False)),
    "planned": (_("Scheduled or on hold"), Q(planned_at__isnull=False) | Q(is_held=True)),
}


class ChoiceFilter(SimpleListFilter):
    """A filter by one of the named conditions in `conditions`, each with its label."""

    conditions: Mapping[str, tuple[Any, Any]]

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [(name, label) for name, (label, _condition) in self.conditions.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        _label, condition = self.conditions.get(self.value() or "", ("", None))
        if condition is None:
            return queryset
        return self.annotate(queryset, request).filter(self.build_condition(condition, request))

    def annotate(self, queryset: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        """Add the annotations that the conditions need."""
        return queryset

    def build_condition(self, condition: Any, request: HttpRequest) -> Q:
        found: Q = condition
        return found


class MeetingDateFilter(ChoiceFilter):
    """Filter by the days of the meeting, relative to today in Brussels."""

    title = _("date")
    parameter_name = "when"
    conditions = DATE_CHOICES

    def build_condition(self, condition: Callable[[dt.date], Q], request: HttpRequest) -> Q:
        return condition(get_instant(request).astimezone(BRUSSELS).date())


class StateFilter(ChoiceFilter):
    """A filter of meetings or topics by their states."""

    def annotate(self, queryset: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        if "as_of" in queryset.query.annotations:
            return queryset  # by the other filter
        subject_type = SubjectType.MEETING if queryset.model is Meeting else SubjectType.TOPIC
        return annotate_states(queryset, subject_type, get_instant(request))


class PublicationFilter(StateFilter):
    title = _("publication")
    parameter_name = "publication"
    conditions = PUBLICATION_CHOICES


class ReviewFilter(StateFilter):
    title = _("approval")
    parameter_name = "review"
    conditions = REVIEW_CHOICES


class ConfigurationFilter(SimpleListFilter):
    title = _("Council configuration")
    parameter_name = "configuration"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return list_configuration_choices(get_instant(request).astimezone(BRUSSELS).date())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(configuration__slug=self.value()) if self.value() else queryset


def list_configuration_choices(today: dt.date) -> list[tuple[str, str]]:
    """Return the configurations that have meetings, by code; those in force today come first."""
    with_meetings = Configuration.objects.filter(meetings__isnull=False).distinct()
    # The sort is stable: within the two groups the protocol order is kept.
    ordered = sorted(with_meetings, key=lambda configuration: not configuration.is_in_force_on(today))
    return [(configuration.slug, configuration.code) for configuration in ordered]
