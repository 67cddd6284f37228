"""What officers ask of the list: when, how far it is published, of which configuration."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agenda.models import Why
from agenda.reviews import ReviewState
from meetings.clock import BRUSSELS, instant_of
from meetings.models import Configuration

DAY = dt.timedelta(days=1)


def during(first: dt.date, last: dt.date) -> Q:
    return Q(start_date__lte=last, end_date__gte=first)


def week_of(day: dt.date) -> Q:
    """Monday to Sunday."""
    monday = day - day.weekday() * DAY
    return during(monday, monday + 6 * DAY)


WHEN: dict[str, tuple[Any, Callable[[dt.date], Q]]] = {
    "today": (_("Today"), lambda today: during(today, today)),
    "week": (_("This week"), week_of),
    "next-week": (_("Next week"), lambda today: week_of(today + 7 * DAY)),
    "month": (_("Next 30 days"), lambda today: during(today, today + 30 * DAY)),
    "past": (_("Past"), lambda today: Q(end_date__lt=today)),
    "no-date": (_("Without a date"), lambda today: Q(start_date=None)),
}
PUBLICATION: dict[str, tuple[Any, Q]] = {
    "never": (_("Never published"), Q(edition_number=0, appears_from=None)),
    "live": (_("Live"), Q(edition_number__gt=0, is_withdrawn=False)),
    "changed": (_("Changed since published"), Q(is_changed=True)),
    "to-come": (_("An edition still to come"), Q(appears_from__isnull=False)),
    "withdrawn": (_("Withdrawn"), Q(is_withdrawn=True)),
}
NOT_RELEASED = Q(edition_number=0, appears_from=None) | Q(is_changed=True) | Q(is_withdrawn=True)
ANEW = Q(submitted__gt=F("released"))
APPROVED = Q(review=ReviewState.APPROVED) & ANEW
WAITED_FOR = Q(is_withdrawn=False) | Q(is_withdrawn=None) | ANEW
"""As `State.is_waited_for`."""
FORCED = Q(submitted_why=Why.FORCED)
REVIEW: dict[str, tuple[Any, Q]] = {  # the review costs most: it is asked last
    "draft": (_("Not submitted as it stands"), NOT_RELEASED & Q(review=None)),
    "in-review": (_("Waiting for approval"), (NOT_RELEASED & WAITED_FOR | FORCED) & Q(review=ReviewState.IN_REVIEW)),
    "sent-back": (_("Sent back"), Q(review=ReviewState.SENT_BACK)),
    "approved": (_("Approved, not released"), NOT_RELEASED & APPROVED),
    "planned": (_("Planned or held"), Q(planned_at__isnull=False) | Q(is_held=True)),
}


class WhenFilter(SimpleListFilter):
    """By the days of the meeting, as of today in Brussels."""

    title = _("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [(value, label) for value, (label, _condition) in WHEN.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = instant_of(request).astimezone(BRUSSELS).date()
        chosen = WHEN.get(self.value() or "")
        return queryset.filter(chosen[1](today)) if chosen else queryset


class StateFilter(SimpleListFilter):
    """By the annotations of `agenda.states`."""

    choices_by_name: dict[str, tuple[Any, Q]]

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [(value, label) for value, (label, _condition) in self.choices_by_name.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.choices_by_name.get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


class PublicationFilter(StateFilter):
    title = _("publication")
    parameter_name = "publication"
    choices_by_name = PUBLICATION


class ReviewFilter(StateFilter):
    title = _("approval")
    parameter_name = "review"
    choices_by_name = REVIEW


class ConfigurationFilter(SimpleListFilter):
    """Those that have meetings, by code; those in force today come first."""

    title = _("configuration")
    parameter_name = "configuration"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        today = instant_of(request).astimezone(BRUSSELS).date()
        with_meetings = Configuration.objects.filter(meetings__isnull=False).distinct()
        ordered = sorted(with_meetings, key=lambda one: not one.valid_on(today))  # else in protocol order
        return [(one.slug, one.code) for one in ordered]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(configuration__slug=self.value()) if self.value() else queryset
