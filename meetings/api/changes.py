"""The change feed: every edition in the order in which it appeared, for clients that keep a copy up to date."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from meetings.api import types
from meetings.api.csv_tables import build_columns
from meetings.api.form_fields import InstantField, MultipleChoiceField
from meetings.api.negotiation import FORMAT
from meetings.api.operations import Operation
from meetings.api.pagination import KeysetPagination, build_page_parameters
from meetings.api.parameters import ACCEPT_LANGUAGE, LANG, Parameter, get_answer_language
from meetings.api.resource_urls import Instant, build_api_url, build_page_url
from meetings.api.views import Endpoint
from meetings.clock import get_instant, limit_lifetime
from meetings.documents.choices import Language
from meetings.editions.edition_history import (
    COMMIT_MARGIN,
    EditionChange,
    build_changes,
    build_kind_condition,
    get_appeared_editions,
    list_kinds,
)
from meetings.editions.keyset import Cursor, Ordering
from meetings.editions.published_version import get_published_version
from meetings.http.conditional_get import build_published_validator
from meetings.http.links import get_site_url
from meetings.http.problems import build_parameter_problem
from meetings.models import EditionReason, SubjectType
from meetings.models.publication_history import BEFORE_ALL_EDITIONS

CHANGES_ORDERING = Ordering("changes", {"available_from": Instant, "id": UUID}, has_history=False)
FIRST_ID = UUID(int=0)  # before the id of every edition
SINCE = Parameter(
    "since",
    InstantField(schema=InstantField.schema | {"examples": ["2017-09-14T16:00:00Z"]}),
    gettext_lazy(
        "Start with changes at or after this time, instead of with the first change. Write it with Z or with a UTC "
        "offset (the plus sign as %2B); without either it is Brussels time. Not allowed together with `cursor`."
    ),
)

KIND = Parameter(
    "kind",
    MultipleChoiceField(choices=[*types.ChangeKind]),
    gettext_lazy(
        "Only changes of these `kinds`, for example `results` or `moved,cancelled`. Separate "
        "several values with commas."
    ),
)


class ChangePagination(KeysetPagination):
    """Keyset pagination that only goes forwards and has no end: later changes follow the last page."""

    default_limit = KeysetPagination.max_limit
    parameters = build_page_parameters(
        default_limit,
        gettext_lazy("The number of changes per page."),
        gettext_lazy("Where to continue. Take it from `next` of an earlier page and do not build your own."),
    )

    @classmethod
    def get_position(cls, request: Request) -> tuple[Any, ...] | None:
        """Return the instant and id after which the page begins, or None without a cursor.

        Raise a Problem (400) for a cursor that the feed did not give out.
        """
        cursor = cls.get_cursor(request, CHANGES_ORDERING)
        if cursor is None:
            return None
        instant: dt.datetime = cursor.values[0]
        if cursor.backwards or instant.utcoffset() or instant < BEFORE_ALL_EDITIONS:
            raise cls.build_cursor_problem()
        return cursor.values


class ChangesView(Endpoint):
    has_languages = True
    ordering = CHANGES_ORDERING
    columns = build_columns(
        *("at", "kind", "subject_type", "subject=subject_id", "title", "status", "start_date", "end_date"),
        *("change_note", "reason", "changed_languages", "changed_members", "suppressed", "edition", "language"),
        *("html_url", "url", "id", "effects", "kinds", "takes_place"),
    )

    def build_operation(self) -> Operation:
        return Operation(
            "listChanges",
            gettext_lazy("List every publication, change and withdrawal in the order in which they appeared."),
            "Changes",
            (*ChangePagination.parameters, SINCE, KIND, FORMAT, LANG, ACCEPT_LANGUAGE),
            types.ChangePage,
        )

    def get(self, request: Request) -> Response:
        """Return a page of changes, or a 304.

        The ETag depends on what is published now as well, because a withdrawal takes effect before its notice appears
        in the feed. There is no Last-Modified: suppressing a text, or undoing that, does not make a change any newer.
        """
        at = get_instant(request._request)
        limit_lifetime(request._request, at)  # another instant has another margin
        after, limit = get_start(request, at), ChangePagination().get_limit(request)
        language = get_answer_language(request)
        state = self.get_state(language, get_published_version(at).tag)
        current = build_published_validator(request._request, at - COMMIT_MARGIN, *state, by_date=False)
        kinds = KIND.get_value(request)
        return self.confirm_or_build(current, lambda: self.build_page(at, after, limit, language, kinds))

    def build_page(
        self, at: dt.datetime, after: tuple[Any, ...], limit: int, language: str, kinds: Sequence[str] | None
    ) -> Response:
        """Return the page of changes after an instant and an id, as the feed is at `at`."""
        found = get_appeared_editions(at - COMMIT_MARGIN, at).with_digests()
        found = found.filter(CHANGES_ORDERING.build_condition_after(after, backwards=False))
        if kinds:
            found = found.filter(build_kind_condition(kinds))
        editions = list(found.order_by(*CHANGES_ORDERING.get_order_by(backwards=False))[: limit + 1])
        changes = build_changes(editions[:limit], language, at)
        last_values = CHANGES_ORDERING.get_values(changes[-1].edition) if changes else after
        page = types.ChangePage(
            next=build_next_url(self.request, last_values),
            up_to_date=len(editions) <= limit,
            results=[serialize_change(change, self.request) for change in changes],
        )
        languages = dict.fromkeys(change.language for change in changes)
        return Response(page, headers={"Content-Language": ", ".join(languages) or language})


def get_start(request: Request, at: dt.datetime) -> tuple[Any, ...]:
    """Return the instant and id after which the page begins. Raise a Problem (400) for wrong parameters."""
    position, since = ChangePagination.get_position(request), SINCE.get_value(request)
    if since is None:
        return position or (BEFORE_ALL_EDITIONS, FIRST_ID)
    if position:
        raise build_parameter_problem(
            "since", _("Use either since or cursor, not both: a cursor already says where to start.")
        )
    if since > at:
        raise build_parameter_problem("since", _("since is in the future. Give a time that has passed."))
    return max(since, BEFORE_ALL_EDITIONS), FIRST_ID


def build_next_url(request: Request, values: tuple[Any, ...]) -> str:
    """Return the address of what follows `values`: that of the request, with a cursor in place of `since`."""
    parameters = {name: value for name, value in request.query_params.items() if name not in ("since", "cursor")}
    cursor = Cursor(BEFORE_ALL_EDITIONS, False, CHANGES_ORDERING, values)
    return f"{get_site_url(request._request)}{reverse('changes')}?{urlencode(parameters | {'cursor': str(cursor)})}"


def serialize_change(change: EditionChange, request: Request) -> types.Change:
    edition, is_readable = change.edition, not change.is_suppressed
    return types.Change(
        id=edition.pk,
        kind=EditionReason(edition.reason),
        at=edition.available_from,
        subject_type=SubjectType(edition.subject_type),
        subject_id=edition.subject_id,
        url=build_api_url(request, edition.subject_type, edition.subject_id),
        html_url=build_page_url(request._request, edition.address, change.language),
        edition=change.number,
        language=Language(change.language),
        title=change.head.title,
        change_note=edition.change_note if is_readable else "",
        reason=change.head.reason if is_readable else change.suppressed_because,
        takes_place=change.head.takes_place,
        status=edition.status if is_readable else "",
        start_date=edition.start_date if is_readable else None,
        end_date=edition.end_date if is_readable else None,
        digests=dict(sorted(change.digests.items())),
        changed_languages=[Language(name) for name in change.languages],
        changed_members=list(change.changed_members),
        effects=list(change.effects),
        kinds=[types.ChangeKind(each) for each in list_kinds(EditionReason(edition.reason), change.effects)],
        suppressed=change.is_suppressed,
    )
