"""Filter sets of the API's lists. A wrong value is never ignored: the error suggests the nearest right one."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from meetings.parameters import Parameter
from meetings.problems import build_parameter_problem


class PeriodForm(forms.Form):
    """A form that refuses a period that ends before it begins."""

    def clean(self) -> None:
        first, last = self.cleaned_data.get("date_from"), self.cleaned_data.get("date_to")
        if first and last and first > last:
            detail = _("%(first)s is later than date_to, %(last)s.") % {"first": first, "last": last}
            self.add_error("date_from", detail)


class StrictFilterSet(django_filters.FilterSet):
    """A filter set on plain columns, by equality and range. `at` is the instant that the list is as of."""

    at: dt.datetime
    language: str

    class Meta:
        form = PeriodForm

    @classmethod
    def list_parameters(cls) -> Iterator[Parameter]:
        for name, by in cls.base_filters.items():
            yield Parameter(name, by.field.schema, by.label)


class StrictFilterBackend(DjangoFilterBackend):
    """The backend of django-filter, except that the first error becomes a Problem."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filterset = self.get_filterset(request, queryset, view)
        filterset.at, filterset.language = view.at, view.language
        if not filterset.is_valid():
            name, errors = next(iter(filterset.form.errors.as_data().items()))
            raise build_parameter_problem(name, f"{name}: {errors[0].messages[0]}", **getattr(errors[0], "members", {}))
        found: QuerySet[Any] = filterset.qs
        return found
