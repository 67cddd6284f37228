"""Filters of the API's lists: by columns of the edition; a name that is not known is an error and not ignored."""

import difflib
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from meetings.answers import bad_parameter
from meetings.models import EditionDocument
from meetings.vocabulary import Form, Language, MeetingStatus

ISO = ["%Y-%m-%d"]


class StrictFilterBackend(DjangoFilterBackend):
    """django-filter as it is, but a parameter that no filter knows is a 400 that names the nearest one."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filterset = self.get_filterset(request, queryset, view)
        known = (*(filterset.filters if filterset else ()), *view.parameters())
        refuse_unknown(request, known)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            name, messages = next(iter(filterset.errors.items()))
            raise bad_parameter(name, f"{name}: {' '.join(messages)}")
        found: QuerySet[Any] = filterset.qs
        return found


def refuse_unknown(request: Request, known: tuple[str, ...]) -> None:
    for name in request.query_params:
        if name not in known:
            nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = _("Did you mean “%s”?") % nearest[0] if nearest else _("Known are: %s.") % ", ".join(sorted(known))
            detail = _("There is no parameter “%(name)s”. %(hint)s") % {"name": name[:60], "hint": hint}
            raise bad_parameter(name[:60], detail, **({"nearest": nearest[0]} if nearest else {}))
        if "\0" in request.query_params[name]:
            raise bad_parameter(name, _("%s holds a null character.") % name)


class MeetingFilter(django_filters.FilterSet):
    configuration = django_filters.CharFilter("edition__configuration", label=_("slug of the configuration, as jha"))
    date_from = django_filters.DateFilter(
        "edition__end_date", "gte", input_formats=ISO, label=_("meetings that end on this day or later")
    )
    date_to = django_filters.DateFilter(
        "edition__start_date", "lte", input_formats=ISO, label=_("meetings that begin by this day")
    )
    status = django_filters.ChoiceFilter("edition__status", choices=MeetingStatus.choices)
    form = django_filters.ChoiceFilter("edition__form", choices=Form.choices)
    presidency = django_filters.CharFilter("edition__presidency", label=_("country of the presidency, as EE"))

    class Meta:
        model = EditionDocument
        fields: list[str] = []


def language_of(request: Request) -> str:
    """The language that `?lang=` asks for, else what Accept-Language prefers among those of the interface.

    Raises a 400 for a language that is not one of the 24.
    """
    wanted = request.query_params.get("lang")
    if wanted is None:
        return str(request.LANGUAGE_CODE)
    if wanted not in Language.values:
        detail = _("lang is one of the 24 official languages: %s.") % ", ".join(Language.values)
        raise bad_parameter("lang", detail)
    return wanted
