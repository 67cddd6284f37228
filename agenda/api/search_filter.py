"""The filter `q` of the API's lists: the search of the site, with the same words and the same visibility."""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agenda.search.queries import SearchScope, find_parts
from agenda.search.query_parser import MAX_QUERY_LENGTH, MAX_TERMS, parse_query
from agenda.search.time_limit import refuse_long_search
from meetings.api.filters import Filter
from meetings.api.form_fields import CharField
from meetings.clock import get_instant
from meetings.documents.choices import PartKind
from meetings.http.problems import build_parameter_problem
from meetings.models import Edition
from meetings.models.base import MAX_DISTANCE_FROM_MEETING
from meetings.models.meeting import MAX_MEETING_DURATION

DATE_MARGIN = MAX_MEETING_DURATION + max(MAX_DISTANCE_FROM_MEETING)  # between the day of a part and of its meeting


class QueryField(CharField):
    """The words of a search. Control characters, which the description of the API allows, separate words."""

    pattern = "(?s).*"

    def to_python(self, value: Any) -> str:
        return re.sub(r"[\x00-\x1f\x7f]", " ", super().to_python(value) or "")


class SearchFilter(Filter):
    """Meetings, or agenda items, of which one part has all words of a query.

    The search knows only what is published now (decision 94), so a query for an earlier state is refused. It finds a
    limited number of parts, and most other filters apply only to these; so a query that finds more is refused, too.
    """

    kinds: Sequence[str] = (PartKind.MEETING, PartKind.ITEM)

    def __init__(self, **options: Any) -> None:
        schema = {"type": "string", "minLength": 1, "maxLength": MAX_QUERY_LENGTH, "examples": ["asylum procedure"]}
        super().__init__(QueryField, schema=schema, **options)

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        request, language = self.parent.request, self.parent.language
        if "as_of" in request.query_params:
            raise build_parameter_problem("as_of", _("Use either q or as_of: the search knows only the present state."))
        query = parse_query(value, language)
        if query.was_cut:
            message = _("q: the query has more than %d words. Use fewer of them.") % MAX_TERMS
            raise build_parameter_problem("q", message)
        if not query.terms:
            message = _("q: there is no word to search for. Use at least one word other than “of” and the like.")
            raise build_parameter_problem("q", message)
        scope = SearchScope(get_instant(request._request), language, **self.get_limits())
        with refuse_long_search():
            parts = find_parts(query.terms, scope, self.kinds)
        if parts is None:
            message = _("q: too many entries have these words. Add words, or configuration, date_from or date_to.")
            raise build_parameter_problem("q", message)
        return self.filter_by_parts(queryset, parts)

    def get_limits(self) -> dict[str, Any]:
        """Return the limits of the search that follow from the other filters, so that it finds enough within them."""
        chosen = self.parent.form.cleaned_data
        limits: dict[str, Any] = {"configuration": chosen.get("configuration") or ""}
        with suppress(OverflowError):  # before the first day that Python has
            limits |= {"first": chosen["date_from"] - DATE_MARGIN} if chosen.get("date_from") else {}
        with suppress(OverflowError):
            limits |= {"last": chosen["date_to"] + DATE_MARGIN} if chosen.get("date_to") else {}
        return limits

    def filter_by_parts(self, queryset: QuerySet[Any], parts: list[tuple[Any, ...]]) -> QuerySet[Any]:
        """Keep meetings that a part belongs to. They may have got another edition since the first page of the list."""
        editions = {edition for edition, _kind, _part in parts}
        subjects = Edition.objects.filter(pk__in=editions).values("subject_id")
        return queryset.filter(edition__subject_id__in=subjects)


class ItemSearchFilter(SearchFilter):
    """Agenda items that have all words of a query."""

    kinds = (PartKind.ITEM,)

    def filter_by_parts(self, queryset: QuerySet[Any], parts: list[tuple[Any, ...]]) -> QuerySet[Any]:
        return queryset.filter(item_id__in=[part for _edition, _kind, part in parts])
