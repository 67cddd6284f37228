"""Filters of the lists of meetings and topics: date, publication, approval, configuration."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agenda.models import RevisionReason
from agenda.workflow.reviews import ReviewState
from meetings.clock import BRUSSELS, get_instant
from meetings.models import Configuration

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
SUBMITTED_SINCE_RELEASE = Q(submitted__gt=F("released"))
APPROVED = Q(review=ReviewState.APPROVED) & SUBMITTED_SINCE_RELEASE
IS_WAITED_FOR = Q(is_withdrawn=False) | Q(is_withdrawn=None) | SUBMITTED_SINCE_RELEASE
"""The same condition as `WorkflowState.is_waiting_for_release`."""
PUBLISHED_WITHOUT_APPROVAL = Q(submitted_why=RevisionReason.FORCED)
REVIEW_CHOICES: dict[str, tuple[Any, Q]] = {  # the review costs most, so this condition comes last
    "draft": (_("Has changes not yet submitted"), NOT_RELEASED & Q(review=None)),
    "in-review": (
        _("Waiting for approval"),
        (NOT_RELEASED & IS_WAITED_FOR | PUBLISHED_WITHOUT_APPROVAL) & Q(review=ReviewState.IN_REVIEW),
    ),
    "sent-back": (_("Sent back"), Q(review=ReviewState.SENT_BACK)),
    "approved": (_("Approved, not published"), NOT_RELEASED & APPROVED),
    "planned": (_("Scheduled or on hold"), Q(planned_at__isnull=False) | Q(is_held=True)),
}


class MeetingDateFilter(SimpleListFilter):
    """Filter by the days of the meeting, relative to today in Brussels."""

    title = _("date")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [(value, label) for value, (label, _condition) in DATE_CHOICES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = get_instant(request).astimezone(BRUSSELS).date()
        chosen = DATE_CHOICES.get(self.value() or "")
        return queryset.filter(chosen[1](today)) if chosen else queryset


class StateFilter(SimpleListFilter):
    """Filter by the annotations of `agenda.workflow.states`."""

    choices_by_name: dict[str, tuple[Any, Q]]

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [(value, label) for value, (label, _condition) in self.choices_by_name.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.choices_by_name.get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


class PublicationFilter(StateFilter):
    title = _("publication")
    parameter_name = "publication"
    choices_by_name = PUBLICATION_CHOICES


class ReviewFilter(StateFilter):
    title = _("approval")
    parameter_name = "review"
    choices_by_name = REVIEW_CHOICES


class ConfigurationFilter(SimpleListFilter):
    """Offer the configurations that have meetings, by code; those in force today come first."""

    title = _("Council configuration")
    parameter_name = "configuration"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        today = get_instant(request).astimezone(BRUSSELS).date()
        with_meetings = Configuration.objects.filter(meetings__isnull=False).distinct()
        # The sort is stable: within the two groups the protocol order is kept.
        ordered = sorted(with_meetings, key=lambda configuration: not configuration.is_in_force_on(today))
        return [(configuration.slug, configuration.code) for configuration in ordered]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(configuration__slug=self.value()) if self.value() else queryset
