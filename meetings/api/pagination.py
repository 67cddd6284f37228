"""Keyset pagination: a page starts where the one before ended, so that page 1000 costs no more than page 1."""

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from meetings.api.form_fields import CharField, IntegerField
from meetings.api.parameters import AS_OF, Parameter
from meetings.clock import get_instant
from meetings.editions.keyset import Cursor, KeysetPage, Ordering
from meetings.http.licence import get_licence
from meetings.http.links import get_site_url
from meetings.http.problems import Problem, build_parameter_problem

MAX_LIMIT = 100


def build_page_parameters(default_limit: int, limit: Any, cursor: Any) -> tuple[Parameter, Parameter]:
    """Return the parameters `limit` and `cursor` with these descriptions."""
    size = IntegerField(min_value=1, max_value=MAX_LIMIT, initial=default_limit)
    position = CharField(schema={"type": "string", "pattern": "^[A-Za-z0-9_-]+$"})
    return Parameter("limit", size, limit), Parameter("cursor", position, cursor)


class KeysetPagination(BasePagination):
    """Pagination of the API's lists, in the view's `ordering`.

    A cursor keeps the instant of the first page, and all following pages are as of that instant.
    """

    default_limit, max_limit = 20, MAX_LIMIT
    parameters = build_page_parameters(
        default_limit,
        gettext_lazy("The number of entries per page."),
        gettext_lazy(
            "Where the page begins. Take it from `next` or `previous` of an earlier page and do not build your own."
        ),
    )

    @staticmethod
    def get_cursor(request: Request, ordering: Ordering) -> Cursor | None:
        text = request.query_params.get("cursor")
        cursor = None if text is None else Cursor.parse(text, get_instant(request._request), ordering)
        if text is not None and cursor is None:
            raise KeysetPagination.build_cursor_problem()
        return cursor

    @staticmethod
    def build_cursor_problem() -> Problem:
        detail = _("This cursor does not belong to this list. Start again without it.")
        return build_parameter_problem("cursor", detail)

    def get_limit(self, request: Request) -> int:
        return int(self.parameters[0].get_value(request))

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.page = KeysetPage(
            queryset, at=view.at, cursor=view.cursor, limit=self.get_limit(request), ordering=view.ordering
        )
        return self.page.rows

    def build_link(self, cursor: Cursor | None) -> str | None:
        """Return the address of the page at the cursor, without `as_of`, which the cursor contains."""
        if cursor is None:
            return None
        parameters = {**self.request.query_params.dict(), "cursor": str(cursor)}
        parameters.pop(AS_OF.name, None)
        request = self.request._request
        return f"{get_site_url(request)}{request.path}?{urlencode(sorted(parameters.items()))}"

    def get_paginated_response(self, data: Any) -> Response:
        links = {"next": self.build_link(self.page.next), "previous": self.build_link(self.page.previous)}
        return Response({**links, "licence": get_licence(), "results": data})
