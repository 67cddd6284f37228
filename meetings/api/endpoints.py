"""What all addresses of the API have in common."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property, partial
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag
from django.utils.http import parse_http_date_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from meetings.answers import DocumentRenderer
from meetings.api.description import Operation
from meetings.clock import instant_of
from meetings.conditional import Validator, by_generation, is_conditional, matches_date, matches_tag, validator
from meetings.deprecation import Deprecation, warn
from meetings.fields import Members, fields_of, fields_parameter, picked
from meetings.filters.strict import StrictFilterSet
from meetings.licence import licence
from meetings.links import add_link
from meetings.negotiation import FORMAT, Negotiation, check_format, is_acceptable, not_acceptable
from meetings.paging import KeysetPagination, Ordering, Orderings
from meetings.parameters import (
    ACCEPT_LANGUAGE,
    AS_OF,
    LANG,
    Parameter,
    as_of,
    language_of,
    ordering_of,
    ordering_parameter,
    refuse_unknown,
)
from meetings.problems import Problem, ProblemType
from meetings.spreadsheets import Column, TableRenderer, chosen


class Endpoint(APIView):
    """Reads only, takes the parameters that its operation names and no others, and describes itself."""

    http_method_names = ["get", "head", "options"]
    content_negotiation_class = Negotiation
    columns: tuple[Column, ...] = ()
    """Of its list as a table."""
    deprecations: Sequence[Deprecation] = ()
    has_languages = False
    """It answers in the language of `lang`, else of Accept-Language."""

    def operation(self) -> Operation:
        raise NotImplementedError

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if str(request.method).lower() not in self.http_method_names:
            detail = _("The API reads only: use GET or HEAD.")
            raise Problem(405, ProblemType.METHOD_NOT_ALLOWED, _("Method not allowed"), detail)
        super().initial(request, *args, **kwargs)
        if request.method != "OPTIONS":
            view: Any = type(self)
            operation = operation_of(view, getattr(self, "action", ""))
            self.deprecations = operation.deprecations(request.query_params)
            refuse_unknown(request, operation.query)
            if self.has_table:
                check_format(request)

    def perform_authentication(self, request: Request) -> None:
        """Nobody signs in here, and what everybody may read, everybody may read as often as `council.limits` says."""

    check_permissions = check_throttles = perform_authentication

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """What is wrong with an address or a parameter is told whatever `Accept` says; an answer is not."""
        if response.status_code == 200 and not is_acceptable(request):
            response = self.handle_exception(not_acceptable(self.get_renderers()))
        response = super().finalize_response(request, response, *args, **kwargs)
        warn(response, self.deprecations)
        add_link(response, licence().url, "license")
        if response.status_code != 200:
            response.accepted_renderer, response.accepted_media_type = DocumentRenderer(), DocumentRenderer.media_type
        elif self.has_table:
            link_pages(response)
            if request.accepted_renderer.format == "csv":
                day = instant_of(request._request).date()
                response["Content-Disposition"] = f'attachment; filename="council-{self.list_name()}-{day}.csv"'
        if self.has_table and FORMAT.name not in request.query_params:
            patch_vary_headers(response, ("Accept",))
        if self.has_languages and LANG.name not in request.query_params:
            patch_vary_headers(response, ("Accept-Language",))
        if request.method == "HEAD" and response.status_code == 200:
            response.add_post_render_callback(partial(conditional, request._request))
        return response

    @property
    def has_table(self) -> bool:
        """It answers in CSV as well."""
        return bool(self.columns)

    def get_renderers(self) -> list[Any]:
        return [DocumentRenderer(), TableRenderer()] if self.has_table else [DocumentRenderer()]

    def list_name(self) -> str:
        """What its list is called in the name of a file."""
        return ""

    def table_columns(self) -> Sequence[Column]:
        return self.columns

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204)  # the Allow header says it

    def unless_current(self, known: Validator, build: Callable[[], Response]) -> Response:
        """What `build` makes; or a 304, where the reader has it already and would be answered.

        `known` was found before anything is read for the answer: the other way round, an old answer is confirmed for
        ever.
        """
        request = self.request._request
        if is_acceptable(self.request) and (
            matches_tag(request, known) or (matches_date(request, known) and self.is_understood())
        ):
            response = Response(status=304)
        else:
            response = build()
        if "ETag" not in response:
            known.stamp(response)
        return response

    def is_understood(self) -> bool:
        """True. Raises what is wrong with the parameters that only building the answer would find."""
        return True

    def state(self, *form: object) -> tuple[object, ...]:
        """What an answer follows from, beside its address and what is published."""
        return (getattr(self.request, "accepted_media_type", ""), licence(), *form)


@cache
def operation_of(view: Callable[[], Any], action: str) -> Operation:
    """An operation follows from its view and the view's action alone, and is put together once a process."""
    asked = view()
    asked.action = action
    operation: Operation = asked.operation()
    return operation


def conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse | None:
    """What Django's ConditionalGetMiddleware does, which leaves HEAD out."""
    if "ETag" not in response:
        set_response_etag(response)
    modified = response.get("Last-Modified")
    since = parse_http_date_safe(modified) if modified else None
    return get_conditional_response(request, etag=response["ETag"], last_modified=since, response=response)


class Answer(NamedTuple):
    """One resource as it goes out, and the language it is in."""

    language: str
    body: Any


class Resource(Endpoint, GenericViewSet[Any]):
    """A list and a detail. `one` and `many` name it in the description, `about` says what each of the two is."""

    one: str
    many: str
    about: dict[str, Any]
    shape: type[msgspec.Struct]
    key: Parameter  # of the detail's address; `lookup_url_kwarg` repeats its name for the router
    ordering: Ordering
    orderings: Orderings = {}  # by the word of `?ordering=`, where there are several
    filterset_class: type[StrictFilterSet]
    can_be_withdrawn = True
    has_languages = True
    language: str
    as_of: dt.datetime | None
    fields: Members

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.language, self.as_of = language_of(request), as_of(request)
        self.fields = fields_of(request, self.shape)
        if self.orderings and self.action == "list":
            self.ordering = self.orderings.get(ordering_of(request, list(self.orderings)), self.ordering)
        if request.accepted_renderer.format == "csv":
            self.table_columns()

    @property
    def has_table(self) -> bool:
        return self.action == "list"

    def list_name(self) -> str:
        return type(self).ordering.name

    def table_columns(self) -> Sequence[Column]:
        """Those of the members that `fields` names. Raises a 400 for one that the table does not have."""
        return chosen(self.columns, self.fields)

    @cached_property
    def at(self) -> dt.datetime:
        """The instant that the answer is as of: of a list, that of its first page."""
        cursor = KeysetPagination.cursor(self.request, self.ordering)
        return cursor.at if cursor else self.as_of or instant_of(self.request._request)

    def answers(self, rows: Iterable[Any]) -> list[Answer]:
        """Those of the rows, but for what is stored and cannot be read: that is logged and left out."""
        raise NotImplementedError

    def find(self, key: Any) -> Any:
        """The row with that key. Raises the problem that it is gone or was never there."""
        raise NotImplementedError

    def edition_of(self, key: Any) -> tuple[UUID, dt.datetime] | None:
        """Which edition `find` would answer from, and since when it is there; None where no edition says it."""
        return None

    def known_by(self, edition: UUID, since: dt.datetime) -> Validator:
        return validator(self.request._request, *self.state(self.language, edition), modified=since)

    def list(self, request: Request) -> Response:
        if not self.ordering.has_past:
            return self.page()
        now = instant_of(request._request)
        known = by_generation(request._request, now, *self.state(self.language), by_date=self.at == now)
        return self.unless_current(known, self.page)

    def is_understood(self) -> bool:
        if self.action == "list":
            self.filter_queryset(self.get_queryset())
            KeysetPagination().limit(self.request)
        return super().is_understood()

    def found(self) -> Any:
        """What the list holds: a queryset that the page is taken from, or the page's rows and one more."""
        return self.filter_queryset(self.get_queryset())

    def page(self) -> Response:
        answers = self.answers(self.paginate_queryset(self.found()) or ())
        response = self.get_paginated_response([picked(answer.body, self.fields) for answer in answers])
        response["Content-Language"] = ", ".join(dict.fromkeys(answer.language for answer in answers)) or self.language
        return response

    def retrieve(self, request: Request, **key: Any) -> Response:
        [wanted] = key.values()
        edition = self.edition_of(wanted) if is_conditional(request._request) else None
        if edition:
            return self.unless_current(self.known_by(*edition), lambda: self.one_of(wanted))
        return self.one_of(wanted)

    def one_of(self, key: Any) -> Response:
        row = self.find(key)
        answers = self.answers([row])
        if not answers:
            detail = _("What is stored here cannot be read. This is known, and nothing about the request is wrong.")
            raise Problem(500, ProblemType.SERVER_ERROR, _("Server error"), detail)
        [answer] = answers
        response = Response(picked(answer.body, self.fields), headers={"Content-Language": answer.language})
        if self.ordering.has_past:
            self.known_by(row.edition_id, row.edition.available_from).stamp(response)
        return response

    def operation(self) -> Operation:
        if self.action == "list":
            id_, errors = f"list{self.many}", Operation.errors
            orders = (ordering_parameter(self.orderings),) if self.orderings else ()
            parameters = (*KeysetPagination.parameters, *orders, FORMAT, *self.filterset_class.parameters())
        else:
            id_, parameters = f"get{self.one}", (self.key,)
            errors = (400, 404, 405, 406, 410, 500) if self.can_be_withdrawn else (400, 404, 405, 406, 500)
        at = (AS_OF,) if self.ordering.has_past else ()
        return Operation(
            id_,
            self.about[self.action],
            self.many,
            (*parameters, fields_parameter(self.shape), *at, LANG, ACCEPT_LANGUAGE),
            self.shape,
            errors,
            is_list=self.action == "list",
            has_language=True,
        )


def link_pages(response: Response) -> None:
    """The addresses of the pages around it as links beside the answer (RFC 8288): a table has no room for them."""
    for member, relation in (("next", "next"), ("previous", "prev")):
        address = response.data.get(member) if isinstance(response.data, dict) else getattr(response.data, member, None)
        if address:
            add_link(response, address, relation)


ID = Parameter("id", {"type": "string", "format": "uuid"}, gettext_lazy("Its id, which never changes."), "path")
