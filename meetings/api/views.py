"""Base classes of the API's views."""

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

from meetings.api.csv_tables import Column, CsvRenderer, select_columns
from meetings.api.deprecation import Deprecation, add_deprecation_headers
from meetings.api.filters import StrictFilterSet
from meetings.api.form_fields import UUIDField
from meetings.api.negotiation import FORMAT, Negotiation, build_not_acceptable_problem, is_acceptable
from meetings.api.operations import Operation
from meetings.api.pagination import KeysetPagination
from meetings.api.parameters import (
    ACCEPT_LANGUAGE,
    AS_OF,
    LANG,
    Parameter,
    build_ordering_parameter,
    check_parameters,
    get_answer_language,
    get_as_of,
)
from meetings.api.renderers import DocumentRenderer
from meetings.api.sparse_fields import Members, build_fields_parameter, select_members
from meetings.clock import get_instant
from meetings.editions.keyset import Cursor, Ordering, Orderings
from meetings.http.conditional_get import (
    Validator,
    build_published_validator,
    build_validator,
    is_conditional,
    matches_date,
    matches_etag,
)
from meetings.http.licence import get_licence
from meetings.http.links import add_link
from meetings.http.problems import Problem, ProblemType

ID_PARAMETER = Parameter("id", UUIDField(), gettext_lazy("The id. It never changes."), "path")


class Endpoint(APIView):
    """A read-only view that describes itself and refuses parameters that its operation does not declare."""

    http_method_names = ["get", "head", "options"]
    content_negotiation_class = Negotiation
    columns: tuple[Column, ...] = ()
    """The columns of its list as CSV; empty where there is no CSV."""
    ordering: Ordering
    """The order of its list, if it is one, by whose name CSV files are called."""
    deprecations: Sequence[Deprecation] = ()
    has_languages = False
    """True where the answer is in the language of `lang`, or else of Accept-Language."""

    def build_operation(self) -> Operation:
        raise NotImplementedError

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if str(request.method).lower() not in self.http_method_names:
            raise Problem(ProblemType.METHOD_NOT_ALLOWED, _("The API is read-only. Use GET or HEAD."))
        super().initial(request, *args, **kwargs)
        if request.method != "OPTIONS":
            view: Any = type(self)
            operation = get_operation(view, getattr(self, "action", ""))
            self.deprecations = operation.find_deprecations(request.query_params)
            check_parameters(request, operation.query_parameters)
            if self.has_table:
                FORMAT.get_value(request)

    def perform_authentication(self, request: Request) -> None:
        """Do nothing: the API has no accounts. `council.middleware.limits` limits the rate of requests."""

    check_permissions = check_throttles = perform_authentication

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the headers that every answer has.

        A problem is sent whatever `Accept` says. Only a 200 that the client does not accept becomes a 406.
        """
        if response.status_code == 200 and not is_acceptable(request):
            response = self.handle_exception(build_not_acceptable_problem(self.get_renderers()))
        response = super().finalize_response(request, response, *args, **kwargs)
        add_deprecation_headers(response, self.deprecations)
        add_link(response, get_licence().url, "license")
        if response.status_code != 200:
            response.accepted_renderer, response.accepted_media_type = DocumentRenderer(), DocumentRenderer.media_type
        elif self.has_table:
            add_page_links(response)
            if request.accepted_renderer.format == "csv":
                day = get_instant(request._request).date()
                response["Content-Disposition"] = f'attachment; filename="council-{type(self).ordering.name}-{day}.csv"'
        if self.has_table and FORMAT.name not in request.query_params:
            patch_vary_headers(response, ("Accept",))
        if self.has_languages and LANG.name not in request.query_params:
            patch_vary_headers(response, ("Accept-Language",))
        if isinstance(response, Response):
            if request.method == "HEAD" and response.status_code == 200:
                response.add_post_render_callback(partial(apply_conditional_get, request._request))
            response.add_post_render_callback(self.release)
        return response

    def release(self, response: Any) -> None:
        """Let go of the request and the response once it is rendered.

        View, request and response refer to each other. Python frees such circles when thousands of objects have piled
        up, and few of them are as large as a list of documents: a process would keep a hundred megabytes.
        """
        response.renderer_context = None
        self.__dict__.clear()

    @property
    def has_table(self) -> bool:
        """True where the answer is available as CSV, too."""
        return bool(self.columns)

    def get_renderers(self) -> list[Any]:
        return [DocumentRenderer(), CsvRenderer()] if self.has_table else [DocumentRenderer()]

    def get_table_columns(self) -> Sequence[Column]:
        return self.columns

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204)  # the Allow header is the answer

    def confirm_or_build(self, current: Validator, build: Callable[[], Response]) -> Response:
        """Return a 304 if the client has the answer already; otherwise the response of `build`.

        Compute `current` before anything is read for the answer. In the other order, a client could get an old answer
        with a new ETag, and that would be confirmed for ever.
        """
        request = self.request._request
        if is_acceptable(self.request) and (
            matches_etag(request, current) or (matches_date(request, current) and self.validate_parameters())
        ):
            response = Response(status=304)
        else:
            response = build()
        if "ETag" not in response:
            current.add_headers(response)
        return response

    def validate_parameters(self) -> bool:
        """Return True, or raise a Problem for a wrong parameter that only building the answer would find."""
        return True

    def get_state(self, *form: object) -> tuple[object, ...]:
        """Return what the answer depends on, besides its address and what is published."""
        return (getattr(self.request, "accepted_media_type", ""), get_licence(), *form)


@cache
def get_operation(view: Callable[[], Any], action: str) -> Operation:
    """Return the operation of a view's action. It depends on nothing else and is built once per process."""
    instance = view()
    instance.action = action
    operation: Operation = instance.build_operation()
    return operation


def apply_conditional_get(request: HttpRequest, response: HttpResponse) -> HttpResponse | None:
    """Do for HEAD what Django's ConditionalGetMiddleware does for GET only."""
    if "ETag" not in response:
        set_response_etag(response)
    modified = response.get("Last-Modified")
    since = parse_http_date_safe(modified) if modified else None
    return get_conditional_response(request, etag=response["ETag"], last_modified=since, response=response)


class ResourceAnswer(NamedTuple):
    """The body of one resource, and the language that it is in."""

    language: str
    body: Any


class Resource(Endpoint, GenericViewSet[Any]):
    """A resource with a list and a detail.

    `singular` and `plural` are its names in the description, `summaries` those of its two operations by action.
    """

    singular: str
    plural: str
    summaries: dict[str, Any]
    shape: type[msgspec.Struct]
    selectable_shape: type[msgspec.Struct] | None = None
    """The type with all members that `fields` may name, if it has more than `shape`."""
    lookup_parameter = ID_PARAMETER  # in the detail's address; `lookup_url_kwarg` repeats its name for the router
    lookup_url_kwarg = ID_PARAMETER.name
    lookup_value_converter = "uuid"
    orderings: Orderings = {}  # by value of `?ordering=`, where there are several
    filterset_class: type[StrictFilterSet]
    has_languages = True
    language: str
    as_of: dt.datetime | None
    fields: Members

    @classmethod
    def get_extra_actions(cls) -> list[Any]:
        """Return none. The router would look for them in `schema` too, and so load drf-spectacular at the start."""
        return []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.language, self.as_of = get_answer_language(request), get_as_of(request)
        self.fields = self.get_fields_parameter().get_value(request)
        if self.orderings and self.action == "list":
            self.ordering = self.orderings[build_ordering_parameter(tuple(self.orderings)).get_value(request)]
        if request.accepted_renderer.format == "csv":
            self.get_table_columns()

    def get_fields_parameter(self) -> Parameter:
        return build_fields_parameter(self.selectable_shape or self.shape)

    @property
    def has_table(self) -> bool:
        return self.action == "list"

    def get_table_columns(self) -> Sequence[Column]:
        """Return the columns for the members that `fields` names. Raise a Problem (400) if one has no column."""
        return select_columns(self.columns, self.fields)

    @cached_property
    def cursor(self) -> Cursor | None:
        """The start of the page of a list. None on the first page, and for a detail."""
        return KeysetPagination.get_cursor(self.request, self.ordering)

    @cached_property
    def at(self) -> dt.datetime:
        """The instant that the answer is as of. For a later page of a list, it is that of the first page."""
        return self.cursor.at if self.cursor else self.as_of or get_instant(self.request._request)

    def build_answers(self, rows: Iterable[Any]) -> list[ResourceAnswer]:
        """Return the answers for the rows. A stored document that cannot be read is logged and left out."""
        raise NotImplementedError

    def add_requested_members(self, body: Any) -> Any:
        """Return the body with members that are only sent if `fields` names them, and in CSV."""
        return body

    def select_members(self, answer: ResourceAnswer) -> Any:
        return select_members(self.add_requested_members(answer.body), self.fields)

    def find(self, key: Any) -> Any:
        """Return the row with that key. Raise a Problem if it is withdrawn (410) or unknown (404)."""
        raise NotImplementedError

    def find_edition(self, key: Any) -> tuple[UUID, dt.datetime] | None:
        """Return the id of the edition that `find` would answer from, and the instant from which it is public.

        Return None where the answer does not come from an edition.
        """
        return None

    def build_detail_validator(self, edition: UUID, since: dt.datetime) -> Validator:
        return build_validator(self.request._request, *self.get_state(self.language, edition), modified=since)

    def list(self, request: Request) -> Response:
        if not self.ordering.has_history:
            return self.build_page()
        now = get_instant(request._request)
        state = self.get_state(self.language)
        current = build_published_validator(request._request, now, *state, by_date=self.at == now)
        return self.confirm_or_build(current, self.build_page)

    def validate_parameters(self) -> bool:
        if self.action == "list":
            self.filter_queryset(self.get_queryset())
            KeysetPagination().get_limit(self.request)
        return super().validate_parameters()

    def find_rows(self) -> Any:
        """Return a queryset from which the page is taken, or the page's rows and one more."""
        return self.filter_queryset(self.get_queryset())

    def build_page(self) -> Response:
        answers = self.build_answers(self.paginate_queryset(self.find_rows()) or ())
        response = self.get_paginated_response([self.select_members(answer) for answer in answers])
        response["Content-Language"] = ", ".join(dict.fromkeys(answer.language for answer in answers)) or self.language
        return response

    def retrieve(self, request: Request, **key: Any) -> Response:
        [value] = key.values()
        edition = self.find_edition(value) if is_conditional(request._request) else None
        if edition:
            return self.confirm_or_build(self.build_detail_validator(*edition), lambda: self.build_detail(value))
        return self.build_detail(value)

    def build_detail(self, key: Any) -> Response:
        return self.build_detail_from_row(self.find(key))

    def build_detail_from_row(self, row: Any) -> Response:
        answers = self.build_answers([row])
        if not answers:
            detail = _("The stored document cannot be read. Your request is correct, and we have recorded the fault.")
            raise Problem(ProblemType.SERVER_ERROR, detail)
        [answer] = answers
        response = Response(self.select_members(answer), headers={"Content-Language": answer.language})
        if self.ordering.has_history:
            self.build_detail_validator(row.edition_id, row.edition.available_from).add_headers(response)
        return response

    def build_operation(self) -> Operation:
        if self.action == "list":
            id_, errors = f"list{self.plural}", Operation.errors
            orders = (build_ordering_parameter(tuple(self.orderings)),) if self.orderings else ()
            parameters = (*KeysetPagination.parameters, *orders, FORMAT, *self.filterset_class.list_parameters())
        else:
            id_, parameters = f"get{self.singular}", (self.lookup_parameter,)
            errors = (*Operation.errors, 404, 410) if self.ordering.has_history else (*Operation.errors, 404)
        at = (AS_OF,) if self.ordering.has_history else ()
        return Operation(
            id_,
            self.summaries[self.action],
            self.plural,
            (*parameters, self.get_fields_parameter(), *at, LANG, ACCEPT_LANGUAGE),
            self.shape,
            errors,
            self.action == "list",
        )


def add_page_links(response: Response) -> None:
    """Add `Link` headers to the next and previous page (RFC 8288), because CSV has no other place for them."""
    for member, relation in (("next", "next"), ("previous", "prev")):
        address = response.data.get(member) if isinstance(response.data, dict) else getattr(response.data, member, None)
        if address:
            add_link(response, address, relation)
